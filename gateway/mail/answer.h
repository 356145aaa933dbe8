/*
 * What the sender of a text orders (design.md 6): the first line of one's own
 * that is not empty, above or below what is quoted, is a verb of base/verb.h
 * and what that verb takes, and nothing else. A greeting in front is passed
 * over. Doubt is a no: a word too many, a question mark, a "not" make the
 * answer unclear. What stands inside a quote never counts.
 *
 * Pure and linear; no memory, no recursion. No word of the text is kept but
 * what *out has room for.
 */
#ifndef GW_MAIL_ANSWER_H
#define GW_MAIL_ANSWER_H

#include "base/bytes.h"
#include "base/limits.h"
#include "base/verb.h"
#include "mail/answer_args.h"

struct act {
	enum answer answer;
	enum verb verb;			/* NONE unless CLEAR */
	struct args args;		/* empty unless CLEAR */
	char ref[LIM_REF + 1];		/* first of the first own line; of a
					 * verb that takes a case, args.ref */
	char quoted_ref[LIM_REF + 1];	/* first of what is quoted; of a verb
					 * with TAKES_MEETING, but of cases */
	bool more;			/* there is text that is no words of it:
					 * a quote, a closing and behind */
	struct bytes words;		/* CLEAR and TAKES_WORDS: behind the
					 * verb and below it, up to a quote or
					 * the closing; a slice of the text */
};

/*
 * Reads decoded text in UTF-8, Latin-1 or any charset that has ASCII as it is;
 * paragraphs of format=flowed are lines (mail/flowed.h).
 *
 * ANSWER_NONE also when there is no line of one's own. ANSWER_SEVERAL when a
 * second line of one's own is an order with another verb or other arguments;
 * the same one again is no harm, nor is "Actie:" as a heading.
 */
void answer_read(struct bytes text, struct act *out);

#endif
