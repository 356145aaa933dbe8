/*
 * The term of a case (domain.md 4.5): every row, every guard, and that over any
 * history the term is what an independent reckoning gives, and never later.
 */
#include "flow/retention.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"

#define NELEMS(a) (sizeof(a) / sizeof((a)[0]))
#define MEETING	"V-0123456789ABCDEF"

/* ---- a calendar of our own, which counts one day at a time ---- */

struct date {
	int y, m, d;
};

static int
month_days(int y, int m)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
		30, 31 };
	bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;

	return days[m - 1] + (m == 2 && leap);
}

/* From 1 January 2024, day 19723. */
static struct date
date_of(int64_t day)
{
	struct date t = { 2024, 1, 1 };
	int64_t n;

	for (n = 19723; n < day; n++) {
		if (++t.d > month_days(t.y, t.m)) {
			t.d = 1;
			t.m++;
		}
		if (t.m > 12) {
			t.m = 1;
			t.y++;
		}
	}
	return t;
}

static int64_t
day_of(int y, int m, int d)
{
	struct date t = { 2024, 1, 1 };
	int64_t n = 19723;

	for (; t.y < y; t.y++)
		n += 337 + month_days(t.y, 2);
	for (; t.m < m; t.m++)
		n += month_days(t.y, t.m);
	return n + d - 1;
}

static int64_t
years_later(int64_t day, int years)
{
	struct date t = date_of(day);
	int most = month_days(t.y + years, t.m);

	return day_of(t.y + years, t.m, t.d < most ? t.d : most);
}

static void
the_calendar_is_right(void **state)
{
	int64_t day;

	(void)state;
	assert_int_equal(clock_add_years(day_of(2028, 2, 29), 1),
	    day_of(2029, 2, 28));
	assert_int_equal(clock_add_years(day_of(2028, 2, 29), 5),
	    day_of(2033, 2, 28));
	assert_int_equal(clock_add_years(day_of(2028, 2, 29), 4),
	    day_of(2032, 2, 29));
	assert_int_equal(clock_add_years(day_of(2027, 2, 28), 1),
	    day_of(2028, 2, 28));
	assert_int_equal(clock_add_months(day_of(2027, 1, 31), 1),
	    day_of(2027, 2, 28));
	assert_int_equal(clock_add_months(day_of(2027, 8, 31), 6),
	    day_of(2028, 2, 29));
	assert_int_equal(clock_add_months(day_of(2027, 12, 31), 1),
	    day_of(2028, 1, 31));
	for (day = day_of(2024, 1, 1); day < day_of(2034, 1, 1); day++) {
		assert_int_equal(clock_add_years(day, 1), years_later(day, 1));
		assert_int_equal(clock_add_years(day, 5), years_later(day, 5));
	}
}

/* A day begins at midnight in Brussels, in summer, in winter, and when the
 * hour changes in it. */
static void
a_day_begins_at_midnight(void **state)
{
	int64_t day, t;

	(void)state;
	for (day = day_of(2024, 1, 1); day < day_of(2034, 1, 1); day++) {
		t = clock_day_start(day);
		assert_int_equal(clock_day(t), day);
		assert_int_equal(clock_day(t - 1), day - 1);
	}
	/* 28 March 2027 and 31 October 2027. */
	assert_int_equal(clock_day_start(day_of(2027, 3, 28)) % 86400,
	    23 * 3600);
	assert_int_equal(clock_day_start(day_of(2027, 3, 29)) % 86400,
	    22 * 3600);
	assert_int_equal(clock_day_start(day_of(2027, 11, 1)) % 86400,
	    23 * 3600);
}

/* ---- rows ---- */

static const struct retention_act good = {
	.criteria = CRITERION(GRAVITY), .meeting = MEETING,
	.controller = { 1, PERSON_MAYOR_REP }, .witness = { 2, PERSON_DPO },
	.closing = CLOSING_GOALS_MET, .measures = MEASURES_PARTLY,
};

/* A step that must be taken, on `day`, `today` being the same. */
static struct effects
take(struct retention *r, enum retention_event e, int64_t day)
{
	struct retention_act act = good;
	struct retention next;
	struct effects out;

	act.today = act.day = day;
	if (retention_step(r, e, &act, &next, &out) != GW_OK)
		fail_msg("%s in %s on %lld", retention_event_name(e),
		    retention_state_name(r->state), (long long)day);
	*r = next;
	return out;
}

