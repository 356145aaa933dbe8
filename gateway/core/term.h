/*
 * One step of the term of one case, whoever takes it: an order, a meeting that
 * was held, a timer (domain.md 4.5). flow/retention.c says what follows; here
 * it is written.
 */
#ifndef GW_CORE_TERM_H
#define GW_CORE_TERM_H

#include "core/core.h"

/* Large: not for the stack. */
struct term {
	struct case_ref c;
	struct case_file file;
	bool file_changed;		/* it is written with the step */
	enum retention_event event;
	struct retention_act act;	/* but for `today`: the caller's */
	struct retention next;
	struct effects effects;
	int64_t asked_by;		/* core/inform.c: who had asked whether the
					 * person may be told */
};

/* A new one, of the case `ref`. GW_MISSING: there is none, or no more than its
 * figures. The caller ends it with term_free(), which also takes NULL. */
enum gw_err term_find(struct core *c, const char *ref, struct term **t);
void term_free(struct term *t);

/* Asks the table what `event` makes of it at `now`; as retention_step(). */
enum gw_err term_decide(struct term *t, enum retention_event event,
    int64_t now);

/*
 * Writes what was decided: term, file, timers, mails as intents, the chain;
 * `actor` is a fingerprint or NULL. T33 brings words and is left to whoever has
 * them. Inside a transaction.
 */
enum gw_err term_commit(struct core *c, struct term *t, int64_t now,
    const char *actor);

/* Its clocks begin: it was just added. Inside a transaction. */
enum gw_err term_listed(struct core *c, const struct case_ref *listed,
    int64_t now, const char *actor);

/* Whether a meeting on `day` can have discussed this case. GW_MISSING: there
 * is no such case. GW_STATE: its term was over by then. */
enum gw_err term_may_discuss(struct core *c, const char *ref, int64_t day,
    int64_t now);

/* A meeting was held: each case that it discussed begins its year anew, and
 * remembers who was there for it. Inside a transaction. */
enum gw_err term_held(struct core *c, const struct meeting *m,
    const struct attendance *a, int64_t now, const char *actor);

/* A timer of a case. */
enum gw_err term_due(struct core *c, const struct timer *timer, int64_t now);

/* At the start: a case without clocks, because it was listed before there were
 * any, gets them. */
enum gw_err term_recover(struct core *c);

#endif
