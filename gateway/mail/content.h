/*
 * What stands in a mail: its texts, what is attached, what may not be there
 * (R15, R85; security.md T16).
 */
#ifndef GW_MAIL_CONTENT_H
#define GW_MAIL_CONTENT_H

#include "base/buf.h"
#include "base/err.h"
#include "mail/scan.h"
#include "mail/text.h"
#include "wire/messages.h"

/*
 * Whether a text of `s` holds an inline OpenPGP message or a cleartext
 * signature at the beginning of a line. GW_NOMEM.
 */
enum gw_err content_has_armor(const struct scan *s, bool *found);

/*
 * Reads `part` and all below it into *facts: flags, form, missing,
 * attachments, the order, a calendar's answer and the key. Words, the form of a
 * meeting and the key are appended to `out`. A text in an encoding that cannot
 * be undone sets reason to malformed. GW_NOMEM.
 */
enum gw_err content_read(const struct scan *s, size_t part,
    const struct mail_us *us, struct msg_parsed *facts, struct buf *out);

#endif
