/* What --help and `meldpost help` print, made from the tables. */
#ifndef GW_CLI_HELP_H
#define GW_CLI_HELP_H

#include "cli/command.h"

/* All commands, one line each, and the options that every one takes. */
void help_all(FILE *out, const struct command *table);

/* One command: how it is written, what it does, its options, and the words
 * that --role and --class know. */
void help_command(FILE *out, const struct command *command);

#endif
