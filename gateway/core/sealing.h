/* From a letter to a finished mail: compose, then ask keys to seal it. */
#ifndef GW_CORE_SEALING_H
#define GW_CORE_SEALING_H

#include "core/core.h"

/* Least size of a finished mail; receipts and notices all fit in one such
 * bucket, so that their sizes say nothing (R21). */
#define SEAL_BUCKET	(16u * 1024)

/*
 * Seals `letter` to the key `fpr` ("" when letter->clear: signed only). With
 * letter->attach, `body` of the memfd `plain` is attached. *mail is the
 * caller's. GW_KEY: the key cannot be used. GW_AGAIN: keys is down. Others:
 * the letter itself is wrong.
 */
enum gw_err seal_letter(struct core *c, const struct letter *letter,
    const char *fpr, int plain, struct span body, int *mail);

#endif
