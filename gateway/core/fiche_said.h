/*
 * What a letter about a fiche says of it: read from its sealed blob when the
 * letter is sealed.
 */
#ifndef GW_CORE_FICHE_SAID_H
#define GW_CORE_FICHE_SAID_H

#include "base/clock.h"
#include "core/fiching.h"

struct fiche_said {
	struct fiching *f;
	char version[16], count[16], code[LIM_CODE + 1];
	char digest[HASH_HEX + 1], changed[CLOCK_DUTCH_LEN];
	char own[160];			/* "punten 6 en 8" */
	struct buf text, elements;
};

/* For `row`, whose reference is F-..., to `to`. GW_MISSING: it is erased. End
 * with fiche_said_end(), whatever was returned. */
enum gw_err fiche_said_begin(struct core *c, const struct outbox *row,
    const struct correspondent *to, struct fiche_said *said);
void fiche_said_end(struct fiche_said *said);

/* "6 en 8", "6, 7 en 8" or "geen": numbers of elements, for people. */
void fiche_numbers(uint32_t numbers, char *out, size_t size);

/* The canonical text as a value: without its last LF. */
enum gw_err fiche_as_value(const struct fiching *f, struct buf *out);

#endif
