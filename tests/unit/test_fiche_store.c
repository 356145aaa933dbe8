/*
 * What the store keeps of a fiche: how far it is in clear, what it says and who
 * agrees under data keys, and in the end a reference, days, a digest that
 * cannot be guessed and one figure.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "flow/fiche_text.h"
#include "store_place.h"

#define NELEMS(a) (sizeof(a) / sizeof((a)[0]))
#define FICHE "F-4F7K29QDXM3AB8NP"
#define CASE "C-0123456789ABCDEF"
#define MEETING "V-0123456789ABCDEF"
#define WORDS "Het gaat beter op school sinds september."
#define APPROVAL "From: els@clb.example\n\nAKKOORD 4F7K-29QD-XM3A\n"
#define TODAY INT64_C(20780)

/* ---- helpers ---- */

static const struct fiche_head head = { .ref = FICHE, .version = 1,
	.day = TODAY - 1, .town = "Mechelen", .case_ref = CASE };

static struct fiche_content *
some_content(const char *words)
{
	struct fiche_content *c = calloc(1, sizeof(*c));

	assert_non_null(c);
	(void)strcpy(c->element[0].text, words);
	(void)strcpy(c->element[2].text, "Een feit.\n\nNog een feit.");
	c->element[2].sources = 1;
	(void)strcpy(c->element[2].source[0], "els@clb.example");
	return c;
}

static struct fiche_ballot *
some_ballot(size_t members)
{
	struct fiche_ballot *b = calloc(1, sizeof(*b));
	uint8_t digest[HASH_BYTES] = { 7 };
	size_t i;

	assert_non_null(b);
	(void)strcpy(b->meeting, MEETING);
	memset(b->nonce, 0xa5, sizeof(b->nonce));
	b->officer = 4;
	b->chair = 5;
	for (i = 0; i < members; i++)
		assert_int_equal(fiche_round_member(&b->round,
		    (int64_t)i + 1), GW_OK);
	assert_int_equal(fiche_round_begin(&b->round, 1, digest), GW_OK);
	assert_int_equal(fiche_round_source(&b->round, 5000), GW_OK);
	return b;
}

static void
add_case(struct place *p)
{
	struct case_ref c = { .ref = CASE, .listed = TODAY - 9,
		.referral = "A-0123456789ABCDEF" };

	assert_int_equal(store_begin(p->s), GW_OK);
	assert_int_equal(case_add(p->s, &c), GW_OK);
	assert_int_equal(store_commit(p->s), GW_OK);
}

static void
add_fiche(struct place *p)
{
	struct fiche_content *c = some_content(WORDS);
	struct fiche_ballot *b = some_ballot(3);

	add_case(p);
	assert_int_equal(store_begin(p->s), GW_OK);
	assert_int_equal(fiche_add(p->s, &head, c, TODAY), GW_OK);
	assert_int_equal(fiche_ballot_put(p->s, FICHE, b), GW_OK);
	assert_int_equal(store_commit(p->s), GW_OK);
	free(c);
	free(b);
}

static int64_t
approve(struct place *p)
{
	int64_t blob;

	assert_int_equal(store_begin(p->s), GW_OK);
	assert_int_equal(fiche_mail_put(p->s, FICHE, APPROVAL,
	    strlen(APPROVAL), &blob), GW_OK);
	assert_int_equal(store_commit(p->s), GW_OK);
	return blob;
}

/* As after the next start: what a rollback left behind is swept then. */
static int64_t
blobs(struct place *p)
{
	int64_t n = number(p->s->main, "SELECT count(*) FROM blob");
	unsigned swept;

	assert_int_equal(blob_sweep(p->s, &swept), GW_OK);
	assert_int_equal(number(p->s->main, "SELECT count(*) FROM blob"), n);
	assert_int_equal(number(p->s->keys, "SELECT count(*) FROM data_key"),
	    n);
	return n;
}

