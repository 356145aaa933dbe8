/*
 * A meeting (domain.md 4.4) and the guards before it: for each rule a plan
 * that keeps it and one that breaks it.
 */
#include "flow/meeting.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "flow/invitation.h"

#define NELEMS(a) (sizeof(a) / sizeof((a)[0]))
#define NOW	INT64_C(1795000000)	/* 18/11/2026 om 12:06 */
#define DAY	INT64_C(86400)
#define ROW(from, event, to) { MEETING_##from, MEETING_EV_##event, \
	MEETING_##to }

/* ---- its life: PLANNED -> CONVENED -> HELD -> CLOSED ---- */

static const struct {
	enum meeting_state from;
	enum meeting_event event;
	enum meeting_state to;
} rows[] = {
	ROW(NEW, DRAFT, PLANNED), ROW(PLANNED, CHANGE, PLANNED),
	ROW(PLANNED, LAPSE, CANCELLED),
	/* "CONVENED (invitations SENT)" */
	ROW(NEW, CONVENE, CONVENED), ROW(PLANNED, CONVENE, CONVENED),
	ROW(CONVENED, MORE, CONVENED), ROW(CONVENED, CHANGE, CONVENED),
	ROW(PLANNED, CANCEL, CANCELLED), ROW(CONVENED, CANCEL, CANCELLED),
	/* "HELD (attendance closed ... signed by chair)" */
	ROW(CONVENED, HOLD, HELD), ROW(CONVENED, UNCLOSED, CONVENED),
	ROW(CONVENED, DONE, CLOSED), ROW(HELD, DONE, CLOSED),
	ROW(CANCELLED, DONE, CANCELLED)
};

static const void *
row_of(int from, int event)
{
	size_t i;

	for (i = 0; i < NELEMS(rows); i++)
		if ((int)rows[i].from == from && (int)rows[i].event == event)
			return &rows[i];
	return NULL;
}

static void
test_the_table_is_these_rows_and_no_others(void **state)
{
	enum meeting_state next;
	struct effects e;
	int from, event;
	size_t i;

	(void)state;
	for (i = 0; i < NELEMS(rows); i++) {
		assert_ptr_equal(row_of(rows[i].from, rows[i].event),
		    &rows[i]);
		assert_int_equal(meeting_step(rows[i].from, rows[i].event,
		    &next, &e), GW_OK);
		assert_int_equal(next, rows[i].to);
	}
	for (from = -1; from <= MEETING_STATE_MAX; from++) {
		for (event = -1; event <= MEETING_EVENT_MAX; event++) {
			if (row_of(from, event) != NULL)
				continue;
			assert_int_equal(meeting_step(
			    (enum meeting_state)from,
			    (enum meeting_event)event, &next, &e), GW_STATE);
			assert_int_equal((int)next, from);
			assert_int_equal(e.n, 0);
		}
	}
}

static const struct effect *
find(const struct effects *e, enum effect_type type)
{
	size_t i;

	for (i = 0; i < e->n; i++)
		if (e->e[i].type == type)
			return &e->e[i];
	return NULL;
}

/* The event for each invitation, -1 for none. */
static int
each_of(enum meeting_state from, enum meeting_event event)
{
	enum meeting_state next;
	struct effects e;

	assert_int_equal(meeting_step(from, event, &next, &e), GW_OK);
	return find(&e, EFFECT_EACH) == NULL ? -1 :
	    find(&e, EFFECT_EACH)->event;
}

