/*
 * The life of a fiche, row by row of domain.md 4.3. What no path may do is
 * asked of every path.
 */
#include "flow/fiche.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define NELEMS(a) (sizeof(a) / sizeof((a)[0]))
#define DAY	INT64_C(86400)

#define ROW(from, event, to) { FICHE_##from, FICHE_EV_##event, FICHE_##to }
#define OPEN(event, to) ROW(PROPOSED, event, to), ROW(OBJECTED, event, to), \
	ROW(APPROVED, event, to)
#define OUT(event, to) ROW(HANDED_OVER, event, to),			\
	ROW(DISPATCHED, event, to), ROW(UNCERTAIN, event, to)

/* Every row of the table; all other pairs must give GW_STATE. */
static const struct {
	enum fiche_state from;
	enum fiche_event event;
	enum fiche_state to;
} rows[] = {
	/* "case LISTED and DISCUSSED, LIVC R decided to feed back | IO |
	 * DRAFT v1" */
	ROW(NEW, DRAW_UP, DRAFT),
	/* "submit [evaluation non-empty; attendance closed] | PROPOSED" */
	ROW(DRAFT, SUBMIT, PROPOSED),
	/* "signed approval on h + attestation | each member | (count)" */
	ROW(PROPOSED, APPROVE, PROPOSED), ROW(PROPOSED, CONSENT, PROPOSED),
	ROW(PROPOSED, WITHDRAW, PROPOSED), ROW(APPROVED, WITHDRAW, PROPOSED),
	/* "objection (no reason needed) | any member | OBJECTED" */
	OPEN(OBJECT, OBJECTED),
	/* "originator did not agree to use of its element | OBJECTED" */
	OPEN(REFUSE, OBJECTED),
	/* "investigation-secret flag | IO | OBJECTED" */
	ROW(PROPOSED, FLAG, OBJECTED), ROW(APPROVED, FLAG, OBJECTED),
	/* "revise -> v+1, all approvals void | IO | PROPOSED" */
	OPEN(REVISE, PROPOSED),
	/* "give up | IO/CHAIR | ABANDONED" */
	OPEN(GIVE_UP, ABANDONED), ROW(DRAFT, GIVE_UP, ABANDONED),
	/* "approvals = attendance set, all on same h, all certs valid |
	 * SYSTEM | APPROVED (frozen)" */
	ROW(PROPOSED, UNANIMOUS, APPROVED),
	ROW(PROPOSED, KEY_LOST, PROPOSED), ROW(OBJECTED, KEY_LOST, OBJECTED),
	ROW(APPROVED, KEY_LOST, PROPOSED),
	ROW(PROPOSED, KEY_BACK, PROPOSED), ROW(OBJECTED, KEY_BACK, OBJECTED),
	ROW(APPROVED, KEY_BACK, APPROVED),
	/* "IO (and only IO key) requests | HANDED_OVER" */
	ROW(APPROVED, HAND_OVER, HANDED_OVER),
	ROW(HANDED_OVER, AGAIN, HANDED_OVER),
	/* "7 d not requested | SYSTEM | (stays)" */
	ROW(APPROVED, REMIND, APPROVED),
	/* "signed dispatch over the approved digest | IO | DISPATCHED" */
	ROW(HANDED_OVER, DISPATCH, DISPATCHED),
	/* "T28d to IO, who decides" */
	ROW(UNCERTAIN, DISPATCH, DISPATCHED),
	/* "DSN success, or the IO confirms | CONFIRMED" */
	ROW(DISPATCHED, DSN_OK, CONFIRMED), ROW(UNCERTAIN, DSN_OK, CONFIRMED),
	OUT(CONFIRM, CONFIRMED),
	ROW(DISPATCHED, DSN_FAILED, HANDED_OVER),
	ROW(UNCERTAIN, DSN_FAILED, HANDED_OVER),
	/* "outcome unknown after a crash | UNCERTAIN" */
	ROW(DISPATCHED, LOST, UNCERTAIN),
	/* "CONFIRMED / ABANDONED | 7 d | ERASED" */
	ROW(CONFIRMED, DONE, ERASED), ROW(ABANDONED, DONE, ERASED),
	ROW(EXPIRED, DONE, ERASED),
	/* "PROPOSED/OBJECTED | 30 d | EXPIRED = ABANDONED" */
	ROW(PROPOSED, LAPSE, EXPIRED), ROW(OBJECTED, LAPSE, EXPIRED),
	/* domain.md 7, P1: "hard cap 60 days" */
	ROW(DRAFT, CAP, EXPIRED), OPEN(CAP, EXPIRED), OUT(CAP, EXPIRED)
};

