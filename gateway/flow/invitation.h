/*
 * The life of an invitation, one per invitee and meeting (domain.md 4.2), as a
 * table of rows. Pure: no clock, no store.
 *
 * Taking part is free (R47, R50), so the table cannot press anybody: one
 * reminder in a whole life, one friendly question for reasons, nothing ever
 * follows from silence, and of a refusal no third party hears.
 */
#ifndef GW_FLOW_INVITATION_H
#define GW_FLOW_INVITATION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "flow/effect.h"
#include "flow/meeting.h"
#include "policy/policy.h"

/*
 * States by their names in domain.md 4.2, and how the office reads them.
 * RESCHEDULED is for whoever was reminded or had answered, or whose invitation
 * was withdrawn: asked again, and never reminded any more. Who is asked again
 * for another hour and had done neither goes back to APPROVED.
 */
#define INVITATION_STATES(X)						\
	X(NEW, "")		/* nothing yet */			\
	X(DRAFT, "nog niet gevraagd")					\
	X(APPROVED, "de uitnodiging vertrekt")				\
	X(SENT, "verstuurd, nog geen antwoord")				\
	X(DELIVERED, "aangekomen, nog geen antwoord")			\
	X(FAILED, "niet aangekomen")					\
	X(REMINDED, "herinnerd, nog geen antwoord")			\
	X(RESCHEDULED, "opnieuw gevraagd, nog geen antwoord")		\
	X(NO_REPLY, "geen antwoord")					\
	X(ACCEPTED, "komt")						\
	X(ACCEPTED_PERMREP, "laat een vaste vertegenwoordiger komen")	\
	X(DECLINED_MOTIVATED, "komt niet, met motivering")		\
	X(DECLINED_BARE, "komt niet")					\
	X(TALK_OFFERED, "komt niet, gesprek aangeboden")		\
	X(WITHDRAWN, "ingetrokken")					\
	X(ATTENDED, "was er") X(ABSENT, "was er niet") X(ERASED, "gewist")

enum invitation_state {
#define X(id, dutch) INVITATION_##id,
	INVITATION_STATES(X)
#undef X
	INVITATION_STATE_MAX
};

#define INVITATION_EVENTS(X)						\
	X(DRAFTED)							\
	/* of the mayor or the representative, by a signed order */	\
	X(ORDERED)							\
	X(AGAIN)	/* what failed goes once more */		\
	X(ANEW)		/* ordered once more, after it was withdrawn */	\
	X(TALK)		/* offers a talk to who declined (R52) */	\
	X(MOVE)		/* the meeting has another hour or place */	\
	X(CANCEL)							\
	X(PRESENT) X(NOT_PRESENT)	/* the attendance is closed */	\
	/* of the way out */						\
	X(LEFT)		/* our relay took T12, T13 or T18 */		\
	X(DSN_OK) X(DSN_FAILED)	/* or it cannot be sealed */		\
	/* of the invitee, signed */					\
	X(ACCEPT)							\
	X(ACCEPT_BY)	/* a permanent representative comes (R64) */	\
	X(DECLINE)							\
	X(DECLINE_WORDS)	/* with reasons; or the reasons alone */ \
	/* timers */							\
	X(REMIND)							\
	X(DATE_PASSED)	/* the meeting is over */			\
	X(DONE)		/* ... for 30 days: with the meeting */

enum invitation_event {
#define X(id) INVITATION_EV_##id,
	INVITATION_EVENTS(X)
#undef X
	INVITATION_EVENT_MAX
};

/* X(identifier, stable name) */
#define INVITATION_KINDS(X)						\
	X(FIXED, "fixed")						\
	X(ADHOC, "ad-hoc")	/* for this meeting: R61 to R63 */

enum invitation_kind {
#define X(id, name) INVITATION_##id,
	INVITATION_KINDS(X)
#undef X
	INVITATION_KIND_MAX
};

const char *invitation_state_name(enum invitation_state s);
/* For the office; of who declined or was silent it says no more than that. */
const char *invitation_state_dutch(enum invitation_state s);
const char *invitation_event_name(enum invitation_event e);
const char *invitation_kind_name(enum invitation_kind k);

/* How somebody in this role is invited. */
enum invitation_kind invitation_kind_of(enum person_role r);

/* What chooses between the mails of a row: T12 or T13, for which table, and
 * whether T20 goes (R61). */
struct invited {
	enum invitation_kind kind;
	enum meeting_kind table;
};

/*
 * As referral_step(). Answers count from SENT on: for one that comes while the
 * state is still APPROVED, the mail has left, whatever our books say, and the
 * caller takes LEFT first.
 */
enum gw_err invitation_step(enum invitation_state from,
    enum invitation_event event, const struct invited *what,
    enum invitation_state *next, struct effects *out);

/* Whether the event is an answer of the invitee. */
bool invitation_is_answer(enum invitation_event e);

/* Whether a mail of this kind is the invitation itself. */
bool invitation_invites(enum mail_kind k);

/* Whether a mail of this kind asks the invitee to come, so that it must not
 * leave when the meeting is over or cancelled (EFFECT_RECALL). */
bool invitation_asks(enum mail_kind k);

/* The reminder goes five days before the meeting, and not to somebody who got
 * the invitation less than three days earlier: that would be pressing. */
#define INVITATION_REMIND_SECONDS	((int64_t)5 * 24 * 60 * 60)
#define INVITATION_QUIET_SECONDS	((int64_t)3 * 24 * 60 * 60)

/* When an EFFECT_CLOCK of an invitation is due, for a step taken at `now`; 0:
 * never. */
int64_t invitation_due(enum invitation_event e, int64_t now, int64_t starts,
    int64_t ends);

#endif
