/*
 * VERZENDEN: the officer's own signed mail goes to the one LTF contact as it is,
 * sealed to its pinned key (R101). It must hold the approved text, its digest
 * and nothing else; the gateway adds nothing.
 */
#ifndef GW_CORE_FICHE_DISPATCH_H
#define GW_CORE_FICHE_DISPATCH_H

#include "core/fiching.h"

/* DOCUMENT_FICHE_OUT; fiche_commit() writes it. */
enum gw_err fiche_dispatch(struct travel *t);

#endif
