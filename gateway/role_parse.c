/*
 * meldpost-parse: one mail, one process; no file, no socket, no exec.
 *
 * A zygote. Whatever reads a mail is a child of its own, which is forked for
 * that mail, walled in further and gone a moment later. It leaves its facts in
 * one shared page; the zygote answers core, so that there is one answer to
 * each mail, however the child ended.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memfd.h"
#include "base/reason.h"
#include "confine/confine.h"
#include "mail/read.h"
#include "role.h"

/* How long core may be too busy to take an answer. */
#define ANSWER_MS 10000

/* A child that ends so ran out of memory. */
#define EXIT_NOMEM 2

struct zygote {
	struct role_self self;
	struct msg_parsed *page;	/* shared with the child */
};

/* ---- the child ---- */

/* A sanitizer's shadow memory is larger than any bound. */
#if defined(__SANITIZE_ADDRESS__)
#define BOUND_MEMORY 0
#elif defined(__has_feature)
#define BOUND_MEMORY !__has_feature(address_sanitizer)
#else
#define BOUND_MEMORY 1
#endif

static void
bound(void)
{
	/* SIGXCPU comes at the first of the two, not a SIGKILL that could be
	 * anybody's. */
	static const struct {
		int what;
		rlim_t most, hard;
		int wanted;
	} bounds[] = {
		{ RLIMIT_CPU, LIM_PARSE_CPU_S, LIM_PARSE_CPU_S + 1, 1 },
		{ RLIMIT_AS, LIM_PARSE_AS, LIM_PARSE_AS, BOUND_MEMORY },
		{ RLIMIT_FSIZE, LIM_MAIL_BYTES, LIM_MAIL_BYTES, 1 },
		{ RLIMIT_NOFILE, 0, 0, 1 },
		{ RLIMIT_NPROC, 0, 0, 1 },
		{ RLIMIT_CORE, 0, 0, 1 },
	};
	struct rlimit limit;
	size_t i;

	for (i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++) {
		limit.rlim_cur = bounds[i].most;
		limit.rlim_max = bounds[i].hard;
		if (bounds[i].wanted &&
		    setrlimit((__rlimit_resource_t)bounds[i].what, &limit) < 0)
			_exit(EX_OSERR);
	}
}

static void __attribute__((noreturn))
child(struct zygote *z, const struct msg_parse *in, struct map mail)
{
	const struct mail_us us = { in->own, in->practice };
	struct msg_parsed facts;
	uint8_t *out;
	size_t n;
	enum gw_err r;

	/* A child does not outlive the zygote, and has nobody to talk to. */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	close(z->self.parent.fd);
	close(z->self.core.fd);
	bound();
	if (z->self.conf.confine && confine_parse_child() != GW_OK)
		_exit(EX_OSERR);
	r = mail_read((enum stage)in->stage, mail.p, mail.len, &us, &facts,
	    &out, &n);
	/* Not frozen: core is to wipe what is plaintext in it (T38). */
	if (r == GW_OK && out != NULL)
		r = memfd_write(in->out, out, n);
	if (r == GW_OK && out != NULL)
		explicit_bzero(out, n);
	if (r != GW_OK)
		_exit(r == GW_NOMEM ? EXIT_NOMEM : EX_IOERR);
	*z->page = facts;
	_exit(EX_OK);
}

/* ---- the zygote ---- */

static int
deadline_ms(size_t bytes)
{
	return LIM_DEADLINE_MS +
	    LIM_DEADLINE_MS_PER_MB * (int)(bytes / (1024 * 1024));
}

/* How it ended: GW_OK, GW_LIMIT when a bound ended it, else GW_EOF. Somebody's
 * kill -9 is no word about the mail: it is tried again. */
static enum gw_err
fate_of(int status)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == EX_OK)
		return GW_OK;
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_NOMEM)
		return GW_LIMIT;
	if (WIFSIGNALED(status) && (WTERMSIG(status) == SIGXCPU ||
	    WTERMSIG(status) == SIGXFSZ))
		return GW_LIMIT;
	return GW_EOF;
}

/* Waits for `pid` until it ends or `ms` are over; then it is killed. */
static enum gw_err
await(pid_t pid, int ms)
{
	int64_t deadline = clock_mono_ms() + ms, left;
	struct pollfd pfd = { .events = POLLIN };
	int status, n = 0;

	pfd.fd = pidfd_open(pid, 0);
	while (pfd.fd >= 0) {
		left = deadline - clock_mono_ms();
		n = poll(&pfd, 1, left > 0 ? (int)left : 0);
		if (n >= 0 || errno != EINTR)
			break;
	}
	if (n <= 0)
		(void)kill(pid, SIGKILL);
	if (pfd.fd >= 0)
		close(pfd.fd);
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return GW_EOF;
	}
	/* Stalled, or not to be watched: that is no word about the mail. What a
	 * mail costs is said by its CPU time. */
	return n <= 0 ? GW_EOF : fate_of(status);
}

