/*
 * What the store keeps of the office's work: follow-ups, cases, enrolments,
 * mandates, who wrote about what and that it is forgotten.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store_place.h"

#define REF "A-0123456789ABCDEF"
#define FPR "0123456789ABCDEF0123456789ABCDEF01234567"

static int64_t
put(struct place *p, const char *what)
{
	int64_t id;

	assert_int_equal(store_begin(p->s), GW_OK);
	assert_int_equal(blob_put(p->s, what, strlen(what), &id), GW_OK);
	assert_int_equal(store_commit(p->s), GW_OK);
	return id;
}

static struct correspondent
add_person(struct place *p, const char *address, const char *fpr)
{
	struct correspondent c = { .role = PERSON_NON_MEMBER,
		.org_class = ORG_CAW, .language = "nl", .added = NOW };

	(void)snprintf(c.address, sizeof(c.address), "%s", address);
	(void)snprintf(c.fpr, sizeof(c.fpr), "%s", fpr);
	assert_int_equal(correspondent_add(p->s, &c), GW_OK);
	return c;
}

static void
test_follow_ups_are_numbered_from_one(void **state)
{
	struct place *p = *state;
	struct follow_up f = { .received = NOW, .blob = 7 }, got;
	int n;

	(void)strcpy(f.ref, REF);
	assert_int_equal(follow_up_next(p->s, REF, &n), GW_OK);
	assert_int_equal(n, 1);
	f.n = n;
	assert_int_equal(follow_up_add(p->s, &f), GW_OK);
	assert_int_equal(follow_up_add(p->s, &f), GW_EXISTS);
	assert_int_equal(follow_up_next(p->s, REF, &n), GW_OK);
	assert_int_equal(n, 2);
	assert_int_equal(follow_up_get(p->s, REF, 1, &got), GW_OK);
	assert_int_equal(got.blob, 7);
	assert_int_equal(got.received, NOW);
	assert_string_equal(got.ref, REF);
	assert_int_equal(follow_up_get(p->s, REF, 2, &got), GW_MISSING);
	assert_int_equal(follow_up_drop(p->s, REF, 1), GW_OK);
	assert_int_equal(follow_up_drop(p->s, REF, 1), GW_MISSING);
}

static void
erase(struct place *p, const char *ref)
{
	assert_int_equal(store_begin(p->s), GW_OK);
	assert_int_equal(case_erase(p->s, ref), GW_OK);
	assert_int_equal(store_commit(p->s), GW_OK);
}

struct seen {
	struct case_ref one;
	unsigned n;
};

static enum gw_err
see_case(const struct case_ref *c, void *arg)
{
	struct seen *seen = arg;

	seen->one = *c;
	seen->n++;
	return GW_OK;
}

/* design.md 7: which referral belongs to which case is under the case's key,
 * and gone with it. */
static void
test_a_case_knows_its_referral_until_its_key_is_gone(void **state)
{
	struct place *p = *state;
	struct case_ref c = { .listed = NOW / 86400, .referral = REF }, got;
	struct seen seen = { .n = 0 };
	struct query q;

	(void)strcpy(c.ref, "C-0123456789ABCDEF");
	assert_int_equal(store_begin(p->s), GW_OK);
	assert_int_equal(case_add(p->s, &c), GW_OK);
	assert_int_equal(store_commit(p->s), GW_OK);
	assert_int_equal(case_by_ref(p->s, c.ref, &got), GW_OK);
	assert_string_equal(got.referral, REF);
	assert_int_equal(got.listed, NOW / 86400);
	assert_int_equal(case_by_ref(p->s, "C-0000000000000000", &got),
	    GW_MISSING);
	assert_int_equal(case_each(p->s, see_case, &seen), GW_OK);
	assert_int_equal(seen.n, 1);
	assert_string_equal(seen.one.ref, c.ref);
	assert_string_equal(seen.one.referral, "");
	db_start(&q, p->s->keys, "DELETE FROM data_key");
	assert_int_equal(db_run(&q), GW_OK);
	assert_int_equal(case_by_ref(p->s, c.ref, &got), GW_OK);
	assert_string_equal(got.referral, "");
}

