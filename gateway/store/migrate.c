#include <stdio.h>

#include "store/schema.h"

struct stamp {
	int64_t application_id;
	int64_t version;
	int64_t objects;	/* tables and the like; 0 in an empty file */
};

static enum gw_err
read_stamp(struct db *db, struct stamp *st)
{
	struct query q;

	db_start(&q, db, "SELECT a.application_id, v.user_version,"
	    " (SELECT count(*) FROM sqlite_schema)"
	    " FROM pragma_application_id AS a, pragma_user_version AS v");
	if (db_step(&q)) {
		st->application_id = db_get_int(&q);
		st->version = db_get_int(&q);
		st->objects = db_get_int(&q);
	}
	return db_end_found(&q);
}

static enum gw_err
judge(struct db *db, const struct schema *schema, struct stamp *st,
    struct buf *why)
{
	enum gw_err r;

	*st = (struct stamp){ 0, 0, 0 };
	r = read_stamp(db, st);
	if (r != GW_OK)
		return r;
	if (st->application_id != schema->application_id &&
	    (st->application_id != 0 || st->objects != 0)) {
		buf_puts(why, "it is the database of another program");
		return GW_FORMAT;
	}
	if (st->version < 0 || st->version > schema->steps) {
		buf_printf(why, "it was made by a newer meldpost (version %d,"
		    " this one knows %d); install that one",
		    (int)st->version, schema->steps);
		return GW_FORMAT;
	}
	return GW_OK;
}

/* One step, whole or not at all: the version is part of the transaction. */
static enum gw_err
take_step(struct db *db, const struct schema *schema, int from)
{
	char stamp[96];
	enum gw_err r;

	(void)snprintf(stamp, sizeof(stamp),
	    "PRAGMA application_id = %d; PRAGMA user_version = %d",
	    schema->application_id, from + 1);
	r = db_begin(db);
	if (r != GW_OK)
		return r;
	r = db_script(db, schema->step[from]);
	if (r == GW_OK)
		r = db_script(db, stamp);
	if (r == GW_OK)
		return db_commit(db);
	db_rollback(db);
	return r;
}

enum gw_err
schema_migrate(struct db *db, const struct schema *schema, struct buf *why)
{
	struct stamp st;
	enum gw_err r;
	int at;

	r = judge(db, schema, &st, why);
	for (at = (int)st.version; r == GW_OK && at < schema->steps; at++)
		r = take_step(db, schema, at);
	return r;
}

enum gw_err
schema_check(struct db *db, const struct schema *schema, struct buf *why)
{
	struct stamp st;
	enum gw_err r;

	r = judge(db, schema, &st, why);
	if (r != GW_OK)
		return r;
	if (st.version == 0)
		return GW_MISSING;
	if (st.version < schema->steps) {
		buf_puts(why, "it is of an older meldpost; start meldpostd"
		    " once, which brings it up to date");
		return GW_STATE;
	}
	return GW_OK;
}
