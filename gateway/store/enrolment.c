#include "store/handle.h"

#define SELECT								\
	"SELECT ref, state, made, proposer, second, renews, role,"	\
	" org_class, organisation, ground, language, address, fpr,"	\
	" compared, until, key, nonce FROM enrolment"

static void
get(struct query *q, struct enrolment *e)
{
	struct correspondent *p = &e->person;

	*e = (struct enrolment){ .key = 0 };
	db_get_text(q, e->ref, sizeof(e->ref));
	e->state = (enum enrolment_state)db_get_code(q, &code_enrolment_state);
	e->made = db_get_int(q);
	e->proposer = db_get_int(q);
	e->second = db_get_int(q);
	p->id = db_get_int(q);
	p->role = (enum person_role)db_get_code(q, &code_role);
	p->org_class = (enum org_class)db_get_code(q, &code_org_class);
	db_get_text(q, p->organisation, sizeof(p->organisation));
	db_get_text(q, p->ground, sizeof(p->ground));
	db_get_text(q, p->language, sizeof(p->language));
	db_get_text(q, p->address, sizeof(p->address));
	db_get_text(q, p->fpr, sizeof(p->fpr));
	db_get_text(q, p->compared, sizeof(p->compared));
	p->until = db_get_int(q);
	e->key = db_get_int(q);
	db_get_blob(q, e->nonce, sizeof(e->nonce));
}

static enum gw_err
get_one(struct query *q, struct enrolment *e)
{
	if (db_step(q))
		get(q, e);
	return db_end_found(q);
}

enum gw_err
enrolment_put(struct store *s, const struct enrolment *e)
{
	const struct correspondent *p = &e->person;
	struct query q;

	db_start(&q, s->main, "INSERT OR REPLACE INTO enrolment (ref, state,"
	    " made, proposer, second, renews, role, org_class, organisation,"
	    " ground, language, address, fpr, compared, until, key, nonce)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	db_put_text(&q, e->ref);
	db_put_code(&q, &code_enrolment_state, (int)e->state);
	db_put_int(&q, e->made);
	db_put_id(&q, e->proposer);
	db_put_id(&q, e->second);
	db_put_id(&q, p->id);
	db_put_code(&q, &code_role, (int)p->role);
	db_put_code(&q, &code_org_class, (int)p->org_class);
	db_put_text(&q, p->organisation);
	db_put_text(&q, p->ground);
	db_put_text(&q, p->language);
	db_put_text(&q, p->address);
	db_put_text(&q, p->fpr);
	db_put_text(&q, p->compared);
	db_put_id(&q, p->until);
	db_put_int(&q, e->key);
	db_put_blob(&q, e->nonce, sizeof(e->nonce));
	return db_run(&q);
}

enum gw_err
enrolment_by_ref(struct store *s, const char *ref, struct enrolment *e)
{
	struct query q;

	db_start(&q, s->main, SELECT " WHERE ref = ?");
	db_put_text(&q, ref);
	return get_one(&q, e);
}

enum gw_err
enrolment_by_fpr(struct store *s, const char *fpr, struct enrolment *e)
{
	struct query q;

	db_start(&q, s->main, SELECT " WHERE fpr = ? AND state = 'PROVING'"
	    " ORDER BY made DESC LIMIT 1");
	db_put_text(&q, fpr);
	return get_one(&q, e);
}

enum gw_err
enrolment_remove(struct store *s, const char *ref)
{
	struct query q;

	db_start(&q, s->main, "DELETE FROM enrolment WHERE ref = ?");
	db_put_text(&q, ref);
	return db_run_found(&q);
}

enum gw_err
enrolment_each(struct store *s, enrolment_fn each, void *arg)
{
	struct enrolment e;
	struct query q;

	db_start(&q, s->main, SELECT " ORDER BY made, ref");
	while (db_step(&q)) {
		get(&q, &e);
		if (q.err == GW_OK)
			db_fail(&q, each(&e, arg));
	}
	return db_end(&q);
}
