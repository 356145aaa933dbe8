/*
 * Sealed forwards that wait in memory until they have left. The outbox row of
 * such a forward is an intent (design.md 3.7), and what makes it last is the
 * referral's own blob: after a crash it is sealed anew from there. So a copy
 * here saves a gpg in the usual case, and the disk a mail that is written only
 * to be erased a second later. core/post.c puts it on the disk after all when
 * its first try fails and when we end in order.
 */
#ifndef GW_CORE_COPIES_H
#define GW_CORE_COPIES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/limits.h"

/* All zeros is empty. */
struct copies {
	struct copy {
		char message_id[LIM_MSGID + 1];
		int fd;			/* frozen */
		size_t size;		/* 0: this place is free */
	} copy[LIM_COPIES];
	size_t bytes;
};

/* Takes over `fd`, a finished mail, under its Message-ID. False: there is no
 * room for it, and `fd` stays the caller's. */
bool copies_add(struct copies *c, const char *message_id, int fd);

bool copies_has(const struct copies *c, const char *message_id);

/* A descriptor of the mail that the caller closes. GW_MISSING: none is here.
 * GW_AGAIN: no descriptor was to be had. */
enum gw_err copies_get(const struct copies *c, const char *message_id,
    int *fd);

/* Forgets it, if it is here. */
void copies_drop(struct copies *c, const char *message_id);

#endif
