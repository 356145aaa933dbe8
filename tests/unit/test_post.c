/*
 * The way out to the LTF (R101): over a real store, with the two roles beside
 * core played by this program. A dispatch leaves once and to nobody else; no
 * other row of the outbox leaves for that address, whatever it says. And what
 * waits there when a record ends, or a role does not answer.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <strings.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memfd.h"
#include "core/doubt.h"
#include "core/fiching.h"
#include "core/ltf.h"
#include "core/notice.h"
#include "core/peers.h"
#include "core/post.h"
#include "core/refer.h"
#include "store_place.h"

#define OWN	"livc@gent.test"
#define LTF	"Ltf.Gent@politie.test"
#define FPR	"0123456789ABCDEF0123456789ABCDEF01234567"
#define REF	"F-0123456789ABCDEF"
#define TEXT	"a mail that is sealed"

struct scene {
	struct place *place;
	struct core *core;
	struct conf conf;
	struct chan submit;	/* our ends of core's channels */
	struct chan keys;
};

static void
connect_to(struct scene *t, enum role role, struct chan *ours)
{
	int fd[2];

	assert_int_equal(chan_pair(fd), GW_OK);
	chan_open(&t->core->peer[role], fd[0], ROLE_CORE, role);
	chan_open(ours, fd[1], role, ROLE_CORE);
}

static int
set(void **state)
{
	struct scene *t = calloc(1, sizeof(*t));
	void *place;
	size_t i;

	log_open("test", 0);
	assert_non_null(t);
	assert_int_equal(place_make(&place), 0);
	t->place = place;
	t->core = calloc(1, sizeof(*t->core));
	assert_non_null(t->core);
	conf_defaults(&t->conf);
	(void)snprintf(t->conf.instance_address,
	    sizeof(t->conf.instance_address), "%s", OWN);
	(void)snprintf(t->conf.ltf_address, sizeof(t->conf.ltf_address), "%s",
	    LTF);
	(void)snprintf(t->conf.ltf_fingerprint,
	    sizeof(t->conf.ltf_fingerprint), "%s", FPR);
	t->core->conf = &t->conf;
	t->core->store = t->place->s;
	doubt_open(t->core);
	t->core->office = (struct office){ .name = "Gent", .address = OWN,
	    .contact = "An", .phone = "09", .citation = "x" };
	for (i = 0; i < ROLE_MAX; i++)
		t->core->peer[i].fd = -1;
	connect_to(t, ROLE_SUBMIT, &t->submit);
	connect_to(t, ROLE_KEYS, &t->keys);
	*state = t;
	return 0;
}

static int
strike(void **state)
{
	struct scene *t = *state;
	void *place = t->place;

	chan_close(&t->core->peer[ROLE_SUBMIT]);
	chan_close(&t->core->peer[ROLE_KEYS]);
	chan_close(&t->submit);
	chan_close(&t->keys);
	assert_int_equal(place_drop(&place), 0);
	free(t->core);
	free(t);
	return 0;
}

/* What the order does that a dispatch comes of. */
static void
dispatched(struct scene *t)
{
	assert_int_equal(fiche_set_state(t->core->store, REF,
	    FICHE_DISPATCHED, 20702), GW_OK);
}

/* With a fiche that nobody has a say in. */
static int
set_fiche(void **state)
{
	struct case_ref listed = { .ref = "C-0123456789ABCDEF",
		.listed = 20700 };
	struct fiche_head head = { .ref = REF, .version = 1, .day = 20701,
		.town = "Gent", .case_ref = "C-0123456789ABCDEF" };
	struct fiche_content *content = calloc(1, sizeof(*content));
	struct fiche_ballot *ballot = calloc(1, sizeof(*ballot));
	struct store *s;

	assert_int_equal(set(state), 0);
	s = ((struct scene *)*state)->core->store;
	assert_non_null(content);
	assert_non_null(ballot);
	(void)strcpy(content->element[0].text, TEXT);
	(void)strcpy(ballot->meeting, "V-0123456789ABCDEF");
	assert_int_equal(store_begin(s), GW_OK);
	assert_int_equal(case_add(s, &listed), GW_OK);
	assert_int_equal(fiche_add(s, &head, content, 20702), GW_OK);
	assert_int_equal(fiche_ballot_put(s, REF, ballot), GW_OK);
	dispatched(*state);
	assert_int_equal(store_commit(s), GW_OK);
	free(content);
	free(ballot);
	return 0;
}

static enum fiche_state
fiche_now(struct scene *t)
{
	struct fiche f;

	assert_int_equal(fiche_by_ref(t->core->store, REF, &f), GW_OK);
	return f.state;
}

