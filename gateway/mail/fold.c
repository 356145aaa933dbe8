#include "mail/fold.h"

#include "mail/charset.h"

/* U+00C0 to U+00FF; a question mark where there is no letter of ours. */
static const char latin[] =
    "aaaaaaaceeeeiiiidnooooo?ouuuuy?saaaaaaaceeeeiiiidnooooo?ouuuuy?y";

static bool
is_combining(uint32_t c)
{
	return c >= 0x300 && c <= 0x36f;
}

static uint8_t
fold_wide(uint32_t c)
{
	if (c >= 0xc0 && c <= 0xff && latin[c - 0xc0] != '?')
		return (uint8_t)latin[c - 0xc0];
	/* Blanks, and what has no width at all. */
	if (c == 0xa0 || (c >= 0x2000 && c <= 0x200b) || c == 0x202f ||
	    c == 0xfeff)
		return ' ';
	if (c >= 0x2010 && c <= 0x2015)
		return '-';
	if (c == 0x2018 || c == 0x2019 || c == 0xb4)
		return '\'';
	if (c < 0xc0 || (c >= 0x2000 && c <= 0x2bff) || c >= 0x1f000)
		return FOLD_SIGN;
	return FOLD_OTHER;
}

/* The next character and its length. What is no UTF-8 is a byte of Windows'
 * Latin-1: the two never look alike in a word. */
static uint32_t
next(struct bytes b, size_t *n)
{
	uint32_t c;

	*n = charset_utf8(b, &c);
	if (*n > 0)
		return c;
	*n = 1;
	return charset_1252(b.p[0]);
}

static uint8_t
fold_ascii(uint8_t c)
{
	if (ascii_space(c))
		return ' ';
	return c < ' ' || c == 0x7f ? FOLD_SIGN : ascii_lower(c);
}

uint8_t
fold_take(struct bytes *b)
{
	uint8_t byte = b->p[0];
	uint32_t c = byte;
	size_t n = 1;

	if (byte >= 0x80)
		c = next(*b, &n);
	*b = bytes_skip(*b, n);
	while (b->n > 0 && b->p[0] >= 0x80 && is_combining(next(*b, &n)))
		*b = bytes_skip(*b, n);
	return byte >= 0x80 ? fold_wide(c) : fold_ascii(byte);
}

/* Asked of each line many times over, so that it is quick for ASCII. */
uint8_t
fold_peek(struct bytes b)
{
	if (b.n == 0)
		return '\0';
	return b.p[0] < 0x80 ? fold_ascii(b.p[0]) : fold_take(&b);
}

bool
fold_blanks(struct bytes *b)
{
	bool any = false;

	while (fold_peek(*b) == ' ') {
		(void)fold_take(b);
		any = true;
	}
	return any;
}

static bool
take_gap(struct bytes *b)
{
	if (fold_blanks(b))
		return true;
	if (fold_peek(*b) != '-')
		return false;
	(void)fold_take(b);
	return true;
}

static bool
ends_word(struct bytes b)
{
	uint8_t c = fold_peek(b);

	return c != FOLD_OTHER && !ascii_alnum(c);
}

bool
fold_phrase(struct bytes *b, const char *phrase)
{
	struct bytes rest = *b;

	for (; *phrase != '\0'; phrase++) {
		if (*phrase == ' ' || *phrase == '-') {
			if (!take_gap(&rest))
				return false;
		} else if (rest.n == 0 || fold_take(&rest) != *phrase) {
			return false;
		}
	}
	if (!ends_word(rest))
		return false;
	*b = rest;
	return true;
}

bool
fold_any(struct bytes *b, const char *const *phrases, size_t n)
{
	uint8_t first = fold_peek(*b);
	size_t i;

	for (i = 0; i < n; i++) {
		if ((uint8_t)phrases[i][0] == first &&
		    fold_phrase(b, phrases[i]))
			return true;
	}
	return false;
}

bool
fold_contains(struct bytes b, const char *phrase)
{
	struct bytes try;
	bool inside = false;

	while (b.n > 0) {
		try = b;
		if (!inside && fold_phrase(&try, phrase))
			return true;
		inside = ascii_alnum(fold_take(&b));
	}
	return false;
}

/* What programs put around a line and nobody sees: no-break blanks, soft
 * hyphens, marks of a direction. What turns the writing round is none. */
static bool
is_unseen(uint32_t c)
{
	static const uint32_t unseen[] = { 0xa0, 0xad, 0x200b, 0x200c, 0x200d,
		0x200e, 0x202a, 0x202c, 0x2060, 0x2066, 0x2068, 0x2069,
		0xfeff };
	size_t i;

	for (i = 0; i < sizeof(unseen) / sizeof(unseen[0]); i++) {
		if (unseen[i] == c)
			return true;
	}
	return false;
}

/* How long the last character of `b` is when nobody sees it, else 0. */
static size_t
unseen_end(struct bytes b)
{
	size_t n;
	uint32_t c;

	if (b.n == 0 || b.p[b.n - 1] < 0x80)
		return 0;
	for (n = b.n < 4 ? b.n : 4; n > 1; n--) {
		if (charset_utf8(bytes_skip(b, b.n - n), &c) == n)
			return is_unseen(c) ? n : 0;
	}
	return is_unseen(charset_1252(b.p[b.n - 1])) ? 1 : 0;
}

struct bytes
fold_trim(struct bytes b)
{
	size_t n;

	b = bytes_trim(b);
	while (b.n > 0 && b.p[0] >= 0x80 && (fold_peek(b) == ' ' ||
	    is_unseen(next(b, &n)))) {
		if (!fold_blanks(&b))
			(void)fold_take(&b);
	}
	while ((n = unseen_end(b)) > 0) {
		b.n -= n;
		b = bytes_trim(b);
	}
	return b;
}
