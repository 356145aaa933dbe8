/*
 * Sealed blobs: what goes in comes out, and what is erased is gone from every
 * copy (R140), whatever dies in between.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <sys/mman.h>
#include <sys/resource.h>

#include "base/memfd.h"
#include "store_place.h"

static const char canary[] = "a canary of its own, 8c1d6f0b7a, not elsewhere";

static int64_t
put(struct place *p, const void *bytes, size_t n)
{
	int64_t id;

	assert_int_equal(store_begin(p->s), GW_OK);
	assert_int_equal(blob_put(p->s, bytes, n, &id), GW_OK);
	assert_int_equal(store_commit(p->s), GW_OK);
	assert_true(id > 0);
	return id;
}

static void
get_key(struct place *p, int64_t id, uint8_t key[DATA_KEY_BYTES])
{
	struct query q;

	db_start(&q, p->s->keys, "SELECT key FROM data_key WHERE blob = ?");
	db_put_int(&q, id);
	if (db_step(&q))
		db_get_blob(&q, key, DATA_KEY_BYTES);
	assert_int_equal(db_end_found(&q), GW_OK);
}

static enum gw_err
try_get(struct place *p, int64_t id)
{
	enum gw_err r;
	int fd;

	r = blob_get(p->s, id, &fd);
	assert_true((r == GW_OK) == (fd >= 0));
	if (fd >= 0)
		close(fd);
	return r;
}

static void
test_what_goes_in_comes_out(void **state)
{
	static const size_t size[] = { 0, 1, 17, BLOB_CHUNK - 1, BLOB_CHUNK,
		BLOB_CHUNK + 1, 3 * BLOB_CHUNK, 3 * BLOB_CHUNK + 7,
		26 * 1024 * 1024 };
	struct place *p = *state;
	size_t i, most = 26 * 1024 * 1024;
	uint8_t *bytes;
	struct map map;
	int64_t id;
	int fd;

	bytes = malloc(most);
	assert_non_null(bytes);
	for (i = 0; i < most; i++)
		bytes[i] = (uint8_t)(i * 2654435761u >> 13);
	for (i = 0; i < sizeof(size) / sizeof(size[0]); i++) {
		id = put(p, bytes, size[i]);
		place_reopen(p);
		assert_int_equal(blob_get(p->s, id, &fd), GW_OK);
		/* Mapping refuses a memfd that is not frozen. */
		assert_int_equal(memfd_map(fd, most, &map), GW_OK);
		assert_int_equal(map.len, size[i]);
		assert_int_equal(memcmp(map.p, bytes, size[i]), 0);
		assert_true(write(fd, "x", 1) < 0);
		memfd_unmap(&map);
		close(fd);
		assert_int_equal(blob_erase(p->s, id), GW_OK);
	}
	free(bytes);
}

static void
test_plaintext_is_in_no_file(void **state)
{
	struct place *p = *state;
	uint8_t one[DATA_KEY_BYTES], two[DATA_KEY_BYTES];
	int64_t a = put(p, canary, sizeof(canary)),
	    b = put(p, canary, sizeof(canary));

	assert_false(place_holds(p, canary, sizeof(canary) - 1));
	/* Each has a key of its own. */
	get_key(p, a, one);
	get_key(p, b, two);
	assert_memory_not_equal(one, two, sizeof(one));
	/* That the look itself can find something. */
	assert_true(place_holds(p, one, sizeof(one)));
}

static void
test_a_blob_belongs_to_a_transaction(void **state)
{
	struct place *p = *state;
	int64_t id;

	assert_int_equal(blob_put(p->s, "x", 1, &id), GW_STATE);
	assert_int_equal(id, 0);
	assert_int_equal(store_begin(p->s), GW_OK);
	assert_int_equal(blob_put(p->s, "x", 1, &id), GW_OK);
	assert_int_equal(try_get(p, id), GW_OK);
	store_rollback(p->s);
	assert_int_equal(try_get(p, id), GW_MISSING);
	assert_int_equal(try_get(p, 0), GW_MISSING);
}

/* ---- erasing ---- */

static void
copy_main(const struct place *p, const char *from, const char *to)
{
	char path[256];
	uint8_t *all;
	size_t n;

	place_path(p, from, path);
	all = slurp(path, &n);
	assert_non_null(all);
	place_path(p, to, path);
	spill(path, all, n);
	free(all);
}

