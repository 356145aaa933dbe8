#include "core/invite.h"

#include <string.h>

#include "core/notice.h"
#include "core/posts.h"

/* ---- deciding ---- */

enum gw_err
invite_find(struct core *c, const char *ref, struct inviting *i)
{
	enum gw_err r;

	memset(i, 0, sizeof(*i));
	r = invitation_by_ref(c->store, ref, &i->inv);
	return r == GW_OK ? meeting_by_ref(c->store, i->inv.meeting,
	    &i->meeting) : r;
}

enum gw_err
invite_decide(struct inviting *i, enum invitation_event event)
{
	const struct invited what = { i->inv.kind, i->meeting.kind };
	enum invitation_state from = i->inv.state;

	i->has_left = invitation_is_answer(event) &&
	    from == INVITATION_APPROVED;
	if (i->has_left)
		from = INVITATION_SENT;
	i->event = event;
	return invitation_step(from, event, &what, &i->next, &i->effects);
}

/* ---- writing ---- */

struct writing {
	struct core *c;
	struct inviting *i;
	int64_t now;
	const char *actor;
	bool unasked;	/* the invitation itself had not left yet */
	const struct effect *e;
};

static enum gw_err
post(struct writing *w, int64_t correspondent)
{
	struct outbox row;

	outbox_row(w->c, &row, w->e->mail, w->e->section, correspondent,
	    w->i->inv.ref, w->now);
	row.code = w->i->code;
	return outbox_queue(w->c, &row);
}

static enum gw_err
post_to(const struct correspondent *p, void *arg)
{
	return post(arg, p->id);
}

static bool
is_coordinator(enum person_role r)
{
	return r == PERSON_COORDINATOR;
}

static enum gw_err
put_mail(struct writing *w)
{
	/* Whoever was never asked is not told of a change. */
	if (w->unasked && w->e->mail == MAIL_T18)
		return GW_OK;
	switch (w->e->to) {
	case TO_INVITEE:
		return w->i->inv.correspondent == 0 ? GW_OK :
		    post(w, w->i->inv.correspondent);
	case TO_PERM_REP:
		return w->i->inv.via == 0 ? GW_OK : post(w, w->i->inv.via);
	case TO_DECIDERS:
		if (strcmp(w->e->section, "weigering") == 0)
			return GW_OK;
		return notice_people(w->c, policy_decides, post_to, w);
	case TO_COORDINATOR:
		return notice_people(w->c, is_coordinator, post_to, w);
	default:
		return GW_INTERNAL;
	}
}

static enum gw_err
put_clock(struct writing *w)
{
	const struct meeting *m = &w->i->meeting;
	struct timer timer = { .kind = TIMER_INVITATION,
		.event = w->e->event };

	timer.due = invitation_due((enum invitation_event)w->e->event, w->now,
	    m->starts, m->ends);
	if (timer.due == 0)
		return GW_OK;
	memcpy(timer.ref, w->i->inv.ref, sizeof(timer.ref));
	return timer_add(w->c->store, &timer);
}

static enum gw_err
recall(struct writing *w)
{
	return outbox_recall(w->c->store, w->i->inv.ref, w->now,
	    invitation_asks);
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
		return timer_clear_kind(s, w->i->inv.ref, TIMER_INVITATION);
	case EFFECT_RECALL:
		return recall(w);
	case EFFECT_AUDIT:
		/* That there was an answer, never which (R50). */
		return audit_add(s, w->now, audit_event_of(w->e->audit),
		    w->i->inv.ref, "", w->actor);
	default:
		return GW_OK;
	}
}

/* RFC 5546: a calendar takes a change by its higher number alone. */
static int
next_sequence(const struct inviting *i)
{
	bool change = i->event == INVITATION_EV_MOVE ||
	    i->event == INVITATION_EV_CANCEL || i->event == INVITATION_EV_ANEW;
	int least = i->inv.sequence + (change ? 1 : 0);

	return i->meeting.sequence > least ? i->meeting.sequence : least;
}

static void
take_over(struct writing *w)
{
	struct inviting *i = w->i;

	i->inv.state = i->next;
	i->inv.changed = w->now;
	i->inv.sequence = next_sequence(i);
	if (invitation_is_answer(i->event))
		i->inv.answered = w->now;
	if (invitation_is_answer(i->event) &&
	    i->event != INVITATION_EV_ACCEPT_BY)
		i->inv.via = 0;
}