/* A row as it comes; with `content` it is sealed already. */
static int64_t
add(struct scene *t, struct outbox row, const char *content)
{
	static unsigned serial;

	(void)snprintf(row.message_id, sizeof(row.message_id),
	    "<%u@gent.test>", ++serial);
	(void)snprintf(row.envid, sizeof(row.envid), "ENV%u", serial);
	(void)snprintf(row.section, sizeof(row.section), "body");
	if (row.ref[0] == '\0')
		(void)snprintf(row.ref, sizeof(row.ref), "%s", REF);
	row.made = row.not_before = clock_now() - 1;
	assert_int_equal(store_begin(t->core->store), GW_OK);
	if (content != NULL)
		assert_int_equal(blob_put(t->core->store, content,
		    strlen(content), &row.blob), GW_OK);
	assert_int_equal(outbox_add(t->core->store, &row), GW_OK);
	assert_int_equal(store_commit(t->core->store), GW_OK);
	return row.id;
}

static struct outbox
row_of(struct scene *t, int64_t id)
{
	struct outbox row;

	assert_int_equal(outbox_by_id(t->core->store, id, &row), GW_OK);
	return row;
}

/* What core hands over next; false: nothing. */
static bool
handed(struct scene *t, struct msg *m)
{
	int i;

	/* A row that is dropped or put off is a turn as well. */
	for (i = 0; i < 3; i++) {
		(void)post_next(t->core);
		if (chan_recv(&t->submit, m, 0) == GW_OK)
			return true;
	}
	return false;
}

static void
conclude(struct scene *t, int64_t id, enum submit_result result)
{
	struct msg_submitted m = { .id = (uint64_t)id, .result = result,
	    .code = 250 };

	assert_int_equal(post_result(t->core, &m), GW_OK);
}

static int64_t
add_dispatch(struct scene *t)
{
	dispatched(t);
	return add(t, (struct outbox){ .kind = MAIL_T28B,
	    .state = OUTBOX_WAITING }, TEXT);
}

/* ---- one dispatch ---- */

static void
a_dispatch_goes_to_the_ltf(void **state)
{
	struct scene *t = *state;
	int64_t id = add_dispatch(t);
	struct map map;
	struct msg m;

	assert_true(handed(t, &m));
	assert_int_equal(m.type, MSG_submit);
	assert_int_equal(m.u.submit.id, id);
	assert_int_equal(m.u.submit.dispatch, 1);
	assert_int_equal(m.u.submit.clear, 0);
	assert_int_equal(m.u.submit.dsn, 1);
	assert_string_equal(m.u.submit.rcpt, LTF);
	assert_string_equal(m.u.submit.sender, OWN);
	assert_string_equal(m.u.submit.envid, row_of(t, id).envid);
	assert_int_equal(memfd_map(m.u.submit.mail, 1000, &map), GW_OK);
	assert_int_equal(map.len, strlen(TEXT));
	assert_memory_equal(map.p, TEXT, map.len);
	memfd_unmap(&map);
	msg_close(&m);
	conclude(t, id, SUBMIT_SENT);
	assert_int_equal(row_of(t, id).state, OUTBOX_SENT);
	assert_int_equal(row_of(t, id).blob, 0);
	assert_false(handed(t, &m));
}

/* A server that is busy has not taken it: the same bytes go later. */
static void
a_dispatch_that_did_not_leave_waits(void **state)
{
	struct scene *t = *state;
	int64_t id = add_dispatch(t);
	struct outbox row;
	struct msg m;

	assert_true(handed(t, &m));
	msg_close(&m);
	conclude(t, id, SUBMIT_LATER);
	row = row_of(t, id);
	assert_int_equal(row.state, OUTBOX_WAITING);
	assert_int_not_equal(row.blob, 0);
	assert_int_equal(row.tries, 1);
	assert_false(handed(t, &m));
	row.not_before = 1;
	assert_int_equal(outbox_update(t->core->store, &row), GW_OK);
	assert_true(handed(t, &m));
	assert_int_equal(m.u.submit.dispatch, 1);
	msg_close(&m);
}

/* As meldpost.conf(5) says of retry_first. */
static void
the_wait_doubles_up_to_an_hour(void **state)
{
	static const int64_t waits[] = { 1000, 2000, 3600, 3600 };
	struct scene *t = *state;
	int64_t id = add_dispatch(t), began;
	struct outbox row;
	struct msg m;
	size_t i;

	t->conf.mail_retry_first = waits[0];
	for (i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
		assert_true(handed(t, &m));
		msg_close(&m);
		began = clock_now();
		conclude(t, id, SUBMIT_LATER);
		row = row_of(t, id);
		assert_in_range(row.not_before - began, waits[i],
		    waits[i] + 5);
		row.not_before = 1;
		assert_int_equal(outbox_update(t->core->store, &row), GW_OK);
	}
}

/* RFC 1047: nobody knows, so nobody sends again, not at the next start and
 * not the one after; and there is nothing left that could be sent. */
