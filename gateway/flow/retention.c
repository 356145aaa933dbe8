#include "flow/retention.h"

#include <string.h>

#include "base/clock.h"
#include "flow/flow.h"

#define YEARS		1	/* R131 */
#define SOON_DAYS	30
#define UNDISCUSSED_DAYS 90
/* After the alarm; as much as an undecided referral has (R139). */
#define DELIST_DAYS	(UNDISCUSSED_DAYS + 15)

#define BELOW	(IN(RETENTION_DISCUSSED) | IN(RETENTION_FOLLOWED) |	\
		IN(RETENTION_CLOSED) | IN(RETENTION_EXTENDED))
#define TERM	(BELOW | IN(RETENTION_EXT_PROPOSED) | IN(RETENTION_DUE_SOON))
#define LED	(IN(RETENTION_FOLLOWED) | IN(RETENTION_EXTENDED))

/* As `next`: what it is below. */
#define BACK	RETENTION_STATE_MAX

#define MAIL(kind, text, whom)						\
	{ .type = EFFECT_MAIL, .mail = MAIL_##kind, .section = text,	\
	    .to = whom }
#define AUDIT(what)							\
	{ .type = EFFECT_AUDIT, .audit = FLOW_AUDIT_##what }
#define CLOCK(what)							\
	{ .type = EFFECT_CLOCK, .event = RETENTION_EV_##what }
/* R135, R136: each actor checks what it registers, and need not. R138: for how
 * long is nothing that we tell those whom the decree does not cover. */
#define DISCUSSED							\
	CLOCK(SOON), CLOCK(END), MAIL(T36, "body", TO_COVERED),		\
	MAIL(T36, "andere", TO_UNCOVERED), AUDIT(DISCUSSED)

/* ---- the table ---- */

static const struct flow_row rows[] = {
	{ IN(RETENTION_NEW), RETENTION_EV_LIST, RETENTION_LISTED, 2, {
		CLOCK(UNDISCUSSED),
		CLOCK(DELIST) } },

	/* R132: it begins anew. A case that was closed is open again. */
	{ IN(RETENTION_LISTED) | IN(RETENTION_CLOSED), RETENTION_EV_DISCUSS,
	    RETENTION_DISCUSSED, 5, { DISCUSSED } },
	{ IN(RETENTION_DISCUSSED) | LED | IN(RETENTION_EXT_PROPOSED),
	    RETENTION_EV_DISCUSS, FLOW_STAY, 5, { DISCUSSED } },
	{ IN(RETENTION_DUE_SOON), RETENTION_EV_DISCUSS, BACK, 5, {
		DISCUSSED } },

	/* R118, R119. */
	{ IN(RETENTION_DISCUSSED), RETENTION_EV_FOLLOW, RETENTION_FOLLOWED, 4, {
		CLOCK(MONTH_1),
		CLOCK(MONTH_6),
		MAIL(T24, "casusmanager", TO_CASE_MANAGER),
		AUDIT(FOLLOWED) } },
	{ LED, RETENTION_EV_FOLLOW, FLOW_STAY, 4, {
		CLOCK(MONTH_1),
		CLOCK(MONTH_6),
		MAIL(T24, "casusmanager", TO_CASE_MANAGER),
		AUDIT(FOLLOWED) } },
	{ TERM, RETENTION_EV_MONTH_1, FLOW_STAY, 1, {
		MAIL(T32, "body", TO_CASE_MANAGER) } },
	{ TERM, RETENTION_EV_MONTH_6, FLOW_STAY, 1, {
		MAIL(T32, "body", TO_CASE_MANAGER) } },
	{ TERM, RETENTION_EV_STUCK, FLOW_STAY, 1, {
		MAIL(T33, "body", TO_CHAIR) } },

	/* R125: mail ends, the term does not change. Also of an extended case:
	 * a ground that is gone must be able to end. */
	{ IN(RETENTION_DISCUSSED) | LED | IN(RETENTION_DUE_SOON),
	    RETENTION_EV_CLOSE, RETENTION_CLOSED, 2, {
		MAIL(T34, "body", TO_MEMBERS),
		AUDIT(CASE_CLOSED) } },

	/* R134. It comes onto the agenda with the next invitation. */
	{ BELOW | IN(RETENTION_DUE_SOON), RETENTION_EV_PROPOSE,
	    RETENTION_EXT_PROPOSED, 1, {
		AUDIT(EXTENSION_PROPOSED) } },
	{ IN(RETENTION_EXT_PROPOSED), RETENTION_EV_EXTEND,
	    RETENTION_EXTENDED, 3, {
		CLOCK(SOON),
		CLOCK(END),
		AUDIT(EXTENDED) } },
	{ IN(RETENTION_EXT_PROPOSED), RETENTION_EV_REFUSE, BACK, 1, {
		AUDIT(EXTENSION_REFUSED) } },

	/* R138: of the participants, those whom the decree covers. */
	{ BELOW, RETENTION_EV_SOON, RETENTION_DUE_SOON, 2, {
		MAIL(T35, "body", TO_REPRESENTATIVE),
		MAIL(T35, "deelnemers", TO_COVERED) } },
	{ IN(RETENTION_EXT_PROPOSED), RETENTION_EV_SOON, FLOW_STAY, 2, {
		MAIL(T35, "body", TO_REPRESENTATIVE),
		MAIL(T35, "deelnemers", TO_COVERED) } },
	/* Whatever state it is in: a proposal keeps nothing. Who took part is
	 * looked up before the key is destroyed. */
	{ TERM, RETENTION_EV_END, RETENTION_ERASED, 4, {
		MAIL(T37, "body", TO_REPRESENTATIVE),
		MAIL(T37, "deelnemers", TO_COVERED),
		{ .type = EFFECT_ERASE },
		AUDIT(ERASED) } },

	/* R139: without a discussion there is no year. */
	{ IN(RETENTION_LISTED), RETENTION_EV_UNDISCUSSED, FLOW_STAY, 2, {
		MAIL(T35, "nooit-besproken", TO_REPRESENTATIVE),
		AUDIT(ALARM) } },
	{ IN(RETENTION_LISTED), RETENTION_EV_DELIST, RETENTION_ERASED, 3, {
		MAIL(T37, "body", TO_REPRESENTATIVE),
		{ .type = EFFECT_ERASE },
		AUDIT(ERASED) } }
};

/* ---- names ---- */

static const char *const states[RETENTION_STATE_MAX] = {
#define X(id) #id,
	RETENTION_STATES(X)
#undef X
};

static const char *const events[RETENTION_EVENT_MAX] = {
#define X(id) #id,
	RETENTION_EVENTS(X)
#undef X
};

static const char *const criteria[CRITERION_MAX] = {
#define X(id, name) name,
	CRITERIA(X)
#undef X
};

static const struct {
	const char *name;
	bool success;
} closings[CLOSING_MAX] = {
#define X(id, name, success) { name, success },
	CLOSINGS(X)
#undef X
};

static const char *const measures[MEASURES_MAX] = {
#define X(id, name) name,
	OUTCOMES_OF_MEASURES(X)
#undef X
};

const char *
retention_state_name(enum retention_state s)
{
	return (unsigned)s < RETENTION_STATE_MAX ? states[s] : "?";
}

const char *
retention_event_name(enum retention_event e)
{
	return (unsigned)e < RETENTION_EVENT_MAX ? events[e] : "?";
}

const char *
criterion_name(enum criterion c)
{
	return (unsigned)c < CRITERION_MAX ? criteria[c] : "?";
}

const char *
closing_name(enum closing c)
{
	return (unsigned)c < CLOSING_MAX ? closings[c].name : "?";
}

const char *
measures_name(enum measures m)
{
	return (unsigned)m < MEASURES_MAX ? measures[m] : "?";
}

bool
closing_succeeded(enum closing c)
{
	return (unsigned)c < CLOSING_MAX && closings[c].success;
}

/* ---- what must hold ---- */

/* A discussion counts by the day of its meeting, however late that is booked;
 * one that has not been held yet cannot lengthen anything. */
static enum gw_err
check_day(const struct retention *r, const struct retention_act *act,
    int64_t day)
{
	if (day <= 0 || day > act->today)
		return GW_FORMAT;
	return r->due != 0 && day >= r->due ? GW_STATE : GW_OK;
}

static enum gw_err
check_extension(const struct retention_act *act)
{
	bool ground = act->criteria != 0 &&
	    (act->criteria & ~CRITERIA_ALL) == 0 && act->meeting != NULL &&
	    act->meeting[0] == 'V' && strlen(act->meeting) == LIM_REF;
	bool two = act->controller.id != 0 && act->witness.id != 0 &&
	    act->controller.id != act->witness.id &&
	    policy_decides(act->controller.role) &&
	    policy_seconds(act->witness.role);

	return ground && two ? GW_OK : GW_DENIED;
}

static enum gw_err
check_closing(const struct retention *r, const struct retention_act *act)
{
	if (r->below == RETENTION_CLOSED)
		return GW_STATE;
	return act->closing > CLOSING_OPEN && act->closing < CLOSING_MAX &&
	    act->measures > MEASURES_NONE && act->measures < MEASURES_MAX ?
	    GW_OK : GW_FORMAT;
}

/* The day on which a timer is an event; 0: it is none of the term. */
static int64_t
day_of(enum retention_event e, const struct retention *r)
{
	switch (e) {
	case RETENTION_EV_SOON:
		return r->due - SOON_DAYS;
	case RETENTION_EV_END:
		return r->due;
	case RETENTION_EV_UNDISCUSSED:
		return r->listed + UNDISCUSSED_DAYS;
	case RETENTION_EV_DELIST:
		return r->listed + DELIST_DAYS;
	default:
		return 0;
	}
}

static enum gw_err
check(const struct retention *r, enum retention_event e,
    const struct retention_act *act)
{
	enum gw_err err = GW_OK;

	switch (e) {
	case RETENTION_EV_LIST:
		return act->today > 0 ? GW_OK : GW_FORMAT;
	case RETENTION_EV_DISCUSS:
		return check_day(r, act, act->day);
	case RETENTION_EV_EXTEND:
		err = check_day(r, act, act->day);
		return err == GW_OK ? check_extension(act) : err;
	case RETENTION_EV_CLOSE:
		err = check_closing(r, act);
		break;
	case RETENTION_EV_MONTH_1:
	case RETENTION_EV_MONTH_6:
	case RETENTION_EV_STUCK:
		if ((LED & IN(r->below)) == 0)
			err = GW_STATE;
		break;
	case RETENTION_EV_FOLLOW:
	case RETENTION_EV_REFUSE:
	case RETENTION_EV_PROPOSE:
		break;
	default:
		return act->today >= day_of(e, r) ? GW_OK : GW_STATE;
	}
	return err == GW_OK ? check_day(r, act, act->today) : err;
}

/* ---- what changes ---- */

static int64_t
later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static void
discuss(struct retention *r, int64_t day)
{
	int64_t year;

	r->last = later(r->last, day);
	year = clock_add_years(r->last, YEARS);
	r->due = r->criteria != 0 ? later(r->due, year) : year;
	r->closing = CLOSING_OPEN;
	r->measures = MEASURES_NONE;
	r->closed = 0;
	if (r->below == RETENTION_CLOSED || r->below == RETENTION_LISTED)
		r->below = RETENTION_DISCUSSED;
}

/* From the discussion that agreed to it: five years in all, not one and five. */
static void
extend(struct retention *r, const struct retention_act *act)
{
	discuss(r, act->day);
	r->criteria = act->criteria;
	memcpy(r->meeting, act->meeting, sizeof(r->meeting));
	r->due = clock_add_years(r->last,
	    RETENTION_YEARS_EXTENDED);
}

static void
apply(struct retention *r, enum retention_event e,
    const struct retention_act *act)
{
	switch (e) {
	case RETENTION_EV_LIST:
		r->listed = act->today;
		break;
	case RETENTION_EV_DISCUSS:
		discuss(r, act->day);
		break;
	case RETENTION_EV_EXTEND:
		extend(r, act);
		break;
	case RETENTION_EV_CLOSE:
		r->closing = act->closing;
		r->measures = act->measures;
		r->closed = act->today;
		break;
	case RETENTION_EV_END:
	case RETENTION_EV_DELIST:
		/* The figures stay (R126), the ground for keeping it goes. */
		r->criteria = 0;
		r->meeting[0] = '\0';
		break;
	default:
		break;
	}
}

/* EXT_PROPOSED and DUE_SOON lie upon another state. */
static bool
is_upon(enum retention_state s)
{
	return s == RETENTION_EXT_PROPOSED || s == RETENTION_DUE_SOON;
}

enum gw_err
retention_step(const struct retention *r, enum retention_event event,
    const struct retention_act *act, struct retention *next,
    struct effects *out)
{
	enum gw_err err;
	int to;

	*next = *r;
	err = flow_step(rows, sizeof(rows) / sizeof(rows[0]), (int)r->state,
	    (int)event, &to, out);
	if (err == GW_OK)
		err = check(r, event, act);
	if (err != GW_OK) {
		memset(out, 0, sizeof(*out));
		return err;
	}
	apply(next, event, act);
	next->state = to == BACK ? next->below : (enum retention_state)to;
	if (out->e[0].type == EFFECT_STATE)
		out->e[0].state = (int)next->state;
	if (!is_upon(next->state))
		next->below = next->state;
	return GW_OK;
}

int64_t
retention_due(enum retention_event e, const struct retention *r,
    int64_t today)
{
	int64_t day = day_of(e, r);

	if (e == RETENTION_EV_MONTH_1)
		day = clock_add_months(today, 1);
	if (e == RETENTION_EV_MONTH_6)
		day = clock_add_months(today, 6);
	return day <= 0 ? 0 : clock_day_start(day);
}
