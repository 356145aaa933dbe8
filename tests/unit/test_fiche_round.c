/*
 * Unanimity (R89 to R91, R98; security.md T41): all interleavings of what up to
 * four members, the IO and time can do to a fiche, over the real functions.
 * What is right is said by a second model here, which shares no code with them.
 */
#include "flow/fiche_round.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NELEMS(a) (sizeof(a) / sizeof((a)[0]))
#define MOST 4			/* members */
#define VERSIONS 3
#define OUTSIDER 99

/* ---- the world of the test ---- */

/* What may happen. REPLAY is an approval of the version before; TAMPER one of
 * this version with another digest. */
enum deed { APPROVE, OBJECT, WITHDRAW, REPLAY, REVOKE, RENEW, TAMPER,
	MEMBER_DEEDS, REVISE = MEMBER_DEEDS, HAND_OVER, FLAG, STRANGER, DEEDS };

/*
 * The model. A voice is the last thing that a person said of the text that is
 * on the table; a revoked key takes a yes with it. Released is how often.
 */
struct model {
	uint8_t voice[MOST];		/* 0 silent, 'y', 'n' */
	uint8_t dead[MOST];		/* key revoked */
	uint8_t version, flag, released;
};

static bool
unanimous(const struct model *m, size_t people)
{
	size_t i, yes = 0;

	for (i = 0; i < people; i++)
		yes += m->voice[i] == 'y' && !m->dead[i];
	return people > 0 && yes == people && !m->flag;
}

/* Whether somebody said no, or a flag: then only another text helps. */
static bool
blocked(const struct model *m, size_t people)
{
	size_t i;

	for (i = 0; i < people; i++)
		if (m->voice[i] == 'n')
			return true;
	return m->flag != 0;
}

static void
model_do(struct model *m, size_t people, enum deed d, size_t who)
{
	if (m->released > 0)
		return;
	switch (d) {
	case APPROVE:
		if (!m->dead[who] && !blocked(m, people))
			m->voice[who] = 'y';
		break;
	case OBJECT:
		m->voice[who] = 'n';
		break;
	case WITHDRAW:
		if (m->voice[who] == 'y' && !blocked(m, people))
			m->voice[who] = 0;
		break;
	case REVOKE:
		m->dead[who] = 1;
		if (m->voice[who] == 'y')
			m->voice[who] = 0;
		break;
	case RENEW:
		m->dead[who] = 0;
		break;
	case REVISE:
		memset(m->voice, 0, sizeof(m->voice));
		m->flag = 0;
		m->version++;
		break;
	case FLAG:
		if (!blocked(m, people))
			m->flag = 1;
		break;
	case HAND_OVER:
		if (unanimous(m, people))
			m->released++;
		break;
	default:
		break;	/* a replay and what is forged change nothing */
	}
}

/* The program's side: state, round, and how many hand-overs it let out. */
struct world {
	enum fiche_state state;
	struct model model;
	unsigned handed_over;
	struct fiche_round *round;
};

static const uint8_t *
digest_of(uint32_t version)
{
	static uint8_t d[VERSIONS + 2][HASH_BYTES];

	/* All but one byte are the same. */
	memset(d[version], 0x5a, HASH_BYTES);
	d[version][HASH_BYTES - 1] = (uint8_t)version;
	return d[version];
}

static unsigned
mails_of(const struct effects *e, enum mail_kind kind, const char *section)
{
	unsigned n = 0;
	size_t i;

	for (i = 0; i < e->n; i++)
		n += e->e[i].type == EFFECT_MAIL && e->e[i].mail == kind &&
		    strcmp(e->e[i].section, section) == 0;
	return n;
}

static enum gw_err
act(struct world *w, enum fiche_event event, int64_t who, uint32_t version,
    const uint8_t *digest)
{
	struct fiche_act a = { .event = event, .person = who,
		.version = version, .digest = digest, .mail = who };
	struct effects e;
	enum gw_err r;

	r = fiche_act(&w->state, w->round, &a, &e);
	if (r != GW_OK)
		assert_int_equal(e.n, 0);
	w->handed_over += mails_of(&e, MAIL_T28, "body");
	return r;
}

