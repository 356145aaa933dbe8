/*
 * Who is to sit at the table: the people that an order names, looked up, and
 * the rules of flow/meeting.h asked about them. All that is wrong is told at
 * once, in the sentences of B07.
 */
#ifndef GW_CORE_SEATS_H
#define GW_CORE_SEATS_H

#include "base/buf.h"
#include "base/bytes.h"
#include "core/core.h"

struct seat {
	struct correspondent who;
	enum invitation_kind kind;
};

struct seats {
	struct core *core;
	struct seat *seat;		/* owned */
	size_t n, room;
	struct buf lines;		/* what is wrong, for {{lines}} of B07 */
	size_t wrong;			/* how many things; of them only the
					 * first few are in `lines` */
	enum gw_err err;		/* what kept a sentence from it */
};

void seats_begin(struct seats *s, struct core *c);
void seats_end(struct seats *s);

/* Adds somebody. GW_NOMEM. */
enum gw_err seats_add(struct seats *s, const struct correspondent *who,
    enum invitation_kind kind);

/*
 * Adds whoever a list of messages.def names, by address or by a function that
 * one person holds; what is neither is wrong. `adhoc`: for this meeting only
 * (R63); else as their role is. GW_NOMEM, GW_IO.
 */
enum gw_err seats_add_list(struct seats *s, struct bytes list, bool adhoc);

/* Adds whoever is invited to a meeting already and still is. */
enum gw_err seats_add_invited(struct seats *s, const char *meeting);

/* Takes a person out again; false: was not there. */
bool seats_remove(struct seats *s, int64_t correspondent);

/* Whoever an entry of such a list is; GW_MISSING, and GW_EXISTS for a function
 * that several hold: both are told. */
enum gw_err seats_look_up(struct seats *s, const char *entry,
    struct correspondent *who);

/* One more thing is wrong: a sentence of B07 with its value, or NULL. */
void seats_wrong(struct seats *s, const char *section, const char *name,
    const char *value);

/* The rules for the whole (R33 to R40, R55); `chair` NULL: nobody. `urgent`:
 * the notice may be short. GW_NOMEM. */
enum gw_err seats_check(struct seats *s, const struct meeting *m,
    size_t cases, bool urgent, const struct correspondent *chair,
    const struct meeting_order *order);

/* The next entry of a list of messages.def: what stands before LF, or nothing
 * that fits (""). False at the end. */
bool list_next(struct bytes *list, char out[LIM_ADDR + 1]);

#endif
