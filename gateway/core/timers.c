#include "core/timers.h"

#include <string.h>

#include "core/doubt.h"
#include "core/fiching.h"
#include "core/inform.h"
#include "core/invite.h"
#include "core/meet.h"
#include "core/newcomer.h"
#include "core/refer.h"
#include "core/term.h"

#define HOUR_S	3600

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

/* Whose key it was; "" for any other timer. */
static void
find_key(struct core *c, const struct timer *timer, char fpr[LIM_FPR + 1])
{
	struct enrolment e;

	fpr[0] = '\0';
	if (timer->kind == TIMER_ENROLMENT &&
	    enrolment_by_ref(c->store, timer->ref, &e) == GW_OK)
		memcpy(fpr, e.person.fpr, LIM_FPR + 1);
}

/* Its own step may have put another in its place, or ended them all. */
static enum gw_err
forget(struct core *c, const struct timer *timer)
{
	enum gw_err r = timer_remove(c->store, timer->id);

	return r == GW_MISSING ? GW_OK : r;
}

static enum gw_err
run_one(struct core *c, const struct timer *timer, int64_t now)
{
	static enum gw_err (*const due[])(struct core *, const struct timer *,
	    int64_t) = {
		[TIMER_REFERRAL] = refer_due,
		[TIMER_QUARANTINE] = quarantine_ends,
		[TIMER_ENROLMENT] = enrolment_ends,
		[TIMER_MEETING] = meet_due,
		[TIMER_INVITATION] = invite_due,
		[TIMER_FICHE] = fiching_due,
		[TIMER_CASE] = term_due,
		[TIMER_INFORMING] = inform_due,
	};
	char fpr[LIM_FPR + 1];
	enum gw_err r;

	if (timer->kind >= sizeof(due) / sizeof(due[0]) ||
	    due[timer->kind] == NULL)
		return GW_INTERNAL;
	find_key(c, timer, fpr);
	r = store_begin(c->store);
	if (r != GW_OK)
		return r;
	r = due[timer->kind](c, timer, now);
	if (r == GW_OK)
		r = forget(c, timer);
	r = store_end(c->store, r);
	/* A ring is no part of a transaction. */
	if (r == GW_OK && fpr[0] != '\0')
		newcomer_forget(c, fpr);
	return r;
}

/* One that fails comes again in an hour; those behind it do not wait. */
static enum gw_err
put_off(struct core *c, const struct timer *timer, int64_t now,
    enum gw_err why)
{
	log_event(LOG_WARN, "timer", "ref=%s failed: %s", timer->ref,
	    gw_strerror(why));
	return timer_postpone(c->store, timer->id, now + HOUR_S);
}

enum gw_err
timers_run(struct core *c)
{
	int64_t now = core_now(c);
	struct timer timer = { .due = INT64_MIN };
	enum gw_err r;

	while ((r = timer_next(c->store, now, &timer)) == GW_OK) {
		/* It stays due, and is taken when the date is believed. */
		if (doubt_holds(c, &timer))
			continue;
		r = run_one(c, &timer, now);
		if (r != GW_OK && r != GW_IO)
			r = put_off(c, &timer, now, r);
		if (r != GW_OK)
			break;
	}
	return r == GW_MISSING ? GW_OK : r;
}
