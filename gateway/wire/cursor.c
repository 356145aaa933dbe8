#include "wire/cursor.h"

#include <string.h>

void
cursor_init(struct cursor *c, void *p, size_t size)
{
	*c = (struct cursor){ .p = p, .size = size };
}

/* The next `n` bytes, or NULL and the error for good. */
static uint8_t *
take(struct cursor *c, size_t n)
{
	uint8_t *p;

	if (c->bad || n > c->size - c->at) {
		c->bad = true;
		return NULL;
	}
	p = c->p + c->at;
	c->at += n;
	return p;
}

static void
put_be(struct cursor *c, uint64_t v, size_t n)
{
	uint8_t *p = take(c, n);

	while (p != NULL && n-- > 0) {
		p[n] = (uint8_t)v;
		v >>= 8;
	}
}

static uint64_t
get_be(struct cursor *c, size_t n)
{
	const uint8_t *p = take(c, n);
	uint64_t v = 0;

	while (p != NULL && n-- > 0)
		v = v << 8 | *p++;
	return v;
}

void
cursor_put_u32(struct cursor *c, uint32_t v)
{
	put_be(c, v, 4);
}

void
cursor_put_u64(struct cursor *c, uint64_t v)
{
	put_be(c, v, 8);
}

void
cursor_put_bytes(struct cursor *c, const void *from, size_t n)
{
	uint8_t *p = take(c, n);

	if (p != NULL && n > 0)
		memcpy(p, from, n);
}

void
cursor_put_str(struct cursor *c, const char *s)
{
	size_t n = strlen(s);

	cursor_put_u32(c, (uint32_t)n);
	cursor_put_bytes(c, s, n);
}

uint32_t
cursor_get_u32(struct cursor *c)
{
	return (uint32_t)get_be(c, 4);
}

uint64_t
cursor_get_u64(struct cursor *c)
{
	return get_be(c, 8);
}

void
cursor_get_bytes(struct cursor *c, void *to, size_t n)
{
	const uint8_t *p = take(c, n);

	if (p == NULL)
		memset(to, 0, n);
	else
		memcpy(to, p, n);
}

void
cursor_get_str(struct cursor *c, char *out, size_t size)
{
	size_t n = cursor_get_u32(c);
	const uint8_t *p;

	out[0] = '\0';
	if (n >= size) {
		c->bad = true;
		return;
	}
	p = take(c, n);
	if (p == NULL)
		return;
	if (memchr(p, '\0', n) != NULL) {
		c->bad = true;
		return;
	}
	memcpy(out, p, n);
	out[n] = '\0';
}

bool
cursor_ok(const struct cursor *c)
{
	return !c->bad && c->at == c->size;
}