/* R134: days, codes and the meeting; and what is left in the end. */
static void
test_a_case_has_a_term_and_loses_its_link(void **state)
{
	struct place *p = *state;
	struct case_ref c = { .listed = 20700, .referral = REF,
		.ref = "C-0123456789ABCDEF" }, got;
	struct retention t = { .state = RETENTION_EXT_PROPOSED,
		.below = RETENTION_EXTENDED, .listed = 20700, .last = 20710,
		.due = 22536, .criteria = CRITERION(ARREST),
		.meeting = "V-0123456789ABCDEF", .closing = CLOSING_GOALS_MET,
		.measures = MEASURES_PARTLY, .closed = 20750 };

	assert_int_equal(store_begin(p->s), GW_OK);
	assert_int_equal(case_add(p->s, &c), GW_OK);
	assert_int_equal(store_commit(p->s), GW_OK);
	assert_int_equal(case_by_ref(p->s, c.ref, &got), GW_OK);
	assert_int_equal(got.term.state, RETENTION_LISTED);
	assert_int_equal(got.term.below, RETENTION_LISTED);
	assert_int_equal(got.term.listed, 20700);
	assert_int_equal(got.term.due, 0);
	assert_int_equal(case_set_term(p->s, c.ref, &t), GW_OK);
	assert_int_equal(case_set_term(p->s, "C-0000000000000000", &t),
	    GW_MISSING);
	place_reopen(p);
	assert_int_equal(case_by_ref(p->s, c.ref, &got), GW_OK);
	assert_memory_equal(&got.term, &t, sizeof(t));
	assert_string_equal(got.referral, REF);
	t.state = RETENTION_STATE_MAX;
	assert_int_equal(case_set_term(p->s, c.ref, &t), GW_INTERNAL);
	erase(p, c.ref);
	erase(p, c.ref);
	assert_int_equal(case_erase(p->s, "C-0000000000000000"), GW_MISSING);
	assert_int_equal(case_by_ref(p->s, c.ref, &got), GW_OK);
	assert_string_equal(got.referral, "");
	assert_int_equal(number(p->s->keys, "SELECT count(*) FROM data_key"),
	    0);
	assert_int_equal(number(p->s->main, "SELECT count(*) FROM blob"), 0);
}

/* The file that is read by everybody else: kept across opening, replaced under
 * a fresh key, and no row of the case when it is erased. */
