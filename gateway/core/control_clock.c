/* meldpost clock confirm: the one word that ends a doubt about the date. */
#include <sysexits.h>

#include "base/clock.h"
#include "core/control.h"
#include "core/doubt.h"

void
control_clock_confirm(struct question *q)
{
	char now[CLOCK_ISO_LEN], who[OPERATOR_LEN];
	enum gw_err r;

	if (!doubt_is(q->core)) {
		clock_iso(core_now(q->core), now);
		question_say(q, "nobody doubts the date: it is %s", now);
		return;
	}
	r = doubt_confirm(q->core, question_operator(q, who));
	if (r != GW_OK) {
		question_fail(q, EX_CANTCREAT, "not confirmed: %s",
		    gw_strerror(r));
		return;
	}
	clock_iso(core_now(q->core), now);
	question_say(q, "it is %s; what is due by that date is erased from now "
	    "on", now);
}
