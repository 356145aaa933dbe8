#include "store/handle.h"

#include "base/clock.h"

#define SELECT								\
	"SELECT ref, type, state, outcome, received, changed, blob,"	\
	" decided FROM referral"

static void
get(struct query *q, struct referral *r)
{
	db_get_text(q, r->ref, sizeof(r->ref));
	r->type = (enum referral_type)db_get_code(q, &code_referral_type);
	r->state = (enum referral_state)db_get_code(q, &code_referral_state);
	r->outcome = (enum referral_outcome)db_get_code(q,
	    &code_referral_outcome);
	r->received = db_get_int(q);
	r->changed = db_get_int(q);
	r->blob = db_get_int(q);
	r->decided = db_get_int(q);
}

enum gw_err
referral_add(struct store *s, const struct referral *r)
{
	struct query q;

	db_start(&q, s->main, "INSERT INTO referral (ref, type, state,"
	    " outcome, received, changed, blob) VALUES (?, ?, ?, ?, ?, ?, ?)");
	db_put_text(&q, r->ref);
	db_put_code(&q, &code_referral_type, (int)r->type);
	db_put_code(&q, &code_referral_state, (int)r->state);
	db_put_code(&q, &code_referral_outcome, (int)r->outcome);
	db_put_int(&q, r->received);
	db_put_int(&q, r->changed);
	db_put_id(&q, r->blob);
	return db_run(&q);
}

enum gw_err
referral_by_ref(struct store *s, const char *ref, struct referral *r)
{
	struct query q;
	bool there;

	db_start(&q, s->main, SELECT " WHERE ref = ?");
	db_put_text(&q, ref);
	there = db_step(&q);
	/* Not before: `ref` may be a member of what it asks for. */
	*r = (struct referral){ .blob = 0 };
	if (there)
		get(&q, r);
	return db_end_found(&q);
}

/* The first second of the day that `t` lies in: as people count days, or the
 * figures of a year would change when the hours go. */
static int64_t
without_hours(int64_t t)
{
	return clock_day_start(clock_day(t));
}

static enum gw_err
forget_hours(struct store *s, const char *ref)
{
	struct referral r;
	struct query q;
	enum gw_err err;

	err = referral_by_ref(s, ref, &r);
	if (err != GW_OK)
		return err;
	db_start(&q, s->main, "UPDATE referral SET received = ?, changed = ?"
	    " WHERE ref = ?");
	db_put_int(&q, without_hours(r.received));
	db_put_int(&q, without_hours(r.changed));
	db_put_text(&q, ref);
	return db_run_found(&q);
}

enum gw_err
referral_set_state(struct store *s, const char *ref,
    enum referral_state state, enum referral_outcome outcome, int64_t now)
{
	struct query q;
	enum gw_err r;

	db_start(&q, s->main, "UPDATE referral SET state = ?, outcome = ?,"
	    " changed = ?, decided = CASE WHEN decided = 0 THEN ?"
	    " ELSE decided END WHERE ref = ?");
	db_put_code(&q, &code_referral_state, (int)state);
	db_put_code(&q, &code_referral_outcome, (int)outcome);
	db_put_int(&q, now);
	db_put_int(&q, outcome == OUTCOME_OPEN ? 0 : clock_day(now));
	db_put_text(&q, ref);
	r = db_run_found(&q);
	return r == GW_OK && state == REFERRAL_ERASED ? forget_hours(s, ref) :
	    r;
}

enum gw_err
referral_drop_blob(struct store *s, const char *ref)
{
	struct query q;

	db_start(&q, s->main, "UPDATE referral SET blob = NULL WHERE ref = ?");
	db_put_text(&q, ref);
	return db_run_found(&q);
}

enum gw_err
referral_each(struct store *s, referral_fn each, void *arg)
{
	struct referral r;
	struct query q;

	db_start(&q, s->main, SELECT " ORDER BY n");
	while (db_step(&q)) {
		get(&q, &r);
		if (q.err == GW_OK)
			db_fail(&q, each(&r, arg));
	}
	return db_end(&q);
}

/* ---- what came later ---- */

enum gw_err
follow_up_next(struct store *s, const char *ref, int *n)
{
	struct query q;

	*n = 0;
	db_start(&q, s->main, "SELECT coalesce(max(n), 0) + 1 FROM follow_up"
	    " WHERE ref = ?");
	db_put_text(&q, ref);
	if (db_step(&q))
		*n = (int)db_get_int(&q);
	return db_end_found(&q);
}

enum gw_err
follow_up_add(struct store *s, const struct follow_up *f)
{
	struct query q;

	db_start(&q, s->main, "INSERT INTO follow_up (ref, n, received, blob)"
	    " VALUES (?, ?, ?, ?)");
	db_put_text(&q, f->ref);
	db_put_int(&q, f->n);
	db_put_int(&q, f->received);
	db_put_int(&q, f->blob);
	return db_run(&q);
}

enum gw_err
follow_up_get(struct store *s, const char *ref, int n, struct follow_up *f)
{
	struct query q;

	db_start(&q, s->main, "SELECT ref, n, received, blob FROM follow_up"
	    " WHERE ref = ? AND n = ?");
	db_put_text(&q, ref);
	db_put_int(&q, n);
	if (db_step(&q)) {
		db_get_text(&q, f->ref, sizeof(f->ref));
		f->n = (int)db_get_int(&q);
		f->received = db_get_int(&q);
		f->blob = db_get_int(&q);
	}
	return db_end_found(&q);
}

enum gw_err
follow_up_drop(struct store *s, const char *ref, int n)
{
	struct query q;

	db_start(&q, s->main, "DELETE FROM follow_up WHERE ref = ? AND n = ?");
	db_put_text(&q, ref);
	db_put_int(&q, n);
	return db_run_found(&q);
}