static void
test_the_file_of_a_case_is_replaced_and_erased(void **state)
{
	static struct case_file f, got;
	struct place *p = *state;
	struct case_ref c = { .listed = 20700, .referral = REF,
		.ref = "C-0123456789ABCDEF" };
	int64_t i;

	assert_int_equal(store_begin(p->s), GW_OK);
	assert_int_equal(case_add(p->s, &c), GW_OK);
	assert_int_equal(store_commit(p->s), GW_OK);
	assert_int_equal(case_file_get(p->s, c.ref, &f), GW_OK);
	assert_string_equal(f.referral, REF);
	assert_int_equal(f.people, 0);
	f.manager = 4;
	f.extension = (struct case_extension){ .proposed = NOW,
		.meeting = "V-0123456789ABCDEF", .controller = 2,
		.criteria = CRITERION(ARREST), .nonce = { 1, 2, 3 } };
	f.informing.state = INFORMING_ASKED;
	f.informing.chair = 2;
	memset(f.informing.nonce, 5, HASH_BYTES);
	memset(f.informing.text, 6, HASH_BYTES);
	for (i = 1; i <= LIM_VOICES; i++) {
		const struct informing_voice voice = { .person = i,
			.key = 77, .officer = i == 3 };

		assert_int_equal(informing_ask(&f.informing, &voice), GW_OK);
	}
	f.informing.voice[2].yes = true;
	for (i = 1; i <= LIM_PRESENT + 1; i++) {
		case_file_join(&f, i);
		case_file_join(&f, i);
	}
	assert_int_equal(f.people, LIM_PRESENT);
	assert_false(case_file_has(&f, 1));
	assert_true(case_file_has(&f, LIM_PRESENT + 1));
	assert_int_equal(case_file_put(p->s, c.ref, &f), GW_STATE);
	assert_int_equal(store_begin(p->s), GW_OK);
	assert_int_equal(case_file_put(p->s, c.ref, &f), GW_OK);
	assert_int_equal(store_commit(p->s), GW_OK);
	place_reopen(p);
	assert_int_equal(case_file_get(p->s, c.ref, &got), GW_OK);
	assert_memory_equal(&got, &f, sizeof(f));
	assert_int_equal(number(p->s->keys, "SELECT count(*) FROM data_key"),
	    1);
	/* A rollback finds the file before unharmed. */
	assert_int_equal(store_begin(p->s), GW_OK);
	got.manager = 9;
	assert_int_equal(case_file_put(p->s, c.ref, &got), GW_OK);
	store_rollback(p->s);
	assert_int_equal(case_file_get(p->s, c.ref, &got), GW_OK);
	assert_int_equal(got.manager, 4);
	f.person[0] = 0;
	assert_int_equal(store_begin(p->s), GW_OK);
	assert_int_equal(case_file_put(p->s, c.ref, &f), GW_FORMAT);
	store_rollback(p->s);
	/* Nor does an erasure that is undone lose whom to tell of it (R141). */
	assert_int_equal(case_erase(p->s, c.ref), GW_STATE);
	assert_int_equal(store_begin(p->s), GW_OK);
	assert_int_equal(case_erase(p->s, c.ref), GW_OK);
	store_rollback(p->s);
	assert_int_equal(case_file_get(p->s, c.ref, &got), GW_OK);
	assert_int_equal(got.people, LIM_PRESENT);
	erase(p, c.ref);
	assert_int_equal(case_file_get(p->s, c.ref, &got), GW_MISSING);
	assert_int_equal(got.people, 0);
	assert_int_equal(case_file_get(p->s, "C-0000000000000000", &got),
	    GW_MISSING);
}

static void
test_a_file_is_read_as_if_anybody_wrote_it(void **state)
{
	static const struct case_file f = { .referral = REF, .people = 2,
		.person = { 7, 9 }, .informing = { .voices = 1,
		.voice = { { .person = 7, .officer = true } } } };
	static struct case_file got, bad;
	static uint8_t bytes[CASE_FILE_BYTES];
	size_t n, i, old;

	(void)state;
	assert_int_equal(case_file_pack(&f, bytes, &n), GW_OK);
	for (i = 0; i < n; i++) {
		if (i == LIM_REF)
			continue;
		assert_int_equal(case_file_unpack(bytes, i, &got), GW_FORMAT);
		assert_int_equal(got.people, 0);
	}
	assert_int_equal(case_file_unpack(bytes, n, &got), GW_OK);
	assert_memory_equal(&got, &f, sizeof(f));
	bytes[n] = 0;
	assert_int_equal(case_file_unpack(bytes, n + 1, &got), GW_FORMAT);
	/* A voice of nobody, a state and a mark that there are none of. */
	bytes[n - 1] = 4;
	assert_int_equal(case_file_unpack(bytes, n, &got), GW_FORMAT);
	bytes[n - 1] = 1;
	bytes[n - 13] = 0;
	assert_int_equal(case_file_unpack(bytes, n, &got), GW_FORMAT);
	bytes[n - 13] = 7;
	old = n - (4 + 8 + 2 * HASH_BYTES + 4 + 8 + 8 + 4);
	bytes[old + 3] = INFORMING_STATE_MAX;
	assert_int_equal(case_file_unpack(bytes, n, &got), GW_FORMAT);
	bad = f;
	bad.informing.voice[0].person = 0;
	assert_int_equal(case_file_pack(&bad, bytes, &n), GW_FORMAT);
	/* Version 1 ends with the people. */
	bad = f;
	memset(&bad.informing, 0, sizeof(bad.informing));
	assert_int_equal(case_file_pack(&f, bytes, &n), GW_OK);
	bytes[3] = 1;
	assert_int_equal(case_file_unpack(bytes, old, &got), GW_OK);
	assert_memory_equal(&got, &bad, sizeof(bad));
	/* Before schema step 4. */
	assert_int_equal(case_file_unpack((const uint8_t *)REF, LIM_REF, &got),
	    GW_OK);
	assert_string_equal(got.referral, REF);
}

