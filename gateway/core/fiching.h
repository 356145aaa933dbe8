/*
 * One act on a feedback fiche, whoever's it is (domain.md 4.3): loaded, asked of
 * flow/fiche_round.h, written. What is said in it is in memory for as long as
 * the act takes, and in a sealed blob else (design.md 10).
 */
#ifndef GW_CORE_FICHING_H
#define GW_CORE_FICHING_H

#include "base/buf.h"
#include "core/way.h"

/* Large: not for the stack. */
struct fiching {
	struct core *core;
	struct fiche row;
	struct fiche_head head;
	struct fiche_content content;
	struct fiche_ballot ballot;
	uint8_t digest[HASH_BYTES];	/* of the text as it is */
	bool adds, revises;		/* a new text is written */
	bool changed;			/* there is something to write */
	struct effects effects;
	/* the approvals, as they were signed */
	int64_t approver;		/* whose comes in with this act; 0 */
	struct buf proof;		/* and it, by way_as_signed() */
	int64_t before[LIM_PRESENT];	/* of each member when it was loaded */
};

/* Makes an empty one. GW_NOMEM. */
enum gw_err fiching_new(struct core *c, struct fiching **f);
void fiching_free(struct fiching *f);

/* Loads F-...: row, text, ballot. GW_MISSING: no such fiche, or erased. */
enum gw_err fiching_load(struct fiching *f, const char *ref);

/* A step that is about no round; as fiche_step(). */
enum gw_err fiching_step(struct fiching *f, enum fiche_event event);

/* Takes an act, as fiche_act() says it. Inside core only this calls it. */
enum gw_err fiching_act(struct fiching *f, const struct fiche_act *act);

/*
 * Writes what was decided: text, ballot, state, timers, mails as intents, the
 * chain. T26 and the bundle are sealed by whoever has their words. Inside a
 * transaction.
 */
enum gw_err fiching_commit(struct fiching *f, int64_t now, const char *actor);

/* The code by which `person` agrees to it: a member with the attestation, the
 * owner of an element without. */
void fiching_code(const struct fiching *f, int64_t person, bool member,
    char out[LIM_CODE + 1]);
bool fiching_code_fits(const struct fiching *f, int64_t person, bool member,
    const char *code);

bool fiching_is_member(const struct fiching *f, int64_t person);
bool fiching_is_source(const struct fiching *f, int64_t person);

/* A timer of a fiche. */
enum gw_err fiching_due(struct core *c, const struct timer *timer,
    int64_t now);

/* What became of the relayed dispatch (T28b): other rows, nothing. Inside a
 * transaction. */
enum gw_err fiching_sent(struct core *c, const struct outbox *row,
    enum fiche_event event, int64_t now);

#endif
