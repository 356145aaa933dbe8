/*
 * meldpost-fetch: mail in. Hands one mail at a time to core, and lets the
 * source forget it when core has committed. No keys, no database, no exec.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sysexits.h>

#include "base/clock.h"
#include "base/log.h"
#include "confine/confine.h"
#include "role.h"
#include "transport/net.h"
#include "transport/source.h"

#define BACKOFF_FIRST_MS	1000
#define BACKOFF_MAX_MS		(5 * 60 * 1000)
#define CALM_MS			10000	/* well this long: try again at once */
#define PATHS_MAX		32

struct fetch {
	struct role_self self;
	const struct source_driver *driver;
	struct source *source;
	int both;		/* epoll: something from the parent or core */
	uint64_t seq;
	int backoff_ms;		/* 0 while the source is well */
	int64_t failed_at;	/* last time that something did not work */
	int64_t sweep_before;	/* core's order to tidy up; 0 = none */
	bool told;		/* core knows that nothing waits ... */
	enum gw_err told_err;	/* ... or that we cannot look */
};

/* What will be read or written after confinement. */
static enum gw_err
shut_in(const struct conf *conf)
{
	struct confine_path paths[PATHS_MAX] = {
		{ conf->source_path, CONFINE_WRITE },
		{ conf->source_ca_file, CONFINE_READ },
	};
	const char *const *p;
	size_t n = 2;

	if (!conf->confine)
		return GW_OK;
	if (strcmp(conf->source_type, "imap") == 0) {
		for (p = net_paths(); *p != NULL && n < PATHS_MAX; p++)
			paths[n++] = (struct confine_path){ *p, CONFINE_READ };
	}
	return confine_enter(ROLE_FETCH, paths, n);
}

/* One descriptor that wakes for the parent and for core. */
static enum gw_err
watch_both(struct fetch *f)
{
	struct epoll_event parent = { .events = EPOLLIN };
	struct epoll_event core = { .events = EPOLLIN };

	f->both = epoll_create1(EPOLL_CLOEXEC);
	if (f->both < 0 ||
	    epoll_ctl(f->both, EPOLL_CTL_ADD, f->self.parent.fd, &parent) < 0 ||
	    epoll_ctl(f->both, EPOLL_CTL_ADD, f->self.core.fd, &core) < 0)
		return gw_from_errno(errno);
	return GW_OK;
}

static void
start(struct fetch *f)
{
	enum gw_err r;

	role_begin(&f->self, ROLE_FETCH);
	f->driver = source_find(&f->self.conf);
	r = f->driver == NULL ? GW_FORMAT :
	    f->driver->open(&f->self.conf, &f->source);
	if (r != GW_OK) {
		log_event(LOG_ERROR, "source", "type=%s cannot be opened: %s",
		    f->self.conf.source_type, gw_strerror(r));
		exit(role_exit_for(r));
	}
	r = watch_both(f);
	if (r == GW_OK)
		r = shut_in(&f->self.conf);
	if (r != GW_OK) {
		log_event(LOG_ERROR, "start", "%s", gw_strerror(r));
		exit(EX_OSERR);
	}
	role_ready(&f->self);
}

static void finish(struct fetch *f) __attribute__((noreturn));

static void
finish(struct fetch *f)
{
	f->driver->close(f->source);
	role_end(&f->self);
}

/* Ends when the parent has said stop, or nobody is there any more. */
static void
check_parent(struct fetch *f)
{
	struct msg m;
	enum gw_err r;

	r = chan_recv(&f->self.parent, &m, 0);
	if (r == GW_TIMEOUT)
		return;
	if (r == GW_OK)
		msg_close(&m);
	finish(f);
}

/* Waits at most `ms` (-1: for ever) for core or the parent. */
static void
listen_for(struct fetch *f, int64_t ms)
{
	struct pollfd p = { .fd = f->both, .events = POLLIN };

	(void)poll(&p, 1, (int)ms);
	check_parent(f);
}

/*
 * What core says of its own accord: to sweep, by a date that it believes. Ends
 * when there is something else or core is gone.
 */
static void
hear_core(struct fetch *f)
{
	struct msg m;
	enum gw_err r;

	while ((r = chan_recv(&f->self.core, &m, 0)) != GW_TIMEOUT) {
		if (r != GW_OK || m.type != MSG_sweep)
			finish(f);
		f->sweep_before = m.u.sweep.before;
	}
}

/* Sits out a time in which nothing may be fetched. */
static void
hold_off(struct fetch *f, int64_t ms)
{
	int64_t end = clock_mono_ms() + ms;

	while ((ms = end - clock_mono_ms()) > 0) {
		listen_for(f, ms);
		hear_core(f);
	}
}

