/*
 * May the person be told (R107 to R109, R74, R100)? All short histories and
 * many long ones over the real table, against a model that only keeps who said
 * yes to what: 0 letters without everybody's yes.
 */
#include "flow/informing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CHAIR	1	/* took part, and proposes */
#define MEMBER	2
#define OFFICER	3
#define LATE	4	/* takes part from the next discussion on */
#define PEOPLE	4

enum deed { PROPOSE, AGREE, OBJECT, WITHDRAW, SUSPEND, RESUME, REKEY, REWORD,
	JOIN, GIVE_UP, LAPSE, DEEDS };

/* Sets are one bit a person. */
struct model {
	unsigned circle, serving, letter;
	bool open, agreed;
	unsigned asked, yes, said_of;
	uint64_t key[PEOPLE + 1], said_with[PEOPLE + 1];
	unsigned letters;	/* given out */
};

static unsigned
bit(int64_t person)
{
	return 1u << person;
}

/* Whose yes was signed by the key of now. */
static unsigned
same_keys(const struct model *m)
{
	unsigned same = 0;
	int64_t who;

	for (who = CHAIR; who <= PEOPLE; who++)
		same |= m->key[who] == m->said_with[who] ? bit(who) : 0;
	return same;
}

static void
model_do(struct model *m, enum deed d, int64_t who)
{
	unsigned b = bit(who);

	switch (d) {
	case PROPOSE:
		m->open = true;
		m->agreed = false;
		m->asked = m->circle;
		m->said_of = m->letter;
		m->yes = bit(CHAIR);
		m->said_with[CHAIR] = m->key[CHAIR];
		break;
	case AGREE:
		if (!m->open || (m->asked & b) == 0)
			break;
		if (m->asked != m->circle || m->said_of != m->letter) {
			m->open = false;
			break;
		}
		if ((m->serving & b) == 0 || (m->yes & b) != 0)
			break;
		m->yes = (m->yes & m->serving & same_keys(m)) | b;
		m->said_with[who] = m->key[who];
		if (m->yes == m->asked) {
			m->letters++;
			m->agreed = true;
			m->open = false;
		}
		break;
	case OBJECT:
		if ((m->asked & b) != 0)
			m->open = m->agreed = false;
		break;
	case WITHDRAW:
		if ((m->asked & m->yes & b) == 0)
			break;
		m->yes &= ~b;
		m->agreed = false;
		break;
	case SUSPEND:
		m->serving &= ~b;
		break;
	case RESUME:
		m->serving |= b;
		break;
	case REKEY:
		m->key[who]++;
		break;
	case REWORD:
		m->letter++;
		break;
	case JOIN:
		m->circle |= bit(LATE);
		break;
	case GIVE_UP:
		m->open = m->agreed = false;
		break;
	case LAPSE:
	default:
		m->open = false;
		break;
	}
	if (!m->open && !m->agreed)
		m->asked = m->yes = 0;
}

static void
ask(struct informing *in, int64_t who, bool officer, bool serves,
    uint64_t key)
{
	const struct informing_voice voice = { .person = who, .key = key,
		.officer = officer, .serves = serves };

	assert_int_equal(informing_ask(in, &voice), GW_OK);
}

/* Large parts are shared: one history is walked at a time. */
static struct informing now;

static void
look_around(const struct model *m)
{
	int64_t who;

	memset(&now, 0, sizeof(now));
	now.text[0] = (uint8_t)m->letter;
	for (who = CHAIR; who <= PEOPLE; who++) {
		if ((m->circle & bit(who)) != 0)
			ask(&now, who, who == OFFICER,
			    (m->serving & bit(who)) != 0, m->key[who]);
	}
}

static const enum informing_event event_of[DEEDS] = {
	[PROPOSE] = INFORMING_EV_PROPOSE, [AGREE] = INFORMING_EV_AGREE,
	[OBJECT] = INFORMING_EV_OBJECT, [WITHDRAW] = INFORMING_EV_WITHDRAW,
	[GIVE_UP] = INFORMING_EV_GIVE_UP, [LAPSE] = INFORMING_EV_LAPSE,
	[REKEY] = INFORMING_EVENT_MAX,
	[SUSPEND] = INFORMING_EVENT_MAX, [RESUME] = INFORMING_EVENT_MAX,
	[REWORD] = INFORMING_EVENT_MAX, [JOIN] = INFORMING_EVENT_MAX,
};

