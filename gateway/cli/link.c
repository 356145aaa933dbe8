#define _GNU_SOURCE
#include "cli/link.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "conf/conf_read.h"

#define PRIVATE_FD	3	/* where meldpostd finds our end */
#define CONF_FAULTS	(64u * 1024)	/* text about a bad configuration */

/* Where the state lies, says the configuration; `dir` has `size` bytes. */
static int
find_state(const struct call *call, char *dir, size_t size)
{
	struct conf conf;
	struct buf why;
	int status = EX_OK;
	enum gw_err e;

	buf_init(&why, CONF_FAULTS);
	e = conf_read(call->config, &conf, &why);
	if (e == GW_OK) {
		(void)snprintf(dir, size, "%s", conf.state_dir);
	} else {
		(void)fputs(buf_str(&why), call->err);
		status = fault(call, e == GW_DENIED ? EX_NOPERM : EX_CONFIG,
		    "the configuration %s cannot be used: %s; see "
		    "meldpost.conf(5)", call->config, gw_strerror(e));
	}
	conf_wipe(&conf);
	buf_free(&why);
	return status;
}

/* The daemon's socket in *fd; -1 in it when no daemon runs. */
static int
join_daemon(const struct call *call, const char *dir, int *fd)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int n;

	*fd = -1;
	n = snprintf(sun.sun_path, sizeof(sun.sun_path), "%s/control", dir);
	if (n < 0 || (size_t)n >= sizeof(sun.sun_path))
		return fault(call, EX_CONFIG, "state.dir is too long for a "
		    "socket; %zu bytes are allowed",
		    sizeof(sun.sun_path) - sizeof("/control"));
	*fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (*fd < 0)
		return fault(call, EX_OSERR, "socket: %s", strerror(errno));
	if (connect(*fd, (struct sockaddr *)&sun, sizeof(sun)) == 0)
		return EX_OK;
	n = errno;
	close(*fd);
	*fd = -1;
	if (n == ENOENT || n == ECONNREFUSED)
		return EX_OK;
	if (n == EACCES || n == EPERM)
		return fault(call, EX_NOPERM, "%s is closed to you; be root or "
		    "the user of the gateway", dir);
	return fault(call, EX_UNAVAILABLE, "%s: %s", sun.sun_path, strerror(n));
}

/* Our standard output is for the answer: the daemon writes to our error. */
static int
spawn(const char *program, char *const argv[], int fd, pid_t *pid)
{
	posix_spawn_file_actions_t todo;
	int err;

	err = posix_spawn_file_actions_init(&todo);
	if (err != 0)
		return err;
	err = posix_spawn_file_actions_adddup2(&todo, fd, PRIVATE_FD);
	if (err == 0)
		err = posix_spawn_file_actions_addopen(&todo, STDIN_FILENO,
		    "/dev/null", O_RDONLY, 0);
	if (err == 0)
		err = posix_spawn_file_actions_adddup2(&todo, STDERR_FILENO,
		    STDOUT_FILENO);
	if (err == 0)
		err = posix_spawn(pid, program, &todo, NULL, argv, environ);
	(void)posix_spawn_file_actions_destroy(&todo);
	return err;
}

/* The installed daemon, or that of a tree which is not installed. */
static const char *
daemon_program(void)
{
	const char *program = getenv("MELDPOSTD");

	return program != NULL ? program : MELDPOST_SBINDIR "/meldpostd";
}

static int
start_private(struct link *l, const struct call *call, bool dry)
{
	char name[] = "meldpostd", config[] = "--config", priv[] = "--private";
	char fd[] = "3", writes_nothing[] = "--dry";
	char *argv[7] = { name, config, NULL, priv, fd,
	    dry ? writes_nothing : NULL, NULL };
	const char *program = daemon_program();
	int pair[2], err;
	enum gw_err e;

	e = chan_pair(pair);
	if (e != GW_OK)
		return fault(call, EX_OSERR, "socketpair: %s", gw_strerror(e));
	argv[2] = strdup(call->config);
	err = argv[2] == NULL ? ENOMEM :
	    spawn(program, argv, pair[1], &l->daemon);
	free(argv[2]);
	close(pair[1]);
	if (err != 0) {
		close(pair[0]);
		l->daemon = 0;
		return fault(call, EX_UNAVAILABLE, "no daemon runs and %s "
		    "cannot be started: %s", program, strerror(err));
	}
	chan_open(&l->chan, pair[0], ROLE_CTL, ROLE_CORE);
	return EX_OK;
}

int
link_open(struct link *l, const struct call *call)
{
	char dir[sizeof(((struct conf *)NULL)->state_dir)];
	int fd, status;

	*l = (struct link){ .chan.fd = -1 };
	status = find_state(call, dir, sizeof(dir));
	if (status == EX_OK)
		status = join_daemon(call, dir, &fd);
	if (status != EX_OK)
		return status;
	if (fd < 0)
		return start_private(l, call, false);
	chan_open(&l->chan, fd, ROLE_CTL, ROLE_CORE);
	return EX_OK;
}

int
link_open_dry(struct link *l, const struct call *call)
{
	*l = (struct link){ .chan.fd = -1 };
	return start_private(l, call, true);
}

int
link_close(struct link *l)
{
	int status = 0;

	chan_close(&l->chan);
	if (l->daemon == 0)
		return EX_OK;
	while (waitpid(l->daemon, &status, 0) < 0 && errno == EINTR)
		;
	l->daemon = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EX_SOFTWARE;
}
