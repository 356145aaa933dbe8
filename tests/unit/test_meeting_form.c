/*
 * The form for a meeting: each row, each way in which people and their programs
 * fill it in, and what no reader may take for an answer. Hostile texts must
 * neither be long in the reading nor be understood.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/verb.h"
#include "mail/charset.h"
#include "mail/html.h"
#include "mail/meeting_form.h"
#include "mail/read.h"

#define CASE "C-0123456789ABCDEF"
#define CASE_2 "C-FEDCBA9876543210"

/* A read past the end is seen in a copy of its own. */
static void
read_n(const char *s, size_t n, enum charset charset, struct meeting_form *f)
{
	uint8_t *p = malloc(n + 1);

	assert_non_null(p);
	memcpy(p, s, n);
	p = realloc(p, n == 0 ? 1 : n);
	assert_int_equal(meeting_form_read((struct bytes){ p, n }, charset,
	    f), GW_OK);
	free(p);
}

/* ---- one row ---- */

struct told {
	char text[4096];
	size_t n;
};

static void
tell(struct told *t, const char *key, const void *value, size_t len)
{
	size_t i;

	if (len == 0)
		return;
	t->n += (size_t)snprintf(t->text + t->n, sizeof(t->text) - t->n,
	    "%s%s=%.*s", t->n == 0 ? "" : " ", key, (int)len,
	    (const char *)value);
	assert_true(t->n < sizeof(t->text));
	for (i = 0; i < t->n; i++) {
		if (t->text[i] == '\n')
			t->text[i] = '|';
	}
}

static void
tell_form(struct told *t, const struct meeting_form *f)
{
	char bits[16];

	*t = (struct told){ .n = 0 };
	if (f->spoilt != 0) {
		(void)snprintf(bits, sizeof(bits), "%x", f->spoilt);
		tell(t, "spoilt", bits, strlen(bits));
	}
	tell(t, "kind", f->kind, strlen(f->kind));
	tell(t, "date", f->date, strlen(f->date));
	tell(t, "start", f->start, strlen(f->start));
	tell(t, "end", f->end, strlen(f->end));
	tell(t, "place", f->place, strlen(f->place));
	tell(t, "urgency", f->urgency, strlen(f->urgency));
	tell(t, "agenda", f->agenda.p, f->agenda.len);
	tell(t, "invitees", f->invitees.p, f->invitees.len);
	tell(t, "adhoc", f->adhoc.p, f->adhoc.len);
	tell(t, "present", f->present.p, f->present.len);
	tell(t, "at", f->present_at.p, f->present_at.len);
}

static void
expect(const char *in, const char *out)
{
	struct meeting_form f;
	struct told t;

	read_n(in, strlen(in), CHARSET_ASCII, &f);
	tell_form(&t, &f);
	if (strcmp(t.text, out) != 0)
		fail_msg("\"%s\":\n%s\ninstead of\n%s", in, t.text, out);
	meeting_form_free(&f);
}

