/*
 * The reader of mail texts, and the texts themselves: what domain.md 5 says
 * that each mail must and must not say, over the Dutch texts as people get
 * them.
 */
#include "compose/template.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/limits.h"
#include "compose/letters.h"
#include "flow/effect.h"

#define NELEMS(a) (sizeof(a) / sizeof((a)[0]))
#define WHOLE	"@section subject\nS\n@section body\nB\n"

/* ---- the reader ---- */

/* Writes one file into a new directory, loads it and cleans up. */
static enum gw_err
load_one(const char *name, const void *text, size_t n, struct templates **t,
    struct buf *why)
{
	char dir[] = "/tmp/gw-tpl-XXXXXX", path[128];
	enum gw_err err;
	FILE *f;

	assert_non_null(mkdtemp(dir));
	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
	err = templates_load(dir, NULL, t, why);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(dir), 0);
	return err;
}

static void
test_a_fault_is_told_with_file_and_line(void **state)
{
	static const struct {
		const char *text, *why;
	} row[] = {
		{ "hallo\n" WHOLE, "a.txt:1: text before" },
		{ "# ok\n\nhallo\n" WHOLE, "a.txt:3: text before" },
		{ "@uses\n" WHOLE, "a.txt:1: a line with @" },
		{ "@uses Naam\n" WHOLE, "a.txt:1: a variable is" },
		{ "@uses \n" WHOLE, "a.txt:1: a variable is" },
		{ "@uses a b\n" WHOLE, "a.txt:1: a variable is" },
		{ "@uses a123456789012345678901234\n" WHOLE,
		    "a.txt:1: a variable is" },
		{ "@uses x\n@uses x\n" WHOLE, "a.txt:2: \"x\" is declared" },
		{ "@uses phone\n" WHOLE, "a.txt:1: \"phone\" is known" },
		{ "@uses x\n" WHOLE, "a.txt:1: variable \"x\" is never" },
		{ WHOLE "@uses x\n", "a.txt:5: @uses must stand" },
		{ WHOLE "@section body\nC\n", "a.txt:5: section \"body\" is" },
		{ WHOLE "@section Body\n", "a.txt:5: a section is" },
		{ WHOLE "@include x\n", "a.txt:5: a line with @" },
		{ WHOLE "@section c\n\n\n", "a.txt:5: section \"c\" is empty" },
		{ "@section body\nB\n", "a.txt:1: there is no section" },
		{ "", "a.txt:1: there is no section" },
		{ WHOLE "{{x}}\n", "a.txt:5: variable \"x\" is not" },
		{ WHOLE "ok\n{{phone\n", "a.txt:6: \"{{\" without" },
		{ WHOLE "{{phone\n}}\n", "a.txt:5: \"{{\" without" },
		{ WHOLE "{{}}\n", "a.txt:5: between" },
		{ WHOLE "{{ phone }}\n", "a.txt:5: between" },
		{ WHOLE "{{{phone}}}\n", "a.txt:5: between" },
		{ WHOLE "a\tb\n", "a.txt:5: not UTF-8" },
		{ WHOLE "a\r\n", "a.txt:5: not UTF-8" },
		{ WHOLE "a\033[1m\n", "a.txt:5: not UTF-8" },
		{ WHOLE "caf\351\n", "a.txt:5: not UTF-8" },
		{ WHOLE "a\342\200\256b\n", "a.txt:5: not UTF-8" }
	};
	struct templates *t;
	struct buf why;
	size_t i;

	(void)state;
	for (i = 0; i < NELEMS(row); i++) {
		buf_init(&why, 4096);
		assert_int_equal(load_one("a.txt", row[i].text,
		    strlen(row[i].text), &t, &why), GW_FORMAT);
		assert_null(t);
		if (strncmp(buf_str(&why), row[i].why, strlen(row[i].why)) !=
		    0)
			fail_msg("row %zu: %s", i, buf_str(&why));
		buf_free(&why);
	}
}