static void
test_r140_erased_is_gone_from_a_backup_too(void **state)
{
	struct place *p = *state;
	int64_t id = put(p, canary, sizeof(canary)),
	    other = put(p, "other", 5);
	unsigned swept;

	/* The backup: all of meldpost.db, as it was. */
	place_reopen(p);
	store_close(p->s);
	p->s = NULL;
	copy_main(p, "meldpost.db", "backup");
	place_reopen(p);
	assert_int_equal(blob_erase(p->s, id), GW_OK);
	store_close(p->s);
	p->s = NULL;
	copy_main(p, "backup", "meldpost.db");
	place_reopen(p);
	/* It is there again, and nobody can read it. */
	assert_int_equal(number(p->s->main, "SELECT count(*) FROM blob"), 2);
	assert_int_equal(try_get(p, id), GW_MISSING);
	assert_int_equal(try_get(p, other), GW_OK);
	assert_int_equal(blob_sweep(p->s, &swept), GW_OK);
	assert_int_equal(swept, 1);
	assert_int_equal(number(p->s->main, "SELECT count(*) FROM blob"), 1);
	assert_int_equal(try_get(p, other), GW_OK);
}

/* Neither key nor content is in any file, the WAL of a database that is open
 * included, as soon as blob_erase() has returned. */
static void
test_r140_erased_leaves_no_bytes(void **state)
{
	struct place *p = *state;
	uint8_t key[40][DATA_KEY_BYTES], head[16];
	char path[256];
	int64_t id[40];
	uint8_t *all;
	size_t n;
	int i;

	for (i = 0; i < 40; i++) {
		id[i] = put(p, canary, sizeof(canary));
		get_key(p, id[i], key[i]);
	}
	for (i = 0; i < 40; i += 2) {
		struct query q;

		db_start(&q, p->s->main, "SELECT substr(bytes, 1, 16)"
		    " FROM blob_chunk WHERE blob = ?");
		db_put_int(&q, id[i]);
		assert_true(db_step(&q));
		db_get_blob(&q, head, sizeof(head));
		assert_int_equal(db_end(&q), GW_OK);
		assert_true(place_holds(p, key[i], DATA_KEY_BYTES));
		assert_true(place_holds(p, head, sizeof(head)));
		assert_int_equal(blob_erase(p->s, id[i]), GW_OK);
		assert_false(place_holds(p, key[i], DATA_KEY_BYTES));
		assert_false(place_holds(p, head, sizeof(head)));
	}
	place_path(p, "keys.db-wal", path);
	all = slurp(path, &n);
	assert_int_equal(n, 0);
	free(all);
	/* The others are as they were. */
	for (i = 1; i < 40; i += 2)
		assert_int_equal(try_get(p, id[i]), GW_OK);
}

/* Rows move from page to page as a table grows and shrinks; no copy of a key
 * may stay behind. */
static void
test_r140_many_keys_leave_no_bytes(void **state)
{
	enum { MANY = 1500 };
	static uint8_t key[MANY][DATA_KEY_BYTES];
	struct place *p = *state;
	static int64_t id[MANY];
	uint8_t *all;
	char path[256];
	size_t n;
	int i, left = 0;

	assert_int_equal(store_begin(p->s), GW_OK);
	for (i = 0; i < MANY; i++) {
		assert_int_equal(blob_put(p->s, "x", 1, &id[i]), GW_OK);
		get_key(p, id[i], key[i]);
	}
	assert_int_equal(store_commit(p->s), GW_OK);
	/* In one transaction, or each would cost a sync. */
	assert_int_equal(db_begin(p->s->keys), GW_OK);
	for (i = 0; i < MANY; i++) {
		struct query q;

		if (i % 10 == 0)
			continue;
		db_start(&q, p->s->keys, "DELETE FROM data_key WHERE blob = ?");
		db_put_int(&q, id[i]);
		assert_int_equal(db_run(&q), GW_OK);
	}
	assert_int_equal(db_commit(p->s->keys), GW_OK);
	assert_int_equal(db_empty_wal(p->s->keys), GW_OK);
	place_path(p, "keys.db", path);
	all = slurp(path, &n);
	for (i = 0; i < MANY; i++) {
		bool there = memmem(all, n, key[i], DATA_KEY_BYTES) != NULL;

		if (i % 10 == 0)
			assert_true(there);
		else
			left += there;
	}
	free(all);
	assert_int_equal(left, 0);
}

