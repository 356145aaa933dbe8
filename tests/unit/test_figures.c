/*
 * The figures of a year: what is counted, and that nothing which is hidden can
 * be worked out. The second is tried over all tables there are, for somebody
 * who knows the rule and every number that is shown.
 */
#include "flow/figures.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DAY_2026	20454	/* 1 January */
#define MOST		24	/* total of a table that is tried */
#define HIDDEN		(-1)

/* ---- one table ---- */

/* What is seen of a table, and for each hidden cell what it may be. */
struct seen {
	int8_t as[FIGURES_CELLS + 1];	/* the total last */
	uint32_t may[FIGURES_CELLS];	/* a bit for each value */
};

static struct seen *all;
static size_t seen_n;

static void
look(const int64_t *n, size_t k)
{
	struct seen s;
	bool shown[FIGURES_CELLS], total;
	int64_t sum = 0;
	size_t i;

	memset(&s, 0, sizeof(s));
	total = figures_hide(n, k, shown);
	for (i = 0; i < k; i++) {
		sum += n[i];
		s.as[i] = shown[i] ? (int8_t)n[i] : HIDDEN;
		s.may[i] = UINT32_C(1) << n[i];
		if (n[i] < FIGURES_LEAST)
			assert_false(shown[i]);
	}
	s.as[k] = total ? (int8_t)sum : HIDDEN;
	all[seen_n++] = s;
}

static int
by_sight(const void *a, const void *b)
{
	return memcmp(((const struct seen *)a)->as,
	    ((const struct seen *)b)->as, sizeof(((struct seen *)0)->as));
}

/* Fills n[at..k) in all ways that give `left` in all. */
static void
fill(int64_t *n, size_t at, size_t k, int64_t left)
{
	if (at == k - 1) {
		n[at] = left;
		look(n, k);
		return;
	}
	for (n[at] = 0; n[at] <= left; n[at]++)
		fill(n, at + 1, k, left - n[at]);
}

/* All that look alike must leave two values open for each hidden cell. */
static size_t
judge(size_t from, size_t k)
{
	uint32_t may[FIGURES_CELLS] = { 0 };
	size_t to, i;

	for (to = from; to < seen_n && by_sight(&all[from], &all[to]) == 0;
	    to++) {
		for (i = 0; i < k; i++)
			may[i] |= all[to].may[i];
	}
	for (i = 0; i < k; i++) {
		if (all[from].as[i] == HIDDEN && (may[i] & (may[i] - 1)) == 0)
			fail_msg("cell %zu of %zu can be worked out: total %d,"
			    " it is %x", i, k, all[from].as[k],
			    (unsigned)may[i]);
	}
	return to;
}

static void
test_r129_no_hidden_cell_can_be_worked_out(void **state)
{
	int64_t n[FIGURES_CELLS];
	size_t k, i, rows = 0;
	int64_t total;

	(void)state;
	all = calloc(200000, sizeof(all[0]));
	assert_non_null(all);
	for (k = 2; k <= 5; k++) {
		seen_n = 0;
		for (total = 0; total <= MOST; total++)
			fill(n, 0, k, total);
		rows += seen_n;
		qsort(all, seen_n, sizeof(all[0]), by_sight);
		for (i = 0; i < seen_n;)
			i = judge(i, k);
	}
	free(all);
	/* That it tried what it says. */
	assert_int_equal(rows, 325 + 2925 + 20475 + 118755);
}

/* That the proof can fail: a single small cell beside a total is none. */
static void
test_a_lone_small_cell_takes_another_with_it(void **state)
{
	const int64_t n[] = { 3, 9, 7, 20 };
	bool shown[4];

	(void)state;
	assert_true(figures_hide(n, 4, shown));
	assert_false(shown[0]);
	assert_true(shown[1]);
	assert_false(shown[2]);
	assert_true(shown[3]);
}

/* Two equals, of which one were chosen by its place: then 0, 5, 5 could be
 * nothing else. */
static void
test_equals_are_hidden_together(void **state)
{
	const int64_t n[] = { 5, 5, 0, 8 };
	bool shown[4];

	(void)state;
	assert_true(figures_hide(n, 4, shown));
	assert_false(shown[0] || shown[1] || shown[2]);
	assert_true(shown[3]);
}

static void
test_large_cells_are_all_shown(void **state)
{
	const int64_t n[] = { 5, 9, 7 };
	bool shown[3];

	(void)state;
	assert_true(figures_hide(n, 3, shown));
	assert_true(shown[0] && shown[1] && shown[2]);
}

/* ---- a year ---- */

static struct tally tally;

static void
add(int times, int64_t day, enum referral_outcome outcome, int64_t after)
{
	while (times-- > 0)
		tally_referral(&tally, day, outcome,
		    outcome == OUTCOME_OPEN ? 0 : day + after);
}

