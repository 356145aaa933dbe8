/*
 * A Maildir as a source. A mail is renamed from new/ to cur/ when it is handed
 * out and unlinked when core has committed it; what stands in cur/ at start was
 * not finished and is handed out again. The token is the file's unique name,
 * without the flags that others may change behind its colon.
 *
 * A Maildir holds lines as the system writes them. Mails are handed out with
 * CRLF, as IMAP would: one form for all that reads them.
 */
#define _GNU_SOURCE
#include "transport/source.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memfd.h"

#define CHUNK	65536

/* Names in a row; those before `at` have been taken. */
struct names {
	char **v;
	size_t n, cap, at;
};

struct source {
	int dir, new, cur;	/* the Maildir and two of its directories */
	int watch;		/* inotify, -1 when there is none */
	char side[64];		/* ".NAME" */
	struct names waiting;
	struct names kept;	/* to be handed out again, after the others */
	struct names out;	/* handed out, or no mail: not again */
};

static void
names_clear(struct names *l)
{
	size_t i;

	for (i = l->at; i < l->n; i++)
		free(l->v[i]);
	free(l->v);
	*l = (struct names){ 0 };
}

static enum gw_err
names_add(struct names *l, const char *name, size_t len)
{
	size_t cap;
	char **v, *copy;

	if (l->n >= LIM_LISTED)
		return GW_LIMIT;
	if (l->n == l->cap) {
		cap = l->cap == 0 ? 64 : 2 * l->cap;
		v = realloc(l->v, cap * sizeof(*v));
		if (v == NULL)
			return GW_NOMEM;
		l->v = v;
		l->cap = cap;
	}
	copy = strndup(name, len);
	if (copy == NULL)
		return GW_NOMEM;
	l->v[l->n++] = copy;
	return GW_OK;
}

static bool
names_have(const struct names *l, const char *name, size_t len)
{
	size_t i;

	for (i = l->at; i < l->n; i++) {
		if (strncmp(l->v[i], name, len) == 0 && l->v[i][len] == '\0')
			return true;
	}
	return false;
}