static const struct {
	const char *in, *out;
} rows[] = {
	{ "", "" }, { "soort: Operationeel.", "kind=operationeel" },
	{ "Kind: strategic", "kind=strategic" },
	{ "soort: operationeel of strategisch", "spoilt=1" },
	{ "soort: [operationeel of strategisch]", "" },
	{ "> 1. datum: 15/01/2027", "date=15/01/2027" },
	{ "2) Datum : 15 januari 2027", "date=15 januari 2027" },
	{ "date: ....", "" }, { "datum", "" }, { "de datum: morgen", "" },
	{ "uur: 14:00\neinde: 16:00", "start=14:00 end=16:00" },
	{ "Heure : 14h\nFin : 16h", "start=14h end=16h" },
	{ "uur: 14:00\n(of later)", "start=14:00" },
	{ "uur: 0123456789012345678901234567890123456789x", "spoilt=4" },
	{ "plaats: stadhuis, zaal 2\nGrote Markt 21\n\nNiet dit",
	    "place=stadhuis, zaal 2 Grote Markt 21" },
	{ "plaats: caf\303\251", "place=caf\303\251" },
	{ "plaats: caf\351", "place=caf\303\251" },
	{ "plaats: a\342\200\256b", "spoilt=10" },
	{ "plaats: a\rb", "spoilt=10" },
	{ "plaats: a\342\200\250b", "spoilt=10" },
	{ "dringend omdat: het is\nnodig\nMet vriendelijke groet\nAn",
	    "urgency=het is nodig" },
	{ "dringend omdat:\n--- Einde van de lijst ---\n", "" },
	{ "dringend omdat:\n\nAn De Vos", "" },
	{ "dringend omdat: x\nOp 3 mei schreef An <an@caw.be>:\n> y",
	    "urgency=x" },
	{ "casussen: " CASE ", " CASE_2, "agenda=" CASE "|" CASE_2 "|" },
	{ "casussen:\n- c-olu3456789abcdef.\n- [" CASE_2 "]",
	    "spoilt=20" },
	{ "casussen:\n- c-ol23456789abcdef.\n- [" CASE_2 "]",
	    "agenda=" CASE "|" CASE_2 "|" },
	{ "casussen: A-0123456789ABCDEF", "spoilt=20" },
	{ "casussen: " CASE " en " CASE_2, "spoilt=20" },
	{ "casussen: geen", "spoilt=20" }, { "casussen: -", "" },
};

static void
test_each_row(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect(rows[i].in, rows[i].out);
}

/* What is printed is what is read; core counts the bits in this order. */
static void
test_the_labels_of_the_blank(void **state)
{
	static const char *const labels[] = {
#define MEETING(id, label) label,
#define ATTEND(id, label) label,
#include "mail/form.def"
	};
	struct meeting_form f;
	char line[256];
	size_t i;

	(void)state;
	assert_int_equal(sizeof(labels) / sizeof(labels[0]), MEETING_ROWS);
	for (i = 0; i < MEETING_ROWS; i++) {
		(void)snprintf(line, sizeof(line), "%s: \001\n", labels[i]);
		read_n(line, strlen(line), CHARSET_ASCII, &f);
		assert_int_equal(f.spoilt, 1u << i);
		meeting_form_free(&f);
	}
}

/* ---- lists ---- */