static void
test_r140_erasing_does_not_depend_on_the_transaction(void **state)
{
	struct place *p = *state;
	uint8_t key[DATA_KEY_BYTES];
	int64_t id = put(p, canary, sizeof(canary));
	unsigned swept;

	get_key(p, id, key);
	assert_int_equal(store_begin(p->s), GW_OK);
	assert_int_equal(blob_erase(p->s, id), GW_OK);
	assert_false(place_holds(p, key, sizeof(key)));
	store_rollback(p->s);
	assert_int_equal(try_get(p, id), GW_MISSING);
	assert_false(place_holds(p, key, sizeof(key)));
	assert_int_equal(number(p->s->main, "SELECT count(*) FROM blob"), 1);
	assert_int_equal(blob_sweep(p->s, &swept), GW_OK);
	assert_int_equal(swept, 1);
	assert_int_equal(number(p->s->main, "SELECT count(*) FROM blob"), 0);
	/* Erasing again, or what never was, is no error. */
	assert_int_equal(blob_erase(p->s, id), GW_OK);
	assert_int_equal(blob_erase(p->s, 12345), GW_OK);
}

static void
test_erased_in_a_transaction_is_cut_from_the_wal_at_commit(void **state)
{
	struct place *p = *state;
	int64_t id = put(p, canary, sizeof(canary));
	char path[256];
	size_t n;

	assert_int_equal(store_begin(p->s), GW_OK);
	assert_int_equal(blob_erase(p->s, id), GW_OK);
	assert_int_equal(store_commit(p->s), GW_OK);
	place_path(p, "meldpost.db-wal", path);
	free(slurp(path, &n));
	assert_int_equal(n, 0);
}

/* ---- crashes ---- */

static bool
die_before_the_commit(struct place *p)
{
	int64_t id;

	return store_begin(p->s) == GW_OK &&
	    blob_put(p->s, canary, sizeof(canary), &id) == GW_OK;
}

static bool
die_between_key_and_blob(struct place *p)
{
	struct query q;

	/* The first half of blob_erase(). */
	db_start(&q, p->s->keys, "DELETE FROM data_key");
	return db_run(&q) == GW_OK;
}

static void
test_sweep_mends_what_a_crash_left(void **state)
{
	struct place *p = *state;
	uint8_t key[DATA_KEY_BYTES];
	int64_t id;
	unsigned swept;

	store_close(p->s);
	p->s = NULL;
	assert_true(in_child(p, die_before_the_commit));
	place_reopen(p);
	assert_int_equal(number(p->s->keys, "SELECT count(*) FROM data_key"),
	    1);
	assert_int_equal(blob_sweep(p->s, &swept), GW_OK);
	assert_int_equal(swept, 1);
	assert_int_equal(number(p->s->keys, "SELECT count(*) FROM data_key"),
	    0);

	id = put(p, canary, sizeof(canary));
	get_key(p, id, key);
	store_close(p->s);
	p->s = NULL;
	assert_true(in_child(p, die_between_key_and_blob));
	/* Nobody came to cut the WAL: the next one who opens it does. */
	assert_true(place_holds(p, key, sizeof(key)));
	place_reopen(p);
	assert_false(place_holds(p, key, sizeof(key)));
	assert_int_equal(try_get(p, id), GW_MISSING);
	assert_int_equal(blob_sweep(p->s, &swept), GW_OK);
	assert_int_equal(swept, 1);
	assert_int_equal(number(p->s->main, "SELECT (SELECT count(*) FROM blob)"
	    " + (SELECT count(*) FROM blob_chunk)"), 0);

	id = put(p, canary, sizeof(canary));
	assert_int_equal(blob_sweep(p->s, &swept), GW_OK);
	assert_int_equal(swept, 0);
	assert_int_equal(try_get(p, id), GW_OK);
}

/* ---- damage ---- */

