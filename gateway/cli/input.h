/* What a command is given beside its words: files, and what a person types. */
#ifndef GW_CLI_INPUT_H
#define GW_CLI_INPUT_H

#include <stddef.h>

#include "base/limits.h"
#include "cli/command.h"

/* A regular file of at most `max` bytes as a frozen memfd, the caller's.
 * EX_OK, or an exit status after a line on call->err. */
int input_file(const struct call *call, const char *path, size_t max,
    int *fd);

/* Standard input up to its end, or up to one byte more than `max` (core then
 * says that it is too big), as a frozen memfd. EX_OK, EX_IOERR, EX_OSERR. */
int input_stream(const struct call *call, size_t max, int *fd);

/* Asks a person for a line; `size` bytes with its NUL. EX_OK; EX_USAGE when
 * nobody can be asked (`option` is what to give instead), the line is empty
 * or too long. */
int input_line(const struct call *call, const char *question,
    const char *option, char *line, size_t size);

/* Folds a fingerprint as people write it (blanks, colons, "0x", any case) to
 * upper hex. False unless it is whole: 40 digits, or 64. */
bool input_fingerprint(const char *typed, char fpr[LIM_FPR + 1]);

#endif
