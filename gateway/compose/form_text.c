#include "compose/form_text.h"

#include "base/fiche.h"
#include "mail/form.h"

/* A blank is a page or two, and the pieces of one fit in this as well. */
#define FORM_BYTES	(16u * 1024)

/* Lists stand in two columns. */
#define WORD_COLUMN	16

/* One row of a blank of a referral: a heading, or a field. */
static const struct {
	const char *heading;
	unsigned number;
	const char *label, *preset, *hint;
} rows[] = {
#define GROUP(heading) { heading, 0, NULL, NULL, NULL },
#define FIELD(number, must, id, label, preset, hint, ...) \
	{ NULL, number, label, preset, hint },
#include "mail/form.def"
};

static const char *const enrol_labels[] = {
#define ENROL(id, label) label,
#include "mail/form.def"
};

static const char *const meeting_labels[] = {
#define MEETING(id, label) label,
#include "mail/form.def"
};

/* Those of a fiche, in their order; a reference has a hint too. */
static const struct {
	unsigned number;
	const char *label, *hint;
} fiche_rows[] = {
#define FICHE_REF(number, letter, id, label, hint) { number, label, hint },
#define FICHE(number, asks, id, label, hint, ...) \
	{ (asks) == FICHE_OFF ? 0 : (number), label, hint },
#include "mail/form.def"
};

static const char *const classes[ORG_MAX] = {
	[ORG_MUNICIPALITY] = "gemeente en gemeentelijke diensten",
	[ORG_OCMW] = "OCMW",
	[ORG_SCHOOL] = "school",
	[ORG_CLB] = "centrum voor leerlingenbegeleiding (CLB)",
	[ORG_CAW] = "centrum algemeen welzijnswerk (CAW)",
	[ORG_CGG] = "centrum geestelijke gezondheidszorg (CGG)",
	[ORG_OCJ] = "ondersteuningscentrum jeugdzorg (OCJ)",
	[ORG_VDAB] = "VDAB",
	[ORG_VAPH] = "VAPH",
	[ORG_JUSTITIEHUIS] = "justitiehuis",
	[ORG_YOUTH] = "jeugdwerk en jeugdhulp",
	[ORG_SOCIETY] = "vereniging of club",
	[ORG_OTHER] = "andere dienst met een eigen rechtsgrond",
	[ORG_LOCAL_POLICE] = "lokale politie, alleen de information officer"
};

const char *
form_class_dutch(enum org_class c)
{
	return (unsigned)c < ORG_MAX && classes[c] != NULL ? classes[c] : "";
}

/* Lines are written with their LF; a value has none at its end. */
static void
trim(struct buf *b)
{
	while (b->len > 0 && b->p[b->len - 1] == '\n')
		b->len--;
}

static void
print_fields(struct buf *out)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].heading != NULL) {
			buf_printf(out, "--- %s ---\n\n", rows[i].heading);
			continue;
		}
		buf_printf(out, "%u. %s:%s%s\n", rows[i].number,
		    rows[i].label, rows[i].preset[0] != '\0' ? " " : "",
		    rows[i].preset);
		if (rows[i].hint[0] != '\0')
			buf_printf(out, "   (%s)\n", rows[i].hint);
		buf_putc(out, '\n');
	}
	trim(out);
}

static void
print_fiche(struct buf *out)
{
	size_t i;

	for (i = 0; i < sizeof(fiche_rows) / sizeof(fiche_rows[0]); i++) {
		if (fiche_rows[i].number != 0)
			buf_printf(out, "%u. %s:\n   (%s)\n\n",
			    fiche_rows[i].number, fiche_rows[i].label,
			    fiche_rows[i].hint);
	}
	trim(out);
}

static void
print_labels(const char *const *labels, size_t n, struct buf *out)
{
	size_t i;

	for (i = 0; i < n; i++)
		buf_printf(out, "%s:\n", labels[i]);
	trim(out);
}

static void
print_enrolment(struct buf *out)
{
	print_labels(enrol_labels,
	    sizeof(enrol_labels) / sizeof(enrol_labels[0]), out);
}

static void
print_meeting(struct buf *out)
{
	print_labels(meeting_labels,
	    sizeof(meeting_labels) / sizeof(meeting_labels[0]), out);
}

static void
print_roles(struct buf *out)
{
	int r;

	for (r = 0; r < PERSON_MAX; r++)
		buf_printf(out, "  %-*s%s\n", WORD_COLUMN,
		    person_role_name((enum person_role)r),
		    person_role_dutch((enum person_role)r));
	trim(out);
}

/* Those that may not be enrolled are not offered (R36). */
static void
print_classes(struct buf *out)
{
	int c;

	for (c = 0; c < ORG_MAX; c++) {
		if (form_class_dutch((enum org_class)c)[0] != '\0')
			buf_printf(out, "  %-*s%s\n", WORD_COLUMN,
			    org_class_name((enum org_class)c),
			    form_class_dutch((enum org_class)c));
	}
	trim(out);
}

/* What the programme fills in on each blank. */
struct filling {
	const char *name;
	void (*print)(struct buf *);
};

#define FILLINGS 3

static const struct {
	const char *section;
	struct filling filling[FILLINGS];
} blanks[FORM_NAME_MAX] = {
	[FORM_NAME_REFERRAL] = { "blad-aanmelding",
		{ { "fields", print_fields } } },
	[FORM_NAME_ENROLMENT] = { "blad-inschrijving",
		{ { "labels", print_enrolment }, { "roles", print_roles },
		    { "classes", print_classes } } },
	[FORM_NAME_PRIVACY] = { "blad-avg", { { NULL, NULL } } },
	[FORM_NAME_MEETING] = { "blad-vergadering",
		{ { "labels", print_meeting } } },
	[FORM_NAME_FICHE] = { "blad-fiche",
		{ { "fields", print_fiche } } }
};

enum gw_err
form_text(const struct templates *t, const struct office *office,
    enum form_name form, struct buf *out)
{
	struct buf value[FILLINGS];
	struct var vars[FILLINGS];
	enum gw_err err = GW_OK;
	size_t i, n;

	if ((unsigned)form >= FORM_NAME_MAX)
		return GW_MISSING;
	for (n = 0; n < FILLINGS && blanks[form].filling[n].name != NULL;
	    n++) {
		buf_init(&value[n], FORM_BYTES);
		blanks[form].filling[n].print(&value[n]);
		if (err == GW_OK)
			err = buf_error(&value[n]);
		vars[n] = (struct var){ blanks[form].filling[n].name,
			buf_str(&value[n]) };
	}
	if (err == GW_OK)
		err = compose_part(t, office, MAIL_B03, blanks[form].section,
		    vars, n, out);
	for (i = 0; i < n; i++)
		buf_free(&value[i]);
	return err;
}

void
form_field_lines(uint32_t fields, struct buf *out)
{
	size_t i, n = 0;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].number == 0 ||
		    (fields >> rows[i].number & 1) == 0)
			continue;
		buf_printf(out, "%s%u. %s", n++ > 0 ? "\n" : "",
		    rows[i].number, rows[i].label);
	}
}
