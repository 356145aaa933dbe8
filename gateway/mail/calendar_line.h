/*
 * The lines of an iCalendar text (RFC 5545 3.1): unfolding, the name, the
 * parameters and the value of each. Linear, no recursion.
 */
#ifndef GW_MAIL_CALENDAR_LINE_H
#define GW_MAIL_CALENDAR_LINE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "mail/header.h"

struct calendar_line {
	struct bytes name;
	struct bytes params;	/* ";PARTSTAT=ACCEPTED;CN=\"...\"" or empty */
	struct bytes value;	/* without blanks around it */
};

/* Appends `in` with its folds undone, be it CRLF or LF that ends its lines. */
void calendar_unfold(struct bytes in, struct buf *out);

enum calendar_step { CALENDAR_LINE, CALENDAR_END, CALENDAR_BAD };

/* Takes the next line that is not empty off unfolded text. CALENDAR_BAD: it
 * is no name, parameters and value. */
enum calendar_step calendar_next(struct bytes *rest, struct calendar_line *l);

/* One parameter, without its quotes. PARAM_BAD: it is there twice or has
 * several values. */
enum param calendar_param(const struct calendar_line *l, const char *name,
    struct bytes *value);

/* Appends a TEXT value (RFC 5545 3.3.11) with its escapes undone. */
void calendar_text(struct bytes value, struct buf *out);

/* The same for a parameter's value (RFC 6868). */
void calendar_param_text(struct bytes value, struct buf *out);

#endif
