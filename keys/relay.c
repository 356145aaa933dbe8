/*
 * A mail as its sender signed it, without its encryption or under another: the
 * proof of an approval, and the dispatch of a fiche (R101, R103). gpg unwraps
 * without a look at what comes out, so the mail is opened and judged first, as
 * in unwrap.c, and its text let go of.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "keys/envelope.h"
#include "keys/packet.h"
#include "keys/state.h"

/* The signed message itself, or what holds a multipart/signed. */
enum shape { COMBINED, INSIDE };

struct passing {
	struct map mail;
	struct map head;		/* of a relay */
	struct span cipher;
	enum shape shape;
	struct secret message;		/* what was encrypted: packets */
	struct packets packets;
	struct envelope envelope;
};

/* Whether keys_unwrap() would let the text out. */
static enum gw_err
judge(struct keys *k, struct passing *p)
{
	struct engine_report report = { .result = ENGINE_FAILED };
	struct msg_verified v;
	struct packets in;
	struct drain drain;
	bool whole;

	drain_init(&drain, LIM_PLAIN_BYTES);
	if (packets_open(&in, p->mail.p + p->cipher.off, (size_t)p->cipher.len,
	    ARMOR_MESSAGE))
		engine_decrypt(k->engine, &in.source, &drain.sink,
		    keys_wall_ms(p->cipher.len), &report);
	if (report.err != GW_OK)
		return report.err;
	report.result = drain.over ? ENGINE_LIMIT :
	    keys_result(&in, report.result);
	keys_judge(k, &report, true, &v);
	whole = report.whole && report.result == ENGINE_OK;
	if (verdict_releases((enum reason)v.reason, whole, false)) {
		p->shape = v.reason == REASON_OK ? COMBINED : INSIDE;
		return GW_OK;
	}
	return v.reason == REASON_BOMB ? GW_LIMIT : GW_DENIED;
}

/* The encryption comes off; the packets below it are looked at as they are
 * read (packet.h). */
static enum gw_err
unwrap(struct keys *k, struct passing *p)
{
	struct engine_report report = { .result = ENGINE_FAILED };
	struct secret_sink sink;
	struct packets in;
	enum gw_err r;

	r = secret_new(&p->message, LIM_MAIL_BYTES);
	if (r != GW_OK)
		return r;
	secret_sink_init(&sink, &p->message);
	if (packets_open(&in, p->mail.p + p->cipher.off, (size_t)p->cipher.len,
	    ARMOR_MESSAGE))
		engine_unwrap(k->engine, &in.source, &sink.sink,
		    keys_wall_ms(p->cipher.len), &report);
	if (report.err != GW_OK)
		return report.err;
	if (sink.err != GW_OK)
		return sink.err;
	if (!report.whole || keys_result(&in, report.result) != ENGINE_OK)
		return GW_DENIED;
	r = secret_seal(&p->message);
	if (r != GW_OK)
		return r;
	if (p->shape == COMBINED ?
	    packets_open_signed(&p->packets, p->message.p, p->message.len) :
	    packets_open_inside(&p->packets, p->message.p, p->message.len))
		return GW_OK;
	return GW_DENIED;
}

static struct passing *
begin(void)
{
	struct passing *p = calloc(1, sizeof(*p));

	if (p != NULL)
		p->message.fd = -1;
	return p;
}

static enum gw_err
open_mail(struct keys *k, int mail, struct span cipher, struct passing *p)
{
	enum gw_err r;

	p->cipher = cipher;
	r = memfd_map(mail, LIM_MAIL_BYTES, &p->mail);
	if (r != GW_OK)
		return r;
	return span_fits(cipher, p->mail.len) ? judge(k, p) : GW_FORMAT;
}

static void
let_go(struct passing *p)
{
	secret_wipe(&p->message);
	memfd_unmap(&p->mail);
	memfd_unmap(&p->head);
	explicit_bzero(p, sizeof(*p));
	free(p);
}

