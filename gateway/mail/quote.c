#include "mail/quote.h"

#include <string.h>

#include "mail/fold.h"
#include "mail/marks.h"

/* Programs break lines behind 72 characters or more; words are shorter than
 * what is left to 60. */
#define LONG_LINE 60

void
reply_begin(struct reply *r, struct bytes text)
{
	*r = (struct reply){ .rest = text };
	/* A byte order mark is no word. */
	if (bytes_begins(text, "\xef\xbb\xbf"))
		r->rest = bytes_skip(text, 3);
}

struct bytes
reply_unquote(struct bytes line)
{
	line = fold_trim(line);
	while (line.n > 0 && line.p[0] == '>') {
		line = bytes_skip(line, 1);
		(void)fold_blanks(&line);
	}
	return line;
}

/* The kind of a line that is neither empty nor quoted by ">". */
static enum line_kind
unmarked(struct reply *r, struct bytes line)
{
	if (r->marked > 0) {
		r->marked--;
		return LINE_MARK;
	}
	if (r->foreign)
		return LINE_QUOTED;
	switch (mark_at(line, r->rest, &r->marked)) {
	case MARK_REST:
		r->foreign = true;
		r->marked = 0;
		return LINE_MARK;
	case MARK_QUOTE:
		return LINE_MARK;
	case MARK_CLOSING:
		r->closed = true;
		break;
	case MARK_NONE:
		break;
	}
	return r->closed ? LINE_BEHIND : LINE_OWN;
}

static bool
is_unfinished(const struct reply_line *l)
{
	return l->kind == LINE_OWN && l->text.n >= LONG_LINE &&
	    memchr(".!?:;", l->text.p[l->text.n - 1], 5) == NULL;
}

bool
reply_next(struct reply *r, struct reply_line *l)
{
	bool after_long = r->long_quote, goes_on = r->unfinished;

	if (!bytes_line(&r->rest, &l->text))
		return false;
	l->text = fold_trim(l->text);
	l->tail = l->wrapped = false;
	r->long_quote = r->unfinished = false;
	if (l->text.n == 0) {
		l->kind = LINE_EMPTY;
	} else if (l->text.p[0] == '>') {
		l->kind = LINE_QUOTED;
		r->long_quote = l->text.n >= LONG_LINE;
		l->text = reply_unquote(l->text);
	} else {
		l->kind = unmarked(r, l->text);
		l->tail = after_long;
		l->wrapped = goes_on && l->kind == LINE_OWN &&
		    l->text.p[0] >= 'a' && l->text.p[0] <= 'z';
		r->unfinished = is_unfinished(l);
	}
	return true;
}
