#include "store/handle.h"

#include <string.h>

enum gw_err
case_add(struct store *s, const struct case_ref *c)
{
	struct query q;
	enum gw_err r;
	int64_t link;

	r = blob_put(s, c->referral, strlen(c->referral), &link);
	if (r != GW_OK)
		return r;
	db_start(&q, s->main, "INSERT INTO case_ref (ref, listed, link)"
	    " VALUES (?, ?, ?)");
	db_put_text(&q, c->ref);
	db_put_int(&q, c->listed);
	db_put_int(&q, link);
	return db_run(&q);
}

#define COLUMNS	"ref, listed, link, state, below, last, due, criteria,"	\
	" meeting, closing, measures, closed"

/* One row of COLUMNS; the number of its link, 0 = none. */
static int64_t
get(struct query *q, struct case_ref *c)
{
	struct retention *t = &c->term;
	int64_t link;

	db_get_text(q, c->ref, sizeof(c->ref));
	c->listed = t->listed = db_get_int(q);
	link = db_get_int(q);
	t->state = (enum retention_state)db_get_code(q, &code_retention_state);
	t->below = (enum retention_state)db_get_code(q, &code_retention_state);
	t->last = db_get_int(q);
	t->due = db_get_int(q);
	t->criteria = (unsigned)db_get_int(q);
	db_get_text(q, t->meeting, sizeof(t->meeting));
	t->closing = (enum closing)db_get_code(q, &code_closing);
	t->measures = (enum measures)db_get_code(q, &code_measures);
	t->closed = db_get_int(q);
	return link;
}

enum gw_err
case_each(struct store *s, case_fn each, void *arg)
{
	struct case_ref c = { .listed = 0 };
	struct query q;

	db_start(&q, s->main,
	    "SELECT " COLUMNS " FROM case_ref ORDER BY listed, ref");
	while (db_step(&q)) {
		(void)get(&q, &c);
		if (q.err == GW_OK)
			db_fail(&q, each(&c, arg));
	}
	return db_end(&q);
}

enum gw_err
case_by_ref(struct store *s, const char *ref, struct case_ref *c)
{
	int64_t link = 0;
	struct query q;
	enum gw_err r;
	size_t n;

	*c = (struct case_ref){ .listed = 0 };
	db_start(&q, s->main,
	    "SELECT " COLUMNS " FROM case_ref WHERE ref = ?");
	db_put_text(&q, ref);
	if (db_step(&q))
		link = get(&q, c);
	r = db_end_found(&q);
	if (r != GW_OK || link == 0)
		return r;
	r = blob_read(s, link, c->referral, sizeof(c->referral) - 1, &n);
	c->referral[n] = '\0';
	/* The link is gone before its case: no error. */
	return r == GW_MISSING ? GW_OK : r;
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

static enum gw_err
forget_link(struct store *s, const char *ref)
{
	struct query q;

	db_start(&q, s->main, "UPDATE case_ref SET link = NULL WHERE ref = ?");
	db_put_text(&q, ref);
	return db_run_found(&q);
}

enum gw_err
case_erase(struct store *s, const char *ref)
{
	int64_t link = 0;
	struct query q;
	enum gw_err r;

	db_start(&q, s->main, "SELECT link FROM case_ref WHERE ref = ?");
	db_put_text(&q, ref);
	if (db_step(&q))
		link = db_get_int(&q);
	r = db_end_found(&q);
	if (r == GW_OK && link != 0)
		r = blob_erase(s, link);
	return r == GW_OK ? forget_link(s, ref) : r;
}
