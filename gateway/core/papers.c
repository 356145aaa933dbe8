#include "core/papers.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "core/refuse.h"

/* What one such letter brings, and to whom it goes. */
struct paper {
	struct travel *t;
	enum mail_kind kind;
	const struct var *vars;
	size_t nvars;
	const struct attendance *a;	/* T23 */
	const char *case_ref;
	unsigned sent;
};

static enum gw_err
send_to(struct paper *p, int64_t correspondent)
{
	struct travel *t = p->t;
	struct correspondent to;
	enum gw_err r;

	r = correspondent_by_id(t->core->store, correspondent, &to);
	if (r == GW_MISSING || (r == GW_OK && !correspondent_serves(&to,
	    t->now)))
		return GW_OK;
	if (r == GW_OK)
		r = posts_letter(&t->posts, p->kind, "body", &to, t->ref,
		    p->vars, p->nvars);
	p->sent += r == GW_OK;
	return r;
}

/* All or nobody: else the office would not know who has it. */
static enum gw_err
settle(struct paper *p, enum gw_err r)
{
	struct travel *t = p->t;

	if (r == GW_KEY)
		return refuse(t, REASON_EXPIRED_KEY);
	if (r == GW_LIMIT) {
		t->told = "too-many";
		return refuse(t, REASON_WRONG_STATE);
	}
	if (r == GW_OK && p->sent == 0)
		return refuse(t, REASON_WRONG_STATE);
	return r == GW_OK && posts_intent(&t->posts, MAIL_B07, "verstuurd",
	    t->signer.id, t->ref) == NULL ? GW_LIMIT : r;
}

/* ---- AGENDA ---- */

static enum gw_err
to_who_comes(const struct invitation *i, void *arg)
{
	if (i->state != INVITATION_ACCEPTED)
		return GW_OK;
	return send_to(arg, i->correspondent);
}

static enum gw_err
agenda(struct travel *t, const char *words)
{
	char date[CLOCK_DUTCH_LEN], start[CLOCK_DUTCH_LEN];
	const struct var vars[] = { { "date", date }, { "start", start },
		{ "words", words } };
	struct paper p = { .t = t, .kind = MAIL_T22, .vars = vars,
		.nvars = 3 };
	struct meeting m;
	enum gw_err r;

	r = meeting_by_ref(t->core->store, t->ref, &m);
	if (r == GW_MISSING)
		return refuse(t, REASON_UNKNOWN_REFERENCE);
	if (r != GW_OK)
		return r;
	if (m.state != MEETING_CONVENED)
		return refuse(t, REASON_WRONG_STATE);
	clock_dutch_day(m.starts, date);
	clock_dutch_hour(m.starts, start);
	return settle(&p, invitation_each(t->core->store, m.ref, to_who_comes,
	    &p));
}

/* ---- VERSLAG, ACTIE ---- */

/* R43: those who were there for that case. */
static enum gw_err
to_who_was_there(struct paper *p)
{
	enum gw_err r = GW_OK;
	size_t i;

	for (i = 0; r == GW_OK && i < p->a->people; i++) {
		if (p->a->person[i] != p->t->signer.id && attendance_has(p->a,
		    p->case_ref, p->a->person[i]))
			r = send_to(p, p->a->person[i]);
	}
	return r;
}

/* Whoever takes an action on a case was there for it. */
static enum gw_err
to_who_acts(struct paper *p)
{
	struct correspondent who;
	enum gw_err r;

	r = correspondent_by_address(p->t->core->store, p->t->inner.person,
	    &who);
	if (r != GW_OK)
		return r == GW_MISSING ? GW_OK : r;
	return attendance_has(p->a, p->case_ref, who.id) ? send_to(p, who.id) :
	    GW_OK;
}

static enum gw_err
about_a_case(struct travel *t, const char *words)
{
	const struct var vars[] = { { "case", t->inner.case_ref },
		{ "words", words } };
	struct paper p = { .t = t, .vars = vars, .nvars = 2,
		.case_ref = t->inner.case_ref };
	struct attendance *a = calloc(1, sizeof(*a));
	bool action = t->inner.verb == VERB_ACTION;
	enum gw_err r;

	if (a == NULL)
		return GW_NOMEM;
	p.kind = action ? MAIL_T24 : MAIL_T23;
	p.a = a;
	r = meeting_attendance_get(t->core->store, t->ref, a);
	if (r == GW_OK)
		r = settle(&p, action ? to_who_acts(&p) :
		    to_who_was_there(&p));
	else if (r == GW_MISSING)
		r = refuse(t, REASON_WRONG_STATE);
	free(a);
	return r;
}

/* ---- which of them ---- */

enum gw_err
papers_step(struct travel *t)
{
	const struct msg_parsed *in = &t->inner;
	char words[LIM_WORDS + 1];
	enum gw_err r;

	if (in->words.len == 0 || (in->verb != VERB_AGENDA &&
	    in->case_ref[0] == '\0') || (in->verb == VERB_ACTION &&
	    in->person[0] == '\0'))
		return refuse(t, REASON_UNREADABLE_ANSWER);
	if (t->ref[0] != 'V')
		return refuse(t, REASON_UNKNOWN_REFERENCE);
	t->mail.correspondent = t->signer.id;
	memcpy(t->mail.ref, t->ref, sizeof(t->mail.ref));
	travel_words(t, words);
	r = in->verb == VERB_AGENDA ? agenda(t, words) :
	    about_a_case(t, words);
	crypto_wipe(words, sizeof(words));
	return r;
}
