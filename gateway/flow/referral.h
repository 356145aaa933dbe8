/*
 * The life of a referral (domain.md 4.1) as a table of rows
 * {states, event, next, effects}. Pure: no clock, no store.
 */
#ifndef GW_FLOW_REFERRAL_H
#define GW_FLOW_REFERRAL_H

#include <stdbool.h>

#include "base/err.h"
#include "base/verb.h"
#include "flow/effect.h"
#include "policy/policy.h"

/* States by their names in domain.md 4.1. */
#define REFERRAL_STATES(X)						\
	X(RECEIVED) X(ACCEPTED) X(TAKEN) X(INFO_ASKED) X(ORAL)		\
	X(LISTED) X(NOT_RETAINED) X(REDIRECTED) X(HANDED_OFF) X(ERASED)

enum referral_state {
#define X(id) REFERRAL_##id,
	REFERRAL_STATES(X)
#undef X
	REFERRAL_STATE_MAX
};

#define REFERRAL_EVENTS(X)						\
	X(VERIFIED)	/* accepted by verdict and policy */		\
	X(FOLLOW_UP)	/* its referrer writes again */			\
	/* orders of the mayor or the representative */			\
	X(LIST) X(NOT_RETAINED) X(ASK) X(ORAL) X(SPOKEN) X(REDIRECT)	\
	X(AGAIN) X(TAKEN_OVER) X(INFO)					\
	/* timers */							\
	X(UNDECIDED_45)	/* 45 days without a decision: alarm */		\
	X(UNDECIDED_60)	/* 60 days: erased, decided or not */		\
	X(DONE)		/* a while after the decision: erased */

enum referral_event {
#define X(id) REFERRAL_EV_##id,
	REFERRAL_EVENTS(X)
#undef X
	REFERRAL_EVENT_MAX
};

/*
 * What became of it, kept for the figures (R126) after all else is gone. A
 * ground of GROUNDS, or one of these.
 */
#define REFERRAL_OUTCOMES(X)						\
	X(OPEN, "open") X(LISTED, "listed")				\
	X(NO_INDICATION, "no-indication") X(OTHER_HELP, "other-help")	\
	X(OWN_STEPS, "own-steps") X(TOO_LITTLE, "too-little")		\
	X(REDIRECTED, "redirected") X(UNDECIDED, "undecided")

enum referral_outcome {
#define X(id, name) OUTCOME_##id,
	REFERRAL_OUTCOMES(X)
#undef X
	REFERRAL_OUTCOME_MAX
};

const char *referral_state_name(enum referral_state s);
const char *referral_event_name(enum referral_event e);
const char *referral_outcome_name(enum referral_outcome o);

/*
 * Takes one step: sets *next and fills `out`. GW_STATE when no row fits: then
 * *next is `from` and `out` is empty.
 */
enum gw_err referral_step(enum referral_state from, enum referral_event event,
    enum referral_state *next, struct effects *out);

/* The event that an order on a referral is; REFERRAL_EVENT_MAX for a verb that
 * is none. */
enum referral_event referral_event_of(enum verb v);

/* What `event` makes of the outcome, with `ground` where it is not retained. */
enum referral_outcome referral_outcome_after(enum referral_outcome before,
    enum referral_event event, enum ground ground);

/* Whether nothing is decided yet. */
bool referral_is_open(enum referral_state s);

#endif
