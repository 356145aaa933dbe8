#include "cli/command.h"

#include <getopt.h>
#include <stdarg.h>
#include <string.h>
#include <sysexits.h>

#include "cli/text.h"

#define LONG_BASE	256	/* getopt_long() values that are no letters */
#define GROUP_WORDS	64	/* names that a suggestion looks through */

const struct cli_option cli_options[OPTION_MAX] = {
#define X(id, name, argument, help) { name, argument, help },
	CLI_OPTIONS(X)
#undef X
};

int
fault(const struct call *call, int status, const char *fmt, ...)
{
	va_list ap;

	(void)fputs("meldpost: ", call->err);
	if (call->command != NULL)
		(void)fprintf(call->err, "%s: ", call->command->name);
	va_start(ap, fmt);
	(void)vfprintf(call->err, fmt, ap);
	va_end(ap);
	(void)fputc('\n', call->err);
	return status;
}

static int
take_option(struct call *call, int id, const char *value)
{
	if (call->option[id] != NULL)
		return fault(call, EX_USAGE, "--%s is given twice",
		    cli_options[id].name);
	call->option[id] = value == NULL ? "1" : value;
	return EX_OK;
}

/* What getopt_long() stumbled over: `optopt` is the letter, the option's own
 * number, or 0 for a long name that it does not know. */
static int
bad_option(const struct call *call, int c, const char *given)
{
	const char *names[OPTION_MAX + 1] = { NULL }, *near;
	int i;

	if (c == ':')
		return fault(call, EX_USAGE, "%s needs a value", given);
	if (optopt >= LONG_BASE)
		return fault(call, EX_USAGE, "--%s takes no value",
		    cli_options[optopt - LONG_BASE].name);
	if (optopt != 0)
		return fault(call, EX_USAGE,
		    "there is no option -%c; see meldpost help", optopt);
	for (i = 0; i < OPTION_MAX; i++)
		names[i] = cli_options[i].name;
	near = text_nearest(given + strspn(given, "-"), names);
	if (near != NULL)
		return fault(call, EX_USAGE,
		    "there is no option %s; did you mean --%s?", given, near);
	return fault(call, EX_USAGE,
	    "there is no option %s; see meldpost help", given);
}

static int
read_options(struct call *call, int argc, char *argv[])
{
	struct option row[OPTION_MAX + 1];
	int c, i, status = EX_OK;

	memset(row, 0, sizeof(row));
	for (i = 0; i < OPTION_MAX; i++) {
		row[i].name = cli_options[i].name;
		row[i].has_arg = cli_options[i].argument == NULL ?
		    no_argument : required_argument;
		row[i].val = LONG_BASE + i;
	}
	optind = 0;	/* start anew, also the second time in a process */
	opterr = 0;
	while (status == EX_OK &&
	    (c = getopt_long(argc, argv, ":c:h", row, NULL)) != -1) {
		if (c == 'c')
			c = LONG_BASE + OPTION_CONFIG;
		if (c == 'h')
			c = LONG_BASE + OPTION_HELP;
		if (c >= LONG_BASE)
			status = take_option(call, c - LONG_BASE, optarg);
		else
			status = bad_option(call, c, argv[optind - 1]);
	}
	return status;
}

/* Whether `name` is made of the first words; how many in *used. */
static bool
is_named(const char *name, char **word, int n, int *used)
{
	size_t len;
	int i;

	for (i = 0; i < n; i++) {
		len = strcspn(name, " ");
		if (strlen(word[i]) != len || strncmp(name, word[i], len) != 0)
			return false;
		name += len;
		if (*name == '\0') {
			*used = i + 1;
			return true;
		}
		name++;
	}
	return false;
}

const struct command *
command_find(const struct command *table, char **word, int n, int *used)
{
	for (; table->name != NULL; table++) {
		if (is_named(table->name, word, n, used))
			return table;
	}
	return NULL;
}

