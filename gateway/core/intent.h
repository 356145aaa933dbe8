/*
 * An outbox row that is still an intent becomes a mail when it is due
 * (design.md 3.7): from its kind, reference, recipient and one number, or, for
 * a forward, from the ciphertext that is kept.
 */
#ifndef GW_CORE_INTENT_H
#define GW_CORE_INTENT_H

#include "core/core.h"

/* Seals the mail of `row` to its recipient. GW_KEY: a key cannot be used.
 * GW_MISSING: its content is erased. Else as seal_letter(). */
enum gw_err intent_seal(struct core *c, const struct outbox *row,
    const struct correspondent *to, int *mail);

/* Whether that will do for this row: a letter with a person's words or a code
 * is sealed once and cannot be made again. */
bool intent_can_be_made(const struct outbox *row);

/* T02 goes in clear only to somebody who wrote in clear (design.md 10). */
bool intent_is_clear(const struct outbox *row);

#endif