/* ---- looking at effects ---- */

static struct effects
take(enum fiche_state from, enum fiche_event event)
{
	enum fiche_state next;
	struct effects e;

	assert_int_equal(fiche_step(from, event, &next, &e), GW_OK);
	return e;
}

#define TAKE(from, event) take(FICHE_##from, FICHE_EV_##event)

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

	for (i = 0; i < e->n; i++)
		if (e->e[i].type == EFFECT_MAIL && e->e[i].mail == kind &&
		    e->e[i].to == to &&
		    strcmp(e->e[i].section, section) == 0)
			return true;
	return false;
}

static int64_t
due(const struct effects *e, enum fiche_event event)
{
	size_t i;

	for (i = 0; i < e->n; i++)
		if (e->e[i].type == EFFECT_TIMER && e->e[i].event ==
		    (int)event)
			return e->e[i].seconds;
	return 0;
}

/* ---- the table ---- */

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
	enum fiche_state next;
	struct effects e;
	int from, event;
	size_t i;

	(void)state;
	for (i = 0; i < NELEMS(rows); i++) {
		assert_ptr_equal(row_of(rows[i].from, rows[i].event),
		    &rows[i]);
		assert_int_equal(fiche_step(rows[i].from, rows[i].event,
		    &next, &e), GW_OK);
		if (next != rows[i].to)
			fail_msg("%s %s: %s, not %s",
			    fiche_state_name(rows[i].from),
			    fiche_event_name(rows[i].event),
			    fiche_state_name(next),
			    fiche_state_name(rows[i].to));
		assert_int_equal(count(&e, EFFECT_STATE),
		    rows[i].from != rows[i].to);
	}
	for (from = -1; from <= FICHE_STATE_MAX; from++) {
		for (event = -1; event <= FICHE_EVENT_MAX; event++) {
			if (row_of(from, event) != NULL)
				continue;
			assert_int_equal(fiche_step((enum fiche_state)from,
			    (enum fiche_event)event, &next, &e), GW_STATE);
			assert_int_equal((int)next, from);
			assert_int_equal(e.n, 0);
		}
	}
}

/* R90: each member gets the text; R72: an owner who was not there is asked. */
static void
test_a_round_asks_every_member(void **state)
{
	struct effects e = TAKE(DRAFT, SUBMIT);

	(void)state;
	assert_true(has_mail(&e, MAIL_T25, "body", TO_MEMBERS));
	assert_true(has_mail(&e, MAIL_T25, "bron", TO_SOURCES));
	assert_int_equal(count(&e, EFFECT_MAIL), 2);
	assert_int_equal(due(&e, FICHE_EV_LAPSE), 30 * DAY);
	e = TAKE(OBJECTED, REVISE);
	assert_true(has_mail(&e, MAIL_T25, "body", TO_MEMBERS));
	assert_true(has_mail(&e, MAIL_T25, "bron", TO_SOURCES));
	/* Mediation gets thirty days, not thirty for each try. */
	assert_int_equal(due(&e, FICHE_EV_LAPSE), 0);
}