static const struct {
	const char *in, *out;
} people[] = {
	{ "an@CAW.be", "an@caw.be" }, { "an@caw.be.", "an@caw.be" },
	{ "a@b.be, c@d.be; e@f.be\ng@h.be", "a@b.be|c@d.be|e@f.be|g@h.be" },
	{ "a@b.be,\nc@d.be,", "a@b.be|c@d.be" },
	{ "\na@b.be\n\tc@d.be", "a@b.be|c@d.be" },
	{ "\n> a@b.be\n>\t- c@d.be", "a@b.be|c@d.be" },
	{ "\n1. a@b.be\n2) c@d.be\n* e@f.be\n\342\200\242 g@h.be",
	    "a@b.be|c@d.be|e@f.be|g@h.be" },
	{ "1.an@caw.be", "1.an@caw.be" }, { "-an@caw.be", "-an@caw.be" },
	{ "An Peeters <an@CAW.be>", "an@caw.be" },
	{ "An Peeters (CAW) <an@caw.be>; Bob <bob@x.be>",
	    "an@caw.be|bob@x.be" },
	{ "\"Peeters, An\" <an@caw.be>, bob@x.be", "an@caw.be|bob@x.be" },
	{ "'Peeters An' <an@caw.be>", "an@caw.be" },
	{ "\"'an@caw.be'\" <an@caw.be>", "an@caw.be" },
	{ "an@caw.be<mailto:an@caw.be>", "an@caw.be" },
	{ "An@caw.be <mailto:an@caw.be>", "an@caw.be" },
	{ "mailto:an@caw.be", "an@caw.be" }, { "<an@caw.be>", "an@caw.be" },
	{ "An [mailto:an@caw.be]", "an@caw.be" },
	{ "An Peeters<mailto:an@caw.be>", "an@caw.be" },
	{ "Jan van de Pas <jan@caw.be>", "jan@caw.be" },
	/* What is no address is for core to know. */
	{ "co\303\266rdinator, a@b.be", "co\303\266rdinator|a@b.be" },
	{ "De Korpschef.", "De Korpschef" },
	{ "Peeters, An <an@caw.be>", "Peeters|an@caw.be" },
	{ "a@b.be c@d.be", "a@b.be c@d.be" },
	{ "a@b.be en c@d.be", "a@b.be en c@d.be" },
	{ "bob@x.be <an@caw.be>", "bob@x.be <an@caw.be>" },
	{ "an@caw.be (afwezig)", "an@caw.be (afwezig)" },
	{ "An (afwezig) <an@caw.be>", "An (afwezig) <an@caw.be>" },
	{ "niet An <an@caw.be>", "niet An <an@caw.be>" },
	{ "Excus\303\251e: An <an@caw.be>", "Excus\303\251e: An <an@caw.be>" },
	{ "\303\244n@caw.be", "\303\244n@caw.be" },
	{ "an@caw.be <an@caw.be> <x@y.be>", "an@caw.be <an@caw.be> <x@y.be>" },
	/* An empty line ends a list, but for a comma in front of it. */
	{ "a@b.be\n\nAn De Vos", "a@b.be" },
	{ "a@b.be,\n\nc@d.be", "a@b.be|c@d.be" },
	{ "\n\na@b.be\nc@d.be\n\nAn", "a@b.be|c@d.be" },
	{ "a@b.be\nMet vriendelijke groet\nAn", "a@b.be" },
	{ "a@b.be\n\nVragen? Mail an@caw.be\n", "a@b.be" },
	{ "a@b.be,\n\nOp 3 mei schreef An <an@caw.be>:\n> x", "a@b.be" },
	{ "a@b.be\nVan: An <an@caw.be>\nc@d.be", "a@b.be" },
	{ "a@b.be\n-----Oorspronkelijk bericht-----\nx", "a@b.be" },
};

static void
test_lists_of_people(void **state)
{
	char in[512], out[512];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(people) / sizeof(people[0]); i++) {
		(void)snprintf(in, sizeof(in), "genodigden: %s", people[i].in);
		(void)snprintf(out, sizeof(out), "invitees=%s|",
		    people[i].out);
		expect(in, out);
	}
}

/* One more, or the address below somebody's name? */
static void
test_nobody_is_left_out_in_silence(void **state)
{
	(void)state;
	expect("genodigden: a@b.be\n\nc@d.be", "spoilt=40");
	expect("aanwezig:\n\na@b.be\n\nAn <c@d.be>\n", "spoilt=200");
	expect(CASE ": a@b.be\n\n\n- c@d.be", "spoilt=200");
	expect("plaats: x\n\na@b.be", "place=x");
	/* All rows stand as far apart: it is HTML. */
	expect("soort: a\n\ngenodigden: a@b.be\n\nc@d.be\n\nuur: 1",
	    "kind=a start=1 invitees=a@b.be|c@d.be|");
}

static void
test_who_was_there_for_a_case(void **state)
{
	(void)state;
	expect("aanwezig: a@b.be, c@d.be\n" CASE ": e@f.be; g@h.be\n"
	    "> [" CASE_2 "]: i@j.be,\n> k@l.be\n",
	    "present=a@b.be|c@d.be| at=" CASE " e@f.be|" CASE " g@h.be|"
	    CASE_2 " i@j.be|" CASE_2 " k@l.be|");
	expect(CASE ": a@b.be\n" CASE ": a@b.be\n" CASE_2 ": a@b.be",
	    "at=" CASE " a@b.be|" CASE_2 " a@b.be|");
	expect("aanwezig: x@y.be\n" CASE ": a@b.be\n" CASE ": c@d.be\n",
	    "spoilt=200");
	expect(CASE ":\n" CASE_2 ": ...\n", "");
	expect("A-0123456789ABCDEF: a@b.be\n", "");
	expect("casussen:\n" CASE "\n" CASE_2 "\n", "agenda=" CASE "|" CASE_2
	    "|");
}

