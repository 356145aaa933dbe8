/* meldpost queue, mail, outbox, status: what is where. Never a name. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/clock.h"
#include "core/control.h"
#include "core/doubt.h"

/* ---- queue ---- */

static enum gw_err
queue_one(const struct referral *rf, void *arg)
{
	struct question *q = arg;

	question_cell(q, rf->ref);
	question_cell(q, referral_type_name(rf->type));
	question_cell_number(q, (core_now(q->core) - rf->received) /
	    86400);
	question_cell(q, referral_state_name(rf->state));
	question_row_end(q);
	return GW_OK;
}

void
control_queue(struct question *q)
{
	static const char *const columns[] = { "reference", "type", "age-days",
		"state" };

	question_columns(q, columns, sizeof(columns) / sizeof(columns[0]));
	(void)referral_each(q->core->store, queue_one, q);
}

/* ---- mail ---- */

static const char *const mail_columns[] = { "id", "received", "verdict",
	"reason", "structure", "bytes", "reference" };

static enum gw_err
mail_one(const struct mail *m, void *arg)
{
	struct question *q = arg;

	question_cell(q, m->id);
	question_cell_time(q, m->received);
	question_cell(q, verdict_name(m->verdict));
	question_cell(q, reason_name(m->reason));
	question_cell(q, structure_name(m->structure));
	question_cell_number(q, (long long)m->size);
	question_cell(q, m->ref);
	question_row_end(q);
	return GW_OK;
}

void
control_mail_list(struct question *q)
{
	const char *limit = question_value(q, "limit");
	int n = limit != NULL ? atoi(limit) : 50;

	question_columns(q, mail_columns,
	    sizeof(mail_columns) / sizeof(mail_columns[0]));
	(void)mail_each(q->core->store, n > 0 ? n : 50, mail_one, q);
}

void
control_mail_show(struct question *q)
{
	const char *id = question_word(q, 2);
	struct mail m;

	if (id == NULL) {
		question_fail(q, EX_USAGE, "an id is missing: M-...");
		return;
	}
	if (mail_by_id(q->core->store, id, &m) != GW_OK) {
		question_fail(q, EX_DATAERR, "there is no mail with this id; "
		    "see meldpost mail list");
		return;
	}
	question_columns(q, mail_columns,
	    sizeof(mail_columns) / sizeof(mail_columns[0]));
	(void)mail_one(&m, q);
	question_say(q, "%s%s", reason_text(m.reason), m.blob != 0 ?
	    "; its ciphertext is kept" : "");
}

/* ---- outbox ---- */

static enum gw_err
outbox_one(const struct outbox *o, void *arg)
{
	struct question *q = arg;

	question_cell_number(q, o->id);
	question_cell(q, mail_kind_name(o->kind));
	question_cell(q, o->ref);
	question_cell(q, outbox_state_name(o->state));
	question_cell_time(q, o->not_before);
	question_cell_number(q, o->tries);
	question_cell_number(q, o->code);
	question_row_end(q);
	return GW_OK;
}

void
control_outbox(struct question *q)
{
	static const char *const columns[] = { "id", "mail", "reference",
		"state", "not-before", "tries", "code" };
	const char *all = question_value(q, "all");

	question_columns(q, columns, sizeof(columns) / sizeof(columns[0]));
	(void)outbox_each(q->core->store, all != NULL, outbox_one, q);
}

/* Puts one row back in line, due now, with its tries forgotten. What was given
 * up kept no content: it is an intent again and is sealed anew. */
static enum gw_err
again(struct core *c, struct outbox *o)
{
	enum gw_err r;

	o->state = OUTBOX_WAITING;
	o->not_before = core_now(c);
	o->tries = 0;
	r = store_begin(c->store);
	if (r != GW_OK)
		return r;
	r = outbox_update(c->store, o);
	if (r == GW_OK)
		r = audit_add(c->store, o->not_before, AUDIT_MAIL_QUEUED,
		    o->ref, mail_kind_name(o->kind), NULL);
	return store_end(c->store, r);
}

void
control_outbox_retry(struct question *q)
{
	const char *word = question_word(q, 2);
	struct outbox o;
	enum gw_err r;

	if (word == NULL || outbox_by_id(q->core->store,
	    strtoll(word, NULL, 10), &o) != GW_OK) {
		question_fail(q, EX_USAGE, "there is no such mail; see "
		    "meldpost outbox --all");
		return;
	}
	if (o.state != OUTBOX_FAILED && o.state != OUTBOX_HELD &&
	    o.state != OUTBOX_UNCERTAIN && o.state != OUTBOX_WAITING) {
		question_fail(q, EX_DATAERR, "mail %s is %s: nothing is to be "
		    "tried again", word, outbox_state_name(o.state));
		return;
	}
	/* R101: only the information officer's own mail sends a fiche. */
	if (o.kind == MAIL_T28B) {
		question_fail(q, EX_NOPERM, "a dispatch is never sent again "
		    "from here: the information officer dispatches anew");
		return;
	}
	r = again(q->core, &o);
	if (r != GW_OK)
		question_fail(q, EX_CANTCREAT, "not changed: %s",
		    gw_strerror(r));
	else
		question_say(q, "mail %s is tried again", word);
}

/* ---- status ---- */

static enum gw_err
count_outbox(const struct outbox *o, void *arg)
{
	unsigned *n = arg;

	n[o->state]++;
	return GW_OK;
}

static void
status_row(struct question *q, const char *what, const char *how)
{
	question_cell(q, what);
	question_cell(q, how);
	question_row_end(q);
}

static void
status_clock(struct question *q)
{
	struct buf text;

	buf_init(&text, LIM_ROW / 2);
	doubt_say(q->core, &text);
	status_row(q, "clock", buf_str(&text));
	buf_free(&text);
}

void
control_status(struct question *q)
{
	static const char *const columns[] = { "what", "how" };
	struct core *c = q->core;
	unsigned n[OUTBOX_UNCERTAIN + 1] = { 0 };
	char text[64];
	int role;

	question_columns(q, columns, sizeof(columns) / sizeof(columns[0]));
	status_row(q, "daemon", c->conf->private_run ?
	    "not running; start meldpostd" : "running");
	for (role = ROLE_FETCH; role <= ROLE_SUBMIT; role++) {
		if (role != ROLE_CORE && !c->conf->private_run)
			status_row(q, role_name((enum role)role),
			    c->peer[role].fd >= 0 ? "at work" : "down");
	}
	if (!c->conf->private_run) {
		status_row(q, "source", c->source == GW_OK ? "reachable" :
		    gw_strerror(c->source));
		status_row(q, "sink", c->outage ?
		    "unreachable; the log says why" : "reachable");
	}
	status_row(q, "own key", c->own_asked != 0 && c->own.err == GW_OK ?
	    "usable" : "missing or unusable; see meldpost key show");
	status_clock(q);
	(void)outbox_each(c->store, false, count_outbox, n);
	(void)snprintf(text, sizeof(text), "%u waiting, %u held, %u uncertain",
	    n[OUTBOX_WAITING] + n[OUTBOX_SENDING], n[OUTBOX_HELD],
	    n[OUTBOX_UNCERTAIN]);
	status_row(q, "outbox", text);
	if (!core_can_take(c))
		status_row(q, "takes mail", core_trouble(c));
	else if (c->conf->private_run || c->source != GW_OK)
		status_row(q, "takes mail", "no; see above");
	else
		status_row(q, "takes mail", "yes");
}
