/*
 * Notices of the gateway's own accord: to the office that something waits, to
 * the coordinator that something did not arrive. And who the office is.
 */
#ifndef GW_CORE_NOTICE_H
#define GW_CORE_NOTICE_H

#include "core/core.h"

/* Calls `each` for those who receive referrals: every serving mayor_rep
 * (representative and deputies); the mayor only where there is none (R10). */
enum gw_err notice_receivers(struct core *c, correspondent_fn each,
    void *arg);

/* Calls `each` for every serving correspondent for whom `is` says yes. */
enum gw_err notice_people(struct core *c, bool (*is)(enum person_role),
    correspondent_fn each, void *arg);

bool notice_is_dpo(enum person_role r);

/*
 * Queues a contentless notice T05 to everybody who receives referrals. Of those
 * that only say that somebody has to look, not while one to this person waits.
 * Inside a transaction.
 */
enum gw_err notify(struct core *c, const char *section, const char *ref,
    int64_t now);

/* The same to the DPO alone. */
enum gw_err notify_dpo(struct core *c, const char *section, const char *ref,
    int64_t now);

/* Queues T42 to the coordinators: `failed` will not arrive. Inside a
 * transaction. */
enum gw_err notify_undeliverable(struct core *c, const struct outbox *failed,
    int64_t now);

#endif