static void
an_unknown_fate_is_never_sent_again(void **state)
{
	struct scene *t = *state;
	int64_t crashed, cut, asked;
	struct msg m;
	int i;

	crashed = add(t, (struct outbox){ .kind = MAIL_T28B,
	    .state = OUTBOX_SENDING }, TEXT);
	assert_int_equal(post_recover(t->core), GW_OK);
	cut = add_dispatch(t);
	assert_true(handed(t, &m));
	assert_int_equal(m.u.submit.id, cut);
	msg_close(&m);
	post_lost(t->core);
	asked = add_dispatch(t);
	assert_true(handed(t, &m));
	assert_int_equal(m.u.submit.id, asked);
	msg_close(&m);
	conclude(t, asked, SUBMIT_UNKNOWN);
	for (i = 0; i < 3; i++) {
		assert_int_equal(row_of(t, crashed).state, OUTBOX_UNCERTAIN);
		assert_int_equal(row_of(t, cut).state, OUTBOX_UNCERTAIN);
		assert_int_equal(row_of(t, asked).state, OUTBOX_UNCERTAIN);
		assert_int_equal(row_of(t, crashed).blob, 0);
		assert_int_equal(row_of(t, cut).blob, 0);
		assert_int_equal(row_of(t, asked).blob, 0);
		assert_int_equal(post_recover(t->core), GW_OK);
		assert_false(handed(t, &m));
	}
}

/* A crash between the booking and the forgetting. */
static void
what_is_uncertain_keeps_no_content(void **state)
{
	struct scene *t = *state;
	int64_t id = add(t, (struct outbox){ .kind = MAIL_T28B,
	    .state = OUTBOX_UNCERTAIN }, TEXT);

	assert_int_equal(post_recover(t->core), GW_OK);
	assert_int_equal(row_of(t, id).state, OUTBOX_UNCERTAIN);
	assert_int_equal(row_of(t, id).blob, 0);
}

/* ---- rows that are none ---- */

static int64_t
enrol_as(struct scene *t, enum person_role role, const char *address,
    const char *fpr)
{
	struct correspondent p = { .state = CORRESPONDENT_ACTIVE,
	    .role = role, .org_class = ORG_MUNICIPALITY };

	(void)snprintf(p.address, sizeof(p.address), "%s", address);
	(void)snprintf(p.fpr, sizeof(p.fpr), "%s", fpr);
	(void)snprintf(p.language, sizeof(p.language), "nl");
	assert_int_equal(store_begin(t->core->store), GW_OK);
	assert_int_equal(correspondent_add(t->core->store, &p), GW_OK);
	assert_int_equal(store_commit(t->core->store), GW_OK);
	return p.id;
}

static int64_t
enrol(struct scene *t, const char *address, const char *fpr)
{
	return enrol_as(t, PERSON_PARTICIPANT, address, fpr);
}

static void
nobody_is_configured(void **state)
{
	struct scene *t = *state;
	int64_t id = add_dispatch(t);
	struct msg m;

	t->conf.ltf_address[0] = '\0';
	assert_false(handed(t, &m));
	assert_int_equal(row_of(t, id).state, OUTBOX_FAILED);
}

static uint32_t
chance(uint64_t *seed, uint32_t below)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*seed >> 33) % below;
}

/*
 * Rows of every kind, sealed, to everybody and to nobody, as a mistake or a
 * hand in the database would make them: the LTF gets the dispatches that are
 * whole, and nothing else; nobody else gets one.
 */
static void
no_other_row_reaches_the_ltf(void **state)
{
	static const char *const guests[] = { LTF "\n" TEXT,
	    "LTF.gent@politie.test\n" TEXT, "a@gent.test\n" TEXT };
	struct scene *t = *state;
	int64_t people[] = { 0, enrol(t, "b@gent.test", "B"),
	    enrol(t, LTF, FPR), enrol(t, "ltf.gent@politie.test", "C") };
	unsigned dispatches = 0, others = 0, refused = 0, i;
	uint64_t seed = 28;
	struct outbox row;
	struct msg m;
	int64_t id;
	bool whole;

	for (i = 0; i < 250; i++) {
		row = (struct outbox){ .state = OUTBOX_WAITING,
		    .kind = chance(&seed, 2) == 0 ? MAIL_T28B :
		    (enum mail_kind)chance(&seed, MAIL_KIND_MAX),
		    .guest = chance(&seed, 3) == 0 };
		row.correspondent = row.guest ? 0 : people[chance(&seed, 4)];
		whole = row.kind == MAIL_T28B && !row.guest &&
		    row.correspondent == 0;
		dispatched(t);
		id = add(t, row, row.guest ? guests[chance(&seed, 3)] : TEXT);
		if (!handed(t, &m)) {
			assert_false(whole);
			assert_int_equal(row_of(t, id).state, OUTBOX_FAILED);
			refused++;
			continue;
		}
		assert_int_equal(m.u.submit.id, id);
		assert_true((m.u.submit.dispatch != 0) == whole);
		assert_true((strcasecmp(m.u.submit.rcpt, LTF) == 0) == whole);
		if (whole)
			dispatches++;
		else
			others++;
		msg_close(&m);
		conclude(t, id, SUBMIT_SENT);
	}
	assert_true(dispatches > 10 && others > 10 && refused > 10);
}

/* ---- from the order to the row ---- */