/* ---- without ---- */

static enum gw_err
write_armor(struct passing *p, int fd)
{
	struct writer *w = &p->envelope.out;
	struct armor_out armor;
	uint8_t part[4096];
	ssize_t n;

	writer_init(w, fd);
	armor_out_init(&armor, w, ARMOR_MESSAGE);
	while ((n = p->packets.source.read(&p->packets.source, part,
	    sizeof(part))) > 0)
		(void)armor.sink.write(&armor.sink, part, (size_t)n);
	explicit_bzero(part, sizeof(part));
	if (n < 0)
		return GW_DENIED;
	armor_out_end(&armor);
	writer_puts(w, "\r\n");
	return writer_end(w);
}

/* The very mail that keys_unwrap() judged: it is not judged once more. */
static enum gw_err
strip(struct keys *k, const struct opened *o, struct passing *p)
{
	enum gw_err r;

	p->shape = COMBINED;
	p->cipher = o->cipher;
	r = memfd_map(o->mail, LIM_MAIL_BYTES, &p->mail);
	return r == GW_OK ? unwrap(k, p) : r;
}

enum gw_err
keys_strip(struct keys *k, uint32_t opened, int *message)
{
	const struct opened *o = keys_opened(k, opened);
	struct passing *p;
	enum gw_err r;
	int fd = -1;

	*message = -1;
	if (o != NULL && o->reason == REASON_NOT_SIGNED)
		return GW_STATE;
	if (o == NULL || o->reason != REASON_OK)
		return GW_DENIED;
	p = begin();
	if (p == NULL)
		return GW_NOMEM;
	r = strip(k, o, p);
	if (r == GW_OK)
		r = memfd_new(&fd);
	if (r == GW_OK)
		r = write_armor(p, fd);
	if (r == GW_OK)
		r = memfd_freeze(fd);
	if (r == GW_OK)
		*message = fd;
	else if (fd >= 0)
		close(fd);
	let_go(p);
	return r;
}

/* ---- under another ---- */

/* Not one byte of ours, and not one of another's, goes inside: what fills the
 * bucket is white space behind the armor. */
static enum gw_err
write_mail(struct keys *k, const struct key *to, struct passing *p, int *mail)
{
	struct armor_out armor;
	enum gw_err r;

	r = envelope_begin(&p->envelope, p->head.p, p->head.len);
	if (r != GW_OK)
		return r;
	envelope_open(&p->envelope);
	armor_out_init(&armor, &p->envelope.out, ARMOR_MESSAGE);
	r = engine_wrap(k->engine, to, &p->packets.source, &armor.sink,
	    keys_wall_ms(p->message.len));
	if (p->packets.fault != PACKET_FINE)
		r = GW_DENIED;
	if (r == GW_OK)
		envelope_close(&p->envelope, &armor);
	return envelope_end(&p->envelope, r, mail);
}

enum gw_err
keys_relay(struct keys *k, const struct msg_relay *in, int *mail)
{
	const struct key *to = ring_find(&k->ring, in->fpr);
	struct passing *p;
	enum gw_err r;

	*mail = -1;
	/* Known from the table: an expired key costs no gpg. */
	if (to == NULL || key_usable(to, KEY_ENCRYPT, clock_now()) != GW_OK)
		return GW_KEY;
	p = begin();
	if (p == NULL)
		return GW_NOMEM;
	r = memfd_map(in->head, HEAD_MAX, &p->head);
	if (r == GW_OK && (p->head.len == 0 ||
	    !envelope_is_header(p->head.p, p->head.len)))
		r = GW_FORMAT;
	if (r == GW_OK)
		r = open_mail(k, in->mail, in->cipher, p);
	if (r == GW_OK)
		r = unwrap(k, p);
	if (r == GW_OK)
		r = write_mail(k, to, p, mail);
	let_go(p);
	return r;
}
