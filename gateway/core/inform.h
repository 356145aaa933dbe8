/*
 * May the person be told of being discussed (R107 to R109)? The chair asks, each
 * who took part in the case answers, the chair gets a letter to print.
 * flow/informing.c says what follows; here it is read, written and posted.
 * There is no mail to the person, and no address to send one to.
 */
#ifndef GW_CORE_INFORM_H
#define GW_CORE_INFORM_H

#include "core/way.h"

/* INLICHTEN, OPGEVEN, STAND of a case, by who may order that. */
enum gw_err inform_order(struct travel *t);

/* AKKOORD, BEZWAAR, INTREKKEN, ONDERZOEKSGEHEIM of a case, by who is asked. */
enum gw_err inform_answer(struct travel *t);

/* An AKKOORD without a reference: the code alone says of which case. It is
 * refused when it is of none. */
enum gw_err inform_by_code(struct travel *t);

/* Writes what was decided. */
enum gw_err inform_commit(struct travel *t);

/* Somebody new takes part in the case: whatever was asked or agreed before is
 * over (R108). Inside a transaction. */
enum gw_err inform_void(struct core *c, const char *ref, int64_t now);

/* A timer: nobody answered for too long. */
enum gw_err inform_due(struct core *c, const struct timer *timer, int64_t now);

/*
 * What T30 says to this person: the code of the round and the letter itself;
 * without `code` (NULL) the letter that everybody agreed to. GW_MISSING: nobody
 * asks any more, or the letter would be another now (R109).
 */
enum gw_err inform_said(struct core *c, const char *ref, int64_t person,
    char code[LIM_CODE + 1], struct buf *letter);

#endif
