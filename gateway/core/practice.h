/*
 * The practice address (design.md 5): whoever wants to write to us tries it
 * out, and hears line by line what is right and what is not. Nothing is kept,
 * and nobody hears of it but the sender.
 */
#ifndef GW_CORE_PRACTICE_H
#define GW_CORE_PRACTICE_H

#include "core/way.h"

/* "oefen+" before our own address, unless the configuration has another. */
void practice_address(struct core *c);

/* Whether the mail is one to practise with: what is signed says so, or the
 * outer To where it says nothing. What names the real address too is real. */
bool practice_is_meant(const struct travel *t);

/*
 * Gives it a verdict of its own: accepted or refused when it is answered.
 * Whoever is not enrolled is answered only when the mail is sealed to us and
 * signed by the very key that it brings, whose user id is its From; and like
 * an address on file that could not be verified, once a day (no backscatter).
 */
void practice_judge(struct travel *t);

/* Makes the answer. */
enum gw_err practice_step(struct travel *t);

/* Remembers that this address was answered today, by a keyed hash. */
enum gw_err practice_commit(struct travel *t);

#endif
