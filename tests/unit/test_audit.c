/*
 * The audit chain (R150, R162): what was written can be neither changed nor
 * removed unseen, and after a while nobody can tell whose acts they were.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "store_place.h"

static const char fpr[] = "0123456789ABCDEF0123456789ABCDEF01234567";

static void
write_some(struct place *p, int n)
{
	char ref[LIM_REF + 1];
	int i;

	for (i = 0; i < n; i++) {
		ref_new('A', ref);
		assert_int_equal(audit_add(p->s, NOW + i,
		    i % 2 ? AUDIT_MAIL_JUDGED : AUDIT_REFERRAL_ACCEPTED,
		    i % 3 ? ref : "", i % 2 ? "not-signed" : "",
		    i % 4 ? fpr : NULL), GW_OK);
	}
}

static void
verify(struct place *p, enum gw_err want, int64_t rows_want, int64_t bad_want)
{
	uint8_t head[HASH_BYTES];
	int64_t rows, bad;

	assert_int_equal(audit_verify(p->s, &rows, &bad, head), want);
	assert_int_equal(rows, rows_want);
	assert_int_equal(bad, bad_want);
}

/* A chain of 9 rows without its guards, as a thief of the file has it. */
static void
unguarded(struct place *p)
{
	write_some(p, 9);
	assert_int_equal(db_script(p->s->main, "DROP TRIGGER audit_no_update;"
	    "DROP TRIGGER audit_no_delete; PRAGMA foreign_keys = OFF"), GW_OK);
}

static void
test_chain_holds(void **state)
{
	struct place *p = *state;
	uint8_t one[HASH_BYTES], two[HASH_BYTES];
	int64_t rows, bad;

	verify(p, GW_OK, 0, 0);
	write_some(p, 9);
	assert_int_equal(audit_verify(p->s, &rows, &bad, one), GW_OK);
	assert_int_equal(rows, 9);
	place_reopen(p);
	verify(p, GW_OK, 9, 0);
	write_some(p, 1);
	assert_int_equal(audit_verify(p->s, &rows, &bad, two), GW_OK);
	assert_memory_not_equal(one, two, HASH_BYTES);
	/* In the middle of a transaction too. */
	assert_int_equal(store_begin(p->s), GW_OK);
	write_some(p, 2);
	verify(p, GW_OK, 12, 0);
	store_rollback(p->s);
	verify(p, GW_OK, 10, 0);
}

/* Two instances that did the same have different chains. */
static void
test_chain_starts_from_its_instance(void **state)
{
	struct place *p = *state;
	uint8_t one[HASH_BYTES], two[HASH_BYTES];
	int64_t rows, bad;

	assert_int_equal(audit_add(p->s, NOW, AUDIT_START, "", "", NULL),
	    GW_OK);
	assert_int_equal(audit_verify(p->s, &rows, &bad, one), GW_OK);
	store_close(p->s);
	p->s = NULL;
	place_empty(p);
	place_reopen(p);
	assert_int_equal(audit_add(p->s, NOW, AUDIT_START, "", "", NULL),
	    GW_OK);
	assert_int_equal(audit_verify(p->s, &rows, &bad, two), GW_OK);
	assert_memory_not_equal(one, two, HASH_BYTES);
}

