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

/* Every row of the table; all other pairs must give GW_STATE. */
static const struct {
	enum referral_state from;
	enum referral_event event;
	enum referral_state to;
} rows[] = {
	{ REFERRAL_RECEIVED, REFERRAL_EV_VERIFIED, REFERRAL_ACCEPTED },
	{ REFERRAL_ACCEPTED, REFERRAL_EV_UNDECIDED_45, REFERRAL_ACCEPTED },
	{ REFERRAL_ACCEPTED, REFERRAL_EV_UNDECIDED_60, REFERRAL_ERASED }
};

static size_t
count(const struct effects *e, enum effect_type type)
{
	size_t i, n = 0;

	for (i = 0; i < e->n; i++)
		n += e->e[i].type == type;
	return n;
}

/* The only effect of this type, or the only mail of this kind. */
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
	assert_int_equal(e.n, 2);
	assert_int_equal(mail(&e, MAIL_T05)->to, TO_REPRESENTATIVE);
	assert_string_equal(mail(&e, MAIL_T05)->section, "alarm");
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
	assert_int_equal(e.n, 4);
	assert_int_equal(only(&e, EFFECT_STATE)->state, REFERRAL_ERASED);
	assert_non_null(only(&e, EFFECT_ERASE));
	assert_int_equal(mail(&e, MAIL_T05)->to, TO_REPRESENTATIVE);
	assert_string_equal(mail(&e, MAIL_T05)->section, "gewist");
	assert_int_equal(only(&e, EFFECT_AUDIT)->audit, FLOW_AUDIT_ERASED);
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

/* R10: "IO never receives a referral automatically"; R20: the sender hears of
 * its arrival and of nothing else. */
static void
test_no_row_tells_the_sender_more_than_received(void **state)
{
	enum referral_state next;
	struct effects e;
	size_t i, j;

	(void)state;
	for (i = 0; i < NELEMS(rows); i++) {
		assert_int_equal(referral_step(rows[i].from, rows[i].event,
		    &next, &e), GW_OK);
		assert_int_equal(next, rows[i].to);
		for (j = 0; j < e.n; j++) {
			if (e.e[j].type == EFFECT_MAIL &&
			    e.e[j].to == TO_SENDER)
				assert_int_equal(e.e[j].mail, MAIL_T01);
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
		cmocka_unit_test(test_what_is_no_row_changes_nothing),
		cmocka_unit_test(
		    test_no_row_tells_the_sender_more_than_received),
		cmocka_unit_test(test_erasing_and_the_state_erased_go_together),
		cmocka_unit_test(test_everything_has_a_name)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