static void
test_every_fault_is_told_at_once(void **state)
{
	static const char text[] = "x\n" WHOLE "{{a}}\n{{b\n";
	struct templates *t;
	struct buf why;

	(void)state;
	buf_init(&why, 4096);
	assert_int_equal(load_one("a.txt", text, strlen(text), &t, &why),
	    GW_FORMAT);
	assert_non_null(strstr(buf_str(&why), "a.txt:1: "));
	assert_non_null(strstr(buf_str(&why), "a.txt:6: "));
	assert_non_null(strstr(buf_str(&why), "a.txt:7: "));
	buf_free(&why);
}

static void
test_what_is_no_text_file_is_refused(void **state)
{
	static char big[LIM_TEMPLATE_BYTES + 1];
	static const char nul[] = WHOLE "a\0b\n";
	struct templates *t;
	struct buf why;

	(void)state;
	buf_init(&why, 4096);
	assert_int_equal(load_one("a.txt", nul, sizeof(nul) - 1, &t, &why),
	    GW_FORMAT);
	assert_non_null(strstr(buf_str(&why), "NUL"));
	buf_reset(&why);
	memset(big, 'x', sizeof(big));
	memcpy(big, WHOLE, strlen(WHOLE));
	assert_int_equal(load_one("a.txt", big, sizeof(big), &t, &why),
	    GW_LIMIT);
	assert_non_null(strstr(buf_str(&why), "a.txt:1: larger"));
	buf_reset(&why);
	/* One byte less is accepted. */
	assert_int_equal(load_one("a.txt", big, sizeof(big) - 1, &t, &why),
	    GW_OK);
	templates_free(t);
	assert_int_equal(load_one("A b.txt", WHOLE, strlen(WHOLE), &t, &why),
	    GW_FORMAT);
	assert_non_null(strstr(buf_str(&why), "name of a mail text"));
	buf_reset(&why);
	assert_int_equal(load_one("a.text", WHOLE, strlen(WHOLE), &t, &why),
	    GW_MISSING);
	assert_int_equal(templates_load("/nonexistent", NULL, &t, &why),
	    GW_MISSING);
	buf_free(&why);
}

static void
test_more_sections_or_variables_than_allowed_are_refused(void **state)
{
	struct templates *t;
	struct buf text, why;
	int i;

	(void)state;
	buf_init(&text, LIM_TEMPLATE_BYTES);
	buf_init(&why, 4096);
	buf_puts(&text, WHOLE);
	for (i = 2; i <= LIM_SECTIONS; i++)
		buf_printf(&text, "@section s%d\nT\n", i);
	assert_int_equal(load_one("a.txt", text.p, text.len, &t, &why),
	    GW_FORMAT);
	assert_non_null(strstr(buf_str(&why), "more than"));
	buf_reset(&text);
	buf_reset(&why);
	for (i = 0; i <= LIM_VARS; i++)
		buf_printf(&text, "@uses v%d\n", i);
	buf_puts(&text, "@section subject\n");
	for (i = 0; i < LIM_VARS; i++)
		buf_printf(&text, "{{v%d}}\n", i);
	assert_int_equal(load_one("a.txt", text.p, text.len, &t, &why),
	    GW_FORMAT);
	assert_string_equal(buf_str(&why),
	    "a.txt:33: more than 32 variables\n");
	buf_free(&text);
	buf_free(&why);
}

static void
test_a_section_is_filled_in(void **state)
{
	static const char text[] = "# remark\n@uses x\n@uses my_y-2\n"
	    "@section subject\n\n\nS {{x}}\n\n\n@section body\n"
	    "{{x}}{{my_y-2}}{ }} {{x}}\n\n# text\nlast {{phone}}";
	const struct var vars[] = { { "x", "een\ntwee" }, { "my_y-2",
	    "{{x}}" }, { "phone", "" }, { "x", "not the second" } };
	struct templates *t;
	struct buf why, out;

	(void)state;
	buf_init(&why, 4096);
	buf_init(&out, 4096);
	assert_int_equal(load_one("a.txt", text, strlen(text), &t, &why),
	    GW_OK);
	buf_puts(&out, "> ");
	assert_int_equal(template_render(t, "a", "subject", vars, 4, &out),
	    GW_OK);
	assert_string_equal(buf_str(&out), "> S een\ntwee");
	buf_reset(&out);
	/* A value is never read as a template again. */
	assert_int_equal(template_render(t, "a", "body", vars, 4, &out),
	    GW_OK);
	assert_string_equal(buf_str(&out),
	    "een\ntwee{{x}}{ }} een\ntwee\n\n# text\nlast ");
	templates_free(t);
	buf_free(&why);
	buf_free(&out);
}

