#include "mail/meeting_form.h"

#include <stddef.h>
#include <string.h>

#include "mail/form_lines.h"
#include "mail/meeting_list.h"
#include "mail/text.h"

/* Names and addresses, as programs paste them, are longer than the list. */
#define RAW_LIST	(4 * LIM_LISTS)

/* Behind those of form.def: the lines that begin with a case. */
#define ROW_CASE	MEETING_ROWS
#define ROWS		(MEETING_ROWS + 1)

/* Dutch as form.def prints it. "agenda" is a verb and not among them. */
static const struct form_row rows[ROWS] = {
	[MEETING_ROW_KIND] = { { "soort", "kind", "type" }, FORM_LINE },
	[MEETING_ROW_DATE] = { { "datum", "date" }, FORM_LINE },
	[MEETING_ROW_START] = { { "uur", "time", "heure" }, FORM_LINE },
	[MEETING_ROW_END] = { { "einde", "end", "fin" }, FORM_LINE },
	[MEETING_ROW_PLACE] = { { "plaats", "place", "lieu" }, FORM_TEXT },
	[MEETING_ROW_CASES] = { { "casussen", "casus", "cases", "cas" },
	    FORM_LIST },
	[MEETING_ROW_INVITEES] = { { "genodigden", "invitees", "invites" },
	    FORM_LIST },
	[MEETING_ROW_ADHOC] = { { "ad hoc" }, FORM_LIST },
	[MEETING_ROW_URGENCY] = { { "dringend omdat", "urgent because",
	    "urgent parce que", "urgent car" }, FORM_TEXT },
	[MEETING_ROW_PRESENT] = { { "aanwezig", "aanwezigen", "present",
	    "presents" }, FORM_LIST },
	[ROW_CASE] = { { NULL }, FORM_LIST },
};

/* What a row holds, and where. */
enum kind { KIND_WORD, KIND_TEXT, KIND_PEOPLE, KIND_CASES };

#define TEXT(member) offsetof(struct meeting_form, member),		\
	sizeof(((struct meeting_form *)NULL)->member)
#define LIST(member) offsetof(struct meeting_form, member), 0

static const struct {
	enum kind kind;
	size_t at, size;
} fields[MEETING_ROWS] = {
	[MEETING_ROW_KIND] = { KIND_WORD, TEXT(kind) },
	[MEETING_ROW_DATE] = { KIND_TEXT, TEXT(date) },
	[MEETING_ROW_START] = { KIND_TEXT, TEXT(start) },
	[MEETING_ROW_END] = { KIND_TEXT, TEXT(end) },
	[MEETING_ROW_PLACE] = { KIND_TEXT, TEXT(place) },
	[MEETING_ROW_CASES] = { KIND_CASES, LIST(agenda) },
	[MEETING_ROW_INVITEES] = { KIND_PEOPLE, LIST(invitees) },
	[MEETING_ROW_ADHOC] = { KIND_PEOPLE, LIST(adhoc) },
	[MEETING_ROW_URGENCY] = { KIND_TEXT, TEXT(urgency) },
	[MEETING_ROW_PRESENT] = { KIND_PEOPLE, LIST(present) },
};

struct reader {
	struct meeting_form *out;
	enum charset charset;
	uint32_t seen;
	struct buf clean, list;		/* of the value at hand */
	struct {
		char ref[LIM_REF + 1];
		struct span at;		/* in present_at */
	} cases[LIM_MEETING_CASES];
	size_t n;			/* of cases */
	enum gw_err err;
};

static void
spoil(struct reader *r, enum meeting_row row)
{
	r->out->spoilt |= UINT32_C(1) << row;
}

/* Without memory there is no form, rather than one that is not whole. */
static bool
good(struct reader *r, const struct buf *b)
{
	if (buf_error(b) == GW_NOMEM)
		r->err = GW_NOMEM;
	return buf_error(b) == GW_OK;
}

/* Appends the list at hand. */
static bool
add(struct reader *r, struct buf *out)
{
	buf_add(out, r->list.p, r->list.len);
	return good(r, out);
}

static void
take_text(struct reader *r, enum meeting_row row, struct bytes b)
{
	char new[LIM_URGENCY + 1], *old = (char *)r->out + fields[row].at;
	size_t size = fields[row].size;
	bool fits = fields[row].kind == KIND_WORD ?
	    form_put_word(b, new, size) :
	    form_put_text(b, r->charset, new, size);

	if (!fits || (old[0] != '\0' && strcmp(old, new) != 0))
		spoil(r, row);
	else
		memcpy(old, new, strlen(new) + 1);
}

/* The value as clean UTF-8, which is what a list is cut from. */
static bool
clean(struct reader *r, const struct buf *value, struct bytes *out)
{
	const struct bytes raw = { value->p, value->len };
	bool fits;

	buf_reset(&r->clean);
	fits = good(r, value) && charset_clean(raw, r->charset, &r->clean) ==
	    CLEAN_AS_IS && good(r, &r->clean);
	*out = (struct bytes){ r->clean.p, r->clean.len };
	return fits;
}

static bool
is_same(const struct buf *list, struct bytes b)
{
	return list->len == b.n && (b.n == 0 ||
	    memcmp(list->p, b.p, b.n) == 0);
}

