/*
 * Codes that the gateway issues and a person must repeat (design.md 6): how
 * they look. What they are made of is said where they are made.
 */
#ifndef GW_BASE_CODE_H
#define GW_BASE_CODE_H

#include <stdbool.h>

#include "base/crypto.h"
#include "base/limits.h"

/* The first 60 bits in Crockford's base32: "4F7K-29QD-XM3A". */
void code_spell(const uint8_t hash[HASH_BYTES], char out[LIM_CODE + 1]);

/* Whether `code`, as it was read, is `right`; in constant time. */
bool code_same(const char *code, const char right[LIM_CODE + 1]);

#endif
