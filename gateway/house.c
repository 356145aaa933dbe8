#define _GNU_SOURCE
#include "house.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memfd.h"
#include "notify.h"
#include "role.h"

#define BACKOFF_FIRST_MS	100
#define BACKOFF_MOST_MS		30000
#define HEALTHY_MS		60000	/* alive this long: back-off forgotten */
#define STOP_MS			15000	/* then SIGKILL */
#define PATIENCE_MS		5000	/* with a house that is just ending */

struct worker {
	enum role role;
	pid_t pid;		/* 0 while it does not run */
	struct chan chan;
	bool ready;
	int64_t started;	/* clock_mono_ms() */
	int64_t restart_at;	/* 0: not to be started */
	int64_t backoff;
};

struct house {
	const struct conf *conf;
	struct place *place;
	int client;
	int signals;
	struct worker worker[ROLE_MAX];
	bool stopping;
	int64_t stop_by;
	int status;
	bool announced;
	int64_t began;
};

/* Those that a run of this kind needs; core first, since all lead to it. */
static const struct {
	enum role role;
	bool in_private_run;
} team[] = {
	{ ROLE_CORE, true }, { ROLE_PARSE, true }, { ROLE_KEYS, true },
	{ ROLE_FETCH, false }, { ROLE_SUBMIT, false },
};

#define TEAM (sizeof(team) / sizeof(team[0]))

/* ---- one role ---- */

/*
 * What a role may see of our environment: the service manager's hint, and
 * what a debugger, sanitizer or fault test sets. All else is dropped.
 */
static void
clean_environment(char *env[16])
{
	static const char *const names[] = { "JOURNAL_STREAM", "LD_PRELOAD",
		"ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS",
		"MELDPOST_FAULT", "MELDPOST_FAULT_LEDGER", "FAKETIME" };
	static char path[] = "PATH=/usr/bin:/bin", lang[] = "LANG=C.UTF-8";
	size_t i, n = 0;
	char *value;

	env[n++] = path;
	env[n++] = lang;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		value = getenv(names[i]);
		if (value != NULL &&
		    asprintf(&env[n], "%s=%s", names[i], value) > 0)
			n++;
	}
	env[n] = NULL;
}

static void
become_user(const struct place *pl, enum role role)
{
	if (!pl->switch_user)
		return;
	if (setgroups(0, NULL) < 0 ||
	    setresgid(pl->gid[role], pl->gid[role], pl->gid[role]) < 0 ||
	    setresuid(pl->uid[role], pl->uid[role], pl->uid[role]) < 0)
		_exit(EX_OSERR);
}

/* In the child: descriptors 3 and 4, own user, own program. */
static void
exec_role(const struct house *h, enum role role, int parent, int core)
{
	const char *dir = getenv("MELDPOST_LIBEXEC");
	char path[512], name[32], *argv[2], *env[16];
	sigset_t none;
	int p, c = -1;

	clean_environment(env);
	become_user(h->place, role);
	/* A terminal tells all of its group: the roles end when core does. */
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)snprintf(name, sizeof(name), "meldpost-%s", role_name(role));
	(void)snprintf(path, sizeof(path), "%s/%s",
	    dir != NULL ? dir : MELDPOST_LIBEXECDIR, name);
	argv[0] = name;
	argv[1] = NULL;
	/* High first, so that neither lands on the other's place. */
	p = fcntl(parent, F_DUPFD_CLOEXEC, 10);
	if (core >= 0)
		c = fcntl(core, F_DUPFD_CLOEXEC, 10);
	if (p < 0 || dup2(p, ROLE_FD_PARENT) < 0 ||
	    (core >= 0 && dup2(c, ROLE_FD_CORE) < 0))
		_exit(EX_OSERR);
	(void)execve(path, argv, env);
	fprintf(stderr, "meldpostd: cannot start %s: %s\n", path,
	    strerror(errno));
	_exit(EX_UNAVAILABLE);
}

