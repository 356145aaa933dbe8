/*
 * The audit chain. The hash of a row covers all that it says and the hash of
 * the row before; the first follows on the id of this instance, so that a chain
 * cannot be swapped for another town's.
 *
 * A row that was changed, taken out, put in or moved no longer fits, nor does
 * the chain when its beginning or end is missing: their place is in the row
 * `instance`. Whoever can write the file can cut the tail and mend that row
 * too; only a head that was signed and sent away before then shows it.
 */
#include <string.h>

#include "store/handle.h"

/* All that is hashed: numbers and lengths big-endian, so that no two rows
 * give the same bytes. */
struct link {
	int64_t seq;
	int64_t at;
	char event[32];
	char ref[LIM_REF + 1];
	char detail[sizeof(((struct audit_row *)0)->detail)];
	uint8_t actor[HASH_BYTES];
};

static size_t
put_number(uint8_t *out, uint64_t v)
{
	int i;

	for (i = 0; i < 8; i++)
		out[i] = (uint8_t)(v >> (56 - 8 * i));
	return 8;
}

static size_t
put_bytes(uint8_t *out, const void *p, size_t n)
{
	size_t at = put_number(out, n);

	memcpy(out + at, p, n);
	return at + n;
}

/* Takes the hash before from `hash` and leaves the new one there. */
static void
chain(const struct link *l, uint8_t hash[HASH_BYTES])
{
	uint8_t b[7 * 8 + sizeof(*l) + HASH_BYTES];
	size_t n = 0;

	n += put_number(b + n, (uint64_t)l->seq);
	n += put_number(b + n, (uint64_t)l->at);
	n += put_bytes(b + n, l->event, strlen(l->event));
	n += put_bytes(b + n, l->ref, strlen(l->ref));
	n += put_bytes(b + n, l->detail, strlen(l->detail));
	n += put_bytes(b + n, l->actor, HASH_BYTES);
	n += put_bytes(b + n, hash, HASH_BYTES);
	crypto_sha256(b, n, hash);
}

static bool
fits(char *out, size_t size, const char *s)
{
	if (s == NULL)
		s = "";
	if (strlen(s) >= size)
		return false;
	memcpy(out, s, strlen(s) + 1);
	return true;
}

/* ---- add ---- */

#define SALT_BYTES AUDIT_SALT_BYTES

static void
commit_to(const char *actor, const uint8_t salt[SALT_BYTES],
    uint8_t out[HASH_BYTES])
{
	uint8_t b[SALT_BYTES + LIM_FPR];
	size_t n = strlen(actor);

	memcpy(b, salt, SALT_BYTES);
	memcpy(b + SALT_BYTES, actor, n);
	crypto_sha256(b, SALT_BYTES + n, out);
}

enum gw_err
audit_head(struct store *s, int64_t *rows, uint8_t head[HASH_BYTES])
{
	struct query q;

	*rows = 0;
	db_start(&q, s->main,
	    "SELECT audit_rows, audit_head FROM instance WHERE one = 1");
	if (db_step(&q)) {
		*rows = db_get_int(&q);
		db_get_blob(&q, head, HASH_BYTES);
	}
	return db_end_found(&q);
}

static enum gw_err
set_head(struct store *s, int64_t rows, const uint8_t head[HASH_BYTES])
{
	struct query q;

	db_start(&q, s->main, "UPDATE instance SET audit_rows = ?,"
	    " audit_head = ? WHERE one = 1");
	db_put_int(&q, rows);
	db_put_blob(&q, head, HASH_BYTES);
	return db_run_found(&q);
}

static enum gw_err
insert(struct store *s, const struct link *l, const uint8_t hash[HASH_BYTES])
{
	struct query q;

	db_start(&q, s->main, "INSERT INTO audit (seq, at, event, ref, detail,"
	    " actor, hash) VALUES (?, ?, ?, ?, ?, ?, ?)");
	db_put_int(&q, l->seq);
	db_put_int(&q, l->at);
	db_put_text(&q, l->event);
	db_put_ref(&q, l->ref);
	db_put_text(&q, l->detail);
	db_put_blob(&q, l->actor, HASH_BYTES);
	db_put_blob(&q, hash, HASH_BYTES);
	return db_run(&q);
}

static enum gw_err
insert_salt(struct store *s, int64_t seq, const uint8_t salt[SALT_BYTES])
{
	struct query q;

	db_start(&q, s->main,
	    "INSERT INTO audit_salt (seq, salt) VALUES (?, ?)");
	db_put_int(&q, seq);
	db_put_blob(&q, salt, SALT_BYTES);
	return db_run(&q);
}

