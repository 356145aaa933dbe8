#include "core/timers.h"

#include "core/outcome.h"

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
erase_referral(struct core *c, const struct referral *rf, int64_t now)
{
	enum gw_err r;

	if (rf->blob == 0)
		return GW_OK;
	r = blob_erase(c->store, rf->blob);
	if (r == GW_OK)
		r = referral_drop_blob(c->store, rf->ref);
	if (r == GW_OK)
		r = audit_add(c->store, now, AUDIT_CONTENT_ERASED, rf->ref, "",
		    NULL);
	return r;
}

static enum gw_err
do_effect(struct core *c, const struct referral *rf, const struct effect *e,
    int64_t now)
{
	switch (e->type) {
	case EFFECT_STATE:
		return referral_set_state(c->store, rf->ref,
		    (enum referral_state)e->state, rf->outcome, now);
	case EFFECT_ERASE:
		return erase_referral(c, rf, now);
	case EFFECT_MAIL:
		return outcome_notify(c, e->section, rf->ref, now);
	case EFFECT_AUDIT:
		/* Erasure writes its own row, when it truly happens. */
		if (e->audit == FLOW_AUDIT_ERASED)
			return GW_OK;
		return audit_add(c->store, now, AUDIT_ALARM, rf->ref,
		    "undecided", NULL);
	case EFFECT_KEEP:
	case EFFECT_TIMER:
		break;
	}
	return GW_OK;
}

static enum gw_err
referral_is_due(struct core *c, const struct timer *timer, int64_t now)
{
	struct effects effects;
	struct referral rf;
	enum referral_state next;
	enum gw_err r;
	size_t i;

	r = referral_by_ref(c->store, timer->ref, &rf);
	if (r != GW_OK)
		return r == GW_MISSING ? GW_OK : r;
	r = referral_step(rf.state, (enum referral_event)timer->event, &next,
	    &effects);
	/* It was decided in the meantime: the timer has nothing to say. */
	if (r == GW_STATE)
		return GW_OK;
	for (i = 0; r == GW_OK && i < effects.n; i++)
		r = do_effect(c, &rf, &effects.e[i], now);
	if (r == GW_OK)
		log_event(LOG_NOTE, "referral", "ref=%s %s -> %s", rf.ref,
		    referral_event_name((enum referral_event)timer->event),
		    referral_state_name(next));
	return r;
}

static enum gw_err
run_one(struct core *c, const struct timer *timer, int64_t now)
{
	enum gw_err r;

	r = store_begin(c->store);
	if (r != GW_OK)
		return r;
	r = timer->kind == TIMER_QUARANTINE ? quarantine_ends(c, timer, now) :
	    referral_is_due(c, timer, now);
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
