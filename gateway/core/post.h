/*
 * The way out (design.md 3.9): takes due rows of the outbox one by one, seals
 * what is still an intent, hands it to submit and books the result.
 *
 * Crash rule: a row is SENDING from before it is handed over until its result
 * is committed. Found SENDING after a crash, its fate is unknown (RFC 1047): a
 * receipt (T01, T02) is then UNCERTAIN and never sent again; what must arrive
 * (T05, T06, T42) goes again under the same Message-ID. A sealed forward that
 * waited in memory (copies.h) is then sealed anew from its referral: the same
 * mail to whoever opens it, in another ciphertext.
 */
#ifndef GW_CORE_POST_H
#define GW_CORE_POST_H

#include "core/core.h"

/* After a start: books rows that were SENDING, releases HELD ones. */
enum gw_err post_recover(struct core *c);

/* Hands over the next due row, if none is under way. True when it did or when
 * it changed something, so that it is worth asking again. */
bool post_next(struct core *c);

/* submit answered. What the disk does not take now is kept and booked by
 * post_conclude(), which is called in every turn. GW_IO: see store.h. */
enum gw_err post_result(struct core *c, const struct msg_submitted *m);
enum gw_err post_conclude(struct core *c);

/* submit is gone while a row was under way. */
void post_lost(struct core *c);

/* Before an orderly end: hears out the submission under way, so that a stop is
 * not taken for a crash. */
void post_finish(struct core *c);

/* Before an orderly end, after that: what still waits in memory goes to the
 * disk (core/copies.h). What does not get there is sealed anew. */
void post_keep(struct core *c);

/* Whether mails of this kind ask for delivery notices. */
bool post_wants_dsn(enum mail_kind k);

/* Milliseconds until a row is due, at most `most`; 0 when one is due now. */
int post_wait(struct core *c, int most);

#endif
