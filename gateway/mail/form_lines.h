/*
 * The lines "label: value" of a form of ours, as they come back: in a quote or
 * typed anew, numbered or not, a value going on below its label. Which labels
 * there are and what a value may be is the caller's: enrol_form.c and
 * meeting_form.c.
 *
 * Linear; no more memory than the longest value that a row may have.
 */
#ifndef GW_MAIL_FORM_LINES_H
#define GW_MAIL_FORM_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "mail/charset.h"

/* How far a value goes on below the line of its label. */
enum form_goes {
	FORM_LINE,		/* not at all */
	FORM_HEX,		/* lines of hex digits */
	FORM_TEXT,		/* up to an empty line */
	FORM_LIST		/* the same; an empty line may stand between
				 * two of its items; LF between lines */
};

#define FORM_LABELS 4

struct form_row {
	const char *labels[FORM_LABELS];	/* folded; NULL: no more. None:
						 * "C-0123456789ABCDEF" is */
	enum form_goes goes;
};

struct form_lines {
	const struct form_row *rows;
	size_t n;
	struct bytes rest;
	size_t row;		/* whose value we are in, or n */
	struct bytes label;	/* of it, as it stands */
	struct buf value;	/* of its lines, joined */
	struct bytes behind;	/* the line behind an empty line below it, which
				 * ended it; or empty */
	bool paused;		/* an empty line stood below it */
	bool apart;		/* and then the next label */
	bool spaced;		/* so it was with the row above */
	bool head;		/* in the header of a mail that is quoted */
};

/* `text` and `rows` must outlive *l; a value of more than `max` bytes is an
 * error of l->value. */
void form_lines_begin(struct form_lines *l, struct bytes text,
    const struct form_row *rows, size_t n, size_t max);

/* The next label with its whole value: *row, l->label and l->value, until the
 * next call. False at the end. */
bool form_lines_next(struct form_lines *l, size_t *row);

void form_lines_end(struct form_lines *l);

/* What was typed of a value: without the "[lid of niet-lid]" in front of it or
 * behind, and nothing where only dots were. */
struct bytes form_typed(struct bytes b);

/* Whether there is nothing but dots, dashes and blanks. */
bool form_is_empty(struct bytes b);

/* `b` up to a bracket of any kind. */
struct bytes form_before_bracket(struct bytes b);

/* One word in small letters without accents; a line of clean UTF-8
 * (charset.h). False when it is none, or does not fit in `size` with its
 * NUL. */
bool form_put_word(struct bytes b, char *out, size_t size);
bool form_put_text(struct bytes b, enum charset charset, char *out,
    size_t size);

#endif
