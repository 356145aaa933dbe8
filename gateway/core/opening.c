#include "core/opening.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/address.h"
#include "core/peers.h"

/* ---- parsed ---- */

/* What parse took out of a plaintext: copied, and wiped where it lay. */
static enum gw_err
take_aside(struct travel *t, int out)
{
	static const uint8_t zeros[4096];
	struct stat st;
	off_t at;

	if (fstat(out, &st) < 0 || st.st_size == 0)
		return GW_OK;
	if (st.st_size > LIM_ASIDE)
		return GW_FORMAT;
	free(t->aside);
	t->aside_len = (size_t)st.st_size;
	t->aside = malloc(t->aside_len);
	if (t->aside == NULL)
		return GW_NOMEM;
	if (pread(out, t->aside, t->aside_len, 0) != st.st_size)
		return GW_IO;
	for (at = 0; at < st.st_size; at += (off_t)sizeof(zeros)) {
		if (pwrite(out, zeros, sizeof(zeros), at) < 0)
			return GW_IO;
	}
	return GW_OK;
}

static enum gw_err
ask_parse(struct travel *t, enum stage stage, int fd, uint64_t bytes,
    struct msg_parsed *facts, int *decoded)
{
	struct msg m;
	enum gw_err r;
	int out;

	r = memfd_new(&out);
	if (r != GW_OK)
		return r;
	msg_init(&m, MSG_parse);
	m.u.parse.stage = stage;
	memcpy(m.u.parse.own, t->core->conf->instance_address,
	    sizeof(m.u.parse.own));
	memcpy(m.u.parse.practice, t->core->practice,
	    sizeof(m.u.parse.practice));
	m.u.parse.mail = fd;
	m.u.parse.out = out;
	r = peers_ask(t->core, ROLE_PARSE, &m, MSG_parsed, bytes);
	if (r == GW_OK && m.u.parsed.err == GW_EOF) {
		r = GW_AGAIN;	/* the child crashed: counted, tried again */
		t->crashed = true;
	}
	if (r == GW_OK) {
		*facts = m.u.parsed;
		if (facts->err != GW_OK) {
			facts->structure = STRUCTURE_MALFORMED;
			facts->reason = REASON_BOMB;
		}
	}
	if (r == GW_OK && stage == STAGE_INNER)
		r = take_aside(t, out);
	if (r == GW_OK && (facts->flags & MAIL_DECODED) != 0 &&
	    decoded != NULL && memfd_freeze(out) == GW_OK)
		*decoded = out;
	else
		close(out);
	return r;
}

enum gw_err
way_parsed(struct travel *t)
{
	struct mail_facts *f = &t->facts;
	enum gw_err r;

	f->too_big = t->mail.size > LIM_MAIL_BYTES;
	if (t->worn_out) {
		t->outer.structure = STRUCTURE_MALFORMED;
		t->outer.reason = REASON_BOMB;
	} else {
		r = ask_parse(t, STAGE_OUTER, t->raw, t->map.len, &t->outer,
		    &t->decoded);
		if (r != GW_OK)
			return r;
	}
	/* Bounds are checked on this side: parse may be in wrong hands. */
	if (t->outer.structure >= STRUCTURE_MAX ||
	    t->outer.reason >= REASON_MAX)
		return GW_FORMAT;
	t->mail.structure = f->outer = t->outer.structure;
	f->outer_reason = t->outer.reason;
	f->outer_flags = t->outer.flags;
	if (t->core->store == NULL)
		return GW_OK;
	r = correspondent_by_address(t->core->store, t->outer.from, &t->from);
	t->from_known = r == GW_OK;
	f->outer_from_enrolled = t->from_known &&
	    correspondent_serves(&t->from, t->now);
	if (f->outer == STRUCTURE_DSN && t->outer.envid[0] != '\0')
		f->ours = outbox_by_envid(t->core->store, t->outer.envid,
		    &t->dsn_row) == GW_OK;
	return r == GW_MISSING ? GW_OK : r;
}

/* ---- unwrapped ---- */

