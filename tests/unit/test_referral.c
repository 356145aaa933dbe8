/*
 * The life of a referral, row by row of domain.md 4.1: what each step asks
 * for, and that nothing else is a step.
 */
#include "flow/referral.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define NELEMS(a) (sizeof(a) / sizeof((a)[0]))

#define ROW(from, event, to) { REFERRAL_##from, REFERRAL_EV_##event, \
	REFERRAL_##to }
/* An order that is possible as long as nothing is decided. */
#define OPEN(event, to) ROW(ACCEPTED, event, to), ROW(TAKEN, event, to),	\
	ROW(INFO_ASKED, event, to), ROW(ORAL, event, to)
/* ... and one that is possible once it is. */
#define DECIDED(event, to) ROW(LISTED, event, to),				\
	ROW(NOT_RETAINED, event, to), ROW(REDIRECTED, event, to)
/* One that leaves the state as it is. */
#define STAYS(state, event) ROW(state, event, state)

/* Every row of the table; all other pairs must give GW_STATE. */
static const struct {
	enum referral_state from;
	enum referral_event event;
	enum referral_state to;
} rows[] = {
	ROW(RECEIVED, VERIFIED, ACCEPTED),
	STAYS(ACCEPTED, FOLLOW_UP), STAYS(TAKEN, FOLLOW_UP),
	STAYS(ORAL, FOLLOW_UP), STAYS(LISTED, FOLLOW_UP),
	ROW(INFO_ASKED, FOLLOW_UP, TAKEN),
	OPEN(LIST, LISTED),
	OPEN(NOT_RETAINED, NOT_RETAINED),
	OPEN(ASK, INFO_ASKED),
	OPEN(ORAL, ORAL),
	ROW(ORAL, SPOKEN, TAKEN),
	OPEN(REDIRECT, REDIRECTED),
	OPEN(INFO, TAKEN),
	/* "first act of the representative on it" */
	ROW(ACCEPTED, AGAIN, TAKEN),
	STAYS(TAKEN, AGAIN), STAYS(INFO_ASKED, AGAIN), STAYS(ORAL, AGAIN),
	STAYS(LISTED, AGAIN), STAYS(NOT_RETAINED, AGAIN),
	STAYS(REDIRECTED, AGAIN),
	DECIDED(TAKEN_OVER, HANDED_OFF),
	STAYS(ACCEPTED, UNDECIDED_45), STAYS(TAKEN, UNDECIDED_45),
	STAYS(INFO_ASKED, UNDECIDED_45), STAYS(ORAL, UNDECIDED_45),
	OPEN(UNDECIDED_60, ERASED),
	DECIDED(UNDECIDED_60, ERASED),
	ROW(HANDED_OFF, DONE, ERASED), ROW(NOT_RETAINED, DONE, ERASED)
};

static size_t
count(const struct effects *e, enum effect_type type)
{
	size_t i, n = 0;

	for (i = 0; i < e->n; i++)
		n += e->e[i].type == type;
	return n;
}

/* The mail of this kind to that person; there is one. */
static const struct effect *
mail_to(const struct effects *e, enum mail_kind kind, enum effect_to to)
{
	const struct effect *found = NULL;
	size_t i;

	for (i = 0; i < e->n; i++) {
		if (e->e[i].type != EFFECT_MAIL || e->e[i].mail != kind ||
		    e->e[i].to != to)
			continue;
		assert_null(found);
		found = &e->e[i];
	}
	assert_non_null(found);
	return found;
}

/* The only mail of this kind. */
static const struct effect *
mail(const struct effects *e, enum mail_kind kind)
{
	const struct effect *found = NULL;
	size_t i;

	for (i = 0; i < e->n; i++) {
		if (e->e[i].type != EFFECT_MAIL || e->e[i].mail != kind)
			continue;
		assert_null(found);
		found = &e->e[i];
	}
	assert_non_null(found);
	return found;
}

static const struct effect *
only(const struct effects *e, enum effect_type type)
{
	size_t i;

	assert_int_equal(count(e, type), 1);
	for (i = 0; e->e[i].type != type; i++)
		;
	return &e->e[i];
}

/*
 * "sender class valid | SYSTEM | ACCEPTED | T01 to referrer, T05+T06 to REP";
 * T06 is itself the notice.
 */
