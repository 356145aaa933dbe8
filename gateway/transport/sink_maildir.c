/*
 * A directory of Maildirs as a sink, one for each recipient, by address. The
 * file is named after the Message-ID: a mail that is submitted again after a
 * crash is found there and not doubled.
 *
 * A Maildir holds lines as the system writes them: CRLF becomes LF.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memfd.h"
#include "base/address.h"
#include "transport/sink.h"

struct sink {
	int dir;
};

/* The three directories of one Maildir. */
struct maildir {
	int tmp, new, cur;
};

static enum gw_err
maildir_open(const struct conf *conf, struct sink **out)
{
	struct sink *s;
	enum gw_err r;

	*out = NULL;
	if (conf->sink_path[0] == '\0')
		return GW_FORMAT;
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return GW_NOMEM;
	s->dir = open(conf->sink_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->dir < 0) {
		r = gw_from_errno(errno);
		free(s);
		return r;
	}
	*out = s;
	return GW_OK;
}

/* Opens one directory, never through a link; makes it when missing, so that
 * it outlives a crash. */
static enum gw_err
open_dir(int at, const char *name, int *fd)
{
	bool made = mkdirat(at, name, 0700) == 0;

	if (!made && errno != EEXIST)
		return gw_from_errno(errno);
	*fd = openat(at, name,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (*fd < 0)
		return gw_from_errno(errno);
	return made && fsync(at) < 0 ? gw_from_errno(errno) : GW_OK;
}

static void
close_maildir(struct maildir *d)
{
	const int fds[] = { d->tmp, d->new, d->cur };
	size_t i;

	for (i = 0; i < sizeof(fds) / sizeof(fds[0]); i++) {
		if (fds[i] >= 0)
			close(fds[i]);
	}
}

static enum gw_err
open_maildir(struct sink *s, const char *rcpt, struct maildir *d)
{
	int dir = -1;
	enum gw_err r;

	*d = (struct maildir){ -1, -1, -1 };
	r = open_dir(s->dir, rcpt, &dir);
	if (r == GW_OK)
		r = open_dir(dir, "tmp", &d->tmp);
	if (r == GW_OK)
		r = open_dir(dir, "new", &d->new);
	if (r == GW_OK)
		r = open_dir(dir, "cur", &d->cur);
	if (dir >= 0)
		close(dir);
	return r;
}

/* A Message-ID as a file name: what is no letter, digit, dot, hyphen or @ is
 * written in hex, so that two of them never give one name. */
static bool
file_name(const char *id, char *out, size_t size)
{
	size_t n = 0;

	for (id++; *id != '>'; id++) {
		if (n + 4 > size)
			return false;
		if (isalnum((unsigned char)*id) || *id == '-' || *id == '@' ||
		    (*id == '.' && n > 0))
			out[n++] = *id;
		else
			n += (size_t)snprintf(out + n, size - n, "=%02X",
			    (unsigned)(unsigned char)*id);
	}
	out[n] = '\0';
	return n > 0;
}

/* Whether the mail stands in cur/, under whatever flags. */
static bool
was_read(int cur, const char *name)
{
	int copy = openat(cur, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = copy < 0 ? NULL : fdopendir(copy);
	size_t n = strlen(name);
	bool found = false;
	struct dirent *e;

	if (d == NULL) {
		if (copy >= 0)
			close(copy);
		return false;
	}
	while (!found && (e = readdir(d)) != NULL)
		found = strncmp(e->d_name, name, n) == 0 &&
		    (e->d_name[n] == '\0' || e->d_name[n] == ':');
	closedir(d);
	return found;
}

static bool
exists(const struct maildir *d, const char *name)
{
	return faccessat(d->new, name, F_OK, 0) == 0 || was_read(d->cur, name);
}

/* As much of `p` as fits, with LF for CRLF; how much that was. */
static size_t
with_lf(const uint8_t *p, size_t n, uint8_t *out, size_t room, size_t *len)
{
	size_t i = 0, k = 0, run;
	const uint8_t *lf;

	while (i < n && k < room) {
		run = n - i < room - k ? n - i : room - k;
		lf = memchr(p + i, '\n', run);
		if (lf != NULL)
			run = (size_t)(lf - p) - i + 1;
		/* A CR at the edge waits for what follows it. */
		else if (i + run < n && p[i + run - 1] == '\r')
			room = k + --run;
		memcpy(out + k, p + i, run);
		i += run;
		k += run;
		if (lf != NULL && k > 1 && out[k - 2] == '\r') {
			out[k - 2] = '\n';
			k--;
		}
	}
	*len = k;
	return i;
}

static enum gw_err
write_file(int fd, const struct map *mail)
{
	static uint8_t text[64 * 1024];
	size_t done = 0, len;
	enum gw_err r = GW_OK;

	while (r == GW_OK && done < mail->len) {
		done += with_lf(mail->p + done, mail->len - done, text,
		    sizeof(text), &len);
		r = memfd_write(fd, text, len);
	}
	if (r == GW_OK && fsync(fd) < 0)
		r = gw_from_errno(errno);
	return r;
}

/* tmp/ first, whole and on the disk, then under its name in new/. */
static enum gw_err
deliver(const struct maildir *d, const char *name, const struct map *mail)
{
	enum gw_err r;
	int fd;

	/* A leftover of a run that was killed. */
	if (unlinkat(d->tmp, name, 0) < 0 && errno != ENOENT)
		return gw_from_errno(errno);
	fd = openat(d->tmp, name,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return gw_from_errno(errno);
	r = write_file(fd, mail);
	if (close(fd) < 0 && r == GW_OK)
		r = gw_from_errno(errno);
	if (r == GW_OK && renameat(d->tmp, name, d->new, name) < 0)
		r = gw_from_errno(errno);
	if (r == GW_OK && fsync(d->new) < 0)
		r = gw_from_errno(errno);
	if (r != GW_OK)
		(void)unlinkat(d->tmp, name, 0);
	return r;
}

/* An address is a directory's name only when it is one canonical address
 * without a slash. */
static bool
is_dir_name(const char *rcpt)
{
	char same[LIM_ADDR + 1];

	return address_canonical(rcpt, same) && strcmp(rcpt, same) == 0 &&
	    strchr(rcpt, '/') == NULL;
}

static void
maildir_send(struct sink *s, const struct msg_submit *m,
    struct msg_submitted *out)
{
	char id[LIM_MSGID + 1], name[200];
	struct maildir d = { -1, -1, -1 };
	struct map mail;
	enum gw_err r;

	*out = (struct msg_submitted){ .result = SUBMIT_LATER };
	r = memfd_map(m->mail, 2 * LIM_PLAIN_BYTES, &mail);
	if (r != GW_OK)
		goto out;
	if (!is_dir_name(m->rcpt) || !sink_message_id(mail.p, mail.len, id) ||
	    !file_name(id, name, sizeof(name))) {
		out->result = SUBMIT_REFUSED;
		goto out;
	}
	r = open_maildir(s, m->rcpt, &d);
	if (r == GW_OK && !exists(&d, name))
		r = deliver(&d, name, &mail);
	else if (r == GW_OK && fsync(d.new) < 0)
		r = gw_from_errno(errno);
	if (r == GW_OK)
		out->result = SUBMIT_SENT;
out:
	close_maildir(&d);
	memfd_unmap(&mail);
}

static void
maildir_idle(struct sink *s)
{
	(void)s;
}

static void
maildir_close(struct sink *s)
{
	close(s->dir);
	free(s);
}

const struct sink_driver sink_maildir = {
	.type = "maildir",
	.open = maildir_open,
	.send = maildir_send,
	.idle = maildir_idle,
	.close = maildir_close,
};
