/*
 * What a member, or the owner of an element, says of a fiche (R89 to R91): yes,
 * with code, attestation and digest; no, with or without a reason; not any
 * more. Anything less than all three is no consent.
 */
#ifndef GW_CORE_FICHE_ANSWER_H
#define GW_CORE_FICHE_ANSWER_H

#include "core/fiching.h"

/* DOCUMENT_FICHE_ANSWER; fiche_commit() writes it. */
enum gw_err fiche_answer(struct travel *t);

#endif
