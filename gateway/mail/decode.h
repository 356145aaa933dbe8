/*
 * The leaf decoders of libetpan, on slices that our own scanner bounded and
 * our own checks found regular (libs.md: never its MIME tree). The only file
 * of parse that includes it.
 */
#ifndef GW_MAIL_DECODE_H
#define GW_MAIL_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/bytes.h"
#include "mail/header.h"

/*
 * Undoes a transfer encoding into *out (malloc'd, *n bytes, the caller frees).
 * GW_FORMAT when `in` is not strictly of that encoding: a stray byte, padding
 * in the middle, an escape that is none. GW_NOMEM.
 */
enum gw_err decode_body(struct bytes in, enum encoding encoding,
    uint8_t **out, size_t *n);

/* Appends a header value with its encoded words (RFC 2047) decoded; bytes of
 * whatever charset they say. What is no encoded word stays as it is. */
void decode_words(struct bytes value, struct buf *out);

/* Whether libetpan reads `value` as the one mailbox `spec` as well. */
bool decode_agrees(struct bytes value, struct bytes spec);

#endif
