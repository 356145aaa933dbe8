#include "keys/armor.h"

#include <string.h>

#define CRC_INIT	0xb704ceu
#define CRC_POLY	0x1864cfbu

static const char *const head_lines[] = {
	[ARMOR_MESSAGE] = "-----BEGIN PGP MESSAGE-----",
	[ARMOR_SIGNATURE] = "-----BEGIN PGP SIGNATURE-----",
	[ARMOR_KEY] = "-----BEGIN PGP PUBLIC KEY BLOCK-----",
};

static const char *const tail_lines[] = {
	[ARMOR_MESSAGE] = "-----END PGP MESSAGE-----",
	[ARMOR_SIGNATURE] = "-----END PGP SIGNATURE-----",
	[ARMOR_KEY] = "-----END PGP PUBLIC KEY BLOCK-----",
};

static const char digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* ---- out ---- */

/* CRC-24 (RFC 4880 6.1) of each byte value with 0, 1 and 2 zeros behind it,
 * so that three bytes take one step. */
struct crc_table {
	uint32_t zeros[3][256];
};

static const struct crc_table *
crc_table(void)
{
	static struct crc_table table;
	uint32_t c, i, bit;

	if (table.zeros[0][1] != 0)
		return &table;
	for (i = 0; i < 256; i++) {
		c = i << 16;
		for (bit = 0; bit < 24; bit++) {
			c = (c << 1) ^ ((c & 0x800000) ? CRC_POLY : 0);
			c &= 0xffffff;
			if (bit % 8 == 7)
				table.zeros[bit / 8][i] = c;
		}
	}
	return &table;
}

static void
add_crc(struct armor_out *a, const uint8_t *p, size_t n)
{
	const struct crc_table *t = crc_table();
	uint32_t crc = a->crc;

	for (; n >= 3; p += 3, n -= 3)
		crc = t->zeros[2][(crc >> 16) ^ p[0]] ^
		    t->zeros[1][((crc >> 8) & 0xff) ^ p[1]] ^
		    t->zeros[0][(crc & 0xff) ^ p[2]];
	for (; n > 0; p++, n--)
		crc = ((crc << 8) & 0xffffff) ^
		    t->zeros[0][(crc >> 16) ^ *p];
	a->crc = crc;
}

/* Up to 3 bytes as 4 characters. */
static void
encode_group(char out[4], const uint8_t *p, size_t n)
{
	uint32_t v = (uint32_t)p[0] << 16;

	if (n > 1)
		v |= (uint32_t)p[1] << 8;
	if (n > 2)
		v |= p[2];
	out[0] = digits[v >> 18];
	out[1] = digits[(v >> 12) & 63];
	out[2] = n > 1 ? digits[(v >> 6) & 63] : '=';
	out[3] = n > 2 ? digits[v & 63] : '=';
}

static void
put_line(struct armor_out *a, const uint8_t *p, size_t n)
{
	char line[ARMOR_LINE / 3 * 4 + 2];
	size_t i, len = 0;

	for (i = 0; i + 3 <= n; i += 3, len += 4)
		encode_group(line + len, p + i, 3);
	if (i < n) {
		encode_group(line + len, p + i, n - i);
		len += 4;
	}
	line[len++] = '\r';
	line[len++] = '\n';
	writer_add(a->to, line, len);
	add_crc(a, p, n);
}

static bool
armor_out_write(struct sink *sink, const uint8_t *p, size_t n)
{
	struct armor_out *a = (struct armor_out *)sink;
	size_t part;

	while (n > 0) {
		if (a->n == 0 && n >= ARMOR_LINE) {
			put_line(a, p, ARMOR_LINE);
			p += ARMOR_LINE;
			n -= ARMOR_LINE;
			continue;
		}
		part = ARMOR_LINE - a->n < n ? ARMOR_LINE - a->n : n;
		memcpy(a->line + a->n, p, part);
		a->n += part;
		p += part;
		n -= part;
		if (a->n == ARMOR_LINE) {
			put_line(a, a->line, ARMOR_LINE);
			a->n = 0;
		}
	}
	return a->to->err == GW_OK;
}

void
armor_out_init(struct armor_out *a, struct writer *to, enum armor_kind kind)
{
	*a = (struct armor_out){ .sink.write = armor_out_write, .to = to,
	    .kind = kind, .crc = CRC_INIT };
	writer_puts(to, head_lines[kind]);
	writer_puts(to, "\r\n\r\n");
}

void
armor_out_end(struct armor_out *a)
{
	uint8_t crc[3];
	char text[4];

	if (a->n > 0)
		put_line(a, a->line, a->n);
	crc[0] = (uint8_t)(a->crc >> 16);
	crc[1] = (uint8_t)(a->crc >> 8);
	crc[2] = (uint8_t)a->crc;
	encode_group(text, crc, 3);
	writer_puts(a->to, "=");
	writer_add(a->to, text, 4);
	writer_puts(a->to, "\r\n");
	writer_puts(a->to, tail_lines[a->kind]);
}

/* Head line, empty line, checksum line and tail. */
static uint64_t
around(enum armor_kind kind)
{
	return strlen(head_lines[kind]) + 4 + 7 + strlen(tail_lines[kind]);
}

uint64_t
armor_size(enum armor_kind kind, uint64_t n)
{
	uint64_t lines = (n + ARMOR_LINE - 1) / ARMOR_LINE;

	return around(kind) + (n + 2) / 3 * 4 + 2 * lines;
}

uint64_t
armor_fits(enum armor_kind kind, uint64_t room)
{
	uint64_t line = ARMOR_LINE / 3 * 4 + 2;

	if (room < around(kind))
		return 0;
	return (room - around(kind)) / line * ARMOR_LINE;
}

