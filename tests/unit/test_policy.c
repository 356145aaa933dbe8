/*
 * Who may be enrolled and who may send what: R8-R10, R17, R18, R34-R36, R87
 * and the matrix of design.md 5.
 */
#include "policy/policy.h"

#include "policy/power.h"
#include "policy/route.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define NELEMS(a) (sizeof(a) / sizeof((a)[0]))

static void
test_every_name_leads_back_to_its_value(void **state)
{
	enum person_role role;
	enum org_class class;
	int i;

	(void)state;
	for (i = 0; i < PERSON_MAX; i++) {
		assert_true(person_role_from_name(
		    person_role_name((enum person_role)i), &role));
		assert_int_equal(role, i);
		assert_true(strlen(person_role_dutch((enum person_role)i)) >
		    1);
	}
	for (i = 0; i < ORG_MAX; i++) {
		assert_true(org_class_from_name(
		    org_class_name((enum org_class)i), &class));
		assert_int_equal(class, i);
	}
	assert_false(person_role_from_name("Mayor", &role));
	assert_false(person_role_from_name("", &role));
	assert_false(org_class_from_name("police", &class));
	assert_string_equal(person_role_name(PERSON_MAX), "?");
	assert_string_equal(person_role_dutch((enum person_role)-1), "?");
	assert_string_equal(org_class_name(ORG_MAX), "?");
	assert_string_equal(referral_type_name(REFERRAL_TYPE_MAX), "?");
	assert_string_equal(referral_type_dutch(REFERRAL_TYPE_MAX), "?");
}

/* The row "referral" of design.md 5, every column. */
static void
test_who_may_refer_and_as_what(void **state)
{
	static const struct {
		enum person_role role;
		bool may;
		enum referral_type type;
	} row[] = {
		{ PERSON_MAYOR, false, REFERRAL_TYPE_MAX },
		{ PERSON_MAYOR_REP, false, REFERRAL_TYPE_MAX },
		{ PERSON_COORDINATOR, true, REFERRAL_MEMBER },
		{ PERSON_IO, true, REFERRAL_LTF_INFLOW },	/* R17 */
		{ PERSON_PARTICIPANT, true, REFERRAL_MEMBER },	/* R8 */
		{ PERSON_ADHOC, true, REFERRAL_MEMBER },
		{ PERSON_PERM_REP, true, REFERRAL_MEMBER },
		{ PERSON_NON_MEMBER, true, REFERRAL_NON_MEMBER },	/* R9 */
		{ PERSON_OTHER_MAYOR, true, REFERRAL_OTHER_MAYOR },/* R18 */
		{ PERSON_DPO, false, REFERRAL_TYPE_MAX }
	};
	size_t i;

	(void)state;
	assert_int_equal(NELEMS(row), PERSON_MAX);
	for (i = 0; i < NELEMS(row); i++) {
		assert_int_equal(row[i].role, i);
		assert_int_equal(policy_may_send(row[i].role,
		    DOCUMENT_REFERRAL), row[i].may);
		assert_int_equal(policy_referral_type(row[i].role),
		    row[i].type);
	}
}

static void
test_what_is_not_in_the_matrix_is_closed(void **state)
{
	(void)state;
	assert_false(policy_may_send(PERSON_MAX, DOCUMENT_REFERRAL));
	assert_false(policy_may_send((enum person_role)-1,
	    DOCUMENT_REFERRAL));
	assert_false(policy_may_send(PERSON_PARTICIPANT, DOCUMENT_MAX));
	assert_false(policy_may_send(PERSON_PARTICIPANT, (enum document)-1));
	assert_int_equal(policy_referral_type(PERSON_MAX), REFERRAL_TYPE_MAX);
}