static void
test_verified_is_forwarded_acknowledged_and_clocked(void **state)
{
	enum referral_state next;
	struct effects e;
	size_t i, alarm = 0, erase = 0;

	(void)state;
	assert_int_equal(referral_step(REFERRAL_RECEIVED, REFERRAL_EV_VERIFIED,
	    &next, &e), GW_OK);
	assert_int_equal(next, REFERRAL_ACCEPTED);
	assert_int_equal(only(&e, EFFECT_STATE)->state, REFERRAL_ACCEPTED);
	assert_non_null(only(&e, EFFECT_KEEP));
	/* R10: the content goes to the representative and nobody else. */
	assert_int_equal(mail(&e, MAIL_T06)->to, TO_REPRESENTATIVE);
	assert_string_equal(mail(&e, MAIL_T06)->section, "body");
	/* R21: one text for all. */
	assert_int_equal(mail(&e, MAIL_T01)->to, TO_SENDER);
	assert_string_equal(mail(&e, MAIL_T01)->section, "body");
	assert_int_equal(count(&e, EFFECT_MAIL), 2);
	assert_int_equal(only(&e, EFFECT_AUDIT)->audit, FLOW_AUDIT_ACCEPTED);
	/* R139: 45 days, then 60. */
	for (i = 0; i < e.n; i++) {
		if (e.e[i].type != EFFECT_TIMER)
			continue;
		alarm += e.e[i].event == REFERRAL_EV_UNDECIDED_45 &&
		    e.e[i].seconds == 45 * 86400;
		erase += e.e[i].event == REFERRAL_EV_UNDECIDED_60 &&
		    e.e[i].seconds == 60 * 86400;
	}
	assert_int_equal(alarm, 1);
	assert_int_equal(erase, 1);
	assert_int_equal(count(&e, EFFECT_TIMER), 2);
	assert_int_equal(count(&e, EFFECT_ERASE), 0);
}

/* "45 d without decision | SYSTEM | (stays)" */
static void
test_undecided_for_45_days_raises_an_alarm_and_keeps(void **state)
{
	enum referral_state next;
	struct effects e;

	(void)state;
	assert_int_equal(referral_step(REFERRAL_ACCEPTED,
	    REFERRAL_EV_UNDECIDED_45, &next, &e), GW_OK);
	assert_int_equal(next, REFERRAL_ACCEPTED);
	assert_int_equal(e.n, 3);
	assert_string_equal(mail_to(&e, MAIL_T05, TO_REPRESENTATIVE)->section,
	    "alarm");
	assert_string_equal(mail_to(&e, MAIL_T05, TO_DPO)->section, "alarm-fg");
	assert_int_equal(only(&e, EFFECT_AUDIT)->audit, FLOW_AUDIT_ALARM);
}

/* "60 d without decision | SYSTEM | ERASED" */
static void
test_undecided_for_60_days_is_erased_and_told(void **state)
{
	enum referral_state next;
	struct effects e;

	(void)state;
	assert_int_equal(referral_step(REFERRAL_ACCEPTED,
	    REFERRAL_EV_UNDECIDED_60, &next, &e), GW_OK);
	assert_int_equal(next, REFERRAL_ERASED);
	assert_int_equal(e.n, 5);
	assert_int_equal(only(&e, EFFECT_STATE)->state, REFERRAL_ERASED);
	assert_non_null(only(&e, EFFECT_ERASE));
	assert_string_equal(mail_to(&e, MAIL_T05, TO_REPRESENTATIVE)->section,
	    "gewist");
	assert_string_equal(mail_to(&e, MAIL_T05, TO_DPO)->section, "gewist");
	assert_int_equal(only(&e, EFFECT_AUDIT)->audit, FLOW_AUDIT_ERASED);
}

/* R26: "put on mayor's list [MAYOR/REP signature] | LISTED (creates case)"; the
 * referrer learns no more than that it is over. */
static void
test_listing_makes_a_case(void **state)
{
	enum referral_state next;
	struct effects e;

	(void)state;
	assert_int_equal(referral_step(REFERRAL_TAKEN, REFERRAL_EV_LIST, &next,
	    &e), GW_OK);
	assert_non_null(only(&e, EFFECT_CASE));
	assert_int_equal(mail(&e, MAIL_T07)->to, TO_REFERRER);
	assert_int_equal(mail(&e, MAIL_B01)->to, TO_SENDER);
	assert_int_equal(only(&e, EFFECT_AUDIT)->audit, FLOW_AUDIT_DECIDED);
	/* The hard cap of 60 days goes on running (P1). */
	assert_int_equal(count(&e, EFFECT_CALM), 0);
}

