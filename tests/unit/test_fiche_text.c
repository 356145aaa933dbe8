/*
 * Elements of a fiche, and the code by which a member approves it. The bytes of
 * the canonical text are compared with a second program by tests/check-fiche.
 */
#include "flow/fiche_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "flow/fiche_code.h"

#define NELEMS(a) (sizeof(a) / sizeof((a)[0]))
#define BIT(n) (UINT32_C(1) << (n))

static const struct fiche_head head = { .ref = "F-4F7K29QDXM3AB8NP",
	.version = 1, .day = 20780, .town = "Mechelen",
	.case_ref = "C-0123456789ABCDEF" };

static void
fill(struct fiche_content *c, unsigned n, const char *text)
{
	(void)strcpy(c->element[n - FICHE_FIRST].text, text);
}

static void
own(struct fiche_content *c, unsigned n, const char *source)
{
	struct fiche_element *e = &c->element[n - FICHE_FIRST];

	(void)strcpy(e->source[e->sources++], source);
}

static const char *
text_of(const struct fiche_head *h, const struct fiche_content *c,
    struct buf *out)
{
	buf_reset(out);
	assert_int_equal(fiche_text(h, c, out), GW_OK);
	return buf_str(out);
}

static void
test_a_fiche_as_people_read_it(void **state)
{
	struct fiche_content *c = *state;
	struct buf out;

	buf_init(&out, LIM_FICHE_TEXT);
	fill(c, 4, "Het gaat beter.");
	fill(c, 7, "Hij werkt.\n\nHij sport.");
	assert_string_equal(text_of(&head, c, &out),
	    "TERUGKOPPELINGSFICHE\n"
	    "1. kenmerk: F-4F7K29QDXM3AB8NP\n"
	    "   versie: 1\n"
	    "   overleg: 23/11/2026\n"
	    "   gemeente: Mechelen\n"
	    "3. casus: C-0123456789ABCDEF\n"
	    "   besproken: 23/11/2026\n"
	    "4. evaluatie van de opvolging:\n"
	    "   Het gaat beter.\n"
	    "7. positieve elementen:\n"
	    "   Hij werkt.\n"
	    "\n"
	    "   Hij sport.\n"
	    "15. verklaring:\n"
	    "   Deze fiche bevat geen tijdens het overleg meegedeelde"
	    " geheimen.\n"
	    "17. opgemaakt door:\n"
	    "   de information officer\n"
	    "18. bestemming:\n"
	    "   de bevoegde LTF en de diensten van artikel 2, 2\302\260 en"
	    " 22\302\260, van de\n"
	    "   T.E.R.-wet\n");
	buf_free(&out);
}

/* R90: "per-section strike possible". */
static void
test_what_stays_keeps_its_number(void **state)
{
	struct fiche_content *c = *state;
	struct buf out;
	const char *text;
	unsigned n;

	buf_init(&out, LIM_FICHE_TEXT);
	for (n = FICHE_FIRST; n <= FICHE_LAST; n++)
		fill(c, n, "Punt.");
	assert_int_equal(fiche_filled(c), 0x7ff0);
	assert_int_equal(fiche_strike(c, BIT(6) | BIT(8) | BIT(3)),
	    BIT(6) | BIT(8));
	assert_int_equal(fiche_strike(c, BIT(6)), 0);
	text = text_of(&head, c, &out);
	assert_null(strstr(text, "\n6. "));
	assert_null(strstr(text, "\n8. "));
	assert_non_null(strstr(text, "\n7. positieve elementen:\n"));
	assert_non_null(strstr(text, "\n9. "));
	/* R93: without it there is no fiche. */
	(void)fiche_strike(c, BIT(4));
	buf_reset(&out);
	assert_int_equal(fiche_text(&head, c, &out), GW_MISSING);
	buf_free(&out);
}

/* R72; and whose it is stands not in what the LTF gets (domain.md 5, T28b). */
static void
test_an_element_has_its_owners_beside_it(void **state)
{
	struct fiche_content *c = *state;
	struct buf out;

	buf_init(&out, LIM_FICHE_TEXT);
	fill(c, 4, "Het gaat beter.");
	fill(c, 6, "Er was een gesprek.");
	own(c, 6, "els@clb.example");
	own(c, 6, "an@caw.example");
	own(c, 9, "els@clb.example");
	assert_int_equal(fiche_owned(c, "els@clb.example"), BIT(6));
	assert_int_equal(fiche_owned(c, "An@caw.example"), BIT(6));
	assert_int_equal(fiche_owned(c, "jan@caw.example"), 0);
	assert_null(strstr(text_of(&head, c, &out), "els@"));
	buf_reset(&out);
	fiche_elements(c, fiche_owned(c, "els@clb.example"), &out);
	assert_string_equal(buf_str(&out),
	    "6. feiten en gebeurtenissen:\n   Er was een gesprek.\n");
	buf_free(&out);
}

