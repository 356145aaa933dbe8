#include "core/enrol.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "core/codes.h"
#include "core/ltf.h"
#include "core/peers.h"
#include "core/refuse.h"
#include "core/stranger.h"

/* What went wrong in a step, as people are told. */
static enum gw_err
settle(struct travel *t, enum gw_err r)
{
	static const struct refusal refusals[] = {
		{ GW_STATE, REASON_WRONG_STATE },
		{ GW_MISSING, REASON_SAME_PERSON },
		{ GW_KEY, REASON_EXPIRED_KEY },
		{ GW_OK, REASON_OK }
	};
	enum reason reason = refusal_for(refusals, r);

	if (r == GW_OK) {
		t->mail.correspondent = t->known ? t->signer.id : 0;
		memcpy(t->mail.ref, t->enrolment.ref, sizeof(t->mail.ref));
		return GW_OK;
	}
	/* The step asked for a second officer, and there is none. */
	if (r == GW_MISSING)
		t->told = "no-second-officer";
	if (reason == REASON_OK)
		return r;
	t->newcomer.e = NULL;
	return refuse(t, reason);
}

static enum gw_err
step(struct travel *t, enum enrolment_event event)
{
	t->newcomer = (struct newcomer){
		.posts = &t->posts,
		.e = &t->enrolment,
		.actor = event != ENROLMENT_EV_PROVE ? &t->signer : NULL,
		.key = t->key,
	};
	return settle(t, newcomer_step(&t->newcomer, event));
}

/* ---- INSCHRIJVEN ---- */

/* What the officer typed. REASON_OK, or what is wrong with it. */
static enum reason
take_form(const struct core *c, const struct msg_parsed *in,
    const char *address, struct correspondent *p)
{
	const char *why;

	if (in->role[0] == '\0' || in->org_class[0] == '\0' ||
	    in->organisation[0] == '\0' || in->legal_ground[0] == '\0' ||
	    in->compared[0] == '\0' || in->typed_fpr[0] == '\0')
		return REASON_INCOMPLETE_FORM;
	*p = (struct correspondent){ .state = CORRESPONDENT_ACTIVE };
	if (!person_role_from_word(in->role, &p->role) ||
	    !org_class_from_name(in->org_class, &p->org_class))
		return REASON_INCOMPLETE_FORM;
	memcpy(p->organisation, in->organisation, sizeof(p->organisation));
	memcpy(p->ground, in->legal_ground, sizeof(p->ground));
	memcpy(p->compared, in->compared, sizeof(p->compared));
	memcpy(p->address, address, sizeof(p->address));
	memcpy(p->fpr, in->typed_fpr, sizeof(p->fpr));
	(void)snprintf(p->language, sizeof(p->language), "nl");
	if (in->until[0] != '\0') {
		p->until = clock_end_of_day(in->until);
		if (p->until == 0)
			return REASON_INCOMPLETE_FORM;
	}
	if (ltf_is_address(c, address) || ltf_is_key(c, p->fpr))
		return REASON_NOT_ENROLLABLE;
	/* R36, R87, R35: nobody can order otherwise. */
	return policy_may_enrol(p->role, p->org_class, address, &why) ?
	    REASON_OK : REASON_NOT_ENROLLABLE;
}

/* Whom the address belongs to today, 0 for nobody. GW_EXISTS: the key is
 * somebody else's; a key is one person's. */
static enum gw_err
find_holder(struct store *s, const struct correspondent *p, int64_t *id)
{
	struct correspondent by_address, by_key;
	enum gw_err r;

	r = correspondent_by_address(s, p->address, &by_address);
	*id = r == GW_OK ? by_address.id : 0;
	if (r == GW_OK || r == GW_MISSING)
		r = correspondent_by_fpr(s, p->fpr, &by_key);
	if (r == GW_MISSING)
		return GW_OK;
	return r == GW_OK && by_key.id != *id ? GW_EXISTS : r;
}

/* Whether the address still belongs to whom it did when it was proposed: two
 * proposals for one person may be under way. GW_STATE: no longer. */
static enum gw_err
same_holder(struct store *s, const struct enrolment *e)
{
	int64_t id;
	enum gw_err r = find_holder(s, &e->person, &id);

	if (r == GW_EXISTS || (r == GW_OK && id != e->person.id))
		return GW_STATE;
	return r;
}

/* From the mail that waits: the key it brought, if that is the one that the
 * person read out. */
static enum reason
propose(struct travel *t, struct travel *waiting)
{
	struct enrolment *e = &t->enrolment;
	enum reason reason;

	if (!stranger_is_vouched(waiting))
		return REASON_WRONG_STATE;
	reason = take_form(t->core, &t->inner, waiting->outer.from,
	    &e->person);
	if (reason != REASON_OK)
		return reason;
	if (strcmp(t->inner.typed_fpr, waiting->vouched.fpr) != 0)
		return REASON_FINGERPRINT_DIFFERS;
	return REASON_OK;
}

