#include "store/db.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/log.h"

/* The house has some hundred and ten statements; what has no room is prepared
 * at each use. */
#define DB_KEPT		160

/* No row holds more than one chunk of a blob; a damaged file may claim so. */
#define DB_ROW_BYTES	(1024 * 1024)

/* The other process is a dry run, which reads for milliseconds. */
#define DB_BUSY_MS	5000

struct kept {
	const char *sql;
	sqlite3_stmt *st;
	bool busy;
};

struct db {
	sqlite3 *h;
	const char *name;
	bool read_only;
	bool begun;		/* db_begin() was the last word */
	enum gw_err lost;	/* why SQLite rolled it back by itself */
	struct kept kept[DB_KEPT];
	size_t n;
	unsigned started;
};

/* ---- errors ---- */

/* Extended codes stand before the primary ones that they refine. */
static const struct {
	int code;
	enum gw_err err;
} meanings[] = {
	{ SQLITE_CONSTRAINT_UNIQUE, GW_EXISTS },
	{ SQLITE_CONSTRAINT_PRIMARYKEY, GW_EXISTS },
	{ SQLITE_CONSTRAINT_ROWID, GW_EXISTS },
	{ SQLITE_IOERR_NOMEM, GW_NOMEM },
	{ SQLITE_BUSY, GW_AGAIN },
	{ SQLITE_LOCKED, GW_AGAIN },
	{ SQLITE_NOMEM, GW_NOMEM },
	{ SQLITE_FULL, GW_FULL },
	{ SQLITE_IOERR, GW_IO },
	{ SQLITE_CANTOPEN, GW_IO },
	{ SQLITE_CORRUPT, GW_FORMAT },
	{ SQLITE_NOTADB, GW_FORMAT },
	{ SQLITE_TOOBIG, GW_LIMIT },
	{ SQLITE_READONLY, GW_DENIED },
	{ SQLITE_PERM, GW_DENIED },
	{ SQLITE_AUTH, GW_DENIED },
};

