/*
 * Text between us and a terminal. What core says was typed by an operator or
 * taken from a mail's key; nothing of it may steer the terminal, turn the
 * reading direction or break a line (security.md T18).
 */
#ifndef GW_CLI_TEXT_H
#define GW_CLI_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Whether `s` is UTF-8 that can be shown and sent as it stands. */
bool text_is_clean(const char *s);

/* A copy of `n` bytes, each byte that is not clean as \xNN. The caller frees;
 * NULL: no memory. */
char *text_clean(const char *s, size_t n);

/* The word of `list` (NULL at its end) that is nearest to `word`; NULL when
 * none is near enough to be a slip of the fingers. */
const char *text_nearest(const char *word, const char *const *list);

#endif
