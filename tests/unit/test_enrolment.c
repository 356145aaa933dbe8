/*
 * Two officers and the holder of the key (design.md 10): every path to
 * ENROLLED leads past all of them, and no event of a machine is one of theirs.
 */
#include "flow/enrolment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define NELEMS(a) (sizeof(a) / sizeof((a)[0]))
#define ROW(from, event, to) { ENROLMENT_##from, ENROLMENT_EV_##event, \
	ENROLMENT_##to }

static const struct {
	enum enrolment_state from;
	enum enrolment_event event;
	enum enrolment_state to;
} rows[] = {
	ROW(NEW, TYPE, TYPED), ROW(TYPED, AGREE, PROPOSED),
	ROW(NEW, PROPOSE, PROPOSED), ROW(PROPOSED, SECOND, PROVING),
	ROW(PROVING, PROVE, ENROLLED),
	ROW(TYPED, REJECT, REJECTED), ROW(PROPOSED, REJECT, REJECTED),
	ROW(PROVING, REJECT, REJECTED), ROW(TYPED, EXPIRE, EXPIRED),
	ROW(PROPOSED, EXPIRE, EXPIRED), ROW(PROVING, EXPIRE, EXPIRED)
};

static size_t
count(const struct effects *e, enum effect_type type)
{
	size_t i, n = 0;

	for (i = 0; i < e->n; i++)
		n += e->e[i].type == type;
	return n;
}

static bool
has_mail(const struct effects *e, enum mail_kind kind, const char *section,
    enum effect_to to)
{
	size_t i;

