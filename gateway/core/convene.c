#include "core/convene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/address.h"
#include "base/clock.h"
#include "core/notice.h"
#include "core/refuse.h"

/* Rows of mail/form.def by their number: bits of msg_parsed.spoilt. */
enum row {
#define MEETING(id, label) ROW_##id,
#define ATTEND(id, label) ROW_##id,
#include "mail/form.def"
	ROW_MAX
};

static const char *const labels[ROW_MAX] = {
#define MEETING(id, label) label,
#define ATTEND(id, label) label,
#include "mail/form.def"
};

enum gw_err
convene_begin(struct travel *t)
{
	t->convening = calloc(1, sizeof(*t->convening));
	if (t->convening == NULL)
		return GW_NOMEM;
	seats_begin(&t->convening->seats, t->core);
	t->convening->step.sender = t->signer.id;
	return GW_OK;
}

void
convene_end(struct convening *c)
{
	if (c == NULL)
		return;
	seats_end(&c->seats);
	free(c->present);
	free(c);
}

struct bytes
convene_list(const struct travel *t, struct span s)
{
	return s.len == 0 ? (struct bytes){ (const uint8_t *)"", 0 } :
	    (struct bytes){ t->aside + s.off, (size_t)s.len };
}

enum gw_err
convene_find(struct travel *t, bool *there)
{
	struct convening *c = t->convening;
	enum gw_err r;

	r = meeting_by_ref(t->core->store, t->ref, &c->step.m);
	if (r == GW_OK)
		r = meeting_detail_get(t->core->store, t->ref, &c->detail);
	*there = r == GW_OK;
	if (r == GW_MISSING)
		return refuse(t, c->step.m.ref[0] != '\0' ?
		    REASON_WRONG_STATE : REASON_UNKNOWN_REFERENCE);
	return r;
}

/* ---- what was filled in ---- */

/* The labels of rows that are wrong, one behind the other. */
static void
wrong_rows(struct convening *c, uint32_t rows)
{
	char text[256] = "";
	size_t i, n = 0;

	for (i = 0; i < ROW_MAX; i++) {
		if ((rows & UINT32_C(1) << i) == 0)
			continue;
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s",
		    n > 0 ? ", " : "", labels[i]);
	}
	if (n > 0)
		seats_wrong(&c->seats, "guard-form", "fields", text);
}

static uint32_t
take_kind(const char *word, enum meeting_kind *kind)
{
	static const struct {
		const char *word;
		enum meeting_kind kind;
	} words[] = {
		{ "operationeel", MEETING_OPERATIONAL },
		{ "operationele", MEETING_OPERATIONAL },
		{ "operational", MEETING_OPERATIONAL },
		{ "strategisch", MEETING_STRATEGIC },
		{ "strategische", MEETING_STRATEGIC },
		{ "strategic", MEETING_STRATEGIC }
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(word, words[i].word) == 0) {
			*kind = words[i].kind;
			return 0;
		}
	}
	return UINT32_C(1) << ROW_KIND;
}

/* Day and hours; what is left out stays as it was, and a new day keeps the
 * hours. Gives the rows that are wrong. */
static uint32_t
take_hours(const struct msg_parsed *in, struct meeting *m)
{
	char day[CLOCK_DUTCH_LEN], start[CLOCK_DUTCH_LEN],
	    end[CLOCK_DUTCH_LEN];

	clock_dutch_day(m->starts, day);
	clock_dutch_hour(m->starts, start);
	clock_dutch_hour(m->ends, end);
	m->starts = clock_moment(in->date[0] != '\0' ? in->date : day,
	    in->start[0] != '\0' ? in->start : start);
	m->ends = clock_moment(in->date[0] != '\0' ? in->date : day,
	    in->end[0] != '\0' ? in->end : end);
	if (m->starts != 0 && m->ends != 0)
		return 0;
	/* A good day with a good hour says which of them was not. */
	if (clock_moment(in->date[0] != '\0' ? in->date : day, "12:00") == 0)
		return UINT32_C(1) << ROW_DATE;
	return (m->starts == 0 ? UINT32_C(1) << ROW_START : 0) |
	    (m->ends == 0 ? UINT32_C(1) << ROW_END : 0);
}

static void
take_text(const struct travel *t, struct span s, char *out, size_t size)
{
	if (s.len > 0)
		(void)bytes_string(convene_list(t, s), out, size);
}

static bool
is_on(const struct meeting_detail *d, const char *ref)
{
	size_t i;

	for (i = 0; i < d->cases; i++) {
		if (strcmp(d->agenda[i], ref) == 0)
			return true;
	}
	return false;
}

