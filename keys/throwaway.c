#define _GNU_SOURCE
#include "keys/throwaway.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"

#define PREFIX	"t-"
#define TRIES	3

/* gpg makes folders in a home, but none in those. */
#define DEPTH	3

static bool
is_dot(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static int
open_dir(int at, const char *name)
{
	return openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
	    O_CLOEXEC);
}

static void remove_tree(int at, const char *name, int depth);

static void
empty(int fd, int depth)
{
	struct dirent *d;
	DIR *dir;

	dir = fdopendir(fd);
	if (dir == NULL) {
		close(fd);
		return;
	}
	while ((d = readdir(dir)) != NULL) {
		if (!is_dot(d->d_name) &&
		    unlinkat(dirfd(dir), d->d_name, 0) < 0 && depth > 0)
			remove_tree(dirfd(dir), d->d_name, depth - 1);
	}
	(void)closedir(dir);
}

static void
remove_tree(int at, const char *name, int depth)
{
	int fd = open_dir(at, name);

	if (fd >= 0)
		empty(fd, depth);
	(void)unlinkat(at, name, AT_REMOVEDIR);
}

/* Removes what no living process holds. */
static void
sweep(const char *home)
{
	struct dirent *d;
	DIR *dir;
	int fd;

	dir = opendir(home);
	if (dir == NULL)
		return;
	while ((d = readdir(dir)) != NULL) {
		if (strncmp(d->d_name, PREFIX, sizeof(PREFIX) - 1) != 0)
			continue;
		fd = open_dir(dirfd(dir), d->d_name);
		if (fd < 0)
			continue;
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			remove_tree(dirfd(dir), d->d_name, DEPTH);
		close(fd);
	}
	(void)closedir(dir);
}

enum gw_err
throwaway_init(struct throwaway *t, const char *home)
{
	uint8_t random[4];

	*t = (struct throwaway){ .lock = -1 };
	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return GW_IO;
	(void)snprintf(t->home, sizeof(t->home), "%s", home);
	(void)snprintf(t->dir, sizeof(t->dir), "%s/" PREFIX "%02x%02x%02x%02x",
	    t->home, random[0], random[1], random[2], random[3]);
	sweep(home);
	return GW_OK;
}

/* Makes the directory and holds it. Between the two a starting dry run may
 * have swept it away. GW_AGAIN then. */
static enum gw_err
make_held(struct throwaway *t)
{
	struct stat st;
	enum gw_err r;

	if (mkdir(t->dir, 0700) < 0)
		return gw_from_errno(errno);
	t->lock = open_dir(AT_FDCWD, t->dir);
	if (t->lock < 0)
		return GW_AGAIN;
	r = flock(t->lock, LOCK_EX | LOCK_NB) == 0 ? GW_OK : GW_AGAIN;
	if (r == GW_OK && (fstat(t->lock, &st) < 0 || st.st_nlink == 0))
		r = GW_AGAIN;
	return r;
}

enum gw_err
throwaway_make(struct throwaway *t)
{
	char conf[sizeof(t->home) + sizeof("/gpg.conf")];
	enum gw_err r = GW_AGAIN;
	int i;

	throwaway_remove(t);
	for (i = 0; i < TRIES && r == GW_AGAIN; i++) {
		r = make_held(t);
		if (r == GW_AGAIN)
			throwaway_remove(t);
	}
	/* The very file, not a copy: gpg without it would accept more. */
	(void)snprintf(conf, sizeof(conf), "%s/gpg.conf", t->home);
	if (r == GW_OK && linkat(AT_FDCWD, conf, t->lock, "gpg.conf", 0) < 0)
		r = gw_from_errno(errno);
	if (r == GW_OK)
		return GW_OK;
	log_event(LOG_WARN, "throwaway", "cannot be made: %s", gw_strerror(r));
	throwaway_remove(t);
	return r;
}

void
throwaway_remove(struct throwaway *t)
{
	if (t->dir[0] != '\0')
		remove_tree(AT_FDCWD, t->dir, DEPTH);
	if (t->lock >= 0)
		close(t->lock);
	t->lock = -1;
}