/* ---- twice ---- */

static void
test_twice_is_never_guessed(void **state)
{
	(void)state;
	expect("datum: 15/01/2027\n> datum: 15/01/2027", "date=15/01/2027");
	expect("datum: 15/01/2027\n> datum:", "date=15/01/2027");
	expect("> datum:\n> uur:\n\ndatum: 15/01/2027", "date=15/01/2027");
	expect("datum: 15/01/2027\n> datum: 16/01/2027", "spoilt=2");
	expect("datum: 1\ndatum: 2\ndatum: 1", "spoilt=2");
	expect("plaats: a\001\nplaats: b", "spoilt=10");
	expect("ad hoc: a@b.be\n> ad hoc: A <a@b.be>", "adhoc=a@b.be|");
	expect("ad hoc: a@b.be\n> ad hoc:", "adhoc=a@b.be|");
	expect("ad hoc: a@b.be\n> ad hoc: c@d.be", "spoilt=80");
	expect("aanwezig: a@b.be\naanwezig: c@d.be\n" CASE ": e@f.be",
	    "spoilt=200");
}

/* Fields of a header are no rows, whoever is quoted. */
static void
test_a_header_is_no_form(void **state)
{
	(void)state;
	expect("datum: 1\n\nVan: LIVC <livc@x.be>\nDatum: 3 december 2026\n"
	    "Aan: An\n\nuur: 2\n", "date=1 start=2");
	expect("-------- Doorgestuurd bericht --------\nOnderwerp: x\n"
	    "Datum: 3 december\nVan: LIVC <livc@x.be>\n\nuur: 2\n", "start=2");
	expect("> De : LIVC <livc@x.be>\n> Date : 3 d\303\251cembre\n"
	    "> Objet : x\n>\n> uur: 2\n", "start=2");
	expect("*From:* LIVC <livc@x.be>\n*Date:* x\n\nuur: 2", "start=2");
	expect("Op 3 mei schreef An <an@caw.be>:\nuur: 2", "start=2");
}

/* ---- the blank ---- */

#define FILLED								\
	"kind=operationeel date=15/01/2027 start=14:00 end=16:00 "	\
	"place=stadhuis urgency=het dringt "				\
	"agenda=" CASE "|" CASE_2 "| "					\
	"invitees=a@b.be|co\303\266rdinator| adhoc=c@d.be|"

static const struct {
	const char *label, *value;
} filled[] = {
	{ "soort:", " operationeel" }, { "datum:", " 15/01/2027" },
	{ "uur:", " 14:00" }, { "einde:", " 16:00" },
	{ "plaats:", " stadhuis" },
	{ "casussen:", " " CASE ", " CASE_2 },
	{ "genodigden:", "\na@b.be\nco\303\266rdinator" },
	{ "ad hoc:", " An Peeters <c@d.be>" },
	{ "dringend omdat:", " het dringt" },
};

static void
load_blank(struct buf *out)
{
	const char *top = getenv("srcdir");
	char path[512], p[8192];
	FILE *in;

	(void)snprintf(path, sizeof(path), "%s/contrib/forms/vergadering.txt",
	    top == NULL ? "." : top);
	in = fopen(path, "rb");
	assert_non_null(in);
	buf_add(out, p, fread(p, 1, sizeof(p), in));
	fclose(in);
	buf_puts(out, "--- Einde van de lijst ---\n\nHulp nodig? An\n");
}

static const char *
value_of(struct bytes line)
{
	size_t i;

	for (i = 0; i < sizeof(filled) / sizeof(filled[0]); i++) {
		if (bytes_same(line, filled[i].label))
			return filled[i].value;
	}
	return "";
}

