/*
 * What the store keeps of meetings: when and how far in clear, who and about
 * which cases under a data key, and after thirty days two figures.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store_place.h"

#define NELEMS(a) (sizeof(a) / sizeof((a)[0]))
#define MEETING "V-0123456789ABCDEF"
#define CASE "C-4F7K29QDXM3AB8NP"
#define OTHER "C-7777777777777777"
#define PLACE "stadhuis, lokaal 2.14, ingang langs de tuin"
#define DAY INT64_C(86400)

/* ---- helpers ---- */

static int64_t
add_person(struct place *p, unsigned n)
{
	struct correspondent c = { .role = PERSON_PARTICIPANT,
		.org_class = ORG_CAW, .language = "nl", .added = NOW };

	(void)snprintf(c.address, sizeof(c.address), "p%u@caw.example", n);
	(void)snprintf(c.fpr, sizeof(c.fpr), "%040X", n);
	assert_int_equal(correspondent_add(p->s, &c), GW_OK);
	return c.id;
}

static struct meeting
some_meeting(void)
{
	struct meeting m = { .ref = MEETING, .kind = MEETING_OPERATIONAL,
		.state = MEETING_CONVENED, .starts = NOW + 20 * DAY,
		.ends = NOW + 20 * DAY + 7200, .made = NOW };

	return m;
}

static struct meeting_detail
some_detail(void)
{
	struct meeting_detail d = { .chair = 7, .place = PLACE,
		.urgency = "de school begint maandag", .cases = 2,
		.agenda = { CASE, OTHER } };

	return d;
}

static struct meeting
add_meeting(struct place *p)
{
	struct meeting m = some_meeting();
	struct meeting_detail d = some_detail();

	assert_int_equal(store_begin(p->s), GW_OK);
	assert_int_equal(meeting_add(p->s, &m, &d), GW_OK);
	assert_int_equal(store_commit(p->s), GW_OK);
	return m;
}

static struct invitation
invite(struct place *p, int64_t who, enum invitation_state state)
{
	struct invitation i = { .meeting = MEETING, .correspondent = who,
		.kind = INVITATION_FIXED, .state = state, .changed = NOW };

	ref_new('U', i.ref);
	assert_int_equal(invitation_add(p->s, &i), GW_OK);
	return i;
}

static struct attendance *
some_attendance(size_t people, size_t cases)
{
	struct attendance *a = calloc(1, sizeof(*a));
	char ref[LIM_REF + 1];
	size_t i;

	assert_non_null(a);
	a->people = people;
	for (i = 0; i < people; i++)
		a->person[i] = (int64_t)i + 1;
	for (i = 0; i < cases; i++) {
		ref_new('C', ref);
		assert_int_equal(attendance_case(a, i == 0 ? CASE : ref),
		    GW_OK);
	}
	return a;
}

/* ---- meetings ---- */

static void
test_a_meeting_comes_back_whole(void **state)
{
	struct place *p = *state;
	struct meeting m = add_meeting(p), got;
	struct meeting_detail d = some_detail(), back;

	place_reopen(p);
	assert_int_equal(meeting_by_ref(p->s, MEETING, &got), GW_OK);
	assert_memory_equal(&got, &m, sizeof(m));
	assert_int_equal(meeting_detail_get(p->s, MEETING, &back), GW_OK);
	assert_memory_equal(&back, &d, sizeof(d));
	assert_int_equal(meeting_by_ref(p->s, "V-0000000000000000", &got),
	    GW_MISSING);
	assert_int_equal(meeting_detail_get(p->s, "V-0000000000000000",
	    &back), GW_MISSING);
	assert_int_equal(meeting_set_state(p->s, MEETING, MEETING_HELD),
	    GW_OK);
	assert_int_equal(meeting_by_ref(p->s, MEETING, &got), GW_OK);
	assert_int_equal(got.state, MEETING_HELD);
	assert_int_equal(meeting_set_state(p->s, "V-0000000000000000",
	    MEETING_HELD), GW_MISSING);
}

