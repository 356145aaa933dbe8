/*
 * What is read from a text: the numbered form (domain.md 6.1, R14), the line
 * "Aan:", references, classification marks (R85).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/reason.h"
#include "mail/form.h"
#include "mail/text.h"

#define OWN "intake@stad.example"
#define PRACTICE "oefen+intake@stad.example"

static struct bytes
text(const char *s)
{
	return (struct bytes){ (const uint8_t *)s, strlen(s) };
}

/* A whole form as people fill it in; field `left_out` is left out, field
 * `empty` is left as it was. */
static const char *
form(unsigned left_out, unsigned empty)
{
	static const char *const labels[] = { NULL, "versie, taal",
		"hoedanigheid aanmelder",
		"organisatie, functie, rechtsgrond, geheimhoudingsregime",
		"mandaat van de eigen organisatie", "identiteit betrokkene",
		"leeftijdscategorie (<12, 12-17, 18+)",
		"aanwijzingen / bezorgdheidssignalen",
		"beknopte levenssituatie (enkel relevant)",
		"beschermende factoren en positieve elementen",
		"risicofactoren", "reeds ondernomen eigen stappen",
		"waarom LIVC R het juiste forum is / verwachting",
		"betrokken diensten", "toestemming cli\303\253nt",
		"beperkingen op gebruik",
		"dringendheid (nooit: \"acuut gevaar\")",
		"voorkeur mondelinge toelichting + veilig contact",
		"verklaring" };
	static char out[4096];
	size_t at = 0;
	unsigned n;

	at += (size_t)snprintf(out, sizeof(out), "AANMELDINGSFICHE\n\n");
	for (n = 1; n <= FORM_FIELDS; n++) {
		if (n == left_out)
			continue;
		at += (size_t)snprintf(out + at, sizeof(out) - at,
		    "%u. %s: %s\n", n, labels[n], n == empty ? "....." :
		    n % 2 == 0 ? "ja" : "\n\n  Beroepsgeheim, geheim\n");
	}
	(void)snprintf(out + at, sizeof(out) - at,
	    "\nMet vriendelijke groeten\nAn\n");
	return out;
}

/* Labels cut away, numbers left: still the form; two points are no form. */
static void
test_numbers_alone_make_a_form(void **state)
{
	uint32_t missing;

	(void)state;
	assert_int_equal(form_read(text("1. nl\n2) niet-lid\n3: CAW\n4. ja\n"
	    "5. mondeling\n6. 18+\n7. feiten\n11.\n12. ja\n14. nee\n"
	    "15. niets\n16. neen\n17. ja\n18. ja\n"), &missing),
	    FORM_REFERRAL);
	assert_int_equal(missing, UINT32_C(1) << 11);
	assert_int_equal(form_read(text("Drie dingen:\n1. hij zwijgt\n"
	    "2. hij blijft weg\n3. hij is kwaad\n"), &missing), FORM_NONE);
	assert_int_equal(missing, 0);
}

/* domain.md 6.1: 8, 9, 10 and 13 are not obligatory. */
static void
test_missing_fields_are_numbered(void **state)
{
	uint32_t missing, want;
	unsigned n;

	(void)state;
	assert_int_equal(form_read(text(form(0, 0)), &missing), FORM_REFERRAL);
	assert_int_equal(missing, 0);
	for (n = 1; n <= FORM_FIELDS; n++) {
		want = n == 8 || n == 9 || n == 10 || n == 13 ? 0 :
		    UINT32_C(1) << n;
		assert_int_equal(form_read(text(form(n, 0)), &missing),
		    FORM_REFERRAL);
		if (missing != want)
			fail_msg("%u left out: %#x", n, missing);
		assert_int_equal(form_read(text(form(0, n)), &missing),
		    FORM_REFERRAL);
		if (missing != want)
			fail_msg("%u empty: %#x", n, missing);
	}
}

