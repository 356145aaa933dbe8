/*
 * What a verdict leads to: rows for the store and mails for the outbox. First
 * decided (outcome_step), then, when the forwards are sealed, all of it in
 * one transaction (outcome_commit): design.md 3.6 to 3.8.
 */
#ifndef GW_CORE_OUTCOME_H
#define GW_CORE_OUTCOME_H

#include "core/way.h"

/* Decides; changes nothing but *t. GW_LIMIT: too many receivers. */
enum gw_err outcome_step(struct travel *t);

/* Commits everything or nothing. GW_FULL, GW_IO, GW_AGAIN. */
enum gw_err outcome_commit(struct travel *t);

/* An outbox row with its fixed Message-ID; T06 asks for a delivery notice. */
void outcome_row(struct core *c, struct outbox *row, enum mail_kind kind,
    const char *section, int64_t correspondent, const char *ref, int64_t now);

/* The next tick plus chance, so that time says nothing (R21). */
int64_t outcome_tick(const struct core *c, int64_t now);

/*
 * Queues a contentless notice T05 to everybody who receives referrals, unless
 * one of this section to this person still waits. Inside a transaction.
 */
enum gw_err outcome_notify(struct core *c, const char *section,
    const char *ref, int64_t now);

/* Queues T42 to the coordinators: `failed` will not arrive. Inside a
 * transaction. */
enum gw_err outcome_undeliverable(struct core *c, const struct outbox *failed,
    int64_t now);

/* Calls `each` for those who receive referrals: every active mayor_rep
 * (representative and deputies); the mayor only where there is none (R10). */
enum gw_err outcome_receivers(struct core *c, correspondent_fn each,
    void *arg);

#endif
