#include "core/inform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/codes.h"
#include "core/notice.h"
#include "core/refuse.h"
#include "core/term.h"
#include "core/term_order.h"

/* ---- whom one would ask now, and about what ---- */

struct circle {
	struct core *core;
	struct informing *to;
	int64_t now;
	bool officer;
};

static bool
is_officer(enum person_role r)
{
	return r == PERSON_IO;
}

/* Another key gives another number. */
static uint64_t
key_number(const char *fpr)
{
	uint8_t hash[HASH_BYTES];
	uint64_t n;

	crypto_sha256(fpr, strlen(fpr), hash);
	memcpy(&n, hash, sizeof(n));
	return n;
}

static enum gw_err
ask_one(const struct correspondent *p, void *arg)
{
	struct circle *c = arg;
	const struct informing_voice voice = { .person = p->id,
		.key = key_number(p->fpr), .officer = is_officer(p->role),
		.serves = correspondent_serves(p, c->now) };

	c->officer |= voice.officer;
	return informing_ask(c->to, &voice);
}

/* Whoever is no longer of the cell has no voice. Whoever is suspended has one,
 * and nobody else can use it: so nothing is agreed. */
static enum gw_err
ask(struct circle *c, int64_t id)
{
	struct correspondent who;
	enum gw_err r = correspondent_by_id(c->core->store, id, &who);

	if (r != GW_OK)
		return r == GW_MISSING ? GW_OK : r;
	return who.until != 0 && who.until <= c->now ? GW_OK :
	    ask_one(&who, c);
}

/* R108: each who took part; and where no officer did, those there are. */
static enum gw_err
ask_all(struct circle *c, const struct case_file *f)
{
	enum gw_err r = GW_OK;
	size_t i;

	for (i = 0; r == GW_OK && i < f->people; i++)
		r = ask(c, f->person[i]);
	if (r == GW_OK && c->to->voices > 0 && !c->officer)
		r = notice_people(c->core, is_officer, ask_one, c);
	return r;
}

static enum gw_err
put_letter(struct core *c, struct buf *out)
{
	enum gw_err r = compose_part(c->templates, &c->office, MAIL_T31,
	    "body", NULL, 0, out);

	if (out->len > 0 && out->p[out->len - 1] == '\n')
		out->len--;
	return r == GW_OK ? buf_error(out) : r;
}

static enum gw_err
hash_letter(struct core *c, uint8_t hash[HASH_BYTES])
{
	struct buf text;
	enum gw_err r;

	buf_init(&text, LIM_LETTER_BYTES);
	r = put_letter(c, &text);
	if (r == GW_OK)
		crypto_sha256(text.p, text.len, hash);
	buf_free(&text);
	/* Not what an act means by it. */
	return r == GW_MISSING ? GW_INTERNAL : r;
}

/* The caller wipes and frees *out, whatever was returned. */
static enum gw_err
as_of_now(struct core *c, const struct case_file *f, int64_t now,
    struct informing **out)
{
	struct circle circle = { c, calloc(1, sizeof(**out)), now, false };
	enum gw_err r;

	*out = circle.to;
	if (*out == NULL)
		return GW_NOMEM;
	r = hash_letter(c, (*out)->text);
	if (r == GW_OK)
		r = ask_all(&circle, f);
	crypto_random((*out)->nonce, sizeof((*out)->nonce));
	return r;
}

/* ---- what was decided ---- */

static enum gw_err
act(struct core *c, struct term *t, enum informing_event event,
    int64_t person, int64_t now)
{
	struct informing_act a = { .event = event, .person = person };
	struct informing *circle = NULL;
	enum gw_err r = GW_OK;

	if (event == INFORMING_EV_PROPOSE || event == INFORMING_EV_AGREE)
		r = as_of_now(c, &t->file, now, &circle);
	a.now = circle;
	t->asked_by = t->file.informing.chair;
	if (r == GW_OK)
		r = informing_act(&t->file.informing, &a, &t->effects);
	if (circle != NULL)
		crypto_wipe(circle, sizeof(*circle));
	free(circle);
	return r;
}

