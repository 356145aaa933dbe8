/*
 * The feedback fiche (domain.md 4.3, R88 to R106) as a table: who may move it
 * where, and what leaves then. Whether a round is unanimous is asked of
 * flow/fiche_round.h, which is also the way in for every act; nothing but it
 * takes UNANIMOUS and HAND_OVER. Pure: no clock, no store.
 */
#ifndef GW_FLOW_FICHE_H
#define GW_FLOW_FICHE_H

#include <stdbool.h>

#include "base/err.h"
#include "flow/effect.h"

#define FICHE_STATES(X)							\
	X(NEW)		/* nothing yet */				\
	X(DRAFT)	/* drawn up; no member has it */		\
	X(PROPOSED)	/* a round is open */				\
	X(OBJECTED)	/* there is no consensus on this version */	\
	X(APPROVED)	/* unanimous; not handed over */		\
	X(HANDED_OVER)	/* the IO has it, with the bundle */		\
	X(DISPATCHED)	/* the IO's mail to the LTF is under way */	\
	X(UNCERTAIN)	/* we died while it was */			\
	X(CONFIRMED)	/* the IO or a DSN says that it arrived */	\
	X(ABANDONED)	/* given up */					\
	X(EXPIRED)	/* given up by time */				\
	X(ERASED)	/* reference, keyed digest, days, one number */

enum fiche_state {
#define X(id) FICHE_##id,
	FICHE_STATES(X)
#undef X
	FICHE_STATE_MAX
};

#define FICHE_EVENTS(X)							\
	/* the IO, by signed mail (R88, R101) */			\
	X(DRAW_UP) X(SUBMIT) X(REVISE)					\
	X(FLAG)		/* secret of an investigation (R74) */		\
	X(HAND_OVER)	/* asks for it */				\
	X(AGAIN)	/* and once more, when it was lost */		\
	X(DISPATCH) X(CONFIRM)						\
	/* the IO or the chair */					\
	X(GIVE_UP)							\
	/* a member, by signed mail (R89, R91) */			\
	X(APPROVE) X(OBJECT)						\
	X(WITHDRAW)	/* an approval of one's own */			\
	/* the owner of an element who is no member (R72) */		\
	X(CONSENT) X(REFUSE)						\
	/* of the system */						\
	X(UNANIMOUS)	/* the last approval is in */			\
	X(KEY_LOST)	/* a member's key does not count any more */	\
	X(KEY_BACK)	/* it does, or another one does */		\
	/* timers */							\
	X(REMIND)	/* approved, and not asked for */		\
	X(LAPSE)	/* no consensus in 30 days */			\
	X(CAP)		/* content is nowhere kept longer */		\
	X(DONE)		/* over for a week */				\
	/* transport */							\
	X(DSN_OK) X(DSN_FAILED)						\
	X(LOST)		/* a crash left the outcome open */

enum fiche_event {
#define X(id) FICHE_EV_##id,
	FICHE_EVENTS(X)
#undef X
	FICHE_EVENT_MAX
};

const char *fiche_state_name(enum fiche_state s);
const char *fiche_event_name(enum fiche_event e);

/* As referral_step(). For the acts on a round it is fiche_act() that asks. */
enum gw_err fiche_step(enum fiche_state from, enum fiche_event event,
    enum fiche_state *next, struct effects *out);

#endif
