#define _GNU_SOURCE
#include "base/bytes.h"

#include <string.h>

bool
bytes_begins(struct bytes b, const char *word)
{
	size_t i;

	for (i = 0; word[i] != '\0'; i++) {
		if (i >= b.n || ascii_lower(b.p[i]) !=
		    ascii_lower((uint8_t)word[i]))
			return false;
	}
	return true;
}

bool
bytes_same(struct bytes b, const char *word)
{
	return b.n == strlen(word) && bytes_begins(b, word);
}

bool
bytes_contains(struct bytes b, const char *word)
{
	while (b.n > 0) {
		if (bytes_begins(b, word))
			return true;
		b = bytes_skip(b, 1);
	}
	return false;
}

const uint8_t *
bytes_find(struct bytes b, const char *word)
{
	return b.n == 0 ? NULL : memmem(b.p, b.n, word, strlen(word));
}

bool
bytes_blank(struct bytes b)
{
	size_t i;

	for (i = 0; i < b.n; i++) {
		if (!ascii_space(b.p[i]))
			return false;
	}
	return true;
}

struct bytes
bytes_skip(struct bytes b, size_t n)
{
	if (n > b.n)
		n = b.n;
	return (struct bytes){ b.p + n, b.n - n };
}

struct bytes
bytes_trim(struct bytes b)
{
	while (b.n > 0 && ascii_space(b.p[0]))
		b = bytes_skip(b, 1);
	while (b.n > 0 && ascii_space(b.p[b.n - 1]))
		b.n--;
	return b;
}

bool
bytes_line(struct bytes *rest, struct bytes *line)
{
	const uint8_t *lf;

	if (rest->n == 0)
		return false;
	lf = memchr(rest->p, '\n', rest->n);
	line->p = rest->p;
	line->n = lf == NULL ? rest->n : (size_t)(lf - rest->p);
	*rest = bytes_skip(*rest, line->n + 1);
	if (lf != NULL && line->n > 0 && line->p[line->n - 1] == '\r')
		line->n--;
	return true;
}

bool
bytes_string(struct bytes b, char *out, size_t size)
{
	out[0] = '\0';
	if (b.n >= size || (b.n > 0 && memchr(b.p, '\0', b.n) != NULL))
		return false;
	if (b.n > 0)
		memcpy(out, b.p, b.n);
	out[b.n] = '\0';
	return true;
}
