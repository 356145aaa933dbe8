/*
 * The gpg processes that GPGME starts are orphans from birth: it forks twice.
 * One that is left behind burns CPU for as long as its mail says (libs.md 3c,
 * "decompression bombs"). So this process adopts them, limits them, and ends
 * every one of them after each operation.
 *
 * gpg-agent is not among them: it is started with children_run(), which lets
 * go of what it leaves behind, and gpg may not start one (no-autostart).
 */
#ifndef KEYS_CHILDREN_H
#define KEYS_CHILDREN_H

#include <stdbool.h>

#include "base/err.h"

struct children {
	int list;		/* /proc/thread-self/children, -1 = closed */
};

/* Before confinement, since the list is in /proc. GW_IO, GW_MISSING: a kernel
 * without that list. */
enum gw_err children_open(struct children *c);
void children_close(struct children *c);

/* While on, what is forked may use LIM_GPG_CPU_S of CPU. We ourselves are
 * never stopped by it; keep it on no longer than the fork takes. */
void children_limit(bool on);

enum children_end {
	CHILDREN_WELL,
	CHILDREN_KILLED,	/* somebody ended one, and not we: the kernel
				 * for want of memory, or an operator */
	CHILDREN_OVERRUN	/* one died of its CPU limit */
};

/* Waits `grace_ms` for all children to end by themselves, kills those that
 * did not, and reaps them. */
enum children_end children_settle(struct children *c, int grace_ms);

/* Runs a program to its end, at most `wait_ms`; GW_MISSING when it cannot be
 * run, GW_TIMEOUT, GW_IO for any exit status but 0. */
enum gw_err children_run(const char *const argv[], int wait_ms);

#endif