/* R97: what is to be discussed is on the mayor's list. */
static enum gw_err
take_cases(struct travel *t)
{
	struct convening *c = t->convening;
	struct meeting_detail *d = &c->detail;
	struct bytes list = convene_list(t, t->inner.agenda);
	char ref[LIM_ADDR + 1];
	struct case_ref known;
	enum gw_err r;

	if (list.n > 0)
		d->cases = 0;
	while (list_next(&list, ref)) {
		if (is_on(d, ref))
			continue;
		r = case_by_ref(t->core->store, ref, &known);
		if (r == GW_MISSING || known.term.state == RETENTION_ERASED ||
		    d->cases == LIM_MEETING_CASES) {
			seats_wrong(&c->seats, "guard-case", "who", ref);
			continue;
		}
		if (r != GW_OK)
			return r;
		memcpy(d->agenda[d->cases++], ref, LIM_REF + 1);
	}
	return GW_OK;
}

/* What the calendar of an invitee will show must not tell what it is about. */
static void
check_place(struct convening *c)
{
	if (calendar_may_say(c->detail.place, LIM_LOCATION) != GW_OK)
		seats_wrong(&c->seats, "guard-place", NULL, NULL);
}

static enum gw_err
take_plan(struct travel *t)
{
	struct convening *c = t->convening;

	take_text(t, t->inner.place, c->detail.place,
	    sizeof(c->detail.place));
	take_text(t, t->inner.urgency, c->detail.urgency,
	    sizeof(c->detail.urgency));
	check_place(c);
	return take_cases(t);
}

/* Which rows of a new order are empty or cannot be read. */
static uint32_t
missing_rows(const struct msg_parsed *in)
{
	const struct {
		enum row row;
		bool filled;
	} rows[] = {
		{ ROW_KIND, in->kind[0] != '\0' },
		{ ROW_DATE, in->date[0] != '\0' },
		{ ROW_START, in->start[0] != '\0' },
		{ ROW_END, in->end[0] != '\0' },
		{ ROW_PLACE, in->place.len > 0 },
		{ ROW_INVITEES, in->invitees.len > 0 }
	};
	uint32_t wrong = in->spoilt;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!rows[i].filled)
			wrong |= UINT32_C(1) << rows[i].row;
	}
	return wrong;
}

/* ---- the end of an order ---- */

static enum gw_err
tell_wrong(struct travel *t)
{
	struct seats *s = &t->convening->seats;
	struct var var;
	enum gw_err r = s->err;

	if (r == GW_OK)
		r = refuse(t, REASON_NOT_CONVENED);
	var = (struct var){ "lines", buf_str(&s->lines) };
	t->mail.correspondent = t->signer.id;
	if (r == GW_OK)
		r = posts_letter(&t->posts, MAIL_B07, "niet-bijeengeroepen",
		    &t->signer, t->ref, &var, 1);
	/* Their own key cannot be sealed to: there is no other way to tell. */
	return r == GW_KEY ? GW_OK : r;
}

enum gw_err
convene_settle(struct travel *t, enum meeting_event event)
{
	struct convening *c = t->convening;
	enum gw_err r;

	if (c->seats.wrong > 0)
		return tell_wrong(t);
	r = meet_decide(&c->step, event);
	if (r == GW_STATE)
		return refuse(t, REASON_WRONG_STATE);
	t->mail.correspondent = t->signer.id;
	memcpy(t->mail.ref, c->step.m.ref, sizeof(t->mail.ref));
	return r;
}

static enum gw_err
take_chair(const struct correspondent *p, void *arg)
{
	*(struct correspondent *)arg = *p;
	return GW_OK;
}

static enum gw_err
check(struct travel *t, bool draft, bool urgent)
{
	struct convening *c = t->convening;
	struct meeting_order order = { draft, t->signer.role, t->signer.id,
		t->now, (int)t->core->conf->meetings_notice_days };
	struct correspondent chair = t->signer;
	enum gw_err r = GW_OK;

	/* Whoever will confirm a draft takes the chair: one who can is enough
	 * for now. */
	if (!policy_decides(chair.role)) {
		chair.id = 0;
		r = notice_people(t->core, policy_decides, take_chair, &chair);
	}
	return r == GW_OK ? seats_check(&c->seats, &c->step.m,
	    c->detail.cases, urgent || c->detail.urgency[0] != '\0',
	    chair.id == 0 ? NULL : &chair, &order) : r;
}

/* ---- VERGADERING ---- */

