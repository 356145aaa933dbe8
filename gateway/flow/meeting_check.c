/*
 * What must hold before anybody is invited, a row a rule. Each question
 * answers whether its rule is kept.
 */
#include "flow/meeting.h"

#include <string.h>

#include "base/clock.h"
#include "base/limits.h"

/* ---- of the plan ---- */

static bool
may_order(const struct meeting_plan *p, const struct meeting_order *o)
{
	(void)p;
	return o->draft ? policy_may_send(o->role, DOCUMENT_MEETING) :
	    policy_decides(o->role);
}

static bool
are_few(const struct meeting_plan *p, const struct meeting_order *o)
{
	(void)o;
	return p->invitees <= LIM_INVITEES;
}

static bool
lies_ahead(const struct meeting_plan *p, const struct meeting_order *o)
{
	return p->starts > o->now;
}

static bool
has_length(const struct meeting_plan *p, const struct meeting_order *o)
{
	(void)o;
	return p->ends > p->starts;
}

static bool
gives_notice(const struct meeting_plan *p, const struct meeting_order *o)
{
	return p->urgent || clock_day(p->starts) - clock_day(o->now) >=
	    o->notice_days;
}

static bool
may_have_cases(const struct meeting_plan *p, const struct meeting_order *o)
{
	(void)o;
	return p->kind == MEETING_OPERATIONAL || p->cases == 0;
}

/* Of a town, or police that a wrong entry made mayor. */
static bool
is_of_the_office(const struct meeting_person *who)
{
	const char *why;

	return policy_decides(who->role) && who->serves &&
	    policy_may_enrol(who->role, who->org_class, who->address, &why);
}

static bool
chair_presides(const struct meeting_plan *p, const struct meeting_order *o)
{
	(void)o;
	return p->chair == NULL || is_of_the_office(p->chair);
}

/* Whether somebody in one of these roles is invited. */
static bool
is_invited(const struct meeting_plan *p, bool (*is)(enum person_role))
{
	size_t i;

	for (i = 0; i < p->invitees; i++)
		if (is(p->invitee[i].role))
			return true;
	return false;
}

static bool
is_police(enum person_role r)
{
	return r == PERSON_IO;
}

static bool
is_prevention(enum person_role r)
{
	return r == PERSON_COORDINATOR;
}

/* The office writes to itself without a meeting. */
static bool
is_from_outside(enum person_role r)
{
	return !policy_decides(r) && r != PERSON_COORDINATOR;
}

/* The law fills the seats of the case consultation; the strategic table is
 * free (R37). */
static bool
seat_is_taken(const struct meeting_plan *p, bool (*is)(enum person_role))
{
	return p->kind == MEETING_STRATEGIC || is_invited(p, is);
}

static bool
mayor_is_there(const struct meeting_plan *p, const struct meeting_order *o)
{
	(void)o;
	return p->chair != NULL || seat_is_taken(p, policy_decides);
}

static bool
police_is_there(const struct meeting_plan *p, const struct meeting_order *o)
{
	(void)o;
	return seat_is_taken(p, is_police);
}

static bool
prevention_is_there(const struct meeting_plan *p,
    const struct meeting_order *o)
{
	(void)o;
	return seat_is_taken(p, is_prevention);
}

static bool
somebody_comes(const struct meeting_plan *p, const struct meeting_order *o)
{
	(void)o;
	return is_invited(p, is_from_outside);
}

/* ---- of each invitee, by the number in the plan ---- */

static bool
is_not_the_inviter(const struct meeting_plan *p,
    const struct meeting_order *o, size_t i)
{
	return o->draft || p->invitee[i].id != o->by;
}

/* At most half a million looks: LIM_INVITEES was asked before. */
static bool
is_new(const struct meeting_plan *p, const struct meeting_order *o, size_t i)
{
	size_t j;

	(void)o;
	for (j = 0; j < i; j++)
		if (p->invitee[j].id == p->invitee[i].id)
			return false;
	return true;
}

/* Asked at enrolment, and again here: lists and classes change. */
static bool
is_admissible(const struct meeting_plan *p, const struct meeting_order *o,
    size_t i)
{
	const struct meeting_person *who = &p->invitee[i];
	const char *why;

	(void)o;
	return policy_may_enrol(who->role, who->org_class, who->address, &why);
}

static bool
may_answer(const struct meeting_plan *p, const struct meeting_order *o,
    size_t i)
{
	(void)o;
	return policy_may_send(p->invitee[i].role, DOCUMENT_ANSWER);
}

static bool
has_ground(const struct meeting_plan *p, const struct meeting_order *o,
    size_t i)
{
	const char *ground = p->invitee[i].ground;

	(void)o;
	return ground[strspn(ground, " \t")] != '\0';
}

