/*
 * The form of a fiche as people send it back (domain.md 6.2): typed anew,
 * filled in inside the quote, or the canonical text quoted and mended.
 */
#include "mail/fiche_form.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "flow/fiche_text.h"

#define NELEMS(a) (sizeof(a) / sizeof((a)[0]))
#define BIT(n) (UINT32_C(1) << (n))
#define REFS "1. vergadering: V-0123456789ABCDEF\n3. casus:"		\
	" C-4F7K29QDXM3AB8NP\n"

static struct fiche_form *f;

static void
read_bytes(const char *s, size_t n)
{
	/* A copy of the exact size, for the sanitizer. */
	uint8_t *p = malloc(n + 1);

	assert_non_null(p);
	memcpy(p, s, n);
	assert_int_equal(fiche_form_read((struct bytes){ p, n },
	    CHARSET_UTF8, f), GW_OK);
	free(p);
}

static void
read_text(const char *s)
{
	read_bytes(s, strlen(s));
}

static const char *
element(unsigned n)
{
	return f->content.element[n - FICHE_FIRST].text;
}

static void
test_a_form_typed_anew(void **state)
{
	(void)state;
	read_text("FICHE\nAan: postvak@stad.example\n\n" REFS
	    "4. evaluatie van de opvolging: Het gaat beter.\n"
	    "Hij gaat naar school.\n"
	    "\n"
	    "Thuis wordt er gepraat.\n"
	    "\n"
	    "6. Feiten en gebeurtenissen (mag leeg):\n"
	    "- Op 3 oktober was er een gesprek.\n"
	    "bron: els@clb.example, <An@CAW.example>\n"
	    "7) positieve elementen: \xc3\xa9\xc3\xa9n vriend\n"
	    "8. negatieve elementen: .....\n"
	    "14. fase om tot daden over te gaan: neen\n"
	    "\n"
	    "Met vriendelijke groeten\n"
	    "Jan\n");
	assert_int_equal(f->spoilt, 0);
	assert_int_equal(f->missing, 0);
	assert_int_equal(f->filled, BIT(1) | BIT(3) | BIT(4) | BIT(6) |
	    BIT(7) | BIT(14));
	assert_string_equal(f->meeting, "V-0123456789ABCDEF");
	assert_string_equal(f->case_ref, "C-4F7K29QDXM3AB8NP");
	assert_string_equal(element(4), "Het gaat beter.\n"
	    "Hij gaat naar school.\n\nThuis wordt er gepraat.");
	assert_string_equal(element(6),
	    "- Op 3 oktober was er een gesprek.");
	assert_int_equal(f->content.element[2].sources, 2);
	assert_string_equal(f->content.element[2].source[0],
	    "els@clb.example");
	assert_string_equal(f->content.element[2].source[1],
	    "An@caw.example");
	assert_string_equal(element(7), "\xc3\xa9\xc3\xa9n vriend");
	assert_string_equal(element(8), "");
	assert_string_equal(element(14), "neen");
}

/* The blank as it is sent, with answers on the lines or below the hints. */
static void
test_a_blank_filled_in_inside_the_quote(void **state)
{
	(void)state;
	read_text("> --- Begin van het formulier ---\n> FICHE\n"
	    "> 1. vergadering: v-0123456789abcdef\n"
	    ">    (het kenmerk dat met V- begint)\n>\n"
	    "> 3. casus:\n>    (het kenmerk dat met C- begint)\n"
	    "C-4F7K29QDXM3AB8NP\n>\n"
	    "> 4. evaluatie van de opvolging:\n"
	    ">    (verplicht; feiten en gebeurtenissen volstaan)\n"
	    "Het gaat beter.\n>\n"
	    "> 7. positieve elementen:\n>    (wat gaat goed?)\n>\n"
	    "> 13. andere elementen: geen\n"
	    ">    (mag leeg blijven; getroffen maatregelen, aanbevelingen)\n"
	    "> --- Einde van het formulier ---\n"
	    "> Hulp nodig? An Peeters\n");
	assert_int_equal(f->spoilt, 0);
	assert_int_equal(f->missing, 0);
	assert_int_equal(f->filled, BIT(1) | BIT(3) | BIT(4) | BIT(13));
	assert_string_equal(f->meeting, "V-0123456789ABCDEF");
	assert_string_equal(element(4), "Het gaat beter.");
	assert_string_equal(element(13), "geen");
}