static void
test_a_form_may_be_written_in_many_ways(void **state)
{
	static const uint32_t rest = (1u << 2) | (1u << 4) | (1u << 5) |
	    (1u << 6) | (1u << 11) | (1u << 12) | (1u << 14) | (1u << 15) |
	    (1u << 16) | (1u << 17) | (1u << 18);
	static const char *const forms[] = {
		"1. versie, taal: 1, nl\n3. Organisatie: OCMW\n"
		    "7. Aanwijzingen: feiten\n",
		"1) VERSIE: 1\r\n3) ORGANISATIE: OCMW\r\n7) SIGNALEN: x\r\n",
		"  1 taal\n nl\n\n 3 rechtsgrond\n\n OCMW\n 7: signalen: x\n",
		"7. aanwijzingen: feiten\n3. organisatie: x\n1. versie: 1\n",
		"1. versie: 1\n3. organisatie: x\n7. signalen: y\n"
		    "18. verklaring:\n\n-- \nAn De Vos, OCMW\n",
	};
	uint32_t missing;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		assert_int_equal(form_read(text(forms[i]), &missing),
		    FORM_REFERRAL);
		if (missing != rest)
			fail_msg("form %zu: %#x", i, missing);
	}
}

static void
test_free_text_is_no_form(void **state)
{
	static const char *const texts[] = {
		"",
		"Beste,\n\nIk meld iemand aan. Zijn organisatie weet het.\n",
		"1. Hij zei iets.\n2. Hij deed iets.\n3. Hij ging weg.\n",
		"Organisatie: OCMW\nMandaat: ja\nIdentiteit: mondeling\n",
		"> 1. versie: 1\n> 2. hoedanigheid: lid\n> 3. organisatie: x\n",
		"1. versie: 1\n2. hoedanigheid: lid\n",
		"101. versie: x\n102. hoedanigheid: x\n103. organisatie: x\n",
	};
	uint32_t missing = 1;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (form_read(text(texts[i]), &missing) != FORM_NONE)
			fail_msg("%s", texts[i]);
		assert_int_equal(missing, 0);
	}
}

/* ---- the blank of contrib/forms, which is what B03 sends ---- */

static const char *
blank(void)
{
	static char out[8192];
	const char *top = getenv("srcdir");
	char path[512];
	size_t n;
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/contrib/forms/aanmelding.txt",
	    top == NULL ? "." : top);
	f = fopen(path, "r");
	assert_non_null(f);
	n = fread(out, 1, sizeof(out) - 1, f);
	assert_int_equal(fclose(f), 0);
	out[n] = '\0';
	return out;
}

/* The blank with `answer` in the place of field `n`: behind its label, or on
 * a line of its own below the hint. */
static const char *
answered(unsigned n, bool below, const char *answer)
{
	static char out[8192 + 64];
	const char *from = blank(), *at;
	char number[16];

	(void)snprintf(number, sizeof(number), "\n%u. ", n);
	at = strstr(from, number);
	assert_non_null(at);
	at = strstr(at + 1, below ? "\n\n" : "\n");
	if (at == NULL)
		at = from + strlen(from);
	(void)snprintf(out, sizeof(out), "%.*s%s%s%s", (int)(at - from), from,
	    below ? "\n" : " ", answer, at);
	return out;
}

/* What is printed on it is no answer, but for what stands there already. */
static void
test_the_blank_is_read_as_a_form_without_answers(void **state)
{
	const struct mail_us us = { OWN, PRACTICE };
	static const uint32_t optional = 1u << FORM_FIELD_SITUATION |
	    1u << FORM_FIELD_PROTECTIVE | 1u << FORM_FIELD_RISKS |
	    1u << FORM_FIELD_SERVICES;
	static const uint32_t preset = 1u << FORM_FIELD_VERSION |
	    1u << FORM_FIELD_LIMITS | 1u << FORM_FIELD_ORAL;
	const uint32_t all = (1u << (FORM_FIELDS + 1)) - 2;
	uint32_t missing;
	unsigned n;

	(void)state;
	assert_int_equal(form_read(text(blank()), &missing), FORM_REFERRAL);
	assert_int_equal(missing, all & ~optional & ~preset);
	for (n = 1; n <= FORM_FIELDS; n++) {
		assert_int_equal(form_read(text(answered(n, false, "ja")),
		    &missing), FORM_REFERRAL);
		assert_int_equal(missing, all & ~optional & ~preset &
		    ~(1u << n));
		assert_int_equal(form_read(text(answered(n, true, "ja")),
		    &missing), FORM_REFERRAL);
		assert_int_equal(missing, all & ~optional & ~preset &
		    ~(1u << n));
	}
	assert_false(text_is_classified(text(blank())));
	assert_int_equal(text_aan(text(blank()), &us), 0);
}

