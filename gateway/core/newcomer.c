#include "core/invite.h"
#include "core/newcomer.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/memfd.h"
#include "compose/form_text.h"
#include "core/codes.h"
#include "core/intent.h"
#include "core/ltf.h"
#include "core/notice.h"
#include "core/peers.h"
#include "core/refer.h"
#include "core/release.h"
#include "core/stranger.h"

/* ---- the ring ---- */

enum gw_err
newcomer_import(struct core *c, const char *fpr, const char *address,
    int file, struct msg_imported *out)
{
	struct msg m;
	enum gw_err r;

	msg_init(&m, MSG_import);
	(void)snprintf(m.u.import.fpr, sizeof(m.u.import.fpr), "%s", fpr);
	(void)snprintf(m.u.import.address, sizeof(m.u.import.address), "%s",
	    address);
	m.u.import.file = file;
	r = peers_ask(c, ROLE_KEYS, &m, MSG_imported, 0);
	if (r == GW_OK)
		*out = m.u.imported;
	return r;
}

enum gw_err
newcomer_taken(const struct msg_imported *answer)
{
	switch (answer->err) {
	case GW_OK:
		return GW_OK;
	case GW_KEY:
	case GW_FORMAT:
	case GW_MISSING:
	case GW_STATE:
	case GW_LIMIT:
		return GW_KEY;
	default:
		/* A full disk over there says nothing of the key. */
		return GW_AGAIN;
	}
}

void
newcomer_forget(struct core *c, const char *fpr)
{
	struct correspondent holder;
	struct enrolment proving;
	struct msg m;

	if (correspondent_by_fpr(c->store, fpr, &holder) != GW_MISSING ||
	    enrolment_by_fpr(c->store, fpr, &proving) != GW_MISSING ||
	    ltf_is_key(c, fpr))
		return;
	peers_pin(c, fpr, false);
	msg_init(&m, MSG_forget);
	(void)snprintf(m.u.forget.fpr, sizeof(m.u.forget.fpr), "%s", fpr);
	(void)peers_ask(c, ROLE_KEYS, &m, MSG_forgot, 0);
}

/* Two officers agreed: the key that was shown comes into the ring. */
static enum gw_err
import(struct newcomer *n)
{
	struct core *c = n->posts->core;
	struct msg_imported answer;
	enum gw_err r;
	int file;

	if (n->posts->dry)
		return GW_OK;
	r = blob_get(c->store, n->e->key, &file);
	if (r != GW_OK)
		return r == GW_MISSING ? GW_KEY : r;
	r = newcomer_import(c, n->e->person.fpr, n->e->person.address, file,
	    &answer);
	close(file);
	if (r != GW_OK)
		return r;
	n->e->person.key_expires = answer.expires;
	return newcomer_taken(&answer);
}

/* ---- letters ---- */

struct writing {
	struct newcomer *n;
	const struct effect *e;
	unsigned written;
};

static const char *
proposer_in_words(const struct newcomer *n)
{
	return n->actor == NULL ? "systeembeheerder" :
	    person_role_dutch(n->actor->role);
}

/* All that is known of the newcomer, to one officer; who is asked to agree gets
 * a code of their own. */
static enum gw_err
write_to(const struct correspondent *to, void *arg)
{
	struct writing *w = arg;
	struct newcomer *n = w->n;
	const struct correspondent *p = &n->e->person;
	char fpr[FPR_GROUPS], code[LIM_CODE + 1];
	const struct var vars[] = {
		{ "sender", p->address }, { "fingerprint", fpr },
		{ "role", person_role_dutch(p->role) },
		{ "organisation", p->organisation },
		{ "class", form_class_dutch(p->org_class) },
		{ "ground", p->ground }, { "compared", p->compared },
		{ "proposer", proposer_in_words(n) }, { "code", code },
	};
	enum gw_err r;

	/* Nobody confirms what they proposed. */
	if (w->e->mail == MAIL_B05 && to->id == n->e->proposer)
		return GW_OK;
	fpr_groups(p->fpr, fpr);
	code_of_enrolment(n->e, to->id, code);
	r = posts_letter(n->posts, w->e->mail, w->e->section, to, n->e->ref,
	    vars, sizeof(vars) / sizeof(vars[0]));
	if (r == GW_OK)
		w->written++;
	/* Another officer can be asked. */
	return r == GW_KEY ? GW_OK : r;
}

static enum gw_err
write_to_newcomer(struct newcomer *n, const struct effect *e)
{
	const struct correspondent *p = &n->e->person;
	bool renews = p->id != 0;
	char code[LIM_CODE + 1];
	const struct var var = { "code", code };
	struct post *one;

	if (n->event == ENROLMENT_EV_SECOND) {
		code_of_enrolment(n->e, 0, code);
		return posts_guest(n->posts, e->mail, e->section, p->address,
		    p->fpr, -1, n->e->ref, &var, 1);
	}
	/* A new key is told to whom it is said to belong (T39). */
	one = renews ? posts_intent(n->posts, MAIL_T39, "gewisseld", p->id,
	    n->e->ref) : posts_intent(n->posts, e->mail, e->section, 0,
	    n->e->ref);
	if (one == NULL)
		return GW_LIMIT;
	one->newcomer = true;
	return GW_OK;
}

