/*
 * years DIR N: a store in which N referrals lie that were erased, as a house
 * has after many years, each with a timer that is not due for years. Makes them
 * in the store DIR, then prints one line
 *
 *	write idle sweep each
 *
 * with seconds: to write them, to ask what is due when nothing is, to walk
 * over all N as if all were, and to read the N referrals.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "store/handle.h"

#define AT	INT64_C(1795000000)
#define LATER	INT64_C(2795000000)

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
	fprintf(stderr, "years: %s: %s\n", what, gw_strerror(r));
	exit(1);
}

static void
fill(struct store *s, int64_t n)
{
	struct referral rf = { .state = REFERRAL_ERASED,
		.outcome = OUTCOME_LISTED };
	struct timer timer = { .kind = TIMER_REFERRAL,
		.event = REFERRAL_EV_DONE };
	int64_t i;

	must(store_begin(s), "begin");
	for (i = 0; i < n; i++) {
		ref_new('A', rf.ref);
		rf.received = rf.changed = AT + i;
		must(referral_add(s, &rf), "referral");
		memcpy(timer.ref, rf.ref, sizeof(timer.ref));
		timer.due = LATER + i;
		must(timer_add(s, &timer), "timer");
	}
	must(store_commit(s), "commit");
}

static int64_t
walk(struct store *s)
{
	struct timer timer = { .due = INT64_MIN };
	int64_t n = 0;

	while (timer_next(s, INT64_MAX, &timer) == GW_OK)
		n++;
	return n;
}

static enum gw_err
see(const struct referral *r, void *arg)
{
	int64_t *n = arg;

	(void)r;
	++*n;
	return GW_OK;
}

int
main(int argc, char *argv[])
{
	int64_t n = argc == 3 ? strtoll(argv[2], NULL, 10) : 0, seen = 0;
	struct timer timer;
	struct store *s;
	struct buf why;
	double t[5];

	if (n < 1) {
		fprintf(stderr, "usage: years DIR N\n");
		return 64;
	}
	buf_init(&why, 4096);
	must(crypto_start(), "crypto");
	must(store_open(&s, argv[1], false, &why), buf_str(&why));
	t[0] = now();
	fill(s, n);
	t[1] = now();
	if (timer_due(s, AT, &timer) != GW_MISSING)
		return 1;
	t[2] = now();
	if (walk(s) < n)
		return 1;
	t[3] = now();
	must(referral_each(s, see, &seen), "each");
	t[4] = now();
	if (seen < n)
		return 1;
	printf("%.6f %.6f %.6f %.6f\n", t[1] - t[0], t[2] - t[1], t[3] - t[2],
	    t[4] - t[3]);
	store_close(s);
	buf_free(&why);
	return 0;
}