static void
refuse(const struct retention *r, enum retention_event e,
    const struct retention_act *act, enum gw_err why)
{
	struct retention next;
	struct effects out;

	assert_int_equal(retention_step(r, e, act, &next, &out), why);
	assert_memory_equal(&next, r, sizeof(next));
	assert_int_equal(out.n, 0);
}

static bool
has(const struct effects *e, enum effect_type type, int event)
{
	size_t i;

	for (i = 0; i < e->n; i++) {
		if (e->e[i].type == type &&
		    (type != EFFECT_CLOCK || e->e[i].event == event) &&
		    (type != EFFECT_MAIL || (int)e->e[i].mail == event))
			return true;
	}
	return false;
}

#define D0	INT64_C(20700)	/* 4 September 2026 */

static struct retention
discussed(int64_t day)
{
	struct retention r = { .state = RETENTION_NEW };

	(void)take(&r, RETENTION_EV_LIST, day);
	(void)take(&r, RETENTION_EV_DISCUSS, day);
	return r;
}

static struct retention
extended(int64_t day)
{
	struct retention r = discussed(day);

	(void)take(&r, RETENTION_EV_PROPOSE, day);
	(void)take(&r, RETENTION_EV_EXTEND, day);
	return r;
}

static void
a_year_from_the_last_discussion(void **state)
{
	struct retention r = discussed(D0);
	struct effects e;

	(void)state;
	assert_int_equal(r.state, RETENTION_DISCUSSED);
	assert_int_equal(r.due, years_later(D0, 1));
	e = take(&r, RETENTION_EV_DISCUSS, D0 + 200);
	assert_int_equal(r.due, years_later(D0 + 200, 1));
	assert_true(has(&e, EFFECT_MAIL, MAIL_T36));
	assert_true(has(&e, EFFECT_CLOCK, RETENTION_EV_SOON));
	assert_true(has(&e, EFFECT_CLOCK, RETENTION_EV_END));
	/* An older meeting that is booked later changes nothing. */
	{
		struct retention_act act = { .today = D0 + 220,
			.day = D0 + 100 };
		struct retention next;

		assert_int_equal(retention_step(&r, RETENTION_EV_DISCUSS,
		    &act, &next, &e), GW_OK);
		assert_int_equal(next.last, r.last);
		assert_int_equal(next.due, r.due);
	}
}

static void
no_day_that_has_not_come(void **state)
{
	struct retention r = discussed(D0);
	struct retention_act act = good;

	(void)state;
	act.today = D0 + 10;
	act.day = D0 + 11;
	refuse(&r, RETENTION_EV_DISCUSS, &act, GW_FORMAT);
	act.day = 0;
	refuse(&r, RETENTION_EV_DISCUSS, &act, GW_FORMAT);
	(void)take(&r, RETENTION_EV_PROPOSE, D0);
	act.day = D0 + 11;
	refuse(&r, RETENTION_EV_EXTEND, &act, GW_FORMAT);
}

/* The daemon was down on the last day: what came after does not count, what
 * was before does. */
static void
nothing_counts_after_the_end(void **state)
{
	struct retention r = discussed(D0), next;
	struct retention_act act = good;
	struct effects e;

	(void)state;
	act.today = r.due + 5;
	act.day = r.due;
	refuse(&r, RETENTION_EV_DISCUSS, &act, GW_STATE);
	refuse(&r, RETENTION_EV_PROPOSE, &act, GW_STATE);
	refuse(&r, RETENTION_EV_FOLLOW, &act, GW_STATE);
	act.day = r.due - 1;
	assert_int_equal(retention_step(&r, RETENTION_EV_DISCUSS, &act, &next,
	    &e), GW_OK);
	assert_int_equal(next.due, years_later(r.due - 1, 1));
}