/* The blank with `quote` in front of each line and `end` behind it. */
static void
quote_blank(const char *quote, const char *end, bool fill, struct buf *out)
{
	struct bytes rest, line;
	struct buf blank;
	const char *v;

	buf_init(&blank, 16 * 1024);
	load_blank(&blank);
	rest = (struct bytes){ blank.p, blank.len };
	while (bytes_line(&rest, &line)) {
		buf_puts(out, quote);
		buf_add(out, line.p, line.n);
		for (v = fill ? value_of(line) : ""; *v != '\0'; v++) {
			if (*v == '\n')
				buf_printf(out, "%s\n%s", end, quote);
			else
				buf_putc(out, *v);
		}
		buf_printf(out, "%s\n", end);
	}
	buf_free(&blank);
}

/* In front of the blank, what each program puts there. */
static const struct {
	const char *front, *quote, *end;
} styles[] = {
	{ "", "", "" }, { "VERGADERING\n\n", "> ", "" },
	{ "VERGADERING\r\n", ">", "\r" }, { "VERGADERING\n", "> > ", "" },
	{ "VERGADERING\n\nOp 3 dec 2026 om 10:00 schreef L <l@x.be>:\n\n",
	    "> ", "" },
	{ "VERGADERING\n\nOn Thu, Dec 3, 2026 at 10:00 L <l@x.be> wrote:\n",
	    "> ", "" },
	{ "VERGADERING\n\nLe jeu. 3 d\303\251c. 2026, L <l@x.be> a \303\251"
	    "crit :\n\n", "> ", "" },
	{ "VERGADERING\n\n________________________________\nVan: L <l@x.be>\n"
	    "Verzonden: 3 december\nAan: An\nOnderwerp: x\n\n", "", "" },
	{ "VERGADERING\n\n-----Oorspronkelijk bericht-----\nVan: L\n"
	    "Verzonden: 3 december\nOnderwerp: x\n\n", "", "" },
	{ "VERGADERING\n\nVan: L <l@x.be>\nDatum: donderdag 3 december 2026\n"
	    "Aan: An\n\n", "", "" },
	{ "VERGADERING\n\n-------- Doorgestuurd bericht --------\n"
	    "Onderwerp: x\nDatum: Thu, 3 Dec 2026\nVan: L <l@x.be>\n\n", "",
	    "" },
	{ "VERGADERING\n\nBegin doorgestuurd bericht:\n\n"
	    "> Van: L <l@x.be>\n> Datum: 3 december\n>\n", "> ", "" },
};

static void
test_the_blank_as_it_comes_back(void **state)
{
	struct meeting_form f;
	struct told t;
	struct buf b;
	size_t i;
	int fill;

	(void)state;
	buf_init(&b, 64 * 1024);
	for (i = 0; i < 2 * sizeof(styles) / sizeof(styles[0]); i++) {
		fill = (int)i & 1;
		buf_reset(&b);
		buf_puts(&b, styles[i / 2].front);
		quote_blank(styles[i / 2].quote, styles[i / 2].end, fill, &b);
		read_n(buf_str(&b), b.len, CHARSET_UTF8, &f);
		tell_form(&t, &f);
		if (strcmp(t.text, fill ? FILLED : "") != 0)
			fail_msg("style %zu, %d: %s", i / 2, fill, t.text);
		meeting_form_free(&f);
	}
	buf_free(&b);
}

/* Filled in anew above the blank, which is quoted empty. */
static void
test_filled_in_above_an_empty_quote(void **state)
{
	struct meeting_form f;
	struct told t;
	struct buf b;

	(void)state;
	buf_init(&b, 64 * 1024);
	quote_blank("", "", true, &b);
	buf_puts(&b, "\nOp 3 mei schreef L <l@x.be>:\n");
	quote_blank("> ", "", false, &b);
	read_n(buf_str(&b), b.len, CHARSET_UTF8, &f);
	tell_form(&t, &f);
	assert_string_equal(t.text, FILLED);
	meeting_form_free(&f);
	buf_free(&b);
}