/* How the house is set up, for the log of acts: without secrets. */
static enum gw_err
dump_conf(const struct conf *conf, int *fd)
{
	struct buf text;
	enum gw_err r;

	buf_init(&text, LIM_CONF_BYTES);
	conf_dump(conf, &text);
	buf_puts(&text, conf->confine ? "" : "# --no-confine\n");
	r = buf_error(&text);
	if (r == GW_OK)
		r = memfd_from(text.p, text.len, fd);
	buf_free(&text);
	return r;
}

static enum gw_err
send_conf(struct house *h, struct worker *w)
{
	struct buf b;
	struct msg m;
	enum gw_err r;

	buf_init(&b, LIM_CONF_VALUES);
	r = conf_pack(h->conf, w->role, &b);
	msg_init(&m, MSG_conf);
	if (r == GW_OK)
		r = memfd_from(b.p, b.len, &m.u.conf.values);
	if (r == GW_OK && w->role == ROLE_CORE)
		r = dump_conf(h->conf, &m.u.conf.dump);
	if (r == GW_OK)
		r = chan_send(&w->chan, &m, 1000);
	msg_close(&m);
	buf_free(&b);
	return r;
}

/* Gives core one descriptor under a message of `type`. */
static enum gw_err
tell_core(struct house *h, enum msg_type type, enum role role, int fd)
{
	struct msg m;

	msg_init(&m, type);
	if (type == MSG_peer) {
		m.u.peer.role = role;
		m.u.peer.link = fd;
	} else if (type == MSG_listen) {
		m.u.listen.listener = fd;
	} else {
		m.u.client.link = fd;
	}
	return chan_send(&h->worker[ROLE_CORE].chan, &m, 1000);
}

/* Core answers for all roles what stands around them (R152). */
static void
tell_walls(struct house *h, enum role role, const struct msg_ready *ready)
{
	struct msg m;

	msg_init(&m, MSG_walls);
	m.u.walls.role = role;
	m.u.walls.walls = ready->walls;
	m.u.walls.landlock = ready->landlock;
	(void)chan_send(&h->worker[ROLE_CORE].chan, &m, 1000);
}

static enum gw_err
start_role(struct house *h, enum role role)
{
	struct worker *w = &h->worker[role];
	int up[2] = { -1, -1 }, across[2] = { -1, -1 };
	enum gw_err r;

	r = chan_pair(up);
	if (r == GW_OK && role != ROLE_CORE)
		r = chan_pair(across);
	if (r != GW_OK)
		goto out;
	w->pid = fork();
	if (w->pid == 0)
		exec_role(h, role, up[1], across[1]);
	if (w->pid < 0) {
		w->pid = 0;
		r = gw_from_errno(errno);
		goto out;
	}
	chan_open(&w->chan, up[0], ROLE_PARENT, role);
	up[0] = -1;
	w->ready = false;
	w->restart_at = 0;
	w->started = clock_mono_ms();
	r = send_conf(h, w);
	if (r == GW_OK && role != ROLE_CORE)
		r = tell_core(h, MSG_peer, role, across[0]);
	if (r == GW_OK && role == ROLE_CORE && h->place->listener >= 0)
		r = tell_core(h, MSG_listen, role, h->place->listener);
	if (r == GW_OK && role == ROLE_CORE && h->client >= 0)
		r = tell_core(h, MSG_client, role, h->client);
out:
	if (up[0] >= 0)
		close(up[0]);
	if (up[1] >= 0)
		close(up[1]);
	if (across[0] >= 0)
		close(across[0]);
	if (across[1] >= 0)
		close(across[1]);
	return r;
}

static bool
belongs(const struct house *h, size_t i)
{
	return !h->conf->private_run || team[i].in_private_run;
}

/* ---- all roles ---- */

/* Starts what is due. The others need core, so it goes first. */
static void
start_due(struct house *h)
{
	int64_t now = clock_mono_ms();
	struct worker *w;
	size_t i;

	for (i = 0; i < TEAM && !h->stopping; i++) {
		w = &h->worker[team[i].role];
		if (w->pid != 0 || w->restart_at == 0 || w->restart_at > now)
			continue;
		if (w->role != ROLE_CORE && h->worker[ROLE_CORE].pid == 0)
			continue;
		if (start_role(h, w->role) != GW_OK) {
			log_event(LOG_WARN, "role", "%s could not be started",
			    role_name(w->role));
			if (w->pid != 0)
				(void)kill(w->pid, SIGKILL);
			else
				w->restart_at = now + w->backoff;
		}
	}
}

