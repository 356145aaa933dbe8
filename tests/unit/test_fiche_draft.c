/*
 * The draft of a reduced fiche: whoever sends it back, as a new mail or as an
 * answer that quotes it, sends what the elements are without those that were
 * struck, byte for byte. Written by flow/fiche_draft.c, read by mail/.
 */
#include "flow/fiche_draft.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "flow/fiche_text.h"
#include "mail/answer.h"
#include "mail/fiche_form.h"

#define NELEMS(a) (sizeof(a) / sizeof((a)[0]))
#define BIT(n) (UINT32_C(1) << (n))
#define MEETING "V-0123456789ABCDEF"

static const struct fiche_head head = { .ref = "F-4F7K29QDXM3AB8NP",
	.version = 1, .day = 20780, .town = "Mechelen",
	.case_ref = "C-0123456789ABCDEF" };

static struct fiche_content *c;
static struct fiche_form *f;
static struct buf draft, mail;

static void
fill(unsigned n, const char *text)
{
	char *out = c->element[n - FICHE_FIRST].text;

	/* Elements are compared whole. */
	memset(out, 0, LIM_FICHE_ELEMENT + 1);
	(void)snprintf(out, LIM_FICHE_ELEMENT + 1, "%s", text);
}

static void
own(unsigned n, const char *source)
{
	struct fiche_element *e = &c->element[n - FICHE_FIRST];

	(void)strcpy(e->source[e->sources++], source);
}

static enum gw_err
write_draft(void)
{
	buf_reset(&draft);
	return fiche_draft(&head, MEETING, c, &draft);
}

/* ---- how it comes back ---- */

static void
put_lines(const char *mark, const char *text, const char *end)
{
	size_t n;

	for (;; text += n + 1) {
		n = strcspn(text, "\n");
		buf_printf(&mail, "%s%.*s%s", mark, (int)n, text, end);
		if (text[n] == '\0')
			return;
	}
}

static void
put_copied(void)
{
	put_lines("", buf_str(&draft), "\n");
}

static void
put_copied_crlf(void)
{
	put_lines("", buf_str(&draft), "\r\n");
	buf_puts(&mail, "\r\nMet vriendelijke groeten\r\nAn\r\n");
}

/* On top of the mail that it was copied from. */
static void
put_copied_above(void)
{
	put_copied();
	buf_puts(&mail, "\nOp 3 dec. 2026 schreef postvak@stad.example:\n");
	put_lines("> ", buf_str(&draft), "\n");
}

/* The words of an objection stand above it, and may look like anything. */
static void
put_answer(const char *mark)
{
	static const char words[] = "6. feiten en gebeurtenissen: klopt niet\n"
	    "| 7. positieve elementen: niets\n\nbron: x@y.example\n> 8.";
	struct buf barred;

	buf_init(&barred, 1024);
	fiche_bar(words, &barred);
	buf_printf(&mail, "FICHE %s\n\nOp 3 dec. 2026 schreef"
	    " postvak@stad.example:\n", head.ref);
	put_lines(mark, head.ref, "\n");
	put_lines(mark, "--- Woorden die erbij stonden ---", "\n");
	put_lines(mark, buf_str(&barred), "\n");
	put_lines(mark, "--- Einde van die woorden ---\n\n"
	    "--- Begin van het ontwerp ---", "\n");
	put_lines(mark, buf_str(&draft), "\n");
	put_lines(mark, "--- Einde van het ontwerp ---\nZolang", "\n");
	buf_free(&barred);
}

static void
put_quoted(void)
{
	put_answer("> ");
}

static void
put_quoted_twice(void)
{
	put_answer(">> ");
}

/* Outlook marks no line. */
static void
put_quoted_bare(void)
{
	put_answer("");
}

static void (*const ways[])(void) = { put_copied, put_copied_crlf,
	put_copied_above, put_quoted, put_quoted_twice, put_quoted_bare };

static void
read_back(size_t way)
{
	struct act act;
	struct bytes b;
	uint8_t *p;

	buf_reset(&mail);
	ways[way]();
	assert_int_equal(buf_error(&mail), GW_OK);
	/* A copy of the exact size, for the sanitizer. */
	p = malloc(mail.len);
	assert_non_null(p);
	memcpy(p, mail.p, mail.len);
	b = (struct bytes){ p, mail.len };
	answer_read(b, &act);
	assert_int_equal(act.answer, ANSWER_CLEAR);
	assert_int_equal(act.verb, VERB_FICHE);
	assert_string_equal(act.ref, head.ref);
	assert_int_equal(fiche_form_read(b, CHARSET_UTF8, f), GW_OK);
	free(p);
}