/* R138: whom the gateway tells how long they may keep something. */
static void
test_the_decree_covers_its_own_services_and_towns(void **state)
{
	int i;

	(void)state;
	for (i = 0; i <= ORG_MAX; i++)
		assert_int_equal(policy_decree_covers((enum org_class)i),
		    i < ORG_SOCIETY);
	assert_false(policy_decree_covers(ORG_LOCAL_POLICE));
	assert_false(policy_decree_covers((enum org_class)-1));
}

/* R36, R87: barred whatever the role and whatever the address. */
static void
test_excluded_classes_cannot_be_enrolled(void **state)
{
	static const enum org_class barred[] = { ORG_OCAD, ORG_VSSE, ORG_ADIV,
		ORG_OM, ORG_FEDERAL_POLICE };
	const char *why;
	size_t i;
	int role;

	(void)state;
	for (i = 0; i < NELEMS(barred); i++) {
		for (role = 0; role < PERSON_MAX; role++) {
			assert_false(policy_may_enrol((enum person_role)role,
			    barred[i], "jan@school.example", &why));
			assert_non_null(strstr(why, "R36"));
			assert_non_null(strstr(why, "R87"));
		}
	}
}

/* R34, R36: police and IO belong together; R35: so the IO is nothing else. */
static void
test_police_is_the_information_officer_and_nobody_else(void **state)
{
	const char *why;
	int role, class;
	bool io, police, barred;

	(void)state;
	for (role = 0; role < PERSON_MAX; role++) {
		for (class = 0; class < ORG_MAX; class++) {
			io = role == PERSON_IO;
			police = class == ORG_LOCAL_POLICE;
			barred = class > ORG_LOCAL_POLICE;
			assert_int_equal(policy_may_enrol(
			    (enum person_role)role, (enum org_class)class,
			    "jan@school.example", &why),
			    io == police && !barred);
			if (barred)
				continue;
			if (police && !io)
				assert_non_null(strstr(why, "R36"));
			else if (io && !police)
				assert_non_null(strstr(why, "R35"));
			else
				assert_null(why);
		}
	}
}

/* R36, R87: the domain tells what the operator may have overlooked. */
static void
test_excluded_domains_cannot_be_enrolled(void **state)
{
	static const struct {
		const char *address;
		bool member;		/* as participant of a school */
		bool io;		/* as IO of the local police */
	} row[] = {
		{ "a@school.example", true, true },
		{ "a@ocad.fgov.be", false, false },
		{ "a@ocam.fgov.be", false, false },
		{ "a@ocad.belgium.be", false, false },
		{ "a@vsse.be", false, false },
		{ "a@mil.be", false, false },
		{ "a@sgrs-adiv.be", false, false },
		{ "a@x.mil.intra", false, false },
		{ "a@just.fgov.be", false, false },
		{ "a@antwerpen.just.fgov.be", false, false },
		{ "a@om-mp.be", false, false },
		{ "a@police.belgium.eu", false, true },
		{ "a@police.be", false, true },
		{ "a@zone.politie.be", false, true },
		/* case and a final dot do not help */
		{ "a@VSSE.be", false, false },
		{ "a@Just.FGOV.be", false, false },
		{ "a@vsse.be.", false, false },
		/* what only looks like it is not it */
		{ "vsse.be@school.example", true, true },
		{ "a@notvsse.be", true, true },
		{ "a@vsse.be.example", true, true },
		{ "a@smil.be", true, true },
		{ "a@b@vsse.be", false, false },
		{ "nobody", false, false },
		{ "", false, false }
	};
	const char *why;
	size_t i;

	(void)state;
	for (i = 0; i < NELEMS(row); i++) {
		assert_int_equal(policy_may_enrol(PERSON_PARTICIPANT,
		    ORG_SCHOOL, row[i].address, &why), row[i].member);
		assert_int_equal(why == NULL, row[i].member);
		assert_int_equal(policy_may_enrol(PERSON_IO, ORG_LOCAL_POLICE,
		    row[i].address, &why), row[i].io);
		assert_int_equal(why == NULL, row[i].io);
	}
}