static void
test_every_change_is_seen(void **state)
{
	static const struct {
		const char *sql;
		int64_t rows, bad;
	} row[] = {
		{ "UPDATE audit SET at = at + 1 WHERE seq = 4", 3, 4 },
		{ "UPDATE audit SET event = 'stop' WHERE seq = 1", 0, 1 },
		{ "UPDATE audit SET event = 'an event of thirty-two characters"
		  " and more' WHERE seq = 2", 1, 2 },
		{ "UPDATE audit SET ref = NULL WHERE seq = 3", 2, 3 },
		{ "UPDATE audit SET detail = 'ok' WHERE seq = 9", 8, 9 },
		{ "UPDATE audit SET actor = zeroblob(32) WHERE seq = 6", 5, 6 },
		{ "UPDATE audit SET hash = zeroblob(32) WHERE seq = 5", 4, 5 },
		/* Moved from one column to the next: same bytes in a row. */
		{ "UPDATE audit SET event = event || 'n', detail ="
		  " substr(detail, 2) WHERE seq = 4", 3, 4 },
		/* Taken out. */
		{ "DELETE FROM audit WHERE seq = 5", 4, 5 },
		{ "DELETE FROM audit WHERE seq = 5; UPDATE audit SET"
		  " seq = seq - 1 WHERE seq > 5", 4, 5 },
		/* Put in. */
		{ "INSERT INTO audit SELECT 10, at, event, ref, detail, actor,"
		  " hash FROM audit WHERE seq = 9", 9, 10 },
		{ "INSERT INTO audit SELECT 0, at, event, ref, detail, actor,"
		  " hash FROM audit WHERE seq = 1", 0, 1 },
		/* Two rows changed places. */
		{ "UPDATE audit SET seq = 99 WHERE seq = 4; UPDATE audit SET"
		  " seq = 4 WHERE seq = 5; UPDATE audit SET seq = 5"
		  " WHERE seq = 99", 3, 4 },
		/* The beginning cut off, the end cut off, all gone. */
		{ "DELETE FROM audit WHERE seq < 3", 0, 1 },
		{ "DELETE FROM audit WHERE seq < 3; UPDATE audit SET"
		  " seq = seq - 2; UPDATE instance SET audit_rows = 7", 0, 1 },
		{ "DELETE FROM audit WHERE seq > 7", 7, 8 },
		{ "DELETE FROM audit", 0, 1 },
		/* The row that says where it ends. */
		{ "UPDATE instance SET audit_head = zeroblob(32)", 9, 10 },
		{ "UPDATE instance SET audit_rows = 10", 9, 10 },
	};
	struct place *p = *state;
	size_t i;

	unguarded(p);
	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		verify(p, GW_OK, 9, 0);
		assert_int_equal(db_begin(p->s->main), GW_OK);
		if (db_script(p->s->main, row[i].sql) != GW_OK)
			fail_msg("not done: %s", row[i].sql);
		verify(p, GW_FORMAT, row[i].rows, row[i].bad);
		db_rollback(p->s->main);
	}
}

/* What the file alone cannot show, as the header says: a tail that was cut by
 * somebody who mended the count. The head that was sent before shows it. */
static void
test_a_cut_tail_shows_in_the_head(void **state)
{
	struct place *p = *state;
	uint8_t sent[HASH_BYTES], now[HASH_BYTES];
	int64_t rows, bad;

	unguarded(p);
	assert_int_equal(audit_verify(p->s, &rows, &bad, sent), GW_OK);
	assert_int_equal(db_script(p->s->main,
	    "DELETE FROM audit WHERE seq = 9;"
	    "UPDATE instance SET audit_rows = 8, audit_head ="
	    " (SELECT hash FROM audit WHERE seq = 8)"), GW_OK);
	assert_int_equal(audit_verify(p->s, &rows, &bad, now), GW_OK);
	assert_int_equal(rows, 8);
	assert_memory_not_equal(sent, now, HASH_BYTES);
}

static void
test_our_own_code_cannot_rewrite_it(void **state)
{
	struct place *p = *state;

	write_some(p, 3);
	assert_int_not_equal(db_script(p->s->main,
	    "UPDATE audit SET detail = 'ok'"), GW_OK);
	assert_int_not_equal(db_script(p->s->main, "DELETE FROM audit"), GW_OK);
	verify(p, GW_OK, 3, 0);
}

/* ---- who ---- */