static void
world_do(struct world *w, enum deed d, size_t who)
{
	static const enum fiche_event event[DEEDS] = {
		[APPROVE] = FICHE_EV_APPROVE, [OBJECT] = FICHE_EV_OBJECT,
		[WITHDRAW] = FICHE_EV_WITHDRAW, [REPLAY] = FICHE_EV_APPROVE,
		[REVOKE] = FICHE_EV_KEY_LOST, [RENEW] = FICHE_EV_KEY_BACK,
		[TAMPER] = FICHE_EV_APPROVE, [REVISE] = FICHE_EV_REVISE,
		[HAND_OVER] = FICHE_EV_HAND_OVER, [FLAG] = FICHE_EV_FLAG,
		[STRANGER] = FICHE_EV_APPROVE };
	uint32_t now = w->round->version, version = now;
	const uint8_t *digest = digest_of(version);

	if (d == REPLAY)
		digest = digest_of(--version);
	else if (d == TAMPER)
		digest = digest_of(version + 1);
	else if (d == REVISE)
		digest = digest_of(version + 1);
	(void)act(w, event[d], d == STRANGER ? OUTSIDER : (int64_t)who + 1,
	    version, digest);
	model_do(&w->model, w->round->members, d, who);
}

static void
world_begin(struct world *w, size_t people)
{
	size_t i;

	w->state = FICHE_NEW;
	w->handed_over = 0;
	memset(&w->model, 0, sizeof(w->model));
	memset(w->round, 0, offsetof(struct fiche_round, member));
	for (i = 0; i < people; i++)
		assert_int_equal(fiche_round_member(w->round, (int64_t)i + 1),
		    GW_OK);
	assert_int_equal(act(w, FICHE_EV_DRAW_UP, 0, 0, NULL), GW_OK);
	assert_int_equal(act(w, FICHE_EV_SUBMIT, 0, 0, digest_of(1)), GW_OK);
	w->model.version = 1;
}

/* What must hold at every moment. */
static void
check(const struct world *w, const char *what)
{
	size_t people = w->round->members;
	bool done = w->model.released > 0;

	if (w->handed_over != w->model.released || w->handed_over > 1)
		fail_msg("%s: %u hand-overs, %u right ones", what,
		    w->handed_over, w->model.released);
	if (w->round->version != w->model.version)
		fail_msg("%s: version %u", what, w->round->version);
	if (done)
		assert_int_equal(w->state, FICHE_HANDED_OVER);
	else if ((w->state == FICHE_APPROVED) != unanimous(&w->model, people))
		fail_msg("%s: %s", what, fiche_state_name(w->state));
	assert_int_equal(fiche_may_release(w->round), !done &&
	    unanimous(&w->model, people));
}

/* ---- all interleavings ---- */

/* A world without its room for a thousand members. */
struct spot {
	enum fiche_state state;
	struct model model;
	unsigned handed_over;
	uint32_t version;
	uint8_t flagged, gone;
	struct { uint8_t valid, objected, approved, version, digest; }
	    member[MOST];
};

static struct spot
spot_of(const struct world *w)
{
	struct spot s;
	size_t i;

	memset(&s, 0, sizeof(s));
	s.state = w->state;
	s.model = w->model;
	s.handed_over = w->handed_over;
	s.version = w->round->version;
	s.flagged = w->round->flagged;
	s.gone = w->round->handed_over;
	for (i = 0; i < w->round->members; i++) {
		const struct fiche_member *m = &w->round->member[i];

		s.member[i].valid = m->valid;
		s.member[i].objected = m->objected;
		s.member[i].approved = m->approved;
		s.member[i].version = (uint8_t)m->version;
		s.member[i].digest = m->digest[HASH_BYTES - 1];
	}
	return s;
}

#define SLOTS (1u << 20)

struct known {
	struct spot *spot;	/* in the order found */
	size_t n;
	uint32_t *slot;		/* 1 + its number; 0: free */
};

