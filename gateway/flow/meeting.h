/*
 * A meeting (domain.md 4.4) and what must hold before anybody is invited to
 * it. Pure: no clock, no store.
 */
#ifndef GW_FLOW_MEETING_H
#define GW_FLOW_MEETING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "flow/effect.h"
#include "policy/policy.h"

/* ---- its life ---- */

#define MEETING_STATES(X)						\
	X(NEW)		/* nothing yet */				\
	X(PLANNED)	/* drafted; no invitation has left */		\
	X(CONVENED)	/* ordered by the mayor or representative */	\
	X(HELD)		/* the attendance is closed */			\
	X(CLOSED)	/* erased; the figures stay */			\
	X(CANCELLED)

enum meeting_state {
#define X(id) MEETING_##id,
	MEETING_STATES(X)
#undef X
	MEETING_STATE_MAX
};

#define MEETING_EVENTS(X)						\
	X(DRAFT)	/* the coordinator's act */			\
	/* orders of the mayor or the representative (R45) */		\
	X(CONVENE) X(MORE)	/* MORE: who else is invited */		\
	X(CHANGE) X(CANCEL)						\
	X(HOLD)		/* the chair closes the attendance */		\
	/* timers */							\
	X(LAPSE)	/* a draft that nobody ordered has begun */	\
	X(UNCLOSED)	/* over, and the attendance is still open */	\
	X(DONE)		/* over for 30 days: erased */

enum meeting_event {
#define X(id) MEETING_EV_##id,
	MEETING_EVENTS(X)
#undef X
	MEETING_EVENT_MAX
};

/* The two tables (R37). X(identifier, stable name, Dutch for people) */
#define MEETING_KINDS(X)						\
	X(OPERATIONAL, "operational", "casusoverleg")			\
	X(STRATEGIC, "strategic", "strategisch overleg")

enum meeting_kind {
#define X(id, name, dutch) MEETING_##id,
	MEETING_KINDS(X)
#undef X
	MEETING_KIND_MAX
};

const char *meeting_state_name(enum meeting_state s);
const char *meeting_event_name(enum meeting_event e);
const char *meeting_kind_name(enum meeting_kind k);
const char *meeting_kind_dutch(enum meeting_kind k);

/* As referral_step(). A coordinator may CHANGE a draft, and nothing later. */
enum gw_err meeting_step(enum meeting_state from, enum meeting_event event,
    enum meeting_state *next, struct effects *out);

/* When an EFFECT_CLOCK of a meeting is due; 0: never. */
int64_t meeting_due(enum meeting_event e, int64_t starts, int64_t ends);

/* ---- what must hold before it is convened ---- */

/*
 * What is wrong with a plan. X(identifier, stable name, rule of domain.md 3,
 * the section of B07 that says so to people and how to mend it). ORDER is
 * answered with B02.
 */
#define MEETING_FAULTS(X)						\
	X(NONE, "none", "", "")						\
	X(ORDER, "order", "R45", "")					\
	X(TOO_MANY, "too-many", "R41", "guard-too-many")		\
	X(PAST, "past", "R55", "guard-past")				\
	X(TIMES, "times", "R55", "guard-times")				\
	X(NOTICE, "notice", "R55", "guard-notice")			\
	X(STRATEGIC_CASE, "strategic-case", "R37",			\
	    "guard-strategic-case")					\
	X(CHAIR, "io-chairs", "R35", "guard-io-chairs")			\
	X(SELF, "self", "R46", "guard-self")				\
	X(TWICE, "twice", "R58", "guard-twice")				\
	X(EXCLUDED, "excluded", "R36", "guard-excluded")		\
	X(OUTSIDER, "outsider", "R34", "guard-excluded")		\
	X(GROUND, "no-ground", "R40", "guard-no-ground")		\
	X(MANDATE, "mandate", "R39", "guard-mandate")			\
	X(KEY, "key", "R66", "guard-key")				\
	X(SEAT_MAYOR, "seat-mayor", "R33", "guard-mandatory-seats")	\
	X(SEAT_POLICE, "seat-police", "R33", "guard-mandatory-seats")	\
	X(SEAT_PREVENTION, "seat-prevention", "R33",			\
	    "guard-mandatory-seats")					\
	X(NOBODY, "nobody", "R34", "guard-nobody")			\
	X(NOT_BEGUN, "not-begun", "R89", "guard-not-begun")

enum meeting_fault {
#define X(id, name, rule, section) FAULT_##id,
	MEETING_FAULTS(X)
#undef X
	MEETING_FAULT_MAX
};

const char *meeting_fault_name(enum meeting_fault f);
const char *meeting_fault_rule(enum meeting_fault f);
const char *meeting_fault_section(enum meeting_fault f);

/* Somebody at the table, as the register has them. */
struct meeting_person {
	int64_t id;		/* of the correspondent */
	enum person_role role;
	enum org_class org_class;
	const char *address;
	const char *ground;	/* legal ground of the organisation */
	bool serves;		/* correspondent_serves() at the start */
	bool usable_key;
};

struct meeting_plan {
	enum meeting_kind kind;
	int64_t starts;
	int64_t ends;
	bool urgent;		/* says why the notice is short */
	size_t cases;		/* how many case references it carries */
	const struct meeting_person *chair;	/* NULL: nobody is named */
	const struct meeting_person *invitee;
	size_t invitees;
};

/* Whose act it is. */
struct meeting_order {
	bool draft;		/* to be ordered by somebody else */
	enum person_role role;
	int64_t by;		/* correspondent */
	int64_t now;
	int notice_days;	/* of the calendar in Brussels */
};

/* One thing that is wrong. */
struct meeting_finding {
	enum meeting_fault fault;
	size_t who;		/* which invitee; p->invitees: of none */
};

/*
 * Everything that is wrong, so that it can be mended at once: how many things,
 * of which the first `max` are in `out`; 0 when nothing is. Who may not order
 * hears no more than that. A draft is judged like an order, but may come from
 * the coordinator, who may stand in it.
 */
size_t meeting_check_all(const struct meeting_plan *p,
    const struct meeting_order *o, struct meeting_finding *out, size_t max);

/* The first of them; FAULT_NONE: the meeting can be convened. */
enum meeting_fault meeting_check(const struct meeting_plan *p,
    const struct meeting_order *o, size_t *who);

/* The same for closing the attendance: it has begun, and only at an operational
 * table are cases discussed. */
enum meeting_fault meeting_check_held(enum meeting_kind kind, int64_t starts,
    int64_t now, size_t cases);

/* ---- how often (R115) ---- */

/* X(identifier, stable name, days from one to the next; 0: when there is
 * something to discuss) */
#define CADENCES(X)							\
	X(WEEKLY, "weekly", 7) X(THREE_WEEKLY, "three-weekly", 21)	\
	X(MONTHLY, "monthly", 30) X(AD_HOC, "ad-hoc", 0)		\
	X(DORMANT, "dormant", 0)	/* "slaapstand" */

enum cadence {
#define X(id, name, days) CADENCE_##id,
	CADENCES(X)
#undef X
	CADENCE_MAX
};

const char *cadence_name(enum cadence c);

/*
 * When to remind the office that it is time to convene: so early that the
 * invitations make the term of `notice_days`, never before the last meeting
 * was over. `held` is when that was, 0 for never: then at once (R113), which
 * is 1. 0: never.
 */
int64_t cadence_nudge(enum cadence c, int64_t held, int notice_days);

#endif