static void
test_what_cannot_be_filled_in_adds_nothing(void **state)
{
	static const char text[] = "@uses x\n@section subject\na {{x}} b\n";
	static const struct {
		const char *name, *section, *var, *value;
		enum gw_err err;
	} row[] = {
		{ "b", "subject", "x", "", GW_MISSING },
		{ "a", "body", "x", "", GW_MISSING },
		{ "a", "subject", "y", "", GW_MISSING },
		{ "a", "subject", "x", "a\rb", GW_FORMAT },
		{ "a", "subject", "x", "a\tb", GW_FORMAT },
		{ "a", "subject", "x", "\001", GW_FORMAT },
		{ "a", "subject", "x", "\177", GW_FORMAT },
		{ "a", "subject", "x", "\302\205", GW_FORMAT },	/* C1 */
		{ "a", "subject", "x", "\351", GW_FORMAT },
		{ "a", "subject", "x", "\300\212", GW_FORMAT },	/* overlong */
		{ "a", "subject", "x", "\340\200\212", GW_FORMAT },
		{ "a", "subject", "x", "\355\240\200", GW_FORMAT },
		{ "a", "subject", "x", "\364\220\200\200", GW_FORMAT },
		{ "a", "subject", "x", "\342\200", GW_FORMAT },	/* cut */
		{ "a", "subject", "x", "\342\200\250", GW_FORMAT },
		{ "a", "subject", "x", "\342\200\256", GW_FORMAT },
		{ "a", "subject", "x", "\342\200\213", GW_FORMAT },
		{ "a", "subject", "x", "\n", GW_OK },
		{ "a", "subject", "x", "\303\251 \342\202\254", GW_OK }
	};
	struct templates *t;
	struct buf why, out;
	struct var v;
	size_t i;

	(void)state;
	buf_init(&why, 4096);
	buf_init(&out, 4096);
	assert_int_equal(load_one("a.txt", text, strlen(text), &t, &why),
	    GW_OK);
	buf_puts(&out, "before");
	for (i = 0; i < NELEMS(row); i++) {
		v = (struct var){ row[i].var, row[i].value };
		out.len = strlen("before");
		assert_int_equal(template_render(t, row[i].name,
		    row[i].section, &v, 1, &out), row[i].err);
		assert_int_equal(out.len > strlen("before"),
		    row[i].err == GW_OK);
	}
	templates_free(t);
	buf_free(&why);
	buf_free(&out);
}

static void
test_a_text_that_lacks_something_is_found_at_start(void **state)
{
	static const char text[] = "@uses x\n@section subject\nS\n"
	    "@section body\n{{x}}\n";
	struct templates *t;
	struct buf why;

	(void)state;
	buf_init(&why, 64 * 1024);
	assert_int_equal(load_one("t01-ontvangst.txt", text, strlen(text), &t,
	    &why), GW_OK);
	assert_int_equal(letters_check(t, &why), GW_FORMAT);
	assert_non_null(strstr(buf_str(&why),
	    "t01-ontvangst.txt:4: section \"body\" uses another"));
	assert_null(strstr(buf_str(&why),
	    ": section \"subject\" uses"));
	assert_non_null(strstr(buf_str(&why),
	    "t02-geweigerd.txt:1: section \"kanaal\" is missing"));
	assert_non_null(strstr(buf_str(&why),
	    "t06-doorzending.txt:1: section \"form-missing\" is"));
	templates_free(t);
	buf_free(&why);
}

/* ---- the Dutch texts ---- */

