/*
 * The ring's home directory: its rights, the configuration of gpg in it, and
 * the gpg-agent that serves it.
 */
#ifndef KEYS_HOME_H
#define KEYS_HOME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct home {
	char dir[128];
	int agent;	/* pidfd of gpg-agent, -1 when there is none */
	bool found;	/* it ran before us */
	bool guest;	/* leave one that ran before us alone */
};

/*
 * Makes `dir` when missing, writes gpg.conf and gpg-agent.conf, and gives
 * this process the one environment that gpg is to see. GW_LIMIT: the path is
 * too long. GW_DENIED: not ours, or open to others. GW_IO, GW_FULL. Logs what
 * would mend it.
 */
enum gw_err home_prepare(struct home *h, const char *dir);

/*
 * Sees to it that an agent is there; cheap when it is. `socket` is its path.
 * Before confinement for the first time, since it inherits ours.
 * GW_MISSING: no gpgconf. GW_IO, GW_TIMEOUT.
 */
enum gw_err home_agent(struct home *h, const char *socket);

/* Whether the agent still serves: when gpg fails without one, it says that the
 * secret key is not there. */
bool home_has_agent(const struct home *h, const char *socket);

/* The agent forgets whatever it keeps in memory. GW_OK too when there is
 * none; GW_IO. */
enum gw_err home_reload(const struct home *h, const char *socket);

/* Puts a file of `n` bytes into the home: all of it, on disk, or none. */
enum gw_err home_put(const struct home *h, const char *name, const void *p,
    size_t n);

/* Ends the agent, and with it the last copy of the key in memory. */
void home_close(struct home *h);

#endif
