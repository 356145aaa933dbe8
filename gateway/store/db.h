/*
 * SQLite as the store uses it; db.c is the only file that includes its header.
 *
 * A query is a statement with its parameters put, and its columns got, in
 * their order. The first error sticks, so that a row of calls is checked once,
 * at its end:
 *
 *	db_start(&q, db, "SELECT due FROM timer WHERE ref = ?");
 *	db_put_text(&q, ref);
 *	while (db_step(&q))
 *		due = db_get_int(&q);
 *	return db_end(&q);
 *
 * The text stands beside its use, is a literal, and is the key under which the
 * prepared statement is kept for next time. What is put must live until the
 * query ends. Codes: GW_FULL, GW_IO, GW_NOMEM, GW_AGAIN (another process holds
 * the lock), GW_EXISTS (a unique column), GW_FORMAT (a damaged file or a value
 * not of its form), GW_DENIED (opened to read), GW_STATE, GW_INTERNAL.
 */
#ifndef GW_STORE_DB_H
#define GW_STORE_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "store/code.h"

struct db;
struct kept;
struct sqlite3_stmt;

struct query {
	struct db *db;
	struct sqlite3_stmt *st;
	struct kept *kept;	/* where it goes back to; NULL: freed */
	int put;		/* parameters so far */
	int get;		/* columns of this row so far */
	unsigned rows;
	bool done;		/* there is no further row */
	enum gw_err err;
};

/*
 * Opens the file at `path`, which must exist (it may be empty, unless it is
 * opened to read). WAL, synchronous FULL, secure_delete and the rest of
 * store.h. Log lines name it `name`.
 */
enum gw_err db_open(struct db **db, const char *path, const char *name,
    bool read_only);

/* Ends what is open, writes the WAL back and closes. NULL is allowed. */
void db_close(struct db *db);

/* Several statements without parameters or rows: the schema. */
enum gw_err db_script(struct db *db, const char *sql);

/* A transaction that takes the write lock at once, or one that only reads. */
enum gw_err db_begin(struct db *db);
enum gw_err db_begin_read(struct db *db);
/* Commits; when that fails nothing stays. */
enum gw_err db_commit(struct db *db);
void db_rollback(struct db *db);
bool db_in_transaction(const struct db *db);

/* Writes the WAL back into the file and cuts it to nothing: what was deleted
 * is then in neither. GW_AGAIN while somebody reads. */
enum gw_err db_empty_wal(struct db *db);

void db_start(struct query *q, struct db *db, const char *sql);
void db_put_int(struct query *q, int64_t v);
void db_put_text(struct query *q, const char *s);
void db_put_blob(struct query *q, const void *p, size_t n);
void db_put_code(struct query *q, const struct codes *c, int v);
/* 0 and "" become NULL: no row, no reference. */
void db_put_id(struct query *q, int64_t v);
void db_put_ref(struct query *q, const char *s);

/* Whether there is a(nother) row. */
bool db_step(struct query *q);
/* NULL reads as 0 and "". */
int64_t db_get_int(struct query *q);
void db_get_text(struct query *q, char *out, size_t size);
/* Exactly `n` bytes. */
void db_get_blob(struct query *q, void *out, size_t n);
/* However many there are; valid until the next step. */
void db_get_span(struct query *q, const uint8_t **p, size_t *n);
int db_get_code(struct query *q, const struct codes *c);

/* Makes `err` the answer of the query, unless it has one or it is GW_OK. */
void db_fail(struct query *q, enum gw_err err);

/* Each of these ends the query and gives its answer. */
enum gw_err db_end(struct query *q);
/* GW_MISSING when there was no row. */
enum gw_err db_end_found(struct query *q);
/* For statements that give no rows. */
enum gw_err db_run(struct query *q);
/* GW_MISSING when no row was changed. */
enum gw_err db_run_found(struct query *q);

/* Of the last insert; rows changed by the last statement. */
int64_t db_last_id(const struct db *db);
unsigned db_changes(const struct db *db);

/* How many statements were started so far: for tests of what a thing costs. */
unsigned db_started(const struct db *db);

/* The texts of the kept statements in turn, NULL past the last: for the test
 * that asks SQLite how it will carry each out. */
const char *db_kept(const struct db *db, size_t i);

#endif
