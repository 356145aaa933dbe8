/*
 * The life of an invitation, row by row of domain.md 4.2: sent, tracked, never
 * pressed. What no path may do is asked of every path.
 */
#include "flow/invitation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define NELEMS(a) (sizeof(a) / sizeof((a)[0]))
#define DAY	INT64_C(86400)

#define ROW(from, event, to) { INVITATION_##from, INVITATION_EV_##event, \
	INVITATION_##to }
/* Lies with somebody who has not answered. */
#define SILENT(event, to) ROW(SENT, event, to), ROW(DELIVERED, event, to), \
	ROW(REMINDED, event, to), ROW(RESCHEDULED, event, to)
#define COMES(event, to) ROW(ACCEPTED, event, to),			\
	ROW(ACCEPTED_PERMREP, event, to)
#define DECLINED(event, to) ROW(DECLINED_MOTIVATED, event, to),		\
	ROW(DECLINED_BARE, event, to)
#define REFUSES(event, to) DECLINED(event, to), ROW(TALK_OFFERED, event, to)
/* Ordered by the mayor, and the attendance is open. */
#define OPEN(event, to) ROW(APPROVED, event, to), SILENT(event, to),	\
	ROW(FAILED, event, to), COMES(event, to), REFUSES(event, to),	\
	ROW(NO_REPLY, event, to)

/* Every row of the table; all other pairs must give GW_STATE. */
static const struct {
	enum invitation_state from;
	enum invitation_event event;
	enum invitation_state to;
} rows[] = {
	/* "draft made from meeting + recipient set | DRAFT" */
	ROW(NEW, DRAFTED, DRAFT),
	/* "MAYOR/REP signs | APPROVED" */
	ROW(DRAFT, ORDERED, APPROVED), ROW(FAILED, AGAIN, APPROVED),
	/* "release | SENT" */
	ROW(APPROVED, LEFT, SENT),
	/* "DSN success | DELIVERED" */
	ROW(SENT, DSN_OK, DELIVERED),
	/* "permanent failure / key unusable | FAILED" */
	ROW(APPROVED, DSN_FAILED, FAILED), ROW(SENT, DSN_FAILED, FAILED),
	ROW(DELIVERED, DSN_FAILED, DELIVERED),
	ROW(REMINDED, DSN_FAILED, REMINDED),
	ROW(RESCHEDULED, DSN_FAILED, RESCHEDULED),
	ROW(ACCEPTED, DSN_FAILED, ACCEPTED),
	ROW(ACCEPTED_PERMREP, DSN_FAILED, ACCEPTED_PERMREP),
	/* "signed aanvaard | ACCEPTED"; "changes mind | ACCEPTED" */
	SILENT(ACCEPT, ACCEPTED), ROW(FAILED, ACCEPT, ACCEPTED),
	COMES(ACCEPT, ACCEPTED), REFUSES(ACCEPT, ACCEPTED),
	ROW(NO_REPLY, ACCEPT, ACCEPTED),
	/* "accepts, names vaste vertegenwoordiger | ACCEPTED_PERMREP" */
	SILENT(ACCEPT_BY, ACCEPTED_PERMREP),
	ROW(FAILED, ACCEPT_BY, ACCEPTED_PERMREP),
	COMES(ACCEPT_BY, ACCEPTED_PERMREP),
	REFUSES(ACCEPT_BY, ACCEPTED_PERMREP),
	ROW(NO_REPLY, ACCEPT_BY, ACCEPTED_PERMREP),
	/* "signed weigert with reasons | DECLINED_MOTIVATED"; "reasons
	 * arrive" */
	SILENT(DECLINE_WORDS, DECLINED_MOTIVATED),
	ROW(FAILED, DECLINE_WORDS, DECLINED_MOTIVATED),
	COMES(DECLINE_WORDS, DECLINED_MOTIVATED),
	DECLINED(DECLINE_WORDS, DECLINED_MOTIVATED),
	ROW(TALK_OFFERED, DECLINE_WORDS, TALK_OFFERED),
	ROW(NO_REPLY, DECLINE_WORDS, DECLINED_MOTIVATED),
	ROW(ABSENT, DECLINE_WORDS, ABSENT),
	/* "weigert without reasons | DECLINED_BARE" */
	SILENT(DECLINE, DECLINED_BARE), ROW(FAILED, DECLINE, DECLINED_BARE),
	COMES(DECLINE, DECLINED_BARE), ROW(NO_REPLY, DECLINE, DECLINED_BARE),
	ROW(DECLINED_BARE, DECLINE, DECLINED_BARE),
	ROW(DECLINED_MOTIVATED, DECLINE, DECLINED_MOTIVATED),
	ROW(TALK_OFFERED, DECLINE, TALK_OFFERED),
	/* "mayor offers talk | TALK_OFFERED" */
	DECLINED(TALK, TALK_OFFERED), ROW(ABSENT, TALK, ABSENT),
	/* "no reply until D-5 | REMINDED (once)" */
	ROW(SENT, REMIND, REMINDED), ROW(DELIVERED, REMIND, REMINDED),
	/* "meeting date passes | NO_REPLY (no consequence)" */
	SILENT(DATE_PASSED, NO_REPLY), ROW(APPROVED, DATE_PASSED, FAILED),
	/* "cancelled/moved | WITHDRAWN / RESCHEDULED" */
	ROW(APPROVED, MOVE, APPROVED), ROW(SENT, MOVE, APPROVED),
	ROW(DELIVERED, MOVE, APPROVED),
	ROW(REMINDED, MOVE, RESCHEDULED), ROW(RESCHEDULED, MOVE, RESCHEDULED),
	ROW(NO_REPLY, MOVE, RESCHEDULED), COMES(MOVE, RESCHEDULED),
	ROW(DRAFT, CANCEL, WITHDRAWN), OPEN(CANCEL, WITHDRAWN),
	/* R60: what was a slip is ordered once more */
	ROW(WITHDRAWN, ANEW, RESCHEDULED),
	/* "attendance closed by chair | ATTENDED / ABSENT" */
	OPEN(PRESENT, ATTENDED), OPEN(NOT_PRESENT, ABSENT),
	/* "any final | meeting + 30 d | ERASED" */
	ROW(DRAFT, DONE, ERASED), OPEN(DONE, ERASED),
	ROW(WITHDRAWN, DONE, ERASED), ROW(ATTENDED, DONE, ERASED),
	ROW(ABSENT, DONE, ERASED)
};

