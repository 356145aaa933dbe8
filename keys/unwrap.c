/*
 * Opening a mail. gpg writes plaintext before it knows whether it may (F1):
 * all of it goes into a secret that is wiped unless the verdict lets it out.
 * What keys_strip() left of one is opened the same way, without decryption.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "keys/packet.h"
#include "keys/state.h"

enum engine_result
keys_result(const struct packets *in, enum engine_result engine)
{
	switch (in->fault) {
	case PACKET_FINE:
		return engine;
	case PACKET_NO_INTEGRITY:
		return ENGINE_NO_INTEGRITY;
	case PACKET_UNSUPPORTED:
		return ENGINE_UNSUPPORTED;
	case PACKET_WRONG:
		break;
	}
	return ENGINE_FAILED;
}

/* The signer as our own table knows it; "" and false where it does not. */
struct signer {
	const char *fpr;	/* of the primary key */
	const char *algo;
	bool strong;
	bool pinned;
};

static struct signer
find_signer(const struct keys *k, const struct engine_report *report)
{
	struct signer s = { .fpr = "", .algo = "" };
	const struct subkey *sub;
	const struct key *key;

	if (report->signatures != 1)
		return s;
	key = ring_owner(&k->ring, report->fpr, &sub);
	if (key == NULL)
		return s;
	s.fpr = key_fpr(key);
	s.algo = sub->algo;
	s.strong = sub->strong && key->subkey[0].strong;
	s.pinned = pins_has(&k->pins, s.fpr);
	return s;
}

void
keys_judge(const struct keys *k, const struct engine_report *report,
    bool encrypted, struct msg_verified *out)
{
	struct signer signer = find_signer(k, report);
	struct sig_facts f = {
		.engine = report->result,
		.encrypted = encrypted,
		.signatures = report->signatures,
		.status = report->status,
		.wrong_usage = report->wrong_usage,
		.strong_hash = report->strong_hash,
		.strong_key = signer.strong,
		.pinned = signer.pinned,
		.made = report->made,
		.now = clock_now(),
	};

	out->reason = verdict_signature(&f);
	out->signatures = report->signatures;
	out->made = report->made;
	(void)snprintf(out->fpr, sizeof(out->fpr), "%s", signer.fpr);
	(void)snprintf(out->hash, sizeof(out->hash), "%s", report->hash);
	(void)snprintf(out->algo, sizeof(out->algo), "%s", signer.algo);
}

/* A place for the plaintext of `id`: its own again, or an empty one. */
static struct opened *
place_for(struct keys *k, uint32_t id)
{
	size_t i;

	keys_wipe(k, id);
	for (i = 0; i < LIM_OPEN; i++) {
		if (k->opened[i].id == 0)
			return &k->opened[i];
	}
	return NULL;
}

/* Hands out a descriptor that can only be read; we keep the writable view, and
 * the mail. */
static enum gw_err
release(struct opened *o, const struct msg_unwrap *in,
    struct msg_unwrapped *out)
{
	enum gw_err r = secret_seal(&o->plain);

	if (r != GW_OK)
		return r;
	o->mail = fcntl(in->mail, F_DUPFD_CLOEXEC, 0);
	if (o->mail < 0)
		return GW_AGAIN;
	out->plain = fcntl(o->plain.fd, F_DUPFD_CLOEXEC, 0);
	if (out->plain < 0) {
		close(o->mail);
		return GW_AGAIN;
	}
	o->cipher = in->cipher;
	o->reason = out->reason;
	o->id = in->id;
	return GW_OK;
}

/* Who signed by the signature's own word, when it has a whole fingerprint;
 * gpg gives a key number else. */
static void
name_stranger(const struct engine_report *report, char fpr[LIM_FPR + 1])
{
	size_t len = strlen(report->fpr);

	if (report->signatures == 1 && (len == 40 || len == LIM_FPR))
		memcpy(fpr, report->fpr, len + 1);
}

/* Reads it whole: what is encrypted, or what keys_strip() left of that. */
static void
read_message(struct keys *k, const uint8_t *p, size_t n, bool stripped,
    struct packets *packets, struct sink *out, struct engine_report *report)
{
	int wall_ms = keys_wall_ms(n);

	*report = (struct engine_report){ .result = ENGINE_FAILED };
	if (stripped) {
		if (packets_open_stripped(packets, p, n))
			engine_verify(k->engine, &packets->source, NULL, out,
			    wall_ms, report);
		return;
	}
	if (packets_open(packets, p, n, ARMOR_MESSAGE))
		engine_decrypt(k->engine, &packets->source, out, wall_ms,
		    report);
}

