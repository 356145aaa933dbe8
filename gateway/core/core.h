/*
 * Core's own state, shared by the files of this folder. Core is one thread
 * and synchronous: it asks parse and keys and waits, with a deadline; fetch,
 * submit and the clients speak when they want to and are heard in the loop.
 */
#ifndef GW_CORE_CORE_H
#define GW_CORE_CORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/log.h"
#include "base/watch.h"
#include "compose/compose.h"
#include "conf/conf.h"
#include "core/copies.h"
#include "store/store.h"
#include "wire/chan.h"

/* What keeps us from taking mail. Said once when it begins and ends. */
enum condition {
	COND_NO_KEY,		/* our own key is missing or unusable */
	COND_NO_REP,		/* nobody is enrolled to receive referrals */
	COND_DISK_FULL,
	COND_NO_PEER,		/* parse or keys is being started again */
	COND_MAX
};

struct core {
	struct chan *parent;		/* where we came from */
	const struct conf *conf;
	struct store *store;		/* NULL: dry run without a database */
	struct templates *templates;
	struct office office;
	char practice[LIM_ADDR + 1];	/* the practice address */
	struct chan peer[ROLE_MAX];	/* fd -1 while a role is down */
	struct msg_own own;		/* our key, as keys last told us */
	int64_t own_asked;		/* when; 0 = never */
	uint32_t last_id;
	unsigned lost;			/* roles that ended, so far */
	bool bad[COND_MAX];

	/* control */
	int listener;			/* -1 = none */
	struct chan client[LIM_CLIENTS];/* fd -1 = free */

	struct copies copies;		/* sealed forwards not sent yet */

	/* the one submission under way */
	bool posting;
	struct outbox posted;
	bool has_result;		/* submit answered: `result` is to be
					 * booked */
	struct msg_submitted result;
	bool post_failed;		/* the last row could not be booked */
	bool outage;			/* the last one found no server */
	enum gw_err source;		/* what fetch last said of its source */

	bool release;			/* somebody was enrolled: what waits in
					 * quarantine is judged again */
	size_t released;		/* how many of it were, and stay */
	int64_t cared;			/* when the keys were last looked after */
	int64_t nudged;			/* when core/cadence.c last looked */
	int64_t evaluated;		/* when core/evaluate.c last looked */
	struct msg_walls walls[ROLE_MAX];/* around each; its `role` is
					 * ROLE_PARENT while it is down */
	int64_t logbook;		/* when core/logbook.c last looked */

	/* the date: core/doubt.h */
	struct watch watch;
	int64_t doubted;		/* since when; 0 = it is believed */
	bool doubt_logged;
	bool unsynced;			/* says the kernel, at the start */
	int64_t sweep_at;		/* clock_boot_ms() of the next order */

	/* --once */
	bool drained;
	bool failed;			/* something was left undone */
	int64_t keep_ms;		/* how long the last kept mail waits */
	bool stop;
};

/* The next number for a question to parse or keys; never 0. */
uint32_t core_next_id(struct core *c);

/* Begins or ends a condition; one line in the log when it changes. */
void core_condition(struct core *c, enum condition which, bool bad);

/* What keeps us from taking mail and what to do, or NULL. */
const char *core_trouble(const struct core *c);

/*
 * Whether mail can be taken in now: our key is usable, somebody can receive a
 * referral, the disk has room, the peers are there. Sets the conditions.
 */
bool core_can_take(struct core *c);

/* Seconds UTC, never running backwards over a restart, and by our own count
 * while the wall clock is doubted (design.md 10); in core/doubt.c. */
int64_t core_now(struct core *c);

#endif
