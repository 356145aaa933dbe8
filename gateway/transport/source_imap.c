/*
 * An IMAP mailbox as a source. The token is "uidvalidity:uid". Mail is erased
 * with UID EXPUNGE, which takes this one mail and no other.
 *
 * A server without UIDPLUS (RFC 4315) can only expunge all that anybody has
 * marked; that would be other people's mail too. There we mark what is done,
 * pass over what is marked, and leave the expunging to the mailbox's owner.
 */
#include "transport/source.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memfd.h"
#include "transport/imap.h"

#define CONNECT_MS	30000
#define LOOKS		3	/* at once, while the server has news */
#define SWEEP_AT_ONCE	50	/* UIDs in one command */

struct uids {
	uint32_t *v;
	size_t n, cap, at;	/* those before `at` have been taken */
};

struct source {
	const struct conf *conf;
	struct net_where where;
	char mailbox[2 * 200 + 3];	/* quoted */
	char side[2 * 60 + 3];
	struct imap *imap;		/* NULL when not connected */
	struct imap_able able;
	bool warned;			/* that there is no UIDPLUS */
	uint32_t validity;		/* UIDVALIDITY, 0 before the first */
	struct uids waiting;
	struct uids kept;	/* to be handed out again, after the others */
	struct uids out;	/* handed out in this session: not again, even
				 * if the server still shows them */
	struct uids liars;	/* sorted; larger than the server said */
};

/* ---- lists of UIDs ---- */

static void
uids_clear(struct uids *l)
{
	free(l->v);
	*l = (struct uids){ 0 };
}

static enum gw_err
uids_add(struct uids *l, uint32_t uid)
{
	size_t cap;
	uint32_t *v;

	if (l->n >= LIM_LISTED)
		return GW_LIMIT;
	if (l->n == l->cap) {
		cap = l->cap == 0 ? 64 : 2 * l->cap;
		v = realloc(l->v, cap * sizeof(*v));
		if (v == NULL)
			return GW_NOMEM;
		l->v = v;
		l->cap = cap;
	}
	l->v[l->n++] = uid;
	return GW_OK;
}

