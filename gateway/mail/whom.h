/* Whom a header says that a mail is for, and which mail it says that it
 * answers. */
#ifndef GW_MAIL_WHOM_H
#define GW_MAIL_WHOM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/limits.h"
#include "mail/text.h"

/* Adds MAIL_TO_US, MAIL_TO_PRACTICE and MAIL_TO_OTHER for the protected To and
 * Cc. False when a list cannot be read. */
bool whom_protected(struct bytes header, const struct mail_us *us,
    uint32_t *flags);

/* Adds MAIL_TO_PRACTICE when a field outside names the practice address. That
 * is a hint and no more, so that a list that cannot be read says nothing. */
void whom_outer(struct bytes header, const char *practice, uint32_t *flags);

/*
 * The one Message-ID that `header` says the mail answers, when it could be one
 * of ours: visible ASCII around one @, in brackets; else *out stays as it is.
 * What it names is core's to know.
 */
void whom_answers(struct bytes header, char out[LIM_MSGID + 1]);

#endif
