/*
 * The reader of mail texts: faults are told with file and line, values cannot
 * break out of their places, a town's own texts replace ours.
 */
#include "compose/template.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/limits.h"
#include "compose/letters.h"

#define NELEMS(a) (sizeof(a) / sizeof((a)[0]))
#define WHOLE	"@section subject\nS\n@section body\nB\n"

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
		{ "@uses a1234567890123456789012345678901\n" WHOLE,
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
	    "a.txt:49: more than 48 variables\n");
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

/* ---- a town's own texts ---- */

/* Two directories in one new place: ours, and those of the town. */
struct place {
	char top[32], ours[40], own[40];
};

static void
place_make(struct place *p)
{
	(void)snprintf(p->top, sizeof(p->top), "/tmp/gw-tpl-XXXXXX");
	assert_non_null(mkdtemp(p->top));
	(void)snprintf(p->ours, sizeof(p->ours), "%s/ours", p->top);
	(void)snprintf(p->own, sizeof(p->own), "%s/own", p->top);
	assert_int_equal(mkdir(p->ours, 0700), 0);
	assert_int_equal(mkdir(p->own, 0700), 0);
}

static void
place_write(const char *dir, const char *name, const char *text)
{
	char path[128];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void
empty_dir(const char *dir)
{
	char path[512];
	struct dirent *e;
	DIR *d = opendir(dir);

	assert_non_null(d);
	while ((e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		assert_int_equal(unlink(path), 0);
	}
	(void)closedir(d);
	assert_int_equal(rmdir(dir), 0);
}

static void
place_remove(const struct place *p)
{
	empty_dir(p->ours);
	empty_dir(p->own);
	assert_int_equal(rmdir(p->top), 0);
}

static void
assert_renders(const struct templates *t, const char *name, const char *want)
{
	struct buf out;

	buf_init(&out, 4096);
	assert_int_equal(template_render(t, name, "body", NULL, 0, &out),
	    GW_OK);
	assert_string_equal(buf_str(&out), want);
	buf_free(&out);
}

static void
test_a_text_of_the_town_takes_the_place_of_ours(void **state)
{
	struct templates *t;
	struct place p;
	struct buf why;

	(void)state;
	place_make(&p);
	buf_init(&why, 4096);
	place_write(p.ours, "a.txt", WHOLE);
	place_write(p.ours, "b.txt", WHOLE);
	/* None there yet: all are ours. */
	assert_int_equal(templates_load(p.ours, p.own, &t, &why), GW_OK);
	assert_renders(t, "b", "B");
	templates_free(t);
	place_write(p.own, "b.txt", "@section subject\nS\n@section body\n"
	    "Van ons\n");
	place_write(p.own, "README", "not a mail text\n");
	assert_int_equal(templates_load(p.ours, p.own, &t, &why), GW_OK);
	assert_renders(t, "a", "B");
	assert_renders(t, "b", "Van ons");
	templates_free(t);
	assert_int_equal(templates_load(p.ours, "", &t, &why), GW_OK);
	assert_renders(t, "b", "B");
	templates_free(t);
	assert_int_equal(why.len, 0);
	buf_free(&why);
	place_remove(&p);
}

static void
test_a_fault_in_a_text_of_the_town_names_its_file(void **state)
{
	static const struct {
		const char *name, *text, *why;
	} row[] = {
		{ "c.txt", WHOLE, "/own/c.txt:1: there is no mail text of" },
		{ "B.txt", WHOLE, "/own/B.txt:1: the name of a mail text" },
		{ "a.txt", WHOLE "{{x}}\n", "/own/a.txt:5: variable \"x\" is" },
		{ "a.txt", "@uses x\n" WHOLE, "/own/a.txt:1: variable \"x\"" },
		{ "a.txt", "@section body\nB\n", "/own/a.txt:1: there is no" }
	};
	struct templates *t;
	struct place p;
	struct buf why;
	size_t i;

	(void)state;
	for (i = 0; i < NELEMS(row); i++) {
		place_make(&p);
		buf_init(&why, 4096);
		place_write(p.ours, "a.txt", WHOLE);
		place_write(p.own, row[i].name, row[i].text);
		assert_int_equal(templates_load(p.ours, p.own, &t, &why),
		    GW_FORMAT);
		assert_null(t);
		if (strstr(buf_str(&why), row[i].why) == NULL)
			fail_msg("row %zu: %s", i, buf_str(&why));
		buf_free(&why);
		place_remove(&p);
	}
	buf_init(&why, 4096);
	place_make(&p);
	place_write(p.ours, "a.txt", WHOLE);
	assert_int_equal(templates_load(p.ours, "/nonexistent", &t, &why),
	    GW_MISSING);
	assert_string_equal(buf_str(&why),
	    "/nonexistent: cannot be read as a directory\n");
	buf_free(&why);
	place_remove(&p);
}

/* A section left out, a value that nobody brings: found at start, in the
 * file that has the fault. */
static void
test_a_text_of_the_town_must_have_what_ours_has(void **state)
{
	static const char own[] = "@uses days\n@section subject\nS\n"
	    "@section body\n\n{{days}} dagen\n";
	struct templates *t;
	struct place p;
	struct buf why;

	(void)state;
	place_make(&p);
	buf_init(&why, 64 * 1024);
	place_write(p.ours, "t01-ontvangst.txt", "@uses received\n"
	    "@section subject\nS\n@section body\n{{received}}\n");
	place_write(p.ours, "t04-mondeling.txt", WHOLE);
	place_write(p.own, "t01-ontvangst.txt", own);
	place_write(p.own, "t04-mondeling.txt", WHOLE);
	assert_int_equal(templates_load(p.ours, p.own, &t, &why), GW_OK);
	assert_int_equal(letters_check(t, &why), GW_FORMAT);
	assert_non_null(strstr(buf_str(&why),
	    "/own/t01-ontvangst.txt:4: section \"body\" uses another"));
	assert_non_null(strstr(buf_str(&why),
	    "/own/t04-mondeling.txt:1: section \"voorstel\" is missing"));
	templates_free(t);
	buf_free(&why);
	place_remove(&p);
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
		    test_a_text_of_the_town_takes_the_place_of_ours),
		cmocka_unit_test(
		    test_a_fault_in_a_text_of_the_town_names_its_file),
		cmocka_unit_test(
		    test_a_text_of_the_town_must_have_what_ours_has)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
