#include "transport/packets.h"

#include <string.h>

enum { TAG_PKESK = 1, TAG_SEIPD = 18, TAG_OCB = 20 };

/* Order counts: one key, then the data it opens, then no more. */
static void
begin_packet(struct packets *k, unsigned tag)
{
	if (tag == TAG_PKESK && k->keys == 0 && !k->data)
		k->keys++;
	else if ((tag == TAG_SEIPD || tag == TAG_OCB) && k->keys == 1 &&
	    !k->data)
		k->data = true;
	else
		k->wrong = true;
}

static uint64_t
number(const uint8_t *p, size_t n)
{
	uint64_t v = 0;

	while (n-- > 0)
		v = v << 8 | *p++;
	return v;
}

/* Old format, RFC 9580 4.2.2: how many bytes the header has. */
static size_t
old_header_len(uint8_t first)
{
	static const size_t len[] = { 2, 3, 5, 1 };

	return len[first & 3];
}

/* New format, RFC 9580 4.2.1. */
static size_t
new_header_len(uint8_t length)
{
	if (length == 255)
		return 6;
	return length >= 192 && length < 224 ? 3 : 2;
}

/* The header stands complete in k->head. */
static void
end_header(struct packets *k)
{
	const uint8_t *h = k->head;
	bool more = k->partial;
	unsigned tag;

	k->partial = false;
	if ((h[0] & 0x40) == 0) {
		tag = (h[0] >> 2) & 0xf;
		k->skip = number(h + 1, k->have - 1);
		/* A length that only the end of the file would tell. */
		if ((h[0] & 3) == 3)
			k->wrong = true;
	} else {
		tag = h[0] & 0x3f;
		if (k->have == 6)
			k->skip = number(h + 2, 4);
		else if (k->have == 3)
			k->skip = number(h + 1, 2) - (192u << 8) + 192;
		else if (h[1] >= 224)
			k->skip = UINT64_C(1) << (h[1] & 0x1f);
		else
			k->skip = h[1];
		k->partial = k->have == 2 && h[1] >= 224;
	}
	if (!more)
		begin_packet(k, tag);
	k->have = 0;
}

static void
take_header_byte(struct packets *k, uint8_t b)
{
	size_t len = 2;

	if (k->partial && k->have == 0)
		k->have = 1;	/* the same packet goes on: keep its tag */
	k->head[k->have++] = b;
	if ((k->head[0] & 0x80) == 0)
		k->wrong = true;
	if ((k->head[0] & 0x40) == 0)
		len = old_header_len(k->head[0]);
	else if (k->have >= 2)
		len = new_header_len(k->head[1]);
	if (k->have >= len)
		end_header(k);
}

static void
take_bytes(struct packets *k, const uint8_t *p, size_t n)
{
	size_t step;

	while (n > 0 && !k->wrong) {
		if (k->skip > 0) {
			step = k->skip < n ? (size_t)k->skip : n;
			k->skip -= step;
		} else {
			step = 1;
			take_header_byte(k, *p);
		}
		p += step;
		n -= step;
	}
}

#define NO_DIGIT 0xff

/* The six bits of each character of base64; filled at the first use. */
static const uint8_t *
six_bits(void)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	static uint8_t table[256];
	size_t i;

	if (table[0] == NO_DIGIT)
		return table;
	memset(table, NO_DIGIT, sizeof(table));
	for (i = 0; i < 64; i++)
		table[(uint8_t)digits[i]] = (uint8_t)i;
	return table;
}

/* Four characters as three bytes; false when one is no digit. */
static bool
decode_group(const char *in, uint8_t *out)
{
	const uint8_t *v = six_bits();
	uint8_t a = v[(uint8_t)in[0]], b = v[(uint8_t)in[1]];
	uint8_t c = v[(uint8_t)in[2]], d = v[(uint8_t)in[3]];

	out[0] = (uint8_t)(a << 2 | b >> 4);
	out[1] = (uint8_t)(b << 4 | c >> 2);
	out[2] = (uint8_t)(c << 6 | d);
	return (a | b | c | d) < 64;
}

bool
packets_line(struct packets *k, const char *line, size_t n)
{
	uint8_t out[60];
	size_t i, len, pad = 0;
	char last[4];

	if (n == 0 || n % 4 != 0 || n > 76 || k->padded)
		return false;
	for (i = 0; i + 4 < n; i += 4) {
		if (!decode_group(line + i, out + i / 4 * 3))
			return false;
	}
	/* Only the last group may be filled up with one or two "=". */
	memcpy(last, line + i, sizeof(last));
	while (pad < 2 && last[3 - pad] == '=')
		last[3 - pad++] = 'A';
	if (!decode_group(last, out + i / 4 * 3))
		return false;
	k->padded = pad > 0;
	len = n / 4 * 3 - pad;
	take_bytes(k, out, len);
	return !k->wrong;
}

bool
packets_encrypted_to_one(const struct packets *k)
{
	return !k->wrong && k->data && k->have == 0 && k->skip == 0 &&
	    !k->partial;
}
