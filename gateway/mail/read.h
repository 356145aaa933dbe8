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
#include "mail/text.h"
#include "wire/messages.h"

/*
 * Fills *facts (all but id and err) from the `n` bytes at `p`. What goes into
 * the `out` of messages.def is given to `out` (malloc'd, *out_len bytes; the
 * caller wipes and frees), or NULL:
 *
 * STAGE_OUTER: the ciphertext, decoded, when its part is base64 or
 * quoted-printable; facts.payload is a span of it then (MAIL_DECODED).
 * STAGE_INNER: the words, the form of a meeting and the key, plaintext; the
 * last spans of messages.def are of it.
 *
 * Always sets structure and reason. GW_OK, also for a mail that is malformed
 * (that is a fact like others); GW_NOMEM.
 */
enum gw_err mail_read(enum stage stage, const uint8_t *p, size_t n,
    const struct mail_us *us, struct msg_parsed *facts, uint8_t **out,
    size_t *out_len);

#endif
