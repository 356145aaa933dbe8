/*
 * Making a mail: RFC 3156 multipart/encrypted (or multipart/signed) around an
 * entity that is fed to gpg from where it lies and comes back as armor
 * straight into the finished mail.
 *
 * The mail's size tells nothing but its bucket. Filler inside the encryption
 * brings it close; what keys of other kinds leave over is made up by empty
 * lines after the armor, where every reader skips white space.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "keys/armor.h"
#include "keys/state.h"

#define HEAD_MAX	(LIM_TEXT_BYTES + LIM_HEADER_BYTES)
#define LINE_MAX_BYTES	998	/* RFC 5322 2.1.1 */
#define BUCKET_LEAST	4096

/* gpg cuts data into runs of 8 KiB, one length byte each, once around the
 * literal text and once around the encrypted whole. */
#define GPG_RUN		8192

/* What gpg puts around a text beyond session key and signature numbers:
 * prefix, MDC, packet heads, the signature's hashed part; measured 178. */
#define GPG_AROUND	200

/* A session key for the largest key that people have, RSA of 8192 bits. */
#define SESSION_KEY_MOST (12 + 2 + 8192 / 8)

/* The least white space after the armor: an odd rest takes three bytes. */
#define TAIL_LEAST	4

#define BOUNDARY_RANDOM	12
#define BOUNDARY_LEN	(2 * BOUNDARY_RANDOM + 1)

/* One mail under way. */
struct sealing {
	const struct key *own;
	const struct key *to;		/* NULL: signed only */
	struct key *guest;		/* owned: `to` is not in the ring */
	size_t guests;
	struct map guest_file;
	struct map head;
	struct map plain;
	struct feed entity;
	uint64_t target;		/* size of the finished mail */
	char boundary[BOUNDARY_LEN + 1];
	struct writer out;
};

uint64_t
keys_bucket(uint64_t n, uint64_t least)
{
	uint64_t step = BUCKET_LEAST;

	if (n < least)
		n = least;
	/* From 128 KiB on a sixteenth of the power of two below `n`. */
	while (step * 32 <= n)
		step *= 2;
	return (n + step - 1) / step * step;
}

/* ---- what may go in ---- */

/* One line of ASCII with CRLF at `p`; its length with CRLF, 0 if it is not. */
static size_t
ascii_line(const uint8_t *p, size_t n)
{
	size_t i = 0;

	while (i < n && i <= LINE_MAX_BYTES &&
	    ((p[i] >= 0x20 && p[i] <= 0x7e) || p[i] == '\t'))
		i++;
	if (i > LINE_MAX_BYTES || n - i < 2 || p[i] != '\r' || p[i + 1] != '\n')
		return 0;
	return i + 2;
}

/* Header lines only (T19, T20), and no Content-Type: that one is ours. */
static bool
is_header(const uint8_t *p, size_t n)
{
	static const char ours[] = "Content-Type";
	size_t len;

	while (n > 0) {
		len = ascii_line(p, n);
		if (len <= 2)
			return false;
		if (len > sizeof(ours) && strncasecmp((const char *)p, ours,
		    sizeof(ours) - 1) == 0)
			return false;
		p += len;
		n -= len;
	}
	return true;
}

/* RFC 3156 5: what is signed in the open is ASCII and CRLF throughout. */
static bool
is_ascii(const uint8_t *p, size_t n)
{
	size_t len;

	while (n > 0) {
		len = ascii_line(p, n);
		if (len == 0)
			return false;
		p += len;
		n -= len;
	}
	return true;
}

static enum gw_err
load(struct sealing *s, const struct msg_seal *in)
{
	const uint8_t *p;
	size_t rest;
	enum gw_err r;

	r = memfd_map(in->head, HEAD_MAX, &s->head);
	if (r == GW_OK && in->plain >= 0)
		r = memfd_map(in->plain, LIM_PLAIN_BYTES, &s->plain);
	if (r != GW_OK)
		return r;
	if (in->outer_len > s->head.len ||
	    in->prefix_len > s->head.len - in->outer_len ||
	    !span_fits(in->body, s->plain.len) ||
	    in->bucket > LIM_MAIL_BYTES)
		return GW_FORMAT;
	p = s->head.p + in->outer_len;
	rest = s->head.len - in->outer_len;
	if (in->outer_len == 0 || !is_header(s->head.p, in->outer_len))
		return GW_FORMAT;
	if (s->to == NULL && (in->body.len > 0 || !is_ascii(p, rest)))
		return GW_FORMAT;
	feed_init(&s->entity, false);
	feed_add(&s->entity, p, in->prefix_len);
	feed_add(&s->entity, s->plain.p + in->body.off, in->body.len);
	feed_add(&s->entity, p + in->prefix_len, rest - in->prefix_len);
	return GW_OK;
}

