/*
 * meldpost-submit: sealed mail out. Looks at each mail once more before it
 * leaves (security.md T42). No keys, no database, no exec, no mail in.
 */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/log.h"
#include "base/memfd.h"
#include "confine/confine.h"
#include "role.h"
#include "transport/net.h"
#include "transport/sink.h"

#define IDLE_MS		10000	/* then the connection is given up */
#define PATHS_MAX	32

struct submit {
	struct role_self self;
	const struct sink_driver *driver;
	struct sink *sink;
};

/* What will be read or written after confinement. */
static enum gw_err
shut_in(const struct conf *conf)
{
	struct confine_path paths[PATHS_MAX] = {
		{ conf->sink_path, CONFINE_WRITE },
		{ conf->sink_ca_file, CONFINE_READ },
	};
	const char *const *p;
	size_t n = 2;

	if (!conf->confine)
		return GW_OK;
	if (strcmp(conf->sink_type, "smtp") == 0) {
		for (p = net_paths(); *p != NULL && n < PATHS_MAX; p++)
			paths[n++] = (struct confine_path){ *p, CONFINE_READ };
	}
	return confine_enter(ROLE_SUBMIT, paths, n);
}

static void
start(struct submit *s)
{
	enum gw_err r;

	role_begin(&s->self, ROLE_SUBMIT);
	s->driver = sink_find(&s->self.conf);
	r = s->driver == NULL ? GW_FORMAT :
	    s->driver->open(&s->self.conf, &s->sink);
	if (r != GW_OK) {
		log_event(LOG_ERROR, "sink", "type=%s cannot be opened: %s",
		    s->self.conf.sink_type, gw_strerror(r));
		exit(role_exit_for(r));
	}
	r = shut_in(&s->self.conf);
	if (r != GW_OK) {
		log_event(LOG_ERROR, "start", "%s", gw_strerror(r));
		exit(EX_OSERR);
	}
	role_ready(&s->self);
}

static void finish(struct submit *s) __attribute__((noreturn));

static void
finish(struct submit *s)
{
	s->driver->close(s->sink);
	role_end(&s->self);
}

/* Whether this mail may leave at all: GW_OK, or GW_REFUSED; else it could not
 * be looked at, as memfd_map(). */
static enum gw_err
may_leave(const struct conf *conf, const struct msg_submit *in)
{
	bool dispatch = in->dispatch != 0, may;
	struct map map;
	enum gw_err r;

	if (!sink_may_address(conf, in->rcpt, dispatch) ||
	    (dispatch && in->clear != 0))
		return GW_REFUSED;
	r = memfd_map(in->mail, 2 * LIM_PLAIN_BYTES, &map);
	if (r != GW_OK)
		return r;
	may = sink_may_leave(map.p, map.len, in->rcpt, in->clear != 0);
	memfd_unmap(&map);
	return may ? GW_OK : GW_REFUSED;
}

static void
send_one(struct submit *s, const struct msg_submit *in)
{
	struct msg_submitted *out;
	struct msg m;
	enum gw_err r;

	msg_init(&m, MSG_submitted);
	out = &m.u.submitted;
	r = may_leave(&s->self.conf, in);
	if (r == GW_OK) {
		s->driver->send(s->sink, in, out);
	} else if (gw_passes(r) || r == GW_NOMEM) {
		out->result = SUBMIT_LATER;
	} else {
		out->result = SUBMIT_REFUSED;
		log_event(LOG_ERROR, "guard", "id=%llu stays in the house",
		    (unsigned long long)in->id);
	}
	out->id = in->id;
	if (chan_send(&s->self.core, &m, -1) != GW_OK)
		finish(s);
}

/* Waits for core or the parent. False: nothing came for a while. */
static bool
listen_for(struct submit *s)
{
	struct pollfd p[2] = {
		{ .fd = s->self.core.fd, .events = POLLIN },
		{ .fd = s->self.parent.fd, .events = POLLIN },
	};

	return poll(p, 2, IDLE_MS) != 0;
}

/* Ends when the parent has said stop, or nobody is there any more. */
static void
check_parent(struct submit *s)
{
	struct msg m;
	enum gw_err r;

	r = chan_recv(&s->self.parent, &m, 0);
	if (r == GW_TIMEOUT)
		return;
	if (r == GW_OK)
		msg_close(&m);
	finish(s);
}

int
main(void)
{
	static struct submit s;
	struct msg m;
	enum gw_err r;

	start(&s);
	for (;;) {
		if (!listen_for(&s))
			s.driver->idle(s.sink);
		check_parent(&s);
		r = chan_recv(&s.self.core, &m, 0);
		if (r == GW_TIMEOUT)
			continue;
		if (r != GW_OK || m.type != MSG_submit)
			finish(&s);
		send_one(&s, &m.u.submit);
		msg_close(&m);
	}
}
