/*
 * The answer of an invitee's calendar program beside the text of a mail: the
 * one calendar part of what is signed, and what both say together.
 */
#ifndef GW_MAIL_CALENDAR_ANSWER_H
#define GW_MAIL_CALENDAR_ANSWER_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "mail/calendar_read.h"
#include "mail/scan.h"
#include "wire/messages.h"

struct calendar_answer {
	struct calendar_reply reply;	/* NONE: there is no calendar part */
	size_t copy;		/* the part that is the same as a file, or 0,
				 * which is never a copy */
	struct buf comment;
};

/*
 * Reads the text/calendar parts from `root` up to `end`. The same bytes twice
 * are one, in an alternative and attached; two that differ are unclear. Line
 * ends and what stands behind the last line are no difference. GW_NOMEM. In
 * every case calendar_answer_free() is due.
 */
enum gw_err calendar_answer_read(const struct scan *s, size_t root,
    size_t end, struct calendar_answer *c);

/*
 * Puts it together with the order of the text, which *facts has:
 *
 *   text      calendar               answer
 *   none      accepted, declined     that one, clear; words are the comment
 *   none      anything else          unclear
 *   clear     the same               clear; the comment when it has no words
 *   clear     another                several
 *   clear     no reply               as the text: people forward ours back
 *   in doubt  anything               as the text
 *
 * What programs write themselves is a text like any and says nothing: "An
 * Peeters has accepted this invitation", "Geaccepteerd: Overleg". A form of a
 * referral stays one, whatever is attached. Words are appended to `out`. What
 * buf_error(out) says.
 */
enum gw_err calendar_answer_merge(const struct calendar_answer *c,
    struct msg_parsed *facts, struct buf *out);

void calendar_answer_free(struct calendar_answer *c);

#endif
