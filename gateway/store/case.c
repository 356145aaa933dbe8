#include "store/handle.h"

#include <stdlib.h>
#include <string.h>

/* ---- the file of a case ---- */

static enum gw_err
get_link(struct store *s, const char *ref, int64_t *link)
{
	struct query q;

	*link = 0;
	db_start(&q, s->main, "SELECT link FROM case_ref WHERE ref = ?");
	db_put_text(&q, ref);
	if (db_step(&q))
		*link = db_get_int(&q);
	return db_end_found(&q);
}

static enum gw_err
set_link(struct store *s, const char *ref, int64_t link)
{
	struct query q;

	db_start(&q, s->main, "UPDATE case_ref SET link = ? WHERE ref = ?");
	db_put_id(&q, link);
	db_put_text(&q, ref);
	return db_run_found(&q);
}

enum gw_err
case_file_get(struct store *s, const char *ref, struct case_file *f)
{
	uint8_t *bytes = malloc(CASE_FILE_BYTES);
	int64_t link = 0;
	enum gw_err r;
	size_t n;

	memset(f, 0, sizeof(*f));
	if (bytes == NULL)
		return GW_NOMEM;
	r = get_link(s, ref, &link);
	if (r == GW_OK && link == 0)
		r = GW_MISSING;
	if (r == GW_OK)
		r = blob_read(s, link, bytes, CASE_FILE_BYTES, &n);
	if (r == GW_OK)
		r = case_file_unpack(bytes, n, f);
	crypto_wipe(bytes, CASE_FILE_BYTES);
	free(bytes);
	return r;
}

static enum gw_err
put(struct store *s, const char *ref, const struct case_file *f,
    uint8_t *bytes)
{
	int64_t before = 0, link = 0;
	enum gw_err r;
	size_t n = 0;

	r = get_link(s, ref, &before);
	if (r == GW_OK)
		r = case_file_pack(f, bytes, &n);
	if (r == GW_OK)
		r = blob_put(s, bytes, n, &link);
	if (r == GW_OK)
		r = set_link(s, ref, link);
	return r == GW_OK && before != 0 ? blob_drop(s, before) : r;
}

enum gw_err
case_file_put(struct store *s, const char *ref, const struct case_file *f)
{
	uint8_t *bytes = malloc(CASE_FILE_BYTES);
	enum gw_err r;

	if (bytes == NULL)
		return GW_NOMEM;
	r = put(s, ref, f, bytes);
	crypto_wipe(bytes, CASE_FILE_BYTES);
	free(bytes);
	return r;
}

bool
case_file_has(const struct case_file *f, int64_t correspondent)
{
	size_t i;

	for (i = 0; i < f->people; i++) {
		if (f->person[i] == correspondent)
			return true;
	}
	return false;
}

void
case_file_join(struct case_file *f, int64_t correspondent)
{
	if (case_file_has(f, correspondent))
		return;
	if (f->people == LIM_PRESENT)
		memmove(f->person, f->person + 1,
		    --f->people * sizeof(f->person[0]));
	f->person[f->people++] = correspondent;
}

/* ---- cases ---- */

static enum gw_err
add(struct store *s, const struct case_ref *c, struct case_file *f)
{
	struct query q;
	enum gw_err r;

	memcpy(f->referral, c->referral, sizeof(f->referral));
	db_start(&q, s->main,
	    "INSERT INTO case_ref (ref, listed) VALUES (?, ?)");
	db_put_text(&q, c->ref);
	db_put_int(&q, c->listed);
	r = db_run(&q);
	return r == GW_OK ? case_file_put(s, c->ref, f) : r;
}

enum gw_err
case_add(struct store *s, const struct case_ref *c)
{
	struct case_file *f = calloc(1, sizeof(*f));
	enum gw_err r;

	if (f == NULL)
		return GW_NOMEM;
	r = add(s, c, f);
	crypto_wipe(f, sizeof(*f));
	free(f);
	return r;
}

#define COLUMNS	"ref, listed, state, below, last, due, criteria,"	\
	" meeting, closing, measures, closed"

/* One row of COLUMNS. */
static void
get(struct query *q, struct case_ref *c)
{
	struct retention *t = &c->term;

	db_get_text(q, c->ref, sizeof(c->ref));
	c->listed = t->listed = db_get_int(q);
	t->state = (enum retention_state)db_get_code(q, &code_retention_state);
	t->below = (enum retention_state)db_get_code(q, &code_retention_state);
	t->last = db_get_int(q);
	t->due = db_get_int(q);
	t->criteria = (unsigned)db_get_int(q);
	db_get_text(q, t->meeting, sizeof(t->meeting));
	t->closing = (enum closing)db_get_code(q, &code_closing);
	t->measures = (enum measures)db_get_code(q, &code_measures);
	t->closed = db_get_int(q);
}

enum gw_err
case_each(struct store *s, case_fn each, void *arg)
{
	struct case_ref c = { .listed = 0 };
	struct query q;

	db_start(&q, s->main,
	    "SELECT " COLUMNS " FROM case_ref ORDER BY listed, ref");
	while (db_step(&q)) {
		get(&q, &c);
		if (q.err == GW_OK)
			db_fail(&q, each(&c, arg));
	}
	return db_end(&q);
}

/* The link is gone before its case: no error. */
static enum gw_err
get_referral(struct store *s, struct case_ref *c)
{
	struct case_file *f = calloc(1, sizeof(*f));
	enum gw_err r;

	if (f == NULL)
		return GW_NOMEM;
	r = case_file_get(s, c->ref, f);
	memcpy(c->referral, f->referral, sizeof(c->referral));
	crypto_wipe(f, sizeof(*f));
	free(f);
	return r == GW_MISSING ? GW_OK : r;
}

enum gw_err
case_by_ref(struct store *s, const char *ref, struct case_ref *c)
{
	struct query q;
	enum gw_err r;

	*c = (struct case_ref){ .listed = 0 };
	db_start(&q, s->main,
	    "SELECT " COLUMNS " FROM case_ref WHERE ref = ?");
	db_put_text(&q, ref);
	if (db_step(&q))
		get(&q, c);
	r = db_end_found(&q);
	return r == GW_OK ? get_referral(s, c) : r;
}

enum gw_err
case_set_term(struct store *s, const char *ref, const struct retention *t)
{
	struct query q;

	db_start(&q, s->main, "UPDATE case_ref SET state = ?, below = ?,"
	    " last = ?, due = ?, criteria = ?, meeting = ?, closing = ?,"
	    " measures = ?, closed = ? WHERE ref = ?");
	db_put_code(&q, &code_retention_state, (int)t->state);
	db_put_code(&q, &code_retention_state, (int)t->below);
	db_put_int(&q, t->last);
	db_put_int(&q, t->due);
	db_put_int(&q, t->criteria);
	db_put_ref(&q, t->meeting);
	db_put_code(&q, &code_closing, (int)t->closing);
	db_put_code(&q, &code_measures, (int)t->measures);
	db_put_int(&q, t->closed);
	db_put_text(&q, ref);
	return db_run_found(&q);
}

/* ---- erasure ---- */

enum gw_err
case_erase(struct store *s, const char *ref)
{
	int64_t link;
	enum gw_err r;

	r = get_link(s, ref, &link);
	if (r == GW_OK && link != 0)
		r = blob_drop(s, link);
	return r == GW_OK ? set_link(s, ref, 0) : r;
}
