/*
 * A growing run of bytes with a cap and a sticky error.
 *
 * Appending never fails visibly: after the first failure (GW_LIMIT past
 * `max`, GW_NOMEM) nothing more is added, and buf_error() tells. So a long
 * row of appends is checked once, at its end.
 */
#ifndef GW_BASE_BUF_H
#define GW_BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct buf {
	uint8_t *p;	/* NULL or `cap` bytes, owned by the buf */
	size_t len;
	size_t cap;
	size_t max;	/* never grows beyond this many bytes */
	enum gw_err err;
};

/* Prepares an empty buf that may grow to `max` bytes. */
void buf_init(struct buf *b, size_t max);

/* Empties `b` for use again, its error with it; keeps memory and cap. */
void buf_reset(struct buf *b);

/* Wipes and frees; `b` is as after buf_init() with the same cap. */
void buf_free(struct buf *b);

void buf_add(struct buf *b, const void *p, size_t n);
void buf_puts(struct buf *b, const char *s);
void buf_putc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));

/* The bytes as a C string: a NUL is kept behind the last byte. Valid until
 * the next change; "" while empty or after an error. */
const char *buf_str(struct buf *b);

/* GW_OK, GW_LIMIT or GW_NOMEM: the first thing that went wrong. */
static inline enum gw_err
buf_error(const struct buf *b)
{
	return b->err;
}

#endif