static bool
has_words(struct place *p, const char *words)
{
	struct fiche_content *c = calloc(1, sizeof(*c));
	struct fiche_head h;
	bool same;

	assert_non_null(c);
	assert_int_equal(fiche_detail_get(p->s, FICHE, &h, c), GW_OK);
	same = strcmp(c->element[0].text, words) == 0;
	free(c);
	return same;
}

/* ---- the row ---- */

static void
test_a_fiche_comes_back_whole(void **state)
{
	struct place *p = *state;
	struct fiche_content *c = some_content(WORDS),
	    *got = calloc(1, sizeof(*got));
	struct fiche_ballot *b = some_ballot(3), *back = some_ballot(1);
	struct fiche_head h;
	struct fiche f;

	assert_non_null(got);
	add_fiche(p);
	place_reopen(p);
	assert_int_equal(fiche_by_ref(p->s, FICHE, &f), GW_OK);
	assert_string_equal(f.ref, FICHE);
	assert_int_equal(f.state, FICHE_DRAFT);
	assert_int_equal(f.version, 1);
	assert_int_equal(f.proposed, TODAY);
	assert_int_equal(f.approvals, 0);
	assert_int_equal(fiche_detail_get(p->s, FICHE, &h, got), GW_OK);
	assert_memory_equal(&h, &head, sizeof(h));
	assert_memory_equal(got, c, sizeof(*c));
	assert_int_equal(fiche_ballot_get(p->s, FICHE, back), GW_OK);
	assert_memory_equal(back, b, sizeof(*b));
	assert_int_equal(fiche_set_state(p->s, FICHE, FICHE_PROPOSED,
	    TODAY + 2), GW_OK);
	assert_int_equal(fiche_by_ref(p->s, FICHE, &f), GW_OK);
	assert_int_equal(f.state, FICHE_PROPOSED);
	assert_int_equal(f.changed, TODAY + 2);
	assert_int_equal(fiche_by_ref(p->s, "F-0000000000000000", &f),
	    GW_MISSING);
	assert_int_equal(fiche_detail_get(p->s, "F-0000000000000000", &h,
	    got), GW_MISSING);
	assert_int_equal(fiche_ballot_get(p->s, "F-0000000000000000", back),
	    GW_MISSING);
	assert_int_equal(fiche_set_state(p->s, "F-0000000000000000",
	    FICHE_PROPOSED, 1), GW_MISSING);
	free(c);
	free(got);
	free(b);
	free(back);
}

/* domain.md 7: "Link participant - case, who approved or objected", "fiche
 * content": never in clear; R29: nor a bare hash of a short text. */
static void
test_nothing_of_it_is_in_a_file_in_clear(void **state)
{
	struct place *p = *state;
	struct fiche_content *c = some_content(WORDS);
	uint8_t digest[HASH_BYTES], keyed[HASH_BYTES];
	char hex[HASH_HEX + 1];
	struct fiche f;

	add_fiche(p);
	(void)approve(p);
	assert_int_equal(fiche_digest(&head, c, digest), GW_OK);
	assert_true(place_holds(p, FICHE, strlen(FICHE)));
	assert_false(place_holds(p, WORDS, 16));
	assert_false(place_holds(p, MEETING, strlen(MEETING)));
	assert_false(place_holds(p, "els@clb.example", 15));
	assert_false(place_holds(p, "AKKOORD", 7));
	assert_false(place_holds(p, digest, HASH_BYTES));
	crypto_hex(digest, hex);
	assert_false(place_holds(p, hex, HASH_HEX));
	/* But who has the text can compare it, as long as the case lives. */
	assert_int_equal(fiche_by_ref(p->s, FICHE, &f), GW_OK);
	assert_int_equal(fiche_keyed_digest(p->s, CASE, digest, keyed),
	    GW_OK);
	assert_memory_equal(keyed, f.digest, HASH_BYTES);
	digest[31] ^= 1;
	assert_int_equal(fiche_keyed_digest(p->s, CASE, digest, keyed),
	    GW_OK);
	assert_memory_not_equal(keyed, f.digest, HASH_BYTES);
	assert_int_equal(fiche_keyed_digest(p->s, "C-0000000000000000",
	    digest, keyed), GW_MISSING);
	free(c);
}

