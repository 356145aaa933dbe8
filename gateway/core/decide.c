#include "core/decide.h"

#include <string.h>

#include "base/address.h"
#include "base/clock.h"
#include "core/refer.h"
#include "core/refuse.h"

/* What an order works with, besides the referral itself. */
struct order_on {
	struct travel *t;
	char words[LIM_WORDS + 1];	/* the officer's own, or "" */
	bool has_referrer;
	struct correspondent referrer;
	bool has_person;
	struct correspondent person;	/* whom the order names */
};

/* ---- what the order needs ---- */

static enum gw_err
look_up(struct order_on *o)
{
	struct travel *t = o->t;
	struct store *s = t->core->store;
	int64_t sender = 0;
	enum gw_err r;

	r = mail_sender(s, t->ref, &sender);
	if (r == GW_OK)
		r = correspondent_by_id(s, sender, &o->referrer);
	o->has_referrer = r == GW_OK;
	if (r != GW_OK && r != GW_MISSING)
		return r;
	if (t->inner.person[0] == '\0')
		return GW_OK;
	r = correspondent_by_address(s, t->inner.person, &o->person);
	o->has_person = r == GW_OK && correspondent_serves(&o->person, t->now);
	return r == GW_MISSING ? GW_OK : r;
}

/* Why the order cannot be carried out as it stands; REASON_OK: it can. */
static enum reason
lacks(const struct order_on *o)
{
	const struct msg_parsed *in = &o->t->inner;
	bool named = in->person[0] != '\0';

	switch (in->verb) {
	case VERB_ASK:
		return in->fields == 0 ? REASON_UNREADABLE_ANSWER : REASON_OK;
	case VERB_NOT_RETAINED:
		/* R30: a code is wanted, so that figures can be made. */
		return in->ground == GROUND_NONE || in->ground >= GROUND_MAX ?
		    REASON_UNREADABLE_ANSWER : REASON_OK;
	case VERB_REDIRECT:
		if (!named)
			return REASON_OK;
		/* R18: from mayor to mayor. */
		if (o->t->signer.role != PERSON_MAYOR)
			return REASON_ROLE_NOT_ALLOWED;
		return o->has_person && o->person.role == PERSON_OTHER_MAYOR ?
		    REASON_OK : REASON_UNREADABLE_ANSWER;
	case VERB_INFO:
		if (!o->has_person || o->words[0] == '\0')
			return REASON_UNREADABLE_ANSWER;
		/* R34: the mayor asks services, not bodies of other kinds. */
		return policy_may_send(o->person.role, DOCUMENT_REFERRAL) ?
		    REASON_OK : REASON_ROLE_NOT_ALLOWED;
	default:
		return REASON_OK;
	}
}

/* ---- the mails of an order ---- */

/* Which words a letter brings: its section, if other than the row's. */
static const char *
section_for(const struct order_on *o, const struct effect *e)
{
	const struct travel *t = o->t;
	bool motivated = strcmp(t->core->conf->referral_outcome_notice,
	    "motivated") == 0;

	if (e->mail == MAIL_T07 && t->event == REFERRAL_EV_NOT_RETAINED &&
	    motivated && o->words[0] != '\0')
		return "motivatie";
	if (e->mail == MAIL_T04 && o->words[0] != '\0')
		return "voorstel";
	if (e->mail == MAIL_T08 && t->inner.consent)
		return "akkoord";
	return e->section;
}

static bool
brings_words(const struct effect *e, const char *section)
{
	return e->mail == MAIL_T10 || (e->mail == MAIL_T07 &&
	    strcmp(section, "motivatie") == 0) || (e->mail == MAIL_T04 &&
	    strcmp(section, "voorstel") == 0);
}

