#include "flow/referral.h"

#include "flow/flow.h"

#define DAYS(n)	((int64_t)(n) * 24 * 60 * 60)

#define OPEN	(IN(REFERRAL_ACCEPTED) | IN(REFERRAL_TAKEN) |		\
		IN(REFERRAL_INFO_ASKED) | IN(REFERRAL_ORAL))
#define DECIDED	(IN(REFERRAL_LISTED) | IN(REFERRAL_NOT_RETAINED) |	\
		IN(REFERRAL_REDIRECTED))

#define MAIL(kind, text, whom)						\
	{ .type = EFFECT_MAIL, .mail = MAIL_##kind, .section = text,	\
	    .to = whom }
#define DONE_LETTER(text)	MAIL(B01, text, TO_SENDER)
#define DECIDED_AUDIT							\
	{ .type = EFFECT_AUDIT, .audit = FLOW_AUDIT_DECIDED }

static const struct flow_row rows[] = {
	/*
	 * Sealed to the representative alone (R10), acknowledged with a text
	 * that is the same for all (R20, R21), and from now on the clock of
	 * R139 runs.
	 */
	{ IN(REFERRAL_RECEIVED), REFERRAL_EV_VERIFIED, REFERRAL_ACCEPTED, 6, {
		{ .type = EFFECT_KEEP },
		MAIL(T06, "body", TO_REPRESENTATIVE),
		MAIL(T01, "body", TO_SENDER),
		{ .type = EFFECT_TIMER, .event = REFERRAL_EV_UNDECIDED_45,
		    .seconds = DAYS(45) },
		{ .type = EFFECT_TIMER, .event = REFERRAL_EV_UNDECIDED_60,
		    .seconds = DAYS(60) },
		{ .type = EFFECT_AUDIT, .audit = FLOW_AUDIT_ACCEPTED } } },

	/* What was asked for comes back to the representative's desk. */
	{ IN(REFERRAL_INFO_ASKED), REFERRAL_EV_FOLLOW_UP, REFERRAL_TAKEN, 4, {
		{ .type = EFFECT_KEEP },
		MAIL(T06, "body", TO_REPRESENTATIVE),
		MAIL(T01, "body", TO_SENDER),
		{ .type = EFFECT_AUDIT, .audit = FLOW_AUDIT_FOLLOWED_UP } } },
	/* Anything else that is added says nothing of where it stands (R20):
	 * the same receipt. */
	{ OPEN | IN(REFERRAL_LISTED), REFERRAL_EV_FOLLOW_UP, FLOW_STAY, 4, {
		{ .type = EFFECT_KEEP },
		MAIL(T06, "body", TO_REPRESENTATIVE),
		MAIL(T01, "body", TO_SENDER),
		{ .type = EFFECT_AUDIT, .audit = FLOW_AUDIT_FOLLOWED_UP } } },

	/* R26: only a signed order of the mayor or the representative gets
	 * here; route.c sees to that. */
	{ OPEN, REFERRAL_EV_LIST, REFERRAL_LISTED, 4, {
		{ .type = EFFECT_CASE },
		MAIL(T07, "body", TO_REFERRER),
		DONE_LETTER("lijst"),
		DECIDED_AUDIT } },
	/* R24: nobody pursues it any further, and it is erased (R139). */
	{ OPEN, REFERRAL_EV_NOT_RETAINED, REFERRAL_NOT_RETAINED, 5, {
		{ .type = EFFECT_CALM },
		{ .type = EFFECT_TIMER, .event = REFERRAL_EV_DONE,
		    .seconds = DAYS(30) },
		MAIL(T07, "body", TO_REFERRER),
		DONE_LETTER("niet-weerhouden"),
		DECIDED_AUDIT } },
	{ OPEN, REFERRAL_EV_ASK, REFERRAL_INFO_ASKED, 3, {
		MAIL(T03, "body", TO_REFERRER),
		DONE_LETTER("aanvullen"),
		DECIDED_AUDIT } },
	/* R11: the oral way is always open. */
	{ OPEN, REFERRAL_EV_ORAL, REFERRAL_ORAL, 3, {
		MAIL(T04, "body", TO_REFERRER),
		DONE_LETTER("mondeling"),
		DECIDED_AUDIT } },
	{ IN(REFERRAL_ORAL), REFERRAL_EV_SPOKEN, REFERRAL_TAKEN, 2, {
		DONE_LETTER("gesproken"),
		DECIDED_AUDIT } },
	/* T08 goes only where the order names another mayor (R18). */
	{ OPEN, REFERRAL_EV_REDIRECT, REFERRAL_REDIRECTED, 4, {
		MAIL(T09, "body", TO_REFERRER),
		MAIL(T08, "zonder-akkoord", TO_PERSON),
		DONE_LETTER("doorverwezen"),
		DECIDED_AUDIT } },
	/* R27: the mayor may ask any service; answering is free. */
	{ OPEN, REFERRAL_EV_INFO, REFERRAL_TAKEN, 3, {
		MAIL(T10, "body", TO_PERSON),
		DONE_LETTER("infovraag"),
		DECIDED_AUDIT } },
	{ IN(REFERRAL_ACCEPTED), REFERRAL_EV_AGAIN, REFERRAL_TAKEN, 2, {
		MAIL(T06, "body", TO_SENDER),
		DECIDED_AUDIT } },
	{ OPEN | DECIDED, REFERRAL_EV_AGAIN, FLOW_STAY, 2, {
		MAIL(T06, "body", TO_SENDER),
		DECIDED_AUDIT } },
	/* Content lives on for a week beside the town's own file (P1). */
	{ DECIDED, REFERRAL_EV_TAKEN_OVER, REFERRAL_HANDED_OFF, 4, {
		{ .type = EFFECT_CALM },
		{ .type = EFFECT_TIMER, .event = REFERRAL_EV_DONE,
		    .seconds = DAYS(7) },
		DONE_LETTER("overgenomen"),
		DECIDED_AUDIT } },

	/* R139: an alarm while there is still time to decide. */
	{ OPEN, REFERRAL_EV_UNDECIDED_45, FLOW_STAY, 3, {
		MAIL(T05, "alarm", TO_REPRESENTATIVE),
		MAIL(T05, "alarm-fg", TO_DPO),
		{ .type = EFFECT_AUDIT, .audit = FLOW_AUDIT_ALARM } } },

	/* R139: never discussed, so there is no ground to keep it (R140). */
	{ OPEN, REFERRAL_EV_UNDECIDED_60, REFERRAL_ERASED, 4, {
		{ .type = EFFECT_ERASE },
		MAIL(T05, "gewist", TO_REPRESENTATIVE),
		MAIL(T05, "gewist", TO_DPO),
		{ .type = EFFECT_AUDIT, .audit = FLOW_AUDIT_ERASED } } },
	/* The hard cap for what was decided and never taken over (P1). */
	{ DECIDED, REFERRAL_EV_UNDECIDED_60, REFERRAL_ERASED, 2, {
		{ .type = EFFECT_ERASE },
		{ .type = EFFECT_AUDIT, .audit = FLOW_AUDIT_ERASED } } },
	{ IN(REFERRAL_HANDED_OFF) | IN(REFERRAL_NOT_RETAINED),
	    REFERRAL_EV_DONE, REFERRAL_ERASED, 2, {
		{ .type = EFFECT_ERASE },
		{ .type = EFFECT_AUDIT, .audit = FLOW_AUDIT_ERASED } } }
};

