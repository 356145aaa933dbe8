/*
 * The way to core: the control socket of the daemon that runs, or, when none
 * does, a private run of meldpostd that serves this one command and ends.
 */
#ifndef GW_CLI_LINK_H
#define GW_CLI_LINK_H

#include <stdbool.h>
#include <sys/types.h>

#include "cli/command.h"
#include "wire/chan.h"

struct link {
	struct chan chan;
	pid_t daemon;		/* of a private run; 0: we joined a daemon */
};

/* EX_OK, or an exit status after a line on call->err. */
int link_open(struct link *l, const struct call *call);

/* A private run whose core writes nothing, also beside a daemon (the dry run
 * of design.md 10). As link_open(). */
int link_open_dry(struct link *l, const struct call *call);

/* Hangs up and waits for the end of a private run: its exit status. */
int link_close(struct link *l);

#endif
