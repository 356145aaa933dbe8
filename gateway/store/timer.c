#include "store/handle.h"

/* The events that a record of this kind can wait for; NULL where there is but
 * one. */
static const struct codes *
events_of(enum timer_kind kind)
{
	switch (kind) {
	case TIMER_REFERRAL:
		return &code_referral_event;
	case TIMER_MEETING:
		return &code_meeting_event;
	case TIMER_INVITATION:
		return &code_invitation_event;
	case TIMER_CASE:
		return &code_retention_event;
	case TIMER_FICHE:
		return &code_fiche_event;
	case TIMER_INFORMING:
		return &code_informing_event;
	default:
		return NULL;
	}
}

static void
put_event(struct query *q, const struct timer *t)
{
	const struct codes *events = events_of(t->kind);

	if (events != NULL)
		db_put_code(q, events, t->event);
	else
		db_put_ref(q, "");
}

static void
get(struct query *q, struct timer *t)
{
	const struct codes *events;

	t->id = db_get_int(q);
	t->due = db_get_int(q);
	t->kind = (enum timer_kind)db_get_code(q, &code_timer_kind);
	db_get_text(q, t->ref, sizeof(t->ref));
	events = events_of(t->kind);
	if (events != NULL)
		t->event = db_get_code(q, events);
}

enum gw_err
timer_add(struct store *s, const struct timer *t)
{
	struct query q;

	db_start(&q, s->main, "INSERT INTO timer (due, kind, ref, event,"
	    " doubted) VALUES (?, ?, ?, ?,"
	    " (SELECT doubted <> 0 FROM instance WHERE one = 1))");
	db_put_int(&q, t->due);
	db_put_code(&q, &code_timer_kind, (int)t->kind);
	db_put_text(&q, t->ref);
	put_event(&q, t);
	return db_run(&q);
}

enum gw_err
timer_set(struct store *s, const struct timer *t)
{
	struct query q;
	enum gw_err r;

	db_start(&q, s->main, "DELETE FROM timer WHERE ref = ? AND kind = ?"
	    " AND event IS ?");
	db_put_text(&q, t->ref);
	db_put_code(&q, &code_timer_kind, (int)t->kind);
	put_event(&q, t);
	r = db_run(&q);
	return r == GW_OK ? timer_add(s, t) : r;
}

enum gw_err
timer_has(struct store *s, const char *ref, enum timer_kind kind)
{
	struct query q;

	db_start(&q, s->main, "SELECT 1 FROM timer WHERE ref = ? AND kind = ?");
	db_put_text(&q, ref);
	db_put_code(&q, &code_timer_kind, (int)kind);
	(void)db_step(&q);
	return db_end_found(&q);
}

enum gw_err
timer_due(struct store *s, int64_t now, struct timer *t)
{
	*t = (struct timer){ .due = INT64_MIN };
	return timer_next(s, now, t);
}

enum gw_err
timer_next(struct store *s, int64_t now, struct timer *t)
{
	const struct timer behind = *t;
	struct query q;

	*t = (struct timer){ .id = 0 };
	db_start(&q, s->main, "SELECT id, due, kind, ref, event FROM timer"
	    " WHERE due <= ? AND (due, id) > (?, ?)"
	    " ORDER BY due, id LIMIT 1");
	db_put_int(&q, now);
	db_put_int(&q, behind.due);
	db_put_int(&q, behind.id);
	if (db_step(&q))
		get(&q, t);
	return db_end_found(&q);
}

enum gw_err
timer_remove(struct store *s, int64_t id)
{
	struct query q;

	db_start(&q, s->main, "DELETE FROM timer WHERE id = ?");
	db_put_int(&q, id);
	return db_run_found(&q);
}

enum gw_err
timer_clear(struct store *s, const char *ref)
{
	struct query q;

	db_start(&q, s->main, "DELETE FROM timer WHERE ref = ?");
	db_put_text(&q, ref);
	return db_run(&q);
}

enum gw_err
timer_clear_kind(struct store *s, const char *ref, enum timer_kind kind)
{
	struct query q;

	db_start(&q, s->main, "DELETE FROM timer WHERE ref = ? AND kind = ?");
	db_put_text(&q, ref);
	db_put_code(&q, &code_timer_kind, (int)kind);
	return db_run(&q);
}

enum gw_err
timer_postpone(struct store *s, int64_t id, int64_t when)
{
	struct query q;

	db_start(&q, s->main, "UPDATE timer SET due = ? WHERE id = ?");
	db_put_int(&q, when);
	db_put_int(&q, id);
	return db_run_found(&q);
}