static const struct var sample[] = {
	{ "reference", "A-4F7K29QDXM3AB8NP" },
	{ "municipality", "Mechelen" },
	{ "contact", "An Peeters, dienst preventie" },
	{ "phone", "015 29 76 11" },
	{ "citation", "artikel 353, \302\247 2, Sw." },
	{ "address", "postvak@mechelen.example" },
	{ "received", "23/11/2026 om 05:29" },
	{ "reason", "U bent bij ons niet ingeschreven." },
	{ "code", "550" },
	{ "kind", "aanmelding door een lid" },
	{ "organisation", "CLB De Brug" },
	{ "role", "deelnemer" },
	{ "sender", "els@clb.example" },
	{ "fingerprint", "8B66 16FC 1C5E A1B9 9E39 3CCD 3A6C 9F5E 1D77 0A42" },
	{ "signed_at", "22/11/2026 om 17:03" },
	{ "hash", "SHA512" },
	{ "algorithm", "ed25519" },
	{ "digest", "e3b0c44298fc1c149afbf4c8996fb924"
	    "27ae41e4649b934ca495991b7852b855" },
	{ "form", "formulier, ontbrekende velden: 4, 7" },
	{ "binding", "niet gebonden: geen bestemming" },
	{ "attachments", "2" },
	{ "shape", "De handtekening zit in de bijlage." },
	{ "fields", "4, 7" }
};

static struct templates *dutch;

static int
load_dutch(void **state)
{
	const char *top = getenv("srcdir");
	struct buf why;
	char dir[512];

	(void)state;
	(void)snprintf(dir, sizeof(dir), "%s/templates/nl",
	    top == NULL ? "." : top);
	buf_init(&why, 4096);
	if (templates_load(dir, NULL, &dutch, &why) != GW_OK ||
	    letters_check(dutch, &why) != GW_OK)
		fail_msg("%s", buf_str(&why));
	buf_free(&why);
	return 0;
}

static int
free_dutch(void **state)
{
	(void)state;
	templates_free(dutch);
	return 0;
}

/* In lower case, each run of white space one space, a space at both ends. */
static char *
flatten(const char *s)
{
	char *flat = malloc(strlen(s) + 3), *p = flat;

	assert_non_null(flat);
	*p++ = ' ';
	for (; *s != '\0'; s++) {
		if (!isspace((unsigned char)*s))
			*p++ = (char)tolower((unsigned char)*s);
		else if (p[-1] != ' ')
			*p++ = ' ';
	}
	if (p[-1] != ' ')
		*p++ = ' ';
	*p = '\0';
	return flat;
}

static bool
in_word(char c)
{
	return isalnum((unsigned char)c) || (c & 0x80) != 0;
}

/* Whether `phrase` stands in `flat` as whole words; one that ends in "*" may
 * go on: "besliss*". */
static bool
says(const char *flat, const char *phrase)
{
	char *want = flatten(phrase), *bare = want + 1;
	size_t n = strlen(bare) - 1;
	bool prefix = bare[n - 1] == '*', found = false;
	const char *p;

	n -= prefix;
	bare[n] = '\0';
	for (p = strstr(flat, bare); p != NULL && !found;
	    p = strstr(p + 1, bare))
		found = !in_word(p[-1]) && (prefix || !in_word(p[n]));
	free(want);
	return found;
}

static char *
dutch_text(enum mail_kind kind, const char *section)
{
	struct buf out;
	char *flat;

	buf_init(&out, LIM_LETTER_BYTES);
	assert_int_equal(template_render(dutch, mail_kind_template(kind),
	    section, sample, NELEMS(sample), &out), GW_OK);
	flat = flatten(buf_str(&out));
	buf_free(&out);
	return flat;
}

struct say {
	enum mail_kind kind;
	const char *section;
	const char *what[16];
};

