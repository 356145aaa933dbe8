#include "compose/encode.h"

#include <stdint.h>
#include <string.h>

#define LINE_MAX_LEN	76	/* RFC 2045 6.7 (5), RFC 2047 2 */
#define WORD_OPEN	"=?UTF-8?Q?"
#define WORD_CLOSE	"?="

static const char hex[] = "0123456789ABCDEF";

/*
 * The length of the UTF-8 character at `s` and its number in *cp; 0 when it
 * is overlong, a surrogate, out of range or cut short.
 */
static size_t
character(const unsigned char *s, size_t n, uint32_t *cp)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len, i;

	if (s[0] < 0x80) {
		*cp = s[0];
		return 1;
	}
	len = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
	if (s[0] < 0xc2 || s[0] > 0xf4 || len > n)
		return 0;
	*cp = s[0] & (0xffu >> (len + 1));
	for (i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		*cp = *cp << 6 | (s[i] & 0x3fu);
	}
	if (*cp < least[len] || *cp > 0x10ffff || (*cp & ~0x7ffu) == 0xd800)
		return 0;
	return len;
}

/* What a reader would not see, or see in another place than it stands. */
static bool
is_hidden(uint32_t cp)
{
	static const struct {
		uint32_t first, last;
	} range[] = {
		{ 0x00, 0x1f }, { 0x7f, 0x9f },	/* C0, DEL, C1 */
		{ 0x061c, 0x061c },		/* Arabic letter mark */
		{ 0x200b, 0x200f },		/* zero width, direction */
		{ 0x2028, 0x202e },		/* separators, direction */
		{ 0x2060, 0x206f },		/* joiner, isolates */
		{ 0xfeff, 0xfeff }, { 0xfff9, 0xfffb }
	};
	size_t i;

	for (i = 0; i < sizeof(range) / sizeof(range[0]); i++) {
		if (cp >= range[i].first && cp <= range[i].last)
			return true;
	}
	return false;
}

bool
encode_is_clean(const char *s, size_t n, bool newlines)
{
	const unsigned char *p = (const unsigned char *)s;
	uint32_t cp;
	size_t i, len;

	for (i = 0; i < n; i += len) {
		len = character(p + i, n - i, &cp);
		if (len == 0)
			return false;
		if (is_hidden(cp) && !(cp == '\n' && newlines))
			return false;
	}
	return true;
}

static size_t
escape(unsigned char c, char out[3])
{
	out[0] = '=';
	out[1] = hex[c >> 4];
	out[2] = hex[c & 15];
	return 3;
}

/* One line, without its end. */
static void
text_line(struct buf *out, const char *s, size_t n)
{
	size_t i, len, col = 0;
	char token[3];
	bool last, plain;

	for (i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		last = i == n - 1;
		/* RFC 2045 6.7 (3): white space at the end gets lost. */
		plain = c == ' ' ? !last : c > ' ' && c < 0x7f && c != '=';
		if (i == 0 && n >= 5 && memcmp(s, "From ", 5) == 0)
			plain = false;
		token[0] = s[i];
		len = plain ? 1 : escape(c, token);
		/* The last column is for the "=" of a soft line break. */
		if (col + len > LINE_MAX_LEN - (last ? 0 : 1)) {
			buf_puts(out, "=\r\n");
			col = 0;
		}
		buf_add(out, token, len);
		col += len;
	}
}

void
encode_text(struct buf *out, const char *s, size_t n)
{
	const char *end;
	size_t len;

	while (n > 0) {
		end = memchr(s, '\n', n);
		len = end == NULL ? n : (size_t)(end - s);
		text_line(out, s, len);
		buf_puts(out, "\r\n");
		len += end != NULL;
		s += len;
		n -= len;
	}
}

static bool
is_plain(const char *s)
{
	if (strstr(s, "=?") != NULL)
		return false;
	for (; *s != '\0'; s++) {
		if ((unsigned char)*s < ' ' || (unsigned char)*s >= 0x7f)
			return false;
	}
	return true;
}

/* One character as RFC 2047 4.2 wants it, at most 12 bytes. */
static size_t
word_character(const unsigned char *s, size_t len, char out[12])
{
	size_t i;
	unsigned char c = s[0];

	if (c == ' ') {
		out[0] = '_';
		return 1;
	}
	/* The few that RFC 2047 5 allows everywhere. */
	if ((c >= '0' && c <= '9') || ((c | 0x20) >= 'a' &&
	    (c | 0x20) <= 'z') || (c != '\0' && strchr("!*+-/", c) != NULL)) {
		out[0] = (char)c;
		return 1;
	}
	for (i = 0; i < len; i++)
		(void)escape(s[i], out + 3 * i);
	return 3 * len;
}

void
encode_field(struct buf *out, const char *name, const char *value)
{
	const unsigned char *p = (const unsigned char *)value;
	size_t n = strlen(value), col = strlen(name) + 2, i, len, used;
	char token[12];
	uint32_t cp;

	buf_printf(out, "%s: ", name);
	if (is_plain(value) && col + n <= LINE_MAX_LEN) {
		buf_printf(out, "%s\r\n", value);
		return;
	}
	buf_puts(out, WORD_OPEN);
	col += strlen(WORD_OPEN);
	for (i = 0; i < n; i += len) {
		len = character(p + i, n - i, &cp);
		if (len == 0) {
			out->err = GW_FORMAT;
			return;
		}
		used = word_character(p + i, len, token);
		/* A character is never cut in two (RFC 2047 5). */
		if (col + used + strlen(WORD_CLOSE) > LINE_MAX_LEN) {
			buf_puts(out, WORD_CLOSE "\r\n " WORD_OPEN);
			col = 1 + strlen(WORD_OPEN);
		}
		buf_add(out, token, used);
		col += used;
	}
	buf_puts(out, WORD_CLOSE "\r\n");
}

void
encode_base64(struct buf *out, const uint8_t *p, size_t n)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	uint32_t bits;
	size_t i;

	for (i = 0; i < n; i += 3) {
		bits = (uint32_t)p[i] << 16;
		bits |= i + 1 < n ? (uint32_t)p[i + 1] << 8 : 0;
		bits |= i + 2 < n ? p[i + 2] : 0;
		buf_putc(out, digits[bits >> 18]);
		buf_putc(out, digits[bits >> 12 & 63]);
		buf_putc(out, i + 1 < n ? digits[bits >> 6 & 63] : '=');
		buf_putc(out, i + 2 < n ? digits[bits & 63] : '=');
		if (i % 57 == 54)
			buf_puts(out, "\r\n");
	}
	if (n % 57 != 0)
		buf_puts(out, "\r\n");
}