/* domain.md 7: "no link table to cases in clear", nor where or why. */
static void
test_cases_and_place_are_in_no_file_in_clear(void **state)
{
	struct place *p = *state;
	struct attendance *a = some_attendance(3, 2);

	(void)add_meeting(p);
	assert_int_equal(store_begin(p->s), GW_OK);
	assert_int_equal(meeting_attendance_put(p->s, MEETING, a), GW_OK);
	assert_int_equal(store_commit(p->s), GW_OK);
	assert_true(place_holds(p, MEETING, strlen(MEETING)));
	assert_false(place_holds(p, CASE, strlen(CASE)));
	assert_false(place_holds(p, OTHER, strlen(OTHER)));
	assert_false(place_holds(p, PLACE, strlen(PLACE)));
	assert_false(place_holds(p, "de school begint", 16));
	free(a);
}

static void
test_what_is_no_case_is_not_kept_as_one(void **state)
{
	static const char *const bad[] = { "", "A-4F7K29QDXM3AB8NP",
		"Jan Peeters 1990-0", "C-4F7K29QDXM3AB8N",
		"C-4F7K29QDXM3AB8NI" };
	struct place *p = *state;
	struct meeting m = some_meeting();
	struct meeting_detail d = some_detail();
	size_t i;

	assert_int_equal(store_begin(p->s), GW_OK);
	for (i = 0; i < NELEMS(bad); i++) {
		(void)strcpy(d.agenda[1], bad[i]);
		assert_int_equal(meeting_add(p->s, &m, &d), GW_FORMAT);
	}
	d.cases = LIM_MEETING_CASES + 1;
	assert_int_equal(meeting_add(p->s, &m, &d), GW_LIMIT);
	store_rollback(p->s);
	/* A blob belongs to a transaction. */
	d = some_detail();
	assert_int_equal(meeting_add(p->s, &m, &d), GW_STATE);
}

static int64_t
keys_left(struct place *p)
{
	return number(p->s->keys, "SELECT count(*) FROM data_key");
}

static void
change(struct place *p, struct meeting *m, const char *place)
{
	struct meeting_detail d = some_detail();

	(void)snprintf(d.place, sizeof(d.place), "%s", place);
	m->sequence++;
	m->starts += DAY;
	m->ends += DAY;
	assert_int_equal(store_begin(p->s), GW_OK);
	assert_int_equal(meeting_change(p->s, m, &d), GW_OK);
}

/* A change that is rolled back finds the old detail; one that is committed
 * leaves it to the next change to erase, or to the end. */
static void
test_a_change_loses_nothing_and_leaves_nothing(void **state)
{
	struct place *p = *state;
	struct meeting m = add_meeting(p), got = m;
	struct meeting_detail d;

	change(p, &got, "elders");
	store_rollback(p->s);
	assert_int_equal(meeting_detail_get(p->s, MEETING, &d), GW_OK);
	assert_string_equal(d.place, PLACE);
	assert_int_equal(meeting_by_ref(p->s, MEETING, &got), GW_OK);
	assert_int_equal(got.sequence, 0);

	change(p, &m, "elders");
	assert_int_equal(store_commit(p->s), GW_OK);
	change(p, &m, "weer elders");
	assert_int_equal(store_commit(p->s), GW_OK);
	assert_int_equal(number(p->s->main, "SELECT count(*) FROM blob"), 2);
	/* Nor does the next rollback lose anything. */
	got = m;
	change(p, &got, "nergens");
	store_rollback(p->s);
	assert_int_equal(meeting_detail_get(p->s, MEETING, &d), GW_OK);
	assert_string_equal(d.place, "weer elders");
	assert_int_equal(meeting_by_ref(p->s, MEETING, &got), GW_OK);
	assert_memory_equal(&got, &m, sizeof(m));
	assert_int_equal(store_begin(p->s), GW_OK);
	assert_int_equal(meeting_erase(p->s, MEETING), GW_OK);
	assert_int_equal(store_commit(p->s), GW_OK);
	assert_int_equal(number(p->s->main, "SELECT count(*) FROM blob"), 0);
	(void)strcpy(m.ref, "V-0000000000000000");
	assert_int_equal(store_begin(p->s), GW_OK);
	assert_int_equal(meeting_change(p->s, &m, &d), GW_MISSING);
	store_rollback(p->s);
}

