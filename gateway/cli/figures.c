#include "cli/commands.h"

#include <sysexits.h>

#include "cli/show.h"

int
figures_print(const struct call *call)
{
	bool csv = call->option[OPTION_CSV] != NULL;
	bool html = call->option[OPTION_HTML] != NULL;
	struct ask a;

	if (csv + html + (call->option[OPTION_JSON] != NULL) > 1)
		return fault(call, EX_USAGE, "--json, --csv and --html "
		    "exclude each other");
	ask_begin(&a, call);
	if (call->words > 0)
		ask_word(&a, call->word[0]);
	ask_pair(&a, "as", csv ? "csv" : html ? "html" : NULL);
	return show_output(call, &a);
}
