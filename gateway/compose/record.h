/*
 * The verification record of T06 (R10, domain.md 5): from what keys, parse
 * and the store know of a referral to the values its template wants. It says
 * who signed, with which key, when, over which bytes, and what was not bound.
 */
#ifndef GW_COMPOSE_RECORD_H
#define GW_COMPOSE_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/reason.h"
#include "compose/template.h"
#include "policy/policy.h"

/* Strings belong to the caller. */
struct findings {
	int64_t received;
	enum referral_type type;
	enum person_role role;
	const char *organisation;
	const char *sender;		/* canonical address */
	const char *fpr;		/* primary fingerprint */
	const char *hash, *algo;	/* of the signature, and of its key */
	int64_t signed_at;		/* 0 = unknown */
	uint8_t digest[HASH_BYTES];	/* SHA-256 of the signed bytes */
	enum form_kind form;
	uint32_t missing;		/* bit n = field n is missing */
	uint32_t attachments;
	bool bound;			/* the signed text is addressed to us */
	bool combined;			/* RFC 3156 6.2: the signature went with
					 * the encryption */
};

#define RECORD_VARS 14

/* The values for struct letter; they live as long as this does. */
struct record_text {
	struct var vars[RECORD_VARS];
	size_t n;
	char received[CLOCK_DUTCH_LEN], signed_at[CLOCK_DUTCH_LEN];
	char fingerprint[LIM_FPR + LIM_FPR / 4 + 1];
	char digest[HASH_HEX + 1];
	char attachments[12];
	struct buf form, binding, shape;
};

/*
 * Fills `out`; its sentences come from the template of T06. GW_FORMAT: a
 * string of more than one line, GW_MISSING as template_render(), GW_LIMIT,
 * GW_NOMEM. Free with record_free(), whatever was returned.
 */
enum gw_err record_text(const struct templates *t, const struct findings *r,
    struct record_text *out);
void record_free(struct record_text *out);

#endif