static enum gw_err
in_order(const struct meeting *m, void *arg)
{
	int64_t *last = arg;

	assert_true(m->starts >= *last);
	*last = m->starts;
	return GW_OK;
}

/* R115: what the reminder is reckoned from. */
static void
test_the_last_that_was_held(void **state)
{
	static const enum meeting_state kept[] = { MEETING_HELD,
		MEETING_CONVENED, MEETING_CANCELLED, MEETING_HELD };
	struct place *p = *state;
	struct meeting m = some_meeting();
	struct meeting_detail d = some_detail();
	int64_t ends, last = 0;
	size_t i;

	assert_int_equal(meeting_last_held(p->s, &ends), GW_OK);
	assert_int_equal(ends, 0);
	for (i = 0; i < NELEMS(kept); i++) {
		ref_new('V', m.ref);
		m.state = kept[i];
		m.starts = NOW - (int64_t)i * DAY;
		m.ends = m.starts + 60;
		assert_int_equal(store_begin(p->s), GW_OK);
		assert_int_equal(meeting_add(p->s, &m, &d), GW_OK);
		assert_int_equal(store_commit(p->s), GW_OK);
	}
	assert_int_equal(meeting_last_held(p->s, &ends), GW_OK);
	assert_int_equal(ends, NOW + 60);
	assert_int_equal(meeting_each(p->s, in_order, &last), GW_OK);
	assert_int_equal(last, NOW);
}

/* ---- attendance ---- */

/* design.md 10: "Attendance and consensus are per case on the agenda; where no
 * lists per case were given, all who attended." */
static void
test_attendance_is_per_case(void **state)
{
	struct place *p = *state;
	struct attendance *a = some_attendance(9, 1),
	    *got = calloc(1, sizeof(*got));

	assert_non_null(got);
	assert_int_equal(attendance_case(a, OTHER), GW_OK);
	attendance_set(a, 1, 8, false);
	attendance_set(a, 1, 9, true);
	attendance_set(a, 2, 0, true);
	(void)add_meeting(p);
	assert_int_equal(meeting_attendance_get(p->s, MEETING, got),
	    GW_MISSING);
	assert_int_equal(store_begin(p->s), GW_OK);
	assert_int_equal(meeting_attendance_put(p->s, "V-0000000000000000",
	    a), GW_MISSING);
	assert_int_equal(meeting_attendance_put(p->s, MEETING, a), GW_OK);
	/* Two lists would be two consensuses. */
	assert_int_equal(meeting_attendance_put(p->s, MEETING, a), GW_EXISTS);
	assert_int_equal(store_commit(p->s), GW_OK);
	assert_int_equal(meeting_attendance_get(p->s, MEETING, got), GW_OK);
	assert_memory_equal(got, a, sizeof(*a));
	assert_true(attendance_has(got, CASE, 9));
	assert_true(attendance_has(got, OTHER, 8));
	assert_false(attendance_has(got, OTHER, 9));
	assert_false(attendance_has(got, OTHER, 10));
	assert_false(attendance_has(got, "C-0000000000000000", 1));
	free(a);
	free(got);
}

