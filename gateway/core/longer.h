/*
 * SLEUTEL: a correspondent's own key, for longer. Who is still known by a key
 * may send it again, prolonged, and no officer has to compare anything: it is
 * the same key, and what is new in it is signed by it. Another key, or one that
 * has ended, goes the way of an enrolment (design.md 10).
 */
#ifndef GW_CORE_LONGER_H
#define GW_CORE_LONGER_H

#include "core/way.h"

/* Takes the key in; T39 "verlengd" tells until when it counts. */
enum gw_err longer_step(struct travel *t);
enum gw_err longer_commit(struct travel *t);

#endif
