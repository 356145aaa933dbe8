/* T06: the referral itself, re-sealed to the representative and deputies with
 * the record of what was verified (domain.md T06, R10). */
#ifndef GW_CORE_FORWARD_H
#define GW_CORE_FORWARD_H

#include "core/way.h"

/*
 * Seals every T06 of t->post while the plaintext is in memory. It waits in
 * core/copies.h, or, where that is full, in post[].sealed. A receiver
 * whose key cannot be used leaves an intent in state HELD: nothing is lost
 * and nothing goes out in clear. GW_AGAIN: keys is down; nothing was done.
 */
enum gw_err forward_seal(struct travel *t);

/* The mail was not committed: what forward_seal() left in memory goes. */
void forward_forget(struct travel *t);

/* Makes one T06 from an opened mail. Errors as seal_letter(). */
enum gw_err forward_make(struct travel *t, const struct outbox *row,
    const struct correspondent *to, int *mail);

#endif
