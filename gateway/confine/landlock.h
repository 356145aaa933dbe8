/* The kernel's Landlock as two functions; see landlock(7). */
#ifndef GW_CONFINE_LANDLOCK_H
#define GW_CONFINE_LANDLOCK_H

#include <stddef.h>

#include "confine/confine.h"

/*
 * From here on this process may open the `base` and `extra` paths only, each
 * for what it says and all below it. A path that is not there is passed over.
 * Unless `signals`, it can signal nobody but itself and its children.
 * GW_MISSING when the kernel has no Landlock, GW_DENIED when it refuses.
 */
enum gw_err landlock_shut(const struct confine_path *base, size_t bases,
    const struct confine_path *extra, size_t extras, bool signals);

#endif
