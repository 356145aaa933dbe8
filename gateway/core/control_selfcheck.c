/*
 * meldpost selfcheck (R152): what core can see of its own health, one row each
 * with the cure. The command adds what only it can see from outside
 * (cli/selfcheck.c), so each row has the same four cells.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "compose/letters.h"
#include "core/control.h"
#include "core/doubt.h"
#include "core/peers.h"

#define DAY_S		86400
#define SOON_DAYS	60	/* a key that ends then is worth a word */
#define SLACK_DAYS	7	/* a subkey may be so much older than it should */
#define STUCK_S		(24 * 3600)
#define REVIEW_DAYS	400	/* a year, and a month to do it in */
#define ROOM_WARN	(500u * 1024 * 1024)

enum level { GOOD, WARNING, FAULT };

/* One row. The cure is not shown where nothing is wrong. */
static void __attribute__((format(printf, 5, 6)))
check(struct question *q, const char *what, enum level level,
    const char *cure, const char *fmt, ...)
{
	static const char *const names[] = { "good", "warning", "fault" };
	char found[256];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(found, sizeof(found), fmt, ap);
	va_end(ap);
	question_cell(q, what);
	question_cell(q, names[level]);
	question_cell(q, found);
	question_cell(q, level == GOOD ? "" : cure);
	question_row_end(q);
}

static void
check_house(struct question *q)
{
	const struct core *c = q->core;

	if (c->conf->private_run) {
		check(q, "daemon", FAULT, "start meldpostd", "not running");
		return;
	}
	check(q, "daemon", GOOD, "", "process %d", (int)getppid());
	check(q, "source", c->source == GW_OK ? GOOD : FAULT,
	    "see the log, and source in meldpost.conf", "%s",
	    c->source == GW_OK ? "reachable" : gw_strerror(c->source));
	check(q, "sink", c->outage ? FAULT : GOOD,
	    "see the log, and sink in meldpost.conf", "%s",
	    c->outage ? "unreachable" : "reachable");
}

/* What a role said of itself when it had shut itself in; later it may not. */
static void
check_role(struct question *q, const char *what, enum role role)
{
	const struct core *c = q->core;
	const struct msg_walls *w = &c->walls[role];
	bool whole = (w->walls & WALL_ALL) == WALL_ALL;
	const char *cure = !c->conf->confine ?
	    "start meldpostd without --no-confine" : !whole ?
	    "use an ordinary build, without sanitizers" :
	    "run a kernel of 5.19 or later with Landlock switched on (lsm=)";
	char landlock[16];

	if (!peers_at_work(c, role)) {
		check(q, what, FAULT, "see the log for why it is down",
		    "not at work");
		return;
	}
	(void)snprintf(landlock, sizeof(landlock), "%" PRIu32, w->landlock);
	check(q, what, !whole ? FAULT : w->landlock == 0 ? WARNING : GOOD,
	    cure, "seccomp %s, no_new_privs %s, not dumpable %s, Landlock %s",
	    w->walls & WALL_SECCOMP ? "yes" : "no",
	    w->walls & WALL_PRIVILEGES ? "yes" : "no",
	    w->walls & WALL_HIDDEN ? "yes" : "no",
	    w->landlock == 0 ? "no" : landlock);
}

/* A command without a daemon has neither fetch nor submit. */
static void
check_walls(struct question *q)
{
	bool private_run = q->core->conf->private_run;

	check_role(q, "walls of core", ROLE_CORE);
	check_role(q, "walls of parse", ROLE_PARSE);
	check_role(q, "walls of keys", ROLE_KEYS);
	if (private_run)
		return;
	check_role(q, "walls of fetch", ROLE_FETCH);
	check_role(q, "walls of submit", ROLE_SUBMIT);
}

