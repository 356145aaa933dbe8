#include "core/reply.h"

#include <string.h>

#include "base/address.h"
#include "core/convene.h"
#include "core/notice.h"
#include "core/refuse.h"

/* ---- which invitation ---- */

/* Somebody else's is as unknown as none: nobody learns who is invited (R58). */
static enum gw_err
find_own(struct travel *t, bool *own)
{
	struct inviting *i = &t->convening->inviting;
	enum gw_err r = invite_find(t->core, t->ref, i);

	*own = r == GW_OK && i->inv.correspondent == t->signer.id;
	return r == GW_MISSING ? GW_OK : r;
}

/* A button says yes to one version of an event: to that of today, and by the
 * one who was asked. Who had declined got no mail about a change. */
static bool
calendar_fits(const struct travel *t)
{
	const struct msg_parsed *in = &t->inner;
	const struct inviting *i = &t->convening->inviting;

	if (in->uid[0] == '\0')
		return true;
	return strcmp(in->uid, i->inv.uid) == 0 &&
	    address_same(in->attendee, t->signer.address) &&
	    in->sequence == (uint32_t)i->inv.sequence &&
	    i->inv.sequence >= i->meeting.sequence;
}

/* ---- what is answered ---- */

/*
 * R64: a colleague, enrolled here, of the same organisation. REASON_OK, or why
 * not.
 */
static enum gw_err
find_representative(struct travel *t, enum reason *reason)
{
	struct correspondent who;
	enum gw_err r;

	r = correspondent_by_address(t->core->store, t->inner.person, &who);
	if (r != GW_OK && r != GW_MISSING)
		return r;
	*reason = REASON_OK;
	if (r == GW_OK && who.id != t->signer.id &&
	    correspondent_serves(&who, t->now) &&
	    policy_may_send(who.role, DOCUMENT_ANSWER) &&
	    strcmp(who.organisation, t->signer.organisation) == 0) {
		t->convening->inviting.inv.via = who.id;
		return GW_OK;
	}
	*reason = REASON_UNREADABLE_ANSWER;
	t->told = "representative";
	return GW_OK;
}

static enum gw_err
event_of(struct travel *t, enum invitation_event *event, enum reason *reason)
{
	const struct msg_parsed *in = &t->inner;

	*reason = REASON_OK;
	if (in->verb == VERB_DECLINE) {
		*event = in->words.len > 0 ? INVITATION_EV_DECLINE_WORDS :
		    INVITATION_EV_DECLINE;
		return GW_OK;
	}
	*event = in->person[0] != '\0' ? INVITATION_EV_ACCEPT_BY :
	    INVITATION_EV_ACCEPT;
	return in->person[0] != '\0' ? find_representative(t, reason) : GW_OK;
}

/* ---- the reasons ---- */

struct telling {
	struct travel *t;
	const struct var *vars;
	size_t told;
};

static enum gw_err
tell_reasons(const struct correspondent *p, void *arg)
{
	struct telling *e = arg;
	enum gw_err r = posts_letter(&e->t->posts, MAIL_B07, "weigering", p,
	    e->t->ref, e->vars, 3);

	e->told += r == GW_OK;
	return r == GW_KEY ? GW_OK : r;
}

/* Sealed now: the words are in memory and nowhere else. When nobody's key can
 * be used the mail stays where it is until one can. */
static enum gw_err
pass_on(struct travel *t)
{
	char words[LIM_WORDS + 1];
	const struct var vars[] = {
		{ "sender", t->signer.address },
		{ "organisation", t->signer.organisation },
		{ "words", words },
	};
	struct telling e = { t, vars, 0 };
	enum gw_err r;

	travel_words(t, words);
	r = notice_people(t->core, policy_decides, tell_reasons, &e);
	crypto_wipe(words, sizeof(words));
	return r == GW_OK && e.told == 0 ? GW_AGAIN : r;
}

static bool
brings_reasons(const struct effects *list)
{
	size_t i;

	for (i = 0; i < list->n; i++) {
		if (list->e[i].type == EFFECT_MAIL &&
		    list->e[i].mail == MAIL_B07 &&
		    strcmp(list->e[i].section, "weigering") == 0)
			return true;
	}
	return false;
}

/* ---- the step ---- */

enum gw_err
reply_step(struct travel *t)
{
	enum invitation_event event;
	enum reason reason;
	enum gw_err r;
	bool own;

	r = convene_begin(t);
	if (r == GW_OK)
		r = find_own(t, &own);
	if (r != GW_OK)
		return r;
	if (!own)
		return refuse(t, REASON_UNKNOWN_REFERENCE);
	if (!calendar_fits(t))
		return refuse(t, REASON_REFERENCE_MISMATCH);
	r = event_of(t, &event, &reason);
	if (r == GW_OK && reason != REASON_OK)
		return refuse(t, reason);
	if (r == GW_OK)
		r = invite_decide(&t->convening->inviting, event);
	if (r == GW_STATE)
		return refuse(t, REASON_WRONG_STATE);
	if (r == GW_OK && brings_reasons(&t->convening->inviting.effects))
		r = pass_on(t);
	t->mail.correspondent = t->signer.id;
	memcpy(t->mail.ref, t->ref, sizeof(t->mail.ref));
	return r;
}

enum gw_err
reply_commit(struct travel *t)
{
	return invite_commit(t->core, &t->convening->inviting, t->now, t->fpr);
}
