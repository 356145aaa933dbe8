/* From a letter to a finished mail: compose, then ask keys to seal it. */
#ifndef GW_CORE_SEALING_H
#define GW_CORE_SEALING_H

#include "core/core.h"

/* Least size of a finished mail; receipts and notices all fit in one such
 * bucket, so that their sizes say nothing (R21). */
#define SEAL_BUCKET	(16u * 1024)

/* To whom and with what. */
struct sealing {
	const char *fpr;	/* "" for a letter in clear: signed only */
	int plain;		/* what `body` is cut from, or -1 */
	struct span body;	/* what is attached when letter->attach */
	int guest;		/* the key file of somebody who is not in the
				 * ring and does not come in, or -1 */
};

/*
 * Seals `letter`. *mail is the caller's. GW_KEY: the key cannot be used.
 * GW_AGAIN: keys is down. Others: the letter itself is wrong.
 */
enum gw_err seal_letter(struct core *c, const struct letter *letter,
    const struct sealing *how, int *mail);

#endif
