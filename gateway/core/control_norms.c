/* meldpost figures, persons, incident, statement: what the security norms and
 * the law want to be shown (R126, R148, R154, R155). */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memfd.h"
#include "compose/compose.h"
#include "compose/figures_text.h"
#include "core/control.h"
#include "core/evaluate.h"
#include "core/incident.h"
#include "core/peers.h"
#include "core/stranger.h"
#include "policy/power.h"

#define DAY_S		86400
#define PAGE_BYTES	(64u * 1024)

/* Hands a text to standard output. */
static void
put_out(struct question *q, struct buf *text)
{
	enum gw_err r = buf_error(text);

	if (r == GW_OK)
		r = memfd_from(text->p, text->len, &q->output);
	if (r != GW_OK)
		question_fail(q, EX_SOFTWARE, "it cannot be written: %s",
		    gw_strerror(r));
}

/* ---- figures ---- */

static void
figure_row(struct question *q, const char *table, const char *name,
    bool shown, int64_t n)
{
	char text[24] = "";

	if (shown)
		(void)snprintf(text, sizeof(text), "%" PRId64, n);
	question_cell(q, table);
	question_cell(q, name);
	question_cell(q, text);
	question_row_end(q);
}

static void
figure_rows(struct question *q, const struct figures *f)
{
	static const char *const columns[] = { "table", "figure", "value" };
	const struct figure_table *t;
	char until[CLOCK_ISO_LEN];
	size_t i, j;
	int l;

	question_columns(q, columns, sizeof(columns) / sizeof(columns[0]));
	figure_row(q, "about", "year", true, f->year);
	clock_iso(f->until * DAY_S, until);
	until[10] = '\0';
	question_cell(q, "about");
	question_cell(q, "counted-until");
	question_cell(q, until);
	question_row_end(q);
	for (i = 0; (t = figure_table_at(i)) != NULL; i++) {
		figure_row(q, t->name, figure_name(t->total),
		    f->shown[t->total], f->n[t->total]);
		for (j = 0; j < t->cells; j++)
			figure_row(q, t->name, figure_name(t->cell[j]),
			    f->shown[t->cell[j]], f->n[t->cell[j]]);
	}
	for (l = 0; l < LEAD_MAX; l++) {
		figure_row(q, lead_name((enum lead)l), "mean-days",
		    f->lead_shown[l], f->mean[l]);
		figure_row(q, lead_name((enum lead)l), "median-days",
		    f->lead_shown[l], f->median[l]);
	}
	question_say(q, "no value: under %d, or hidden so that no such value "
	    "can be worked out", FIGURES_LEAST);
}

static void
figure_page(struct question *q, const struct figures *f, const char *as)
{
	struct buf page;

	buf_init(&page, PAGE_BYTES);
	if (strcmp(as, "csv") == 0)
		figures_csv(f, &page);
	else
		figures_html(f, q->core->conf->instance_name, &page);
	put_out(q, &page);
	buf_free(&page);
}

/* 0: it is no year that can be told of. */
static int
year_of(const char *word, int last)
{
	char *end;
	long year;

	if (word == NULL)
		return last;
	year = strtol(word, &end, 10);
	return *end == '\0' && year >= 2000 && year <= last ? (int)year : 0;
}

void
control_figures(struct question *q)
{
	const char *as = question_value(q, "as");
	int last = evaluate_last_year(q->core);
	int year = year_of(question_word(q, 1), last);
	struct figures f;
	enum gw_err r;

	if (year == 0) {
		question_fail(q, EX_USAGE, "there are figures of 2000 to %d; a "
		    "year begins to count with its second quarter", last);
		return;
	}
	r = evaluate_year(q->core, year, &f);
	if (r != GW_OK)
		question_fail(q, EX_IOERR, "they cannot be counted: %s",
		    gw_strerror(r));
	else if (as != NULL)
		figure_page(q, &f, as);
	else
		figure_rows(q, &f);
}

/* ---- persons ---- */

struct listing {
	struct question *q;
	enum person_role role;
	bool any;
};

static void
power_cells(struct question *q, enum person_role role)
{
	struct buf what;
	int p;

	buf_init(&what, LIM_ROW / POWER_MAX);
	for (p = 0; p < POWER_MAX; p++) {
		buf_reset(&what);
		power_say(role, (enum power)p, &what);
		question_cell(q, buf_str(&what));
	}
	buf_free(&what);
}

static enum gw_err
person_row(const struct correspondent *p, void *arg)
{
	struct listing *l = arg;

	if (p->role != l->role)
		return GW_OK;
	l->any = true;
	question_cell(l->q, person_role_name(p->role));
	question_cell(l->q, p->address);
	question_cell(l->q, p->organisation);
	question_cell(l->q, p->state == CORRESPONDENT_ACTIVE &&
	    !correspondent_serves(p, core_now(l->q->core)) ? "ended" :
	    correspondent_state_name(p->state));
	question_cell_time(l->q, p->added);
	question_cell_time(l->q, p->until);
	question_cell_time(l->q, p->key_expires);
	power_cells(l->q, p->role);
	question_row_end(l->q);
	return GW_OK;
}