static bool
is_last_word(enum mail_kind k)
{
	return k == MAIL_T37;
}

/* R140: dead letters too. */
static void
test_what_still_names_a_case_goes_with_it(void **state)
{
	static const char ref[] = "C-0123456789ABCDEF";
	static const struct {
		enum mail_kind kind;
		enum outbox_state state;
		bool sealed, stays;
	} rows[] = {
		{ MAIL_T33, OUTBOX_WAITING, true, false },
		{ MAIL_T36, OUTBOX_HELD, false, false },
		{ MAIL_T33, OUTBOX_UNCERTAIN, true, false },
		{ MAIL_T36, OUTBOX_FAILED, false, true },
		/* Under way: forgotten when that is done. */
		{ MAIL_T36, OUTBOX_SENDING, false, true },
		{ MAIL_T37, OUTBOX_WAITING, false, true },
	};
	struct place *p = *state;
	struct outbox o;
	struct mail m = { .id = "M-0123456789ABCDEF", .received = NOW,
		.verdict = VERDICT_QUARANTINED, .reason = REASON_UNKNOWN_KEY };
	size_t i;

	assert_int_equal(store_begin(p->s), GW_OK);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		o = (struct outbox){ .kind = rows[i].kind,
			.state = rows[i].state, .section = "body" };
		(void)snprintf(o.message_id, sizeof(o.message_id), "<%zu@x>",
		    i);
		memcpy(o.ref, ref, sizeof(ref));
		if (rows[i].sealed)
			assert_int_equal(blob_put(p->s, "x", 1, &o.blob),
			    GW_OK);
		assert_int_equal(outbox_add(p->s, &o), GW_OK);
	}
	memcpy(m.ref, ref, sizeof(ref));
	assert_int_equal(blob_put(p->s, "y", 1, &m.blob), GW_OK);
	assert_int_equal(mail_add(p->s, &m), GW_OK);
	assert_int_equal(mail_sweep(p->s, ref, is_last_word), GW_OK);
	assert_int_equal(store_commit(p->s), GW_OK);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(outbox_by_id(p->s, (int64_t)i + 1, &o),
		    rows[i].stays ? GW_OK : GW_MISSING);
	assert_int_equal(number(p->s->main, "SELECT count(*) FROM blob"), 0);
	assert_int_equal(number(p->s->keys, "SELECT count(*) FROM data_key"),
	    0);
}

static void
test_timers_of_a_case_have_its_events(void **state)
{
	struct place *p = *state;
	struct timer t = { .due = NOW, .kind = TIMER_CASE,
		.event = RETENTION_EV_SOON, .ref = "C-0123456789ABCDEF" }, got;

	assert_int_equal(timer_add(p->s, &t), GW_OK);
	assert_int_equal(timer_due(p->s, NOW, &got), GW_OK);
	assert_int_equal(got.kind, TIMER_CASE);
	assert_int_equal(got.event, RETENTION_EV_SOON);
	t.event = RETENTION_EVENT_MAX;
	assert_int_equal(timer_add(p->s, &t), GW_INTERNAL);
}

static struct enrolment
make_enrolment(const char *fpr)
{
	struct enrolment e = { .state = ENROLMENT_PROPOSED, .made = NOW,
		.key = 5, .person = { .role = PERSON_NON_MEMBER,
		.org_class = ORG_CAW, .language = "nl",
		.organisation = "CAW Boom", .ground = "D art. 3",
		.address = "an@caw.example", .compared = "telefoon",
		.until = NOW + 86400 } };

	(void)strcpy(e.ref, "M-0123456789ABCDEF");
	(void)strcpy(e.person.fpr, fpr);
	memset(e.nonce, 9, sizeof(e.nonce));
	return e;
}

static enum gw_err
count_enrolments(const struct enrolment *e, void *arg)
{
	unsigned *n = arg;

	(void)e;
	++*n;
	return GW_OK;
}

