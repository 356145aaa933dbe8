#include "core/outcome.h"

#include <stdio.h>
#include <string.h>

#define DAY_S	86400

/* ---- who and when ---- */

int64_t
outcome_tick(const struct core *c, int64_t now)
{
	int64_t tick = c->conf->mail_receipt_tick;
	uint32_t jitter = (uint32_t)c->conf->mail_receipt_jitter;

	return (now / tick + 1) * tick + crypto_random_below(jitter + 1);
}

void
outcome_row(struct core *c, struct outbox *row, enum mail_kind kind,
    const char *section, int64_t correspondent, const char *ref, int64_t now)
{
	uint8_t secret[HASH_BYTES];
	char hex[HASH_HEX + 1];

	memset(row, 0, sizeof(*row));
	row->kind = kind;
	row->state = OUTBOX_WAITING;
	row->correspondent = correspondent;
	row->made = row->not_before = now;
	(void)snprintf(row->ref, sizeof(row->ref), "%s", ref);
	(void)snprintf(row->section, sizeof(row->section), "%s", section);
	compose_message_id(c->conf->instance_address, row->message_id);
	if (kind != MAIL_T06)
		return;
	crypto_random(secret, sizeof(secret));
	crypto_hex(secret, hex);
	memcpy(row->envid, hex, LIM_ENVID);
	row->envid[LIM_ENVID] = '\0';
}

struct receivers {
	enum person_role role;
	bool any;
	correspondent_fn each;
	void *arg;
};

static enum gw_err
pass_receiver(const struct correspondent *p, void *arg)
{
	struct receivers *rc = arg;

	if (p->role != rc->role || p->state != CORRESPONDENT_ACTIVE)
		return GW_OK;
	rc->any = true;
	return rc->each(p, rc->arg);
}

enum gw_err
outcome_receivers(struct core *c, correspondent_fn each, void *arg)
{
	struct receivers rc = { PERSON_MAYOR_REP, false, each, arg };
	enum gw_err r;

	r = correspondent_each(c->store, pass_receiver, &rc);
	if (r != GW_OK || rc.any)
		return r;
	rc.role = PERSON_MAYOR;
	return correspondent_each(c->store, pass_receiver, &rc);
}

/* Flows stand below the store and have their own, shorter list. */
static enum audit_event
audit_of_flow(int flow)
{
	static const enum audit_event map[] = {
		[FLOW_AUDIT_ACCEPTED] = AUDIT_REFERRAL_ACCEPTED,
		[FLOW_AUDIT_ALARM] = AUDIT_ALARM,
		[FLOW_AUDIT_ERASED] = AUDIT_CONTENT_ERASED,
	};

	return map[flow];
}

/* ---- step: what the verdict leads to ---- */

static struct outbox *
add_post(struct travel *t, enum mail_kind kind, const char *section,
    int64_t correspondent, const char *ref)
{
	struct outbox *row;

	if (t->posts == TRAVEL_POST)
		return NULL;
	row = &t->post[t->posts].row;
	t->post[t->posts++].sealed = -1;
	outcome_row(t->core, row, kind, section, correspondent, ref, t->now);
	return row;
}

static enum gw_err
post_forward(const struct correspondent *p, void *arg)
{
	struct travel *t = arg;

	return add_post(t, MAIL_T06, "body", p->id, t->referral.ref) == NULL ?
	    GW_LIMIT : GW_OK;
}

static enum gw_err
post_effect(struct travel *t, const struct effect *e)
{
	struct outbox *row;

	if (e->to == TO_REPRESENTATIVE)
		return outcome_receivers(t->core, post_forward, t);
	row = add_post(t, e->mail, "body", t->signer.id, t->referral.ref);
	if (row == NULL)
		return GW_LIMIT;
	row->not_before = outcome_tick(t->core, t->now);
	return GW_OK;
}

static enum gw_err
step_accepted(struct travel *t)
{
	struct referral *rf = &t->referral;
	enum gw_err r;
	size_t i;

	rf->type = policy_referral_type(t->signer.role);
	rf->received = rf->changed = t->now;
	ref_new('A', rf->ref);
	r = referral_step(REFERRAL_RECEIVED, REFERRAL_EV_VERIFIED, &rf->state,
	    &t->effects);
	for (i = 0; r == GW_OK && i < t->effects.n; i++) {
		if (t->effects.e[i].type == EFFECT_MAIL)
			r = post_effect(t, &t->effects.e[i]);
	}
	t->has_referral = r == GW_OK;
	t->mail.correspondent = t->signer.id;
	memcpy(t->mail.ref, rf->ref, sizeof(t->mail.ref));
	return r;
}

/*
 * Who is told of a refusal, and in which words: T02. Only an enrolled
 * correspondent, at the address on file, once a day; a replay is told to
 * nobody, since anyone can send one.
 */