static enum gw_err
convene(struct travel *t)
{
	struct convening *c = t->convening;
	bool draft = !policy_decides(t->signer.role);
	struct meeting *m = &c->step.m;
	uint32_t wrong;
	enum gw_err r;

	/* Without a reference nothing else binds the order to this town. */
	if ((t->inner.flags & (MAIL_TO_US | MAIL_AAN_US)) == 0)
		return refuse(t, REASON_WRONG_RECIPIENT);
	*m = (struct meeting){ .state = MEETING_NEW, .made = t->now };
	wrong = missing_rows(&t->inner);
	if (wrong == 0)
		wrong = take_kind(t->inner.kind, &m->kind) |
		    take_hours(&t->inner, m);
	wrong_rows(c, wrong);
	if (wrong != 0)
		return tell_wrong(t);
	c->detail.chair = draft ? 0 : t->signer.id;
	r = take_plan(t);
	if (r == GW_OK)
		r = seats_add_list(&c->seats, convene_list(t,
		    t->inner.invitees), false);
	if (r == GW_OK)
		r = seats_add_list(&c->seats, convene_list(t,
		    t->inner.adhoc), true);
	/* R46: whoever chairs needs no invitation, and may stand in a list of
	 * who must be there. */
	if (!draft)
		(void)seats_remove(&c->seats, t->signer.id);
	if (r == GW_OK)
		r = check(t, draft, false);
	if (r != GW_OK)
		return r;
	c->adds = true;
	ref_new('V', m->ref);
	return convene_settle(t, draft ? MEETING_EV_DRAFT :
	    MEETING_EV_CONVENE);
}

/* ---- BEVESTIG ---- */

static enum gw_err
confirm(struct travel *t)
{
	struct convening *c = t->convening;
	enum gw_err r;

	if (!policy_decides(t->signer.role))
		return refuse(t, REASON_ROLE_NOT_ALLOWED);
	if (c->step.m.state != MEETING_PLANNED)
		return refuse(t, REASON_WRONG_STATE);
	r = seats_add_invited(&c->seats, c->step.m.ref);
	if (seats_remove(&c->seats, t->signer.id))
		c->needs_none = t->signer.id;
	c->new_from = c->seats.n;
	c->detail.chair = t->signer.id;
	c->changes = true;
	if (r == GW_OK)
		r = check(t, false, false);
	return r == GW_OK ? convene_settle(t, MEETING_EV_CONVENE) : r;
}

/* ---- UITNODIGEN ---- */

static enum gw_err
invite_more(struct travel *t)
{
	struct convening *c = t->convening;
	struct correspondent who;
	enum gw_err r;

	if (!policy_decides(t->signer.role))
		return refuse(t, REASON_ROLE_NOT_ALLOWED);
	if (t->inner.person[0] == '\0')
		return refuse(t, REASON_UNREADABLE_ANSWER);
	r = seats_add_invited(&c->seats, c->step.m.ref);
	/* R46 is about whom this order names. */
	(void)seats_remove(&c->seats, t->signer.id);
	c->new_from = c->seats.n;
	if (r == GW_OK)
		r = seats_look_up(&c->seats, t->inner.person, &who);
	if (r == GW_OK)
		r = seats_add(&c->seats, &who, invitation_kind_of(who.role));
	else if (r == GW_MISSING)
		r = GW_OK;
	/* Named by hand, this person is not asked with the notice of all. */
	if (r == GW_OK)
		r = check(t, false, true);
	return r == GW_OK ? convene_settle(t, MEETING_EV_MORE) : r;
}

/* ---- VERPLAATSEN ---- */

static enum gw_err
move(struct travel *t)
{
	struct convening *c = t->convening;
	const struct msg_parsed *in = &t->inner;
	struct meeting *m = &c->step.m;
	int64_t before = m->starts;
	bool draft = m->state == MEETING_PLANNED;
	uint32_t wrong;
	enum gw_err r;

	if (!draft && !policy_decides(t->signer.role))
		return refuse(t, REASON_ROLE_NOT_ALLOWED);
	wrong = in->spoilt | take_hours(in, m);
	/* Who is invited is not changed by a list: one by one, so that nobody
	 * is forgotten or asked by a slip. */
	if (in->invitees.len > 0 || in->adhoc.len > 0)
		wrong |= UINT32_C(1) << ROW_INVITEES;
	wrong_rows(c, wrong);
	if (wrong != 0)
		return tell_wrong(t);
	r = take_plan(t);
	if (r == GW_OK)
		r = seats_add_invited(&c->seats, m->ref);
	/* Whoever was invited may order as well. */
	if (!draft)
		(void)seats_remove(&c->seats, t->signer.id);
	c->new_from = c->seats.n;
	/* Another room is no shorter notice. */
	if (r == GW_OK)
		r = check(t, draft, m->starts == before);
	if (r != GW_OK)
		return r;
	m->sequence++;
	c->changes = true;
	return convene_settle(t, MEETING_EV_CHANGE);
}

/* ---- AFGELASTEN ---- */

