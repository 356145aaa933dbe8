#include <string.h>

#include "store/handle.h"

#define SELECT								\
	"SELECT ref, kind, state, starts, ends, sequence, made,"	\
	" invited, attended FROM meeting"

/* The blobs of a meeting by their columns; 0 for none. */
struct blobs {
	int64_t detail, stale, attendance;
};

static void
get(struct query *q, struct meeting *m)
{
	db_get_text(q, m->ref, sizeof(m->ref));
	m->kind = (enum meeting_kind)db_get_code(q, &code_meeting_kind);
	m->state = (enum meeting_state)db_get_code(q, &code_meeting_state);
	m->starts = db_get_int(q);
	m->ends = db_get_int(q);
	m->sequence = (int)db_get_int(q);
	m->made = db_get_int(q);
	m->invited = db_get_int(q);
	m->attended = db_get_int(q);
}

static enum gw_err
get_blobs(struct store *s, const char *ref, struct blobs *b)
{
	struct query q;

	*b = (struct blobs){ 0, 0, 0 };
	db_start(&q, s->main, "SELECT detail, stale, attendance FROM meeting"
	    " WHERE ref = ?");
	db_put_text(&q, ref);
	if (db_step(&q)) {
		b->detail = db_get_int(&q);
		b->stale = db_get_int(&q);
		b->attendance = db_get_int(&q);
	}
	return db_end_found(&q);
}

static enum gw_err
put_detail(struct store *s, const struct meeting_detail *d, int64_t *blob)
{
	uint8_t bytes[DETAIL_BYTES];
	enum gw_err r;
	size_t n;

	*blob = 0;
	r = detail_pack(d, bytes, &n);
	if (r == GW_OK)
		r = blob_put(s, bytes, n, blob);
	crypto_wipe(bytes, sizeof(bytes));
	return r;
}