static void
names_remove(struct names *l, const char *name)
{
	size_t i;

	for (i = l->at; i < l->n; i++) {
		if (strcmp(l->v[i], name) == 0) {
			free(l->v[i]);
			l->v[i] = l->v[--l->n];
			return;
		}
	}
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Length of the unique part of a file name. */
static size_t
unique_len(const char *name)
{
	return strcspn(name, ":");
}

/* A directory that is none of somebody else's: made when missing. */
static enum gw_err
open_dir(int at, const char *name, int *fd)
{
	if (mkdirat(at, name, 0700) < 0 && errno != EEXIST)
		return gw_from_errno(errno);
	*fd = openat(at, name,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return *fd < 0 ? gw_from_errno(errno) : GW_OK;
}

/* Opens a second time for reading: readdir() moves the offset of the first. */
static DIR *
read_dir(int fd)
{
	int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d;

	if (copy < 0)
		return NULL;
	d = fdopendir(copy);
	if (d == NULL)
		close(copy);
	return d;
}

static void
maildir_close(struct source *s)
{
	const int fds[] = { s->dir, s->new, s->cur, s->watch };
	size_t i;

	for (i = 0; i < sizeof(fds) / sizeof(fds[0]); i++) {
		if (fds[i] >= 0)
			close(fds[i]);
	}
	names_clear(&s->waiting);
	names_clear(&s->kept);
	names_clear(&s->out);
	free(s);
}

/* Without inotify the role still looks every source.poll seconds. */
static void
start_watch(struct source *s, const char *path)
{
	char new[256];

	(void)snprintf(new, sizeof(new), "%s/new", path);
	s->watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (s->watch < 0 || inotify_add_watch(s->watch, new,
	    IN_MOVED_TO | IN_CREATE | IN_ONLYDIR | IN_DONT_FOLLOW) < 0)
		log_event(LOG_WARN, "source", "watch=none errno=%d", errno);
}

static enum gw_err
maildir_open(const struct conf *conf, struct source **out)
{
	struct source *s;
	enum gw_err r;
	int tmp = -1;

	*out = NULL;
	if (conf->source_path[0] == '\0' || conf->source_side[0] == '\0' ||
	    conf->source_side[0] == '.' ||
	    strchr(conf->source_side, '/') != NULL)
		return GW_FORMAT;
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return GW_NOMEM;
	s->new = s->cur = s->watch = -1;
	(void)snprintf(s->side, sizeof(s->side), ".%s", conf->source_side);
	s->dir = open(conf->source_path,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	r = s->dir < 0 ? gw_from_errno(errno) : GW_OK;
	if (r == GW_OK)
		r = open_dir(s->dir, "tmp", &tmp);
	if (r == GW_OK)
		r = open_dir(s->dir, "new", &s->new);
	if (r == GW_OK)
		r = open_dir(s->dir, "cur", &s->cur);
	if (tmp >= 0)
		close(tmp);
	if (r != GW_OK) {
		maildir_close(s);
		return r;
	}
	start_watch(s, conf->source_path);
	*out = s;
	return GW_OK;
}

/* Adds what stands in one directory and is not spoken for. */
static enum gw_err
list_dir(struct source *s, int fd)
{
	struct dirent *e;
	enum gw_err r = GW_OK;
	size_t len;
	DIR *d;

	d = read_dir(fd);
	if (d == NULL)
		return gw_from_errno(errno);
	while (r == GW_OK && (e = readdir(d)) != NULL) {
		len = unique_len(e->d_name);
		/* Room must be left for ":2," in cur/. */
		if (e->d_name[0] == '.' || len == 0 || len > NAME_MAX - 3)
			continue;
		if (!names_have(&s->kept, e->d_name, len) &&
		    !names_have(&s->out, e->d_name, len))
			r = names_add(&s->waiting, e->d_name, len);
	}
	closedir(d);
	/* The others come when these are settled. */
	return r == GW_LIMIT ? GW_OK : r;
}

/* The same mail can be seen twice while it moves from new/ to cur/. */
static void
sort_waiting(struct names *l)
{
	size_t i, n = 0;

	if (l->n == 0)
		return;
	qsort(l->v, l->n, sizeof(*l->v), by_name);
	for (i = 0; i < l->n; i++) {
		if (n > 0 && strcmp(l->v[n - 1], l->v[i]) == 0)
			free(l->v[i]);
		else
			l->v[n++] = l->v[i];
	}
	l->n = n;
}

static enum gw_err
look(struct source *s)
{
	enum gw_err r;

	names_clear(&s->waiting);
	r = list_dir(s, s->cur);
	if (r == GW_OK)
		r = list_dir(s, s->new);
	sort_waiting(&s->waiting);
	if (r == GW_OK && s->waiting.n == 0) {
		s->waiting = s->kept;
		s->kept = (struct names){ 0 };
	}
	return r;
}

/* The name that a mail gets in cur/: no flags. Tokens leave room for it. */
static void
cur_name(const char *token, char name[NAME_MAX + 1])
{
	(void)snprintf(name, NAME_MAX + 1, "%.*s:2,", NAME_MAX - 3, token);
}

/* The file name that `token` has in `fd` now, with its flags. GW_MISSING. */
static enum gw_err
find_file(int fd, const char *token, char name[NAME_MAX + 1])
{
	size_t len = strlen(token);
	enum gw_err r = GW_MISSING;
	struct dirent *e;
	struct stat st;
	DIR *d;

	cur_name(token, name);
	if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
		return GW_OK;
	d = read_dir(fd);
	if (d == NULL)
		return gw_from_errno(errno);
	while (r != GW_OK && (e = readdir(d)) != NULL) {
		if (unique_len(e->d_name) != len ||
		    memcmp(e->d_name, token, len) != 0)
			continue;
		(void)snprintf(name, NAME_MAX + 1, "%s", e->d_name);
		r = GW_OK;
	}
	closedir(d);
	return r;
}

/* Moves `token` from new/ to cur/ when it is still there; its name then. */
static enum gw_err
to_cur(struct source *s, const char *token, char name[NAME_MAX + 1])
{
	char old[NAME_MAX + 1];
	struct stat st;

	(void)snprintf(old, sizeof(old), "%s", token);
	cur_name(token, name);
	if (fstatat(s->new, old, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		if (find_file(s->cur, token, name) == GW_OK)
			return GW_OK;
		/* Last: somebody put it into new/ with flags. */
		if (find_file(s->new, token, old) != GW_OK)
			return GW_MISSING;
	} else if (!S_ISREG(st.st_mode)) {
		return GW_DENIED;
	}
	/* Never over another mail of that name: that one goes first, and this
	 * one when that is settled. */
	if (renameat2(s->new, old, s->cur, name, RENAME_NOREPLACE) < 0 &&
	    errno != EEXIST)
		return gw_from_errno(errno);
	return GW_OK;
}

/* Copies with CRLF. Returns the new length; *last is the last byte so far. */
static size_t
with_crlf(const char *in, size_t n, char *out, char *last)
{
	size_t i, k = 0;

	for (i = 0; i < n; i++) {
		if (in[i] == '\n' && *last != '\r')
			out[k++] = '\r';
		out[k++] = *last = in[i];
	}
	return k;
}

/* All of `fd` into `mem`, at most a byte range that shows it is too big. */
static enum gw_err
copy_mail(int fd, int mem, uint64_t *size)
{
	static char in[CHUNK], out[2 * CHUNK];
	char last = '\0';
	enum gw_err r = GW_OK;
	ssize_t got;
	size_t k;

	*size = 0;
	while (r == GW_OK && *size <= LIM_MAIL_BYTES) {
		got = read(fd, in, sizeof(in));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return gw_from_errno(errno);
		if (got == 0)
			break;
		k = with_crlf(in, (size_t)got, out, &last);
		r = memfd_write(mem, out, k);
		*size += k;
	}
	return r;
}

/* Fills m->raw and m->size from one open file. */
static enum gw_err
read_mail(int fd, struct source_mail *m)
{
	struct stat st;
	enum gw_err r;

	if (fstat(fd, &st) < 0)
		return gw_from_errno(errno);
	if (!S_ISREG(st.st_mode))
		return GW_DENIED;
	r = memfd_new(&m->raw);
	if (r != GW_OK)
		return r;
	r = copy_mail(fd, m->raw, &m->size);
	if (r == GW_OK && m->size > LIM_MAIL_BYTES) {
		if ((uint64_t)st.st_size > m->size)
			m->size = (uint64_t)st.st_size;
		if (ftruncate(m->raw, LIM_HEADER_BYTES) < 0)
			r = gw_from_errno(errno);
	}
	if (r == GW_OK)
		r = memfd_freeze(m->raw);
	if (r != GW_OK) {
		close(m->raw);
		m->raw = -1;
	}
	return r;
}

static enum gw_err
hand_out(struct source *s, struct source_mail *m)
{
	char name[NAME_MAX + 1];
	enum gw_err r;
	int fd;

	r = to_cur(s, m->token, name);
	if (r != GW_OK)
		return r;
	fd = openat(s->cur, name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return errno == ELOOP ? GW_DENIED : gw_from_errno(errno);
	r = read_mail(fd, m);
	close(fd);
	return r;
}

/* Notes that `m` is now the caller's. */
static enum gw_err
give(struct source *s, struct source_mail *m)
{
	enum gw_err r = names_add(&s->out, m->token, strlen(m->token));

	if (r != GW_OK) {
		close(m->raw);
		m->raw = -1;
	}
	return r;
}

static enum gw_err
maildir_next(struct source *s, struct source_mail *m)
{
	struct names *l = &s->waiting;
	enum gw_err r;

	*m = (struct source_mail){ .raw = -1 };
	if (l->at == l->n) {
		r = look(s);
		if (r != GW_OK)
			return r;
	}
	while (l->at < l->n) {
		(void)snprintf(m->token, sizeof(m->token), "%s", l->v[l->at]);
		free(l->v[l->at++]);
		r = hand_out(s, m);
		if (r == GW_DENIED) {
			/* A link, a pipe, a file we may not read. */
			log_event(LOG_WARN, "source", "skipped=unreadable");
			r = names_add(&s->out, m->token, strlen(m->token));
			if (r != GW_OK)
				return r;
			continue;
		}
		if (r == GW_OK)
			return give(s, m);
		/* Somebody else took it away: so be it. */
		if (r == GW_MISSING)
			continue;
		/* One bad block must not hold up all others. */
		(void)names_add(&s->kept, m->token, strlen(m->token));
		return r;
	}
	return GW_MISSING;
}

/* Moves to the side folder, which is made at first need. */
static enum gw_err
to_side(struct source *s, const char *name)
{
	int dir = -1, new = -1, cur = -1, tmp = -1;
	enum gw_err r;

	r = open_dir(s->dir, s->side, &dir);
	if (r == GW_OK)
		r = open_dir(dir, "tmp", &tmp);
	if (r == GW_OK)
		r = open_dir(dir, "new", &new);
	if (r == GW_OK)
		r = open_dir(dir, "cur", &cur);
	if (r == GW_OK && renameat(s->cur, name, cur, name) < 0)
		r = gw_from_errno(errno);
	if (dir >= 0)
		close(dir);
	if (tmp >= 0)
		close(tmp);
	if (new >= 0)
		close(new);
	if (cur >= 0)
		close(cur);
	return r;
}

static enum gw_err
maildir_settle(struct source *s, const char *token, enum fate fate)
{
	char name[NAME_MAX + 1];
	size_t len = strlen(token);
	enum gw_err r;

	if (len == 0 || len > NAME_MAX - 3 || token[0] == '.' ||
	    strpbrk(token, "/:") != NULL)
		return GW_MISSING;
	r = find_file(s->cur, token, name);
	if (r == GW_OK && fate == FATE_KEEP)
		r = names_add(&s->kept, token, len);
	else if (r == GW_OK && fate == FATE_SIDE)
		r = to_side(s, name);
	else if (r == GW_OK && unlinkat(s->cur, name, 0) < 0)
		r = gw_from_errno(errno);
	/* What would not go stays on the list. */
	if (r == GW_OK || r == GW_MISSING)
		names_remove(&s->out, token);
	return r;
}

static enum gw_err
maildir_wait(struct source *s, int also, int timeout_ms)
{
	struct pollfd p[2] = {
		{ .fd = s->watch, .events = POLLIN },
		{ .fd = also, .events = POLLIN },
	};
	char events[4096];

	if (poll(p, 2, timeout_ms) < 0 && errno != EINTR)
		return gw_from_errno(errno);
	while (s->watch >= 0 && read(s->watch, events, sizeof(events)) > 0)
		;
	return GW_OK;
}

/* Erases what is older than `before` from one directory of the side folder. */
static enum gw_err
sweep_dir(int side, const char *name, int64_t before)
{
	struct dirent *e;
	struct stat st;
	enum gw_err r;
	int fd = -1;
	DIR *d;

	r = open_dir(side, name, &fd);
	if (r != GW_OK)
		return r;
	d = read_dir(fd);
	if (d == NULL)
		r = gw_from_errno(errno);
	while (d != NULL && (e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.' || fstatat(fd, e->d_name, &st,
		    AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode) ||
		    st.st_mtime >= before)
			continue;
		if (unlinkat(fd, e->d_name, 0) < 0 && errno != ENOENT)
			r = gw_from_errno(errno);
	}
	if (d != NULL)
		closedir(d);
	close(fd);
	return r;
}

static enum gw_err
maildir_sweep(struct source *s, int64_t before)
{
	enum gw_err r;
	int side;

	side = openat(s->dir, s->side,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (side < 0)
		return errno == ENOENT ? GW_OK : gw_from_errno(errno);
	r = sweep_dir(side, "new", before);
	if (r == GW_OK)
		r = sweep_dir(side, "cur", before);
	close(side);
	return r;
}

const struct source_driver source_maildir = {
	.type = "maildir",
	.open = maildir_open,
	.next = maildir_next,
	.settle = maildir_settle,
	.wait = maildir_wait,
	.sweep = maildir_sweep,
	.close = maildir_close,
};