static void
test_an_enrolment_is_kept_as_it_was_put(void **state)
{
	struct place *p = *state;
	struct enrolment e = make_enrolment(FPR), got;
	unsigned n = 0;

	assert_int_equal(enrolment_put(p->s, &e), GW_OK);
	assert_int_equal(enrolment_by_ref(p->s, e.ref, &got), GW_OK);
	assert_int_equal(got.state, ENROLMENT_PROPOSED);
	assert_int_equal(got.proposer, 0);
	assert_int_equal(got.person.id, 0);
	assert_int_equal(got.person.role, PERSON_NON_MEMBER);
	assert_int_equal(got.person.org_class, ORG_CAW);
	assert_string_equal(got.person.organisation, "CAW Boom");
	assert_string_equal(got.person.ground, "D art. 3");
	assert_string_equal(got.person.address, "an@caw.example");
	assert_string_equal(got.person.compared, "telefoon");
	assert_string_equal(got.person.fpr, FPR);
	assert_int_equal(got.person.until, NOW + 86400);
	assert_int_equal(got.key, 5);
	assert_memory_equal(got.nonce, e.nonce, sizeof(e.nonce));
	/* Only one that waits for the proof is known by its key. */
	assert_int_equal(enrolment_by_fpr(p->s, FPR, &got), GW_MISSING);
	e.state = ENROLMENT_PROVING;
	assert_int_equal(enrolment_put(p->s, &e), GW_OK);
	assert_int_equal(enrolment_by_fpr(p->s, FPR, &got), GW_OK);
	assert_string_equal(got.ref, e.ref);
	assert_int_equal(enrolment_each(p->s, count_enrolments, &n), GW_OK);
	assert_int_equal(n, 1);
	assert_int_equal(enrolment_remove(p->s, e.ref), GW_OK);
	assert_int_equal(enrolment_remove(p->s, e.ref), GW_MISSING);
	assert_int_equal(enrolment_by_ref(p->s, e.ref, &got), GW_MISSING);
}

/* design.md 10: roles have an end, judged when a mail comes. */
static void
test_a_mandate_ends(void **state)
{
	struct place *p = *state;
	struct correspondent c = add_person(p, "an@caw.example", FPR), got;

	assert_true(correspondent_serves(&c, NOW));
	c.until = NOW + 10;
	assert_int_equal(correspondent_renew(p->s, &c), GW_OK);
	assert_int_equal(correspondent_by_id(p->s, c.id, &got), GW_OK);
	assert_int_equal(got.until, NOW + 10);
	assert_true(correspondent_serves(&got, NOW + 9));
	assert_false(correspondent_serves(&got, NOW + 10));
	got.state = CORRESPONDENT_SUSPENDED;
	assert_false(correspondent_serves(&got, NOW));
}

static void
test_notices_are_counted_until_the_key_is_new(void **state)
{
	struct place *p = *state;
	struct correspondent c = add_person(p, "an@caw.example", FPR), got;
	int days;

	assert_int_equal(correspondent_set_noticed(p->s, c.id, 30), GW_OK);
	assert_int_equal(correspondent_by_id(p->s, c.id, &got), GW_OK);
	assert_int_equal(got.noticed, 30);
	assert_int_equal(correspondent_renew(p->s, &c), GW_OK);
	assert_int_equal(correspondent_by_id(p->s, c.id, &got), GW_OK);
	assert_int_equal(got.noticed, 0);
	assert_int_equal(correspondent_set_noticed(p->s, 999, 30),
	    GW_MISSING);
	assert_int_equal(store_own_noticed(p->s, &days), GW_OK);
	assert_int_equal(days, 0);
	assert_int_equal(store_set_own_noticed(p->s, 7), GW_OK);
	assert_int_equal(store_own_noticed(p->s, &days), GW_OK);
	assert_int_equal(days, 7);
}

