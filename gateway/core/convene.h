/*
 * Orders on a meeting (domain.md 3.4, 3.5): the coordinator drafts it, the mayor
 * or the representative convenes it (R45), invites one more, moves it, calls it
 * off. An order that breaks a rule changes nothing, and B07 says all that is
 * wrong with it.
 */
#ifndef GW_CORE_CONVENE_H
#define GW_CORE_CONVENE_H

#include "core/invite.h"
#include "core/meet.h"
#include "core/seats.h"
#include "core/way.h"

/* What such an order works with and will write. */
struct convening {
	struct meeting_step step;
	struct meeting_detail detail;
	struct seats seats;
	size_t new_from;	/* those from here on get an invitation */
	bool adds, changes;	/* the meeting is new; its hours or detail are
				 * written again */
	int64_t needs_none;	/* whose drafted invitation is dropped, because
				 * who confirms takes the chair; or 0 */
	bool one;		/* the order is about one invitation only */
	struct inviting inviting;
	struct attendance *present;	/* AANWEZIG; owned */
};

/* DOCUMENT_MEETING. */
enum gw_err convene_order(struct travel *t);

/* Writes it; DOCUMENT_ATTENDANCE too. Inside a transaction. */
enum gw_err convene_commit(struct travel *t);

/* Makes t->convening, which travel_end() frees. GW_NOMEM. */
enum gw_err convene_begin(struct travel *t);
void convene_end(struct convening *c);

/* Finds the meeting that the order is about. GW_OK with *there false: it was
 * refused. */
enum gw_err convene_find(struct travel *t, bool *there);

/* The end of an order: refused with all that is wrong where something is, and
 * else stepped. */
enum gw_err convene_settle(struct travel *t, enum meeting_event event);

/* The bytes of a list that parse took out of the text. */
struct bytes convene_list(const struct travel *t, struct span s);

#endif
