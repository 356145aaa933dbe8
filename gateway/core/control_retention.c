/* meldpost retention: how long cases may still be known, and what is due. Their
 * references alone. */
#include <string.h>
#include <sysexits.h>

#include "base/clock.h"
#include "core/control.h"
#include "core/doubt.h"
#include "core/timers.h"

static void
cell_day(struct question *q, int64_t day)
{
	char text[CLOCK_ISO_LEN] = "";

	if (day != 0)
		clock_iso(day * 86400, text);
	/* The date of an ISO time. */
	text[10] = '\0';
	question_cell(q, text);
}

/* ---- list ---- */

/* What comes next, and when: the first of its clocks that has not rung. */
static const char *
next_of(const struct retention *t, int64_t today, int64_t *when)
{
	static const struct {
		enum retention_event event;
		bool listed;
		const char *name;
	} clocks[] = {
		{ RETENTION_EV_UNDISCUSSED, true, "alarm" },
		{ RETENTION_EV_DELIST, true, "erasure" },
		{ RETENTION_EV_SOON, false, "notice" },
		{ RETENTION_EV_END, false, "erasure" },
	};
	bool listed = t->state == RETENTION_LISTED;
	size_t i;

	*when = 0;
	for (i = 0; t->state != RETENTION_ERASED &&
	    i < sizeof(clocks) / sizeof(clocks[0]); i++) {
		if (clocks[i].listed != listed)
			continue;
		*when = clock_day(retention_due(clocks[i].event, t, today));
		if (*when > today || i % 2 == 1)
			return clocks[i].name;
	}
	return "";
}

static enum gw_err
list_one(const struct case_ref *c, void *arg)
{
	struct question *q = arg;
	const char *next;
	int64_t when;

	next = next_of(&c->term, clock_day(core_now(q->core)), &when);
	question_cell(q, c->ref);
	question_cell(q, retention_state_name(c->term.state));
	cell_day(q, c->term.last);
	cell_day(q, c->term.due);
	question_cell(q, next);
	cell_day(q, when);
	question_row_end(q);
	return GW_OK;
}

void
control_retention_list(struct question *q)
{
	static const char *const columns[] = { "reference", "state", "last",
		"due", "next", "on" };

	question_columns(q, columns, sizeof(columns) / sizeof(columns[0]));
	(void)case_each(q->core->store, list_one, q);
}

/* ---- run ---- */

static enum gw_err
show_due(struct question *q, unsigned *n, unsigned *waits)
{
	struct timer timer = { .due = INT64_MIN };
	int64_t now = core_now(q->core);
	bool held;
	enum gw_err r;

	while ((r = timer_next(q->core->store, now, &timer)) == GW_OK) {
		if (timer.kind != TIMER_CASE)
			continue;
		held = doubt_holds(q->core, &timer);
		question_cell(q, timer.ref);
		question_cell(q, retention_event_name(
		    (enum retention_event)timer.event));
		question_cell_time(q, timer.due);
		question_cell(q, held ? "yes" : "no");
		question_row_end(q);
		(*n)++;
		*waits += held;
	}
	return r == GW_MISSING ? GW_OK : r;
}

/* The daemon does it by itself; this says what, and does it now. */
void
control_retention_run(struct question *q)
{
	static const char *const columns[] = { "reference", "event", "due",
		"waits" };
	bool dry = question_value(q, "dry-run") != NULL;
	unsigned n = 0, waits = 0;
	enum gw_err r;

	question_columns(q, columns, sizeof(columns) / sizeof(columns[0]));
	r = show_due(q, &n, &waits);
	if (r == GW_OK && !dry)
		r = timers_run(q->core);
	if (r != GW_OK)
		question_fail(q, EX_CANTCREAT, "not all of it was done: %s",
		    gw_strerror(r));
	else if (waits > 0)
		question_say(q, "%u due, of which %u wait: the date is doubted;"
		    " see meldpost status", n, waits);
	else
		question_say(q, dry ? "%u due; nothing was changed" :
		    "%u due, and done", n);
}
