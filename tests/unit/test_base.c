/* base/: buffers, memfds and secrets, clock, log, names of reasons. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/memfd.h"
#include "base/reason.h"
#include "base/span.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/*
 * buf
 */

static void
a_buf_keeps_what_was_added(void **state)
{
	struct buf b;
	char want[4001];
	size_t i;

	(void)state;
	buf_init(&b, 100000);
	assert_string_equal(buf_str(&b), "");
	for (i = 0; i < 4000; i++) {
		want[i] = (char)('a' + i % 26);
		buf_putc(&b, want[i]);
	}
	want[4000] = '\0';
	assert_string_equal(buf_str(&b), want);
	buf_reset(&b);
	assert_string_equal(buf_str(&b), "");
	buf_printf(&b, "%d-%s", 42, "x");
	buf_puts(&b, "");
	buf_add(&b, "\0y", 2);
	assert_int_equal(b.len, 6);
	assert_memory_equal(buf_str(&b), "42-x\0y", 7);
	assert_int_equal(buf_error(&b), GW_OK);
	buf_free(&b);
	assert_null(b.p);
	assert_int_equal(b.max, 100000);
}

static void
a_buf_ends_at_its_cap_and_stays_there(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 8);
	buf_puts(&b, "12345678");
	assert_int_equal(buf_error(&b), GW_OK);
	assert_string_equal(buf_str(&b), "12345678");
	/* One byte too many, by any way in; and nothing afterwards. */
	buf_putc(&b, '9');
	assert_int_equal(buf_error(&b), GW_LIMIT);
	assert_int_equal(b.len, 8);
	assert_string_equal(buf_str(&b), "");
	buf_reset(&b);
	assert_int_equal(buf_error(&b), GW_OK);
	buf_printf(&b, "%s", "123456789");
	assert_int_equal(buf_error(&b), GW_LIMIT);
	buf_puts(&b, "1");
	assert_int_equal(b.len, 0);
	buf_reset(&b);
	buf_add(&b, "1", SIZE_MAX);
	assert_int_equal(buf_error(&b), GW_LIMIT);
	buf_free(&b);
	buf_init(&b, 0);
	buf_add(&b, "", 0);
	assert_int_equal(buf_error(&b), GW_OK);
	buf_putc(&b, 'x');
	assert_int_equal(buf_error(&b), GW_LIMIT);
	buf_free(&b);
}

/*
 * memfd
 */

static void
a_frozen_memfd_cannot_change(void **state)
{
	struct map m;
	char name[64], path[64];
	int fd;

	(void)state;
	assert_int_equal(memfd_from("a mail", 6, &fd), GW_OK);
	assert_int_equal(memfd_write(fd, "x", 1), GW_DENIED);
	assert_int_equal(ftruncate(fd, 3), -1);
	assert_int_equal(ftruncate(fd, 3000), -1);
	assert_ptr_equal(mmap(NULL, 6, PROT_WRITE, MAP_SHARED, fd, 0),
	    MAP_FAILED);
	assert_int_equal(memfd_map(fd, 6, &m), GW_OK);
	assert_int_equal(m.len, 6);
	assert_memory_equal(m.p, "a mail", 6);
	memfd_unmap(&m);
	assert_int_equal(m.len, 0);
	assert_non_null(m.p);
	memfd_unmap(&m);
	/* One byte more than the reader wants. */
	assert_int_equal(memfd_map(fd, 5, &m), GW_LIMIT);
	assert_non_null(m.p);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	/* /proc tells nothing about it (T39). */
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	memset(name, 0, sizeof(name));
	assert_true(readlink(path, name, sizeof(name) - 1) > 0);
	assert_string_equal(name, "/memfd:mail (deleted)");
	close(fd);
	assert_int_equal(memfd_from("", 0, &fd), GW_OK);
	assert_int_equal(memfd_map(fd, 0, &m), GW_OK);
	assert_int_equal(m.len, 0);
	assert_non_null(m.p);
	memfd_unmap(&m);
	close(fd);
}

/* A map of what its sender can still cut is a SIGBUS for the reader, and what
 * he can still write is read twice with two results. */