/* design.md 10: the bootstrap is closed once, and for ever. */
static void
test_the_bootstrap_closes_once(void **state)
{
	struct place *p = *state;
	int64_t when;

	assert_int_equal(store_closed(p->s, &when), GW_OK);
	assert_int_equal(when, 0);
	assert_int_equal(store_close_bootstrap(p->s, NOW), GW_OK);
	assert_int_equal(store_close_bootstrap(p->s, NOW + 1), GW_MISSING);
	place_reopen(p);
	assert_int_equal(store_closed(p->s, &when), GW_OK);
	assert_int_equal(when, NOW);
	assert_int_equal(store_announced(p->s, &when), GW_OK);
	assert_int_equal(when, 0);
	assert_int_equal(store_set_announced(p->s, NOW), GW_OK);
	assert_int_equal(store_announced(p->s, &when), GW_OK);
	assert_int_equal(when, NOW);
}

static struct mail
add_mail(struct place *p, uint8_t digest, int64_t who, const char *ref)
{
	struct mail m = { .received = NOW, .size = 10,
		.structure = STRUCTURE_PGP_MIME, .verdict = VERDICT_ACCEPTED,
		.reason = REASON_OK, .correspondent = who };

	ref_new('M', m.id);
	memset(m.digest, digest, sizeof(m.digest));
	(void)snprintf(m.ref, sizeof(m.ref), "%s", ref);
	assert_int_equal(mail_add(p->s, &m), GW_OK);
	return m;
}

/* R162: when the content goes, so does who wrote it and whom we wrote to. */
static void
test_who_wrote_is_known_until_it_is_forgotten(void **state)
{
	struct place *p = *state;
	struct correspondent an = add_person(p, "an@caw.example", FPR);
	struct correspondent bo = add_person(p, "bo@clb.example",
	    "1123456789ABCDEF0123456789ABCDEF01234567");
	struct outbox gone = { .kind = MAIL_T01, .correspondent = an.id,
		.ref = REF, .section = "body", .made = NOW };
	struct outbox waits = gone, got;
	int64_t who;
	size_t i;

	waits.kind = MAIL_T37;
	waits.state = OUTBOX_WAITING;
	(void)strcpy(waits.message_id, "<x@x>");
	(void)add_mail(p, 1, an.id, REF);
	(void)add_mail(p, 2, bo.id, REF);
	assert_int_equal(outbox_add(p->s, &waits), GW_OK);
	for (i = 0; i <= OUTBOX_UNCERTAIN; i++) {
		(void)snprintf(gone.message_id, sizeof(gone.message_id),
		    "<%zu@x>", i);
		gone.state = (enum outbox_state)i;
		assert_int_equal(outbox_add(p->s, &gone), GW_OK);
	}
	assert_int_equal(mail_sender(p->s, REF, &who), GW_OK);
	assert_int_equal(who, an.id);
	assert_int_equal(mail_sender(p->s, "A-0000000000000000", &who),
	    GW_MISSING);
	assert_int_equal(mail_sweep(p->s, REF, is_last_word), GW_OK);
	assert_int_equal(mail_sender(p->s, REF, &who), GW_MISSING);
	/* Whatever state they are in, one that is under way included. */
	assert_int_equal(number(p->s->main, "SELECT count(correspondent) FROM"
	    " outbox WHERE kind = 'T01'"), 0);
	/* What has not left yet still has somewhere to go. */
	assert_int_equal(outbox_by_id(p->s, waits.id, &got), GW_OK);
	assert_int_equal(got.correspondent, an.id);
}

static void
test_a_mail_is_judged_again(void **state)
{
	struct place *p = *state;
	struct correspondent an = add_person(p, "an@caw.example", FPR);
	struct mail m = add_mail(p, 1, 0, ""), got;

	m.verdict = VERDICT_QUARANTINED;
	m.reason = REASON_UNKNOWN_KEY;
	m.blob = put(p, "cipher");
	assert_int_equal(mail_rejudge(p->s, &m), GW_OK);
	assert_int_equal(mail_by_id(p->s, m.id, &got), GW_OK);
	assert_int_equal(got.verdict, VERDICT_QUARANTINED);
	assert_int_equal(got.reason, REASON_UNKNOWN_KEY);
	assert_int_equal(got.blob, m.blob);
	m.verdict = VERDICT_ACCEPTED;
	m.reason = REASON_OK;
	m.correspondent = an.id;
	m.blob = 0;
	(void)strcpy(m.ref, REF);
	assert_int_equal(mail_rejudge(p->s, &m), GW_OK);
	assert_int_equal(mail_by_id(p->s, m.id, &got), GW_OK);
	assert_memory_equal(&got, &m, sizeof(got));
	ref_new('M', m.id);
	assert_int_equal(mail_rejudge(p->s, &m), GW_MISSING);
}