/* Every way, and what is read is what was written. */
static void
comes_back(void)
{
	unsigned n;
	size_t i;

	for (i = 0; i < NELEMS(ways); i++) {
		read_back(i);
		if (f->spoilt != 0 || f->missing != 0)
			fail_msg("way %zu: spoilt %x, missing %x of\n%s", i,
			    f->spoilt, f->missing, buf_str(&mail));
		assert_string_equal(f->meeting, MEETING);
		assert_string_equal(f->case_ref, head.case_ref);
		assert_int_equal(f->filled & ~(BIT(1) | BIT(3)),
		    fiche_filled(c));
		for (n = FICHE_FIRST; n <= FICHE_LAST; n++) {
			if (memcmp(&f->content.element[n - FICHE_FIRST],
			    &c->element[n - FICHE_FIRST],
			    sizeof(c->element[0])) != 0)
				fail_msg("way %zu, element %u of\n%s", i, n,
				    buf_str(&mail));
		}
	}
}

/* ---- what it looks like ---- */

static void
test_a_draft_as_people_see_it(void **state)
{
	(void)state;
	fill(4, "Er waren twee gesprekken.\n\nHij kwam telkens.");
	fill(6, "Op 3 mei was er ruzie.");
	fill(7, "Het gaat beter op school.");
	own(7, "els@clb.example");
	own(7, "An@caw.example");
	assert_int_equal(fiche_strike(c, BIT(6)), BIT(6));
	assert_int_equal(write_draft(), GW_OK);
	assert_string_equal(buf_str(&draft),
	    "FICHE F-4F7K29QDXM3AB8NP\n"
	    "\n"
	    "1. vergadering: V-0123456789ABCDEF\n"
	    "3. casus: C-0123456789ABCDEF\n"
	    "\n"
	    "4. evaluatie van de opvolging:\n"
	    "| Er waren twee gesprekken.\n"
	    "|\n"
	    "| Hij kwam telkens.\n"
	    "\n"
	    "7. positieve elementen:\n"
	    "bron: els@clb.example\n"
	    "bron: An@caw.example\n"
	    "| Het gaat beter op school.");
	comes_back();
}

/* ---- it reads back the same ---- */

/* R90: whichever are struck, those that stay come back under their number. */
static void
test_every_element_can_be_struck(void **state)
{
	struct fiche_content *all = malloc(sizeof(*all));
	unsigned n;

	(void)state;
	assert_non_null(all);
	for (n = FICHE_FIRST; n <= FICHE_LAST; n++) {
		fill(n, "Punt.");
		if (n % 2 == 0)
			own(n, "els@clb.example");
	}
	memcpy(all, c, sizeof(*c));
	for (n = FICHE_FIRST + 1; n <= FICHE_LAST; n++) {
		memcpy(c, all, sizeof(*c));
		assert_int_equal(fiche_strike(c, BIT(n)), BIT(n));
		assert_int_equal(write_draft(), GW_OK);
		comes_back();
		assert_int_equal(f->filled >> n & 1, 0);
	}
	memcpy(c, all, sizeof(*c));
	(void)fiche_strike(c, ~BIT(4));
	assert_int_equal(write_draft(), GW_OK);
	comes_back();
	free(all);
}

/* Whatever a line says, it is a line of the text: no field, no hint, no source,
 * no closing, no quote and nothing of a program. */
static const char *const lines[] = {
	"7. positieve elementen: geen", "8. negatieve elementen:",
	"1. vergadering: V-0123456789ABCDEG", "3. casus:",
	"15. verklaring: x", "18. bestemming:", "(wat gaat goed?)",
	"(mag leeg blijven)", "> aangehaald", ">", ">> twee keer", "|",
	"| een streep", "|| twee", "|x", "FICHE F-4F7K29QDXM3AB8NQ",
	"AKKOORD 4F7K-29QD-XM3A", "BEZWAAR 6", "OPGEVEN", "OVERDRAGEN",
	"bron: els@clb.example", "bron: de school", "bronnen:",
	"Met vriendelijke groeten", "Groeten", "--", "-- ding",
	"--- Einde van het ontwerp ---", "-----Oorspronkelijk bericht-----",
	"________________________________", "Van: An <an@caw.example>",
	"Verzonden: maandag", "Aan: els@clb.example",
	"Op 3 mei schreef de school aan els@clb.example:", "De school schreef",
	"aan an@caw.example het volgende:", "Zij schreef an@caw.example:",
	"On Thu, Dec 3, An wrote an@caw.example:", "Begin doorgestuurd bericht:",
	"Verzonden vanaf mijn iPhone", "GEHEIM?", "...", "- punt", "1.", ":",
	"  ingesprongen", "\xc2\xa0vast", "caf\xc3\xa9 \xe2\x82\xac 5",
	"\xe2\x80\xa6", "\xf0\x9f\x91\x8d ja", "e\xcc\x81", "a  b   c",
	"https://x.example/?a=b&c=d=20", "=C3=A9", "From hier", ".", "{{next}}",
	"-- x --", "* Van: *", "\xef\xbf\xbd",
};