static int64_t
actor_matches(struct place *p, int64_t seq, const char *who)
{
	uint8_t salt[32], actor[HASH_BYTES], b[32 + 64], hash[HASH_BYTES];
	struct query q;
	size_t n = strlen(who);

	db_start(&q, p->s->main, "SELECT a.actor, t.salt FROM audit AS a"
	    " JOIN audit_salt AS t ON t.seq = a.seq WHERE a.seq = ?");
	db_put_int(&q, seq);
	if (db_step(&q)) {
		db_get_blob(&q, actor, sizeof(actor));
		db_get_blob(&q, salt, sizeof(salt));
	}
	if (db_end_found(&q) != GW_OK)
		return -1;
	memcpy(b, salt, sizeof(salt));
	memcpy(b + sizeof(salt), who, n);
	crypto_sha256(b, sizeof(salt) + n, hash);
	return memcmp(hash, actor, sizeof(hash)) == 0;
}

static void
test_r162_actor_is_a_salted_commitment(void **state)
{
	struct place *p = *state;

	assert_int_equal(audit_add(p->s, NOW, AUDIT_START, "", "", fpr), GW_OK);
	assert_int_equal(audit_add(p->s, NOW, AUDIT_START, "", "", fpr), GW_OK);
	assert_int_equal(audit_add(p->s, NOW, AUDIT_START, "", "", NULL),
	    GW_OK);
	assert_false(place_holds(p, fpr, sizeof(fpr) - 1));
	/* Whoever asks "was it this key?" gets an answer ... */
	assert_int_equal(actor_matches(p, 1, fpr), 1);
	assert_int_equal(actor_matches(p, 2, fpr), 1);
	assert_int_equal(actor_matches(p, 1, "0"), 0);
	/* ... but two acts of one person do not look alike. */
	assert_int_equal(number(p->s->main,
	    "SELECT count(DISTINCT actor) FROM audit"), 3);
	assert_int_equal(number(p->s->main, "SELECT actor = zeroblob(32)"
	    " FROM audit WHERE seq = 3"), 1);
	assert_int_equal(number(p->s->main, "SELECT count(*) FROM audit_salt"),
	    2);
}

static void
test_r162_salts_go_and_the_chain_holds(void **state)
{
	struct place *p = *state;
	uint8_t salt[32];
	struct query q;
	unsigned dropped;

	write_some(p, 9);
	db_start(&q, p->s->main, "SELECT salt FROM audit_salt WHERE seq = 2");
	assert_true(db_step(&q));
	db_get_blob(&q, salt, sizeof(salt));
	assert_int_equal(db_end(&q), GW_OK);
	assert_true(place_holds(p, salt, sizeof(salt)));
	/* Rows 1 to 5; those of the gateway itself (1 and 5) have no salt. */
	assert_int_equal(audit_forget(p->s, NOW + 5, &dropped), GW_OK);
	assert_int_equal(dropped, 3);
	assert_int_equal(audit_forget(p->s, NOW + 5, &dropped), GW_OK);
	assert_int_equal(dropped, 0);
	assert_int_equal(actor_matches(p, 2, fpr), -1);
	assert_int_equal(actor_matches(p, 6, fpr), 1);
	assert_false(place_holds(p, salt, sizeof(salt)));
	verify(p, GW_OK, 9, 0);
}

/* A row that a wrong clock dated ahead keeps none behind it. */
static void
test_r162_a_row_from_the_future_keeps_no_other(void **state)
{
	struct place *p = *state;
	unsigned dropped;

	assert_int_equal(audit_add(p->s, NOW + 1000000, AUDIT_START, "", "",
	    fpr), GW_OK);
	assert_int_equal(audit_add(p->s, NOW, AUDIT_START, "", "", fpr),
	    GW_OK);
	assert_int_equal(audit_add(p->s, NOW + 1000000, AUDIT_START, "", "",
	    fpr), GW_OK);
	assert_int_equal(audit_forget(p->s, NOW + 1, &dropped), GW_OK);
	assert_int_equal(dropped, 2);
	assert_int_equal(number(p->s->main, "SELECT seq FROM audit_salt"), 3);
	verify(p, GW_OK, 3, 0);
}

struct seen {
	struct audit_row row[16];
	size_t n;
};

static enum gw_err
see(const struct audit_row *row, void *arg)
{
	struct seen *s = arg;

	assert_true(s->n < 16);
	s->row[s->n++] = *row;
	return GW_OK;
}

