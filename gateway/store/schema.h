/*
 * The two schemas and the steps that lead to them. schema.c says of every
 * table and column what it may hold, and why that is lawful.
 */
#ifndef GW_STORE_SCHEMA_H
#define GW_STORE_SCHEMA_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "store/db.h"

struct schema {
	int application_id;	/* tells our files from any other SQLite file */
	const char *const *step;/* step i leads from user_version i to i + 1 */
	int steps;
};

extern const struct schema schema_main;
extern const struct schema schema_keys;

/*
 * Brings `db` to the newest version, each step in a transaction of its own.
 * GW_FORMAT: made by a newer meldpost, or not one of ours; a sentence is
 * appended to `why`.
 */
enum gw_err schema_migrate(struct db *db, const struct schema *schema,
    struct buf *why);

/* The same for a reader, who changes nothing: GW_MISSING when the file is
 * still empty, GW_STATE when it must be migrated by the daemon first. */
enum gw_err schema_check(struct db *db, const struct schema *schema,
    struct buf *why);

#endif