static unsigned
letters_in(const struct effects *e)
{
	unsigned n = 0;
	size_t i;

	for (i = 0; i < e->n; i++)
		n += e->e[i].type == EFFECT_MAIL &&
		    strcmp(e->e[i].section, "brief") == 0;
	return n;
}

/* What the program gives out must be what the model gives out. */
static void
do_both(struct informing *in, struct model *m, enum deed d, int64_t who)
{
	struct informing_act a = { event_of[d], who, &now };
	unsigned before = m->letters, given = 0;
	struct effects e;

	if (a.event != INFORMING_EVENT_MAX) {
		look_around(m);
		if (informing_act(in, &a, &e) == GW_OK)
			given = letters_in(&e);
		else
			assert_int_equal(e.n, 0);
	}
	model_do(m, d, who);
	assert_int_equal(given, m->letters - before);
	assert_int_equal(in->state == INFORMING_AGREED, m->agreed);
	assert_int_equal(in->state == INFORMING_ASKED, m->open);
}

static struct model
beginning(void)
{
	return (struct model){ .letter = 1,
		.circle = bit(CHAIR) | bit(MEMBER) | bit(OFFICER),
		.serving = bit(CHAIR) | bit(MEMBER) | bit(OFFICER) |
		bit(LATE) };
}

/* Deeds of nobody in particular are one choice; the others one a person. */
static unsigned
choices(void)
{
	return 6 * PEOPLE + 5;
}

static void
choose(unsigned n, enum deed *d, int64_t *who)
{
	static const enum deed personal[] = { AGREE, OBJECT, WITHDRAW, SUSPEND,
		RESUME, REKEY };
	static const enum deed others[] = { PROPOSE, REWORD, JOIN, GIVE_UP,
		LAPSE };

	*who = CHAIR;
	if (n >= 6 * PEOPLE) {
		*d = others[n - 6 * PEOPLE];
		return;
	}
	*d = personal[n / PEOPLE];
	*who = CHAIR + n % PEOPLE;
}

static unsigned long histories, letters;

static void
explore(const struct informing *in, const struct model *m, int depth)
{
	struct informing *mine = malloc(sizeof(*mine));
	struct model model;
	int64_t who;
	enum deed d;
	unsigned n;

	assert_non_null(mine);
	for (n = 0; n < choices(); n++) {
		*mine = *in;
		model = *m;
		choose(n, &d, &who);
		do_both(mine, &model, d, who);
		if (depth > 1) {
			explore(mine, &model, depth - 1);
		} else {
			histories++;
			letters += model.letters;
		}
	}
	free(mine);
}

static void
test_all_short_histories(void **state)
{
	static struct informing in;
	struct model m = beginning();

	(void)state;
	/* From an open round with one yes missing, and from nothing. */
	explore(&in, &m, 2);
	do_both(&in, &m, PROPOSE, CHAIR);
	do_both(&in, &m, AGREE, MEMBER);
	explore(&in, &m, 3);
	assert_true(letters > 0);
}

static void
test_many_long_histories(void **state)
{
	static struct informing in;
	unsigned long given = 0;
	unsigned seed = 20261126;
	struct model m;
	int64_t who;
	enum deed d;
	int i, k;

	(void)state;
	for (i = 0; i < 4000; i++) {
		memset(&in, 0, sizeof(in));
		m = beginning();
		for (k = 0; k < 25; k++) {
			seed = seed * 1103515245u + 12345u;
			choose((seed >> 16) % choices(), &d, &who);
			/* Most of the time somebody agrees. */
			if ((seed >> 8) % 3 == 0)
				d = k % 9 == 0 ? PROPOSE : AGREE;
			do_both(&in, &m, d, d == PROPOSE ? CHAIR : who);
		}
		given += m.letters;
	}
	assert_true(given > 100);
}