static void
test_who_touched_a_reference(void **state)
{
	static const char ref[] = "A-0123456789ABCDEF";
	static const char id[] = "M-0123456789ABCDEF";
	struct mail m = { .received = NOW, .size = 1,
		.structure = STRUCTURE_PGP_MIME, .verdict = VERDICT_ACCEPTED };
	struct place *p = *state;
	struct seen s = { .n = 0 };
	unsigned dropped;

	memcpy(m.id, id, sizeof(id));
	memcpy(m.ref, ref, sizeof(ref));
	assert_int_equal(mail_add(p->s, &m), GW_OK);
	assert_int_equal(audit_add(p->s, NOW, AUDIT_MAIL_JUDGED, id, "ok",
	    fpr), GW_OK);
	assert_int_equal(audit_add(p->s, NOW + 1, AUDIT_REFERRAL_ACCEPTED, ref,
	    "", NULL), GW_OK);
	write_some(p, 4);
	assert_int_equal(audit_about(p->s, ref, see, &s), GW_OK);
	assert_int_equal(s.n, 2);
	assert_int_equal(s.row[0].event, AUDIT_MAIL_JUDGED);
	assert_string_equal(s.row[0].ref, id);
	assert_true(audit_has_actor(&s.row[0]) && s.row[0].salted);
	assert_true(audit_is_by(&s.row[0], fpr));
	assert_false(audit_is_by(&s.row[0], "uid-0"));
	assert_false(audit_has_actor(&s.row[1]));
	assert_false(audit_is_by(&s.row[1], fpr));
	/* After the salts are gone nobody can be found by trying. */
	assert_int_equal(audit_forget(p->s, NOW + 100, &dropped), GW_OK);
	s.n = 0;
	assert_int_equal(audit_about(p->s, ref, see, &s), GW_OK);
	assert_int_equal(s.n, 2);
	assert_true(audit_has_actor(&s.row[0]) && !s.row[0].salted);
	assert_false(audit_is_by(&s.row[0], fpr));
	s.n = 0;
	assert_int_equal(audit_about(p->s, "A-FEDCBA9876543210", see, &s),
	    GW_OK);
	assert_int_equal(s.n, 0);
}

/* ---- a head that was sent away ---- */

static void
test_every_earlier_head_is_found_again(void **state)
{
	uint8_t sent[10][HASH_BYTES], head[HASH_BYTES];
	struct place *p = *state;
	int64_t rows;
	int i;

	for (i = 0; i < 10; i++) {
		assert_int_equal(audit_head(p->s, &rows, sent[i]), GW_OK);
		assert_int_equal(rows, i);
		write_some(p, 1);
	}
	for (i = 0; i < 10; i++) {
		assert_int_equal(audit_head_at(p->s, i, head), GW_OK);
		assert_memory_equal(head, sent[i], HASH_BYTES);
	}
	assert_int_equal(audit_head_at(p->s, 11, head), GW_MISSING);
	assert_int_equal(audit_head_at(p->s, -1, head), GW_MISSING);
}

static void
test_what_makes_it_grow(void **state)
{
	struct audit_row row;
	struct place *p = *state;
	bool grew;

	assert_int_equal(audit_first(p->s, &row), GW_MISSING);
	assert_int_equal(audit_last(p->s, AUDIT_HEAD_SENT, "daily", &row),
	    GW_MISSING);
	assert_int_equal(audit_grew(p->s, 0, &grew), GW_OK);
	assert_false(grew);
	write_some(p, 3);
	assert_int_equal(audit_first(p->s, &row), GW_OK);
	assert_int_equal(row.at, NOW);
	assert_int_equal(audit_add(p->s, NOW + 9, AUDIT_HEAD_SENT, "",
	    "daily", NULL), GW_OK);
	assert_int_equal(audit_add(p->s, NOW + 9, AUDIT_HEAD_SENT, "",
	    "asked", fpr), GW_OK);
	assert_int_equal(audit_last(p->s, AUDIT_HEAD_SENT, "daily", &row),
	    GW_OK);
	assert_int_equal(row.seq, 4);
	assert_int_equal(audit_last(p->s, AUDIT_HEAD_SENT, NULL, &row),
	    GW_OK);
	assert_int_equal(row.seq, 5);
	/* The mail itself is no news. */
	assert_int_equal(audit_add(p->s, NOW + 9, AUDIT_MAIL_QUEUED, "", "B11",
	    NULL), GW_OK);
	assert_int_equal(audit_add(p->s, NOW + 9, AUDIT_MAIL_SENT, "", "B11",
	    NULL), GW_OK);
	assert_int_equal(audit_grew(p->s, 4, &grew), GW_OK);
	assert_false(grew);
	write_some(p, 1);
	assert_int_equal(audit_grew(p->s, 4, &grew), GW_OK);
	assert_true(grew);
}