/* What is below is what was there before. */
static void
test_what_is_typed_anew_counts_before_the_quote(void **state)
{
	(void)state;
	read_text("4. evaluatie van de opvolging: Nieuw.\n\n"
	    "Op 23/11/2026 om 10:00 schreef postvak@stad.example:\n"
	    "> 4. evaluatie van de opvolging:\n>    Oud.\n"
	    "> 6. feiten en gebeurtenissen:\n>    Oud.\n");
	assert_int_equal(f->spoilt, 0);
	assert_int_equal(f->filled, BIT(4));
	assert_int_equal(f->missing, BIT(1) | BIT(3));
	assert_string_equal(element(4), "Nieuw.");
}

/* A revision: the text of T25 or T26 comes back in a quote, mended, and gives
 * the same text again. */
static void
test_the_canonical_text_reads_as_itself(void **state)
{
	struct fiche_head h = { .ref = "F-4F7K29QDXM3AB8NP", .version = 1,
		.day = 20780, .town = "Mechelen",
		.case_ref = "C-0123456789ABCDEF" };
	struct fiche_content *c = calloc(1, sizeof(*c));
	struct buf once, twice, mail;
	const char *p, *end;
	unsigned n;

	(void)state;
	assert_non_null(c);
	buf_init(&once, LIM_FICHE_TEXT);
	buf_init(&twice, LIM_FICHE_TEXT);
	buf_init(&mail, 2 * LIM_FICHE_TEXT);
	for (n = 0; n < FICHE_ELEMENTS; n++)
		(void)strcpy(c->element[n].text, "Een lange zin die over meer"
		    " dan \xc3\xa9\xc3\xa9n lijn gaat, en nog wat verder.\n\n"
		    "5. Iets met een nummer: dit is er geen.");
	assert_int_equal(fiche_text(&h, c, &once), GW_OK);
	buf_puts(&mail, "> ----- begin van de fiche -----\n");
	for (p = buf_str(&once); *p != '\0'; p = end + 1) {
		end = strchr(p, '\n');
		buf_printf(&mail, "> %.*s\n", (int)(end - p), p);
	}
	buf_puts(&mail, "> ----- einde van de fiche -----\n> ZO ANTWOORDT U\n"
	    "> Beantwoord dit bericht.\n");
	read_text(buf_str(&mail));
	assert_int_equal(f->spoilt, 0);
	assert_int_equal(f->filled, 0x7ff8);
	assert_int_equal(fiche_text(&h, &f->content, &twice), GW_OK);
	assert_string_equal(buf_str(&once), buf_str(&twice));
	buf_free(&once);
	buf_free(&twice);
	buf_free(&mail);
	free(c);
}

static void
test_doubt_is_no_text(void **state)
{
	static const struct {
		const char *text;
		unsigned field;
	} bad[] = {
		{ REFS "4. evaluatie: a\n4. evaluatie: b\n", 4 },
		{ "1. vergadering: V-0123456789ABCDEF\n"
		    "1. vergadering: V-0123456789ABCDEG\n", 1 },
		{ "1. vergadering: C-0123456789ABCDEF\n", 1 },
		{ "3. casus: V-0123456789ABCDEF\n", 3 },
		{ "3. casus: Jan Peeters\n", 3 },
		{ "6. feiten: Iets.\nbron: de school\n", 6 },
		{ "6. feiten: Iets.\nbron:\n", 6 },
		{ "6. feiten: Iets.\nbron: \"a b\"@c.example\n", 6 },
		{ "6. feiten: Iets.\nbron: a@b.example..\n", 6 },
		{ "6. feiten: Iets.\nbron: els@clb.example<mailto:@>\n", 6 },
		{ "6. feiten: Iets.\nbron: a@b.example c@b.example"
		    " d@b.example e@b.example f@b.example\n", 6 },
		/* A source of nothing. */
		{ "6. feiten:\nbron: a@b.example\n", 6 },
		/* The same text, and another owner. */
		{ "6. feiten: a\n6. feiten: a\nbron: a@b.example\n", 6 },
	};
	static const struct fiche_element none;
	size_t i;

	(void)state;
	for (i = 0; i < NELEMS(bad); i++) {
		read_text(bad[i].text);
		if (f->spoilt != BIT(bad[i].field))
			fail_msg("%zu: %x", i, f->spoilt);
		assert_int_equal(f->filled & BIT(bad[i].field), 0);
		if (bad[i].field >= FICHE_FIRST)
			assert_memory_equal(&f->content.element[
			    bad[i].field - FICHE_FIRST], &none, sizeof(none));
	}
	/* Said twice alike is said once. */
	read_text("6. feiten: a\n6. feiten: a\n");
	assert_int_equal(f->spoilt, 0);
	assert_string_equal(element(6), "a");
	read_text("6. feiten: a\nbron: a@b.example\n7. positieve: b\n"
	    "bron: een.langer@adres.example\n"
	    "6. feiten: a\nbron: a@b.example\n");
	assert_int_equal(f->spoilt, 0);
	assert_memory_equal(f->content.element[6 - FICHE_FIRST].source[0],
	    "a@b.example\0\0\0\0\0\0", 17);
}