	for (i = 0; i < e->n; i++) {
		if (e->e[i].type == EFFECT_MAIL && e->e[i].mail == kind &&
		    e->e[i].to == to &&
		    strcmp(e->e[i].section, section) == 0)
			return true;
	}
	return false;
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

static void
test_the_table_is_these_rows_and_no_others(void **state)
{
	enum enrolment_state next;
	struct effects e;
	int from, event;
	size_t i;

	(void)state;
	for (i = 0; i < NELEMS(rows); i++) {
		assert_int_equal(enrolment_step(rows[i].from, rows[i].event,
		    &next, &e), GW_OK);
		assert_int_equal(next, rows[i].to);
	}
	for (from = -1; from <= ENROLMENT_STATE_MAX; from++) {
		for (event = -1; event <= ENROLMENT_EVENT_MAX; event++) {
			if (is_row(from, event))
				continue;
			assert_int_equal(enrolment_step(
			    (enum enrolment_state)from,
			    (enum enrolment_event)event, &next, &e), GW_STATE);
			assert_int_equal((int)next, from);
			assert_int_equal(e.n, 0);
		}
	}
}

/* The key comes into the ring only when a second officer agreed, the person
 * into the register only with the proof. */
static void
test_what_brings_the_key_and_the_person_in(void **state)
{
	enum enrolment_state next;
	struct effects e;
	size_t i;

	(void)state;
	for (i = 0; i < NELEMS(rows); i++) {
		(void)enrolment_step(rows[i].from, rows[i].event, &next, &e);
		assert_int_equal(count(&e, EFFECT_IMPORT),
		    rows[i].event == ENROLMENT_EV_SECOND);
		assert_int_equal(count(&e, EFFECT_ENROL),
		    rows[i].event == ENROLMENT_EV_PROVE);
	}
}

static bool
walk(enum enrolment_state s, unsigned seen, unsigned need, int depth)
{
	enum enrolment_state next;
	struct effects e;
	int event;

	if (s == ENROLMENT_ENROLLED)
		return (seen & need) == need;
	for (event = 0; depth > 0 && event < ENROLMENT_EVENT_MAX; event++) {
		if (enrolment_step(s, (enum enrolment_event)event, &next,
		    &e) == GW_OK &&
		    !walk(next, seen | 1u << event, need, depth - 1))
			return false;
	}
	return true;
}

static void
test_every_path_leads_past_two_officers_and_the_holder(void **state)
{
	unsigned need = 1u << ENROLMENT_EV_SECOND | 1u << ENROLMENT_EV_PROVE;

	(void)state;
	assert_true(walk(ENROLMENT_NEW, 0, need, 8));
	/* What the operator typed needs an officer before the second one. */
	assert_true(walk(ENROLMENT_TYPED, 0, need |
	    1u << ENROLMENT_EV_AGREE, 8));
}

static void
test_who_may_confirm_when(void **state)
{
	static const struct {
		enum enrolment_state state;
		enum person_role role;
		enum enrolment_event event;
	} row[] = {
		{ ENROLMENT_TYPED, PERSON_MAYOR, ENROLMENT_EV_AGREE },
		{ ENROLMENT_TYPED, PERSON_MAYOR_REP, ENROLMENT_EV_AGREE },
		{ ENROLMENT_TYPED, PERSON_DPO, ENROLMENT_EVENT_MAX },
		{ ENROLMENT_PROPOSED, PERSON_COORDINATOR,
		    ENROLMENT_EV_SECOND },
		{ ENROLMENT_PROPOSED, PERSON_DPO, ENROLMENT_EV_SECOND },
		{ ENROLMENT_PROPOSED, PERSON_MAYOR_REP, ENROLMENT_EVENT_MAX },
		{ ENROLMENT_PROPOSED, PERSON_IO, ENROLMENT_EVENT_MAX },
		{ ENROLMENT_PROPOSED, PERSON_PARTICIPANT,
		    ENROLMENT_EVENT_MAX },
		{ ENROLMENT_PROVING, PERSON_DPO, ENROLMENT_EVENT_MAX },
		{ ENROLMENT_ENROLLED, PERSON_DPO, ENROLMENT_EVENT_MAX },
	};
	size_t i;

	(void)state;
	for (i = 0; i < NELEMS(row); i++)
		assert_int_equal(enrolment_confirms(row[i].state, row[i].role),
		    row[i].event);
}

static void
test_who_is_told(void **state)
{
	enum enrolment_state next;
	struct effects e;

	(void)state;
	(void)enrolment_step(ENROLMENT_NEW, ENROLMENT_EV_PROPOSE, &next, &e);
	assert_true(has_mail(&e, MAIL_B05, "tweede", TO_SECONDS));
	(void)enrolment_step(ENROLMENT_NEW, ENROLMENT_EV_TYPE, &next, &e);
	assert_true(has_mail(&e, MAIL_B05, "operator", TO_DECIDERS));
	assert_false(has_mail(&e, MAIL_B05, "tweede", TO_SECONDS));
	(void)enrolment_step(ENROLMENT_PROPOSED, ENROLMENT_EV_SECOND, &next,
	    &e);
	assert_true(has_mail(&e, MAIL_B05, "bezit", TO_NEWCOMER));
	(void)enrolment_step(ENROLMENT_PROVING, ENROLMENT_EV_PROVE, &next, &e);
	assert_true(has_mail(&e, MAIL_B05, "welkom", TO_NEWCOMER));
	assert_true(has_mail(&e, MAIL_B01, "ingeschreven", TO_DECIDERS));
	assert_true(has_mail(&e, MAIL_B01, "ingeschreven", TO_SECONDS));
	/* Whoever is turned away never wrote to anybody we know. */
	(void)enrolment_step(ENROLMENT_PROPOSED, ENROLMENT_EV_REJECT, &next,
	    &e);
	assert_false(has_mail(&e, MAIL_B05, "bezit", TO_NEWCOMER));
}

static void
test_everything_has_a_name(void **state)
{
	(void)state;
	assert_string_equal(enrolment_state_name(ENROLMENT_PROVING),
	    "PROVING");
	assert_string_equal(enrolment_event_name(ENROLMENT_EV_SECOND),
	    "SECOND");
	assert_string_equal(enrolment_state_name(ENROLMENT_STATE_MAX), "?");
	assert_string_equal(enrolment_event_name((enum enrolment_event)-1),
	    "?");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_table_is_these_rows_and_no_others),
		cmocka_unit_test(test_what_brings_the_key_and_the_person_in),
		cmocka_unit_test(
		    test_every_path_leads_past_two_officers_and_the_holder),
		cmocka_unit_test(test_who_may_confirm_when),
		cmocka_unit_test(test_who_is_told),
		cmocka_unit_test(test_everything_has_a_name)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