static void
test_what_becomes_of_the_invitations(void **state)
{
	static const struct {
		enum meeting_state from;
		enum meeting_event event;
		int each;
	} row[] = {
		/* R46: a draft invites nobody. */
		{ MEETING_NEW, MEETING_EV_DRAFT, -1 },
		{ MEETING_PLANNED, MEETING_EV_CHANGE, -1 },
		{ MEETING_PLANNED, MEETING_EV_CONVENE,
		    INVITATION_EV_ORDERED },
		{ MEETING_CONVENED, MEETING_EV_MORE, INVITATION_EV_ORDERED },
		{ MEETING_CONVENED, MEETING_EV_CHANGE, INVITATION_EV_MOVE },
		{ MEETING_CONVENED, MEETING_EV_CANCEL, INVITATION_EV_CANCEL },
		{ MEETING_PLANNED, MEETING_EV_LAPSE, INVITATION_EV_CANCEL },
		{ MEETING_HELD, MEETING_EV_DONE, INVITATION_EV_DONE },
		/* Not one event for all: who was there and who was not. */
		{ MEETING_CONVENED, MEETING_EV_HOLD, -1 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < NELEMS(row); i++)
		assert_int_equal(each_of(row[i].from, row[i].event),
		    row[i].each);
}

/* R113, R131: only the chair's signed list makes HELD. */
static void
test_only_the_attendance_makes_it_held(void **state)
{
	enum meeting_state next;
	struct effects e;
	size_t i;

	(void)state;
	for (i = 0; i < NELEMS(rows); i++) {
		(void)meeting_step(rows[i].from, rows[i].event, &next, &e);
		assert_int_equal(find(&e, EFFECT_ATTENDANCE) != NULL,
		    rows[i].event == MEETING_EV_HOLD);
		assert_int_equal(next == MEETING_HELD,
		    rows[i].event == MEETING_EV_HOLD);
		assert_int_equal(find(&e, EFFECT_ERASE) != NULL,
		    rows[i].event == MEETING_EV_DONE);
	}
}

/* Who was invited is gone after the erasure, and counted before. */
static void
test_it_is_erased_before_its_invitations_say_so(void **state)
{
	enum meeting_state next;
	struct effects e;
	size_t i;

	(void)state;
	for (i = 0; i < NELEMS(rows); i++) {
		if (rows[i].event != MEETING_EV_DONE)
			continue;
		(void)meeting_step(rows[i].from, rows[i].event, &next, &e);
		assert_true(find(&e, EFFECT_ERASE) < find(&e, EFFECT_EACH));
	}
}

/* A new hour needs new clocks, and the old ones go first. */
static void
test_whatever_lives_on_has_a_clock_that_ends_it(void **state)
{
	enum meeting_state next;
	struct effects e;
	bool clock;
	size_t i, j;

	(void)state;
	for (i = 0; i < NELEMS(rows); i++) {
		(void)meeting_step(rows[i].from, rows[i].event, &next, &e);
		clock = false;
		for (j = 0; j < e.n; j++) {
			clock = clock || (e.e[j].type == EFFECT_CLOCK &&
			    e.e[j].event == MEETING_EV_DONE);
			if (e.e[j].type == EFFECT_CALM)
				assert_false(clock);
		}
		if (rows[i].from == MEETING_NEW ||
		    find(&e, EFFECT_CALM) != NULL)
			assert_true(clock);
	}
	assert_int_equal(meeting_due(MEETING_EV_LAPSE, NOW, NOW + 9), NOW);
	assert_int_equal(meeting_due(MEETING_EV_UNCLOSED, NOW, NOW + 9),
	    NOW + 9 + 3 * DAY);
	/* "meeting + 30 d" */
	assert_int_equal(meeting_due(MEETING_EV_DONE, NOW, NOW + 9),
	    NOW + 9 + 30 * DAY);
	assert_int_equal(meeting_due(MEETING_EV_HOLD, NOW, NOW + 9), 0);
}

/* ---- the guards ---- */

enum { REP, IO, COORD, CAW, PEOPLE };

struct table {
	struct meeting_person person[PEOPLE];
	struct meeting_plan plan;
	struct meeting_order order;
};

/* A plan with nothing wrong: the representative convenes and chairs. */
static void
lay(struct table *t)
{
	static const struct meeting_person person[PEOPLE] = {
		{ 1, PERSON_MAYOR_REP, ORG_MUNICIPALITY, "rep@stad.example",
		    "L3", true, true },
		{ 2, PERSON_IO, ORG_LOCAL_POLICE, "io@politie.be", "L3",
		    true, true },
		{ 3, PERSON_COORDINATOR, ORG_MUNICIPALITY,
		    "prev@stad.example", "L3", true, true },
		{ 4, PERSON_PARTICIPANT, ORG_CAW, "an@caw.example",
		    "D art. 3, 5\302\260", true, true }
	};

	memcpy(t->person, person, sizeof(person));
	t->plan = (struct meeting_plan){ .kind = MEETING_OPERATIONAL,
		.starts = NOW + 20 * DAY, .ends = NOW + 20 * DAY + 7200,
		.cases = 2, .chair = &t->person[REP],
		.invitee = &t->person[IO], .invitees = PEOPLE - 1 };
	t->order = (struct meeting_order){ .role = PERSON_MAYOR_REP, .by = 1,
		.now = NOW, .notice_days = 14 };
}

static enum meeting_fault
check(const struct table *t)
{
	size_t who;

	return meeting_check(&t->plan, &t->order, &who);
}

/* R45, R46: only the mayor or the representative orders; the coordinator's is
 * a draft; nobody else does either. */
static void
test_r45_r46_who_may_convene(void **state)
{
	struct table t;
	int role;

	(void)state;
	lay(&t);
	for (role = 0; role <= PERSON_MAX; role++) {
		t.order.role = (enum person_role)role;
		t.order.draft = false;
		assert_int_equal(check(&t), role == PERSON_MAYOR ||
		    role == PERSON_MAYOR_REP ? FAULT_NONE : FAULT_ORDER);
		t.order.draft = true;
		assert_int_equal(check(&t), role == PERSON_MAYOR ||
		    role == PERSON_MAYOR_REP || role == PERSON_COORDINATOR ?
		    FAULT_NONE : FAULT_ORDER);
	}
}

/* R46: "Nobody invites himself". The coordinator has a seat by law, and gets
 * the invitation by somebody else's order. */
static void
test_r46_nobody_invites_himself(void **state)
{
	struct table t;
	size_t who;

	(void)state;
	lay(&t);
	t.plan.invitee = t.person;
	t.plan.invitees = PEOPLE;
	assert_int_equal(meeting_check(&t.plan, &t.order, &who), FAULT_SELF);
	assert_int_equal(who, REP);
	/* The mayor orders: then the representative is one of the invited. */
	t.order.role = PERSON_MAYOR;
	t.order.by = 9;
	assert_int_equal(check(&t), FAULT_NONE);
	t.order = (struct meeting_order){ .draft = true, .now = NOW,
		.role = PERSON_COORDINATOR, .by = 3, .notice_days = 14 };
	assert_int_equal(check(&t), FAULT_NONE);
}

/* R33: "no operational meeting convened with an empty seat". */
static void
test_r33_three_seats_are_filled(void **state)
{
	struct table t;

	(void)state;
	lay(&t);
	t.plan.chair = NULL;
	assert_int_equal(check(&t), FAULT_SEAT_MAYOR);
	t.plan.invitee = t.person;
	t.plan.invitees = PEOPLE;
	t.order.role = PERSON_MAYOR;
	t.order.by = 9;
	assert_int_equal(check(&t), FAULT_NONE);
	lay(&t);
	t.plan.invitee = &t.person[COORD];
	t.plan.invitees = 2;
	assert_int_equal(check(&t), FAULT_SEAT_POLICE);
	lay(&t);
	t.person[COORD] = t.person[CAW];
	t.plan.invitees = 2;
	assert_int_equal(check(&t), FAULT_SEAT_PREVENTION);
	/* R37: the strategic table is free. */
	t.plan.kind = MEETING_STRATEGIC;
	t.plan.cases = 0;
	assert_int_equal(check(&t), FAULT_NONE);
	t.plan.chair = NULL;
	assert_int_equal(check(&t), FAULT_NONE);
}

/* R35: the chair is the mayor or mandated, "never police". */
static void
test_r35_police_never_chairs(void **state)
{
	struct table t;

	(void)state;
	lay(&t);
	t.plan.chair = &t.person[IO];
	assert_int_equal(check(&t), FAULT_CHAIR);
	t.plan.chair = &t.person[COORD];
	assert_int_equal(check(&t), FAULT_CHAIR);
	/* Neither by a wrong class or address in the register. */
	lay(&t);
	t.person[REP].org_class = ORG_LOCAL_POLICE;
	assert_int_equal(check(&t), FAULT_CHAIR);
	lay(&t);
	t.person[REP].address = "rep@politie.be";
	assert_int_equal(check(&t), FAULT_CHAIR);
	lay(&t);
	t.person[REP].serves = false;
	assert_int_equal(check(&t), FAULT_CHAIR);
	lay(&t);
	t.person[REP].role = PERSON_MAYOR;
	assert_int_equal(check(&t), FAULT_NONE);
}

/* R36: checked again at each invitation, "not overridable". */
static void
test_r36_excluded_bodies_are_not_invited(void **state)
{
	static const enum org_class barred[] = { ORG_OCAD, ORG_VSSE, ORG_ADIV,
		ORG_OM, ORG_FEDERAL_POLICE, ORG_LOCAL_POLICE };
	struct table t;
	size_t i, who;

	(void)state;
	for (i = 0; i < NELEMS(barred); i++) {
		lay(&t);
		t.person[CAW].org_class = barred[i];
		assert_int_equal(meeting_check(&t.plan, &t.order, &who),
		    FAULT_EXCLUDED);
		assert_int_equal(who, CAW - 1);
		/* Also at a strategic table. */
		t.plan.kind = MEETING_STRATEGIC;
		t.plan.cases = 0;
		assert_int_equal(check(&t), FAULT_EXCLUDED);
	}
	lay(&t);
	t.person[CAW].address = "an@parket.just.fgov.be";
	assert_int_equal(check(&t), FAULT_EXCLUDED);
	lay(&t);
	t.person[IO].org_class = ORG_MUNICIPALITY;
	assert_int_equal(check(&t), FAULT_EXCLUDED);
}

/* R34: who sits at no table is not invited to one. */
static void
test_r34_only_who_takes_part_is_invited(void **state)
{
	struct table t;
	int role;

	(void)state;
	for (role = 0; role < PERSON_MAX; role++) {
		lay(&t);
		if (role == PERSON_IO)
			continue;
		t.person[CAW].role = (enum person_role)role;
		if (role == PERSON_DPO || role == PERSON_OTHER_MAYOR)
			assert_int_equal(check(&t), FAULT_OUTSIDER);
		else if (role != PERSON_MAYOR && role != PERSON_MAYOR_REP &&
		    role != PERSON_COORDINATOR)
			assert_int_equal(check(&t), FAULT_NONE);
	}
	/* The office alone is no meeting. */
	lay(&t);
	t.person[CAW].role = PERSON_COORDINATOR;
	t.plan.kind = MEETING_STRATEGIC;
	t.plan.cases = 0;
	t.plan.invitee = &t.person[COORD];
	t.plan.invitees = 2;
	assert_int_equal(check(&t), FAULT_NOBODY);
	t.plan.invitees = 0;
	assert_int_equal(check(&t), FAULT_NOBODY);
}

/* R40: "no ground -> not invitable". */
static void
test_r40_each_has_a_legal_ground(void **state)
{
	static const char *const none[] = { "", " ", "\t  " };
	struct table t;
	size_t i;

	(void)state;
	lay(&t);
	for (i = 0; i < NELEMS(none); i++) {
		t.person[CAW].ground = none[i];
		assert_int_equal(check(&t), FAULT_GROUND);
	}
	t.person[CAW].ground = " L3";
	assert_int_equal(check(&t), FAULT_NONE);
}

/* Domain 4.2 "[valid key]", R39, R66. */
static void
test_each_has_a_mandate_and_a_usable_key(void **state)
{
	struct table t;
	size_t who;

	(void)state;
	lay(&t);
	t.person[COORD].usable_key = false;
	assert_int_equal(meeting_check(&t.plan, &t.order, &who), FAULT_KEY);
	assert_int_equal(who, COORD - 1);
	/* Without a mandate the key is not asked for. */
	t.person[CAW].serves = false;
	assert_int_equal(meeting_check(&t.plan, &t.order, &who),
	    FAULT_MANDATE);
	assert_int_equal(who, CAW - 1);
}

/* R37: "meeting type strategic cannot carry case refs"; operational may. */
static void
test_r37_strategic_meetings_carry_no_cases(void **state)
{
	struct table t;

	(void)state;
	lay(&t);
	t.plan.kind = MEETING_STRATEGIC;
	assert_int_equal(check(&t), FAULT_STRATEGIC_CASE);
	t.plan.cases = 0;
	assert_int_equal(check(&t), FAULT_NONE);
	assert_int_equal(meeting_check_held(MEETING_STRATEGIC, NOW, NOW, 1),
	    FAULT_STRATEGIC_CASE);
	assert_int_equal(meeting_check_held(MEETING_STRATEGIC, NOW, NOW, 0),
	    FAULT_NONE);
	assert_int_equal(meeting_check_held(MEETING_OPERATIONAL, NOW, NOW, 9),
	    FAULT_NONE);
	/* Whoever was there is not known before (R89). */
	assert_int_equal(meeting_check_held(MEETING_OPERATIONAL, NOW, NOW - 1,
	    9), FAULT_NOT_BEGUN);
}

/* R55: ">= 14 calendar days' notice unless reasoned urgency". */
static void
test_r55_notice_is_counted_in_days_of_the_calendar(void **state)
{
	/* 00:00 on 02/12/2026 in Brussels, 14 days after NOW's day. */
	const int64_t midnight = 1796166000;
	struct table t;

	(void)state;
	lay(&t);
	t.plan.starts = midnight;
	t.plan.ends = midnight + 3600;
	assert_int_equal(check(&t), FAULT_NONE);
	t.plan.starts = midnight - 1;
	assert_int_equal(check(&t), FAULT_NOTICE);
	t.order.notice_days = 13;
	assert_int_equal(check(&t), FAULT_NONE);
	t.order.notice_days = 14;
	t.plan.urgent = true;
	assert_int_equal(check(&t), FAULT_NONE);
	/* However urgent. */
	t.plan.starts = NOW;
	assert_int_equal(check(&t), FAULT_PAST);
	t.plan.starts = NOW + 1;
	assert_int_equal(check(&t), FAULT_NONE);
	t.plan.ends = NOW + 1;
	assert_int_equal(check(&t), FAULT_TIMES);
}

/* R58: one message per invitee. */
static void
test_r58_nobody_is_invited_twice(void **state)
{
	struct table t;
	size_t who;

	(void)state;
	lay(&t);
	t.person[CAW].id = t.person[IO].id;
	assert_int_equal(meeting_check(&t.plan, &t.order, &who), FAULT_TWICE);
	assert_int_equal(who, CAW - 1);
}

/* R41: "not too many". */
static void
test_r41_there_is_a_limit(void **state)
{
	struct meeting_person *many;
	struct table t;
	size_t i;

	(void)state;
	lay(&t);
	many = calloc(LIM_INVITEES + 1, sizeof(*many));
	assert_non_null(many);
	for (i = 0; i <= LIM_INVITEES; i++) {
		many[i] = t.person[i < 2 ? i + 1 : CAW];
		many[i].id = (int64_t)i + 100;
	}
	t.plan.invitee = many;
	t.plan.invitees = LIM_INVITEES;
	assert_int_equal(check(&t), FAULT_NONE);
	t.plan.invitees = LIM_INVITEES + 1;
	assert_int_equal(check(&t), FAULT_TOO_MANY);
	free(many);
}

/* All at once, so that the office mends its list in one go. */
static void
test_everything_that_is_wrong_is_told_at_once(void **state)
{
	static const struct meeting_finding want[] = {
		{ FAULT_PAST, PEOPLE - 1 }, { FAULT_NOTICE, PEOPLE - 1 },
		{ FAULT_GROUND, IO - 1 }, { FAULT_GROUND, CAW - 1 },
		{ FAULT_KEY, CAW - 1 }
	};
	struct meeting_finding got[NELEMS(want)];
	struct table t;
	size_t i;

	(void)state;
	lay(&t);
	assert_int_equal(meeting_check_all(&t.plan, &t.order, got, 0), 0);
	t.plan.starts = NOW - DAY;
	t.person[IO].ground = "";
	t.person[CAW].ground = "";
	t.person[CAW].usable_key = false;
	assert_int_equal(meeting_check_all(&t.plan, &t.order, got,
	    NELEMS(got)), NELEMS(want));
	for (i = 0; i < NELEMS(want); i++) {
		assert_int_equal(got[i].fault, want[i].fault);
		assert_int_equal(got[i].who, want[i].who);
	}
	/* What has no room is counted. */
	assert_int_equal(meeting_check_all(&t.plan, &t.order, got, 1),
	    NELEMS(want));
	/* Who may not order learns nothing about anybody. */
	t.order.role = PERSON_IO;
	assert_int_equal(meeting_check_all(&t.plan, &t.order, got,
	    NELEMS(got)), 1);
	assert_int_equal(got[0].fault, FAULT_ORDER);
}

static void
test_each_fault_has_a_name_a_rule_and_a_cure(void **state)
{
	int f, g;

	(void)state;
	for (f = 1; f < MEETING_FAULT_MAX; f++) {
		assert_int_equal(meeting_fault_rule((enum meeting_fault)f)[0],
		    'R');
		if (f != FAULT_ORDER)
			assert_memory_equal(meeting_fault_section(
			    (enum meeting_fault)f), "guard-", 6);
		assert_true(strlen(meeting_fault_section(
		    (enum meeting_fault)f)) <= LIM_SECTION);
		for (g = 0; g < f; g++)
			assert_string_not_equal(
			    meeting_fault_name((enum meeting_fault)f),
			    meeting_fault_name((enum meeting_fault)g));
	}
	assert_string_equal(meeting_fault_rule(FAULT_SEAT_POLICE), "R33");
	assert_string_equal(meeting_fault_name(FAULT_NONE), "none");
	assert_string_equal(meeting_fault_name(MEETING_FAULT_MAX), "?");
	assert_string_equal(meeting_fault_rule((enum meeting_fault)-1), "?");
	assert_string_equal(meeting_fault_section(MEETING_FAULT_MAX), "?");
}

/* ---- how often ---- */

/* R115, with the term of R55 before the meeting; R113: once at least. */
static void
test_r115_the_office_is_nudged_in_time(void **state)
{
	(void)state;
	assert_int_equal(cadence_nudge(CADENCE_MONTHLY, NOW, 14),
	    NOW + 16 * DAY);
	assert_int_equal(cadence_nudge(CADENCE_THREE_WEEKLY, NOW, 14),
	    NOW + 7 * DAY);
	assert_int_equal(cadence_nudge(CADENCE_WEEKLY, NOW, 3),
	    NOW + 4 * DAY);
	/* The term is longer than the week: as soon as one is over. */
	assert_int_equal(cadence_nudge(CADENCE_WEEKLY, NOW, 14), NOW);
	assert_int_equal(cadence_nudge(CADENCE_AD_HOC, NOW, 14), 0);
	assert_int_equal(cadence_nudge(CADENCE_AD_HOC, 0, 14), 1);
	assert_int_equal(cadence_nudge(CADENCE_MONTHLY, 0, 14), 1);
	assert_int_equal(cadence_nudge(CADENCE_DORMANT, 0, 14), 0);
	assert_int_equal(cadence_nudge(CADENCE_DORMANT, NOW, 14), 0);
	assert_int_equal(cadence_nudge(CADENCE_MAX, NOW, 14), 0);
	assert_string_equal(cadence_name(CADENCE_DORMANT), "dormant");
	assert_string_equal(cadence_name(CADENCE_MAX), "?");
}

static void
test_everything_has_a_name(void **state)
{
	(void)state;
	assert_string_equal(meeting_state_name(MEETING_HELD), "HELD");
	assert_string_equal(meeting_event_name(MEETING_EV_MORE), "MORE");
	assert_string_equal(meeting_kind_name(MEETING_STRATEGIC),
	    "strategic");
	assert_string_equal(meeting_kind_dutch(MEETING_OPERATIONAL),
	    "casusoverleg");
	assert_string_equal(meeting_state_name(MEETING_STATE_MAX), "?");
	assert_string_equal(meeting_event_name(MEETING_EVENT_MAX), "?");
	assert_string_equal(meeting_kind_name(MEETING_KIND_MAX), "?");
	assert_string_equal(meeting_kind_dutch((enum meeting_kind)-1), "?");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_table_is_these_rows_and_no_others),
		cmocka_unit_test(test_what_becomes_of_the_invitations),
		cmocka_unit_test(test_only_the_attendance_makes_it_held),
		cmocka_unit_test(
		    test_it_is_erased_before_its_invitations_say_so),
		cmocka_unit_test(
		    test_whatever_lives_on_has_a_clock_that_ends_it),
		cmocka_unit_test(test_r45_r46_who_may_convene),
		cmocka_unit_test(test_r46_nobody_invites_himself),
		cmocka_unit_test(test_r33_three_seats_are_filled),
		cmocka_unit_test(test_r35_police_never_chairs),
		cmocka_unit_test(test_r36_excluded_bodies_are_not_invited),
		cmocka_unit_test(test_r34_only_who_takes_part_is_invited),
		cmocka_unit_test(test_r40_each_has_a_legal_ground),
		cmocka_unit_test(test_each_has_a_mandate_and_a_usable_key),
		cmocka_unit_test(test_r37_strategic_meetings_carry_no_cases),
		cmocka_unit_test(
		    test_r55_notice_is_counted_in_days_of_the_calendar),
		cmocka_unit_test(test_r58_nobody_is_invited_twice),
		cmocka_unit_test(test_r41_there_is_a_limit),
		cmocka_unit_test(
		    test_everything_that_is_wrong_is_told_at_once),
		cmocka_unit_test(test_each_fault_has_a_name_a_rule_and_a_cure),
		cmocka_unit_test(test_r115_the_office_is_nudged_in_time),
		cmocka_unit_test(test_everything_has_a_name)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
