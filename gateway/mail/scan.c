#define _GNU_SOURCE
#include "mail/scan.h"

#include <string.h>

/* A multipart whose last delimiter has not been passed by its parent's. */
struct level {
	size_t part;
	enum { PREAMBLE, INSIDE, EPILOGUE } state;
	char boundary[LIM_PARAM + 1];
	size_t len;
};

struct scanner {
	struct scan *out;
	struct bytes in;
	size_t at;		/* start of the next line */
	size_t eol;		/* how lines end: 1 LF, 2 CRLF, 0 not known */
	size_t depth;
	struct level level[LIM_DEPTH];
};

struct line {
	size_t start;
	size_t end;		/* without the line end */
	size_t next;
};

/* What a line is to the open multiparts. */
enum delimiter { DELIMITER_NONE, DELIMITER_OPEN, DELIMITER_CLOSE,
	DELIMITER_UNCLEAR };

static void
fail(struct scanner *s, enum reason r)
{
	if (s->out->reason == REASON_OK)
		s->out->reason = r;
}

static bool
failed(const struct scanner *s)
{
	return s->out->reason != REASON_OK;
}

static bool
peek_line(const struct scanner *s, struct line *l)
{
	struct bytes rest = bytes_skip(s->in, s->at), line;

	if (!bytes_line(&rest, &line))
		return false;
	l->start = s->at;
	l->end = s->at + line.n;
	l->next = s->in.n - rest.n;
	return true;
}

static struct span
from_to(size_t start, size_t end)
{
	return (struct span){ start, end > start ? end - start : 0 };
}

/* Whether the open boundary `v` stands at `at`, two dashes in front. */
static bool
boundary_at(const struct scanner *s, const struct level *v, size_t at,
    size_t end)
{
	return end - at >= 2 + v->len && s->in.p[at] == '-' &&
	    s->in.p[at + 1] == '-' &&
	    memcmp(s->in.p + at + 2, v->boundary, v->len) == 0;
}

/* `at` follows the boundary: close dashes and padding, RFC 2046 5.1.1. */
static enum delimiter
classify_rest(const struct scanner *s, size_t at, size_t end)
{
	enum delimiter kind = DELIMITER_OPEN;

	if (end - at >= 2 && s->in.p[at] == '-' && s->in.p[at + 1] == '-') {
		kind = DELIMITER_CLOSE;
		at += 2;
	}
	for (; at < end; at++) {
		if (s->in.p[at] != ' ' && s->in.p[at] != '\t')
			return DELIMITER_UNCLEAR;
	}
	return kind;
}

/*
 * No open boundary is the beginning of another, so at most one can match. To
 * the letter of RFC 2046 a line that only begins with one is a delimiter too,
 * to most readers it is text: unclear.
 */
static enum delimiter
classify(const struct scanner *s, const struct line *l, size_t *level)
{
	size_t i;

	if (l->end - l->start < 3 || s->in.p[l->start] != '-')
		return DELIMITER_NONE;
	for (i = s->depth; i-- > 0;) {
		if (!boundary_at(s, &s->level[i], l->start, l->end))
			continue;
		*level = i;
		return classify_rest(s, l->start + 2 + s->level[i].len,
		    l->end);
	}
	return DELIMITER_NONE;
}

/* A lone CR is a line end to some readers: it may not hide a delimiter. */
static bool
hides_delimiter(const struct scanner *s, const struct line *l)
{
	const uint8_t *cr = s->in.p + l->start, *end = s->in.p + l->end;
	size_t i;

	while ((cr = memchr(cr, '\r', (size_t)(end - cr))) != NULL) {
		cr++;
		for (i = 0; i < s->depth; i++) {
			if (boundary_at(s, &s->level[i],
			    (size_t)(cr - s->in.p), l->end))
				return true;
		}
	}
	return false;
}

/* Lines that make the structure must all end as the first line did. */
static bool
ends_alike(const struct scanner *s, const struct line *l)
{
	return l->next - l->end == s->eol;
}

/* Finds the end of the fields; s->at is then where the body starts. */
static void
find_header(struct scanner *s, struct part *part)
{
	size_t start = s->at, level;
	struct line l;

	part->header.off = start;
	while (peek_line(s, &l)) {
		if (s->eol == 0)
			s->eol = l.next - l.end;
		if (classify(s, &l, &level) != DELIMITER_NONE) {
			/* Two delimiters in a row: a part, or none? */
			if (s->at == start)
				fail(s, REASON_MALFORMED);
			return;
		}
		s->at = l.next;
		if (l.end == l.start) {
			if (!ends_alike(s, &l))
				fail(s, REASON_MALFORMED);
			return;
		}
		if (l.next - start > LIM_HEADER_BYTES) {
			fail(s, REASON_MALFORMED);
			return;
		}
		part->header.len = l.next - start;
	}
}

