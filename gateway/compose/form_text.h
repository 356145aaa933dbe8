/*
 * The blanks that people fill in (domain.md 6.1), made from the list that the
 * readers use too (mail/form.def) and from the sentences in the template of
 * B03. contrib/forms holds the same texts as files.
 */
#ifndef GW_COMPOSE_FORM_TEXT_H
#define GW_COMPOSE_FORM_TEXT_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/verb.h"
#include "compose/compose.h"
#include "compose/template.h"
#include "policy/policy.h"

/*
 * Appends a blank: the 18 fields of a referral under "Aan: our address", the
 * list for an enrolment with the words it takes, the order for a meeting, the
 * fields of a fiche, or the letter to somebody who asked about their own data (T41, R111, R112). It
 * is the value of {{form}} in B03 and T05. The last line has no LF. GW_MISSING:
 * no such form; else as template_render(). Nothing is appended then.
 */
enum gw_err form_text(const struct templates *t, const struct office *office,
    enum form_name form, struct buf *out);

/* The fields with a bit in `fields`, as {{fields}} of T03 and B04 wants them:
 * "7. aanwijzingen of bezorgdheden", a line each, the last one without LF. */
void form_field_lines(uint32_t fields, struct buf *out);

/* How people call a class of organisation; "" for one that is barred. Storage
 * is static. */
const char *form_class_dutch(enum org_class c);

#endif