/* "30 d after NOT_RETAINED", "7 d after hand-off": R139, P1. */
static void
test_what_is_decided_is_erased_soon(void **state)
{
	enum referral_state next;
	struct effects e;

	(void)state;
	assert_int_equal(referral_step(REFERRAL_ACCEPTED,
	    REFERRAL_EV_NOT_RETAINED, &next, &e), GW_OK);
	assert_int_equal(only(&e, EFFECT_TIMER)->event, REFERRAL_EV_DONE);
	assert_int_equal(only(&e, EFFECT_TIMER)->seconds, 30 * 86400);
	assert_int_equal(e.e[1].type, EFFECT_CALM);
	assert_int_equal(referral_step(REFERRAL_LISTED,
	    REFERRAL_EV_TAKEN_OVER, &next, &e), GW_OK);
	assert_int_equal(only(&e, EFFECT_TIMER)->event, REFERRAL_EV_DONE);
	assert_int_equal(only(&e, EFFECT_TIMER)->seconds, 7 * 86400);
	/* Old timers go first, or they would take the new one with them. */
	assert_int_equal(e.e[1].type, EFFECT_CALM);
}

/* R18: T08 goes to a mayor whom the order names, T09 to the referrer. */
static void
test_redirecting_tells_both(void **state)
{
	enum referral_state next;
	struct effects e;

	(void)state;
	assert_int_equal(referral_step(REFERRAL_ACCEPTED,
	    REFERRAL_EV_REDIRECT, &next, &e), GW_OK);
	assert_int_equal(mail(&e, MAIL_T08)->to, TO_PERSON);
	assert_int_equal(mail(&e, MAIL_T09)->to, TO_REFERRER);
}

/* What stays for the figures (R126): a code, and never a worse one later. */
static void
test_the_outcome_is_a_code_that_stays(void **state)
{
	(void)state;
	assert_int_equal(referral_outcome_after(OUTCOME_OPEN, REFERRAL_EV_LIST,
	    GROUND_NONE), OUTCOME_LISTED);
	assert_int_equal(referral_outcome_after(OUTCOME_OPEN,
	    REFERRAL_EV_NOT_RETAINED, GROUND_OTHER_HELP), OUTCOME_OTHER_HELP);
	assert_int_equal(referral_outcome_after(OUTCOME_OPEN,
	    REFERRAL_EV_REDIRECT, GROUND_NONE), OUTCOME_REDIRECTED);
	assert_int_equal(referral_outcome_after(OUTCOME_OPEN,
	    REFERRAL_EV_UNDECIDED_60, GROUND_NONE), OUTCOME_UNDECIDED);
	assert_int_equal(referral_outcome_after(OUTCOME_LISTED,
	    REFERRAL_EV_UNDECIDED_60, GROUND_NONE), OUTCOME_LISTED);
	assert_int_equal(referral_outcome_after(OUTCOME_LISTED,
	    REFERRAL_EV_DONE, GROUND_NONE), OUTCOME_LISTED);
}

static void
test_orders_and_events_match(void **state)
{
	int v;

	(void)state;
	assert_int_equal(referral_event_of(VERB_LIST), REFERRAL_EV_LIST);
	assert_int_equal(referral_event_of(VERB_TAKEN_OVER),
	    REFERRAL_EV_TAKEN_OVER);
	assert_int_equal(referral_event_of(VERB_NONE), REFERRAL_EVENT_MAX);
	assert_int_equal(referral_event_of(VERB_CONFIRM), REFERRAL_EVENT_MAX);
	/* No order is what only the house or the clock can say. */
	for (v = -1; v <= VERB_MAX; v++) {
		enum referral_event e = referral_event_of((enum verb)v);

		assert_true(e != REFERRAL_EV_VERIFIED &&
		    e != REFERRAL_EV_FOLLOW_UP && e != REFERRAL_EV_DONE &&
		    e != REFERRAL_EV_UNDECIDED_45 &&
		    e != REFERRAL_EV_UNDECIDED_60);
	}
	assert_true(referral_is_open(REFERRAL_ORAL));
	assert_false(referral_is_open(REFERRAL_LISTED));
	assert_false(referral_is_open((enum referral_state)-1));
}