/* ---- in ---- */

#define NOT_A_DIGIT 0xff

/* The value of each base64 character; filled at the first use. */
static const uint8_t *
values(void)
{
	static uint8_t table[256];
	static bool filled;
	size_t i;

	if (filled)
		return table;
	memset(table, NOT_A_DIGIT, sizeof(table));
	for (i = 0; i < 64; i++)
		table[(uint8_t)digits[i]] = (uint8_t)i;
	filled = true;
	return table;
}

static bool
is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void
skip_space(struct armor_in *a)
{
	while (a->at < a->n && is_space(a->p[a->at]))
		a->at++;
}

/* Whether `text` stands here; then it is passed over. */
static bool
skip_text(struct armor_in *a, const char *text)
{
	size_t len = strlen(text);

	if (a->n - a->at < len || memcmp(a->p + a->at, text, len) != 0)
		return false;
	a->at += len;
	return true;
}

/* Passes one line; *blank tells whether it held nothing but white space and
 * *colon whether it looks like "Key: value". False at the end of the bytes. */
static bool
skip_line(struct armor_in *a, bool *blank, bool *colon)
{
	*blank = true;
	*colon = false;
	while (a->at < a->n && a->p[a->at] != '\n') {
		*blank = *blank && is_space(a->p[a->at]);
		*colon = *colon || a->p[a->at] == ':';
		a->at++;
	}
	if (a->at == a->n)
		return false;
	a->at++;
	return true;
}

bool
armor_in_open(struct armor_in *a, const uint8_t *p, size_t n,
    enum armor_kind kind)
{
	bool blank, colon;

	*a = (struct armor_in){ .p = p, .n = n, .kind = kind };
	if (n > 0 && (p[0] & 0x80) != 0) {
		a->binary = true;
		return true;
	}
	skip_space(a);
	if (!skip_text(a, head_lines[kind]) || !skip_line(a, &blank, &colon) ||
	    !blank)
		return false;
	do {
		if (!skip_line(a, &blank, &colon))
			return false;
	} while (!blank && colon);
	return blank;
}

/* After the last group: the tail line, then nothing but white space. */
static bool
read_tail(struct armor_in *a)
{
	skip_space(a);
	if (!skip_text(a, tail_lines[a->kind]))
		return false;
	skip_space(a);
	a->ended = true;
	return a->at == a->n;
}

/* "=" and four digits, before the tail. */
static bool
read_checksum(struct armor_in *a)
{
	const uint8_t *v = values();
	unsigned i;

	a->at++;
	for (i = 0; i < 4; i++, a->at++) {
		if (a->at == a->n || v[a->p[a->at]] == NOT_A_DIGIT)
			return false;
	}
	return read_tail(a);
}

/* One or two "=" that fill up the last group, then what may follow. */
static bool
read_padding(struct armor_in *a, uint8_t *out, size_t *n)
{
	if (a->chars == 3) {
		if (!skip_text(a, "="))
			return false;
		out[(*n)++] = (uint8_t)(a->acc >> 10);
		out[(*n)++] = (uint8_t)(a->acc >> 2);
	} else {
		if (a->chars != 2 || !skip_text(a, "=="))
			return false;
		out[(*n)++] = (uint8_t)(a->acc >> 4);
	}
	skip_space(a);
	if (a->at < a->n && a->p[a->at] == '=')
		return read_checksum(a);
	return read_tail(a);
}

/* Anything but four digits in a row. False when it may not stand there. */
static bool
read_char(struct armor_in *a, uint8_t *out, size_t *n)
{
	uint8_t c, v;

	if (a->at == a->n)
		return false;
	c = a->p[a->at];
	v = values()[c];
	if (v != NOT_A_DIGIT) {
		a->acc = a->acc << 6 | v;
		a->at++;
		if (++a->chars == 4) {
			out[(*n)++] = (uint8_t)(a->acc >> 16);
			out[(*n)++] = (uint8_t)(a->acc >> 8);
			out[(*n)++] = (uint8_t)a->acc;
			a->chars = 0;
		}
		return true;
	}
	if (is_space(c)) {
		a->at++;
		return true;
	}
	if (a->chars > 0)
		return c == '=' && read_padding(a, out, n);
	return c == '=' ? read_checksum(a) : read_tail(a);
}

/* The run of whole groups that stands here: almost everything. */
static void
read_groups(struct armor_in *a, uint8_t *out, size_t room, size_t *n)
{
	const uint8_t *v = values();
	const uint8_t *p = a->p + a->at;
	const uint8_t *end = a->p + a->n;
	uint32_t g;

	while (end - p >= 4 && *n + 3 <= room) {
		if ((v[p[0]] | v[p[1]] | v[p[2]] | v[p[3]]) >= 64)
			break;
		g = (uint32_t)v[p[0]] << 18 | (uint32_t)v[p[1]] << 12 |
		    (uint32_t)v[p[2]] << 6 | v[p[3]];
		out[(*n)++] = (uint8_t)(g >> 16);
		out[(*n)++] = (uint8_t)(g >> 8);
		out[(*n)++] = (uint8_t)g;
		p += 4;
	}
	a->at = (size_t)(p - a->p);
}

ssize_t
armor_in_read(struct armor_in *a, uint8_t *out, size_t room)
{
	size_t n = 0;

	if (a->binary) {
		n = a->n - a->at < room ? a->n - a->at : room;
		memcpy(out, a->p + a->at, n);
		a->at += n;
		return (ssize_t)n;
	}
	while (!a->ended && n + 3 <= room) {
		if (a->chars == 0)
			read_groups(a, out, room, &n);
		if (n + 3 <= room && !read_char(a, out, &n))
			return -1;
	}
	return (ssize_t)n;
}