/* keys answers the next question so. */
static void
keys_will_answer(struct scene *t, enum gw_err err, const char *text)
{
	struct msg m;

	msg_init(&m, MSG_sealed);
	m.u.sealed.id = t->core->last_id + 1;
	m.u.sealed.err = err;
	if (text != NULL)
		assert_int_equal(memfd_from(text, strlen(text),
		    &m.u.sealed.mail), GW_OK);
	assert_int_equal(chan_send(&t->keys, &m, 1000), GW_OK);
	msg_close(&m);
}

static void
check_head(int fd, const struct outbox *row)
{
	char wanted[400], date[CLOCK_RFC5322_LEN];
	struct map map;

	assert_int_equal(memfd_map(fd, 4096, &map), GW_OK);
	clock_rfc5322(row->made, date);
	(void)snprintf(wanted, sizeof(wanted), "From: <" OWN ">\r\n"
	    "To: <" LTF ">\r\n"
	    "Date: %s\r\n"
	    "Message-ID: %s\r\n"
	    "Auto-Submitted: auto-generated\r\n"
	    "X-Auto-Response-Suppress: All\r\n"
	    "X-Meldpost-Loop: 1\r\n"
	    "Subject: [...]\r\n"
	    "MIME-Version: 1.0\r\n", date, row->message_id);
	assert_int_equal(map.len, strlen(wanted));
	assert_memory_equal(map.p, wanted, map.len);
	memfd_unmap(&map);
}

static void
an_order_becomes_a_row(void **state)
{
	const struct span cipher = { 3, 5 };
	struct scene *t = *state;
	struct posts *p = calloc(1, sizeof(*p));
	struct outbox row;
	struct msg m;
	int mail;

	assert_non_null(p);
	assert_int_equal(memfd_from("0123456789", 10, &mail), GW_OK);
	posts_begin(p, t->core, clock_now() - 1, false);
	keys_will_answer(t, GW_OK, TEXT);
	assert_int_equal(ltf_relay(p, REF, mail, cipher), GW_OK);
	assert_int_equal(p->n, 1);
	row = p->p[0].row;
	assert_int_equal(row.kind, MAIL_T28B);
	assert_int_equal(row.correspondent, 0);
	assert_false(row.guest);
	assert_string_not_equal(row.envid, "");
	assert_int_equal(chan_recv(&t->keys, &m, 0), GW_OK);
	assert_int_equal(m.type, MSG_relay);
	assert_string_equal(m.u.relay.fpr, FPR);
	assert_int_equal(m.u.relay.cipher.off, cipher.off);
	assert_int_equal(m.u.relay.cipher.len, cipher.len);
	check_head(m.u.relay.head, &row);
	msg_close(&m);
	assert_int_equal(store_begin(t->core->store), GW_OK);
	assert_int_equal(posts_commit(p, 0), GW_OK);
	assert_int_equal(store_commit(t->core->store), GW_OK);
	posts_end(p);
	assert_true(handed(t, &m));
	assert_string_equal(m.u.submit.rcpt, LTF);
	assert_int_equal(m.u.submit.dispatch, 1);
	assert_string_equal(m.u.submit.envid, row.envid);
	msg_close(&m);
	close(mail);
	free(p);
}

static void
what_keys_refuses_adds_nothing(void **state)
{
	static const struct {
		enum gw_err said, told;
	} rows[] = {
		{ GW_KEY, GW_KEY }, { GW_DENIED, GW_DENIED },
		{ GW_LIMIT, GW_LIMIT }, { GW_TIMEOUT, GW_TIMEOUT },
		{ GW_IO, GW_AGAIN }, { GW_NOMEM, GW_AGAIN },
		{ GW_OK, GW_FORMAT },	/* and no mail */
		{ GW_ERR_MAX, GW_FORMAT },
	};
	struct scene *t = *state;
	struct posts *p = calloc(1, sizeof(*p));
	size_t i;
	int mail;

	assert_non_null(p);
	assert_int_equal(memfd_from("0123456789", 10, &mail), GW_OK);
	posts_begin(p, t->core, clock_now() - 1, false);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		keys_will_answer(t, rows[i].said, NULL);
		assert_int_equal(ltf_relay(p, REF, mail, (struct span){ 0, 9 }),
		    rows[i].told);
		assert_int_equal(p->n, 0);
	}
	t->conf.ltf_address[0] = '\0';
	assert_int_equal(ltf_relay(p, REF, mail, (struct span){ 0, 9 }),
	    GW_MISSING);
	assert_int_equal(p->n, 0);
	posts_end(p);
	close(mail);
	free(p);
}

