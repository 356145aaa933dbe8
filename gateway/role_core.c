/*
 * meldpost-core: policy -> flow -> store -> compose. Sole writer of the
 * database; no network, no exec, no private key, parses nothing but messages.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memfd.h"
#include "compose/letters.h"
#include "confine/confine.h"
#include "core/cadence.h"
#include "core/control.h"
#include "core/core.h"
#include "core/care.h"
#include "core/doubt.h"
#include "core/evaluate.h"
#include "core/logbook.h"
#include "core/peers.h"
#include "core/post.h"
#include "core/practice.h"
#include "core/release.h"
#include "core/term.h"
#include "core/timers.h"
#include "core/way.h"
#include "role.h"

#define TURN_MS		5000	/* longest wait: timers are looked at then */
#define KEEP_FIRST_MS	500	/* a mail that must wait comes again */
#define KEEP_MOST_MS	30000

/* ---- start ---- */

static void
give_up(int status, const char *what, const char *why)
{
	fprintf(stderr, "meldpost-core: %s%s%s\n", what, *why ? ": " : "",
	    why);
	exit(status);
}

static void
open_templates(struct core *c)
{
	struct buf why;
	char dir[256];

	buf_init(&why, 16 * 1024);
	(void)snprintf(dir, sizeof(dir), "%s/%s", c->conf->state_templates,
	    c->conf->state_language);
	if (templates_load(dir, c->conf->state_overrides, &c->templates,
	    &why) != GW_OK || letters_check(c->templates, &why) != GW_OK)
		give_up(EX_CONFIG, "the mail texts are not usable", why.len ?
		    buf_str(&why) : dir);
	buf_free(&why);
}

static void
open_store(struct core *c)
{
	struct buf why;
	char dir[256];
	enum gw_err r;

	buf_init(&why, 16 * 1024);
	(void)snprintf(dir, sizeof(dir), "%s/db", c->conf->state_dir);
	r = store_open(&c->store, dir, c->conf->dry, &why);
	if (r == GW_MISSING && c->conf->dry)
		r = GW_OK;
	if (r != GW_OK)
		give_up(role_exit_for(r),
		    "the database cannot be opened",
		    why.len ? buf_str(&why) : gw_strerror(r));
	buf_free(&why);
}

static void
open_core(struct core *c, struct role_self *self)
{
	const struct conf *conf = &self->conf;
	size_t i;

	*c = (struct core){ .parent = &self->parent, .conf = conf,
		.listener = -1 };
	for (i = 0; i < ROLE_MAX; i++)
		c->peer[i].fd = -1;
	for (i = 0; i < LIM_CLIENTS; i++)
		c->client[i].fd = -1;
	practice_address(c);
	c->office = (struct office){ .name = conf->instance_name,
		.address = conf->instance_address,
		.contact = conf->instance_contact,
		.phone = conf->instance_phone,
		.citation = conf->instance_citation,
		.practice = c->practice };
	if (crypto_start() != GW_OK)
		give_up(EX_SOFTWARE, "libsodium does not start", "");
	open_templates(c);
	open_store(c);
	doubt_open(c);
}

static void
confine(const struct core *c)
{
	char db[256];
	const struct confine_path paths[] = { { db, CONFINE_WRITE } };

	/* Not all of state.dir: gnupg/ beside it is the keys role's alone. */
	(void)snprintf(db, sizeof(db), "%s/db", c->conf->state_dir);
	if (c->conf->confine && confine_enter(ROLE_CORE, paths, 1) != GW_OK)
		give_up(EX_OSERR, "the kernel refuses to confine", "");
}

static void
book_event(struct core *c, enum audit_event event)
{
	if (c->store != NULL && !c->conf->dry)
		(void)audit_add(c->store, core_now(c), event, "", "", NULL);
}

/* What the last run left: half-sent mail, keys without a blob. */
static void
recover(struct core *c)
{
	unsigned swept = 0;

	if (c->conf->dry)
		return;
	if (blob_sweep(c->store, &swept) == GW_OK && swept > 0)
		log_event(LOG_NOTE, "store", "swept=%u", swept);
	if (term_recover(c) != GW_OK)
		give_up(EX_IOERR, "the cases cannot be read", "");
	/* Somebody may have been enrolled just before the end. */
	c->release = !c->conf->private_run;
	if (!c->conf->private_run && post_recover(c) != GW_OK)
		give_up(EX_IOERR, "the outbox cannot be read", "");
}

/* ---- what is heard ---- */

/*
 * The disk refused a write or a sync: what is in memory can no longer be
 * trusted to be on it. End here; the parent starts a core that reads anew.
 */
static void
stop_on_broken_disk(struct core *c)
{
	log_event(LOG_ERROR, "store", "read, write or sync failed; starting "
	    "again");
	store_close(c->store);
	exit(EX_IOERR);
}

static void
heed_disk(struct core *c, enum gw_err r)
{
	if (r == GW_IO || r == GW_INTERNAL)
		stop_on_broken_disk(c);
}

