/*
 * How mail programs mark what is not the sender's own: the lines in front of
 * a quote, the header of the mail that is answered, the signature. One table a
 * kind, in Dutch, English and French and what German programs put here.
 *
 * None is certain. What is taken for a mark in error makes a text shorter and
 * an answer doubtful; it never makes an answer.
 */
#ifndef GW_MAIL_MARKS_H
#define GW_MAIL_MARKS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"

/* What begins at a line. */
enum mark {
	MARK_NONE,
	MARK_QUOTE,	/* a quote in ">" lines follows */
	MARK_REST,	/* all that follows is somebody else's */
	MARK_CLOSING	/* "Met vriendelijke groet", "-- ", "Sent from" */
};

/*
 * What `line`, trimmed and not empty, begins; `rest` is what stands below it.
 * *more lines below belong to the mark too. Looks a few lines ahead and no
 * further.
 */
enum mark mark_at(struct bytes line, struct bytes rest, size_t *more);

/* Whether the header of a mail begins there, or the line that some programs
 * put in front of one: what follows up to an empty line is nobody's words. */
bool mark_is_header(struct bytes line, struct bytes rest);

#endif