static enum gw_err
order_enrol(struct travel *t, const struct mail *m)
{
	struct enrolment before = { .key = 0 };
	struct travel waiting;
	enum reason reason;
	enum gw_err r;
	int raw;

	r = blob_get(t->core->store, m->blob, &raw);
	if (r != GW_OK)
		return r == GW_MISSING ? refuse(t, REASON_WRONG_STATE) : r;
	/* Reading is on record, whatever comes of it (R150). */
	r = t->dry ? GW_OK : audit_add(t->core->store, t->now,
	    AUDIT_CONTENT_OPENED, m->id, "enrol", t->fpr);
	if (r != GW_OK) {
		close(raw);
		return r;
	}
	r = way_reopen_stranger(t->core, raw, &waiting);
	reason = r == GW_OK ? propose(t, &waiting) : REASON_OK;
	if (r == GW_OK && reason == REASON_OK)
		r = stranger_key(&waiting, &t->key);
	travel_end(&waiting);
	close(raw);
	if (r != GW_OK)
		return r;
	/* Once confirmed it is no longer one officer's to change. */
	if (reason == REASON_OK && enrolment_by_ref(t->core->store, m->id,
	    &before) == GW_OK && before.state != ENROLMENT_PROPOSED)
		reason = REASON_WRONG_STATE;
	if (reason != REASON_OK)
		return refuse(t, reason);
	r = find_holder(t->core->store, &t->enrolment.person,
	    &t->enrolment.person.id);
	if (r != GW_OK)
		return r == GW_EXISTS ? refuse(t, REASON_NOT_ENROLLABLE) : r;
	memcpy(t->enrolment.ref, m->id, sizeof(t->enrolment.ref));
	t->enrolment.state = ENROLMENT_NEW;
	t->enrolment.made = t->now;
	crypto_random(t->enrolment.nonce, sizeof(t->enrolment.nonce));
	r = step(t, ENROLMENT_EV_PROPOSE);
	t->newcomer.old_key = before.key;
	return r;
}

/* ---- AFWIJZEN, SCHORSEN ---- */

static bool
is_waiting(const struct mail *m)
{
	return m->verdict == VERDICT_QUARANTINED && m->blob != 0;
}

/* The proposal and the mail that it began with go; either may be gone by now,
 * and what the operator typed never had a mail. */
static enum gw_err
order_reject(struct travel *t)
{
	struct mail m;
	enum gw_err r;

	r = mail_by_id(t->core->store, t->ref, &m);
	if (r == GW_OK && is_waiting(&m))
		t->rejected = m;
	else if (r != GW_OK && r != GW_MISSING)
		return r;
	r = enrolment_by_ref(t->core->store, t->ref, &t->enrolment);
	if (r == GW_OK)
		return step(t, ENROLMENT_EV_REJECT);
	if (r != GW_MISSING)
		return r;
	if (t->rejected.id[0] == '\0')
		return refuse(t, REASON_UNKNOWN_REFERENCE);
	memcpy(t->enrolment.ref, t->ref, sizeof(t->enrolment.ref));
	if (posts_intent(&t->posts, MAIL_B01, "afgewezen", t->signer.id,
	    t->ref) == NULL)
		return GW_LIMIT;
	return settle(t, GW_OK);
}

/* One officer is enough to take a right away; the next mail feels it. */
static enum gw_err
order_suspend(struct travel *t)
{
	const struct var var = { "sender", t->inner.person };
	enum gw_err r;

	/* Without a reference nothing else binds the order to this town. */
	if ((t->inner.flags & (MAIL_TO_US | MAIL_AAN_US)) == 0)
		return refuse(t, REASON_WRONG_RECIPIENT);
	if (t->inner.person[0] == '\0')
		return refuse(t, REASON_UNREADABLE_ANSWER);
	r = correspondent_by_address(t->core->store, t->inner.person,
	    &t->suspended);
	if (r == GW_MISSING)
		return refuse(t, REASON_WRONG_STATE);
	if (r != GW_OK)
		return r;
	if (t->suspended.id == t->signer.id) {
		t->suspended.id = 0;
		return refuse(t, REASON_SAME_PERSON);
	}
	t->mail.correspondent = t->signer.id;
	r = posts_letter(&t->posts, MAIL_B01, "geschorst", &t->signer, "",
	    &var, 1);
	/* A key that nobody trusts does not go on counting for want of an
	 * answer. */
	return r == GW_KEY ? GW_OK : r;
}

enum gw_err
enrol_order(struct travel *t)
{
	struct mail m;
	enum gw_err r;

	if (t->inner.verb == VERB_SUSPEND)
		return order_suspend(t);
	if (t->inner.verb == VERB_REJECT)
		return order_reject(t);
	r = mail_by_id(t->core->store, t->ref, &m);
	if (r == GW_MISSING)
		return refuse(t, REASON_UNKNOWN_REFERENCE);
	if (r != GW_OK)
		return r;
	return is_waiting(&m) ? order_enrol(t, &m) :
	    refuse(t, REASON_WRONG_STATE);
}

/* ---- BEVESTIG ---- */

