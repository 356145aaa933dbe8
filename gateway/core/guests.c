#include "core/guests.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "core/convene.h"
#include "core/refuse.h"

/* ---- OVERZICHT ---- */

struct overview {
	struct core *core;
	struct buf table;
};

/* A line each: who, of what, how far, since when. */
static enum gw_err
add_line(const struct invitation *i, void *arg)
{
	struct overview *o = arg;
	char since[CLOCK_DUTCH_LEN];
	struct correspondent who;
	enum gw_err r;

	if (i->correspondent == 0)
		return GW_OK;
	r = correspondent_by_id(o->core->store, i->correspondent, &who);
	if (r != GW_OK)
		return r == GW_MISSING ? GW_OK : r;
	clock_dutch_day(i->changed, since);
	buf_printf(&o->table, "%s%s (%s)\n  %s, sinds %s\n  %s",
	    o->table.len > 0 ? "\n" : "", who.address, who.organisation,
	    invitation_state_dutch(i->state), since, i->ref);
	return buf_error(&o->table);
}

static enum gw_err
overview(struct travel *t)
{
	struct meeting *m = &t->convening->step.m;
	struct overview o = { .core = t->core };
	char date[CLOCK_DUTCH_LEN], start[CLOCK_DUTCH_LEN];
	struct var vars[] = { { "date", date }, { "start", start },
		{ "table", "" } };
	enum gw_err r;
	bool there;

	r = convene_find(t, &there);
	if (r != GW_OK || !there)
		return r;
	clock_dutch_day(m->starts, date);
	clock_dutch_hour(m->starts, start);
	buf_init(&o.table, LIM_LISTS);
	r = invitation_each(t->core->store, m->ref, add_line, &o);
	vars[2].value = buf_str(&o.table);
	if (r == GW_OK)
		r = posts_letter(&t->posts, MAIL_B07, "overzicht",
		    &t->signer, m->ref, vars, 3);
	buf_free(&o.table);
	return r == GW_KEY ? refuse(t, REASON_EXPIRED_KEY) : r;
}

/* ---- GESPREK, OPNIEUW ---- */

/* The office's own words go in T19; it is sealed now and takes the place of
 * the one without. */
static enum gw_err
offer_talk(struct travel *t)
{
	struct inviting *i = &t->convening->inviting;
	char words[LIM_WORDS + 1];
	const struct var var = { "words", words };
	struct correspondent to;
	enum gw_err r;

	if (t->inner.words.len == 0)
		return GW_OK;
	r = correspondent_by_id(t->core->store, i->inv.correspondent, &to);
	if (r != GW_OK)
		return r;
	travel_words(t, words);
	r = posts_letter(&t->posts, MAIL_T19, "body", &to, t->ref, &var, 1);
	crypto_wipe(words, sizeof(words));
	i->effects.n = 0;
	return r;
}

static enum gw_err
one_guest(struct travel *t)
{
	struct inviting *i = &t->convening->inviting;
	bool talk = t->inner.verb == VERB_TALK;
	enum gw_err r;

	r = invite_find(t->core, t->ref, i);
	if (r == GW_MISSING)
		return refuse(t, REASON_UNKNOWN_REFERENCE);
	/* Who was removed since cannot be written to. */
	if (r == GW_OK)
		r = i->inv.correspondent == 0 ? GW_STATE : invite_decide(i,
		    talk ? INVITATION_EV_TALK : INVITATION_EV_AGAIN);
	if (r == GW_STATE)
		return refuse(t, REASON_WRONG_STATE);
	if (r == GW_OK && talk)
		r = offer_talk(t);
	if (r == GW_KEY)
		return refuse(t, REASON_EXPIRED_KEY);
	t->convening->one = true;
	if (r == GW_OK && posts_intent(&t->posts, MAIL_B07, talk ? "gesprek" :
	    "opnieuw", t->signer.id, t->ref) == NULL)
		r = GW_LIMIT;
	return r;
}

enum gw_err
guests_step(struct travel *t)
{
	enum gw_err r = convene_begin(t);

	t->mail.correspondent = t->signer.id;
	memcpy(t->mail.ref, t->ref, sizeof(t->mail.ref));
	if (r != GW_OK)
		return r;
	return t->inner.verb == VERB_OVERVIEW ? overview(t) : one_guest(t);
}

enum gw_err
guests_commit(struct travel *t)
{
	return t->convening->one ? invite_commit(t->core,
	    &t->convening->inviting, t->now, t->fpr) : GW_OK;
}