static void
a_memfd_that_can_still_change_is_not_mapped(void **state)
{
	static const struct {
		int seals;
		enum gw_err want;
	} rows[] = {
		{ 0, GW_FORMAT }, { F_SEAL_SHRINK, GW_FORMAT },
		{ F_SEAL_WRITE, GW_FORMAT }, { F_SEAL_GROW, GW_FORMAT },
		{ F_SEAL_WRITE | F_SEAL_GROW, GW_FORMAT },
		{ F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL, GW_FORMAT },
		{ F_SEAL_SHRINK | F_SEAL_WRITE, GW_OK },
		{ F_SEAL_SHRINK | F_SEAL_FUTURE_WRITE, GW_OK },
	};
	struct map m;
	size_t i;
	int fd, pipes[2];
	FILE *f;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		assert_int_equal(memfd_new(&fd), GW_OK);
		assert_int_equal(memfd_write(fd, "x", 1), GW_OK);
		assert_return_code(fcntl(fd, F_ADD_SEALS, rows[i].seals),
		    errno);
		assert_int_equal(memfd_map(fd, 10, &m), rows[i].want);
		memfd_unmap(&m);
		close(fd);
	}
	/* No memfd at all. */
	f = tmpfile();
	assert_non_null(f);
	assert_int_equal(memfd_map(fileno(f), 10, &m), GW_FORMAT);
	(void)fclose(f);
	assert_return_code(pipe(pipes), errno);
	assert_int_equal(memfd_map(pipes[0], 10, &m), GW_FORMAT);
	close(pipes[0]);
	close(pipes[1]);
	assert_int_equal(memfd_map(-1, 10, &m), GW_FORMAT);
	assert_non_null(m.p);
}

static void
a_secret_grows_to_its_cap(void **state)
{
	enum { MAX = 300000 };
	struct secret s;
	struct map m;
	uint8_t piece[1000];
	size_t i;

	(void)state;
	assert_int_equal(secret_new(&s, MAX), GW_OK);
	for (i = 0; i < MAX / sizeof(piece); i++) {
		memset(piece, (int)i, sizeof(piece));
		assert_int_equal(secret_add(&s, piece, sizeof(piece)), GW_OK);
	}
	assert_int_equal(secret_add(&s, piece, 1), GW_LIMIT);
	assert_int_equal(secret_add(&s, piece, SIZE_MAX), GW_LIMIT);
	assert_int_equal(secret_add(&s, NULL, 0), GW_OK);
	assert_int_equal(s.len, MAX);
	assert_int_equal(secret_seal(&s), GW_OK);
	assert_int_equal(memfd_map(s.fd, MAX, &m), GW_OK);
	assert_int_equal(m.len, MAX);
	for (i = 0; i < MAX; i++)
		assert_int_equal(m.p[i], (uint8_t)(i / sizeof(piece)));
	memfd_unmap(&m);
	secret_wipe(&s);
}

/* T38: the creator wipes what the receivers see; they cannot write at all. */
static void
a_sealed_secret_is_wiped_by_its_maker_only(void **state)
{
	static const uint8_t zeros[5000];
	uint8_t text[5000];
	struct secret s;
	struct map m;
	int theirs;

	(void)state;
	memset(text, 'S', sizeof(text));
	assert_int_equal(secret_new(&s, sizeof(text) * 2), GW_OK);
	assert_int_equal(secret_add(&s, text, sizeof(text)), GW_OK);
	assert_int_equal(secret_seal(&s), GW_OK);
	theirs = dup(s.fd);
	assert_int_equal(memfd_map(theirs, sizeof(text), &m), GW_OK);
	assert_memory_equal(m.p, text, sizeof(text));
	assert_int_equal(memfd_write(theirs, "x", 1), GW_DENIED);
	assert_int_equal(ftruncate(theirs, 0), -1);
	assert_int_equal(ftruncate(theirs, 10000), -1);
	assert_ptr_equal(mmap(NULL, 100, PROT_READ | PROT_WRITE, MAP_SHARED,
	    theirs, 0), MAP_FAILED);
	/* Behind the end there are pages no more: an append would be SIGBUS. */
	assert_int_equal(secret_add(&s, text, sizeof(text)), GW_LIMIT);
	secret_wipe(&s);
	assert_int_equal(s.fd, -1);
	assert_memory_equal(m.p, zeros, sizeof(zeros));
	memfd_unmap(&m);
	close(theirs);
	secret_wipe(&s);
	/* One that was never sealed: a verdict forbade it. */
	assert_int_equal(secret_new(&s, sizeof(text)), GW_OK);
	assert_int_equal(secret_add(&s, text, sizeof(text)), GW_OK);
	theirs = dup(s.fd);
	secret_wipe(&s);
	assert_int_equal(pread(theirs, text, sizeof(text), 0), sizeof(text));
	assert_memory_equal(text, zeros, sizeof(zeros));
	close(theirs);
	/* One that never held anything. */
	assert_int_equal(secret_new(&s, 10), GW_OK);
	assert_int_equal(secret_seal(&s), GW_OK);
	assert_int_equal(memfd_map(s.fd, 10, &m), GW_OK);
	assert_int_equal(m.len, 0);
	secret_wipe(&s);
}