/* RFC 2046 5.1.1: 1 to 70 bchars, the last one not a space. */
static bool
is_boundary(const char *b, size_t len)
{
	size_t i;

	if (len == 0 || len > LIM_BOUNDARY || b[len - 1] == ' ')
		return false;
	for (i = 0; i < len; i++) {
		if (!ascii_alnum((uint8_t)b[i]) &&
		    strchr("'()+_,-./:=? ", b[i]) == NULL)
			return false;
	}
	return true;
}

/* Whether one of the two begins with the other. */
static bool
is_prefix(const struct level *a, const struct level *b)
{
	size_t n = a->len < b->len ? a->len : b->len;

	return memcmp(a->boundary, b->boundary, n) == 0;
}

static void
open_level(struct scanner *s, size_t part)
{
	struct bytes value = scan_type_value(s->out, part);
	struct level *v;
	size_t i;

	/* RFC 2045 6.4: an encoded multipart has no single reading. */
	if (s->out->part[part].encoding != ENCODING_NONE) {
		fail(s, REASON_MALFORMED);
		return;
	}
	if (s->depth == LIM_DEPTH) {
		fail(s, REASON_TOO_DEEP);
		return;
	}
	v = &s->level[s->depth];
	v->part = part;
	v->state = PREAMBLE;
	if (header_param(value, "boundary", v->boundary) != PARAM_OK) {
		fail(s, REASON_MALFORMED);
		return;
	}
	v->len = strlen(v->boundary);
	if (!is_boundary(v->boundary, v->len))
		fail(s, REASON_MALFORMED);
	for (i = 0; i < s->depth; i++) {
		if (is_prefix(v, &s->level[i]))
			fail(s, REASON_MALFORMED);
	}
	s->depth++;
	s->out->part[part].preamble.off = s->at;
}

/* RFC 2045 5.2, 5.1.5: what a part is that does not say so. */
static void
set_type(struct scanner *s, struct part *part, size_t index)
{
	struct bytes value = scan_type_value(s->out, index);
	const char *type = "text/plain";

	if (part->parent >= 0 && scan_is(s->out, (size_t)part->parent,
	    "multipart/digest"))
		type = "message/rfc822";
	if (value.p == NULL) {
		strcpy(part->type, type);
	} else if (!header_type(value, part->type)) {
		strcpy(part->type, "?");
		/* Some reader will take it for a tree after all. */
		if (bytes_contains(value, "multipart") ||
		    bytes_contains(value, "message"))
			fail(s, REASON_MALFORMED);
	}
}

static void
begin_part(struct scanner *s, int parent)
{
	size_t index = s->out->parts;
	struct bytes header;
	struct part *part;

	if (index == LIM_PARTS) {
		fail(s, REASON_TOO_DEEP);
		return;
	}
	part = &s->out->part[index];
	memset(part, 0, sizeof(*part));
	s->out->parts++;
	part->parent = parent;
	if (parent >= 0) {
		part->depth = s->out->part[parent].depth + 1;
		s->out->part[parent].children++;
	}
	part->whole.off = s->at;
	find_header(s, part);
	part->body.off = s->at;
	header = scan_header(s->out, index);
	if (!failed(s) && !header_well_formed(header, s->eol))
		fail(s, REASON_MALFORMED);
	part->encoding = header_encoding(header);
	set_type(s, part, index);
	if (!failed(s) && scan_is_multipart(s->out, index))
		open_level(s, index);
}

/* The part ends where the line end before the delimiter begins. */
static void
end_part(struct scanner *s, size_t part, size_t end)
{
	struct part *p = &s->out->part[part];

	p->whole = from_to(p->whole.off, end);
	p->body = from_to(p->body.off, end);
	if (scan_is_multipart(s->out, part))
		p->epilogue = from_to(p->epilogue.off, end);
}

/*
 * All multiparts above `level` end here; each must have been closed. Gives
 * the last part that stood directly in `level`.
 */
static size_t
end_above(struct scanner *s, size_t level, size_t end)
{
	size_t last = s->out->parts - 1;

	while (s->depth > level + 1) {
		s->depth--;
		last = s->level[s->depth].part;
		if (s->level[s->depth].state != EPILOGUE)
			fail(s, REASON_MALFORMED);
		end_part(s, last, end);
	}
	return last;
}