static enum gw_err
step_refused(struct travel *t)
{
	static const struct {
		enum reason reason;
		const char *section;
	} told[] = {
		{ REASON_NOT_ENCRYPTED, "kanaal" },
		{ REASON_ROLE_NOT_ALLOWED, "role-not-allowed" },
		{ REASON_WRONG_RECIPIENT, "wrong-recipient" },
		{ REASON_CLASSIFIED, "classified" },
		{ REASON_BAD_STRUCTURE, "bad-structure" },
	};
	const struct correspondent *whom = t->known ? &t->signer : &t->from;
	struct outbox before, *row;
	enum gw_err r;
	size_t i;

	if (!t->known && !t->from_known)
		return GW_OK;
	t->mail.correspondent = t->known ? t->signer.id : 0;
	for (i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		if (told[i].reason != t->verdict.reason)
			continue;
		r = outbox_recent(t->core->store, MAIL_T02, NULL, whom->id,
		    t->now - DAY_S, &before);
		if (r != GW_MISSING)
			return r;
		row = add_post(t, MAIL_T02, told[i].section, whom->id, "");
		if (row == NULL)
			return GW_LIMIT;
		row->not_before = outcome_tick(t->core, t->now);
		return GW_OK;
	}
	return GW_OK;
}

static enum gw_err
step_nothing(struct travel *t)
{
	(void)t;
	return GW_OK;
}

enum gw_err
outcome_step(struct travel *t)
{
	static enum gw_err (*const step[VERDICT_MAX])(struct travel *) = {
		[VERDICT_ACCEPTED] = step_accepted,
		[VERDICT_REFUSED] = step_refused,
		[VERDICT_QUARANTINED] = step_nothing,
		[VERDICT_IGNORED] = step_nothing,
		[VERDICT_TRANSPORT] = step_nothing,
	};

	return step[t->verdict.code](t);
}

/* ---- commit: everything or nothing ---- */

static bool
keeps_ciphertext(const struct travel *t)
{
	size_t i;

	if (t->verdict.code == VERDICT_QUARANTINED)
		return true;
	for (i = 0; i < t->effects.n; i++) {
		if (t->effects.e[i].type == EFFECT_KEEP)
			return true;
	}
	return false;
}

/* The mail as it came: still sealed to us, and once more under its own key. */
static enum gw_err
put_ciphertext(struct travel *t)
{
	int64_t *blob = t->has_referral ? &t->referral.blob : &t->mail.blob;

	if (!keeps_ciphertext(t))
		return GW_OK;
	return blob_put(t->core->store, t->map.p, t->map.len, blob);
}

static enum gw_err
put_one_post(struct travel *t, struct outbox *row, int sealed)
{
	struct store *s = t->core->store;
	struct map map;
	enum gw_err r = GW_OK;

	if (sealed >= 0) {
		r = memfd_map(sealed, 2 * (size_t)LIM_PLAIN_BYTES, &map);
		if (r == GW_OK)
			r = blob_put(s, map.p, map.len, &row->blob);
		memfd_unmap(&map);
	}
	if (r == GW_OK)
		r = outbox_add(s, row);
	if (r == GW_OK)
		r = audit_add(s, t->now, row->state == OUTBOX_HELD ?
		    AUDIT_MAIL_HELD : AUDIT_MAIL_QUEUED, row->ref,
		    mail_kind_name(row->kind), NULL);
	if (r == GW_OK && row->state == OUTBOX_HELD)
		r = outcome_notify(t->core, "vastgehouden", row->ref, t->now);
	return r;
}

static enum gw_err
put_posts(struct travel *t)
{
	enum gw_err r = GW_OK;
	size_t i;

	for (i = 0; r == GW_OK && i < t->posts; i++)
		r = put_one_post(t, &t->post[i].row, t->post[i].sealed);
	return r;
}

static enum gw_err
put_effects(struct travel *t)
{
	struct store *s = t->core->store;
	enum gw_err r = GW_OK;
	size_t i;

	for (i = 0; r == GW_OK && i < t->effects.n; i++) {
		const struct effect *e = &t->effects.e[i];
		struct timer timer = { .due = t->now + e->seconds,
			.kind = TIMER_REFERRAL, .event = e->event };

		if (e->type == EFFECT_TIMER) {
			memcpy(timer.ref, t->referral.ref, sizeof(timer.ref));
			r = timer_add(s, &timer);
		} else if (e->type == EFFECT_AUDIT) {
			r = audit_add(s, t->now, audit_of_flow(e->audit),
			    t->referral.ref,
			    referral_type_name(t->referral.type), t->fpr);
		}
	}
	return r;
}

static enum gw_err
put_quarantine(struct travel *t)
{
	struct timer timer = { .due = t->now +
		t->core->conf->mail_quarantine_days * DAY_S,
		.kind = TIMER_QUARANTINE };
	enum gw_err r;

	if (t->verdict.code != VERDICT_QUARANTINED)
		return GW_OK;
	memcpy(timer.ref, t->mail.id, sizeof(timer.ref));
	r = timer_add(t->core->store, &timer);
	if (r == GW_OK)
		r = outcome_notify(t->core, "quarantaine", t->mail.id, t->now);
	return r;
}

