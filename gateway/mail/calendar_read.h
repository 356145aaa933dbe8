/*
 * What an invitee's calendar program answers: an iTIP REPLY (RFC 5546 3.2.3),
 * of which five properties count.
 *
 * Read by hand. libical 3.0 looks for /usr/share/zoneinfo at the first time in
 * UTC, for which the wall of a parse child kills; it brings ICU and a C++
 * runtime, 39 MB in 39 mappings, into the process that holds the most hostile
 * bytes and is forked for each mail. It writes in core, and the tests hold this
 * reader to what it reads.
 */
#ifndef GW_MAIL_CALENDAR_READ_H
#define GW_MAIL_CALENDAR_READ_H

#include <stdint.h>

#include "base/buf.h"
#include "base/calendar.h"
#include "base/err.h"

struct calendar_reply {
	enum calendar calendar;		/* REPLY, or UNCLEAR: all below is
					 * 0 or "" */
	enum partstat partstat;
	char uid[LIM_UID + 1];
	uint32_t sequence;
	char attendee[LIM_ADDR + 1];	/* canonical; a claim: whoever signed
					 * must be the same */
};

/*
 * Reads the decoded bytes of a text/calendar part. A reply has one event with
 * a UID of ours and one attendee; two events, another method, what repeats,
 * what is nested otherwise than RFC 5545 allows, more than LIM_CALENDAR bytes
 * or LIM_WORDS of comment: unclear. Comments, or the note that Google and Apple
 * put beside the attendee, are appended to `words` as clean UTF-8 (charset.h),
 * without blanks around them. GW_NOMEM; what buf_error(words) says.
 */
enum gw_err calendar_read(struct bytes in, struct calendar_reply *r,
    struct buf *words);

#endif
