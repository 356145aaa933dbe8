/*
 * The canonical text of a fiche: the bytes that everybody agrees to and whose
 * SHA-256 is the digest. meldpost-fiche(7) defines them byte by byte.
 */
#ifndef GW_FLOW_FICHE_TEXT_H
#define GW_FLOW_FICHE_TEXT_H

#include <stdint.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/fiche.h"

/*
 * Appends the canonical text. GW_MISSING: there is no evaluation of the
 * follow-up (R93); GW_FORMAT: the head cannot stand in it; GW_LIMIT, GW_NOMEM.
 * `out` is of no use then.
 */
enum gw_err fiche_text(const struct fiche_head *h,
    const struct fiche_content *c, struct buf *out);

/* SHA-256 of what fiche_text() writes. */
enum gw_err fiche_digest(const struct fiche_head *h,
    const struct fiche_content *c, uint8_t out[HASH_BYTES]);

/* Appends the elements with a bit in `numbers` as they stand in the canonical
 * text, each with its LF: what the owner of an element is shown (R72). */
void fiche_elements(const struct fiche_content *c, uint32_t numbers,
    struct buf *out);

/* Takes the elements with a bit in `numbers` out (R90); those that stay keep
 * their number. Gives which were there. */
uint32_t fiche_strike(struct fiche_content *c, uint32_t numbers);

/* Bit n for each element that is filled in, and each that has `source`. */
uint32_t fiche_filled(const struct fiche_content *c);
uint32_t fiche_owned(const struct fiche_content *c, const char *source);

#endif
