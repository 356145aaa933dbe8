/*
 * A read-only run of bytes of a mail, and the few questions that all readers
 * of mail ask of one. ASCII only and without a locale. Nothing is owned.
 */
#ifndef GW_BASE_BYTES_H
#define GW_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

struct bytes {
	const uint8_t *p;
	size_t n;
};

/* The bytes of `s`, which must lie inside `b`. */
static inline struct bytes
bytes_at(struct bytes b, struct span s)
{
	return (struct bytes){ b.p + s.off, (size_t)s.len };
}

static inline uint8_t
ascii_lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

static inline bool
ascii_alnum(uint8_t c)
{
	return (c >= '0' && c <= '9') ||
	    (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z');
}

static inline bool
ascii_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static inline bool
ascii_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Whether `b` is `word`, letters in any case. */
bool bytes_same(struct bytes b, const char *word);

/* Whether `b` begins with `word`, letters in any case. */
bool bytes_begins(struct bytes b, const char *word);

/* Whether `word` (lower case) stands somewhere in `b`, in any case. */
bool bytes_contains(struct bytes b, const char *word);

/* The first place in `b` where `word` stands byte for byte, or NULL. */
const uint8_t *bytes_find(struct bytes b, const char *word);

bool bytes_blank(struct bytes b);
struct bytes bytes_skip(struct bytes b, size_t n);
struct bytes bytes_trim(struct bytes b);

/*
 * Cuts the next line off `rest`, without its line end (LF or CRLF). False
 * when nothing is left.
 */
bool bytes_line(struct bytes *rest, struct bytes *line);

/* Copies `b` as a string. False, and "", when it does not fit in `size` with
 * its NUL or when it holds a NUL itself. */
bool bytes_string(struct bytes b, char *out, size_t size);

#endif
