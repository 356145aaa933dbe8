#include "core/cadence.h"

#include <string.h>

#include "core/notice.h"
#include "core/posts.h"

#define HOUR_S	3600

static enum cadence
profile(const struct core *c)
{
	int i;

	for (i = 0; i < CADENCE_MAX; i++) {
		if (strcmp(c->conf->meetings_cadence,
		    cadence_name((enum cadence)i)) == 0)
			return (enum cadence)i;
	}
	return CADENCE_DORMANT;
}

struct looking {
	int64_t now;
	bool planned;
};

static enum gw_err
look(const struct meeting *m, void *arg)
{
	struct looking *l = arg;

	if ((m->state == MEETING_PLANNED || m->state == MEETING_CONVENED) &&
	    m->ends > l->now)
		l->planned = true;
	return GW_OK;
}

/* Whether it is time, and nobody was reminded since the last meeting. */
static enum gw_err
is_time(struct core *c, int64_t now, bool *yes)
{
	struct looking l = { now, false };
	int64_t held, when, told;
	enum gw_err r;

	*yes = false;
	r = meeting_last_held(c->store, &held);
	when = cadence_nudge(profile(c), held,
	    (int)c->conf->meetings_notice_days);
	if (r != GW_OK || when == 0 || now < when)
		return r;
	r = meeting_each(c->store, look, &l);
	if (r == GW_OK)
		r = outbox_count(c->store, MAIL_B07, "duwtje", held, &told);
	*yes = r == GW_OK && !l.planned && told == 0;
	return r;
}

struct nudge {
	struct core *core;
	int64_t now;
};

static enum gw_err
tell(const struct correspondent *p, void *arg)
{
	struct nudge *n = arg;
	struct outbox row;

	outbox_row(n->core, &row, MAIL_B07, "duwtje", p->id, "", n->now);
	return outbox_queue(n->core, &row);
}

static bool
is_office(enum person_role r)
{
	return policy_may_send(r, DOCUMENT_MEETING);
}

enum gw_err
cadence_run(struct core *c)
{
	struct nudge n = { c, core_now(c) };
	enum gw_err r;
	bool yes;

	if (c->nudged != 0 && n.now - c->nudged < HOUR_S)
		return GW_OK;
	c->nudged = n.now;
	r = is_time(c, n.now, &yes);
	if (r != GW_OK || !yes)
		return r;
	r = store_begin(c->store);
	return r == GW_OK ? store_end(c->store, notice_people(c, is_office,
	    tell, &n)) : r;
}
