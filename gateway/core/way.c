#include "core/way.h"

#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "core/forward.h"
#include "core/outcome.h"
#include "core/peers.h"
#include "base/address.h"

/* ---- received ---- */

/* Knows the mail again by its bytes, and counts attempts (T43). */
static enum gw_err
received(struct travel *t)
{
	unsigned tries = 0;
	struct mail before;
	enum gw_err r;

	r = memfd_map(t->raw, LIM_MAIL_BYTES, &t->map);
	if (r != GW_OK)
		return r;
	ref_new('M', t->mail.id);
	t->mail.received = t->now;
	crypto_sha256(t->map.p, t->map.len, t->mail.digest);
	if (t->core->store == NULL)
		return GW_OK;
	r = mail_by_digest(t->core->store, t->mail.digest, &before);
	if (r == GW_OK) {
		t->seen = true;
		if (!t->dry)
			t->mail = before;
	}
	if (r != GW_MISSING)
		return r;
	if (t->dry)
		return GW_OK;
	r = mail_try(t->core->store, t->mail.digest, &tries);
	t->worn_out = r == GW_OK && tries > LIM_TRIES;
	return r;
}

/* ---- parsed ---- */

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
	if (r == GW_OK && (facts->flags & MAIL_DECODED) != 0 &&
	    decoded != NULL && memfd_freeze(out) == GW_OK)
		*decoded = out;
	else
		close(out);
	return r;
}

static enum gw_err
parsed(struct travel *t)
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
	    t->from.state == CORRESPONDENT_ACTIVE;
	if (f->outer == STRUCTURE_DSN && t->outer.envid[0] != '\0')
		f->ours = outbox_by_envid(t->core->store, t->outer.envid,
		    &t->dsn_row) == GW_OK;
	return r == GW_MISSING ? GW_OK : r;
}

/* ---- unwrapped ---- */

static enum gw_err
ask_unwrap(struct travel *t)
{
	bool own_copy = (t->outer.flags & MAIL_DECODED) != 0;
	struct msg m;
	enum gw_err r;

	if (!own_copy && !span_fits(t->outer.payload, t->map.len))
		return GW_FORMAT;
	if (own_copy && t->decoded < 0)
		return GW_FORMAT;
	msg_init(&m, MSG_unwrap);
	m.u.unwrap.cipher = t->outer.payload;
	m.u.unwrap.mail = own_copy ? t->decoded : t->raw;
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
	    !span_fits(t->inner.payload, t->open.len))
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

static enum gw_err
who_signed(struct travel *t)
{
	struct mail_facts *f = &t->facts;
	const char *from = t->inner.flags & MAIL_FROM ? t->inner.from :
	    t->outer.from;
	struct store *s = t->core->store;
	enum gw_err r;

	if (s == NULL || t->fpr[0] == '\0')
		return GW_OK;
	r = correspondent_by_fpr(s, t->fpr, &t->signer);
	if (r == GW_MISSING)
		return GW_OK;
	if (r != GW_OK)
		return r;
	t->known = true;
	f->signer = t->signer.state == CORRESPONDENT_ACTIVE ?
	    ENROLLED_ACTIVE : ENROLLED_SUSPENDED;
	f->from_is_signer = address_same(from, t->signer.address);
	f->outer_from_is_signer = address_same(t->outer.from,
	    t->signer.address);
	if (t->plain < 0)
		return GW_OK;
	r = replay_seen(s, t->fpr, t->made, t->digest);
	f->replay = r == GW_OK;
	return r == GW_MISSING ? GW_OK : r;
}

static enum gw_err
unwrapped(struct travel *t)
{
	enum gw_err r;

	if (!verdict_wants_opening(&t->facts))
		return GW_OK;
	r = ask_unwrap(t);
	if (r == GW_OK && t->plain >= 0)
		r = read_inside(t);
	if (r == GW_OK)
		r = who_signed(t);
	return r;
}

/* ---- judged, routed ---- */

static enum gw_err
judged(struct travel *t)
{
	t->verdict = verdict_mail(&t->facts);
	return GW_OK;
}

