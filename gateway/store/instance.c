/* The one row of the instance: its marks, and its clock. */
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

/* The same for any rows, or none. */
static enum gw_err
set_any(struct store *s, const char *sql, int64_t v)
{
	struct query q;

	db_start(&q, s->main, sql);
	db_put_int(&q, v);
	return db_run(&q);
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

/* ---- the clock ---- */

int64_t
store_clock_seen(const struct store *s)
{
	return s->clock;
}

enum gw_err
store_doubted(struct store *s, int64_t *since)
{
	return get_number(s, "SELECT doubted FROM instance WHERE one = 1",
	    since);
}

enum gw_err
store_doubt(struct store *s, int64_t now)
{
	return set_number(s, "UPDATE instance SET doubted = ?"
	    " WHERE one = 1 AND doubted = 0", now);
}

/*
 * What runs from the moment that it was made. Those of a meeting and its
 * invitations are read off the calendar, in doubt or not; so are SOON and END
 * of a case, which run from the day of a meeting. All else of a case runs from
 * the day of an order.
 */
static enum gw_err
move_timers(struct store *s, int64_t lag)
{
	return set_any(s, "UPDATE timer SET due = due + ?"
	    " WHERE doubted <> 0 AND (kind IN ('referral', 'quarantine',"
	    " 'enrolment', 'fiche', 'informing') OR (kind = 'case'"
	    " AND event NOT IN ('SOON', 'END')))", lag);
}

static enum gw_err
unmark_timers(struct store *s)
{
	return set_any(s, "UPDATE timer SET doubted = 0 WHERE doubted <> ?",
	    0);
}

/* Mail that was made by a time ahead of this one would wait for that time. */
static enum gw_err
move_outbox(struct store *s, int64_t since, int64_t lag)
{
	struct query q;

	db_start(&q, s->main, "UPDATE outbox SET made = made + ?1,"
	    " not_before = not_before + ?1"
	    " WHERE state IN ('waiting', 'held', 'sending')"
	    " AND (?1 < 0 OR (?2 <> 0 AND made >= ?2))");
	db_put_int(&q, lag);
	db_put_int(&q, since);
	return db_run(&q);
}

enum gw_err
store_believe(struct store *s, int64_t now, int64_t lag)
{
	int64_t since;
	enum gw_err r;

	if (!db_in_transaction(s->main))
		return GW_STATE;
	r = store_doubted(s, &since);
	if (r == GW_OK)
		r = move_timers(s, lag);
	if (r == GW_OK)
		r = unmark_timers(s);
	if (r == GW_OK)
		r = move_outbox(s, since, lag);
	if (r == GW_OK)
		r = set_number(s, "UPDATE instance SET doubted = 0,"
		    " clock = ? WHERE one = 1", now);
	if (r == GW_OK)
		s->clock = s->clock_saved = now;
	return r;
}