static void
take_list(struct reader *r, enum meeting_row row, const struct buf *value)
{
	struct buf *old = (struct buf *)((char *)r->out + fields[row].at);
	struct bytes b;
	bool fits;

	buf_reset(&r->list);
	fits = clean(r, value, &b) && (fields[row].kind == KIND_CASES ?
	    meeting_cases(b, &r->list) : meeting_people(b, "", &r->list)) &&
	    good(r, &r->list);
	if (fits && r->list.len == 0)
		return;
	if (!fits || (old->len > 0 && !is_same(&r->list, (struct bytes){
	    old->p, old->len })))
		spoil(r, row);
	else if (old->len == 0)
		(void)add(r, old);
}

/* Where the list of this case is kept; NULL: there are too many. */
static struct span *
case_of(struct reader *r, struct bytes label)
{
	char ref[LIM_REF + 1];
	size_t i;

	(void)text_reference(label, ref);
	for (i = 0; i < r->n; i++) {
		if (strcmp(r->cases[i].ref, ref) == 0)
			return &r->cases[i].at;
	}
	if (i == LIM_MEETING_CASES)
		return NULL;
	memcpy(r->cases[i].ref, ref, sizeof(ref));
	r->cases[i].at = (struct span){ r->out->present_at.len, 0 };
	r->n++;
	return &r->cases[i].at;
}

/* Keeps the list at hand as that of a case. False when there is another. */
static bool
keep_case(struct reader *r, struct span *at)
{
	struct buf *all = &r->out->present_at;

	if (at->len > 0)
		return is_same(&r->list, bytes_at((struct bytes){ all->p,
		    all->len }, *at));
	*at = (struct span){ all->len, r->list.len };
	if (add(r, all))
		return true;
	at->len = 0;
	return false;
}

static void
take_case(struct reader *r, struct bytes label, const struct buf *value)
{
	char prefix[LIM_REF + 2] = "";
	struct span *at;
	struct bytes b;

	(void)text_reference(label, prefix);
	memcpy(prefix + strlen(prefix), " ", 2);
	buf_reset(&r->list);
	if (!clean(r, value, &b) || !meeting_people(b, prefix, &r->list) ||
	    !good(r, &r->list)) {
		spoil(r, MEETING_ROW_PRESENT);
		return;
	}
	if (r->list.len == 0)
		return;
	at = case_of(r, label);
	if (at == NULL || !keep_case(r, at))
		spoil(r, MEETING_ROW_PRESENT);
}

static void
take_value(struct reader *r, size_t row, const struct form_lines *l)
{
	struct bytes b;

	/* It may be of the list, or of a signature: nobody is left out in
	 * silence. */
	if (rows[row].goes == FORM_LIST && meeting_begins_person(l->behind))
		spoil(r, row == ROW_CASE ? MEETING_ROW_PRESENT :
		    (enum meeting_row)row);
	if (row == ROW_CASE) {
		take_case(r, l->label, &l->value);
	} else if (fields[row].kind == KIND_PEOPLE ||
	    fields[row].kind == KIND_CASES) {
		take_list(r, (enum meeting_row)row, &l->value);
	} else {
		b = form_typed((struct bytes){ l->value.p, l->value.len });
		if (!good(r, &l->value))
			spoil(r, (enum meeting_row)row);
		else if (b.n > 0)
			take_text(r, (enum meeting_row)row, b);
	}
}

static void
forget(struct meeting_form *f, enum meeting_row row)
{
	void *member = (char *)f + fields[row].at;

	if (fields[row].size > 0)
		explicit_bzero(member, fields[row].size);
	else
		buf_free(member);
	if (row == MEETING_ROW_PRESENT)
		buf_free(&f->present_at);
}

/* What is spoilt is empty, and so is a list that has no room. */
static void
end_form(struct reader *r)
{
	struct meeting_form *f = r->out;
	size_t left = LIM_LISTS - strlen(f->place) - strlen(f->urgency), n;
	const struct buf *list;
	unsigned row;

	for (row = 0; row < MEETING_ROWS; row++) {
		list = (const struct buf *)((char *)f + fields[row].at);
		n = fields[row].size > 0 ? 0 : list->len;
		if (row == MEETING_ROW_PRESENT)
			n += f->present_at.len;
		if (n > left)
			spoil(r, (enum meeting_row)row);
		if ((f->spoilt >> row & 1) != 0)
			forget(f, (enum meeting_row)row);
		else
			left -= n;
	}
}

static void
init_lists(struct meeting_form *f)
{
	buf_init(&f->agenda, LIM_LISTS);
	buf_init(&f->invitees, LIM_LISTS);
	buf_init(&f->adhoc, LIM_LISTS);
	buf_init(&f->present, LIM_LISTS);
	buf_init(&f->present_at, LIM_LISTS);
}

enum gw_err
meeting_form_read(struct bytes text, enum charset charset,
    struct meeting_form *out)
{
	struct reader r = { .out = out, .charset = charset };
	struct form_lines lines;
	size_t row;

	memset(out, 0, sizeof(*out));
	init_lists(out);
	buf_init(&r.clean, 3 * RAW_LIST);
	buf_init(&r.list, LIM_LISTS);
	form_lines_begin(&lines, text, rows, ROWS, RAW_LIST);
	while (r.err == GW_OK && form_lines_next(&lines, &row))
		take_value(&r, row, &lines);
	form_lines_end(&lines);
	end_form(&r);
	buf_free(&r.clean);
	buf_free(&r.list);
	return r.err;
}

void
meeting_form_free(struct meeting_form *f)
{
	buf_free(&f->agenda);
	buf_free(&f->invitees);
	buf_free(&f->adhoc);
	buf_free(&f->present);
	buf_free(&f->present_at);
	explicit_bzero(f, sizeof(*f));
}
