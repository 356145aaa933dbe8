/*
 * OVERDRAGEN: the fiche goes to the information officer, and to nobody else,
 * once every signed approval was verified anew (R101, R103).
 */
#ifndef GW_CORE_FICHE_RELEASE_H
#define GW_CORE_FICHE_RELEASE_H

#include "core/fiching.h"

/* DOCUMENT_FICHE_OUT; fiche_commit() writes it. */
enum gw_err fiche_release(struct travel *t);

#endif