/* R106: a crash came between the keys of its content and all else. */
static void
an_erasure_that_was_cut_short_ends(void **state)
{
	struct scene *t = *state;
	struct store *s = t->core->store;
	struct timer timer = { .kind = TIMER_FICHE, .event = FICHE_EV_DONE,
		.ref = REF };

	assert_int_equal(fiche_set_state(s, REF, FICHE_ABANDONED, 20702),
	    GW_OK);
	assert_int_equal(store_begin(s), GW_OK);
	assert_int_equal(fiche_erase(s, REF), GW_OK);
	store_rollback(s);
	assert_int_equal(store_begin(s), GW_OK);
	assert_int_equal(fiching_due(t->core, &timer, clock_now()), GW_OK);
	assert_int_equal(store_commit(s), GW_OK);
	assert_int_equal(fiche_now(t), FICHE_ERASED);
	assert_int_equal(number(s->main, "SELECT count(*) FROM fiche WHERE"
	    " detail IS NULL"), 1);
	assert_int_equal(number(s->main, "SELECT count(*) FROM audit WHERE"
	    " event = 'content-erased' AND detail = 'fiche'"), 1);
}

/* The officer was removed: how the dispatch went is booked, and told to nobody.
 * Else the house would never start again. */
static void
nobody_is_left_to_tell(void **state)
{
	struct scene *t = *state;
	struct store *s = t->core->store;
	struct fiche_ballot *b = calloc(1, sizeof(*b));
	int64_t id;

	assert_non_null(b);
	assert_int_equal(fiche_ballot_get(s, REF, b), GW_OK);
	b->officer = enrol(t, "io@gent.test", "B");
	assert_int_equal(store_begin(s), GW_OK);
	assert_int_equal(fiche_ballot_put(s, REF, b), GW_OK);
	assert_int_equal(store_commit(s), GW_OK);
	assert_int_equal(correspondent_remove(s, b->officer), GW_OK);
	free(b);
	id = add(t, (struct outbox){ .kind = MAIL_T28B,
	    .state = OUTBOX_SENDING }, TEXT);
	assert_int_equal(post_recover(t->core), GW_OK);
	assert_int_equal(row_of(t, id).state, OUTBOX_UNCERTAIN);
	assert_int_equal(fiche_now(t), FICHE_UNCERTAIN);
	assert_int_equal(number(s->main, "SELECT count(*) FROM outbox"), 1);
}

/* ---- what no longer is to leave ---- */

static void
happens(struct scene *t, enum fiche_event event)
{
	struct store *s = t->core->store;
	struct fiching *f;

	assert_int_equal(store_begin(s), GW_OK);
	assert_int_equal(fiching_new(t->core, &f), GW_OK);
	assert_int_equal(fiching_load(f, REF), GW_OK);
	assert_int_equal(fiching_step(f, event), GW_OK);
	assert_int_equal(fiching_commit(f, clock_now(), NULL), GW_OK);
	fiching_free(f);
	assert_int_equal(store_commit(s), GW_OK);
}

/* R101: the officer passed it on by own means, or nobody may any more, or one
 * that was sent before this one turned up. */
static void
a_dispatch_that_waits_is_recalled(void **state)
{
	static const struct {
		enum fiche_event event;
		enum fiche_state then;
	} rows[] = {
		{ FICHE_EV_CONFIRM, FICHE_CONFIRMED },
		{ FICHE_EV_CAP, FICHE_EXPIRED },
		{ FICHE_EV_DSN_OK, FICHE_CONFIRMED },
		{ FICHE_EV_DSN_FAILED, FICHE_HANDED_OVER },
	};
	struct scene *t = *state;
	struct outbox row;
	struct msg m;
	int64_t id;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		id = add_dispatch(t);
		happens(t, rows[i].event);
		assert_int_equal(fiche_now(t), rows[i].then);
		assert_int_equal(outbox_by_id(t->core->store, id, &row),
		    GW_MISSING);
		assert_false(handed(t, &m));
	}
	assert_int_equal(number(t->core->store->main, "SELECT count(*) FROM"
	    " audit WHERE event = 'mail-recalled'"), 4);
	/* The file of its case, its text, its ballot. */
	assert_int_equal(number(t->core->store->main,
	    "SELECT count(*) FROM blob"), 3);
}

/* It was under way when it was recalled, and the server did not take it. */
static void
a_dispatch_that_comes_back_too_late_stays(void **state)
{
	struct scene *t = *state;
	int64_t id = add_dispatch(t);
	struct outbox row;
	struct msg m;

	assert_true(handed(t, &m));
	msg_close(&m);
	happens(t, FICHE_EV_CONFIRM);
	conclude(t, id, SUBMIT_LATER);
	row = row_of(t, id);
	assert_int_equal(row.state, OUTBOX_WAITING);
	row.not_before = 1;
	assert_int_equal(outbox_update(t->core->store, &row), GW_OK);
	assert_false(handed(t, &m));
	assert_int_equal(row_of(t, id).state, OUTBOX_FAILED);
	assert_int_equal(row_of(t, id).blob, 0);
	assert_int_equal(fiche_now(t), FICHE_CONFIRMED);
}

