#include "cli/commands.h"

#include <string.h>
#include <sysexits.h>

#include "cli/input.h"
#include "cli/show.h"
#include "cli/text.h"
#include "policy/policy.h"

#define X(id, name, ...) name,
static const char *const roles[] = { PERSON_ROLES(X) NULL };
static const char *const classes[] = { ORG_CLASSES(X) NULL };
#undef X

/* Core judges; but a slip is told before the fingerprint is typed. */
static int
check_word(const struct call *call, enum option_id id, const char *const *list)
{
	const char *value = call->option[id], *near;
	size_t i;

	for (i = 0; list[i] != NULL; i++) {
		if (strcmp(list[i], value) == 0)
			return EX_OK;
	}
	near = text_nearest(value, list);
	if (near != NULL)
		return fault(call, EX_USAGE,
		    "--%s does not know \"%s\"; did you mean \"%s\"?",
		    cli_options[id].name, value, near);
	return fault(call, EX_USAGE, "--%s does not know \"%s\"; "
	    "see meldpost help %s", cli_options[id].name, value,
	    call->command->name);
}

/*
 * The fingerprint comes from the person whose key it is, through the
 * operator's hands; taken from the file it would prove nothing (T32).
 */
static int
read_fingerprint(const struct call *call, char fpr[LIM_FPR + 1])
{
	const char *typed = call->option[OPTION_FINGERPRINT];
	char line[4 * LIM_FPR];
	int status;

	if (typed == NULL) {
		status = input_line(call, "Fingerprint as read out to you: ",
		    "fingerprint", line, sizeof(line));
		if (status != EX_OK)
			return status;
		typed = line;
	}
	if (!input_fingerprint(typed, fpr))
		return fault(call, EX_DATAERR, "that is no whole fingerprint: "
		    "it has 40 hexadecimal digits; let all of them be read "
		    "out");
	return EX_OK;
}

static int
read_compared(const struct call *call, char *line, size_t size)
{
	const char *given = call->option[OPTION_COMPARED];

	if (given == NULL)
		return input_line(call, "How was it compared, and with whom? ",
		    "compared", line, size);
	if (given[0] == '\0' || strlen(given) >= size - 1)
		return fault(call, EX_USAGE, "--compared takes 1 to %zu bytes",
		    size - 2);
	memcpy(line, given, strlen(given) + 1);
	return EX_OK;
}

int
correspondent_enrol(const struct call *call)
{
	/* Two more than the text: fgets() keeps the line's end. */
	char fpr[LIM_FPR + 1], compared[LIM_COMPARED + 2];
	const char *language = call->option[OPTION_LANGUAGE];
	struct answer answer;
	struct ask a;
	int fd, status;

	status = check_word(call, OPTION_ROLE, roles);
	if (status == EX_OK)
		status = check_word(call, OPTION_CLASS, classes);
	if (status == EX_OK)
		status = input_file(call, call->option[OPTION_KEY],
		    LIM_KEYFILE, &fd);
	if (status != EX_OK)
		return status;
	ask_begin(&a, call);
	ask_input(&a, fd);
	status = read_fingerprint(call, fpr);
	if (status == EX_OK)
		status = read_compared(call, compared, sizeof(compared));
	if (status != EX_OK) {
		msg_close(&a.m);
		return status;
	}
	ask_pair(&a, "address", call->word[0]);
	ask_pair(&a, "role", call->option[OPTION_ROLE]);
	ask_pair(&a, "organisation", call->option[OPTION_ORGANISATION]);
	ask_pair(&a, "class", call->option[OPTION_CLASS]);
	ask_pair(&a, "ground", call->option[OPTION_GROUND]);
	ask_pair(&a, "language", language == NULL ? "nl" : language);
	ask_pair(&a, "fpr", fpr);
	ask_pair(&a, "compared", compared);
	ask_pair(&a, "until", call->option[OPTION_UNTIL]);
	status = ask(&a, false, &answer);
	status = show(call, &answer, status);
	answer_free(&answer);
	return status;
}

/* Removing cannot be taken back: the address is typed a second time. */
static int
confirm(const struct call *call)
{
	char line[LIM_ADDR + 2];
	int status;

	if (call->option[OPTION_YES] != NULL)
		return EX_OK;
	status = input_line(call, "Type the address again to remove it: ",
	    "yes", line, sizeof(line));
	if (status != EX_OK)
		return status;
	if (strcmp(line, call->word[0]) != 0)
		return fault(call, EX_USAGE, "that is another address; nothing "
		    "was done");
	return EX_OK;
}

int
correspondent_drop(const struct call *call)
{
	int status = confirm(call);

	return status != EX_OK ? status : show_asked(call);
}