/* Every row of design.md 5 that a mail can be by now, every column. */
static void
test_the_matrix(void **state)
{
	/*  mayor rep coord io member adhoc permrep non other dpo */
	static const struct {
		enum document document;
		const char *may;
	} row[] = {
		{ DOCUMENT_REFERRAL,		"..xxxxxxx." },
		{ DOCUMENT_FOLLOW_UP,		"..xxxxxxx." },
		{ DOCUMENT_DECISION,		"xx........" },
		{ DOCUMENT_ENROLMENT,		"xx........" },
		{ DOCUMENT_CONFIRMATION,	"xxx......x" },
		{ DOCUMENT_PROOF,		".........." },
		{ DOCUMENT_BLANK,		"xxxxxxxxxx" },
		{ DOCUMENT_MEETING,		"xxx......." },
		{ DOCUMENT_ANSWER,		"xxxxxxxx.." },
		{ DOCUMENT_ATTENDANCE,		"xx........" },
		{ DOCUMENT_GUESTS,		"xx........" },
		{ DOCUMENT_PAPERS,		"xxx......." },
		{ DOCUMENT_FICHE,		"xx.x......" },
		{ DOCUMENT_FICHE_ANSWER,	"xxxxxxxx.." },
		{ DOCUMENT_FICHE_RELEASE,	"...x......" },
		{ DOCUMENT_FICHE_DISPATCH,	"...x......" },
		{ DOCUMENT_FIGURES,		"xxx......x" },
		{ DOCUMENT_REVIEW,		"xx.......x" },
		{ DOCUMENT_TERM,		"xx........" },
		{ DOCUMENT_TERM_SECOND,		"xxx......x" },
		{ DOCUMENT_MANAGER,		"xxx......." },
		{ DOCUMENT_STUCK,		"xxxxxxxx.." },
		{ DOCUMENT_INFORM,		"xx........" },
		{ DOCUMENT_INFORM_ANSWER,	"xxxxxxxx.." },
		{ DOCUMENT_CASE_ACTION,		"xxxxxxxx.." },
		{ DOCUMENT_LOGBOOK,		"xxx......x" },
		{ DOCUMENT_KEY,			"xxxxxxxxxx" }
	};
	size_t i, role;

	(void)state;
	assert_int_equal(NELEMS(row), DOCUMENT_MAX);
	for (i = 0; i < NELEMS(row); i++) {
		assert_int_equal(strlen(row[i].may), PERSON_MAX);
		for (role = 0; role < PERSON_MAX; role++)
			assert_int_equal(policy_may_send(
			    (enum person_role)role, row[i].document),
			    row[i].may[role] == 'x');
	}
}

/* R45, R46: whoever may only draft a meeting does not decide it. */
static void
test_a_coordinator_drafts_a_meeting_and_orders_none(void **state)
{
	int role;

	(void)state;
	for (role = 0; role < PERSON_MAX; role++) {
		bool decides = policy_decides((enum person_role)role);

		/* R35: who orders a meeting also closes its attendance. */
		assert_int_equal(policy_may_send((enum person_role)role,
		    DOCUMENT_ATTENDANCE), decides);
		if (policy_may_send((enum person_role)role, DOCUMENT_MEETING))
			assert_true(decides || role == PERSON_COORDINATOR);
	}
	assert_false(policy_decides(PERSON_COORDINATOR));
	assert_false(policy_decides(PERSON_IO));
}

