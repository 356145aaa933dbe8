/*
 * T26: no consensus on a fiche, or not any more. To the officer and the chair
 * alone (R100); the officer, who wrote the text, also gets a draft of it
 * without what should go (R90). A draft opens nothing: the officer's own signed
 * revision does.
 */
#ifndef GW_CORE_FICHE_OBJECTION_H
#define GW_CORE_FICHE_OBJECTION_H

#include "core/fiching.h"

/* Seals the T26 that the effects ask for, about `whom`; the bits of `elements`
 * are what should be struck, `words` what was written below. As
 * posts_letter(), but that a recipient without a key is passed over. */
enum gw_err fiche_tell_objection(struct posts *p, const struct fiching *f,
    const struct correspondent *whom, uint32_t elements, const char *words);

#endif