static void
test_r126_a_year(void **state)
{
	struct figures f;
	int i;

	(void)state;
	tally_begin(&tally, 2026, DAY_2026 + 365);
	add(8, DAY_2026, OUTCOME_LISTED, 10);
	add(1, DAY_2026, OUTCOME_LISTED, 55);
	add(6, DAY_2026 + 364, OUTCOME_REDIRECTED, 0);
	add(5, DAY_2026 + 10, OUTCOME_TOO_LITTLE, 3);
	add(7, DAY_2026 + 10, OUTCOME_OTHER_HELP, 3);
	add(5, DAY_2026 + 10, OUTCOME_NO_INDICATION, 3);
	add(9, DAY_2026 + 10, OUTCOME_OWN_STEPS, 3);
	add(5, DAY_2026 + 300, OUTCOME_OPEN, 0);
	add(5, DAY_2026 + 30, OUTCOME_UNDECIDED, 60);
	/* Neither of last year nor of the next. */
	add(9, DAY_2026 - 1, OUTCOME_LISTED, 1);
	add(9, DAY_2026 + 365, OUTCOME_LISTED, 1);
	for (i = 0; i < 12; i++)
		tally_case(&tally, DAY_2026 - 100, DAY_2026 + i,
		    i < 7 ? CLOSING_GOALS_MET : CLOSING_ELSEWHERE,
		    i < 7 ? MEASURES_EFFECTIVE : MEASURES_PARTLY);
	tally_case(&tally, DAY_2026, 0, CLOSING_OPEN, MEASURES_NONE);
	figures_publish(&tally, &f);
	assert_int_equal(f.n[FIGURE_REFERRED], 51);
	assert_int_equal(f.n[FIGURE_LISTED], 9);
	assert_int_equal(f.n[FIGURE_NOT_RETAINED], 26);
	assert_int_equal(f.n[FIGURE_OWN_STEPS], 9);
	assert_int_equal(f.n[FIGURE_REDIRECTED], 6);
	assert_int_equal(f.n[FIGURE_UNDECIDED], 5);
	assert_int_equal(f.n[FIGURE_OPEN], 5);
	assert_int_equal(f.n[FIGURE_CLOSED], 12);
	assert_int_equal(f.n[FIGURE_SUCCESS], 7);
	assert_int_equal(f.n[FIGURE_NO_SUCCESS], 5);
	/* Two of the four are none at all, and one goes with them. */
	assert_true(f.shown[FIGURE_CLOSED]);
	assert_false(f.shown[FIGURE_UNKNOWN]);
	assert_int_equal(f.shown[FIGURE_EFFECTIVE] + f.shown[FIGURE_PARTLY],
	    1);
	assert_int_equal(f.mean[LEAD_INTAKE], 15);
	assert_int_equal(f.median[LEAD_INTAKE], 10);
	assert_int_equal(f.mean[LEAD_CASE], 106);
	assert_int_equal(f.median[LEAD_CASE], 106);
}

/* What is hidden hides its parts and its days. */
static void
test_a_hidden_figure_hides_what_it_is_made_of(void **state)
{
	struct figures f;
	int i;

	(void)state;
	tally_begin(&tally, 2026, DAY_2026 + 365);
	add(4, DAY_2026, OUTCOME_LISTED, 10);
	add(6, DAY_2026, OUTCOME_TOO_LITTLE, 10);
	figures_publish(&tally, &f);
	assert_true(f.shown[FIGURE_REFERRED]);
	assert_false(f.shown[FIGURE_LISTED]);
	assert_false(f.lead_shown[LEAD_INTAKE]);
	assert_int_equal(f.mean[LEAD_INTAKE], 0);
	assert_false(f.shown[FIGURE_NOT_RETAINED]);
	assert_false(f.shown[FIGURE_TOO_LITTLE]);
	for (i = 0; i < FIGURE_MAX; i++)
		assert_true(f.shown[i] || f.n[i] == 0);
	tally_begin(&tally, 2026, DAY_2026 + 365);
	add(4, DAY_2026, OUTCOME_LISTED, 10);
	figures_publish(&tally, &f);
	for (i = 0; i < FIGURE_MAX; i++)
		assert_false(f.shown[i]);
}

/* What is told on two days could be subtracted: nothing moves in a quarter. */
static void
test_nothing_moves_within_a_quarter(void **state)
{
	static const int quarter[] = { 0, 90, 181, 273, 365 };
	struct figures before, after;
	int day, q = 0;

	(void)state;
	for (day = 0; day < 365; day++) {
		if (day == quarter[q + 1])
			q++;
		assert_int_equal(figures_until(DAY_2026 + day),
		    DAY_2026 + quarter[q]);
		assert_int_equal(figures_year(DAY_2026 + day), 2026);
		assert_int_equal(figures_look_back(DAY_2026 + day), day < 31);
	}
	tally_begin(&tally, 2026, DAY_2026 + 90);
	add(9, DAY_2026 + 80, OUTCOME_OPEN, 0);
	figures_publish(&tally, &before);
	tally_begin(&tally, 2026, DAY_2026 + 90);
	add(9, DAY_2026 + 80, OUTCOME_LISTED, 10);
	add(9, DAY_2026 + 90, OUTCOME_LISTED, 0);
	tally_case(&tally, DAY_2026, DAY_2026 + 90, CLOSING_STOPPED,
	    MEASURES_PARTLY);
	figures_publish(&tally, &after);
	assert_memory_equal(&before, &after, sizeof(after));
}

/* Each table is the sum of its cells, and no cell stands in two. */
static void
test_the_tables_add_up(void **state)
{
	const struct figure_table *t;
	unsigned in[FIGURE_MAX] = { 0 };
	size_t i, j;

	(void)state;
	for (i = 0; (t = figure_table_at(i)) != NULL; i++) {
		/* The proof above went so far. */
		assert_in_range(t->cells, 2, 5);
		for (j = 0; j < t->cells; j++)
			in[t->cell[j]]++;
	}
	for (i = 0; i < FIGURE_MAX; i++)
		assert_int_equal(in[i], i != FIGURE_REFERRED &&
		    i != FIGURE_CLOSED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_r129_no_hidden_cell_can_be_worked_out),
		cmocka_unit_test(test_a_lone_small_cell_takes_another_with_it),
		cmocka_unit_test(test_equals_are_hidden_together),
		cmocka_unit_test(test_large_cells_are_all_shown),
		cmocka_unit_test(test_r126_a_year),
		cmocka_unit_test(
		    test_a_hidden_figure_hides_what_it_is_made_of),
		cmocka_unit_test(test_nothing_moves_within_a_quarter),
		cmocka_unit_test(test_the_tables_add_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
