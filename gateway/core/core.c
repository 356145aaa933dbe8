#include "core/core.h"

#include <string.h>

#include "base/clock.h"
#include "core/notice.h"
#include "core/peers.h"

#define OWN_KEY_AGAIN_S	60	/* an unusable key is asked for again */
#define OWN_KEY_DAY_S	3600	/* and a good one, since it may expire */

uint32_t
core_next_id(struct core *c)
{
	if (++c->last_id == 0)
		c->last_id = 1;
	return c->last_id;
}

static const struct {
	const char *noun, *begins, *ends;
} conditions[COND_MAX] = {
	[COND_NO_KEY] = { "key", "our own key is missing or expired; mail "
	    "waits in its mailbox. Run: meldpost key create, or see meldpost "
	    "key show", "our own key is usable" },
	[COND_NO_REP] = { "people", "no active mayor_rep or mayor is enrolled;"
	    " mail waits in its mailbox. Run: meldpost correspondent add",
	    "a representative is enrolled" },
	[COND_DISK_FULL] = { "disk", "less than 100 MB free under state.dir; "
	    "mail waits in its mailbox until there is room",
	    "there is room again" },
	[COND_NO_PEER] = { "role", "parse or keys is not at work; mail waits",
	    "parse and keys are at work" },
};

void
core_condition(struct core *c, enum condition which, bool bad)
{
	if (c->bad[which] == bad)
		return;
	c->bad[which] = bad;
	log_event(bad ? LOG_ERROR : LOG_NOTE, conditions[which].noun, "%s",
	    bad ? conditions[which].begins : conditions[which].ends);
}

const char *
core_trouble(const struct core *c)
{
	int i;

	for (i = 0; i < COND_MAX; i++) {
		if (c->bad[i])
			return conditions[i].begins;
	}
	return NULL;
}

static enum gw_err
found_one(const struct correspondent *p, void *arg)
{
	bool *found = arg;

	(void)p;
	*found = true;
	return GW_OK;
}

static bool
own_key_usable(struct core *c, int64_t now)
{
	bool good = c->own_asked != 0 && c->own.err == GW_OK &&
	    (c->own.expires == 0 || c->own.expires > now);
	int64_t age = now - c->own_asked;

	/* A wall clock that was set back must not make this wait. */
	if (age < 0 || age >= (good ? OWN_KEY_DAY_S : OWN_KEY_AGAIN_S))
		(void)peers_ask_own_key(c);
	return c->own.err == GW_OK && c->own_asked != 0 &&
	    (c->own.expires == 0 || c->own.expires > now);
}

bool
core_can_take(struct core *c)
{
	uint64_t room = 0;
	bool receiver = false;

	core_condition(c, COND_NO_PEER, c->peer[ROLE_PARSE].fd < 0 ||
	    c->peer[ROLE_KEYS].fd < 0);
	if (!c->bad[COND_NO_PEER])
		core_condition(c, COND_NO_KEY,
		    !own_key_usable(c, clock_now()));
	(void)notice_receivers(c, found_one, &receiver);
	core_condition(c, COND_NO_REP, !receiver);
	core_condition(c, COND_DISK_FULL,
	    store_free_space(c->store, &room) == GW_OK &&
	    room < LIM_DISK_FREE);
	return core_trouble(c) == NULL;
}