/* A letter with what somebody wrote is sealed now; the text is kept nowhere. */
static enum gw_err
post_to(struct order_on *o, const struct effect *e,
    const struct correspondent *to)
{
	struct travel *t = o->t;
	const char *section = section_for(o, e);
	const struct var words = { "words", o->words };
	const struct var listed = { "case", t->listed.ref };
	struct post *one;

	if (brings_words(e, section))
		return posts_letter(&t->posts, e->mail, section, to, t->ref,
		    &words, 1);
	if (t->event == REFERRAL_EV_LIST && e->mail == MAIL_B01)
		return posts_letter(&t->posts, e->mail, section, to, t->ref,
		    &listed, 1);
	one = posts_intent(&t->posts, e->mail, section, to->id, t->ref);
	if (one == NULL)
		return GW_LIMIT;
	one->row.arg = t->inner.fields;
	return GW_OK;
}

/*
 * To the referrer. The end of it (T07) leaves on the tick and says the same
 * for every outcome, unless the town chose otherwise (R20, R21).
 */
static enum gw_err
post_to_referrer(struct order_on *o, const struct effect *e)
{
	struct travel *t = o->t;
	enum gw_err r;

	if (e->mail == MAIL_T07 &&
	    strcmp(t->core->conf->referral_outcome_notice, "none") == 0)
		return GW_OK;
	/* Nobody to tell any more is no reason not to decide. */
	if (!o->has_referrer)
		return e->mail == MAIL_T07 || e->mail == MAIL_T09 ? GW_OK :
		    GW_KEY;
	r = post_to(o, e, &o->referrer);
	if (r == GW_OK && e->mail == MAIL_T07)
		t->posts.p[t->posts.n - 1].row.not_before =
		    posts_tick(t->core, t->now);
	return r;
}

static enum gw_err
post_effect(struct order_on *o, const struct effect *e)
{
	struct travel *t = o->t;

	switch (e->to) {
	case TO_REFERRER:
		return post_to_referrer(o, e);
	case TO_PERSON:
		return o->has_person ? post_to(o, e, &o->person) : GW_OK;
	case TO_SENDER:
		return e->mail == MAIL_T06 ? refer_again(&t->posts,
		    &t->referral, t->signer.id) : post_to(o, e, &t->signer);
	default:
		return GW_INTERNAL;
	}
}

static enum gw_err
take_step(struct order_on *o)
{
	struct travel *t = o->t;
	enum gw_err r;
	size_t i;

	t->event = referral_event_of((enum verb)t->inner.verb);
	r = referral_step(t->referral.state, t->event, &t->referral.state,
	    &t->effects);
	if (r == GW_OK && t->event == REFERRAL_EV_LIST) {
		ref_new('C', t->listed.ref);
		t->listed.listed = clock_day(t->now);
		memcpy(t->listed.referral, t->ref, sizeof(t->ref));
	}
	for (i = 0; r == GW_OK && i < t->effects.n; i++) {
		if (t->effects.e[i].type == EFFECT_MAIL)
			r = post_effect(o, &t->effects.e[i]);
	}
	return r;
}

enum gw_err
decide_step(struct travel *t)
{
	struct order_on o = { .t = t };
	enum reason reason;
	enum gw_err r;

	r = referral_by_ref(t->core->store, t->ref, &t->referral);
	if (r == GW_MISSING)
		return refuse(t, REASON_UNKNOWN_REFERENCE);
	if (r == GW_OK)
		r = look_up(&o);
	if (r != GW_OK)
		return r;
	travel_words(t, o.words);
	reason = lacks(&o);
	if (reason == REASON_OK) {
		r = take_step(&o);
		if (r == GW_STATE)
			reason = REASON_WRONG_STATE;
		else if (r == GW_KEY)
			reason = REASON_EXPIRED_KEY;
	}
	crypto_wipe(o.words, sizeof(o.words));
	if (reason != REASON_OK)
		return refuse(t, reason);
	t->mail.correspondent = t->signer.id;
	memcpy(t->mail.ref, t->ref, sizeof(t->mail.ref));
	return r;
}