static bool
is_row(int from, int event)
{
	size_t i;

	for (i = 0; i < NELEMS(rows); i++) {
		if ((int)rows[i].from == from && (int)rows[i].event == event)
			return true;
	}
	return false;
}

/* Values outside the lists included: whatever the store may hold. */
static void
test_what_is_no_row_changes_nothing(void **state)
{
	enum referral_state next;
	struct effects e;
	int from, event;

	(void)state;
	for (from = -1; from <= REFERRAL_STATE_MAX; from++) {
		for (event = -1; event <= REFERRAL_EVENT_MAX; event++) {
			if (is_row(from, event))
				continue;
			memset(&e, 0xff, sizeof(e));
			assert_int_equal(referral_step(
			    (enum referral_state)from,
			    (enum referral_event)event, &next, &e),
			    GW_STATE);
			assert_int_equal((int)next, from);
			assert_int_equal(e.n, 0);
		}
	}
}

/*
 * R10: "IO never receives a referral automatically"; R20: whoever refers hears
 * of its arrival, of what is asked and of its end, never of what became of it:
 * T07 is one section for every outcome.
 */
static void
test_no_row_tells_the_referrer_what_became_of_it(void **state)
{
	static const enum mail_kind allowed[] = { MAIL_T03, MAIL_T04,
		MAIL_T07, MAIL_T09 };
	enum referral_state next;
	struct effects e;
	size_t i, j, k;

	(void)state;
	for (i = 0; i < NELEMS(rows); i++) {
		assert_int_equal(referral_step(rows[i].from, rows[i].event,
		    &next, &e), GW_OK);
		assert_int_equal(next, rows[i].to);
		for (j = 0; j < e.n; j++) {
			if (e.e[j].type != EFFECT_MAIL ||
			    e.e[j].to != TO_REFERRER)
				continue;
			for (k = 0; k < NELEMS(allowed) &&
			    allowed[k] != e.e[j].mail; k++)
				;
			assert_true(k < NELEMS(allowed));
			assert_string_equal(e.e[j].section, "body");
		}
	}
}

/* What is erased is erased in the same step as its state says so (R140). */
static void
test_erasing_and_the_state_erased_go_together(void **state)
{
	enum referral_state next;
	struct effects e;
	size_t i;

	(void)state;
	for (i = 0; i < NELEMS(rows); i++) {
		assert_int_equal(referral_step(rows[i].from, rows[i].event,
		    &next, &e), GW_OK);
		assert_int_equal(count(&e, EFFECT_ERASE) == 1,
		    next == REFERRAL_ERASED);
	}
}

static void
test_everything_has_a_name(void **state)
{
	(void)state;
	assert_string_equal(referral_state_name(REFERRAL_ACCEPTED),
	    "ACCEPTED");
	assert_string_equal(referral_event_name(REFERRAL_EV_UNDECIDED_45),
	    "UNDECIDED_45");
	assert_string_equal(mail_kind_name(MAIL_T42), "T42");
	assert_string_equal(mail_kind_template(MAIL_T01), "t01-ontvangst");
	assert_string_equal(referral_state_name(REFERRAL_STATE_MAX), "?");
	assert_string_equal(referral_event_name(REFERRAL_EVENT_MAX), "?");
	assert_string_equal(mail_kind_name(MAIL_KIND_MAX), "?");
	assert_string_equal(mail_kind_template(MAIL_KIND_MAX), "?");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_verified_is_forwarded_acknowledged_and_clocked),
		cmocka_unit_test(
		    test_undecided_for_45_days_raises_an_alarm_and_keeps),
		cmocka_unit_test(
		    test_undecided_for_60_days_is_erased_and_told),
		cmocka_unit_test(test_listing_makes_a_case),
		cmocka_unit_test(test_what_is_decided_is_erased_soon),
		cmocka_unit_test(test_redirecting_tells_both),
		cmocka_unit_test(test_the_outcome_is_a_code_that_stays),
		cmocka_unit_test(test_orders_and_events_match),
		cmocka_unit_test(test_what_is_no_row_changes_nothing),
		cmocka_unit_test(
		    test_no_row_tells_the_referrer_what_became_of_it),
		cmocka_unit_test(test_erasing_and_the_state_erased_go_together),
		cmocka_unit_test(test_everything_has_a_name)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