/* The line that ends the blank in B03 may be copied with it. */
static void
test_a_heading_ends_the_field_above_it(void **state)
{
	uint32_t missing;

	(void)state;
	assert_int_equal(form_read(text("1. versie: 1\n3. organisatie: x\n"
	    "7. signalen: y\n18. verklaring:\n"
	    "--- Einde van het formulier ---\nAn De Vos\n"), &missing),
	    FORM_REFERRAL);
	assert_true(missing >> FORM_FIELD_STATEMENT & 1);
	/* A rule of dashes is none, and a remark of one's own is an answer. */
	assert_int_equal(form_read(text("1. versie: 1\n3. organisatie: x\n"
	    "7. signalen:\n---\n(van horen zeggen)\n"), &missing),
	    FORM_REFERRAL);
	assert_false(missing >> FORM_FIELD_INDICATIONS & 1);
}

static void
test_whom_a_text_is_addressed_to(void **state)
{
	static const struct {
		const char *text;
		uint32_t flag;
	} cases[] = {
		{ "Aan: " OWN "\n", MAIL_AAN_US },
		{ "aan : LIVC R <Intake@STAD.example>\n", MAIL_AAN_US },
		{ "Dag\n\n  AAN: a@b.be, " OWN "\nx\n", MAIL_AAN_US },
		{ "Aan: a@b.be\n", MAIL_AAN_OTHER },
		{ "Aan: a@b.be\nAan: " OWN "\n", MAIL_AAN_US },
		{ "Aan: de burgemeester\n", 0 },
		{ "Aanmelding: a@b.be\n", 0 },
		{ "> Aan: a@b.be\n", 0 },
		{ "Aan: a@b.be" "\342\200\213" "\n", MAIL_AAN_OTHER },
		{ "Aan: a@\342\200\213" "b.be\n", 0 },
		/* As Outlook writes it; what is shown decides. */
		{ "Aan: " OWN "<mailto:" OWN ">\n", MAIL_AAN_US },
		{ "Aan: " OWN " <mailto:" OWN ">\n", MAIL_AAN_US },
		{ "Aan:\302\240" OWN "\302\240<mailto:" OWN ">\302\240\n",
		    MAIL_AAN_US },
		{ "Aan:\302\240" OWN "\n", MAIL_AAN_US },
		{ "Aan: <mailto:" OWN ">\n", MAIL_AAN_US },
		{ "Aan: LIVC R <mailto:" OWN ">\n", MAIL_AAN_US },
		{ "Aan: a@b.be<mailto:" OWN ">\n", MAIL_AAN_OTHER },
		{ "Aan: a@b.be<mailto:a@b.be>, " OWN "\n", MAIL_AAN_OTHER },
		{ "Aan: <mailto:" OWN "\n", MAIL_AAN_US },
		{ "Aan: <mailto:\n", 0 },
		/* The header of a mail that was passed on is not theirs. */
		{ "Dag\n\n-----Oorspronkelijk bericht-----\nVan: x@y.be\n"
		    "Aan: a@b.be\n", 0 },
		{ "Dag\n________________________________\nVan: x\n"
		    "Verzonden: vandaag\nAan: a@b.be\n", 0 },
		{ "-------------\nAan: a@b.be\n", MAIL_AAN_OTHER },
		{ "Aan: " PRACTICE "\n", MAIL_AAN_PRACTICE },
		{ "Aan: a@b.be, Oefen+Intake@Stad.example\n",
		    MAIL_AAN_PRACTICE },
		{ "Aan: " PRACTICE "\nAan: " OWN "\n",
		    MAIL_AAN_PRACTICE | MAIL_AAN_US },
	};
	const struct mail_us us = { OWN, PRACTICE }, no_practice = { OWN, "" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (text_aan(text(cases[i].text), &us) != cases[i].flag)
			fail_msg("%s", cases[i].text);
	}
	assert_int_equal(text_aan(text("Aan: " PRACTICE "\n"), &no_practice),
	    MAIL_AAN_OTHER);
}