static void
test_attendance_has_its_bounds(void **state)
{
	struct attendance *a = some_attendance(LIM_PRESENT,
	    LIM_MEETING_CASES), *got = calloc(1, sizeof(*got));
	uint8_t *bytes = malloc(ATTENDANCE_BYTES);
	size_t n;

	(void)state;
	assert_non_null(got);
	assert_non_null(bytes);
	/* The largest there can be fits to the byte. */
	assert_int_equal(attendance_pack(a, bytes, &n), GW_OK);
	assert_int_equal(n, ATTENDANCE_BYTES);
	assert_int_equal(attendance_unpack(bytes, n, got), GW_OK);
	assert_memory_equal(got, a, sizeof(*a));
	assert_int_equal(attendance_case(a, CASE), GW_LIMIT);
	a->people = LIM_PRESENT + 1;
	assert_int_equal(attendance_pack(a, bytes, &n), GW_LIMIT);
	a->people = LIM_PRESENT;
	a->cases = LIM_MEETING_CASES + 1;
	assert_int_equal(attendance_pack(a, bytes, &n), GW_LIMIT);
	a->cases = 1;
	a->person[3] = 0;
	assert_int_equal(attendance_pack(a, bytes, &n), GW_FORMAT);
	free(bytes);
	free(a);
	free(got);
}

/* Either it is refused and nothing of it is left, or it is what our own
 * writer writes. */
static void
assert_refused_or_our_own(const uint8_t *p, size_t n)
{
	static const struct attendance none;
	static uint8_t again[ATTENDANCE_BYTES];
	static struct attendance a;
	size_t m;

	memset(&a, 0xff, sizeof(a));
	if (attendance_unpack(p, n, &a) != GW_OK) {
		assert_memory_equal(&a, &none, sizeof(a));
		return;
	}
	assert_int_equal(attendance_pack(&a, again, &m), GW_OK);
	assert_int_equal(m, n);
	assert_memory_equal(again, p, n);
}

static void
test_no_length_in_a_blob_is_believed(void **state)
{
	struct attendance *a = some_attendance(11, 3);
	struct meeting_detail d = some_detail(), got;
	uint8_t bytes[4096], *p;
	size_t n, i;
	int bit;

	(void)state;
	assert_int_equal(attendance_pack(a, bytes, &n), GW_OK);
	/* A copy of the exact size each time, for the sanitizer. */
	for (i = 0; i < n; i++) {
		p = malloc(i + 1);
		assert_non_null(p);
		memcpy(p, bytes, i);
		assert_int_equal(attendance_unpack(p, i, a), GW_FORMAT);
		free(p);
	}
	bytes[n] = 0;
	assert_int_equal(attendance_unpack(bytes, n + 1, a), GW_FORMAT);
	for (i = 0; i < 8 * n; i++) {
		bytes[i / 8] ^= (uint8_t)(1u << i % 8);
		assert_refused_or_our_own(bytes, n);
		bytes[i / 8] ^= (uint8_t)(1u << i % 8);
	}
	assert_int_equal(detail_pack(&d, bytes, &n), GW_OK);
	for (i = 0; i < n; i++)
		assert_int_equal(detail_unpack(bytes, i, &got), GW_FORMAT);
	for (i = 0; i < n; i++) {
		for (bit = 0; bit < 8; bit++) {
			bytes[i] ^= (uint8_t)(1u << bit);
			(void)detail_unpack(bytes, n, &got);
			assert_true(got.cases <= LIM_MEETING_CASES);
			bytes[i] ^= (uint8_t)(1u << bit);
		}
	}
	assert_int_equal(detail_unpack(bytes, n, &got), GW_OK);
	assert_memory_equal(&got, &d, sizeof(d));
	free(a);
}

/* ---- invitations ---- */

