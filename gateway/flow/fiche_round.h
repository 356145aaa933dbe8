/*
 * One round about one version of a fiche: who must agree, and who has. The
 * rule of unanimity (R89 to R91, R98) is one pure function over it.
 */
#ifndef GW_FLOW_FICHE_ROUND_H
#define GW_FLOW_FICHE_ROUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/crypto.h"
#include "base/err.h"
#include "base/limits.h"
#include "flow/effect.h"
#include "flow/fiche.h"

/* A person, not a key: whoever has two keys has one voice. */
struct fiche_member {
	int64_t person;			/* correspondent */
	bool valid;			/* the person serves, the key counts */
	bool objected;
	bool approved;
	uint32_t version;		/* what was approved */
	uint8_t digest[HASH_BYTES];
	int64_t mail;			/* blob of the signed mail; 0 = none */
};

/* Owner of an element who was not at the table (R72). A member agrees to the
 * use of the own elements by approving the text that they stand in. */
enum fiche_consent { CONSENT_NONE, CONSENT_YES, CONSENT_NO };

struct fiche_source {
	int64_t person;
	enum fiche_consent consent;
};

/* Large: not for the stack. */
struct fiche_round {
	uint32_t version;		/* from 1 */
	uint8_t digest[HASH_BYTES];	/* SHA-256 of the canonical text */
	bool flagged;			/* secret of an investigation (R74) */
	bool handed_over;
	size_t sources;
	struct fiche_source source[LIM_FICHE_CONSENTS];
	size_t members;			/* the set, frozen when it began */
	struct fiche_member member[LIM_PRESENT];
};

/* Nobody in it, no version. */
void fiche_round_init(struct fiche_round *r);

/* Before the round begins. GW_EXISTS: the person is in it already; GW_STATE:
 * it has begun; GW_LIMIT. */
enum gw_err fiche_round_member(struct fiche_round *r, int64_t person);

/* The same for an owner. GW_OK also for one who is a member, and then there is
 * nothing more to ask. The owners of a version are given after its begin. */
enum gw_err fiche_round_source(struct fiche_round *r, int64_t person);

/* Begins the next version with the same members: whatever was said of the one
 * before is void, and its owners are forgotten (R98). GW_STATE: nobody is in
 * it, it was handed over, or `version` is not the next. */
enum gw_err fiche_round_begin(struct fiche_round *r, uint32_t version,
    const uint8_t digest[HASH_BYTES]);

/*
 * Whether the fiche may be handed over: there is a set, each person of it
 * approved exactly this version and digest with a key that counts now, nobody
 * objects, every other owner of an element said yes, the IO did not flag it.
 */
bool fiche_may_release(const struct fiche_round *r);

/* How many members have not approved yet. */
size_t fiche_round_waits(const struct fiche_round *r);

/* What a verified mail, or the system, says about the round. */
struct fiche_act {
	enum fiche_event event;
	int64_t person;			/* whose act it is */
	uint32_t version;		/* APPROVE and CONSENT: of which */
	const uint8_t *digest;		/* the same; SUBMIT and REVISE: of the
					 * new text */
	int64_t mail;			/* APPROVE: see struct fiche_member */
};

/*
 * Takes one act: checks it against *r, changes *r and *state, and gives what
 * follows in `out`. SUBMIT and REVISE begin the next version. APPROVE and
 * CONSENT take UNANIMOUS too when they complete the round. Events that are
 * about no round (timers, transport) go by the table alone. Whatever is not
 * GW_OK changed nothing:
 *
 * GW_STATE	not in this state, or not about this version and digest
 * GW_DENIED	no member, no owner, or the key does not count
 * GW_EXISTS	said before; GW_MISSING: there is nothing to withdraw
 * GW_KEY	HAND_OVER of a round that is not unanimous (any more)
 */
enum gw_err fiche_act(enum fiche_state *state, struct fiche_round *r,
    const struct fiche_act *a, struct effects *out);

#endif
