#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){ .max = max };
}

void
buf_reset(struct buf *b)
{
	b->len = 0;
	b->err = GW_OK;
}

void
buf_free(struct buf *b)
{
	if (b->p != NULL)
		explicit_bzero(b->p, b->cap);
	free(b->p);
	buf_init(b, b->max);
}

/*
 * Makes room for `n` more bytes and a NUL. The old memory is wiped and not
 * given to realloc(), since a buf may hold what a person wrote.
 */
static int
reserve(struct buf *b, size_t n)
{
	size_t cap;
	uint8_t *p;

	if (b->err != GW_OK)
		return 0;
	if (n > b->max || b->len > b->max - n) {
		b->err = GW_LIMIT;
		return 0;
	}
	if (b->len + n < b->cap)
		return 1;
	cap = b->cap < 256 ? 256 : b->cap;
	while (cap <= b->len + n)
		cap *= 2;
	p = malloc(cap);
	if (p == NULL) {
		b->err = GW_NOMEM;
		return 0;
	}
	if (b->len > 0)
		memcpy(p, b->p, b->len);
	if (b->p != NULL)
		explicit_bzero(b->p, b->cap);
	free(b->p);
	b->p = p;
	b->cap = cap;
	return 1;
}

void
buf_add(struct buf *b, const void *p, size_t n)
{
	if (n == 0 || !reserve(b, n))
		return;
	memcpy(b->p + b->len, p, n);
	b->len += n;
}

void
buf_puts(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_putc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void
buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	if (n < 0) {
		b->err = GW_INTERNAL;
	} else if (reserve(b, (size_t)n)) {
		(void)vsnprintf((char *)b->p + b->len, (size_t)n + 1, fmt,
		    again);
		b->len += (size_t)n;
	}
	va_end(again);
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(b, fmt, ap);
	va_end(ap);
}

const char *
buf_str(struct buf *b)
{
	if (b->err != GW_OK || b->len == 0)
		return "";
	b->p[b->len] = '\0';
	return (const char *)b->p;
}