static void
test_an_invitation_is_found_in_each_way(void **state)
{
	struct place *p = *state;
	int64_t an = add_person(p, 1), bo = add_person(p, 2);
	struct invitation a, b, got;

	(void)add_meeting(p);
	a = invite(p, an, INVITATION_DRAFT);
	b = invite(p, bo, INVITATION_DRAFT);
	assert_int_equal(strlen(a.uid), LIM_UID);
	assert_int_equal(strspn(a.uid, "0123456789abcdef"), LIM_UID);
	/* R58: each a calendar entry of one's own. */
	assert_string_not_equal(a.uid, b.uid);
	assert_int_equal(invitation_by_ref(p->s, a.ref, &got), GW_OK);
	assert_memory_equal(&got, &a, sizeof(a));
	assert_int_equal(invitation_by_uid(p->s, b.uid, &got), GW_OK);
	assert_memory_equal(&got, &b, sizeof(b));
	assert_int_equal(invitation_of(p->s, MEETING, an, &got), GW_OK);
	assert_memory_equal(&got, &a, sizeof(a));
	assert_int_equal(invitation_of(p->s, MEETING, 99, &got), GW_MISSING);
	assert_int_equal(invitation_by_uid(p->s, "", &got), GW_MISSING);
	assert_int_equal(invitation_by_ref(p->s, MEETING, &got), GW_MISSING);
	/* Nobody twice, nobody who is not there, no meeting that is not. */
	ref_new('U', b.ref);
	assert_int_equal(invitation_add(p->s, &b), GW_EXISTS);
	b.correspondent = 99;
	assert_int_not_equal(invitation_add(p->s, &b), GW_OK);
	b.correspondent = bo;
	(void)strcpy(b.meeting, "V-0000000000000000");
	assert_int_not_equal(invitation_add(p->s, &b), GW_OK);
}

static void
test_an_answer_is_noted(void **state)
{
	struct place *p = *state;
	int64_t an = add_person(p, 1), bo = add_person(p, 2);
	struct invitation a, got;

	(void)add_meeting(p);
	a = invite(p, an, INVITATION_SENT);
	a.state = INVITATION_ACCEPTED_PERMREP;
	a.changed = NOW + 9;
	a.answered = NOW + 9;
	a.sequence = 1;
	a.via = bo;
	assert_int_equal(invitation_update(p->s, &a), GW_OK);
	assert_int_equal(invitation_by_ref(p->s, a.ref, &got), GW_OK);
	assert_memory_equal(&got, &a, sizeof(a));
	ref_new('U', a.ref);
	assert_int_equal(invitation_update(p->s, &a), GW_MISSING);
	/* Whoever leaves the register leaves the table too. */
	assert_int_equal(correspondent_remove(p->s, bo), GW_OK);
	assert_int_equal(correspondent_remove(p->s, an), GW_OK);
	assert_int_equal(invitation_by_ref(p->s, got.ref, &got), GW_OK);
	assert_int_equal(got.via, 0);
	assert_int_equal(got.correspondent, 0);
}

static enum gw_err
deliver(const struct invitation *i, void *arg)
{
	struct place *p = arg;
	struct invitation now = *i;

	assert_string_equal(i->meeting, MEETING);
	now.state = INVITATION_DELIVERED;
	return invitation_update(p->s, &now);
}

/* R50, R129: figures of a meeting, and of nobody. */
static void
test_states_are_counted(void **state)
{
	struct place *p = *state;
	int64_t n[INVITATION_STATE_MAX];
	unsigned i;

	(void)add_meeting(p);
	assert_int_equal(invitation_count(p->s, MEETING, n), GW_OK);
	assert_int_equal(n[INVITATION_SENT], 0);
	for (i = 1; i <= 5; i++)
		(void)invite(p, add_person(p, i), i < 4 ? INVITATION_SENT :
		    INVITATION_ACCEPTED);
	assert_int_equal(invitation_count(p->s, MEETING, n), GW_OK);
	assert_int_equal(n[INVITATION_SENT], 3);
	assert_int_equal(n[INVITATION_ACCEPTED], 2);
	assert_int_equal(n[INVITATION_DRAFT], 0);
	/* The walk may change what it walks. */
	assert_int_equal(invitation_each(p->s, MEETING, deliver, p), GW_OK);
	assert_int_equal(invitation_count(p->s, MEETING, n), GW_OK);
	assert_int_equal(n[INVITATION_DELIVERED], 5);
	assert_int_equal(invitation_count(p->s, "V-0000000000000000", n),
	    GW_OK);
	assert_int_equal(n[INVITATION_DELIVERED], 0);
}

/* ---- the end ---- */