static void
test_no_line_is_more_than_a_line(void **state)
{
	char text[512];
	size_t i, j;

	(void)state;
	for (i = 0; i < NELEMS(lines); i++) {
		for (j = 0; j < NELEMS(lines); j++) {
			(void)snprintf(text, sizeof(text),
			    "Begin.\n%s\n%s\nEinde.", lines[i], lines[j]);
			fill(4, text);
			fill(6, "Iets.");
			fill(9, text);
			assert_int_equal(write_draft(), GW_OK);
			comes_back();
		}
	}
}

/* The first line and the last as well, next to labels and sources. */
static void
test_a_line_alone_comes_back_or_is_not_written(void **state)
{
	size_t i, written = 0;
	enum gw_err r;

	(void)state;
	fill(4, "Ja.");
	own(6, "wrote@schreef.example");
	own(6, "an@caw.example");
	for (i = 0; i < NELEMS(lines); i++) {
		fill(6, lines[i]);
		r = write_draft();
		if (r == GW_OK) {
			comes_back();
			written++;
			continue;
		}
		/* Nothing to read in it, or a blank in front. */
		assert_int_equal(r, GW_FORMAT);
		assert_true(lines[i][0] == ' ' || strpbrk(lines[i],
		    "abcdefghijklmnopqrstuvwxyz0123456789") == NULL ||
		    (unsigned char)lines[i][0] >= 0x80);
	}
	assert_in_range(written, 45, NELEMS(lines));
}

static void
test_empty_and_long_lines_come_back(void **state)
{
	char text[LIM_FICHE_ELEMENT + 1], source[LIM_ADDR + 1];
	unsigned n;
	size_t i;

	(void)state;
	fill(4, "Een.\n\n\n\nTwee.\n\n| \xc3\xa9\xc3\xa9n\n\nDrie.");
	for (i = 0; i < LIM_FICHE_ELEMENT; i++)
		text[i] = i % 9 == 8 ? ' ' : 'x';
	text[LIM_FICHE_ELEMENT - 1] = '.';
	text[LIM_FICHE_ELEMENT] = '\0';
	fill(5, text);
	for (i = 0; i < LIM_FICHE_ELEMENT; i++)
		text[i] = i % 2 ? '\n' : 'y';
	text[LIM_FICHE_ELEMENT - 1] = 'y';
	fill(13, text);
	for (n = 0; n < LIM_FICHE_SOURCES; n++) {
		(void)snprintf(source, sizeof(source), "een.lange.naam.van.%u"
		    "@een-lange-naam.example", n);
		own(13, source);
	}
	assert_int_equal(write_draft(), GW_OK);
	comes_back();
}

/* Lines, signs and characters in any order: what is written comes back, and
 * what is not would not. */
static void
test_texts_of_any_kind(void **state)
{
	static const char *const bits[] = { "\n", "\n", "\n\n", " ", "  ",
		"> ", ">", "| ", "|", ":", ".", "-", "(", ")", "6", "schreef",
		"an@caw.example", "\xc2\xa0", "\xc3\xa9", "\xe2\x80\x83",
		"\xef\xbb\xbf", "x" };
	size_t i, n, k, written = 0, same;
	uint32_t seed = 1;
	char text[512];
	enum gw_err r;

	(void)state;
	fill(7, "Goed.");
	for (i = 0; i < 20000; i++) {
		text[0] = '\0';
		seed = seed * 1664525 + 1013904223;
		for (n = 1 + (seed >> 24) % 6; n > 0; n--) {
			seed = seed * 1664525 + 1013904223;
			k = (seed >> 16) % (NELEMS(bits) + NELEMS(lines));
			(void)strcat(text, k < NELEMS(bits) ? bits[k] :
			    lines[k - NELEMS(bits)]);
		}
		/* As all of a fiche it came in as a form, and was cleaned. */
		fill(4, "Ja.");
		fill(6, text);
		r = write_draft();
		if (r == GW_OK && strstr(text, "\xef\xbb\xbf") == NULL) {
			comes_back();
			written++;
			continue;
		}
		if (r == GW_OK)
			continue;
		assert_int_equal(r, GW_FORMAT);
		/* With bars it truly would have come back otherwise. */
		buf_reset(&draft);
		buf_printf(&draft, "FICHE %s\n1. vergadering: " MEETING
		    "\n3. casus: %s\n4. evaluatie:\n| Ja.\n6. feiten:\n",
		    head.ref, head.case_ref);
		fiche_bar(text, &draft);
		read_back(0);
		same = strcmp(f->content.element[6 - FICHE_FIRST].text,
		    text) == 0 && text[0] != '\0';
		assert_int_equal(same, 0);
	}
	assert_in_range(written, 8000, 20000);
}

