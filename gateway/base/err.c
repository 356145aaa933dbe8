#include "base/err.h"

#include <errno.h>
#include <stddef.h>

static const char *const text[GW_ERR_MAX] = {
	[GW_OK] = "ok",
	[GW_AGAIN] = "not now, try again later",
	[GW_TIMEOUT] = "timed out",
	[GW_NET] = "server unreachable or connection broken",
	[GW_EOF] = "the other process is gone",
	[GW_FULL] = "no space left on the disk",
	[GW_NOMEM] = "out of memory",
	[GW_IO] = "read or write failed",
	[GW_LIMIT] = "a limit was reached",
	[GW_FORMAT] = "malformed",
	[GW_DENIED] = "not allowed",
	[GW_MISSING] = "not found",
	[GW_EXISTS] = "exists already",
	[GW_AUTH] = "login refused",
	[GW_TLS] = "the server could not prove who it is",
	[GW_REFUSED] = "refused by the other side",
	[GW_KEY] = "key missing, expired, revoked or too weak",
	[GW_STATE] = "not possible in this state",
	[GW_INTERNAL] = "internal error",
};

const char *
gw_strerror(enum gw_err e)
{
	if ((unsigned)e >= GW_ERR_MAX || text[e] == NULL)
		return "unknown error";
	return text[e];
}

enum gw_err
gw_from_errno(int err)
{
	switch (err) {
	case 0:
		return GW_OK;
	case ENOSPC:
	case EDQUOT:
		return GW_FULL;
	case ENOMEM:
		return GW_NOMEM;
	case ENOENT:
		return GW_MISSING;
	case EEXIST:
		return GW_EXISTS;
	case EACCES:
	case EPERM:
		return GW_DENIED;
	case EAGAIN:
	case EMFILE:
	case ENFILE:
		return GW_AGAIN;
	case EPIPE:
	case ECONNRESET:
		return GW_EOF;
	default:
		return GW_IO;
	}
}

bool
gw_passes(enum gw_err e)
{
	return e == GW_AGAIN || e == GW_TIMEOUT || e == GW_NET ||
	    e == GW_EOF || e == GW_FULL;
}
