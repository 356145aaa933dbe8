#include "core/refuse.h"

#include <string.h>

#define DAY_S	86400

/* Refusals of the mail itself, and the section of T02 that says so. */
static const struct {
	enum reason reason;
	const char *section;
} told[] = {
	{ REASON_NOT_ENCRYPTED, "kanaal" },
	{ REASON_ROLE_NOT_ALLOWED, "role-not-allowed" },
	{ REASON_WRONG_RECIPIENT, "wrong-recipient" },
	{ REASON_CLASSIFIED, "classified" },
	{ REASON_BAD_STRUCTURE, "bad-structure" },
};

/* Refusals of what a verified mail orders, and that of B02. */
static const enum reason orders[] = {
	REASON_UNREADABLE_ANSWER, REASON_UNKNOWN_REFERENCE,
	REASON_REFERENCE_MISMATCH, REASON_ROLE_NOT_ALLOWED,
	REASON_WRONG_STATE, REASON_WRONG_CODE, REASON_SAME_PERSON,
	REASON_FINGERPRINT_DIFFERS, REASON_INCOMPLETE_FORM,
	REASON_NOT_ENROLLABLE, REASON_EXPIRED_KEY
};

const char *
choices_section(enum choices c)
{
	static const char *const section[CHOICES_MAX] = {
		[CHOICES_FORM] = "keuzes-formulier",
		[CHOICES_REFERRAL] = "keuzes-aanmelding",
		[CHOICES_ENROLMENT] = "keuzes-inschrijving",
		[CHOICES_CONFIRM] = "keuzes-bevestigen",
		[CHOICES_INVITED] = "keuzes-uitnodiging",
		[CHOICES_MEETING] = "keuzes-vergadering",
		[CHOICES_GUEST] = "keuzes-gesprek",
		[CHOICES_OFFICER] = "keuzes-fiche",
		[CHOICES_VOICE] = "keuzes-akkoord",
		[CHOICES_CASE] = "keuzes-casus",
		[CHOICES_MANAGER] = "keuzes-casusmanager",
		[CHOICES_ASKED] = "keuzes-inlichten",
	};

	return section[(unsigned)c < CHOICES_MAX ? c : CHOICES_FORM];
}

enum gw_err
refuse(struct travel *t, enum reason reason)
{
	posts_end(&t->posts);
	t->effects.n = 0;
	t->follow_up.ref[0] = t->listed.ref[0] = '\0';
	t->document = DOCUMENT_MAX;
	t->verdict = (struct verdict){ VERDICT_REFUSED, reason };
	t->mail.verdict = t->verdict.code;
	t->mail.reason = t->verdict.reason;
	return refuse_step(t);
}

enum reason
refusal_for(const struct refusal *list, enum gw_err r)
{
	for (; list->err != GW_OK; list++) {
		if (list->err == r)
			return list->reason;
	}
	return REASON_OK;
}

/* ---- an order ---- */

/* Whether the signer gave an order, well or badly: then B02 answers. */
static bool
is_order(const struct travel *t)
{
	size_t i;

	if (!t->known || t->facts.signer != ENROLLED_ACTIVE)
		return false;
	/* A text of one who only writes texts is no order. */
	if (t->verdict.reason == REASON_ROLE_NOT_ALLOWED &&
	    t->inner.answer == ANSWER_NONE)
		return false;
	for (i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		if (orders[i] == t->verdict.reason)
			return true;
	}
	return false;
}

/* The words with which one says whether the person may be told (R108). */
static bool
answers_informing(enum verb v)
{
	return v == VERB_APPROVE || v == VERB_OBJECT || v == VERB_WITHDRAW ||
	    v == VERB_FLAG;
}

static enum choices
choices_for(const struct travel *t)
{
	enum person_role role = t->signer.role;

	if (t->ref[0] == 'F')
		return role == PERSON_IO ? CHOICES_OFFICER : CHOICES_VOICE;
	if (t->ref[0] == 'V' && policy_may_send(role, DOCUMENT_MEETING))
		return CHOICES_MEETING;
	/* Both may also be invited; of who declined they hear more often. */
	if (t->ref[0] == 'U')
		return policy_decides(role) ? CHOICES_GUEST : CHOICES_INVITED;
	if (t->ref[0] == 'C' && answers_informing(t->inner.verb))
		return CHOICES_ASKED;
	if (t->ref[0] == 'C')
		return policy_may_send(role, DOCUMENT_MANAGER) ? CHOICES_CASE :
		    policy_seconds(role) ? CHOICES_CONFIRM : CHOICES_MANAGER;
	if (policy_may_send(role, DOCUMENT_DECISION))
		return t->ref[0] == 'M' ? CHOICES_ENROLMENT :
		    t->ref[0] == 'A' ? CHOICES_REFERRAL : CHOICES_FORM;
	return t->ref[0] == 'M' && policy_seconds(role) ? CHOICES_CONFIRM :
	    CHOICES_FORM;
}

static const char *
section_of(const struct travel *t)
{
	if (t->told != NULL)
		return t->told;
	if (t->verdict.reason == REASON_UNREADABLE_ANSWER &&
	    t->inner.answer == ANSWER_SEVERAL)
		return "several";
	return reason_name(t->verdict.reason);
}

static enum gw_err
answer_order(struct travel *t)
{
	struct post *one = posts_intent(&t->posts, MAIL_B02, section_of(t),
	    t->signer.id, t->ref);

	if (one == NULL)
		return GW_LIMIT;
	one->row.arg = (uint32_t)choices_for(t);
	t->mail.correspondent = t->signer.id;
	return GW_OK;
}

/* ---- a mail ---- */

/*
 * T02: only an enrolled correspondent, at the address on file, once a day; a
 * replay is told to nobody, since anyone can send one.
 */
static enum gw_err
answer_mail(struct travel *t)
{
	const struct correspondent *whom = t->known ? &t->signer : &t->from;
	struct outbox before;
	struct post *one;
	enum gw_err r;
	size_t i;

	t->mail.correspondent = t->known ? t->signer.id : 0;
	for (i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		if (told[i].reason != t->verdict.reason)
			continue;
		r = outbox_recent(t->core->store, MAIL_T02, NULL, whom->id,
		    t->now - DAY_S, &before);
		if (r != GW_MISSING)
			return r;
		one = posts_intent(&t->posts, MAIL_T02, told[i].section,
		    whom->id, "");
		if (one == NULL)
			return GW_LIMIT;
		one->row.not_before = posts_tick(t->core, t->now);
		return GW_OK;
	}
	return GW_OK;
}

enum gw_err
refuse_step(struct travel *t)
{
	if (is_order(t))
		return answer_order(t);
	if (!t->known && !t->from_known)
		return GW_OK;
	return answer_mail(t);
}
