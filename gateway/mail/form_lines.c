#include "mail/form_lines.h"

#include <string.h>

#include "mail/fold.h"
#include "mail/marks.h"
#include "mail/quote.h"
#include "mail/text.h"

/* ---- labels ---- */

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

/* "C-0123456789ABCDEF", in brackets or not. */
static bool
take_case(struct bytes *b)
{
	char ref[LIM_REF + 1];
	struct bytes rest = *b;
	bool square = rest.n > 0 && rest.p[0] == '[';

	if (square)
		rest = bytes_skip(rest, 1);
	if (rest.n < LIM_REF || ascii_lower(rest.p[0]) != 'c' ||
	    !text_reference((struct bytes){ rest.p, LIM_REF }, ref))
		return false;
	rest = bytes_skip(rest, LIM_REF);
	if (square && (rest.n == 0 || rest.p[0] != ']'))
		return false;
	*b = square ? bytes_skip(rest, 1) : rest;
	return true;
}

static bool
take_label(struct bytes *b, const struct form_row *row)
{
	size_t k;

	if (row->labels[0] == NULL)
		return take_case(b);
	for (k = 0; k < FORM_LABELS && row->labels[k] != NULL; k++) {
		if (fold_phrase(b, row->labels[k]))
			return true;
	}
	return false;
}

/* The row whose label `line` begins with, and label and value. */
static size_t
row_of(const struct form_lines *l, struct bytes line, struct bytes *label,
    struct bytes *value)
{
	size_t i;

	line = skip_number(line);
	for (i = 0; i < l->n; i++) {
		*value = line;
		if (!take_label(value, &l->rows[i]))
			continue;
		*label = (struct bytes){ line.p, (size_t)(value->p - line.p) };
		skip_brackets(value);
		if (fold_peek(*value) != ':')
			continue;
		*value = bytes_skip(*value, 1);
		return i;
	}
	return l->n;
}

/* ---- lines ---- */

void
form_lines_begin(struct form_lines *l, struct bytes text,
    const struct form_row *rows, size_t n, size_t max)
{
	*l = (struct form_lines){ .rows = rows, .n = n, .rest = text,
	    .row = n };
	buf_init(&l->value, max);
}

void
form_lines_end(struct form_lines *l)
{
	buf_free(&l->value);
}

static bool
is_hex(struct bytes line)
{
	uint8_t c;

	while (line.n > 0) {
		c = fold_take(&line);
		if (!ascii_digit(c) && (c < 'a' || c > 'f') && c != ' ')
			return false;
	}
	return true;
}

/* Behind an empty line, what goes on is what must: else a name below a list
 * were one of it. Where all rows stand so far apart, every line must. */
static bool
item_follows(const struct form_lines *l, struct bytes line)
{
	struct bytes value = bytes_trim((struct bytes){ l->value.p,
	    l->value.len });

	if (l->spaced)
		return true;
	if (value.n == 0)
		return memchr(line.p, '@', line.n) != NULL || take_case(&line);
	return strchr(",;", value.p[value.n - 1]) != NULL;
}

/* A long value goes on below its label, until something else comes. */
static bool
goes_on(const struct form_lines *l, struct bytes line)
{
	switch (l->rows[l->row].goes) {
	case FORM_LINE:
		return false;
	case FORM_HEX:
		return !l->paused && is_hex(line);
	case FORM_TEXT:
		return !l->paused;
	case FORM_LIST:
		break;
	}
	return !l->paused || item_follows(l, line);
}

/* What is nobody's value: the closing, "--- Einde van de lijst ---", and what
 * programs put around a quote. */
static bool
is_foreign(struct form_lines *l, struct bytes line)
{
	size_t more;

	l->head = mark_is_header(line, l->rest);
	return l->head || bytes_begins(line, "---") ||
	    mark_at(line, l->rest, &more) != MARK_NONE;
}

/* A line that is no label. False: it ends the value we are in. */
static bool
take_line(struct form_lines *l, struct bytes line)
{
	if (line.n == 0) {
		l->head = false;
		l->paused = true;
		return true;
	}
	if (l->head)
		return true;
	if (is_foreign(l, line) || l->row == l->n)
		return l->row == l->n;
	if (!goes_on(l, line)) {
		if (l->paused)
			l->behind = line;
		return false;
	}
	buf_putc(&l->value, l->rows[l->row].goes == FORM_LIST ? '\n' : ' ');
	buf_add(&l->value, line.p, line.n);
	l->paused = false;
	return true;
}

static void
begin_value(struct form_lines *l, size_t row, struct bytes label,
    struct bytes value)
{
	l->row = row;
	l->label = label;
	l->behind = (struct bytes){ value.p, 0 };
	l->spaced = l->apart;
	l->apart = l->paused = false;
	buf_reset(&l->value);
	if (value.n > 0)
		buf_add(&l->value, value.p, value.n);
}

bool
form_lines_next(struct form_lines *l, size_t *row)
{
	struct bytes here = l->rest, line, label, value;
	size_t i;

	l->row = l->n;
	for (; bytes_line(&l->rest, &line); here = l->rest) {
		line = reply_unquote(line);
		/* In a header stand labels that are ours too: "Datum:". */
		i = line.n == 0 || l->head ? l->n :
		    row_of(l, line, &label, &value);
		if (i != l->n && l->row != l->n) {
			l->apart = l->paused;
			l->rest = here;
			break;
		}
		if (i != l->n)
			begin_value(l, i, label, value);
		else if (!take_line(l, line))
			break;
	}
	*row = l->row;
	return l->row != l->n;
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

bool
form_is_empty(struct bytes b)
{
	size_t i;

	for (i = 0; i < b.n; i++) {
		if (memchr("._-\xe2\x80\xa6", b.p[i], 6) == NULL &&
		    !ascii_space(b.p[i]))
			return false;
	}
	return true;
}

struct bytes
form_typed(struct bytes b)
{
	const uint8_t *open;
	size_t n;

	b = fold_trim(b);
	while ((n = group_length(b)) > 0)
		b = fold_trim(bytes_skip(b, n));
	open = b.n == 0 ? NULL : memchr(b.p, '[', b.n);
	if (open != NULL && memchr(open, ']', b.n - (size_t)(open - b.p)))
		b.n = (size_t)(open - b.p);
	b = fold_trim(b);
	return form_is_empty(b) ? (struct bytes){ b.p, 0 } : b;
}

struct bytes
form_before_bracket(struct bytes b)
{
	size_t i;

	for (i = 0; i < b.n && b.p[i] != '(' && b.p[i] != '[' &&
	    b.p[i] != '<'; i++)
		;
	b.n = i;
	return fold_trim(b);
}

bool
form_put_word(struct bytes b, char *out, size_t size)
{
	size_t n = 0;
	uint8_t c;

	b = form_before_bracket(b);
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

bool
form_put_text(struct bytes b, enum charset charset, char *out, size_t size)
{
	struct buf clean;
	bool good;

	buf_init(&clean, size);
	good = charset_clean(b, charset, &clean) == CLEAN_AS_IS &&
	    buf_error(&clean) == GW_OK && (clean.len == 0 ||
	    memchr(clean.p, '\n', clean.len) == NULL) &&
	    bytes_string((struct bytes){ clean.p, clean.len }, out, size);
	buf_free(&clean);
	return good;
}