/* What the child left is no more to be trusted than the mail: numbers and
 * spans are core's to check, here only that strings end. */
static void
take_facts(const struct msg_parsed *page, struct msg *answer)
{
	uint32_t id = answer->u.parsed.id;

	answer->u.parsed = *page;
	answer->u.parsed.id = id;
	answer->u.parsed.err = GW_OK;
	msg_end_strings(answer);
}

static enum gw_err
read_in_child(struct zygote *z, const struct msg_parse *in, struct map mail)
{
	pid_t pid;

	explicit_bzero(z->page, sizeof(*z->page));
	pid = fork();
	if (pid < 0)
		return GW_EOF;
	if (pid == 0)
		child(z, in, mail);
	return await(pid, deadline_ms(mail.len));
}

static void
serve(struct zygote *z, const struct msg_parse *in)
{
	size_t most = in->stage == STAGE_OUTER ? LIM_MAIL_BYTES :
	    LIM_PLAIN_BYTES;
	struct msg answer;
	struct map mail;
	enum gw_err r;

	msg_init(&answer, MSG_parsed);
	answer.u.parsed.id = in->id;
	r = memfd_map(in->mail, most, &mail);
	if (r == GW_OK) {
		r = read_in_child(z, in, mail);
		memfd_unmap(&mail);
	}
	/* Core knows two endings: a bound, or "try again" (messages.def). */
	if (r != GW_OK && r != GW_LIMIT)
		r = GW_EOF;
	answer.u.parsed.structure = STRUCTURE_MALFORMED;
	answer.u.parsed.reason = REASON_BOMB;
	if (r == GW_OK)
		take_facts(z->page, &answer);
	else
		log_event(LOG_WARN, "parse", "id=%u ended=%s", in->id,
		    r == GW_LIMIT ? "limit" : "crash");
	answer.u.parsed.err = (uint32_t)r;
	explicit_bzero(z->page, sizeof(*z->page));
	r = chan_send(&z->self.core, &answer, ANSWER_MS);
	explicit_bzero(&answer, sizeof(answer));
	if (r != GW_OK)
		role_end(&z->self);
}

/* One message of the parent or core; any other than these two ends us. */
static void
take_message(struct zygote *z, struct chan *from)
{
	struct msg m;
	enum gw_err r;

	r = chan_recv(from, &m, 0);
	if (r == GW_TIMEOUT)
		return;
	if (r != GW_OK || m.type != MSG_parse ||
	    m.u.parse.stage > STAGE_INNER)
		role_end(&z->self);
	serve(z, &m.u.parse);
	msg_close(&m);
}

/*
 * Reads a made-up mail, in the zygote itself and before the first true one:
 * what the C library and libetpan set up at first use, and the heap as a
 * reading leaves it, are then there in each child without a page fault.
 */
static void
warm_up(void)
{
	static const char mail[] =
	    "From: \"A\" <a@b.example>\r\nTo: c@d.example\r\n"
	    "Subject: =?utf-8?Q?x_y?=\r\nMessage-ID: <1@b.example>\r\n"
	    "Date: Thu, 1 Jan 1970 00:00:00 +0000\r\nMIME-Version: 1.0\r\n"
	    "Content-Type: text/plain; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n\r\nx=20y\r\n";
	const struct mail_us us = { "c@d.example", "" };
	struct msg_parsed facts;
	uint8_t *out;
	int stage;
	size_t n;

	for (stage = STAGE_OUTER; stage <= STAGE_INNER; stage++) {
		if (mail_read((enum stage)stage, (const uint8_t *)mail,
		    sizeof(mail) - 1, &us, &facts, &out, &n) == GW_OK)
			free(out);
	}
}

static void
start(struct zygote *z)
{
	role_begin(&z->self, ROLE_PARSE);
	z->page = mmap(NULL, sizeof(*z->page), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (z->page == MAP_FAILED) {
		fprintf(stderr, "meldpost-parse: no memory\n");
		exit(EX_OSERR);
	}
	if (z->self.conf.confine &&
	    confine_enter(ROLE_PARSE, NULL, 0) != GW_OK) {
		fprintf(stderr, "meldpost-parse: cannot confine itself\n");
		exit(EX_NOPERM);
	}
	warm_up();
	role_ready(&z->self);
}

int
main(void)
{
	struct zygote z;
	struct pollfd pfd[2];

	start(&z);
	pfd[0] = (struct pollfd){ .fd = z.self.parent.fd, .events = POLLIN };
	pfd[1] = (struct pollfd){ .fd = z.self.core.fd, .events = POLLIN };
	for (;;) {
		if (poll(pfd, 2, -1) < 0) {
			if (errno == EINTR)
				continue;
			role_end(&z.self);
		}
		if (pfd[0].revents != 0)
			take_message(&z, &z.self.parent);
		if (pfd[1].revents != 0)
			take_message(&z, &z.self.core);
	}
}
