#include "mail/enrol_form.h"

#include <stddef.h>
#include <string.h>

#include "base/buf.h"
#include "mail/courtesy.h"
#include "mail/fold.h"
#include "mail/quote.h"

/* KIND_TEXT may go on below its line. */
enum kind { KIND_FPR, KIND_WORD, KIND_LINE, KIND_TEXT };

#define FIELD(member) offsetof(struct enrol_form, member),		\
	sizeof(((struct enrol_form *)NULL)->member)

/* Longer labels first: "organisatie" begins no other. */
static const struct {
	const char *labels[3];		/* folded */
	size_t at, size;
	enum kind kind;
} fields[] = {
	{ { "vingerafdruk", "fingerprint", "empreinte" }, FIELD(typed_fpr),
	    KIND_FPR },
	{ { "rol", "role", "qualite" }, FIELD(role), KIND_WORD },
	{ { "soort organisatie", "type of organisation",
	    "type d'organisation" }, FIELD(org_class), KIND_WORD },
	{ { "organisatie", "organisation", "organization" },
	    FIELD(organisation), KIND_TEXT },
	{ { "rechtsgrond", "legal ground", "base legale" },
	    FIELD(legal_ground), KIND_TEXT },
	{ { "vergeleken", "compared", "compare" }, FIELD(compared),
	    KIND_TEXT },
	{ { "tot", "until", "jusqu'au" }, FIELD(until), KIND_LINE },
};

#define FIELDS (sizeof(fields) / sizeof(fields[0]))
#define NO_FIELD FIELDS

struct reader {
	struct enrol_form *out;
	enum charset charset;
	bool seen[FIELDS], spoilt[FIELDS];
	size_t field;			/* whose value we are in, or NO_FIELD */
	struct buf value;		/* of its lines, joined */
};

/* ---- lines ---- */

/* "1.", "2)", "-", "*" in front of a label. */
static struct bytes
skip_number(struct bytes line)
{
	struct bytes rest = line;

	while (rest.n > 0 && ascii_digit(rest.p[0]))
		rest = bytes_skip(rest, 1);
	if (rest.n > 0 && strchr(".)-*", rest.p[0]) != NULL)
		rest = bytes_skip(rest, 1);
	(void)fold_blanks(&rest);
	return rest;
}

/* "(40 tekens)" between label and colon. */
static void
skip_brackets(struct bytes *b)
{
	(void)fold_blanks(b);
	if (fold_peek(*b) == '(') {
		while (b->n > 0 && fold_take(b) != ')')
			;
		(void)fold_blanks(b);
	}
}

/* The field whose label `line` begins with; its value in *value. */
static size_t
field_of(struct bytes line, struct bytes *value)
{
	size_t i, k;

	line = skip_number(line);
	for (i = 0; i < FIELDS; i++) {
		for (k = 0; k < 3; k++) {
			*value = line;
			if (!fold_phrase(value, fields[i].labels[k]))
				continue;
			skip_brackets(value);
			if (fold_peek(*value) != ':')
				continue;
			*value = bytes_skip(*value, 1);
			return i;
		}
	}
	return NO_FIELD;
}

/* ---- values ---- */

static uint8_t
closing_of(uint8_t open)
{
	return open == '[' ? ']' : open == '<' ? '>' : '\0';
}

/* Where the group in brackets that `b` begins with ends, or 0. */
static size_t
group_length(struct bytes b)
{
	const uint8_t *end;

	if (b.n == 0 || closing_of(b.p[0]) == '\0')
		return 0;
	end = memchr(b.p, closing_of(b.p[0]), b.n);
	return end == NULL ? 0 : (size_t)(end + 1 - b.p);
}

/* What was typed: without the "[lid of niet-lid]" in front of it or behind,
 * and nothing where only dots were. */
static struct bytes
typed(struct bytes b)
{
	size_t n, i;

	b = fold_trim(b);
	while ((n = group_length(b)) > 0)
		b = fold_trim(bytes_skip(b, n));
	for (i = 0; i < b.n; i++) {
		if (b.p[i] == '[' && group_length(bytes_skip(b, i)) > 0) {
			b.n = i;
			b = fold_trim(b);
		}
	}
	for (i = 0; i < b.n; i++) {
		if (strchr("._-", b.p[i]) == NULL && !ascii_space(b.p[i]) &&
		    b.p[i] != 0xe2 && b.p[i] != 0x80 && b.p[i] != 0xa6)
			return b;
	}
	return (struct bytes){ b.p, 0 };
}