/* A line end of the wrong kind before a delimiter is unclear too. */
static size_t
end_before(struct scanner *s, size_t start)
{
	bool crlf = start >= 2 && s->in.p[start - 2] == '\r';

	if (start < s->eol || crlf != (s->eol == 2)) {
		fail(s, REASON_MALFORMED);
		return start;
	}
	return start - s->eol;
}

static void
take_delimiter(struct scanner *s, enum delimiter kind, size_t level,
    const struct line *l)
{
	struct level *v = &s->level[level];
	struct part *whole = &s->out->part[v->part];
	size_t end = end_before(s, l->start), last;

	last = end_above(s, level, end);
	if (v->state == PREAMBLE) {
		whole->preamble = from_to(whole->preamble.off, end);
		/* Closed before it was opened. */
		if (kind == DELIMITER_CLOSE)
			fail(s, REASON_MALFORMED);
	} else if (v->state == INSIDE) {
		if (!scan_is_multipart(s->out, last))
			end_part(s, last, end);
	} else {
		/* F10: one more delimiter after the last. */
		fail(s, REASON_MALFORMED);
	}
	if (!ends_alike(s, l) &&
	    !(kind == DELIMITER_CLOSE && l->next == l->end))
		fail(s, REASON_MALFORMED);
	s->at = l->next;
	if (failed(s))
		return;
	if (kind == DELIMITER_CLOSE) {
		v->state = EPILOGUE;
		whole->epilogue.off = s->at;
	} else {
		v->state = INSIDE;
		begin_part(s, (int)v->part);
	}
}

static void
take_line(struct scanner *s, const struct line *l)
{
	enum delimiter kind;
	size_t level = 0;

	kind = classify(s, l, &level);
	if (kind == DELIMITER_UNCLEAR || hides_delimiter(s, l))
		fail(s, REASON_MALFORMED);
	else if (kind == DELIMITER_NONE)
		s->at = l->next;
	else
		take_delimiter(s, kind, level, l);
}

/* A line without a dash neither is a delimiter nor hides one: over all that
 * stand here in one step. A scanned document has nothing else. */
static void
skip_dashless(struct scanner *s)
{
	const uint8_t *from = s->in.p + s->at, *dash, *lf;

	if (s->at == s->in.n)
		return;
	dash = memchr(from, '-', s->in.n - s->at);
	if (dash == NULL) {
		s->at = s->in.n;
		return;
	}
	lf = memrchr(from, '\n', (size_t)(dash - from));
	if (lf != NULL)
		s->at = (size_t)(lf - s->in.p) + 1;
}

void
scan_mail(struct scan *out, struct bytes in)
{
	struct scanner s = { .out = out, .in = in };
	struct line l;

	out->in = in;
	out->reason = REASON_OK;
	out->parts = 0;
	begin_part(&s, -1);
	/* Without a multipart there is no line to look for. */
	while (!failed(&s) && s.depth > 0) {
		skip_dashless(&s);
		if (!peek_line(&s, &l))
			break;
		take_line(&s, &l);
	}
	if (failed(&s))
		return;
	if (s.depth > 0) {
		if (s.level[0].state != EPILOGUE)
			fail(&s, REASON_MALFORMED);
		(void)end_above(&s, 0, in.n);
	}
	end_part(&s, 0, in.n);
}

struct bytes
scan_header(const struct scan *s, size_t part)
{
	return bytes_at(s->in, s->part[part].header);
}

struct bytes
scan_body(const struct scan *s, size_t part)
{
	return bytes_at(s->in, s->part[part].body);
}

bool
scan_is(const struct scan *s, size_t part, const char *type)
{
	return strcmp(s->part[part].type, type) == 0;
}

bool
scan_is_multipart(const struct scan *s, size_t part)
{
	return strncmp(s->part[part].type, "multipart/", 10) == 0;
}

struct bytes
scan_type_value(const struct scan *s, size_t part)
{
	struct field f;

	(void)header_find(scan_header(s, part), "Content-Type", &f);
	return f.value;
}

int
scan_child(const struct scan *s, size_t part, unsigned n)
{
	size_t i;

	for (i = part + 1; i < s->parts; i++) {
		if (s->part[i].parent == (int)part && n-- == 0)
			return (int)i;
	}
	return -1;
}

size_t
scan_after(const struct scan *s, size_t part)
{
	size_t i = part + 1;

	while (i < s->parts && s->part[i].depth > s->part[part].depth)
		i++;
	return i;
}