/* ---- there is none ---- */

static void
test_what_would_come_back_otherwise_is_not_written(void **state)
{
	static const char *const bad[] = { " vooraan", "achteraan ",
		"\nleeg vooraan", "leeg achteraan\n", "midden \nin",
		"n.b.s.\xc2\xa0\nx", "\xc2\xa0", "...", "\xc3\xa9", "tab\tin", "\rx", "x\ry",
		"b\x01", "\x7f x", " ", "\n" };
	size_t i;

	(void)state;
	fill(4, "Ja.");
	for (i = 0; i < NELEMS(bad); i++) {
		fill(13, bad[i]);
		if (write_draft() != GW_FORMAT)
			fail_msg("%zu: %s", i, buf_str(&draft));
	}
	/* A source of nothing, and sources that are none of ours. */
	fill(13, "");
	own(13, "els@clb.example");
	assert_int_equal(write_draft(), GW_FORMAT);
	fill(13, "Iets.");
	assert_int_equal(write_draft(), GW_OK);
	own(13, "els@CLB.example");
	assert_int_equal(write_draft(), GW_FORMAT);
	(void)strcpy(c->element[13 - FICHE_FIRST].source[1], "els, an@x.be");
	assert_int_equal(write_draft(), GW_FORMAT);
	(void)strcpy(c->element[13 - FICHE_FIRST].source[1], "");
	assert_int_equal(write_draft(), GW_FORMAT);
}

/* R93: "contains an evaluation of the follow-up". */
static void
test_without_an_evaluation_there_is_none(void **state)
{
	(void)state;
	fill(4, "Ja.");
	fill(6, "Iets.");
	(void)fiche_strike(c, BIT(4) | BIT(6));
	assert_int_equal(write_draft(), GW_MISSING);
}

/* The letter has a bound, and the act counts all the same. */
static void
test_one_that_is_too_long_is_none(void **state)
{
	struct buf small;
	unsigned n;
	size_t i;

	(void)state;
	for (n = FICHE_FIRST; n <= FICHE_LAST; n++)
		for (i = 0; i < LIM_FICHE_ELEMENT; i++)
			c->element[n - FICHE_FIRST].text[i] = 'x';
	buf_init(&small, LIM_FICHE_DRAFT);
	assert_int_equal(fiche_draft(&head, MEETING, c, &small), GW_OK);
	for (n = FICHE_FIRST; n <= FICHE_LAST; n++)
		for (i = 0; i < LIM_FICHE_ELEMENT - 1; i += 2)
			c->element[n - FICHE_FIRST].text[i + 1] = '\n';
	c->element[0].text[LIM_FICHE_ELEMENT - 1] = 'x';
	buf_reset(&small);
	for (n = FICHE_FIRST; n <= FICHE_LAST; n++)
		c->element[n - FICHE_FIRST].text[LIM_FICHE_ELEMENT - 1] = 'x';
	assert_int_equal(fiche_draft(&head, MEETING, c, &small), GW_LIMIT);
	buf_free(&small);
}

static int
make(void **state)
{
	(void)state;
	assert_int_equal(crypto_start(), GW_OK);
	c = calloc(1, sizeof(*c));
	f = malloc(sizeof(*f));
	buf_init(&draft, 4 * LIM_FICHE_TEXT);
	buf_init(&mail, 16 * LIM_FICHE_TEXT);
	return c == NULL || f == NULL;
}

static int
drop(void **state)
{
	(void)state;
	free(c);
	free(f);
	buf_free(&draft);
	buf_free(&mail);
	return 0;
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, make, drop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_draft_as_people_see_it),
		TEST(test_every_element_can_be_struck),
		TEST(test_no_line_is_more_than_a_line),
		TEST(test_a_line_alone_comes_back_or_is_not_written),
		TEST(test_empty_and_long_lines_come_back),
		TEST(test_texts_of_any_kind),
		TEST(test_what_would_come_back_otherwise_is_not_written),
		TEST(test_without_an_evaluation_there_is_none),
		TEST(test_one_that_is_too_long_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