/* One line for each change of state; `r` is what a call on the source gave. */
static void
log_state(struct fetch *f, enum gw_err r)
{
	const char *why = net_why();

	if (r == GW_OK) {
		if (f->backoff_ms > 0)
			log_event(LOG_NOTE, "source", "back");
		f->backoff_ms = 0;
		return;
	}
	if (f->backoff_ms == 0)
		log_event(LOG_WARN, "source", "unreachable: %s%s",
		    why[0] != '\0' ? why : gw_strerror(r), net_advice(r));
	f->backoff_ms = f->backoff_ms == 0 ? BACKOFF_FIRST_MS :
	    f->backoff_ms * 2;
	if (f->backoff_ms > BACKOFF_MAX_MS)
		f->backoff_ms = BACKOFF_MAX_MS;
}

/* Tells core that nothing waits, once until something changes. */
static void
tell_drained(struct fetch *f, enum gw_err err)
{
	struct msg m;

	if (f->told && (f->told_err == GW_OK) == (err == GW_OK))
		return;
	msg_init(&m, MSG_drained);
	m.u.drained.err = err;
	if (chan_send(&f->self.core, &m, -1) != GW_OK)
		finish(f);
	f->told = true;
	f->told_err = err;
}

/* Core's answer to mail `seq`. Ends when the house ends instead. */
static void
await_done(struct fetch *f, uint64_t seq, struct msg_done *done)
{
	struct msg m;
	enum gw_err r;

	for (;;) {
		r = chan_recv(&f->self.core, &m, 0);
		if (r == GW_TIMEOUT)
			listen_for(f, -1);
		else if (r == GW_OK && m.type == MSG_sweep)
			f->sweep_before = m.u.sweep.before;
		else
			break;
	}
	if (r == GW_OK && (m.type != MSG_done || m.u.done.seq != seq))
		r = GW_FORMAT;
	if (r != GW_OK)
		finish(f);
	*done = m.u.done;
}

/* One mail to core and back. */
static void
hand_over(struct fetch *f, struct source_mail *mail)
{
	struct msg_done done;
	struct msg m;
	enum gw_err r;

	msg_init(&m, MSG_mail);
	m.u.mail.seq = ++f->seq;
	m.u.mail.size = mail->size;
	m.u.mail.raw = mail->raw;
	(void)snprintf(m.u.mail.token, sizeof(m.u.mail.token), "%s",
	    mail->token);
	r = chan_send(&f->self.core, &m, -1);
	msg_close(&m);
	if (r != GW_OK)
		finish(f);
	f->told = false;
	await_done(f, f->seq, &done);
	r = f->driver->settle(f->source, mail->token, (enum fate)done.fate);
	if (r != GW_OK && r != GW_MISSING)
		log_event(LOG_WARN, "source", "seq=%llu not settled: %s",
		    (unsigned long long)f->seq, gw_strerror(r));
	if (done.fate == FATE_KEEP)
		hold_off(f, done.wait_ms);
}

/* When nothing else is to do. */
static enum gw_err
sweep(struct fetch *f)
{
	int64_t before = f->sweep_before;

	f->sweep_before = 0;
	return before == 0 ? GW_OK : f->driver->sweep(f->source, before);
}

/* Nothing waits: tell, tidy up, and wait for the next mail. */
static enum gw_err
rest(struct fetch *f)
{
	enum gw_err r;

	tell_drained(f, GW_OK);
	if (f->self.conf.once) {
		for (;;)
			hold_off(f, 1000);
	}
	r = sweep(f);
	if (r == GW_OK)
		r = f->driver->wait(f->source, f->both,
		    (int)f->self.conf.source_poll * 1000);
	hear_core(f);
	return r;
}

/* A call on the source failed. A connection that was closed after long quiet
 * is nothing to speak of: only when the next one fails too, it is. */
static void
after_failure(struct fetch *f, enum gw_err r)
{
	int64_t now = clock_mono_ms(), since = now - f->failed_at;

	f->failed_at = now;
	if (f->backoff_ms == 0 && since > CALM_MS &&
	    (r == GW_NET || r == GW_EOF))
		return;
	log_state(f, r);
	tell_drained(f, r);
	hold_off(f, f->backoff_ms);
}

int
main(void)
{
	static struct fetch f = { .both = -1, .failed_at = INT32_MIN };
	struct source_mail mail;
	enum gw_err r;

	start(&f);
	for (;;) {
		check_parent(&f);
		r = f.driver->next(f.source, &mail);
		if (r == GW_OK || r == GW_MISSING)
			log_state(&f, GW_OK);
		if (r == GW_OK)
			hand_over(&f, &mail);
		else if (r == GW_MISSING)
			r = rest(&f);
		if (r != GW_OK)
			after_failure(&f, r);
	}
}