/* R93, R97: no evaluation, no listed case, no fiche. */
static void
test_what_is_no_fiche_is_not_kept_as_one(void **state)
{
	struct place *p = *state;
	struct fiche_content *c = some_content("");
	struct fiche_head h = head;

	add_case(p);
	assert_int_equal(store_begin(p->s), GW_OK);
	assert_int_equal(fiche_add(p->s, &h, c, TODAY), GW_MISSING);
	(void)strcpy(c->element[0].text, WORDS);
	(void)strcpy(h.case_ref, "C-7777777777777777");
	assert_int_equal(fiche_add(p->s, &h, c, TODAY), GW_MISSING);
	h = head;
	h.version = 2;
	assert_int_equal(fiche_add(p->s, &h, c, TODAY), GW_STATE);
	h = head;
	h.town[0] = '\n';
	assert_int_equal(fiche_add(p->s, &h, c, TODAY), GW_FORMAT);
	store_rollback(p->s);
	assert_int_equal(fiche_add(p->s, &head, c, TODAY), GW_STATE);
	free(c);
}

/* ---- rounds ---- */

static void
revise(struct place *p, uint32_t version, const char *words, enum gw_err want)
{
	struct fiche_content *c = some_content(words);
	struct fiche_head h = head;

	h.version = version;
	assert_int_equal(store_begin(p->s), GW_OK);
	assert_int_equal(fiche_revise(p->s, &h, c, TODAY + 1), want);
	free(c);
}

/* R98; and a rollback finds text and approvals unharmed. */
static void
test_a_revision_drops_text_and_approvals_or_nothing(void **state)
{
	struct place *p = *state;
	int64_t blob, other;
	struct fiche f;
	int fd;

	add_fiche(p);
	blob = approve(p);
	other = approve(p);
	assert_int_equal(blobs(p), 5);
	revise(p, 2, "Een andere tekst.", GW_OK);
	store_rollback(p->s);
	assert_true(has_words(p, WORDS));
	assert_int_equal(blob_get(p->s, blob, &fd), GW_OK);
	(void)close(fd);
	revise(p, 2, "Een andere tekst.", GW_OK);
	assert_int_equal(store_commit(p->s), GW_OK);
	assert_true(has_words(p, "Een andere tekst."));
	assert_int_equal(blob_get(p->s, blob, &fd), GW_MISSING);
	assert_int_equal(blob_get(p->s, other, &fd), GW_MISSING);
	place_reopen(p);
	/* Case, text, ballot. */
	assert_int_equal(blobs(p), 3);
	assert_int_equal(fiche_by_ref(p->s, FICHE, &f), GW_OK);
	assert_int_equal(f.version, 2);
	assert_int_equal(f.proposed, TODAY);
	assert_int_equal(f.changed, TODAY + 1);
	/* No version twice, none left out, none of what is not there. */
	revise(p, 2, "Te laat.", GW_STATE);
	store_rollback(p->s);
	revise(p, 4, "Te vroeg.", GW_STATE);
	store_rollback(p->s);
	assert_true(has_words(p, "Een andere tekst."));
}

