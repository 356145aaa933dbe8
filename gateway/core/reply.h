/*
 * What an invitee answers (domain.md 3.5): yes, a permanent representative, no
 * with or without reasons. Reasons go sealed to the mayor and the
 * representative and are kept nowhere (R49).
 */
#ifndef GW_CORE_REPLY_H
#define GW_CORE_REPLY_H

#include "core/way.h"

/* DOCUMENT_ANSWER. */
enum gw_err reply_step(struct travel *t);
enum gw_err reply_commit(struct travel *t);

#endif