static void
test_the_outbox_is_asked_in_new_ways(void **state)
{
	struct place *p = *state;
	struct correspondent an = add_person(p, "an@caw.example", FPR);
	struct outbox o = { .kind = MAIL_T05, .state = OUTBOX_WAITING,
		.correspondent = an.id, .section = "onbekend", .made = NOW,
		.message_id = "<1@x>", .arg = 0x88 }, got;
	int64_t n;

	o.blob = put(p, "sealed");
	assert_int_equal(outbox_add(p->s, &o), GW_OK);
	assert_int_equal(outbox_by_message_id(p->s, "<1@x>", &got), GW_OK);
	assert_int_equal(got.id, o.id);
	assert_int_equal(got.arg, 0x88);
	assert_false(got.guest);
	assert_int_equal(outbox_by_message_id(p->s, "<9@x>", &got),
	    GW_MISSING);
	assert_int_equal(outbox_count(p->s, MAIL_T05, "onbekend", NOW - 1,
	    &n), GW_OK);
	assert_int_equal(n, 1);
	assert_int_equal(outbox_count(p->s, MAIL_T05, "onbekend", NOW, &n),
	    GW_OK);
	assert_int_equal(n, 0);
	assert_int_equal(outbox_sealed_for(p->s, an.id, &got), GW_OK);
	got.blob = 0;
	assert_int_equal(outbox_update(p->s, &got), GW_OK);
	assert_int_equal(outbox_sealed_for(p->s, an.id, &got), GW_MISSING);
	o = (struct outbox){ .kind = MAIL_B04, .state = OUTBOX_WAITING,
		.section = "goed", .made = NOW, .message_id = "<3@x>",
		.guest = true };
	assert_int_equal(outbox_add(p->s, &o), GW_OK);
	assert_int_equal(outbox_by_id(p->s, o.id, &got), GW_OK);
	assert_true(got.guest);
}

/* What is replaced goes with the commit and comes back with a rollback. */
static void
test_a_dropped_blob_is_part_of_its_transaction(void **state)
{
	struct place *p = *state;
	int64_t id = put(p, "letter");
	int fd;

	assert_int_equal(blob_drop(p->s, id), GW_STATE);
	assert_int_equal(store_begin(p->s), GW_OK);
	assert_int_equal(blob_drop(p->s, id), GW_OK);
	store_rollback(p->s);
	assert_int_equal(blob_get(p->s, id, &fd), GW_OK);
	close(fd);
	assert_int_equal(store_begin(p->s), GW_OK);
	assert_int_equal(blob_drop(p->s, id), GW_OK);
	assert_int_equal(store_commit(p->s), GW_OK);
	assert_int_equal(blob_get(p->s, id, &fd), GW_MISSING);
	assert_int_equal(number(p->s->keys, "SELECT count(*) FROM data_key"),
	    0);
}

static void
set_writable(struct place *p, bool writable)
{
	struct query q;

	db_start(&q, p->s->keys, writable ? "PRAGMA query_only = 0" :
	    "PRAGMA query_only = 1");
	assert_int_equal(db_run(&q), GW_OK);
}

/* A disk that takes no more keeps a key only until there is room. */
static void
test_a_key_that_could_not_be_destroyed_goes_later(void **state)
{
	struct place *p = *state;
	int64_t id = put(p, "letter"), other = put(p, "another");

	set_writable(p, false);
	assert_int_equal(store_begin(p->s), GW_OK);
	assert_int_equal(blob_drop(p->s, id), GW_OK);
	assert_int_equal(store_commit(p->s), GW_OK);
	assert_int_equal(number(p->s->keys, "SELECT count(*) FROM data_key"),
	    2);
	set_writable(p, true);
	assert_int_equal(store_begin(p->s), GW_OK);
	assert_int_equal(store_commit(p->s), GW_OK);
	assert_int_equal(number(p->s->keys, "SELECT blob FROM data_key"),
	    other);
}

