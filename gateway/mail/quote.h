/*
 * A text line by line, each as what it is: the sender's own, or somebody
 * else's that is quoted. What another person wrote is never an act of this
 * one (design.md 6), so whatever is not surely the sender's own is not.
 */
#ifndef GW_MAIL_QUOTE_H
#define GW_MAIL_QUOTE_H

#include <stdbool.h>

#include "base/bytes.h"

enum line_kind {
	LINE_EMPTY,
	LINE_OWN,
	LINE_QUOTED,
	LINE_MARK,	/* in front of a quote; nobody's words */
	LINE_BEHIND	/* the closing of a text and what stands below */
};

struct reply {
	struct bytes rest;
	size_t marked;		/* so many lines more of an attribution */
	bool foreign;		/* nothing of one's own any more */
	bool closed;		/* the signature was passed */
	bool long_quote;	/* the last line was a long quoted one */
	bool unfinished;	/* it was a long one of one's own, and no
				 * sentence ended there */
};

struct reply_line {
	enum line_kind kind;
	struct bytes text;	/* trimmed, without the marks of a quote */
	bool tail;		/* may be the end of the quoted line above,
				 * which a program on the way broke */
	bool wrapped;		/* goes on in small letters where the own line
				 * above broke off */
};

/* `text` must outlive *r. */
void reply_begin(struct reply *r, struct bytes text);

/* False at the end. Linear over all lines. */
bool reply_next(struct reply *r, struct reply_line *l);

/* `line` without ">" and blanks in front. */
struct bytes reply_unquote(struct bytes line);

#endif