/* Whatever an act does not allow is told as one thing. */
static const struct refusal refusals[] = {
	{ GW_STATE, REASON_WRONG_STATE },
	{ GW_EXISTS, REASON_WRONG_STATE },
	{ GW_MISSING, REASON_WRONG_STATE },
	{ GW_KEY, REASON_WRONG_STATE },
	{ GW_LIMIT, REASON_WRONG_STATE },
	{ GW_DENIED, REASON_WRONG_STATE },
	{ GW_OK, REASON_OK }
};

/* ---- of the chair ---- */

static enum gw_err
settle(struct travel *t, enum gw_err r, const char *section)
{
	enum reason reason = refusal_for(refusals, r);

	if (reason != REASON_OK)
		return refuse(t, reason);
	if (r != GW_OK)
		return r;
	t->mail.correspondent = t->signer.id;
	return posts_intent(&t->posts, MAIL_B08, section, t->signer.id,
	    t->ref) == NULL ? GW_LIMIT : GW_OK;
}

static enum gw_err
propose(struct travel *t)
{
	enum gw_err r = act(t->core, t->term, INFORMING_EV_PROPOSE,
	    t->signer.id, t->now);

	if (r == GW_MISSING)
		t->told = "geen-deelnemers";
	if (r == GW_KEY)
		t->told = "geen-io";
	return settle(t, r, "inlichten");
}

static enum gw_err
give_up(struct travel *t)
{
	return settle(t, act(t->core, t->term, INFORMING_EV_GIVE_UP,
	    t->signer.id, t->now), "inlichten-opgegeven");
}

/* A number, and never whose answers are missing: nobody is to be pressed. */
static enum gw_err
standing(struct travel *t)
{
	const struct informing *in = &t->term->file.informing;
	char count[16];
	const struct var var = { "missing", count };
	enum gw_err r;

	if (in->state == INFORMING_NONE)
		return refuse(t, REASON_WRONG_STATE);
	(void)snprintf(count, sizeof(count), "%zu", informing_waits(in));
	t->mail.correspondent = t->signer.id;
	r = posts_letter(&t->posts, MAIL_B08, "inlichten-stand", &t->signer,
	    t->ref, &var, 1);
	return r == GW_KEY ? refuse(t, REASON_EXPIRED_KEY) : r;
}

enum gw_err
inform_order(struct travel *t)
{
	enum gw_err r;
	bool there;

	r = term_order_find(t, &there);
	if (r != GW_OK || !there)
		return r;
	memcpy(t->mail.ref, t->ref, sizeof(t->mail.ref));
	switch (t->inner.verb) {
	case VERB_INFORM:
		return propose(t);
	case VERB_GIVE_UP:
		return give_up(t);
	case VERB_STANDING:
		return standing(t);
	default:
		return GW_INTERNAL;
	}
}

/* ---- of who is asked ---- */

/*
 * What was understood stands in the sealed mail and nowhere else, and whose it
 * was in no row and no log: the chair is told that somebody said no (R100).
 */
static enum gw_err
note(struct travel *t, enum gw_err r, const char *answer)
{
	enum reason reason = refusal_for(refusals, r);
	const struct var var = { "answer", answer };

	if (reason != REASON_OK)
		return refuse(t, reason);
	if (r == GW_OK)
		r = posts_letter(&t->posts, MAIL_B08, "inlichten-antwoord",
		    &t->signer, t->ref, &var, 1);
	/* It counts all the same. */
	return r == GW_KEY ? GW_OK : r;
}

static bool
code_fits(const struct travel *t, const struct term *term)
{
	const struct informing *in = &term->file.informing;

	return in->state == INFORMING_ASKED &&
	    informing_voice_of(in, t->signer.id) != NULL &&
	    code_fits_informing(term->c.ref, in, t->signer.id, t->inner.code);
}

