/*
 * Is a mail signed by the key that it brings itself? That proves that whoever
 * wrote it has the key, and no more: who that is, people find out (design.md
 * 10, "Two officers"). The ring does not change by one byte (T32).
 */
#include <stdio.h>
#include <string.h>

#include "base/address.h"
#include "base/clock.h"
#include "keys/packet.h"
#include "keys/state.h"

/* The question, as far as it has been looked at. */
struct vouching {
	struct map bring;
	struct map mail;	/* combined shape */
	struct map plain;	/* signed inside */
	const struct msg_vouch *in;
	struct key *key;	/* those of the throw-away home */
	size_t keys;
};

static bool
is_combined(const struct msg_vouch *in)
{
	return in->cipher.len > 0;
}

/* GW_FORMAT: a span lies outside of what it is of. */
static enum gw_err
load(struct vouching *v)
{
	const struct msg_vouch *in = v->in;
	enum gw_err r;

	r = memfd_map(in->bring, LIM_MAIL_BYTES, &v->bring);
	if (r == GW_OK && is_combined(in))
		r = memfd_map(in->mail, LIM_MAIL_BYTES, &v->mail);
	if (r == GW_OK && !is_combined(in))
		r = memfd_map(in->plain, LIM_PLAIN_BYTES, &v->plain);
	if (r != GW_OK)
		return r;
	if (!span_fits(in->key, v->bring.len))
		return GW_FORMAT;
	if (is_combined(in))
		return span_fits(in->cipher, v->mail.len) ? GW_OK : GW_FORMAT;
	return span_fits(in->body, v->plain.len) &&
	    span_fits(in->signature, v->plain.len) ? GW_OK : GW_FORMAT;
}

/* ---- the key ---- */

static bool
has_address(const struct key *key, const char *address)
{
	char canonical[LIM_ADDR + 1];

	return address_canonical(address, canonical) &&
	    engine_has_address(key, canonical);
}

/* The one key that it brings, into the throw-away home; then REASON_OK when
 * we could write to it. What is no such key is not our fault: GW_OK. */
static enum gw_err
take_key(struct keys *k, struct vouching *v, struct msg_vouched *out)
{
	struct span span = v->in->key;
	struct packets in;
	enum gw_err r;

	out->reason = REASON_UNKNOWN_KEY;
	if (span.len > LIM_KEYFILE || !packets_open(&in,
	    v->bring.p + span.off, (size_t)span.len, ARMOR_KEY))
		return GW_OK;
	r = engine_lodge(k->engine, &in.source, &v->key, &v->keys);
	if (in.fault != PACKET_FINE || r == GW_FORMAT || r == GW_LIMIT)
		return GW_OK;
	if (r != GW_OK)
		return r;
	(void)snprintf(out->fpr, sizeof(out->fpr), "%s", key_fpr(v->key));
	(void)snprintf(out->algo, sizeof(out->algo), "%s",
	    v->key->subkey[0].algo);
	out->expires = key_expires(v->key);
	if (key_usable_both(v->key, clock_now()) != GW_OK)
		return GW_OK;
	out->reason = has_address(v->key, v->in->address) ? REASON_OK :
	    REASON_SENDER_MISMATCH;
	return GW_OK;
}

/* ---- the signature ---- */

/* By the rules for everybody; the pin is the lodged key itself. */
static void
judge(const struct vouching *v, const struct engine_report *report,
    struct msg_vouched *out)
{
	const struct ring lodged = { v->key, v->keys };
	const struct subkey *sub;
	const struct key *key = ring_owner(&lodged, report->fpr, &sub);
	struct sig_facts f = {
		.engine = report->result,
		.signatures = report->signatures,
		.status = report->status,
		.wrong_usage = report->wrong_usage,
		.strong_hash = report->strong_hash,
		.strong_key = key != NULL && sub->strong &&
		    key->subkey[0].strong,
		.pinned = key != NULL,
		.made = report->made,
		.now = clock_now(),
	};

