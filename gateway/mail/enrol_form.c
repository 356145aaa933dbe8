#include "mail/enrol_form.h"

#include <stddef.h>
#include <string.h>

#include "mail/fold.h"
#include "mail/form_lines.h"

#define ROWS 7

/* Longer labels first: "organisatie" begins no other. */
static const struct form_row rows[ROWS] = {
	{ { "vingerafdruk", "fingerprint", "empreinte" }, FORM_HEX },
	{ { "rol", "role", "qualite" }, FORM_LINE },
	{ { "soort organisatie", "type of organisation",
	    "type d'organisation" }, FORM_LINE },
	{ { "organisatie", "organisation", "organization" }, FORM_TEXT },
	{ { "rechtsgrond", "legal ground", "base legale" }, FORM_TEXT },
	{ { "vergeleken", "compared", "compare" }, FORM_TEXT },
	{ { "tot", "until", "jusqu'au" }, FORM_LINE },
};

enum kind { KIND_FPR, KIND_WORD, KIND_TEXT };

#define FIELD(member) offsetof(struct enrol_form, member),		\
	sizeof(((struct enrol_form *)NULL)->member)

static const struct {
	size_t at, size;
	enum kind kind;
} fields[ROWS] = {
	{ FIELD(typed_fpr), KIND_FPR }, { FIELD(role), KIND_WORD },
	{ FIELD(org_class), KIND_WORD }, { FIELD(organisation), KIND_TEXT },
	{ FIELD(legal_ground), KIND_TEXT }, { FIELD(compared), KIND_TEXT },
	{ FIELD(until), KIND_TEXT },
};

struct reader {
	struct enrol_form *out;
	enum charset charset;
	bool seen[ROWS], spoilt[ROWS];
};

static bool
put_fpr(struct bytes b, char *out, size_t size)
{
	size_t n = 0;
	uint8_t c;

	b = form_before_bracket(b);
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
put_value(size_t i, struct bytes b, enum charset charset, char *out)
{
	if (fields[i].kind == KIND_FPR)
		return put_fpr(b, out, fields[i].size);
	if (fields[i].kind == KIND_WORD)
		return form_put_word(b, out, fields[i].size);
	return form_put_text(b, charset, out, fields[i].size);
}

static void
take_value(struct reader *r, size_t i, const struct buf *value)
{
	struct bytes b = form_typed((struct bytes){ value->p, value->len });
	char new[LIM_VALUE + 1], *old = (char *)r->out + fields[i].at;
	bool good = buf_error(value) == GW_OK;

	if (good && b.n == 0)
		return;
	good = good && put_value(i, b, r->charset, new);
	if (!good || (r->seen[i] && strcmp(old, new) != 0))
		r->spoilt[i] = true;
	else
		memcpy(old, new, fields[i].size);
	r->seen[i] = true;
}

void
enrol_form_read(struct bytes text, enum charset charset,
    struct enrol_form *out)
{
	struct reader r = { .out = out, .charset = charset };
	struct form_lines lines;
	size_t i;

	memset(out, 0, sizeof(*out));
	form_lines_begin(&lines, text, rows, ROWS, LIM_VALUE);
	while (form_lines_next(&lines, &i))
		take_value(&r, i, &lines.value);
	form_lines_end(&lines);
	for (i = 0; i < ROWS; i++) {
		if (r.spoilt[i])
			memset((char *)out + fields[i].at, 0,
			    fields[i].size);
	}
}
