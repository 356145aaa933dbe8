#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "store/handle.h"

/* Rights are checked at every start: the files say who mails the cell (R162),
 * which the law lets nobody else read (R143). */
static enum gw_err
check_rights(const struct stat *st, const char *path, const char *mode,
    struct buf *why)
{
	if (st->st_uid != geteuid()) {
		buf_printf(why, "%s belongs to uid %u, we are uid %u; run as"
		    " its owner, or: chown %u %s", path, (unsigned)st->st_uid,
		    (unsigned)geteuid(), (unsigned)geteuid(), path);
		return GW_DENIED;
	}
	if ((st->st_mode & 077) != 0) {
		buf_printf(why, "others may enter %s; mend it with:"
		    " chmod %s %s", path, mode, path);
		return GW_DENIED;
	}
	return GW_OK;
}

/* One writer at a time. The kernel lets go of it whenever and however we
 * end. */
static enum gw_err
lock(struct store *s, const char *dir, struct buf *why)
{
	if (flock(s->dir, LOCK_EX | LOCK_NB) == 0)
		return GW_OK;
	if (errno != EWOULDBLOCK)
		return gw_from_errno(errno);
	buf_printf(why, "another meldpostd is at work in %s", dir);
	return GW_AGAIN;
}

enum gw_err
rights_dir(struct store *s, const char *dir, struct buf *why)
{
	struct stat st;
	enum gw_err r;

	s->dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->dir < 0 && errno == ENOENT) {
		buf_printf(why, "there is no %s; make it with:"
		    " install -d -m 0700 %s", dir, dir);
		return GW_MISSING;
	}
	if (s->dir < 0 || fstat(s->dir, &st) < 0) {
		r = gw_from_errno(errno);
		buf_printf(why, "%s: %s", dir, gw_strerror(r));
		return r;
	}
	r = check_rights(&st, dir, "0700", why);
	if (r == GW_OK && !s->read_only)
		r = lock(s, dir, why);
	return r;
}

/* SQLite would make it with the rights that the umask leaves. */
static enum gw_err
make_file(int dir, const char *name)
{
	int fd;

	fd = openat(dir, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC |
	    O_NOFOLLOW, 0600);
	if (fd < 0)
		return gw_from_errno(errno);
	close(fd);
	return fsync(dir) < 0 ? gw_from_errno(errno) : GW_OK;
}

enum gw_err
rights_file(struct store *s, const char *dir, const char *name,
    struct buf *why)
{
	struct buf path;
	struct stat st;
	enum gw_err r;

	r = s->read_only ? GW_EXISTS : make_file(s->dir, name);
	if (r != GW_OK && r != GW_EXISTS)
		return r;
	if (fstatat(s->dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return gw_from_errno(errno);
	buf_init(&path, 2 * LIM_CONF_PATH);
	buf_printf(&path, "%s/%s", dir, name);
	if (!S_ISREG(st.st_mode)) {
		buf_printf(why, "%s is not a file", buf_str(&path));
		r = GW_DENIED;
	} else {
		r = check_rights(&st, buf_str(&path), "0600", why);
	}
	buf_free(&path);
	return r;
}

enum gw_err
store_free_space(struct store *s, uint64_t *bytes)
{
	struct statvfs v;

	*bytes = 0;
	if (fstatvfs(s->dir, &v) < 0)
		return gw_from_errno(errno);
	*bytes = (uint64_t)v.f_bavail * v.f_frsize;
	return GW_OK;
}
