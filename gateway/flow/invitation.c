#include "flow/invitation.h"

#include "flow/flow.h"

/* Lies with the invitee, who has said nothing. */
#define ASKED	(IN(INVITATION_SENT) | IN(INVITATION_DELIVERED) |	\
		IN(INVITATION_REMINDED) | IN(INVITATION_RESCHEDULED))
#define COMES	(IN(INVITATION_ACCEPTED) | IN(INVITATION_ACCEPTED_PERMREP))
#define DECLINED							\
	(IN(INVITATION_DECLINED_MOTIVATED) | IN(INVITATION_DECLINED_BARE))
#define REFUSES	(DECLINED | IN(INVITATION_TALK_OFFERED))
/* A delivery notice is no proof that nobody has it: whoever answers, has. */
#define MAY_ANSWER	(ASKED | IN(INVITATION_FAILED))
/* Ordered and not over. */
#define OPEN	(IN(INVITATION_APPROVED) | MAY_ANSWER | COMES | REFUSES | \
		IN(INVITATION_NO_REPLY))

#define MAIL(kind, text, whom)						\
	{ .type = EFFECT_MAIL, .mail = MAIL_##kind, .section = text,	\
	    .to = whom }
#define INVITEE(kind)	MAIL(kind, "body", TO_INVITEE)
/* One of the two goes; its section is that of the table. */
#define INVITATION							\
	MAIL(T12, "operationeel", TO_INVITEE),				\
	MAIL(T13, "operationeel", TO_INVITEE)