/* ---- one by one ---- */

static enum gw_err
act(struct informing *in, enum informing_event e, int64_t who,
    struct effects *out)
{
	struct informing_act a = { e, who, &now };

	return informing_act(in, &a, out);
}

static void
test_what_each_refusal_says(void **state)
{
	static struct informing in;
	struct model m = beginning();
	struct effects e;

	(void)state;
	memset(&in, 0, sizeof(in));
	memset(&now, 0, sizeof(now));
	assert_int_equal(act(&in, INFORMING_EV_PROPOSE, CHAIR, &e),
	    GW_MISSING);
	/* R74: without an officer nobody can speak for an investigation. */
	ask(&now, MEMBER, false, true, 0);
	assert_int_equal(act(&in, INFORMING_EV_PROPOSE, CHAIR, &e), GW_KEY);
	look_around(&m);
	assert_int_equal(act(&in, INFORMING_EV_AGREE, MEMBER, &e), GW_STATE);
	assert_int_equal(act(&in, INFORMING_EV_UNANIMOUS, MEMBER, &e),
	    GW_STATE);
	assert_int_equal(act(&in, INFORMING_EV_PROPOSE, CHAIR, &e), GW_OK);
	assert_int_equal(act(&in, INFORMING_EV_UNANIMOUS, MEMBER, &e),
	    GW_STATE);
	assert_int_equal(act(&in, INFORMING_EV_AGREE, LATE, &e), GW_DENIED);
	assert_int_equal(act(&in, INFORMING_EV_OBJECT, LATE, &e), GW_DENIED);
	assert_int_equal(act(&in, INFORMING_EV_WITHDRAW, LATE, &e), GW_DENIED);
	assert_int_equal(act(&in, INFORMING_EV_WITHDRAW, MEMBER, &e),
	    GW_MISSING);
	/* R91: the proposer has spoken, and only once. */
	assert_int_equal(act(&in, INFORMING_EV_AGREE, CHAIR, &e), GW_EXISTS);
	assert_int_equal(informing_waits(&in), 2);
	m.letter++;
	look_around(&m);
	assert_int_equal(act(&in, INFORMING_EV_AGREE, MEMBER, &e), GW_OK);
	assert_int_equal(in.state, INFORMING_NONE);
	m.letter--;
	look_around(&m);
	assert_int_equal(act(&in, INFORMING_EV_PROPOSE, CHAIR, &e), GW_OK);
	m.serving &= ~bit(MEMBER);
	look_around(&m);
	assert_int_equal(act(&in, INFORMING_EV_AGREE, MEMBER, &e), GW_DENIED);
}

/* R100: who said no is not even kept. */
static void
test_an_end_forgets_who_said_what(void **state)
{
	static struct informing in, empty;
	struct model m = beginning();
	struct effects e;

	(void)state;
	look_around(&m);
	memset(now.nonce, 7, sizeof(now.nonce));
	assert_int_equal(act(&in, INFORMING_EV_PROPOSE, CHAIR, &e), GW_OK);
	assert_int_equal(act(&in, INFORMING_EV_OBJECT, MEMBER, &e), GW_OK);
	empty.chair = CHAIR;
	assert_memory_equal(&in, &empty, sizeof(in));
}

static void
test_there_is_a_bound(void **state)
{
	static struct informing in;
	int64_t i;

	(void)state;
	const struct informing_voice one_more = { .person = LIM_VOICES + 1 };

	for (i = 1; i <= LIM_VOICES; i++)
		ask(&in, i, false, true, 0);
	ask(&in, 5, false, true, 0);
	assert_int_equal(informing_ask(&in, &one_more), GW_LIMIT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_short_histories),
		cmocka_unit_test(test_many_long_histories),
		cmocka_unit_test(test_what_each_refusal_says),
		cmocka_unit_test(test_an_end_forgets_who_said_what),
		cmocka_unit_test(test_there_is_a_bound),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	printf("# %lu short histories, %lu letters given out in them\n",
	    histories, letters);
	return failed;
}
