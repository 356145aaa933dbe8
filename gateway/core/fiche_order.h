/*
 * Orders of the information officer on a feedback fiche (R88): propose and
 * revise it, raise the flag of an investigation, see who is still to answer,
 * give it up, say that it was passed on. The chair may see how it stands and
 * give it up, too.
 */
#ifndef GW_CORE_FICHE_ORDER_H
#define GW_CORE_FICHE_ORDER_H

#include "core/fiching.h"

/* DOCUMENT_FICHE. */
enum gw_err fiche_order(struct travel *t);

/* Writes whatever act on a fiche t->fiching holds. Inside a transaction. */
enum gw_err fiche_commit(struct travel *t);

/* Loads the fiche that the act is about into t->fiching. GW_OK with *there
 * false: it was refused. */
enum gw_err fiche_find(struct travel *t, bool *there);

/* The end of an act: GW_OK, or refused by what fiching_act() said; `done`, a
 * section of B10, goes to whoever signed. */
enum gw_err fiche_settle(struct travel *t, enum gw_err r, const char *done);

#endif
