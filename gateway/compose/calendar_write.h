/*
 * An invitation, or its withdrawal, as calendar programs read it: iTIP (RFC
 * 5546) in iCalendar (RFC 5545), written by libical.
 *
 * It says where and when, and nothing else: one invitee (R58), no description,
 * no names (R59), for it ends in calendars of others that nobody seals. Taking
 * part is optional, and so is the participant (R47).
 *
 * Times are in UTC. Outlook approximates a VTIMEZONE or ignores it
 * ([MS-STANOICAL] 2.2.47) and then is hours off; a single event in UTC is read
 * alike by all, and shown in the time of whoever looks. A zone would matter to
 * what repeats, which no invitation of ours does.
 */
#ifndef GW_COMPOSE_CALENDAR_WRITE_H
#define GW_COMPOSE_CALENDAR_WRITE_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum calendar_method { CALENDAR_REQUEST, CALENDAR_CANCEL };

/* Strings belong to the caller. */
struct calendar_event {
	enum calendar_method method;
	const char *uid;	/* compose_uid(); the same for all that is said
				 * of one invitation */
	uint32_t sequence;	/* 0 at first; one more with each change */
	int64_t start, end;	/* UTC */
	int64_t stamp;		/* when this was written, UTC */
	const char *organiser;	/* our functional address, canonical */
	const char *attendee;	/* the one invitee, canonical */
	const char *summary;	/* neutral: "Overleg" */
	const char *location;	/* "" when there is none; may have lines */
};

/* "REQUEST", "CANCEL": also the method of the part's Content-Type. */
const char *calendar_method_name(enum calendar_method m);

/*
 * Whether a summary or a location may stand in a calendar: GW_OK; GW_DENIED
 * when a word tells what the meeting is about (R59), GW_LIMIT, GW_FORMAT for
 * what is no clean text. To be asked when a meeting is ordered, so that no
 * invitation of it is refused later.
 */
enum gw_err calendar_may_say(const char *text, size_t most);

/*
 * Appends the text: UTF-8, CRLF, lines of at most 75 octets. GW_FORMAT for an
 * address that is not canonical, a UID of another shape, a sequence or time
 * out of range, an end that is not behind the start; for summary and location
 * as calendar_may_say(). Nothing is appended then. GW_NOMEM; what buf_error()
 * says.
 */
enum gw_err calendar_write(const struct calendar_event *e, struct buf *out);

#endif