static void
test_all_rows_in_their_order(void **state)
{
	struct place *p = *state;
	struct seen s = { .n = 0 };
	size_t i;

	write_some(p, 9);
	assert_int_equal(audit_each(p->s, see, &s), GW_OK);
	assert_int_equal(s.n, 9);
	for (i = 0; i < 9; i++) {
		assert_int_equal(s.row[i].seq, i + 1);
		assert_int_equal(s.row[i].at, NOW + i);
		assert_false(s.row[i].salted);
	}
}

/* ---- what ---- */

static void
test_r29_detail_is_a_code(void **state)
{
	static const struct {
		const char *ref, *detail, *actor;
		enum gw_err want;
	} row[] = {
		{ "", "mayor_rep", NULL, GW_OK },
		{ NULL, NULL, NULL, GW_OK },
		{ "A-0123456789ABCDEF", "T06", fpr, GW_OK },
		{ "", "1234567890123456789012345678901", NULL, GW_OK },
		{ "", "12345678901234567890123456789012", NULL, GW_LIMIT },
		{ "", "Jan Peeters", NULL, GW_INTERNAL },
		{ "", "jan@peeters", NULL, GW_INTERNAL },
		{ "Jan Peeters", "", NULL, GW_INTERNAL },
		{ "A-0123456789ABCDEFG", "", NULL, GW_LIMIT },
		{ "", "", "12345678901234567890123456789012345678901234567890"
		  "123456789012345", GW_LIMIT },
	};
	struct place *p = *state;
	int64_t good = 0;
	size_t i;

	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		if (audit_add(p->s, NOW, AUDIT_ALARM, row[i].ref, row[i].detail,
		    row[i].actor) != row[i].want)
			fail_msg("row %zu", i);
		good += row[i].want == GW_OK;
		/* What was refused left nothing. */
		verify(p, GW_OK, good, 0);
	}
	assert_int_equal(audit_add(p->s, NOW, AUDIT_MAX, "", "", NULL),
	    GW_INTERNAL);
}

static void
test_row_goes_with_the_transaction(void **state)
{
	struct place *p = *state;

	assert_int_equal(store_begin(p->s), GW_OK);
	write_some(p, 3);
	store_rollback(p->s);
	verify(p, GW_OK, 0, 0);
	assert_int_equal(store_begin(p->s), GW_OK);
	write_some(p, 3);
	assert_int_equal(store_commit(p->s), GW_OK);
	write_some(p, 1);
	place_reopen(p);
	verify(p, GW_OK, 4, 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, place_make, place_drop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_chain_holds),
		T(test_chain_starts_from_its_instance),
		T(test_every_change_is_seen),
		T(test_a_cut_tail_shows_in_the_head),
		T(test_our_own_code_cannot_rewrite_it),
		T(test_r162_actor_is_a_salted_commitment),
		T(test_r162_salts_go_and_the_chain_holds),
		T(test_r162_a_row_from_the_future_keeps_no_other),
		T(test_who_touched_a_reference),
		T(test_every_earlier_head_is_found_again),
		T(test_what_makes_it_grow),
		T(test_all_rows_in_their_order),
		T(test_r29_detail_is_a_code),
		T(test_row_goes_with_the_transaction),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