static void
test_a_ballot_is_replaced_as_a_whole(void **state)
{
	struct place *p = *state;
	struct fiche_ballot *b = some_ballot(3),
	    *got = calloc(1, sizeof(*got));
	enum fiche_state s = FICHE_PROPOSED;
	struct fiche_act a = { .event = FICHE_EV_APPROVE, .person = 2,
		.version = 1 };
	struct effects e;
	int i;

	assert_non_null(got);
	add_fiche(p);
	a.digest = b->round.digest;
	a.mail = approve(p);
	assert_int_equal(fiche_act(&s, &b->round, &a, &e), GW_OK);
	for (i = 0; i < 3; i++) {
		assert_int_equal(store_begin(p->s), GW_OK);
		assert_int_equal(fiche_ballot_put(p->s, FICHE, b), GW_OK);
		if (i == 0) {
			store_rollback(p->s);
			assert_int_equal(fiche_ballot_get(p->s, FICHE, got),
			    GW_OK);
			assert_false(got->round.member[1].approved);
		} else
			assert_int_equal(store_commit(p->s), GW_OK);
	}
	assert_int_equal(fiche_ballot_get(p->s, FICHE, got), GW_OK);
	assert_memory_equal(got, b, sizeof(*b));
	place_reopen(p);
	assert_int_equal(blobs(p), 4);
	/* Withdrawn: the mail is of no use any more. */
	assert_int_equal(store_begin(p->s), GW_OK);
	assert_int_equal(fiche_mail_drop(p->s, "F-0000000000000000", a.mail),
	    GW_MISSING);
	assert_int_equal(fiche_mail_drop(p->s, FICHE, a.mail), GW_OK);
	assert_int_equal(store_commit(p->s), GW_OK);
	assert_int_equal(blobs(p), 3);
	free(b);
	free(got);
}

/* ---- bytes ---- */

static void
test_the_blobs_have_their_bounds(void **state)
{
	struct fiche_ballot *b = some_ballot(LIM_PRESENT),
	    *got = some_ballot(1);
	struct fiche_content *c = some_content(WORDS),
	    *back = some_content(WORDS);
	uint8_t *bytes = malloc(FICHE_BALLOT_BYTES);
	struct fiche_head h = head, hh;
	size_t n, i, k;

	(void)state;
	assert_non_null(bytes);
	assert_true(FICHE_DETAIL_BYTES <= FICHE_BALLOT_BYTES);
	for (i = 1; i < LIM_FICHE_CONSENTS; i++)
		assert_int_equal(fiche_round_source(&b->round,
		    (int64_t)(5000 + i)), GW_OK);
	/* The largest there can be fits to the byte. */
	assert_int_equal(ballot_pack(b, bytes, &n), GW_OK);
	assert_int_equal(n, FICHE_BALLOT_BYTES);
	assert_int_equal(ballot_unpack(bytes, n, got), GW_OK);
	assert_memory_equal(got, b, sizeof(*b));
	/* One person twice is no set of people. */
	b->round.member[9].person = b->round.member[8].person;
	assert_int_equal(ballot_pack(b, bytes, &n), GW_OK);
	assert_int_equal(ballot_unpack(bytes, n, got), GW_FORMAT);
	b->round.members = LIM_PRESENT + 1;
	assert_int_equal(ballot_pack(b, bytes, &n), GW_LIMIT);
	b->round.members = 1;
	(void)strcpy(b->meeting, CASE);
	assert_int_equal(ballot_pack(b, bytes, &n), GW_FORMAT);

	memset(h.town, 'x', LIM_TOWN);
	for (i = 0; i < FICHE_ELEMENTS; i++) {
		memset(c->element[i].text, 'x', LIM_FICHE_ELEMENT);
		c->element[i].sources = LIM_FICHE_SOURCES;
		for (k = 0; k < LIM_FICHE_SOURCES; k++)
			memset(c->element[i].source[k], 'x', LIM_ADDR);
	}
	assert_int_equal(fiche_pack(&h, c, bytes, &n), GW_OK);
	assert_int_equal(n, FICHE_DETAIL_BYTES);
	assert_int_equal(fiche_unpack(bytes, n, &hh, back), GW_OK);
	assert_memory_equal(back, c, sizeof(*c));
	c->element[3].sources = LIM_FICHE_SOURCES + 1;
	assert_int_equal(fiche_pack(&h, c, bytes, &n), GW_LIMIT);
	free(bytes);
	free(b);
	free(got);
	free(c);
	free(back);
}

/* Either it is refused and nothing of it is left, or it is what our own writer
 * writes. */
