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

/* Seals the T26 that the effects ask for to the officer and the chair, about
 * `whom`; `words` and struck elements where there are any. */
enum gw_err fiche_tell_objection(struct posts *p, const struct fiching *f,
    const struct correspondent *whom, uint32_t elements, const char *words);

#endif
