/* Timers are events like mail (design.md 3.6): what is due is stepped. */
#ifndef GW_CORE_TIMERS_H
#define GW_CORE_TIMERS_H

#include "core/core.h"

/* Works off everything that is due now. Stops at the first error and leaves
 * the rest for the next call. */
enum gw_err timers_run(struct core *c);

#endif
