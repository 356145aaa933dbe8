#include "cli/input.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/memfd.h"

/* Reads `f` into a new memfd: at most `max` bytes, frozen. */
static enum gw_err
copy(FILE *f, size_t max, int *fd)
{
	char chunk[65536];
	size_t n, want, have = 0;
	enum gw_err e;

	e = memfd_new(fd);
	while (e == GW_OK && have < max) {
		want = max - have;
		want = want < sizeof(chunk) ? want : sizeof(chunk);
		n = fread(chunk, 1, want, f);
		if (n == 0)
			break;
		e = memfd_write(*fd, chunk, n);
		have += n;
	}
	if (e == GW_OK && ferror(f))
		e = GW_IO;
	if (e == GW_OK)
		e = memfd_freeze(*fd);
	if (e != GW_OK && *fd >= 0) {
		close(*fd);
		*fd = -1;
	}
	return e;
}

/* O_NONBLOCK: a fifo is refused by its type, not waited for. */
static int
open_regular(const struct call *call, const char *path, size_t max, int *fd)
{
	struct stat st;

	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (*fd < 0 || fstat(*fd, &st) < 0)
		return fault(call, EX_NOINPUT, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return fault(call, EX_NOINPUT, "%s is no regular file", path);
	if (st.st_size < 0 || (size_t)st.st_size > max)
		return fault(call, EX_DATAERR, "%s is larger than %zu bytes",
		    path, max);
	return EX_OK;
}

int
input_file(const struct call *call, const char *path, size_t max, int *fd)
{
	enum gw_err e;
	FILE *f = NULL;
	int in, status;

	*fd = -1;
	status = open_regular(call, path, max, &in);
	if (status != EX_OK)
		goto out;
	f = fdopen(in, "r");
	if (f == NULL) {
		status = fault(call, EX_OSERR, "%s: %s", path, strerror(errno));
		goto out;
	}
	e = copy(f, max, fd);
	if (e != GW_OK)
		status = fault(call, EX_IOERR, "%s: %s", path, gw_strerror(e));
out:
	if (f != NULL)
		(void)fclose(f);
	else if (in >= 0)
		close(in);
	return status;
}

int
input_stream(const struct call *call, size_t max, int *fd)
{
	enum gw_err e = copy(call->in, max + 1, fd);

	if (e == GW_IO)
		return fault(call, EX_IOERR, "standard input: %s",
		    gw_strerror(e));
	if (e != GW_OK)
		return fault(call, EX_OSERR, "%s", gw_strerror(e));
	return EX_OK;
}

int
input_line(const struct call *call, const char *question, const char *option,
    char *line, size_t size)
{
	size_t n;

	*line = '\0';
	if (!call->person)
		return fault(call, EX_USAGE, "there is no terminal to ask at; "
		    "give --%s", option);
	(void)fprintf(call->err, "%s", question);
	(void)fflush(call->err);
	if (fgets(line, (int)size, call->in) == NULL)
		return fault(call, EX_USAGE, "no answer; nothing was done");
	n = strcspn(line, "\r\n");
	if (line[n] == '\0' && !feof(call->in))
		return fault(call, EX_USAGE, "at most %zu bytes; nothing was "
		    "done", size - 2);
	line[n] = '\0';
	if (n == 0)
		return fault(call, EX_USAGE, "no answer; nothing was done");
	return EX_OK;
}

/* Bytes at `s` that people put between digits; U+00A0 comes with pasting. */
static size_t
gap(const char *s)
{
	if (strncmp(s, "\xc2\xa0", 2) == 0)
		return 2;
	return *s == ' ' || *s == '\t' || *s == ':' ? 1 : 0;
}

bool
input_fingerprint(const char *typed, char fpr[LIM_FPR + 1])
{
	size_t n = 0, skip;

	fpr[0] = '\0';
	while ((skip = gap(typed)) > 0)
		typed += skip;
	if (typed[0] == '0' && (typed[1] == 'x' || typed[1] == 'X'))
		typed += 2;
	while (*typed != '\0') {
		skip = gap(typed);
		if (skip > 0) {
			typed += skip;
			continue;
		}
		if (!isxdigit((unsigned char)*typed) || n == LIM_FPR) {
			fpr[0] = '\0';
			return false;
		}
		fpr[n++] = (char)toupper((unsigned char)*typed++);
	}
	fpr[n] = '\0';
	return n == 40 || n == LIM_FPR;
}
