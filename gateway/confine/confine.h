/*
 * The walls. One call after a role has opened what it needs; from then on
 * the kernel refuses the rest: seccomp for system calls, Landlock for files.
 * The table of what each role may do is in confine_linux.c.
 */
#ifndef GW_CONFINE_CONFINE_H
#define GW_CONFINE_CONFINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "wire/messages.h"

/* A directory or file that must stay reachable after confinement. */
struct confine_path {
	const char *path;	/* NULL or "" is passed over */
	enum { CONFINE_READ, CONFINE_EXEC, CONFINE_WRITE } may;
};

/*
 * Shuts the calling process in as `role`. `paths` beyond the role's own table
 * come from its configuration. Landlock is used where the kernel has it
 * (logged when it has not); seccomp is required. Before the first thread: a
 * wall is around the thread that calls and what it starts later.
 * GW_DENIED when the kernel refuses a filter: do not go on.
 */
enum gw_err confine_enter(enum role role, const struct confine_path *paths,
    size_t n);

/* The second, tighter wall of a parse child: read, write, memory, exit; all
 * else kills it (SIGSYS). GW_DENIED. */
enum gw_err confine_parse_child(void);

/*
 * What stands around this process now: bits of enum wall_flag, and in *landlock
 * the ABI that shuts its files, or 0. What a kernel only offers, or a container
 * put up itself, does not count.
 */
uint32_t confine_walls(uint32_t *landlock);

/* The Landlock ABI of this kernel, 0 when there is none. */
int confine_landlock_abi(void);

#endif
