/*
 * chain DIR ROWS: how long a whole audit chain takes to check. Makes ROWS rows
 * in a new store, a third of them with somebody who acted, then prints one line
 *
 *	rows bytes write verify who forget floor
 *
 * with seconds: to write them, to verify them, to ask about one reference, to
 * drop all salts, and, as the floor, for SHA-256 alone over the same bytes.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "store/handle.h"

#define AT	INT64_C(1795000000)

static const char fpr[] = "0123456789ABCDEF0123456789ABCDEF01234567";

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
must(enum gw_err r, const char *what)
{
	if (r == GW_OK)
		return;
	fprintf(stderr, "chain: %s: %s\n", what, gw_strerror(r));
	exit(1);
}

static void
fill(struct store *s, int64_t rows, char ref[LIM_REF + 1])
{
	int64_t i;

	must(store_begin(s), "begin");
	for (i = 0; i < rows; i++) {
		if (i % 10 == 0)
			ref_new('A', ref);
		must(audit_add(s, AT + i, AUDIT_MAIL_JUDGED, ref, "not-signed",
		    i % 3 == 0 ? fpr : NULL), "add");
	}
	must(store_commit(s), "commit");
}

/* What the chain hashes of one such row: see store/audit.c. */
static size_t
row_bytes(void)
{
	return 7 * 8 + strlen("mail-judged") + LIM_REF +
	    strlen("not-signed") + 2 * HASH_BYTES;
}

static double
floor_of(int64_t rows)
{
	uint8_t b[256] = { 0 };
	double began = now();
	int64_t i;

	for (i = 0; i < rows; i++)
		crypto_sha256(b, row_bytes(), b);
	return now() - began;
}

static enum gw_err
see(const struct audit_row *row, void *arg)
{
	int *n = arg;

	(void)row;
	++*n;
	return GW_OK;
}

int
main(int argc, char *argv[])
{
	int64_t rows = argc == 3 ? strtoll(argv[2], NULL, 10) : 0, good, bad;
	double t[6];
	uint8_t head[HASH_BYTES];
	char ref[LIM_REF + 1] = "";
	struct store *s;
	unsigned dropped;
	struct buf why;
	int n = 0;

	if (rows < 1) {
		fprintf(stderr, "usage: chain DIR ROWS\n");
		return 64;
	}
	buf_init(&why, 4096);
	must(crypto_start(), "crypto");
	must(store_open(&s, argv[1], false, &why), buf_str(&why));
	t[0] = now();
	fill(s, rows, ref);
	t[1] = now();
	must(audit_verify(s, &good, &bad, head), "verify");
	t[2] = now();
	must(audit_about(s, ref, see, &n), "who");
	t[3] = now();
	must(audit_forget(s, AT + rows, &dropped), "forget");
	t[4] = now();
	t[5] = floor_of(rows);
	if (good != rows || n == 0 || dropped == 0)
		return 1;
	printf("%lld %zu %.3f %.3f %.3f %.3f %.3f\n", (long long)rows,
	    row_bytes(), t[1] - t[0], t[2] - t[1], t[3] - t[2], t[4] - t[3],
	    t[5]);
	store_close(s);
	buf_free(&why);
	return 0;
}