static void
test_no_length_in_a_blob_is_believed(void **state)
{
	static uint8_t bytes[FICHE_BALLOT_BYTES], again[FICHE_BALLOT_BYTES];
	static const struct fiche_ballot none;
	struct fiche_ballot *b = some_ballot(3), *got = some_ballot(1);
	struct fiche_content *c = some_content(WORDS),
	    *back = some_content(WORDS);
	struct fiche_head h;
	size_t n, m, i;
	uint8_t *p;

	(void)state;
	assert_int_equal(ballot_pack(b, bytes, &n), GW_OK);
	/* A copy of the exact size each time, for the sanitizer. */
	for (i = 0; i < n; i++) {
		p = malloc(i + 1);
		assert_non_null(p);
		memcpy(p, bytes, i);
		assert_int_equal(ballot_unpack(p, i, got), GW_FORMAT);
		free(p);
	}
	assert_int_equal(ballot_unpack(bytes, n + 1, got), GW_FORMAT);
	for (i = 0; i < 8 * n; i++) {
		bytes[i / 8] ^= (uint8_t)(1u << i % 8);
		if (ballot_unpack(bytes, n, got) != GW_OK) {
			assert_memory_equal(got, &none, sizeof(none));
		} else {
			assert_int_equal(ballot_pack(got, again, &m), GW_OK);
			assert_int_equal(m, n);
			assert_memory_equal(again, bytes, n);
		}
		bytes[i / 8] ^= (uint8_t)(1u << i % 8);
	}
	assert_int_equal(fiche_pack(&head, c, bytes, &n), GW_OK);
	for (i = 0; i < n; i++)
		assert_int_equal(fiche_unpack(bytes, i, &h, back), GW_FORMAT);
	for (i = 0; i < 8 * n; i++) {
		bytes[i / 8] ^= (uint8_t)(1u << i % 8);
		if (fiche_unpack(bytes, n, &h, back) == GW_OK) {
			assert_int_equal(fiche_pack(&h, back, again, &m),
			    GW_OK);
			assert_int_equal(m, n);
			assert_memory_equal(again, bytes, n);
		}
		bytes[i / 8] ^= (uint8_t)(1u << i % 8);
	}
	free(b);
	free(got);
	free(c);
	free(back);
}

/* ---- the end ---- */

static void
add_mails(struct place *p, int64_t who)
{
	struct mail m = { .received = NOW, .size = 10,
		.structure = STRUCTURE_PGP_MIME, .verdict = VERDICT_ACCEPTED,
		.correspondent = who, .ref = FICHE };
	struct outbox o = { .kind = MAIL_T26, .correspondent = who,
		.section = "body", .made = NOW, .ref = FICHE };
	size_t i;

	ref_new('M', m.id);
	crypto_random(m.digest, sizeof(m.digest));
	assert_int_equal(store_begin(p->s), GW_OK);
	assert_int_equal(mail_add(p->s, &m), GW_OK);
	/* One is held with who objected in it: the chair is suspended. */
	for (i = 0; i <= OUTBOX_UNCERTAIN; i++) {
		(void)snprintf(o.message_id, sizeof(o.message_id), "<%zu@b>",
		    i);
		o.state = (enum outbox_state)i;
		o.blob = 0;
		if (i == OUTBOX_HELD)
			assert_int_equal(blob_put(p->s, "x", 1, &o.blob),
			    GW_OK);
		assert_int_equal(outbox_add(p->s, &o), GW_OK);
	}
	assert_int_equal(store_commit(p->s), GW_OK);
}