static const char *const states[REFERRAL_STATE_MAX] = {
#define X(id) #id,
	REFERRAL_STATES(X)
#undef X
};

static const char *const events[REFERRAL_EVENT_MAX] = {
#define X(id) #id,
	REFERRAL_EVENTS(X)
#undef X
};

static const char *const outcomes[REFERRAL_OUTCOME_MAX] = {
#define X(id, name) name,
	REFERRAL_OUTCOMES(X)
#undef X
};

const char *
referral_state_name(enum referral_state s)
{
	return (unsigned)s < REFERRAL_STATE_MAX ? states[s] : "?";
}

const char *
referral_event_name(enum referral_event e)
{
	return (unsigned)e < REFERRAL_EVENT_MAX ? events[e] : "?";
}

const char *
referral_outcome_name(enum referral_outcome o)
{
	return (unsigned)o < REFERRAL_OUTCOME_MAX ? outcomes[o] : "?";
}

enum gw_err
referral_step(enum referral_state from, enum referral_event event,
    enum referral_state *next, struct effects *out)
{
	enum gw_err err;
	int to;

	err = flow_step(rows, sizeof(rows) / sizeof(rows[0]), (int)from,
	    (int)event, &to, out);
	*next = (enum referral_state)to;
	return err;
}

enum referral_event
referral_event_of(enum verb v)
{
	static const enum referral_event of[VERB_MAX] = {
		[VERB_LIST] = REFERRAL_EV_LIST,
		[VERB_NOT_RETAINED] = REFERRAL_EV_NOT_RETAINED,
		[VERB_ASK] = REFERRAL_EV_ASK,
		[VERB_ORAL] = REFERRAL_EV_ORAL,
		[VERB_SPOKEN] = REFERRAL_EV_SPOKEN,
		[VERB_REDIRECT] = REFERRAL_EV_REDIRECT,
		[VERB_AGAIN] = REFERRAL_EV_AGAIN,
		[VERB_TAKEN_OVER] = REFERRAL_EV_TAKEN_OVER,
		[VERB_INFO] = REFERRAL_EV_INFO,
	};

	/* VERIFIED is nobody's order, so its number can stand for "none". */
	if ((unsigned)v >= VERB_MAX || of[v] == REFERRAL_EV_VERIFIED)
		return REFERRAL_EVENT_MAX;
	return of[v];
}

enum referral_outcome
referral_outcome_after(enum referral_outcome before,
    enum referral_event event, enum ground ground)
{
	static const enum referral_outcome of_ground[GROUND_MAX] = {
		[GROUND_NONE] = OUTCOME_OPEN,
		[GROUND_NO_INDICATION] = OUTCOME_NO_INDICATION,
		[GROUND_OTHER_HELP] = OUTCOME_OTHER_HELP,
		[GROUND_OWN_STEPS] = OUTCOME_OWN_STEPS,
		[GROUND_TOO_LITTLE] = OUTCOME_TOO_LITTLE,
	};

	if (event == REFERRAL_EV_LIST)
		return OUTCOME_LISTED;
	if (event == REFERRAL_EV_REDIRECT)
		return OUTCOME_REDIRECTED;
	if (event == REFERRAL_EV_NOT_RETAINED && (unsigned)ground < GROUND_MAX)
		return of_ground[ground];
	if (event == REFERRAL_EV_UNDECIDED_60 && before == OUTCOME_OPEN)
		return OUTCOME_UNDECIDED;
	return before;
}

bool
referral_is_open(enum referral_state s)
{
	return (unsigned)s < REFERRAL_STATE_MAX && (OPEN & IN(s)) != 0;
}
