#include "cli/commands.h"

#include <sysexits.h>

#include "cli/input.h"
#include "cli/show.h"

/* The fingerprint that counts is the one in meldpost.conf, which core knows. */
int
ltf_import(const struct call *call)
{
	struct answer answer;
	struct ask a;
	int fd, status;

	status = input_file(call, call->word[0], LIM_KEYFILE, &fd);
	if (status != EX_OK)
		return status;
	ask_begin(&a, call);
	ask_input(&a, fd);
	status = ask(&a, false, &answer);
	status = show(call, &answer, status);
	answer_free(&answer);
	return status;
}
