#include "core/timers.h"

#include "core/newcomer.h"
#include "core/refer.h"

/* A quarantined mail's days are over: the ciphertext goes, the row stays. */
static enum gw_err
quarantine_ends(struct core *c, const struct timer *timer, int64_t now)
{
	struct mail m;
	enum gw_err r;

	r = mail_by_id(c->store, timer->ref, &m);
	if (r != GW_OK || m.blob == 0)
		return r == GW_MISSING ? GW_OK : r;
	r = blob_erase(c->store, m.blob);
	if (r == GW_OK)
		r = mail_drop_blob(c->store, m.id);
	if (r == GW_OK)
		r = audit_add(c->store, now, AUDIT_CONTENT_ERASED, m.id,
		    "quarantine", NULL);
	return r;
}

static enum gw_err
enrolment_ends(struct core *c, const struct timer *timer, int64_t now)
{
	return newcomer_due(c, timer->ref, now);
}

static enum gw_err
run_one(struct core *c, const struct timer *timer, int64_t now)
{
	static enum gw_err (*const due[])(struct core *, const struct timer *,
	    int64_t) = {
		[TIMER_REFERRAL] = refer_due,
		[TIMER_QUARANTINE] = quarantine_ends,
		[TIMER_ENROLMENT] = enrolment_ends,
	};
	enum gw_err r;

	r = store_begin(c->store);
	if (r != GW_OK)
		return r;
	r = due[timer->kind](c, timer, now);
	if (r == GW_OK)
		r = timer_remove(c->store, timer->id);
	return store_end(c->store, r);
}

enum gw_err
timers_run(struct core *c)
{
	int64_t now = core_now(c);
	struct timer timer;
	enum gw_err r;

	while ((r = timer_due(c->store, now, &timer)) == GW_OK) {
		r = run_one(c, &timer, now);
		if (r != GW_OK)
			break;
	}
	return r == GW_MISSING ? GW_OK : r;
}