/*
 * clock
 */

static void
times_are_written_as_asked(void **state)
{
	static const struct {
		int64_t t;
		const char *mail, *iso, *dutch;
	} rows[] = {
		{ 0, "Thu, 01 Jan 1970 00:00:00 +0000", "1970-01-01T00:00:00Z",
		    "01/01/1970 om 01:00" },
		{ 1795408156, "Mon, 23 Nov 2026 04:29:16 +0000",
		    "2026-11-23T04:29:16Z", "23/11/2026 om 05:29" },
		{ 1709164799, "Wed, 28 Feb 2024 23:59:59 +0000",
		    "2024-02-28T23:59:59Z", "29/02/2024 om 00:59" },
		/* Directive 2000/84/EC: 29 March and 25 October 2026, 01:00
		 * UTC. One second before, and then. */
		{ 1774745999, "Sun, 29 Mar 2026 00:59:59 +0000",
		    "2026-03-29T00:59:59Z", "29/03/2026 om 01:59" },
		{ 1774746000, "Sun, 29 Mar 2026 01:00:00 +0000",
		    "2026-03-29T01:00:00Z", "29/03/2026 om 03:00" },
		{ 1792889999, "Sun, 25 Oct 2026 00:59:59 +0000",
		    "2026-10-25T00:59:59Z", "25/10/2026 om 02:59" },
		{ 1792890000, "Sun, 25 Oct 2026 01:00:00 +0000",
		    "2026-10-25T01:00:00Z", "25/10/2026 om 02:00" },
		/* The last Sunday is the 31st: March 2030, October 2027. */
		{ 1901149200, "Sun, 31 Mar 2030 01:00:00 +0000",
		    "2030-03-31T01:00:00Z", "31/03/2030 om 03:00" },
		{ 1824944400, "Sun, 31 Oct 2027 01:00:00 +0000",
		    "2027-10-31T01:00:00Z", "31/10/2027 om 02:00" },
		/* Past 32 bits. */
		{ 4102444800, "Fri, 01 Jan 2100 00:00:00 +0000",
		    "2100-01-01T00:00:00Z", "01/01/2100 om 01:00" },
	};
	char mail[CLOCK_RFC5322_LEN], iso[CLOCK_ISO_LEN];
	char dutch[CLOCK_DUTCH_LEN];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		clock_rfc5322(rows[i].t, mail);
		clock_iso(rows[i].t, iso);
		clock_dutch(rows[i].t, dutch);
		assert_string_equal(mail, rows[i].mail);
		assert_string_equal(iso, rows[i].iso);
		assert_string_equal(dutch, rows[i].dutch);
	}
}

/* Our own reckoning against the time zone database, where there is one. */
static void
brussels_agrees_with_the_zone_database(void **state)
{
	char want[CLOCK_DUTCH_LEN], got[CLOCK_DUTCH_LEN];
	struct tm tm;
	int64_t t;
	time_t tt;

	(void)state;
	if (access("/usr/share/zoneinfo/Europe/Brussels", R_OK) < 0)
		return;
	assert_return_code(setenv("TZ", ":Europe/Brussels", 1), errno);
	tzset();
	/* 2000 to 2037, every half hour. */
	for (t = 946684800; t < 2145916800; t += 1800) {
		tt = (time_t)t;
		assert_non_null(localtime_r(&tt, &tm));
		(void)strftime(want, sizeof(want), "%d/%m/%Y om %H:%M", &tm);
		clock_dutch(t, got);
		if (strcmp(want, got) != 0)
			fail_msg("%lld: %s, not %s", (long long)t, got, want);
	}
	(void)unsetenv("TZ");
	tzset();
}

