#include "core/incident.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "core/notice.h"
#include "core/posts.h"

#define CLOCK_S	(72 * 3600)	/* GDPR 33 (1) */

struct report {
	struct incident *in;
	struct posts posts;
	char received[CLOCK_DUTCH_LEN], deadline[CLOCK_DUTCH_LEN],
	    since[CLOCK_DUTCH_LEN], count[24];
};

static enum gw_err
tell(const struct correspondent *p, void *arg)
{
	struct report *rp = arg;
	const struct var vars[] = {
		{ "received", rp->received }, { "date", rp->deadline },
		{ "start", rp->since }, { "count", rp->count },
		{ "words", rp->in->words },
	};
	bool told = posts_letter(&rp->posts, MAIL_T40, "incident", p, "",
	    vars, sizeof(vars) / sizeof(vars[0])) == GW_OK;

	/* One who cannot be written to must not keep the others in the dark,
	 * nor the incident out of the chain. */
	rp->in->told += told;
	rp->in->untold += !told;
	return GW_OK;
}

static enum gw_err
tell_all(struct core *c, struct report *rp)
{
	struct incident *in = rp->in;
	enum gw_err r;

	clock_dutch(rp->posts.now, rp->received);
	clock_dutch(in->deadline, rp->deadline);
	clock_dutch(in->since, rp->since);
	(void)snprintf(rp->count, sizeof(rp->count), "%" PRId64, in->touched);
	r = notice_people(c, notice_is_dpo, tell, rp);
	return r == GW_OK ? notice_receivers(c, tell, rp) : r;
}

static enum gw_err
record(struct core *c, struct report *rp)
{
	enum gw_err r = store_begin(c->store);

	if (r != GW_OK)
		return r;
	r = audit_add(c->store, rp->posts.now, AUDIT_INCIDENT, "", "reported",
	    rp->in->actor);
	if (r == GW_OK)
		r = posts_commit(&rp->posts, 0);
	return store_end(c->store, r);
}

enum gw_err
incident_report(struct core *c, struct incident *in)
{
	struct report rp = { .in = in };
	enum gw_err r;

	posts_begin(&rp.posts, c, core_now(c), false);
	in->deadline = rp.posts.now + CLOCK_S;
	in->told = in->untold = 0;
	r = audit_touched(c->store, in->since, &in->touched);
	if (r == GW_OK)
		r = tell_all(c, &rp);
	if (r == GW_OK)
		r = record(c, &rp);
	posts_end(&rp.posts);
	return r;
}

/* ---- a classified mail ---- */

struct alarm {
	struct core *core;
	const char *mail;
	int64_t now;
};

static enum gw_err
alarm_one(const struct correspondent *p, void *arg)
{
	struct alarm *a = arg;
	struct posts posts;

	posts_begin(&posts, a->core, a->now, false);
	return posts_intent(&posts, MAIL_T40, "gerubriceerd", p->id,
	    a->mail) == NULL ? GW_LIMIT : posts_commit(&posts, 0);
}

enum gw_err
incident_classified(struct core *c, const char *mail, int64_t now)
{
	struct alarm a = { c, mail, now };
	enum gw_err r;

	r = notice_people(c, notice_is_dpo, alarm_one, &a);
	return r == GW_OK ? notice_receivers(c, alarm_one, &a) : r;
}