static enum gw_err
write_effect(struct newcomer *n, const struct effect *e)
{
	struct writing w = { n, e, 0 };
	struct core *c = n->posts->core;
	enum gw_err r;

	if (e->to == TO_NEWCOMER)
		return write_to_newcomer(n, e);
	if (e->to == TO_SENDER)
		return n->actor != NULL ? write_to(n->actor, &w) : GW_OK;
	r = notice_people(c, e->to == TO_SECONDS ? policy_seconds :
	    policy_decides, write_to, &w);
	/* Who should agree must exist; who is merely told need not. */
	return r == GW_OK && w.written == 0 && e->mail == MAIL_B05 ?
	    GW_MISSING : r;
}

/* ---- decided ---- */

enum gw_err
newcomer_step(struct newcomer *n, enum enrolment_event event)
{
	enum gw_err r;
	size_t i;

	n->event = event;
	r = enrolment_step(n->e->state, event, &n->e->state, &n->effects);
	if (r != GW_OK)
		return r;
	if (event == ENROLMENT_EV_PROPOSE || event == ENROLMENT_EV_AGREE)
		n->e->proposer = n->actor->id;
	if (event == ENROLMENT_EV_SECOND)
		n->e->second = n->actor->id;
	for (i = 0; r == GW_OK && i < n->effects.n; i++) {
		const struct effect *e = &n->effects.e[i];

		if (e->type == EFFECT_IMPORT || e->type == EFFECT_ENROL)
			r = import(n);
		else if (e->type == EFFECT_MAIL)
			r = write_effect(n, e);
	}
	return r;
}

/* ---- committed ---- */

struct copies_for {
	struct core *core;
	int64_t correspondent;
};

static enum gw_err
drop_copy(const struct outbox *row, void *arg)
{
	struct copies_for *f = arg;

	if (row->correspondent == f->correspondent)
		copies_drop(&f->core->copies, row->message_id);
	return GW_OK;
}

enum gw_err
newcomer_renew(struct core *c, const struct correspondent *p)
{
	struct copies_for f = { c, p->id };
	struct outbox row;
	enum gw_err r;

	r = correspondent_renew(c->store, p);
	if (r == GW_OK)
		r = outbox_each(c->store, false, drop_copy, &f);
	while (r == GW_OK) {
		r = outbox_sealed_for(c->store, p->id, &row);
		if (r != GW_OK)
			break;
		r = blob_drop(c->store, row.blob);
		row.blob = 0;
		/* What a person wrote cannot be made a second time. */
		if (!intent_can_be_made(&row))
			row.state = OUTBOX_FAILED;
		if (r == GW_OK)
			r = outbox_update(c->store, &row);
		if (r == GW_OK && row.state == OUTBOX_FAILED)
			r = invite_undeliverable(c, &row, core_now(c));
	}
	return r == GW_MISSING ? GW_OK : r;
}

struct handing_over {
	struct posts posts;
	int64_t to;
};

static enum gw_err
hand_over(const struct referral *rf, void *arg)
{
	struct handing_over *h = arg;
	enum gw_err r;

	if (rf->blob == 0 || rf->state == REFERRAL_HANDED_OFF ||
	    rf->state == REFERRAL_NOT_RETAINED)
		return GW_OK;
	posts_end(&h->posts);
	r = refer_again(&h->posts, rf, h->to);
	return r == GW_OK ? posts_commit(&h->posts, 0) : r;
}

struct receiver {
	int64_t id;
	bool there;
};

static enum gw_err
is_it(const struct correspondent *p, void *arg)
{
	struct receiver *who = arg;

	who->there |= p->id == who->id;
	return GW_OK;
}

static enum gw_err
receives(struct core *c, int64_t id, bool *yes)
{
	struct receiver who = { id, false };
	enum gw_err r = notice_receivers(c, is_it, &who);

	*yes = who.there;
	return r;
}

enum gw_err
newcomer_change(struct core *c, struct correspondent *p,
    enum gw_err (*change)(struct core *, struct correspondent *))
{
	struct handing_over h = { .to = 0 };
	bool before, now = false;
	enum gw_err r;

	r = receives(c, p->id, &before);
	if (r == GW_OK)
		r = change(c, p);
	if (r == GW_OK)
		r = receives(c, p->id, &now);
	if (r != GW_OK || before || !now)
		return r;
	h.to = p->id;
	posts_begin(&h.posts, c, core_now(c), false);
	return referral_each(c->store, hand_over, &h);
}