	out->reason = verdict_signature(&f);
	out->made = report->made;
	(void)snprintf(out->hash, sizeof(out->hash), "%s", report->hash);
}

/* RFC 3156 6.1: over the part as it stands. */
static enum gw_err
check_inside(struct keys *k, const struct vouching *v, struct msg_vouched *out)
{
	struct engine_report report = { .result = ENGINE_FAILED };
	struct span body = v->in->body, signature = v->in->signature;
	struct packets sig;
	struct feed text;

	feed_init(&text, true);
	feed_add(&text, v->plain.p + body.off, body.len);
	if (packets_open(&sig, v->plain.p + signature.off,
	    (size_t)signature.len, ARMOR_SIGNATURE))
		engine_verify_lodged(k->engine, &sig.source, &text.source,
		    NULL, keys_wall_ms(body.len), &report);
	if (report.err != GW_OK)
		return report.err;
	report.result = keys_result(&sig, report.result);
	judge(v, &report, out);
	return GW_OK;
}

/* One signed message, and its text goes nowhere: core has it already. */
static enum gw_err
check_message(struct keys *k, const struct vouching *v,
    const struct secret *message, struct msg_vouched *out)
{
	struct engine_report report = { .result = ENGINE_FAILED };
	struct packets in;
	struct drain drain;

	drain_init(&drain, LIM_PLAIN_BYTES);
	if (packets_open_signed(&in, message->p, message->len))
		engine_verify_lodged(k->engine, &in.source, NULL,
		    &drain.sink, keys_wall_ms(message->len), &report);
	if (report.err != GW_OK)
		return report.err;
	report.result = drain.over ? ENGINE_LIMIT :
	    keys_result(&in, report.result);
	judge(v, &report, out);
	return GW_OK;
}

/* RFC 3156 6.2: our ring takes off the encryption, the lodged key judges what
 * was inside. */
static enum gw_err
check_combined(struct keys *k, const struct vouching *v,
    struct msg_vouched *out)
{
	struct engine_report report = { .result = ENGINE_FAILED };
	struct span cipher = v->in->cipher;
	struct secret_sink sink;
	struct secret message;
	struct packets in;
	enum gw_err r;

	r = secret_new(&message, LIM_MAIL_BYTES);
	if (r != GW_OK)
		return r;
	secret_sink_init(&sink, &message);
	if (packets_open(&in, v->mail.p + cipher.off, (size_t)cipher.len,
	    ARMOR_MESSAGE))
		engine_unwrap(k->engine, &in.source, &sink.sink,
		    keys_wall_ms(cipher.len), &report);
	r = report.err;
	if (r == GW_OK && sink.err != GW_OK && sink.err != GW_LIMIT)
		r = sink.err;
	out->reason = REASON_DECRYPT_FAILED;
	if (r == GW_OK && sink.err == GW_OK && report.whole &&
	    keys_result(&in, report.result) == ENGINE_OK) {
		/* Written until now; sealed it can be read. */
		r = secret_seal(&message);
		if (r == GW_OK)
			r = check_message(k, v, &message, out);
	}
	secret_wipe(&message);
	return r;
}

enum gw_err
keys_vouch(struct keys *k, const struct msg_vouch *in, struct msg_vouched *out)
{
	struct vouching v = { .in = in };
	enum gw_err r;

	*out = (struct msg_vouched){ .id = in->id,
	    .reason = REASON_UNKNOWN_KEY };
	r = load(&v);
	if (r == GW_OK)
		r = take_key(k, &v, out);
	if (r == GW_OK && out->reason == REASON_OK)
		r = is_combined(in) ? check_combined(k, &v, out) :
		    check_inside(k, &v, out);
	engine_evict(k->engine);
	engine_free_keys(v.key, v.keys);
	memfd_unmap(&v.bring);
	memfd_unmap(&v.mail);
	memfd_unmap(&v.plain);
	return r;
}
