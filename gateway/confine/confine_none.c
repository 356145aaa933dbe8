/*
 * For a system without seccomp: it builds and says so, but no role goes on
 * without its wall unless the operator asks for that with --no-confine.
 */
#include "confine/confine.h"

#include "base/log.h"

enum gw_err
confine_enter(enum role role, const struct confine_path *paths, size_t n)
{
	(void)paths;
	(void)n;
	log_event(LOG_ERROR, "confine", "role=%s this build has no walls; "
	    "meldpostd --no-confine runs without", role_name(role));
	return GW_DENIED;
}

enum gw_err
confine_parse_child(void)
{
	return GW_DENIED;
}

int
confine_landlock_abi(void)
{
	return 0;
}