enum gw_err
invite_commit(struct core *c, struct inviting *i, int64_t now,
    const char *actor)
{
	struct writing w = { .c = c, .i = i, .now = now, .actor = actor };
	enum gw_err r = GW_OK;
	size_t n;

	if (i->inv.state == INVITATION_APPROVED)
		r = outbox_waits(c->store, i->inv.ref, invitation_invites);
	w.unasked = i->inv.state == INVITATION_APPROVED && r == GW_OK;
	if (r != GW_OK && r != GW_MISSING)
		return r;
	take_over(&w);
	r = invitation_update(c->store, &i->inv);
	for (n = 0; r == GW_OK && n < i->effects.n; n++) {
		w.e = &i->effects.e[n];
		r = put_effect(&w);
	}
	return r;
}

enum gw_err
invite_step(struct core *c, const struct invitation *inv,
    const struct meeting *m, enum invitation_event event, int64_t now,
    const char *actor)
{
	struct inviting i = { .inv = *inv, .meeting = *m };
	enum gw_err r = invite_decide(&i, event);

	if (r == GW_STATE)
		return GW_OK;
	return r == GW_OK ? invite_commit(c, &i, now, actor) : r;
}

/* ---- what becomes of its mails ---- */

static enum gw_err
happened(struct core *c, const char *ref, enum invitation_event event,
    uint32_t code, int64_t now)
{
	struct inviting i;
	enum gw_err r = invite_find(c, ref, &i);

	i.code = code;
	if (r == GW_OK)
		r = invite_decide(&i, event);
	if (r == GW_OK)
		r = invite_commit(c, &i, now, NULL);
	/* It was erased, or has nothing to do with how far it is. */
	return r == GW_MISSING || r == GW_STATE ? GW_OK : r;
}

enum gw_err
invite_left(struct core *c, const struct outbox *row, int64_t now)
{
	if (row->ref[0] != 'U' || !invitation_asks(row->kind) ||
	    row->kind == MAIL_T14)
		return GW_OK;
	return happened(c, row->ref, INVITATION_EV_LEFT, 0, now);
}

enum gw_err
invite_delivered(struct core *c, const struct outbox *row, int64_t now)
{
	if (row->ref[0] != 'U')
		return GW_OK;
	return happened(c, row->ref, INVITATION_EV_DSN_OK, 0, now);
}

/* It may tell of a refusal: those who decide hear that it was lost, and not
 * the coordinator (R49). */
static enum gw_err
tell_deciders(struct core *c, struct inviting *i, int64_t now)
{
	static const struct effect notice = { .type = EFFECT_MAIL,
		.mail = MAIL_T42, .section = "body", .to = TO_DECIDERS };
	struct writing w = { .c = c, .i = i, .now = now, .e = &notice };

	return put_mail(&w);
}

/* R60: who declined gets none, so that it was lost tells nothing but that
 * somebody may come in vain. */
static bool
is_cancellation(const struct outbox *row)
{
	return row->kind == MAIL_T18 &&
	    strcmp(row->section, "intrekking") == 0;
}

enum gw_err
invite_undeliverable(struct core *c, const struct outbox *row, int64_t now)
{
	struct inviting i;
	enum gw_err r;

	if (row->ref[0] != 'U' || row->kind == MAIL_T42 ||
	    is_cancellation(row))
		return notify_undeliverable(c, row, now);
	log_event(LOG_ERROR, "outbox", "mail=%s ref=%s could not be delivered "
	    "code=%u status=%s", mail_kind_name(row->kind), row->ref,
	    row->code, row->status);
	r = invite_find(c, row->ref, &i);
	if (r != GW_OK)
		return r == GW_MISSING ? GW_OK : r;
	i.code = row->code;
	/* B02, B07 and T21 are about it, and for somebody else. */
	return row->correspondent != i.inv.correspondent ?
	    tell_deciders(c, &i, now) : happened(c, row->ref,
	    INVITATION_EV_DSN_FAILED, row->code, now);
}

enum gw_err
invite_due(struct core *c, const struct timer *timer, int64_t now)
{
	return happened(c, timer->ref, (enum invitation_event)timer->event, 0,
	    now);
}
