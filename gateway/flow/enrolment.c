#include "flow/enrolment.h"

#include "flow/flow.h"

#define MAIL(kind, text, whom)						\
	{ .type = EFFECT_MAIL, .mail = MAIL_##kind, .section = text,	\
	    .to = whom }
#define AUDIT(what)							\
	{ .type = EFFECT_AUDIT, .audit = FLOW_AUDIT_##what }

#define CLOCK								\
	{ .type = EFFECT_TIMER, .event = ENROLMENT_EV_EXPIRE,		\
	    .seconds = ENROLMENT_SECONDS }

#define WAITING	(IN(ENROLMENT_TYPED) | IN(ENROLMENT_PROPOSED) |		\
		IN(ENROLMENT_PROVING))

static const struct flow_row rows[] = {
	{ IN(ENROLMENT_NEW), ENROLMENT_EV_TYPE, ENROLMENT_TYPED, 3, {
		CLOCK,
		MAIL(B05, "operator", TO_DECIDERS),
		AUDIT(PROPOSED) } },
	{ IN(ENROLMENT_TYPED), ENROLMENT_EV_AGREE, ENROLMENT_PROPOSED, 3, {
		MAIL(B05, "tweede", TO_SECONDS),
		MAIL(B01, "voorgesteld", TO_SENDER),
		AUDIT(CONFIRMED) } },
	{ IN(ENROLMENT_NEW), ENROLMENT_EV_PROPOSE, ENROLMENT_PROPOSED, 4, {
		CLOCK,
		MAIL(B05, "tweede", TO_SECONDS),
		MAIL(B01, "voorgesteld", TO_SENDER),
		AUDIT(PROPOSED) } },
	/* Only now does the key come near the ring. */
	{ IN(ENROLMENT_PROPOSED), ENROLMENT_EV_SECOND, ENROLMENT_PROVING, 4, {
		{ .type = EFFECT_IMPORT },
		MAIL(B05, "bezit", TO_NEWCOMER),
		MAIL(B01, "bevestigd", TO_SENDER),
		AUDIT(CONFIRMED) } },
	{ IN(ENROLMENT_PROVING), ENROLMENT_EV_PROVE, ENROLMENT_ENROLLED, 5, {
		{ .type = EFFECT_ENROL },
		MAIL(B05, "welkom", TO_NEWCOMER),
		MAIL(B01, "ingeschreven", TO_DECIDERS),
		MAIL(B01, "ingeschreven", TO_SECONDS),
		AUDIT(PROVEN) } },
	{ WAITING, ENROLMENT_EV_REJECT, ENROLMENT_REJECTED, 2, {
		MAIL(B01, "afgewezen", TO_SENDER),
		AUDIT(REJECTED) } },
	{ WAITING, ENROLMENT_EV_EXPIRE, ENROLMENT_EXPIRED, 1, {
		AUDIT(ERASED) } }
};

static const char *const states[ENROLMENT_STATE_MAX] = {
#define X(id) #id,
	ENROLMENT_STATES(X)
#undef X
};

static const char *const events[ENROLMENT_EVENT_MAX] = {
#define X(id) #id,
	ENROLMENT_EVENTS(X)
#undef X
};

const char *
enrolment_state_name(enum enrolment_state s)
{
	return (unsigned)s < ENROLMENT_STATE_MAX ? states[s] : "?";
}

const char *
enrolment_event_name(enum enrolment_event e)
{
	return (unsigned)e < ENROLMENT_EVENT_MAX ? events[e] : "?";
}

enum gw_err
enrolment_step(enum enrolment_state from, enum enrolment_event event,
    enum enrolment_state *next, struct effects *out)
{
	enum gw_err err;
	int to;

	err = flow_step(rows, sizeof(rows) / sizeof(rows[0]), (int)from,
	    (int)event, &to, out);
	*next = (enum enrolment_state)to;
	return err;
}

enum enrolment_event
enrolment_confirms(enum enrolment_state s, enum person_role role)
{
	if (s == ENROLMENT_TYPED && policy_decides(role))
		return ENROLMENT_EV_AGREE;
	if (s == ENROLMENT_PROPOSED && policy_seconds(role))
		return ENROLMENT_EV_SECOND;
	return ENROLMENT_EVENT_MAX;
}
