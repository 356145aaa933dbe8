/*
 * The life of a referral (domain.md 4.1) as a table of rows
 * {state, event, next, effects}. Pure: no clock, no store.
 */
#ifndef GW_FLOW_REFERRAL_H
#define GW_FLOW_REFERRAL_H

#include <stdbool.h>

#include "base/err.h"
#include "flow/effect.h"
#include "policy/policy.h"

/* States by their names in domain.md 4.1. */
#define REFERRAL_STATES(X)						\
	X(RECEIVED) X(ACCEPTED) X(ERASED)

enum referral_state {
#define X(id) REFERRAL_##id,
	REFERRAL_STATES(X)
#undef X
	REFERRAL_STATE_MAX
};

#define REFERRAL_EVENTS(X)						\
	X(VERIFIED)	/* accepted by verdict and policy */		\
	X(UNDECIDED_45)	/* 45 days without a decision */		\
	X(UNDECIDED_60)	/* 60 days: erased */

enum referral_event {
#define X(id) REFERRAL_EV_##id,
	REFERRAL_EVENTS(X)
#undef X
	REFERRAL_EVENT_MAX
};

const char *referral_state_name(enum referral_state s);
const char *referral_event_name(enum referral_event e);

/*
 * Takes one step: sets *next and fills `out`. GW_STATE when no row fits: then
 * *next is `from` and `out` is empty.
 */
enum gw_err referral_step(enum referral_state from, enum referral_event event,
    enum referral_state *next, struct effects *out);

#endif