static size_t
hash_of(const struct spot *s)
{
	const uint8_t *p = (const uint8_t *)s;
	uint64_t h = UINT64_C(0xcbf29ce484222325);
	size_t i;

	for (i = 0; i < sizeof(*s); i++)
		h = (h ^ p[i]) * UINT64_C(0x100000001b3);
	return (size_t)(h ^ h >> 32) % SLOTS;
}

static void
remember(struct known *k, const struct spot *s)
{
	size_t at = hash_of(s);

	for (; k->slot[at] != 0; at = (at + 1) % SLOTS)
		if (memcmp(&k->spot[k->slot[at] - 1], s, sizeof(*s)) == 0)
			return;
	assert_true(k->n < SLOTS / 2);
	k->spot[k->n++] = *s;
	k->slot[at] = (uint32_t)k->n;
}

static void
go_to(struct world *w, const struct spot *s, size_t people)
{
	size_t i;

	w->state = s->state;
	w->model = s->model;
	w->handed_over = s->handed_over;
	memset(w->round, 0, offsetof(struct fiche_round, member));
	w->round->version = s->version;
	memcpy(w->round->digest, digest_of(s->version), HASH_BYTES);
	w->round->flagged = s->flagged;
	w->round->handed_over = s->gone;
	w->round->members = people;
	for (i = 0; i < people; i++) {
		struct fiche_member *m = &w->round->member[i];

		memset(m, 0, sizeof(*m));
		m->person = (int64_t)i + 1;
		m->valid = s->member[i].valid;
		m->objected = s->member[i].objected;
		m->approved = s->member[i].approved;
		m->version = s->member[i].version;
		if (m->approved)
			memcpy(m->digest, digest_of(s->member[i].digest),
			    HASH_BYTES);
	}
}

/* Each deed of each member, from each spot that can be reached at all: that is
 * every history of any length. Gives how many hand-overs it came by. */
static unsigned
explore(struct world *w, struct known *k, size_t people)
{
	unsigned found = 0;
	struct spot s;
	size_t at, who;
	char what[64];
	int d;

	world_begin(w, people);
	s = spot_of(w);
	remember(k, &s);
	for (at = 0; at < k->n; at++) {
		for (d = 0; d < DEEDS; d++) {
			if (d == REVISE && k->spot[at].version == VERSIONS)
				continue;
			for (who = 0; who < (d < MEMBER_DEEDS ? people : 1);
			    who++) {
				go_to(w, &k->spot[at], people);
				world_do(w, (enum deed)d, who);
				(void)snprintf(what, sizeof(what),
				    "%zu people, deed %d of %zu", people, d,
				    who);
				check(w, what);
				found += w->handed_over >
				    k->spot[at].handed_over;
				s = spot_of(w);
				remember(k, &s);
			}
		}
	}
	return found;
}

static void
test_no_interleaving_releases_without_unanimity(void **state)
{
	struct world w = { .round = *state };
	struct known k;
	size_t people;

	k.spot = malloc(SLOTS / 2 * sizeof(*k.spot));
	k.slot = malloc(SLOTS * sizeof(*k.slot));
	assert_non_null(k.spot);
	assert_non_null(k.slot);
	for (people = 1; people <= MOST; people++) {
		k.n = 0;
		memset(k.slot, 0, SLOTS * sizeof(*k.slot));
		/* One for each version: there is one spot with all yeses. */
		assert_int_equal(explore(&w, &k, people), VERSIONS);
		print_message("%zu members: %zu states\n", people, k.n);
	}
	free(k.spot);
	free(k.slot);
}

/* The same without the trick: short histories one by one, from the start. */
static unsigned long
walk(struct world *w, const struct spot *from, size_t people, int depth)
{
	unsigned long n = 1;
	struct spot here;
	size_t who;
	int d;

	for (d = 0; depth > 0 && d < DEEDS; d++) {
		if (d == REVISE && from->version == VERSIONS)
			continue;
		for (who = 0; who < (d < MEMBER_DEEDS ? people : 1); who++) {
			go_to(w, from, people);
			world_do(w, (enum deed)d, who);
			check(w, "walk");
			here = spot_of(w);
			n += walk(w, &here, people, depth - 1);
		}
	}
	return n;
}