/* A day begins at midnight in Brussels, in winter and in summer. */
static void
days_are_those_of_brussels(void **state)
{
	static const struct {
		int64_t t;
		int64_t day;
	} rows[] = {
		{ 1795000000, 20775 },		/* 18/11/2026 om 12:06 */
		{ 1795042799, 20775 },		/* 23:59:59 */
		{ 1795042800, 20776 },
		{ 1782943199, 20635 },		/* 01/07/2026, summer */
		{ 1782943200, 20636 },
		{ -3601, -1 }, { -3600, 0 }, { 0, 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++)
		assert_int_equal(clock_day(rows[i].t), rows[i].day);
}

/* As people write them; what could be another moment is none. */
static void
moments_as_people_write_them(void **state)
{
	static const char *const days[] = { "15/01/2027", "15-01-2027",
		"15.01.2027", "15/1/2027" };
	static const char *const no_days[] = { "", "15", "15/01-2027",
		"15 01 2027", "2027-01-15", "15/01/27", "15-01-2027x",
		"15--1-2027", "31/02/2027", "15/13/2027", "15:01:2027" };
	static const char *const hours[] = { "14:30", "14.30", "14.30 uur",
		"14:30 u", "14:30u", "14:30 uur", "14:30h", "14u30", "14 u 30",
		"14 uur 30", "14uur30", "14H30", "14U30" };
	static const char *const whole[] = { "14:00", "14 u", "14u", "14 uur",
		"14 UUR", "14h", "14:00u", "14:00 uur", "14:00 u" };
	static const char *const no_hours[] = { "", "14", "uur", "24:00",
		"14:60", "14 uren", "14u30 u", "14:00 uu", "14:00 uur x",
		"-14:00", "14-30", "14:30:00", "14:30 pm", "4294967310:00",
		"14:4294967300" };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(days); i++)
		assert_int_equal(clock_moment(days[i], "14:30"), 1800019800);
	for (i = 0; i < COUNT(hours); i++)
		assert_int_equal(clock_moment(days[0], hours[i]), 1800019800);
	for (i = 0; i < COUNT(whole); i++)
		assert_int_equal(clock_moment(days[0], whole[i]), 1800018000);
	for (i = 0; i < COUNT(no_days); i++)
		assert_int_equal(clock_moment(no_days[i], "14:30"), 0);
	for (i = 0; i < COUNT(no_hours); i++)
		assert_int_equal(clock_moment(days[0], no_hours[i]), 0);
}

static void
clocks_run(void **state)
{
	int64_t a = clock_mono_ms(), now = clock_now();
	struct timespec pause = { 0, 20 * 1000000 };

	(void)state;
	assert_true(now > 1700000000 && now < 4102444800);
	(void)nanosleep(&pause, NULL);
	assert_true(clock_mono_ms() - a >= 20 && clock_mono_ms() - a < 10000);
}

/*
 * log
 */

static int log_end, true_stderr;

/* Standard error becomes a packet socket: one write is one packet. */
static void
catch_log(void)
{
	int fd[2];

	assert_return_code(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fd), errno);
	true_stderr = dup(STDERR_FILENO);
	assert_return_code(dup2(fd[1], STDERR_FILENO), errno);
	close(fd[1]);
	log_end = fd[0];
}

static void
release_log(void)
{
	assert_return_code(dup2(true_stderr, STDERR_FILENO), errno);
	close(true_stderr);
	close(log_end);
	log_open("test", LOG_INFO);
}

static const char *
next_line(void)
{
	static char line[8192];
	ssize_t n = recv(log_end, line, sizeof(line) - 1, MSG_DONTWAIT);

	line[n < 0 ? 0 : n] = '\0';
	return n < 0 ? NULL : line;
}

