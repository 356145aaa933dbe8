/*
 * Every key of the ring, read once and again only after a change: so no mail
 * costs a key listing (perf.md 3).
 */
#ifndef KEYS_RING_H
#define KEYS_RING_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "keys/engine_gpgme.h"
#include "keys/key.h"

struct ring {
	struct key *key;	/* owned */
	size_t n;
};

/* Reads all keys anew; on an error the ring stays as it was. */
enum gw_err ring_load(struct ring *r, struct engine *e);
void ring_free(struct ring *r);

/* The key with this primary fingerprint, or NULL. */
const struct key *ring_find(const struct ring *r, const char *fpr);

/*
 * The key that the primary or subkey `fpr` belongs to, and that subkey. NULL
 * when there is none, and when two keys claim it: then nobody can say who
 * signed (T4).
 */
const struct key *ring_owner(const struct ring *r, const char *fpr,
    const struct subkey **sub);

/* Our own key: GW_MISSING, GW_KEY: none of ours can sign and decrypt at
 * `now`, GW_STATE: several can. */
enum gw_err ring_own(const struct ring *r, int64_t now,
    const struct key **own);

#endif