static void
test_every_short_history(void **state)
{
	struct world w = { .round = *state };
	struct spot s;

	world_begin(&w, 2);
	s = spot_of(&w);
	assert_true(walk(&w, &s, 2, 5) > 1000000);
	world_begin(&w, 4);
	s = spot_of(&w);
	assert_true(walk(&w, &s, 4, 3) > 10000);
}

/* ---- random histories ---- */

static uint32_t
draw(uint64_t *seed, uint32_t n)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (uint32_t)(*seed >> 33) % n;
}

/* Weighted towards approving, or few would come to an end. */
static void
test_a_million_random_histories(void **state)
{
	static const enum deed likely[] = { APPROVE, APPROVE, APPROVE, APPROVE,
		APPROVE, APPROVE, OBJECT, WITHDRAW, REPLAY, REVOKE, RENEW,
		RENEW, TAMPER, REVISE, HAND_OVER, HAND_OVER, FLAG, STRANGER };
	uint64_t seed = UINT64_C(0x6d656c64706f7374);
	struct world w = { .round = *state };
	unsigned long released = 0;
	unsigned i, step;
	enum deed d;
	size_t people;

	for (i = 0; i < 1000000; i++) {
		people = 1 + draw(&seed, MOST);
		world_begin(&w, people);
		for (step = 0; step < 16; step++) {
			d = likely[draw(&seed, NELEMS(likely))];
			if (d == REVISE && w.round->version == VERSIONS)
				continue;
			world_do(&w, d, draw(&seed, (uint32_t)people));
			if (w.handed_over != w.model.released)
				check(&w, "random");
		}
		check(&w, "random");
		released += w.handed_over;
	}
	assert_true(released > 100000);
}

/* ---- one by one ---- */

static const uint8_t text[HASH_BYTES] = { 1 }, other[HASH_BYTES] = { 2 };

static enum gw_err
say(enum fiche_state *s, struct fiche_round *r, enum fiche_event event,
    int64_t who)
{
	struct fiche_act a = { .event = event, .person = who,
		.version = r->version, .digest = text };
	struct effects e;

	return fiche_act(s, r, &a, &e);
}

/* Two members, 1 and 2; version 1 of `text` is on the table. */
static enum fiche_state
begin(struct fiche_round *r)
{
	enum fiche_state s = FICHE_DRAFT;

	fiche_round_init(r);
	assert_int_equal(fiche_round_member(r, 1), GW_OK);
	assert_int_equal(fiche_round_member(r, 2), GW_OK);
	assert_int_equal(say(&s, r, FICHE_EV_SUBMIT, 0), GW_OK);
	assert_int_equal(s, FICHE_PROPOSED);
	return s;
}

/* All of it holds, whoever wrote the round, and each part of it alone is
 * enough to say no. */
static void
test_each_condition_is_asked(void **state)
{
	struct fiche_round *r = *state;
	struct fiche_member *m = &r->member[1];
	enum fiche_state s = begin(r);
	struct fiche_member was;

	assert_int_equal(fiche_round_source(r, 5), GW_OK);
	assert_int_equal(say(&s, r, FICHE_EV_APPROVE, 1), GW_OK);
	assert_int_equal(say(&s, r, FICHE_EV_APPROVE, 2), GW_OK);
	assert_int_equal(say(&s, r, FICHE_EV_CONSENT, 5), GW_OK);
	assert_true(fiche_may_release(r));
	was = *m;
#define NOT_WITH(change) do {						\
		change;							\
		assert_false(fiche_may_release(r));			\
		assert_int_equal(fiche_round_waits(r), 1);		\
		*m = was;						\
		assert_true(fiche_may_release(r));			\
	} while (0)
	NOT_WITH(m->approved = false);
	NOT_WITH(m->objected = true);
	NOT_WITH(m->valid = false);
	NOT_WITH(m->version = 2);
	NOT_WITH(m->version = 0);
	NOT_WITH(m->digest[0] ^= 1);
	NOT_WITH(m->digest[HASH_BYTES - 1] ^= 0x80);
