/*
 * The OpenPGP key that somebody attaches to be enrolled with. It is handed on
 * as it is and believed by nobody: Autocrypt headers are not even looked at
 * (security.md T32).
 */
#ifndef GW_MAIL_KEY_PART_H
#define GW_MAIL_KEY_PART_H

#include "base/buf.h"
#include "base/err.h"
#include "mail/scan.h"

/* Whether `part` is a key: application/pgp-keys, or a file "*.asc" that begins
 * as a public key does. */
bool key_part_is(const struct scan *s, size_t part);

/*
 * Appends the one key that is in `part` or below, decoded, to `out`, of whose
 * bytes *where is the span then. Empty when there is none, more than one, or
 * one past LIM_KEYFILE. GW_NOMEM.
 */
enum gw_err key_part_read(const struct scan *s, size_t part, struct buf *out,
    struct span *where);

#endif
