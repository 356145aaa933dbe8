#include "store/handle.h"

#define SELECT								\
	"SELECT id, message_id, envid, kind, state, correspondent, ref,"\
	" section, made, not_before, blob, tries, code, status, arg,"	\
	" guest FROM outbox"

static void
get(struct query *q, struct outbox *o)
{
	o->id = db_get_int(q);
	db_get_text(q, o->message_id, sizeof(o->message_id));
	db_get_text(q, o->envid, sizeof(o->envid));
	o->kind = (enum mail_kind)db_get_code(q, &code_mail_kind);
	o->state = (enum outbox_state)db_get_code(q, &code_outbox_state);
	o->correspondent = db_get_int(q);
	db_get_text(q, o->ref, sizeof(o->ref));
	db_get_text(q, o->section, sizeof(o->section));
	o->made = db_get_int(q);
	o->not_before = db_get_int(q);
	o->blob = db_get_int(q);
	o->tries = (int)db_get_int(q);
	o->code = (uint32_t)db_get_int(q);
	db_get_text(q, o->status, sizeof(o->status));
	o->arg = (uint32_t)db_get_int(q);
	o->guest = db_get_int(q) != 0;
}

static enum gw_err
get_one(struct query *q, struct outbox *o)
{
	bool there = db_step(q);

	/* Not before: the key may be a member of what it asks for. */
	*o = (struct outbox){ .id = 0 };
	if (there)
		get(q, o);
	return db_end_found(q);
}

static enum gw_err
get_each(struct query *q, outbox_fn each, void *arg)
{
	struct outbox o;

	while (db_step(q)) {
		get(q, &o);
		if (q->err == GW_OK)
			db_fail(q, each(&o, arg));
	}
	return db_end(q);
}

