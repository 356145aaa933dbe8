#define _GNU_SOURCE
#include "keys/home.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/log.h"
#include "keys/children.h"

#define TEXT(x)		#x
#define NUMBER(x)	TEXT(x)

#define AGENT_TRIES	5

/* Above our own cap: alone, max-output ends in success with the text cut off
 * (libs.md 3c). */
#define GPG_MAX_OUTPUT	54525952
_Static_assert(GPG_MAX_OUTPUT > LIM_PLAIN_BYTES, "our cap must come first");

static const char gpg_conf[] =
    "# Written at each start; changes are lost.\n"
    "batch\n"
    "no-tty\n"
    "no-greeting\n"
    "no-verbose\n"
    "quiet\n"
    /* Nothing is asked of anybody: no network, no pinentry, no new agent that
     * would inherit the limits of one mail. */
    "disable-dirmngr\n"
    "no-autostart\n"
    "pinentry-mode error\n"
    /* T29, T32: keys come by an act of enrolment only. */
    "no-auto-key-locate\n"
    "no-auto-key-retrieve\n"
    "no-auto-key-import\n"
    "no-include-key-block\n"
    "import-options import-minimal,self-sigs-only\n"
    "export-options export-minimal\n"
    /* Trust is our own table of fingerprints. */
    "trust-model always\n"
    "no-auto-check-trustdb\n"
    "no-random-seed-file\n"
    "require-cross-certification\n"
    /* T31. */
    "weak-digest SHA1\n"
    "weak-digest RIPEMD160\n"
    "digest-algo SHA512\n"
    "cert-digest-algo SHA512\n"
    "cipher-algo AES256\n"
    /* Compression would make equal texts differ in size (T40). */
    "compress-algo none\n"
    "no-emit-version\n"
    "no-comments\n"
    "no-symkey-cache\n"
    /* T26. */
    "max-output " NUMBER(GPG_MAX_OUTPUT) "\n";

static const char agent_conf[] =
    "# Written at each start; changes are lost.\n"
    "quiet\n"
    "disable-scdaemon\n"
    "no-allow-external-cache\n"
    "no-allow-mark-trusted\n"
    "max-cache-ttl 0\n";

/* Ours and closed to others, or the command that makes it so. */
static enum gw_err
check_rights(const char *dir)
{
	struct stat st;

	if (lstat(dir, &st) < 0)
		return gw_from_errno(errno);
	if (S_ISDIR(st.st_mode) && st.st_uid == geteuid() &&
	    (st.st_mode & 077) == 0)
		return GW_OK;
	log_event(LOG_ERROR, "ring", "err=rights dir=%s mend=\"chown -R %u %s "
	    "&& chmod 700 %s\"", dir, (unsigned)geteuid(), dir, dir);
	return GW_DENIED;
}

static enum gw_err
write_all(int fd, const uint8_t *p, size_t left)
{
	ssize_t n;

	while (left > 0) {
		n = write(fd, p, left);
		if (n < 0 && errno != EINTR)
			return gw_from_errno(errno);
		if (n > 0) {
			p += n;
			left -= (size_t)n;
		}
	}
	return fsync(fd) < 0 ? gw_from_errno(errno) : GW_OK;
}

/* Never half a file: gpg without its weak-digest lines would accept more. */
static enum gw_err
write_file(const char *dir, const char *name, const void *p, size_t n)
{
	char path[192], tmp[200];
	enum gw_err r;
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	(void)snprintf(tmp, sizeof(tmp), "%s.new", path);
	fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
	    0600);
	if (fd < 0)
		return gw_from_errno(errno);
	r = write_all(fd, p, n);
	close(fd);
	if (r == GW_OK && rename(tmp, path) < 0)
		r = gw_from_errno(errno);
	if (r != GW_OK)
		(void)unlink(tmp);
	return r;
}

static enum gw_err
set_environment(const char *dir)
{
	if (clearenv() != 0 ||
	    setenv("PATH", "/usr/bin:/bin", 1) < 0 ||
	    setenv("LC_ALL", "C", 1) < 0 ||
	    setenv("HOME", dir, 1) < 0 ||
	    setenv("GNUPGHOME", dir, 1) < 0)
		return GW_NOMEM;
	return GW_OK;
}

enum gw_err
home_prepare(struct home *h, const char *dir)
{
	enum gw_err r;

	*h = (struct home){ .agent = -1 };
	if (dir[0] != '/' || strlen(dir) > LIM_HOME) {
		log_event(LOG_ERROR, "ring", "err=path max=%d mend=\"choose a "
		    "shorter absolute state.dir\"", LIM_HOME);
		return GW_LIMIT;
	}
	(void)snprintf(h->dir, sizeof(h->dir), "%s", dir);
	if (mkdir(dir, 0700) < 0 && errno != EEXIST)
		return gw_from_errno(errno);
	r = check_rights(dir);
	if (r == GW_OK)
		r = write_file(dir, "gpg.conf", gpg_conf, strlen(gpg_conf));
	if (r == GW_OK)
		r = write_file(dir, "gpg-agent.conf", agent_conf,
		    strlen(agent_conf));
	if (r == GW_OK)
		r = set_environment(dir);
	return r;
}