static void
test_references(void **state)
{
	static const struct {
		const char *line;
		const char *ref;
	} cases[] = {
		{ "A-0123456789ABCDEF", "A-0123456789ABCDEF" },
		{ "Re: [a-0123456789abcdef]", "A-0123456789ABCDEF" },
		{ "V-OIL0000000000000, F-1111111111111111",
		    "V-0110000000000000" },
		{ "xA-0123456789ABCDEF U-2222222222222222.",
		    "U-2222222222222222" },
		{ "A-0123456789ABCDEFG", "" }, { "A-0123456789ABCDE", "" },
		{ "A-0123456789ABCDEF-", "" }, { "B-0123456789ABCDEF", "" },
		{ "A-0123456789ABCDEU", "" }, { "A 0123456789ABCDEF", "" },
		{ "", "" },
	};
	char ref[LIM_REF + 1];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(text_reference(text(cases[i].line), ref),
		    cases[i].ref[0] != '\0');
		assert_string_equal(ref, cases[i].ref);
	}
}

static void
test_classification_marks(void **state)
{
	static const struct {
		const char *text;
		bool marked;
	} cases[] = {
		{ "GEHEIM\n", true }, { "x\n  ** ZEER GEHEIM **  \nx\n", true },
		{ "VERTROUWELIJK (Wet 11.12.1998)\r\n", true },
		{ "BEPERKT - WET 11.12.1998\n", true },
		{ "GEHEIM / SECRET\n", true },
		{ "BEPERKTE VERSPREIDING\n", true },
		{ "TR\303\210S SECRET (Loi 11.12.1998)\n", true },
		{ "RESTREINT UE/EU RESTRICTED\n", true },
		{ "NATO CONFIDENTIAL\n", true },
		{ "Classificatie: GEHEIM\n", true },
		{ "> VERTROUWELIJK\n", true },
		/* Words of every day, of the form too. */
		{ "geheim\n", false }, { "Vertrouwelijk\n", false },
		{ "GEHEIMHOUDING\n", false }, { "BEROEPSGEHEIM\n", false },
		{ "Dit is GEHEIM\n", false }, { "GEHEIM, zei hij\n", false },
		{ "geheimhoudingsregime: beroepsgeheim\n", false },
		{ "15. beperkingen op gebruik: BEPERKT\n", false },
		{ "BEPERKT GEBRUIK\n", false }, { "SECRETARIAAT\n", false },
		{ "VERTROUWELIJK OVERLEG\n", false }, { "", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (text_is_classified(text(cases[i].text)) != cases[i].marked)
			fail_msg("%s", cases[i].text);
	}
	assert_false(text_is_classified(text(form(0, 0))));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers_alone_make_a_form),
		cmocka_unit_test(test_missing_fields_are_numbered),
		cmocka_unit_test(test_a_form_may_be_written_in_many_ways),
		cmocka_unit_test(test_free_text_is_no_form),
		cmocka_unit_test(
		    test_the_blank_is_read_as_a_form_without_answers),
		cmocka_unit_test(test_a_heading_ends_the_field_above_it),
		cmocka_unit_test(test_whom_a_text_is_addressed_to),
		cmocka_unit_test(test_references),
		cmocka_unit_test(test_classification_marks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