static enum gw_err
meaning(int rc, int sys)
{
	size_t i;

	/* SQLite itself knows ENOSPC in write(2) only. */
	if (((rc & 0xff) == SQLITE_IOERR || (rc & 0xff) == SQLITE_CANTOPEN) &&
	    gw_from_errno(sys) == GW_FULL)
		return GW_FULL;
	for (i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
		if (meanings[i].code == rc || meanings[i].code == (rc & 0xff))
			return meanings[i].err;
	return GW_INTERNAL;
}

/* What `rc` of the last call means. SQLite's own words are not logged: they
 * can quote a value. */
static enum gw_err
check(struct db *db, int rc)
{
	enum gw_err r;
	int sys = 0;

	if (rc == SQLITE_OK)
		return GW_OK;
	if (db->h != NULL) {
		rc = sqlite3_extended_errcode(db->h);
		sys = sqlite3_system_errno(db->h);
	}
	r = meaning(rc, sys);
	if (db->begun && db->lost == GW_OK && sqlite3_get_autocommit(db->h))
		db->lost = r;
	if (r != GW_EXISTS && r != GW_AGAIN)
		log_event(LOG_ERROR, "store", "db=%s sqlite=%d errno=%d: %s",
		    db->name, rc, sys, gw_strerror(r));
	return r;
}

/* ---- open and close ---- */

/* Statements that must hold before the first page is read or written. */
static const char settings[] =
	"PRAGMA secure_delete = ON;"
	"PRAGMA foreign_keys = ON;"
	"PRAGMA trusted_schema = OFF;"
	"PRAGMA temp_store = MEMORY;"
	"PRAGMA cell_size_check = ON;"
	/* After a mail of 25 MB the WAL shrinks again to its usual size. */
	"PRAGMA journal_size_limit = 4194304;";

static enum gw_err
harden(struct db *db)
{
	static const struct {
		int option, on;
	} set[] = {
		{ SQLITE_DBCONFIG_DEFENSIVE, 1 },
		{ SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
		{ SQLITE_DBCONFIG_ENABLE_VIEW, 0 },
		{ SQLITE_DBCONFIG_DQS_DML, 0 },
		{ SQLITE_DBCONFIG_DQS_DDL, 0 },
	};
	unsigned char seed;
	size_t i;
	int rc = SQLITE_OK;

	/* Makes SQLite open /dev/urandom now, before we are confined. */
	sqlite3_randomness(1, &seed);
	for (i = 0; rc == SQLITE_OK && i < sizeof(set) / sizeof(set[0]); i++)
		rc = sqlite3_db_config(db->h, set[i].option, set[i].on, NULL);
	(void)sqlite3_limit(db->h, SQLITE_LIMIT_LENGTH, DB_ROW_BYTES);
	(void)sqlite3_limit(db->h, SQLITE_LIMIT_ATTACHED, 0);
	(void)sqlite3_busy_timeout(db->h, DB_BUSY_MS);
	if (rc != SQLITE_OK)
		return GW_INTERNAL;
	return db_script(db, settings);
}

/* Also the first read: tells whether this is a database at all. */
static enum gw_err
journal(struct db *db)
{
	struct query q;
	char mode[16] = "";

	if (db->read_only)
		db_start(&q, db, "PRAGMA journal_mode");
	else
		db_start(&q, db, "PRAGMA journal_mode = WAL");
	if (db_step(&q))
		db_get_text(&q, mode, sizeof(mode));
	/* A file system without shared memory would quietly get a rollback
	 * journal, and with it other promises. */
	if (!db->read_only && strcmp(mode, "wal") != 0)
		db_fail(&q, GW_IO);
	db_fail(&q, db_end(&q));
	if (q.err == GW_OK && !db->read_only)
		q.err = db_script(db, "PRAGMA synchronous = FULL");
	if (q.err != GW_OK)
		return q.err;
	db_start(&q, db, "SELECT count(*) FROM sqlite_schema");
	(void)db_step(&q);
	return db_end(&q);
}

static bool
has_wal(const char *path)
{
	struct buf b;
	bool there;

	buf_init(&b, 2 * LIM_CONF_PATH);
	buf_printf(&b, "%s-wal", path);
	there = access(buf_str(&b), F_OK) == 0;
	buf_free(&b);
	return there;
}

/*
 * The address that opens `path` without a trace. A reader would make the -wal
 * and -shm files and leave them; but without a -wal nobody has the file open
 * and all of it is in the one file, which can be read as if on a CD. Else the
 * index in -shm is only looked at, even when it is what a crash left.
 */
static void
reader_uri(const char *path, struct buf *uri)
{
	static const char plain[] = "/.-_";
	const char *p;

	buf_puts(uri, "file:");
	for (p = path; *p != '\0'; p++) {
		unsigned char c = (unsigned char)*p;

		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
		    (c >= 'a' && c <= 'z') || strchr(plain, c) != NULL)
			buf_putc(uri, (char)c);
		else
			buf_printf(uri, "%%%02x", c);
	}
	buf_puts(uri, has_wal(path) ? "?readonly_shm=1" : "?immutable=1");
}

static enum gw_err
open_handle(struct db *db, const char *path)
{
	const int common = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW |
	    SQLITE_OPEN_EXRESCODE;
	struct buf uri;
	enum gw_err r;
	int rc;

	if (!db->read_only)
		return check(db, sqlite3_open_v2(path, &db->h,
		    SQLITE_OPEN_READWRITE | common, NULL));
	buf_init(&uri, 4 * LIM_CONF_PATH);
	reader_uri(path, &uri);
	r = buf_error(&uri);
	if (r == GW_OK) {
		rc = sqlite3_open_v2(buf_str(&uri), &db->h,
		    SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | common, NULL);
		r = check(db, rc);
	}
	buf_free(&uri);
	return r;
}

enum gw_err
db_open(struct db **out, const char *path, const char *name, bool read_only)
{
	struct db *db;
	enum gw_err r;

	*out = NULL;
	db = calloc(1, sizeof(*db));
	if (db == NULL)
		return GW_NOMEM;
	db->name = name;
	db->read_only = read_only;
	r = open_handle(db, path);
	if (r == GW_OK)
		r = harden(db);
	if (r == GW_OK)
		r = journal(db);
	if (r != GW_OK) {
		db_close(db);
		return r;
	}
	*out = db;
	return GW_OK;
}

void
db_close(struct db *db)
{
	size_t i;

	if (db == NULL)
		return;
	if (db->begun)
		db_rollback(db);
	for (i = 0; i < db->n; i++)
		(void)sqlite3_finalize(db->kept[i].st);
	if (db->h != NULL && !db->read_only)
		(void)db_empty_wal(db);
	(void)sqlite3_close(db->h);
	free(db);
}

/* ---- transactions ---- */

enum gw_err
db_script(struct db *db, const char *sql)
{
	return check(db, sqlite3_exec(db->h, sql, NULL, NULL, NULL));
}

static enum gw_err
begin(struct db *db, const char *how)
{
	enum gw_err r;

	if (db->begun)
		return GW_STATE;
	r = db_script(db, how);
	db->begun = r == GW_OK;
	db->lost = GW_OK;
	return r;
}

enum gw_err
db_begin(struct db *db)
{
	return begin(db, "BEGIN IMMEDIATE");
}

enum gw_err
db_begin_read(struct db *db)
{
	return begin(db, "BEGIN");
}

enum gw_err
db_commit(struct db *db)
{
	enum gw_err r;

	if (!db->begun)
		return GW_STATE;
	r = db->lost;
	if (r == GW_OK)
		r = db_script(db, "COMMIT");
	if (r != GW_OK)
		db_rollback(db);
	db->begun = false;
	return r;
}

void
db_rollback(struct db *db)
{
	/* After a full disk SQLite has done so by itself. */
	if (db->begun && !sqlite3_get_autocommit(db->h))
		(void)db_script(db, "ROLLBACK");
	db->begun = false;
}

bool
db_in_transaction(const struct db *db)
{
	return db->begun;
}

enum gw_err
db_empty_wal(struct db *db)
{
	return check(db, sqlite3_wal_checkpoint_v2(db->h, NULL,
	    SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL));
}

/* ---- queries ---- */

static enum gw_err
prepare(struct db *db, const char *sql, unsigned flags, sqlite3_stmt **st)
{
	return check(db, sqlite3_prepare_v3(db->h, sql, -1, flags, st, NULL));
}

/* Callbacks may come back to a statement under way: it gets a second one. */
static void
take_kept(struct query *q, const char *sql)
{
	struct db *db = q->db;
	struct kept *k;
	size_t i;

	for (i = 0; i < db->n && db->kept[i].sql != sql; i++)
		;
	if (i == DB_KEPT || (i < db->n && db->kept[i].busy)) {
		q->err = prepare(db, sql, 0, &q->st);
		return;
	}
	k = &db->kept[i];
	if (i == db->n) {
		q->err = prepare(db, sql, SQLITE_PREPARE_PERSISTENT, &k->st);
		if (q->err != GW_OK)
			return;
		k->sql = sql;
		db->n++;
	}
	k->busy = true;
	q->kept = k;
	q->st = k->st;
}

void
db_start(struct query *q, struct db *db, const char *sql)
{
	*q = (struct query){ .db = db };
	db->started++;
	/* What follows would be committed one by one, without its like. */
	if (db->begun && db->lost != GW_OK)
		q->err = db->lost;
	else
		take_kept(q, sql);
}

static void
put(struct query *q, int rc)
{
	if (rc != SQLITE_OK)
		db_fail(q, check(q->db, rc));
}

void
db_put_int(struct query *q, int64_t v)
{
	if (q->err == GW_OK)
		put(q, sqlite3_bind_int64(q->st, ++q->put, v));
}

void
db_put_text(struct query *q, const char *s)
{
	if (q->err == GW_OK)
		put(q, sqlite3_bind_text(q->st, ++q->put, s, -1,
		    SQLITE_STATIC));
}

void
db_put_blob(struct query *q, const void *p, size_t n)
{
	if (q->err == GW_OK)
		put(q, sqlite3_bind_blob64(q->st, ++q->put, p, n,
		    SQLITE_STATIC));
}

void
db_put_code(struct query *q, const struct codes *c, int v)
{
	const char *name = code_name(c, v);

	if (name == NULL)
		db_fail(q, GW_INTERNAL);
	else
		db_put_text(q, name);
}

void
db_put_id(struct query *q, int64_t v)
{
	if (v != 0)
		db_put_int(q, v);
	else if (q->err == GW_OK)
		put(q, sqlite3_bind_null(q->st, ++q->put));
}

void
db_put_ref(struct query *q, const char *s)
{
	if (s[0] != '\0')
		db_put_text(q, s);
	else
		db_put_id(q, 0);
}

bool
db_step(struct query *q)
{
	int rc;

	if (q->err != GW_OK || q->done)
		return false;
	q->get = 0;
	rc = sqlite3_step(q->st);
	if (rc == SQLITE_ROW) {
		q->rows++;
		return true;
	}
	q->done = true;
	if (rc != SQLITE_DONE)
		db_fail(q, check(q->db, rc));
	return false;
}

int64_t
db_get_int(struct query *q)
{
	return q->err != GW_OK ? 0 : sqlite3_column_int64(q->st, q->get++);
}

void
db_get_span(struct query *q, const uint8_t **p, size_t *n)
{
	*p = NULL;
	*n = 0;
	if (q->err != GW_OK)
		return;
	*p = sqlite3_column_blob(q->st, q->get);
	*n = (size_t)sqlite3_column_bytes(q->st, q->get++);
}

void
db_get_text(struct query *q, char *out, size_t size)
{
	const uint8_t *p;
	size_t n;

	out[0] = '\0';
	db_get_span(q, &p, &n);
	if (n == 0)
		return;
	if (p == NULL || n >= size || memchr(p, '\0', n) != NULL) {
		db_fail(q, GW_FORMAT);
		return;
	}
	memcpy(out, p, n);
	out[n] = '\0';
}

void
db_get_blob(struct query *q, void *out, size_t n)
{
	const uint8_t *p;
	size_t have;

	db_get_span(q, &p, &have);
	if (p != NULL && have == n) {
		memcpy(out, p, n);
		return;
	}
	memset(out, 0, n);
	db_fail(q, GW_FORMAT);
}

int
db_get_code(struct query *q, const struct codes *c)
{
	char name[64];
	int v;

	db_get_text(q, name, sizeof(name));
	if (q->err != GW_OK)
		return 0;
	v = code_value(c, name);
	if (v >= 0)
		return v;
	db_fail(q, GW_FORMAT);
	return 0;
}

void
db_fail(struct query *q, enum gw_err err)
{
	if (q->err == GW_OK)
		q->err = err;
}

enum gw_err
db_end(struct query *q)
{
	if (q->kept == NULL) {
		(void)sqlite3_finalize(q->st);
	} else {
		(void)sqlite3_reset(q->st);
		(void)sqlite3_clear_bindings(q->st);
		q->kept->busy = false;
	}
	q->kept = NULL;
	q->st = NULL;
	q->done = true;
	return q->err;
}

enum gw_err
db_end_found(struct query *q)
{
	if (q->rows == 0)
		db_fail(q, GW_MISSING);
	return db_end(q);
}

enum gw_err
db_run(struct query *q)
{
	if (db_step(q))
		db_fail(q, GW_INTERNAL);
	return db_end(q);
}

enum gw_err
db_run_found(struct query *q)
{
	(void)db_step(q);
	if (q->err == GW_OK && db_changes(q->db) == 0)
		db_fail(q, GW_MISSING);
	return db_end(q);
}

int64_t
db_last_id(const struct db *db)
{
	return sqlite3_last_insert_rowid(db->h);
}

unsigned
db_changes(const struct db *db)
{
	return (unsigned)sqlite3_changes(db->h);
}

unsigned
db_started(const struct db *db)
{
	return db->started;
}

const char *
db_kept(const struct db *db, size_t i)
{
	return i < db->n ? db->kept[i].sql : NULL;
}
