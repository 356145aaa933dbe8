#include "cli/text.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NEAREST_MAX 48	/* longer words are no slips of a command's name */

/* Characters that act instead of being seen; code points, inclusive. */
static const struct {
	uint32_t from, to;
} acting[] = {
	{ 0x00, 0x1f },		/* C0, escape among them */
	{ 0x7f, 0x9f },		/* DEL and C1 */
	{ 0x200e, 0x200f },	/* direction marks */
	{ 0x2028, 0x202e },	/* line and paragraph ends, embeddings */
	{ 0x2066, 0x2069 },	/* isolates */
};

static bool
is_acting(uint32_t c)
{
	size_t i;

	for (i = 0; i < sizeof(acting) / sizeof(acting[0]); i++) {
		if (c >= acting[i].from && c <= acting[i].to)
			return true;
	}
	return false;
}

/* Bytes of the character that `lead` begins; 0 when it cannot begin one. */
static size_t
length_of(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead >= 0xc2 && lead <= 0xdf)
		return 2;
	if (lead >= 0xe0 && lead <= 0xef)
		return 3;
	if (lead >= 0xf0 && lead <= 0xf4)
		return 4;
	return 0;
}

/* Bytes of the clean character at `p`; 0 when there is none (RFC 3629). */
static size_t
clean_char(const unsigned char *p, size_t n)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	static const unsigned char mask[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	size_t len = length_of(p[0]), i;
	uint32_t c;

	if (len == 0 || len > n)
		return 0;
	c = p[0] & mask[len];
	for (i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3fu);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	return is_acting(c) ? 0 : len;
}

bool
text_is_clean(const char *s)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t n = strlen(s), len;

	while (n > 0) {
		len = clean_char(p, n);
		if (len == 0)
			return false;
		p += len;
		n -= len;
	}
	return true;
}

char *
text_clean(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;
	char *out, *at;
	size_t len;

	at = out = malloc(4 * n + 1);
	if (out == NULL)
		return NULL;
	while (n > 0) {
		len = clean_char(p, n);
		if (len == 0) {
			(void)snprintf(at, 5, "\\x%02x", p[0]);
			at += 4;
			len = 1;
		} else {
			memcpy(at, p, len);
			at += len;
		}
		p += len;
		n -= len;
	}
	*at = '\0';
	return out;
}

/* How many letters must be added, dropped or changed (Levenshtein). */
static size_t
distance(const char *a, const char *b)
{
	size_t row[NEAREST_MAX + 1], na = strlen(a), nb = strlen(b);
	size_t i, j, corner, best;

	for (j = 0; j <= nb; j++)
		row[j] = j;
	for (i = 1; i <= na; i++) {
		corner = row[0];
		row[0] = i;
		for (j = 1; j <= nb; j++) {
			best = corner + (a[i - 1] != b[j - 1]);
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			corner = row[j];
			row[j] = best;
		}
	}
	return row[nb];
}

const char *
text_nearest(const char *word, const char *const *list)
{
	size_t best = strlen(word) / 3 + 2, d;
	const char *found = NULL;

	if (strlen(word) > NEAREST_MAX)
		return NULL;
	for (; *list != NULL; list++) {
		if (strlen(*list) > NEAREST_MAX)
			continue;
		d = distance(word, *list);
		if (d < best && d < strlen(*list)) {
			best = d;
			found = *list;
		}
	}
	return found;
}
