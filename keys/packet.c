#include "keys/packet.h"

#include <string.h>

#include "base/limits.h"

/* RFC 4880 4.3 */
enum {
	TAG_SESSION_KEY = 1,
	TAG_SIGNATURE = 2,
	TAG_ONE_PASS = 4,
	TAG_PRIMARY = 6,
	TAG_COMPRESSED = 8,
	TAG_DATA_BARE = 9,
	TAG_LITERAL = 11,
	TAG_USER_ID = 13,
	TAG_SUBKEY = 14,
	TAG_ATTRIBUTE = 17,
	TAG_DATA_MDC = 18,
	TAG_DATA_AEAD = 20
};

static bool
refuse(struct packets *k, enum packet_fault fault)
{
	k->fault = fault;
	return false;
}

static bool
is_data(uint8_t tag)
{
	return tag == TAG_DATA_MDC || tag == TAG_DATA_AEAD;
}

static bool
begin_in_message(struct packets *k)
{
	if (k->tag == TAG_SESSION_KEY) {
		if (++k->session_keys > LIM_RECIPIENTS)
			return refuse(k, PACKET_WRONG);
		return true;
	}
	/* Without a session key for a public key it is a password's. */
	if (k->session_keys == 0)
		return refuse(k, PACKET_WRONG);
	if (k->tag == TAG_DATA_BARE)
		return refuse(k, PACKET_NO_INTEGRITY);
	if (!is_data(k->tag))
		return refuse(k, PACKET_WRONG);
	k->closed = true;
	return true;
}

static bool
begin_in_key(struct packets *k)
{
	bool first = k->seen == 1;

	switch (k->tag) {
	case TAG_PRIMARY:
		k->primaries++;
		return first || refuse(k, PACKET_WRONG);
	case TAG_SIGNATURE:
	case TAG_USER_ID:
	case TAG_SUBKEY:
	case TAG_ATTRIBUTE:
		return !first || refuse(k, PACKET_WRONG);
	default:
		/* Secret keys too. */
		return refuse(k, PACKET_WRONG);
	}
}

static bool
begin_inside(struct packets *k)
{
	static const uint8_t order[] = { TAG_ONE_PASS, TAG_LITERAL,
	    TAG_SIGNATURE };

	k->closed = k->seen == sizeof(order);
	if (k->seen == 1 && (k->tag == TAG_COMPRESSED ||
	    (k->bare && k->tag == TAG_LITERAL))) {
		k->closed = true;
		return true;
	}
	return k->tag == order[k->seen - 1] || refuse(k, PACKET_WRONG);
}

/* Whether a length of this packet may be left open, or come in pieces. */
static bool
may_be_partial(const struct packets *k)
{
	return is_data(k->tag) || (k->inside &&
	    (k->tag == TAG_COMPRESSED || k->tag == TAG_LITERAL));
}

/* Whether a packet of this tag may begin here. */
static bool
begin(struct packets *k)
{
	k->heads = 0;
	k->inspected = false;
	k->seen++;
	if (k->inside)
		return begin_inside(k);
	switch (k->armor.kind) {
	case ARMOR_MESSAGE:
		return begin_in_message(k);
	case ARMOR_KEY:
		return begin_in_key(k);
	case ARMOR_SIGNATURE:
		break;
	}
	return k->tag == TAG_SIGNATURE || refuse(k, PACKET_WRONG);
}

/* Looks at the first bytes of the body, or at all of a shorter one. */
static bool
inspect(struct packets *k)
{
	static const uint8_t hidden[8];

	if (k->tag == TAG_SESSION_KEY) {
		if (k->heads > 0 && k->head[0] != 3)
			return refuse(k, PACKET_UNSUPPORTED);
		/* A hidden recipient makes gpg try every key (perf.md 4). */
		if (k->heads < sizeof(k->head) ||
		    memcmp(k->head + 1, hidden, sizeof(hidden)) == 0)
			return refuse(k, PACKET_WRONG);
	}
	if (is_data(k->tag) && (k->heads == 0 || k->head[0] != 1))
		return refuse(k, PACKET_UNSUPPORTED);
	return true;
}

static bool
read_tag(struct packets *k, uint8_t c)
{
	static const unsigned old_length[] = { 1, 2, 4, 0 };

	if (k->closed || (c & 0x80) == 0)
		return refuse(k, PACKET_WRONG);
	k->at = AT_LENGTH;
	k->left = 0;
	k->length_add = 0;
	if (c & 0x40) {
		k->tag = c & 0x3f;
		k->length_want = 0;	/* its first byte tells */
	} else {
		k->tag = (c >> 2) & 0x0f;
		k->length_want = old_length[c & 3];
		k->endless = k->length_want == 0;
	}
	k->partial = false;
	if (!begin(k))
		return false;
	if (!k->endless)
		return true;
	/* Up to the end of the file: no frame at all. Only gpg's compressed
	 * data inside an encrypted packet, which has one, is written so. */
	if (!k->inside || k->tag != TAG_COMPRESSED)
		return refuse(k, PACKET_WRONG);
	k->left = UINT64_MAX;
	k->at = AT_BODY;
	return true;
}

