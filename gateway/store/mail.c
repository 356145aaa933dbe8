#include <string.h>

#include "store/handle.h"

#define SELECT								\
	"SELECT id, digest, received, size, structure, verdict, reason,"\
	" correspondent, ref, blob FROM mail"

static void
get(struct query *q, struct mail *m)
{
	db_get_text(q, m->id, sizeof(m->id));
	db_get_blob(q, m->digest, sizeof(m->digest));
	m->received = db_get_int(q);
	m->size = (uint64_t)db_get_int(q);
	m->structure = (enum structure)db_get_code(q, &code_structure);
	m->verdict = (enum verdict_code)db_get_code(q, &code_verdict);
	m->reason = (enum reason)db_get_code(q, &code_reason);
	m->correspondent = db_get_int(q);
	db_get_text(q, m->ref, sizeof(m->ref));
	m->blob = db_get_int(q);
}

static enum gw_err
get_one(struct query *q, struct mail *m)
{
	bool there = db_step(q);

	/* Not before: the key may be a member of what it asks for. */
	*m = (struct mail){ .blob = 0 };
	if (there)
		get(q, m);
	return db_end_found(q);
}

static enum gw_err
get_each(struct query *q, mail_fn each, void *arg)
{
	struct mail m;

	while (db_step(q)) {
		get(q, &m);
		if (q->err == GW_OK)
			db_fail(q, each(&m, arg));
	}
	return db_end(q);
}

