#include "mail/html.h"

#include <stdbool.h>

#include "mail/charset.h"
#include "mail/html_tags.h"

/* An element whose end ends something: elements of its name inside it are
 * counted, so that no stack is needed. Only the outermost counts. */
struct scope {
	struct bytes name;		/* n is 0 when there is none */
	size_t depth;
};

struct reader {
	struct buf *out;
	struct scope quote, hidden, pre;
	bool rest;			/* quoted to the end */
	bool at_start;			/* of a line: no mark written yet */
	bool blank;			/* the last thing written was one */
};

/* ---- regions ---- */

static bool
same_name(struct bytes a, struct bytes b)
{
	size_t i;

	for (i = 0; i < a.n && i < b.n; i++) {
		if (ascii_lower(a.p[i]) != ascii_lower(b.p[i]))
			return false;
	}
	return a.n == b.n && a.n > 0;
}

/* A <br> or <img> has no end to wait for. */
static bool
is_void(struct bytes name)
{
	return bytes_same(name, "br") || bytes_same(name, "img") ||
	    bytes_same(name, "hr") || bytes_same(name, "input") ||
	    bytes_same(name, "meta") || bytes_same(name, "link") ||
	    bytes_same(name, "col") || bytes_same(name, "area");
}

static void
follow(struct scope *s, const struct html_tag *t)
{
	if (!same_name(s->name, t->name))
		return;
	if (!t->closing)
		s->depth++;
	else if (--s->depth == 0)
		s->name.n = 0;
}

static void
enter(struct scope *s, const struct html_tag *t)
{
	if (s->name.n == 0 && !is_void(t->name))
		*s = (struct scope){ t->name, 1 };
}

/* ---- writing ---- */

static void
end_line(struct reader *r)
{
	buf_putc(r->out, '\n');
	r->at_start = true;
	r->blank = true;
}

static bool
is_blank(uint32_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Blanks and line ends are white space, and once is enough. */
static void
put_blank(struct reader *r, uint32_t c)
{
	if (c == '\n' && r->pre.name.n > 0)
		end_line(r);
	else if (!r->blank)
		buf_putc(r->out, ' ');
	r->blank = true;
}

/* In front of something that can be seen. */
static void
begin_word(struct reader *r)
{
	if (r->at_start && (r->rest || r->quote.name.n > 0))
		buf_puts(r->out, "> ");
	r->at_start = false;
	r->blank = false;
}

/* Appends an entity, a blank or a run of neither; how many bytes of `b` it
 * took. */
static size_t
add_text(struct reader *r, struct bytes b)
{
	uint32_t c = b.p[0];
	size_t n;

	n = html_entity(b, &c);
	if (is_blank(c)) {
		put_blank(r, c);
		return n > 0 ? n : 1;
	}
	begin_word(r);
	if (n > 0) {
		charset_put(r->out, c);
		return n;
	}
	for (n = 1; n < b.n && b.p[n] != '<' && b.p[n] != '&' &&
	    !is_blank(b.p[n]); n++)
		;
	buf_add(r->out, b.p, n);
	return n;
}

static void
take_tag(struct reader *r, struct bytes whole)
{
	struct html_tag t = html_tag_read(whole);
	enum effect effect = html_tag_effect(&t);
	enum region region = html_tag_region(&t);

	follow(&r->quote, &t);
	follow(&r->hidden, &t);
	follow(&r->pre, &t);
	if (!t.closing && bytes_same(t.name, "pre"))
		enter(&r->pre, &t);
	/* Not everybody ends a <head>. */
	if (bytes_same(t.name, "body"))
		r->hidden.name.n = 0;
	if (region == REGION_REST)
		r->rest = true;
	if (region == REGION_QUOTE)
		enter(&r->quote, &t);
	if (!t.closing && (region == REGION_HIDDEN || effect == EFFECT_HIDE))
		enter(&r->hidden, &t);
	if (effect == EFFECT_BLANK)
		put_blank(r, ' ');
	/* Where a quote begins or ends a line does. */
	else if (effect != EFFECT_NONE || region == REGION_QUOTE ||
	    region == REGION_REST)
		end_line(r);
}

/* Whether a tag may begin at `b`: inside a script a "<" is what it is, up to
 * the script's end. */
static bool
may_be_tag(const struct reader *r, struct bytes b)
{
	if (b.p[0] != '<')
		return false;
	return bytes_begins(b, "</") ||
	    (!bytes_same(r->hidden.name, "script") &&
	    !bytes_same(r->hidden.name, "style"));
}

void
html_text(struct bytes html, struct buf *out)
{
	struct reader r = { .out = out, .at_start = true, .blank = true };
	struct bytes tag;

	while (html.n > 0) {
		tag = (struct bytes){ 0 };
		if (may_be_tag(&r, html))
			tag = html_tag_at(html);
		if (tag.n > 0) {
			take_tag(&r, tag);
			html = bytes_skip(html, tag.n);
		} else if (r.hidden.name.n > 0) {
			html = bytes_skip(html, 1);
		} else {
			html = bytes_skip(html, add_text(&r, html));
		}
	}
}
