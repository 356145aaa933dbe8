/* The Maildir source: what is handed out, in what form, and what becomes of
 * it; what is no mail is never opened. */
#define _XOPEN_SOURCE 700
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <utime.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memfd.h"
#include "transport/source.h"

struct fixture {
	char dir[64];
	struct conf conf;
	const struct source_driver *driver;
	struct source *source;
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	(void)snprintf(f->dir, sizeof(f->dir), "/tmp/mdXXXXXX");
	assert_non_null(mkdtemp(f->dir));
	(void)snprintf(f->conf.source_path, sizeof(f->conf.source_path), "%s",
	    f->dir);
	(void)snprintf(f->conf.source_side, sizeof(f->conf.source_side),
	    "Genegeerd");
	f->driver = &source_maildir;
	assert_int_equal(f->driver->open(&f->conf, &f->source), GW_OK);
	*state = f;
	return 0;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	f->driver->close(f->source);
	(void)nftw(f->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(f);
	return 0;
}

/* As a process that was killed and started again. */
static void
restart(struct fixture *f)
{
	f->driver->close(f->source);
	assert_int_equal(f->driver->open(&f->conf, &f->source), GW_OK);
}

static const char *
path_of(const struct fixture *f, const char *name)
{
	static char path[512];

	(void)snprintf(path, sizeof(path), "%s/%s", f->dir, name);
	return path;
}

static void
put(const struct fixture *f, const char *name, const void *p, size_t n)
{
	int fd = open(path_of(f, name), O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, p, n), (ssize_t)n);
	close(fd);
}

static bool
there(const struct fixture *f, const char *name)
{
	struct stat st;

	return lstat(path_of(f, name), &st) == 0;
}

/* The next mail must be `token` with these bytes. */
static void
expect(struct fixture *f, const char *token, const char *text)
{
	struct source_mail m;
	struct map map;

	assert_int_equal(f->driver->next(f->source, &m), GW_OK);
	assert_string_equal(m.token, token);
	assert_int_equal(memfd_map(m.raw, LIM_MAIL_BYTES, &map), GW_OK);
	assert_int_equal(m.size, strlen(text));
	assert_int_equal(map.len, strlen(text));
	assert_memory_equal(map.p, text, map.len);
	assert_int_equal(write(m.raw, "x", 1), -1);	/* frozen */
	memfd_unmap(&map);
	close(m.raw);
}

static void
expect_none(struct fixture *f)
{
	struct source_mail m;

	assert_int_equal(f->driver->next(f->source, &m), GW_MISSING);
	assert_int_equal(m.raw, -1);
}

static void
settle(struct fixture *f, const char *token, enum fate fate)
{
	assert_int_equal(f->driver->settle(f->source, token, fate), GW_OK);
}

static void
mails_come_in_order_of_name_with_crlf(void **state)
{
	static const struct {
		const char *name, *in, *out;
	} mails[] = {
		{ "1", "A: b\n\nc\n", "A: b\r\n\r\nc\r\n" },
		{ "2", "A: b\r\n\r\nc\r\n", "A: b\r\n\r\nc\r\n" },
		{ "3", "\n\r\n\r", "\r\n\r\n\r" },
		{ "4", "no end", "no end" },
		{ "5", "", "" },
	};
	const size_t n = sizeof(mails) / sizeof(mails[0]);
	struct fixture *f = *state;
	char name[32];
	size_t i;

	for (i = n; i-- > 0;) {
		(void)snprintf(name, sizeof(name), "new/%s", mails[i].name);
		put(f, name, mails[i].in, strlen(mails[i].in));
	}
	for (i = 0; i < n; i++) {
		expect(f, mails[i].name, mails[i].out);
		(void)snprintf(name, sizeof(name), "cur/%s:2,", mails[i].name);
		assert_true(there(f, name));
		settle(f, mails[i].name, FATE_GONE);
		assert_false(there(f, name));
	}
	expect_none(f);
}

/* A CR at the end of one block and its LF at the start of the next. */
static void
a_line_end_across_blocks_is_one_line_end(void **state)
{
	struct fixture *f = *state;
	size_t n = 65536 * 2 + 1;
	char *in = malloc(n + 1);

	assert_non_null(in);
	memset(in, 'x', n);
	in[n] = '\0';
	memcpy(in + 65535, "\r\n", 2);
	put(f, "new/1", in, n);
	expect(f, "1", in);
	free(in);
}

