/*
 * What compose, parse and core agree on about calendars: the UID of an
 * invitation and what an invitee's program can answer to it (RFC 5546 3.2.3).
 */
#ifndef GW_BASE_CALENDAR_H
#define GW_BASE_CALENDAR_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/limits.h"

/* The calendar part of a mail. */
enum calendar {
	CALENDAR_NONE,		/* there is none */
	CALENDAR_REPLY,		/* one answer to one invitation of ours */
	CALENDAR_UNCLEAR,	/* anything else: it changes nothing */
	CALENDAR_MAX
};

/* X(identifier, stable name, the word of RFC 5545 3.2.12) */
#define PARTSTATS(X)							\
	X(NONE, "none", "NEEDS-ACTION")					\
	X(ACCEPTED, "accepted", "ACCEPTED")				\
	X(DECLINED, "declined", "DECLINED")				\
	X(TENTATIVE, "tentative", "TENTATIVE")				\
	X(DELEGATED, "delegated", "DELEGATED")

enum partstat {
#define X(id, name, word) PARTSTAT_##id,
	PARTSTATS(X)
#undef X
	PARTSTAT_MAX
};

/* "?" for a value outside the list; storage is static. */
const char *partstat_name(enum partstat p);

/* The answer that `word` is, in any case of letters; PARTSTAT_MAX: none. */
enum partstat partstat_of(struct bytes word);

/*
 * Copies a UID of our shape, LIM_UID hex digits, in lower case as issued.
 * False and "" for all else: it is no invitation of ours. Random and without a
 * host or an owner (RFC 7986 5.3, R59).
 */
bool calendar_uid(struct bytes in, char out[LIM_UID + 1]);

#endif