static enum gw_err
append(struct store *s, struct link *l, const char *actor)
{
	uint8_t hash[HASH_BYTES], salt[SALT_BYTES];
	enum gw_err r;

	r = audit_head(s, &l->seq, hash);
	if (r != GW_OK)
		return r;
	l->seq++;
	if (actor != NULL) {
		crypto_random(salt, sizeof(salt));
		commit_to(actor, salt, l->actor);
	}
	chain(l, hash);
	r = insert(s, l, hash);
	if (r == GW_OK && actor != NULL)
		r = insert_salt(s, l->seq, salt);
	if (r == GW_OK)
		r = set_head(s, l->seq, hash);
	return r;
}

enum audit_event
audit_event_of(enum flow_audit what)
{
	static const enum audit_event of[] = {
		[FLOW_AUDIT_ACCEPTED] = AUDIT_REFERRAL_ACCEPTED,
		[FLOW_AUDIT_FOLLOWED_UP] = AUDIT_REFERRAL_FOLLOWED_UP,
		[FLOW_AUDIT_DECIDED] = AUDIT_REFERRAL_DECIDED,
		[FLOW_AUDIT_ALARM] = AUDIT_ALARM,
		[FLOW_AUDIT_ERASED] = AUDIT_CONTENT_ERASED,
		[FLOW_AUDIT_PROPOSED] = AUDIT_ENROLMENT_PROPOSED,
		[FLOW_AUDIT_CONFIRMED] = AUDIT_ENROLMENT_CONFIRMED,
		[FLOW_AUDIT_PROVEN] = AUDIT_ENROLMENT_PROVEN,
		[FLOW_AUDIT_REJECTED] = AUDIT_ENROLMENT_REJECTED,
		[FLOW_AUDIT_DRAFTED] = AUDIT_MEETING_DRAFTED,
		[FLOW_AUDIT_CONVENED] = AUDIT_MEETING_CONVENED,
		[FLOW_AUDIT_CHANGED] = AUDIT_MEETING_CHANGED,
		[FLOW_AUDIT_CANCELLED] = AUDIT_MEETING_CANCELLED,
		[FLOW_AUDIT_HELD] = AUDIT_MEETING_HELD,
		[FLOW_AUDIT_ANSWERED] = AUDIT_INVITATION_ANSWERED,
		[FLOW_AUDIT_DISCUSSED] = AUDIT_CASE_DISCUSSED,
		[FLOW_AUDIT_FOLLOWED] = AUDIT_CASE_FOLLOWED,
		[FLOW_AUDIT_CASE_CLOSED] = AUDIT_CASE_CLOSED,
		[FLOW_AUDIT_EXTENSION_PROPOSED] = AUDIT_EXTENSION_PROPOSED,
		[FLOW_AUDIT_EXTENDED] = AUDIT_CASE_EXTENDED,
		[FLOW_AUDIT_EXTENSION_REFUSED] = AUDIT_EXTENSION_REFUSED,
		[FLOW_AUDIT_FICHE_PROPOSED] = AUDIT_FICHE_PROPOSED,
		[FLOW_AUDIT_FICHE_ANSWERED] = AUDIT_FICHE_ANSWERED,
		[FLOW_AUDIT_FICHE_APPROVED] = AUDIT_FICHE_APPROVED,
		[FLOW_AUDIT_FICHE_HANDED_OVER] = AUDIT_FICHE_HANDED_OVER,
		[FLOW_AUDIT_FICHE_DISPATCHED] = AUDIT_FICHE_DISPATCHED,
		[FLOW_AUDIT_FICHE_ENDED] = AUDIT_FICHE_ENDED,
		[FLOW_AUDIT_INFORM_PROPOSED] = AUDIT_INFORM_PROPOSED,
		[FLOW_AUDIT_INFORM_ANSWERED] = AUDIT_INFORM_ANSWERED,
		[FLOW_AUDIT_INFORM_AGREED] = AUDIT_INFORM_AGREED,
		[FLOW_AUDIT_INFORM_ENDED] = AUDIT_INFORM_ENDED,
	};

	return (size_t)what < sizeof(of) / sizeof(of[0]) ? of[what] :
	    AUDIT_MAX;
}

enum gw_err
audit_add(struct store *s, int64_t at, enum audit_event event,
    const char *ref, const char *detail, const char *actor)
{
	struct link l = { .at = at };
	const char *name = code_name(&code_audit_event, (int)event);
	bool own;
	enum gw_err r;

	if (name == NULL || !fits(l.event, sizeof(l.event), name))
		return GW_INTERNAL;
	if (!fits(l.ref, sizeof(l.ref), ref) ||
	    !fits(l.detail, sizeof(l.detail), detail) ||
	    (actor != NULL && strlen(actor) > LIM_FPR))
		return GW_LIMIT;
	r = store_join(s, &own);
	if (r != GW_OK)
		return r;
	return store_leave(s, own, append(s, &l, actor));
}