static enum gw_err
insert(struct store *s, const struct mail *m)
{
	struct query q;

	db_start(&q, s->main, "INSERT INTO mail (id, digest, received, size,"
	    " structure, verdict, reason, correspondent, ref, blob)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	db_put_text(&q, m->id);
	db_put_blob(&q, m->digest, sizeof(m->digest));
	db_put_int(&q, m->received);
	db_put_int(&q, (int64_t)m->size);
	db_put_code(&q, &code_structure, (int)m->structure);
	db_put_code(&q, &code_verdict, (int)m->verdict);
	db_put_code(&q, &code_reason, (int)m->reason);
	db_put_id(&q, m->correspondent);
	db_put_ref(&q, m->ref);
	db_put_id(&q, m->blob);
	return db_run(&q);
}

static enum gw_err
forget_tries(struct store *s, const uint8_t digest[HASH_BYTES])
{
	struct query q;

	db_start(&q, s->main, "DELETE FROM mail_try WHERE digest = ?");
	db_put_blob(&q, digest, HASH_BYTES);
	return db_run(&q);
}

enum gw_err
mail_untry(struct store *s, const uint8_t digest[HASH_BYTES])
{
	return forget_tries(s, digest);
}

enum gw_err
mail_add(struct store *s, const struct mail *m)
{
	bool own;
	enum gw_err r;

	r = store_join(s, &own);
	if (r != GW_OK)
		return r;
	r = insert(s, m);
	if (r == GW_OK)
		r = forget_tries(s, m->digest);
	return store_leave(s, own, r);
}

enum gw_err
mail_by_digest(struct store *s, const uint8_t digest[HASH_BYTES],
    struct mail *m)
{
	struct query q;

	db_start(&q, s->main, SELECT " WHERE digest = ?");
	db_put_blob(&q, digest, HASH_BYTES);
	return get_one(&q, m);
}

enum gw_err
mail_by_id(struct store *s, const char *id, struct mail *m)
{
	struct query q;

	db_start(&q, s->main, SELECT " WHERE id = ?");
	db_put_text(&q, id);
	return get_one(&q, m);
}

enum gw_err
mail_rejudge(struct store *s, const struct mail *m)
{
	struct query q;

	db_start(&q, s->main, "UPDATE mail SET verdict = ?, reason = ?,"
	    " correspondent = ?, ref = ?, blob = ? WHERE id = ?");
	db_put_code(&q, &code_verdict, (int)m->verdict);
	db_put_code(&q, &code_reason, (int)m->reason);
	db_put_id(&q, m->correspondent);
	db_put_ref(&q, m->ref);
	db_put_id(&q, m->blob);
	db_put_text(&q, m->id);
	return db_run_found(&q);
}

enum gw_err
mail_sender(struct store *s, const char *ref, int64_t *correspondent)
{
	struct query q;
	enum gw_err r;

	*correspondent = 0;
	db_start(&q, s->main, "SELECT correspondent FROM mail WHERE ref = ?"
	    " AND verdict = 'accepted' ORDER BY n LIMIT 1");
	db_put_text(&q, ref);
	if (db_step(&q))
		*correspondent = db_get_int(&q);
	r = db_end_found(&q);
	/* Who was removed is nobody, and not whoever wrote next. */
	return r == GW_OK && *correspondent == 0 ? GW_MISSING : r;
}

enum gw_err
mail_drop_blob(struct store *s, const char *id)
{
	struct query q;

	db_start(&q, s->main, "UPDATE mail SET blob = NULL WHERE id = ?");
	db_put_text(&q, id);
	return db_run_found(&q);
}

enum gw_err
mail_each(struct store *s, int limit, mail_fn each, void *arg)
{
	struct query q;

	db_start(&q, s->main, SELECT " ORDER BY n DESC LIMIT ?");
	db_put_int(&q, limit);
	return get_each(&q, each, arg);
}

enum gw_err
mail_kept_about(struct store *s, const char *ref, mail_fn each, void *arg)
{
	struct query q;

	db_start(&q, s->main, SELECT " WHERE " ABOUT " AND blob IS NOT NULL");
	db_put_text(&q, ref);
	return get_each(&q, each, arg);
}

enum gw_err
mail_each_quarantined(struct store *s, int64_t before, mail_fn each,
    void *arg)
{
	struct query q;

	db_start(&q, s->main, SELECT " WHERE blob IS NOT NULL"
	    " AND received < ? ORDER BY received");
	db_put_int(&q, before);
	return get_each(&q, each, arg);
}

enum gw_err
mail_try(struct store *s, const uint8_t digest[HASH_BYTES], unsigned *tries)
{
	struct query q;
	enum gw_err r;

	*tries = 0;
	/* It must be written before the mail is touched, or the mail that kills
	 * us would be tried for ever. It need not outlive a power cut, which
	 * is not the mail's doing: no fsync. */
	if (db_in_transaction(s->main))
		return GW_STATE;
	(void)db_script(s->main, "PRAGMA synchronous = NORMAL");
	db_start(&q, s->main, "INSERT INTO mail_try (digest, tries)"
	    " VALUES (?, 1) ON CONFLICT DO UPDATE SET tries = tries + 1"
	    " RETURNING tries");
	db_put_blob(&q, digest, HASH_BYTES);
	while (db_step(&q))
		*tries = (unsigned)db_get_int(&q);
	r = db_end_found(&q);
	/* Without it the commit of this mail would be no promise. */
	if (db_script(s->main, "PRAGMA synchronous = FULL") != GW_OK)
		return GW_IO;
	return r;
}

/* ---- what is left of something erased ---- */

struct sweeping {
	struct store *store;
	bool (*stays)(enum mail_kind);
};

static enum gw_err
sweep_outbox(const struct outbox *o, void *arg)
{
	struct sweeping *w = arg;
	bool stays = w->stays != NULL && w->stays(o->kind);
	bool open = o->state == OUTBOX_WAITING || o->state == OUTBOX_HELD ||
	    o->state == OUTBOX_UNCERTAIN;
	struct query q;
	enum gw_err r;

	/* What is being handed over is forgotten when that is done. */
	if (stays || o->state == OUTBOX_SENDING || (!open && o->blob == 0))
		return GW_OK;
	r = o->blob != 0 ? blob_drop(w->store, o->blob) : GW_OK;
	if (r != GW_OK)
		return r;
	db_start(&q, w->store->main, open ?
	    "DELETE FROM outbox WHERE id = ?" :
	    "UPDATE outbox SET blob = NULL WHERE id = ?");
	db_put_int(&q, o->id);
	return db_run(&q);
}

static enum gw_err
sweep_quarantine(const struct mail *m, void *arg)
{
	struct sweeping *w = arg;
	enum gw_err r = blob_drop(w->store, m->blob);

	return r == GW_OK ? mail_drop_blob(w->store, m->id) : r;
}

static enum gw_err
forget_people(struct store *s, const char *ref)
{
	struct query q;
	enum gw_err r;

	db_start(&q, s->main, "UPDATE mail SET correspondent = NULL,"
	    " received = received - received % 86400 WHERE " ABOUT);
	db_put_text(&q, ref);
	r = db_run(&q);
	if (r != GW_OK)
		return r;
	/* What still waits needs its recipient. What is under way has its own
	 * in core, and is not tried again without one. */
	db_start(&q, s->main, "UPDATE outbox SET correspondent = NULL"
	    " WHERE " ABOUT " AND state NOT IN ('waiting', 'held')");
	db_put_text(&q, ref);
	return db_run(&q);
}

enum gw_err
mail_sweep(struct store *s, const char *ref, bool (*stays)(enum mail_kind))
{
	struct sweeping w = { s, stays };
	enum gw_err r;

	r = outbox_about(s, ref, sweep_outbox, &w);
	if (r == GW_OK)
		r = mail_kept_about(s, ref, sweep_quarantine, &w);
	return r == GW_OK ? forget_people(s, ref) : r;
}

/* ---- replay ---- */

static void
replay_hash(const struct store *s, const char *fpr, int64_t made,
    const uint8_t digest[HASH_BYTES], uint8_t out[HASH_BYTES])
{
	const struct piece piece[] = { { fpr, strlen(fpr) },
		{ &made, sizeof(made) }, { digest, HASH_BYTES } };

	crypto_keyed_hash(s->replay, piece, 3, out);
}

enum gw_err
replay_seen(struct store *s, const char *fpr, int64_t made,
    const uint8_t digest[HASH_BYTES])
{
	uint8_t hash[HASH_BYTES];
	struct query q;

	replay_hash(s, fpr, made, digest, hash);
	db_start(&q, s->main, "SELECT 1 FROM replay WHERE hash = ?");
	db_put_blob(&q, hash, sizeof(hash));
	(void)db_step(&q);
	return db_end_found(&q);
}

enum gw_err
replay_add(struct store *s, const char *fpr, int64_t made,
    const uint8_t digest[HASH_BYTES], int64_t now)
{
	uint8_t hash[HASH_BYTES];
	struct query q;

	replay_hash(s, fpr, made, digest, hash);
	db_start(&q, s->main, "INSERT INTO replay (hash, day) VALUES (?, ?)");
	db_put_blob(&q, hash, sizeof(hash));
	/* Kept for ever, so no finer than a day (domain.md 7). */
	db_put_int(&q, now / 86400);
	return db_run(&q);
}
