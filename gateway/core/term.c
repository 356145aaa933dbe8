#include "core/term.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "core/inform.h"
#include "core/notice.h"
#include "core/posts.h"

#define DAY_S		86400
/* Between the alarm and the erasure of a case that got its clocks late. */
#define RECOVERED_DAYS	15

/* ---- deciding ---- */

enum gw_err
term_find(struct core *c, const char *ref, struct term **out)
{
	struct term *t = calloc(1, sizeof(*t));
	enum gw_err r;

	*out = t;
	if (t == NULL)
		return GW_NOMEM;
	r = case_by_ref(c->store, ref, &t->c);
	if (r == GW_OK && t->c.term.state == RETENTION_ERASED)
		r = GW_MISSING;
	if (r != GW_OK)
		return r;
	/* Lost with the data keys: the term goes on, nobody can be told. */
	r = case_file_get(c->store, ref, &t->file);
	return r == GW_MISSING ? GW_OK : r;
}

void
term_free(struct term *t)
{
	if (t == NULL)
		return;
	crypto_wipe(t, sizeof(*t));
	free(t);
}

enum gw_err
term_decide(struct term *t, enum retention_event event, int64_t now)
{
	t->event = event;
	t->act.today = clock_day(now);
	return retention_step(&t->c.term, event, &t->act, &t->next,
	    &t->effects);
}

/* ---- mails ---- */

struct writing {
	struct core *c;
	struct term *t;
	int64_t now;
	const char *actor;
	const struct effect *e;
	int64_t proof;			/* row of the chain, of an erasure */
};

static enum gw_err
post(struct writing *w, int64_t correspondent)
{
	struct outbox row;

	outbox_row(w->c, &row, w->e->mail, w->e->section, correspondent,
	    w->t->c.ref, w->now);
	row.arg = (uint32_t)w->proof;
	return outbox_queue(w->c, &row);
}

static enum gw_err
post_to(const struct correspondent *p, void *arg)
{
	return post(arg, p->id);
}

static bool
is_member(const struct correspondent *p)
{
	(void)p;
	return true;
}

static bool
is_covered(const struct correspondent *p)
{
	return policy_decree_covers(p->org_class);
}

static bool
is_not_covered(const struct correspondent *p)
{
	return !policy_decree_covers(p->org_class);
}

/* The representatives are told as such, and not twice. */
static bool
is_told_otherwise(const struct writing *w, const struct correspondent *p)
{
	const struct effects *list = &w->t->effects;
	size_t i;

	for (i = 0; p->role == PERSON_MAYOR_REP && i < list->n; i++) {
		if (list->e[i].type == EFFECT_MAIL &&
		    list->e[i].mail == w->e->mail &&
		    list->e[i].to == TO_REPRESENTATIVE)
			return true;
	}
	return false;
}

/* Whoever is no longer of the cell has nothing more to be told. */
static enum gw_err
post_to_members(struct writing *w, bool (*is)(const struct correspondent *))
{
	const struct case_file *f = &w->t->file;
	struct correspondent who;
	enum gw_err r = GW_OK;
	size_t i;

	for (i = 0; r == GW_OK && i < f->people; i++) {
		r = correspondent_by_id(w->c->store, f->person[i], &who);
		if (r == GW_OK && correspondent_serves(&who, w->now) &&
		    is(&who) && !is_told_otherwise(w, &who))
			r = post(w, who.id);
		if (r == GW_MISSING)
			r = GW_OK;
	}
	return r;
}

static enum gw_err
put_mail(struct writing *w)
{
	switch (w->e->to) {
	case TO_REPRESENTATIVE:
		return notice_receivers(w->c, post_to, w);
	case TO_MEMBERS:
		return post_to_members(w, is_member);
	case TO_COVERED:
		return post_to_members(w, is_covered);
	case TO_UNCOVERED:
		return post_to_members(w, is_not_covered);
	case TO_CASE_MANAGER:
		return w->t->file.manager == 0 ? GW_OK :
		    post(w, w->t->file.manager);
	case TO_CHAIR:
		return GW_OK;
	default:
		return GW_INTERNAL;
	}
}

/* ---- all else ---- */

static enum gw_err
put_clock(struct writing *w)
{
	struct timer timer = { .kind = TIMER_CASE, .event = w->e->event };

	timer.due = retention_due((enum retention_event)w->e->event,
	    &w->t->next, w->t->act.today);
	memcpy(timer.ref, w->t->c.ref, sizeof(timer.ref));
	return timer.due == 0 ? GW_OK : timer_set(w->c->store, &timer);
}