/* The first byte of a new-format length, RFC 4880 4.2.2. */
static bool
read_new_length(struct packets *k, uint8_t c)
{
	k->partial = false;
	k->length_add = 0;
	k->at = AT_BODY;
	if (c < 192) {
		k->left = c;
	} else if (c < 224) {
		k->left = (uint64_t)c - 192;
		k->length_add = 192;
		k->length_want = 1;
		k->at = AT_LENGTH;
	} else if (c == 255) {
		k->left = 0;
		k->length_want = 4;
		k->at = AT_LENGTH;
	} else {
		if (!may_be_partial(k))
			return refuse(k, PACKET_WRONG);
		k->left = 1ull << (c & 0x1f);
		k->partial = true;
	}
	return true;
}

static bool
read_length(struct packets *k, uint8_t c)
{
	if (k->length_want == 0)
		return read_new_length(k, c);
	k->left = k->left << 8 | c;
	if (--k->length_want == 0) {
		k->left += k->length_add;
		k->at = AT_BODY;
	}
	return true;
}

/* Takes what is left of the body out of `n` bytes; how many. */
static size_t
read_body(struct packets *k, const uint8_t *p, size_t n)
{
	size_t part = k->left < n ? (size_t)k->left : n;
	size_t want = sizeof(k->head) - k->heads;

	if (want > part)
		want = part;
	memcpy(k->head + k->heads, p, want);
	k->heads += want;
	k->left -= part;
	return part;
}

/* A body, or a partial run of it, may be at its end. */
static bool
end_body(struct packets *k)
{
	bool ended = k->left == 0 && !k->partial;

	if (k->left == 0)
		k->at = ended ? AT_TAG : AT_LENGTH;
	if (k->inspected || (!ended && k->heads < sizeof(k->head)))
		return true;
	k->inspected = true;
	return inspect(k);
}

static bool
follow(struct packets *k, const uint8_t *p, size_t n)
{
	size_t i = 0;
	bool ok = true;

	while (ok && i < n) {
		if (k->at == AT_TAG)
			ok = read_tag(k, p[i++]);
		else if (k->at == AT_LENGTH)
			ok = read_length(k, p[i++]);
		else
			i += read_body(k, p + i, n - i);
		if (ok && k->at == AT_BODY)
			ok = end_body(k);
	}
	return ok;
}

/* Whether the bytes may end here. */
static bool
is_whole(const struct packets *k)
{
	if (k->endless)
		return true;
	if (k->at != AT_TAG || k->seen == 0)
		return false;
	if (k->inside)
		return k->closed;
	return k->armor.kind != ARMOR_MESSAGE || k->closed;
}

static ssize_t
packets_read(struct source *s, uint8_t *out, size_t room)
{
	struct packets *k = (struct packets *)s;
	ssize_t n;

	if (k->fault != PACKET_FINE)
		return -1;
	n = armor_in_read(&k->armor, out, room);
	if (n > 0 && follow(k, out, (size_t)n))
		return n;
	if (n == 0 && is_whole(k))
		return 0;
	if (k->fault == PACKET_FINE)
		k->fault = PACKET_WRONG;
	return -1;
}

bool
packets_open(struct packets *k, const uint8_t *p, size_t n,
    enum armor_kind kind)
{
	*k = (struct packets){ .source.read = packets_read };
	if (armor_in_open(&k->armor, p, n, kind))
		return true;
	return refuse(k, PACKET_WRONG);
}

bool
packets_open_stripped(struct packets *k, const uint8_t *p, size_t n)
{
	k->inside = packets_open(k, p, n, ARMOR_MESSAGE);
	return k->inside;
}

bool
packets_open_signed(struct packets *k, const uint8_t *p, size_t n)
{
	/* Without the high bit of a packet it would be taken for armor. */
	if (n > 0 && (p[0] & 0x80) != 0)
		return packets_open_stripped(k, p, n);
	*k = (struct packets){ .source.read = packets_read };
	return refuse(k, PACKET_WRONG);
}

bool
packets_open_inside(struct packets *k, const uint8_t *p, size_t n)
{
	if (!packets_open_signed(k, p, n))
		return false;
	k->bare = true;
	return true;
}