/* T39: one event, one line, whatever is in it. */
static void
a_log_line_is_escaped(void **state)
{
	(void)state;
	(void)unsetenv("JOURNAL_STREAM");
	catch_log();
	log_open("core", LOG_INFO);
	log_event(LOG_INFO, "mail", "id=%d", 7);
	assert_string_equal(next_line(), "meldpost-core: mail id=7\n");
	log_event(LOG_INFO, "mail", "id=%s", "a\r\nb\033[31m\177\303\251\t~");
	assert_string_equal(next_line(), "meldpost-core: mail "
	    "id=a\\x0d\\x0ab\\x1b[31m\\x7f\\xc3\\xa9\\x09~\n");
	assert_null(next_line());
	release_log();
}

static void
a_log_line_is_bounded(void **state)
{
	char much[5000];
	const char *line;
	size_t n;

	(void)state;
	(void)unsetenv("JOURNAL_STREAM");
	catch_log();
	log_open("core", LOG_INFO);
	memset(much, '\n', sizeof(much) - 1);
	much[sizeof(much) - 1] = '\0';
	log_event(LOG_INFO, "mail", "%s", much);
	line = next_line();
	assert_non_null(line);
	n = strlen(line);
	assert_true(n <= 4096);
	/* It ends with a whole escape. */
	assert_string_equal(line + n - 5, "\\x0a\n");
	assert_null(memchr(line, '\n', n - 1));
	assert_null(next_line());
	release_log();
}

static void
a_log_has_levels_and_keeps_errno(void **state)
{
	(void)state;
	catch_log();
	assert_return_code(setenv("JOURNAL_STREAM", "8:1", 1), errno);
	log_open("fetch", LOG_NOTE);
	log_event(LOG_INFO, "mail", "x");
	assert_null(next_line());
	log_event(LOG_NOTE, "mail", "x");
	assert_string_equal(next_line(), "<5>fetch mail x\n");
	log_event(LOG_ERROR, "mail", "x");
	assert_string_equal(next_line(), "<3>fetch mail x\n");
	(void)unsetenv("JOURNAL_STREAM");
	log_open("fetch", LOG_NOTE);
	close(STDERR_FILENO);
	errno = ENOSPC;
	log_event(LOG_ERROR, "mail", "nobody listens");
	assert_int_equal(errno, ENOSPC);
	release_log();
}

/*
 * Names
 */

/* design.md 3: stable and documented. A new code goes in, none changes. */
static void
reason_codes_are_those_of_the_manual(void **state)
{
	static const char *const names[] = { "ok", "not-encrypted",
		"not-signed", "decrypt-failed", "no-integrity",
		"bad-signature", "several-signatures", "unknown-key",
		"expired-key", "revoked-key", "expired-signature",
		"weak-algorithm", "unsupported-algorithm", "partial-signature",
		"bad-structure", "malformed", "too-big", "too-deep", "bomb",
		"sender-mismatch", "role-not-allowed", "wrong-recipient",
		"unknown-reference", "replay", "unreadable-answer",
		"incomplete-form", "classified", "auto-reply", "loop" };
	static const char *const words[] = { "accepted", "refused",
		"quarantined", "ignored", "transport" };
	enum verdict_code v;
	enum reason r;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(names); i++) {
		assert_true(reason_from_name(names[i], &r));
		assert_string_equal(reason_name(r), names[i]);
	}
	for (i = 0; i < COUNT(words); i++) {
		assert_true(verdict_from_name(words[i], &v));
		assert_string_equal(verdict_name(v), words[i]);
	}
}

static void
names_go_there_and_back(void **state)
{
	enum verdict_code v;
	enum reason r;
	int i, j;

	(void)state;
	for (i = 0; i < REASON_MAX; i++) {
		assert_true(reason_from_name(reason_name((enum reason)i), &r));
		assert_int_equal(r, i);
		assert_true(strlen(reason_text((enum reason)i)) > 5);
	}
	for (i = 0; i < VERDICT_MAX; i++) {
		assert_true(verdict_from_name(
		    verdict_name((enum verdict_code)i), &v));
		assert_int_equal(v, i);
	}
	for (i = 0; i < STRUCTURE_MAX; i++) {
		for (j = 0; j < i; j++)
			assert_string_not_equal(
			    structure_name((enum structure)i),
			    structure_name((enum structure)j));
	}
	assert_false(reason_from_name("", &r));
	assert_false(reason_from_name("OK", &r));
	assert_false(reason_from_name("ok ", &r));
	assert_false(verdict_from_name("?", &v));
	assert_string_equal(reason_name(REASON_MAX), "?");
	assert_string_equal(reason_text((enum reason)-1), "?");
	assert_string_equal(verdict_name(VERDICT_MAX), "?");
	assert_string_equal(structure_name(STRUCTURE_MAX), "?");
}