static void
test_each_text_says_what_it_must(void **state)
{
	static const struct say must[] = {
		/* "received on date/hour, only to mayor's representative,
		 * secrecy, oral explanation, not 24/7 -> 101/112, contact
		 * point, you keep control (spreekrecht)" */
		{ MAIL_T01, "body", { "ontvangen op 23/11/2026 om 05:29",
		    "gaat alleen naar de vertegenwoordiger die de burgemeester",
		    "is geheim: artikel 353", "mondeling",
		    "niet dag en nacht", "101 of 112", "An Peeters",
		    "015 29 76 11", "spreekrecht, geen spreekplicht",
		    "uw akkoord", "u kiest wat u deelt" } },
		/* "not read/kept, how to reach us safely (phone/oral
		 * appointment first, then key exchange), destroyed" */
		{ MAIL_T02, "kanaal", { "niet gelezen en niet bewaard",
		    "vernietigd", "bel ons, of maak een afspraak",
		    "015 29 76 11", "wisselen wij eerst sleutels uit",
		    "beveiligd postvak van Mechelen", "101 of 112" } },
		{ MAIL_T02, "inhoud", { "niemand heeft het gelezen",
		    "niet bewaard", "vernietigd",
		    "bel ons, of maak een afspraak", "015 29 76 11",
		    "wisselen wij daarna opnieuw sleutels uit",
		    "U bent bij ons niet ingeschreven" } },
		/* "nieuw bericht, kenmerk" */
		{ MAIL_T05, "body", { "nieuw bericht", "kenmerk" } },
		{ MAIL_T05, "quarantaine", { "bericht in quarantaine",
		    "kenmerk", "bel", "meldpost mail show",
		    "niemand heeft het gelezen" } },
		{ MAIL_T05, "alarm", { "kenmerk", "45 dagen",
		    "zestig dagen" } },
		{ MAIL_T05, "gewist", { "kenmerk", "gewist", "60 dagen" } },
		{ MAIL_T05, "vastgehouden", { "kenmerk", "vastgehouden",
		    "sleutel", "ontbreekt of verlopen" } },
		/* "original with verification report (signer, key, time,
		 * result)" */
		{ MAIL_T06, "body", { "A-4F7K29QDXM3AB8NP.eml", "ongewijzigd",
		    "handtekening is geldig", "els@clb.example",
		    "CLB De Brug", "deelnemer", "8B66 16FC",
		    "22/11/2026 om 17:03", "ed25519, SHA512", "e3b0c442*",
		    "ontbrekende velden: 4, 7", "niet gebonden",
		    "bijlagen: 2", "zit in de bijlage",
		    "aanmelding door een lid", "stuur het niet door" } },
		/* "ref + SMTP code" */
		{ MAIL_T42, "body", { "kenmerk: A-4F7K29QDXM3AB8NP",
		    "550" } }
	};
	size_t i, j;
	char *flat;

	(void)state;
	for (i = 0; i < NELEMS(must); i++) {
		flat = dutch_text(must[i].kind, must[i].section);
		for (j = 0; j < 16 && must[i].what[j] != NULL; j++) {
			if (!says(flat, must[i].what[j]))
				fail_msg("%s %s does not say \"%s\"",
				    mail_kind_name(must[i].kind),
				    must[i].section, must[i].what[j]);
		}
		free(flat);
	}
}

