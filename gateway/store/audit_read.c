/* Reading the audit chain: for whoever exports it, asks about a reference, or
 * holds a head that was sent away. */
#include <string.h>

#include "store/handle.h"

#define ROW	"a.seq, a.at, a.event, a.ref, a.detail, a.actor, a.hash"

static void
get(struct query *q, struct audit_row *row)
{
	memset(row, 0, sizeof(*row));
	row->seq = db_get_int(q);
	row->at = db_get_int(q);
	row->event = (enum audit_event)db_get_code(q, &code_audit_event);
	db_get_text(q, row->ref, sizeof(row->ref));
	db_get_text(q, row->detail, sizeof(row->detail));
	db_get_blob(q, row->actor, sizeof(row->actor));
	db_get_blob(q, row->hash, sizeof(row->hash));
}

enum gw_err
audit_head_at(struct store *s, int64_t rows, uint8_t head[HASH_BYTES])
{
	struct query q;

	if (rows == 0) {
		memcpy(head, s->id, HASH_BYTES);
		return GW_OK;
	}
	db_start(&q, s->main, "SELECT hash FROM audit WHERE seq = ?");
	db_put_int(&q, rows);
	if (db_step(&q))
		db_get_blob(&q, head, HASH_BYTES);
	return db_end_found(&q);
}

enum gw_err
audit_each(struct store *s, audit_fn each, void *arg)
{
	struct audit_row row;
	struct query q;

	db_start(&q, s->main, "SELECT " ROW " FROM audit AS a ORDER BY a.seq");
	while (db_step(&q)) {
		get(&q, &row);
		if (q.err == GW_OK)
			db_fail(&q, each(&row, arg));
	}
	return db_end(&q);
}

static void
get_salt(struct query *q, struct audit_row *row)
{
	const uint8_t *p;
	size_t n;

	db_get_span(q, &p, &n);
	row->salted = n == sizeof(row->salt);
	if (row->salted)
		memcpy(row->salt, p, n);
}

/* No index leads there: it is asked seldom, and each row would pay for it. */
enum gw_err
audit_about(struct store *s, const char *ref, audit_fn each, void *arg)
{
	struct audit_row row;
	struct query q;

	db_start(&q, s->main, "SELECT " ROW ", t.salt FROM audit AS a"
	    " LEFT JOIN audit_salt AS t ON t.seq = a.seq WHERE a.ref = ?1"
	    " OR a.ref IN (SELECT id FROM mail WHERE mail.ref = ?1)"
	    " ORDER BY a.seq");
	db_put_text(&q, ref);
	while (db_step(&q)) {
		get(&q, &row);
		get_salt(&q, &row);
		if (q.err == GW_OK)
			db_fail(&q, each(&row, arg));
	}
	return db_end(&q);
}

enum gw_err
audit_last(struct store *s, enum audit_event event, const char *detail,
    struct audit_row *row)
{
	struct query q;

	db_start(&q, s->main, "SELECT " ROW " FROM audit AS a"
	    " WHERE a.event = ?1 AND (?2 IS NULL OR a.detail = ?2)"
	    " ORDER BY a.seq DESC LIMIT 1");
	db_put_code(&q, &code_audit_event, (int)event);
	db_put_ref(&q, detail != NULL ? detail : "");
	if (db_step(&q))
		get(&q, row);
	return db_end_found(&q);
}

enum gw_err
audit_first(struct store *s, struct audit_row *row)
{
	struct query q;

	db_start(&q, s->main, "SELECT " ROW " FROM audit AS a"
	    " WHERE a.seq = 1");
	if (db_step(&q))
		get(&q, row);
	return db_end_found(&q);
}

enum gw_err
audit_grew(struct store *s, int64_t seq, bool *grew)
{
	struct query q;

	db_start(&q, s->main, "SELECT 1 FROM audit WHERE seq > ?"
	    " AND detail <> ? AND event <> ? LIMIT 1");
	db_put_int(&q, seq);
	db_put_text(&q, mail_kind_name(MAIL_B11));
	db_put_code(&q, &code_audit_event, AUDIT_HEAD_SENT);
	*grew = db_step(&q);
	return db_end(&q);
}