static void
five_years_in_all_and_by_the_rule_alone(void **state)
{
	struct retention r = discussed(D0), x;
	struct retention_act act = good;
	struct effects e;

	(void)state;
	act.today = act.day = D0 + 30;
	refuse(&r, RETENTION_EV_EXTEND, &act, GW_STATE);
	(void)take(&r, RETENTION_EV_PROPOSE, D0 + 20);
	assert_int_equal(r.due, years_later(D0, 1));

	act.criteria = 0;
	refuse(&r, RETENTION_EV_EXTEND, &act, GW_DENIED);
	act.criteria = CRITERIA_ALL + 1;
	refuse(&r, RETENTION_EV_EXTEND, &act, GW_DENIED);
	act = good;
	act.today = act.day = D0 + 30;
	act.meeting = NULL;
	refuse(&r, RETENTION_EV_EXTEND, &act, GW_DENIED);
	act.meeting = "A-0123456789ABCDEF";
	refuse(&r, RETENTION_EV_EXTEND, &act, GW_DENIED);
	act.meeting = MEETING;
	act.witness.id = act.controller.id;
	refuse(&r, RETENTION_EV_EXTEND, &act, GW_DENIED);
	act.witness.id = 0;
	refuse(&r, RETENTION_EV_EXTEND, &act, GW_DENIED);
	act.witness.id = 2;
	act.witness.role = PERSON_MAYOR;
	refuse(&r, RETENTION_EV_EXTEND, &act, GW_DENIED);
	act.witness.role = PERSON_COORDINATOR;
	act.controller.role = PERSON_COORDINATOR;
	refuse(&r, RETENTION_EV_EXTEND, &act, GW_DENIED);
	act.controller.role = PERSON_MAYOR;
	assert_int_equal(retention_step(&r, RETENTION_EV_EXTEND, &act, &x, &e),
	    GW_OK);
	assert_int_equal(x.state, RETENTION_EXTENDED);
	assert_int_equal(x.last, D0 + 30);
	assert_int_equal(x.due, years_later(D0 + 30, 5));
	assert_string_equal(x.meeting, MEETING);
	assert_true(has(&e, EFFECT_CLOCK, RETENTION_EV_END));
}

static void
a_discussion_does_not_extend_again(void **state)
{
	struct retention r = extended(D0);

	(void)state;
	(void)take(&r, RETENTION_EV_DISCUSS, D0 + 400);
	assert_int_equal(r.state, RETENTION_EXTENDED);
	assert_int_equal(r.due, years_later(D0, 5));
	/* The later of the two. */
	(void)take(&r, RETENTION_EV_DISCUSS, years_later(D0, 4) + 100);
	assert_int_equal(r.due, years_later(years_later(D0, 4) + 100, 1));
	/* Five more only by the whole way anew. */
	(void)take(&r, RETENTION_EV_PROPOSE, years_later(D0, 4) + 120);
	(void)take(&r, RETENTION_EV_EXTEND, years_later(D0, 4) + 130);
	assert_int_equal(r.due, years_later(years_later(D0, 4) + 130, 5));
}

static void
a_refused_extension_changes_nothing(void **state)
{
	static const enum retention_event before[] = { RETENTION_EV_DISCUSS,
		RETENTION_EV_FOLLOW, RETENTION_EV_CLOSE };
	struct retention r, was;
	size_t i;

	(void)state;
	for (i = 0; i < NELEMS(before); i++) {
		r = discussed(D0);
		(void)take(&r, before[i], D0);
		was = r;
		(void)take(&r, RETENTION_EV_PROPOSE, D0 + 1);
		(void)take(&r, RETENTION_EV_REFUSE, D0 + 2);
		assert_memory_equal(&r, &was, sizeof(r));
	}
}

static void
a_closed_case_keeps_its_term(void **state)
{
	struct retention r = discussed(D0);
	struct retention_act act = good;
	struct effects e;

	(void)state;
	act.today = D0 + 50;
	act.closing = CLOSING_OPEN;
	refuse(&r, RETENTION_EV_CLOSE, &act, GW_FORMAT);
	act.closing = CLOSING_NO_CONCERN;
	act.measures = MEASURES_NONE;
	refuse(&r, RETENTION_EV_CLOSE, &act, GW_FORMAT);
	e = take(&r, RETENTION_EV_CLOSE, D0 + 50);
	assert_true(has(&e, EFFECT_MAIL, MAIL_T34));
	assert_int_equal(r.state, RETENTION_CLOSED);
	assert_int_equal(r.due, years_later(D0, 1));
	assert_int_equal(r.closing, CLOSING_GOALS_MET);
	assert_int_equal(r.closed, D0 + 50);
	(void)take(&r, RETENTION_EV_SOON, r.due - 30);
	act = good;
	act.today = r.due - 20;
	refuse(&r, RETENTION_EV_CLOSE, &act, GW_STATE);
	(void)take(&r, RETENTION_EV_END, r.due);
	/* What the figures need stays (R126), and no ground. */
	assert_int_equal(r.closing, CLOSING_GOALS_MET);
	assert_int_equal(r.closed, D0 + 50);
	assert_true(closing_succeeded(r.closing));
	assert_false(closing_succeeded(CLOSING_STOPPED));
}

