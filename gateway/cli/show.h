/* An answer on the screen, in a pipe or as JSON. */
#ifndef GW_CLI_SHOW_H
#define GW_CLI_SHOW_H

#include "cli/ask.h"

/*
 * Prints `answer` in the shape of the command: on a terminal aligned, else
 * with tabs, with --json as an array (SHAPE_LIST) or an object (SHAPE_ONE).
 * Core's sentence goes to standard output when it is all there is to say and
 * all went well, else to standard error. Returns `status`, or EX_OSERR after
 * a line on call->err.
 */
int show(const struct call *call, const struct answer *answer, int status);

/* The first row with one cell a line, as SHAPE_ONE on a terminal or in a
 * pipe. GW_NOMEM. */
enum gw_err show_record(const struct call *call, const struct rows *r);

/* A whole command: asks core what was typed and shows the answer. */
int show_asked(const struct call *call);

/* The same for one whose answer is a text for standard output. */
int show_output(const struct call *call, struct ask *a);

#endif
