/* base/watch: a wrong date is never believed, and no term becomes shorter. The
 * two clocks are the test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/limits.h"
#include "base/watch.h"

#define NOW	INT64_C(1795000000)	/* November 2026 */
#define HOUR	INT64_C(3600)
#define DAY	(24 * HOUR)
#define BOOT	INT64_C(50000)		/* this boot is 50 s old */

/* Both clocks `s` seconds later. */
static int64_t
later(struct watch *w, int64_t wall, int64_t s)
{
	return watch_time(w, wall + s, BOOT + s * 1000);
}

static void
a_new_house_believes_any_date(void **state)
{
	struct watch w;

	(void)state;
	watch_start(&w, 0, false, 10, BOOT);
	assert_false(w.doubt);
	assert_int_equal(later(&w, 10, 5), 15);
	watch_start(&w, 0, false, NOW * 1000, BOOT);
	assert_false(w.doubt);
}

static void
a_start_is_believed_within_bounds(void **state)
{
	static const struct {
		int64_t away;
		bool doubt;
	} rows[] = {
		{ 0, false }, { HOUR, false }, { 10 * DAY, false },
		{ LIM_CLOCK_AWAY_S, false }, { LIM_CLOCK_AWAY_S + 1, true },
		{ 61 * DAY, true }, { 30 * 365 * DAY, true },
		{ -HOUR, false }, { -LIM_CLOCK_JUMP_S, false },
		{ -LIM_CLOCK_JUMP_S - 1, true }, { -NOW, true },
	};
	struct watch w;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		watch_start(&w, NOW, false, NOW + rows[i].away, BOOT);
		assert_int_equal(w.doubt, rows[i].doubt);
		/* By the count while there is doubt, and never back. */
		assert_int_equal(later(&w, NOW + rows[i].away, 7),
		    rows[i].doubt ? NOW + 7 :
		    rows[i].away < 0 ? NOW : NOW + rows[i].away + 7);
		assert_int_equal(w.doubt, rows[i].doubt);
	}
}

static void
a_jump_within_a_run_is_not_believed(void **state)
{
	static const int64_t jumps[] = { 2 * DAY, 61 * DAY, -2 * DAY,
		-61 * DAY, 300 * 365 * DAY };
	struct watch w;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(jumps) / sizeof(jumps[0]); i++) {
		watch_start(&w, NOW, false, NOW + 10, BOOT);
		assert_int_equal(later(&w, NOW + 10, 5), NOW + 15);
		assert_int_equal(later(&w, NOW + 10 + jumps[i], 6), NOW + 16);
		assert_true(w.doubt);
		assert_int_equal(later(&w, NOW + 10 + jumps[i], 90), NOW + 100);
		/* Set right, it ends by itself. */
		assert_int_equal(later(&w, NOW + 10, 95), NOW + 105);
		assert_false(w.doubt);
		assert_int_equal(w.lag, 0);
	}
}

/* A time zone, an hour of NTP, a leap second: no doubt. */
static void
small_steps_are_believed(void **state)
{
	struct watch w;

	(void)state;
	watch_start(&w, NOW, false, NOW, BOOT);
	assert_int_equal(later(&w, NOW + 14 * HOUR, 10), NOW + 14 * HOUR + 10);
	assert_false(w.doubt);
	/* Back again: the time stands still until it is reached. */
	assert_int_equal(later(&w, NOW, 20), NOW + 14 * HOUR + 10);
	assert_false(w.doubt);
	assert_int_equal(later(&w, NOW, 15 * HOUR), NOW + 15 * HOUR);
}

static void
many_small_steps_are_a_large_one(void **state)
{
	struct watch w;
	int i;

	(void)state;
	watch_start(&w, NOW, false, NOW, BOOT);
	for (i = 1; i <= 61; i++)
		assert_true(later(&w, NOW + i * DAY / 2, i) <=
		    NOW + LIM_CLOCK_JUMP_S + 61);
	assert_true(w.doubt);
}

/* A machine that slept: the boot clock has counted it. */
static void
sleep_is_no_jump(void **state)
{
	struct watch w;

	(void)state;
	watch_start(&w, NOW, false, NOW, BOOT);
	assert_int_equal(later(&w, NOW, 90 * DAY), NOW + 90 * DAY);
	assert_false(w.doubt);
}

static void
a_doubt_outlives_a_start(void **state)
{
	struct watch w;

	(void)state;
	/* Five days ahead: no more than a long week-end off, but doubted. */
	watch_start(&w, NOW, true, NOW + 5 * DAY, BOOT);
	assert_true(w.doubt);
	watch_start(&w, NOW, true, NOW + 2 * HOUR, BOOT);
	assert_false(w.doubt);
	assert_int_equal(w.lag, 2 * HOUR);
}

/* Off for three days and started with a wrong date, which is then mended. */
static void
what_the_count_lacked_is_known_in_the_end(void **state)
{
	struct watch w;

	(void)state;
	watch_start(&w, NOW, false, NOW + 61 * DAY, BOOT);
	assert_int_equal(later(&w, NOW + 61 * DAY, DAY), NOW + DAY);
	assert_int_equal(later(&w, NOW + 3 * DAY, 2 * DAY), NOW + 5 * DAY);
	assert_false(w.doubt);
	assert_int_equal(w.lag, 3 * DAY);
}

static void
a_person_ends_it_both_ways(void **state)
{
	static const int64_t away[] = { 100 * DAY, -100 * DAY };
	struct watch w;
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		watch_start(&w, NOW, false, NOW + away[i], BOOT);
		assert_true(w.doubt);
		watch_believe(&w, NOW + away[i] + 9, BOOT + 9000);
		assert_false(w.doubt);
		assert_int_equal(w.lag, away[i]);
		/* Also when that is back: else the time would stand still. */
		assert_int_equal(later(&w, NOW + away[i], 10),
		    NOW + away[i] + 10);
		assert_false(w.doubt);
	}
}

/*
 * Whatever the wall clock does in a run and over starts: from a time that was
 * right, the house is never ahead of the truth by more than one step that is
 * within bounds.
 */
static void
never_far_ahead_of_the_truth(void **state)
{
	int64_t truth, error, now, saved;
	uint32_t seed = 1;
	struct watch w;
	int i, k;

	(void)state;
	for (i = 0; i < 2000; i++) {
		truth = error = 0;
		saved = NOW;
		watch_start(&w, saved, false, NOW, BOOT);
		for (k = 0; k < 50; k++) {
			seed = seed * 1664525u + 1013904223u;
			truth += seed >> 18;
			if (k % 5 == 0)
				error = ((int64_t)(seed >> 10) % 400 - 200) *
				    9 * HOUR;
			now = later(&w, NOW + error, truth);
			assert_true(now >= saved);
			assert_true(now <= NOW + truth + LIM_CLOCK_JUMP_S);
			saved = now;
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_house_believes_any_date),
		cmocka_unit_test(a_start_is_believed_within_bounds),
		cmocka_unit_test(a_jump_within_a_run_is_not_believed),
		cmocka_unit_test(small_steps_are_believed),
		cmocka_unit_test(many_small_steps_are_a_large_one),
		cmocka_unit_test(sleep_is_no_jump),
		cmocka_unit_test(a_doubt_outlives_a_start),
		cmocka_unit_test(what_the_count_lacked_is_known_in_the_end),
		cmocka_unit_test(a_person_ends_it_both_ways),
		cmocka_unit_test(never_far_ahead_of_the_truth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
