/*
 * The elements of a fiche as bytes: between parse and core, and in the store.
 * Read as if anybody had written them.
 */
#ifndef GW_WIRE_FICHE_BYTES_H
#define GW_WIRE_FICHE_BYTES_H

#include <stdbool.h>

#include "base/fiche.h"
#include "wire/cursor.h"

/* Room for any content. */
#define FICHE_CONTENT_BYTES						\
	(FICHE_ELEMENTS * (4 + LIM_FICHE_ELEMENT + 4 +			\
	    LIM_FICHE_SOURCES * (4 + LIM_ADDR)))

/* Each element: its text, the number of its sources, each of them. */
void fiche_bytes_put(struct cursor *c, const struct fiche_content *f);

/* False, and c->bad, for what the former did not write. */
bool fiche_bytes_get(struct cursor *c, struct fiche_content *f);

#endif
