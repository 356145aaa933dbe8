#include "core/attend.h"

#include <stdlib.h>
#include <string.h>

#include "base/address.h"
#include "base/clock.h"
#include "core/convene.h"
#include "core/refuse.h"
#include "core/term.h"

/* ---- who ---- */

/* R46: invited, or of the office. */
static enum gw_err
may_be_there(struct travel *t, const struct correspondent *who)
{
	struct invitation i;
	enum gw_err r;

	if (policy_decides(who->role))
		return GW_OK;
	r = invitation_of(t->core->store, t->ref, who->id, &i);
	return r == GW_OK && i.state == INVITATION_WITHDRAWN ? GW_MISSING : r;
}

static bool
find(const struct attendance *a, int64_t correspondent, size_t *at)
{
	for (*at = 0; *at < a->people; (*at)++) {
		if (a->person[*at] == correspondent)
			return true;
	}
	return false;
}

static enum gw_err
add_person(struct travel *t, const char *entry)
{
	struct convening *c = t->convening;
	struct attendance *a = c->present;
	struct correspondent who;
	enum gw_err r;
	size_t at;

	r = seats_look_up(&c->seats, entry, &who);
	if (r == GW_OK)
		r = may_be_there(t, &who);
	else if (r == GW_MISSING || r == GW_EXISTS)
		return GW_OK;
	if (r == GW_MISSING) {
		seats_wrong(&c->seats, "guard-not-invited", "who", entry);
		return GW_OK;
	}
	if (r == GW_OK && !find(a, who.id, &at) && a->people < LIM_PRESENT)
		a->person[a->people++] = who.id;
	return r;
}

/* Who signs was there: nobody else can know who was. */
static enum gw_err
take_people(struct travel *t)
{
	struct attendance *a = t->convening->present;
	struct bytes list = convene_list(t, t->inner.present);
	char entry[LIM_ADDR + 1];
	enum gw_err r = GW_OK;

	a->person[a->people++] = t->signer.id;
	while (r == GW_OK && list_next(&list, entry))
		r = add_person(t, entry);
	return r;
}

/* ---- which cases ---- */

/* R97: on the mayor's list, and not over its term. */
static enum gw_err
add_case(struct travel *t, const char *ref)
{
	struct convening *c = t->convening;
	enum gw_err r;
	size_t i;

	for (i = 0; i < c->present->cases; i++) {
		if (strcmp(c->present->agenda[i].ref, ref) == 0)
			return GW_OK;
	}
	r = term_may_discuss(t->core, ref, clock_day(c->step.m.starts),
	    t->now);
	if (r == GW_OK)
		r = attendance_case(c->present, ref);
	/* A meeting that has not begun is told so below. */
	if (r == GW_FORMAT && c->step.m.starts > t->now)
		return GW_OK;
	if (r != GW_MISSING && r != GW_LIMIT && r != GW_STATE)
		return r;
	seats_wrong(&c->seats, "guard-case", "who", ref);
	return GW_OK;
}

static enum gw_err
take_cases(struct travel *t)
{
	struct bytes list = convene_list(t, t->inner.agenda);
	char ref[LIM_ADDR + 1];
	enum gw_err r = GW_OK;

	while (r == GW_OK && list_next(&list, ref))
		r = add_case(t, ref);
	return r;
}

/* ---- who for which case ---- */

static void
nobody_for(struct attendance *a, const char *ref, int64_t chair)
{
	size_t n, i;

	for (n = 0; n < a->cases; n++) {
		for (i = 0; i < a->people; i++) {
			if (strcmp(a->agenda[n].ref, ref) == 0 &&
			    a->person[i] != chair)
				attendance_set(a, n, i, false);
		}
	}
}

static enum gw_err
there_for(struct travel *t, const char *ref, const char *entry)
{
	struct convening *c = t->convening;
	struct attendance *a = c->present;
	struct correspondent who;
	enum gw_err r;
	size_t n, at;

	r = seats_look_up(&c->seats, entry, &who);
	if (r == GW_MISSING || r == GW_EXISTS)
		return GW_OK;
	if (r != GW_OK)
		return r;
	/* On a list of one case and not on the whole one: which is true? */
	if (!find(a, who.id, &at))
		seats_wrong(&c->seats, "guard-not-there", "who", entry);
	for (n = 0; n < a->cases; n++) {
		if (strcmp(a->agenda[n].ref, ref) == 0)
			attendance_set(a, n, at, true);
	}
	return GW_OK;
}

/* A case that has a list was discussed with these and the chair only. */
static enum gw_err
begin_list(struct travel *t, const char *ref, const char *entry)
{
	enum gw_err r = add_case(t, ref);

	(void)entry;
	nobody_for(t->convening->present, ref, t->signer.id);
	return r;
}

/* "C-... an@caw.be" a line. */
static enum gw_err
each_line(struct travel *t, enum gw_err (*each)(struct travel *,
    const char *ref, const char *entry))
{
	struct bytes list = convene_list(t, t->inner.present_at), line;
	char entry[LIM_REF + 1 + LIM_ADDR + 1], ref[LIM_REF + 1];
	enum gw_err r = GW_OK;

	while (r == GW_OK && bytes_line(&list, &line)) {
		if (line.n <= LIM_REF + 1 || !bytes_string(line, entry,
		    sizeof(entry)))
			continue;
		memcpy(ref, entry, LIM_REF);
		ref[LIM_REF] = '\0';
		r = each(t, ref, entry + LIM_REF + 1);
	}
	return r;
}

/* First who was there for none of these, then who was after all: a case may
 * have several lines. */
static enum gw_err
take_lists(struct travel *t)
{
	enum gw_err r = each_line(t, begin_list);

	return r == GW_OK ? each_line(t, there_for) : r;
}

/* ---- the step ---- */

static void
check(struct travel *t)
{
	struct convening *c = t->convening;
	enum meeting_fault fault = meeting_check_held(c->step.m.kind,
	    c->step.m.starts, t->now, c->present->cases);

	if (t->inner.spoilt != 0 || t->inner.present.len == 0)
		seats_wrong(&c->seats, "guard-form", "fields",
		    "aanwezig, casussen");
	if (fault != FAULT_NONE)
		seats_wrong(&c->seats, meeting_fault_section(fault), NULL,
		    NULL);
}

enum gw_err
attend_step(struct travel *t)
{
	struct convening *c;
	enum gw_err r;
	bool there;

	r = convene_begin(t);
	if (r == GW_OK)
		r = convene_find(t, &there);
	if (r != GW_OK || !there)
		return r;
	c = t->convening;
	if (c->step.m.state != MEETING_CONVENED)
		return refuse(t, REASON_WRONG_STATE);
	c->present = calloc(1, sizeof(*c->present));
	if (c->present == NULL)
		return GW_NOMEM;
	c->step.present = c->present;
	r = take_people(t);
	if (r == GW_OK)
		r = take_cases(t);
	if (r == GW_OK)
		r = take_lists(t);
	if (r != GW_OK)
		return r;
	check(t);
	return convene_settle(t, MEETING_EV_HOLD);
}
