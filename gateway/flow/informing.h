/*
 * May the person be told the mere fact of being discussed (R107 to R109)? Only
 * when everybody who took part says yes to that exact letter, an information
 * officer also for the secret of an investigation (R74, R108). Silence, doubt,
 * another letter, another circle: no. A table of rows and one round of voices.
 * Pure: no clock, no store.
 */
#ifndef GW_FLOW_INFORMING_H
#define GW_FLOW_INFORMING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/crypto.h"
#include "base/err.h"
#include "base/limits.h"
#include "flow/effect.h"

#define INFORMING_STATES(X)						\
	X(NONE)		/* nobody asks */				\
	X(ASKED)	/* a round is open */				\
	X(AGREED)	/* the chair has the letter */

enum informing_state {
#define X(id) INFORMING_##id,
	INFORMING_STATES(X)
#undef X
	INFORMING_STATE_MAX
};

#define INFORMING_EVENTS(X)						\
	X(PROPOSE)	/* the chair, by signed mail */			\
	X(GIVE_UP)							\
	/* whoever is asked, by signed mail */				\
	X(AGREE) X(OBJECT)						\
	X(WITHDRAW)	/* one's own yes */				\
	/* of the system */						\
	X(UNANIMOUS)	/* the last yes is in */			\
	X(VOID)		/* the circle or the letter is another */	\
	X(LAPSE)	/* timer */

enum informing_event {
#define X(id) INFORMING_EV_##id,
	INFORMING_EVENTS(X)
#undef X
	INFORMING_EVENT_MAX
};

/* For how long a round is open: a yes of last year is none of today. */
#define INFORMING_DAYS	30

/* One who must say yes: a person, not a key. But a yes counts for as long as
 * the key that signed it does (R91). */
struct informing_voice {
	int64_t person;			/* correspondent */
	uint64_t key;			/* which one: of a hash of it */
	bool officer;			/* answers for the investigation too */
	bool serves;			/* may speak now; not kept */
	bool yes;
};

/* Large: not for the stack. */
struct informing {
	enum informing_state state;
	int64_t chair;			/* who proposed it last */
	uint8_t nonce[HASH_BYTES];	/* of the round; its codes are made of
					 * it */
	uint8_t text[HASH_BYTES];	/* SHA-256 of the letter that all see */
	size_t voices;
	struct informing_voice voice[LIM_VOICES];
};

struct informing_act {
	enum informing_event event;
	int64_t person;			/* whose act it is */
	/* PROPOSE and AGREE: who is to be asked as things are now, and what
	 * the letter says now; `chair` and `yes` are not read. PROPOSE takes
	 * its nonce too. */
	const struct informing *now;
};

/*
 * Takes one act: changes *i and gives what follows in `out`. PROPOSE begins a
 * new round in the place of any other, with the proposer's own yes. AGREE takes
 * UNANIMOUS too when it is the last, and drops a yes of somebody who does not
 * serve at that moment or has another key; where the circle or the letter is
 * another by now it takes VOID instead. What ends a round forgets who said
 * what. Whatever is not GW_OK changed nothing:
 *
 * GW_STATE	not in this state
 * GW_DENIED	not asked, or does not serve
 * GW_EXISTS	said before; GW_MISSING: there is nothing to withdraw, or
 *		nobody took part
 * GW_KEY	PROPOSE: there is no information officer to ask
 */
enum gw_err informing_act(struct informing *i, const struct informing_act *a,
    struct effects *out);

/* How many have not said yes. */
size_t informing_waits(const struct informing *i);

/* The voice of that person, or NULL. */
const struct informing_voice *informing_voice_of(const struct informing *i,
    int64_t person);

/* Adds somebody to be asked, once. GW_LIMIT. */
enum gw_err informing_ask(struct informing *i,
    const struct informing_voice *voice);

/* R108: what an agreement stands on, each of them a row of the audit chain.
 * NULL behind the last. Storage is static. */
extern const char *const informing_conditions[];

#endif
