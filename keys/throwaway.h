/*
 * A second home beside the ring's files, for one key that must not come into
 * the ring: made for one question, removed with all that gpg left in it
 * before the answer.
 *
 * It lies inside our own home, the one place where the confined role may
 * write, and takes its gpg.conf from there. Nobody needs an agent in it, so
 * no socket has to fit. Whoever uses one holds a lock on it; what nobody
 * holds is left over from a crash, and swept at the next start. So a dry run
 * may work beside the daemon: each has its own, and neither sweeps the
 * other's.
 */
#ifndef KEYS_THROWAWAY_H
#define KEYS_THROWAWAY_H

#include "base/err.h"

struct throwaway {
	char home[128];		/* ours */
	char dir[160];		/* where it is, when it is there */
	int lock;		/* -1 when it is not */
};

/* Chooses a place below `home` and sweeps what crashes left there; makes
 * nothing. GW_IO: no random numbers. */
enum gw_err throwaway_init(struct throwaway *t, const char *home);

/* An empty one with gpg.conf. GW_AGAIN, GW_FULL, GW_DENIED, GW_IO. */
enum gw_err throwaway_make(struct throwaway *t);

/* Removes it, if it is there, and everything in it. */
void throwaway_remove(struct throwaway *t);

#endif