/* The key that is handed in with the mail; it is laid down for gpg only when
 * it is the one that was meant. */
static enum gw_err
choose_guest(struct keys *k, const char *fpr, int guest, struct sealing *s)
{
	struct packets in;
	enum gw_err r;

	r = memfd_map(guest, LIM_KEYFILE, &s->guest_file);
	if (r == GW_OK)
		r = keys_look(k, &s->guest_file, &s->guest, &s->guests);
	if (r == GW_FORMAT || r == GW_LIMIT)
		return GW_KEY;
	if (r != GW_OK)
		return r;
	if (strcmp(key_fpr(s->guest), fpr) != 0)
		return GW_KEY;
	s->to = s->guest;
	if (!packets_open(&in, s->guest_file.p, s->guest_file.len, ARMOR_KEY))
		return GW_KEY;
	return engine_lodge_file(k->engine, &in.source);
}

static enum gw_err
choose_keys(struct keys *k, const char *fpr, int guest, struct sealing *s)
{
	int64_t now = clock_now();
	enum gw_err r;

	r = ring_own(&k->ring, now, &s->own);
	if (r != GW_OK)
		return GW_KEY;
	if (fpr[0] == '\0')
		return guest < 0 ? GW_OK : GW_KEY;
	if (guest >= 0) {
		r = choose_guest(k, fpr, guest, s);
		if (r != GW_OK)
			return r;
	} else {
		s->to = ring_find(&k->ring, fpr);
	}
	/* Known from the table: an expired key costs no gpg. */
	return s->to == NULL ? GW_KEY : key_usable(s->to, KEY_ENCRYPT, now);
}

/* ---- sizes ---- */

/* The most bytes that the numbers of one signature by `k` can take. */
static uint64_t
signature_bytes(const struct key *k)
{
	uint64_t most = 0, n;
	size_t i;

	for (i = 0; i < k->subkeys; i++) {
		n = (k->subkey[i].bits + 7) / 8;
		n = k->subkey[i].rsa ? 2 + n : 2 * (2 + n);
		if (k->subkey[i].sign && n > most)
			most = n;
	}
	return most;
}

/* The same for one session key: RFC 4880 5.1, RFC 6637 8. */
static uint64_t
session_key_bytes(const struct key *k)
{
	uint64_t most = 0, n;
	size_t i;

	for (i = 0; i < k->subkeys; i++) {
		n = (k->subkey[i].bits + 7) / 8;
		n = 12 + 2 + (k->subkey[i].rsa ? n : 1 + 2 * n + 49);
		if (k->subkey[i].encrypt && n > most)
			most = n;
	}
	return most;
}

/* The most that gpg makes of a text, beyond it; `n` is either's size. */
static uint64_t
around(const struct sealing *s, uint64_t session_key, uint64_t n)
{
	return GPG_AROUND + signature_bytes(s->own) + session_key +
	    2 * (n / GPG_RUN + 2);
}

/*
 * Chooses the bucket, by nothing that depends on the recipient's key, and the
 * filler that brings this recipient's armor just below it. `fixed` is all of
 * the mail but the armor.
 */
static void
plan(struct sealing *s, uint64_t fixed, uint64_t least)
{
	uint64_t text = s->entity.size, room, size;

	size = text + around(s, SESSION_KEY_MOST, text);
	fixed += TAIL_LEAST;
	s->target = keys_bucket(fixed + armor_size(ARMOR_MESSAGE, size), least);
	room = armor_fits(ARMOR_MESSAGE, s->target - fixed);
	size = text + around(s, session_key_bytes(s->to), room);
	if (room > size)
		feed_filler(&s->entity, room - size);
}

/* ---- the mail ---- */

static enum gw_err
make_boundary(struct sealing *s)
{
	uint8_t random[BOUNDARY_RANDOM];
	size_t i;

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return GW_IO;
	s->boundary[0] = '=';
	for (i = 0; i < sizeof(random); i++)
		(void)snprintf(s->boundary + 1 + 2 * i, 3, "%02x", random[i]);
	return GW_OK;
}

static void
put_boundary(struct sealing *s, const char *before, const char *after)
{
	writer_puts(&s->out, before);
	writer_puts(&s->out, s->boundary);
	writer_puts(&s->out, after);
}

static void
put_source(struct writer *w, struct source *source)
{
	uint8_t part[4096];
	ssize_t n;

	while ((n = source->read(source, part, sizeof(part))) > 0)
		writer_add(w, part, (size_t)n);
}