/* A delivery notice can change the transport of its mail, and only that. */
static enum gw_err
put_delivery(struct travel *t)
{
	struct store *s = t->core->store;
	struct outbox *row = &t->dsn_row;
	bool failed = t->outer.dsn_action == DSN_FAILED;
	enum gw_err r;

	if (t->verdict.code != VERDICT_TRANSPORT)
		return GW_OK;
	if (!failed && t->outer.dsn_action != DSN_DELIVERED)
		return GW_OK;
	/* Once is enough: copies of a notice change nothing (T24). */
	if (row->state != OUTBOX_SENT && row->state != OUTBOX_SENDING &&
	    row->state != OUTBOX_UNCERTAIN)
		return GW_OK;
	row->state = failed ? OUTBOX_FAILED : OUTBOX_DELIVERED;
	memcpy(row->status, t->outer.dsn_status, sizeof(row->status));
	r = outbox_update(s, row);
	if (r == GW_OK)
		r = audit_add(s, t->now, failed ? AUDIT_MAIL_FAILED :
		    AUDIT_MAIL_DELIVERED, row->ref, mail_kind_name(row->kind),
		    NULL);
	if (r == GW_OK && failed)
		r = outcome_undeliverable(t->core, row, t->now);
	return r;
}

static enum gw_err
put_records(struct travel *t)
{
	struct store *s = t->core->store;
	enum gw_err r;

	r = mail_add(s, &t->mail);
	if (r == GW_OK)
		r = audit_add(s, t->now, AUDIT_MAIL_JUDGED, t->mail.id,
		    reason_name(t->mail.reason),
		    t->known ? t->fpr : NULL);
	if (r == GW_OK && t->has_referral)
		r = referral_add(s, &t->referral);
	if (r == GW_OK && t->has_referral)
		r = replay_add(s, t->fpr, t->made, t->digest, t->now);
	if (r == GW_OK && t->verdict.reason == REASON_CLASSIFIED)
		r = audit_add(s, t->now, AUDIT_ALARM, t->mail.id,
		    reason_name(REASON_CLASSIFIED), t->fpr);
	return r;
}

enum gw_err
outcome_commit(struct travel *t)
{
	static enum gw_err (*const put[])(struct travel *) = {
		put_ciphertext, put_posts, put_records, put_effects,
		put_quarantine, put_delivery,
	};
	struct store *s = t->core->store;
	enum gw_err r;
	size_t i;

	r = store_begin(s);
	for (i = 0; r == GW_OK && i < sizeof(put) / sizeof(put[0]); i++)
		r = put[i](t);
	return store_end(s, r);
}

/* ---- notices ---- */

struct notice {
	struct core *core;
	enum mail_kind kind;
	const char *section;
	const char *ref;
	uint32_t code;		/* T42: what the mail server said */
	int64_t now;
};

/* Queues one notice, and says so in the chain. */
static enum gw_err
queue_notice(struct core *c, struct outbox *row)
{
	enum gw_err r = outbox_add(c->store, row);

	if (r == GW_OK)
		r = audit_add(c->store, row->made, AUDIT_MAIL_QUEUED, row->ref,
		    mail_kind_name(row->kind), NULL);
	return r;
}

static enum gw_err
notify_one(const struct correspondent *p, void *arg)
{
	struct notice *n = arg;
	struct outbox row;
	enum gw_err r;

	r = outbox_recent(n->core->store, n->kind, n->section, p->id,
	    INT64_MAX, &row);
	if (r != GW_MISSING)
		return r;
	outcome_row(n->core, &row, n->kind, n->section, p->id, n->ref, n->now);
	row.not_before = outcome_tick(n->core, n->now);
	return queue_notice(n->core, &row);
}

enum gw_err
outcome_notify(struct core *c, const char *section, const char *ref,
    int64_t now)
{
	struct notice n = { c, MAIL_T05, section, ref, 0, now };

	return outcome_receivers(c, notify_one, &n);
}

static enum gw_err
tell_coordinator(const struct correspondent *p, void *arg)
{
	struct notice *n = arg;
	struct outbox row;

	if (p->role != PERSON_COORDINATOR || p->state != CORRESPONDENT_ACTIVE)
		return GW_OK;
	outcome_row(n->core, &row, n->kind, n->section, p->id, n->ref, n->now);
	row.code = n->code;
	return queue_notice(n->core, &row);
}

enum gw_err
outcome_undeliverable(struct core *c, const struct outbox *failed, int64_t now)
{
	struct notice n = { c, MAIL_T42, "body", failed->ref, failed->code,
		now };

	log_event(LOG_ERROR, "outbox", "mail=%s ref=%s could not be delivered "
	    "code=%u status=%s", mail_kind_name(failed->kind), failed->ref,
	    failed->code, failed->status);
	/* A notice that cannot be delivered causes no notice. */
	if (failed->kind == MAIL_T42 || failed->kind == MAIL_T02)
		return GW_OK;
	return correspondent_each(c->store, tell_coordinator, &n);
}
