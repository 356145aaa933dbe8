#include "mail/fiche_form.h"

#include <string.h>

#include "base/address.h"
#include "base/buf.h"
#include "mail/courtesy.h"
#include "mail/fold.h"
#include "mail/form.h"
#include "mail/quote.h"
#include "mail/text.h"

/* Behind the elements: what the canonical text ends with, when it comes back
 * as a quote. Nobody fills it in, and it ends the element above. */
#define FICHE_TAIL	18

#define WORDS		4

static const struct {
	const char *words[WORDS];	/* the label has one of them */
	const char *hint;
	char letter;			/* of a reference; else '\0' */
} fields[FICHE_TAIL + 1] = {
#define FICHE_REF(number, type, id, label, text) \
	[number] = { { label }, text, type },
#define FICHE(number, asks, id, label, text, ...) \
	[number] = { { __VA_ARGS__ }, text, '\0' },
#include "mail/form.def"
	[15] = { { "verklaring" }, "", '\0' },
	[17] = { { "opgemaakt" }, "", '\0' },
	[18] = { { "bestemming" }, "", '\0' },
};

static const uint32_t obligatory = UINT32_C(1) << 1 | UINT32_C(1) << 3
#define FICHE(number, asks, id, label, hint, ...) \
	| ((asks) == FICHE_MUST ? UINT32_C(1) << (number) : 0)
#include "mail/form.def"
    ;

struct reader {
	struct fiche_form *out;
	enum charset charset;
	unsigned field;			/* whose value we are in; 0 = none */
	unsigned cut;			/* what a mark ended; 0 = none */
	struct buf value;		/* its lines, with LF */
	struct fiche_element element;	/* its sources; its text at the end */
	bool bad;			/* something of it cannot be read */
	enum gw_err err;
};

/* ---- labels ---- */

/* The field that `line` begins, and what stands behind its colon; 0: none. */
static unsigned
field_of(struct bytes line, struct bytes *value)
{
	struct bytes rest = line, label;
	unsigned n = form_number(&rest);
	size_t i;

	if (n == 0 || n > FICHE_TAIL)
		return 0;
	label = form_label(rest);
	if (label.n == rest.n)
		return 0;
	for (i = 0; i < WORDS && fields[n].words[i] != NULL; i++) {
		if (!bytes_contains(label, fields[n].words[i]))
			continue;
		*value = bytes_skip(rest, label.n + 1);
		return n;
	}
	return 0;
}

/* "(wat gaat goed?)": printed on the blank, not written by anybody. */
static bool
is_hint(unsigned field, struct bytes line)
{
	struct bytes inner;

	if (line.n < 3 || line.p[0] != '(' || line.p[line.n - 1] != ')')
		return false;
	inner = (struct bytes){ line.p + 1, line.n - 2 };
	return bytes_same(inner, fields[field].hint);
}

/* ---- values ---- */

/* Without memory there is no form, rather than one that is not whole. */
static bool
is_good(struct reader *r, const struct buf *b)
{
	if (buf_error(b) == GW_NOMEM)
		r->err = GW_NOMEM;
	return buf_error(b) == GW_OK;
}

static bool
is_there(const struct fiche_element *e, const char *address)
{
	size_t i;

	for (i = 0; i < e->sources; i++) {
		if (strcmp(e->source[i], address) == 0)
			return true;
	}
	return false;
}

/* "els@clb.example", "mailto:els@clb.example", "els@clb.example." */
static bool
put_source(struct fiche_element *e, struct bytes word)
{
	char raw[LIM_ADDR + 1], address[LIM_ADDR + 1];

	word = fold_trim(word);
	if (bytes_begins(word, "mailto:"))
		word = bytes_skip(word, 7);
	/* The end of a sentence is not of the address. */
	if (word.n > 0 && word.p[word.n - 1] == '.')
		word.n--;
	if (!bytes_string(word, raw, sizeof(raw)) ||
	    !address_canonical(raw, address))
		return false;
	if (is_there(e, address))
		return true;
	if (e->sources == LIM_FICHE_SOURCES)
		return false;
	/* No more of it: elements are compared whole. */
	memcpy(e->source[e->sources++], address, strlen(address) + 1);
	return true;
}

