#include "flow/informing.h"

#include <string.h>

#include "flow/flow.h"

#define MAIL(text, whom)						\
	{ .type = EFFECT_MAIL, .mail = MAIL_T30, .section = text,	\
	    .to = whom }
#define AUDIT(what)							\
	{ .type = EFFECT_AUDIT, .audit = FLOW_AUDIT_INFORM_##what }
/* Whoever was asked and has not got it yet is not asked any more. */
#define OVER	{ .type = EFFECT_CALM }, { .type = EFFECT_RECALL }
#define ASK								\
	OVER, MAIL("body", TO_MEMBERS), MAIL("io", TO_IO),		\
	{ .type = EFFECT_TIMER, .event = INFORMING_EV_LAPSE,		\
	    .seconds = INFORMING_DAYS * 86400 },			\
	AUDIT(PROPOSED)
/* The letter is out of our hands; perhaps not out of the chair's. Whose doing
 * it was is not said. */
#define TAKEN_BACK							\
	OVER, MAIL("ingetrokken", TO_CHAIR), AUDIT(ENDED)

static const struct flow_row rows[] = {
	/* Whatever was said before is void; whoever has a letter hears it. */
	{ IN(INFORMING_NONE) | IN(INFORMING_ASKED),
	    INFORMING_EV_PROPOSE, INFORMING_ASKED, 6, { ASK } },
	{ IN(INFORMING_AGREED), INFORMING_EV_PROPOSE, INFORMING_ASKED, 7, {
		ASK,
		MAIL("ingetrokken", TO_CHAIR) } },

	{ IN(INFORMING_ASKED), INFORMING_EV_AGREE, FLOW_STAY, 1, {
		AUDIT(ANSWERED) } },
	{ IN(INFORMING_ASKED), INFORMING_EV_UNANIMOUS, INFORMING_AGREED, 4, {
		OVER,
		MAIL("brief", TO_CHAIR),
		AUDIT(AGREED) } },

	/* R100: without a reason, and the chair is not told whose it is. */
	{ IN(INFORMING_ASKED), INFORMING_EV_OBJECT, INFORMING_NONE, 4, {
		OVER,
		MAIL("geen-akkoord", TO_CHAIR),
		AUDIT(ANSWERED) } },
	{ IN(INFORMING_ASKED), INFORMING_EV_WITHDRAW, FLOW_STAY, 1, {
		AUDIT(ANSWERED) } },
	{ IN(INFORMING_AGREED), INFORMING_EV_OBJECT, INFORMING_NONE, 4, {
		TAKEN_BACK } },
	{ IN(INFORMING_AGREED), INFORMING_EV_WITHDRAW, INFORMING_NONE, 4, {
		TAKEN_BACK } },
	/* R108: whoever takes part from now on was not asked. */
	{ IN(INFORMING_AGREED), INFORMING_EV_VOID, INFORMING_NONE, 4, {
		TAKEN_BACK } },
	{ IN(INFORMING_AGREED), INFORMING_EV_GIVE_UP, INFORMING_NONE, 4, {
		TAKEN_BACK } },

	{ IN(INFORMING_ASKED), INFORMING_EV_GIVE_UP, INFORMING_NONE, 3, {
		OVER,
		AUDIT(ENDED) } },
	{ IN(INFORMING_ASKED), INFORMING_EV_VOID, INFORMING_NONE, 4, {
		OVER,
		MAIL("vervallen", TO_CHAIR),
		AUDIT(ENDED) } },
	/* Silence is a no. */
	{ IN(INFORMING_ASKED), INFORMING_EV_LAPSE, INFORMING_NONE, 4, {
		OVER,
		MAIL("vervallen", TO_CHAIR),
		AUDIT(ENDED) } },
};

const char *const informing_conditions[] = {
	"everybody-agrees", "fact-only", "no-investigation", NULL
};

/* ---- voices ---- */

/* Where the voice of that person stands; i->voices: nowhere. */
static size_t
find(const struct informing *i, int64_t person)
{
	size_t k;

	for (k = 0; k < i->voices; k++) {
		if (i->voice[k].person == person)
			break;
	}
	return k;
}

const struct informing_voice *
informing_voice_of(const struct informing *i, int64_t person)
{
	size_t at = find(i, person);

	return at < i->voices ? &i->voice[at] : NULL;
}

enum gw_err
informing_ask(struct informing *i, const struct informing_voice *voice)
{
	if (informing_voice_of(i, voice->person) != NULL)
		return GW_OK;
	if (i->voices == LIM_VOICES)
		return GW_LIMIT;
	i->voice[i->voices++] = *voice;
	return GW_OK;
}

size_t
informing_waits(const struct informing *i)
{
	size_t k, n = 0;

	for (k = 0; k < i->voices; k++)
		n += !i->voice[k].yes;
	return n;
}

static bool
has_officer(const struct informing *i)
{
	size_t k;

	for (k = 0; k < i->voices; k++) {
		if (i->voice[k].officer)
			return true;
	}
	return false;
}

/* Whether the round asks whom one would ask now, about the same letter. */
static bool
is_of_today(const struct informing *i, const struct informing *now)
{
	const struct informing_voice *v;
	size_t k;

	if (i->voices != now->voices ||
	    memcmp(i->text, now->text, sizeof(i->text)) != 0)
		return false;
	for (k = 0; k < i->voices; k++) {
		v = informing_voice_of(now, i->voice[k].person);
		if (v == NULL || v->officer != i->voice[k].officer)
			return false;
	}
	return true;
}

/* A yes counts for as long as its key does (R91). */
static void
drop_lost(struct informing *i, const struct informing *now)
{
	const struct informing_voice *v;
	size_t k;

	for (k = 0; k < i->voices; k++) {
		v = informing_voice_of(now, i->voice[k].person);
		i->voice[k].yes &= v->serves && v->key == i->voice[k].key;
	}
}

static void
say_yes(struct informing *i, const struct informing_act *a)
{
	struct informing_voice *v = &i->voice[find(i, a->person)];

	drop_lost(i, a->now);
	v->yes = true;
	v->key = informing_voice_of(a->now, a->person)->key;
}

/* ---- acts ---- */

static enum gw_err
check_agree(const struct informing *i, const struct informing_act *a)
{
	const struct informing_voice *v = informing_voice_of(i, a->person);

	if (v == NULL)
		return GW_DENIED;
	if (!informing_voice_of(a->now, a->person)->serves)
		return GW_DENIED;
	return v->yes ? GW_EXISTS : GW_OK;
}

static enum gw_err
check(const struct informing *i, const struct informing_act *a)
{
	const struct informing_voice *v = informing_voice_of(i, a->person);

	switch (a->event) {
	case INFORMING_EV_PROPOSE:
		if (a->now->voices == 0)
			return GW_MISSING;
		return has_officer(a->now) ? GW_OK : GW_KEY;
	case INFORMING_EV_AGREE:
		return check_agree(i, a);
	case INFORMING_EV_OBJECT:
		return v == NULL ? GW_DENIED : GW_OK;
	case INFORMING_EV_WITHDRAW:
		if (v == NULL)
			return GW_DENIED;
		return v->yes ? GW_OK : GW_MISSING;
	case INFORMING_EV_GIVE_UP:
	case INFORMING_EV_VOID:
	case INFORMING_EV_LAPSE:
		return GW_OK;
	default:
		return GW_STATE;
	}
}

static void
begin(struct informing *i, const struct informing_act *a)
{
	size_t own;

	*i = *a->now;
	i->chair = a->person;
	own = find(i, a->person);
	if (own < i->voices)
		i->voice[own].yes = true;
}

static void
forget(struct informing *i)
{
	int64_t chair = i->chair;

	crypto_wipe(i, sizeof(*i));
	i->chair = chair;
}

static void
apply(struct informing *i, const struct informing_act *a)
{
	switch (a->event) {
	case INFORMING_EV_PROPOSE:
		begin(i, a);
		break;
	case INFORMING_EV_AGREE:
		say_yes(i, a);
		break;
	case INFORMING_EV_WITHDRAW:
		i->voice[find(i, a->person)].yes = false;
		break;
	default:
		break;
	}
}

/* Adds to what follows already. */
static enum gw_err
step(enum informing_state from, enum informing_event event,
    enum informing_state *to, struct effects *out)
{
	struct effects more;
	enum gw_err r;
	size_t k;
	int next;

	r = flow_step(rows, sizeof(rows) / sizeof(rows[0]), (int)from,
	    (int)event, &next, &more);
	for (k = 0; k < more.n && out->n < EFFECT_LIST; k++)
		out->e[out->n++] = more.e[k];
	*to = (enum informing_state)next;
	return r;
}

enum gw_err
informing_act(struct informing *i, const struct informing_act *a,
    struct effects *out)
{
	struct informing_act changed = { .event = INFORMING_EV_VOID };
	enum informing_state next;
	enum gw_err r;

	if (a->event == INFORMING_EV_AGREE && i->state == INFORMING_ASKED &&
	    informing_voice_of(i, a->person) != NULL &&
	    !is_of_today(i, a->now))
		a = &changed;
	memset(out, 0, sizeof(*out));
	r = step(i->state, a->event, &next, out);
	if (r == GW_OK)
		r = check(i, a);
	if (r != GW_OK) {
		memset(out, 0, sizeof(*out));
		return r;
	}
	apply(i, a);
	i->state = next;
	if (a->event == INFORMING_EV_AGREE && informing_waits(i) == 0)
		r = step(i->state, INFORMING_EV_UNANIMOUS, &i->state, out);
	if (i->state == INFORMING_NONE)
		forget(i);
	return r;
}
