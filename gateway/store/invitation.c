#include <stdio.h>

#include "store/handle.h"

#define SELECT								\
	"SELECT ref, meeting, correspondent, kind, state, changed,"	\
	" sequence, uid, via, answered FROM invitation"

static void
get(struct query *q, struct invitation *i)
{
	db_get_text(q, i->ref, sizeof(i->ref));
	db_get_text(q, i->meeting, sizeof(i->meeting));
	i->correspondent = db_get_int(q);
	i->kind = (enum invitation_kind)db_get_code(q, &code_invitation_kind);
	i->state = (enum invitation_state)db_get_code(q,
	    &code_invitation_state);
	i->changed = db_get_int(q);
	i->sequence = (int)db_get_int(q);
	db_get_text(q, i->uid, sizeof(i->uid));
	i->via = db_get_int(q);
	i->answered = db_get_int(q);
}

static enum gw_err
get_one(struct query *q, struct invitation *i)
{
	bool there = db_step(q);

	/* Not before: the key may be a member of what it asks for. */
	*i = (struct invitation){ .via = 0 };
	if (there)
		get(q, i);
	return db_end_found(q);
}

static void
new_uid(char uid[LIM_UID + 1])
{
	uint8_t random[LIM_UID / 2];
	size_t i;

	crypto_random(random, sizeof(random));
	for (i = 0; i < sizeof(random); i++)
		(void)snprintf(uid + 2 * i, 3, "%02x", random[i]);
}

enum gw_err
invitation_add(struct store *s, struct invitation *i)
{
	struct query q;

	new_uid(i->uid);
	db_start(&q, s->main, "INSERT INTO invitation (ref, meeting,"
	    " correspondent, kind, state, changed, sequence, uid, via,"
	    " answered) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	db_put_text(&q, i->ref);
	db_put_text(&q, i->meeting);
	db_put_int(&q, i->correspondent);
	db_put_code(&q, &code_invitation_kind, (int)i->kind);
	db_put_code(&q, &code_invitation_state, (int)i->state);
	db_put_int(&q, i->changed);
	db_put_int(&q, i->sequence);
	db_put_text(&q, i->uid);
	db_put_id(&q, i->via);
	db_put_id(&q, i->answered);
	return db_run(&q);
}

enum gw_err
invitation_by_ref(struct store *s, const char *ref, struct invitation *i)
{
	struct query q;

	db_start(&q, s->main, SELECT " WHERE ref = ?");
	db_put_text(&q, ref);
	return get_one(&q, i);
}

enum gw_err
invitation_by_uid(struct store *s, const char *uid, struct invitation *i)
{
	struct query q;

	db_start(&q, s->main, SELECT " WHERE uid = ?");
	db_put_text(&q, uid);
	return get_one(&q, i);
}

enum gw_err
invitation_of(struct store *s, const char *meeting, int64_t correspondent,
    struct invitation *i)
{
	struct query q;

	db_start(&q, s->main,
	    SELECT " WHERE meeting = ? AND correspondent = ?");
	db_put_text(&q, meeting);
	db_put_int(&q, correspondent);
	return get_one(&q, i);
}

enum gw_err
invitation_update(struct store *s, const struct invitation *i)
{
	struct query q;

	db_start(&q, s->main, "UPDATE invitation SET state = ?, changed = ?,"
	    " sequence = ?, via = ?, answered = ? WHERE ref = ?");
	db_put_code(&q, &code_invitation_state, (int)i->state);
	db_put_int(&q, i->changed);
	db_put_int(&q, i->sequence);
	db_put_id(&q, i->via);
	db_put_id(&q, i->answered);
	db_put_text(&q, i->ref);
	return db_run_found(&q);
}

enum gw_err
invitation_each(struct store *s, const char *meeting, invitation_fn each,
    void *arg)
{
	struct invitation i;
	struct query q;

	db_start(&q, s->main,
	    SELECT " WHERE meeting = ? ORDER BY correspondent");
	db_put_text(&q, meeting);
	while (db_step(&q)) {
		get(&q, &i);
		if (q.err == GW_OK)
			db_fail(&q, each(&i, arg));
	}
	return db_end(&q);
}

enum gw_err
invitation_count(struct store *s, const char *meeting,
    int64_t n[INVITATION_STATE_MAX])
{
	struct query q;
	int state;

	for (state = 0; state < INVITATION_STATE_MAX; state++)
		n[state] = 0;
	db_start(&q, s->main, "SELECT state, count(*) FROM invitation"
	    " WHERE meeting = ? GROUP BY state");
	db_put_text(&q, meeting);
	while (db_step(&q)) {
		state = db_get_code(&q, &code_invitation_state);
		n[state] = db_get_int(&q);
	}
	return db_end(&q);
}