/* domain.md 4.3: "ERASED (kept: ref, h, dates, number of approvals)". */
static void
test_erased_leaves_reference_digest_days_and_a_figure(void **state)
{
	struct correspondent els = { .role = PERSON_PARTICIPANT,
		.org_class = ORG_CLB, .language = "nl", .added = NOW,
		.address = "els@clb.example", .fpr = "AB" };
	struct place *p = *state;
	struct fiche_ballot *b = some_ballot(1);
	struct fiche_content *c = some_content(WORDS);
	struct fiche before, after;
	struct fiche_head h;
	int i;

	assert_int_equal(correspondent_add(p->s, &els), GW_OK);
	add_fiche(p);
	add_mails(p, els.id);
	(void)approve(p);
	(void)approve(p);
	assert_int_equal(fiche_by_ref(p->s, FICHE, &before), GW_OK);
	/* Twice is no error, and counts nothing anew. */
	for (i = 0; i < 2; i++) {
		assert_int_equal(store_begin(p->s), GW_OK);
		assert_int_equal(fiche_erase(p->s, FICHE), GW_OK);
		assert_int_equal(fiche_set_state(p->s, FICHE, FICHE_ERASED,
		    TODAY + 7), GW_OK);
		assert_int_equal(store_commit(p->s), GW_OK);
	}
	assert_int_equal(blobs(p), 1);
	assert_int_equal(number(p->s->main,
	    "SELECT count(*) FROM fiche_mail"), 0);
	assert_int_equal(fiche_by_ref(p->s, FICHE, &after), GW_OK);
	assert_int_equal(after.approvals, 2);
	assert_int_equal(after.state, FICHE_ERASED);
	assert_int_equal(after.proposed, before.proposed);
	assert_memory_equal(after.digest, before.digest, HASH_BYTES);
	assert_int_equal(fiche_detail_get(p->s, FICHE, &h, c), GW_MISSING);
	assert_int_equal(fiche_ballot_get(p->s, FICHE, b), GW_MISSING);
	assert_int_equal(number(p->s->main, "SELECT (SELECT"
	    " count(correspondent) FROM mail) + (SELECT count(correspondent)"
	    " FROM outbox)"), 0);
	assert_int_equal(number(p->s->main, "SELECT count(*) FROM outbox WHERE"
	    " state IN ('waiting', 'held', 'uncertain')"), 0);
	/* It does not come back. */
	free(b);
	b = some_ballot(1);
	assert_int_equal(store_begin(p->s), GW_OK);
	assert_int_equal(fiche_ballot_put(p->s, FICHE, b), GW_STATE);
	(void)strcpy(c->element[0].text, WORDS);
	h = head;
	h.version = 2;
	assert_int_equal(fiche_revise(p->s, &h, c, TODAY), GW_STATE);
	store_rollback(p->s);
	assert_int_equal(fiche_erase(p->s, "F-0000000000000000"),
	    GW_MISSING);
	free(b);
	free(c);
}

/* The keys go at once, whatever becomes of the transaction (R140). */
static void
test_a_crash_brings_no_text_back(void **state)
{
	struct place *p = *state;
	struct fiche_content *c = some_content(WORDS);
	struct fiche_head h;
	unsigned swept;

	add_fiche(p);
	(void)approve(p);
	assert_int_equal(store_begin(p->s), GW_OK);
	assert_int_equal(fiche_erase(p->s, FICHE), GW_OK);
	store_rollback(p->s);
	assert_int_equal(fiche_detail_get(p->s, FICHE, &h, c), GW_MISSING);
	assert_int_equal(blob_sweep(p->s, &swept), GW_OK);
	assert_int_equal(blobs(p), 1);
	/* And the next try ends it. */
	assert_int_equal(store_begin(p->s), GW_OK);
	assert_int_equal(fiche_erase(p->s, FICHE), GW_OK);
	assert_int_equal(store_commit(p->s), GW_OK);
	assert_int_equal(number(p->s->main, "SELECT count(*) FROM fiche WHERE"
	    " detail IS NULL AND ballot IS NULL AND approvals = 1"), 1);
	free(c);
}

/* What an approval writes at once is there as a whole or not at all. */
static bool
take_approval(struct place *p)
{
	struct fiche_ballot *b = calloc(1, sizeof(*b));
	bool good;

	good = b != NULL && fiche_ballot_get(p->s, FICHE, b) == GW_OK &&
	    store_begin(p->s) == GW_OK &&
	    fiche_mail_put(p->s, FICHE, APPROVAL, strlen(APPROVAL),
	    &b->round.member[0].mail) == GW_OK;
	if (good) {
		b->round.member[0].approved = true;
		good = fiche_ballot_put(p->s, FICHE, b) == GW_OK;
	}
	free(b);
	return good;
}

