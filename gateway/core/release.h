/*
 * Mails that wait in quarantine for somebody to be enrolled: judged anew, and
 * taken in as if they had come now (domain.md 4.1, QUARANTINED to ACCEPTED).
 */
#ifndef GW_CORE_RELEASE_H
#define GW_CORE_RELEASE_H

#include "core/core.h"

/* Judges what waits again, when core->release says so and parse and keys are
 * there. What could not be looked at is tried later. GW_IO: the disk. */
enum gw_err release_waiting(struct core *c);

#endif