/* ---- looking at effects ---- */

static const struct invited fixed = { INVITATION_FIXED, MEETING_OPERATIONAL },
    adhoc = { INVITATION_ADHOC, MEETING_OPERATIONAL };

static struct effects
take_what(enum invitation_state from, enum invitation_event event,
    const struct invited *what)
{
	enum invitation_state next;
	struct effects e;

	assert_int_equal(invitation_step(from, event, what, &next, &e),
	    GW_OK);
	return e;
}

static struct effects
take(enum invitation_state from, enum invitation_event event)
{
	return take_what(from, event, &fixed);
}

#define TAKE(from, event) \
	take(INVITATION_##from, INVITATION_EV_##event)

static size_t
count(const struct effects *e, enum effect_type type)
{
	size_t i, n = 0;

	for (i = 0; i < e->n; i++)
		n += e->e[i].type == type;
	return n;
}

static size_t
mails(const struct effects *e, enum mail_kind kind)
{
	size_t i, n = 0;

	for (i = 0; i < e->n; i++)
		n += e->e[i].type == EFFECT_MAIL && e->e[i].mail == kind;
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

static bool
clocks(const struct effects *e, enum invitation_event event)
{
	size_t i;

	for (i = 0; i < e->n; i++)
		if (e->e[i].type == EFFECT_CLOCK && e->e[i].event ==
		    (int)event)
			return true;
	return false;
}

/* There is one mail: this, in that section, to them. */
static void
assert_only_mail(const struct effects *e, enum mail_kind kind,
    const char *section, enum effect_to to)
{
	size_t i;

	assert_int_equal(count(e, EFFECT_MAIL), 1);
	for (i = 0; e->e[i].type != EFFECT_MAIL; i++)
		;
	assert_int_equal(e->e[i].mail, kind);
	assert_string_equal(e->e[i].section, section);
	assert_int_equal(e->e[i].to, to);
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
	enum invitation_state next;
	struct effects e;
	int from, event;
	size_t i;

	(void)state;
	for (i = 0; i < NELEMS(rows); i++) {
		assert_ptr_equal(row_of(rows[i].from, rows[i].event),
		    &rows[i]);
		assert_int_equal(invitation_step(rows[i].from, rows[i].event,
		    &fixed, &next, &e), GW_OK);
		if (next != rows[i].to)
			fail_msg("%s %s: %s, not %s",
			    invitation_state_name(rows[i].from),
			    invitation_event_name(rows[i].event),
			    invitation_state_name(next),
			    invitation_state_name(rows[i].to));
		assert_int_equal(count(&e, EFFECT_STATE),
		    rows[i].from != rows[i].to);
	}
	for (from = -1; from <= INVITATION_STATE_MAX; from++) {
		for (event = -1; event <= INVITATION_EVENT_MAX; event++) {
			if (row_of(from, event) != NULL)
				continue;
			memset(&e, 0xff, sizeof(e));
			assert_int_equal(invitation_step(
			    (enum invitation_state)from,
			    (enum invitation_event)event, &adhoc,
			    &next, &e), GW_STATE);
			assert_int_equal((int)next, from);
			assert_int_equal(e.n, 0);
		}
	}
}

/* ---- sent ---- */

/* R45: "MAYOR/REP signs"; T12 "(vast) / T13 (ad hoc)". */
static void
test_an_order_sends_the_invitation_of_its_kind(void **state)
{
	static const struct invited strategic = { INVITATION_FIXED,
		MEETING_STRATEGIC };
	struct effects e = TAKE(DRAFT, ORDERED);

	(void)state;
	assert_only_mail(&e, MAIL_T12, "operationeel", TO_INVITEE);
	assert_true(clocks(&e, INVITATION_EV_REMIND));
	assert_true(clocks(&e, INVITATION_EV_DATE_PASSED));
	e = take_what(INVITATION_DRAFT, INVITATION_EV_ORDERED, &adhoc);
	assert_only_mail(&e, MAIL_T13, "operationeel", TO_INVITEE);
	e = take_what(INVITATION_DRAFT, INVITATION_EV_ORDERED, &strategic);
	assert_only_mail(&e, MAIL_T12, "strategisch", TO_INVITEE);
	assert_int_equal(invitation_kind_of(PERSON_ADHOC), INVITATION_ADHOC);
	assert_int_equal(invitation_kind_of(PERSON_NON_MEMBER),
	    INVITATION_ADHOC);
	assert_int_equal(invitation_kind_of(PERSON_PARTICIPANT),
	    INVITATION_FIXED);
	assert_int_equal(invitation_kind_of(PERSON_PERM_REP),
	    INVITATION_FIXED);
}

/* design.md 10: "never from a mere 250 of our own relay"; only a delivery
 * notice makes DELIVERED, and nothing else follows from either. */
static void
test_a_bare_250_proves_nothing(void **state)
{
	struct effects e = TAKE(APPROVED, LEFT);
	enum invitation_state next;
	int from, event;

	(void)state;
	assert_int_equal(e.n, 1);
	e = TAKE(SENT, DSN_OK);
	assert_int_equal(e.n, 1);
	for (from = 0; from < INVITATION_STATE_MAX; from++) {
		for (event = 0; event < INVITATION_EVENT_MAX; event++) {
			if (invitation_step((enum invitation_state)from,
			    (enum invitation_event)event, &fixed,
			    &next, &e) == GW_OK &&
			    next == INVITATION_DELIVERED && from != (int)next)
				assert_int_equal(event,
				    INVITATION_EV_DSN_OK);
		}
	}
}

/* "FAILED | T42 to COORD". */
static void
test_the_coordinator_hears_of_what_did_not_arrive(void **state)
{
	struct effects e = TAKE(SENT, DSN_FAILED);

	(void)state;
	assert_only_mail(&e, MAIL_T42, "body", TO_COORDINATOR);
	e = TAKE(FAILED, AGAIN);
	assert_only_mail(&e, MAIL_T12, "operationeel", TO_INVITEE);
	/* The hours may be others by now. */
	assert_int_equal(count(&e, EFFECT_CALM), 1);
	assert_true(clocks(&e, INVITATION_EV_DATE_PASSED));
}

/* ---- answered ---- */

/* "answers count from SENT on" (design.md 10), not before. */
static void
test_answers_count_from_sent_on(void **state)
{
	static const enum invitation_state early[] = { INVITATION_NEW,
		INVITATION_DRAFT, INVITATION_APPROVED };
	enum invitation_state next;
	struct effects e;
	size_t i;
	int event;

	(void)state;
	for (event = 0; event < INVITATION_EVENT_MAX; event++) {
		if (!invitation_is_answer((enum invitation_event)event))
			continue;
		for (i = 0; i < NELEMS(early); i++)
			assert_int_equal(invitation_step(early[i],
			    (enum invitation_event)event, &fixed,
			    &next, &e), GW_STATE);
		assert_int_equal(invitation_step(INVITATION_SENT,
		    (enum invitation_event)event, &fixed, &next,
		    &e), GW_OK);
		assert_int_equal(count(&e, EFFECT_AUDIT), 1);
	}
}

static void
test_accepting_is_confirmed(void **state)
{
	struct effects e = TAKE(DELIVERED, ACCEPT);

	(void)state;
	assert_only_mail(&e, MAIL_T15, "body", TO_INVITEE);
	/* R61: who comes ad hoc talks with the coordinator first. */
	e = take_what(INVITATION_DELIVERED, INVITATION_EV_ACCEPT, &adhoc);
	assert_int_equal(mails(&e, MAIL_T15), 1);
	assert_int_equal(mails(&e, MAIL_T20), 1);
}

/* R64, R65: "T15 + T21 to the PERMREP", and T21 to the colleague whose place
 * it is; R68: no invitation comes of it. */
static void
test_a_permanent_representative_is_told_and_not_invited(void **state)
{
	struct effects e = TAKE(DELIVERED, ACCEPT_BY);

	(void)state;
	assert_int_equal(count(&e, EFFECT_MAIL), 4);
	assert_true(has_mail(&e, MAIL_B07, "vaste", TO_DECIDERS));
	assert_true(has_mail(&e, MAIL_T15, "doorvaste", TO_INVITEE));
	assert_true(has_mail(&e, MAIL_T21, "vaste", TO_PERM_REP));
	assert_true(has_mail(&e, MAIL_T21, "organisatie", TO_INVITEE));
}

/* R49: "content re-encrypted to MAYOR/REP only"; T16, T17. */
static void
test_a_refusal_goes_to_the_mayor_and_is_not_kept(void **state)
{
	struct effects e = TAKE(DELIVERED, DECLINE_WORDS);
	enum invitation_state next;
	int from, event;

	(void)state;
	assert_int_equal(count(&e, EFFECT_MAIL), 2);
	assert_true(has_mail(&e, MAIL_T16, "body", TO_INVITEE));
	assert_true(has_mail(&e, MAIL_B07, "weigering", TO_DECIDERS));
	e = TAKE(DELIVERED, DECLINE);
	assert_int_equal(count(&e, EFFECT_MAIL), 2);
	assert_true(has_mail(&e, MAIL_T17, "body", TO_INVITEE));
	assert_true(has_mail(&e, MAIL_B07, "weigering-zonder", TO_DECIDERS));
	for (from = 0; from < INVITATION_STATE_MAX; from++) {
		for (event = 0; event < INVITATION_EVENT_MAX; event++) {
			if (invitation_step((enum invitation_state)from,
			    (enum invitation_event)event, &fixed, &next,
			    &e) != GW_OK)
				continue;
			assert_int_equal(count(&e, EFFECT_KEEP), 0);
			assert_int_equal(has_mail(&e, MAIL_B07, "weigering",
			    TO_DECIDERS),
			    event == INVITATION_EV_DECLINE_WORDS);
		}
	}
}

/* "accept after decline and the other way round until attendance is closed";
 * then only reasons and a talk (R48, R52). */
static void
test_minds_may_change_until_the_attendance_is_closed(void **state)
{
	static const enum invitation_state closed[] = { INVITATION_ATTENDED,
		INVITATION_ABSENT, INVITATION_WITHDRAWN, INVITATION_ERASED };
	enum invitation_state next;
	struct effects e;
	size_t i;

	(void)state;
	(void)invitation_step(INVITATION_ACCEPTED, INVITATION_EV_DECLINE,
	    &fixed, &next, &e);
	assert_int_equal(next, INVITATION_DECLINED_BARE);
	(void)invitation_step(next, INVITATION_EV_ACCEPT, &fixed,
	    &next, &e);
	assert_int_equal(next, INVITATION_ACCEPTED);
	(void)invitation_step(INVITATION_TALK_OFFERED, INVITATION_EV_ACCEPT,
	    &fixed, &next, &e);
	assert_int_equal(next, INVITATION_ACCEPTED);
	for (i = 0; i < NELEMS(closed); i++) {
		assert_int_equal(invitation_step(closed[i],
		    INVITATION_EV_ACCEPT, &fixed, &next, &e),
		    GW_STATE);
		assert_int_equal(invitation_step(closed[i],
		    INVITATION_EV_DECLINE, &fixed, &next, &e),
		    GW_STATE);
	}
}

/* ---- never pressed ---- */

/*
 * Every path of any length: the states that can be reached, with how often
 * the mails of `kind` have gone so far (up to two).
 */
static unsigned
most_mails_on_a_path(enum mail_kind kind)
{
	bool seen[INVITATION_STATE_MAX][3] = { { false } };
	enum invitation_state next;
	struct effects e;
	bool more = true;
	unsigned n, to, most = 0;
	int s, event;

	seen[INVITATION_NEW][0] = true;
	while (more) {
		more = false;
		for (s = 0; s < INVITATION_STATE_MAX * 3; s++) {
			n = (unsigned)s % 3;
			if (!seen[s / 3][n])
				continue;
			most = n > most ? n : most;
			for (event = 0; event < INVITATION_EVENT_MAX;
			    event++) {
				if (invitation_step((enum invitation_state)
				    (s / 3), (enum invitation_event)event,
				    &fixed, &next, &e) != GW_OK)
					continue;
				to = n + (unsigned)mails(&e, kind);
				to = to > 2 ? 2 : to;
				more = more || !seen[next][to];
				seen[next][to] = true;
			}
		}
	}
	return most;
}

/* R50 and "Guards that can never be overridden: more than one reminder". */
static void
test_no_path_reminds_twice(void **state)
{
	(void)state;
	assert_int_equal(most_mails_on_a_path(MAIL_T14), 1);
	/* T17 "once". */
	assert_int_equal(most_mails_on_a_path(MAIL_T17), 1);
	/* That the walk sees what comes twice. */
	assert_int_equal(most_mails_on_a_path(MAIL_T15), 2);
}

/* R48: the answer is owed to the mayor; all else is the invitee's. */
static void
assert_no_third_party(const struct effects *e)
{
	size_t i;

	for (i = 0; i < e->n; i++)
		if (e->e[i].type == EFFECT_MAIL)
			assert_int_equal(e->e[i].to, e->e[i].mail == MAIL_B07 ?
			    TO_DECIDERS : TO_INVITEE);
}

/* R50: "a mail to a third party about a refusal": from the refusal until the
 * invitee accepts, or is asked anew, on no path. */
static void
test_no_path_from_a_refusal_writes_to_a_third_party(void **state)
{
	bool seen[INVITATION_STATE_MAX] = { false }, more = true;
	enum invitation_state next;
	struct effects e;
	int s, event;
	size_t i;

	(void)state;
	seen[INVITATION_DECLINED_BARE] = true;
	seen[INVITATION_DECLINED_MOTIVATED] = true;
	while (more) {
		more = false;
		for (s = 0; s < INVITATION_STATE_MAX *
		    INVITATION_EVENT_MAX; s++) {
			event = s % INVITATION_EVENT_MAX;
			if (!seen[s / INVITATION_EVENT_MAX] ||
			    event == INVITATION_EV_ACCEPT ||
			    event == INVITATION_EV_ACCEPT_BY ||
			    event == INVITATION_EV_ANEW ||
			    invitation_step((enum invitation_state)
			    (s / INVITATION_EVENT_MAX),
			    (enum invitation_event)event, &adhoc,
			    &next, &e) != GW_OK)
				continue;
			assert_no_third_party(&e);
			more = more || !seen[next];
			seen[next] = true;
		}
	}
	/* And the act of refusing itself. */
	for (i = 0; i < NELEMS(rows); i++)
		if (rows[i].event == INVITATION_EV_DECLINE ||
		    rows[i].event == INVITATION_EV_DECLINE_WORDS) {
			e = take(rows[i].from, rows[i].event);
			assert_no_third_party(&e);
		}
}

/* R48, T17 "once": who had accepted, or says it again, is thanked. */
static void
test_nobody_who_may_have_been_asked_is_asked_for_reasons(void **state)
{
	struct effects e = TAKE(ACCEPTED, DECLINE);

	(void)state;
	assert_true(has_mail(&e, MAIL_T16, "zonder", TO_INVITEE));
	assert_true(has_mail(&e, MAIL_B07, "weigering-zonder", TO_DECIDERS));
	e = TAKE(TALK_OFFERED, DECLINE);
	assert_only_mail(&e, MAIL_T16, "zonder", TO_INVITEE);
	/* R52. */
	e = TAKE(DECLINED_BARE, TALK);
	assert_only_mail(&e, MAIL_T19, "zonder", TO_INVITEE);
}

/* "NO_REPLY (no consequence)": no mail, nobody told, nothing counted. */
static void
test_silence_has_no_consequence(void **state)
{
	static const enum invitation_state silent[] = { INVITATION_SENT,
		INVITATION_DELIVERED, INVITATION_REMINDED,
		INVITATION_RESCHEDULED };
	struct effects e;
	size_t i;

	(void)state;
	for (i = 0; i < NELEMS(silent); i++) {
		e = take(silent[i], INVITATION_EV_DATE_PASSED);
		assert_int_equal(e.n, 2);
		assert_int_equal(count(&e, EFFECT_STATE), 1);
		assert_int_equal(count(&e, EFFECT_RECALL), 1);
		e = take(silent[i], INVITATION_EV_NOT_PRESENT);
		assert_int_equal(count(&e, EFFECT_MAIL), 0);
	}
}

/* R50: when it is over a refusal, silence and an empty chair are one. */
static void
test_afterwards_nobody_can_tell_who_had_refused(void **state)
{
	enum invitation_state next;
	struct effects first = TAKE(ACCEPTED, NOT_PRESENT), e;
	size_t i;

	(void)state;
	for (i = 0; i < NELEMS(rows); i++) {
		if (rows[i].event != INVITATION_EV_NOT_PRESENT)
			continue;
		(void)invitation_step(rows[i].from, rows[i].event,
		    &fixed, &next, &e);
		assert_int_equal(next, INVITATION_ABSENT);
		assert_memory_equal(&e, &first, sizeof(e));
	}
}

static void
test_the_reminder_has_its_day(void **state)
{
	const int64_t starts = 1795000000, ends = starts + 7200;

	(void)state;
	/* D-5. */
	assert_int_equal(invitation_due(INVITATION_EV_REMIND,
	    starts - 14 * DAY, starts, ends), starts - 5 * DAY);
	/* On short notice there is none. */
	assert_int_equal(invitation_due(INVITATION_EV_REMIND,
	    starts - 8 * DAY, starts, ends), starts - 5 * DAY);
	assert_int_equal(invitation_due(INVITATION_EV_REMIND,
	    starts - 8 * DAY + 1, starts, ends), 0);
	assert_int_equal(invitation_due(INVITATION_EV_REMIND,
	    starts - DAY, starts, ends), 0);
	assert_int_equal(invitation_due(INVITATION_EV_DATE_PASSED,
	    starts - DAY, starts, ends), ends);
	assert_int_equal(invitation_due(INVITATION_EV_DONE, starts, starts,
	    ends), 0);
}

/* ---- moved and cancelled ---- */

/* R60: whoever is asked or comes hears of it; who declined is left alone. */
static void
test_who_hears_of_a_change(void **state)
{
	enum invitation_state next;
	struct effects e = TAKE(ACCEPTED, MOVE);

	(void)state;
	assert_only_mail(&e, MAIL_T18, "wijziging", TO_INVITEE);
	/* Old clocks go first, or they would take the new ones with them. */
	assert_int_equal(e.e[1].type, EFFECT_CALM);
	assert_true(clocks(&e, INVITATION_EV_DATE_PASSED));
	assert_false(clocks(&e, INVITATION_EV_REMIND));
	e = TAKE(DELIVERED, MOVE);
	assert_only_mail(&e, MAIL_T18, "wijziging", TO_INVITEE);
	assert_true(clocks(&e, INVITATION_EV_REMIND));
	assert_int_equal(invitation_step(INVITATION_DECLINED_BARE,
	    INVITATION_EV_MOVE, &fixed, &next, &e), GW_STATE);
	e = TAKE(ACCEPTED_PERMREP, CANCEL);
	assert_only_mail(&e, MAIL_T18, "intrekking", TO_INVITEE);
	/* First what still waits is dropped, then T18 is queued. */
	assert_int_equal(e.e[1].type, EFFECT_CALM);
	assert_int_equal(e.e[2].type, EFFECT_RECALL);
	e = TAKE(DECLINED_MOTIVATED, CANCEL);
	assert_int_equal(count(&e, EFFECT_MAIL), 0);
	e = TAKE(DECLINED_BARE, CANCEL);
	assert_int_equal(count(&e, EFFECT_MAIL), 0);
	e = TAKE(TALK_OFFERED, CANCEL);
	assert_int_equal(count(&e, EFFECT_MAIL), 0);
	e = TAKE(DRAFT, CANCEL);
	assert_int_equal(count(&e, EFFECT_MAIL), 0);
}

/* R60: by the mail of its kind, when no word of the withdrawal can follow it;
 * R50: as the reminder may have gone before, there is none. */
static void
test_what_was_withdrawn_is_asked_anew(void **state)
{
	struct effects e = TAKE(WITHDRAWN, ANEW);

	(void)state;
	assert_only_mail(&e, MAIL_T12, "operationeel", TO_INVITEE);
	assert_int_equal(e.e[1].type, EFFECT_RECALL);
	assert_true(clocks(&e, INVITATION_EV_DATE_PASSED));
	assert_false(clocks(&e, INVITATION_EV_REMIND));
	e = take_what(INVITATION_WITHDRAWN, INVITATION_EV_ANEW, &adhoc);
	assert_only_mail(&e, MAIL_T13, "operationeel", TO_INVITEE);
}

static void
test_what_asks_somebody_to_come(void **state)
{
	int k;

	(void)state;
	for (k = -1; k <= MAIL_KIND_MAX; k++)
		assert_int_equal(invitation_asks((enum mail_kind)k),
		    k == MAIL_T12 || k == MAIL_T13 || k == MAIL_T14 ||
		    k == MAIL_T18);
}

/* Erased with its meeting, and by nothing else. */
static void
test_only_the_meeting_erases(void **state)
{
	enum invitation_state next;
	struct effects e;
	size_t i;

	(void)state;
	for (i = 0; i < NELEMS(rows); i++) {
		assert_int_equal(invitation_step(rows[i].from, rows[i].event,
		    &fixed, &next, &e), GW_OK);
		assert_int_equal(next == INVITATION_ERASED,
		    rows[i].event == INVITATION_EV_DONE);
		assert_int_equal(count(&e, EFFECT_ERASE), 0);
	}
}

static void
test_everything_has_a_name(void **state)
{
	(void)state;
	assert_string_equal(invitation_state_name(INVITATION_NO_REPLY),
	    "NO_REPLY");
	assert_string_equal(invitation_event_name(INVITATION_EV_ACCEPT_BY),
	    "ACCEPT_BY");
	assert_string_equal(invitation_kind_name(INVITATION_ADHOC), "ad-hoc");
	assert_string_equal(invitation_state_name(INVITATION_STATE_MAX), "?");
	assert_string_equal(invitation_event_name((enum invitation_event)-1),
	    "?");
	assert_string_equal(invitation_kind_name(INVITATION_KIND_MAX), "?");
	assert_string_equal(mail_kind_template(MAIL_T16),
	    "t16-weigering-ontvangen");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_table_is_these_rows_and_no_others),
		cmocka_unit_test(
		    test_an_order_sends_the_invitation_of_its_kind),
		cmocka_unit_test(test_a_bare_250_proves_nothing),
		cmocka_unit_test(
		    test_the_coordinator_hears_of_what_did_not_arrive),
		cmocka_unit_test(test_answers_count_from_sent_on),
		cmocka_unit_test(test_accepting_is_confirmed),
		cmocka_unit_test(
		    test_a_permanent_representative_is_told_and_not_invited),
		cmocka_unit_test(
		    test_a_refusal_goes_to_the_mayor_and_is_not_kept),
		cmocka_unit_test(
		    test_minds_may_change_until_the_attendance_is_closed),
		cmocka_unit_test(test_no_path_reminds_twice),
		cmocka_unit_test(
		    test_no_path_from_a_refusal_writes_to_a_third_party),
		cmocka_unit_test(
		    test_nobody_who_may_have_been_asked_is_asked_for_reasons),
		cmocka_unit_test(test_silence_has_no_consequence),
		cmocka_unit_test(
		    test_afterwards_nobody_can_tell_who_had_refused),
		cmocka_unit_test(test_the_reminder_has_its_day),
		cmocka_unit_test(test_who_hears_of_a_change),
		cmocka_unit_test(test_what_was_withdrawn_is_asked_anew),
		cmocka_unit_test(test_what_asks_somebody_to_come),
		cmocka_unit_test(test_only_the_meeting_erases),
		cmocka_unit_test(test_everything_has_a_name)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