static struct bytes
before_bracket(struct bytes b)
{
	size_t i;

	for (i = 0; i < b.n && b.p[i] != '(' && b.p[i] != '[' &&
	    b.p[i] != '<'; i++)
		;
	b.n = i;
	return fold_trim(b);
}

static bool
put_fpr(struct bytes b, char *out, size_t size)
{
	size_t n = 0;
	uint8_t c;

	b = before_bracket(b);
	if (bytes_begins(b, "0x"))
		b = bytes_skip(b, 2);
	while (b.n > 0) {
		c = fold_take(&b);
		if (c == ' ' || c == ':' || (c == '.' && b.n == 0))
			continue;
		if (!ascii_digit(c) && (c < 'a' || c > 'f'))
			return false;
		if (n + 1 >= size)
			return false;
		out[n++] = (char)(c >= 'a' ? c - 32 : c);
	}
	out[n] = '\0';
	return n > 0;
}

static bool
put_word(struct bytes b, char *out, size_t size)
{
	size_t n = 0;
	uint8_t c;

	b = before_bracket(b);
	while (b.n > 0) {
		c = fold_take(&b);
		if (b.n == 0 && (c == '.' || c == ','))
			break;
		if ((!ascii_alnum(c) && c != '-' && c != '_') || n + 1 >= size)
			return false;
		out[n++] = (char)c;
	}
	out[n] = '\0';
	return n > 0;
}

static bool
put_text(struct bytes b, enum charset charset, char *out, size_t size)
{
	struct buf clean;
	bool good;

	buf_init(&clean, LIM_VALUE);
	good = charset_clean(b, charset, &clean) == CLEAN_AS_IS &&
	    buf_error(&clean) == GW_OK &&
	    bytes_string((struct bytes){ clean.p, clean.len }, out, size);
	buf_free(&clean);
	return good;
}

/* The value of the field we were in is complete. */
static void
end_value(struct reader *r)
{
	char new[LIM_VALUE + 1], *old;
	size_t i = r->field, size;
	struct bytes b;
	bool good;

	r->field = NO_FIELD;
	if (i == NO_FIELD)
		return;
	b = typed((struct bytes){ r->value.p, r->value.len });
	if (b.n == 0 && buf_error(&r->value) == GW_OK)
		return;
	old = (char *)r->out + fields[i].at;
	size = fields[i].size;
	good = buf_error(&r->value) == GW_OK &&
	    (fields[i].kind == KIND_FPR ? put_fpr(b, new, size) :
	    fields[i].kind == KIND_WORD ? put_word(b, new, size) :
	    put_text(b, r->charset, new, size));
	if (!good || (r->seen[i] && strcmp(old, new) != 0))
		r->spoilt[i] = true;
	else
		memcpy(old, new, size);
	r->seen[i] = true;
}

/* A long value goes on below its label, until something else comes. */
static bool
goes_on(const struct reader *r, struct bytes line)
{
	uint8_t c;

	if (r->field == NO_FIELD)
		return false;
	if (fields[r->field].kind != KIND_FPR)
		return fields[r->field].kind == KIND_TEXT &&
		    !courtesy_is_closing(line);
	while (line.n > 0) {
		c = fold_take(&line);
		if (!ascii_digit(c) && (c < 'a' || c > 'f') && c != ' ')
			return false;
	}
	return true;
}

static void
take_line(struct reader *r, struct bytes line)
{
	struct bytes value = { 0 };
	size_t i;

	line = reply_unquote(line);
	i = line.n == 0 ? NO_FIELD : field_of(line, &value);
	if (i == NO_FIELD && line.n > 0 && goes_on(r, line)) {
		buf_putc(&r->value, ' ');
		buf_add(&r->value, line.p, line.n);
		return;
	}
	end_value(r);
	r->field = i;
	if (i == NO_FIELD)
		return;
	buf_reset(&r->value);
	buf_add(&r->value, value.p, value.n);
}

void
enrol_form_read(struct bytes text, enum charset charset,
    struct enrol_form *out)
{
	struct reader r = { .out = out, .charset = charset,
	    .field = NO_FIELD };
	struct bytes line;
	size_t i;

	memset(out, 0, sizeof(*out));
	buf_init(&r.value, LIM_VALUE);
	while (bytes_line(&text, &line))
		take_line(&r, line);
	end_value(&r);
	buf_free(&r.value);
	for (i = 0; i < FIELDS; i++) {
		if (r.spoilt[i])
			memset((char *)out + fields[i].at, 0,
			    fields[i].size);
	}
}
