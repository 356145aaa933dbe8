/*
 * A clock that may be wrong must never erase early nor keep anything quiet
 * (design.md 10). base/watch.h says when it is doubted; here is what follows:
 * the house lives by its own count, all erasure that a date asks for waits,
 * and the office and the DPO are told. Mail comes in and goes out as ever.
 */
#ifndef GW_CORE_DOUBT_H
#define GW_CORE_DOUBT_H

#include "core/core.h"

/* After the store was opened, in front of the walls. */
void doubt_open(struct core *c);

/* Whether nothing may be erased by date now. */
bool doubt_is(const struct core *c);

/* Books and tells when it begins and ends; before anything that is heard in
 * this turn of the loop is acted on. */
enum gw_err doubt_turn(struct core *c);

/* Whether this timer has to wait: its step would erase. */
bool doubt_holds(const struct core *c, const struct timer *timer);

/* The operator (`actor`, or NULL) says that the date is right. */
enum gw_err doubt_confirm(struct core *c, const char *actor);

/* In a sentence, for status. */
void doubt_say(struct core *c, struct buf *out);

/* Orders fetch, once a day, to erase what lies long enough in the side
 * folder. */
void doubt_sweep(struct core *c);

#endif
