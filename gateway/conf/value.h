/* Checks on what a person wrote in meldpost.conf. No libconfig here. */
#ifndef GW_CONF_VALUE_H
#define GW_CONF_VALUE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

/* Whether `s` is UTF-8 (RFC 3629) without control characters. */
bool value_is_text(const char *s);

/* Whether `s` is one of "a|b|c". */
bool value_is_word(const char *words, const char *s);

/* How many letters must be added, dropped or changed to make `b` of `a`. */
size_t value_distance(const char *a, const char *b);

/*
 * Whether the number that `name`, on `line` of `text`, is set to fails to fit
 * in 32 bits without saying so with an L: libconfig 1.5 wraps it in silence.
 */
bool value_is_wide(const char *text, unsigned line, const char *name);

/* Whether every comment in `text` that was opened is closed again. */
bool value_is_closed(const char *text);

/*
 * Reads a whole regular file of at most `max` bytes into `out`, which it
 * resets; `mode`, when not NULL, gets its permission bits.
 * GW_MISSING, GW_DENIED, GW_LIMIT, GW_FORMAT (not a regular file), GW_IO.
 */
enum gw_err value_file(const char *path, size_t max, struct buf *out,
    unsigned *mode);

#endif