#undef NOT_WITH
	r->flagged = true;
	assert_false(fiche_may_release(r));
	r->flagged = false;
	r->handed_over = true;
	assert_false(fiche_may_release(r));
	r->handed_over = false;
	r->source[0].consent = CONSENT_NONE;
	assert_false(fiche_may_release(r));
	r->source[0].consent = CONSENT_NO;
	assert_false(fiche_may_release(r));
	r->source[0].consent = CONSENT_YES;
	r->members = 3;
	assert_false(fiche_may_release(r));
	r->members = 2;
	assert_true(fiche_may_release(r));
}

/* T41: "count distinct persons, not signatures". */
static void
test_one_person_is_one_voice(void **state)
{
	struct fiche_round *r = *state;
	enum fiche_state s = begin(r);

	assert_int_equal(fiche_round_member(r, 3), GW_STATE);
	assert_int_equal(say(&s, r, FICHE_EV_APPROVE, 1), GW_OK);
	assert_int_equal(say(&s, r, FICHE_EV_APPROVE, 1), GW_EXISTS);
	assert_int_equal(fiche_round_waits(r), 1);
	assert_false(fiche_may_release(r));
	fiche_round_init(r);
	assert_int_equal(fiche_round_member(r, 7), GW_OK);
	assert_int_equal(fiche_round_member(r, 7), GW_EXISTS);
}

/* R89: nobody at the table is no consensus. */
static void
test_nobody_is_no_consensus(void **state)
{
	struct fiche_round *r = *state;
	enum fiche_state s = FICHE_DRAFT;

	fiche_round_init(r);
	assert_false(fiche_may_release(r));
	assert_int_equal(say(&s, r, FICHE_EV_SUBMIT, 0), GW_STATE);
	assert_int_equal(s, FICHE_DRAFT);
}

/* R91: only these words count; UNANIMOUS is nobody's to say. */
static void
test_silence_is_no_yes(void **state)
{
	struct fiche_round *r = *state;
	enum fiche_state s = begin(r);
	enum fiche_event e;

	for (e = 0; e < FICHE_EVENT_MAX; e++) {
		s = begin(r);
		if (e == FICHE_EV_APPROVE)
			continue;
		(void)say(&s, r, e, 1);
		(void)say(&s, r, e, 2);
		assert_int_not_equal(s, FICHE_APPROVED);
		assert_int_equal(say(&s, r, FICHE_EV_HAND_OVER, 1), GW_STATE);
	}
	s = begin(r);
	assert_int_equal(say(&s, r, FICHE_EV_UNANIMOUS, 0), GW_DENIED);
	assert_int_equal(s, FICHE_PROPOSED);
}

/* R72: "forward/quote/fiche use needs originator consent". */
static void
test_every_other_owner_must_say_yes(void **state)
{
	struct fiche_round *r = *state;
	enum fiche_state s = begin(r);

	assert_int_equal(fiche_round_source(r, 5), GW_OK);
	/* A member agrees by approving the text. */
	assert_int_equal(fiche_round_source(r, 2), GW_OK);
	assert_int_equal(r->sources, 1);
	assert_int_equal(say(&s, r, FICHE_EV_APPROVE, 1), GW_OK);
	assert_int_equal(say(&s, r, FICHE_EV_APPROVE, 2), GW_OK);
	assert_int_equal(s, FICHE_PROPOSED);
	assert_int_equal(say(&s, r, FICHE_EV_CONSENT, 6), GW_DENIED);
	assert_int_equal(say(&s, r, FICHE_EV_APPROVE, 5), GW_DENIED);
	assert_int_equal(say(&s, r, FICHE_EV_CONSENT, 5), GW_OK);
	assert_int_equal(s, FICHE_APPROVED);
	assert_int_equal(say(&s, r, FICHE_EV_REFUSE, 5), GW_OK);
	assert_int_equal(s, FICHE_OBJECTED);
	assert_false(fiche_may_release(r));
	assert_int_equal(say(&s, r, FICHE_EV_CONSENT, 5), GW_STATE);
}

