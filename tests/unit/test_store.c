/*
 * The store as its header promises it: who may open it, what a transaction
 * is, what stays after a crash or a full disk, and each kind of record.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/clock.h"

#include <sched.h>
#include <sys/mount.h>

#include "store_place.h"

static struct correspondent
somebody(const char *address, const char *fpr)
{
	struct correspondent c = { .role = PERSON_PARTICIPANT,
		.org_class = ORG_CAW, .state = CORRESPONDENT_ACTIVE,
		.organisation = "CAW Boom", .ground = "art. 458ter Sw.",
		.language = "nl", .compared = "telephone", .added = NOW };

	(void)snprintf(c.address, sizeof(c.address), "%s", address);
	(void)snprintf(c.fpr, sizeof(c.fpr), "%s", fpr);
	return c;
}

static int64_t
add_somebody(struct place *p)
{
	struct correspondent c = somebody("a@caw.example",
	    "1111111111111111111111111111111111111111");

	assert_int_equal(correspondent_add(p->s, &c), GW_OK);
	return c.id;
}

static struct mail
some_mail(uint8_t mark)
{
	struct mail m = { .received = NOW + mark, .size = 10240,
		.structure = STRUCTURE_PGP_MIME, .verdict = VERDICT_ACCEPTED };

	ref_new('M', m.id);
	m.digest[0] = mark;
	return m;
}

static struct outbox
some_post(int n, int64_t correspondent)
{
	struct outbox o = { .kind = MAIL_T01, .correspondent = correspondent,
		.made = NOW, .not_before = NOW + n };

	(void)snprintf(o.message_id, sizeof(o.message_id), "<%d@x.example>",
	    n);
	return o;
}

/* The replay hash is made of the SHA-256 of what was signed. */
static enum gw_err
seen_text(struct store *s, const char *fpr, int64_t made, const char *text)
{
	uint8_t digest[HASH_BYTES];

	crypto_sha256(text, strlen(text), digest);
	return replay_seen(s, fpr, made, digest);
}

static enum gw_err
add_text(struct store *s, const char *fpr, int64_t made, const char *text)
{
	uint8_t digest[HASH_BYTES];

	crypto_sha256(text, strlen(text), digest);
	return replay_add(s, fpr, made, digest, NOW);
}

/* ---- who may open it ---- */

/* Tries to open; gives the code, and the words in `why`. */
static enum gw_err
try_open(const struct place *p, const char *dir, bool read_only,
    struct buf *why)
{
	struct store *s;
	enum gw_err r;

	buf_reset(why);
	r = store_open(&s, dir != NULL ? dir : p->dir, read_only, why);
	assert_true((r == GW_OK) == (s != NULL));
	assert_true((r == GW_OK) == (why->len == 0));
	store_close(s);
	return r;
}

static void
assert_says(struct buf *why, const char *what)
{
	if (strstr(buf_str(why), what) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", buf_str(why), what);
}

static void
test_t37_rights_are_checked_and_the_cure_is_told(void **state)
{
	struct place *p = *state;
	char cure[300], path[256];
	struct buf why;

	buf_init(&why, 4096);
	store_close(p->s);
	p->s = NULL;
	assert_int_equal(chmod(p->dir, 0750), 0);
	assert_int_equal(try_open(p, NULL, false, &why), GW_DENIED);
	(void)snprintf(cure, sizeof(cure), "chmod 0700 %s", p->dir);
	assert_says(&why, cure);
	assert_int_equal(try_open(p, NULL, true, &why), GW_DENIED);
	assert_int_equal(chmod(p->dir, 0700), 0);
	place_path(p, "keys.db", path);
	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(try_open(p, NULL, false, &why), GW_DENIED);
	(void)snprintf(cure, sizeof(cure), "chmod 0600 %s", path);
	assert_says(&why, cure);
	assert_int_equal(chmod(path, 0600), 0);
	if (geteuid() == 0) {
		assert_int_equal(chown(p->dir, 12345, (gid_t)-1), 0);
		assert_int_equal(try_open(p, NULL, false, &why), GW_DENIED);
		assert_says(&why, "chown 0 ");
		assert_int_equal(chown(p->dir, 0, (gid_t)-1), 0);
	}
	assert_int_equal(try_open(p, NULL, false, &why), GW_OK);
	assert_int_equal(try_open(p, "/tmp/mp-no-such-dir", false, &why),
	    GW_MISSING);
	assert_says(&why, "install -d -m 0700 /tmp/mp-no-such-dir");
	buf_free(&why);
}

static void
test_t37_a_link_is_not_followed(void **state)
{
	struct place *p = *state;
	char path[256], away[256];
	struct buf why;

	buf_init(&why, 4096);
	store_close(p->s);
	p->s = NULL;
	place_path(p, "meldpost.db", path);
	place_path(p, "elsewhere.db", away);
	assert_int_equal(rename(path, away), 0);
	assert_int_equal(symlink("elsewhere.db", path), 0);
	assert_int_equal(try_open(p, NULL, false, &why), GW_DENIED);
	buf_free(&why);
}

static void
test_t37_files_are_ours_alone(void **state)
{
	static const char *const file[] = { "meldpost.db", "meldpost.db-wal",
		"meldpost.db-shm", "keys.db", "keys.db-wal", "keys.db-shm" };
	struct place *p = *state;
	char path[256];
	struct stat st;
	size_t i;

	store_close(p->s);
	p->s = NULL;
	place_empty(p);
	/* The worst umask there is. */
	umask(0);
	place_reopen(p);
	umask(077);
	(void)add_somebody(p);
	for (i = 0; i < sizeof(file) / sizeof(file[0]); i++) {
		place_path(p, file[i], path);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 07777, 0600);
	}
}

static void
test_settings_hold(void **state)
{
	static const struct {
		const char *sql;
		int64_t value;
	} row[] = {
		{ "SELECT journal_mode = 'wal' FROM pragma_journal_mode", 1 },
		{ "PRAGMA synchronous", 2 },		/* FULL */
		{ "PRAGMA secure_delete", 1 },
		{ "PRAGMA foreign_keys", 1 },
		{ "PRAGMA trusted_schema", 0 },
		{ "PRAGMA temp_store", 2 },		/* MEMORY */
		{ "PRAGMA cell_size_check", 1 },
	};
	struct place *p = *state;
	size_t i;

	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		if (number(p->s->main, row[i].sql) != row[i].value ||
		    number(p->s->keys, row[i].sql) != row[i].value)
			fail_msg("%s", row[i].sql);
	}
	/* DEFENSIVE: the schema cannot be written as if it were data. */
	assert_int_not_equal(db_script(p->s->main, "PRAGMA writable_schema = 1;"
	    "DELETE FROM sqlite_schema"), GW_OK);
	assert_int_not_equal(db_script(p->s->main,
	    "ATTACH ':memory:' AS other"), GW_OK);
}

static void
test_one_writer(void **state)
{
	struct place *p = *state;
	struct buf why;

	buf_init(&why, 4096);
	assert_int_equal(try_open(p, NULL, false, &why), GW_AGAIN);
	assert_says(&why, "another meldpostd");
	buf_free(&why);
}

/* ---- files that are not what they should be ---- */

