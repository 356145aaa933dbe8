/* The plain words of an HTML text, for a mail that has nothing else. Crude on
 * purpose: no layout, no links, no styles. What is quoted, by <blockquote> or
 * in any of the ways of the programs in use, comes out as "> " lines, so that
 * it is passed over where quotes are; what nobody sees (<script>, <style>,
 * display:none) does not come out. Never displayed (security.md T9). */
#ifndef GW_MAIL_HTML_H
#define GW_MAIL_HTML_H

#include "base/buf.h"
#include "base/bytes.h"

/* Appends to `out`; one pass. Characters that HTML writes by name or number
 * come out as UTF-8, all others as they are. */
void html_text(struct bytes html, struct buf *out);

#endif