/* Erasure comes from any state, on the day, and not a day sooner. */
static void
the_end_comes_whatever_the_state(void **state)
{
	struct retention r[6], next;
	struct retention_act act = good;
	struct effects e;
	size_t i;

	(void)state;
	for (i = 0; i < 5; i++)
		r[i] = discussed(D0);
	(void)take(&r[1], RETENTION_EV_FOLLOW, D0);
	(void)take(&r[2], RETENTION_EV_CLOSE, D0);
	(void)take(&r[3], RETENTION_EV_PROPOSE, D0);
	(void)take(&r[4], RETENTION_EV_SOON, r[4].due - 30);
	r[5] = extended(D0);
	for (i = 0; i < NELEMS(r); i++) {
		act.today = r[i].due - 31;
		if (i != 4)
			refuse(&r[i], RETENTION_EV_SOON, &act, GW_STATE);
		act.today = r[i].due - 1;
		refuse(&r[i], RETENTION_EV_END, &act, GW_STATE);
		assert_int_equal(retention_due(RETENTION_EV_END, &r[i], D0),
		    clock_day_start(r[i].due));
		assert_int_equal(retention_due(RETENTION_EV_SOON, &r[i], D0),
		    clock_day_start(r[i].due - 30));
		act.today = r[i].due;
		assert_int_equal(retention_step(&r[i], RETENTION_EV_END, &act,
		    &next, &e), GW_OK);
		assert_int_equal(next.state, RETENTION_ERASED);
		assert_true(has(&e, EFFECT_ERASE, 0));
		assert_true(has(&e, EFFECT_MAIL, MAIL_T37));
		assert_int_equal(next.criteria, 0);
		assert_string_equal(next.meeting, "");
	}
}

static void
a_discussion_ends_the_last_days(void **state)
{
	struct retention r = discussed(D0), x = extended(D0);
	struct effects e;

	(void)state;
	(void)take(&r, RETENTION_EV_FOLLOW, D0);
	e = take(&r, RETENTION_EV_SOON, r.due - 30);
	assert_int_equal(r.state, RETENTION_DUE_SOON);
	assert_true(has(&e, EFFECT_MAIL, MAIL_T35));
	e = take(&r, RETENTION_EV_DISCUSS, r.due - 1);
	assert_int_equal(e.e[0].state, RETENTION_FOLLOWED);
	assert_int_equal(r.state, RETENTION_FOLLOWED);
	assert_int_equal(r.due, years_later(years_later(D0, 1) - 1, 1));
	(void)take(&x, RETENTION_EV_SOON, x.due - 30);
	(void)take(&x, RETENTION_EV_DISCUSS, x.due - 10);
	assert_int_equal(x.state, RETENTION_EXTENDED);
}

