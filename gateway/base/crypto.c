#include "base/crypto.h"

#include <nettle/sha2.h>
#include <sodium.h>
#include <string.h>

_Static_assert(sizeof(crypto_secretstream_xchacha20poly1305_state) <=
    sizeof(struct blob_stream), "blob_stream is too small");
_Static_assert(HASH_BYTES == SHA256_DIGEST_SIZE, "HASH_BYTES is wrong");
_Static_assert(BLOB_EXTRA == crypto_secretstream_xchacha20poly1305_ABYTES,
    "BLOB_EXTRA is wrong");
_Static_assert(BLOB_HEADER == crypto_secretstream_xchacha20poly1305_HEADERBYTES,
    "BLOB_HEADER is wrong");
_Static_assert(DATA_KEY_BYTES == crypto_secretstream_xchacha20poly1305_KEYBYTES,
    "DATA_KEY_BYTES is wrong");

enum gw_err
crypto_start(void)
{
	return sodium_init() < 0 ? GW_INTERNAL : GW_OK;
}

void
crypto_random(void *p, size_t n)
{
	randombytes_buf(p, n);
}

uint32_t
crypto_random_below(uint32_t n)
{
	return randombytes_uniform(n);
}

void
crypto_sha256(const void *p, size_t n, uint8_t out[HASH_BYTES])
{
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	sha256_update(&ctx, n, p);
	sha256_digest(&ctx, HASH_BYTES, out);
	sodium_memzero(&ctx, sizeof(ctx));
}

void
crypto_keyed_hash(const uint8_t key[DATA_KEY_BYTES],
    const struct piece *piece, size_t pieces, uint8_t out[HASH_BYTES])
{
	crypto_generichash_state st;
	uint64_t n;
	size_t i;

	(void)crypto_generichash_init(&st, key, DATA_KEY_BYTES, HASH_BYTES);
	for (i = 0; i < pieces; i++) {
		n = piece[i].n;
		(void)crypto_generichash_update(&st, (const uint8_t *)&n,
		    sizeof(n));
		(void)crypto_generichash_update(&st, piece[i].p, piece[i].n);
	}
	(void)crypto_generichash_final(&st, out, HASH_BYTES);
}

void
crypto_hex(const uint8_t in[HASH_BYTES], char out[HASH_HEX + 1])
{
	(void)sodium_bin2hex(out, HASH_HEX + 1, in, HASH_BYTES);
}

static crypto_secretstream_xchacha20poly1305_state *
state_of(struct blob_stream *s)
{
	return (void *)s->state;
}

void
blob_seal_start(struct blob_stream *s, const uint8_t key[DATA_KEY_BYTES],
    uint8_t header[BLOB_HEADER])
{
	(void)crypto_secretstream_xchacha20poly1305_init_push(state_of(s),
	    header, key);
}

static uint8_t
tag_for(int last)
{
	return last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL :
	    crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
}

void
blob_seal_chunk(struct blob_stream *s, const uint8_t *in, size_t n, int last,
    uint8_t *out)
{
	(void)crypto_secretstream_xchacha20poly1305_push(state_of(s), out,
	    NULL, in, n, NULL, 0, tag_for(last));
}

enum gw_err
blob_open_start(struct blob_stream *s, const uint8_t key[DATA_KEY_BYTES],
    const uint8_t header[BLOB_HEADER])
{
	if (crypto_secretstream_xchacha20poly1305_init_pull(state_of(s),
	    header, key) != 0)
		return GW_FORMAT;
	return GW_OK;
}

enum gw_err
blob_open_chunk(struct blob_stream *s, const uint8_t *in, size_t n, int last,
    uint8_t *out)
{
	uint8_t tag;

	if (n < BLOB_EXTRA || crypto_secretstream_xchacha20poly1305_pull(
	    state_of(s), out, NULL, &tag, in, n, NULL, 0) != 0)
		return GW_FORMAT;
	return tag == tag_for(last) ? GW_OK : GW_FORMAT;
}

void
ref_new(char type, char out[LIM_REF + 1])
{
	static const char digit[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	uint8_t random[16];
	size_t i;

	/* 5 of each 8 random bits: 16 characters, 80 bits. */
	crypto_random(random, sizeof(random));
	out[0] = type;
	out[1] = '-';
	for (i = 0; i < sizeof(random); i++)
		out[2 + i] = digit[random[i] & 31];
	out[2 + i] = '\0';
}

void
crypto_wipe(void *p, size_t n)
{
	sodium_memzero(p, n);
}
