/*
 * Looking after keys (T39): who must be told that a key runs out, when our own
 * encryption subkey is replaced, when the old one is destroyed (design.md 10,
 * "Own key").
 */
#ifndef GW_CORE_CARE_H
#define GW_CORE_CARE_H

#include "core/core.h"

/* Looks once an hour, and at the start. GW_IO: the disk. */
enum gw_err care_run(struct core *c);

/* Makes a new encryption subkey; the old one opens for keys.keep_days yet.
 * GW_AGAIN: keys is down; else what keys answered. */
enum gw_err care_rotate(struct core *c);

/* Sends our public key as it is now to everybody, in one transaction. */
enum gw_err care_announce(struct core *c);

/* Which notice is due for a key with so many days left, after one at `before`
 * days (0: none): 60, 30 or 7, or 0 for none. Pure. */
int care_notice(int64_t days, int before);

#endif
