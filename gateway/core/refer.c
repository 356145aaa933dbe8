#include "core/refer.h"

#include <stdio.h>
#include <string.h>

#include "core/notice.h"
#include "core/term.h"

#define DAY_S	86400

/* ---- a new one, and more on one ---- */

struct forwarding {
	struct travel *t;
	int n;
};

static enum gw_err
forward_to(const struct correspondent *p, void *arg)
{
	struct forwarding *f = arg;
	struct post *one = posts_intent(&f->t->posts, MAIL_T06, "body", p->id,
	    f->t->referral.ref);

	if (one == NULL)
		return GW_LIMIT;
	one->row.arg = (uint32_t)f->n;
	return GW_OK;
}

enum gw_err
refer_forward(struct travel *t, int n)
{
	struct forwarding f = { t, n };

	return notice_receivers(t->core, forward_to, &f);
}

/* T01 and T06: the only mails of these two events. */
static enum gw_err
post_effect(struct travel *t, const struct effect *e)
{
	struct post *one;

	if (e->to == TO_REPRESENTATIVE)
		return refer_forward(t, t->follow_up.n);
	one = posts_intent(&t->posts, e->mail, e->section, t->signer.id,
	    t->referral.ref);
	if (one == NULL)
		return GW_LIMIT;
	one->row.not_before = posts_tick(t->core, t->now);
	return GW_OK;
}

static enum gw_err
take_step(struct travel *t, enum referral_event event)
{
	enum gw_err r;
	size_t i;

	t->event = event;
	r = referral_step(t->referral.state, event, &t->referral.state,
	    &t->effects);
	for (i = 0; r == GW_OK && i < t->effects.n; i++) {
		if (t->effects.e[i].type == EFFECT_MAIL)
			r = post_effect(t, &t->effects.e[i]);
	}
	t->mail.correspondent = t->signer.id;
	memcpy(t->mail.ref, t->referral.ref, sizeof(t->mail.ref));
	return r;
}

enum gw_err
refer_step(struct travel *t)
{
	t->referral = (struct referral){
		.type = policy_referral_type(t->signer.role),
		.state = REFERRAL_RECEIVED,
		.received = t->mail.received,
		.changed = t->now,
	};
	ref_new('A', t->referral.ref);
	return take_step(t, REFERRAL_EV_VERIFIED);
}

/* Whether the signer may add to it: it is theirs, and somebody still reads. */
static enum gw_err
find_own(struct travel *t, bool *own)
{
	struct effects unused;
	enum referral_state next;
	int64_t sender = 0;
	enum gw_err r;

	*own = false;
	r = referral_by_ref(t->core->store, t->ref, &t->referral);
	if (r == GW_OK)
		r = mail_sender(t->core->store, t->ref, &sender);
	if (r != GW_OK)
		return r == GW_MISSING ? GW_OK : r;
	*own = sender == t->signer.id && t->referral.blob != 0 &&
	    referral_step(t->referral.state, REFERRAL_EV_FOLLOW_UP, &next,
	    &unused) == GW_OK;
	return GW_OK;
}

enum gw_err
refer_more(struct travel *t)
{
	enum gw_err r;
	bool own;

	r = find_own(t, &own);
	if (r != GW_OK)
		return r;
	/* Somebody else's, or none: the same answer as to any new one. */
	if (!own)
		return refer_step(t);
	r = follow_up_next(t->core->store, t->ref, &t->follow_up.n);
	if (r != GW_OK)
		return r;
	if (t->follow_up.n > LIM_FOLLOW_UPS) {
		t->follow_up.n = 0;
		return refer_step(t);
	}
	memcpy(t->follow_up.ref, t->ref, sizeof(t->follow_up.ref));
	t->follow_up.received = t->mail.received;
	return take_step(t, REFERRAL_EV_FOLLOW_UP);
}

enum gw_err
refer_again(struct posts *p, const struct referral *rf, int64_t correspondent)
{
	struct follow_up f;
	struct post *one;
	enum gw_err r = GW_OK;
	int n;

	for (n = 0; r == GW_OK; n++) {
		if (n > 0)
			r = follow_up_get(p->core->store, rf->ref, n, &f);
		if (r != GW_OK)
			break;
		one = posts_intent(p, MAIL_T06, "body", correspondent,
		    rf->ref);
		if (one == NULL)
			return GW_LIMIT;
		one->row.arg = (uint32_t)n;
	}
	return r == GW_MISSING ? GW_OK : r;
}

/* ---- what is written ---- */

/* Everything of it, what of it still waits to leave, and who it came from
 * (R140, R162). */
