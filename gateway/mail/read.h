/*
 * Reads one mail, or one decrypted entity, into the fixed-size facts of
 * messages.def "parsed". Pure: bytes in, facts out; no file, no clock.
 *
 * Linear in the size of the mail and bounded by limits.h; never recursive.
 * Anything that two readers could understand differently is malformed
 * (design.md 3.2, security.md T17, T27, T28).
 */
#ifndef GW_MAIL_READ_H
#define GW_MAIL_READ_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "wire/messages.h"

/*
 * Fills *facts (all but id and err) from the `n` bytes at `p`. `own` is our
 * address. When the ciphertext part is base64 or quoted-printable its decoded
 * bytes are given to `decoded` (malloc'd, *decoded_len bytes, the caller
 * frees) and facts.payload is a span of those; else *decoded is NULL.
 *
 * Always sets structure and reason. GW_OK, also for a mail that is malformed
 * (that is a fact like others); GW_NOMEM.
 */
enum gw_err mail_read(enum stage stage, const uint8_t *p, size_t n,
    const char *own, struct msg_parsed *facts, uint8_t **decoded,
    size_t *decoded_len);

#endif