/* One byte is another text. */
static void
test_the_digest_is_of_all_of_it(void **state)
{
	struct fiche_content *c = *state;
	uint8_t digest[8][HASH_BYTES];
	struct fiche_head h = head;
	size_t i, j;

	fill(c, 4, "Het gaat beter.");
	assert_int_equal(fiche_digest(&h, c, digest[0]), GW_OK);
	h.version = 2;
	assert_int_equal(fiche_digest(&h, c, digest[1]), GW_OK);
	h = head;
	h.ref[17] = 'Q';
	assert_int_equal(fiche_digest(&h, c, digest[2]), GW_OK);
	h = head;
	h.case_ref[17] = '0';
	assert_int_equal(fiche_digest(&h, c, digest[3]), GW_OK);
	h = head;
	h.day++;
	assert_int_equal(fiche_digest(&h, c, digest[4]), GW_OK);
	h = head;
	h.town[0] = 'm';
	assert_int_equal(fiche_digest(&h, c, digest[5]), GW_OK);
	fill(c, 4, "Het gaat beter!");
	assert_int_equal(fiche_digest(&head, c, digest[6]), GW_OK);
	fill(c, 4, "Het gaat beter.");
	fill(c, 14, "neen");
	assert_int_equal(fiche_digest(&head, c, digest[7]), GW_OK);
	for (i = 0; i < NELEMS(digest); i++)
		for (j = 0; j < i; j++)
			assert_memory_not_equal(digest[i], digest[j],
			    HASH_BYTES);
}

/* Every element as long as it may be, of words that break badly. */
static void
test_the_longest_fiche_fits(void **state)
{
	struct fiche_content *c = *state;
	struct buf out;
	unsigned n;
	size_t i;

	buf_init(&out, LIM_FICHE_TEXT);
	for (n = 0; n < FICHE_ELEMENTS; n++) {
		for (i = 0; i < LIM_FICHE_ELEMENT; i++)
			c->element[n].text[i] = i % 2 ? '\n' : 'x';
		c->element[n].text[LIM_FICHE_ELEMENT] = '\0';
	}
	/* A line for each letter is no text of anybody; it is refused. */
	assert_int_equal(fiche_text(&head, c, &out), GW_LIMIT);
	buf_reset(&out);
	for (n = 0; n < FICHE_ELEMENTS; n++)
		for (i = 0; i < LIM_FICHE_ELEMENT; i++)
			c->element[n].text[i] = i % 36 == 35 ? ' ' : 'x';
	assert_int_equal(fiche_text(&head, c, &out), GW_OK);
	buf_free(&out);
}

/* ---- the code ---- */

/* design.md 6: "a hash over instance, gateway fingerprint, reference, version,
 * round nonce, member, digest of the canonical fiche and the attestation". */
static void
test_each_input_changes_the_code(void **state)
{
	static const uint8_t a[HASH_BYTES] = { 1 }, b[HASH_BYTES] = { 2 };
	const struct fiche_code c = { .nonce = a, .instance = a,
		.fpr = "AA", .ref = "F-4F7K29QDXM3AB8NP", .version = 1,
		.member = 7, .digest = a, .attestation = FICHE_ATTESTATION };
	struct fiche_code other[8];
	char code[LIM_CODE + 1], changed[LIM_CODE + 1];
	size_t i;

	(void)state;
	for (i = 0; i < NELEMS(other); i++)
		other[i] = c;
	other[0].nonce = b;
	other[1].instance = b;
	other[2].fpr = "AB";
	other[3].ref = "F-4F7K29QDXM3AB8NQ";
	other[4].version = 2;
	other[5].member = 8;
	other[6].digest = b;
	other[7].attestation = "";
	fiche_code(&c, code);
	assert_int_equal(strlen(code), LIM_CODE);
	assert_int_equal(strspn(code, "0123456789ABCDEFGHJKMNPQRSTVWXYZ-"),
	    LIM_CODE);
	assert_true(code[4] == '-' && code[9] == '-');
	assert_true(fiche_code_fits(&c, code));
	for (i = 0; i < NELEMS(other); i++) {
		fiche_code(&other[i], changed);
		assert_string_not_equal(changed, code);
		assert_false(fiche_code_fits(&other[i], code));
	}
	assert_false(fiche_code_fits(&c, ""));
	assert_false(fiche_code_fits(&c, "4F7K-29QD-XM3A-"));
	code[13] = code[13] == '0' ? '1' : '0';
	assert_false(fiche_code_fits(&c, code));
}

static int
make(void **state)
{
	assert_int_equal(crypto_start(), GW_OK);
	*state = calloc(1, sizeof(struct fiche_content));
	return *state == NULL;
}

static int
drop(void **state)
{
	free(*state);
	return 0;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make, drop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_fiche_as_people_read_it),
		TEST(test_what_stays_keeps_its_number),
		TEST(test_an_element_has_its_owners_beside_it),
		TEST(test_the_digest_is_of_all_of_it),
		TEST(test_the_longest_fiche_fits),
		TEST(test_each_input_changes_the_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