/* "bron: els@clb.example, an@caw.example<mailto:an@caw.example>" */
static void
take_sources(struct reader *r, struct bytes line)
{
	struct bytes one;
	size_t n, found = 0;

	while (line.n > 0) {
		for (n = 0; n < line.n && !ascii_space(line.p[n]) &&
		    strchr(",;<>", line.p[n]) == NULL; n++)
			;
		one = (struct bytes){ line.p, n };
		line = bytes_skip(line, n < line.n ? n + 1 : n);
		if (n == 0 || memchr(one.p, '@', n) == NULL)
			continue;
		found++;
		r->bad |= !put_source(&r->element, one);
	}
	/* Somebody is meant, and we do not know who. */
	r->bad |= found == 0;
}

static bool
is_source(struct bytes line, struct bytes *rest)
{
	static const char *const words[] = { "bron", "bronnen" };

	*rest = line;
	if (!fold_any(rest, words, 2) || fold_peek(*rest) != ':')
		return false;
	*rest = bytes_skip(*rest, 1);
	return true;
}

/* "| 7. positieve elementen:" is a line of a text, as drafts have them. */
static struct bytes
without_bar(struct bytes line)
{
	if (line.n == 0 || line.p[0] != FICHE_BAR ||
	    (line.n > 1 && line.p[1] != ' '))
		return line;
	return bytes_skip(line, 2);
}

static void
add_line(struct reader *r, struct bytes line)
{
	struct bytes rest;

	if (is_source(line, &rest)) {
		take_sources(r, rest);
		return;
	}
	if (r->value.len > 0)
		buf_putc(&r->value, '\n');
	line = without_bar(line);
	buf_add(&r->value, line.p, line.n);
}

static bool
put_reference(struct reader *r, struct bytes value, char out[LIM_REF + 1])
{
	char ref[LIM_REF + 1];

	if (!text_reference(value, ref) ||
	    ref[0] != fields[r->field].letter ||
	    (out[0] != '\0' && strcmp(out, ref) != 0))
		return false;
	memcpy(out, ref, sizeof(ref));
	return true;
}

/* Clean, and without empty lines around it. */
static bool
put_element(struct reader *r, struct bytes value, struct fiche_element *out)
{
	struct buf clean;
	struct bytes b;
	bool good;

	buf_init(&clean, 4 * (size_t)LIM_FICHE_ELEMENT);
	good = charset_clean(value, r->charset, &clean) != CLEAN_UNKNOWN &&
	    is_good(r, &clean);
	b = bytes_trim((struct bytes){ clean.p, clean.len });
	good = good && bytes_string(b, r->element.text,
	    sizeof(r->element.text));
	buf_free(&clean);
	if (!good || (out->text[0] != '\0' &&
	    memcmp(out, &r->element, sizeof(*out)) != 0))
		return false;
	*out = r->element;
	return true;
}

/* Whether anything was filled in, be it readable or not. */
static bool
is_filled(struct reader *r, struct bytes value)
{
	return form_has_answer(value) || !is_good(r, &r->value) || r->bad ||
	    r->element.sources > 0;
}

static bool
put_value(struct reader *r, unsigned n, struct bytes value)
{
	if (!is_good(r, &r->value) || r->bad || !form_has_answer(value))
		return false;
	if (n < FICHE_FIRST)
		return put_reference(r, value, n == 1 ? r->out->meeting :
		    r->out->case_ref);
	return put_element(r, value,
	    &r->out->content.element[n - FICHE_FIRST]);
}