static void
test_unusable_files_are_refused_with_a_reason(void **state)
{
	static const struct {
		const char *file, *sql, *says;
	} row[] = {
		{ "meldpost.db", "PRAGMA user_version = 99", "newer meldpost" },
		{ "meldpost.db", "PRAGMA user_version = -1", "newer meldpost" },
		{ "meldpost.db", "PRAGMA application_id = 7",
		    "another program" },
		{ "keys.db", "PRAGMA user_version = 99", "newer meldpost" },
		{ "keys.db", "UPDATE keyring SET instance = zeroblob(32)",
		    "keys.db belongs to another meldpost.db" },
	};
	struct place *p = *state;
	char path[256];
	struct buf why;
	struct db *db;
	size_t i;

	buf_init(&why, 4096);
	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		store_close(p->s);
		p->s = NULL;
		place_empty(p);
		place_reopen(p);
		store_close(p->s);
		p->s = NULL;
		place_path(p, row[i].file, path);
		assert_int_equal(db_open(&db, path, "test", false), GW_OK);
		assert_int_equal(db_script(db, row[i].sql), GW_OK);
		db_close(db);
		assert_int_equal(try_open(p, NULL, false, &why), GW_FORMAT);
		assert_says(&why, row[i].says);
		assert_says(&why, row[i].file);
		assert_int_equal(try_open(p, NULL, true, &why), GW_FORMAT);
	}
	buf_free(&why);
}

static void
test_damaged_file_is_refused_with_a_reason(void **state)
{
	struct place *p = *state;
	char path[256], noise[8192];
	struct buf why;

	buf_init(&why, 4096);
	store_close(p->s);
	p->s = NULL;
	memset(noise, 'x', sizeof(noise));
	place_path(p, "meldpost.db", path);
	spill(path, noise, sizeof(noise));
	assert_int_equal(try_open(p, NULL, false, &why), GW_FORMAT);
	assert_says(&why, "meldpost.db: it is damaged");
	assert_int_equal(try_open(p, NULL, true, &why), GW_FORMAT);
	buf_free(&why);
}

/* A page in the middle: found when it is read, and nothing is made of it. */
static void
test_damaged_page_is_an_error(void **state)
{
	struct place *p = *state;
	struct correspondent c;
	char path[256], noise[4096];
	int64_t page;
	int fd;

	(void)add_somebody(p);
	page = number(p->s->main, "SELECT rootpage FROM sqlite_schema"
	    " WHERE name = 'correspondent'");
	store_close(p->s);
	p->s = NULL;
	place_path(p, "meldpost.db", path);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	memset(noise, 0x5a, sizeof(noise));
	assert_int_equal(pwrite(fd, noise, sizeof(noise), (page - 1) * 4096),
	    4096);
	close(fd);
	place_reopen(p);
	assert_int_equal(correspondent_by_id(p->s, 1, &c), GW_FORMAT);
}

/* A migration that breaks off leaves the version before it. */
static void
test_migration_step_is_whole_or_not(void **state)
{
	static const char *const steps[] = { "CREATE TABLE a (x)",
		"CREATE TABLE b (x); CREATE TABLE a (x)" };
	const struct schema one = { 77, steps, 1 }, two = { 77, steps, 2 };
	struct place *p = *state;
	char path[256];
	struct buf why;
	struct db *db;

	buf_init(&why, 1024);
	place_path(p, "m.db", path);
	spill(path, "", 0);
	assert_int_equal(db_open(&db, path, "test", false), GW_OK);
	assert_int_equal(schema_check(db, &two, &why), GW_MISSING);
	assert_int_equal(schema_migrate(db, &one, &why), GW_OK);
	assert_int_equal(schema_check(db, &two, &why), GW_STATE);
	assert_int_not_equal(schema_migrate(db, &two, &why), GW_OK);
	assert_int_equal(number(db, "PRAGMA user_version"), 1);
	assert_int_equal(number(db, "SELECT count(*) FROM sqlite_schema"), 1);
	assert_int_equal(schema_check(db, &one, &why), GW_OK);
	db_close(db);
	buf_free(&why);
}

/* ---- readers ---- */

/* Names and contents of the files, for "leaves no trace". */
static void
listing(const struct place *p, char out[1024])
{
	struct dirent **e;
	char path[512], hex[HASH_HEX + 1];
	uint8_t hash[HASH_BYTES];
	uint8_t *all;
	int i, n;
	size_t at = 0, len;

	out[0] = '\0';
	n = scandir(p->dir, &e, NULL, alphasort);
	assert_true(n > 0);
	for (i = 0; i < n; i++) {
		if (e[i]->d_name[0] != '.') {
			(void)snprintf(path, sizeof(path), "%s/%s", p->dir,
			    e[i]->d_name);
			all = slurp(path, &len);
			assert_non_null(all);
			crypto_sha256(all, len, hash);
			crypto_hex(hash, hex);
			at += (size_t)snprintf(out + at, 1024 - at, "%s %s;",
			    e[i]->d_name, hex);
			free(all);
		}
		free(e[i]);
	}
	free(e);
}

/* What main() does with arguments: reads as a dry run would. */
static int
read_as_another(const char *dir, int people)
{
	struct correspondent c;
	struct buf why;
	struct store *s;
	int n = 0;

	buf_init(&why, 4096);
	if (crypto_start() != GW_OK ||
	    store_open(&s, dir, true, &why) != GW_OK)
		return 2;
	while (correspondent_by_id(s, n + 1, &c) == GW_OK)
		n++;
	c = somebody("z@x.example", "AA");
	if (correspondent_add(s, &c) != GW_DENIED ||
	    seen_text(s, "F", NOW, "text") != GW_OK)
		return 3;
	store_close(s);
	return n == people ? 0 : 4;
}

/* A new program, not a child: SQLite would find the handles of its parent.
 * Gives whether it saw so many people. */
