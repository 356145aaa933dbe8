/*
 * One list of the form for a meeting, from what was typed to entries with LF
 * behind each: addresses in canonical form, references of cases, or what else
 * people call somebody ("coördinator").
 */
#ifndef GW_MAIL_MEETING_LIST_H
#define GW_MAIL_MEETING_LIST_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/bytes.h"

/*
 * Appends the people named in `in`, clean UTF-8, with commas, semicolons or
 * line ends between them. "An Peeters <an@caw.be>" is the address, as long as
 * the name says nothing else: "niet An", "bob@caw.be". What is no address
 * stands as it was typed, `prefix` in front of each. False when one is too
 * long or they are more than LIM_INVITEES.
 */
bool meeting_people(struct bytes in, const char *prefix, struct buf *out);

/* Whether `line` could be one more line of such a list: it begins with an
 * address. */
bool meeting_begins_person(struct bytes line);

/* As meeting_people(), of references C-... and nothing else. */
bool meeting_cases(struct bytes in, struct buf *out);

#endif