static enum gw_err
ask_unwrap(struct travel *t, const struct msg_unwrap *in)
{
	struct msg m;
	enum gw_err r;

	msg_init(&m, MSG_unwrap);
	m.u.unwrap = *in;
	r = peers_ask(t->core, ROLE_KEYS, &m, MSG_unwrapped, t->map.len);
	if (r != GW_OK)
		return r;
	if (m.u.unwrapped.reason >= REASON_MAX) {
		msg_close(&m);
		return GW_FORMAT;
	}
	t->opened_id = m.u.unwrapped.id;
	t->plain = m.u.unwrapped.plain;
	t->facts.opened = m.u.unwrapped.reason;
	t->made = m.u.unwrapped.made;
	memcpy(t->fpr, m.u.unwrapped.fpr, sizeof(t->fpr));
	memcpy(t->hash, m.u.unwrapped.hash, sizeof(t->hash));
	memcpy(t->algo, m.u.unwrapped.algo, sizeof(t->algo));
	return GW_OK;
}

/* The ciphertext that parse found. */
static enum gw_err
unwrap(struct travel *t, bool stranger)
{
	bool own_copy = (t->outer.flags & MAIL_DECODED) != 0;
	const struct msg_unwrap in = { .stranger = stranger,
		.cipher = t->outer.payload,
		.mail = own_copy ? t->decoded : t->raw };

	if (own_copy ? t->decoded < 0 :
	    !span_fits(t->outer.payload, t->map.len))
		return GW_FORMAT;
	return ask_unwrap(t, &in);
}

/* RFC 3156 6.1: the signature is inside, over one part. */
static enum gw_err
ask_verify(struct travel *t)
{
	struct msg m;
	enum gw_err r;

	if (!span_fits(t->inner.signature, t->open.len))
		return GW_FORMAT;
	msg_init(&m, MSG_verify);
	m.u.verify.body = t->inner.payload;
	m.u.verify.signature = t->inner.signature;
	m.u.verify.plain = t->plain;
	r = peers_ask(t->core, ROLE_KEYS, &m, MSG_verified, t->map.len);
	if (r != GW_OK)
		return r;
	if (m.u.verified.reason >= REASON_MAX)
		return GW_FORMAT;
	t->facts.verified = m.u.verified.reason;
	t->made = m.u.verified.made;
	memcpy(t->fpr, m.u.verified.fpr, sizeof(t->fpr));
	memcpy(t->hash, m.u.verified.hash, sizeof(t->hash));
	memcpy(t->algo, m.u.verified.algo, sizeof(t->algo));
	return GW_OK;
}

/* Whether all that parse took aside lies in it. */
static bool
aside_fits(const struct travel *t)
{
	const struct msg_parsed *p = &t->inner;
	const struct span spans[] = { p->words, p->key, p->place, p->urgency,
		p->agenda, p->invitees, p->adhoc, p->present, p->present_at };
	size_t i;

	for (i = 0; i < sizeof(spans) / sizeof(spans[0]); i++) {
		if (!span_fits(spans[i], t->aside_len))
			return false;
	}
	return true;
}

/* Decrypted text is hostile again: it goes to a fresh parse. */
static enum gw_err
read_inside(struct travel *t)
{
	struct mail_facts *f = &t->facts;
	enum gw_err r;

	r = memfd_map(t->plain, LIM_PLAIN_BYTES, &t->open);
	if (r == GW_OK)
		r = ask_parse(t, STAGE_INNER, t->plain, t->open.len, &t->inner,
		    NULL);
	if (r != GW_OK)
		return r;
	if (t->inner.structure >= STRUCTURE_MAX ||
	    t->inner.reason >= REASON_MAX ||
	    !span_fits(t->inner.payload, t->open.len) ||
	    !aside_fits(t))
		return GW_FORMAT;
	f->inner = t->inner.structure;
	f->inner_reason = t->inner.reason;
	f->inner_flags = t->inner.flags;
	f->combined = f->opened == REASON_OK;
	t->signed_bytes = f->combined ?
	    (struct span){ 0, t->open.len } : t->inner.payload;
	crypto_sha256(t->open.p + t->signed_bytes.off, t->signed_bytes.len,
	    t->digest);
	if (f->opened == REASON_NOT_SIGNED && f->inner == STRUCTURE_SIGNED &&
	    f->inner_reason == REASON_OK)
		return ask_verify(t);
	return GW_OK;
}

