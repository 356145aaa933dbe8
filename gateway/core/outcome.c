#include "core/outcome.h"

#include <string.h>

#include "core/attend.h"
#include "core/blank.h"
#include "core/convene.h"
#include "core/decide.h"
#include "core/enrol.h"
#include "core/fiche_answer.h"
#include "core/fiche_dispatch.h"
#include "core/fiche_order.h"
#include "core/fiche_release.h"
#include "core/evaluate.h"
#include "core/guests.h"
#include "core/incident.h"
#include "core/inform.h"
#include "core/logbook.h"
#include "core/notice.h"
#include "core/longer.h"
#include "core/papers.h"
#include "core/practice.h"
#include "core/refer.h"
#include "core/refuse.h"
#include "core/reply.h"
#include "core/stranger.h"
#include "core/term_order.h"

#define DAY_S	86400

/* ---- step: what the verdict leads to ---- */

/* What each document is: how it is decided, how that is written. */
static const struct {
	enum gw_err (*step)(struct travel *t);
	enum gw_err (*commit)(struct travel *t);
	bool mails;		/* its commit writes the mails itself */
} documents[DOCUMENT_MAX] = {
	[DOCUMENT_REFERRAL] = { refer_step, refer_commit, false },
	[DOCUMENT_FOLLOW_UP] = { refer_more, refer_commit, false },
	[DOCUMENT_DECISION] = { decide_step, refer_commit, false },
	[DOCUMENT_ENROLMENT] = { enrol_order, enrol_commit, true },
	[DOCUMENT_CONFIRMATION] = { enrol_confirm, enrol_commit, true },
	[DOCUMENT_PROOF] = { enrol_prove, enrol_commit, true },
	[DOCUMENT_BLANK] = { blank_step, NULL, false },
	[DOCUMENT_MEETING] = { convene_order, convene_commit, false },
	[DOCUMENT_ATTENDANCE] = { attend_step, convene_commit, false },
	[DOCUMENT_ANSWER] = { reply_step, reply_commit, false },
	[DOCUMENT_GUESTS] = { guests_step, guests_commit, false },
	[DOCUMENT_PAPERS] = { papers_step, NULL, false },
	[DOCUMENT_FICHE] = { fiche_order, fiche_commit, false },
	[DOCUMENT_FICHE_ANSWER] = { fiche_answer, fiche_commit, false },
	[DOCUMENT_FICHE_RELEASE] = { fiche_release, fiche_commit, false },
	[DOCUMENT_FICHE_DISPATCH] = { fiche_dispatch, fiche_commit, false },
	[DOCUMENT_FIGURES] = { evaluate_step, NULL, false },
	[DOCUMENT_REVIEW] = { evaluate_review, evaluate_review_commit, false },
	[DOCUMENT_TERM] = { term_order, term_order_commit, false },
	[DOCUMENT_TERM_SECOND] = { term_second, term_order_commit, false },
	[DOCUMENT_MANAGER] = { term_manager, term_order_commit, false },
	[DOCUMENT_STUCK] = { term_stuck, term_order_commit, false },
	[DOCUMENT_INFORM] = { inform_order, inform_commit, false },
	[DOCUMENT_INFORM_ANSWER] = { inform_answer, inform_commit, false },
	[DOCUMENT_CASE_ACTION] = { term_action, NULL, false },
	[DOCUMENT_LOGBOOK] = { logbook_step, NULL, false },
	[DOCUMENT_KEY] = { longer_step, longer_commit, false },
};

static enum gw_err
step_accepted(struct travel *t)
{
	return t->document < DOCUMENT_MAX ? documents[t->document].step(t) :
	    GW_INTERNAL;
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
		[VERDICT_REFUSED] = refuse_step,
		[VERDICT_QUARANTINED] = stranger_step,
		[VERDICT_IGNORED] = step_nothing,
		[VERDICT_TRANSPORT] = step_nothing,
	};

	return t->practice ? practice_step(t) : step[t->verdict.code](t);
}

/* ---- commit: everything or nothing ---- */

static bool
keeps_ciphertext(const struct travel *t)
{
	size_t i;

	if (t->verdict.code == VERDICT_QUARANTINED)
		return true;
	if (t->verdict.code != VERDICT_ACCEPTED)
		return false;
	for (i = 0; i < t->effects.n; i++) {
		if (t->effects.e[i].type == EFFECT_KEEP)
			return true;
	}
	return false;
}