static int
by_uid(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static void
uids_sort(struct uids *l)
{
	if (l->n > 0)
		qsort(l->v, l->n, sizeof(*l->v), by_uid);
}

/* Whether a sorted list has `uid`. */
static bool
uids_have(const struct uids *l, uint32_t uid)
{
	return l->n > 0 &&
	    bsearch(&uid, l->v, l->n, sizeof(*l->v), by_uid) != NULL;
}

static void
uids_remove(struct uids *l, uint32_t uid)
{
	size_t i;

	for (i = 0; i < l->n; i++) {
		if (l->v[i] == uid) {
			l->v[i] = l->v[--l->n];
			return;
		}
	}
}

/* ---- connecting ---- */

static void
drop(struct source *s)
{
	imap_close(s->imap);
	s->imap = NULL;
	uids_clear(&s->waiting);
	uids_clear(&s->out);
}

/* Passes `r` on; a session that is no longer sound is dropped. */
static enum gw_err
sound(struct source *s, enum gw_err r)
{
	if (r != GW_OK && r != GW_REFUSED && r != GW_MISSING)
		drop(s);
	return r;
}

/* Another UIDVALIDITY: all UIDs we know mean something else now (T22). */
static void
take_validity(struct source *s, uint32_t validity)
{
	if (s->validity == validity)
		return;
	if (s->validity != 0)
		log_event(LOG_NOTE, "source", "uidvalidity=changed");
	s->validity = validity;
	uids_clear(&s->liars);
	uids_clear(&s->kept);
}

static enum gw_err
ensure(struct source *s)
{
	uint32_t validity;
	enum gw_err r;

	if (s->imap != NULL)
		return GW_OK;
	r = imap_open(&s->imap, &s->where, &s->able, CONNECT_MS);
	if (r != GW_OK)
		return r;
	r = imap_select(s->imap, s->mailbox, &validity);
	if (r != GW_OK) {
		drop(s);
		/* GW_MISSING would mean "no mail" to our caller. */
		return r == GW_MISSING ? GW_STATE : r;
	}
	take_validity(s, validity);
	if (!s->able.uidplus && !s->warned) {
		s->warned = true;
		log_event(LOG_WARN, "source", "uidplus=none: mail that is "
		    "done is marked deleted, but stays on the server");
	}
	return GW_OK;
}

static enum gw_err
imap_source_open(const struct conf *conf, struct source **out)
{
	struct source *s;
	enum gw_err r;

	*out = NULL;
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return GW_NOMEM;
	s->conf = conf;
	s->where = (struct net_where){
		.protocol = NET_IMAP,
		.starttls = strcmp(conf->source_tls, "starttls") == 0,
		.host = conf->source_host,
		.port = (int)conf->source_port,
		.ca_file = conf->source_ca_file,
		.user = conf->source_user,
		.password = conf->source_password_file,
	};
	r = GW_FORMAT;
	if (conf->source_host[0] != '\0' && conf->source_user[0] != '\0' &&
	    conf->source_mailbox[0] != '\0' && conf->source_side[0] != '\0' &&
	    imap_quote(conf->source_mailbox, s->mailbox, sizeof(s->mailbox)) &&
	    imap_quote(conf->source_side, s->side, sizeof(s->side)))
		r = net_start();
	if (r == GW_OK)
		*out = s;
	else
		free(s);
	return r;
}

/* ---- looking and fetching ---- */

/* Fills s->waiting with what is neither kept nor handed out. Where UID EXPUNGE
 * is sure to follow, what is marked deleted is wanted too: we may have ended
 * between marking and expunging. */
static enum gw_err
look(struct source *s)
{
	struct uids still = { 0 };
	uint32_t *found;
	size_t i, n;
	enum gw_err r;

	uids_clear(&s->waiting);
	r = imap_search(s->imap, s->able.uidplus ? IMAP_ALL : IMAP_UNDELETED,
	    0, &found, &n);
	uids_sort(&s->kept);
	uids_sort(&s->out);
	for (i = 0; i < n && r == GW_OK; i++) {
		if (uids_have(&s->out, found[i]))
			r = uids_add(&still, found[i]);
		else if (!uids_have(&s->kept, found[i]))
			r = uids_add(&s->waiting, found[i]);
	}
	free(found);
	if (r != GW_OK) {
		uids_clear(&still);
		return r;
	}
	uids_sort(&s->waiting);
	/* What the server no longer shows need not be remembered. */
	uids_clear(&s->out);
	s->out = still;
	if (s->waiting.n == 0) {
		s->waiting = s->kept;
		s->kept = (struct uids){ 0 };
	}
	return GW_OK;
}

/* The mail `uid` into m->raw and m->size. GW_MISSING: it is gone. */
static enum gw_err
fetch_mail(struct source *s, uint32_t uid, struct source_mail *m)
{
	uint32_t only = 0;
	uint64_t len = 0;
	enum gw_err r;

	r = imap_fetch_size(s->imap, uid, &m->size);
	if (r != GW_OK)
		return r;
	if (m->size > LIM_MAIL_BYTES || uids_have(&s->liars, uid)) {
		only = LIM_HEADER_BYTES;
		if (m->size <= LIM_MAIL_BYTES)
			m->size = LIM_MAIL_BYTES + 1;
	}
	r = memfd_new(&m->raw);
	if (r == GW_OK)
		r = imap_fetch_body(s->imap, uid, only, m->raw, &len);
	/* A mail we saw no byte of must not be judged, nor deleted. */
	if (r == GW_OK && len == 0)
		r = GW_FORMAT;
	if (r == GW_OK)
		r = memfd_freeze(m->raw);
	if (r == GW_LIMIT && only == 0) {
		(void)uids_add(&s->liars, uid);
		uids_sort(&s->liars);
	}
	if (r == GW_OK && only == 0)
		m->size = len;
	if (r != GW_OK && m->raw >= 0) {
		close(m->raw);
		m->raw = -1;
	}
	return r;
}

/* Notes that `m` is now the caller's. */
static enum gw_err
give(struct source *s, uint32_t uid, struct source_mail *m)
{
	enum gw_err r = uids_add(&s->out, uid);

	if (r != GW_OK) {
		close(m->raw);
		m->raw = -1;
	}
	return r;
}

static enum gw_err
imap_next(struct source *s, struct source_mail *m)
{
	struct uids *l = &s->waiting;
	enum gw_err r;
	uint32_t uid;
	int i;

	*m = (struct source_mail){ .raw = -1 };
	r = ensure(s);
	for (i = 0; i < LOOKS && r == GW_OK && l->at == l->n; i++) {
		r = look(s);
		if (!imap_news(s->imap))
			break;
	}
	while (r == GW_OK && l->at < l->n) {
		uid = l->v[l->at++];
		(void)snprintf(m->token, sizeof(m->token), "%u:%u",
		    s->validity, uid);
		r = fetch_mail(s, uid, m);
		if (r == GW_OK)
			return give(s, uid, m);
		if (r == GW_MISSING)
			r = GW_OK;	/* somebody else took it away */
		else
			/* One bad mail must not hold up all others. */
			(void)uids_add(&s->kept, uid);
	}
	return r == GW_OK ? GW_MISSING : sound(s, r);
}

/* ---- settling ---- */

/* "uidvalidity:uid", as imap_next() writes it and in no other way. */
static bool
read_token(const char *token, uint32_t *validity, uint32_t *uid)
{
	char again[LIM_TOKEN + 1];

	if (sscanf(token, "%10" SCNu32 ":%10" SCNu32, validity, uid) != 2)
		return false;
	(void)snprintf(again, sizeof(again), "%u:%u", *validity, *uid);
	return strcmp(token, again) == 0;
}

/* Marks the UIDs of `set` and expunges them, and nothing else. */
static enum gw_err
erase(struct source *s, const char *set)
{
	char command[SWEEP_AT_ONCE * 11 + 64];
	enum gw_err r;

	(void)snprintf(command, sizeof(command),
	    "UID STORE %s +FLAGS.SILENT (\\Deleted)", set);
	r = imap_ask(s->imap, command);
	if (r != GW_OK || !s->able.uidplus)
		return r;
	(void)snprintf(command, sizeof(command), "UID EXPUNGE %s", set);
	return imap_ask(s->imap, command);
}

static enum gw_err
to_side(struct source *s, const char *set)
{
	char command[sizeof(s->side) + 64], create[sizeof(s->side) + 16];
	enum gw_err r;

	(void)snprintf(command, sizeof(command), "UID %s %s %s",
	    s->able.move ? "MOVE" : "COPY", set, s->side);
	r = imap_ask(s->imap, command);
	if (r == GW_REFUSED) {
		/* The usual reason: there is no such folder yet. */
		(void)snprintf(create, sizeof(create), "CREATE %s", s->side);
		r = imap_ask(s->imap, create);
		if (r == GW_OK || r == GW_REFUSED)
			r = imap_ask(s->imap, command);
	}
	if (r == GW_OK && !s->able.move)
		r = erase(s, set);
	return r;
}

static enum gw_err
imap_settle(struct source *s, const char *token, enum fate fate)
{
	uint32_t validity, uid;
	char set[16];
	enum gw_err r;

	if (!read_token(token, &validity, &uid))
		return GW_MISSING;
	if (fate != FATE_KEEP) {
		r = ensure(s);
		if (r != GW_OK)
			return r;
	}
	if (validity != s->validity)
		return GW_MISSING;
	if (fate == FATE_KEEP) {
		uids_remove(&s->out, uid);
		return uids_add(&s->kept, uid);
	}
	(void)snprintf(set, sizeof(set), "%u", uid);
	r = fate == FATE_SIDE ? to_side(s, set) : erase(s, set);
	return sound(s, r);
}

/* ---- waiting and sweeping ---- */

static enum gw_err
imap_wait(struct source *s, int also, int timeout_ms)
{
	int64_t end = clock_mono_ms() + timeout_ms, left = timeout_ms;
	int64_t renew = s->conf->source_idle * 1000;
	struct pollfd p = { .fd = also, .events = POLLIN };
	bool woken = false;
	enum gw_err r = GW_OK;

	/* What came while we were not connected no IDLE will tell. */
	if (s->imap == NULL)
		return GW_OK;
	while (r == GW_OK && s->able.idle && !woken && left > 0) {
		r = imap_idle(s->imap, also, (int)(left < renew ? left : renew),
		    &woken);
		left = end - clock_mono_ms();
	}
	if (r == GW_REFUSED) {
		s->able.idle = false;
		r = GW_OK;
	}
	/* Without IDLE we look again when the time is over. */
	if (r == GW_OK && !s->able.idle && left > 0)
		(void)poll(&p, 1, (int)left);
	return sound(s, r);
}

/* Erases a list of UIDs, some at a time. */
static enum gw_err
erase_all(struct source *s, const uint32_t *uids, size_t n)
{
	char set[SWEEP_AT_ONCE * 11 + 1];
	enum gw_err r = GW_OK;
	size_t i = 0, k, len;

	while (i < n && r == GW_OK) {
		len = 0;
		for (k = 0; i < n && k < SWEEP_AT_ONCE; k++, i++)
			len += (size_t)snprintf(set + len, sizeof(set) - len,
			    "%s%u", k > 0 ? "," : "", uids[i]);
		r = erase(s, set);
	}
	return r;
}

static enum gw_err
imap_sweep(struct source *s, int64_t before)
{
	uint32_t *found = NULL, validity;
	size_t n = 0;
	enum gw_err r;

	r = ensure(s);
	if (r != GW_OK)
		return r;
	r = imap_select(s->imap, s->side, &validity);
	if (r == GW_OK)
		r = imap_search(s->imap, IMAP_BEFORE, before, &found, &n);
	if (r == GW_OK)
		r = erase_all(s, found, n);
	free(found);
	/* Another mailbox is open now; the next call opens the right one. */
	drop(s);
	return r == GW_MISSING ? GW_OK : r;
}

static void
imap_source_close(struct source *s)
{
	drop(s);
	uids_clear(&s->liars);
	uids_clear(&s->kept);
	free(s);
}

const struct source_driver source_imap = {
	.type = "imap",
	.open = imap_source_open,
	.next = imap_next,
	.settle = imap_settle,
	.wait = imap_wait,
	.sweep = imap_sweep,
	.close = imap_source_close,
};
