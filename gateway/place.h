/*
 * Where the house stands: directories with their rights, the lock, the
 * control socket, and the users that the roles run as. Parent only.
 */
#ifndef GW_PLACE_H
#define GW_PLACE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"
#include "conf/conf.h"

struct place {
	bool switch_user;	/* started as root: each role gets its own */
	uid_t uid[ROLE_MAX];
	gid_t gid[ROLE_MAX];
	int lock;		/* descriptor that holds the lock, or -1 */
	int listener;		/* control socket, or -1 */
	char control[256];	/* its path, "" while there is none */
};

/*
 * Finds the users of the roles. As root: conf->state_user for all, or
 * meldpost-ROLE for each; GW_MISSING with the command that makes them on
 * standard error. As anybody else: that user for all.
 */
enum gw_err place_users(struct place *pl, const struct conf *conf);

/*
 * Makes state.dir, its db/ (core's) and gnupg/ (keys') where they are missing
 * and checks rights and owners. GW_DENIED with the command that mends it on
 * standard error.
 */
enum gw_err place_directories(struct place *pl, const struct conf *conf);

/* One meldpostd for one directory: GW_EXISTS when another one runs. */
enum gw_err place_lock(struct place *pl, const struct conf *conf);

/* Binds state.dir/control, for its owner only. GW_LIMIT: path too long. */
enum gw_err place_listen(struct place *pl, const struct conf *conf);

/* Removes the control socket and lets go of the lock. */
void place_leave(struct place *pl);

#endif
