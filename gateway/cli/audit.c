#include "cli/commands.h"

#include <errno.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "cli/show.h"

/* As core wrote it; a long log is not held here as a whole. */
static int
copy_out(const struct call *call, int fd)
{
	char b[64 * 1024];
	off_t at = 0;
	ssize_t n;

	while ((n = pread(fd, b, sizeof(b), at)) > 0) {
		if (fwrite(b, 1, (size_t)n, call->out) != (size_t)n)
			return EX_OK;	/* main() says that */
		at += n;
	}
	return n == 0 ? EX_OK : fault(call, EX_OSERR, "the export cannot be "
	    "read: %s", strerror(errno));
}

int
audit_export(const struct call *call)
{
	struct answer answer;
	struct ask a;
	int status;

	if (call->option[OPTION_JSON] != NULL &&
	    call->option[OPTION_CSV] != NULL)
		return fault(call, EX_USAGE, "either --json or --csv");
	ask_begin(&a, call);
	ask_pair(&a, "format", call->option[OPTION_JSON] != NULL ? "json" :
	    "csv");
	status = ask(&a, false, &answer);
	if (status == EX_OK && answer.output >= 0)
		status = copy_out(call, answer.output);
	else
		status = show(call, &answer, status);
	answer_free(&answer);
	return status;
}