/* R98: an approval is of one text. */
static void
test_a_revision_voids_everything(void **state)
{
	struct fiche_round *r = *state;
	enum fiche_state s = begin(r);
	struct fiche_act a = { .event = FICHE_EV_REVISE, .digest = other };
	struct effects e;

	assert_int_equal(fiche_round_source(r, 5), GW_OK);
	assert_int_equal(say(&s, r, FICHE_EV_APPROVE, 1), GW_OK);
	assert_int_equal(fiche_act(&s, r, &a, &e), GW_OK);
	assert_int_equal(r->version, 2);
	assert_int_equal(r->sources, 0);
	assert_int_equal(fiche_round_waits(r), 2);
	/* say() approves the first text, with the second version's number. */
	assert_int_equal(say(&s, r, FICHE_EV_APPROVE, 1), GW_STATE);
	assert_int_equal(fiche_round_begin(r, 2, other), GW_STATE);
	assert_int_equal(fiche_round_begin(r, 4, other), GW_STATE);
}

/* R103: the rule is asked again when it is handed over, whatever state the
 * store remembers. */
static void
test_a_state_alone_hands_nothing_over(void **state)
{
	struct fiche_round *r = *state;
	enum fiche_state s = begin(r);

	s = FICHE_APPROVED;
	assert_int_equal(say(&s, r, FICHE_EV_HAND_OVER, 0), GW_KEY);
	assert_int_equal(s, FICHE_APPROVED);
	r->member[0] = r->member[1] = (struct fiche_member){ .person = 1,
		.valid = true, .approved = true, .version = 1 };
	assert_int_equal(say(&s, r, FICHE_EV_HAND_OVER, 0), GW_KEY);
	memcpy(r->member[0].digest, text, HASH_BYTES);
	memcpy(r->member[1].digest, text, HASH_BYTES);
	r->member[1].person = 2;
	assert_int_equal(say(&s, r, FICHE_EV_HAND_OVER, 0), GW_OK);
	assert_int_equal(s, FICHE_HANDED_OVER);
	s = FICHE_APPROVED;
	assert_int_equal(say(&s, r, FICHE_EV_HAND_OVER, 0), GW_KEY);
}

static void
test_the_set_holds_everybody_who_can_be_there(void **state)
{
	struct fiche_round *r = *state;
	enum fiche_state s = FICHE_DRAFT;
	int64_t i;

	fiche_round_init(r);
	for (i = 1; i <= (int64_t)LIM_PRESENT; i++)
		assert_int_equal(fiche_round_member(r, i), GW_OK);
	assert_int_equal(fiche_round_member(r, i), GW_LIMIT);
	assert_int_equal(say(&s, r, FICHE_EV_SUBMIT, 0), GW_OK);
	for (i = (int64_t)LIM_PRESENT; i > 0; i--) {
		assert_int_equal(s, FICHE_PROPOSED);
		assert_int_equal(say(&s, r, FICHE_EV_APPROVE, i), GW_OK);
	}
	assert_int_equal(s, FICHE_APPROVED);
	for (i = 1; i <= (int64_t)LIM_FICHE_CONSENTS; i++)
		assert_int_equal(fiche_round_source(r, 5000 + i), GW_OK);
	assert_int_equal(fiche_round_source(r, 6000), GW_LIMIT);
	assert_false(fiche_may_release(r));
}

static int
make(void **state)
{
	*state = calloc(1, sizeof(struct fiche_round));
	return *state == NULL;
}

static int
drop(void **state)
{
	free(*state);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_no_interleaving_releases_without_unanimity),
		cmocka_unit_test(test_every_short_history),
		cmocka_unit_test(test_a_million_random_histories),
		cmocka_unit_test(test_each_condition_is_asked),
		cmocka_unit_test(test_one_person_is_one_voice),
		cmocka_unit_test(test_nobody_is_no_consensus),
		cmocka_unit_test(test_silence_is_no_yes),
		cmocka_unit_test(test_every_other_owner_must_say_yes),
		cmocka_unit_test(test_a_revision_voids_everything),
		cmocka_unit_test(test_a_state_alone_hands_nothing_over),
		cmocka_unit_test(
		    test_the_set_holds_everybody_who_can_be_there),
	};

	return cmocka_run_group_tests(tests, make, drop);
}
