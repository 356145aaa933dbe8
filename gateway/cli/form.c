#include "cli/commands.h"

#include <sysexits.h>

#include "base/memfd.h"
#include "cli/show.h"

int
form_print(const struct call *call)
{
	struct answer answer;
	struct map m;
	struct ask a;
	int status;

	ask_begin(&a, call);
	ask_word(&a, call->word[0]);
	status = ask(&a, false, &answer);
	if (status == EX_OK && answer.output >= 0 &&
	    memfd_map(answer.output, LIM_MAIL_BYTES, &m) == GW_OK) {
		(void)fwrite(m.p, 1, m.len, call->out);
		(void)fputc('\n', call->out);
		memfd_unmap(&m);
	} else {
		status = show(call, &answer, status);
	}
	answer_free(&answer);
	return status;
}