/* Where the number of the kept ciphertext belongs. */
static int64_t *
blob_of(struct travel *t)
{
	if (t->verdict.code == VERDICT_QUARANTINED)
		return &t->mail.blob;
	return t->follow_up.ref[0] != '\0' ? &t->follow_up.blob :
	    &t->referral.blob;
}

/* The mail as it came: still sealed to us, and once more under its own key.
 * What lay in quarantine is kept already, or goes. */
static enum gw_err
put_ciphertext(struct travel *t)
{
	struct store *s = t->core->store;
	int64_t before = t->mail.blob;

	t->mail.blob = 0;
	if (!keeps_ciphertext(t))
		return before != 0 ? blob_drop(s, before) : GW_OK;
	if (before == 0)
		return blob_put(s, t->map.p, t->map.len, blob_of(t));
	*blob_of(t) = before;
	return GW_OK;
}

/* What the document makes, and the mails it causes. */
static enum gw_err
put_document(struct travel *t)
{
	enum gw_err r = GW_OK;
	bool mails = true;

	if (t->verdict.code == VERDICT_ACCEPTED &&
	    t->document < DOCUMENT_MAX) {
		mails = !documents[t->document].mails;
		if (documents[t->document].commit != NULL)
			r = documents[t->document].commit(t);
	}
	if (r == GW_OK && t->practice)
		r = practice_commit(t);
	if (r == GW_OK && mails)
		r = posts_commit(&t->posts, 0);
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
		/* It waited, and waits no longer. */
		return t->again ? timer_clear_kind(t->core->store, t->mail.id,
		    TIMER_QUARANTINE) : GW_OK;
	if (t->again)
		return GW_OK;
	memcpy(timer.ref, t->mail.id, sizeof(timer.ref));
	r = timer_add(t->core->store, &timer);
	/* Unless the office got a letter that says more. */
	if (r == GW_OK && t->posts.n == 0)
		r = notify(t->core, "quarantaine", t->mail.id, t->now);
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
	if (r == GW_OK)
		r = fiching_sent(t->core, row, failed ? FICHE_EV_DSN_FAILED :
		    FICHE_EV_DSN_OK, t->now);
	if (r == GW_OK && row->kind != MAIL_T28B)
		r = failed ? invite_undeliverable(t->core, row, t->now) :
		    invite_delivered(t->core, row, t->now);
	return r;
}

/* What was read once is not read as new again (T13): acts and referrals alike,
 * also those that were refused, and what only tried us out. */
static enum gw_err
put_replay(struct travel *t)
{
	enum gw_err r;

	if ((!t->known && !t->proving) || t->plain < 0 || t->facts.replay ||
	    t->verdict.code == VERDICT_QUARANTINED)
		return GW_OK;
	r = replay_add(t->core->store, t->fpr, t->made, t->digest, t->now);
	return r == GW_EXISTS ? GW_OK : r;
}

static enum gw_err
put_records(struct travel *t)
{
	bool unnamed = t->practice || t->unnamed;
	struct store *s = t->core->store;
	enum gw_err r;

	/* Who practises is nobody's business. */
	if (unnamed)
		t->mail.correspondent = 0;
	r = t->again ? mail_rejudge(s, &t->mail) : mail_add(s, &t->mail);
	if (r == GW_OK)
		r = audit_add(s, t->now, AUDIT_MAIL_JUDGED, t->mail.id,
		    reason_name(t->mail.reason),
		    t->known && !unnamed ? t->fpr : NULL);
	if (r == GW_OK && t->verdict.reason == REASON_CLASSIFIED)
		r = audit_add(s, t->now, AUDIT_ALARM, t->mail.id,
		    reason_name(REASON_CLASSIFIED), t->fpr);
	if (r == GW_OK && t->verdict.reason == REASON_CLASSIFIED)
		r = incident_classified(t->core, t->mail.id, t->now);
	return r;
}

enum gw_err
outcome_commit(struct travel *t)
{
	static enum gw_err (*const put[])(struct travel *) = {
		put_ciphertext, put_document, put_records, put_replay,
		put_quarantine, put_delivery,
	};
	struct store *s = t->core->store;
	enum gw_err r;
	size_t i;

	r = store_begin(s);
	for (i = 0; r == GW_OK && i < sizeof(put) / sizeof(put[0]); i++)
		r = put[i](t);
	r = store_end(s, r);
	if (r == GW_OK && t->verdict.code == VERDICT_ACCEPTED)
		enrol_after(t);
	return r;
}