/* R100: "identity of objector shown only to IO/chair". */
static void
test_that_there_was_an_objection_reaches_io_and_chair_alone(void **state)
{
	struct effects e;
	size_t i, j;

	(void)state;
	e = TAKE(PROPOSED, OBJECT);
	assert_true(has_mail(&e, MAIL_T26, "body", TO_IO));
	assert_true(has_mail(&e, MAIL_T26, "body", TO_CHAIR));
	e = TAKE(PROPOSED, REFUSE);
	assert_true(has_mail(&e, MAIL_T26, "bron", TO_IO));
	e = TAKE(APPROVED, WITHDRAW);
	assert_true(has_mail(&e, MAIL_T26, "ingetrokken", TO_CHAIR));
	/* The IO's own flag (R74) is nobody else's business. */
	e = TAKE(PROPOSED, FLAG);
	assert_int_equal(count(&e, EFFECT_MAIL), 0);
	for (i = 0; i < NELEMS(rows); i++) {
		e = take(rows[i].from, rows[i].event);
		for (j = 0; j < e.n; j++)
			if (e.e[j].type == EFFECT_MAIL &&
			    e.e[j].mail == MAIL_T26)
				assert_true(e.e[j].to == TO_IO ||
				    e.e[j].to == TO_CHAIR);
	}
}

/* "No transition exists to any recipient other than the IO, except the relay
 * of the IO's own signed dispatch to the LTF contact" (R101). */
static void
test_what_was_approved_goes_to_the_io_alone(void **state)
{
	struct effects e;
	size_t i, j, relays = 0;

	(void)state;
	e = TAKE(APPROVED, HAND_OVER);
	assert_true(has_mail(&e, MAIL_T28, "body", TO_IO));
	assert_int_equal(count(&e, EFFECT_MAIL), 1);
	/* Lost on its way: once more to the same one, and to nobody else. */
	e = TAKE(HANDED_OVER, AGAIN);
	assert_true(has_mail(&e, MAIL_T28, "body", TO_IO));
	assert_int_equal(count(&e, EFFECT_MAIL), 1);
	for (i = 0; i < NELEMS(rows); i++) {
		e = take(rows[i].from, rows[i].event);
		for (j = 0; j < e.n; j++) {
			if (e.e[j].type == EFFECT_MAIL) {
				assert_int_not_equal(e.e[j].mail, MAIL_T28B);
				assert_true(e.e[j].to == TO_IO ||
				    (e.e[j].mail != MAIL_T28 &&
				    (e.e[j].to == TO_CHAIR ||
				    e.e[j].to == TO_MEMBERS ||
				    e.e[j].to == TO_SOURCES)));
			}
			if (e.e[j].type == EFFECT_RELAY) {
				assert_int_equal(rows[i].event,
				    FICHE_EV_DISPATCH);
				assert_int_equal(e.e[j].mail, MAIL_T28B);
				relays++;
			}
		}
	}
	assert_int_equal(relays, 2);
}

/* APPROVED comes from a complete round, and the hand-over from APPROVED. */
static void
test_one_way_leads_out(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < NELEMS(rows); i++) {
		if (rows[i].to == FICHE_APPROVED &&
		    rows[i].from != FICHE_APPROVED)
			assert_int_equal(rows[i].event, FICHE_EV_UNANIMOUS);
		if (rows[i].to == FICHE_HANDED_OVER &&
		    rows[i].from != FICHE_HANDED_OVER)
			assert_true(rows[i].event == FICHE_EV_HAND_OVER ||
			    rows[i].event == FICHE_EV_DSN_FAILED);
		if (rows[i].event == FICHE_EV_HAND_OVER)
			assert_int_equal(rows[i].from, FICHE_APPROVED);
		if (rows[i].to == FICHE_DISPATCHED)
			assert_int_equal(rows[i].event, FICHE_EV_DISPATCH);
	}
}

static void
test_consensus_is_told_to_members_and_io(void **state)
{
	struct effects e = TAKE(PROPOSED, UNANIMOUS);

	(void)state;
	assert_true(has_mail(&e, MAIL_T27, "body", TO_MEMBERS));
	assert_true(has_mail(&e, MAIL_T27, "io", TO_IO));
	assert_int_equal(due(&e, FICHE_EV_REMIND), 7 * DAY);
	e = TAKE(APPROVED, REMIND);
	assert_true(has_mail(&e, MAIL_T28, "herinnering", TO_IO));
	assert_int_equal(count(&e, EFFECT_MAIL), 1);
}