static void
test_no_text_says_what_it_must_not(void **state)
{
	static const struct say must_not[] = {
		/* "name of person, whether known/listed/already referred, who
		 * else, any decision/deadline, that police/LTF is informed" */
		{ MAIL_T01, "body", { "gekend", "bekend", "lijst", "eerder",
		    "al aangemeld", "andere aanmeld*", "besliss*",
		    "termijn*", "dagen", "weken", "politie*", "LTF", "IO",
		    "information officer", "betrokkene", "casus*" } },
		/* "radicalisering or LIVC R, quote, attach" */
		{ MAIL_T02, "kanaal", { "radicaliser*", "LIVC*", "terror*",
		    "aanmeld*", "bijlage*", "onderwerp", "A-4F7K29QDXM3AB8NP",
		    "casus*", "extremis*" } },
		{ MAIL_T02, "inhoud", { "radicaliser*", "LIVC*", "terror*",
		    "aanmeld*", "onderwerp", "casus*", "extremis*" } },
		{ MAIL_T02, "subject-plain", { "radicaliser*", "LIVC*",
		    "terror*", "A-4F7K29QDXM3AB8NP" } },
		/* "sender, organisation, type, preview" */
		{ MAIL_T05, "body", { "afzender", "organisatie",
		    "aanmeld*" } },
		{ MAIL_T05, "quarantaine", { "els@clb.example",
		    "CLB De Brug", "organisatie", "aanmeld*" } },
		{ MAIL_T05, "alarm", { "afzender", "organisatie",
		    "aanmeld*" } },
		{ MAIL_T05, "gewist", { "afzender", "organisatie",
		    "aanmeld*" } },
		{ MAIL_T05, "vastgehouden", { "afzender", "organisatie",
		    "aanmeld*" } },
		/* "return the message" */
		{ MAIL_T42, "body", { "radicaliser*", "LIVC*", "terror*",
		    "bijlage*", "onderwerp", "aanmeld*", "bestemmeling",
		    "organisatie", "afzender" } },
		{ MAIL_T42, "subject-plain", { "radicaliser*", "LIVC*",
		    "A-4F7K29QDXM3AB8NP" } }
	};
	size_t i, j;
	char *flat;

	(void)state;
	for (i = 0; i < NELEMS(must_not); i++) {
		flat = dutch_text(must_not[i].kind, must_not[i].section);
		for (j = 0; j < 16 && must_not[i].what[j] != NULL; j++) {
			if (says(flat, must_not[i].what[j]))
				fail_msg("%s %s says \"%s\"",
				    mail_kind_name(must_not[i].kind),
				    must_not[i].section, must_not[i].what[j]);
		}
		free(flat);
	}
}

/* Every text that a person gets, and those that go into it. */
static const struct {
	enum mail_kind kind;
	const char *section;
	bool whole;		/* a letter, not a sentence of one */
	bool clear;		/* may leave unencrypted */
} texts[] = {
	{ MAIL_T01, "body", true, false },
	{ MAIL_T02, "kanaal", true, true },
	{ MAIL_T02, "inhoud", true, false },
	{ MAIL_T02, "role-not-allowed", false, false },
	{ MAIL_T02, "wrong-recipient", false, false },
	{ MAIL_T02, "classified", false, false },
	{ MAIL_T02, "bad-structure", false, false },
	{ MAIL_T05, "body", true, false },
	{ MAIL_T05, "quarantaine", true, false },
	{ MAIL_T05, "alarm", true, false },
	{ MAIL_T05, "gewist", true, false },
	{ MAIL_T05, "vastgehouden", true, false },
	{ MAIL_T06, "body", true, false },
	{ MAIL_T06, "form-complete", false, false },
	{ MAIL_T06, "form-missing", false, false },
	{ MAIL_T06, "form-free", false, false },
	{ MAIL_T06, "bound", false, false },
	{ MAIL_T06, "unbound", false, false },
	{ MAIL_T06, "shape-signed", false, false },
	{ MAIL_T06, "shape-combined", false, false },
	{ MAIL_T42, "body", true, true }
};

/* "Common to all": contact person and phone (BD II.20, R156), purpose line
 * (R1), secrecy with the configured citation (R12, R159). */
static void
test_every_letter_has_contact_purpose_and_secrecy(void **state)
{
	static const char *const common[] = { "An Peeters", "tel. 015 29 76 11",
		"doel: dit postvak dient", "mag voor niets anders dienen",
		"artikel 353, \302\247 2, Sw.", "geheim*" };
	size_t i, j;
	char *flat;

	(void)state;
	for (i = 0; i < NELEMS(texts); i++) {
		if (!texts[i].whole)
			continue;
		flat = dutch_text(texts[i].kind, texts[i].section);
		for (j = 0; j < NELEMS(common); j++) {
			if (!says(flat, common[j]))
				fail_msg("%s %s does not say \"%s\"",
				    mail_kind_name(texts[i].kind),
				    texts[i].section, common[j]);
		}
		free(flat);
	}
}

/* domain.md 2, "Words not to use"; no pressure (R44), no label, no link
 * (R57), nothing that is HTML. */
