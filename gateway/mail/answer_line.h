/*
 * One line as an order: a verb and what it takes, and nothing else. Doubt is a
 * no (design.md 6).
 */
#ifndef GW_MAIL_ANSWER_LINE_H
#define GW_MAIL_ANSWER_LINE_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/verb.h"
#include "mail/answer_args.h"

struct order {
	enum verb verb;			/* also of an unclear line */
	struct args args;
	struct bytes words;		/* an explanation; n is 0 without */
	bool hedged;			/* "niet" or the like in front */
};

/* NONE: no verb begins it. CLEAR: all of it is understood. Else UNCLEAR. */
enum answer answer_line(struct bytes line, struct order *o);

#endif