/* As a program links it, or as the end of a sentence. */
static void
test_a_source_as_people_write_it(void **state)
{
	static const char *const lines[] = {
		"bron: els@clb.example<mailto:els@clb.example>",
		"bron: els@clb.example <mailto:els@clb.example>",
		"bron:\xc2\xa0" "els@clb.example\xc2\xa0"
		    "<mailto:els@clb.example>",
		"bron: els@clb.example.", "bron: mailto:els@clb.example",
		"bron: els@clb.example, els@clb.example, els@clb.example,"
		    " els@clb.example, els@clb.example",
	};
	char s[256];
	size_t i;

	(void)state;
	for (i = 0; i < NELEMS(lines); i++) {
		(void)snprintf(s, sizeof(s), "6. feiten: Iets.\n%s\n",
		    lines[i]);
		read_text(s);
		if (f->spoilt != 0 || f->content.element[2].sources != 1)
			fail_msg("%s", lines[i]);
		assert_string_equal(f->content.element[2].source[0],
		    "els@clb.example");
	}
}

/* A rule or an address in what people tell cuts nothing off; and where one
 * looks like somebody's mail, what it cut is named. */
static void
test_nothing_is_lost_in_silence(void **state)
{
	(void)state;
	read_text(REFS "4. evaluatie van de opvolging: gaat goed\n"
	    "7. positieve elementen: De school schreef op 12/11 aan"
	    " els@clb.example:\nhij komt elke dag\n"
	    "8. negatieve elementen: geen\n");
	assert_int_equal(f->spoilt, 0);
	assert_int_equal(f->filled, BIT(1) | BIT(3) | BIT(4) | BIT(7) | BIT(8));
	assert_string_equal(element(7), "De school schreef op 12/11 aan"
	    " els@clb.example:\nhij komt elke dag");
	read_text(REFS "4. evaluatie van de opvolging: gaat goed\n"
	    "________________________________\n"
	    "7. positieve elementen: komt elke dag\n");
	assert_int_equal(f->spoilt, 0);
	assert_string_equal(element(7), "komt elke dag");
	read_text(REFS "4. evaluatie van de opvolging: gaat goed\n"
	    "Van: de school <els@clb.example>\nhij komt elke dag\n"
	    "8. negatieve elementen: geen\n");
	assert_int_equal(f->spoilt, BIT(4));
	assert_string_equal(element(4), "");
	read_text(REFS "4. evaluatie van de opvolging: gaat goed\n\n"
	    "________________________________\nVan: LIVC <livc@x.example>\n"
	    "Verzonden: vrijdag\n\n1. vergadering:\n3. casus:\n"
	    "4. evaluatie van de opvolging:\n7. positieve elementen:\n");
	assert_int_equal(f->spoilt, 0);
	assert_string_equal(element(4), "gaat goed");
}

/* R93: "contains an evaluation of the follow-up". */
static void
test_what_is_missing_is_named(void **state)
{
	(void)state;
	read_text("");
	assert_int_equal(f->missing, BIT(1) | BIT(3) | BIT(4));
	read_text(REFS "4. evaluatie van de opvolging: ...\n5. verloop: x\n");
	assert_int_equal(f->missing, BIT(4));
	assert_int_equal(f->filled, BIT(1) | BIT(3) | BIT(5));
}

/* Behind a bar, whatever it looks like; a bar without a blank is the writer's
 * own. */
