/*
 * What people wrote, line by line: whom it is addressed to, which reference
 * it names, whether it bears a classification mark. All return facts; no
 * word of the text leaves this file.
 */
#ifndef GW_MAIL_TEXT_H
#define GW_MAIL_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/limits.h"
#include "base/bytes.h"

/* The next line that is the sender's own, trimmed: quoted lines (">") are
 * passed over. Empty lines are given as such. */
bool text_line(struct bytes *rest, struct bytes *line);

/* Takes the "Aan:" off a line that begins with it. */
bool text_take_aan(struct bytes *line);

/* The addresses that are ours; "" is none. */
struct mail_us {
	const char *own;
	const char *practice;	/* to try out one's mail program with */
};

/*
 * The flags for lines "Aan: address" among the sender's own lines, above the
 * header block of a forwarded or answered mail: MAIL_AAN_US and
 * MAIL_AAN_PRACTICE for what one of them names, else MAIL_AAN_OTHER when one
 * names somebody, else 0.
 */
uint32_t text_aan(struct bytes text, const struct mail_us *us);

/* One character of Crockford's base32 in upper case, '\0' for any other;
 * people read O, I and L where there is 0 and 1. */
char text_base32(uint8_t c);

/* The first reference of ours ("A-" and 16 characters, design.md 6) in one
 * line, in upper case and as issued. */
bool text_reference(struct bytes line, char out[LIM_REF + 1]);

/* Whether a line, quoted ones too, is a classification mark (R85). */
bool text_is_classified(struct bytes text);

#endif
