#define _GNU_SOURCE
#include "role.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memfd.h"
#include "confine/confine.h"

static enum log_level
level_of(const char *word)
{
	static const struct {
		const char *word;
		enum log_level level;
	} levels[] = {
		{ "error", LOG_ERROR }, { "warn", LOG_WARN },
		{ "note", LOG_NOTE }, { "info", LOG_INFO },
		{ "debug", LOG_DEBUG },
	};
	size_t i;

	for (i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		if (strcmp(word, levels[i].word) == 0)
			return levels[i].level;
	}
	return LOG_INFO;
}

/* Nothing of this process may reach a disk or a debugger (T38). */
static void
forget_and_hide(void)
{
	const struct rlimit none = { 0, 0 };

	(void)umask(077);
	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0);
	/* A role does not outlive its parent. */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
}

/* The first message of the parent; without it a role is nobody. */
static enum gw_err
receive_conf(struct role_self *self)
{
	struct msg m;
	struct map map;
	uint8_t *copy;
	enum gw_err r;

	r = chan_recv(&self->parent, &m, 10000);
	if (r != GW_OK)
		return r;
	if (m.type != MSG_conf) {
		msg_close(&m);
		return GW_FORMAT;
	}
	r = memfd_map(m.u.conf.values, LIM_CONF_VALUES, &map);
	self->dump = m.u.conf.dump;
	m.u.conf.dump = -1;
	msg_close(&m);
	if (r != GW_OK)
		return r;
	copy = malloc(map.len + 1);
	if (copy == NULL) {
		r = GW_NOMEM;
	} else {
		memcpy(copy, map.p, map.len);
		r = conf_unpack(&self->conf, copy, map.len);
		explicit_bzero(copy, map.len);
	}
	free(copy);
	memfd_unmap(&map);
	return r;
}

void
role_begin(struct role_self *self, enum role me)
{
	enum gw_err r;

	*self = (struct role_self){ .me = me, .dump = -1 };
	log_open(role_name(me), LOG_INFO);
	forget_and_hide();
	chan_open(&self->parent, ROLE_FD_PARENT, me, ROLE_PARENT);
	chan_open(&self->core, me == ROLE_CORE ? -1 : ROLE_FD_CORE, me,
	    ROLE_CORE);
	if (close_range(ROLE_FD_CORE + (me != ROLE_CORE), ~0u, 0) < 0)
		log_event(LOG_WARN, "start", "close_range errno=%d", errno);
	r = receive_conf(self);
	if (r != GW_OK) {
		fprintf(stderr, "meldpost-%s: no configuration came (%s); "
		    "this program is started by meldpostd\n", role_name(me),
		    gw_strerror(r));
		exit(EX_USAGE);
	}
	log_open(role_name(me), level_of(self->conf.log_level));
}

void
role_ready(struct role_self *self)
{
	struct msg m;

	msg_init(&m, MSG_ready);
	m.u.ready.walls = confine_walls(&m.u.ready.landlock);
	if (chan_send(&self->parent, &m, 1000) != GW_OK)
		role_end(self);
}

int
role_exit_for(enum gw_err r)
{
	return gw_passes(r) || r == GW_IO || r == GW_NOMEM ? EX_TEMPFAIL :
	    EX_CONFIG;
}

void
role_end(struct role_self *self)
{
	conf_wipe(&self->conf);
	chan_close(&self->parent);
	chan_close(&self->core);
	exit(EX_OK);
}