static void
test_behind_a_bar_stands_text(void **state)
{
	(void)state;
	read_text("FICHE\n" REFS "4. evaluatie:\n"
	    "| 7. positieve elementen: x\n|\n"
	    "| Zij schreef aan an@caw.example:\n| > bron: y\n| | Groeten\n"
	    "|z\n"
	    "6. feiten: | Iets.\n");
	assert_int_equal(f->spoilt, 0);
	assert_int_equal(f->filled, BIT(1) | BIT(3) | BIT(4) | BIT(6));
	assert_string_equal(element(4), "7. positieve elementen: x\n\n"
	    "Zij schreef aan an@caw.example:\n> bron: y\n| Groeten\n|z");
	assert_string_equal(element(6), "Iets.");
	/* Of no field it is nothing. */
	read_text("| 4. evaluatie: x\n" REFS "| 4. evaluatie: x\n");
	assert_int_equal(f->filled, BIT(1) | BIT(3));
}

/* A number alone, or a word alone, is part of what people write; so is field 2,
 * which does not exist here. */
static void
test_prose_is_no_field(void **state)
{
	(void)state;
	read_text("4. evaluatie: Dit zijn de feiten: twee.\n"
	    "5. Het kostte 5 maanden.\n"
	    "6 keer was er een gesprek: goed.\n"
	    "2. identiteit van de persoon: Jan Peeters\n"
	    "Feiten: geen.\n19. iets: x\n007. positieve: y\n");
	assert_int_equal(f->filled, BIT(4));
	assert_string_equal(element(4), "Dit zijn de feiten: twee.\n"
	    "5. Het kostte 5 maanden.\n6 keer was er een gesprek: goed.\n"
	    "2. identiteit van de persoon: Jan Peeters\n"
	    "Feiten: geen.\n19. iets: x\n007. positieve: y");
}

/* Nothing is ever cut. */
static void
test_the_longest_element(void **state)
{
	char *text = malloc(32 * LIM_FICHE_ELEMENT);
	size_t n = (size_t)sprintf(text, "4. evaluatie: ");

	(void)state;
	memset(text + n, 'x', 31 * LIM_FICHE_ELEMENT);
	read_bytes(text, n + LIM_FICHE_ELEMENT);
	assert_int_equal(f->spoilt, 0);
	assert_int_equal(strlen(element(4)), LIM_FICHE_ELEMENT);
	read_bytes(text, n + LIM_FICHE_ELEMENT + 1);
	assert_int_equal(f->spoilt, BIT(4));
	assert_string_equal(element(4), "");
	read_bytes(text, n + 31 * LIM_FICHE_ELEMENT);
	assert_int_equal(f->spoilt, BIT(4));
	free(text);
}

/* Control characters and those that turn the writing round are dropped; a NUL
 * is none of a text. */
static void
test_what_nobody_sees_is_not_taken(void **state)
{
	static const char text[] = "4. evaluatie: a\xe2\x80\xae""b\x01""c\td\n"
	    "6. feiten: x\0y\n";
	size_t i;

	(void)state;
	read_bytes(text, sizeof(text) - 1);
	assert_string_equal(element(4), "abc d");
	assert_string_equal(element(6), "xy");
	/* Whatever is cut off anywhere is read without reading on. */
	for (i = 0; i < sizeof(text); i++)
		read_bytes(text, i);
}

static int
make(void **state)
{
	(void)state;
	f = malloc(sizeof(*f));
	return f == NULL;
}

static int
drop(void **state)
{
	(void)state;
	free(f);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_form_typed_anew),
		cmocka_unit_test(test_a_blank_filled_in_inside_the_quote),
		cmocka_unit_test(
		    test_what_is_typed_anew_counts_before_the_quote),
		cmocka_unit_test(test_the_canonical_text_reads_as_itself),
		cmocka_unit_test(test_doubt_is_no_text),
		cmocka_unit_test(test_a_source_as_people_write_it),
		cmocka_unit_test(test_nothing_is_lost_in_silence),
		cmocka_unit_test(test_what_is_missing_is_named),
		cmocka_unit_test(test_behind_a_bar_stands_text),
		cmocka_unit_test(test_prose_is_no_field),
		cmocka_unit_test(test_the_longest_element),
		cmocka_unit_test(test_what_nobody_sees_is_not_taken),
	};

	return cmocka_run_group_tests(tests, make, drop);
}
