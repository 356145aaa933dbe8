/*
 * A mail by a key that is not enrolled, or no longer good (domain.md 3.2, R9):
 * kept as ciphertext, and the office is told whom to phone. The key that came
 * with it vouches for itself in a home that is thrown away; it comes nowhere
 * near the ring (security.md T32).
 */
#ifndef GW_CORE_STRANGER_H
#define GW_CORE_STRANGER_H

#include "core/way.h"

/* Looks for the key that an unknown signer brings and lets it vouch: fills
 * t->vouched. Nothing for any other mail. */
enum gw_err stranger_look(struct travel *t);

/* Whether the day's share of strangers is used up: they cost more than friends,
 * and the office cannot phone a flood. What comes then is kept all the same,
 * and told of as a number. */
bool stranger_is_one_too_many(struct travel *t);

/* Whether the mail was signed by the key it brings, which is its sender's. */
bool stranger_is_vouched(const struct travel *t);

/* The key that it brings, in a frozen memfd of the caller's. */
enum gw_err stranger_key(const struct travel *t, int *fd);

/* Tells the office: T05 with address and fingerprint, sealed. */
enum gw_err stranger_step(struct travel *t);

/* A fingerprint in groups of four, as it is read out. */
#define FPR_GROUPS (LIM_FPR + LIM_FPR / 4 + 1)
void fpr_groups(const char *fpr, char out[FPR_GROUPS]);

#endif