/* White space up to the target, less `after` bytes that will follow. */
static void
put_tail(struct sealing *s, uint64_t after)
{
	uint64_t size = s->out.total + TAIL_LEAST + after, n;

	if (size > s->target) {
		/* A gpg with larger packets than any measured: R21 suffers,
		 * the mail does not. */
		log_event(LOG_WARN, "seal", "err=\"larger than planned\" "
		    "by=%llu", (unsigned long long)(size - s->target));
		s->target = keys_bucket(size, 0);
	}
	n = s->target - s->out.total - after;
	if (n % 2 != 0) {
		writer_puts(&s->out, "\r\n ");
		n -= 3;
	}
	for (; n > 0; n -= 2)
		writer_puts(&s->out, "\r\n");
}

static enum gw_err
seal_entity(struct keys *k, struct sealing *s, struct sink *out)
{
	int wall_ms = keys_wall_ms(s->entity.size);

	if (s->guest != NULL)
		return engine_seal_lodged(k->engine, s->own,
		    &s->entity.source, out, wall_ms);
	return engine_seal(k->engine, s->own, s->to, &s->entity.source, out,
	    wall_ms);
}

static enum gw_err
put_encrypted(struct keys *k, struct sealing *s, uint64_t least)
{
	static const char between[] =
	    "\r\n"
	    "Content-Type: application/pgp-encrypted\r\n"
	    "\r\n"
	    "Version: 1\r\n";
	static const char part[] =
	    "\r\n"
	    "Content-Type: application/octet-stream; name=\"encrypted.asc\"\r\n"
	    "Content-Disposition: inline; filename=\"encrypted.asc\"\r\n"
	    "\r\n";
	const uint64_t after = BOUNDARY_LEN + sizeof("\r\n----\r\n") - 1;
	struct armor_out armor;
	enum gw_err r;

	put_boundary(s, "Content-Type: multipart/encrypted;\r\n"
	    "\tprotocol=\"application/pgp-encrypted\";\r\n\tboundary=\"",
	    "\"\r\n");
	put_boundary(s, "\r\n--", between);
	put_boundary(s, "\r\n--", part);
	plan(s, s->out.total + after, least);
	armor_out_init(&armor, &s->out, ARMOR_MESSAGE);
	r = seal_entity(k, s, &armor.sink);
	if (r != GW_OK)
		return r;
	armor_out_end(&armor);
	put_tail(s, after);
	put_boundary(s, "\r\n--", "--\r\n");
	return GW_OK;
}

static enum gw_err
put_signed(struct keys *k, struct sealing *s)
{
	static const char part[] =
	    "\r\n"
	    "Content-Type: application/pgp-signature;"
	    " name=\"signature.asc\"\r\n"
	    "\r\n";
	struct feed again = s->entity;
	struct armor_out armor;
	enum gw_err r;

	put_boundary(s, "Content-Type: multipart/signed; micalg=pgp-sha512;\r\n"
	    "\tprotocol=\"application/pgp-signature\";\r\n\tboundary=\"",
	    "\"\r\n");
	put_boundary(s, "\r\n--", "\r\n");
	put_source(&s->out, &again.source);
	put_boundary(s, "\r\n--", part);
	armor_out_init(&armor, &s->out, ARMOR_SIGNATURE);
	r = engine_seal(k->engine, s->own, NULL, &s->entity.source,
	    &armor.sink, keys_wall_ms(s->entity.size));
	if (r != GW_OK)
		return r;
	armor_out_end(&armor);
	put_boundary(s, "\r\n\r\n--", "--\r\n");
	return GW_OK;
}

/* The finished mail in a frozen memfd. */
static enum gw_err
make(struct keys *k, struct sealing *s, const struct msg_seal *in, int *mail)
{
	enum gw_err r;
	int fd;

	r = make_boundary(s);
	if (r == GW_OK)
		r = memfd_new(&fd);
	if (r != GW_OK)
		return r;
	writer_init(&s->out, fd);
	writer_add(&s->out, s->head.p, in->outer_len);
	r = s->to != NULL ? put_encrypted(k, s, in->bucket) : put_signed(k, s);
	/* gpg only knows that its output was not taken; we know why. */
	if (writer_end(&s->out) != GW_OK)
		r = s->out.err;
	if (r == GW_OK)
		r = memfd_freeze(fd);
	if (r == GW_OK)
		*mail = fd;
	else
		close(fd);
	return r;
}

enum gw_err
keys_seal(struct keys *k, const struct msg_seal *in, int *mail)
{
	struct sealing *s;
	enum gw_err r;

	*mail = -1;
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return GW_NOMEM;
	r = choose_keys(k, in->fpr, in->guest, s);
	if (r == GW_OK)
		r = load(s, in);
	if (r == GW_OK)
		r = make(k, s, in, mail);
	if (in->guest >= 0)
		engine_evict(k->engine);
	engine_free_keys(s->guest, s->guests);
	memfd_unmap(&s->guest_file);
	memfd_unmap(&s->head);
	memfd_unmap(&s->plain);
	explicit_bzero(s, sizeof(*s));
	free(s);
	return r;
}