static void
stop_house(struct house *h, int status)
{
	struct msg m;

	if (h->stopping)
		return;
	h->stopping = true;
	h->status = status;
	h->stop_by = clock_mono_ms() + STOP_MS;
	notify_service("STOPPING=1");
	/* The others end when they see core go, in order: core may still need
	 * them, and keys has an agent to end. */
	msg_init(&m, MSG_stop);
	if (h->worker[ROLE_CORE].pid != 0)
		(void)chan_send(&h->worker[ROLE_CORE].chan, &m, 100);
}

/* Says why a role ended, and whether starting it again makes sense. */
static bool
may_start_again(struct house *h, const struct worker *w, int how)
{
	if (WIFSIGNALED(how)) {
		/* SIGTERM is our own, sent because core is gone. */
		log_event(WTERMSIG(how) == SIGTERM ? LOG_NOTE : LOG_ERROR,
		    "role", "%s died signal=%d",
		    role_name(w->role), WTERMSIG(how));
		return true;
	}
	if (WEXITSTATUS(how) == EX_OK) {
		log_event(LOG_NOTE, "role", "%s ended", role_name(w->role));
		return true;
	}
	log_event(LOG_ERROR, "role", "%s ended status=%d", role_name(w->role),
	    WEXITSTATUS(how));
	/* What the last house left, a lock or an agent, is gone in a moment. */
	if (WEXITSTATUS(how) == EX_TEMPFAIL &&
	    clock_mono_ms() - h->began < PATIENCE_MS)
		return true;
	/* It said what is wrong; only a person can change that. */
	if (WEXITSTATUS(how) == EX_CONFIG ||
	    (!w->ready && (h->conf->once || h->conf->private_run)) ||
	    (!w->ready && !h->announced)) {
		stop_house(h, WEXITSTATUS(how));
		return false;
	}
	return true;
}

static void
announce(struct house *h)
{
	size_t i;

	for (i = 0; i < TEAM; i++) {
		if (belongs(h, i) && !h->worker[team[i].role].ready)
			return;
	}
	if (h->announced)
		return;
	h->announced = true;
	log_event(LOG_NOTE, "start", "all roles are at work");
	notify_service("READY=1");
}

/* Hears one message; false when there is none, now or ever. */
static bool
take_message(struct house *h, struct worker *w)
{
	struct msg m;
	enum gw_err r;

	r = chan_recv(&w->chan, &m, 0);
	if (r == GW_TIMEOUT)
		return false;
	if (r != GW_OK) {
		/* Gone or confused: its end is reported by SIGCHLD. */
		chan_close(&w->chan);
		if (r != GW_EOF && w->pid != 0)
			(void)kill(w->pid, SIGKILL);
		return false;
	}
	if (m.type == MSG_ready) {
		w->ready = true;
		tell_walls(h, w->role, &m.u.ready);
		announce(h);
	} else if (m.type == MSG_finished) {
		stop_house(h, m.u.finished.failed ? EX_TEMPFAIL : EX_OK);
	} else if (m.type == MSG_stuck && m.u.stuck.role < ROLE_MAX &&
	    h->worker[m.u.stuck.role].pid != 0) {
		log_event(LOG_ERROR, "role", "%s missed its deadline",
		    role_name((enum role)m.u.stuck.role));
		(void)kill(h->worker[m.u.stuck.role].pid, SIGKILL);
	}
	msg_close(&m);
	return true;
}

static void
role_ended(struct house *h, struct worker *w, int how)
{
	int64_t now = clock_mono_ms();
	size_t i;

	w->pid = 0;
	/* Its last words may still wait: "finished" above all. */
	while (take_message(h, w))
		continue;
	chan_close(&w->chan);
	if (h->stopping || !may_start_again(h, w, how))
		return;
	if (now - w->started > HEALTHY_MS)
		w->backoff = BACKOFF_FIRST_MS;
	w->restart_at = now + w->backoff;
	w->backoff *= 2;
	if (w->backoff > BACKOFF_MOST_MS)
		w->backoff = BACKOFF_MOST_MS;
	/* All lead to core: without it they are of no use. */
	if (w->role != ROLE_CORE)
		return;
	for (i = 0; i < TEAM; i++) {
		if (h->worker[team[i].role].pid != 0)
			(void)kill(h->worker[team[i].role].pid, SIGTERM);
	}
}

