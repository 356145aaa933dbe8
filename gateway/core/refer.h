/*
 * A referral comes in (domain.md 4.1), its referrer writes again, its clock
 * runs out: what the rows of flow/referral.c ask for, done.
 */
#ifndef GW_CORE_REFER_H
#define GW_CORE_REFER_H

#include "core/way.h"

/* A new one. */
enum gw_err refer_step(struct travel *t);

/* More on one of the signer's own; a new one where the old one is closed, so
 * that nobody learns where it stands (R20). */
enum gw_err refer_more(struct travel *t);

/* Queues a T06 with the n-th mail of a referral to everybody who receives. */
enum gw_err refer_forward(struct travel *t, int n);

/* Writes what a step of t->referral makes, but for the mails. */
enum gw_err refer_commit(struct travel *t);

/* A timer of a referral is due; inside a transaction. */
enum gw_err refer_due(struct core *c, const struct timer *timer, int64_t now);

/* Queues all that is kept of a referral, sealed anew when due, to one person
 * (OPNIEUW, and whoever takes over a mandate). */
enum gw_err refer_again(struct posts *p, const struct referral *rf,
    int64_t correspondent);

#endif
