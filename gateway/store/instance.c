#include "store/handle.h"

enum gw_err
store_closed(struct store *s, int64_t *when)
{
	struct query q;

	*when = 0;
	db_start(&q, s->main, "SELECT closed FROM instance WHERE one = 1");
	if (db_step(&q))
		*when = db_get_int(&q);
	return db_end_found(&q);
}

enum gw_err
store_close_bootstrap(struct store *s, int64_t now)
{
	struct query q;

	/* Once and for ever: no statement sets it back. */
	db_start(&q, s->main, "UPDATE instance SET closed = ?"
	    " WHERE one = 1 AND closed = 0");
	db_put_int(&q, now);
	return db_run_found(&q);
}

enum gw_err
store_own_noticed(struct store *s, int *days)
{
	struct query q;

	*days = 0;
	db_start(&q, s->main, "SELECT own_noticed FROM instance"
	    " WHERE one = 1");
	if (db_step(&q))
		*days = (int)db_get_int(&q);
	return db_end_found(&q);
}

enum gw_err
store_set_own_noticed(struct store *s, int days)
{
	struct query q;

	db_start(&q, s->main, "UPDATE instance SET own_noticed = ?"
	    " WHERE one = 1");
	db_put_int(&q, days);
	return db_run_found(&q);
}

enum gw_err
store_announced(struct store *s, int64_t *renewed)
{
	struct query q;

	*renewed = 0;
	db_start(&q, s->main, "SELECT announced FROM instance WHERE one = 1");
	if (db_step(&q))
		*renewed = db_get_int(&q);
	return db_end_found(&q);
}

enum gw_err
store_set_announced(struct store *s, int64_t renewed)
{
	struct query q;

	db_start(&q, s->main, "UPDATE instance SET announced = ?"
	    " WHERE one = 1");
	db_put_int(&q, renewed);
	return db_run_found(&q);
}
