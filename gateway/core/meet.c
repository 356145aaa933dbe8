#include "core/meet.h"

#include <string.h>

#include "core/invite.h"
#include "core/notice.h"
#include "core/posts.h"
#include "core/term.h"

enum gw_err
meet_decide(struct meeting_step *s, enum meeting_event event)
{
	s->event = event;
	return meeting_step(s->m.state, event, &s->next, &s->effects);
}

/* ---- writing ---- */

struct writing {
	struct core *c;
	struct meeting_step *s;
	int64_t now;
	const char *actor;
	const struct effect *e;
};

static enum gw_err
post(struct writing *w, int64_t correspondent)
{
	struct outbox row;

	outbox_row(w->c, &row, w->e->mail, w->e->section, correspondent,
	    w->s->m.ref, w->now);
	return outbox_queue(w->c, &row);
}

static enum gw_err
post_to(const struct correspondent *p, void *arg)
{
	return post(arg, p->id);
}

static enum gw_err
put_mail(struct writing *w)
{
	if (w->e->to == TO_DECIDERS)
		return notice_people(w->c, policy_decides, post_to, w);
	return w->s->sender == 0 ? GW_OK : post(w, w->s->sender);
}

static enum gw_err
put_clock(struct writing *w)
{
	const struct meeting *m = &w->s->m;
	struct timer timer = { .kind = TIMER_MEETING,
		.event = w->e->event };

	timer.due = meeting_due((enum meeting_event)w->e->event, m->starts,
	    m->ends);
	memcpy(timer.ref, m->ref, sizeof(timer.ref));
	return timer.due == 0 ? GW_OK : timer_add(w->c->store, &timer);
}

static enum gw_err
each(const struct invitation *inv, void *arg)
{
	struct writing *w = arg;

	return invite_step(w->c, inv, &w->s->m,
	    (enum invitation_event)w->e->event, w->now, NULL);
}

static bool
was_there(const struct attendance *a, int64_t correspondent)
{
	size_t i;

	for (i = 0; i < a->people; i++) {
		if (a->person[i] == correspondent)
			return true;
	}
	return false;
}

/* Who was not there is ABSENT and no more, whatever was answered (R50). */
static enum gw_err
attend(const struct invitation *inv, void *arg)
{
	struct writing *w = arg;

	return invite_step(w->c, inv, &w->s->m,
	    was_there(w->s->present, inv->correspondent) ?
	    INVITATION_EV_PRESENT : INVITATION_EV_NOT_PRESENT, w->now, NULL);
}

static enum gw_err
put_attendance(struct writing *w)
{
	struct store *s = w->c->store;
	enum gw_err r;

	if (w->s->present == NULL)
		return GW_INTERNAL;
	r = meeting_attendance_put(s, w->s->m.ref, w->s->present);
	if (r == GW_OK)
		r = invitation_each(s, w->s->m.ref, attend, w);
	return r == GW_OK ? term_held(w->c, &w->s->m, w->s->present, w->now,
	    w->actor) : r;
}

static enum gw_err
erase(struct writing *w)
{
	enum gw_err r = meeting_erase(w->c->store, w->s->m.ref);

	return r == GW_OK ? audit_add(w->c->store, w->now,
	    AUDIT_CONTENT_ERASED, w->s->m.ref, "meeting", NULL) : r;
}

static enum gw_err
put_audit(struct writing *w)
{
	enum flow_audit what = w->e->audit;

	/* Erasure writes its own row, when it truly happens. */
	if (what == FLOW_AUDIT_ERASED)
		return GW_OK;
	return audit_add(w->c->store, w->now, audit_event_of(what), w->s->m.ref,
	    what == FLOW_AUDIT_ALARM ? "attendance" : "", w->actor);
}

static enum gw_err
put_effect(struct writing *w)
{
	struct store *s = w->c->store;

	switch (w->e->type) {
	case EFFECT_MAIL:
		return put_mail(w);
	case EFFECT_CLOCK:
		return put_clock(w);
	case EFFECT_CALM:
		return timer_clear_kind(s, w->s->m.ref, TIMER_MEETING);
	case EFFECT_EACH:
		return invitation_each(s, w->s->m.ref, each, w);
	case EFFECT_ATTENDANCE:
		return put_attendance(w);
	case EFFECT_ERASE:
		return erase(w);
	case EFFECT_AUDIT:
		return put_audit(w);
	default:
		return GW_OK;
	}
}

enum gw_err
meet_commit(struct core *c, struct meeting_step *s, int64_t now,
    const char *actor)
{
	struct writing w = { c, s, now, actor, NULL };
	enum gw_err r;
	size_t i;

	s->m.state = s->next;
	r = meeting_set_state(c->store, s->m.ref, s->m.state);
	for (i = 0; r == GW_OK && i < s->effects.n; i++) {
		w.e = &s->effects.e[i];
		r = put_effect(&w);
	}
	return r;
}

/* ---- timers ---- */

enum gw_err
meet_due(struct core *c, const struct timer *timer, int64_t now)
{
	struct meeting_step s = { .sender = 0 };
	enum gw_err r;

	r = meeting_by_ref(c->store, timer->ref, &s.m);
	if (r == GW_OK)
		r = meet_decide(&s, (enum meeting_event)timer->event);
	if (r == GW_OK)
		r = meet_commit(c, &s, now, NULL);
	/* What it was about happened otherwise in the meantime. */
	return r == GW_MISSING || r == GW_STATE ? GW_OK : r;
}
