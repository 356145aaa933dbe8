/*
 * Mails that wait in quarantine for somebody to be enrolled: judged anew, and
 * taken in as if they had come now (domain.md 4.1, QUARANTINED to ACCEPTED).
 */
#ifndef GW_CORE_RELEASE_H
#define GW_CORE_RELEASE_H

#include "core/core.h"

/* Somebody was enrolled: all that waits is to be judged again. */
void release_all(struct core *c);

/* Whether some of it can be judged now. */
bool release_is_due(const struct core *c);

/* Judges a few; what fails is left where it lies and the others go on. GW_IO:
 * the disk. */
enum gw_err release_waiting(struct core *c);

#endif
