#include "mail/calendar_answer.h"

#include <string.h>

#include "base/reason.h"
#include "base/verb.h"
#include "mail/leaf.h"
#include "mail/order.h"

/* ---- the part ---- */

/* Takes the next byte; a CR is none. */
static int
next(struct bytes *b)
{
	uint8_t c;

	while (b->n > 0) {
		c = b->p[0];
		*b = bytes_skip(*b, 1);
		if (c != '\r')
			return c;
	}
	return -1;
}

/* As base64 a file keeps its CRLF; as text it has what the mail has. */
static bool
is_same_text(struct bytes a, struct bytes b)
{
	int c;

	a = bytes_trim(a);
	b = bytes_trim(b);
	do {
		c = next(&a);
		if (c != next(&b))
			return false;
	} while (c >= 0);
	return true;
}

static enum gw_err
compare(const struct scan *s, size_t part, struct bytes with, bool *same)
{
	struct leaf l;
	enum gw_err r = leaf_open(s, part, &l);

	*same = r == GW_OK && is_same_text(l.body, with);
	leaf_close(&l);
	return r == GW_NOMEM ? r : GW_OK;
}

/* Looks for others behind the first one. */
static enum gw_err
look_for_more(const struct scan *s, size_t first, size_t end,
    struct bytes body, struct calendar_answer *c, bool *one)
{
	enum gw_err r = GW_OK;
	bool same, file;
	size_t i;

	for (i = first; i < end && r == GW_OK && *one; i++) {
		file = scan_is(s, i, "application/ics");
		if (!file && !scan_is(s, i, "text/calendar"))
			continue;
		r = compare(s, i, body, &same);
		if (!same && !file)
			*one = false;
		else if (same && file)
			c->copy = i;
	}
	return r;
}

enum gw_err
calendar_answer_read(const struct scan *s, size_t root, size_t end,
    struct calendar_answer *c)
{
	struct leaf l;
	bool one = true;
	enum gw_err r;
	size_t i = root;

	memset(c, 0, sizeof(*c));
	buf_init(&c->comment, LIM_WORDS);
	while (i < end && !scan_is(s, i, "text/calendar"))
		i++;
	if (i == end)
		return GW_OK;
	c->reply.calendar = CALENDAR_UNCLEAR;
	r = leaf_open(s, i, &l);
	if (r == GW_OK)
		r = look_for_more(s, i + 1, end, l.body, c, &one);
	if (r == GW_OK && one)
		r = calendar_read(l.body, &c->reply, &c->comment);
	leaf_close(&l);
	return r == GW_FORMAT ? GW_OK : r;
}

void
calendar_answer_free(struct calendar_answer *c)
{
	buf_free(&c->comment);
	explicit_bzero(&c->reply, sizeof(c->reply));
}

/* ---- what both say ---- */

/* What an answer is as an order; NONE: none of ours. */
static const enum verb verbs[PARTSTAT_MAX] = {
	[PARTSTAT_ACCEPTED] = VERB_ACCEPT,
	[PARTSTAT_DECLINED] = VERB_DECLINE,
};

static enum gw_err
take(const struct calendar_answer *c, struct msg_parsed *f, struct buf *out)
{
	f->answer = ANSWER_CLEAR;
	f->verb = verbs[c->reply.partstat];
	if (f->words.len > 0 || c->comment.len == 0)
		return GW_OK;
	f->words = (struct span){ out->len, c->comment.len };
	buf_add(out, c->comment.p, c->comment.len);
	return buf_error(out);
}

enum gw_err
calendar_answer_merge(const struct calendar_answer *c, struct msg_parsed *f,
    struct buf *out)
{
	/* Whose program says "needs action" has not answered yet. */
	bool says = c->reply.calendar == CALENDAR_REPLY &&
	    c->reply.partstat != PARTSTAT_NONE;
	enum verb verb = says ? verbs[c->reply.partstat] : VERB_NONE;

	if (c->reply.calendar == CALENDAR_NONE || f->form != FORM_NONE)
		return GW_OK;
	memcpy(f->uid, c->reply.uid, sizeof(f->uid));
	f->sequence = c->reply.sequence;
	memcpy(f->attendee, c->reply.attendee, sizeof(f->attendee));
	if (verb != VERB_NONE && (f->answer == ANSWER_NONE ||
	    (f->answer == ANSWER_CLEAR && f->verb == (uint32_t)verb)))
		return take(c, f, out);
	if (f->answer == ANSWER_NONE)
		f->answer = ANSWER_UNCLEAR;
	else if (f->answer == ANSWER_CLEAR && says)
		order_forget(f, ANSWER_SEVERAL);
	return GW_OK;
}
