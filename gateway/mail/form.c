#include "mail/form.h"

#include <stdbool.h>
#include <string.h>

#include "mail/text.h"

/* So many labelled fields make a form out of a text. */
#define FORM_LEAST 3

/* Or so many numbers in order without their labels: more than the points that
 * somebody counts in a free text. */
#define FORM_NUMBERS 8

/* The fields of domain.md 6.1, each with words of which its label has one. */
static const struct {
	bool obligatory;
	const char *hint;
	const char *words[3];
} fields[FORM_FIELDS + 1] = {
#define FIELD(number, must, id, label, preset, hint, ...) \
	[number] = { must, hint, { __VA_ARGS__ } },
#include "mail/form.def"
};

/* Where the writer stops filling in. */
static const char *const closings[] = {
	"met vriendelijke groet", "vriendelijke groet", "hoogachtend", "mvg"
};

struct reader {
	unsigned current;	/* field whose value we are in; 0 = none yet */
	uint32_t labelled;
	uint32_t filled;
	unsigned last;		/* highest number yet, with label or without */
	uint32_t numbered;	/* filled in behind a mere number */
};

unsigned
form_number(struct bytes *line)
{
	unsigned n = 0;
	size_t i;

	for (i = 0; i < line->n && i < 2 && ascii_digit(line->p[i]); i++)
		n = 10 * n + (unsigned)(line->p[i] - '0');
	if (n == 0 || n > FORM_FIELDS || i == line->n)
		return 0;
	if (strchr(".):- \t", line->p[i]) == NULL || line->p[i] == '\0')
		return 0;
	*line = bytes_trim(bytes_skip(*line, i + 1));
	return n;
}

struct bytes
form_label(struct bytes line)
{
	size_t depth = 0, i;

	for (i = 0; i < line.n; i++) {
		if (line.p[i] == '(')
			depth++;
		else if (line.p[i] == ')' && depth > 0)
			depth--;
		else if (line.p[i] == ':' && depth == 0)
			break;
	}
	return (struct bytes){ line.p, i };
}

static bool
is_label(unsigned n, struct bytes label)
{
	size_t i;

	for (i = 0; i < 3 && fields[n].words[i] != NULL; i++) {
		if (bytes_contains(label, fields[n].words[i]))
			return true;
	}
	return false;
}

bool
form_has_answer(struct bytes b)
{
	size_t i;

	for (i = 0; i < b.n; i++) {
		if (ascii_alnum(b.p[i]))
			return true;
	}
	return false;
}

static bool
is_closing(struct bytes line)
{
	size_t i;

	for (i = 0; i < sizeof(closings) / sizeof(closings[0]); i++) {
		if (bytes_begins(line, closings[i]))
			return true;
	}
	return bytes_same(line, "--");
}

bool
form_is_heading(struct bytes line)
{
	return line.n > 6 && bytes_begins(line, "---") &&
	    bytes_same(bytes_skip(line, line.n - 3), "---");
}

/* "(mag leeg blijven)": printed on the blank, not written by anybody. */
static bool
is_hint(struct bytes line)
{
	struct bytes inner;
	unsigned n;

	if (line.n < 3 || line.p[0] != '(' || line.p[line.n - 1] != ')')
		return false;
	inner = (struct bytes){ line.p + 1, line.n - 2 };
	for (n = 1; n <= FORM_FIELDS; n++) {
		if (bytes_same(inner, fields[n].hint))
			return true;
	}
	return false;
}

static void
take_line(struct reader *r, struct bytes line)
{
	struct bytes rest = line, label;
	unsigned n = form_number(&rest);

	if (n > r->last) {
		r->last = n;
		if (form_has_answer(rest))
			r->numbered |= UINT32_C(1) << n;
	}
	if (n != 0) {
		label = form_label(rest);
		if (is_label(n, label)) {
			r->current = n;
			r->labelled |= UINT32_C(1) << n;
			line = bytes_skip(rest, label.n + 1);
		}
	}
	if (r->current != 0 && form_has_answer(line))
		r->filled |= UINT32_C(1) << r->current;
}

static unsigned
count_fields(uint32_t bits)
{
	unsigned n, count = 0;

	for (n = 1; n <= FORM_FIELDS; n++)
		count += (bits >> n) & 1;
	return count;
}

enum form_kind
form_read(struct bytes text, uint32_t *missing)
{
	struct reader r = { 0 };
	struct bytes rest = text, line;
	unsigned n;

	*missing = 0;
	while (text_line(&rest, &line)) {
		if (is_closing(line) || form_is_heading(line))
			r.current = 0;
		else if (!is_hint(line))
			take_line(&r, line);
	}
	if (count_fields(r.labelled) < FORM_LEAST) {
		if (count_fields(r.numbered) < FORM_NUMBERS)
			return FORM_NONE;
		r.filled = r.numbered;
	}
	for (n = 1; n <= FORM_FIELDS; n++) {
		if (fields[n].obligatory && ((r.filled >> n) & 1) == 0)
			*missing |= UINT32_C(1) << n;
	}
	return FORM_REFERRAL;
}
