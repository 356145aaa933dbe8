/*
 * The lines that stand below AKKOORD and VERZENDEN (meldpost-fiche(7)): the
 * attestation, the digest, and what is behind them.
 */
#ifndef GW_MAIL_PROOF_H
#define GW_MAIL_PROOF_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/crypto.h"

struct proof {
	bool attested;			/* word for word */
	char digest[HASH_HEX + 1];	/* lower case, or "" */
	struct bytes rest;		/* behind the digest; empty: nothing */
};

/* Reads the words of such an order; empty lines count for nothing. */
void proof_read(struct bytes words, struct proof *out);

#endif
