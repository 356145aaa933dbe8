#define _GNU_SOURCE
#include "keys/children.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"

extern char **environ;

/* A killed process is gone in no time, unless the disk hangs. */
#define KILLED_MS 5000

/* How soon it is looked for children of a killed one. */
#define KILLED_AGAIN_MS 1

/* Our own CPU time passes the limit meant for gpg: nothing to do. A handler,
 * unlike SIG_IGN, is not inherited through exec. */
static void
on_xcpu(int sig)
{
	(void)sig;
}

static enum gw_err
adopt(bool on)
{
	if (prctl(PR_SET_CHILD_SUBREAPER, on ? 1 : 0, 0, 0, 0) < 0)
		return gw_from_errno(errno);
	return GW_OK;
}

enum gw_err
children_open(struct children *c)
{
	struct sigaction act = { .sa_handler = on_xcpu };

	act.sa_flags = SA_RESTART;
	c->list = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
	if (c->list < 0)
		return errno == ENOENT ? GW_MISSING : gw_from_errno(errno);
	if (sigaction(SIGXCPU, &act, NULL) < 0)
		return gw_from_errno(errno);
	return adopt(true);
}

void
children_close(struct children *c)
{
	if (c->list >= 0)
		close(c->list);
	c->list = -1;
	(void)adopt(false);
}

void
children_limit(bool on)
{
	struct rlimit lim;

	if (getrlimit(RLIMIT_CPU, &lim) < 0)
		return;
	lim.rlim_cur = lim.rlim_max;
	if (on && lim.rlim_max > LIM_GPG_CPU_S)
		lim.rlim_cur = LIM_GPG_CPU_S;
	(void)setrlimit(RLIMIT_CPU, &lim);
}

/* Sends SIGKILL to every child there is. A pid cannot be another's by now:
 * nobody but us can reap it. */
static void
kill_all(const struct children *c)
{
	char text[1024], *at = text, *end;
	ssize_t n;
	long pid;

	n = pread(c->list, text, sizeof(text) - 1, 0);
	if (n <= 0)
		return;
	text[n] = '\0';
	for (;;) {
		pid = strtol(at, &end, 10);
		/* A number at the very end may be cut off. */
		if (end == at || *end == '\0' || pid <= 1)
			return;
		(void)kill((pid_t)pid, SIGKILL);
		at = end;
	}
}

/* Reaps what has ended; `killed`: perhaps by our hand. False when no child is
 * left. */
static bool
reap(bool killed, enum children_end *end)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (!WIFSIGNALED(status))
			continue;
		if (WTERMSIG(status) == SIGXCPU)
			*end = CHILDREN_OVERRUN;
		else if (WTERMSIG(status) == SIGKILL && !killed &&
		    *end == CHILDREN_WELL)
			*end = CHILDREN_KILLED;
	}
	return pid == 0;
}

/* Until a child ends, at most `ms`. The signal is blocked by the caller. */
static void
await_child(int64_t ms)
{
	const struct timespec most = { (time_t)(ms / 1000),
	    (long)(ms % 1000) * 1000000 };
	sigset_t chld;

	(void)sigemptyset(&chld);
	(void)sigaddset(&chld, SIGCHLD);
	(void)sigtimedwait(&chld, NULL, &most);
}

static void
nap(void)
{
	const struct timespec t = { 0, 200000 };

	(void)nanosleep(&t, NULL);
}

enum children_end
children_settle(struct children *c, int grace_ms)
{
	enum children_end end = CHILDREN_WELL;
	int64_t start = clock_mono_ms();
	int64_t spent;
	bool killed = false;
	sigset_t chld, before;

	/* Blocked, it stays pending: none that ends between the look and the
	 * wait is missed. Nothing is started in here that could inherit it. */
	(void)sigemptyset(&chld);
	(void)sigaddset(&chld, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &chld, &before);
	while (reap(killed, &end)) {
		spent = clock_mono_ms() - start;
		/* Again and again: a dying one may have had children. */
		if (spent >= grace_ms) {
			kill_all(c);
			killed = true;
		}
		if (spent >= (int64_t)grace_ms + KILLED_MS)
			break;
		await_child(spent < grace_ms ? grace_ms - spent :
		    KILLED_AGAIN_MS);
	}
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	return end;
}

static enum gw_err
wait_for(pid_t pid, int wait_ms)
{
	int64_t until = clock_mono_ms() + wait_ms;
	int status;
	pid_t r;

	while ((r = waitpid(pid, &status, WNOHANG)) == 0) {
		if (clock_mono_ms() >= until) {
			(void)kill(pid, SIGKILL);
			(void)waitpid(pid, &status, 0);
			return GW_TIMEOUT;
		}
		nap();
	}
	if (r < 0)
		return gw_from_errno(errno);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? GW_OK : GW_IO;
}

enum gw_err
children_run(const char *const argv[], int wait_ms)
{
	posix_spawn_file_actions_t files;
	enum gw_err r;
	pid_t pid;
	int err;

	if (posix_spawn_file_actions_init(&files) != 0)
		return GW_NOMEM;
	err = posix_spawn_file_actions_addopen(&files, 0, "/dev/null",
	    O_RDWR, 0);
	if (err == 0)
		err = posix_spawn_file_actions_adddup2(&files, 0, 1);
	if (err == 0)
		err = posix_spawn_file_actions_adddup2(&files, 0, 2);
	/* A daemon that it starts shall not become ours. */
	(void)adopt(false);
	if (err == 0)
		err = posix_spawnp(&pid, argv[0], &files, NULL,
		    (char *const *)(uintptr_t)argv, environ);
	r = err == ENOENT ? GW_MISSING : gw_from_errno(err);
	if (err == 0)
		r = wait_for(pid, wait_ms);
	(void)adopt(true);
	(void)posix_spawn_file_actions_destroy(&files);
	return r;
}
