/* Our own key: made once, looked at each time we start. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "keys/armor.h"
#include "keys/own.h"
#include "keys/packet.h"
#include "keys/state.h"
#include "base/address.h"

/* Long enough to plan its successor, short enough not to be forgotten. */
#define LIFETIME_S (2 * 365 * 24 * 3600)

static enum gw_err
seal_sample(struct keys *k, const struct key *own, const char *text,
    struct buf *out)
{
	struct buf_sink sink;
	struct feed feed;

	feed_init(&feed, false);
	feed_add(&feed, text, strlen(text));
	buf_sink_init(&sink, out);
	return engine_seal(k->engine, own, own, &feed.source, &sink.sink,
	    LIM_GPG_WALL_MS);
}

/* GW_KEY unless the sample comes back as it was, signed by this very key; what
 * the engine says of itself is no word about the key. */
static enum gw_err
opens_sample(struct keys *k, const struct key *own, const struct buf *cipher,
    const char *text, struct buf *out)
{
	struct engine_report report;
	const struct subkey *sub;
	struct buf_sink sink;
	struct packets in;

	if (!packets_open(&in, cipher->p, cipher->len, ARMOR_MESSAGE))
		return GW_KEY;
	buf_sink_init(&sink, out);
	engine_decrypt(k->engine, &in.source, &sink.sink, LIM_GPG_WALL_MS,
	    &report);
	if (report.err != GW_OK)
		return report.err;
	return report.result == ENGINE_OK &&
	    report.signatures == 1 && report.status == SIG_GOOD &&
	    ring_owner(&k->ring, report.fpr, &sub) == own &&
	    strcmp(buf_str(out), text) == 0 ? GW_OK : GW_KEY;
}

enum gw_err
own_check(struct keys *k)
{
	static const char text[] = "Wat wij verzegelen, kunnen wij openen.\n";
	struct buf cipher, plain;
	const struct key *own;
	enum gw_err r;

	/* None yet, or none that is usable: keys_own() tells who asks. */
	if (ring_own(&k->ring, clock_now(), &own) != GW_OK)
		return GW_OK;
	if (!engine_has_address(own, k->address))
		log_event(LOG_WARN, "own", "err=\"no user id of our key has "
		    "instance.address\" fpr=%s", key_fpr(own));
	buf_init(&cipher, LIM_KEYFILE);
	buf_init(&plain, LIM_KEYFILE);
	r = seal_sample(k, own, text, &cipher);
	if (r == GW_OK)
		r = opens_sample(k, own, &cipher, text, &plain);
	if (r == GW_KEY)
		log_event(LOG_ERROR, "own", "err=\"our key does not open what "
		    "is sealed to it\" fpr=%s mend=\"restore the key ring "
		    "from its backup\"", key_fpr(own));
	else if (r != GW_OK)
		log_event(LOG_WARN, "own", "not looked at: %s",
		    gw_strerror(r));
	buf_free(&cipher);
	buf_free(&plain);
	return r;
}

static enum gw_err
export_armored(struct keys *k, const struct key *own, struct writer *w)
{
	struct armor_out armor;
	enum gw_err r;

	armor_out_init(&armor, w, ARMOR_KEY);
	r = engine_export(k->engine, own, &armor.sink);
	armor_out_end(&armor);
	writer_puts(w, "\r\n");
	return r;
}

static enum gw_err
export_binary(struct keys *k, const struct key *own, struct writer *w)
{
	struct writer_sink sink;

	writer_sink_init(&sink, w);
	return engine_export(k->engine, own, &sink.sink);
}

/* The public key as a frozen memfd. */
static enum gw_err
export_to(struct keys *k, const struct key *own, enum own_file form,
    int *file)
{
	struct writer w;
	enum gw_err r;
	int fd;

	r = memfd_new(&fd);
	if (r != GW_OK)
		return r;
	writer_init(&w, fd);
	r = form == OWN_BINARY ? export_binary(k, own, &w) :
	    export_armored(k, own, &w);
	if (writer_end(&w) != GW_OK)
		r = w.err;
	if (r == GW_OK)
		r = memfd_freeze(fd);
	if (r == GW_OK)
		*file = fd;
	else
		close(fd);
	return r;
}

/* The earlier of two ends, of which 0 is none. */
static int64_t
earlier(int64_t a, int64_t b)
{
	return b != 0 && (a == 0 || b < a) ? b : a;
}

void
keys_own(struct keys *k, enum own_file form, struct msg_own *out)
{
	const struct subkey *use;
	const struct key *own;
	int64_t now = clock_now();
	enum gw_err r;

	*out = (struct msg_own){ .file = -1 };
	(void)snprintf(out->wkd, sizeof(out->wkd), "%s", k->wkd);
	out->err = ring_own(&k->ring, now, &own);
	if (own == NULL)
		return;
	(void)snprintf(out->fpr, sizeof(out->fpr), "%s", key_fpr(own));
	(void)snprintf(out->algo, sizeof(out->algo), "%s",
	    own->subkey[0].algo);
	out->expires = key_expires(own);
	use = key_recipient(own, now);
	if (use != NULL) {
		out->expires = earlier(out->expires, use->expires);
		out->renewed = use->made;
	}
	if (form == OWN_NO_FILE || out->err != GW_OK)
		return;
	r = export_to(k, own, form, &out->file);
	if (r != GW_OK)
		out->err = r;
}

/* What the key must still be when it comes in again. */
static struct expected
expect(const struct key *own, size_t subkeys)
{
	const struct subkey *use = key_recipient(own, clock_now());

	return (struct expected){ key_fpr(own), subkeys,
	    use == NULL ? "" : use->fpr };
}

enum gw_err
own_refresh(struct keys *k, const struct key *own, size_t dropped,
    const char *drop)
{
	struct expected want = expect(own, own->subkeys - dropped);
	enum gw_err r = engine_refresh(k->engine, &want, drop);
	enum gw_err loaded = ring_load(&k->ring, k->engine);

	return r == GW_OK ? loaded : r;
}

static bool
has_secret(const struct ring *ring)
{
	size_t i;

	for (i = 0; i < ring->n; i++) {
		if (ring->key[i].secret)
			return true;
	}
	return false;
}

static enum gw_err
create(struct keys *k, const char *address)
{
	char canonical[LIM_ADDR + 1], id[LIM_ADDR + 16], fpr[LIM_FPR + 1];
	const struct key *own = NULL;
	enum gw_err r;

	if (has_secret(&k->ring))
		return GW_EXISTS;
	if (!address_canonical(address, canonical))
		return GW_FORMAT;
	(void)snprintf(id, sizeof(id), "meldpost <%s>", canonical);
	r = engine_create(k->engine, id, LIFETIME_S, fpr);
	if (r == GW_OK)
		r = ring_load(&k->ring, k->engine);
	if (r == GW_OK)
		own = ring_find(&k->ring, fpr);
	if (r == GW_OK)
		r = own == NULL ? GW_IO : own_refresh(k, own, 0, "");
	return r == GW_OK ? own_check(k) : r;
}

void
keys_create(struct keys *k, const char *address, struct msg_own *out)
{
	enum gw_err r = create(k, address);

	keys_own(k, r == GW_OK ? OWN_ARMORED : OWN_NO_FILE, out);
	if (r != GW_OK)
		out->err = r;
}