static void
errors_have_texts_and_only_some_pass(void **state)
{
	static const struct {
		int err;
		enum gw_err want;
	} rows[] = {
		{ 0, GW_OK }, { ENOSPC, GW_FULL }, { EDQUOT, GW_FULL },
		{ ENOMEM, GW_NOMEM }, { ENOENT, GW_MISSING },
		{ EEXIST, GW_EXISTS }, { EACCES, GW_DENIED },
		{ EPERM, GW_DENIED }, { EAGAIN, GW_AGAIN },
		{ EMFILE, GW_AGAIN }, { ENFILE, GW_AGAIN }, { EPIPE, GW_EOF },
		{ ECONNRESET, GW_EOF }, { EIO, GW_IO }, { 99999, GW_IO },
	};
	enum gw_err a, b;
	size_t i, passing = 0;

	(void)state;
	for (i = 0; i < COUNT(rows); i++)
		assert_int_equal(gw_from_errno(rows[i].err), rows[i].want);
	for (a = GW_OK; a < GW_ERR_MAX; a++) {
		assert_string_not_equal(gw_strerror(a), "unknown error");
		for (b = GW_OK; b < a; b++)
			assert_string_not_equal(gw_strerror(a),
			    gw_strerror(b));
		passing += gw_passes(a);
	}
	assert_string_equal(gw_strerror(GW_ERR_MAX), "unknown error");
	/* err.h names these five. */
	assert_int_equal(passing, 5);
	assert_true(gw_passes(GW_AGAIN) && gw_passes(GW_TIMEOUT) &&
	    gw_passes(GW_NET) && gw_passes(GW_EOF) && gw_passes(GW_FULL));
}

static void
spans_do_not_wrap_around(void **state)
{
	static const struct {
		struct span s;
		uint64_t total;
		bool fits;
	} rows[] = {
		{ { 0, 0 }, 0, true }, { { 0, 10 }, 10, true },
		{ { 10, 0 }, 10, true }, { { 11, 0 }, 10, false },
		{ { 1, 10 }, 10, false }, { { UINT64_MAX, 2 }, 10, false },
		{ { 2, UINT64_MAX }, 10, false },
		{ { UINT64_MAX, UINT64_MAX }, 10, false },
		{ { 1, UINT64_MAX - 1 }, UINT64_MAX, true },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++)
		assert_int_equal(span_fits(rows[i].s, rows[i].total),
		    rows[i].fits);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_buf_keeps_what_was_added),
		cmocka_unit_test(a_buf_ends_at_its_cap_and_stays_there),
		cmocka_unit_test(a_frozen_memfd_cannot_change),
		cmocka_unit_test(a_memfd_that_can_still_change_is_not_mapped),
		cmocka_unit_test(a_secret_grows_to_its_cap),
		cmocka_unit_test(a_sealed_secret_is_wiped_by_its_maker_only),
		cmocka_unit_test(times_are_written_as_asked),
		cmocka_unit_test(brussels_agrees_with_the_zone_database),
		cmocka_unit_test(days_are_those_of_brussels),
		cmocka_unit_test(moments_as_people_write_them),
		cmocka_unit_test(clocks_run),
		cmocka_unit_test(a_log_line_is_escaped),
		cmocka_unit_test(a_log_line_is_bounded),
		cmocka_unit_test(a_log_has_levels_and_keeps_errno),
		cmocka_unit_test(reason_codes_are_those_of_the_manual),
		cmocka_unit_test(names_go_there_and_back),
		cmocka_unit_test(errors_have_texts_and_only_some_pass),
		cmocka_unit_test(spans_do_not_wrap_around),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
