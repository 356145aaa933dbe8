#include "core/care.h"

#include "core/doubt.h"
#include "core/notice.h"
#include "core/peers.h"
#include "core/posts.h"

#define DAY_S	86400
#define HOUR_S	3600

/* A key without an end never gets near one. */
#define FOR_EVER	(INT64_MAX / DAY_S)

/* What is kept as it came is sealed to the subkey of its day: 60 days without
 * a decision, 30 more when it is not retained, 7 after it is handed over. So
 * long an old secret is needed after it ended. */
#define CONTENT_DAYS	(60 + 30 + 7)

int
care_notice(int64_t days, int before)
{
	static const int at[] = { 7, 30, 60 };
	size_t i;

	for (i = 0; days >= 0 && i < sizeof(at) / sizeof(at[0]); i++) {
		if (days <= at[i])
			return before == 0 || at[i] < before ? at[i] : 0;
	}
	return 0;
}

static int64_t
days_left(int64_t expires, int64_t now)
{
	return expires == 0 ? FOR_EVER : (expires - now) / DAY_S;
}

static enum gw_err
queue(struct core *c, const char *section, int64_t correspondent,
    uint32_t days)
{
	struct posts posts;
	struct post *one;

	posts_begin(&posts, c, core_now(c), false);
	one = posts_intent(&posts, MAIL_T39, section, correspondent, "");
	if (one == NULL)
		return GW_LIMIT;
	one->row.arg = days;
	return posts_commit(&posts, 0);
}

/* ---- theirs ---- */

static enum gw_err
care_for(const struct correspondent *p, void *arg)
{
	struct core *c = arg;
	int64_t now = core_now(c), left = days_left(p->key_expires, now);
	int due = care_notice(left, p->noticed);
	enum gw_err r;

	if (due == 0 || !correspondent_serves(p, now))
		return GW_OK;
	r = queue(c, "verloopt", p->id, (uint32_t)left);
	if (r == GW_OK)
		r = correspondent_set_noticed(c->store, p->id, due);
	return r;
}

/* ---- ours ---- */

struct telling {
	struct core *core;
	const char *section;
	uint32_t days;
};

static enum gw_err
tell(const struct correspondent *p, void *arg)
{
	struct telling *t = arg;

	return queue(t->core, t->section, p->id, t->days);
}

static bool
is_office(enum person_role r)
{
	return policy_decides(r) || policy_seconds(r);
}

static bool
is_anybody(enum person_role r)
{
	(void)r;
	return true;
}

static enum gw_err
care_for_own(struct core *c)
{
	int64_t left = days_left(c->own.expires, core_now(c));
	struct telling t = { c, "eigen", (uint32_t)left };
	int before, due;
	enum gw_err r;

	r = store_own_noticed(c->store, &before);
	/* It was prolonged: the next end is a new one. */
	if (r == GW_OK && before != 0 && left > 60)
		return store_set_own_noticed(c->store, 0);
	due = care_notice(left, before);
	if (r != GW_OK || due == 0)
		return r;
	r = notice_people(c, is_office, tell, &t);
	return r == GW_OK ? store_set_own_noticed(c->store, due) : r;
}

/* Everybody gets the key as it is now, and it is on record that they do. */
static enum gw_err
announce(struct core *c)
{
	struct telling t = { c, "vernieuwd", 0 };
	enum gw_err r;

	r = notice_people(c, is_anybody, tell, &t);
	return r == GW_OK ? store_set_announced(c->store, c->own.renewed) : r;
}

static enum gw_err
announce_what_is_new(struct core *c)
{
	int64_t known;
	enum gw_err r;

	r = store_announced(c->store, &known);
	if (r != GW_OK || known == c->own.renewed)
		return r;
	/* The first one is what partners got when they were enrolled. */
	return known == 0 ? store_set_announced(c->store, c->own.renewed) :
	    announce(c);
}

enum gw_err
care_rotate(struct core *c)
{
	struct msg m;
	enum gw_err r;

	msg_init(&m, MSG_rotate);
	m.u.rotate.old_until = core_now(c) +
	    c->conf->keys_keep_days * DAY_S;
	r = peers_ask(c, ROLE_KEYS, &m, MSG_own, 0);
	if (r != GW_OK)
		return r;
	r = m.u.own.err < GW_ERR_MAX ? (enum gw_err)m.u.own.err : GW_FORMAT;
	msg_close(&m);
	if (r != GW_OK)
		return r;
	r = peers_ask_own_key(c);
	if (r == GW_OK)
		r = audit_add(c->store, core_now(c), AUDIT_KEY_ROTATED, "", "",
		    c->own.fpr);
	return r;
}

/* The secret of what was replaced long ago goes, and with it every copy of old
 * mail that lies in somebody's backup (design.md 10). */
static enum gw_err
retire(struct core *c)
{
	struct msg m;
	enum gw_err r;

	msg_init(&m, MSG_retire);
	m.u.retire.before = core_now(c) - CONTENT_DAYS * DAY_S;
	r = peers_ask(c, ROLE_KEYS, &m, MSG_retired, 0);
	if (r != GW_OK || m.u.retired.destroyed == 0)
		return r;
	log_event(LOG_NOTE, "key", "retired=%u", m.u.retired.destroyed);
	return audit_add(c->store, core_now(c), AUDIT_KEY_RETIRED, "", "",
	    c->own.fpr);
}

static bool
is_old(const struct core *c, int64_t now)
{
	int64_t days = c->conf->keys_rotate_days;

	return days > 0 && c->own.renewed > 0 &&
	    now - c->own.renewed > days * DAY_S;
}

/* ---- the round ---- */

static enum gw_err
in_one(struct core *c, enum gw_err (*what)(struct core *))
{
	enum gw_err r = store_begin(c->store);

	return r == GW_OK ? store_end(c->store, what(c)) : r;
}

enum gw_err
care_announce(struct core *c)
{
	return in_one(c, announce);
}

static enum gw_err
care_for_all(struct core *c)
{
	return correspondent_each(c->store, care_for, c);
}

enum gw_err
care_run(struct core *c)
{
	int64_t now = core_now(c);
	enum gw_err r;

	if ((c->cared != 0 && now - c->cared < HOUR_S) ||
	    c->peer[ROLE_KEYS].fd < 0 || c->own_asked == 0 ||
	    c->own.err != GW_OK)
		return GW_OK;
	c->cared = now;
	r = in_one(c, care_for_all);
	if (r == GW_OK)
		r = in_one(c, care_for_own);
	/* gpg goes by the wall clock: what is made in doubt could be born in
	 * the future, and what is destroyed does not come back. */
	if (r == GW_OK && !doubt_is(c) && is_old(c, now))
		r = care_rotate(c);
	if (r == GW_OK)
		r = in_one(c, announce_what_is_new);
	if (r == GW_OK && !doubt_is(c))
		r = retire(c);
	if (r != GW_OK)
		log_event(LOG_WARN, "key", "could not be looked after: %s",
		    gw_strerror(r));
	return r;
}