/* Which configuration this run began with (R150). */
static void
book_configuration(struct core *c, int dump)
{
	struct map map;

	if (dump < 0 || memfd_map(dump, LIM_CONF_BYTES, &map) != GW_OK)
		return;
	if (c->store != NULL && !c->conf->dry)
		heed_disk(c, logbook_configured(c, map.p, map.len));
	memfd_unmap(&map);
	close(dump);
}

static void
hear_mail(struct core *c, const struct msg_mail *in)
{
	enum fate fate = FATE_KEEP;
	enum gw_err r = GW_AGAIN;
	struct msg m;

	if (core_can_take(c))
		r = way_of_a_mail(c, in, &fate);
	heed_disk(c, r);
	if (r == GW_OK) {
		c->keep_ms = 0;
	} else {
		c->keep_ms = c->keep_ms == 0 ? KEEP_FIRST_MS : 2 * c->keep_ms;
		if (c->keep_ms > KEEP_MOST_MS)
			c->keep_ms = KEEP_MOST_MS;
		if (!c->bad[COND_NO_PEER])
			c->failed = true;
		log_event(LOG_WARN, "mail", "left in its mailbox: %s",
		    gw_strerror(r));
	}
	msg_init(&m, MSG_done);
	m.u.done.seq = in->seq;
	m.u.done.fate = fate;
	m.u.done.wait_ms = (uint32_t)c->keep_ms;
	if (chan_send(&c->peer[ROLE_FETCH], &m, LIM_DEADLINE_MS) != GW_OK)
		peers_lost(c, ROLE_FETCH);
}

static void
hear_fetch(struct core *c)
{
	struct msg m;
	enum gw_err r;

	r = chan_recv(&c->peer[ROLE_FETCH], &m, 0);
	if (r == GW_TIMEOUT)
		return;
	if (r != GW_OK) {
		peers_lost(c, ROLE_FETCH);
		return;
	}
	if (m.type == MSG_mail) {
		c->source = GW_OK;
		hear_mail(c, &m.u.mail);
	} else if (m.type == MSG_drained) {
		c->drained = true;
		c->source = m.u.drained.err < GW_ERR_MAX ?
		    (enum gw_err)m.u.drained.err : GW_INTERNAL;
		if (c->source != GW_OK)
			c->failed = true;
	}
	msg_close(&m);
}

static void
hear_submit(struct core *c)
{
	struct msg m;
	enum gw_err r;

	r = chan_recv(&c->peer[ROLE_SUBMIT], &m, 0);
	if (r == GW_TIMEOUT)
		return;
	if (r != GW_OK) {
		peers_lost(c, ROLE_SUBMIT);
		post_lost(c);
		return;
	}
	r = m.type == MSG_submitted ? post_result(c, &m.u.submitted) : GW_OK;
	msg_close(&m);
	heed_disk(c, r);
}

/* parse and keys speak only when asked: anything now is their end. */
static void
hear_quiet_role(struct core *c, enum role role)
{
	struct msg m;
	enum gw_err r = chan_recv(&c->peer[role], &m, 0);

	/* It was the old one that ended; this one is new and silent. */
	if (r == GW_TIMEOUT)
		return;
	if (r == GW_OK)
		msg_close(&m);
	peers_lost(c, role);
}

/* False when it says nothing more now. */
static bool
hear_parent(struct core *c)
{
	struct msg m;
	enum gw_err r;

	r = chan_recv(c->parent, &m, 0);
	if (r == GW_TIMEOUT)
		return false;
	if (r != GW_OK) {
		c->stop = true;
		return false;
	}
	if (m.type == MSG_peer) {
		/* The old one may have said how it went before it ended. */
		if (m.u.peer.role == ROLE_SUBMIT) {
			hear_submit(c);
			post_lost(c);
		}
		peers_join(c, (enum role)m.u.peer.role, m.u.peer.link);
		m.u.peer.link = -1;
	} else if (m.type == MSG_walls) {
		peers_walled(c, &m.u.walls);
	} else if (m.type == MSG_listen) {
		c->listener = m.u.listen.listener;
		m.u.listen.listener = -1;
	} else if (m.type == MSG_client) {
		if (control_accept(c, m.u.client.link))
			m.u.client.link = -1;
	} else if (m.type == MSG_stop) {
		c->stop = true;
	}
	msg_close(&m);
	return true;
}

static void
hear_listener(struct core *c)
{
	int fd = accept4(c->listener, NULL, NULL, SOCK_CLOEXEC);

	if (fd >= 0 && !control_accept(c, fd))
		close(fd);
}

/* ---- the loop ---- */

/* Whose turn it is to speak: one slot for each that is there. */
enum slot { SLOT_PARENT, SLOT_FETCH, SLOT_PARSE, SLOT_KEYS, SLOT_SUBMIT,
	SLOT_LISTENER, SLOT_CLIENT, SLOTS = SLOT_CLIENT + LIM_CLIENTS };

