#include "core/fiching.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fiche.h"
#include "core/posts.h"
#include "flow/fiche_code.h"
#include "flow/fiche_text.h"

enum gw_err
fiching_new(struct core *c, struct fiching **f)
{
	*f = calloc(1, sizeof(**f));
	if (*f == NULL)
		return GW_NOMEM;
	(*f)->core = c;
	buf_init(&(*f)->proof, LIM_APPROVAL);
	return GW_OK;
}

void
fiching_free(struct fiching *f)
{
	if (f == NULL)
		return;
	if (f->proof.p != NULL)
		crypto_wipe(f->proof.p, f->proof.len);
	buf_free(&f->proof);
	crypto_wipe(f, sizeof(*f));
	free(f);
}

enum gw_err
fiching_load(struct fiching *f, const char *ref)
{
	struct store *s = f->core->store;
	enum gw_err r;
	size_t i;

	r = fiche_by_ref(s, ref, &f->row);
	if (r == GW_OK)
		r = fiche_detail_get(s, ref, &f->head, &f->content);
	if (r == GW_OK)
		r = fiche_ballot_get(s, ref, &f->ballot);
	if (r == GW_OK)
		r = fiche_digest(&f->head, &f->content, f->digest);
	for (i = 0; r == GW_OK && i < f->ballot.round.members; i++)
		f->before[i] = f->ballot.round.member[i].mail;
	return r;
}

/* ---- who ---- */

bool
fiching_is_member(const struct fiching *f, int64_t person)
{
	const struct fiche_round *r = &f->ballot.round;
	size_t i;

	for (i = 0; i < r->members; i++) {
		if (r->member[i].person == person)
			return true;
	}
	return false;
}

bool
fiching_is_source(const struct fiching *f, int64_t person)
{
	const struct fiche_round *r = &f->ballot.round;
	size_t i;

	for (i = 0; i < r->sources; i++) {
		if (r->source[i].person == person)
			return true;
	}
	return false;
}

static struct fiche_code
code_of(const struct fiching *f, int64_t person, bool member,
    uint8_t instance[HASH_BYTES])
{
	const char *address = f->core->conf->instance_address;

	crypto_sha256(address, strlen(address), instance);
	return (struct fiche_code){
		.nonce = f->ballot.nonce,
		.instance = instance,
		.fpr = f->core->own.fpr,
		.ref = f->head.ref,
		.version = f->head.version,
		.member = person,
		.digest = f->digest,
		.attestation = member ? FICHE_ATTESTATION : "",
	};
}

void
fiching_code(const struct fiching *f, int64_t person, bool member,
    char out[LIM_CODE + 1])
{
	uint8_t instance[HASH_BYTES];
	struct fiche_code code = code_of(f, person, member, instance);

	fiche_code(&code, out);
}

bool
fiching_code_fits(const struct fiching *f, int64_t person, bool member,
    const char *code)
{
	uint8_t instance[HASH_BYTES];
	struct fiche_code right = code_of(f, person, member, instance);

	return fiche_code_fits(&right, code);
}

/* ---- deciding ---- */

/* Several acts may come of one mail: their effects add up. */
static void
take_effects(struct fiching *f, const struct effects *more)
{
	size_t i;

	f->changed = true;
	for (i = 0; i < more->n && f->effects.n < EFFECT_LIST; i++)
		f->effects.e[f->effects.n++] = more->e[i];
}

enum gw_err
fiching_step(struct fiching *f, enum fiche_event event)
{
	struct effects more;
	enum gw_err r;

	r = fiche_step(f->row.state, event, &f->row.state, &more);
	if (r == GW_OK)
		take_effects(f, &more);
	return r;
}

enum gw_err
fiching_act(struct fiching *f, const struct fiche_act *act)
{
	struct effects more;
	enum gw_err r;

	r = fiche_act(&f->row.state, &f->ballot.round, act, &more);
	if (r == GW_OK)
		take_effects(f, &more);
	return r;
}

/* ---- writing ---- */

struct writing {
	struct fiching *f;
	int64_t now;
	const char *actor;
	const struct effect *e;
};

/* Whether another mail of this kind goes to that person in this step: of those
 * a person gets one (flow/effect.h). */
static bool
is_told_otherwise(const struct writing *w, int64_t person)
{
	const struct fiching *f = w->f;
	size_t i;

	for (i = 0; i < f->effects.n && &f->effects.e[i] != w->e; i++) {
		const struct effect *e = &f->effects.e[i];

		if (e->type != EFFECT_MAIL || e->mail != w->e->mail)
			continue;
		if ((e->to == TO_IO && person == f->ballot.officer) ||
		    (e->to == TO_CHAIR && person == f->ballot.chair) ||
		    (e->to == TO_MEMBERS && fiching_is_member(f, person)))
			return true;
	}
	return false;
}

static enum gw_err
post(struct writing *w, int64_t person)
{
	struct outbox row;

	if (person == 0 || is_told_otherwise(w, person))
		return GW_OK;
	outbox_row(w->f->core, &row, w->e->mail, w->e->section, person,
	    w->f->row.ref, w->now);
	return outbox_queue(w->f->core, &row);
}

/* T26 names who objected, and T28 brings the bundle: both are sealed where
 * that is known. */
static bool
is_sealed_elsewhere(const struct effect *e)
{
	return e->mail == MAIL_T26 ||
	    (e->mail == MAIL_T28 && strcmp(e->section, "body") == 0);
}

