/*
 * The mails that one step causes: made while it is decided, committed with it.
 * A mail is an intent (sealed when it is due) or, where it holds what a person
 * wrote or a code, a letter that is sealed at once (design.md 3.7).
 */
#ifndef GW_CORE_POSTS_H
#define GW_CORE_POSTS_H

#include "core/core.h"

/* Most mails of one step: each deputy gets a T06, each officer a code, and one
 * person all mails of a referral (LIM_FOLLOW_UPS). */
#define POSTS_MOST	32

struct post {
	struct outbox row;
	int sealed;			/* finished mail, or -1: an intent */
	bool newcomer;			/* gets its recipient at the commit */
	char address[LIM_ADDR + 1];	/* of a guest; else "" */
};

struct posts {
	struct core *core;
	int64_t now;
	bool dry;
	struct post p[POSTS_MOST];
	size_t n;
};

/* An outbox row with its fixed Message-ID; those that matter (T06) ask for a
 * delivery notice. */
void outbox_row(struct core *c, struct outbox *row, enum mail_kind kind,
    const char *section, int64_t correspondent, const char *ref, int64_t now);

/* Adds such a row as an intent, and says so in the chain. To who was removed
 * since, there is nothing to add: GW_OK. Inside a transaction. */
enum gw_err outbox_queue(struct core *c, struct outbox *row);

/* `dry`: nothing is sealed, so nothing can be committed. */
void posts_begin(struct posts *p, struct core *c, int64_t now, bool dry);

/* Forgets them all; closes what was sealed. */
void posts_end(struct posts *p);

/* Adds an intent to a correspondent; the caller may still change it. NULL:
 * there are too many. */
struct post *posts_intent(struct posts *p, enum mail_kind kind,
    const char *section, int64_t correspondent, const char *ref);

/*
 * Adds a letter to a correspondent, composed and sealed now; `vars` beyond
 * those of the house. GW_KEY: the key cannot be used, GW_AGAIN, GW_LIMIT and
 * as compose(); then nothing is added.
 */
enum gw_err posts_letter(struct posts *p, enum mail_kind kind,
    const char *section, const struct correspondent *to, const char *ref,
    const struct var *vars, size_t nvars);

/* The same with files that we made: GW_LIMIT also when they are too many. */
enum gw_err posts_files(struct posts *p, enum mail_kind kind,
    const char *section, const struct correspondent *to, const char *ref,
    const struct var *vars, size_t nvars, const struct letter_file *files,
    size_t nfiles);

/*
 * The same to somebody who is not enrolled, sealed to the key `fpr`: in the
 * ring, or else in the memfd `key` (-1: in the ring). The address is kept
 * inside the blob alone.
 */
enum gw_err posts_guest(struct posts *p, enum mail_kind kind,
    const char *section, const char *address, const char *fpr, int key,
    const char *ref, const struct var *vars, size_t nvars);

/* Writes them into the outbox, and that into the chain; inside a transaction.
 * `newcomer` is the number of who was just enrolled, or 0. */
enum gw_err posts_commit(struct posts *p, int64_t newcomer);

/* The number and then the address of a guest's blob, cut off `mail`. The
 * caller closes *rest. GW_FORMAT. */
enum gw_err posts_open_guest(int blob, char address[LIM_ADDR + 1], int *rest);

/* The next tick plus chance, so that time says nothing (R21). */
int64_t posts_tick(const struct core *c, int64_t now);

#endif