/* Its own last word is about an erasure that is done. */
static bool
stays(enum mail_kind k)
{
	return k == MAIL_T37;
}

/*
 * R140, R141: its file, whose key goes with the commit, and all that still
 * names it. Until then a crash leaves all as it was: who hears of it stands in
 * that file alone. The row of the chain that says so is the proof: it names a
 * random reference and a moment, and cannot be made afterwards.
 */
static enum gw_err
erase(struct writing *w)
{
	struct store *s = w->c->store;
	const char *ref = w->t->c.ref;
	uint8_t hash[HASH_BYTES];
	enum gw_err r;

	r = case_erase(s, ref);
	if (r == GW_OK)
		r = mail_sweep(s, ref, stays);
	if (r == GW_OK)
		r = timer_clear(s, ref);
	if (r == GW_OK)
		r = audit_add(s, w->now, AUDIT_CONTENT_ERASED, ref, "case",
		    w->actor);
	return r == GW_OK ? audit_head(s, &w->proof, hash) : r;
}

static enum gw_err
put_audit(struct writing *w)
{
	enum flow_audit what = w->e->audit;

	/* Erasure writes its own row, when it truly happens. */
	if (what == FLOW_AUDIT_ERASED)
		return GW_OK;
	return audit_add(w->c->store, w->now, audit_event_of(what), w->t->c.ref,
	    what == FLOW_AUDIT_ALARM ? "undiscussed" : "", w->actor);
}

static enum gw_err
put_effect(struct writing *w)
{
	switch (w->e->type) {
	case EFFECT_CLOCK:
		return put_clock(w);
	case EFFECT_ERASE:
		return erase(w);
	case EFFECT_AUDIT:
		return put_audit(w);
	default:
		return GW_OK;
	}
}

/* Mails come last: that of an erasure tells of its proof, and who gets it was
 * read before the key was destroyed. */
static enum gw_err
put_effects(struct writing *w)
{
	const struct effects *list = &w->t->effects;
	enum gw_err r = GW_OK;
	size_t i;

	for (i = 0; r == GW_OK && i < list->n; i++) {
		w->e = &list->e[i];
		r = put_effect(w);
	}
	for (i = 0; r == GW_OK && i < list->n; i++) {
		w->e = &list->e[i];
		if (w->e->type == EFFECT_MAIL)
			r = put_mail(w);
	}
	return r;
}

enum gw_err
term_commit(struct core *c, struct term *t, int64_t now, const char *actor)
{
	struct writing w = { .c = c, .t = t, .now = now, .actor = actor };
	enum gw_err r = GW_OK;

	if (t->file_changed)
		r = case_file_put(c->store, t->c.ref, &t->file);
	if (r == GW_OK)
		r = case_set_term(c->store, t->c.ref, &t->next);
	if (r == GW_OK)
		r = put_effects(&w);
	if (r == GW_OK && t->next.state != t->c.term.state)
		log_event(LOG_NOTE, "case", "ref=%s %s -> %s", t->c.ref,
		    retention_event_name(t->event),
		    retention_state_name(t->next.state));
	return r;
}

/* ---- listed, discussed ---- */

enum gw_err
term_listed(struct core *c, const struct case_ref *listed, int64_t now,
    const char *actor)
{
	struct term *t;
	enum gw_err r;

	r = term_find(c, listed->ref, &t);
	if (r == GW_OK) {
		t->c.term = (struct retention){ .state = RETENTION_NEW };
		r = term_decide(t, RETENTION_EV_LIST, now);
	}
	if (r == GW_OK)
		r = term_commit(c, t, now, actor);
	term_free(t);
	return r;
}

enum gw_err
term_may_discuss(struct core *c, const char *ref, int64_t day, int64_t now)
{
	struct term *t;
	enum gw_err r;

	r = term_find(c, ref, &t);
	if (r == GW_OK) {
		t->act.day = day;
		r = term_decide(t, RETENTION_EV_DISCUSS, now);
	}
	term_free(t);
	return r;
}

/* Whether that was somebody new. */
static bool
join(struct case_file *f, const char *ref, const struct attendance *a)
{
	bool grew = false;
	size_t i;

	for (i = 0; i < a->people; i++) {
		if (!attendance_has(a, ref, a->person[i]))
			continue;
		grew |= !case_file_has(f, a->person[i]);
		case_file_join(f, a->person[i]);
	}
	return grew;
}