static void
fill_slots(const struct core *c, struct pollfd pfd[SLOTS])
{
	/* The one command of a private run is heard when parse and keys are
	 * at work; a daemon listens always, to say what is wrong as well. */
	bool hear_clients = !c->conf->private_run ||
	    (peers_at_work(c, ROLE_PARSE) && peers_at_work(c, ROLE_KEYS));
	int fd[SLOT_CLIENT] = { c->parent->fd, c->peer[ROLE_FETCH].fd,
		c->peer[ROLE_PARSE].fd, c->peer[ROLE_KEYS].fd,
		c->peer[ROLE_SUBMIT].fd, c->listener };
	size_t i;

	for (i = 0; i < SLOT_CLIENT; i++)
		pfd[i] = (struct pollfd){ .fd = fd[i], .events = POLLIN };
	for (i = 0; i < LIM_CLIENTS; i++)
		pfd[SLOT_CLIENT + i] = (struct pollfd){
			.fd = hear_clients ? c->client[i].fd : -1,
			.events = POLLIN };
}

static void
hear(struct core *c, const struct pollfd pfd[SLOTS])
{
	size_t i;

	/* All of it: who is there, before anybody asks. */
	while (pfd[SLOT_PARENT].revents && hear_parent(c))
		continue;
	if (pfd[SLOT_PARSE].revents)
		hear_quiet_role(c, ROLE_PARSE);
	if (pfd[SLOT_KEYS].revents)
		hear_quiet_role(c, ROLE_KEYS);
	if (pfd[SLOT_SUBMIT].revents)
		hear_submit(c);
	if (pfd[SLOT_LISTENER].revents)
		hear_listener(c);
	for (i = 0; i < LIM_CLIENTS; i++) {
		if (pfd[SLOT_CLIENT + i].revents)
			control_heard(c, i);
	}
	if (pfd[SLOT_FETCH].revents)
		hear_fetch(c);
}

/* --once is over: the source is empty and nothing more is due. */
static bool
all_done(struct core *c)
{
	int64_t when;

	if (!c->conf->once || c->posting)
		return false;
	if (c->drained && (outbox_next_due(c->store, &when) != GW_OK ||
	    when > core_now(c)))
		return true;
	/* What only a person can mend is not waited for. */
	return c->bad[COND_NO_KEY] || c->bad[COND_NO_REP] ||
	    c->bad[COND_DISK_FULL];
}

static enum gw_err
count_waiting(const struct outbox *o, void *arg)
{
	unsigned *n = arg;

	*n += o->state == OUTBOX_WAITING || o->state == OUTBOX_HELD;
	return GW_OK;
}

static void
finish_once(struct core *c)
{
	unsigned waiting = 0;
	struct msg m;

	(void)outbox_each(c->store, false, count_waiting, &waiting);
	if (waiting > 0)
		log_event(LOG_NOTE, "outbox", "waiting=%u", waiting);
	msg_init(&m, MSG_finished);
	m.u.finished.failed = c->failed || c->bad[COND_NO_KEY] ||
	    c->bad[COND_NO_REP] || c->bad[COND_DISK_FULL];
	(void)chan_send(c->parent, &m, 1000);
	c->stop = true;
}

/* A private run is over: its one command has its answer. */
static void
finish_private(struct core *c)
{
	struct msg m;

	msg_init(&m, MSG_finished);
	(void)chan_send(c->parent, &m, 1000);
}

static void
work(struct core *c)
{
	struct pollfd pfd[SLOTS];
	int i;

	while (!c->stop) {
		fill_slots(c, pfd);
		if (poll(pfd, SLOTS, c->conf->private_run ? -1 :
		    release_is_due(c) ? 0 : post_wait(c, TURN_MS)) < 0 &&
		    errno != EINTR)
			give_up(EX_OSERR, "poll", strerror(errno));
		if (!c->conf->private_run)
			heed_disk(c, doubt_turn(c));
		hear(c, pfd);
		if (c->conf->private_run || c->stop)
			continue;
		heed_disk(c, post_conclude(c));
		/* A few of the outbox, then ears open again. */
		for (i = 0; i < 4 && post_next(c); i++)
			continue;
		heed_disk(c, release_waiting(c));
		heed_disk(c, care_run(c));
		heed_disk(c, cadence_run(c));
		heed_disk(c, evaluate_run(c));
		heed_disk(c, logbook_run(c));
		if (timers_run(c) == GW_IO)
			stop_on_broken_disk(c);
		doubt_sweep(c);
		if (all_done(c))
			finish_once(c);
	}
}

int
main(void)
{
	static struct role_self self;
	static struct core c;

	role_begin(&self, ROLE_CORE);
	open_core(&c, &self);
	confine(&c);
	recover(&c);
	role_ready(&self);
	if (!self.conf.private_run) {
		book_event(&c, AUDIT_START);
		book_configuration(&c, self.dump);
	}
	work(&c);
	post_finish(&c);
	post_keep(&c);
	if (!self.conf.private_run)
		book_event(&c, AUDIT_STOP);
	else
		finish_private(&c);
	store_close(c.store);
	templates_free(c.templates);
	role_end(&self);
}
