#include "cli/commands.h"

#include <errno.h>
#include <stdlib.h>
#include <sysexits.h>

#include "base/limits.h"
#include "cli/show.h"

int
mail_list(const struct call *call)
{
	const char *limit = call->option[OPTION_LIMIT];
	char *end;
	long n;

	if (limit == NULL)
		return show_asked(call);
	errno = 0;
	n = strtol(limit, &end, 10);
	if (errno != 0 || *end != '\0' || end == limit || n < 1 ||
	    n > LIM_ROWS)
		return fault(call, EX_USAGE, "--limit takes a number from 1 to "
		    "%d", LIM_ROWS);
	return show_asked(call);
}