static enum gw_err
put_mail(struct writing *w)
{
	const struct fiche_round *r = &w->f->ballot.round;
	enum gw_err err = GW_OK;
	size_t i;

	if (is_sealed_elsewhere(w->e))
		return GW_OK;
	if (w->e->to == TO_IO)
		return post(w, w->f->ballot.officer);
	if (w->e->to == TO_CHAIR)
		return post(w, w->f->ballot.chair);
	for (i = 0; w->e->to == TO_MEMBERS && err == GW_OK && i < r->members;
	    i++)
		err = post(w, r->member[i].person);
	for (i = 0; w->e->to == TO_SOURCES && err == GW_OK && i < r->sources;
	    i++)
		err = post(w, r->source[i].person);
	return err;
}

static enum gw_err
put_timer(struct writing *w)
{
	struct timer timer = { .kind = TIMER_FICHE, .event = w->e->event,
		.due = w->now + w->e->seconds };

	memcpy(timer.ref, w->f->row.ref, sizeof(timer.ref));
	return timer_add(w->f->core->store, &timer);
}

static enum gw_err
put_audit(struct writing *w)
{
	/* Erasure writes its own row, when it truly happens. */
	if (w->e->audit == FLOW_AUDIT_ERASED)
		return GW_OK;
	return audit_add(w->f->core->store, w->now, audit_event_of(w->e->audit),
	    w->f->row.ref, "", w->actor);
}

static enum gw_err
erase(struct writing *w)
{
	struct store *s = w->f->core->store;
	enum gw_err r = fiche_erase(s, w->f->row.ref);

	return r == GW_OK ? audit_add(s, w->now, AUDIT_CONTENT_ERASED,
	    w->f->row.ref, "fiche", NULL) : r;
}

static bool
is_dispatch(enum mail_kind k)
{
	return k == MAIL_T28B;
}

static enum gw_err
put_effect(struct writing *w)
{
	switch (w->e->type) {
	case EFFECT_MAIL:
		return put_mail(w);
	case EFFECT_TIMER:
		return put_timer(w);
	case EFFECT_CALM:
		return timer_clear_kind(w->f->core->store, w->f->row.ref,
		    TIMER_FICHE);
	case EFFECT_RECALL:
		return outbox_recall(w->f->core->store, w->f->row.ref, w->now,
		    is_dispatch);
	case EFFECT_AUDIT:
		return put_audit(w);
	case EFFECT_ERASE:
		return erase(w);
	default:
		return GW_OK;
	}
}

/* The approval is kept as it was signed: it is the proof (R103). */
static enum gw_err
put_approval(struct fiching *f)
{
	struct fiche_round *r = &f->ballot.round;
	enum gw_err err = GW_OK;
	size_t i;

	for (i = 0; err == GW_OK && i < r->members; i++) {
		/* A revision drops them all by itself. */
		if (f->before[i] != 0 && r->member[i].mail == 0 && !f->revises)
			err = fiche_mail_drop(f->core->store, f->row.ref,
			    f->before[i]);
		if (err != GW_OK)
			break;
		if (f->approver != 0 && r->member[i].person == f->approver)
			err = fiche_mail_put(f->core->store, f->row.ref,
			    f->proof.p, f->proof.len, &r->member[i].mail);
	}
	return err;
}

static enum gw_err
put_text(struct fiching *f, int64_t day)
{
	struct store *s = f->core->store;

	if (f->adds)
		return fiche_add(s, &f->head, &f->content, day);
	return f->revises ? fiche_revise(s, &f->head, &f->content, day) :
	    GW_OK;
}

static bool
erases(const struct effects *list)
{
	size_t i;

	for (i = 0; i < list->n; i++) {
		if (list->e[i].type == EFFECT_ERASE)
			return true;
	}
	return false;
}

enum gw_err
fiching_commit(struct fiching *f, int64_t now, const char *actor)
{
	struct writing w = { f, now, actor, NULL };
	struct store *s = f->core->store;
	enum gw_err r;
	size_t i;

	r = put_text(f, clock_day(now));
	if (r == GW_OK)
		r = put_approval(f);
	if (r == GW_OK && !erases(&f->effects))
		r = fiche_ballot_put(s, f->row.ref, &f->ballot);
	for (i = 0; r == GW_OK && i < f->effects.n; i++) {
		w.e = &f->effects.e[i];
		r = put_effect(&w);
	}
	return r == GW_OK ? fiche_set_state(s, f->row.ref, f->row.state,
	    clock_day(now)) : r;
}

/* ---- timers and transport ---- */

/* The erasure needs no content, and must end where a crash has come between
 * the keys of it and the rest (R106). */
static enum gw_err
load(struct fiching *f, const char *ref, enum fiche_event event)
{
	return event == FICHE_EV_DONE ? fiche_by_ref(f->core->store, ref,
	    &f->row) : fiching_load(f, ref);
}

static enum gw_err
happened(struct core *c, const char *ref, enum fiche_event event, int64_t now)
{
	struct fiching *f;
	enum gw_err r;

	r = fiching_new(c, &f);
	if (r == GW_OK)
		r = load(f, ref, event);
	if (r == GW_OK)
		r = fiching_step(f, event);
	if (r == GW_OK)
		r = fiching_commit(f, now, NULL);
	fiching_free(f);
	/* It is over, or erased: the event has nothing to say. */
	return r == GW_MISSING || r == GW_STATE ? GW_OK : r;
}

enum gw_err
fiching_due(struct core *c, const struct timer *timer, int64_t now)
{
	return happened(c, timer->ref, (enum fiche_event)timer->event, now);
}

enum gw_err
fiching_sent(struct core *c, const struct outbox *row, enum fiche_event event,
    int64_t now)
{
	return row->kind != MAIL_T28B ? GW_OK : happened(c, row->ref, event,
	    now);
}