enum gw_err
meeting_add(struct store *s, const struct meeting *m,
    const struct meeting_detail *d)
{
	struct query q;
	enum gw_err r;
	int64_t detail;

	r = put_detail(s, d, &detail);
	if (r != GW_OK)
		return r;
	db_start(&q, s->main, "INSERT INTO meeting (ref, kind, state, starts,"
	    " ends, sequence, made, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
	db_put_text(&q, m->ref);
	db_put_code(&q, &code_meeting_kind, (int)m->kind);
	db_put_code(&q, &code_meeting_state, (int)m->state);
	db_put_int(&q, m->starts);
	db_put_int(&q, m->ends);
	db_put_int(&q, m->sequence);
	db_put_int(&q, m->made);
	db_put_int(&q, detail);
	return db_run(&q);
}

enum gw_err
meeting_by_ref(struct store *s, const char *ref, struct meeting *m)
{
	struct query q;
	bool there;

	db_start(&q, s->main, SELECT " WHERE ref = ?");
	db_put_text(&q, ref);
	there = db_step(&q);
	/* Not before: `ref` may be a member of what it asks for. */
	*m = (struct meeting){ .made = 0 };
	if (there)
		get(&q, m);
	return db_end_found(&q);
}

enum gw_err
meeting_detail_get(struct store *s, const char *ref, struct meeting_detail *d)
{
	uint8_t bytes[DETAIL_BYTES];
	struct blobs b;
	enum gw_err r;
	size_t n;

	memset(d, 0, sizeof(*d));
	r = get_blobs(s, ref, &b);
	if (r == GW_OK && b.detail == 0)
		r = GW_MISSING;
	if (r == GW_OK)
		r = blob_read(s, b.detail, bytes, sizeof(bytes), &n);
	if (r == GW_OK)
		r = detail_unpack(bytes, n, d);
	crypto_wipe(bytes, sizeof(bytes));
	return r;
}

static enum gw_err
write_change(struct store *s, const struct meeting *m, int64_t detail,
    int64_t stale)
{
	struct query q;

	db_start(&q, s->main, "UPDATE meeting SET kind = ?, starts = ?,"
	    " ends = ?, sequence = ?, detail = ?, stale = ? WHERE ref = ?");
	db_put_code(&q, &code_meeting_kind, (int)m->kind);
	db_put_int(&q, m->starts);
	db_put_int(&q, m->ends);
	db_put_int(&q, m->sequence);
	db_put_int(&q, detail);
	db_put_id(&q, stale);
	db_put_text(&q, m->ref);
	return db_run_found(&q);
}

enum gw_err
meeting_change(struct store *s, const struct meeting *m,
    const struct meeting_detail *d)
{
	struct blobs b;
	enum gw_err r;
	int64_t detail;

	r = get_blobs(s, m->ref, &b);
	if (r == GW_OK)
		r = put_detail(s, d, &detail);
	if (r == GW_OK)
		r = write_change(s, m, detail, b.detail);
	/* Obsolete since the change before this one, which is committed. */
	if (r == GW_OK && b.stale != 0)
		r = blob_erase(s, b.stale);
	return r;
}

enum gw_err
meeting_set_state(struct store *s, const char *ref, enum meeting_state state)
{
	struct query q;

	db_start(&q, s->main, "UPDATE meeting SET state = ? WHERE ref = ?");
	db_put_code(&q, &code_meeting_state, (int)state);
	db_put_text(&q, ref);
	return db_run_found(&q);
}

enum gw_err
meeting_each(struct store *s, meeting_fn each, void *arg)
{
	struct meeting m;
	struct query q;

	db_start(&q, s->main, SELECT " ORDER BY starts, ref");
	while (db_step(&q)) {
		get(&q, &m);
		if (q.err == GW_OK)
			db_fail(&q, each(&m, arg));
	}
	return db_end(&q);
}

enum gw_err
meeting_last_held(struct store *s, int64_t *ends)
{
	struct query q;

	*ends = 0;
	db_start(&q, s->main, "SELECT max(ends) FROM meeting"
	    " WHERE state = 'HELD' OR (state = 'CLOSED' AND attended > 0)");
	if (db_step(&q))
		*ends = db_get_int(&q);
	return db_end_found(&q);
}

/* ---- erasing ---- */

static enum gw_err
erase_blobs(struct store *s, const struct blobs *b)
{
	const int64_t id[] = { b->detail, b->stale, b->attendance };
	enum gw_err r = GW_OK;
	size_t i;

	for (i = 0; r == GW_OK && i < sizeof(id) / sizeof(id[0]); i++)
		if (id[i] != 0)
			r = blob_erase(s, id[i]);
	return r;
}

/* The sums are counted once: what has no detail any more was erased before. */
static enum gw_err
erase_meeting(struct store *s, const char *ref)
{
	struct query q;

	db_start(&q, s->main, "UPDATE meeting SET detail = NULL, stale = NULL,"
	    " attendance = NULL, starts = starts - starts % 86400,"
	    " ends = ends - ends % 86400, made = made - made % 86400,"
	    " invited = (SELECT count(*) FROM invitation"
	    "  WHERE meeting = ? AND state <> 'DRAFT'),"
	    " attended = (SELECT count(*) FROM invitation"
	    "  WHERE meeting = ? AND state = 'ATTENDED')"
	    " WHERE ref = ? AND detail IS NOT NULL");
	db_put_text(&q, ref);
	db_put_text(&q, ref);
	db_put_text(&q, ref);
	return db_run(&q);
}

static enum gw_err
erase_invitations(struct store *s, const char *ref)
{
	struct query q;

	db_start(&q, s->main, "UPDATE invitation SET correspondent = NULL,"
	    " via = NULL, uid = NULL, answered = NULL,"
	    " changed = changed - changed % 86400 WHERE meeting = ?");
	db_put_text(&q, ref);
	return db_run(&q);
}

enum gw_err
meeting_erase(struct store *s, const char *ref)
{
	struct blobs b;
	enum gw_err r;

	r = get_blobs(s, ref, &b);
	if (r == GW_OK)
		r = erase_blobs(s, &b);
	if (r == GW_OK)
		r = erase_meeting(s, ref);
	if (r == GW_OK)
		r = mail_sweep(s, ref, NULL);
	return r == GW_OK ? erase_invitations(s, ref) : r;
}
