#include "cli/commands.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/memfd.h"
#include "cli/show.h"

/* Never over a file that is there: it may be another key. */
static int
write_file(const struct call *call, const char *path, const struct map *m)
{
	int fd, status = EX_OK;
	FILE *f;

	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0)
		return fault(call, EX_CANTCREAT, "%s: %s", path,
		    strerror(errno));
	f = fdopen(fd, "w");
	if (f == NULL) {
		close(fd);
		return fault(call, EX_OSERR, "%s: %s", path, strerror(errno));
	}
	(void)fwrite(m->p, 1, m->len, f);
	if (ferror(f) | (fclose(f) != 0))
		status = fault(call, EX_IOERR, "%s: %s", path, strerror(errno));
	return status;
}

static int
write_key(const struct call *call, int fd)
{
	struct map m;
	enum gw_err e;
	int status = EX_OK;

	e = memfd_map(fd, LIM_MAIL_BYTES, &m);
	if (e != GW_OK)
		return fault(call, EX_SOFTWARE, "the key cannot be read: %s",
		    gw_strerror(e));
	if (call->words > 0)
		status = write_file(call, call->word[0], &m);
	else
		(void)fwrite(m.p, 1, m.len, call->out);
	memfd_unmap(&m);
	return status;
}

int
key_export(const struct call *call)
{
	struct answer answer;
	struct ask a;
	int status;

	/* The file's name is no business of core's. */
	ask_begin(&a, call);
	status = ask(&a, false, &answer);
	if (status == EX_OK && answer.output < 0)
		status = fault(call, EX_SOFTWARE, "there was no key in the "
		    "answer");
	else if (status == EX_OK)
		status = write_key(call, answer.output);
	else
		status = show(call, &answer, status);
	answer_free(&answer);
	return status;
}
