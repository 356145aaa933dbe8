/*
 * Letters as people mean them: in any case, with or without accents, in UTF-8
 * or in Latin-1. What people type is compared in this form and never kept in
 * it. One pass, nothing allocated.
 */
#ifndef GW_MAIL_FOLD_H
#define GW_MAIL_FOLD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

/* What is no letter of ours, no digit and no sign of ASCII; and what is no
 * letter of anybody: an ellipsis, a thumb. */
#define FOLD_OTHER 0x80
#define FOLD_SIGN 0x81

/*
 * Takes one character off `b`, which has one: 'a' to 'z', '0' to '9', ' ' for
 * every blank, '-' for every dash, '\'' for every apostrophe, another sign of
 * ASCII as it stands, else FOLD_OTHER or FOLD_SIGN. Accents that stand behind
 * their letter go with it.
 */
uint8_t fold_take(struct bytes *b);

/* The same without taking it; '\0' when nothing is left. */
uint8_t fold_peek(struct bytes b);

/* Takes blanks, no-break ones too; whether there were any. */
bool fold_blanks(struct bytes *b);

/*
 * Takes `phrase`, folded words with single blanks or hyphens between them,
 * when `b` begins with it and a word ends there. Each gap may be a hyphen or
 * any number of blanks. Else takes nothing.
 */
bool fold_phrase(struct bytes *b, const char *phrase);

/* Takes the first of `n` phrases that `b` begins with. Asked of each line of
 * each text: most phrases are done with by their first letter. */
bool fold_any(struct bytes *b, const char *const *phrases, size_t n);

/* Whether `phrase` stands somewhere in `b`, as words of its own. */
bool fold_contains(struct bytes b, const char *phrase);

/* `b` without blanks at both ends, no-break ones and what nobody sees too. */
struct bytes fold_trim(struct bytes b);

#endif
