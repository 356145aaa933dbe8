/* The plain words of an HTML text, for a mail that has nothing else. Crude on
 * purpose: no layout, no links, no styles; what is in <blockquote>, <script>
 * or <style> is left out. Never displayed (security.md T9). */
#ifndef GW_MAIL_HTML_H
#define GW_MAIL_HTML_H

#include "base/buf.h"
#include "base/bytes.h"

/* Appends to `out`; one pass. */
void html_text(struct bytes html, struct buf *out);

#endif
