/*
 * One step of one invitation, whoever takes it: an order of the office, the
 * invitee, a delivery notice, a timer (domain.md 4.2). flow/invitation.c says
 * what follows; here it is written.
 */
#ifndef GW_CORE_INVITE_H
#define GW_CORE_INVITE_H

#include "core/core.h"

struct inviting {
	struct invitation inv;
	struct meeting meeting;
	bool has_left;			/* an answer proves that it has */
	uint32_t code;			/* T42: what the mail server said */
	enum invitation_event event;
	enum invitation_state next;
	struct effects effects;
};

/* An invitation and its meeting. GW_MISSING. */
enum gw_err invite_find(struct core *c, const char *ref, struct inviting *i);

/*
 * Asks the table what `event` makes of it. Answers count from SENT on: one to
 * what is still APPROVED here proves that it has left. GW_STATE: nothing.
 */
enum gw_err invite_decide(struct inviting *i, enum invitation_event event);

/*
 * Writes what was decided: state, timers, mails as intents, the chain; `actor`
 * is a fingerprint or NULL. B07 "weigering" brings words and is left to whoever
 * has them. Inside a transaction; sets i->inv.
 */
enum gw_err invite_commit(struct core *c, struct inviting *i, int64_t now,
    const char *actor);

/* The two at once; GW_OK also when there is nothing to do. */
enum gw_err invite_step(struct core *c, const struct invitation *inv,
    const struct meeting *m, enum invitation_event event, int64_t now,
    const char *actor);

/* A mail left, or arrived: where it is about an invitation, that is as far as
 * it goes. Inside a transaction. */
enum gw_err invite_left(struct core *c, const struct outbox *row,
    int64_t now);
enum gw_err invite_delivered(struct core *c, const struct outbox *row,
    int64_t now);

/*
 * A mail will not arrive: the coordinator hears of it (T42), as of one that
 * withdraws an invitation. Of another about an invitation its table decides
 * where it was for the invitee; else those who decide hear of it. Inside a
 * transaction.
 */
enum gw_err invite_undeliverable(struct core *c, const struct outbox *row,
    int64_t now);

/* A timer of an invitation. */
enum gw_err invite_due(struct core *c, const struct timer *timer,
    int64_t now);

#endif