static void
add_mails(struct place *p, const char *ref, int64_t who)
{
	struct mail m = { .received = NOW, .size = 10,
		.structure = STRUCTURE_PGP_MIME, .verdict = VERDICT_ACCEPTED,
		.correspondent = who };
	struct outbox o = { .kind = MAIL_T19, .correspondent = who,
		.section = "body", .made = NOW };
	size_t i;

	ref_new('M', m.id);
	crypto_random(m.digest, sizeof(m.digest));
	(void)strcpy(m.ref, ref);
	(void)strcpy(o.ref, ref);
	assert_int_equal(store_begin(p->s), GW_OK);
	assert_int_equal(mail_add(p->s, &m), GW_OK);
	/* Some wait with words in them, or are held for a key. */
	for (i = 0; i <= OUTBOX_UNCERTAIN; i++) {
		(void)snprintf(o.message_id, sizeof(o.message_id), "<%zu%s>",
		    i, ref);
		o.state = (enum outbox_state)i;
		o.blob = 0;
		if (i <= OUTBOX_HELD)
			assert_int_equal(blob_put(p->s, "x", 1, &o.blob),
			    GW_OK);
		assert_int_equal(outbox_add(p->s, &o), GW_OK);
	}
	assert_int_equal(store_commit(p->s), GW_OK);
}

/* domain.md 4.2: "meeting + 30 d | ERASED (counts kept)". */
static void
test_erased_leaves_two_figures_and_days(void **state)
{
	struct place *p = *state;
	struct attendance *a = some_attendance(2, 1);
	struct meeting_detail d;
	struct invitation an, bo, got;
	struct meeting m;
	int i;

	(void)add_meeting(p);
	an = invite(p, add_person(p, 1), INVITATION_ATTENDED);
	bo = invite(p, add_person(p, 2), INVITATION_ABSENT);
	(void)invite(p, add_person(p, 3), INVITATION_DRAFT);
	an.via = bo.correspondent;
	an.answered = NOW;
	assert_int_equal(invitation_update(p->s, &an), GW_OK);
	add_mails(p, an.ref, an.correspondent);
	add_mails(p, MEETING, bo.correspondent);
	assert_int_equal(store_begin(p->s), GW_OK);
	assert_int_equal(meeting_attendance_put(p->s, MEETING, a), GW_OK);
	assert_int_equal(store_commit(p->s), GW_OK);
	assert_int_equal(keys_left(p), 6);
	/* Twice is no error, and counts nothing twice. */
	for (i = 0; i < 2; i++) {
		assert_int_equal(store_begin(p->s), GW_OK);
		assert_int_equal(meeting_erase(p->s, MEETING), GW_OK);
		assert_int_equal(store_commit(p->s), GW_OK);
		assert_int_equal(invitation_by_ref(p->s, an.ref, &got), GW_OK);
		got.state = INVITATION_ERASED;
		got.changed -= got.changed % DAY;
		assert_int_equal(invitation_update(p->s, &got), GW_OK);
	}
	assert_int_equal(keys_left(p), 0);
	assert_int_equal(meeting_detail_get(p->s, MEETING, &d), GW_MISSING);
	assert_int_equal(meeting_attendance_get(p->s, MEETING, a),
	    GW_MISSING);
	assert_int_equal(meeting_by_ref(p->s, MEETING, &m), GW_OK);
	assert_int_equal(m.invited, 2);
	assert_int_equal(m.attended, 1);
	assert_int_equal(m.starts % DAY, 0);
	assert_int_equal(m.ends % DAY, 0);
	assert_int_equal(m.made % DAY, 0);
	assert_int_equal(invitation_by_ref(p->s, an.ref, &got), GW_OK);
	assert_int_equal(got.correspondent, 0);
	assert_int_equal(got.via, 0);
	assert_int_equal(got.answered, 0);
	assert_int_equal(got.changed % DAY, 0);
	assert_string_equal(got.uid, "");
	assert_int_equal(number(p->s->main, "SELECT (SELECT"
	    " count(correspondent) FROM mail) + (SELECT count(correspondent)"
	    " FROM outbox) + (SELECT count(correspondent) FROM invitation)"),
	    0);
	assert_int_equal(number(p->s->main, "SELECT count(*) FROM outbox WHERE"
	    " state IN ('waiting', 'held', 'uncertain')"), 0);
	/* Nor at what hour an invitation was answered. */
	assert_int_equal(number(p->s->main, "SELECT sum(received % 86400) FROM"
	    " mail"), 0);
	assert_int_equal(meeting_erase(p->s, "V-0000000000000000"),
	    GW_MISSING);
	free(a);
}