/* A pidfd can be read when its process has ended. */
static bool
is_alive(int pidfd)
{
	struct pollfd pfd = { .fd = pidfd, .events = POLLIN };

	return pidfd >= 0 && poll(&pfd, 1, 0) == 0;
}

static enum gw_err
connect_to(const char *path, int *fd)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	enum gw_err r;

	if (strlen(path) >= sizeof(sun.sun_path))
		return GW_LIMIT;
	memcpy(sun.sun_path, path, strlen(path) + 1);
	*fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (*fd < 0)
		return gw_from_errno(errno);
	if (connect(*fd, (struct sockaddr *)&sun, sizeof(sun)) == 0)
		return GW_OK;
	r = gw_from_errno(errno);
	close(*fd);
	*fd = -1;
	return r;
}

/* Reads up to the line that begins with "D ": the answer. */
static enum gw_err
read_answer(int fd, char *text, size_t size, long *number)
{
	size_t len = 0;
	ssize_t n;
	char *d;

	do {
		n = read(fd, text + len, size - 1 - len);
		if (n <= 0)
			return GW_IO;
		len += (size_t)n;
		text[len] = '\0';
		d = strstr(text, "\nD ");
	} while (len < size - 1 && (d == NULL || strchr(d + 1, '\n') == NULL));
	if (d == NULL)
		return GW_FORMAT;
	*number = strtol(d + 3, NULL, 10);
	return *number > 1 ? GW_OK : GW_FORMAT;
}

/* Whom we shall miss: the process that answers at `path`. */
static enum gw_err
find_agent(const char *path, int *pidfd)
{
	static const char question[] = "GETINFO pid\n";
	const struct timeval wait = { LIM_GPG_WALL_MS / 1000, 0 };
	char text[512];
	enum gw_err r;
	long pid = 0;
	int fd;

	r = connect_to(path, &fd);
	if (r != GW_OK)
		return r;
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	if (write(fd, question, sizeof(question) - 1) < 0)
		r = gw_from_errno(errno);
	else
		r = read_answer(fd, text, sizeof(text), &pid);
	if (r == GW_OK) {
		*pidfd = pidfd_open((pid_t)pid, 0);
		if (*pidfd < 0)
			r = gw_from_errno(errno);
	}
	close(fd);
	return r;
}

enum gw_err
home_agent(struct home *h, const char *socket)
{
	static const char *const launch[] = { "gpgconf", "--launch",
	    "gpg-agent", NULL };
	enum gw_err r;
	int i;

	if (is_alive(h->agent))
		return GW_OK;
	if (h->agent >= 0)
		close(h->agent);
	h->agent = -1;
	/* That of a daemon beside us, or left by one of us that was killed. */
	h->found = find_agent(socket, &h->agent) == GW_OK;
	if (h->found)
		return GW_OK;
	/* One that is just ending, after a crash of ours, may take the socket
	 * of the new one with it. */
	for (i = 0; i < AGENT_TRIES; i++) {
		r = children_run(launch, LIM_GPG_WALL_MS);
		if (r != GW_OK)
			return r;
		if (find_agent(socket, &h->agent) == GW_OK)
			return GW_OK;
	}
	return GW_AGAIN;
}

bool
home_has_agent(const struct home *h, const char *socket)
{
	int fd;

	if (!is_alive(h->agent) || connect_to(socket, &fd) != GW_OK)
		return false;
	close(fd);
	return true;
}

/* Reads two lines, the greeting and an answer; whether that one is OK. The
 * end of a line may come by itself. */
static bool
is_answered_ok(int fd)
{
	char text[512], *line = NULL;
	size_t len = 0;
	ssize_t n;

	do {
		n = read(fd, text + len, sizeof(text) - 1 - len);
		if (n <= 0)
			return false;
		len += (size_t)n;
		text[len] = '\0';
		line = strchr(text, '\n');
	} while (len < sizeof(text) - 1 &&
	    (line == NULL || strchr(line + 1, '\n') == NULL));
	return line != NULL && strncmp(line + 1, "OK", 2) == 0;
}

enum gw_err
home_reload(const struct home *h, const char *socket)
{
	static const char order[] = "RELOADAGENT\n";
	const struct timeval wait = { LIM_GPG_WALL_MS / 1000, 0 };
	enum gw_err r;
	int fd;

	if (!is_alive(h->agent) || connect_to(socket, &fd) != GW_OK)
		return GW_OK;
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	r = write(fd, order, sizeof(order) - 1) > 0 && is_answered_ok(fd) ?
	    GW_OK : GW_IO;
	close(fd);
	return r;
}

enum gw_err
home_put(const struct home *h, const char *name, const void *p, size_t n)
{
	enum gw_err r = write_file(h->dir, name, p, n);
	int dir;

	if (r != GW_OK)
		return r;
	dir = open(h->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return gw_from_errno(errno);
	if (fsync(dir) < 0)
		r = gw_from_errno(errno);
	close(dir);
	return r;
}

void
home_close(struct home *h)
{
	static const char *const end[] = { "gpgconf", "--kill", "gpg-agent",
	    NULL };

	if (h->agent < 0)
		return;
	close(h->agent);
	h->agent = -1;
	if (h->guest && h->found)
		return;
	(void)children_run(end, LIM_GPG_WALL_MS);
}