static enum gw_err
fits(const struct enrolment *e, void *arg)
{
	struct travel *t = arg;

	if (code_fits_enrolment(e, t->signer.id, t->inner.code))
		t->enrolment = *e;
	return GW_OK;
}

/* By the reference; where a program kept none, the code says which it is. */
static enum gw_err
find_enrolment(struct travel *t)
{
	enum gw_err r;

	if (t->ref[0] != '\0')
		return enrolment_by_ref(t->core->store, t->ref,
		    &t->enrolment);
	r = enrolment_each(t->core->store, fits, t);
	return r == GW_OK && t->enrolment.ref[0] == '\0' ? GW_MISSING : r;
}

enum gw_err
enrol_confirm(struct travel *t)
{
	struct enrolment *e = &t->enrolment;
	enum enrolment_event event;
	enum gw_err r;

	r = find_enrolment(t);
	if (r == GW_MISSING)
		return refuse(t, REASON_UNKNOWN_REFERENCE);
	if (r != GW_OK)
		return r;
	if (e->proposer == t->signer.id && e->state == ENROLMENT_PROPOSED)
		return refuse(t, REASON_SAME_PERSON);
	event = enrolment_confirms(e->state, t->signer.role);
	if (event == ENROLMENT_EVENT_MAX)
		return refuse(t, REASON_WRONG_STATE);
	if (!code_fits_enrolment(e, t->signer.id, t->inner.code))
		return refuse(t, REASON_WRONG_CODE);
	r = same_holder(t->core->store, e);
	return r == GW_OK ? step(t, event) : settle(t, r);
}

/*
 * Whoever reads the code could open what is sealed to the key, and the answer
 * is signed with it. Another code leaves everything as it is: the newcomer is
 * not told, since nobody is enrolled; the office hears that a mail waits.
 */
enum gw_err
enrol_prove(struct travel *t)
{
	enum gw_err r = GW_STATE;

	t->enrolment = t->proof;
	if (code_fits_enrolment(&t->enrolment, 0, t->inner.code))
		r = same_holder(t->core->store, &t->enrolment);
	if (r == GW_OK)
		r = step(t, ENROLMENT_EV_PROVE);
	if (r != GW_STATE)
		return r;
	t->document = DOCUMENT_MAX;
	t->verdict = (struct verdict){ VERDICT_QUARANTINED,
		REASON_WRONG_CODE };
	t->mail.verdict = t->verdict.code;
	t->mail.reason = t->verdict.reason;
	return GW_OK;
}

/* ---- written ---- */

static enum gw_err
put_rejected(struct travel *t)
{
	struct store *s = t->core->store;
	enum gw_err r;

	if (t->rejected.id[0] == '\0')
		return GW_OK;
	r = blob_drop(s, t->rejected.blob);
	if (r == GW_OK)
		r = mail_drop_blob(s, t->rejected.id);
	if (r == GW_OK)
		r = timer_clear_kind(s, t->rejected.id, TIMER_QUARANTINE);
	if (r == GW_OK)
		r = audit_add(s, t->now, AUDIT_CONTENT_ERASED, t->rejected.id,
		    "rejected", t->fpr);
	return r;
}

static enum gw_err
put_suspended(struct travel *t)
{
	struct correspondent *p = &t->suspended;
	enum gw_err r;

	if (p->id == 0)
		return GW_OK;
	r = correspondent_set_state(t->core->store, p->id,
	    CORRESPONDENT_SUSPENDED);
	if (r == GW_OK)
		r = audit_add(t->core->store, t->now,
		    AUDIT_CORRESPONDENT_SUSPENDED, "",
		    person_role_name(p->role), p->fpr);
	return r;
}

/* The mail that it began with waits as long as the proposal does. */
static enum gw_err
put_longer(struct travel *t)
{
	struct timer timer = { .due = t->now + ENROLMENT_SECONDS,
		.kind = TIMER_QUARANTINE };
	enum gw_err r;

	if (t->newcomer.e == NULL || t->newcomer.event != ENROLMENT_EV_PROPOSE)
		return GW_OK;
	memcpy(timer.ref, t->enrolment.ref, sizeof(timer.ref));
	r = timer_clear_kind(t->core->store, timer.ref, TIMER_QUARANTINE);
	return r == GW_OK ? timer_add(t->core->store, &timer) : r;
}

enum gw_err
enrol_commit(struct travel *t)
{
	enum gw_err r;

	r = put_rejected(t);
	if (r == GW_OK)
		r = put_longer(t);
	if (r == GW_OK)
		r = put_suspended(t);
	/* It commits the mails with it: they may need the new number. */
	if (r == GW_OK && t->newcomer.e != NULL)
		r = newcomer_commit(&t->newcomer);
	else if (r == GW_OK)
		r = posts_commit(&t->posts, 0);
	return r;
}

void
enrol_after(struct travel *t)
{
	if (t->newcomer.e != NULL)
		newcomer_after(&t->newcomer);
	if (t->suspended.id != 0)
		peers_pin(t->core, t->suspended.fpr, false);
}
