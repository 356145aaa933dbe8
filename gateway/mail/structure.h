/*
 * What a mail is, seen from its tree: which of the few accepted shapes, or
 * why it is none (design.md 3.2, 3.3; security.md T1, T2, T11, T15, T16).
 */
#ifndef GW_MAIL_STRUCTURE_H
#define GW_MAIL_STRUCTURE_H

#include <stdint.h>

#include "base/reason.h"
#include "mail/scan.h"

struct shape {
	enum structure structure;
	enum reason reason;
	uint32_t flags;		/* MAIL_AUTO to MAIL_INLINE; MAIL_ENCRYPTED */
	size_t payload;		/* the part that holds the ciphertext, or what
				 * the signature covers */
	size_t signature;	/* STRUCTURE_SIGNED: its part */
	size_t status;		/* STRUCTURE_DSN: message/delivery-status */
};

/* A mail as it came. All but MAIL_INLINE for armor in a text. */
void structure_outer(const struct scan *s, struct shape *out);

/* An entity that was decrypted. */
void structure_inner(const struct scan *s, struct shape *out);

/* Whether `part` is an envelope of its own, whatever is around it. */
bool structure_is_envelope(const struct scan *s, size_t part);

#endif
