#include "core/seats.h"

#include <stdlib.h>
#include <string.h>

#include "base/address.h"
#include "core/notice.h"

/* Sentences of one answer: who has so much to mend starts with these. */
#define TOLD_MOST	20

void
seats_begin(struct seats *s, struct core *c)
{
	memset(s, 0, sizeof(*s));
	s->core = c;
	buf_init(&s->lines, LIM_LETTER_BYTES);
}

void
seats_end(struct seats *s)
{
	free(s->seat);
	buf_free(&s->lines);
	memset(s, 0, sizeof(*s));
}

void
seats_wrong(struct seats *s, const char *section, const char *name,
    const char *value)
{
	const struct var var = { name, value };
	enum gw_err r;

	if (s->wrong++ >= TOLD_MOST || s->err != GW_OK)
		return;
	if (s->lines.len > 0)
		buf_putc(&s->lines, '\n');
	r = compose_part(s->core->templates, &s->core->office, MAIL_B07,
	    section, &var, name != NULL ? 1 : 0, &s->lines);
	s->err = r != GW_OK ? r : buf_error(&s->lines);
}

/* ---- who ---- */

enum gw_err
seats_add(struct seats *s, const struct correspondent *who,
    enum invitation_kind kind)
{
	size_t room = s->room == 0 ? 16 : 2 * s->room;
	struct seat *more;

	if (s->n == s->room) {
		more = reallocarray(s->seat, room, sizeof(*more));
		if (more == NULL)
			return GW_NOMEM;
		s->seat = more;
		s->room = room;
	}
	s->seat[s->n++] = (struct seat){ *who, kind };
	return GW_OK;
}

bool
seats_remove(struct seats *s, int64_t correspondent)
{
	size_t i, n = 0;
	bool found;

	for (i = 0; i < s->n; i++) {
		if (s->seat[i].who.id != correspondent)
			s->seat[n++] = s->seat[i];
	}
	found = n < s->n;
	s->n = n;
	return found;
}

struct holder {
	enum person_role role;
	int64_t now;
	size_t n;
	struct correspondent *who;
};

static enum gw_err
holds(const struct correspondent *p, void *arg)
{
	struct holder *h = arg;

	if (p->role == h->role && correspondent_serves(p, h->now) &&
	    h->n++ == 0)
		*h->who = *p;
	return GW_OK;
}

/* Doubt is a question: two information officers are two people. */
static enum gw_err
by_function(struct seats *s, const char *entry, struct correspondent *who)
{
	struct holder h = { .now = core_now(s->core), .who = who };
	enum gw_err r;

	if (!person_role_from_function(entry, &h.role))
		return GW_MISSING;
	r = correspondent_each(s->core->store, holds, &h);
	if (r != GW_OK)
		return r;
	return h.n == 0 ? GW_MISSING : h.n > 1 ? GW_EXISTS : GW_OK;
}

enum gw_err
seats_look_up(struct seats *s, const char *entry, struct correspondent *who)
{
	char address[LIM_ADDR + 1];
	enum gw_err r;

	r = address_canonical(entry, address) ?
	    correspondent_by_address(s->core->store, address, who) :
	    by_function(s, entry, who);
	if (r == GW_MISSING)
		seats_wrong(s, "guard-unknown", "who", entry);
	if (r == GW_EXISTS)
		seats_wrong(s, "guard-several", "who", entry);
	return r;
}

bool
list_next(struct bytes *list, char out[LIM_ADDR + 1])
{
	struct bytes entry;

	if (!bytes_line(list, &entry))
		return false;
	if (!bytes_string(entry, out, LIM_ADDR + 1))
		out[0] = '\0';
	return true;
}

enum gw_err
seats_add_list(struct seats *s, struct bytes list, bool adhoc)
{
	char entry[LIM_ADDR + 1];
	struct correspondent who;
	enum gw_err r;

	/* One more than may be is enough to be told so. */
	while (s->n <= LIM_INVITEES && list_next(&list, entry)) {
		r = seats_look_up(s, entry, &who);
		if (r == GW_OK)
			r = seats_add(s, &who, adhoc ? INVITATION_ADHOC :
			    invitation_kind_of(who.role));
		if (r != GW_OK && r != GW_MISSING && r != GW_EXISTS)
			return r;
	}
	return GW_OK;
}

static enum gw_err
add_invited(const struct invitation *i, void *arg)
{
	struct seats *s = arg;
	struct correspondent who;
	enum gw_err r;

	if (i->state == INVITATION_WITHDRAWN || i->correspondent == 0)
		return GW_OK;
	r = correspondent_by_id(s->core->store, i->correspondent, &who);
	return r == GW_OK ? seats_add(s, &who, i->kind) :
	    r == GW_MISSING ? GW_OK : r;
}

enum gw_err
seats_add_invited(struct seats *s, const char *meeting)
{
	return invitation_each(s->core->store, meeting, add_invited, s);
}

/* ---- the rules ---- */

static struct meeting_person
person(const struct correspondent *p, int64_t starts, int64_t now)
{
	return (struct meeting_person){
		.id = p->id,
		.role = p->role,
		.org_class = p->org_class,
		.address = p->address,
		.ground = p->ground,
		.serves = correspondent_serves(p, starts),
		.usable_key = p->key_expires == 0 || p->key_expires > now,
	};
}

/* Several faults can have one sentence: that of the three seats is said once. */
static void
tell(struct seats *s, const struct meeting_finding *f, size_t n)
{
	const char *section, *before = "";
	size_t i;

	for (i = 0; i < n; i++) {
		section = meeting_fault_section(f[i].fault);
		log_event(LOG_NOTE, "meeting", "refused fault=%s rule=%s",
		    meeting_fault_name(f[i].fault),
		    meeting_fault_rule(f[i].fault));
		if (f[i].who < s->n)
			seats_wrong(s, section, "who",
			    s->seat[f[i].who].who.address);
		else if (strcmp(section, before) != 0)
			seats_wrong(s, section, NULL, NULL);
		before = section;
	}
}

enum gw_err
seats_check(struct seats *s, const struct meeting *m, size_t cases,
    bool urgent, const struct correspondent *chair,
    const struct meeting_order *order)
{
	struct meeting_finding found[TOLD_MOST];
	struct meeting_person *at, president;
	struct meeting_plan plan = { .kind = m->kind, .starts = m->starts,
		.ends = m->ends, .urgent = urgent, .cases = cases,
		.invitees = s->n };
	size_t i, n;

	at = calloc(s->n + 1, sizeof(*at));
	if (at == NULL)
		return GW_NOMEM;
	for (i = 0; i < s->n; i++)
		at[i] = person(&s->seat[i].who, m->starts, order->now);
	plan.invitee = at;
	if (chair != NULL) {
		president = person(chair, m->starts, order->now);
		plan.chair = &president;
	}
	n = meeting_check_all(&plan, order, found, TOLD_MOST);
	tell(s, found, n < TOLD_MOST ? n : TOLD_MOST);
	free(at);
	return GW_OK;
}