/* What a meeting writes at once is there as a whole or not at all. */
static bool
convene(struct place *p)
{
	struct meeting m = some_meeting();
	struct meeting_detail d = some_detail();
	struct invitation i = { .meeting = MEETING, .correspondent = 1,
		.kind = INVITATION_ADHOC, .state = INVITATION_APPROVED };

	ref_new('U', i.ref);
	return store_begin(p->s) == GW_OK &&
	    meeting_add(p->s, &m, &d) == GW_OK &&
	    invitation_add(p->s, &i) == GW_OK;
}

static bool
convene_and_commit(struct place *p)
{
	return convene(p) && store_commit(p->s) == GW_OK;
}

static void
test_convening_is_one_commit(void **state)
{
	struct place *p = *state;
	struct meeting_detail d;
	unsigned swept;

	(void)add_person(p, 1);
	store_close(p->s);
	p->s = NULL;
	assert_true(in_child(p, convene));
	place_reopen(p);
	assert_int_equal(number(p->s->main, "SELECT (SELECT count(*) FROM"
	    " meeting) + (SELECT count(*) FROM invitation) +"
	    " (SELECT count(*) FROM blob)"), 0);
	assert_int_equal(blob_sweep(p->s, &swept), GW_OK);
	store_close(p->s);
	p->s = NULL;
	assert_true(in_child(p, convene_and_commit));
	place_reopen(p);
	assert_int_equal(meeting_detail_get(p->s, MEETING, &d), GW_OK);
	assert_int_equal(number(p->s->main,
	    "SELECT count(*) FROM invitation"), 1);
}

/* ---- timers ---- */

static void
test_timers_have_the_events_of_their_flow(void **state)
{
	static const struct timer row[] = {
		{ .kind = TIMER_MEETING, .event = MEETING_EV_UNCLOSED,
		    .due = NOW, .ref = MEETING },
		{ .kind = TIMER_INVITATION, .event = INVITATION_EV_REMIND,
		    .due = NOW + 1, .ref = "U-0123456789ABCDEF" },
		{ .kind = TIMER_REFERRAL, .event = REFERRAL_EV_DONE,
		    .due = NOW + 2, .ref = "A-0123456789ABCDEF" },
		{ .kind = TIMER_ENROLMENT, .event = 0,
		    .due = NOW + 3, .ref = "M-0123456789ABCDEF" }
	};
	struct place *p = *state;
	struct timer t;
	size_t i;

	for (i = 0; i < NELEMS(row); i++)
		assert_int_equal(timer_add(p->s, &row[i]), GW_OK);
	for (i = 0; i < NELEMS(row); i++) {
		assert_int_equal(timer_due(p->s, NOW + 9, &t), GW_OK);
		assert_int_equal(t.kind, row[i].kind);
		assert_int_equal(t.event, row[i].event);
		assert_string_equal(t.ref, row[i].ref);
		assert_int_equal(timer_remove(p->s, t.id), GW_OK);
	}
	/* An event that the flow does not have is not kept, nor believed. */
	t = row[1];
	t.event = INVITATION_EVENT_MAX;
	assert_int_equal(timer_add(p->s, &t), GW_INTERNAL);
	assert_int_equal(db_script(p->s->main, "INSERT INTO timer VALUES (1,"
	    " 1, 'meeting', 'REMIND', '" MEETING "', 0)"), GW_OK);
	assert_int_equal(timer_due(p->s, NOW, &t), GW_FORMAT);
}

/* ---- cost ---- */