enum gw_err
outbox_add(struct store *s, struct outbox *o)
{
	struct query q;
	enum gw_err r;

	db_start(&q, s->main, "INSERT INTO outbox (message_id, envid, kind,"
	    " state, correspondent, ref, section, made, not_before, blob,"
	    " tries, code, status, arg, guest)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	db_put_text(&q, o->message_id);
	db_put_ref(&q, o->envid);
	db_put_code(&q, &code_mail_kind, (int)o->kind);
	db_put_code(&q, &code_outbox_state, (int)o->state);
	db_put_id(&q, o->correspondent);
	db_put_ref(&q, o->ref);
	db_put_text(&q, o->section);
	db_put_int(&q, o->made);
	db_put_int(&q, o->not_before);
	db_put_id(&q, o->blob);
	db_put_int(&q, o->tries);
	db_put_int(&q, o->code);
	db_put_text(&q, o->status);
	db_put_int(&q, o->arg);
	db_put_int(&q, o->guest);
	r = db_run(&q);
	o->id = r == GW_OK ? db_last_id(s->main) : 0;
	return r;
}

enum gw_err
outbox_by_id(struct store *s, int64_t id, struct outbox *o)
{
	struct query q;

	db_start(&q, s->main, SELECT " WHERE id = ?");
	db_put_int(&q, id);
	return get_one(&q, o);
}

enum gw_err
outbox_by_envid(struct store *s, const char *envid, struct outbox *o)
{
	struct query q;

	db_start(&q, s->main, SELECT " WHERE envid = ?");
	db_put_text(&q, envid);
	return get_one(&q, o);
}

enum gw_err
outbox_by_message_id(struct store *s, const char *id, struct outbox *o)
{
	struct query q;

	db_start(&q, s->main, SELECT " WHERE message_id = ?");
	db_put_text(&q, id);
	return get_one(&q, o);
}

enum gw_err
outbox_count(struct store *s, enum mail_kind kind, const char *section,
    int64_t since, int64_t *n)
{
	struct query q;

	*n = 0;
	db_start(&q, s->main, "SELECT count(*) FROM outbox WHERE kind = ?"
	    " AND section = ? AND made > ?");
	db_put_code(&q, &code_mail_kind, (int)kind);
	db_put_text(&q, section);
	db_put_int(&q, since);
	if (db_step(&q))
		*n = db_get_int(&q);
	return db_end_found(&q);
}

enum gw_err
outbox_sealed_for(struct store *s, int64_t correspondent, struct outbox *o)
{
	struct query q;

	db_start(&q, s->main, SELECT " WHERE correspondent = ?"
	    " AND state IN ('waiting', 'held') AND blob IS NOT NULL"
	    " ORDER BY id LIMIT 1");
	db_put_int(&q, correspondent);
	return get_one(&q, o);
}

enum gw_err
outbox_due(struct store *s, int64_t now, struct outbox *o)
{
	struct query q;

	db_start(&q, s->main, SELECT " WHERE state = 'waiting'"
	    " AND not_before <= ? ORDER BY not_before, id LIMIT 1");
	db_put_int(&q, now);
	return get_one(&q, o);
}

enum gw_err
outbox_next_due(struct store *s, int64_t *when)
{
	struct query q;

	*when = 0;
	db_start(&q, s->main, "SELECT not_before FROM outbox"
	    " WHERE state = 'waiting' ORDER BY not_before LIMIT 1");
	if (db_step(&q))
		*when = db_get_int(&q);
	return db_end_found(&q);
}

enum gw_err
outbox_update(struct store *s, const struct outbox *o)
{
	struct query q;

	/* Whose mail about a case or a fiche has left is not kept
	 * (design.md 7). */
	db_start(&q, s->main, "UPDATE outbox SET state = ?1, not_before = ?,"
	    " blob = ?, tries = ?, code = ?, status = ?, correspondent ="
	    " CASE WHEN ?1 IN ('sent', 'delivered') AND ref GLOB '[CF]-*'"
	    " THEN NULL ELSE correspondent END WHERE id = ?");
	db_put_code(&q, &code_outbox_state, (int)o->state);
	db_put_int(&q, o->not_before);
	db_put_id(&q, o->blob);
	db_put_int(&q, o->tries);
	db_put_int(&q, o->code);
	db_put_text(&q, o->status);
	db_put_int(&q, o->id);
	return db_run_found(&q);
}

enum gw_err
outbox_release_held(struct store *s, unsigned *released)
{
	struct query q;
	enum gw_err r;

	*released = 0;
	db_start(&q, s->main,
	    "UPDATE outbox SET state = 'waiting' WHERE state = 'held'");
	r = db_run(&q);
	if (r == GW_OK)
		*released = db_changes(s->main);
	return r;
}

/* Calls `each` for the rows about `ref` that have not left. */
static enum gw_err
each_waiting(struct store *s, const char *ref, outbox_fn each, void *arg)
{
	struct query q;

	db_start(&q, s->main, SELECT " WHERE ref = ?"
	    " AND state IN ('waiting', 'held') ORDER BY id");
	db_put_text(&q, ref);
	return get_each(&q, each, arg);
}

enum gw_err
outbox_about(struct store *s, const char *ref, outbox_fn each, void *arg)
{
	struct query q;

	db_start(&q, s->main, SELECT " WHERE " ABOUT " ORDER BY id");
	db_put_text(&q, ref);
	return get_each(&q, each, arg);
}

struct waiting {
	struct store *store;
	bool (*is)(enum mail_kind);
	int64_t now;
	bool found;
};

static enum gw_err
note(const struct outbox *o, void *arg)
{
	struct waiting *w = arg;

	w->found = w->found || w->is(o->kind);
	return GW_OK;
}

enum gw_err
outbox_waits(struct store *s, const char *ref, bool (*is)(enum mail_kind))
{
	struct waiting w = { s, is, 0, false };
	enum gw_err r = each_waiting(s, ref, note, &w);

	return r == GW_OK && !w.found ? GW_MISSING : r;
}

static enum gw_err
drop(const struct outbox *o, void *arg)
{
	struct waiting *w = arg;
	struct query q;
	enum gw_err r;

	if (!w->is(o->kind))
		return GW_OK;
	r = o->blob != 0 ? blob_drop(w->store, o->blob) : GW_OK;
	if (r != GW_OK)
		return r;
	db_start(&q, w->store->main, "DELETE FROM outbox WHERE id = ?");
	db_put_int(&q, o->id);
	r = db_run(&q);
	return r == GW_OK ? audit_add(w->store, w->now, AUDIT_MAIL_RECALLED,
	    o->ref, mail_kind_name(o->kind), NULL) : r;
}

enum gw_err
outbox_recall(struct store *s, const char *ref, int64_t now,
    bool (*is)(enum mail_kind))
{
	struct waiting w = { s, is, now, false };

	return each_waiting(s, ref, drop, &w);
}

enum gw_err
outbox_hurry(struct store *s, int64_t now)
{
	struct query q;

	db_start(&q, s->main, "UPDATE outbox SET not_before = ?1"
	    " WHERE state = 'waiting' AND tries > 0 AND not_before > ?1");
	db_put_int(&q, now);
	return db_run(&q);
}

/* The first four parameters of both questions below. Any section is a range
 * of them, so that the index serves either way: '~' lies behind all letters. */
static void
put_recent(struct query *q, enum mail_kind kind, const char *section,
    int64_t correspondent)
{
	db_put_int(q, correspondent);
	db_put_code(q, &code_mail_kind, (int)kind);
	db_put_text(q, section != NULL ? section : "");
	db_put_text(q, section != NULL ? section : "~");
}

static enum gw_err
made_since(struct store *s, enum mail_kind kind, const char *section,
    int64_t correspondent, int64_t since, struct outbox *o)
{
	struct query q;

	db_start(&q, s->main, SELECT " WHERE correspondent = ? AND kind = ?"
	    " AND section BETWEEN ? AND ? AND made > ?"
	    " ORDER BY made DESC LIMIT 1");
	put_recent(&q, kind, section, correspondent);
	db_put_int(&q, since);
	return get_one(&q, o);
}

enum gw_err
outbox_recent(struct store *s, enum mail_kind kind, const char *section,
    int64_t correspondent, int64_t since, struct outbox *o)
{
	struct query q;
	enum gw_err r;

	r = made_since(s, kind, section, correspondent, since, o);
	if (r != GW_MISSING)
		return r;
	/* The list of states is that of the index outbox_pending. */
	db_start(&q, s->main, SELECT " WHERE correspondent = ? AND kind = ?"
	    " AND section BETWEEN ? AND ?"
	    " AND state IN ('waiting', 'held') LIMIT 1");
	put_recent(&q, kind, section, correspondent);
	return get_one(&q, o);
}

static enum gw_err
each_open(struct store *s, outbox_fn each, void *arg)
{
	struct query q;

	db_start(&q, s->main, SELECT " WHERE state IN"
	    " ('waiting', 'held', 'sending', 'uncertain') ORDER BY id");
	return get_each(&q, each, arg);
}

enum gw_err
outbox_each(struct store *s, bool all, outbox_fn each, void *arg)
{
	struct query q;

	if (!all)
		return each_open(s, each, arg);
	db_start(&q, s->main, SELECT " ORDER BY id");
	return get_each(&q, each, arg);
}
