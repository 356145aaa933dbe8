/*
 * How long a case may be known (domain.md 4.5, R131 to R141), as a table of
 * rows and the arithmetic of its term. Pure: no clock, no store; days are those
 * of clock_day().
 *
 * The term follows from what happened and is never an argument: a year from
 * the last discussion; five in all where it was extended by the rule (R134).
 * Nobody can name a later day.
 */
#ifndef GW_FLOW_RETENTION_H
#define GW_FLOW_RETENTION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/term.h"
#include "flow/effect.h"
#include "policy/policy.h"

#define RETENTION_STATES(X)						\
	X(NEW)		/* nothing yet */				\
	X(LISTED)	/* on the list, never discussed */		\
	X(DISCUSSED)							\
	X(FOLLOWED)	/* somebody manages the case */			\
	X(CLOSED)	/* nothing is left but the term */		\
	X(EXT_PROPOSED)							\
	X(EXTENDED)							\
	X(DUE_SOON)	/* the last 30 days */				\
	X(ERASED)

enum retention_state {
#define X(id) RETENTION_##id,
	RETENTION_STATES(X)
#undef X
	RETENTION_STATE_MAX
};

#define RETENTION_EVENTS(X)						\
	X(LIST)		/* of the mayor or the representative */	\
	/* signed by the chair */					\
	X(DISCUSS)	/* in a meeting that was held */		\
	X(FOLLOW)	/* a case manager is assigned */		\
	X(CLOSE)	/* a criterion of R124 is met */		\
	X(REFUSE)	/* the extension is not agreed */		\
	/* of the case manager */					\
	X(STUCK)							\
	/* of the mayor or the representative, for the controller */	\
	X(PROPOSE)	/* to extend; onto the agenda */		\
	X(EXTEND)	/* discussed, motivated, signed by two */	\
	/* timers */							\
	X(MONTH_1) X(MONTH_6)	/* report back (R119) */		\
	X(UNDISCUSSED)	/* 90 days on the list: alarm */		\
	X(DELIST)	/* and still not discussed: erased (R139) */	\
	X(SOON)		/* 30 days to go */				\
	X(END)		/* the term is over: erased */

enum retention_event {
#define X(id) RETENTION_EV_##id,
	RETENTION_EVENTS(X)
#undef X
	RETENTION_EVENT_MAX
};

const char *retention_state_name(enum retention_state s);
const char *retention_event_name(enum retention_event e);
const char *criterion_name(enum criterion c);
const char *closing_name(enum closing c);
const char *measures_name(enum measures m);
bool closing_succeeded(enum closing c);

/* From the discussion that agreed to an extension, in all (R134). */
#define RETENTION_YEARS_EXTENDED 5

/* What is known of the term of one case. */
struct retention {
	enum retention_state state;
	/* What it is below EXT_PROPOSED and DUE_SOON, which it goes back to:
	 * DISCUSSED, FOLLOWED, CLOSED or EXTENDED. Else as `state`. */
	enum retention_state below;
	int64_t listed;			/* days; 0 = not yet */
	int64_t last;			/* discussed */
	int64_t due;			/* erased when this day begins */
	unsigned criteria;		/* of the last extension; 0 = none */
	char meeting[LIM_REF + 1];	/* V-... where that was agreed, or "" */
	enum closing closing;
	enum measures measures;
	int64_t closed;			/* the day; 0 = it is not */
};

/* What an event brings along. */
struct retention_act {
	int64_t today;
	int64_t day;			/* DISCUSS, EXTEND: of the meeting */
	/* EXTEND */
	unsigned criteria;
	const char *meeting;
	struct {
		int64_t id;		/* correspondent */
		enum person_role role;
	} controller, witness;
	/* CLOSE */
	enum closing closing;
	enum measures measures;
};

/*
 * Takes one step: sets *next and fills `out`. Else *next is *r, `out` is empty,
 * and it is GW_STATE: no row fits, the timer came too early, or the term was
 * over by then; GW_FORMAT: the act names a day that has not come, or no
 * closing; GW_DENIED: an extension without a criterion, a meeting, or two
 * people of whom one decides and another one seconds.
 */
enum gw_err retention_step(const struct retention *r,
    enum retention_event event, const struct retention_act *act,
    struct retention *next, struct effects *out);

/* When an EFFECT_CLOCK of a case is due, in seconds UTC, for the record as it
 * is after the step; 0: never. Clocks that were set before need not be
 * forgotten: the one that comes too early is no event. */
int64_t retention_due(enum retention_event e, const struct retention *r,
    int64_t today);

#endif
