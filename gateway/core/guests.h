/*
 * What the mayor and the representative see and do about those who are invited:
 * how the answers stand, a talk with who declined (R52), once more to whom it
 * did not arrive. Nobody else hears of a refusal (R49).
 */
#ifndef GW_CORE_GUESTS_H
#define GW_CORE_GUESTS_H

#include "core/way.h"

/* DOCUMENT_GUESTS. */
enum gw_err guests_step(struct travel *t);
enum gw_err guests_commit(struct travel *t);

#endif