/* Statements that inviting and erasing `n` people takes. */
static void
count_statements(struct place *p, unsigned n, unsigned *inviting,
    unsigned *erasing)
{
	struct meeting m = some_meeting();
	struct meeting_detail d = some_detail();
	struct invitation i = { .kind = INVITATION_FIXED,
		.state = INVITATION_DRAFT };
	unsigned k, before;

	ref_new('V', m.ref);
	(void)strcpy(i.meeting, m.ref);
	assert_int_equal(store_begin(p->s), GW_OK);
	before = db_started(p->s->main);
	assert_int_equal(meeting_add(p->s, &m, &d), GW_OK);
	for (k = 0; k < n; k++) {
		ref_new('U', i.ref);
		i.correspondent = (int64_t)k + 1;
		assert_int_equal(invitation_add(p->s, &i), GW_OK);
	}
	*inviting = db_started(p->s->main) - before;
	assert_int_equal(store_commit(p->s), GW_OK);
	assert_int_equal(store_begin(p->s), GW_OK);
	before = db_started(p->s->main);
	assert_int_equal(meeting_erase(p->s, m.ref), GW_OK);
	*erasing = db_started(p->s->main) - before;
	assert_int_equal(store_commit(p->s), GW_OK);
}

static void
test_a_thousand_invitees_cost_a_thousand_times_one(void **state)
{
	struct place *p = *state;
	unsigned i, one, many, erase_one, erase_many;

	assert_int_equal(store_begin(p->s), GW_OK);
	for (i = 1; i <= LIM_INVITEES; i++)
		(void)add_person(p, i);
	assert_int_equal(store_commit(p->s), GW_OK);
	count_statements(p, 1, &one, &erase_one);
	count_statements(p, LIM_INVITEES, &many, &erase_many);
	assert_int_equal(many - one, LIM_INVITEES - 1);
	/* However many were invited. */
	assert_int_equal(erase_many, erase_one);
}

/* ---- versions ---- */

/* A database of the version before gets the tables, and keeps its rows. */
static void
test_a_database_of_before_is_brought_up_to_date(void **state)
{
	struct place *p = *state;
	struct schema before = schema_main;
	struct meeting_detail d;
	char path[256];
	struct buf why;
	struct db *db;

	before.steps = 2;
	buf_init(&why, 1024);
	place_path(p, "m.db", path);
	spill(path, "", 0);
	assert_int_equal(db_open(&db, path, "test", false), GW_OK);
	assert_int_equal(schema_migrate(db, &before, &why), GW_OK);
	assert_int_equal(db_script(db, "INSERT INTO referral VALUES (1,"
	    " 'A-0123456789ABCDEF', 'member', 'RECEIVED', 1, 1, NULL,"
	    " 'open')"), GW_OK);
	assert_int_equal(schema_check(db, &schema_main, &why), GW_STATE);
	assert_int_equal(schema_migrate(db, &schema_main, &why), GW_OK);
	assert_int_equal(number(db, "SELECT count(*) FROM referral"), 1);
	assert_int_equal(number(db, "SELECT count(*) FROM invitation"), 0);
	db_close(db);
	buf_free(&why);
	(void)add_meeting(p);
	assert_int_equal(meeting_detail_get(p->s, MEETING, &d), GW_OK);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, place_make, place_drop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_meeting_comes_back_whole),
		TEST(test_cases_and_place_are_in_no_file_in_clear),
		TEST(test_what_is_no_case_is_not_kept_as_one),
		TEST(test_a_change_loses_nothing_and_leaves_nothing),
		TEST(test_the_last_that_was_held),
		TEST(test_attendance_is_per_case),
		TEST(test_attendance_has_its_bounds),
		TEST(test_no_length_in_a_blob_is_believed),
		TEST(test_an_invitation_is_found_in_each_way),
		TEST(test_an_answer_is_noted),
		TEST(test_states_are_counted),
		TEST(test_erased_leaves_two_figures_and_days),
		TEST(test_convening_is_one_commit),
		TEST(test_timers_have_the_events_of_their_flow),
		TEST(test_a_thousand_invitees_cost_a_thousand_times_one),
		TEST(test_a_database_of_before_is_brought_up_to_date)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
