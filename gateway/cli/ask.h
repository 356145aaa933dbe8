/*
 * One question to core and its answer: the words of messages.def "ask", and
 * what comes back.
 */
#ifndef GW_CLI_ASK_H
#define GW_CLI_ASK_H

#include "cli/command.h"
#include "cli/rows.h"
#include "wire/messages.h"

struct ask {
	const struct call *call;
	struct msg m;		/* MSG_ask; its input is ours */
	const char *fault;	/* why a word cannot be said, or NULL */
};

struct answer {
	struct rows rows;
	char *text;		/* a clean sentence; NULL: no answer came */
	int output;		/* for standard output, or -1 */
};

/* Begins with the command's own name. */
void ask_begin(struct ask *a, const struct call *call);

/* Adds a word of the command line. */
void ask_word(struct ask *a, const char *word);

/* Adds key=value; nothing when `value` is NULL. */
void ask_pair(struct ask *a, const char *key, const char *value);

/* Sends a frozen memfd with the question; it is ours from now on. */
void ask_input(struct ask *a, int fd);

/*
 * Asks the daemon, or a private run; with `dry` a private run that writes
 * nothing. The exit status that core gave, or that of a failure after a line
 * on call->err. Free *answer in both cases.
 */
int ask(struct ask *a, bool dry, struct answer *answer);

void answer_free(struct answer *answer);

#endif