/* Whose address the mail must come from to be the signer's. */
static const char *
look_up_signer(struct travel *t, enum gw_err *r)
{
	struct store *s = t->core->store;

	*r = correspondent_by_fpr(s, t->fpr, &t->signer);
	if (*r != GW_OK && *r != GW_MISSING)
		return NULL;
	t->known = *r == GW_OK;
	if (t->known)
		t->facts.signer = correspondent_serves(&t->signer, t->now) ?
		    ENROLLED_ACTIVE : ENROLLED_SUSPENDED;
	/* Two officers said yes; only the proof is missing. It may be the same
	 * key for longer, or somebody who was suspended. */
	*r = enrolment_by_fpr(s, t->fpr, &t->proof);
	if (*r != GW_OK && *r != GW_MISSING)
		return NULL;
	t->proving = *r == GW_OK && t->facts.signer != ENROLLED_ACTIVE;
	if (t->proving)
		t->facts.signer = ENROLLED_PROVING;
	if (!t->known && !t->proving)
		return NULL;
	*r = GW_OK;
	return t->proving ? t->proof.person.address : t->signer.address;
}

static enum gw_err
who_signed(struct travel *t)
{
	struct mail_facts *f = &t->facts;
	const char *from = t->inner.flags & MAIL_FROM ? t->inner.from :
	    t->outer.from;
	const char *address;
	enum gw_err r = GW_OK;

	if (t->core->store == NULL || t->fpr[0] == '\0')
		return GW_OK;
	address = look_up_signer(t, &r);
	if (address == NULL)
		return r == GW_MISSING ? GW_OK : r;
	f->from_is_signer = address_same(from, address);
	f->outer_from_is_signer = address_same(t->outer.from, address);
	if (t->plain < 0)
		return GW_OK;
	r = replay_seen(t->core->store, t->fpr, t->made, t->digest);
	f->replay = r == GW_OK;
	return r == GW_MISSING ? GW_OK : r;
}

enum gw_err
way_unwrapped(struct travel *t)
{
	enum gw_err r;

	if (!verdict_wants_opening(&t->facts))
		return GW_OK;
	r = unwrap(t, false);
	if (r == GW_OK && t->plain >= 0)
		r = read_inside(t);
	if (r == GW_OK)
		r = who_signed(t);
	return r;
}

enum gw_err
way_open_stranger(struct travel *t)
{
	enum gw_err r = GW_OK;

	if (t->plain >= 0)
		return GW_OK;
	r = unwrap(t, true);
	return r == GW_OK && t->plain >= 0 ? read_inside(t) : r;
}

/* ---- as it was signed ---- */

/* No header, so no part of a mail either, begins so. */
static bool
is_message(struct map m)
{
	static const char head[] = "-----BEGIN PGP MESSAGE-----";

	return m.len > sizeof(head) && memcmp(m.p, head, sizeof(head) - 1) == 0;
}

enum gw_err
way_as_signed(struct travel *t, struct buf *out)
{
	struct map map;
	struct msg m;
	enum gw_err r;

	if (!t->facts.combined) {
		buf_add(out, t->open.p, t->open.len);
		return buf_error(out);
	}
	msg_init(&m, MSG_strip);
	m.u.strip.opened = t->opened_id;
	r = peers_ask(t->core, ROLE_KEYS, &m, MSG_stripped, t->map.len);
	if (r == GW_OK && m.u.stripped.err != GW_OK)
		r = m.u.stripped.err < GW_ERR_MAX ?
		    (enum gw_err)m.u.stripped.err : GW_FORMAT;
	if (r == GW_OK)
		r = m.u.stripped.message >= 0 ? memfd_map(m.u.stripped.message,
		    LIM_PLAIN_BYTES, &map) : GW_FORMAT;
	if (r == GW_OK) {
		buf_add(out, map.p, map.len);
		memfd_unmap(&map);
		r = buf_error(out);
	}
	msg_close(&m);
	return r;
}

enum gw_err
way_signed(struct travel *t)
{
	const struct msg_unwrap in = { .stripped = 1,
		.cipher = { 0, t->map.len }, .mail = t->raw };
	enum gw_err r = GW_OK;

	if (is_message(t->map)) {
		r = ask_unwrap(t, &in);
	} else {
		t->facts.opened = REASON_NOT_SIGNED;
		t->plain = fcntl(t->raw, F_DUPFD_CLOEXEC, 0);
		if (t->plain < 0)
			r = GW_AGAIN;
	}
	if (r == GW_OK && t->plain >= 0)
		r = read_inside(t);
	return r == GW_OK ? who_signed(t) : r;
}
