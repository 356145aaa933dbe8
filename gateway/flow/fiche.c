#include "flow/fiche.h"

#include "flow/flow.h"

#define DAYS(n)		((int64_t)(n) * 24 * 60 * 60)

/* The round has not ended in a hand-over, and may still change. */
#define OPEN	(IN(FICHE_PROPOSED) | IN(FICHE_OBJECTED) | IN(FICHE_APPROVED))
/* Unanimity stands in both; only the last line between them is drawn. */
#define ROUND	(IN(FICHE_PROPOSED) | IN(FICHE_APPROVED))
/* The IO has it, and nobody knows yet whether the LTF does. */
#define OUT	(IN(FICHE_HANDED_OVER) | IN(FICHE_DISPATCHED) |		\
		IN(FICHE_UNCERTAIN))
#define OVER	(IN(FICHE_CONFIRMED) | IN(FICHE_ABANDONED) |		\
		IN(FICHE_EXPIRED))

#define MAIL(kind, text, whom)						\
	{ .type = EFFECT_MAIL, .mail = MAIL_##kind, .section = text,	\
	    .to = whom }
#define TIMER(what, when)						\
	{ .type = EFFECT_TIMER, .event = FICHE_EV_##what,		\
	    .seconds = when }
#define AUDIT(what)							\
	{ .type = EFFECT_AUDIT, .audit = FLOW_AUDIT_##what }
#define NOTHING	0, { { .type = EFFECT_STATE } }
#define CALM	{ .type = EFFECT_CALM }
#define RELAY	{ .type = EFFECT_RELAY, .mail = MAIL_T28B }
/* A dispatch that has not left is not to leave: the LTF gets it once (R101). */
#define RECALL	{ .type = EFFECT_RECALL }
/* A proposal of its own to each member, and to each owner who was not there
 * the own elements alone (R72, R90). */
#define ROUND_OF_MAILS							\
	MAIL(T25, "body", TO_MEMBERS),					\
	MAIL(T25, "bron", TO_SOURCES)
/* R100: nobody else hears that there was one, nor whose it is. */
#define NO_CONSENSUS(text)						\
	MAIL(T26, text, TO_IO),						\
	MAIL(T26, text, TO_CHAIR)
/* That there was an answer, never which. */
#define ANSWERED	AUDIT(FICHE_ANSWERED)
/* A week for who has questions; then the content goes (R106). */
#define ENDING								\
	CALM,								\
	TIMER(DONE, DAYS(7)),						\
	AUDIT(FICHE_ENDED)
#define NO_FICHE							\
	MAIL(T29, "body", TO_IO),					\
	MAIL(T29, "body", TO_MEMBERS),					\
	ENDING

/*
 * Timers stay when a round ends: 30 days is what mediation gets, however often
 * the text was revised. One that fires where there is no row for it has come
 * too late and does nothing.
 */
static const struct flow_row rows[] = {
	/* domain.md 7, P1: content is kept for 60 days at most. */
	{ IN(FICHE_NEW), FICHE_EV_DRAW_UP, FICHE_DRAFT, 1, {
		TIMER(CAP, DAYS(53)) } },
	{ IN(FICHE_DRAFT), FICHE_EV_SUBMIT, FICHE_PROPOSED, 4, {
		ROUND_OF_MAILS,
		TIMER(LAPSE, DAYS(30)),
		AUDIT(FICHE_PROPOSED) } },
	/* R98: whatever had been approved, it was another text. */
	{ OPEN, FICHE_EV_REVISE, FICHE_PROPOSED, 3, {
		ROUND_OF_MAILS,
		AUDIT(FICHE_PROPOSED) } },

	{ IN(FICHE_PROPOSED), FICHE_EV_APPROVE, FLOW_STAY, 1, {
		ANSWERED } },
	{ IN(FICHE_PROPOSED), FICHE_EV_CONSENT, FLOW_STAY, 1, {
		ANSWERED } },
	{ IN(FICHE_PROPOSED), FICHE_EV_WITHDRAW, FLOW_STAY, 1, {
		ANSWERED } },
	/* Until the IO has it anybody may think again. */
	{ IN(FICHE_APPROVED), FICHE_EV_WITHDRAW, FICHE_PROPOSED, 3, {
		NO_CONSENSUS("ingetrokken"),
		ANSWERED } },
	/* Also one after another: each may want something else out. */
	{ OPEN, FICHE_EV_OBJECT, FICHE_OBJECTED, 3, {
		NO_CONSENSUS("body"),
		ANSWERED } },
	{ OPEN, FICHE_EV_REFUSE, FICHE_OBJECTED, 3, {
		NO_CONSENSUS("bron"),
		ANSWERED } },
	/* R74: the IO knows, and nobody else needs to. */
	{ ROUND, FICHE_EV_FLAG, FICHE_OBJECTED, 1, {
		ANSWERED } },

	{ IN(FICHE_PROPOSED), FICHE_EV_UNANIMOUS, FICHE_APPROVED, 4, {
		MAIL(T27, "io", TO_IO),
		MAIL(T27, "body", TO_MEMBERS),
		TIMER(REMIND, DAYS(7)),
		AUDIT(FICHE_APPROVED) } },
	{ IN(FICHE_PROPOSED) | IN(FICHE_OBJECTED), FICHE_EV_KEY_LOST,
	    FLOW_STAY, NOTHING },
	{ IN(FICHE_APPROVED), FICHE_EV_KEY_LOST, FICHE_PROPOSED, 2, {
		NO_CONSENSUS("sleutel") } },
	{ OPEN, FICHE_EV_KEY_BACK, FLOW_STAY, NOTHING },

	/* R101, R103: to the IO, and to nobody else. */
	{ IN(FICHE_APPROVED), FICHE_EV_HAND_OVER, FICHE_HANDED_OVER, 2, {
		MAIL(T28, "body", TO_IO),
		AUDIT(FICHE_HANDED_OVER) } },
	/* It was lost on its way: the same once more, to the same one. */
	{ IN(FICHE_HANDED_OVER), FICHE_EV_AGAIN, FLOW_STAY, 2, {
		MAIL(T28, "body", TO_IO),
		AUDIT(FICHE_HANDED_OVER) } },
	{ IN(FICHE_APPROVED), FICHE_EV_REMIND, FLOW_STAY, 1, {
		MAIL(T28, "herinnering", TO_IO) } },

	/* Out of UNCERTAIN by a new signed mail of the IO only: nothing is
	 * ever sent again by itself. */
	{ IN(FICHE_HANDED_OVER) | IN(FICHE_UNCERTAIN), FICHE_EV_DISPATCH,
	    FICHE_DISPATCHED, 2, {
		RELAY,
		AUDIT(FICHE_DISPATCHED) } },
	{ IN(FICHE_DISPATCHED), FICHE_EV_LOST, FICHE_UNCERTAIN, 1, {
		MAIL(T28, "onzeker", TO_IO) } },
	{ IN(FICHE_DISPATCHED) | IN(FICHE_UNCERTAIN), FICHE_EV_DSN_OK,
	    FICHE_CONFIRMED, 5, {
		RECALL,
		MAIL(T28, "verzonden", TO_IO),
		ENDING } },
	/* It did not arrive, which is known: the IO may dispatch anew. */
	{ IN(FICHE_DISPATCHED) | IN(FICHE_UNCERTAIN), FICHE_EV_DSN_FAILED,
	    FICHE_HANDED_OVER, 2, {
		RECALL,
		MAIL(T28, "mislukt", TO_IO) } },
	{ OUT, FICHE_EV_CONFIRM, FICHE_CONFIRMED, 4, {
		RECALL,
		ENDING } },

	{ OPEN, FICHE_EV_GIVE_UP, FICHE_ABANDONED, 5, {
		NO_FICHE } },
	{ IN(FICHE_DRAFT), FICHE_EV_GIVE_UP, FICHE_ABANDONED, 3, {
		ENDING } },
	{ IN(FICHE_PROPOSED) | IN(FICHE_OBJECTED), FICHE_EV_LAPSE,
	    FICHE_EXPIRED, 5, {
		NO_FICHE } },
	{ OPEN, FICHE_EV_CAP, FICHE_EXPIRED, 5, {
		NO_FICHE } },
	{ IN(FICHE_DRAFT) | OUT, FICHE_EV_CAP, FICHE_EXPIRED, 4, {
		RECALL,
		ENDING } },
	{ OVER, FICHE_EV_DONE, FICHE_ERASED, 3, {
		CALM,
		{ .type = EFFECT_ERASE },
		AUDIT(ERASED) } }
};

static const char *const states[FICHE_STATE_MAX] = {
#define X(id) #id,
	FICHE_STATES(X)
#undef X
};

static const char *const events[FICHE_EVENT_MAX] = {
#define X(id) #id,
	FICHE_EVENTS(X)
#undef X
};

const char *
fiche_state_name(enum fiche_state s)
{
	return (unsigned)s < FICHE_STATE_MAX ? states[s] : "?";
}

const char *
fiche_event_name(enum fiche_event e)
{
	return (unsigned)e < FICHE_EVENT_MAX ? events[e] : "?";
}

enum gw_err
fiche_step(enum fiche_state from, enum fiche_event event,
    enum fiche_state *next, struct effects *out)
{
	enum gw_err err;
	int to;

	err = flow_step(rows, sizeof(rows) / sizeof(rows[0]), (int)from,
	    (int)event, &to, out);
	*next = (enum fiche_state)to;
	return err;
}