/* What a first line and a reference make of a mail, for each kind of sender. */
static void
test_routes(void **state)
{
	static const struct {
		enum person_role role;
		struct order order;
		enum reason reason;
		enum document document;
	} row[] = {
		/* R14: free text is a referral; with a reference of one's own
		 * it is more of it. */
		{ PERSON_PARTICIPANT, { ANSWER_NONE, VERB_NONE, 0 },
		    REASON_OK, DOCUMENT_REFERRAL },
		{ PERSON_NON_MEMBER, { ANSWER_NONE, VERB_NONE, 'A' },
		    REASON_OK, DOCUMENT_FOLLOW_UP },
		/* A concern is not lost over a word. */
		{ PERSON_NON_MEMBER, { ANSWER_CLEAR, VERB_ORAL, 0 },
		    REASON_OK, DOCUMENT_REFERRAL },
		{ PERSON_PARTICIPANT, { ANSWER_UNCLEAR, VERB_NONE, 0 },
		    REASON_OK, DOCUMENT_REFERRAL },
		{ PERSON_PARTICIPANT, { ANSWER_SEVERAL, VERB_NONE, 'A' },
		    REASON_OK, DOCUMENT_FOLLOW_UP },
		/* But an order on a reference that is not theirs is one. */
		{ PERSON_PARTICIPANT, { ANSWER_CLEAR, VERB_LIST, 'A' },
		    REASON_ROLE_NOT_ALLOWED, DOCUMENT_MAX },
		{ PERSON_IO, { ANSWER_CLEAR, VERB_ENROL, 'M' },
		    REASON_ROLE_NOT_ALLOWED, DOCUMENT_MAX },
		{ PERSON_PARTICIPANT, { ANSWER_NONE, VERB_NONE, 'M' },
		    REASON_UNREADABLE_ANSWER, DOCUMENT_MAX },
		/* R26: the mayor and the representative decide. */
		{ PERSON_MAYOR, { ANSWER_CLEAR, VERB_LIST, 'A' }, REASON_OK,
		    DOCUMENT_DECISION },
		{ PERSON_MAYOR_REP, { ANSWER_CLEAR, VERB_NOT_RETAINED, 'A' },
		    REASON_OK, DOCUMENT_DECISION },
		{ PERSON_DPO, { ANSWER_CLEAR, VERB_LIST, 'A' },
		    REASON_ROLE_NOT_ALLOWED, DOCUMENT_MAX },
		/* Doubt is a no. */
		{ PERSON_MAYOR_REP, { ANSWER_UNCLEAR, VERB_NONE, 'A' },
		    REASON_UNREADABLE_ANSWER, DOCUMENT_MAX },
		{ PERSON_MAYOR_REP, { ANSWER_SEVERAL, VERB_NONE, 'A' },
		    REASON_UNREADABLE_ANSWER, DOCUMENT_MAX },
		{ PERSON_MAYOR_REP, { ANSWER_NONE, VERB_NONE, 'A' },
		    REASON_UNREADABLE_ANSWER, DOCUMENT_MAX },
		{ PERSON_MAYOR_REP, { ANSWER_UNCLEAR, VERB_NONE, 0 },
		    REASON_UNREADABLE_ANSWER, DOCUMENT_MAX },
		/* R10: the office does not refer to itself. */
		{ PERSON_MAYOR_REP, { ANSWER_NONE, VERB_NONE, 0 },
		    REASON_ROLE_NOT_ALLOWED, DOCUMENT_MAX },
		/* A second officer confirms, a first one proposes. */
		{ PERSON_COORDINATOR, { ANSWER_CLEAR, VERB_CONFIRM, 'M' },
		    REASON_OK, DOCUMENT_CONFIRMATION },
		{ PERSON_DPO, { ANSWER_CLEAR, VERB_CONFIRM, 'M' }, REASON_OK,
		    DOCUMENT_CONFIRMATION },
		{ PERSON_COORDINATOR, { ANSWER_CLEAR, VERB_ENROL, 'M' },
		    REASON_ROLE_NOT_ALLOWED, DOCUMENT_MAX },
		{ PERSON_COORDINATOR, { ANSWER_UNCLEAR, VERB_NONE, 'M' },
		    REASON_UNREADABLE_ANSWER, DOCUMENT_MAX },
		{ PERSON_IO, { ANSWER_CLEAR, VERB_FORM, 0 }, REASON_OK,
		    DOCUMENT_BLANK },
		/* R45 to R49, R35: the office convenes, an invitee answers,
		 * the chair closes; what a word means depends on what it is
		 * said of. */
		{ PERSON_COORDINATOR, { ANSWER_CLEAR, VERB_CONVENE, 0 },
		    REASON_OK, DOCUMENT_MEETING },
		{ PERSON_MAYOR_REP, { ANSWER_CLEAR, VERB_CONFIRM, 'V' },
		    REASON_OK, DOCUMENT_MEETING },
		{ PERSON_DPO, { ANSWER_CLEAR, VERB_CONFIRM, 'V' },
		    REASON_ROLE_NOT_ALLOWED, DOCUMENT_MAX },
		{ PERSON_PARTICIPANT, { ANSWER_CLEAR, VERB_ACCEPT, 'U' },
		    REASON_OK, DOCUMENT_ANSWER },
		{ PERSON_NON_MEMBER, { ANSWER_CLEAR, VERB_DECLINE, 'U' },
		    REASON_OK, DOCUMENT_ANSWER },
		{ PERSON_OTHER_MAYOR, { ANSWER_CLEAR, VERB_ACCEPT, 'U' },
		    REASON_ROLE_NOT_ALLOWED, DOCUMENT_MAX },
		{ PERSON_PARTICIPANT, { ANSWER_NONE, VERB_NONE, 'U' },
		    REASON_UNREADABLE_ANSWER, DOCUMENT_MAX },
		{ PERSON_MAYOR, { ANSWER_CLEAR, VERB_PRESENT, 'V' },
		    REASON_OK, DOCUMENT_ATTENDANCE },
		{ PERSON_COORDINATOR, { ANSWER_CLEAR, VERB_PRESENT, 'V' },
		    REASON_ROLE_NOT_ALLOWED, DOCUMENT_MAX },
		{ PERSON_IO, { ANSWER_CLEAR, VERB_PRESENT, 'V' },
		    REASON_ROLE_NOT_ALLOWED, DOCUMENT_MAX },
		{ PERSON_COORDINATOR, { ANSWER_CLEAR, VERB_OVERVIEW, 'V' },
		    REASON_ROLE_NOT_ALLOWED, DOCUMENT_MAX },
		{ PERSON_MAYOR_REP, { ANSWER_CLEAR, VERB_AGAIN, 'U' },
		    REASON_OK, DOCUMENT_GUESTS },
		{ PERSON_MAYOR_REP, { ANSWER_CLEAR, VERB_AGAIN, 'A' },
		    REASON_OK, DOCUMENT_DECISION },
		{ PERSON_COORDINATOR, { ANSWER_CLEAR, VERB_MINUTES, 'V' },
		    REASON_OK, DOCUMENT_PAPERS },
		/* R121: of the case by who manages it, of a meeting by the
		 * office; of neither it is a text like another. */
		{ PERSON_PARTICIPANT, { ANSWER_CLEAR, VERB_ACTION, 'C' },
		    REASON_OK, DOCUMENT_CASE_ACTION },
		{ PERSON_PARTICIPANT, { ANSWER_CLEAR, VERB_ACTION, 'V' },
		    REASON_ROLE_NOT_ALLOWED, DOCUMENT_MAX },
		{ PERSON_PARTICIPANT, { ANSWER_CLEAR, VERB_ACTION, 0 },
		    REASON_OK, DOCUMENT_REFERRAL },
		{ PERSON_COORDINATOR, { ANSWER_CLEAR, VERB_ACTION, 'V' },
		    REASON_OK, DOCUMENT_PAPERS },
		{ PERSON_DPO, { ANSWER_CLEAR, VERB_ACTION, 'C' },
		    REASON_ROLE_NOT_ALLOWED, DOCUMENT_MAX },
		/* R88, R101: the officer's alone. */
		{ PERSON_IO, { ANSWER_CLEAR, VERB_FICHE, 0 }, REASON_OK,
		    DOCUMENT_FICHE },
		{ PERSON_COORDINATOR, { ANSWER_CLEAR, VERB_FICHE, 'F' },
		    REASON_ROLE_NOT_ALLOWED, DOCUMENT_MAX },
		{ PERSON_IO, { ANSWER_CLEAR, VERB_HAND_OVER, 'F' }, REASON_OK,
		    DOCUMENT_FICHE_RELEASE },
		{ PERSON_MAYOR, { ANSWER_CLEAR, VERB_HAND_OVER, 'F' },
		    REASON_ROLE_NOT_ALLOWED, DOCUMENT_MAX },
		{ PERSON_IO, { ANSWER_CLEAR, VERB_DISPATCH, 'F' }, REASON_OK,
		    DOCUMENT_FICHE_DISPATCH },
		{ PERSON_MAYOR_REP, { ANSWER_CLEAR, VERB_DISPATCH, 'F' },
		    REASON_ROLE_NOT_ALLOWED, DOCUMENT_MAX },
		{ PERSON_PARTICIPANT, { ANSWER_CLEAR, VERB_APPROVE, 'F' },
		    REASON_OK, DOCUMENT_FICHE_ANSWER },
		{ PERSON_DPO, { ANSWER_CLEAR, VERB_APPROVE, 'F' },
		    REASON_ROLE_NOT_ALLOWED, DOCUMENT_MAX },
		/* R150: the DPO reads of the log, and of nothing else. */
		/* R108: the chair asks, whoever took part answers; a yes to
		 * that is none to a fiche. */
		{ PERSON_MAYOR, { ANSWER_CLEAR, VERB_INFORM, 'C' }, REASON_OK,
		    DOCUMENT_INFORM },
		{ PERSON_COORDINATOR, { ANSWER_CLEAR, VERB_INFORM, 'C' },
		    REASON_ROLE_NOT_ALLOWED, DOCUMENT_MAX },
		{ PERSON_PARTICIPANT, { ANSWER_CLEAR, VERB_APPROVE, 'C' },
		    REASON_OK, DOCUMENT_INFORM_ANSWER },
		{ PERSON_IO, { ANSWER_CLEAR, VERB_FLAG, 'C' }, REASON_OK,
		    DOCUMENT_INFORM_ANSWER },
		{ PERSON_PARTICIPANT, { ANSWER_CLEAR, VERB_APPROVE, 'F' },
		    REASON_OK, DOCUMENT_FICHE_ANSWER },
		{ PERSON_MAYOR_REP, { ANSWER_CLEAR, VERB_GIVE_UP, 'C' },
		    REASON_OK, DOCUMENT_INFORM },
		{ PERSON_IO, { ANSWER_CLEAR, VERB_GIVE_UP, 'C' },
		    REASON_ROLE_NOT_ALLOWED, DOCUMENT_MAX },
		{ PERSON_DPO, { ANSWER_CLEAR, VERB_LOGBOOK, 0 }, REASON_OK,
		    DOCUMENT_LOGBOOK },
		{ PERSON_IO, { ANSWER_CLEAR, VERB_LOGBOOK, 'C' },
		    REASON_ROLE_NOT_ALLOWED, DOCUMENT_MAX },
		{ PERSON_DPO, { ANSWER_CLEAR, VERB_OVERVIEW, 'V' },
		    REASON_ROLE_NOT_ALLOWED, DOCUMENT_MAX },
		/* What is in no list. */
		{ PERSON_MAX, { ANSWER_CLEAR, VERB_LIST, 'A' },
		    REASON_ROLE_NOT_ALLOWED, DOCUMENT_MAX },
		{ PERSON_MAX, { ANSWER_NONE, VERB_NONE, 0 },
		    REASON_ROLE_NOT_ALLOWED, DOCUMENT_MAX },
		{ PERSON_MAYOR, { ANSWER_CLEAR, VERB_MAX, 'A' },
		    REASON_UNREADABLE_ANSWER, DOCUMENT_MAX },
		{ PERSON_MAYOR, { ANSWER_CLEAR, VERB_NONE, 'A' },
		    REASON_ROLE_NOT_ALLOWED, DOCUMENT_MAX },
	};
	enum document d;
	size_t i;

	(void)state;
	for (i = 0; i < NELEMS(row); i++) {
		assert_int_equal(route_document(row[i].role, &row[i].order,
		    &d), row[i].reason);
		assert_int_equal(d, row[i].document);
	}
}