/* Two officers agreed: that ends a suspension too. */
static enum gw_err
put_person(struct core *c, struct correspondent *p)
{
	enum gw_err r;

	if (p->id == 0)
		return correspondent_add(c->store, p);
	r = newcomer_renew(c, p);
	return r == GW_OK ? correspondent_set_state(c->store, p->id,
	    CORRESPONDENT_ACTIVE) : r;
}

static enum gw_err
enrol(struct newcomer *n)
{
	struct core *c = n->posts->core;
	struct correspondent *p = &n->e->person;
	struct correspondent before;
	bool renews = p->id != 0;
	enum gw_err r;

	if (renews && correspondent_by_id(c->store, p->id, &before) == GW_OK)
		memcpy(n->old_fpr, before.fpr, sizeof(n->old_fpr));
	p->added = n->posts->now;
	p->state = CORRESPONDENT_ACTIVE;
	r = newcomer_change(c, p, put_person);
	return r == GW_OK ? audit_add(c->store, n->posts->now, renews ?
	    AUDIT_CORRESPONDENT_RENEWED : AUDIT_CORRESPONDENT_ADDED,
	    n->e->ref, person_role_name(p->role), p->fpr) : r;
}

static enum gw_err
audit(struct newcomer *n, enum flow_audit what)
{
	return audit_add(n->posts->core->store, n->posts->now,
	    audit_event_of(what), n->e->ref, enrolment_event_name(n->event),
	    n->actor != NULL ? n->actor->fpr : NULL);
}

static enum gw_err
put_effect(struct newcomer *n, const struct effect *e)
{
	struct store *s = n->posts->core->store;
	struct timer timer = { .due = n->posts->now + e->seconds,
		.kind = TIMER_ENROLMENT };
	enum gw_err r;

	switch (e->type) {
	case EFFECT_TIMER:
		memcpy(timer.ref, n->e->ref, sizeof(timer.ref));
		/* Proposed anew, it waits anew. */
		r = timer_clear_kind(s, timer.ref, TIMER_ENROLMENT);
		return r == GW_OK ? timer_add(s, &timer) : r;
	case EFFECT_ENROL:
		return enrol(n);
	case EFFECT_AUDIT:
		return audit(n, e->audit);
	default:
		return GW_OK;
	}
}

static bool
is_over(enum enrolment_state s)
{
	return s == ENROLMENT_ENROLLED || s == ENROLMENT_REJECTED ||
	    s == ENROLMENT_EXPIRED;
}

/* The row goes when it is over, and the key that was shown with it. */
static enum gw_err
put_row(struct newcomer *n)
{
	struct store *s = n->posts->core->store;
	struct map map;
	enum gw_err r = GW_OK;

	if (n->key >= 0) {
		r = memfd_map(n->key, LIM_KEYFILE, &map);
		if (r == GW_OK)
			r = blob_put(s, map.p, map.len, &n->e->key);
		memfd_unmap(&map);
	}
	if (r == GW_OK && n->old_key != 0)
		r = blob_drop(s, n->old_key);
	if (r != GW_OK)
		return r;
	if (!is_over(n->e->state))
		return enrolment_put(s, n->e);
	r = blob_drop(s, n->e->key);
	return r == GW_OK ? enrolment_remove(s, n->e->ref) : r;
}

enum gw_err
newcomer_commit(struct newcomer *n)
{
	enum gw_err r = GW_OK;
	size_t i;

	for (i = 0; r == GW_OK && i < n->effects.n; i++)
		r = put_effect(n, &n->effects.e[i]);
	if (r == GW_OK)
		r = put_row(n);
	if (r == GW_OK)
		r = posts_commit(n->posts, n->e->person.id);
	return r;
}

void
newcomer_after(struct newcomer *n)
{
	struct core *c = n->posts->core;
	unsigned released;

	switch (n->e->state) {
	case ENROLMENT_PROVING:
		peers_pin(c, n->e->person.fpr, true);
		break;
	case ENROLMENT_ENROLLED:
		peers_pin(c, n->e->person.fpr, true);
		if (n->old_fpr[0] != '\0' &&
		    strcmp(n->old_fpr, n->e->person.fpr) != 0)
			newcomer_forget(c, n->old_fpr);
		release_all(c);
		(void)outbox_release_held(c->store, &released);
		break;
	case ENROLMENT_REJECTED:
	case ENROLMENT_EXPIRED:
		newcomer_forget(c, n->e->person.fpr);
		break;
	default:
		break;
	}
}

enum gw_err
newcomer_due(struct core *c, const char *ref, int64_t now)
{
	struct enrolment e;
	struct posts posts;
	struct newcomer n = { .posts = &posts, .e = &e, .key = -1 };
	enum gw_err r;

	r = enrolment_by_ref(c->store, ref, &e);
	if (r != GW_OK)
		return r == GW_MISSING ? GW_OK : r;
	posts_begin(&posts, c, now, false);
	r = newcomer_step(&n, ENROLMENT_EV_EXPIRE);
	if (r == GW_OK)
		r = newcomer_commit(&n);
	posts_end(&posts);
	return r;
}
