/*
 * Hashes, random numbers and the sealing of blobs: the only file that
 * includes libsodium, and nettle for SHA-256. Used by core only.
 */
#ifndef GW_BASE_CRYPTO_H
#define GW_BASE_CRYPTO_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/limits.h"

#define HASH_BYTES	32
#define HASH_HEX	(2 * HASH_BYTES)
#define DATA_KEY_BYTES	32

/* Once, before any other call and before confinement. GW_INTERNAL. */
enum gw_err crypto_start(void);

void crypto_random(void *p, size_t n);

/* A number below `n`, each as likely. */
uint32_t crypto_random_below(uint32_t n);

/* SHA-256. By nettle, which has the processor's own instructions for it:
 * three times as fast as libsodium's, and each mail is hashed twice. */
void crypto_sha256(const void *p, size_t n, uint8_t out[HASH_BYTES]);

/* BLAKE2b-256 of several pieces under a key; each piece's length is hashed
 * with it, so that "ab","c" and "a","bc" differ. */
struct piece {
	const void *p;
	size_t n;
};
void crypto_keyed_hash(const uint8_t key[DATA_KEY_BYTES],
    const struct piece *piece, size_t pieces, uint8_t out[HASH_BYTES]);

/* 64 hex digits and a NUL. */
void crypto_hex(const uint8_t in[HASH_BYTES], char out[HASH_HEX + 1]);

/*
 * A stream of chunks sealed under a data key (XChaCha20-Poly1305
 * secretstream): each chunk of up to BLOB_CHUNK bytes grows by BLOB_EXTRA;
 * order and end are authenticated.
 */
#define BLOB_CHUNK	(64u * 1024)
#define BLOB_EXTRA	17
#define BLOB_HEADER	24

struct blob_stream {
	uint8_t state[64];	/* opaque */
};

/* Starts to seal; `header` goes in front of the chunks. */
void blob_seal_start(struct blob_stream *s, const uint8_t key[DATA_KEY_BYTES],
    uint8_t header[BLOB_HEADER]);
void blob_seal_chunk(struct blob_stream *s, const uint8_t *in, size_t n,
    int last, uint8_t *out);

/* Starts to open. GW_FORMAT when the header or a chunk is not authentic or
 * `last` is not what the writer said. `out` has room for n - BLOB_EXTRA. */
enum gw_err blob_open_start(struct blob_stream *s,
    const uint8_t key[DATA_KEY_BYTES], const uint8_t header[BLOB_HEADER]);
enum gw_err blob_open_chunk(struct blob_stream *s, const uint8_t *in, size_t n,
    int last, uint8_t *out);

/*
 * A reference: type letter, dash, 16 characters of Crockford's base32, 80
 * random bits (design.md 6). Never sequential, never derived from data.
 */
void ref_new(char type, char out[LIM_REF + 1]);

/* Overwrites; the compiler may not leave it out. */
void crypto_wipe(void *p, size_t n);

#endif
