/* meldpost clock confirm: the one word that ends a doubt about the date. */
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/socket.h>
#include <sysexits.h>

#include "base/clock.h"
#include "core/control.h"
#include "core/doubt.h"

/* Who stands at the other end: "uid-0". */
static const char *
operator_of(const struct question *q, char *out, size_t size)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	if (getsockopt(q->client->fd, SOL_SOCKET, SO_PEERCRED, &peer,
	    &len) < 0)
		return NULL;
	(void)snprintf(out, size, "uid-%u", (unsigned)peer.uid);
	return out;
}

void
control_clock_confirm(struct question *q)
{
	char now[CLOCK_ISO_LEN], who[32];
	enum gw_err r;

	if (!doubt_is(q->core)) {
		clock_iso(core_now(q->core), now);
		question_say(q, "nobody doubts the date: it is %s", now);
		return;
	}
	r = doubt_confirm(q->core, operator_of(q, who, sizeof(who)));
	if (r != GW_OK) {
		question_fail(q, EX_CANTCREAT, "not confirmed: %s",
		    gw_strerror(r));
		return;
	}
	clock_iso(core_now(q->core), now);
	question_say(q, "it is %s; what is due by that date is erased from now "
	    "on", now);
}