static void
never_discussed_is_never_kept(void **state)
{
	struct retention r = { .state = RETENTION_NEW };
	struct retention_act act = good;
	struct effects e;

	(void)state;
	e = take(&r, RETENTION_EV_LIST, D0);
	assert_true(has(&e, EFFECT_CLOCK, RETENTION_EV_UNDISCUSSED));
	assert_true(has(&e, EFFECT_CLOCK, RETENTION_EV_DELIST));
	assert_int_equal(r.due, 0);
	act.today = D0 + 1;
	refuse(&r, RETENTION_EV_PROPOSE, &act, GW_STATE);
	refuse(&r, RETENTION_EV_FOLLOW, &act, GW_STATE);
	act.today = D0 + 89;
	refuse(&r, RETENTION_EV_UNDISCUSSED, &act, GW_STATE);
	e = take(&r, RETENTION_EV_UNDISCUSSED, D0 + 90);
	assert_true(has(&e, EFFECT_MAIL, MAIL_T35));
	assert_int_equal(r.state, RETENTION_LISTED);
	act.today = D0 + 104;
	refuse(&r, RETENTION_EV_DELIST, &act, GW_STATE);
	e = take(&r, RETENTION_EV_DELIST, D0 + 105);
	assert_int_equal(r.state, RETENTION_ERASED);
	assert_true(has(&e, EFFECT_ERASE, 0));
	/* Discussed in time, the two clocks have nothing to say. */
	r = discussed(D0);
	act.today = D0 + 200;
	refuse(&r, RETENTION_EV_UNDISCUSSED, &act, GW_STATE);
	refuse(&r, RETENTION_EV_DELIST, &act, GW_STATE);
}

static void
the_manager_reports_back(void **state)
{
	struct retention r = discussed(D0);
	struct retention_act act = good;
	struct effects e;

	(void)state;
	act.today = D0;
	refuse(&r, RETENTION_EV_MONTH_1, &act, GW_STATE);
	refuse(&r, RETENTION_EV_STUCK, &act, GW_STATE);
	e = take(&r, RETENTION_EV_FOLLOW, D0);
	assert_true(has(&e, EFFECT_CLOCK, RETENTION_EV_MONTH_1));
	assert_true(has(&e, EFFECT_CLOCK, RETENTION_EV_MONTH_6));
	assert_int_equal(retention_due(RETENTION_EV_MONTH_1, &r, D0),
	    clock_day_start(clock_add_months(D0, 1)));
	assert_int_equal(retention_due(RETENTION_EV_MONTH_6, &r, D0),
	    clock_day_start(clock_add_months(D0, 6)));
	e = take(&r, RETENTION_EV_MONTH_1, D0 + 30);
	assert_true(has(&e, EFFECT_MAIL, MAIL_T32));
	e = take(&r, RETENTION_EV_STUCK, D0 + 40);
	assert_true(has(&e, EFFECT_MAIL, MAIL_T33));
	(void)take(&r, RETENTION_EV_CLOSE, D0 + 50);
	act.today = D0 + 180;
	refuse(&r, RETENTION_EV_MONTH_6, &act, GW_STATE);
}

static void
what_is_erased_stays_so(void **state)
{
	struct retention r = discussed(D0);
	struct retention_act act = good;
	int e;

	(void)state;
	(void)take(&r, RETENTION_EV_END, r.due);
	act.today = act.day = r.due + 1;
	for (e = 0; e < RETENTION_EVENT_MAX; e++)
		refuse(&r, (enum retention_event)e, &act, GW_STATE);
}

/* ---- any history ---- */

/* What the rule gives, from nothing but the days that counted. */
struct model {
	int64_t last, extended;		/* the latest term by an extension */
};

static uint32_t seed;

static uint32_t
random_below(uint32_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (uint32_t)(((uint64_t)seed * n) >> 32);
}

static int64_t
term_of(const struct model *m)
{
	int64_t year;

	if (m->last == 0)
		return 0;
	year = years_later(m->last, 1);
	return m->extended > year ? m->extended : year;
}

static bool
is_fit(const struct retention_act *a)
{
	return a->criteria >= 1 && a->criteria <= 7 && a->controller.id !=
	    a->witness.id && a->meeting != NULL;
}

static struct retention_act
any_act(int64_t today)
{
	struct retention_act a = good;

	a.today = today;
	a.day = today + 10 - random_below(60);
	a.criteria = random_below(9);
	a.controller.id = 1 + random_below(3);
	a.witness.id = 1 + random_below(3);
	a.meeting = random_below(8) == 0 ? NULL : MEETING;
	return a;
}

static void
book(struct model *m, enum retention_event e, const struct retention_act *a)
{
	if (e != RETENTION_EV_DISCUSS && e != RETENTION_EV_EXTEND)
		return;
	assert_true(a->day <= a->today);
	assert_true(m->last == 0 || a->day < term_of(m));
	if (a->day > m->last)
		m->last = a->day;
	if (e != RETENTION_EV_EXTEND)
		return;
	assert_true(is_fit(a));
	m->extended = years_later(m->last, 5);
}

