/*
 * The command line: which command, with which words and options. The table
 * of commands stands in ctl.c; this reads an argument vector against it.
 */
#ifndef GW_CLI_COMMAND_H
#define GW_CLI_COMMAND_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* X(identifier, name, argument or NULL, help) */
#define CLI_OPTIONS(X)							\
	X(CONFIG, "config", "FILE", "read this configuration")		\
	X(JSON, "json", NULL, "print JSON on standard output")		\
	X(HELP, "help", NULL, "say how the command is used")		\
	X(VERSION, "version", NULL, "print the version")		\
	X(ROLE, "role", "ROLE", "what the person is; see the list below") \
	X(ORGANISATION, "organisation", "TEXT",				\
	    "name of the organisation")					\
	X(CLASS, "class", "CLASS",					\
	    "kind of organisation; see the list below")			\
	X(GROUND, "ground", "TEXT",					\
	    "legal ground on which this organisation may take part (R40)") \
	X(LANGUAGE, "language", "CODE",					\
	    "language of the mails to this person (default nl)")	\
	X(KEY, "key", "FILE",						\
	    "file with the person's public OpenPGP key, armored or binary") \
	X(FINGERPRINT, "fingerprint", "HEX",				\
	    "the key's fingerprint as the person gave it; asked for when" \
	    " left out")						\
	X(COMPARED, "compared", "TEXT",					\
	    "how the fingerprint was compared (\"by phone, number from" \
	    " the town's own list\"); asked for when left out")		\
	X(UNTIL, "until", "DAY",					\
	    "end of the mandate, as in 31/12/2030 (default: none)")	\
	X(DAYS, "days", "N", "so many days from now (default 730)")	\
	X(YES, "yes", NULL, "do not ask to type the address again")	\
	X(ALL, "all", NULL, "also what was sent, delivered or given up") \
	X(CSV, "csv", NULL, "print comma-separated values")		\
	X(HTML, "html", NULL, "print one page with charts, in Dutch")	\
	X(SINCE, "since", "DAY",					\
	    "count what was touched from this day on, as in 31/12/2026"	\
	    " (default: the last 24 hours)")				\
	X(DRY_RUN, "dry-run", NULL, "say what is due and change nothing") \
	X(HEAD, "head", "HASH", "the head that a mail B11 names")	\
	X(ROWS, "rows", "N", "how many rows that mail names")		\
	X(LIMIT, "limit", "N", "at most so many, the newest first")

enum option_id {
#define X(id, name, argument, help) OPTION_##id,
	CLI_OPTIONS(X)
#undef X
	OPTION_MAX
};

#define OPT(id) (UINT32_C(1) << OPTION_##id)

/* Options that every command takes. */
#define OPT_GENERAL (OPT(CONFIG) | OPT(JSON) | OPT(HELP) | OPT(VERSION))

/* Options that core hears of by their names; the others stay here. */
#define OPT_FOR_CORE (OPT(ALL) | OPT(LIMIT) | OPT(DAYS) | OPT(SINCE) |	\
	OPT(DRY_RUN) | OPT(HEAD) | OPT(ROWS))

struct cli_option {
	const char *name;
	const char *argument;	/* NULL: a flag */
	const char *help;
};

extern const struct cli_option cli_options[OPTION_MAX];

/* What a command prints. */
enum shape {
	SHAPE_TEXT,	/* a sentence */
	SHAPE_LIST,	/* rows */
	SHAPE_ONE	/* one row, its cells below each other */
};

struct call;

struct command {
	const char *name;	/* "queue", "mail show" */
	const char *args;	/* "ADDRESS"; "[FILE]" may be left out; "" */
	const char *help;
	int (*run)(const struct call *call);	/* exit status, sysexits.h */
	enum shape shape;
	uint32_t must, may;	/* options, beside the general ones */
};

/* One call of the program. Strings belong to the argument vector. */
struct call {
	const struct command *table;	/* name == NULL ends it */
	const struct command *command;	/* NULL: none was named */
	const char *config;		/* configuration file, never NULL */
	const char *option[OPTION_MAX];	/* NULL: not given; flags are "1" */
	char **word;			/* words after the command's name */
	int words;
	FILE *in, *out, *err;
	bool person;			/* to be asked on err and in */
};

/*
 * Reads `argv` into *call, whose table, config and streams are set already.
 * EX_OK, or EX_USAGE after a line on call->err. With --help or --version
 * nothing else is checked.
 */
int call_read(struct call *call, int argc, char *argv[]);

/* Finds the command that the first of `n` words name and sets *used to how
 * many of them its name takes; NULL when there is none. */
const struct command *command_find(const struct command *table, char **word,
    int n, int *used);

/* Says that `word` (and `n` - 1 more) are no command, and what is. EX_USAGE. */
int command_unknown(const struct call *call, char **word, int n);

/* Writes "meldpost: command: what is wrong" to call->err; returns `status`. */
int fault(const struct call *call, int status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
