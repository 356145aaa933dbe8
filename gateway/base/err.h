/*
 * What an action can answer. Libraries return one of these; only mains exit.
 *
 * A prototype names the codes it can return. GW_AGAIN, GW_TIMEOUT, GW_NET,
 * GW_EOF and GW_FULL pass by themselves: the caller keeps what it has and
 * tries later. All others stay until somebody changes something.
 */
#ifndef GW_BASE_ERR_H
#define GW_BASE_ERR_H

#include <stdbool.h>

enum gw_err {
	GW_OK = 0,
	GW_AGAIN,	/* not now; the same call may succeed later */
	GW_TIMEOUT,	/* the deadline passed */
	GW_NET,		/* server unreachable or connection broken */
	GW_EOF,		/* the peer is gone */
	GW_FULL,	/* no space left on the device */
	GW_NOMEM,	/* no memory */
	GW_IO,		/* the system refused a read, write or sync */
	GW_LIMIT,	/* a bound of limits.h was reached */
	GW_FORMAT,	/* bytes are not of the form they must have */
	GW_DENIED,	/* not allowed to this peer, role or person */
	GW_MISSING,	/* there is no such thing */
	GW_EXISTS,	/* there is one already */
	GW_AUTH,	/* the server did not accept our login */
	GW_TLS,		/* the server's certificate or TLS is not acceptable */
	GW_REFUSED,	/* the other side said no, for good */
	GW_KEY,		/* a key is missing, expired, revoked or too weak */
	GW_STATE,	/* the thing is not in a state that allows this */
	GW_INTERNAL,	/* our own mistake */
	GW_ERR_MAX
};

/* A short English sentence for `e`, never NULL; static storage. */
const char *gw_strerror(enum gw_err e);

/* The code for an errno value: ENOSPC and EDQUOT give GW_FULL, and so on. */
enum gw_err gw_from_errno(int err);

/* Whether time alone may mend `e` (see above). */
bool gw_passes(enum gw_err e);

#endif