/* The value of the field that we were in is complete. */
static void
end_value(struct reader *r)
{
	struct bytes value = { r->value.p, r->value.len };
	unsigned n = r->field;

	if (n != 0 && n <= FICHE_LAST && is_filled(r, value)) {
		if (put_value(r, n, value))
			r->out->filled |= UINT32_C(1) << n;
		else
			r->out->spoilt |= UINT32_C(1) << n;
	}
	r->field = 0;
}

static void
begin_value(struct reader *r, unsigned n, struct bytes value)
{
	end_value(r);
	r->field = n;
	r->bad = false;
	buf_reset(&r->value);
	memset(&r->element, 0, sizeof(r->element));
	value = fold_trim(value);
	if (value.n > 0 && !is_hint(n, value))
		add_line(r, value);
}

/* ---- lines ---- */

static void
take_line(struct reader *r, struct bytes line)
{
	struct bytes value;
	unsigned n = field_of(line, &value);

	if (n != 0) {
		begin_value(r, n, value);
		return;
	}
	if (r->field == 0 || is_hint(r->field, line))
		return;
	if (form_is_heading(line) || courtesy_is_closing(line)) {
		end_value(r);
		return;
	}
	/* A reference stands on its line; what is below explains it. */
	if (fields[r->field].letter == '\0' || r->value.len == 0)
		add_line(r, line);
}

/* Whether a field was typed anew. */
static bool
has_own(struct bytes text)
{
	struct reply reply;
	struct reply_line l;
	struct bytes value;

	reply_begin(&reply, text);
	while (reply_next(&reply, &l))
		if (l.kind == LINE_OWN && field_of(l.text, &value) != 0)
			return true;
	return false;
}

/* A form that is quoted begins anew. One that goes on was cut by what only
 * looked like a quote, and what was lost is said. */
static void
look_behind(struct reader *r, struct bytes line)
{
	struct bytes value;
	unsigned n = field_of(line, &value);

	if (n == 0)
		return;
	if (r->cut != 0 && n > r->cut)
		r->out->spoilt |= UINT32_C(1) << r->cut;
	r->cut = 0;
}

static void
read_own(struct reader *r, struct bytes text)
{
	struct reply reply;
	struct reply_line l;

	reply_begin(&reply, text);
	while (reply_next(&reply, &l)) {
		if (l.kind == LINE_OWN || l.kind == LINE_EMPTY) {
			take_line(r, l.text);
			continue;
		}
		if (l.kind == LINE_MARK && reply.foreign)
			r->cut = r->field <= FICHE_LAST ? r->field : 0;
		else if (reply.foreign)
			look_behind(r, l.text);
		end_value(r);
	}
}

static void
read_all(struct reader *r, struct bytes text)
{
	struct bytes line;

	while (bytes_line(&text, &line))
		take_line(r, reply_unquote(line));
}

/* Nothing of a field that is spoilt is of use. */
static void
clear_spoilt(struct fiche_form *f)
{
	unsigned n;

	f->filled &= ~f->spoilt;
	f->missing = obligatory & ~f->filled & ~f->spoilt;
	if (f->spoilt >> 1 & 1)
		memset(f->meeting, 0, sizeof(f->meeting));
	if (f->spoilt >> 3 & 1)
		memset(f->case_ref, 0, sizeof(f->case_ref));
	for (n = FICHE_FIRST; n <= FICHE_LAST; n++)
		if (f->spoilt >> n & 1)
			memset(&f->content.element[n - FICHE_FIRST], 0,
			    sizeof(f->content.element[0]));
}

enum gw_err
fiche_form_read(struct bytes text, enum charset charset,
    struct fiche_form *out)
{
	struct reader r = { .out = out, .charset = charset };

	memset(out, 0, sizeof(*out));
	buf_init(&r.value, 4 * (size_t)LIM_FICHE_ELEMENT);
	if (has_own(text))
		read_own(&r, text);
	else
		read_all(&r, text);
	end_value(&r);
	buf_free(&r.value);
	if (r.err != GW_OK)
		memset(out, 0, sizeof(*out));
	else
		clear_spoilt(out);
	return r.err;
}
