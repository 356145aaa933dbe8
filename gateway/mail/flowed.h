/* Texts with "format=flowed" (RFC 3676): what the program broke over several
 * lines is one line again. */
#ifndef GW_MAIL_FLOWED_H
#define GW_MAIL_FLOWED_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/bytes.h"

/* Appends `text` to `out`, whole paragraphs, LF line ends, a quoted one with
 * its marks in front; at most a byte a line more. */
void flowed_text(struct bytes text, bool delsp, struct buf *out);

#endif
