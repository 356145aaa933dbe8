#include "conf/value.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Length of the UTF-8 sequence at `p`, its code point in *cp; 0 = malformed. */
static size_t
utf8_next(const unsigned char *p, uint32_t *cp)
{
	static const struct {
		unsigned char mask, lead;
		uint32_t least;
	} form[] = {
		{ 0x80, 0x00, 0 }, { 0xe0, 0xc0, 0x80 }, { 0xf0, 0xe0, 0x800 },
		{ 0xf8, 0xf0, 0x10000 },
	};
	size_t n, i;

	for (n = 0; n < 4; n++) {
		if ((p[0] & form[n].mask) == form[n].lead)
			break;
	}
	if (n == 4)
		return 0;
	*cp = p[0] & (unsigned char)~form[n].mask;
	for (i = 1; i <= n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		*cp = *cp << 6 | (p[i] & 0x3f);
	}
	if (*cp < form[n].least || *cp > 0x10ffff ||
	    (*cp >= 0xd800 && *cp <= 0xdfff))
		return 0;
	return n + 1;
}

bool
value_is_text(const char *s)
{
	const unsigned char *p = (const unsigned char *)s;
	uint32_t cp;
	size_t n;

	for (; *p != '\0'; p += n) {
		n = utf8_next(p, &cp);
		if (n == 0 || cp < 0x20 || (cp >= 0x7f && cp < 0xa0))
			return false;
	}
	return true;
}

bool
value_is_word(const char *words, const char *s)
{
	size_t n = strlen(s), len;

	for (;;) {
		len = strcspn(words, "|");
		if (len == n && strncmp(words, s, n) == 0)
			return true;
		if (words[len] == '\0')
			return false;
		words += len + 1;
	}
}

static size_t
min3(size_t a, size_t b, size_t c)
{
	a = a < b ? a : b;
	return a < c ? a : c;
}

/* Levenshtein's distance; names of options are short, longer ones are cut. */
size_t
value_distance(const char *a, const char *b)
{
	size_t row[33], diagonal, above, i, j;
	size_t n = strnlen(b, sizeof(row) / sizeof(row[0]) - 1);

	for (j = 0; j <= n; j++)
		row[j] = j;
	for (i = 0; a[i] != '\0'; i++) {
		diagonal = row[0];
		row[0] = i + 1;
		for (j = 0; j < n; j++) {
			above = row[j + 1];
			row[j + 1] = min3(above + 1, row[j] + 1,
			    diagonal + (a[i] != b[j]));
			diagonal = above;
		}
	}
	return row[n];
}

/* Behind a comment or string that starts at `p`, or `p` itself. */
static const char *
skip_opaque(const char *p)
{
	const char *q;

	if (*p == '#' || (p[0] == '/' && p[1] == '/'))
		return p + strcspn(p, "\n");
	if (p[0] == '/' && p[1] == '*') {
		q = strstr(p + 2, "*/");
		return q == NULL ? p + strlen(p) : q + 2;
	}
	if (*p != '"')
		return p;
	for (q = p + 1; *q != '\0' && *q != '"'; q++) {
		if (*q == '\\' && q[1] != '\0')
			q++;
	}
	return *q == '"' ? q + 1 : q;
}

/* Whether 32 bits lose the integer at `p`. */
static bool
is_lost(const char *p)
{
	bool hex = p[0] == '0' && (p[1] == 'x' || p[1] == 'X');
	unsigned long long v;
	char *end;

	errno = 0;
	v = strtoull(p, &end, hex ? 16 : 10);
	/* A fraction or an exponent makes another type, 12L is 64 bits. */
	if (*end == 'L' || *end == '.' || *end == 'e' || *end == 'E')
		return false;
	return errno == ERANGE || v > INT32_MAX;
}

/* Length of the name at `p`, 0 when there is none. */
static size_t
name_length(const char *p)
{
	size_t n = 0;

	if (!isalpha((unsigned char)*p) && *p != '*')
		return 0;
	while (isalnum((unsigned char)p[n]) ||
	    (p[n] != '\0' && strchr("_-*", p[n]) != NULL))
		n++;
	return n;
}

bool
value_is_wide(const char *text, unsigned line, const char *name)
{
	const char *p = text, *q;
	bool found = false;
	unsigned at = 1;
	size_t n;

	while (*p != '\0') {
		q = skip_opaque(p);
		n = name_length(p);
		if (q == p && n > 0) {
			found = at >= line && n == strlen(name) &&
			    strncmp(p, name, n) == 0;
			q += n;
		} else if (q == p && isdigit((unsigned char)*p)) {
			if (found)
				return is_lost(p);
			q += strspn(p, "0123456789abcdefABCDEFxXL");
		} else if (q == p) {
			q++;
		}
		for (; p < q; p++)
			at += *p == '\n';
	}
	return false;
}

bool
value_is_closed(const char *text)
{
	const char *p = text, *q;

	for (; *p != '\0'; p = q) {
		q = skip_opaque(p);
		if (p[0] == '/' && p[1] == '*' &&
		    (q - p < 4 || strncmp(q - 2, "*/", 2) != 0))
			return false;
		q += q == p;
	}
	return true;
}

enum gw_err
value_file(const char *path, size_t max, struct buf *out, unsigned *mode)
{
	enum gw_err r = GW_OK;
	uint8_t piece[4096];
	struct stat st;
	ssize_t n = 0;
	int fd;

	buf_reset(out);
	/* Not blocking: a fifo must not hold up the start. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return gw_from_errno(errno);
	if (fstat(fd, &st) < 0)
		r = GW_IO;
	else if (!S_ISREG(st.st_mode))
		r = GW_FORMAT;
	if (r == GW_OK && mode != NULL)
		*mode = st.st_mode & 07777u;
	while (r == GW_OK && (n = read(fd, piece, sizeof(piece))) > 0) {
		if (out->len + (size_t)n > max)
			r = GW_LIMIT;
		buf_add(out, piece, (size_t)n);
	}
	if (n < 0)
		r = GW_IO;
	if (r == GW_OK)
		r = buf_error(out);
	explicit_bzero(piece, sizeof(piece));
	close(fd);
	return r;
}
