/*
 * Orders of the mayor or the representative on a referral (domain.md 4.1):
 * list it, ask for more, talk, redirect, hand over. An order that does not fit
 * its state, or lacks what it needs, changes nothing and is told.
 */
#ifndef GW_CORE_DECIDE_H
#define GW_CORE_DECIDE_H

#include "core/way.h"

enum gw_err decide_step(struct travel *t);

#endif