/* Whatever made the row: it takes a fiche that is being dispatched. */
static void
no_other_fiche_is_dispatched(void **state)
{
	struct scene *t = *state;
	struct msg m;
	int64_t id;
	int i;

	for (i = 0; i < FICHE_STATE_MAX; i++) {
		id = add_dispatch(t);
		assert_int_equal(fiche_set_state(t->core->store, REF,
		    (enum fiche_state)i, 20702), GW_OK);
		assert_true(handed(t, &m) == (i == FICHE_DISPATCHED));
		if (i == FICHE_DISPATCHED) {
			msg_close(&m);
			conclude(t, id, SUBMIT_SENT);
			continue;
		}
		assert_int_equal(row_of(t, id).state, OUTBOX_FAILED);
	}
	id = add(t, (struct outbox){ .kind = MAIL_T28B,
	    .state = OUTBOX_WAITING, .ref = "F-0000000000000000" }, TEXT);
	assert_false(handed(t, &m));
	assert_int_equal(row_of(t, id).state, OUTBOX_FAILED);
}

/* R106: nor does one outlive the fiche. */
static void
a_dispatch_goes_with_its_fiche(void **state)
{
	struct scene *t = *state;
	struct timer timer = { .kind = TIMER_FICHE, .event = FICHE_EV_DONE,
		.ref = REF };
	struct outbox row;
	int64_t id = add_dispatch(t);

	assert_int_equal(fiche_set_state(t->core->store, REF, FICHE_CONFIRMED,
	    20702), GW_OK);
	assert_int_equal(store_begin(t->core->store), GW_OK);
	assert_int_equal(fiching_due(t->core, &timer, clock_now()), GW_OK);
	assert_int_equal(store_commit(t->core->store), GW_OK);
	assert_int_equal(outbox_by_id(t->core->store, id, &row), GW_MISSING);
}

/* ---- what a timer says ---- */

static void
ring(struct scene *t, const char *ref, enum referral_event event)
{
	struct timer timer = { .kind = TIMER_REFERRAL, .event = (int)event };

	(void)snprintf(timer.ref, sizeof(timer.ref), "%s", ref);
	assert_int_equal(store_begin(t->core->store), GW_OK);
	assert_int_equal(refer_due(t->core, &timer, clock_now()), GW_OK);
	assert_int_equal(store_commit(t->core->store), GW_OK);
}

static void
add_referral(struct scene *t, const char *ref)
{
	struct referral rf = { .state = REFERRAL_ACCEPTED, .received = 1 };

	(void)snprintf(rf.ref, sizeof(rf.ref), "%s", ref);
	assert_int_equal(store_begin(t->core->store), GW_OK);
	assert_int_equal(blob_put(t->core->store, "x", 1, &rf.blob), GW_OK);
	assert_int_equal(referral_add(t->core->store, &rf), GW_OK);
	assert_int_equal(store_commit(t->core->store), GW_OK);
}

static int64_t
notices(struct scene *t, const char *section)
{
	int64_t n;

	assert_int_equal(outbox_count(t->core->store, MAIL_T05, section, 0,
	    &n), GW_OK);
	return n;
}

/* R139: each of two referrals that end in the same hour is told of, to the
 * representative and to the DPO. */
static void
each_referral_has_its_own_notices(void **state)
{
	static const char *const refs[] = { "A-0123456789ABCDEF",
	    "A-1123456789ABCDEF" };
	struct scene *t = *state;
	size_t i;

	(void)enrol_as(t, PERSON_MAYOR_REP, "rep@gent.test", "A");
	(void)enrol_as(t, PERSON_DPO, "fg@gent.test", "B");
	for (i = 0; i < 2; i++) {
		add_referral(t, refs[i]);
		ring(t, refs[i], REFERRAL_EV_UNDECIDED_45);
	}
	assert_int_equal(notices(t, "alarm"), 2);
	assert_int_equal(notices(t, "alarm-fg"), 2);
	for (i = 0; i < 2; i++)
		ring(t, refs[i], REFERRAL_EV_UNDECIDED_60);
	assert_int_equal(notices(t, "gewist"), 4);
}

/* Of what only says that something waits, one that waits is enough. */
static void
some_notices_are_enough_for_all(void **state)
{
	static const char *const sections[] = { "quarantaine", "vastgehouden",
	    "klok" };
	struct scene *t = *state;
	size_t i;

	(void)enrol_as(t, PERSON_MAYOR_REP, "rep@gent.test", "A");
	(void)enrol_as(t, PERSON_DPO, "fg@gent.test", "B");
	assert_int_equal(store_begin(t->core->store), GW_OK);
	for (i = 0; i < 6; i++)
		assert_int_equal(notify(t->core, sections[i / 2], i % 2 == 0 ?
		    "M-0123456789ABCDEF" : "M-1123456789ABCDEF", clock_now()),
		    GW_OK);
	for (i = 0; i < 2; i++)
		assert_int_equal(notify_dpo(t->core, "klok-fg", "",
		    clock_now()), GW_OK);
	assert_int_equal(store_commit(t->core->store), GW_OK);
	for (i = 0; i < 3; i++)
		assert_int_equal(notices(t, sections[i]), 1);
	assert_int_equal(notices(t, "klok-fg"), 1);
}

/* ---- what waits when a record ends ---- */

