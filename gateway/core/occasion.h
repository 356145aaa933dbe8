/*
 * What a letter about a meeting or an invitation says of it: read from the
 * store when the letter is sealed, so that a change reaches who was not written
 * to yet, and nothing of it waits in the outbox.
 */
#ifndef GW_CORE_OCCASION_H
#define GW_CORE_OCCASION_H

#include "base/clock.h"
#include "core/core.h"

struct occasion {
	struct meeting m;
	struct meeting_detail d;
	struct invitation inv;		/* ref "": it is about the meeting */
	struct correspondent invitee;	/* id 0: none, or nobody any more */
	char date[CLOCK_DUTCH_LEN], start[CLOCK_DUTCH_LEN],
	    end[CLOCK_DUTCH_LEN];
	struct correspondent via;	/* who comes instead; id 0: nobody */
	char count[16];
	struct buf cases, urgency, invitees;
	struct calendar_event event;	/* strings are of this struct */
};

/*
 * Fills it for `row`, whose reference is U-... or V-...; `to` is who gets the
 * letter. GW_MISSING: it is erased. End with occasion_end(), whatever was
 * returned.
 */
enum gw_err occasion_begin(struct core *c, const struct outbox *row,
    const struct correspondent *to, struct occasion *o);
void occasion_end(struct occasion *o);

#endif