/* As HTML: each line a block of its own, with empty lines between them. */
static void
test_the_blank_as_html(void **state)
{
	static const char *const tags[][2] = { { "<p>", "</p>" },
	    { "<div>", "</div>" }, { "", "<br>" },
	    { "<p class=MsoNormal>", "<o:p></o:p></p>" } };
	struct meeting_form f;
	struct told t;
	struct buf b, text;
	size_t i;
	int fill;

	(void)state;
	buf_init(&b, 64 * 1024);
	buf_init(&text, 64 * 1024);
	for (i = 0; i < 2 * sizeof(tags) / sizeof(tags[0]); i++) {
		fill = (int)i & 1;
		buf_reset(&b);
		buf_reset(&text);
		buf_puts(&b, "<html><body><p>VERGADERING</p><blockquote>");
		quote_blank(tags[i / 2][0], tags[i / 2][1], fill, &b);
		buf_puts(&b, "</blockquote></body></html>");
		/* "<c@d.be>" would be a tag. */
		b.p[b.len] = '\0';
		while (fill && strstr((char *)b.p, "<c@d.be>") != NULL)
			memcpy(strstr((char *)b.p, "<c@d.be>") - 11,
			    "            c@d.be ", 19);
		html_text((struct bytes){ b.p, b.len }, &text);
		read_n(buf_str(&text), text.len, CHARSET_UTF8, &f);
		tell_form(&t, &f);
		if (strcmp(t.text, fill ? FILLED : "") != 0)
			fail_msg("tags %zu, %d: %s\n%s", i / 2, fill, t.text,
			    buf_str(&text));
		meeting_form_free(&f);
	}
	buf_free(&b);
	buf_free(&text);
}

/* ---- hostile texts ---- */

static void
fill_up(struct buf *b, const char *line, size_t n)
{
	while (b->len + strlen(line) <= n)
		buf_puts(b, line);
}

static void
test_hostile_texts_are_bounded(void **state)
{
	static const char *const lines[] = {
		"datum: 1\n", "datum:\n", "genodigden: a@b.be\n",
		"genodigden:\na@b.be,\n\n", "plaats: [[[[[[[[[[\n", "plaats:\n",
		"> > > > > datum: 1\n", CASE ": a@b.be\n", "casussen:", "a\n",
		"genodigden: \"", "<", "An <a@b.be>", "1.", "soort (((((",
		"genodigden: a@b.be,,,,,,,,;;;;;;;\n", "- - - -\n", "\n",
		"Van: x\n", "-----\n", "Op 3 mei\n", "schreef:\n", "\377\n",
		"genodigden: \377\n", "ad hoc:\n\377,\303\n", "\r", "x ",
		"dringend omdat:\n[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\n", "niet ",
	};
	struct meeting_form f;
	struct buf b;
	clock_t begin;
	size_t i;

	(void)state;
	buf_init(&b, 2 * LIM_TEXT_BYTES);
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		buf_reset(&b);
		buf_puts(&b, "genodigden: ");
		fill_up(&b, lines[i], LIM_TEXT_BYTES);
		begin = clock();
		read_n(buf_str(&b), b.len, CHARSET_ASCII, &f);
		/* Linear is a few hundredths; this is for slow machines. */
		if (clock() - begin > 5 * CLOCKS_PER_SEC)
			fail_msg("\"%s\" takes long", lines[i]);
		assert_true(f.agenda.len + f.invitees.len + f.adhoc.len +
		    f.present.len + f.present_at.len <= LIM_LISTS);
		meeting_form_free(&f);
	}
	buf_free(&b);
}

