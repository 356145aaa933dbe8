/*
 * The house at work: starts the roles, connects them, starts again what died,
 * ends them in order. The parent reads no mail.
 */
#ifndef GW_HOUSE_H
#define GW_HOUSE_H

#include "conf/conf.h"
#include "place.h"

/*
 * Runs until a signal or core says it is over, and gives the exit status:
 * EX_OK; EX_TEMPFAIL when --once left something undone; EX_CONFIG,
 * EX_UNAVAILABLE, EX_OSERR when the roles could not work.
 * `client` is the descriptor of a private run's CLI, or -1.
 */
int house_run(const struct conf *conf, struct place *pl, int client);

#endif
