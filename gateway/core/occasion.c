#include "core/occasion.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* All that an invitee's calendar shows of it (R59). */
#define SUMMARY		"Overleg"

static enum gw_err
find(struct core *c, const struct outbox *row, struct occasion *o)
{
	const char *meeting = row->ref;
	enum gw_err r = GW_OK;

	if (row->ref[0] == 'U') {
		r = invitation_by_ref(c->store, row->ref, &o->inv);
		meeting = o->inv.meeting;
	}
	if (r == GW_OK)
		r = meeting_by_ref(c->store, meeting, &o->m);
	if (r == GW_OK)
		r = meeting_detail_get(c->store, meeting, &o->d);
	if (r == GW_OK && o->inv.correspondent != 0)
		r = correspondent_by_id(c->store, o->inv.correspondent,
		    &o->invitee);
	if (r == GW_OK && o->inv.via != 0)
		r = correspondent_by_id(c->store, o->inv.via, &o->via);
	return r;
}

/* ---- lists ---- */

static enum gw_err
write_cases(struct occasion *o)
{
	size_t i;

	if (o->d.cases == 0)
		buf_printf(&o->cases, "(nog geen)");
	for (i = 0; i < o->d.cases; i++)
		buf_printf(&o->cases, "%s%s", i > 0 ? "\n" : "",
		    o->d.agenda[i]);
	return buf_error(&o->cases);
}

/* What was discussed, which is not always what was planned. */
static enum gw_err
write_discussed(struct core *c, struct occasion *o)
{
	struct attendance *a = calloc(1, sizeof(*a));
	enum gw_err r;
	size_t i;

	if (a == NULL)
		return GW_NOMEM;
	r = meeting_attendance_get(c->store, o->m.ref, a);
	(void)snprintf(o->count, sizeof(o->count), "%zu", a->people);
	buf_reset(&o->cases);
	if (a->cases == 0)
		buf_printf(&o->cases, "(geen)");
	for (i = 0; i < a->cases; i++)
		buf_printf(&o->cases, "%s%s", i > 0 ? "\n" : "",
		    a->agenda[i].ref);
	free(a);
	return r == GW_OK ? buf_error(&o->cases) : r;
}

struct listing {
	struct core *core;
	struct occasion *o;
	unsigned n;
};

static enum gw_err
list_one(const struct invitation *i, void *arg)
{
	struct listing *l = arg;
	struct correspondent who;
	enum gw_err r;

	if (i->state == INVITATION_WITHDRAWN || i->correspondent == 0)
		return GW_OK;
	r = correspondent_by_id(l->core->store, i->correspondent, &who);
	if (r == GW_OK)
		buf_printf(&l->o->invitees, "%s%s", l->n++ > 0 ? "\n" : "",
		    who.address);
	return r == GW_MISSING ? GW_OK : r;
}

static enum gw_err
write_invitees(struct core *c, struct occasion *o)
{
	struct listing l = { c, o, 0 };
	enum gw_err r = invitation_each(c->store, o->m.ref, list_one, &l);

	(void)snprintf(o->count, sizeof(o->count), "%u", l.n);
	return r == GW_OK ? buf_error(&o->invitees) : r;
}

/* The paragraph about a short notice stands between two others. */
static enum gw_err
write_urgency(struct core *c, const struct outbox *row, struct occasion *o)
{
	enum gw_err r;

	if (o->d.urgency[0] == '\0')
		return GW_OK;
	buf_putc(&o->urgency, '\n');
	r = compose_part(c->templates, &c->office, row->kind, "kort-dag", NULL,
	    0, &o->urgency);
	buf_putc(&o->urgency, '\n');
	return r == GW_OK ? buf_error(&o->urgency) : r;
}

static void
write_event(struct core *c, const struct outbox *row,
    const struct correspondent *to, struct occasion *o)
{
	bool over = row->kind == MAIL_T18 && strcmp(row->section,
	    "intrekking") == 0;

	o->event = (struct calendar_event){
		.method = over ? CALENDAR_CANCEL : CALENDAR_REQUEST,
		.uid = o->inv.uid,
		.sequence = (uint32_t)o->inv.sequence,
		.start = o->m.starts,
		.end = o->m.ends,
		.stamp = row->not_before,
		.organiser = c->office.address,
		.attendee = to->address,
		.summary = SUMMARY,
		.location = o->d.place,
	};
}

enum gw_err
occasion_begin(struct core *c, const struct outbox *row,
    const struct correspondent *to, struct occasion *o)
{
	enum gw_err r;

	memset(o, 0, sizeof(*o));
	buf_init(&o->cases, LIM_LETTER_BYTES);
	buf_init(&o->urgency, LIM_LETTER_BYTES);
	buf_init(&o->invitees, LIM_LISTS);
	r = find(c, row, o);
	if (r != GW_OK)
		return r;
	clock_dutch_day(o->m.starts, o->date);
	clock_dutch_hour(o->m.starts, o->start);
	clock_dutch_hour(o->m.ends, o->end);
	r = write_cases(o);
	if (r == GW_OK && invitation_invites(row->kind))
		r = write_urgency(c, row, o);
	if (r == GW_OK && row->ref[0] == 'V')
		r = write_invitees(c, o);
	if (r == GW_OK && strcmp(row->section, "aanwezig") == 0)
		r = write_discussed(c, o);
	if (row->ref[0] == 'U')
		write_event(c, row, to, o);
	return r;
}

void
occasion_end(struct occasion *o)
{
	buf_free(&o->cases);
	buf_free(&o->urgency);
	buf_free(&o->invitees);
	crypto_wipe(&o->d, sizeof(o->d));
}