static void
expect_many(const char *label, const char *entry, size_t n, const char *end,
    uint32_t spoilt, size_t len)
{
	struct meeting_form f;
	struct buf b;
	size_t i;

	buf_init(&b, 8 * LIM_TEXT_BYTES);
	buf_puts(&b, label);
	for (i = 0; i < n; i++)
		buf_printf(&b, "%s%s", entry, end);
	read_n(buf_str(&b), b.len, CHARSET_ASCII, &f);
	if (f.spoilt != spoilt || f.invitees.len != len)
		fail_msg("%zu of \"%s\": %x, %zu bytes", n, entry, f.spoilt,
		    f.invitees.len);
	meeting_form_free(&f);
	buf_free(&b);
}

static void
test_more_than_fits_is_spoilt(void **state)
{
	static char name[LIM_ADDR + 2], line[64 * 1024 + 1];

	(void)state;
	expect_many("genodigden: ", "a@b.be", LIM_INVITEES, "\n", 0,
	    7 * LIM_INVITEES);
	expect_many("genodigden: ", "a@b.be", LIM_INVITEES + 1, "\n", 0x40, 0);
	expect_many("genodigden: ", "a@b.be", 100000, ", ", 0x40, 0);
	memset(name, 'x', LIM_ADDR);
	expect_many("genodigden: ", name, 1, "\n", 0, LIM_ADDR + 1);
	expect_many("genodigden: ", name, LIM_INVITEES, "\n", 0x40, 0);
	name[LIM_ADDR] = 'x';
	expect_many("genodigden: ", name, 1, "\n", 0x40, 0);
	memset(line, 'x', sizeof(line) - 1);
	expect_many("genodigden: ", line, 3, "\n", 0x40, 0);
	expect_many("plaats: ", line, 1, "\n", 0x10, 0);
	expect_many("dringend omdat: ", line, 9, "\n", 0x100, 0);
	expect_many("soort: ", line, 1, "\n", 1, 0);
}

/* All lists together have a bound too; the one without room is not cut. */
static void
test_all_lists_fit_or_are_spoilt(void **state)
{
	char name[LIM_ADDR + 1];
	struct meeting_form f;
	struct buf b;
	size_t i;

	(void)state;
	memset(name, 'x', LIM_ADDR);
	name[LIM_ADDR] = '\0';
	buf_init(&b, LIM_TEXT_BYTES);
	buf_puts(&b, "ad hoc:\n");
	for (i = 0; i < 300; i++)
		buf_printf(&b, "%s\n", name);
	buf_puts(&b, "aanwezig:\n");
	for (i = 0; i < 300; i++)
		buf_printf(&b, "%s\n", name);
	buf_puts(&b, "genodigden: a@b.be\n" CASE ": a@b.be\n");
	read_n(buf_str(&b), b.len, CHARSET_ASCII, &f);
	assert_int_equal(f.spoilt, 0x200);
	assert_int_equal(f.adhoc.len, 300 * (LIM_ADDR + 1));
	assert_int_equal(f.invitees.len, 7);
	assert_int_equal(f.present.len + f.present_at.len, 0);
	meeting_form_free(&f);
	buf_free(&b);
}

static void
test_too_many_cases_are_spoilt(void **state)
{
	struct meeting_form f;
	struct buf b;
	unsigned i, n;

	(void)state;
	buf_init(&b, LIM_TEXT_BYTES);
	for (n = LIM_MEETING_CASES; n <= LIM_MEETING_CASES + 1; n++) {
		buf_reset(&b);
		for (i = 0; i < n; i++)
			buf_printf(&b, "C-%016u: a@b.be\n", i);
		read_n(buf_str(&b), b.len, CHARSET_ASCII, &f);
		assert_int_equal(f.spoilt, n > LIM_MEETING_CASES ? 0x200 : 0);
		meeting_form_free(&f);
	}
	buf_free(&b);
}