bool
audit_is_by(const struct audit_row *row, const char *actor)
{
	uint8_t hash[HASH_BYTES];

	if (!row->salted || strlen(actor) > LIM_FPR)
		return false;
	commit_to(actor, row->salt, hash);
	return memcmp(hash, row->actor, HASH_BYTES) == 0;
}

bool
audit_has_actor(const struct audit_row *row)
{
	static const uint8_t nobody[HASH_BYTES];

	return memcmp(row->actor, nobody, HASH_BYTES) != 0;
}

/* ---- forget ---- */

static enum gw_err
drop_salts_up_to(struct store *s, int64_t seq, unsigned *dropped)
{
	struct query q;
	enum gw_err r;

	db_start(&q, s->main, "DELETE FROM audit_salt WHERE seq <= ?");
	db_put_int(&q, seq);
	r = db_run(&q);
	if (r == GW_OK)
		*dropped = db_changes(s->main);
	return r;
}

enum gw_err
audit_forget(struct store *s, int64_t before, unsigned *dropped)
{
	struct query q;
	int64_t seq, last = 0;
	enum gw_err r;

	*dropped = 0;
	/* To the end: a row that a wrong clock dated ahead is as old as those
	 * behind it. */
	db_start(&q, s->main, "SELECT a.seq, a.at FROM audit_salt AS t"
	    " JOIN audit AS a ON a.seq = t.seq ORDER BY t.seq");
	while (db_step(&q)) {
		seq = db_get_int(&q);
		if (db_get_int(&q) < before)
			last = seq;
	}
	r = db_end(&q);
	if (r != GW_OK || last == 0)
		return r;
	r = drop_salts_up_to(s, last, dropped);
	s->erased = true;
	store_scrub(s);
	return r;
}

/* ---- verify ---- */

static void
get_link(struct query *q, struct link *l, uint8_t hash[HASH_BYTES])
{
	memset(l, 0, sizeof(*l));
	l->seq = db_get_int(q);
	l->at = db_get_int(q);
	db_get_text(q, l->event, sizeof(l->event));
	db_get_text(q, l->ref, sizeof(l->ref));
	db_get_text(q, l->detail, sizeof(l->detail));
	db_get_blob(q, l->actor, sizeof(l->actor));
	db_get_blob(q, hash, HASH_BYTES);
}

/* Walks on from `head` until the end or the first row that does not fit. */
static enum gw_err
walk(struct store *s, int64_t *rows, uint8_t head[HASH_BYTES])
{
	uint8_t said[HASH_BYTES];
	struct query q;
	struct link l;

	db_start(&q, s->main, "SELECT seq, at, event, ref, detail, actor, hash"
	    " FROM audit ORDER BY seq");
	while (db_step(&q)) {
		get_link(&q, &l, said);
		if (q.err != GW_OK)
			break;
		/* A gap shows too: the hash covers `seq` and the row before. */
		chain(&l, head);
		if (memcmp(said, head, HASH_BYTES) != 0)
			db_fail(&q, GW_FORMAT);
		else
			(*rows)++;
	}
	return db_end(&q);
}

static enum gw_err
verify(struct store *s, int64_t *rows, uint8_t head[HASH_BYTES])
{
	uint8_t end[HASH_BYTES];
	int64_t count;
	enum gw_err r;

	r = audit_head(s, &count, end);
	if (r == GW_OK)
		r = walk(s, rows, head);
	if (r == GW_OK && (*rows != count ||
	    memcmp(head, end, HASH_BYTES) != 0))
		r = GW_FORMAT;
	return r;
}

enum gw_err
audit_verify(struct store *s, int64_t *rows, int64_t *bad,
    uint8_t head[HASH_BYTES])
{
	bool own = !db_in_transaction(s->main);
	enum gw_err r;

	*rows = *bad = 0;
	memcpy(head, s->id, HASH_BYTES);
	/* Rows and count of one moment, also beside a daemon that writes. */
	r = own ? db_begin_read(s->main) : GW_OK;
	if (r != GW_OK)
		return r;
	r = verify(s, rows, head);
	if (r == GW_FORMAT)
		*bad = *rows + 1;
	if (own)
		db_rollback(s->main);
	return r;
}

/* ---- questions ---- */

enum gw_err
audit_touched(struct store *s, int64_t since, int64_t *n)
{
	struct query q;

	*n = 0;
	db_start(&q, s->main, "SELECT count(DISTINCT ref) FROM audit"
	    " WHERE at >= ?");
	db_put_int(&q, since);
	if (db_step(&q))
		*n = db_get_int(&q);
	return db_end_found(&q);
}
