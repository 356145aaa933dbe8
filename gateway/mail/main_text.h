/*
 * The one text of a mail that is read for what the sender wants: the first
 * plain one that is no attachment, else the first HTML.
 */
#ifndef GW_MAIL_MAIN_TEXT_H
#define GW_MAIL_MAIN_TEXT_H

#include "base/buf.h"
#include "base/err.h"
#include "mail/scan.h"
#include "mail/text.h"
#include "wire/messages.h"

/* What it is read into. */
struct main_text {
	const struct mail_us *us;
	struct msg_parsed *facts;
	struct buf *out;		/* words */
};

/* The part, of those from `root` to `end`; `end` when there is none or it is
 * of a charset in which ASCII is not ASCII. Sets MAIL_HTML_ONLY. */
size_t main_text_find(const struct scan *s, size_t root, size_t end,
    uint32_t *flags);

/* Reads its decoded body: whom it is for, the form, marks, the order.
 * GW_NOMEM. */
enum gw_err main_text_read(const struct scan *s, size_t part,
    struct bytes body, struct main_text *r);

#endif
