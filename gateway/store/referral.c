#include "store/handle.h"

#define SELECT								\
	"SELECT ref, type, state, received, changed, blob FROM referral"

static void
get(struct query *q, struct referral *r)
{
	db_get_text(q, r->ref, sizeof(r->ref));
	r->type = (enum referral_type)db_get_code(q, &code_referral_type);
	r->state = (enum referral_state)db_get_code(q, &code_referral_state);
	r->received = db_get_int(q);
	r->changed = db_get_int(q);
	r->blob = db_get_int(q);
}

enum gw_err
referral_add(struct store *s, const struct referral *r)
{
	struct query q;

	db_start(&q, s->main, "INSERT INTO referral (ref, type, state,"
	    " received, changed, blob) VALUES (?, ?, ?, ?, ?, ?)");
	db_put_text(&q, r->ref);
	db_put_code(&q, &code_referral_type, (int)r->type);
	db_put_code(&q, &code_referral_state, (int)r->state);
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

enum gw_err
referral_set_state(struct store *s, const char *ref,
    enum referral_state state, int64_t now)
{
	struct query q;

	db_start(&q, s->main,
	    "UPDATE referral SET state = ?, changed = ? WHERE ref = ?");
	db_put_code(&q, &code_referral_state, (int)state);
	db_put_int(&q, now);
	db_put_text(&q, ref);
	return db_run_found(&q);
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