/* "mail" alone: says what can follow. False when it begins no command. */
static bool
say_group(const struct call *call, const char *group)
{
	const struct command *c;
	size_t len = strlen(group);
	const char *between = "";

	for (c = call->table; c->name != NULL; c++) {
		if (strncmp(c->name, group, len) != 0 || c->name[len] != ' ')
			continue;
		if (*between == '\0')
			(void)fprintf(call->err, "meldpost: after \"%s\" one "
			    "of these must follow: ", group);
		(void)fprintf(call->err, "%s%s", between, c->name + len + 1);
		between = ", ";
	}
	if (*between == '\0')
		return false;
	(void)fputc('\n', call->err);
	return true;
}

int
command_unknown(const struct call *call, char **word, int n)
{
	const char *names[GROUP_WORDS + 1] = { NULL }, *near = NULL;
	char both[128];
	size_t i;

	for (i = 0; i < GROUP_WORDS && call->table[i].name != NULL; i++)
		names[i] = call->table[i].name;
	if (n > 1) {
		(void)snprintf(both, sizeof(both), "%s %s", word[0], word[1]);
		near = text_nearest(both, names);
	}
	if (near == NULL && say_group(call, word[0]))
		return EX_USAGE;
	if (near == NULL)
		near = text_nearest(word[0], names);
	if (near != NULL)
		return fault(call, EX_USAGE,
		    "there is no command \"%s\"; did you mean \"%s\"?",
		    n > 1 && strchr(near, ' ') != NULL ? both : word[0], near);
	return fault(call, EX_USAGE,
	    "there is no command \"%s\"; see meldpost help", word[0]);
}

/* Words that `args` demands, and in *most how many it allows. */
static int
count_args(const char *args, int *most)
{
	int least = 0;

	*most = 0;
	while (*args != '\0') {
		least += *args != '[';
		++*most;
		args += strcspn(args, " ");
		args += strspn(args, " ");
	}
	return least;
}

static int
check_words(const struct call *call)
{
	const struct command *c = call->command;
	int most, least = count_args(c->args, &most);

	if (call->words < least)
		return fault(call, EX_USAGE,
		    "%s is missing; see meldpost help %s", c->args, c->name);
	if (call->words > most)
		return fault(call, EX_USAGE,
		    "\"%s\" is one word too many; see meldpost help %s",
		    call->word[most], c->name);
	return EX_OK;
}

static int
check_options(const struct call *call)
{
	const struct command *c = call->command;
	uint32_t may = OPT_GENERAL | c->must | c->may, bit;
	int i;

	for (i = 0; i < OPTION_MAX; i++) {
		bit = UINT32_C(1) << i;
		if (call->option[i] != NULL && (may & bit) == 0)
			return fault(call, EX_USAGE,
			    "--%s means nothing here; see meldpost help %s",
			    cli_options[i].name, c->name);
		if (call->option[i] == NULL && (c->must & bit) != 0)
			return fault(call, EX_USAGE,
			    "--%s is missing; see meldpost help %s",
			    cli_options[i].name, c->name);
	}
	return EX_OK;
}

int
call_read(struct call *call, int argc, char *argv[])
{
	int used = 0, status;

	status = read_options(call, argc, argv);
	if (status != EX_OK)
		return status;
	if (call->option[OPTION_CONFIG] != NULL)
		call->config = call->option[OPTION_CONFIG];
	call->word = argv + optind;
	call->words = argc - optind;
	if (call->words > 0)
		call->command = command_find(call->table, call->word,
		    call->words, &used);
	call->word += used;
	call->words -= used;
	if (call->option[OPTION_HELP] != NULL ||
	    call->option[OPTION_VERSION] != NULL)
		return EX_OK;
	if (call->command == NULL && call->words > 0)
		return command_unknown(call, call->word, call->words);
	if (call->command == NULL)
		return fault(call, EX_USAGE,
		    "say what to do; see meldpost help");
	status = check_words(call);
	return status != EX_OK ? status : check_options(call);
}
