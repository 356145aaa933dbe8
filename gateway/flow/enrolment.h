/*
 * How a person or a new key comes in (design.md 10, "Two officers"): proposed
 * by an officer who phoned, confirmed by a second one, proven by whoever holds
 * the key. A table of rows like the other flows; pure.
 *
 * No state leads past a person: neither a command nor a flag is an event that
 * confirms (R148, R149).
 */
#ifndef GW_FLOW_ENROLMENT_H
#define GW_FLOW_ENROLMENT_H

#include "base/err.h"
#include "flow/effect.h"
#include "policy/policy.h"

#define ENROLMENT_STATES(X)						\
	X(NEW)		/* nothing yet */				\
	X(TYPED)	/* by the operator: waits for an officer */	\
	X(PROPOSED)	/* by an officer: waits for a second one */	\
	X(PROVING)	/* confirmed: waits for the key's holder */	\
	X(ENROLLED) X(REJECTED) X(EXPIRED)

enum enrolment_state {
#define X(id) ENROLMENT_##id,
	ENROLMENT_STATES(X)
#undef X
	ENROLMENT_STATE_MAX
};

#define ENROLMENT_EVENTS(X)						\
	X(TYPE)		/* the operator's command */			\
	X(PROPOSE)	/* INSCHRIJVEN by who may decide */		\
	X(AGREE)	/* BEVESTIG by who may decide */		\
	X(SECOND)	/* BEVESTIG by a second officer */		\
	X(PROVE)	/* BEVESTIG by the newcomer, signed with the key */ \
	X(REJECT)	/* AFWIJZEN */					\
	X(EXPIRE)	/* 14 days */

enum enrolment_event {
#define X(id) ENROLMENT_EV_##id,
	ENROLMENT_EVENTS(X)
#undef X
	ENROLMENT_EVENT_MAX
};

/* As long as the mail that it began with is kept (domain.md 4.1): 14 days. */
#define ENROLMENT_SECONDS	((int64_t)14 * 24 * 60 * 60)

const char *enrolment_state_name(enum enrolment_state s);
const char *enrolment_event_name(enum enrolment_event e);

/* As referral_step(). */
enum gw_err enrolment_step(enum enrolment_state from,
    enum enrolment_event event, enum enrolment_state *next,
    struct effects *out);

/*
 * The event that BEVESTIG is when somebody in this role sends it in that
 * state; ENROLMENT_EVENT_MAX when theirs is not the one that is waited for.
 */
enum enrolment_event enrolment_confirms(enum enrolment_state s,
    enum person_role role);

#endif
