/*
 * From UTF-8 text to what may stand in a mail: printable ASCII in lines of at
 * most 76 that end in CRLF, whatever the text holds (security.md T19, T20).
 */
#ifndef GW_COMPOSE_ENCODE_H
#define GW_COMPOSE_ENCODE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/*
 * Whether `s` is UTF-8 without control characters, line separators and marks
 * that turn the direction of text: what is seen is what is there. Newlines
 * are allowed on request.
 */
bool encode_is_clean(const char *s, size_t n, bool newlines);

/* Quoted-printable (RFC 2045 6.7) of text whose lines end in LF. A "From " at
 * the start of a line is encoded too (RFC 3156 3). */
void encode_text(struct buf *out, const char *s, size_t n);

/* Base64 (RFC 2045 6.8) in lines of 76. */
void encode_base64(struct buf *out, const uint8_t *p, size_t n);

/* "name: value" and CRLF. One line of printable ASCII stays as it is; the
 * rest becomes encoded words (RFC 2047). The value must be clean. */
void encode_field(struct buf *out, const char *name, const char *value);

#endif