/* R134: an extension is motivated after the meeting that spoke of it. What was
 * motivated before another one is to be motivated anew. */
static void
note_extension(struct term *t, const struct meeting *m)
{
	struct case_extension *e = &t->file.extension;

	if (t->next.state != RETENTION_EXT_PROPOSED ||
	    m->starts < e->proposed)
		return;
	memcpy(e->meeting, m->ref, sizeof(e->meeting));
	e->controller = 0;
}

static enum gw_err
discuss(struct core *c, const struct meeting *m, const struct attendance *a,
    const char *ref, int64_t now, const char *actor)
{
	bool grew = false;
	struct term *t;
	enum gw_err r;

	r = term_find(c, ref, &t);
	if (r == GW_OK) {
		t->act.day = clock_day(m->starts);
		r = term_decide(t, RETENTION_EV_DISCUSS, now);
	}
	if (r == GW_OK) {
		grew = join(&t->file, ref, a);
		note_extension(t, m);
		t->file_changed = true;
		r = term_commit(c, t, now, actor);
	}
	term_free(t);
	if (r == GW_OK && grew)
		r = inform_void(c, ref, now);
	/* It was on a list that was read before its term was over. */
	return r == GW_MISSING || r == GW_STATE ? GW_OK : r;
}

enum gw_err
term_held(struct core *c, const struct meeting *m,
    const struct attendance *a, int64_t now, const char *actor)
{
	enum gw_err r = GW_OK;
	size_t i;

	for (i = 0; r == GW_OK && i < a->cases; i++)
		r = discuss(c, m, a, a->agenda[i].ref, now, actor);
	return r;
}

/* ---- timers ---- */

/* A clock that rang too early, because the date was wrong then or now, is wound
 * again: without one nothing would ever be erased. */
static enum gw_err
wind_again(struct core *c, const struct term *t, int64_t now)
{
	struct timer timer = { .kind = TIMER_CASE, .event = (int)t->event };

	if (t->event == RETENTION_EV_MONTH_1 ||
	    t->event == RETENTION_EV_MONTH_6)
		return GW_OK;
	timer.due = retention_due(t->event, &t->c.term, t->act.today);
	memcpy(timer.ref, t->c.ref, sizeof(timer.ref));
	return timer.due > now ? timer_set(c->store, &timer) : GW_OK;
}

enum gw_err
term_due(struct core *c, const struct timer *timer, int64_t now)
{
	struct term *t;
	enum gw_err r;

	r = term_find(c, timer->ref, &t);
	if (r == GW_OK)
		r = term_decide(t, (enum retention_event)timer->event, now);
	if (r == GW_OK)
		r = term_commit(c, t, now, NULL);
	else if (r == GW_STATE)
		r = wind_again(c, t, now);
	term_free(t);
	/* It is erased. */
	return r == GW_MISSING ? GW_OK : r;
}

/* The alarm comes when it should have, and the erasure leaves time for it. */
static enum gw_err
recover_one(const struct case_ref *known, void *arg)
{
	struct core *c = arg;
	const struct retention *term = &known->term;
	bool listed = term->state == RETENTION_LISTED;
	int64_t soon = core_now(c) + RECOVERED_DAYS * DAY_S;
	struct timer timer = { .kind = TIMER_CASE };
	enum gw_err r;

	if (term->state == RETENTION_ERASED)
		return GW_OK;
	r = timer_has(c->store, known->ref, TIMER_CASE);
	if (r != GW_MISSING)
		return r;
	memcpy(timer.ref, known->ref, sizeof(timer.ref));
	timer.event = listed ? RETENTION_EV_UNDISCUSSED : RETENTION_EV_SOON;
	timer.due = retention_due((enum retention_event)timer.event, term, 0);
	r = timer_add(c->store, &timer);
	timer.event = listed ? RETENTION_EV_DELIST : RETENTION_EV_END;
	timer.due = retention_due((enum retention_event)timer.event, term, 0);
	if (listed && timer.due < soon)
		timer.due = soon;
	return r == GW_OK ? timer_add(c->store, &timer) : r;
}

enum gw_err
term_recover(struct core *c)
{
	enum gw_err r = store_begin(c->store);

	if (r == GW_OK)
		r = store_end(c->store, case_each(c->store, recover_one, c));
	return r;
}