static void
check_own_key(struct question *q)
{
	struct core *c = q->core;
	int64_t now = core_now(c), left, age;

	if (peers_ask_own_key(c) != GW_OK) {
		check(q, "own key", FAULT, "see the log", "the keys role is "
		    "not at work");
		return;
	}
	left = c->own.expires == 0 ? INT64_MAX / DAY_S :
	    (c->own.expires - now) / DAY_S;
	if (c->own.err != GW_OK || left < 0)
		check(q, "own key", FAULT, "meldpost key show says what to do",
		    "missing or unusable");
	else if (c->own.expires == 0)
		check(q, "own key", GOOD, "", "usable, without an end");
	else
		check(q, "own key", left < SOON_DAYS ? WARNING : GOOD,
		    "meldpost key prolong", "usable for %" PRId64 " days",
		    left);
	if (c->own.err != GW_OK || c->own.renewed == 0)
		return;
	age = (now - c->own.renewed) / DAY_S;
	check(q, "encryption subkey", c->conf->keys_rotate_days > 0 &&
	    age > c->conf->keys_rotate_days + SLACK_DAYS ? WARNING : GOOD,
	    "meldpost key rotate", "%" PRId64 " days old", age);
}

static void
check_clock(struct question *q)
{
	struct core *c = q->core;
	char now[CLOCK_ISO_LEN];

	clock_iso(core_now(c), now);
	check(q, "clock", doubt_is(c) ? FAULT : GOOD,
	    "set the clock, or meldpost clock confirm", "%s%s", now,
	    doubt_is(c) ? ", and the machine says something else" : "");
	check(q, "clock synchronised", c->unsynced ? WARNING : GOOD,
	    "run chrony or systemd-timesyncd, then start meldpostd again",
	    "%s", c->unsynced ? "the kernel did not say so at the start" :
	    "the kernel said so at the start");
}

static void
check_store(struct question *q)
{
	struct store *s = q->core->store;
	uint8_t head[HASH_BYTES];
	int64_t rows = 0, bad = 0;
	uint64_t room = 0;
	enum gw_err r;

	r = store_free_space(s, &room);
	check(q, "disk", r != GW_OK || room < LIM_DISK_FREE ? FAULT :
	    room < ROOM_WARN ? WARNING : GOOD, "make room under state.dir",
	    "%" PRIu64 " MB free", room / (1024 * 1024));
	r = audit_verify(s, &rows, &bad, head);
	if (r == GW_OK)
		check(q, "audit chain", GOOD, "", "whole, %" PRId64 " rows",
		    rows);
	else
		check(q, "audit chain", FAULT, "tell the DPO; see meldpost "
		    "audit verify", "broken at row %" PRId64, bad);
}

/* ---- mail ---- */

struct stuck {
	int64_t now;
	unsigned held, uncertain, late;
};

static enum gw_err
count_stuck(const struct outbox *o, void *arg)
{
	struct stuck *s = arg;

	s->held += o->state == OUTBOX_HELD;
	s->uncertain += o->state == OUTBOX_UNCERTAIN;
	s->late += o->state == OUTBOX_WAITING &&
	    s->now - o->made > STUCK_S && o->not_before - o->made < STUCK_S;
	return GW_OK;
}

static enum gw_err
count_waiting(const struct mail *m, void *arg)
{
	unsigned *n = arg;

	(void)m;
	++*n;
	return GW_OK;
}

static void
check_mail(struct question *q)
{
	struct stuck s = { .now = core_now(q->core) };
	unsigned waiting = 0;

	(void)outbox_each(q->core->store, false, count_stuck, &s);
	check(q, "outbox", s.late + s.held + s.uncertain > 0 ? WARNING : GOOD,
	    "see meldpost outbox; a key that is of no use holds mail",
	    "%u held, %u uncertain, %u late", s.held, s.uncertain, s.late);
	(void)mail_each_quarantined(q->core->store, INT64_MAX, count_waiting,
	    &waiting);
	check(q, "quarantine", waiting > 0 ? WARNING : GOOD,
	    "see meldpost mail list; the office decides", "%u waiting",
	    waiting);
}

/* ---- people ---- */

struct office_of {
	int64_t now;
	unsigned receivers, seconds, dpos, coordinators, ios, ending, ended;
};