#define REFERRAL	"A-0123456789ABCDEF"

static int64_t
add_about(struct scene *t, enum mail_kind kind, enum outbox_state state,
    int64_t who, const char *content)
{
	return add(t, (struct outbox){ .kind = kind, .state = state,
	    .correspondent = who, .ref = REFERRAL }, content);
}

/* R140, R162: neither the referral sealed to a deputy who is suspended, nor
 * whom a receipt was for whose fate nobody knows. */
static void
what_was_erased_waits_nowhere(void **state)
{
	struct scene *t = *state;
	struct db *db = t->core->store->main;
	int64_t an = enrol(t, "an@clb.test", "A"), sent;

	(void)enrol_as(t, PERSON_MAYOR_REP, "rep@gent.test", "B");
	add_referral(t, REFERRAL);
	ring(t, REFERRAL, REFERRAL_EV_UNDECIDED_45);
	(void)add_about(t, MAIL_T06, OUTBOX_HELD, an, TEXT);
	(void)add_about(t, MAIL_T06, OUTBOX_WAITING, an, TEXT);
	(void)add_about(t, MAIL_T01, OUTBOX_HELD, an, NULL);
	(void)add_about(t, MAIL_T01, OUTBOX_UNCERTAIN, an, NULL);
	sent = add_about(t, MAIL_T01, OUTBOX_SENT, an, NULL);
	ring(t, REFERRAL, REFERRAL_EV_UNDECIDED_60);
	assert_int_equal(row_of(t, sent).correspondent, 0);
	assert_int_equal(number(db, "SELECT count(*) FROM outbox WHERE"
	    " section <> 'gewist'"), 1);
	assert_int_equal(notices(t, "gewist"), 1);
	assert_int_equal(number(db, "SELECT count(*) FROM blob"), 0);
	assert_int_equal(number(t->core->store->keys,
	    "SELECT count(*) FROM data_key"), 0);
}

/* A crash before the commit: all of it waits, and the next try ends it. */
static void
what_was_not_erased_waits_on(void **state)
{
	struct scene *t = *state;
	struct store *s = t->core->store;
	struct timer timer = { .kind = TIMER_REFERRAL, .ref = REFERRAL,
		.event = REFERRAL_EV_UNDECIDED_60 };
	int64_t an = enrol(t, "an@clb.test", "A"), held;
	int fd;

	add_referral(t, REFERRAL);
	held = add_about(t, MAIL_T06, OUTBOX_HELD, an, TEXT);
	assert_int_equal(store_begin(s), GW_OK);
	assert_int_equal(refer_due(t->core, &timer, clock_now()), GW_OK);
	store_rollback(s);
	assert_int_equal(row_of(t, held).correspondent, an);
	assert_int_equal(blob_get(s, row_of(t, held).blob, &fd), GW_OK);
	close(fd);
	ring(t, REFERRAL, REFERRAL_EV_UNDECIDED_60);
	assert_int_equal(number(s->main, "SELECT count(*) FROM outbox"), 0);
	assert_int_equal(number(s->main, "SELECT count(*) FROM blob"), 0);
}

/* What is being handed over is not torn: it ends as it ends, and then nobody
 * can tell for whom it was. A second try there is not. */
static void
what_is_under_way_is_forgotten_after(void **state)
{
	static const struct {
		enum submit_result result;
		enum outbox_state then;
	} rows[] = {
		{ SUBMIT_SENT, OUTBOX_SENT }, { SUBMIT_FAILED, OUTBOX_FAILED },
		{ SUBMIT_UNKNOWN, OUTBOX_WAITING },
		{ SUBMIT_LATER, OUTBOX_WAITING },
	};
	struct scene *t = *state;
	int64_t an = enrol(t, "an@clb.test", "A"), id;
	struct outbox row;
	struct msg m;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(db_script(t->core->store->main,
		    "DELETE FROM referral"), GW_OK);
		add_referral(t, REFERRAL);
		id = add_about(t, MAIL_T06, OUTBOX_WAITING, an, TEXT);
		assert_true(handed(t, &m));
		assert_int_equal(m.u.submit.id, id);
		msg_close(&m);
		ring(t, REFERRAL, REFERRAL_EV_UNDECIDED_60);
		assert_int_equal(row_of(t, id).state, OUTBOX_SENDING);
		conclude(t, id, rows[i].result);
		row = row_of(t, id);
		assert_int_equal(row.state, rows[i].then);
		assert_int_equal(row.correspondent, 0);
		row.not_before = 1;
		assert_int_equal(outbox_update(t->core->store, &row), GW_OK);
		assert_false(handed(t, &m));
		assert_int_equal(number(t->core->store->main,
		    "SELECT count(*) FROM blob"), 0);
	}
}

/* ---- a role that does not answer ---- */

/* submit died before it got the mail, and the disk took no more then: it is
 * put back as soon as it can be, and did not leave. */
