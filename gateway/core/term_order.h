/*
 * Orders on a case (domain.md 3.13 to 3.15): it is closed, its term is
 * extended, somebody manages it, and is stuck.
 *
 * An extension (R134) takes three signed acts by two people, with a meeting
 * in between: VERLENGEN proposes it; a meeting discusses the case, which the
 * closed attendance says and nobody can claim; VERLENGEN again motivates it;
 * and a second officer agrees with a code that is made of all that.
 */
#ifndef GW_CORE_TERM_ORDER_H
#define GW_CORE_TERM_ORDER_H

#include "core/way.h"

/* Finds the case that the mail is about, into t->term. GW_OK with *there false:
 * it was refused, because there is none. */
enum gw_err term_order_find(struct travel *t, bool *there);

/* AFSLUITEN, VERLENGEN, NIET VERLENGEN. */
enum gw_err term_order(struct travel *t);

/* BEVESTIG, by the second officer. */
enum gw_err term_second(struct travel *t);

/* CASUSMANAGER. */
enum gw_err term_manager(struct travel *t);

/* VASTGELOPEN, by that manager. */
enum gw_err term_stuck(struct travel *t);

/* ACTIE on a case, by that manager to one of its members; there is nothing to
 * write but the mails. */
enum gw_err term_action(struct travel *t);

/* Writes any of them. */
enum gw_err term_order_commit(struct travel *t);

#endif
