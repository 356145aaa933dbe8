/*
 * One step of an enrolment (flow/enrolment.c), whoever takes it: an officer by
 * mail, the operator's command, the newcomer, the clock. Decided first, with
 * its letters sealed; then committed.
 */
#ifndef GW_CORE_NEWCOMER_H
#define GW_CORE_NEWCOMER_H

#include "core/posts.h"

struct newcomer {
	struct posts *posts;
	struct enrolment *e;		/* as it is, then as it becomes */
	const struct correspondent *actor;	/* NULL: operator or clock */
	int key;			/* memfd of a key that is new, or -1 */
	int64_t old_key;		/* blob of one that it replaces, or 0 */
	char old_fpr[LIM_FPR + 1];	/* whose place the new key takes, or "" */
	enum enrolment_event event;
	struct effects effects;
};

/*
 * Takes the step. GW_STATE: it does not fit. GW_MISSING: there is no second
 * officer (design.md 10). GW_KEY: the key cannot be used, or it is not what
 * was agreed. Else as posts_letter().
 */
enum gw_err newcomer_step(struct newcomer *n, enum enrolment_event event);

/* Writes it, with its letters; inside a transaction. */
enum gw_err newcomer_commit(struct newcomer *n);

/* When that is committed: whose signature counts from now on. */
void newcomer_after(struct newcomer *n);

/* The 14 days of an enrolment are over; inside a transaction. Afterwards its key
 * is to be forgotten. */
enum gw_err newcomer_due(struct core *c, const char *ref, int64_t now);

/* Asks keys to take the key `file` into the ring; *out is its answer.
 * GW_AGAIN: keys is down. */
enum gw_err newcomer_import(struct core *c, const char *fpr,
    const char *address, int file, struct msg_imported *out);

/* What that comes to: GW_OK; GW_KEY: it is not the key, or no good one;
 * GW_AGAIN: nothing is known of it yet. */
enum gw_err newcomer_taken(const struct msg_imported *answer);

/* Takes a key out of the ring again, unless a correspondent has it, somebody
 * is about to prove it, or it is the LTF's. */
void newcomer_forget(struct core *c, const char *fpr);

/* A held mail was sealed to the key before: it becomes an intent again and is
 * sealed to the new one. Inside a transaction. */
enum gw_err newcomer_renew(struct core *c, const struct correspondent *p);

/* Changes a person, or adds who has no number yet. Whoever receives referrals
 * from then on, and did not before, gets the open ones too. Inside a
 * transaction; as `change`. */
enum gw_err newcomer_change(struct core *c, struct correspondent *p,
    enum gw_err (*change)(struct core *, struct correspondent *));

#endif