static bool
take_approval_and_commit(struct place *p)
{
	return take_approval(p) && store_commit(p->s) == GW_OK;
}

static void
test_an_approval_is_one_commit(void **state)
{
	struct place *p = *state;
	struct fiche_ballot *b = some_ballot(1);
	unsigned swept;
	int fd, i;

	add_fiche(p);
	for (i = 0; i < 2; i++) {
		store_close(p->s);
		p->s = NULL;
		assert_true(in_child(p, i == 0 ? take_approval :
		    take_approval_and_commit));
		place_reopen(p);
		assert_int_equal(blob_sweep(p->s, &swept), GW_OK);
		assert_int_equal(fiche_ballot_get(p->s, FICHE, b), GW_OK);
		assert_int_equal(b->round.member[0].approved, i);
		assert_int_equal(blobs(p), 3 + i);
	}
	assert_int_equal(blob_get(p->s, b->round.member[0].mail, &fd), GW_OK);
	(void)close(fd);
	free(b);
}

static enum gw_err
count_one(const struct fiche *f, void *arg)
{
	assert_string_equal(f->ref, FICHE);
	(*(int *)arg)++;
	return GW_OK;
}

static void
test_fiches_are_walked_and_timed(void **state)
{
	struct timer row = { .kind = TIMER_FICHE, .event = FICHE_EV_LAPSE,
		.due = NOW, .ref = FICHE }, t;
	struct place *p = *state;
	int n = 0;

	add_fiche(p);
	assert_int_equal(fiche_each(p->s, count_one, &n), GW_OK);
	assert_int_equal(n, 1);
	assert_int_equal(timer_add(p->s, &row), GW_OK);
	assert_int_equal(timer_due(p->s, NOW, &t), GW_OK);
	assert_int_equal(t.kind, TIMER_FICHE);
	assert_int_equal(t.event, FICHE_EV_LAPSE);
	row.event = FICHE_EVENT_MAX;
	assert_int_equal(timer_add(p->s, &row), GW_INTERNAL);
}

/* A database of the version before gets the tables, and keeps its rows. */
static void
test_a_database_of_before_is_brought_up_to_date(void **state)
{
	struct place *p = *state;
	struct schema before = schema_main;
	char path[256];
	struct buf why;
	struct db *db;

	before.steps = 4;
	buf_init(&why, 1024);
	place_path(p, "m.db", path);
	spill(path, "", 0);
	assert_int_equal(db_open(&db, path, "test", false), GW_OK);
	assert_int_equal(schema_migrate(db, &before, &why), GW_OK);
	assert_int_equal(db_script(db, "INSERT INTO case_ref (ref, listed)"
	    " VALUES ('C-0123456789ABCDEF', 1)"), GW_OK);
	assert_int_equal(schema_check(db, &schema_main, &why), GW_STATE);
	assert_int_equal(schema_migrate(db, &schema_main, &why), GW_OK);
	assert_int_equal(number(db, "SELECT count(*) FROM case_ref"), 1);
	assert_int_equal(number(db, "SELECT count(*) FROM fiche"), 0);
	db_close(db);
	buf_free(&why);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, place_make, place_drop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_fiche_comes_back_whole),
		TEST(test_nothing_of_it_is_in_a_file_in_clear),
		TEST(test_what_is_no_fiche_is_not_kept_as_one),
		TEST(test_a_revision_drops_text_and_approvals_or_nothing),
		TEST(test_a_ballot_is_replaced_as_a_whole),
		TEST(test_the_blobs_have_their_bounds),
		TEST(test_no_length_in_a_blob_is_believed),
		TEST(test_erased_leaves_reference_digest_days_and_a_figure),
		TEST(test_a_crash_brings_no_text_back),
		TEST(test_an_approval_is_one_commit),
		TEST(test_fiches_are_walked_and_timed),
		TEST(test_a_database_of_before_is_brought_up_to_date)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