/* T17 asks for reasons, T16 thanks for them: this does neither. */
#define THANKS		MAIL(T16, "zonder", TO_INVITEE)
#define TALK		MAIL(T19, "zonder", TO_INVITEE)
#define CLOCK(what)							\
	{ .type = EFFECT_CLOCK, .event = INVITATION_EV_##what }
#define NOTHING	0, { { .type = EFFECT_STATE } }
#define CALM	{ .type = EFFECT_CALM }
#define RECALL	{ .type = EFFECT_RECALL }
/* R48, R49: to whom the answer is owed, and not to the coordinator. The words
 * go in this mail and are not kept. */
#define TO_MAYOR	MAIL(B07, "weigering", TO_DECIDERS)
#define TO_MAYOR_BARE	MAIL(B07, "weigering-zonder", TO_DECIDERS)
/* That there was an answer, never which (R50). */
#define ANSWERED							\
	{ .type = EFFECT_AUDIT, .audit = FLOW_AUDIT_ANSWERED }

static const struct flow_row rows[] = {
	{ IN(INVITATION_NEW), INVITATION_EV_DRAFTED, INVITATION_DRAFT,
	    NOTHING },

	/* R45: only a signed order of the mayor or the representative, which
	 * meeting_check() let pass, gets here. */
	{ IN(INVITATION_DRAFT), INVITATION_EV_ORDERED, INVITATION_APPROVED, 4, {
		INVITATION,
		CLOCK(REMIND),
		CLOCK(DATE_PASSED) } },
	/* Once the address or the key is mended. */
	{ IN(INVITATION_FAILED), INVITATION_EV_AGAIN, INVITATION_APPROVED, 5, {
		CALM,
		INVITATION,
		CLOCK(REMIND),
		CLOCK(DATE_PASSED) } },

	/* A bare 250 of our own relay proves nothing (design.md 10). */
	{ IN(INVITATION_APPROVED), INVITATION_EV_LEFT, INVITATION_SENT,
	    NOTHING },
	{ IN(INVITATION_SENT), INVITATION_EV_DSN_OK, INVITATION_DELIVERED,
	    NOTHING },
	{ IN(INVITATION_APPROVED) | IN(INVITATION_SENT),
	    INVITATION_EV_DSN_FAILED, INVITATION_FAILED, 1, {
		MAIL(T42, "body", TO_COORDINATOR) } },
	/* A later mail of ours. Never one to somebody who declined: the
	 * coordinator would be a third party to that. */
	{ IN(INVITATION_DELIVERED) | IN(INVITATION_REMINDED) |
	    IN(INVITATION_RESCHEDULED) | COMES,
	    INVITATION_EV_DSN_FAILED, FLOW_STAY, 1, {
		MAIL(T42, "body", TO_COORDINATOR) } },

	/* Also who had declined: minds may change until the attendance is
	 * closed. R61: ad hoc, one talks with the coordinator first. */
	{ MAY_ANSWER | REFUSES | IN(INVITATION_ACCEPTED_PERMREP),
	    INVITATION_EV_ACCEPT, INVITATION_ACCEPTED, 3, {
		INVITEE(T15),
		INVITEE(T20),
		ANSWERED } },
	{ IN(INVITATION_ACCEPTED), INVITATION_EV_ACCEPT, FLOW_STAY, 2, {
		INVITEE(T15),
		ANSWERED } },
	/* R64, R65: the two may talk. R68: the representative still needs an
	 * invitation, which only the mayor's order makes: B07 asks for it. */
	{ MAY_ANSWER | REFUSES | COMES, INVITATION_EV_ACCEPT_BY,
	    INVITATION_ACCEPTED_PERMREP, 5, {
		MAIL(B07, "vaste", TO_DECIDERS),
		MAIL(T15, "doorvaste", TO_INVITEE),
		MAIL(T21, "organisatie", TO_INVITEE),
		MAIL(T21, "vaste", TO_PERM_REP),
		ANSWERED } },

	{ MAY_ANSWER | COMES | IN(INVITATION_DECLINED_BARE),
	    INVITATION_EV_DECLINE_WORDS, INVITATION_DECLINED_MOTIVATED, 3, {
		TO_MAYOR,
		INVITEE(T16),
		ANSWERED } },
	/* R48: asked for once, kindly. None of these states comes back once an
	 * answer was given, so T17 cannot go twice. */
	{ IN(INVITATION_SENT) | IN(INVITATION_DELIVERED) |
	    IN(INVITATION_REMINDED) | IN(INVITATION_FAILED),
	    INVITATION_EV_DECLINE, INVITATION_DECLINED_BARE, 3, {
		TO_MAYOR_BARE,
		INVITEE(T17),
		ANSWERED } },
	/* Whoever had accepted may have been asked for reasons before. */
	{ COMES | IN(INVITATION_RESCHEDULED), INVITATION_EV_DECLINE,
	    INVITATION_DECLINED_BARE, 3, {
		TO_MAYOR_BARE,
		THANKS,
		ANSWERED } },
	/* Said again, or said more. */
	{ REFUSES, INVITATION_EV_DECLINE, FLOW_STAY, 2, {
		THANKS,
		ANSWERED } },
	{ IN(INVITATION_DECLINED_MOTIVATED) | IN(INVITATION_TALK_OFFERED),
	    INVITATION_EV_DECLINE_WORDS, FLOW_STAY, 3, {
		TO_MAYOR,
		INVITEE(T16),
		ANSWERED } },
	/* R52; "body" where the office added words of its own. */
	{ DECLINED, INVITATION_EV_TALK, INVITATION_TALK_OFFERED, 1, {
		TALK } },

	/* R50: once. What is REMINDED never comes back to these two. */
	{ IN(INVITATION_SENT) | IN(INVITATION_DELIVERED),
	    INVITATION_EV_REMIND, INVITATION_REMINDED, 1, {
		INVITEE(T14) } },
	/* Silence has no consequence: no mail, no figure. */
	{ ASKED, INVITATION_EV_DATE_PASSED, INVITATION_NO_REPLY, 1, {
		RECALL } },
	{ IN(INVITATION_APPROVED), INVITATION_EV_DATE_PASSED,
	    INVITATION_FAILED, 1, {
		RECALL } },
	/* Too late for practical data and for questions, but noted. */
	{ IN(INVITATION_NO_REPLY), INVITATION_EV_ACCEPT, INVITATION_ACCEPTED,
	    1, {
		ANSWERED } },
	{ IN(INVITATION_NO_REPLY), INVITATION_EV_ACCEPT_BY,
	    INVITATION_ACCEPTED_PERMREP, 1, {
		ANSWERED } },
	{ IN(INVITATION_NO_REPLY), INVITATION_EV_DECLINE,
	    INVITATION_DECLINED_BARE, 3, {
		TO_MAYOR_BARE,
		THANKS,
		ANSWERED } },
	{ IN(INVITATION_NO_REPLY), INVITATION_EV_DECLINE_WORDS,
	    INVITATION_DECLINED_MOTIVATED, 3, {
		TO_MAYOR,
		INVITEE(T16),
		ANSWERED } },

	/* R60. A first reminder is still possible. */
	{ IN(INVITATION_APPROVED) | IN(INVITATION_SENT) |
	    IN(INVITATION_DELIVERED), INVITATION_EV_MOVE,
	    INVITATION_APPROVED, 4, {
		CALM,
		MAIL(T18, "wijziging", TO_INVITEE),
		CLOCK(REMIND),
		CLOCK(DATE_PASSED) } },
	/* A yes was to another hour. Who said no is left in peace. */
	{ IN(INVITATION_REMINDED) | IN(INVITATION_RESCHEDULED) |
	    IN(INVITATION_NO_REPLY) | COMES, INVITATION_EV_MOVE,
	    INVITATION_RESCHEDULED, 3, {
		CALM,
		MAIL(T18, "wijziging", TO_INVITEE),
		CLOCK(DATE_PASSED) } },
	/* That T18 is lost, the coordinator hears: nobody who declined may
	 * stand here. */
	{ IN(INVITATION_APPROVED) | ASKED | COMES, INVITATION_EV_CANCEL,
	    INVITATION_WITHDRAWN, 3, {
		CALM,
		RECALL,
		MAIL(T18, "intrekking", TO_INVITEE) } },
	{ IN(INVITATION_DRAFT) | IN(INVITATION_FAILED) |
	    IN(INVITATION_NO_REPLY) | REFUSES, INVITATION_EV_CANCEL,
	    INVITATION_WITHDRAWN, 1, {
		CALM } },
	/* A slip, mended by an order like the first. Who was reminded then is
	 * not reminded again (R50). */
	{ IN(INVITATION_WITHDRAWN), INVITATION_EV_ANEW,
	    INVITATION_RESCHEDULED, 4, {
		RECALL,
		INVITATION,
		CLOCK(DATE_PASSED) } },

	/*
	 * Who was there counts, whatever was answered before: the consensus of
	 * R89 is theirs. Who was not is ABSENT and no more, so that nobody can
	 * tell later who had refused (R50).
	 */
	{ OPEN, INVITATION_EV_PRESENT, INVITATION_ATTENDED, 2, {
		CALM,
		RECALL } },
	{ OPEN, INVITATION_EV_NOT_PRESENT, INVITATION_ABSENT, 2, {
		CALM,
		RECALL } },
	/* Reasons may follow, and a talk. */
	{ IN(INVITATION_ABSENT), INVITATION_EV_DECLINE_WORDS, FLOW_STAY, 3, {
		TO_MAYOR,
		INVITEE(T16),
		ANSWERED } },
	{ IN(INVITATION_ABSENT), INVITATION_EV_TALK, FLOW_STAY, 1, {
		TALK } },

	/* Whom it was for went with the meeting, just before. */
	{ IN(INVITATION_DRAFT) | OPEN | IN(INVITATION_WITHDRAWN) |
	    IN(INVITATION_ATTENDED) | IN(INVITATION_ABSENT),
	    INVITATION_EV_DONE, INVITATION_ERASED, 2, {
		CALM,
		RECALL } }
};

static const struct {
	const char *name, *dutch;
} states[INVITATION_STATE_MAX] = {
#define X(id, dutch) { #id, dutch },
	INVITATION_STATES(X)
#undef X
};

static const char *const events[INVITATION_EVENT_MAX] = {
#define X(id) #id,
	INVITATION_EVENTS(X)
#undef X
};

static const char *const kinds[INVITATION_KIND_MAX] = {
#define X(id, name) name,
	INVITATION_KINDS(X)
#undef X
};

const char *
invitation_state_name(enum invitation_state s)
{
	return (unsigned)s < INVITATION_STATE_MAX ? states[s].name : "?";
}

const char *
invitation_state_dutch(enum invitation_state s)
{
	return (unsigned)s < INVITATION_STATE_MAX ? states[s].dutch : "?";
}

const char *
invitation_event_name(enum invitation_event e)
{
	return (unsigned)e < INVITATION_EVENT_MAX ? events[e] : "?";
}

const char *
invitation_kind_name(enum invitation_kind k)
{
	return (unsigned)k < INVITATION_KIND_MAX ? kinds[k] : "?";
}

enum invitation_kind
invitation_kind_of(enum person_role r)
{
	return r == PERSON_ADHOC || r == PERSON_NON_MEMBER ?
	    INVITATION_ADHOC : INVITATION_FIXED;
}

/* Whether this mail is for that kind of invitee. */
static bool
is_for(enum mail_kind mail, enum invitation_kind kind)
{
	switch (mail) {
	case MAIL_T12:
		return kind != INVITATION_ADHOC;
	case MAIL_T13:
	case MAIL_T20:
		return kind == INVITATION_ADHOC;
	default:
		return true;
	}
}

/* Leaves out the mails of a row that are for the other kind. */
static void
choose(struct effects *out, const struct invited *what)
{
	size_t i, n = 0;

	for (i = 0; i < out->n; i++) {
		struct effect e = out->e[i];

		if (e.type == EFFECT_MAIL && !is_for(e.mail, what->kind))
			continue;
		if (e.type == EFFECT_MAIL && what->table == MEETING_STRATEGIC &&
		    (e.mail == MAIL_T12 || e.mail == MAIL_T13))
			e.section = "strategisch";
		out->e[n++] = e;
	}
	out->n = n;
}

enum gw_err
invitation_step(enum invitation_state from, enum invitation_event event,
    const struct invited *what, enum invitation_state *next,
    struct effects *out)
{
	enum gw_err err;
	int to;

	err = flow_step(rows, sizeof(rows) / sizeof(rows[0]), (int)from,
	    (int)event, &to, out);
	choose(out, what);
	*next = (enum invitation_state)to;
	return err;
}

bool
invitation_is_answer(enum invitation_event e)
{
	return e == INVITATION_EV_ACCEPT || e == INVITATION_EV_ACCEPT_BY ||
	    e == INVITATION_EV_DECLINE || e == INVITATION_EV_DECLINE_WORDS;
}

bool
invitation_invites(enum mail_kind k)
{
	return k == MAIL_T12 || k == MAIL_T13;
}

bool
invitation_asks(enum mail_kind k)
{
	return invitation_invites(k) || k == MAIL_T14 || k == MAIL_T18;
}

int64_t
invitation_due(enum invitation_event e, int64_t now, int64_t starts,
    int64_t ends)
{
	int64_t remind = starts - INVITATION_REMIND_SECONDS;

	switch (e) {
	case INVITATION_EV_REMIND:
		return remind - now >= INVITATION_QUIET_SECONDS ? remind : 0;
	case INVITATION_EV_DATE_PASSED:
		return ends;
	default:
		return 0;
	}
}