static enum gw_err
erase(struct core *c, const struct referral *rf, int64_t now)
{
	struct follow_up f;
	enum gw_err r;
	int n;

	if (rf->blob == 0)
		return GW_OK;
	r = blob_erase(c->store, rf->blob);
	if (r == GW_OK)
		r = referral_drop_blob(c->store, rf->ref);
	for (n = 1; r == GW_OK; n++) {
		r = follow_up_get(c->store, rf->ref, n, &f);
		if (r == GW_OK)
			r = blob_erase(c->store, f.blob);
		if (r == GW_OK)
			r = follow_up_drop(c->store, rf->ref, n);
	}
	if (r == GW_MISSING)
		r = mail_sweep(c->store, rf->ref, NULL);
	if (r == GW_OK)
		r = audit_add(c->store, now, AUDIT_CONTENT_ERASED, rf->ref, "",
		    NULL);
	return r;
}

static enum gw_err
add_timer(struct core *c, const struct referral *rf, const struct effect *e,
    int64_t now)
{
	struct timer timer = { .due = now + e->seconds,
		.kind = TIMER_REFERRAL, .event = e->event };

	memcpy(timer.ref, rf->ref, sizeof(timer.ref));
	return timer_add(c->store, &timer);
}

static const char *
detail_of(const struct referral *rf, enum flow_audit what,
    enum referral_event event)
{
	switch (what) {
	case FLOW_AUDIT_ACCEPTED:
		return referral_type_name(rf->type);
	case FLOW_AUDIT_DECIDED:
		return referral_event_name(event);
	case FLOW_AUDIT_ALARM:
		return "undecided";
	default:
		return "";
	}
}

static enum gw_err
audit(struct core *c, const struct referral *rf, enum flow_audit what,
    enum referral_event event, int64_t now, const char *actor)
{
	/* Erasure writes its own row, when it truly happens. */
	if (what == FLOW_AUDIT_ERASED)
		return GW_OK;
	return audit_add(c->store, now, audit_event_of(what), rf->ref,
	    detail_of(rf, what, event), what == FLOW_AUDIT_ALARM ? NULL :
	    actor);
}

/* One effect other than a mail or a case. */
static enum gw_err
put_effect(struct core *c, const struct referral *rf, const struct effect *e,
    enum referral_event event, int64_t now, const char *actor)
{
	switch (e->type) {
	case EFFECT_TIMER:
		return add_timer(c, rf, e, now);
	case EFFECT_CALM:
		return timer_clear(c->store, rf->ref);
	case EFFECT_ERASE:
		return erase(c, rf, now);
	case EFFECT_AUDIT:
		return audit(c, rf, e->audit, event, now, actor);
	default:
		return GW_OK;
	}
}

static enum gw_err
put_referral(struct travel *t)
{
	struct referral *rf = &t->referral;
	struct store *s = t->core->store;

	if (t->event == REFERRAL_EV_VERIFIED)
		return referral_add(s, rf);
	rf->outcome = referral_outcome_after(rf->outcome, t->event,
	    (enum ground)t->inner.ground);
	return referral_set_state(s, rf->ref, rf->state, rf->outcome, t->now);
}

enum gw_err
refer_commit(struct travel *t)
{
	struct store *s = t->core->store;
	enum gw_err r;
	size_t i;

	r = put_referral(t);
	if (r == GW_OK && t->follow_up.ref[0] != '\0')
		r = follow_up_add(s, &t->follow_up);
	if (r == GW_OK && t->listed.ref[0] != '\0')
		r = case_add(s, &t->listed);
	if (r == GW_OK && t->listed.ref[0] != '\0')
		r = term_listed(t->core, &t->listed, t->now, t->fpr);
	for (i = 0; r == GW_OK && i < t->effects.n; i++)
		r = put_effect(t->core, &t->referral, &t->effects.e[i],
		    t->event, t->now, t->fpr);
	return r;
}

/* ---- timers ---- */

static enum gw_err
tell(struct core *c, const struct referral *rf, const struct effect *e,
    int64_t now)
{
	return e->to == TO_DPO ? notify_dpo(c, e->section, rf->ref, now) :
	    notify(c, e->section, rf->ref, now);
}

enum gw_err
refer_due(struct core *c, const struct timer *timer, int64_t now)
{
	enum referral_event event = (enum referral_event)timer->event;
	struct effects effects;
	struct referral rf;
	enum referral_state next;
	enum gw_err r;
	size_t i;

	r = referral_by_ref(c->store, timer->ref, &rf);
	if (r != GW_OK)
		return r == GW_MISSING ? GW_OK : r;
	/* It was decided in the meantime: the timer has nothing to say. */
	if (referral_step(rf.state, event, &next, &effects) != GW_OK)
		return GW_OK;
	rf.outcome = referral_outcome_after(rf.outcome, event, GROUND_NONE);
	r = referral_set_state(c->store, rf.ref, next, rf.outcome, now);
	for (i = 0; r == GW_OK && i < effects.n; i++)
		r = effects.e[i].type == EFFECT_MAIL ?
		    tell(c, &rf, &effects.e[i], now) :
		    put_effect(c, &rf, &effects.e[i], event, now, NULL);
	if (r == GW_OK)
		log_event(LOG_NOTE, "referral", "ref=%s %s -> %s", rf.ref,
		    referral_event_name(event), referral_state_name(next));
	return r;
}
