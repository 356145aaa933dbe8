/*
 * One OpenPGP key as far as we care: whose it is, what it can do, until when.
 */
#ifndef KEYS_KEY_H
#define KEYS_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/limits.h"

struct _gpgme_key;		/* the engine's handle */

#define KEY_GRIP	40	/* hex digits of a keygrip */

struct subkey {
	char fpr[LIM_FPR + 1];	/* upper hex */
	char algo[LIM_ALGO + 1];
	char grip[KEY_GRIP + 1]; /* names its secret part; "" when we have none,
				 * in keys of others always */
	int64_t made;		/* UTC */
	int64_t expires;	/* UTC; 0 = never */
	unsigned bits;
	bool rsa;
	bool sign;
	bool encrypt;
	bool dead;		/* revoked, disabled or badly bound */
	bool strong;		/* T31 */
};

struct key {
	bool secret;		/* its secret part is ours */
	size_t subkeys;		/* at least 1: the first is the primary */
	struct subkey *subkey;	/* owned */
	struct _gpgme_key *handle; /* owned; engine_free_keys() */
};

/* The fingerprint by which a key is known. */
const char *key_fpr(const struct key *k);

/* When it ends as a whole; 0 = never. */
int64_t key_expires(const struct key *k);

/* The subkey that gpg encrypts to at `now`: the newest that lives, of equally
 * new ones the first. NULL when there is none. */
const struct subkey *key_recipient(const struct key *k, int64_t now);

enum key_use { KEY_SIGN, KEY_ENCRYPT };

/* Whether `s` of `k` is neither dead nor expired at `now`, and `k` neither. */
bool key_lives(const struct key *k, const struct subkey *s, int64_t now);

/*
 * GW_OK when `k` can be used so at `now` and whatever gpg may choose in it is
 * strong; GW_KEY otherwise.
 */
enum gw_err key_usable(const struct key *k, enum key_use use, int64_t now);

/* For both uses: what a correspondent's key must be. */
enum gw_err key_usable_both(const struct key *k, int64_t now);

#endif