static enum gw_err
agree(struct travel *t)
{
	const struct informing *in = &t->term->file.informing;
	enum gw_err r;

	/* In whose hands a key was while its mail lay in quarantine nobody
	 * knows: it takes a new yes (R91). */
	if (in->state != INFORMING_ASKED || t->again)
		return refuse(t, REASON_WRONG_STATE);
	if (!code_fits(t, t->term))
		return refuse(t, REASON_WRONG_CODE);
	r = act(t->core, t->term, INFORMING_EV_AGREE, t->signer.id, t->now);
	return note(t, r, in->state == INFORMING_NONE ? "AKKOORD, maar het"
	    " voorstel is intussen veranderd en telt niet meer" : "AKKOORD");
}

/* To anybody else the case is as unknown as none. */
static bool
has_part(const struct travel *t)
{
	const struct case_file *f = &t->term->file;

	return case_file_has(f, t->signer.id) ||
	    informing_voice_of(&f->informing, t->signer.id) != NULL;
}

enum gw_err
inform_answer(struct travel *t)
{
	enum gw_err r;
	bool there;

	r = term_order_find(t, &there);
	if (r != GW_OK || !there)
		return r;
	t->unnamed = true;
	if (!has_part(t))
		return refuse(t, REASON_UNKNOWN_REFERENCE);
	switch (t->inner.verb) {
	case VERB_APPROVE:
		return agree(t);
	case VERB_OBJECT:
	case VERB_FLAG:
		return note(t, act(t->core, t->term, INFORMING_EV_OBJECT,
		    t->signer.id, t->now), "BEZWAAR");
	case VERB_WITHDRAW:
		return note(t, act(t->core, t->term, INFORMING_EV_WITHDRAW,
		    t->signer.id, t->now), "INTREKKEN");
	default:
		return GW_INTERNAL;
	}
}

static enum gw_err
try_one(const struct case_ref *known, void *arg)
{
	struct travel *t = arg;
	struct term *term;
	enum gw_err r;

	if (t->term != NULL)
		return GW_OK;
	r = term_find(t->core, known->ref, &term);
	if (r == GW_OK && code_fits(t, term)) {
		t->term = term;
		memcpy(t->ref, known->ref, sizeof(t->ref));
		return GW_OK;
	}
	term_free(term);
	return r == GW_MISSING ? GW_OK : r;
}

enum gw_err
inform_by_code(struct travel *t)
{
	enum gw_err r = case_each(t->core->store, try_one, t);

	if (r != GW_OK)
		return r;
	if (t->term == NULL)
		return refuse(t, REASON_WRONG_CODE);
	t->document = DOCUMENT_INFORM_ANSWER;
	t->unnamed = true;
	return agree(t);
}

/* ---- what is written ---- */

struct writing {
	struct core *core;
	const struct term *t;
	int64_t now;
	const char *actor;
	const struct effect *e;
};

/* To the chair at no moment that says whose answer it was (R21). */
static enum gw_err
post(struct writing *w, int64_t person)
{
	struct outbox row;

	outbox_row(w->core, &row, w->e->mail, w->e->section, person,
	    w->t->c.ref, w->now);
	if (w->e->to == TO_CHAIR)
		row.not_before = posts_tick(w->core, w->now);
	return outbox_queue(w->core, &row);
}

static enum gw_err
put_mail(struct writing *w)
{
	const struct informing *in = &w->t->file.informing;
	enum gw_err r = GW_OK;
	size_t i;

	/* Of the round that it is about: the one before, where a new one
	 * begins. */
	if (w->e->to == TO_CHAIR)
		return post(w, w->t->asked_by);
	/* Who proposed it said yes with that. */
	for (i = 0; r == GW_OK && i < in->voices; i++) {
		if (in->voice[i].officer == (w->e->to == TO_IO) &&
		    !in->voice[i].yes)
			r = post(w, in->voice[i].person);
	}
	return r;
}

static enum gw_err
put_timer(struct writing *w)
{
	struct timer timer = { .kind = TIMER_INFORMING, .event = w->e->event,
		.due = w->now + w->e->seconds };

	memcpy(timer.ref, w->t->c.ref, sizeof(timer.ref));
	return timer_add(w->core->store, &timer);
}

