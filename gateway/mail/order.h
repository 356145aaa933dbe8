/*
 * The main text of a signed mail as an order: the answer of answer.h, the forms
 * of enrol_form.h and meeting_form.h and the words that go on, as facts of
 * messages.def. Nothing
 * else of the text leaves this file.
 */
#ifndef GW_MAIL_ORDER_H
#define GW_MAIL_ORDER_H

#include "base/buf.h"
#include "base/bytes.h"
#include "base/err.h"
#include "base/verb.h"
#include "mail/charset.h"
#include "wire/messages.h"

struct order_text {
	struct bytes text;
	enum charset charset;
	bool flowed, delsp;	/* RFC 3676 */
};

/*
 * Sets answer and what follows it in messages.def but subject_ref, answers,
 * key and what a calendar says. Words and the form of a meeting are appended
 * to `out`, of whose bytes their spans are. Words are clean UTF-8 of at most
 * LIM_WORDS bytes. When they are longer or their charset is unknown, there are
 * none, and the answer is unclear: nobody's reasons are lost in silence.
 * GW_NOMEM.
 */
enum gw_err order_read(const struct order_text *t, struct msg_parsed *facts,
    struct buf *out);

/* What was understood is not to be acted on: the answer becomes `why`. What it
 * refers to may still be said. */
void order_forget(struct msg_parsed *facts, enum answer why);

#endif