/* Closed by default: what the role may not send is refused (design.md 5). */
static enum gw_err
routed(struct travel *t)
{
	if (t->verdict.code == VERDICT_ACCEPTED &&
	    !policy_may_send(t->signer.role, DOCUMENT_REFERRAL))
		t->verdict = (struct verdict){ VERDICT_REFUSED,
			REASON_ROLE_NOT_ALLOWED };
	t->mail.verdict = t->verdict.code;
	t->mail.reason = t->verdict.reason;
	return GW_OK;
}

/* ---- the whole story ---- */

static void
travel_begin(struct travel *t, struct core *c, int raw)
{
	memset(t, 0, sizeof(*t));
	t->core = c;
	t->raw = raw;
	t->decoded = t->plain = -1;
	t->map = t->open = (struct map){ (const uint8_t *)"", 0 };
	t->now = core_now(c);
	t->lost_before = c->lost;
}

void
travel_end(struct travel *t)
{
	struct msg m;
	size_t i;

	memfd_unmap(&t->open);
	memfd_unmap(&t->map);
	if (t->plain >= 0)
		close(t->plain);
	if (t->decoded >= 0)
		close(t->decoded);
	for (i = 0; i < t->posts; i++) {
		if (t->post[i].sealed >= 0)
			close(t->post[i].sealed);
	}
	if (t->opened_id == 0)
		return;
	msg_init(&m, MSG_wipe);
	m.u.wipe.id = t->opened_id;
	peers_tell(t->core, ROLE_KEYS, &m);
	t->opened_id = 0;
}

static enum fate
fate_of(enum verdict_code v)
{
	return v == VERDICT_IGNORED ? FATE_SIDE : FATE_GONE;
}

static void
report(const struct travel *t, int64_t began)
{
	log_event(LOG_INFO, "mail", "id=%s verdict=%s reason=%s structure=%s "
	    "bytes=%llu ms=%lld%s%s", t->mail.id,
	    verdict_name(t->mail.verdict), reason_name(t->mail.reason),
	    structure_name(t->mail.structure),
	    (unsigned long long)t->mail.size,
	    (long long)(clock_mono_ms() - began),
	    t->mail.ref[0] != '\0' ? " ref=" : "", t->mail.ref);
}

enum gw_err
way_of_a_mail(struct core *c, const struct msg_mail *in, enum fate *fate)
{
	int64_t began = clock_mono_ms();
	struct travel t;
	enum gw_err r;

	*fate = FATE_KEEP;
	travel_begin(&t, c, in->raw);
	t.mail.size = in->size;
	r = received(&t);
	if (r == GW_OK && !t.seen) {
		r = parsed(&t);
		if (r == GW_OK)
			r = unwrapped(&t);
		if (r == GW_OK)
			r = judged(&t);
		if (r == GW_OK)
			r = routed(&t);
		if (r == GW_OK)
			r = outcome_step(&t);
		if (r == GW_OK)
			r = forward_seal(&t);
		if (r == GW_OK)
			r = outcome_commit(&t);
		if (r == GW_OK)
			report(&t, began);
	}
	if (r == GW_OK)
		*fate = fate_of(t.mail.verdict);
	else
		forward_forget(&t);
	if (r != GW_OK && !t.crashed && t.lost_before == c->lost)
		(void)mail_untry(c->store, t.mail.digest);
	travel_end(&t);
	return r;
}

enum gw_err
way_dry(struct core *c, int raw, struct travel *t)
{
	enum gw_err r;

	travel_begin(t, c, raw);
	t->dry = true;
	r = received(t);
	t->mail.size = t->map.len;
	if (r == GW_LIMIT) {
		t->facts.too_big = true;
		t->outer.structure = STRUCTURE_MALFORMED;
		return judged(t);
	}
	if (t->seen)
		t->facts.replay = true;
	if (r == GW_OK)
		r = parsed(t);
	if (r == GW_OK)
		r = unwrapped(t);
	if (r == GW_OK)
		r = judged(t);
	if (r == GW_OK)
		r = routed(t);
	return r;
}

enum gw_err
way_reopen(struct core *c, int raw, struct travel *t)
{
	enum gw_err r;

	travel_begin(t, c, raw);
	r = memfd_map(raw, LIM_MAIL_BYTES, &t->map);
	t->mail.size = t->map.len;
	if (r == GW_OK)
		r = parsed(t);
	if (r == GW_OK)
		r = unwrapped(t);
	if (r == GW_OK && (t->plain < 0 || !t->known))
		r = GW_STATE;
	return r;
}