static void
run_history(int steps)
{
	struct retention r = { .state = RETENTION_NEW }, next;
	struct model m = { 0, 0 };
	int64_t today = D0;
	struct retention_act act;
	enum retention_event e;
	struct effects out;
	int i;

	for (i = 0; i < steps && r.state != RETENTION_ERASED; i++) {
		/* By turns days and months go by. */
		today += random_below(random_below(4) == 0 ? 200 : 20);
		act = any_act(today);
		e = (enum retention_event)random_below(RETENTION_EVENT_MAX);
		if (retention_step(&r, e, &act, &next, &out) != GW_OK)
			continue;
		book(&m, e, &act);
		r = next;
		assert_int_equal(r.due, term_of(&m));
		if (r.due != 0)
			assert_true(r.due <= years_later(r.last, 5));
		if (r.state == RETENTION_ERASED && r.due != 0)
			assert_true(today >= r.due);
	}
}

static void
no_history_gives_a_later_term(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 4000; i++) {
		seed = (uint32_t)i * 2654435761u;
		run_history(80);
	}
}

/* From every state that can be reached, time alone leads to erasure. */
static void
time_alone_erases(void **state)
{
	struct retention r, next;
	struct retention_act act;
	struct effects out;
	int64_t today;
	int i, k;

	(void)state;
	for (i = 0; i < 2000; i++) {
		seed = (uint32_t)i * 2246822519u;
		r = (struct retention){ .state = RETENTION_NEW };
		today = D0;
		(void)take(&r, RETENTION_EV_LIST, today);
		for (k = 0; k < 20; k++) {
			today += random_below(60);
			act = any_act(today);
			if (retention_step(&r, (enum retention_event)
			    random_below(RETENTION_EV_MONTH_1), &act, &next,
			    &out) == GW_OK)
				r = next;
		}
		act = good;
		act.today = r.due != 0 ? r.due : r.listed + 105;
		assert_int_equal(retention_step(&r, r.due != 0 ?
		    RETENTION_EV_END : RETENTION_EV_DELIST, &act, &next, &out),
		    GW_OK);
		assert_int_equal(next.state, RETENTION_ERASED);
	}
}

static void
names_are_stable(void **state)
{
	(void)state;
	assert_string_equal(retention_state_name(RETENTION_EXT_PROPOSED),
	    "EXT_PROPOSED");
	assert_string_equal(retention_event_name(RETENTION_EV_END), "END");
	assert_string_equal(criterion_name(CRITERION_ARREST), "earlier-arrest");
	assert_string_equal(closing_name(CLOSING_NO_CONCERN), "no-concern");
	assert_string_equal(measures_name(MEASURES_PARTLY), "partly");
	assert_string_equal(retention_state_name(RETENTION_STATE_MAX), "?");
	assert_string_equal(retention_event_name(RETENTION_EVENT_MAX), "?");
	assert_string_equal(criterion_name(CRITERION_MAX), "?");
	assert_string_equal(closing_name(CLOSING_MAX), "?");
	assert_string_equal(measures_name(MEASURES_MAX), "?");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_calendar_is_right),
		cmocka_unit_test(a_day_begins_at_midnight),
		cmocka_unit_test(a_year_from_the_last_discussion),
		cmocka_unit_test(no_day_that_has_not_come),
		cmocka_unit_test(nothing_counts_after_the_end),
		cmocka_unit_test(five_years_in_all_and_by_the_rule_alone),
		cmocka_unit_test(a_discussion_does_not_extend_again),
		cmocka_unit_test(a_refused_extension_changes_nothing),
		cmocka_unit_test(a_closed_case_keeps_its_term),
		cmocka_unit_test(the_end_comes_whatever_the_state),
		cmocka_unit_test(a_discussion_ends_the_last_days),
		cmocka_unit_test(never_discussed_is_never_kept),
		cmocka_unit_test(the_manager_reports_back),
		cmocka_unit_test(what_is_erased_stays_so),
		cmocka_unit_test(no_history_gives_a_later_term),
		cmocka_unit_test(time_alone_erases),
		cmocka_unit_test(names_are_stable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