static void
test_the_outcome_of_a_dispatch_is_told_to_the_io(void **state)
{
	struct effects e = TAKE(DISPATCHED, DSN_OK);

	(void)state;
	assert_true(has_mail(&e, MAIL_T28, "verzonden", TO_IO));
	e = TAKE(DISPATCHED, LOST);
	assert_true(has_mail(&e, MAIL_T28, "onzeker", TO_IO));
	assert_int_equal(count(&e, EFFECT_RELAY), 0);
	e = TAKE(DISPATCHED, DSN_FAILED);
	assert_true(has_mail(&e, MAIL_T28, "mislukt", TO_IO));
	assert_int_equal(count(&e, EFFECT_RELAY), 0);
}

/* R101: the LTF gets it once. Whatever ends the dispatch, or begins it anew,
 * takes back one that has not left. */
static void
test_a_dispatch_that_waits_is_taken_back(void **state)
{
	struct effects e;
	size_t i;
	bool may_wait;

	(void)state;
	for (i = 0; i < NELEMS(rows); i++) {
		e = take(rows[i].from, rows[i].event);
		/* Before the hand-over there is none. */
		may_wait = rows[i].event == FICHE_EV_DSN_FAILED ||
		    rows[i].to == FICHE_CONFIRMED ||
		    (rows[i].event == FICHE_EV_CAP &&
		    count(&e, EFFECT_MAIL) == 0);
		assert_int_equal(count(&e, EFFECT_RECALL), may_wait);
	}
}

/* R106, and domain.md 7, P1. */
static void
test_content_goes_a_week_after_the_end(void **state)
{
	struct effects e = TAKE(NEW, DRAW_UP);
	int64_t cap = due(&e, FICHE_EV_CAP);
	size_t i;

	(void)state;
	assert_int_equal(cap + 7 * DAY, 60 * DAY);
	for (i = 0; i < NELEMS(rows); i++) {
		e = take(rows[i].from, rows[i].event);
		assert_int_equal(count(&e, EFFECT_ERASE),
		    rows[i].to == FICHE_ERASED);
		if (rows[i].to == FICHE_CONFIRMED ||
		    rows[i].to == FICHE_ABANDONED ||
		    rows[i].to == FICHE_EXPIRED)
			assert_int_equal(due(&e, FICHE_EV_DONE), 7 * DAY);
	}
	e = TAKE(OBJECTED, LAPSE);
	assert_true(has_mail(&e, MAIL_T29, "body", TO_IO));
	assert_true(has_mail(&e, MAIL_T29, "body", TO_MEMBERS));
	/* It did leave, or may have: "no fiche leaves" would be a lie. */
	e = TAKE(DISPATCHED, CAP);
	assert_int_equal(count(&e, EFFECT_MAIL), 0);
}

static void
test_everything_has_a_name(void **state)
{
	(void)state;
	assert_string_equal(fiche_state_name(FICHE_HANDED_OVER),
	    "HANDED_OVER");
	assert_string_equal(fiche_event_name(FICHE_EV_KEY_LOST), "KEY_LOST");
	assert_string_equal(fiche_state_name(FICHE_STATE_MAX), "?");
	assert_string_equal(fiche_event_name((enum fiche_event)-1), "?");
	assert_string_equal(mail_kind_name(MAIL_T28B), "T28b");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_table_is_these_rows_and_no_others),
		cmocka_unit_test(test_a_round_asks_every_member),
		cmocka_unit_test(
		    test_that_there_was_an_objection_reaches_io_and_chair_alone),
		cmocka_unit_test(test_what_was_approved_goes_to_the_io_alone),
		cmocka_unit_test(test_one_way_leads_out),
		cmocka_unit_test(test_consensus_is_told_to_members_and_io),
		cmocka_unit_test(
		    test_the_outcome_of_a_dispatch_is_told_to_the_io),
		cmocka_unit_test(test_a_dispatch_that_waits_is_taken_back),
		cmocka_unit_test(test_content_goes_a_week_after_the_end),
		cmocka_unit_test(test_everything_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