static enum gw_err
call_off(struct travel *t)
{
	struct convening *c = t->convening;

	if (c->step.m.state != MEETING_PLANNED &&
	    !policy_decides(t->signer.role))
		return refuse(t, REASON_ROLE_NOT_ALLOWED);
	c->step.m.sequence++;
	c->changes = true;
	return convene_settle(t, MEETING_EV_CANCEL);
}

/* R60: one invitation, and not the meeting. */
static enum gw_err
withdraw(struct travel *t)
{
	struct convening *c = t->convening;
	enum gw_err r;

	if (!policy_decides(t->signer.role))
		return refuse(t, REASON_ROLE_NOT_ALLOWED);
	r = invite_find(t->core, t->ref, &c->inviting);
	if (r == GW_MISSING)
		return refuse(t, REASON_UNKNOWN_REFERENCE);
	if (r == GW_OK)
		r = invite_decide(&c->inviting, INVITATION_EV_CANCEL);
	if (r == GW_STATE)
		return refuse(t, REASON_WRONG_STATE);
	if (r != GW_OK)
		return r;
	c->one = true;
	t->mail.correspondent = t->signer.id;
	memcpy(t->mail.ref, t->ref, sizeof(t->mail.ref));
	return posts_intent(&t->posts, MAIL_B07, "ingetrokken", t->signer.id,
	    t->ref) == NULL ? GW_LIMIT : GW_OK;
}

/* ---- which of them ---- */

enum gw_err
convene_order(struct travel *t)
{
	static enum gw_err (*const orders[VERB_MAX])(struct travel *) = {
		[VERB_CONFIRM] = confirm,
		[VERB_INVITE] = invite_more,
		[VERB_MOVE] = move,
		[VERB_CANCEL] = call_off,
	};
	enum gw_err r;
	bool there;

	r = convene_begin(t);
	if (r != GW_OK)
		return r;
	if (t->inner.verb == VERB_CONVENE)
		return t->ref[0] == '\0' ? convene(t) :
		    refuse(t, REASON_WRONG_STATE);
	if (t->inner.verb == VERB_CANCEL && t->ref[0] == 'U')
		return withdraw(t);
	if (orders[t->inner.verb] == NULL)
		return GW_INTERNAL;
	r = convene_find(t, &there);
	return r == GW_OK && there ? orders[t->inner.verb](t) : r;
}

/* ---- what is written ---- */

/* The coordinator's draft and the order alike: it is asked when it is ordered.
 * There is one for each person: who had one that was withdrawn is asked with
 * that. */
static enum gw_err
add_invitation(struct travel *t, const struct seat *seat)
{
	const struct meeting *m = &t->convening->step.m;
	struct store *s = t->core->store;
	struct invitation i;
	enum gw_err r = invitation_of(s, m->ref, seat->who.id, &i);

	if (r == GW_OK)
		return invite_step(t->core, &i, m, INVITATION_EV_ANEW, t->now,
		    NULL);
	if (r != GW_MISSING)
		return r;
	i = (struct invitation){
		.correspondent = seat->who.id,
		.kind = seat->kind,
		.state = INVITATION_DRAFT,
		.changed = t->now,
		.sequence = m->sequence,
	};
	ref_new('U', i.ref);
	memcpy(i.meeting, m->ref, sizeof(i.meeting));
	return invitation_add(s, &i);
}

static enum gw_err
add_invitations(struct travel *t)
{
	struct convening *c = t->convening;
	enum gw_err r = GW_OK;
	size_t n;

	for (n = c->new_from; r == GW_OK && n < c->seats.n; n++)
		r = add_invitation(t, &c->seats.seat[n]);
	return r;
}

static enum gw_err
drop_own(struct travel *t)
{
	struct convening *c = t->convening;
	struct invitation own;
	enum gw_err r;

	if (c->needs_none == 0)
		return GW_OK;
	r = invitation_of(t->core->store, c->step.m.ref, c->needs_none, &own);
	return r == GW_OK ? invite_step(t->core, &own, &c->step.m,
	    INVITATION_EV_CANCEL, t->now, NULL) : r;
}

enum gw_err
convene_commit(struct travel *t)
{
	struct convening *c = t->convening;
	struct store *s = t->core->store;
	enum gw_err r = GW_OK;

	if (c->one)
		return invite_commit(t->core, &c->inviting, t->now, t->fpr);
	if (c->adds)
		r = meeting_add(s, &c->step.m, &c->detail);
	else if (c->changes)
		r = meeting_change(s, &c->step.m, &c->detail);
	if (r == GW_OK)
		r = add_invitations(t);
	if (r == GW_OK)
		r = drop_own(t);
	if (r == GW_OK)
		r = meet_commit(t->core, &c->step, t->now, t->fpr);
	return r;
}