/* R148: the list says what the matrix does, for every role. */
static void
test_r148_the_powers_follow_from_the_matrix(void **state)
{
	struct buf out;
	int role, p;

	(void)state;
	buf_init(&out, 256);
	power_say(PERSON_PARTICIPANT, POWER_CREATE, &out);
	assert_string_equal(buf_str(&out), "referrals");
	buf_reset(&out);
	power_say(PERSON_MAYOR_REP, POWER_DESTROY, &out);
	assert_string_equal(buf_str(&out), "referrals, persons");
	for (role = 0; role < PERSON_MAX; role++) {
		for (p = 0; p < POWER_MAX; p++) {
			buf_reset(&out);
			power_say((enum person_role)role, (enum power)p, &out);
			/* Who does not decide reads and destroys none. */
			if (!policy_decides((enum person_role)role) &&
			    (p == POWER_CONSULT || p == POWER_DESTROY))
				assert_null(strstr(buf_str(&out),
				    "referrals"));
		}
	}
	buf_reset(&out);
	power_say(PERSON_MAX, POWER_CREATE, &out);
	assert_string_equal(buf_str(&out), "");
	buf_free(&out);
}

static void
test_roles_by_word(void **state)
{
	enum person_role r;

	(void)state;
	assert_true(person_role_from_word("non_member", &r));
	assert_int_equal(r, PERSON_NON_MEMBER);
	assert_true(person_role_from_word("Niet-lid", &r));
	assert_int_equal(r, PERSON_NON_MEMBER);
	assert_true(person_role_from_word("burgemeester", &r));
	assert_int_equal(r, PERSON_MAYOR);
	assert_false(person_role_from_word("chef", &r));
	assert_false(person_role_from_word("", &r));
}

