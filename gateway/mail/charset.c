#include "mail/charset.h"

#include <string.h>

#define NO_CHARACTER	0xfffd

static const struct {
	const char *name;
	enum charset charset;
} names[] = {
	{ "", CHARSET_ASCII }, { "us-ascii", CHARSET_ASCII },
	{ "ascii", CHARSET_ASCII }, { "ansi_x3.4-1968", CHARSET_ASCII },
	{ "utf-8", CHARSET_UTF8 }, { "utf8", CHARSET_UTF8 },
	{ "iso-8859-1", CHARSET_1252 }, { "iso8859-1", CHARSET_1252 },
	{ "latin1", CHARSET_1252 }, { "windows-1252", CHARSET_1252 },
	{ "cp1252", CHARSET_1252 }, { "iso-8859-15", CHARSET_LATIN9 },
	{ "iso8859-15", CHARSET_LATIN9 }, { "latin-9", CHARSET_LATIN9 },
};

/* 0x80 to 0x9f of Windows-1252. */
static const uint16_t windows[32] = {
	0x20ac, 0xfffd, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
	0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0xfffd, 0x017d, 0xfffd,
	0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
	0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0xfffd, 0x017e, 0x0178,
};

/* Where ISO-8859-15 is not ISO-8859-1. */
static const struct {
	uint8_t byte;
	uint16_t c;
} latin9[] = {
	{ 0xa4, 0x20ac }, { 0xa6, 0x0160 }, { 0xa8, 0x0161 }, { 0xb4, 0x017d },
	{ 0xb8, 0x017e }, { 0xbc, 0x0152 }, { 0xbd, 0x0153 }, { 0xbe, 0x0178 },
};

/* What nobody sees: it could hide words or make others seem to stand there. */
static const struct {
	uint32_t first, last;
} unseen[] = {
	{ 0x00, 0x09 }, { 0x0b, 0x1f }, { 0x7f, 0x9f }, { 0xad, 0xad },
	{ 0x34f, 0x34f }, { 0x61c, 0x61c }, { 0x115f, 0x1160 },
	{ 0x180b, 0x180f }, { 0x200b, 0x200f }, { 0x202a, 0x202e },
	{ 0x2060, 0x206f }, { 0x3164, 0x3164 }, { 0xfe00, 0xfe0f },
	{ 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 }, { 0xfff0, 0xfffb },
	{ 0xe0000, 0xe0fff },
};

enum charset
charset_of(const char *name)
{
	struct bytes b = { (const uint8_t *)name, strlen(name) };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (bytes_same(b, names[i].name))
			return names[i].charset;
	}
	return CHARSET_UNKNOWN;
}

size_t
charset_utf8(struct bytes b, uint32_t *c)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n, i;

	if (b.n == 0 || (b.p[0] >= 0x80 && b.p[0] < 0xc2) || b.p[0] > 0xf4)
		return 0;
	n = b.p[0] < 0x80 ? 1 : b.p[0] < 0xe0 ? 2 : b.p[0] < 0xf0 ? 3 : 4;
	if (b.n < n)
		return 0;
	*c = n == 1 ? b.p[0] : b.p[0] & (0x7fu >> n);
	for (i = 1; i < n; i++) {
		if ((b.p[i] & 0xc0) != 0x80)
			return 0;
		*c = *c << 6 | (b.p[i] & 0x3f);
	}
	if (*c < least[n] || *c > 0x10ffff || (*c >= 0xd800 && *c <= 0xdfff))
		return 0;
	return n;
}

uint32_t
charset_1252(uint8_t byte)
{
	return byte >= 0x80 && byte <= 0x9f ? windows[byte - 0x80] : byte;
}

static uint32_t
from_latin9(uint8_t byte)
{
	size_t i;

	for (i = 0; i < sizeof(latin9) / sizeof(latin9[0]); i++) {
		if (latin9[i].byte == byte)
			return latin9[i].c;
	}
	return charset_1252(byte);
}

void
charset_put(struct buf *out, uint32_t c)
{
	char b[4];
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4, i;

	for (i = n - 1; i > 0; i--) {
		b[i] = (char)(0x80 | (c & 0x3f));
		c >>= 6;
	}
	b[0] = (char)(n == 1 ? c : (0xf00u >> n & 0xff) | c);
	buf_add(out, b, n);
}

static bool
is_unseen(uint32_t c)
{
	size_t i;

	if (c >= ' ' && c < 0x7f)
		return false;
	for (i = 0; i < sizeof(unseen) / sizeof(unseen[0]); i++) {
		if (c >= unseen[i].first && c <= unseen[i].last)
			return true;
	}
	return false;
}

static bool
is_ascii(struct bytes b)
{
	size_t i;

	for (i = 0; i < b.n; i++) {
		if (b.p[i] >= 0x80 || b.p[i] == 0x1b)
			return false;
	}
	return true;
}

static bool
is_utf8(struct bytes b)
{
	uint32_t c;
	size_t n;

	while (b.n > 0) {
		n = charset_utf8(b, &c);
		if (n == 0)
			return false;
		b = bytes_skip(b, n);
	}
	return true;
}

/* Takes one character of `charset`. */
static uint32_t
take(struct bytes *b, enum charset charset)
{
	uint32_t c = NO_CHARACTER;
	size_t n = 1;

	if (charset == CHARSET_UTF8) {
		n = charset_utf8(*b, &c);
		if (n == 0) {
			c = NO_CHARACTER;
			n = 1;
		}
	} else {
		c = charset == CHARSET_LATIN9 ? from_latin9(b->p[0]) :
		    charset_1252(b->p[0]);
	}
	*b = bytes_skip(*b, n);
	return c;
}

/* A line end of any kind is one LF. */
static uint32_t
line_end(uint32_t c, struct bytes *rest)
{
	if (c == '\r') {
		if (rest->n > 0 && rest->p[0] == '\n')
			*rest = bytes_skip(*rest, 1);
		return '\n';
	}
	return c == 0x2028 || c == 0x2029 ? '\n' : c;
}

/* Whole runs of what is the same in every charset. */
static void
add_plain(struct bytes *in, struct buf *out)
{
	size_t n = 0;

	while (n < in->n && ((in->p[n] >= ' ' && in->p[n] < 0x7f) ||
	    in->p[n] == '\n'))
		n++;
	if (n > 0)
		buf_add(out, in->p, n);
	*in = bytes_skip(*in, n);
}

enum clean
charset_clean(struct bytes in, enum charset charset, struct buf *out)
{
	enum clean clean = CLEAN_AS_IS;
	uint32_t c;

	if (charset == CHARSET_UNKNOWN && !is_ascii(in))
		return CLEAN_UNKNOWN;
	if (charset == CHARSET_ASCII || charset == CHARSET_UNKNOWN)
		charset = is_utf8(in) ? CHARSET_UTF8 : CHARSET_1252;
	while (in.n > 0) {
		add_plain(&in, out);
		if (in.n == 0)
			break;
		c = line_end(take(&in, charset), &in);
		if (c == '\t')
			c = ' ';
		if (is_unseen(c) || c == NO_CHARACTER)
			clean = CLEAN_CHANGED;
		if (!is_unseen(c))
			charset_put(out, c);
	}
	return clean;
}
