#include "store/handle.h"

#define SELECT								\
	"SELECT id, role, org_class, state, organisation, ground,"	\
	" language, address, fpr, compared, added, key_expires, until,"	\
	" noticed"							\
	" FROM correspondent"

static void
get(struct query *q, struct correspondent *c)
{
	c->id = db_get_int(q);
	c->role = (enum person_role)db_get_code(q, &code_role);
	c->org_class = (enum org_class)db_get_code(q, &code_org_class);
	c->state = (enum correspondent_state)db_get_code(q,
	    &code_correspondent_state);
	db_get_text(q, c->organisation, sizeof(c->organisation));
	db_get_text(q, c->ground, sizeof(c->ground));
	db_get_text(q, c->language, sizeof(c->language));
	db_get_text(q, c->address, sizeof(c->address));
	db_get_text(q, c->fpr, sizeof(c->fpr));
	db_get_text(q, c->compared, sizeof(c->compared));
	c->added = db_get_int(q);
	c->key_expires = db_get_int(q);
	c->until = db_get_int(q);
	c->noticed = (int)db_get_int(q);
}

bool
correspondent_serves(const struct correspondent *c, int64_t now)
{
	return c->state == CORRESPONDENT_ACTIVE &&
	    (c->until == 0 || now < c->until);
}

static enum gw_err
get_one(struct query *q, struct correspondent *c)
{
	bool there = db_step(q);

	/* Not before: the key may be a member of what it asks for. */
	*c = (struct correspondent){ .id = 0 };
	if (there)
		get(q, c);
	return db_end_found(q);
}

enum gw_err
correspondent_add(struct store *s, struct correspondent *c)
{
	struct query q;
	enum gw_err r;

	db_start(&q, s->main, "INSERT INTO correspondent (role, org_class,"
	    " state, organisation, ground, language, address, fpr, compared,"
	    " added, key_expires, until)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	db_put_code(&q, &code_role, (int)c->role);
	db_put_code(&q, &code_org_class, (int)c->org_class);
	db_put_code(&q, &code_correspondent_state, (int)c->state);
	db_put_text(&q, c->organisation);
	db_put_text(&q, c->ground);
	db_put_text(&q, c->language);
	db_put_text(&q, c->address);
	db_put_text(&q, c->fpr);
	db_put_text(&q, c->compared);
	db_put_int(&q, c->added);
	db_put_int(&q, c->key_expires);
	db_put_id(&q, c->until);
	r = db_run(&q);
	c->id = r == GW_OK ? db_last_id(s->main) : 0;
	return r;
}

enum gw_err
correspondent_by_fpr(struct store *s, const char *fpr,
    struct correspondent *c)
{
	struct query q;

	db_start(&q, s->main, SELECT " WHERE fpr = ?");
	db_put_text(&q, fpr);
	return get_one(&q, c);
}

enum gw_err
correspondent_by_address(struct store *s, const char *address,
    struct correspondent *c)
{
	struct query q;

	db_start(&q, s->main, SELECT " WHERE address = ?");
	db_put_text(&q, address);
	return get_one(&q, c);
}

enum gw_err
correspondent_by_id(struct store *s, int64_t id, struct correspondent *c)
{
	struct query q;

	db_start(&q, s->main, SELECT " WHERE id = ?");
	db_put_int(&q, id);
	return get_one(&q, c);
}

enum gw_err
correspondent_set_state(struct store *s, int64_t id,
    enum correspondent_state state)
{
	struct query q;

	db_start(&q, s->main,
	    "UPDATE correspondent SET state = ? WHERE id = ?");
	db_put_code(&q, &code_correspondent_state, (int)state);
	db_put_int(&q, id);
	return db_run_found(&q);
}

enum gw_err
correspondent_renew(struct store *s, const struct correspondent *c)
{
	struct query q;

	db_start(&q, s->main, "UPDATE correspondent SET role = ?,"
	    " org_class = ?, organisation = ?, ground = ?, language = ?,"
	    " fpr = ?, compared = ?, added = ?, key_expires = ?, until = ?,"
	    " noticed = 0 WHERE id = ?");
	db_put_code(&q, &code_role, (int)c->role);
	db_put_code(&q, &code_org_class, (int)c->org_class);
	db_put_text(&q, c->organisation);
	db_put_text(&q, c->ground);
	db_put_text(&q, c->language);
	db_put_text(&q, c->fpr);
	db_put_text(&q, c->compared);
	db_put_int(&q, c->added);
	db_put_int(&q, c->key_expires);
	db_put_id(&q, c->until);
	db_put_int(&q, c->id);
	return db_run_found(&q);
}

enum gw_err
correspondent_set_noticed(struct store *s, int64_t id, int days)
{
	struct query q;

	db_start(&q, s->main,
	    "UPDATE correspondent SET noticed = ? WHERE id = ?");
	db_put_int(&q, days);
	db_put_int(&q, id);
	return db_run_found(&q);
}

enum gw_err
correspondent_remove(struct store *s, int64_t id)
{
	struct query q;

	db_start(&q, s->main, "DELETE FROM correspondent WHERE id = ?");
	db_put_int(&q, id);
	return db_run_found(&q);
}

enum gw_err
correspondent_each(struct store *s, correspondent_fn each, void *arg)
{
	struct correspondent c;
	struct query q;

	db_start(&q, s->main, SELECT " ORDER BY id");
	while (db_step(&q)) {
		get(&q, &c);
		if (q.err == GW_OK)
			db_fail(&q, each(&c, arg));
	}
	return db_end(&q);
}