static void
test_no_text_uses_a_word_that_labels_or_presses(void **state)
{
	static const char *const never[] = { "verdacht*", "dader*",
		"geradicaliseerd*", "terrorist", "terroristen", "dossier van",
		"gedeeld beroepsgeheim", "verplicht deel te nemen", "http*",
		"www", "dringend", "onmiddellijk", "u moet", "sanctie" };
	size_t i, j;
	char *flat;

	(void)state;
	for (i = 0; i < NELEMS(texts); i++) {
		flat = dutch_text(texts[i].kind, texts[i].section);
		assert_null(strchr(flat, '<'));
		for (j = 0; j < NELEMS(never); j++) {
			if (says(flat, never[j]))
				fail_msg("%s %s says \"%s\"",
				    mail_kind_name(texts[i].kind),
				    texts[i].section, never[j]);
		}
		free(flat);
	}
}

/* A program that does not wrap lines must not make a mail hard to read. */
static void
test_no_line_of_a_text_is_longer_than_76(void **state)
{
	const char *p, *end;
	struct buf out;
	size_t i, n;

	(void)state;
	for (i = 0; i < NELEMS(texts); i++) {
		buf_init(&out, LIM_LETTER_BYTES);
		assert_int_equal(template_render(dutch,
		    mail_kind_template(texts[i].kind), texts[i].section,
		    sample, NELEMS(sample), &out), GW_OK);
		for (p = buf_str(&out); *p != '\0'; p = end + (*end != '\0')) {
			end = p + strcspn(p, "\n");
			n = (size_t)(end - p);
			assert_true(n <= 76);
			assert_true(n == 0 || end[-1] != ' ');
		}
		buf_free(&out);
	}
}

/* "[kenmerk] Bericht van <gemeente>"; clear: no reference (R59). */
static void
test_the_subject_is_the_same_for_all(void **state)
{
	char *flat;
	int kind;

	(void)state;
	for (kind = 0; kind < MAIL_KIND_MAX; kind++) {
		flat = dutch_text((enum mail_kind)kind, "subject");
		assert_string_equal(flat,
		    " [a-4f7k29qdxm3ab8np] bericht van mechelen ");
		free(flat);
	}
	flat = dutch_text(MAIL_T02, "subject-plain");
	assert_string_equal(flat,
	    " bericht van het beveiligd postvak van mechelen ");
	free(flat);
}

/* The matcher itself: a test that cannot find cannot fail. */
static void
test_the_matcher_finds_whole_words_and_beginnings(void **state)
{
	char *flat = flatten("Geen politie,\n geen  dossier. Caf\303\251s");

	(void)state;
	assert_true(says(flat, "politie"));
	assert_true(says(flat, "Geen dossier"));
	assert_true(says(flat, "dos*"));
	assert_false(says(flat, "dos"));
	assert_false(says(flat, "lit*"));
	assert_false(says(flat, "een"));
	assert_false(says(flat, "caf"));
	free(flat);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_fault_is_told_with_file_and_line),
		cmocka_unit_test(test_every_fault_is_told_at_once),
		cmocka_unit_test(test_what_is_no_text_file_is_refused),
		cmocka_unit_test(
		    test_more_sections_or_variables_than_allowed_are_refused),
		cmocka_unit_test(test_a_section_is_filled_in),
		cmocka_unit_test(test_what_cannot_be_filled_in_adds_nothing),
		cmocka_unit_test(
		    test_a_text_that_lacks_something_is_found_at_start),
		cmocka_unit_test(
		    test_the_matcher_finds_whole_words_and_beginnings),
		cmocka_unit_test(test_each_text_says_what_it_must),
		cmocka_unit_test(test_no_text_says_what_it_must_not),
		cmocka_unit_test(
		    test_every_letter_has_contact_purpose_and_secrecy),
		cmocka_unit_test(
		    test_no_text_uses_a_word_that_labels_or_presses),
		cmocka_unit_test(test_no_line_of_a_text_is_longer_than_76),
		cmocka_unit_test(test_the_subject_is_the_same_for_all)
	};

	return cmocka_run_group_tests(tests, load_dutch, free_dutch);
}