static enum gw_err
open_into(struct keys *k, const struct map *mail, const struct msg_unwrap *in,
    struct opened *o, struct msg_unwrapped *out, bool *release)
{
	struct engine_report report;
	struct msg_verified v;
	struct secret_sink sink;
	struct packets packets;

	secret_sink_init(&sink, &o->plain);
	read_message(k, mail->p + in->cipher.off, (size_t)in->cipher.len,
	    in->stripped != 0, &packets, &sink.sink, &report);
	/* Not the mail's fault: it must come again. */
	if (report.err != GW_OK)
		return report.err;
	if (sink.err != GW_OK && sink.err != GW_LIMIT)
		return sink.err;
	report.result = sink.err == GW_LIMIT ? ENGINE_LIMIT :
	    keys_result(&packets, report.result);
	keys_judge(k, &report, in->stripped == 0, &v);
	*release = verdict_releases(v.reason,
	    report.whole && report.result == ENGINE_OK, in->stranger != 0);
	if (*release && in->stranger != 0 && v.fpr[0] == '\0')
		name_stranger(&report, v.fpr);
	out->reason = v.reason;
	out->signatures = v.signatures;
	out->made = v.made;
	memcpy(out->fpr, v.fpr, sizeof(out->fpr));
	memcpy(out->hash, v.hash, sizeof(out->hash));
	memcpy(out->algo, v.algo, sizeof(out->algo));
	return GW_OK;
}

enum gw_err
keys_unwrap(struct keys *k, const struct msg_unwrap *in,
    struct msg_unwrapped *out)
{
	bool letting_go = false;
	struct opened *o;
	struct map map;
	enum gw_err r;

	*out = (struct msg_unwrapped){ .id = in->id, .plain = -1,
	    .reason = REASON_DECRYPT_FAILED };
	r = memfd_map(in->mail, LIM_MAIL_BYTES, &map);
	if (r != GW_OK)
		return r;
	r = GW_FORMAT;
	if (in->id == 0 || !span_fits(in->cipher, map.len))
		goto out;
	r = GW_LIMIT;
	o = place_for(k, in->id);
	if (o == NULL)
		goto out;
	r = secret_new(&o->plain, LIM_PLAIN_BYTES);
	if (r == GW_OK)
		r = open_into(k, &map, in, o, out, &letting_go);
	if (r == GW_OK && letting_go)
		r = release(o, in, out);
	if (out->plain < 0)
		secret_wipe(&o->plain);
out:
	memfd_unmap(&map);
	return r;
}

enum gw_err
keys_verify(struct keys *k, int plain, struct span body, struct span signature,
    struct msg_verified *out)
{
	struct engine_report report = { .result = ENGINE_FAILED };
	struct packets sig;
	struct feed text;
	struct map map;
	enum gw_err r;

	*out = (struct msg_verified){ .reason = REASON_BAD_SIGNATURE };
	r = memfd_map(plain, LIM_PLAIN_BYTES, &map);
	if (r != GW_OK)
		return r;
	r = GW_FORMAT;
	if (!span_fits(body, map.len) || !span_fits(signature, map.len))
		goto out;
	/* RFC 3156 5: over CRLF lines, whatever gpg made of a text mode. */
	feed_init(&text, true);
	feed_add(&text, map.p + body.off, body.len);
	if (packets_open(&sig, map.p + signature.off, (size_t)signature.len,
	    ARMOR_SIGNATURE))
		engine_verify(k->engine, &sig.source, &text.source, NULL,
		    keys_wall_ms(body.len), &report);
	r = report.err;
	if (r != GW_OK)
		goto out;
	report.result = keys_result(&sig, report.result);
	keys_judge(k, &report, false, out);
out:
	memfd_unmap(&map);
	return r;
}

const struct opened *
keys_opened(const struct keys *k, uint32_t id)
{
	size_t i;

	for (i = 0; id != 0 && i < LIM_OPEN; i++) {
		if (k->opened[i].id == id)
			return &k->opened[i];
	}
	return NULL;
}

void
keys_wipe(struct keys *k, uint32_t id)
{
	size_t i;

	for (i = 0; i < LIM_OPEN; i++) {
		if (k->opened[i].id == 0 || (id != 0 && k->opened[i].id != id))
			continue;
		secret_wipe(&k->opened[i].plain);
		close(k->opened[i].mail);
		k->opened[i].id = 0;
	}
}