static void
reap(struct house *h)
{
	struct worker *w;
	pid_t pid;
	size_t i;
	int how;

	while ((pid = waitpid(-1, &how, WNOHANG)) > 0) {
		for (i = 0; i < TEAM; i++) {
			w = &h->worker[team[i].role];
			if (w->pid == pid)
				role_ended(h, w, how);
		}
	}
}

static void
take_signal(struct house *h)
{
	struct signalfd_siginfo si;

	while (read(h->signals, &si, sizeof(si)) == (ssize_t)sizeof(si)) {
		if (si.ssi_signo == SIGCHLD)
			reap(h);
		else
			stop_house(h, EX_OK);
	}
}

/* ---- the loop ---- */

static bool
anybody_left(const struct house *h)
{
	size_t i;

	for (i = 0; i < TEAM; i++) {
		if (h->worker[team[i].role].pid != 0)
			return true;
	}
	return false;
}

/* Milliseconds until something is due: a restart, or the end of patience. */
static int
patience(const struct house *h)
{
	int64_t now = clock_mono_ms(), left, least = -1;
	size_t i;

	if (h->stopping)
		least = h->stop_by > now ? h->stop_by - now : 0;
	for (i = 0; i < TEAM && !h->stopping; i++) {
		const struct worker *w = &h->worker[team[i].role];

		if (w->pid != 0 || w->restart_at == 0)
			continue;
		left = w->restart_at > now ? w->restart_at - now : 0;
		if (w->role != ROLE_CORE && h->worker[ROLE_CORE].pid == 0)
			left = left < 50 ? 50 : left;
		if (least < 0 || left < least)
			least = left;
	}
	return (int)least;
}

static void
kill_the_rest(struct house *h)
{
	size_t i;

	if (!h->stopping || clock_mono_ms() < h->stop_by)
		return;
	for (i = 0; i < TEAM; i++) {
		if (h->worker[team[i].role].pid != 0)
			(void)kill(h->worker[team[i].role].pid, SIGKILL);
	}
	h->stop_by = clock_mono_ms() + STOP_MS;
}

static void
turn(struct house *h)
{
	struct pollfd pfd[TEAM + 1];
	size_t i;

	start_due(h);
	pfd[TEAM] = (struct pollfd){ .fd = h->signals, .events = POLLIN };
	for (i = 0; i < TEAM; i++)
		pfd[i] = (struct pollfd){
			.fd = h->worker[team[i].role].chan.fd,
			.events = POLLIN };
	if (poll(pfd, TEAM + 1, patience(h)) < 0 && errno != EINTR)
		stop_house(h, EX_OSERR);
	for (i = 0; i < TEAM; i++) {
		if (pfd[i].fd >= 0 && pfd[i].revents != 0)
			take_message(h, &h->worker[team[i].role]);
	}
	take_signal(h);
	kill_the_rest(h);
}

static int
open_signals(void)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGCHLD);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -1;
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int
house_run(const struct conf *conf, struct place *pl, int client)
{
	struct house h = { .conf = conf, .place = pl, .client = client,
		.began = clock_mono_ms() };
	size_t i;

	h.signals = open_signals();
	if (h.signals < 0)
		return EX_OSERR;
	for (i = 0; i < ROLE_MAX; i++)
		h.worker[i] = (struct worker){ .role = (enum role)i,
			.chan.fd = -1, .backoff = BACKOFF_FIRST_MS };
	for (i = 0; i < TEAM; i++) {
		if (belongs(&h, i))
			h.worker[team[i].role].restart_at = clock_mono_ms();
	}
	do {
		turn(&h);
	} while (!h.stopping || anybody_left(&h));
	close(h.signals);
	return h.status;
}