static bool
reader_sees(struct place *p, const char *people)
{
	int status;
	pid_t pid;

	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		(void)execl("/proc/self/exe", "reader", p->dir, people,
		    (char *)NULL);
		_exit(1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool
leave_a_wal(struct place *p)
{
	struct correspondent c = somebody("b@x.example", "BB");

	return correspondent_add(p->s, &c) == GW_OK;
}

static void
test_reader_leaves_no_trace(void **state)
{
	struct place *p = *state;
	char before[1024], after[1024];
	struct buf why;

	(void)add_somebody(p);
	assert_int_equal(add_text(p->s, "F", NOW, "text"), GW_OK);
	/* Beside a daemon at work. */
	listing(p, before);
	assert_true(reader_sees(p, "1"));
	listing(p, after);
	assert_string_equal(before, after);
	/* No daemon. */
	store_close(p->s);
	p->s = NULL;
	listing(p, before);
	assert_true(reader_sees(p, "1"));
	listing(p, after);
	assert_string_equal(before, after);
	/* After kill -9: part of it is in the WAL only. */
	assert_true(in_child(p, leave_a_wal));
	listing(p, before);
	assert_non_null(strstr(before, "meldpost.db-wal"));
	assert_true(reader_sees(p, "2"));
	listing(p, after);
	assert_string_equal(before, after);
	/* Nothing there at all. */
	place_empty(p);
	buf_init(&why, 1024);
	assert_int_equal(try_open(p, NULL, true, &why), GW_MISSING);
	buf_free(&why);
	listing(p, after);
	assert_string_equal(after, "");
}

/* ---- transactions ---- */

/* All that a referral writes; nothing is committed. */
static bool
write_referral(struct place *p)
{
	struct referral rf = { .type = REFERRAL_MEMBER, .received = NOW,
		.state = REFERRAL_ACCEPTED, .changed = NOW };
	struct timer t = { .due = NOW + 45 * 86400, .kind = TIMER_REFERRAL,
		.event = REFERRAL_EV_UNDECIDED_45 };
	struct mail m = some_mail(1);
	struct outbox a = some_post(1, 0), b = some_post(2, 0);

	ref_new('A', rf.ref);
	(void)strcpy(t.ref, rf.ref);
	(void)strcpy(m.ref, rf.ref);
	return store_begin(p->s) == GW_OK &&
	    blob_put(p->s, "ciphertext", 10, &rf.blob) == GW_OK &&
	    referral_add(p->s, &rf) == GW_OK &&
	    mail_add(p->s, &m) == GW_OK &&
	    timer_add(p->s, &t) == GW_OK &&
	    outbox_add(p->s, &a) == GW_OK && outbox_add(p->s, &b) == GW_OK &&
	    audit_add(p->s, NOW, AUDIT_MAIL_JUDGED, m.id, "ok", "FF") ==
	    GW_OK &&
	    audit_add(p->s, NOW, AUDIT_REFERRAL_ACCEPTED, rf.ref, "", NULL) ==
	    GW_OK &&
	    add_text(p->s, "FF", NOW, "text") == GW_OK;
}

static bool
write_and_commit_referral(struct place *p)
{
	return write_referral(p) && store_commit(p->s) == GW_OK;
}

static int64_t
rows_in_all(struct place *p)
{
	return number(p->s->main, "SELECT (SELECT count(*) FROM referral)"
	    " + (SELECT count(*) FROM mail) + (SELECT count(*) FROM timer)"
	    " + (SELECT count(*) FROM outbox) + (SELECT count(*) FROM audit)"
	    " + (SELECT count(*) FROM replay) + (SELECT count(*) FROM blob)"
	    " + (SELECT audit_rows FROM instance)");
}

static void
test_referral_is_one_commit(void **state)
{
	struct place *p = *state;

	store_close(p->s);
	p->s = NULL;
	/* Killed before the commit: nothing. Killed after: everything. */
	assert_true(in_child(p, write_referral));
	place_reopen(p);
	assert_int_equal(rows_in_all(p), 0);
	store_close(p->s);
	p->s = NULL;
	assert_true(in_child(p, write_and_commit_referral));
	place_reopen(p);
	assert_int_equal(rows_in_all(p), 11);
	assert_true(write_referral(p) == false);
	store_rollback(p->s);
	assert_int_equal(rows_in_all(p), 11);
}

static void
test_transactions_do_not_nest(void **state)
{
	struct place *p = *state;
	unsigned n;

	assert_int_equal(store_commit(p->s), GW_STATE);
	store_rollback(p->s);
	assert_int_equal(store_begin(p->s), GW_OK);
	assert_int_equal(store_begin(p->s), GW_STATE);
	assert_int_equal(blob_sweep(p->s, &n), GW_STATE);
	assert_int_equal(store_commit(p->s), GW_OK);
	assert_int_equal(store_begin(p->s), GW_OK);
	store_rollback(p->s);
}

/* ---- a full disk ---- */

/*
 * Fills the store until it is full, in transactions of one blob and one row;
 * then: what was committed is there, what failed left nothing, and it goes on
 * when there is room. `make_room` may be NULL.
 */
static void
fill_up(struct place *p, void (*make_room)(struct place *))
{
	static uint8_t big[200 * 1024];
	int64_t rows = 0, keys, blob;
	struct mail m;
	int i, fd;
	enum gw_err r = GW_OK;

	for (i = 0; r == GW_OK && i < 100; i++) {
		m = some_mail((uint8_t)i);
		assert_int_equal(store_begin(p->s), GW_OK);
		r = blob_put(p->s, big, sizeof(big), &m.blob);
		/* A blob that failed leaves no key behind. */
		keys = number(p->s->keys, "SELECT count(*) FROM data_key");
		assert_int_equal(keys, r == GW_OK ? rows + 1 : rows);
		if (r == GW_OK)
			r = mail_add(p->s, &m);
		if (r == GW_OK)
			r = store_commit(p->s);
		if (r == GW_OK)
			rows++;
	}
	assert_int_equal(r, GW_FULL);
	/* SQLite has rolled back by itself: nothing more may be written into
	 * what the caller takes for his transaction. */
	if (db_in_transaction(p->s->main)) {
		m = some_mail(200);
		assert_int_equal(mail_add(p->s, &m), GW_FULL);
		assert_int_equal(store_commit(p->s), GW_FULL);
	}
	assert_true(rows > 0);
	assert_int_equal(number(p->s->main, "SELECT count(*) FROM mail"), rows);
	assert_int_equal(number(p->s->main, "SELECT count(*) FROM blob"), rows);
	make_room(p);
	m = some_mail(201);
	assert_int_equal(store_begin(p->s), GW_OK);
	assert_int_equal(blob_put(p->s, big, sizeof(big), &m.blob), GW_OK);
	assert_int_equal(mail_add(p->s, &m), GW_OK);
	assert_int_equal(store_commit(p->s), GW_OK);
	blob = m.blob;
	assert_int_equal(blob_get(p->s, blob, &fd), GW_OK);
	close(fd);
	assert_int_equal(number(p->s->main, "SELECT count(*) FROM"
	    " pragma_integrity_check WHERE integrity_check = 'ok'"), 1);
}

static void
more_pages(struct place *p)
{
	assert_int_equal(number(p->s->main, "PRAGMA max_page_count = 1000000"),
	    1000000);
}

static void
test_full_database_loses_nothing_and_goes_on(void **state)
{
	struct place *p = *state;

	assert_int_equal(number(p->s->main, "PRAGMA max_page_count = 250"),
	    250);
	fill_up(p, more_pages);
}

static void
bigger_disk(struct place *p)
{
	assert_int_equal(mount("tmpfs", p->dir, "tmpfs", MS_REMOUNT,
	    "size=64m,mode=0700"), 0);
}

/* A real one: only where we may mount (root, in a namespace of our own). */
static bool
on_small_disk(struct place *p)
{
	struct buf why;

	store_close(p->s);
	p->s = NULL;
	if (mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("tmpfs", p->dir, "tmpfs", 0, "size=3m,mode=0700") != 0)
		return true;
	buf_init(&why, 1024);
	if (store_open(&p->s, p->dir, false, &why) != GW_OK)
		return false;
	fill_up(p, bigger_disk);
	store_close(p->s);
	return true;
}

static void
test_full_disk_loses_nothing_and_goes_on(void **state)
{
	struct place *p = *state;
	int status;
	pid_t pid;

	store_close(p->s);
	p->s = NULL;
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (unshare(CLONE_NEWNS) != 0)
			_exit(0);
		_exit(on_small_disk(p) ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void
test_free_space_is_told(void **state)
{
	struct place *p = *state;
	uint64_t bytes;

	assert_int_equal(store_free_space(p->s, &bytes), GW_OK);
	assert_true(bytes > 1024 * 1024);
}

/* ---- clock ---- */

static void
test_clock_never_goes_back(void **state)
{
	struct place *p = *state;
	int64_t seen;

	assert_int_equal(store_clock(p->s, NOW, &seen), GW_OK);
	assert_int_equal(seen, NOW);
	assert_int_equal(store_clock(p->s, NOW - 86400, &seen), GW_OK);
	assert_int_equal(seen, NOW);
	assert_int_equal(store_clock(p->s, NOW + 5, &seen), GW_OK);
	place_reopen(p);
	assert_int_equal(store_clock(p->s, 0, &seen), GW_OK);
	assert_int_equal(seen, NOW + 5);
	/* Seen inside a transaction that is undone: still seen. */
	assert_int_equal(store_begin(p->s), GW_OK);
	assert_int_equal(store_clock(p->s, NOW + 1000, &seen), GW_OK);
	store_rollback(p->s);
	assert_int_equal(store_clock(p->s, NOW, &seen), GW_OK);
	place_reopen(p);
	assert_int_equal(store_clock(p->s, 0, &seen), GW_OK);
	assert_int_equal(seen, NOW + 1000);
}

/* What is made in doubt moves with the clock in the end; all else stays. */
static void
test_a_doubt_moves_what_was_made_in_it(void **state)
{
	static const struct {
		enum timer_kind kind;
		int event;
		bool moves;
	} rows[] = {
		{ TIMER_REFERRAL, REFERRAL_EV_UNDECIDED_60, false },
		{ TIMER_REFERRAL, REFERRAL_EV_UNDECIDED_60, true },
		{ TIMER_QUARANTINE, 0, true },
		{ TIMER_ENROLMENT, 0, true },
		{ TIMER_FICHE, FICHE_EV_LAPSE, true },
		{ TIMER_FICHE, FICHE_EV_DONE, true },
		{ TIMER_INFORMING, INFORMING_EV_LAPSE, true },
		{ TIMER_CASE, RETENTION_EV_UNDISCUSSED, true },
		{ TIMER_CASE, RETENTION_EV_DELIST, true },
		{ TIMER_CASE, RETENTION_EV_MONTH_1, true },
		{ TIMER_CASE, RETENTION_EV_MONTH_6, true },
		/* By the calendar of a meeting. */
		{ TIMER_CASE, RETENTION_EV_SOON, false },
		{ TIMER_CASE, RETENTION_EV_END, false },
		{ TIMER_MEETING, MEETING_EV_DONE, false },
		{ TIMER_INVITATION, INVITATION_EV_REMIND, false },
	};
	struct place *p = *state;
	struct timer t = { .due = INT64_MIN };
	int64_t since, seen;
	size_t i;

	assert_int_equal(store_clock(p->s, NOW, &seen), GW_OK);
	assert_int_equal(store_doubted(p->s, &since), GW_OK);
	assert_int_equal(since, 0);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t = (struct timer){ .due = NOW + 100 * (int64_t)i,
			.kind = rows[i].kind, .event = rows[i].event };
		(void)snprintf(t.ref, sizeof(t.ref), "A-%016zu", i);
		assert_int_equal(timer_add(p->s, &t), GW_OK);
		if (i == 0)
			assert_int_equal(store_doubt(p->s, NOW), GW_OK);
	}
	/* The first moment counts, and it outlives a start. */
	assert_int_equal(store_doubt(p->s, NOW + 9), GW_MISSING);
	place_reopen(p);
	assert_int_equal(store_doubted(p->s, &since), GW_OK);
	assert_int_equal(since, NOW);
	assert_int_equal(store_believe(p->s, NOW, 50000), GW_STATE);
	assert_int_equal(store_begin(p->s), GW_OK);
	assert_int_equal(store_believe(p->s, NOW + 50000, 50000), GW_OK);
	assert_int_equal(store_commit(p->s), GW_OK);
	t = (struct timer){ .due = INT64_MIN };
	for (i = 0; timer_next(p->s, NOW + 90000, &t) == GW_OK; i++) {
		int64_t k = strtol(t.ref + 2, NULL, 10);

		assert_int_equal(t.kind, rows[k].kind);
		assert_int_equal(t.due, NOW + 100 * k +
		    (rows[k].moves ? 50000 : 0));
	}
	assert_int_equal(i, sizeof(rows) / sizeof(rows[0]));
	/* Once. */
	assert_int_equal(store_begin(p->s), GW_OK);
	assert_int_equal(store_believe(p->s, NOW + 50000, 50000), GW_OK);
	assert_int_equal(store_commit(p->s), GW_OK);
	assert_int_equal(timer_due(p->s, NOW + 50099, &t), GW_OK);
	assert_string_equal(t.ref, "A-0000000000000000");
}

/* A highest time that was wrong does not stay for ever, and no mail waits for
 * it. */
static void
test_a_date_may_go_back_when_a_person_says_so(void **state)
{
	struct place *p = *state;
	struct outbox o = { .kind = MAIL_T05, .state = OUTBOX_WAITING,
		.message_id = "<1@x.example>", .section = "body",
		.made = NOW + 61 * 86400, .not_before = NOW + 61 * 86400 + 5 };
	int64_t seen, when;

	assert_int_equal(store_clock(p->s, NOW + 61 * 86400, &seen), GW_OK);
	assert_int_equal(outbox_add(p->s, &o), GW_OK);
	assert_int_equal(store_begin(p->s), GW_OK);
	assert_int_equal(store_believe(p->s, NOW, -61 * 86400), GW_OK);
	assert_int_equal(store_commit(p->s), GW_OK);
	assert_int_equal(outbox_next_due(p->s, &when), GW_OK);
	assert_int_equal(when, NOW + 5);
	assert_int_equal(store_clock(p->s, NOW + 1, &seen), GW_OK);
	assert_int_equal(seen, NOW + 1);
	place_reopen(p);
	assert_int_equal(store_clock_seen(p->s), NOW + 1);
}

/* ---- people ---- */

static enum gw_err
count_and_stop(const struct correspondent *c, void *arg)
{
	int *n = arg;

	assert_int_equal(c->id, ++*n);
	return *n == 2 ? GW_LIMIT : GW_OK;
}

static void
test_correspondents(void **state)
{
	struct place *p = *state;
	struct correspondent a = somebody("a@x.example", "AA"), got,
	    b = somebody("b@x.example", "BB"),
	    c = somebody("c@x.example", "CC"),
	    twin = somebody("a@x.example", "DD");
	int n = 0;

	a.role = PERSON_MAYOR_REP;
	a.key_expires = NOW + 1;
	assert_int_equal(correspondent_add(p->s, &a), GW_OK);
	assert_int_equal(correspondent_add(p->s, &b), GW_OK);
	assert_int_equal(correspondent_add(p->s, &c), GW_OK);
	assert_int_equal(correspondent_add(p->s, &twin), GW_EXISTS);
	assert_int_equal(twin.id, 0);
	twin = somebody("d@x.example", "AA");
	assert_int_equal(correspondent_add(p->s, &twin), GW_EXISTS);
	assert_int_equal(correspondent_by_fpr(p->s, "AA", &got), GW_OK);
	assert_memory_equal(&got, &a, sizeof(a));
	assert_int_equal(correspondent_by_address(p->s, "b@x.example", &got),
	    GW_OK);
	assert_int_equal(got.id, b.id);
	assert_int_equal(correspondent_by_fpr(p->s, "aa", &got), GW_MISSING);
	assert_int_equal(got.id, 0);
	assert_int_equal(correspondent_each(p->s, count_and_stop, &n),
	    GW_LIMIT);
	assert_int_equal(n, 2);
	assert_int_equal(correspondent_set_state(p->s, b.id,
	    CORRESPONDENT_SUSPENDED), GW_OK);
	assert_int_equal(correspondent_by_id(p->s, b.id, &got), GW_OK);
	assert_int_equal(got.state, CORRESPONDENT_SUSPENDED);
	assert_int_equal(correspondent_set_state(p->s, 99,
	    CORRESPONDENT_ACTIVE), GW_MISSING);
	assert_int_equal(correspondent_remove(p->s, 99), GW_MISSING);
}

/* What a removed person sent and was sent stays, without the person; the
 * number is not given to anybody else. */
static void
test_removed_correspondent_is_forgotten(void **state)
{
	struct place *p = *state;
	struct correspondent next = somebody("n@x.example", "EE");
	struct mail m = some_mail(1);
	int64_t id = add_somebody(p);
	struct outbox o = some_post(1, id);

	m.correspondent = id;
	assert_int_equal(mail_add(p->s, &m), GW_OK);
	assert_int_equal(outbox_add(p->s, &o), GW_OK);
	assert_int_equal(correspondent_remove(p->s, id), GW_OK);
	assert_int_equal(mail_by_id(p->s, m.id, &m), GW_OK);
	assert_int_equal(m.correspondent, 0);
	assert_int_equal(outbox_by_id(p->s, o.id, &o), GW_OK);
	assert_int_equal(o.correspondent, 0);
	assert_int_equal(correspondent_add(p->s, &next), GW_OK);
	assert_true(next.id > id);
}

/* ---- mails ---- */

static enum gw_err
count_mails(const struct mail *m, void *arg)
{
	int *n = arg;

	(*n)++;
	/* Newest first. */
	assert_int_equal(m->digest[0], 6 - *n);
	return GW_OK;
}

static void
test_mails(void **state)
{
	struct place *p = *state;
	struct mail m[5], got;
	int i, n = 0;

	for (i = 0; i < 5; i++) {
		m[i] = some_mail((uint8_t)(i + 1));
		m[i].verdict = (enum verdict_code)i;
		m[i].reason = (enum reason)i;
		m[i].structure = (enum structure)i;
		assert_int_equal(mail_add(p->s, &m[i]), GW_OK);
	}
	assert_int_equal(mail_add(p->s, &m[0]), GW_EXISTS);
	assert_int_equal(mail_by_digest(p->s, m[3].digest, &got), GW_OK);
	assert_memory_equal(&got, &m[3], sizeof(got));
	assert_int_equal(mail_by_id(p->s, m[2].id, &got), GW_OK);
	assert_memory_equal(&got, &m[2], sizeof(got));
	m[0].digest[0] = 77;
	assert_int_equal(mail_by_digest(p->s, m[0].digest, &got), GW_MISSING);
	assert_int_equal(mail_each(p->s, 3, count_mails, &n), GW_OK);
	assert_int_equal(n, 3);
	assert_int_equal(mail_drop_blob(p->s, "M-none"), GW_MISSING);
}

static enum gw_err
drop_it(const struct mail *m, void *arg)
{
	struct place *p = arg;

	assert_int_equal(m->verdict, VERDICT_QUARANTINED);
	assert_int_equal(blob_erase(p->s, m->blob), GW_OK);
	return mail_drop_blob(p->s, m->id);
}

/* The callback changes the very rows and index that are walked. */
static void
test_quarantine_is_emptied_while_it_is_walked(void **state)
{
	struct place *p = *state;
	int i;

	for (i = 0; i < 20; i++) {
		struct mail m = some_mail((uint8_t)i);

		m.verdict = VERDICT_QUARANTINED;
		assert_int_equal(store_begin(p->s), GW_OK);
		assert_int_equal(blob_put(p->s, "x", 1, &m.blob), GW_OK);
		assert_int_equal(mail_add(p->s, &m), GW_OK);
		assert_int_equal(store_commit(p->s), GW_OK);
	}
	assert_int_equal(mail_each_quarantined(p->s, NOW + 15, drop_it, p),
	    GW_OK);
	assert_int_equal(number(p->s->main,
	    "SELECT count(*) FROM mail WHERE blob IS NOT NULL"), 5);
	assert_int_equal(number(p->s->main, "SELECT count(*) FROM blob"), 5);
	assert_int_equal(number(p->s->keys, "SELECT count(*) FROM data_key"),
	    5);
}

static bool
try_it(struct place *p)
{
	uint8_t digest[HASH_BYTES] = { 9 };
	unsigned n;

	/* Its result lies in the exit status of nobody: on disk. */
	return mail_try(p->s, digest, &n) == GW_OK;
}

static void
test_t43_tries_outlive_the_one_who_tries(void **state)
{
	struct place *p = *state;
	struct mail m = some_mail(9);
	unsigned n;

	store_close(p->s);
	p->s = NULL;
	assert_true(in_child(p, try_it));
	assert_true(in_child(p, try_it));
	place_reopen(p);
	assert_int_equal(mail_try(p->s, m.digest, &n), GW_OK);
	assert_int_equal(n, 3);
	assert_int_equal(store_begin(p->s), GW_OK);
	assert_int_equal(mail_try(p->s, m.digest, &n), GW_STATE);
	assert_int_equal(mail_add(p->s, &m), GW_OK);
	assert_int_equal(store_commit(p->s), GW_OK);
	assert_int_equal(number(p->s->main, "SELECT count(*) FROM mail_try"),
	    0);
}

static void
test_t13_replay_is_known_per_signer(void **state)
{
	struct place *p = *state;
	char path[256];

	assert_int_equal(seen_text(p->s, "AA", NOW, "text"), GW_MISSING);
	assert_int_equal(add_text(p->s, "AA", NOW, "text"), GW_OK);
	assert_int_equal(add_text(p->s, "AA", NOW, "text"), GW_EXISTS);
	place_reopen(p);
	assert_int_equal(seen_text(p->s, "AA", NOW, "text"), GW_OK);
	assert_int_equal(seen_text(p->s, "AB", NOW, "text"), GW_MISSING);
	/* Signed anew is said anew: the same words are no replay. */
	assert_int_equal(seen_text(p->s, "AA", NOW + 1, "text"), GW_MISSING);
	assert_int_equal(seen_text(p->s, "A", NOW, "Atext"), GW_MISSING);
	assert_int_equal(number(p->s->main, "SELECT day FROM replay"),
	    NOW / 86400);
	/* R29: a backup has the hashes without the key, and is no list to try
	 * texts on. */
	store_close(p->s);
	p->s = NULL;
	place_path(p, "keys.db", path);
	assert_int_equal(unlink(path), 0);
	place_reopen(p);
	assert_int_equal(seen_text(p->s, "AA", NOW, "text"), GW_MISSING);
}

/* ---- referrals and timers ---- */

static enum gw_err
count_referrals(const struct referral *r, void *arg)
{
	int *n = arg;

	/* Of what is erased only the day stays. */
	assert_int_equal(r->received, r->state == REFERRAL_ERASED ?
	    clock_day_start(clock_day(NOW + *n)) : NOW + *n);
	(*n)++;
	return GW_OK;
}

static void
test_referrals(void **state)
{
	struct place *p = *state;
	struct referral r[3], got;
	int i, n = 0;

	for (i = 0; i < 3; i++) {
		r[i] = (struct referral){ .type = (enum referral_type)i,
			.state = REFERRAL_ACCEPTED, .received = NOW + i,
			.changed = NOW, .blob = 100 + i };
		ref_new('A', r[i].ref);
		assert_int_equal(referral_add(p->s, &r[i]), GW_OK);
	}
	assert_int_equal(referral_add(p->s, &r[0]), GW_EXISTS);
	assert_int_equal(referral_by_ref(p->s, r[1].ref, &got), GW_OK);
	assert_memory_equal(&got, &r[1], sizeof(got));
	assert_int_equal(referral_set_state(p->s, r[1].ref, REFERRAL_ERASED,
	    OUTCOME_TOO_LITTLE, NOW + 9), GW_OK);
	assert_int_equal(referral_drop_blob(p->s, r[1].ref), GW_OK);
	assert_int_equal(referral_by_ref(p->s, r[1].ref, &got), GW_OK);
	assert_int_equal(got.state, REFERRAL_ERASED);
	assert_int_equal(got.outcome, OUTCOME_TOO_LITTLE);
	assert_int_equal(got.changed, clock_day_start(clock_day(NOW + 9)));
	assert_int_equal(got.decided, clock_day(NOW + 9));
	assert_int_equal(got.blob, 0);
	assert_int_equal(referral_each(p->s, count_referrals, &n), GW_OK);
	assert_int_equal(n, 3);
	assert_int_equal(referral_by_ref(p->s, "A-0000000000000000", &got),
	    GW_MISSING);
	assert_int_equal(referral_set_state(p->s, "A-0000000000000000",
	    REFERRAL_ERASED, OUTCOME_OPEN, NOW), GW_MISSING);
}

static void
test_timers_fall_due_in_order(void **state)
{
	static const int due[] = { 30, 10, 20, 10 };
	struct place *p = *state;
	struct timer t, first;
	char ref[4][LIM_REF + 1];
	size_t i;

	for (i = 0; i < 4; i++) {
		ref_new('A', ref[i]);
		t = (struct timer){ .due = NOW + due[i],
			.kind = i == 3 ? TIMER_QUARANTINE : TIMER_REFERRAL,
			.event = i == 3 ? 0 : REFERRAL_EV_UNDECIDED_60 };
		(void)strcpy(t.ref, ref[i]);
		assert_int_equal(timer_add(p->s, &t), GW_OK);
	}
	assert_int_equal(timer_due(p->s, NOW + 9, &t), GW_MISSING);
	assert_int_equal(timer_due(p->s, NOW + 99, &first), GW_OK);
	assert_string_equal(first.ref, ref[1]);
	assert_int_equal(first.event, REFERRAL_EV_UNDECIDED_60);
	assert_int_equal(first.due, NOW + 10);
	assert_int_equal(timer_remove(p->s, first.id), GW_OK);
	assert_int_equal(timer_remove(p->s, first.id), GW_MISSING);
	assert_int_equal(timer_due(p->s, NOW + 99, &t), GW_OK);
	assert_int_equal(t.kind, TIMER_QUARANTINE);
	assert_int_equal(timer_clear(p->s, ref[3]), GW_OK);
	assert_int_equal(timer_due(p->s, NOW + 99, &t), GW_OK);
	assert_string_equal(t.ref, ref[2]);
	assert_int_equal(timer_clear(p->s, ref[2]), GW_OK);
	assert_int_equal(timer_clear(p->s, ref[2]), GW_OK);
	assert_int_equal(timer_due(p->s, NOW + 99, &t), GW_OK);
	assert_string_equal(t.ref, ref[0]);
}

/* ---- outbox ---- */

static void
test_outbox_row_comes_back_whole(void **state)
{
	struct place *p = *state;
	struct outbox o = some_post(7, add_somebody(p)), got;

	(void)strcpy(o.envid, "secret");
	(void)strcpy(o.section, "vastgehouden");
	ref_new('A', o.ref);
	o.kind = MAIL_T06;
	o.blob = 42;
	assert_int_equal(outbox_add(p->s, &o), GW_OK);
	assert_int_equal(outbox_by_envid(p->s, "secret", &got), GW_OK);
	assert_memory_equal(&got, &o, sizeof(got));
	/* Rows without a DSN are not found by the lack of it. */
	assert_int_equal(outbox_by_envid(p->s, "", &got), GW_MISSING);
	o.state = OUTBOX_FAILED;
	o.not_before = NOW + 99;
	o.blob = 0;
	o.tries = 3;
	o.code = 550;
	(void)strcpy(o.status, "5.1.1");
	assert_int_equal(outbox_update(p->s, &o), GW_OK);
	assert_int_equal(outbox_by_id(p->s, o.id, &got), GW_OK);
	assert_memory_equal(&got, &o, sizeof(got));
	assert_int_equal(outbox_add(p->s, &o), GW_EXISTS);
	o.id = 99;
	assert_int_equal(outbox_update(p->s, &o), GW_MISSING);
}

static void
test_outbox_gives_what_is_due(void **state)
{
	static const struct {
		int after;
		enum outbox_state state;
	} row[] = {
		{ 40, OUTBOX_WAITING }, { 10, OUTBOX_HELD },
		{ 5, OUTBOX_SENT }, { 30, OUTBOX_WAITING },
		{ 30, OUTBOX_WAITING }, { 1, OUTBOX_SENDING },
	};
	struct place *p = *state;
	struct outbox o;
	unsigned released;
	int64_t when;
	size_t i;

	assert_int_equal(outbox_next_due(p->s, &when), GW_MISSING);
	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		o = some_post((int)i, 0);
		o.not_before = NOW + row[i].after;
		o.state = row[i].state;
		assert_int_equal(outbox_add(p->s, &o), GW_OK);
	}
	assert_int_equal(outbox_next_due(p->s, &when), GW_OK);
	assert_int_equal(when, NOW + 30);
	assert_int_equal(outbox_due(p->s, NOW + 29, &o), GW_MISSING);
	assert_int_equal(outbox_due(p->s, NOW + 50, &o), GW_OK);
	assert_string_equal(o.message_id, "<3@x.example>");
	assert_int_equal(outbox_release_held(p->s, &released), GW_OK);
	assert_int_equal(released, 1);
	assert_int_equal(outbox_release_held(p->s, &released), GW_OK);
	assert_int_equal(released, 0);
	assert_int_equal(outbox_due(p->s, NOW + 50, &o), GW_OK);
	assert_string_equal(o.message_id, "<1@x.example>");
}

/* After an outage: what was tried goes at once, what has its time keeps it. */
static void
test_outbox_hurries_what_was_tried(void **state)
{
	struct place *p = *state;
	struct outbox o;
	int64_t when;

	o = some_post(0, 0);
	o.not_before = NOW + 500;
	assert_int_equal(outbox_add(p->s, &o), GW_OK);
	assert_int_equal(outbox_hurry(p->s, NOW), GW_OK);
	assert_int_equal(outbox_next_due(p->s, &when), GW_OK);
	assert_int_equal(when, NOW + 500);
	o.tries = 1;
	assert_int_equal(outbox_update(p->s, &o), GW_OK);
	assert_int_equal(outbox_hurry(p->s, NOW), GW_OK);
	assert_int_equal(outbox_due(p->s, NOW, &o), GW_OK);
}

static enum gw_err
count_open(const struct outbox *o, void *arg)
{
	unsigned *n = arg;

	*n |= 1u << o->state;
	return GW_OK;
}

static void
test_outbox_lists_what_is_open(void **state)
{
	struct place *p = *state;
	struct outbox o;
	unsigned n = 0;
	int i;

	for (i = 0; i <= OUTBOX_UNCERTAIN; i++) {
		o = some_post(i, 0);
		o.state = (enum outbox_state)i;
		assert_int_equal(outbox_add(p->s, &o), GW_OK);
	}
	assert_int_equal(outbox_each(p->s, false, count_open, &n), GW_OK);
	assert_int_equal(n, 1u << OUTBOX_WAITING | 1u << OUTBOX_HELD |
	    1u << OUTBOX_SENDING | 1u << OUTBOX_UNCERTAIN);
	n = 0;
	assert_int_equal(outbox_each(p->s, true, count_open, &n), GW_OK);
	assert_int_equal(n, (1u << (OUTBOX_UNCERTAIN + 1)) - 1);
}

static void
test_outbox_knows_what_was_said_already(void **state)
{
	struct place *p = *state;
	int64_t who = add_somebody(p);
	struct outbox o = some_post(1, who), got;

	o.kind = MAIL_T02;
	(void)strcpy(o.section, "kanaal");
	o.state = OUTBOX_SENT;
	assert_int_equal(outbox_add(p->s, &o), GW_OK);
	/* Made since: once a day. */
	assert_int_equal(outbox_recent(p->s, MAIL_T02, NULL, who, NOW - 1,
	    &got), GW_OK);
	assert_int_equal(got.id, o.id);
	assert_int_equal(outbox_recent(p->s, MAIL_T02, NULL, who, NOW, &got),
	    GW_MISSING);
	assert_int_equal(outbox_recent(p->s, MAIL_T02, "rol", who, NOW - 1,
	    &got), GW_MISSING);
	assert_int_equal(outbox_recent(p->s, MAIL_T01, NULL, who, NOW - 1,
	    &got), GW_MISSING);
	assert_int_equal(outbox_recent(p->s, MAIL_T02, NULL, who + 1, NOW - 1,
	    &got), GW_MISSING);
	/* Still waiting: however old. */
	o = some_post(2, who);
	o.kind = MAIL_T05;
	o.made = 1;
	(void)strcpy(o.section, "alarm");
	assert_int_equal(outbox_add(p->s, &o), GW_OK);
	assert_int_equal(outbox_recent(p->s, MAIL_T05, "alarm", who, INT64_MAX,
	    &got), GW_OK);
	assert_int_equal(outbox_recent(p->s, MAIL_T05, "other", who, INT64_MAX,
	    &got), GW_MISSING);
	o.state = OUTBOX_HELD;
	assert_int_equal(outbox_update(p->s, &o), GW_OK);
	assert_int_equal(outbox_recent(p->s, MAIL_T05, NULL, who, INT64_MAX,
	    &got), GW_OK);
	o.state = OUTBOX_SENT;
	assert_int_equal(outbox_update(p->s, &o), GW_OK);
	assert_int_equal(outbox_recent(p->s, MAIL_T05, NULL, who, INT64_MAX,
	    &got), GW_MISSING);
}

/* ---- codes ---- */

static void
test_codes_have_stable_names(void **state)
{
	static const struct {
		const struct codes *codes;
		int n;
	} list[] = {
		{ &code_role, PERSON_MAX }, { &code_org_class, ORG_MAX },
		{ &code_correspondent_state, CORRESPONDENT_SUSPENDED + 1 },
		{ &code_structure, STRUCTURE_MAX },
		{ &code_verdict, VERDICT_MAX }, { &code_reason, REASON_MAX },
		{ &code_referral_type, REFERRAL_TYPE_MAX },
		{ &code_referral_state, REFERRAL_STATE_MAX },
		{ &code_referral_event, REFERRAL_EVENT_MAX },
		{ &code_mail_kind, MAIL_KIND_MAX },
		{ &code_outbox_state, OUTBOX_UNCERTAIN + 1 },
		{ &code_timer_kind, TIMER_INFORMING + 1 },
		{ &code_retention_state, RETENTION_STATE_MAX },
		{ &code_retention_event, RETENTION_EVENT_MAX },
		{ &code_closing, CLOSING_MAX },
		{ &code_measures, MEASURES_MAX },
		{ &code_meeting_kind, MEETING_KIND_MAX },
		{ &code_meeting_state, MEETING_STATE_MAX },
		{ &code_meeting_event, MEETING_EVENT_MAX },
		{ &code_invitation_kind, INVITATION_KIND_MAX },
		{ &code_invitation_state, INVITATION_STATE_MAX },
		{ &code_invitation_event, INVITATION_EVENT_MAX },
		{ &code_fiche_state, FICHE_STATE_MAX },
		{ &code_fiche_event, FICHE_EVENT_MAX },
		{ &code_audit_event, AUDIT_MAX },
	};
	size_t i;
	int v;

	(void)state;
	for (i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
		assert_int_equal(list[i].codes->n, list[i].n);
		for (v = 0; v < list[i].n; v++)
			assert_int_equal(code_value(list[i].codes,
			    code_name(list[i].codes, v)), v);
		assert_null(code_name(list[i].codes, v));
		assert_null(code_name(list[i].codes, -1));
		assert_int_equal(code_value(list[i].codes, "no such"), -1);
	}
	assert_string_equal(outbox_state_name(OUTBOX_HELD), "held");
	assert_string_equal(outbox_state_name((enum outbox_state)99), "?");
	assert_string_equal(audit_event_name(AUDIT_ALARM), "alarm");
	assert_string_equal(correspondent_state_name(CORRESPONDENT_ACTIVE),
	    "active");
}

/* A name that this meldpost does not know is no reason to guess. */
static void
test_unknown_code_is_an_error(void **state)
{
	struct place *p = *state;
	struct mail m = some_mail(1), bad = some_mail(2);

	assert_int_equal(mail_add(p->s, &m), GW_OK);
	assert_int_equal(db_script(p->s->main,
	    "UPDATE mail SET verdict = 'perhaps'"), GW_OK);
	assert_int_equal(mail_by_id(p->s, m.id, &m), GW_FORMAT);
	bad.verdict = (enum verdict_code)77;
	assert_int_equal(mail_add(p->s, &bad), GW_INTERNAL);
}

/* ---- cost ---- */

static enum gw_err
count_any(const struct mail *m, void *arg)
{
	unsigned *n = arg;

	*n += m->blob != 0;
	return GW_OK;
}

static enum gw_err
count_invitations(const struct invitation *i, void *arg)
{
	unsigned *n = arg;

	*n += i->answered != 0;
	return GW_OK;
}

static void
ask_about_meetings(struct place *p)
{
	static struct attendance a = { .people = 1, .person = { 1 } };
	struct meeting m = { .ref = "V-0123456789ABCDEF" };
	struct meeting_detail d = { .chair = 0 };
	int64_t count[INVITATION_STATE_MAX], ends;
	struct invitation i = { .meeting = "V-0123456789ABCDEF" };
	unsigned n = 0;

	assert_int_equal(store_begin(p->s), GW_OK);
	(void)meeting_add(p->s, &m, &d);
	(void)meeting_change(p->s, &m, &d);
	(void)meeting_attendance_put(p->s, m.ref, &a);
	(void)meeting_by_ref(p->s, m.ref, &m);
	(void)meeting_detail_get(p->s, m.ref, &d);
	(void)meeting_attendance_get(p->s, m.ref, &a);
	(void)meeting_set_state(p->s, m.ref, MEETING_HELD);
	(void)meeting_last_held(p->s, &ends);
	(void)invitation_of(p->s, m.ref, 1, &i);
	(void)invitation_by_ref(p->s, "U", &i);
	(void)invitation_by_uid(p->s, "0", &i);
	(void)invitation_update(p->s, &i);
	(void)invitation_each(p->s, m.ref, count_invitations, &n);
	(void)invitation_count(p->s, m.ref, count);
	assert_int_equal(meeting_erase(p->s, m.ref), GW_OK);
	assert_int_equal(store_commit(p->s), GW_OK);
}

/* Every question that has a WHERE, so that its statement is kept. */
static void
ask_everything(struct place *p)
{
	uint8_t head[HASH_BYTES] = { 0 };
	struct correspondent c;
	struct referral r;
	struct outbox o = { .id = 1 };
	struct timer t;
	struct mail m;
	int64_t when, rows, bad;
	unsigned n = 0;
	int fd;

	(void)correspondent_by_fpr(p->s, "AA", &c);
	(void)correspondent_by_address(p->s, "a", &c);
	(void)correspondent_by_id(p->s, 1, &c);
	(void)correspondent_set_state(p->s, 1, CORRESPONDENT_ACTIVE);
	(void)correspondent_remove(p->s, 1);
	(void)mail_by_digest(p->s, head, &m);
	(void)mail_by_id(p->s, "M", &m);
	(void)mail_drop_blob(p->s, "M");
	(void)mail_each_quarantined(p->s, NOW, count_any, &n);
	(void)seen_text(p->s, "F", NOW, "x");
	(void)referral_by_ref(p->s, "A", &r);
	(void)referral_set_state(p->s, "A", REFERRAL_ERASED, OUTCOME_OPEN,
	    NOW);
	(void)referral_drop_blob(p->s, "A");
	(void)timer_due(p->s, NOW, &t);
	(void)timer_remove(p->s, 1);
	(void)timer_clear(p->s, "A");
	(void)outbox_by_id(p->s, 1, &o);
	(void)outbox_by_envid(p->s, "e", &o);
	(void)outbox_due(p->s, NOW, &o);
	(void)outbox_next_due(p->s, &when);
	o = some_post(1, 0);
	(void)outbox_update(p->s, &o);
	(void)outbox_release_held(p->s, &n);
	(void)outbox_recent(p->s, MAIL_T05, "x", 1, NOW, &o);
	(void)outbox_each(p->s, false, count_open, &n);
	(void)audit_verify(p->s, &rows, &bad, head);
	(void)audit_forget(p->s, NOW + 99, &n);
	(void)blob_get(p->s, 1, &fd);
	(void)blob_erase(p->s, 1);
}

/* perf.md 4: flat. How SQLite will carry it out: never by reading a whole
 * table, nor all that somebody was ever sent. */
static void
check_plan(const char *path, const char *sql)
{
	static const char pending[] = "AND state IN ('waiting', 'held')";
	bool wants_pending = strstr(sql, pending) != NULL;
	char plan[256], ask[2048];
	struct query q;
	struct db *db;

	(void)snprintf(ask, sizeof(ask), "EXPLAIN QUERY PLAN %s", sql);
	assert_int_equal(db_open(&db, path, "plan", true), GW_OK);
	db_start(&q, db, ask);
	while (db_step(&q)) {
		(void)db_get_int(&q);
		(void)db_get_int(&q);
		(void)db_get_int(&q);
		db_get_text(&q, plan, sizeof(plan));
		if (strncmp(plan, "SCAN", 4) == 0 || (wants_pending &&
		    strstr(plan, "outbox_pending") == NULL))
			fail_msg("%s: %s", sql, plan);
	}
	assert_int_equal(db_end(&q), GW_OK);
	db_close(db);
}

/* Statements without WHERE list a table, or stop by themselves. */
static unsigned
check_plans(struct place *p)
{
	char path[256];
	const char *sql;
	unsigned asked = 0;
	size_t i;

	place_path(p, "meldpost.db", path);
	for (i = 0; (sql = db_kept(p->s->main, i)) != NULL; i++) {
		if (strstr(sql, "WHERE") == NULL)
			continue;
		check_plan(path, sql);
		asked++;
	}
	return asked;
}

static void
test_no_question_reads_a_whole_table(void **state)
{
	struct place *p = *state;

	assert_true(write_referral(p));
	assert_int_equal(store_commit(p->s), GW_OK);
	ask_everything(p);
	ask_about_meetings(p);
	assert_true(check_plans(p) > 50);
}

#define T(f) cmocka_unit_test_setup_teardown(f, place_make, place_drop)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		T(test_t37_rights_are_checked_and_the_cure_is_told),
		T(test_t37_a_link_is_not_followed),
		T(test_t37_files_are_ours_alone),
		T(test_settings_hold),
		T(test_one_writer),
		T(test_unusable_files_are_refused_with_a_reason),
		T(test_damaged_file_is_refused_with_a_reason),
		T(test_damaged_page_is_an_error),
		T(test_migration_step_is_whole_or_not),
		T(test_reader_leaves_no_trace),
		T(test_referral_is_one_commit),
		T(test_transactions_do_not_nest),
		T(test_full_database_loses_nothing_and_goes_on),
		T(test_full_disk_loses_nothing_and_goes_on),
		T(test_free_space_is_told),
		T(test_clock_never_goes_back),
		T(test_a_doubt_moves_what_was_made_in_it),
		T(test_a_date_may_go_back_when_a_person_says_so),
		T(test_correspondents),
		T(test_removed_correspondent_is_forgotten),
		T(test_mails),
		T(test_quarantine_is_emptied_while_it_is_walked),
		T(test_t43_tries_outlive_the_one_who_tries),
		T(test_t13_replay_is_known_per_signer),
		T(test_referrals),
		T(test_timers_fall_due_in_order),
		T(test_outbox_row_comes_back_whole),
		T(test_outbox_hurries_what_was_tried),
		T(test_outbox_gives_what_is_due),
		T(test_outbox_lists_what_is_open),
		T(test_outbox_knows_what_was_said_already),
		cmocka_unit_test(test_codes_have_stable_names),
		T(test_unknown_code_is_an_error),
		T(test_no_question_reads_a_whole_table),
	};

	if (argc == 3)
		return read_as_another(argv[1], atoi(argv[2]));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