/* R108: what an agreement stands on is on record before the letter leaves. */
static enum gw_err
put_conditions(struct writing *w)
{
	enum gw_err r = GW_OK;
	size_t i;

	for (i = 0; r == GW_OK && informing_conditions[i] != NULL; i++)
		r = audit_add(w->core->store, w->now, AUDIT_INFORM_AGREED,
		    w->t->c.ref, informing_conditions[i], NULL);
	return r;
}

static enum gw_err
put_audit(struct writing *w)
{
	if (w->e->audit == FLOW_AUDIT_INFORM_AGREED)
		return put_conditions(w);
	return audit_add(w->core->store, w->now, audit_event_of(w->e->audit),
	    w->t->c.ref, "", w->actor);
}

static bool
asks(enum mail_kind k)
{
	return k == MAIL_T30;
}

static enum gw_err
put_effect(struct writing *w)
{
	struct store *s = w->core->store;

	switch (w->e->type) {
	case EFFECT_MAIL:
		return put_mail(w);
	case EFFECT_TIMER:
		return put_timer(w);
	case EFFECT_CALM:
		return timer_clear_kind(s, w->t->c.ref, TIMER_INFORMING);
	case EFFECT_RECALL:
		return outbox_recall(s, w->t->c.ref, w->now, asks);
	case EFFECT_AUDIT:
		return put_audit(w);
	default:
		return GW_OK;
	}
}

static enum gw_err
put(struct core *c, const struct term *t, int64_t now, const char *actor)
{
	struct writing w = { c, t, now, actor, NULL };
	enum gw_err r;
	size_t i;

	if (t->effects.n == 0)
		return GW_OK;
	r = case_file_put(c->store, t->c.ref, &t->file);
	for (i = 0; r == GW_OK && i < t->effects.n; i++) {
		w.e = &t->effects.e[i];
		r = put_effect(&w);
	}
	return r;
}

enum gw_err
inform_commit(struct travel *t)
{
	return put(t->core, t->term, t->now, t->unnamed ? NULL : t->fpr);
}

/* By nobody's mail. */
static enum gw_err
happened(struct core *c, const char *ref, enum informing_event event,
    int64_t now)
{
	struct term *t;
	enum gw_err r;

	r = term_find(c, ref, &t);
	if (r == GW_OK)
		r = act(c, t, event, 0, now);
	if (r == GW_OK)
		r = put(c, t, now, NULL);
	term_free(t);
	/* Nobody asks any more, or the case is erased. */
	return r == GW_MISSING || r == GW_STATE ? GW_OK : r;
}

enum gw_err
inform_void(struct core *c, const char *ref, int64_t now)
{
	return happened(c, ref, INFORMING_EV_VOID, now);
}

enum gw_err
inform_due(struct core *c, const struct timer *timer, int64_t now)
{
	return happened(c, timer->ref, (enum informing_event)timer->event,
	    now);
}

/* ---- what T30 says ---- */

/* R109: what is shown, and what is printed, is what everybody saw. */
static enum gw_err
put_agreed(struct core *c, const struct informing *in, struct buf *letter)
{
	uint8_t hash[HASH_BYTES];
	enum gw_err r = put_letter(c, letter);

	crypto_sha256(letter->p, letter->len, hash);
	return r == GW_OK && memcmp(hash, in->text, sizeof(hash)) != 0 ?
	    GW_MISSING : r;
}

enum gw_err
inform_said(struct core *c, const char *ref, int64_t person,
    char code[LIM_CODE + 1], struct buf *letter)
{
	const struct informing *in;
	struct term *t;
	enum gw_err r;

	r = term_find(c, ref, &t);
	if (r == GW_OK) {
		in = &t->file.informing;
		r = in->state == (code != NULL ? INFORMING_ASKED :
		    INFORMING_AGREED) ? put_agreed(c, in, letter) : GW_MISSING;
		if (r == GW_OK && code != NULL)
			code_of_informing(ref, in, person, code);
	}
	term_free(t);
	return r;
}