/* Each of these is something that somebody with the file could do. */
static void
test_a_changed_blob_is_refused(void **state)
{
	static const char *const change[] = {
		"UPDATE blob_chunk SET bytes = CAST(substr(bytes, 1, 99)"
		" || X'00' || substr(bytes, 101) AS BLOB) WHERE n = 1",
		"DELETE FROM blob_chunk WHERE n = 0",
		"DELETE FROM blob_chunk WHERE n = 2",
		"UPDATE blob_chunk SET n = 9 WHERE n = 0",
		"UPDATE blob_chunk SET bytes = substr(bytes, 2) WHERE n = 1",
		"UPDATE blob_chunk SET bytes = X'' WHERE n = 0",
		"INSERT INTO blob_chunk (blob, n, bytes)"
		" SELECT blob, 3, bytes FROM blob_chunk WHERE n = 2",
		"UPDATE blob SET size = size - 1",
		"UPDATE blob SET size = 131072",
		"UPDATE blob SET size = 0",
		"UPDATE blob SET size = 9223372036854775807",
		"UPDATE blob SET header = zeroblob(24)",
		"UPDATE blob SET header = X''",
	};
	static uint8_t bytes[3 * BLOB_CHUNK - 100];
	struct place *p = *state;
	int64_t id;
	size_t i;

	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = 0x55;
	for (i = 0; i < sizeof(change) / sizeof(change[0]); i++) {
		id = put(p, bytes, sizeof(bytes));
		assert_int_equal(try_get(p, id), GW_OK);
		assert_int_equal(db_script(p->s->main, change[i]), GW_OK);
		if (try_get(p, id) != GW_FORMAT)
			fail_msg("accepted after: %s", change[i]);
		assert_int_equal(blob_erase(p->s, id), GW_OK);
	}
}

/* The chunks of one blob under the number of another. */
static void
test_blobs_cannot_be_swapped(void **state)
{
	struct place *p = *state;
	int64_t a = put(p, "first", 5), b = put(p, "other", 5);
	char sql[256];

	(void)snprintf(sql, sizeof(sql), "DELETE FROM blob WHERE id = %lld;"
	    "INSERT INTO blob SELECT %lld, size, header FROM blob"
	    " WHERE id = %lld;"
	    "UPDATE blob_chunk SET blob = %lld WHERE blob = %lld",
	    (long long)a, (long long)a, (long long)b, (long long)a,
	    (long long)b);
	assert_int_equal(db_script(p->s->main, sql), GW_OK);
	assert_int_equal(try_get(p, a), GW_FORMAT);
}

/* ---- cost ---- */

/* Under AddressSanitizer freed memory stays for a while: nothing to measure. */
#ifndef __SANITIZE_ADDRESS__

/* 26 MB through a store that holds a chunk and a page cache. */
static bool
put_a_large_one(struct place *p)
{
	const size_t n = 26 * 1024 * 1024;
	struct rusage before, after;
	const void *zeros;
	int64_t id;

	/* Read-only zeros are one page, however many; or, where the kernel has
	 * none such, they are all there before we measure. */
	zeros = mmap(NULL, n, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS |
	    MAP_POPULATE, -1, 0);
	if (zeros == MAP_FAILED || getrusage(RUSAGE_SELF, &before) != 0 ||
	    store_begin(p->s) != GW_OK ||
	    blob_put(p->s, zeros, n, &id) != GW_OK ||
	    store_commit(p->s) != GW_OK ||
	    getrusage(RUSAGE_SELF, &after) != 0)
		return false;
	return after.ru_maxrss - before.ru_maxrss < 16 * 1024;
}

static void
test_memory_does_not_grow_with_the_blob(void **state)
{
	struct place *p = *state;

	store_close(p->s);
	p->s = NULL;
	assert_true(in_child(p, put_a_large_one));
}

#endif

#define T(f) cmocka_unit_test_setup_teardown(f, place_make, place_drop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_what_goes_in_comes_out),
		T(test_plaintext_is_in_no_file),
		T(test_a_blob_belongs_to_a_transaction),
		T(test_r140_erased_is_gone_from_a_backup_too),
		T(test_r140_erased_leaves_no_bytes),
		T(test_r140_many_keys_leave_no_bytes),
		T(test_r140_erasing_does_not_depend_on_the_transaction),
		T(test_erased_in_a_transaction_is_cut_from_the_wal_at_commit),
		T(test_sweep_mends_what_a_crash_left),
		T(test_a_changed_blob_is_refused),
		T(test_blobs_cannot_be_swapped),
#ifndef __SANITIZE_ADDRESS__
		T(test_memory_does_not_grow_with_the_blob),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