static void
what_cannot_be_put_back_is_not_forgotten(void **state)
{
	struct scene *t = *state;
	struct db *db = t->core->store->main;
	int64_t id = add_dispatch(t);
	struct outbox row;
	struct msg m;

	assert_int_equal(db_script(db, "CREATE TRIGGER full BEFORE UPDATE ON"
	    " outbox WHEN new.state = 'waiting' BEGIN"
	    " SELECT RAISE(ABORT, 'full'); END"), GW_OK);
	chan_close(&t->submit);
	assert_false(post_next(t->core));
	assert_int_equal(row_of(t, id).state, OUTBOX_SENDING);
	assert_int_equal(db_script(db, "DROP TRIGGER full"), GW_OK);
	/* The parent says that it is gone. */
	post_lost(t->core);
	assert_int_equal(post_conclude(t->core), GW_OK);
	row = row_of(t, id);
	assert_int_equal(row.state, OUTBOX_WAITING);
	connect_to(t, ROLE_SUBMIT, &t->submit);
	row.not_before = 1;
	assert_int_equal(outbox_update(t->core->store, &row), GW_OK);
	assert_true(handed(t, &m));
	assert_int_equal(m.u.submit.id, id);
	msg_close(&m);
}

/* More than fit into a socket. */
#define MANY_PEOPLE	400

static void
enrol_many(struct scene *t)
{
	struct correspondent p;
	unsigned i;

	assert_int_equal(store_begin(t->core->store), GW_OK);
	for (i = 0; i < MANY_PEOPLE; i++) {
		p = (struct correspondent){ .state = CORRESPONDENT_ACTIVE,
		    .role = PERSON_PARTICIPANT,
		    .org_class = ORG_MUNICIPALITY };
		(void)snprintf(p.address, sizeof(p.address), "p%u@gent.test",
		    i);
		(void)snprintf(p.fpr, sizeof(p.fpr), "%040u", i);
		(void)snprintf(p.language, sizeof(p.language), "nl");
		assert_int_equal(correspondent_add(t->core->store, &p),
		    GW_OK);
	}
	assert_int_equal(store_commit(t->core->store), GW_OK);
}

/* keys while it opens its ring, and then; ends with 0 when it was told of
 * everybody. */
static void __attribute__((noreturn))
slow_keys(int link)
{
	struct chan core;
	unsigned pins = 0;
	struct msg m;

	usleep((LIM_DEADLINE_MS + 300) * 1000);
	chan_open(&core, link, ROLE_KEYS, ROLE_CORE);
	msg_init(&m, MSG_pin);
	while (m.type == MSG_pin && chan_recv(&core, &m, 1000) == GW_OK)
		pins += m.type == MSG_pin && m.u.pin.active != 0;
	if (m.type == MSG_ask_own) {
		uint32_t id = m.u.ask_own.id;

		msg_init(&m, MSG_own);
		m.u.own.id = id;
		(void)chan_send(&core, &m, 1000);
	}
	_exit(pins == MANY_PEOPLE ? 0 : 1);
}

static void
keys_may_take_its_time_to_open(void **state)
{
	struct scene *t = *state;
	int fd[2], status;
	pid_t pid;

	enrol_many(t);
	assert_int_equal(chan_pair(fd), GW_OK);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(fd[0]);
		slow_keys(fd[1]);
	}
	close(fd[1]);
	peers_join(t->core, ROLE_KEYS, fd[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_true(t->core->peer[ROLE_KEYS].fd >= 0);
	assert_int_not_equal(t->core->own_asked, 0);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set, strike)
#define FICHE_TEST(f) cmocka_unit_test_setup_teardown(f, set_fiche, strike)
	const struct CMUnitTest tests[] = {
		FICHE_TEST(a_dispatch_goes_to_the_ltf),
		FICHE_TEST(a_dispatch_that_did_not_leave_waits),
		FICHE_TEST(the_wait_doubles_up_to_an_hour),
		FICHE_TEST(an_unknown_fate_is_never_sent_again),
		FICHE_TEST(what_is_uncertain_keeps_no_content),
		FICHE_TEST(nobody_is_configured),
		FICHE_TEST(no_other_row_reaches_the_ltf),
		FICHE_TEST(an_order_becomes_a_row),
		TEST(what_keys_refuses_adds_nothing),
		FICHE_TEST(an_erasure_that_was_cut_short_ends),
		FICHE_TEST(nobody_is_left_to_tell),
		FICHE_TEST(a_dispatch_that_waits_is_recalled),
		FICHE_TEST(a_dispatch_that_comes_back_too_late_stays),
		FICHE_TEST(no_other_fiche_is_dispatched),
		FICHE_TEST(a_dispatch_goes_with_its_fiche),
		TEST(each_referral_has_its_own_notices),
		TEST(some_notices_are_enough_for_all),
		TEST(what_was_erased_waits_nowhere),
		TEST(what_was_not_erased_waits_on),
		TEST(what_is_under_way_is_forgotten_after),
		FICHE_TEST(what_cannot_be_put_back_is_not_forgotten),
		TEST(keys_may_take_its_time_to_open),
	};
#undef FICHE_TEST
#undef TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}
