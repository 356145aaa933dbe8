/*
 * The approval code of a fiche (design.md 6): one for each member and round.
 * It is made of all that is agreed to and of who agrees, so that no other
 * person, text, version, round or gateway can use it.
 */
#ifndef GW_FLOW_FICHE_CODE_H
#define GW_FLOW_FICHE_CODE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/crypto.h"
#include "base/limits.h"

struct fiche_code {
	const uint8_t *nonce;		/* of the round, DATA_KEY_BYTES random */
	const uint8_t *instance;	/* HASH_BYTES, of this gateway */
	const char *fpr;		/* of its key */
	const char *ref;		/* F-... */
	uint32_t version;
	int64_t member;			/* correspondent: a person, not a key */
	const uint8_t *digest;		/* SHA-256 of the canonical text */
	const char *attestation;	/* its wording; "" for the owner of an
					 * element, who was not there */
};

void fiche_code(const struct fiche_code *c, char out[LIM_CODE + 1]);

/* Whether `code`, as it was read, is that one; in constant time. */
bool fiche_code_fits(const struct fiche_code *c, const char *code);

#endif
