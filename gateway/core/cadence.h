/*
 * Reminds the office, and nobody else, that it is time for a meeting (R115):
 * meetings.cadence.
 */
#ifndef GW_CORE_CADENCE_H
#define GW_CORE_CADENCE_H

#include "core/core.h"

/* Looks once an hour, and at the start. GW_IO: the disk. */
enum gw_err cadence_run(struct core *c);

#endif