static void
what_was_not_finished_comes_again(void **state)
{
	struct fixture *f = *state;

	put(f, "new/1", "a", 1);
	expect(f, "1", "a");
	expect_none(f);
	restart(f);
	put(f, "new/0", "b", 1);
	put(f, "cur/2:2,S", "c", 1);
	put(f, "new/3:2,F", "d", 1);
	expect(f, "0", "b");
	expect(f, "1", "a");
	expect(f, "2", "c");
	expect(f, "3", "d");
	expect_none(f);
}

static void
flags_that_others_set_do_not_hide_a_mail(void **state)
{
	struct fixture *f = *state;
	char old[512];

	put(f, "new/1", "a", 1);
	expect(f, "1", "a");
	(void)snprintf(old, sizeof(old), "%s", path_of(f, "cur/1:2,"));
	assert_int_equal(rename(old, path_of(f, "cur/1:2,RS")), 0);
	settle(f, "1", FATE_GONE);
	assert_false(there(f, "cur/1:2,RS"));
}

static void
ignored_mail_goes_to_the_side_folder(void **state)
{
	struct fixture *f = *state;

	put(f, "new/1", "a", 1);
	expect(f, "1", "a");
	assert_false(there(f, ".Genegeerd"));
	settle(f, "1", FATE_SIDE);
	assert_true(there(f, ".Genegeerd/cur/1:2,"));
	assert_true(there(f, ".Genegeerd/new"));
	assert_true(there(f, ".Genegeerd/tmp"));
	assert_false(there(f, "cur/1:2,"));
	expect_none(f);
}

static void
kept_mail_comes_again_after_all_others(void **state)
{
	struct fixture *f = *state;

	put(f, "new/1", "a", 1);
	put(f, "new/2", "b", 1);
	expect(f, "1", "a");
	settle(f, "1", FATE_KEEP);
	put(f, "new/3", "c", 1);
	expect(f, "2", "b");
	settle(f, "2", FATE_GONE);
	expect(f, "3", "c");
	settle(f, "3", FATE_GONE);
	expect(f, "1", "a");
	settle(f, "1", FATE_KEEP);
	expect(f, "1", "a");
	settle(f, "1", FATE_GONE);
	expect_none(f);
}

/* A link could lead anywhere, a pipe could block for ever. */
static void
what_is_no_file_is_never_opened(void **state)
{
	struct fixture *f = *state;
	char target[512];

	put(f, "secret", "s", 1);
	(void)snprintf(target, sizeof(target), "%s", path_of(f, "secret"));
	assert_int_equal(symlink(target, path_of(f, "new/1")), 0);
	assert_int_equal(mkfifo(path_of(f, "new/2"), 0600), 0);
	assert_int_equal(mkdir(path_of(f, "new/3"), 0700), 0);
	assert_int_equal(symlink(target, path_of(f, "cur/4:2,")), 0);
	assert_int_equal(mkfifo(path_of(f, "cur/5:2,"), 0600), 0);
	put(f, "new/.6", "no", 2);
	put(f, "new/7", "yes", 3);
	expect(f, "7", "yes");
	settle(f, "7", FATE_GONE);
	expect_none(f);
	expect_none(f);
	assert_true(there(f, "secret"));
}

static void
a_name_too_long_for_flags_is_left_alone(void **state)
{
	struct fixture *f = *state;
	char token[254], name[260];

	memset(token, 'n', 253);
	token[253] = '\0';
	(void)snprintf(name, sizeof(name), "new/%s", token);
	put(f, name, "a", 1);
	expect_none(f);
	token[252] = '\0';
	(void)snprintf(name, sizeof(name), "new/%s", token);
	put(f, name, "b", 1);
	expect(f, token, "b");
	settle(f, token, FATE_GONE);
}

