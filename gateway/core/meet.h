/*
 * One step of one meeting, whoever takes it: an order of the office or a timer
 * (domain.md 4.4). flow/meeting.c says what follows; here it is written.
 */
#ifndef GW_CORE_MEET_H
#define GW_CORE_MEET_H

#include "core/core.h"

struct meeting_step {
	struct meeting m;
	enum meeting_event event;
	enum meeting_state next;
	struct effects effects;
	int64_t sender;			/* whose order it is; 0: a timer */
	const struct attendance *present; /* HOLD: who was there; else NULL */
};

/* Asks the table what `event` makes of s->m. GW_STATE: nothing. */
enum gw_err meet_decide(struct meeting_step *s, enum meeting_event event);

/*
 * Writes what was decided: state, timers, the steps of its invitations, mails
 * as intents, the chain; `actor` is a fingerprint or NULL. Inside a
 * transaction; sets s->m. GW_EXISTS: the attendance is closed already.
 */
enum gw_err meet_commit(struct core *c, struct meeting_step *s, int64_t now,
    const char *actor);

/* A timer of a meeting. */
enum gw_err meet_due(struct core *c, const struct timer *timer, int64_t now);

#endif
