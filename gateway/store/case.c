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

enum gw_err
case_each(struct store *s, case_fn each, void *arg)
{
	struct case_ref c = { .listed = 0 };
	struct query q;

	db_start(&q, s->main,
	    "SELECT ref, listed FROM case_ref ORDER BY listed, ref");
	while (db_step(&q)) {
		db_get_text(&q, c.ref, sizeof(c.ref));
		c.listed = db_get_int(&q);
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
	    "SELECT ref, listed, link FROM case_ref WHERE ref = ?");
	db_put_text(&q, ref);
	if (db_step(&q)) {
		db_get_text(&q, c->ref, sizeof(c->ref));
		c->listed = db_get_int(&q);
		link = db_get_int(&q);
	}
	r = db_end_found(&q);
	if (r != GW_OK || link == 0)
		return r;
	r = blob_read(s, link, c->referral, sizeof(c->referral) - 1, &n);
	c->referral[n] = '\0';
	/* The link is gone before its case: no error. */
	return r == GW_MISSING ? GW_OK : r;
}