/* security.md T26: 25 MB; of more only the beginning is read. */
static void
a_mail_over_the_limit_comes_in_part(void **state)
{
	static const struct {
		size_t bytes, lines;
		bool whole;
	} cases[] = {
		{ LIM_MAIL_BYTES, 0, true },
		{ LIM_MAIL_BYTES + 1, 0, false },
		{ LIM_MAIL_BYTES - 10, 10, true },
		/* It is the size with CRLF that counts. */
		{ LIM_MAIL_BYTES - 10, 11, false },
		{ 2 * LIM_MAIL_BYTES, 0, false },
	};
	struct fixture *f = *state;
	struct source_mail m;
	struct stat st;
	size_t i;
	char *p;

	p = malloc(2 * LIM_MAIL_BYTES);
	assert_non_null(p);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memset(p, 'x', cases[i].bytes);
		memset(p + cases[i].bytes - cases[i].lines, '\n',
		    cases[i].lines);
		put(f, "new/1", p, cases[i].bytes);
		assert_int_equal(f->driver->next(f->source, &m), GW_OK);
		assert_int_equal(fstat(m.raw, &st), 0);
		if (cases[i].whole)
			assert_int_equal(st.st_size, m.size);
		else
			assert_int_equal(st.st_size, LIM_HEADER_BYTES);
		assert_true(cases[i].whole == (m.size <= LIM_MAIL_BYTES));
		assert_true(m.size >= cases[i].bytes);
		close(m.raw);
		settle(f, "1", FATE_GONE);
	}
	free(p);
}

static void
a_mail_that_somebody_took_away_is_passed_over(void **state)
{
	struct fixture *f = *state;

	put(f, "new/1", "a", 1);
	put(f, "new/2", "b", 1);
	put(f, "new/3", "c", 1);
	expect(f, "1", "a");
	assert_int_equal(unlink(path_of(f, "new/2")), 0);
	expect(f, "3", "c");
	expect_none(f);
	assert_int_equal(unlink(path_of(f, "cur/1:2,")), 0);
	assert_int_equal(f->driver->settle(f->source, "1", FATE_GONE),
	    GW_MISSING);
}

static void
a_token_that_is_not_ours_names_nothing(void **state)
{
	static const char *const tokens[] = {
		"", "..", "../secret", "nobody", "1:2,", "/etc/passwd", "cur",
	};
	struct fixture *f = *state;
	size_t i;

	put(f, "secret", "s", 1);
	put(f, "cur/1:2,", "a", 1);
	for (i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++) {
		assert_int_equal(f->driver->settle(f->source, tokens[i],
		    FATE_GONE), GW_MISSING);
		assert_int_equal(f->driver->settle(f->source, tokens[i],
		    FATE_SIDE), GW_MISSING);
	}
	assert_true(there(f, "secret"));
	assert_true(there(f, "cur/1:2,"));
}

/* T44: never in a loop over what cannot be erased. */
static void
what_would_not_go_does_not_come_again(void **state)
{
	struct fixture *f = *state;

	put(f, "new/1", "a", 1);
	expect(f, "1", "a");
	assert_int_equal(unlink(path_of(f, "cur/1:2,")), 0);
	assert_int_equal(mkdir(path_of(f, "cur/1:2,"), 0700), 0);
	assert_int_not_equal(f->driver->settle(f->source, "1", FATE_GONE),
	    GW_OK);
	expect_none(f);
}

/* Two mails of one name: the one in cur/ is not overwritten. */
static void
a_name_in_use_waits(void **state)
{
	struct fixture *f = *state;

	put(f, "new/1", "a", 1);
	expect(f, "1", "a");
	put(f, "new/1", "b", 1);
	expect_none(f);
	settle(f, "1", FATE_GONE);
	expect(f, "1", "b");
	settle(f, "1", FATE_GONE);
	/* And when both stand there before anything was handed out. */
	put(f, "cur/1:2,", "a", 1);
	put(f, "new/1", "b", 1);
	expect(f, "1", "a");
	expect_none(f);
	settle(f, "1", FATE_GONE);
	expect(f, "1", "b");
	settle(f, "1", FATE_GONE);
	expect_none(f);
}

