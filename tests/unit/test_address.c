/*
 * Addresses: what is a canonical one (T18, T19), and how an address list is
 * split when somebody tries to be two people at once (T4, T17).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/address.h"

#define X32 "01234567890123456789012345678901"

static void
test_canonical_addresses(void **state)
{
	static const struct {
		const char *in;
		const char *out;	/* "" = refused */
	} cases[] = {
		{ "an@ocmw.be", "an@ocmw.be" },
		{ "An.De-Vos+x@OCMW.Be", "An.De-Vos+x@ocmw.be" },
		{ "a@localhost", "a@localhost" },
		{ X32 X32 "@b.be", X32 X32 "@b.be" },
		{ X32 X32 "0@b.be", "" },
		{ "", "" }, { "a", "" }, { "@b.be", "" }, { "a@", "" },
		{ "a@b@c.be", "" }, { "a b@c.be", "" }, { ".a@b.be", "" },
		{ "a.@b.be", "" }, { "a..b@c.be", "" },
		{ "\"a b\"@c.be", "" }, { "a@[10.0.0.1]", "" },
		{ "a@b..be", "" }, { "a@-b.be", "" }, { "a@b-.be", "" },
		{ "a@b.be.", "" }, { "a@b_c.be", "" },
		{ "a@" X32 X32 ".be", "" },
		/* T18: no letter that only looks like one of ours. */
		{ "\320\260n@ocmw.be", "" }, { "an@\320\276cmw.be", "" },
		{ "an@ocmw.be\342\200\256", "" },
		/* T19: nothing that could end a command or a field. */
		{ "an@ocmw.be\r\nRCPT TO:<x@y>", "" }, { "an@ocmw.be\n", "" },
		{ "<an@ocmw.be>", "" }, { "an@ocmw.be>", "" },
		{ "a\tb@ocmw.be", "" }, { "a\177b@ocmw.be", "" },
	};
	char out[LIM_ADDR + 1];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(address_canonical(cases[i].in, out),
		    cases[i].out[0] != '\0');
		assert_string_equal(out, cases[i].out);
	}
}

static void
test_the_longest_address(void **state)
{
	char in[LIM_ADDR + 2], out[LIM_ADDR + 1];
	size_t i;

	(void)state;
	for (i = 0; i <= LIM_ADDR; i++)
		in[i] = i % 50 == 49 ? '.' : 'a';
	in[10] = '@';
	in[LIM_ADDR + 1] = '\0';
	assert_false(address_canonical(in, out));
	assert_string_equal(out, "");
	in[LIM_ADDR] = '\0';
	assert_true(address_canonical(in, out));
	assert_string_equal(out, in);
}

static void
test_same_is_bytes_and_alike_is_not(void **state)
{
	(void)state;
	assert_true(address_same("a@b.be", "a@b.be"));
	assert_false(address_same("A@b.be", "a@b.be"));
	assert_false(address_same("a@b.be", "a@b.bee"));
	assert_false(address_same("", ""));
	assert_true(address_alike("A@b.be", "a@b.be"));
	assert_false(address_alike("a@b.be", "a@b.b"));
	assert_false(address_alike("", ""));
}

/* Joins what the walk yields: "a@b|c@d", "!" behind it when it ended badly,
 * ":" when it passed a group. */
static void
walk(const char *list, char *out, size_t size)
{
	enum address_step step;
	struct address_walk w;
	struct bytes spec;
	size_t n = 0;

	out[0] = '\0';
	address_walk(&w, (struct bytes){ (const uint8_t *)list,
	    strlen(list) });
	while ((step = address_next(&w, &spec)) == ADDRESS_ONE)
		n += (size_t)snprintf(out + n, size - n, "%s%.*s",
		    n > 0 ? "|" : "", (int)spec.n, (const char *)spec.p);
	(void)snprintf(out + n, size - n, "%s%s", w.group ? ":" : "",
	    step == ADDRESS_BAD ? "!" : "");
}

static void
test_address_lists(void **state)
{
	static const struct {
		const char *list;
		const char *is;
	} cases[] = {
		{ "a@b", "a@b" },
		{ " a@b ,\r\n c@d", "a@b|c@d" },
		{ "An <a@b>, \"C, D\" <c@d>", "a@b|c@d" },
		{ "A. B. C <a@b>", "a@b" },
		{ "a@b (x (y) \\) z)", "a@b" },
		{ "(x) An (y) <a@b> (z)", "a@b" },
		{ "\"x\\\"@y\" <a@b>", "a@b" },
		{ "\"a b\"@c", "\"a b\"@c" },
		{ ",a@b,,c@d,", "a@b|c@d" },
		{ "g: a@b, c@d;, e@f", "a@b|c@d|e@f:" },
		{ "undisclosed-recipients:;", ":" },
		{ "", "" },
		/* What different programs split differently. */
		{ "a@b c", "!" }, { "x@y <a@b>", "!" }, { "a@b <a@b>", "a@b" },
		{ "<a@b> c@d", "!" }, { "<a@b> <c@d>", "!" },
		{ "<a@b", "!" }, { "a@b>", "!" }, { "<>", "!" }, { "<a>", "!" },
		{ "a", "!" }, { "An", "!" }, { "<@r:a@b>", "!" },
		{ "<a @b>", "!" }, { "a@b (", "!" }, { "a@b \"", "!" },
		{ "a@b)", "!" }, { "g: a@b", "a@b:!" }, { "a@b;", "!" },
		{ "g: h: a@b;;", ":!" }, { ": a@b;", "!" },
		{ "((((((((x)))))))) a@b", "a@b" },
		{ "(((((((((x))))))))) a@b", "!" },
		{ "a\\b@c", "!" },
	};
	char out[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		walk(cases[i].list, out, sizeof(out));
		if (strcmp(out, cases[i].is) != 0)
			fail_msg("[%s] gives [%s]", cases[i].list, out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_canonical_addresses),
		cmocka_unit_test(test_the_longest_address),
		cmocka_unit_test(test_same_is_bytes_and_alike_is_not),
		cmocka_unit_test(test_address_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
