#include "flow/referral.h"

#include "flow/flow.h"

#define DAYS(n)	((int64_t)(n) * 24 * 60 * 60)

static const struct flow_row rows[] = {
	/*
	 * Sealed to the representative alone (R10), acknowledged with a text
	 * that is the same for all (R20, R21), and from now on the clock of
	 * R139 runs.
	 */
	{ REFERRAL_RECEIVED, REFERRAL_EV_VERIFIED, REFERRAL_ACCEPTED, 6, {
		{ .type = EFFECT_KEEP },
		{ .type = EFFECT_MAIL, .mail = MAIL_T06, .section = "body",
		    .to = TO_REPRESENTATIVE },
		{ .type = EFFECT_MAIL, .mail = MAIL_T01, .section = "body",
		    .to = TO_SENDER },
		{ .type = EFFECT_TIMER, .event = REFERRAL_EV_UNDECIDED_45,
		    .seconds = DAYS(45) },
		{ .type = EFFECT_TIMER, .event = REFERRAL_EV_UNDECIDED_60,
		    .seconds = DAYS(60) },
		{ .type = EFFECT_AUDIT, .audit = FLOW_AUDIT_ACCEPTED } } },

	/* R139: an alarm while there is still time to decide. */
	{ REFERRAL_ACCEPTED, REFERRAL_EV_UNDECIDED_45, REFERRAL_ACCEPTED, 2, {
		{ .type = EFFECT_MAIL, .mail = MAIL_T05, .section = "alarm",
		    .to = TO_REPRESENTATIVE },
		{ .type = EFFECT_AUDIT, .audit = FLOW_AUDIT_ALARM } } },

	/* R139: never discussed, so there is no ground to keep it (R140). */
	{ REFERRAL_ACCEPTED, REFERRAL_EV_UNDECIDED_60, REFERRAL_ERASED, 3, {
		{ .type = EFFECT_ERASE },
		{ .type = EFFECT_MAIL, .mail = MAIL_T05, .section = "gewist",
		    .to = TO_REPRESENTATIVE },
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
