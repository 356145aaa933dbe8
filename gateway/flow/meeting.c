#include "flow/meeting.h"

#include "flow/flow.h"
#include "flow/invitation.h"

#define DAYS(n)	((int64_t)(n) * 24 * 60 * 60)

#define MAIL(kind, text, whom)						\
	{ .type = EFFECT_MAIL, .mail = MAIL_##kind, .section = text,	\
	    .to = whom }
#define DONE_LETTER(text)	MAIL(B07, text, TO_SENDER)
#define AUDIT(what)							\
	{ .type = EFFECT_AUDIT, .audit = FLOW_AUDIT_##what }
#define CLOCK(what)							\
	{ .type = EFFECT_CLOCK, .event = MEETING_EV_##what }
#define EACH(what)							\
	{ .type = EFFECT_EACH, .event = INVITATION_EV_##what }
#define CALM	{ .type = EFFECT_CALM }

/* ---- its life ---- */

static const struct flow_row rows[] = {
	/* R46: it lies with whoever may order it. */
	{ IN(MEETING_NEW), MEETING_EV_DRAFT, MEETING_PLANNED, 4, {
		CLOCK(LAPSE),
		CLOCK(DONE),
		MAIL(B07, "ontwerp", TO_DECIDERS),
		AUDIT(DRAFTED) } },
	{ IN(MEETING_PLANNED), MEETING_EV_CHANGE, FLOW_STAY, 5, {
		CALM,
		CLOCK(LAPSE),
		CLOCK(DONE),
		MAIL(B07, "ontwerp", TO_DECIDERS),
		AUDIT(CHANGED) } },
	/* Nobody ordered it, so nobody was invited and nobody is told. */
	{ IN(MEETING_PLANNED), MEETING_EV_LAPSE, MEETING_CANCELLED, 2, {
		EACH(CANCEL),
		AUDIT(CANCELLED) } },

	/* R45. */
	{ IN(MEETING_NEW) | IN(MEETING_PLANNED), MEETING_EV_CONVENE,
	    MEETING_CONVENED, 6, {
		CALM,
		EACH(ORDERED),
		CLOCK(UNCLOSED),
		CLOCK(DONE),
		DONE_LETTER("bijeengeroepen"),
		AUDIT(CONVENED) } },
	/* R41, R68: a permanent representative, a service thought of later. */
	{ IN(MEETING_CONVENED), MEETING_EV_MORE, FLOW_STAY, 3, {
		EACH(ORDERED),
		DONE_LETTER("bijeengeroepen"),
		AUDIT(CONVENED) } },
	/* R60. */
	{ IN(MEETING_CONVENED), MEETING_EV_CHANGE, FLOW_STAY, 6, {
		CALM,
		EACH(MOVE),
		CLOCK(UNCLOSED),
		CLOCK(DONE),
		DONE_LETTER("verplaatst"),
		AUDIT(CHANGED) } },
	{ IN(MEETING_PLANNED) | IN(MEETING_CONVENED), MEETING_EV_CANCEL,
	    MEETING_CANCELLED, 5, {
		CALM,
		EACH(CANCEL),
		CLOCK(DONE),
		DONE_LETTER("afgelast"),
		AUDIT(CANCELLED) } },

	/* Signed by the chair; from here last_discussed runs (R131), and these
	 * are the people of the consensus (R89). */
	{ IN(MEETING_CONVENED), MEETING_EV_HOLD, MEETING_HELD, 5, {
		CALM,
		{ .type = EFFECT_ATTENDANCE },
		CLOCK(DONE),
		DONE_LETTER("aanwezig"),
		AUDIT(HELD) } },
	/* Without that nothing that was discussed would count. */
	{ IN(MEETING_CONVENED), MEETING_EV_UNCLOSED, FLOW_STAY, 2, {
		MAIL(B07, "niet-afgesloten", TO_DECIDERS),
		AUDIT(ALARM) } },

	/* Erased while it can still be counted how many were there. */
	{ IN(MEETING_CONVENED) | IN(MEETING_HELD), MEETING_EV_DONE,
	    MEETING_CLOSED, 3, {
		{ .type = EFFECT_ERASE },
		EACH(DONE),
		AUDIT(ERASED) } },
	{ IN(MEETING_CANCELLED), MEETING_EV_DONE, FLOW_STAY, 3, {
		{ .type = EFFECT_ERASE },
		EACH(DONE),
		AUDIT(ERASED) } }
};

static const char *const states[MEETING_STATE_MAX] = {
#define X(id) #id,
	MEETING_STATES(X)
#undef X
};

static const char *const events[MEETING_EVENT_MAX] = {
#define X(id) #id,
	MEETING_EVENTS(X)
#undef X
};

static const struct {
	const char *name, *dutch;
} kinds[MEETING_KIND_MAX] = {
#define X(id, name, dutch) { name, dutch },
	MEETING_KINDS(X)
#undef X
};

const char *
meeting_state_name(enum meeting_state s)
{
	return (unsigned)s < MEETING_STATE_MAX ? states[s] : "?";
}

const char *
meeting_event_name(enum meeting_event e)
{
	return (unsigned)e < MEETING_EVENT_MAX ? events[e] : "?";
}

const char *
meeting_kind_name(enum meeting_kind k)
{
	return (unsigned)k < MEETING_KIND_MAX ? kinds[k].name : "?";
}

const char *
meeting_kind_dutch(enum meeting_kind k)
{
	return (unsigned)k < MEETING_KIND_MAX ? kinds[k].dutch : "?";
}

enum gw_err
meeting_step(enum meeting_state from, enum meeting_event event,
    enum meeting_state *next, struct effects *out)
{
	enum gw_err err;
	int to;

	err = flow_step(rows, sizeof(rows) / sizeof(rows[0]), (int)from,
	    (int)event, &to, out);
	*next = (enum meeting_state)to;
	return err;
}

int64_t
meeting_due(enum meeting_event e, int64_t starts, int64_t ends)
{
	switch (e) {
	case MEETING_EV_LAPSE:
		return starts;
	case MEETING_EV_UNCLOSED:
		return ends + DAYS(3);
	case MEETING_EV_DONE:
		return ends + DAYS(30);
	default:
		return 0;
	}
}

/* ---- how often ---- */

static const struct {
	const char *name;
	int days;
} cadences[CADENCE_MAX] = {
#define X(id, name, days) { name, days },
	CADENCES(X)
#undef X
};

const char *
cadence_name(enum cadence c)
{
	return (unsigned)c < CADENCE_MAX ? cadences[c].name : "?";
}

int64_t
cadence_nudge(enum cadence c, int64_t held, int notice_days)
{
	int days;

	if ((unsigned)c >= CADENCE_MAX || c == CADENCE_DORMANT)
		return 0;
	/* R113: once at least, so that all know their role. */
	if (held == 0)
		return 1;
	days = cadences[c].days;
	if (days == 0)
		return 0;
	return days > notice_days ? held + DAYS(days - notice_days) : held;
}