static bool
has_mandate(const struct meeting_plan *p, const struct meeting_order *o,
    size_t i)
{
	(void)o;
	return p->invitee[i].serves;
}

static bool
has_key(const struct meeting_plan *p, const struct meeting_order *o, size_t i)
{
	(void)o;
	return p->invitee[i].usable_key;
}

/* ---- the rows ---- */

/* In the order in which they are asked; each row has one of the two. */
static const struct {
	enum meeting_fault fault;
	bool (*holds)(const struct meeting_plan *,
	    const struct meeting_order *);
	bool (*holds_for)(const struct meeting_plan *,
	    const struct meeting_order *, size_t);
} guards[] = {
	{ FAULT_ORDER, may_order, NULL },
	{ FAULT_TOO_MANY, are_few, NULL },
	{ FAULT_PAST, lies_ahead, NULL },
	{ FAULT_TIMES, has_length, NULL },
	{ FAULT_NOTICE, gives_notice, NULL },
	{ FAULT_STRATEGIC_CASE, may_have_cases, NULL },
	{ FAULT_CHAIR, chair_presides, NULL },
	{ FAULT_SELF, NULL, is_not_the_inviter },
	{ FAULT_TWICE, NULL, is_new },
	{ FAULT_EXCLUDED, NULL, is_admissible },
	{ FAULT_OUTSIDER, NULL, may_answer },
	{ FAULT_GROUND, NULL, has_ground },
	{ FAULT_MANDATE, NULL, has_mandate },
	{ FAULT_KEY, NULL, has_key },
	{ FAULT_SEAT_MAYOR, mayor_is_there, NULL },
	{ FAULT_SEAT_POLICE, police_is_there, NULL },
	{ FAULT_SEAT_PREVENTION, prevention_is_there, NULL },
	{ FAULT_NOBODY, somebody_comes, NULL }
};

/* What is found goes here; only the first `max` have room. */
struct findings {
	struct meeting_finding *out;
	size_t max;
	size_t n;
};

static void
find(struct findings *f, enum meeting_fault fault, size_t who)
{
	if (f->n < f->max)
		f->out[f->n] = (struct meeting_finding){ fault, who };
	f->n++;
}

static void
ask(size_t g, const struct meeting_plan *p, const struct meeting_order *o,
    struct findings *f)
{
	size_t i;

	if (guards[g].holds != NULL) {
		if (!guards[g].holds(p, o))
			find(f, guards[g].fault, p->invitees);
		return;
	}
	for (i = 0; i < p->invitees; i++)
		if (!guards[g].holds_for(p, o, i))
			find(f, guards[g].fault, i);
}

size_t
meeting_check_all(const struct meeting_plan *p, const struct meeting_order *o,
    struct meeting_finding *out, size_t max)
{
	struct findings f = { out, max, 0 };
	size_t g;

	for (g = 0; g < sizeof(guards) / sizeof(guards[0]); g++) {
		/* Neither for who has no say, nor without a bound. */
		if (f.n > 0 && g > 0 && (guards[g - 1].fault == FAULT_ORDER ||
		    guards[g - 1].fault == FAULT_TOO_MANY))
			break;
		ask(g, p, o, &f);
	}
	return f.n;
}

enum meeting_fault
meeting_check(const struct meeting_plan *p, const struct meeting_order *o,
    size_t *who)
{
	struct meeting_finding first = { FAULT_NONE, p->invitees };

	(void)meeting_check_all(p, o, &first, 1);
	*who = first.who;
	return first.fault;
}

enum meeting_fault
meeting_check_held(enum meeting_kind kind, int64_t starts, int64_t now,
    size_t cases)
{
	if (now < starts)
		return FAULT_NOT_BEGUN;
	return kind == MEETING_OPERATIONAL || cases == 0 ? FAULT_NONE :
	    FAULT_STRATEGIC_CASE;
}

static const struct {
	const char *name, *rule, *section;
} faults[MEETING_FAULT_MAX] = {
#define X(id, name, rule, section) { name, rule, section },
	MEETING_FAULTS(X)
#undef X
};

const char *
meeting_fault_name(enum meeting_fault f)
{
	return (unsigned)f < MEETING_FAULT_MAX ? faults[f].name : "?";
}

const char *
meeting_fault_rule(enum meeting_fault f)
{
	return (unsigned)f < MEETING_FAULT_MAX ? faults[f].rule : "?";
}

const char *
meeting_fault_section(enum meeting_fault f)
{
	return (unsigned)f < MEETING_FAULT_MAX ? faults[f].section : "?";
}
