/* base/crypto: hashes, sealed blobs, references, chance. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/crypto.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void
hashes_are_what_they_say(void **state)
{
	uint8_t h[HASH_BYTES];
	char hex[HASH_HEX + 1];

	(void)state;
	/* FIPS 180-2, appendix B.1. */
	crypto_sha256("abc", 3, h);
	crypto_hex(h, hex);
	assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223"
	    "b00361a396177a9cb410ff61f20015ad");
}

static void
keyed_hashes_tell_pieces_and_keys_apart(void **state)
{
	static const struct piece rows[][3] = {
		{ { "ab", 2 }, { "c", 1 }, { "", 0 } },
		{ { "a", 1 }, { "bc", 2 }, { "", 0 } },
		{ { "abc", 3 }, { "", 0 }, { "", 0 } },
		{ { "", 0 }, { "abc", 3 }, { "", 0 } },
		{ { "abd", 3 }, { "", 0 }, { "", 0 } },
	};
	uint8_t key[DATA_KEY_BYTES] = { 1 }, other[DATA_KEY_BYTES] = { 2 };
	uint8_t h[COUNT(rows)][HASH_BYTES], again[HASH_BYTES];
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		crypto_keyed_hash(key, rows[i], 3, h[i]);
		crypto_keyed_hash(key, rows[i], 3, again);
		assert_memory_equal(h[i], again, HASH_BYTES);
		crypto_keyed_hash(other, rows[i], 3, again);
		assert_memory_not_equal(h[i], again, HASH_BYTES);
		crypto_keyed_hash(key, rows[i], 2, again);
		assert_memory_not_equal(h[i], again, HASH_BYTES);
		for (j = 0; j < i; j++)
			assert_memory_not_equal(h[i], h[j], HASH_BYTES);
	}
}

/* A blob of three chunks: 0 and 1 full of their number, 2 the last. */
enum { CHUNKS = 3, CHUNK = 100, SEALED = CHUNK + BLOB_EXTRA };

struct blob {
	uint8_t key[DATA_KEY_BYTES];
	uint8_t header[BLOB_HEADER];
	uint8_t chunk[CHUNKS][SEALED];
};

static void
make_blob(struct blob *b)
{
	struct blob_stream s;
	uint8_t plain[CHUNK];
	int i;

	crypto_random(b->key, sizeof(b->key));
	blob_seal_start(&s, b->key, b->header);
	for (i = 0; i < CHUNKS; i++) {
		memset(plain, i, sizeof(plain));
		blob_seal_chunk(&s, plain, CHUNK, i == CHUNKS - 1,
		    b->chunk[i]);
	}
}

/* Opens chunks in this order, `last` at its end; how many came right. */
static int
open_blob(const struct blob *b, const int *order, int n)
{
	struct blob_stream s;
	uint8_t plain[CHUNK];
	int i;

	if (blob_open_start(&s, b->key, b->header) != GW_OK)
		return -1;
	for (i = 0; i < n; i++) {
		if (blob_open_chunk(&s, b->chunk[order[i]], SEALED,
		    i == n - 1, plain) != GW_OK)
			return i;
		assert_int_equal(plain[0], order[i]);
		assert_int_equal(plain[CHUNK - 1], order[i]);
	}
	return n;
}

static void
a_blob_opens_in_order_and_whole_only(void **state)
{
	static const struct {
		const char *what;
		int n, order[4], right;
	} rows[] = {
		{ "as written", 3, { 0, 1, 2 }, 3 },
		{ "two changed places", 3, { 1, 0, 2 }, 0 },
		{ "one left out", 2, { 0, 2 }, 1 },
		{ "first left out", 2, { 1, 2 }, 0 },
		{ "one twice", 4, { 0, 0, 1, 2 }, 1 },
		{ "cut at the end", 2, { 0, 1 }, 1 },
		{ "cut to one", 1, { 0 }, 0 },
		{ "the last is not the end", 4, { 0, 1, 2, 2 }, 2 },
	};
	struct blob b;
	size_t i;

	(void)state;
	make_blob(&b);
	for (i = 0; i < COUNT(rows); i++) {
		if (open_blob(&b, rows[i].order, rows[i].n) != rows[i].right)
			fail_msg("%s", rows[i].what);
	}
}

