#include "core/logbook.h"

#include <string.h>

#include "core/doubt.h"
#include "core/notice.h"

#define HOUR_S		3600
#define DAY_S		86400
#define NAMED_DAYS	90	/* R162 */

/* What tells one configuration from another, as a code: as much of its hash
 * as there is room for. */
#define MARK_LEN	30

/* ---- the head ---- */

struct head {
	struct posts posts;
	unsigned people;
};

static enum gw_err
tell(const struct correspondent *p, void *arg)
{
	struct head *h = arg;

	h->people++;
	return posts_intent(&h->posts, MAIL_B11, "dag", p->id, "") == NULL ?
	    GW_LIMIT : GW_OK;
}

/* Into the outbox, and that into the chain; nothing where there is no DPO. */
static enum gw_err
queue(struct core *c, const char *why, const char *operator, unsigned *people)
{
	struct head h = { .people = 0 };
	int64_t now = core_now(c);
	enum gw_err r;

	posts_begin(&h.posts, c, now, false);
	r = notice_people(c, notice_is_dpo, tell, &h);
	*people = h.people;
	if (r != GW_OK || h.people == 0)
		return r;
	r = store_begin(c->store);
	if (r != GW_OK)
		return r;
	r = audit_add(c->store, now, AUDIT_HEAD_SENT, "", why, operator);
	if (r == GW_OK)
		r = posts_commit(&h.posts, 0);
	return store_end(c->store, r);
}

enum gw_err
logbook_send(struct core *c, const char *operator, unsigned *n)
{
	return queue(c, "asked", operator, n);
}

/* A day counts from the last head, or from the first row there is. */
static enum gw_err
is_time(struct core *c, int64_t now, bool *yes)
{
	struct audit_row last;
	enum gw_err r;

	*yes = false;
	r = audit_last(c->store, AUDIT_HEAD_SENT, "daily", &last);
	if (r == GW_MISSING)
		r = audit_first(c->store, &last);
	/* A row of a time to come was written by a clock that was wrong. */
	if (r != GW_OK || (now >= last.at && now - last.at < DAY_S))
		return r == GW_MISSING ? GW_OK : r;
	return audit_grew(c->store, last.event == AUDIT_HEAD_SENT ?
	    last.seq : 0, yes);
}

static enum gw_err
count(const struct correspondent *p, void *arg)
{
	unsigned *n = arg;

	(void)p;
	++*n;
	return GW_OK;
}

static enum gw_err
send_daily(struct core *c, int64_t now)
{
	unsigned people = 0;
	enum gw_err r;
	bool yes = false;

	r = notice_people(c, notice_is_dpo, count, &people);
	if (r == GW_OK && people > 0)
		r = is_time(c, now, &yes);
	return yes ? queue(c, "daily", NULL, &people) : r;
}

/* ---- who ---- */

static enum gw_err
forget(struct core *c, int64_t now)
{
	unsigned dropped = 0;
	enum gw_err r;

	r = store_begin(c->store);
	if (r != GW_OK)
		return r;
	r = audit_forget(c->store, now - NAMED_DAYS * DAY_S, &dropped);
	if (r == GW_OK && dropped > 0)
		r = audit_add(c->store, now, AUDIT_ACTORS_FORGOTTEN, "", "",
		    NULL);
	return store_end(c->store, r);
}

/* ---- the round ---- */

enum gw_err
logbook_run(struct core *c)
{
	int64_t now = core_now(c);
	enum gw_err r;

	if (c->logbook != 0 && now >= c->logbook &&
	    now - c->logbook < HOUR_S)
		return GW_OK;
	c->logbook = now;
	r = doubt_is(c) ? GW_OK : forget(c, now);
	if (r == GW_OK)
		r = send_daily(c, now);
	if (r != GW_OK)
		log_event(LOG_WARN, "audit", "the head could not be sent: %s",
		    gw_strerror(r));
	return r;
}

enum gw_err
logbook_step(struct travel *t)
{
	t->mail.correspondent = t->signer.id;
	return posts_intent(&t->posts, MAIL_B11, "gevraagd", t->signer.id,
	    "") == NULL ? GW_LIMIT : GW_OK;
}

/* ---- the configuration ---- */

enum gw_err
logbook_configured(struct core *c, const void *dump, size_t n)
{
	struct audit_row last;
	uint8_t hash[HASH_BYTES];
	char mark[HASH_HEX + 1];
	enum gw_err r;

	crypto_sha256(dump, n, hash);
	crypto_hex(hash, mark);
	mark[MARK_LEN] = '\0';
	r = audit_last(c->store, AUDIT_CONFIGURED, NULL, &last);
	if (r == GW_OK && strcmp(last.detail, mark) == 0)
		return GW_OK;
	return r == GW_OK || r == GW_MISSING ? audit_add(c->store,
	    core_now(c), AUDIT_CONFIGURED, "", mark, NULL) : r;
}