static void
waiting_ends_with_a_mail_the_other_descriptor_or_the_clock(void **state)
{
	struct fixture *f = *state;
	int64_t began;
	char old[512];
	int fd[2];

	assert_int_equal(pipe(fd), 0);
	began = clock_mono_ms();
	assert_int_equal(f->driver->wait(f->source, fd[0], 50), GW_OK);
	assert_in_range(clock_mono_ms() - began, 45, 1000);

	put(f, "tmp/1", "a", 1);
	(void)snprintf(old, sizeof(old), "%s", path_of(f, "tmp/1"));
	assert_int_equal(rename(old, path_of(f, "new/1")), 0);
	began = clock_mono_ms();
	assert_int_equal(f->driver->wait(f->source, fd[0], 5000), GW_OK);
	assert_in_range(clock_mono_ms() - began, 0, 1000);
	expect(f, "1", "a");

	assert_int_equal(write(fd[1], "x", 1), 1);
	began = clock_mono_ms();
	assert_int_equal(f->driver->wait(f->source, fd[0], 5000), GW_OK);
	assert_in_range(clock_mono_ms() - began, 0, 1000);
	close(fd[0]);
	close(fd[1]);
}

static int64_t
days_ago(int days)
{
	return clock_now() - days * 86400;
}

static void
the_side_folder_is_swept_by_age(void **state)
{
	const struct utimbuf old = { time(NULL) - 15 * 86400,
		time(NULL) - 15 * 86400 };
	struct fixture *f = *state;

	assert_int_equal(f->driver->sweep(f->source, days_ago(14)), GW_OK);
	put(f, "new/1", "a", 1);
	put(f, "new/2", "b", 1);
	put(f, "cur/3:2,", "c", 1);
	expect(f, "1", "a");
	settle(f, "1", FATE_SIDE);
	expect(f, "2", "b");
	settle(f, "2", FATE_SIDE);
	put(f, ".Genegeerd/new/4", "d", 1);
	assert_int_equal(utime(path_of(f, ".Genegeerd/cur/1:2,"), &old), 0);
	assert_int_equal(utime(path_of(f, ".Genegeerd/new/4"), &old), 0);
	assert_int_equal(utime(path_of(f, "cur/3:2,"), &old), 0);
	assert_int_equal(f->driver->sweep(f->source, days_ago(16)), GW_OK);
	assert_true(there(f, ".Genegeerd/cur/1:2,"));
	assert_int_equal(f->driver->sweep(f->source, days_ago(14)), GW_OK);
	assert_false(there(f, ".Genegeerd/cur/1:2,"));
	assert_false(there(f, ".Genegeerd/new/4"));
	assert_true(there(f, ".Genegeerd/cur/2:2,"));
	assert_true(there(f, "cur/3:2,"));
}

static void
options_that_lead_elsewhere_are_refused(void **state)
{
	static const char *const sides[] = { "", ".x", "..", "a/b", "/etc" };
	struct fixture *f = *state;
	struct conf conf = f->conf;
	struct source *s;
	char old[512];
	size_t i;

	for (i = 0; i < sizeof(sides) / sizeof(sides[0]); i++) {
		(void)snprintf(conf.source_side, sizeof(conf.source_side),
		    "%s", sides[i]);
		assert_int_equal(f->driver->open(&conf, &s), GW_FORMAT);
		assert_null(s);
	}
	conf = f->conf;
	(void)snprintf(conf.source_path, sizeof(conf.source_path), "%s/none",
	    f->dir);
	assert_int_equal(f->driver->open(&conf, &s), GW_MISSING);
	/* new/ that is a link would take other people's files. */
	(void)snprintf(old, sizeof(old), "%s", path_of(f, "new"));
	assert_int_equal(rmdir(old), 0);
	assert_int_equal(symlink("/tmp", old), 0);
	assert_int_not_equal(f->driver->open(&f->conf, &s), GW_OK);
	assert_null(s);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(mails_come_in_order_of_name_with_crlf),
		TEST(a_line_end_across_blocks_is_one_line_end),
		TEST(what_was_not_finished_comes_again),
		TEST(flags_that_others_set_do_not_hide_a_mail),
		TEST(ignored_mail_goes_to_the_side_folder),
		TEST(kept_mail_comes_again_after_all_others),
		TEST(what_is_no_file_is_never_opened),
		TEST(a_name_too_long_for_flags_is_left_alone),
		TEST(a_mail_over_the_limit_comes_in_part),
		TEST(a_mail_that_somebody_took_away_is_passed_over),
		TEST(a_token_that_is_not_ours_names_nothing),
		TEST(what_would_not_go_does_not_come_again),
		TEST(a_name_in_use_waits),
		TEST(waiting_ends_with_a_mail_the_other_descriptor_or_the_clock),
		TEST(the_side_folder_is_swept_by_age),
		TEST(options_that_lead_elsewhere_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
