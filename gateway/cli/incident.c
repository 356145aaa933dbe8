#include "cli/commands.h"

#include <string.h>
#include <sysexits.h>

#include "cli/show.h"

#define WORDS_BYTES	2000	/* a few sentences; LIM_ASK holds more */

/* Standard input as one line. */
static int
read_words(const struct call *call, char *out, size_t size)
{
	size_t n = fread(out, 1, size, call->in), i;

	if (ferror(call->in))
		return fault(call, EX_IOERR, "standard input cannot be read");
	if (n == size)
		return fault(call, EX_USAGE, "that is longer than %zu bytes",
		    size - 1);
	while (n > 0 && (out[n - 1] == '\n' || out[n - 1] == '\r'))
		n--;
	for (i = 0; i < n; i++) {
		if (strchr("\n\r\t", out[i]) != NULL)
			out[i] = ' ';
	}
	out[n] = '\0';
	return n > 0 ? EX_OK : fault(call, EX_USAGE, "say what happened");
}

int
incident_report(const struct call *call)
{
	char words[WORDS_BYTES + 1];
	struct answer answer;
	struct ask a;
	int status;

	if (strcmp(call->word[0], "-") != 0)
		return show_asked(call);
	status = read_words(call, words, sizeof(words));
	if (status != EX_OK)
		return status;
	ask_begin(&a, call);
	ask_word(&a, words);
	ask_pair(&a, cli_options[OPTION_SINCE].name,
	    call->option[OPTION_SINCE]);
	status = ask(&a, false, &answer);
	status = show(call, &answer, status);
	answer_free(&answer);
	return status;
}
