/*
 * The numbered form of a referral (domain.md 6.1): lines "7. aanwijzingen:
 * text", the text may go on below. A line is taken for a field when its number
 * and a word of its label agree; with fewer than three of those the text is
 * free text, which is as good (R14). What is printed on the blank is no answer:
 * headings "--- text ---" and the hints of form.def.
 */
#ifndef GW_MAIL_FORM_H
#define GW_MAIL_FORM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/reason.h"
#include "base/bytes.h"

/* Fields are numbered 1 to FORM_FIELDS; bit n of *missing is field n. */
#define FORM_FIELDS 18

enum form_field {
#define FIELD(number, must, id, label, preset, hint, ...) \
	FORM_FIELD_##id = (number),
#include "mail/form.def"
};

_Static_assert((int)FORM_FIELD_STATEMENT == FORM_FIELDS, "the last field");

/* FORM_REFERRAL: *missing has a bit for every obligatory field that is absent
 * or left empty. FORM_NONE: *missing is 0. */
enum form_kind form_read(struct bytes text, uint32_t *missing);

/* ---- lines of a numbered form, for fiche_form.c too ---- */

/* Takes "7.", "7)", "7:", "7 " in front of a label; 0 when there is none. */
unsigned form_number(struct bytes *line);

/* The label up to its colon; a colon in brackets explains the label. */
struct bytes form_label(struct bytes line);

/* Dots, lines and empty boxes are no answer. */
bool form_has_answer(struct bytes b);

/* "--- Afspraken over deze informatie ---": ends the field above it. */
bool form_is_heading(struct bytes line);

#endif
