#include "cli/commands.h"

#include "cli/show.h"

int
form_print(const struct call *call)
{
	struct ask a;
	int i;

	ask_begin(&a, call);
	for (i = 0; i < call->words; i++)
		ask_word(&a, call->word[i]);
	return show_output(call, &a);
}