static void
test_odd_bytes(void **state)
{
	static const char nul[] = "datum: 1\0x\ngenodigden: a@b.be\0, c@d.be\n";
	static const char utf16[] = "d\0a\0t\0u\0m\0:\0 \0001\0\n\0";
	struct meeting_form f;

	(void)state;
	read_n(nul, sizeof(nul) - 1, CHARSET_ASCII, &f);
	assert_int_equal(f.spoilt, 0x42);
	meeting_form_free(&f);
	read_n(utf16, sizeof(utf16) - 1, CHARSET_ASCII, &f);
	assert_int_equal(f.spoilt, 0);
	assert_string_equal(f.date, "");
	meeting_form_free(&f);
	read_n("datum: \351\nuur: 1", 15, CHARSET_UNKNOWN, &f);
	assert_int_equal(f.spoilt, 2);
	assert_string_equal(f.start, "1");
	meeting_form_free(&f);
	read_n("ad hoc: \351", 9, CHARSET_UTF8, &f);
	assert_int_equal(f.spoilt, 0x80);
	meeting_form_free(&f);
}

/* ---- a whole mail ---- */

static void
test_spans_of_a_mail(void **state)
{
	static const char mail[] = "\nVERPLAATSEN V-0123456789ABCDEF\n\n"
	    "soort: operationeel\nplaats: zaal 2\ngenodigden: a@b.be\n"
	    "dringend omdat: x\n" CASE ": c@d.be\naanwezig: e@f.be\n"
	    "casussen: " CASE "\nad hoc: g@h.be\n";
	static const char out[] = "zaal 2" "x" CASE "\n" "a@b.be\n" "g@h.be\n"
	    "e@f.be\n" CASE " c@d.be\n";
	const struct mail_us us = { "livc@mechelen.example", "" };
	struct msg_parsed f;
	uint8_t *p;
	size_t n;

	(void)state;
	assert_int_equal(mail_read(STAGE_INNER, (const uint8_t *)mail,
	    strlen(mail), &us, &f, &p, &n), GW_OK);
	assert_int_equal(f.answer, ANSWER_CLEAR);
	assert_int_equal(f.verb, VERB_MOVE);
	assert_string_equal(f.ref, "V-0123456789ABCDEF");
	assert_string_equal(f.kind, "operationeel");
	assert_int_equal(f.spoilt, 0);
	assert_int_equal(n, strlen(out));
	assert_memory_equal(p, out, n);
	assert_int_equal(f.words.len, 0);
	assert_int_equal(f.place.len, 6);
	assert_int_equal(f.urgency.off, 6);
	assert_int_equal(f.agenda.off, 7);
	assert_int_equal(f.invitees.off, f.agenda.off + f.agenda.len);
	assert_int_equal(f.adhoc.off, f.invitees.off + f.invitees.len);
	assert_int_equal(f.present.off, f.adhoc.off + f.adhoc.len);
	assert_int_equal(f.present_at.off, f.present.off + f.present.len);
	assert_int_equal(f.present_at.off + f.present_at.len, n);
	free(p);
	/* Only of an order that is clear. */
	assert_int_equal(mail_read(STAGE_INNER, (const uint8_t *)"\nVERPLAATS?"
	    "\nplaats: x\n", 22, &us, &f, &p, &n), GW_OK);
	assert_int_equal(n, 0);
	free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_row),
		cmocka_unit_test(test_the_labels_of_the_blank),
		cmocka_unit_test(test_lists_of_people),
		cmocka_unit_test(test_nobody_is_left_out_in_silence),
		cmocka_unit_test(test_who_was_there_for_a_case),
		cmocka_unit_test(test_twice_is_never_guessed),
		cmocka_unit_test(test_a_header_is_no_form),
		cmocka_unit_test(test_the_blank_as_it_comes_back),
		cmocka_unit_test(test_filled_in_above_an_empty_quote),
		cmocka_unit_test(test_the_blank_as_html),
		cmocka_unit_test(test_hostile_texts_are_bounded),
		cmocka_unit_test(test_more_than_fits_is_spoilt),
		cmocka_unit_test(test_all_lists_fit_or_are_spoilt),
		cmocka_unit_test(test_too_many_cases_are_spoilt),
		cmocka_unit_test(test_odd_bytes),
		cmocka_unit_test(test_spans_of_a_mail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
