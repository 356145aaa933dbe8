#include "store/handle.h"

/* One number of the only row; 0 when it cannot be read. */
static enum gw_err
get_number(struct store *s, const char *sql, int64_t *out)
{
	struct query q;

	*out = 0;
	db_start(&q, s->main, sql);
	if (db_step(&q))
		*out = db_get_int(&q);
	return db_end_found(&q);
}

static enum gw_err
set_number(struct store *s, const char *sql, int64_t v)
{
	struct query q;

	db_start(&q, s->main, sql);
	db_put_int(&q, v);
	return db_run_found(&q);
}

enum gw_err
store_closed(struct store *s, int64_t *when)
{
	return get_number(s, "SELECT closed FROM instance WHERE one = 1",
	    when);
}

enum gw_err
store_close_bootstrap(struct store *s, int64_t now)
{
	/* Once and for ever: no statement sets it back. */
	return set_number(s, "UPDATE instance SET closed = ?"
	    " WHERE one = 1 AND closed = 0", now);
}

enum gw_err
store_own_noticed(struct store *s, int *days)
{
	int64_t n;
	enum gw_err r;

	r = get_number(s, "SELECT own_noticed FROM instance WHERE one = 1",
	    &n);
	*days = (int)n;
	return r;
}

enum gw_err
store_set_own_noticed(struct store *s, int days)
{
	return set_number(s, "UPDATE instance SET own_noticed = ?"
	    " WHERE one = 1", days);
}

enum gw_err
store_announced(struct store *s, int64_t *renewed)
{
	return get_number(s, "SELECT announced FROM instance WHERE one = 1",
	    renewed);
}

enum gw_err
store_set_announced(struct store *s, int64_t renewed)
{
	return set_number(s, "UPDATE instance SET announced = ?"
	    " WHERE one = 1", renewed);
}
