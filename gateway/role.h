/*
 * What all roles share: start, first messages, confinement, end.
 *
 * A role is its own executable in libexec. The parent gives it two sockets:
 * descriptor 3 leads to the parent, 4 to core (core itself gets its peers
 * later, one `peer` message each).
 */
#ifndef GW_ROLE_H
#define GW_ROLE_H

#include "conf/conf.h"
#include "wire/chan.h"

#define ROLE_FD_PARENT	3
#define ROLE_FD_CORE	4

/* A role at work. */
struct role_self {
	enum role me;
	struct conf conf;	/* only the options this role may know */
	struct chan parent;
	struct chan core;	/* unused in core itself */
	int dump;		/* core: the configuration as text; else -1 */
};

/*
 * The paragraph every role begins with: log, umask, not dumpable, no core
 * file, close what was not given, receive `conf`. Exits with a line on
 * standard error when the parent did not send one.
 */
void role_begin(struct role_self *self, enum role me);

/* After confinement: tells the parent that we are at work, and behind what. */
void role_ready(struct role_self *self);

/* The exit status for a start that failed: EX_CONFIG where only a person can
 * mend it, EX_TEMPFAIL where another try may go better. */
int role_exit_for(enum gw_err r);

/* Ends in order: EX_OK after a stop message or when the other side is gone. */
void role_end(struct role_self *self) __attribute__((noreturn));

#endif
