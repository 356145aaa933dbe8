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

#include "base/clock.h"
#include "keys/armor.h"
#include "keys/envelope.h"
#include "keys/state.h"

#define BUCKET_LEAST	4096

/* gpg cuts data into runs of 8 KiB, one length byte each, once around the
 * literal text and once around the encrypted whole. */
#define GPG_RUN		8192

/* What gpg puts around a text beyond session key and signature numbers:
 * prefix, MDC, packet heads, the signature's hashed part; measured 178. */
#define GPG_AROUND	200

/* A session key for the largest key that people have, RSA of 8192 bits. */
#define SESSION_KEY_MOST (12 + 2 + 8192 / 8)

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
	struct envelope mail;
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

/* RFC 3156 5: what is signed in the open is ASCII and CRLF throughout. */
static bool
is_ascii(const uint8_t *p, size_t n)
{
	size_t len;

	while (n > 0) {
		len = envelope_line(p, n);
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
	if (in->outer_len == 0 || !envelope_is_header(s->head.p, in->outer_len))
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
	fixed += ENVELOPE_TAIL;
	s->mail.target = keys_bucket(fixed + armor_size(ARMOR_MESSAGE, size), least);
	room = armor_fits(ARMOR_MESSAGE, s->mail.target - fixed);
	size = text + around(s, session_key_bytes(s->to), room);
	if (room > size)
		feed_filler(&s->entity, room - size);
}

/* ---- the mail ---- */

static void
put_source(struct writer *w, struct source *source)
{
	uint8_t part[4096];
	ssize_t n;

	while ((n = source->read(source, part, sizeof(part))) > 0)
		writer_add(w, part, (size_t)n);
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
	struct armor_out armor;
	enum gw_err r;

	envelope_open(&s->mail);
	plan(s, s->mail.out.total + ENVELOPE_AFTER, least);
	armor_out_init(&armor, &s->mail.out, ARMOR_MESSAGE);
	r = seal_entity(k, s, &armor.sink);
	if (r == GW_OK)
		envelope_close(&s->mail, &armor);
	return r;
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

	envelope_put(&s->mail, "Content-Type: multipart/signed; micalg=pgp-sha512;\r\n"
	    "\tprotocol=\"application/pgp-signature\";\r\n\tboundary=\"",
	    "\"\r\n");
	envelope_put(&s->mail, "\r\n--", "\r\n");
	put_source(&s->mail.out, &again.source);
	envelope_put(&s->mail, "\r\n--", part);
	armor_out_init(&armor, &s->mail.out, ARMOR_SIGNATURE);
	r = engine_seal(k->engine, s->own, NULL, &s->entity.source,
	    &armor.sink, keys_wall_ms(s->entity.size));
	if (r != GW_OK)
		return r;
	armor_out_end(&armor);
	envelope_put(&s->mail, "\r\n\r\n--", "--\r\n");
	return GW_OK;
}

/* The finished mail in a frozen memfd. */
static enum gw_err
make(struct keys *k, struct sealing *s, const struct msg_seal *in, int *mail)
{
	enum gw_err r;

	r = envelope_begin(&s->mail, s->head.p, in->outer_len);
	if (r != GW_OK)
		return r;
	r = s->to != NULL ? put_encrypted(k, s, in->bucket) : put_signed(k, s);
	return envelope_end(&s->mail, r, mail);
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
