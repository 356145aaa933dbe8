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

#endif
