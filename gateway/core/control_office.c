/* meldpost bootstrap, enrolment, case, form: how the office is set up. */
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memfd.h"
#include "compose/form_text.h"
#include "core/control.h"
#include "core/notice.h"
#include "core/posts.h"
#include "core/stranger.h"

/* ---- bootstrap close ---- */

struct office_of {
	struct posts posts;
	struct buf people;
	unsigned deciders, seconds;
};

static enum gw_err
count_person(const struct correspondent *p, void *arg)
{
	struct office_of *o = arg;
	char fpr[FPR_GROUPS];

	if (!correspondent_serves(p, o->posts.now))
		return GW_OK;
	o->deciders += policy_decides(p->role);
	o->seconds += policy_seconds(p->role);
	fpr_groups(p->fpr, fpr);
	buf_printf(&o->people, "%s%s\n  %s, %s\n  %s", o->people.len > 0 ?
	    "\n" : "", p->address, person_role_dutch(p->role),
	    p->organisation, fpr);
	return GW_OK;
}

static enum gw_err
tell_person(const struct correspondent *p, void *arg)
{
	struct office_of *o = arg;
	const struct var people = { "people", buf_str(&o->people) };

	return posts_letter(&o->posts, MAIL_B06, "body", p, "", &people, 1);
}

static enum gw_err
close_now(struct question *q, struct office_of *o)
{
	struct store *s = q->core->store;
	enum gw_err r;

	r = notice_people(q->core, policy_decides, tell_person, o);
	if (r == GW_OK)
		r = notice_people(q->core, policy_seconds, tell_person, o);
	if (r == GW_OK)
		r = store_begin(s);
	if (r != GW_OK)
		return r;
	r = store_close_bootstrap(s, o->posts.now);
	if (r == GW_OK)
		r = audit_add(s, o->posts.now, AUDIT_BOOTSTRAP_CLOSED, "", "",
		    NULL);
	if (r == GW_OK)
		r = posts_commit(&o->posts, 0);
	return store_end(s, r);
}

void
control_bootstrap_close(struct question *q)
{
	struct office_of o = { .deciders = 0 };
	enum gw_err r;

	posts_begin(&o.posts, q->core, core_now(q->core), false);
	buf_init(&o.people, LIM_LETTER_BYTES / 2);
	r = correspondent_each(q->core->store, count_person, &o);
	/* A list that is cut short would be no list. */
	if (r == GW_OK)
		r = buf_error(&o.people);
	if (r == GW_OK && (o.deciders == 0 || o.seconds == 0))
		question_fail(q, EX_NOPERM, "a mayor or mayor_rep and a second "
		    "officer (coordinator or dpo) must be enrolled first");
	else if (r == GW_OK && (r = close_now(q, &o)) == GW_OK)
		question_say(q, "from now on it takes two officers to enrol "
		    "anybody; the office has been told");
	else
		question_fail(q, r == GW_MISSING ? EX_DATAERR : EX_CANTCREAT,
		    "not closed: %s", r == GW_MISSING ?
		    "it was closed before" : r == GW_KEY ?
		    "the key of an officer cannot be used" : gw_strerror(r));
	posts_end(&o.posts);
	buf_free(&o.people);
}

/* ---- enrolment list, case list ---- */

static enum gw_err
enrolment_one(const struct enrolment *e, void *arg)
{
	struct question *q = arg;

	question_cell(q, e->ref);
	question_cell(q, enrolment_state_name(e->state));
	question_cell_time(q, e->made);
	question_cell(q, e->person.address);
	question_cell(q, person_role_name(e->person.role));
	question_cell(q, e->person.organisation);
	question_row_end(q);
	return GW_OK;
}

void
control_enrolment_list(struct question *q)
{
	static const char *const columns[] = { "reference", "state",
		"proposed", "address", "role", "organisation" };

	question_columns(q, columns, sizeof(columns) / sizeof(columns[0]));
	(void)enrolment_each(q->core->store, enrolment_one, q);
}

static enum gw_err
case_one(const struct case_ref *c, void *arg)
{
	struct question *q = arg;
	char day[CLOCK_ISO_LEN];

	clock_iso(c->listed * 86400, day);
	day[10] = '\0';
	question_cell(q, c->ref);
	question_cell(q, day);
	question_row_end(q);
	return GW_OK;
}

void
control_case_list(struct question *q)
{
	static const char *const columns[] = { "reference", "listed" };

	question_columns(q, columns, sizeof(columns) / sizeof(columns[0]));
	(void)case_each(q->core->store, case_one, q);
}

/* ---- form ---- */

void
control_form(struct question *q)
{
	const char *word = question_word(q, 1);
	struct core *c = q->core;
	struct buf text;
	enum gw_err r = GW_MISSING;
	int i;

	buf_init(&text, LIM_LETTER_BYTES);
	for (i = 0; word != NULL && i < FORM_NAME_MAX; i++) {
		if (strcmp(form_name_dutch((enum form_name)i), word) == 0)
			r = form_text(c->templates, &c->office,
			    (enum form_name)i, &text);
	}
	if (r == GW_OK)
		r = memfd_from(text.p, text.len, &q->output);
	if (r != GW_OK)
		question_fail(q, EX_USAGE, "there are AANMELDING, INSCHRIJVING "
		    "and AVG");
	buf_free(&text);
}