/* More than a transaction remembers are swept after it. */
static void
test_many_dropped_blobs_are_swept(void **state)
{
	struct place *p = *state;
	int64_t id[STORE_DROPPED + 3];
	unsigned i;

	for (i = 0; i < STORE_DROPPED + 3; i++)
		id[i] = put(p, "x");
	assert_int_equal(store_begin(p->s), GW_OK);
	for (i = 0; i < STORE_DROPPED + 3; i++)
		assert_int_equal(blob_drop(p->s, id[i]), GW_OK);
	assert_int_equal(store_commit(p->s), GW_OK);
	assert_int_equal(number(p->s->keys, "SELECT count(*) FROM data_key"),
	    0);
}

static void
test_timers_of_one_kind_and_one_put_off(void **state)
{
	struct place *p = *state;
	struct timer t = { .due = NOW, .kind = TIMER_QUARANTINE,
		.ref = "M-0123456789ABCDEF" }, got;

	assert_int_equal(timer_add(p->s, &t), GW_OK);
	t.kind = TIMER_ENROLMENT;
	t.due = NOW + 1;
	assert_int_equal(timer_add(p->s, &t), GW_OK);
	assert_int_equal(timer_clear_kind(p->s, t.ref, TIMER_QUARANTINE),
	    GW_OK);
	assert_int_equal(timer_due(p->s, NOW + 1, &got), GW_OK);
	assert_int_equal(got.kind, TIMER_ENROLMENT);
	assert_int_equal(timer_postpone(p->s, got.id, NOW + 9), GW_OK);
	assert_int_equal(timer_due(p->s, NOW + 8, &got), GW_MISSING);
	assert_int_equal(timer_due(p->s, NOW + 9, &got), GW_OK);
	assert_int_equal(timer_postpone(p->s, 999, NOW), GW_MISSING);
}

/* The next who wrote about it is not the one who began it. */
static void
test_who_was_removed_is_nobody(void **state)
{
	struct place *p = *state;
	struct correspondent an = add_person(p, "an@caw.example", FPR);
	struct correspondent bo = add_person(p, "bo@clb.example",
	    "1123456789ABCDEF0123456789ABCDEF01234567");
	int64_t who;

	(void)add_mail(p, 1, an.id, REF);
	(void)add_mail(p, 2, bo.id, REF);
	assert_int_equal(correspondent_remove(p->s, an.id), GW_OK);
	assert_int_equal(mail_sender(p->s, REF, &who), GW_MISSING);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, place_make, place_drop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_follow_ups_are_numbered_from_one),
		TEST(test_a_case_knows_its_referral_until_its_key_is_gone),
		TEST(test_a_case_has_a_term_and_loses_its_link),
		TEST(test_the_file_of_a_case_is_replaced_and_erased),
		TEST(test_a_file_is_read_as_if_anybody_wrote_it),
		TEST(test_what_still_names_a_case_goes_with_it),
		TEST(test_timers_of_a_case_have_its_events),
		TEST(test_an_enrolment_is_kept_as_it_was_put),
		TEST(test_a_mandate_ends),
		TEST(test_notices_are_counted_until_the_key_is_new),
		TEST(test_the_bootstrap_closes_once),
		TEST(test_who_wrote_is_known_until_it_is_forgotten),
		TEST(test_a_mail_is_judged_again),
		TEST(test_the_outbox_is_asked_in_new_ways),
		TEST(test_a_dropped_blob_is_part_of_its_transaction),
		TEST(test_a_key_that_could_not_be_destroyed_goes_later),
		TEST(test_many_dropped_blobs_are_swept),
		TEST(test_timers_of_one_kind_and_one_put_off),
		TEST(test_who_was_removed_is_nobody)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
