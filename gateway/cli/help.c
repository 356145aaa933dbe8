#include "cli/help.h"

#include <string.h>

#include "policy/policy.h"

#define WIDTH	78
#define INDENT	24	/* where the help of an option begins */

/* The words that --role and --class take; no class that may never be
 * enrolled (R36). */
static const struct word {
	const char *name;
	bool shown;
} roles[] = {
#define X(id, name, dutch) { name, true },
	PERSON_ROLES(X)
#undef X
	{ NULL, false }
}, classes[] = {
#define X(id, name, allowed) { name, allowed },
	ORG_CLASSES(X)
#undef X
	{ NULL, false }
};

/* Prints words, broken at blanks; `at` is the column where we stand. */
static void
print_wrapped(FILE *out, size_t at, size_t indent, const char *text)
{
	size_t len;

	while (*text != '\0') {
		text += strspn(text, " ");
		len = strcspn(text, " ");
		if (at + 1 + len > WIDTH && at > indent) {
			(void)fprintf(out, "\n%*s", (int)indent, "");
			at = indent;
		} else if (at > indent) {
			(void)fputc(' ', out);
			at++;
		}
		(void)fwrite(text, 1, len, out);
		at += len;
		text += len;
	}
	(void)fputc('\n', out);
}

static void
add_option(char *line, size_t size, int id, bool must)
{
	const struct cli_option *o = &cli_options[id];
	size_t len = strlen(line);

	/* With "=", so that no line ends between an option and its value. */
	(void)snprintf(line + len, size - len, " %s--%s%s%s%s",
	    must ? "" : "[", o->name, o->argument == NULL ? "" : "=",
	    o->argument == NULL ? "" : o->argument, must ? "" : "]");
}

static void
print_usage(FILE *out, const struct command *c)
{
	char line[1024];
	int i;

	(void)snprintf(line, sizeof(line), "meldpost %s %s", c->name, c->args);
	for (i = 0; i < OPTION_MAX; i++) {
		if (c->must & UINT32_C(1) << i)
			add_option(line, sizeof(line), i, true);
	}
	for (i = 0; i < OPTION_MAX; i++) {
		if (c->may & UINT32_C(1) << i)
			add_option(line, sizeof(line), i, false);
	}
	(void)fputs("usage:  ", out);
	print_wrapped(out, 8, 8, line);
}

static void
print_options(FILE *out, uint32_t options)
{
	char line[128];
	int i;

	for (i = 0; i < OPTION_MAX; i++) {
		if ((options & UINT32_C(1) << i) == 0)
			continue;
		(void)snprintf(line, sizeof(line), "  --%s %s",
		    cli_options[i].name, cli_options[i].argument == NULL ? "" :
		    cli_options[i].argument);
		(void)fprintf(out, "%-*s", INDENT, line);
		print_wrapped(out, INDENT, INDENT, cli_options[i].help);
	}
}

static void
print_words(FILE *out, const char *title, const struct word *w)
{
	char line[512];
	size_t len = 0;

	for (; w->name != NULL && len < sizeof(line); w++) {
		if (w->shown)
			len += (size_t)snprintf(line + len,
			    sizeof(line) - len, "%s ", w->name);
	}
	(void)fprintf(out, "\n%-9s", title);
	print_wrapped(out, 9, 9, line);
}

void
help_command(FILE *out, const struct command *c)
{
	print_usage(out, c);
	(void)fputc('\n', out);
	print_wrapped(out, 0, 0, c->help);
	(void)fputc('\n', out);
	print_options(out, c->must | c->may);
	print_options(out, OPT_GENERAL);
	if ((c->must & OPT(ROLE)) == 0)
		return;
	print_words(out, "roles:", roles);
	print_words(out, "classes:", classes);
}

void
help_all(FILE *out, const struct command *table)
{
	char line[128];

	(void)fputs("usage:  meldpost [--config FILE] [--json] COMMAND ...\n\n",
	    out);
	for (; table->name != NULL; table++) {
		(void)snprintf(line, sizeof(line), "  %s %s", table->name,
		    table->args);
		(void)fprintf(out, "%-*s", INDENT + 8, line);
		print_wrapped(out, INDENT + 8, INDENT + 8, table->help);
	}
	(void)fputc('\n', out);
	print_options(out, OPT_GENERAL);
	(void)fputs("\nmeldpost help COMMAND tells more; the manual is "
	    "meldpost(1).\n", out);
}