static void
test_values_outside_the_lists_are_refused(void **state)
{
	const char *why;

	(void)state;
	assert_false(policy_may_enrol(PERSON_MAX, ORG_SCHOOL, "a@b.example",
	    &why));
	assert_non_null(why);
	assert_false(policy_may_enrol(PERSON_PARTICIPANT, ORG_MAX,
	    "a@b.example", &why));
	assert_non_null(why);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_name_leads_back_to_its_value),
		cmocka_unit_test(test_who_may_refer_and_as_what),
		cmocka_unit_test(test_what_is_not_in_the_matrix_is_closed),
		cmocka_unit_test(
		    test_the_decree_covers_its_own_services_and_towns),
		cmocka_unit_test(test_excluded_classes_cannot_be_enrolled),
		cmocka_unit_test(
		    test_police_is_the_information_officer_and_nobody_else),
		cmocka_unit_test(test_excluded_domains_cannot_be_enrolled),
		cmocka_unit_test(test_the_matrix),
		cmocka_unit_test(
		    test_a_coordinator_drafts_a_meeting_and_orders_none),
		cmocka_unit_test(test_routes),
		cmocka_unit_test(test_r148_the_powers_follow_from_the_matrix),
		cmocka_unit_test(test_roles_by_word),
		cmocka_unit_test(test_values_outside_the_lists_are_refused)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
