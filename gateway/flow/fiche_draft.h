/*
 * A fiche as the information officer can send it back: the form filled in, as
 * mail/fiche_form.h reads it. In front of each line of a text stands a bar, so
 * that whatever a line says it begins nothing else: no field, no closing, no
 * quote.
 */
#ifndef GW_FLOW_FICHE_DRAFT_H
#define GW_FLOW_FICHE_DRAFT_H

#include "base/buf.h"
#include "base/err.h"
#include "base/fiche.h"

/*
 * Appends "FICHE F-...", the references and each element that is there, with
 * its sources (R72); no LF at the end. Whoever reads it gets back `c`, byte for
 * byte, else there is no draft. GW_MISSING: there is no evaluation of the
 * follow-up (R93); GW_FORMAT: a text or a source would come back otherwise,
 * as one with a blank at the end of a line; GW_LIMIT, GW_NOMEM. `out` is of no
 * use then.
 */
enum gw_err fiche_draft(const struct fiche_head *h, const char *meeting,
    const struct fiche_content *c, struct buf *out);

/* Appends `text` with a bar in front of each line; no LF at the end. */
void fiche_bar(const char *text, struct buf *out);

#endif