/* A role that nobody has is part of the picture. */
static void
empty_row(struct question *q, enum person_role role)
{
	int i;

	question_cell(q, person_role_name(role));
	question_cell(q, "");
	question_cell(q, "");
	question_cell(q, "nobody");
	for (i = 0; i < 3; i++)
		question_cell(q, "");
	power_cells(q, role);
	question_row_end(q);
}

static void
operator_row(struct question *q)
{
	int64_t closed = 0;
	int i;

	(void)store_closed(q->core->store, &closed);
	question_cell(q, "operator");
	for (i = 0; i < 2; i++)
		question_cell(q, "");
	question_cell(q, "active");
	for (i = 0; i < 3; i++)
		question_cell(q, "");
	question_cell(q, closed == 0 ? "persons" : "proposals of persons");
	question_cell(q, "persons, references and their states, the log");
	question_cell(q, "configuration, persons, the gateway's own key");
	question_cell(q, "persons");
	question_row_end(q);
}

void
control_persons(struct question *q)
{
	static const char *const columns[] = { "role", "address",
		"organisation", "state", "since", "until", "key-ends",
		"create", "consult", "change", "destroy" };
	struct listing l = { .q = q };
	struct audit_row reviewed;
	char day[CLOCK_ISO_LEN] = "never";
	int role;

	question_columns(q, columns, sizeof(columns) / sizeof(columns[0]));
	for (role = 0; role < PERSON_MAX; role++) {
		l.role = (enum person_role)role;
		l.any = false;
		(void)correspondent_each(q->core->store, person_row, &l);
		if (!l.any)
			empty_row(q, l.role);
	}
	operator_row(q);
	if (audit_last(q->core->store, AUDIT_REGISTER_REVIEWED, NULL,
	    &reviewed) == GW_OK)
		clock_iso(reviewed.at, day);
	question_say(q, "last looked over by an officer: %s", day);
}

/* ---- incident ---- */

/* The beginning of "31/12/2026", or a day ago; 0: that is no day. */
static int64_t
moment_of(const char *day, int64_t now)
{
	int64_t end;

	if (day == NULL)
		return now - DAY_S;
	end = clock_end_of_day(day);
	return end == 0 || clock_day(end - 1) > clock_day(now) ? 0 :
	    clock_day_start(clock_day(end - 1));
}

void
control_incident(struct question *q)
{
	const char *words = question_word(q, 1);
	char who[OPERATOR_LEN], deadline[CLOCK_ISO_LEN];
	struct incident in = { .words = words };
	enum gw_err r;

	in.actor = question_operator(q, who);
	in.since = moment_of(question_value(q, "since"), core_now(q->core));
	if (words == NULL || words[0] == '\0' || in.since == 0) {
		question_fail(q, EX_USAGE, words == NULL || words[0] == '\0' ?
		    "say what happened, in words" : "--since takes a day that "
		    "was, as in 31/12/2026");
		return;
	}
	r = incident_report(q->core, &in);
	clock_iso(in.deadline, deadline);
	if (r != GW_OK)
		question_fail(q, EX_CANTCREAT, "not recorded: %s; call the DPO "
		    "and the representative", gw_strerror(r));
	else if (in.told == 0 || in.untold > 0)
		question_fail(q, EX_UNAVAILABLE, "recorded; %u people are "
		    "told, %u cannot be written to now: call the DPO and the "
		    "representative. The 72 hours end at %s", in.told,
		    in.untold, deadline);
	else
		question_say(q, "recorded; %u people are told by sealed mail. "
		    "References touched: %" PRId64 ". The 72 hours end at %s",
		    in.told, in.touched, deadline);
}

/* ---- statement ---- */

void
control_statement(struct question *q)
{
	struct core *c = q->core;
	char fpr[FPR_GROUPS], days[24];
	const struct var vars[] = { { "fingerprint", fpr }, { "days", days } };
	struct buf text;
	enum gw_err r;

	(void)peers_ask_own_key(c);
	if (c->own.err != GW_OK || c->own.fpr[0] == '\0') {
		question_fail(q, EX_UNAVAILABLE, "there is no usable own key "
		    "to name; see meldpost key show");
		return;
	}
	fpr_groups(c->own.fpr, fpr);
	(void)snprintf(days, sizeof(days), "%" PRId64,
	    (int64_t)c->conf->mail_quarantine_days);
	buf_init(&text, PAGE_BYTES);
	r = compose_part(c->templates, &c->office, MAIL_B09, "verklaring",
	    vars, sizeof(vars) / sizeof(vars[0]), &text);
	if (r != GW_OK)
		question_fail(q, EX_SOFTWARE, "it cannot be written: %s",
		    gw_strerror(r));
	else
		put_out(q, &text);
	buf_free(&text);
}