static enum gw_err
count_person(const struct correspondent *p, void *arg)
{
	struct office_of *o = arg;

	if (!correspondent_serves(p, o->now))
		return GW_OK;
	o->receivers += policy_decides(p->role);
	o->seconds += policy_seconds(p->role);
	o->dpos += p->role == PERSON_DPO;
	o->coordinators += p->role == PERSON_COORDINATOR;
	o->ios += p->role == PERSON_IO;
	if (p->key_expires != 0) {
		o->ended += p->key_expires <= o->now;
		o->ending += p->key_expires > o->now &&
		    p->key_expires - o->now < SOON_DAYS / 2 * DAY_S;
	}
	return GW_OK;
}

static void
check_people(struct question *q)
{
	struct office_of o = { .now = core_now(q->core) };
	const char *add = "meldpost correspondent add";
	int64_t closed = 0;

	(void)correspondent_each(q->core->store, count_person, &o);
	(void)store_closed(q->core->store, &closed);
	check(q, "representatives", o.receivers == 0 ? FAULT :
	    o.receivers == 1 ? WARNING : GOOD, add, "%u mayor or "
	    "representative; with one alone, nobody reads when that one is "
	    "away", o.receivers);
	check(q, "second officers", o.seconds > 0 ? GOOD : closed != 0 ?
	    FAULT : WARNING, add, "%u coordinator or dpo", o.seconds);
	check(q, "dpo", o.dpos > 0 ? GOOD : WARNING, add, "%u enrolled",
	    o.dpos);
	/* R33: without them no operational meeting can be convened. */
	check(q, "mandatory seats", o.receivers > 0 && o.ios > 0 &&
	    o.coordinators > 0 ? GOOD : WARNING, add, "mayor or "
	    "representative %s, io %s, coordinator %s",
	    o.receivers > 0 ? "yes" : "no", o.ios > 0 ? "yes" : "no",
	    o.coordinators > 0 ? "yes" : "no");
	check(q, "keys of people", o.ended + o.ending > 0 ? WARNING : GOOD,
	    "meldpost persons; they were written to (T39)",
	    "%u ended, %u end within %d days", o.ended, o.ending,
	    SOON_DAYS / 2);
	check(q, "bootstrap", closed != 0 ? GOOD : WARNING,
	    "meldpost bootstrap close", "%s", closed != 0 ? "closed" :
	    "open: one person can enrol anybody");
}

static enum gw_err
find_first(const struct correspondent *p, void *arg)
{
	int64_t *first = arg;

	if (p->added < *first)
		*first = p->added;
	return GW_OK;
}

static void
check_review(struct question *q)
{
	int64_t now = core_now(q->core), last = 0, first = INT64_MAX;
	struct audit_row reviewed;

	if (audit_last(q->core->store, AUDIT_REGISTER_REVIEWED, NULL,
	    &reviewed) == GW_OK)
		last = reviewed.at;
	(void)correspondent_each(q->core->store, find_first, &first);
	if (last > first)
		first = last;
	check(q, "register", first != INT64_MAX &&
	    now - first > REVIEW_DAYS * DAY_S ? WARNING : GOOD,
	    "an officer answers B09 with NAGEKEKEN; the list: meldpost "
	    "persons", "%s", last == 0 ? "not looked over yet" :
	    "looked over by an officer");
}

static void
check_texts(struct question *q)
{
	struct core *c = q->core;
	struct buf why;
	enum gw_err r;

	buf_init(&why, LIM_LETTER_BYTES);
	r = letters_check(c->templates, &why);
	check(q, "texts", r == GW_OK ? GOOD : FAULT,
	    "meldpostd --check names file and line", "%s%s",
	    r == GW_OK ? "complete" : "not usable",
	    c->conf->state_overrides[0] != '\0' ? ", some of the town's own" :
	    "");
	buf_free(&why);
}

void
control_selfcheck(struct question *q)
{
	static const char *const columns[] = { "check", "state", "found",
		"cure" };

	question_columns(q, columns, sizeof(columns) / sizeof(columns[0]));
	check_house(q);
	check_walls(q);
	check_own_key(q);
	check_clock(q);
	check_store(q);
	check_mail(q);
	check_people(q);
	check_review(q);
	check_texts(q);
}