static void
a_blob_with_one_bit_wrong_does_not_open(void **state)
{
	static const int order[CHUNKS] = { 0, 1, 2 };
	struct blob b, bad;
	size_t i;

	(void)state;
	make_blob(&b);
	assert_int_equal(open_blob(&b, order, CHUNKS), CHUNKS);
	for (i = 0; i < 8 * sizeof(b); i++) {
		bad = b;
		((uint8_t *)&bad)[i / 8] ^= (uint8_t)(1 << i % 8);
		assert_true(open_blob(&bad, order, CHUNKS) < CHUNKS);
	}
}

static void
a_chunk_may_be_empty_but_not_shorter(void **state)
{
	uint8_t key[DATA_KEY_BYTES] = { 7 }, header[BLOB_HEADER];
	uint8_t sealed[BLOB_EXTRA], plain[BLOB_EXTRA];
	struct blob_stream s;
	size_t n;

	(void)state;
	blob_seal_start(&s, key, header);
	blob_seal_chunk(&s, NULL, 0, 1, sealed);
	for (n = 0; n < BLOB_EXTRA; n++) {
		assert_int_equal(blob_open_start(&s, key, header), GW_OK);
		assert_int_equal(blob_open_chunk(&s, sealed, n, 1, plain),
		    GW_FORMAT);
	}
	assert_int_equal(blob_open_start(&s, key, header), GW_OK);
	assert_int_equal(blob_open_chunk(&s, sealed, n, 1, plain), GW_OK);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* design.md 6: letter, dash, 16 of Crockford's base32; never the same. */
static void
references_are_random_and_readable(void **state)
{
	enum { N = 20000 };
	static char refs[N][LIM_REF + 1];
	const char *digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ", *at;
	bool seen[16][32] = { { false } };
	size_t i, j;

	(void)state;
	for (i = 0; i < N; i++) {
		ref_new('A', refs[i]);
		assert_int_equal(strlen(refs[i]), LIM_REF);
		assert_memory_equal(refs[i], "A-", 2);
		for (j = 0; j < 16; j++) {
			at = strchr(digits, refs[i][2 + j]);
			assert_non_null(at);
			seen[j][at - digits] = true;
		}
	}
	/* Every digit comes at every place. */
	for (i = 0; i < 16 * 32; i++)
		assert_true(seen[i / 32][i % 32]);
	qsort(refs, N, sizeof(refs[0]), by_text);
	for (i = 1; i < N; i++)
		assert_string_not_equal(refs[i - 1], refs[i]);
}

static void
chance_stays_below_and_reaches_all(void **state)
{
	static const uint32_t ns[] = { 1, 2, 7, 600 };
	bool seen[600];
	uint32_t v;
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(ns); i++) {
		memset(seen, 0, sizeof(seen));
		for (j = 0; j < 1000 + ns[i] * 40; j++) {
			v = crypto_random_below(ns[i]);
			assert_true(v < ns[i]);
			seen[v] = true;
		}
		/* One of 600 is missed with a chance of 600 * e^-40. */
		for (j = 0; j < ns[i]; j++)
			assert_true(seen[j]);
	}
}

static void
wiping_leaves_zeros(void **state)
{
	uint8_t a[33], zeros[33] = { 0 };

	(void)state;
	crypto_random(a, sizeof(a));
	assert_memory_not_equal(a, zeros, sizeof(a));
	crypto_wipe(a, 32);
	assert_memory_equal(a, zeros, 32);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hashes_are_what_they_say),
		cmocka_unit_test(keyed_hashes_tell_pieces_and_keys_apart),
		cmocka_unit_test(a_blob_opens_in_order_and_whole_only),
		cmocka_unit_test(a_blob_with_one_bit_wrong_does_not_open),
		cmocka_unit_test(a_chunk_may_be_empty_but_not_shorter),
		cmocka_unit_test(references_are_random_and_readable),
		cmocka_unit_test(chance_stays_below_and_reaches_all),
		cmocka_unit_test(wiping_leaves_zeros),
	};

	if (crypto_start() != GW_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
