#define _GNU_SOURCE
#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define LOCK_TRIES	20
#define LOCK_WAIT_US	50000

static enum gw_err
find_user(const char *name, uid_t *uid, gid_t *gid)
{
	const struct passwd *pw = getpwnam(name);

	if (pw == NULL || pw->pw_uid == 0) {
		fprintf(stderr, "meldpostd: there is no ordinary user \"%s\" "
		    "to run as; make it with\n"
		    "    adduser --system --group --no-create-home %s\n"
		    "or name one user for all roles in state.user\n", name,
		    name);
		return GW_MISSING;
	}
	*uid = pw->pw_uid;
	*gid = pw->pw_gid;
	return GW_OK;
}

enum gw_err
place_users(struct place *pl, const struct conf *conf)
{
	char name[48];
	enum gw_err r;
	int role;

	*pl = (struct place){ .lock = -1, .listener = -1 };
	pl->switch_user = geteuid() == 0;
	for (role = 0; role < ROLE_MAX; role++) {
		pl->uid[role] = geteuid();
		pl->gid[role] = getegid();
		if (!pl->switch_user || role == ROLE_PARENT ||
		    role == ROLE_CTL)
			continue;
		(void)snprintf(name, sizeof(name), "meldpost-%s",
		    role_name((enum role)role));
		r = find_user(conf->state_user[0] != '\0' ? conf->state_user :
		    name, &pl->uid[role], &pl->gid[role]);
		if (r != GW_OK)
			return r;
	}
	return GW_OK;
}

/* Never by its name: the user of the directory around it could have put a link
 * in its place since it was made. */
static enum gw_err
give_dir(const char *path, uid_t uid, gid_t gid, mode_t mode)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	enum gw_err r = GW_OK;

	if (fd < 0)
		return gw_from_errno(errno);
	if (fchown(fd, uid, gid) < 0 || fchmod(fd, mode) < 0)
		r = gw_from_errno(errno);
	close(fd);
	return r;
}

/*
 * A directory of `uid` that nobody else can read. When roles have users of
 * their own, they must be able to walk through the top one: `mode` 0711.
 */
static enum gw_err
private_dir(const char *path, uid_t uid, gid_t gid, mode_t mode)
{
	struct stat st;
	enum gw_err r = GW_OK;

	if (mkdir(path, 0700) == 0) {
		r = give_dir(path, uid, gid, mode);
	} else if (errno != EEXIST) {
		int err = errno;

		fprintf(stderr, "meldpostd: cannot make %s: %s\n", path,
		    strerror(err));
		return gw_from_errno(err);
	}
	if (lstat(path, &st) < 0)
		return gw_from_errno(errno);
	if (r == GW_OK && S_ISDIR(st.st_mode) && st.st_uid == uid &&
	    (st.st_mode & 077 & ~mode) == 0)
		return GW_OK;
	fprintf(stderr, "meldpostd: %s must be a directory of its own user "
	    "that no other can read; mend it with\n"
	    "    chown %u:%u %s && chmod %o %s\n", path, (unsigned)uid,
	    (unsigned)gid, path, (unsigned)mode, path);
	return GW_DENIED;
}

enum gw_err
place_directories(struct place *pl, const struct conf *conf)
{
	bool apart = pl->uid[ROLE_CORE] != pl->uid[ROLE_KEYS];
	char path[256];
	enum gw_err r;

	if (apart)
		r = private_dir(conf->state_dir, 0, 0, 0711);
	else
		r = private_dir(conf->state_dir, pl->uid[ROLE_CORE],
		    pl->gid[ROLE_CORE], 0700);
	if (r != GW_OK)
		return r;
	(void)snprintf(path, sizeof(path), "%s/db", conf->state_dir);
	r = private_dir(path, pl->uid[ROLE_CORE], pl->gid[ROLE_CORE], 0700);
	if (r != GW_OK)
		return r;
	(void)snprintf(path, sizeof(path), "%s/gnupg", conf->state_dir);
	return private_dir(path, pl->uid[ROLE_KEYS], pl->gid[ROLE_KEYS], 0700);
}

enum gw_err
place_lock(struct place *pl, const struct conf *conf)
{
	char path[256];
	int i;

	(void)snprintf(path, sizeof(path), "%s/lock", conf->state_dir);
	pl->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (pl->lock < 0)
		return gw_from_errno(errno);
	/* A house that was killed holds it for a moment longer. */
	for (i = 0; i < LOCK_TRIES; i++) {
		if (flock(pl->lock, LOCK_EX | LOCK_NB) == 0)
			return GW_OK;
		(void)usleep(LOCK_WAIT_US);
	}
	fprintf(stderr, "meldpostd: another meldpostd works in %s; stop it "
	    "first, or let it do the work\n", conf->state_dir);
	return GW_EXISTS;
}

enum gw_err
place_listen(struct place *pl, const struct conf *conf)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	int n;

	n = snprintf(pl->control, sizeof(pl->control), "%s/control",
	    conf->state_dir);
	if (n < 0 || (size_t)n >= sizeof(sa.sun_path)) {
		fprintf(stderr, "meldpostd: state.dir is too long for a "
		    "socket; use at most %zu bytes\n",
		    sizeof(sa.sun_path) - sizeof("/control"));
		pl->control[0] = '\0';
		return GW_LIMIT;
	}
	memcpy(sa.sun_path, pl->control, (size_t)n + 1);
	pl->listener = socket(AF_UNIX,
	    SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (pl->listener < 0)
		return gw_from_errno(errno);
	/* We hold the lock, so a socket that lies here is a dead one's. */
	(void)unlink(pl->control);
	/* umask 077 makes it 0600; no call here follows a link that the user
	 * of the directory could put in its place. */
	if (bind(pl->listener, (struct sockaddr *)&sa, sizeof(sa)) < 0 ||
	    lchown(pl->control, pl->uid[ROLE_CORE], pl->gid[ROLE_CORE]) < 0 ||
	    listen(pl->listener, 8) < 0)
		return gw_from_errno(errno);
	return GW_OK;
}

void
place_leave(struct place *pl)
{
	if (pl->control[0] != '\0')
		(void)unlink(pl->control);
	if (pl->listener >= 0)
		close(pl->listener);
	if (pl->lock >= 0)
		close(pl->lock);
	pl->listener = pl->lock = -1;
}
