/* The primary fingerprints of enrolled, active correspondents: whose
 * signature counts at all. Core tells who they are. */
#ifndef KEYS_PINS_H
#define KEYS_PINS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/limits.h"

struct pins {
	char (*fpr)[LIM_FPR + 1];	/* sorted, owned */
	size_t n;
	size_t cap;
};

void pins_free(struct pins *p);

/* GW_LIMIT past LIM_PINS, GW_FORMAT when `fpr` is not upper hex, GW_NOMEM. */
enum gw_err pins_set(struct pins *p, const char *fpr, bool active);

bool pins_has(const struct pins *p, const char *fpr);

#endif
