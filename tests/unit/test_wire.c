/*
 * wire/: every row of messages.def goes out and comes back, and nothing that
 * is not such a row comes in.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memfd.h"
#include "wire/chan.h"
#include "wire/cursor.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* How a text is spoilt. */
enum fault { NO_FAULT, TOO_LONG, NUL_INSIDE, LONGER_THAN_ALL };

/*
 * A second encoder, written from the description in messages.def alone: what
 * it makes of a row with every field at its largest is the wire format.
 */
struct pen {
	struct cursor c;
	int texts;		/* so far */
	int spoilt;		/* which text gets the fault; -1 none */
	enum fault fault;
	bool optional;		/* whether OPTFDs are there */
	size_t fds;
};

static void
pen_text(struct pen *p, size_t max)
{
	size_t n = max;

	if (p->texts++ != p->spoilt) {
		cursor_put_u32(&p->c, (uint32_t)n);
	} else if (p->fault == LONGER_THAN_ALL) {
		cursor_put_u32(&p->c, UINT32_MAX);
	} else {
		n += p->fault == TOO_LONG;
		cursor_put_u32(&p->c, (uint32_t)n);
		if (p->fault == NUL_INSIDE && n > 0) {
			cursor_put_bytes(&p->c, "", 1);
			n--;
		}
	}
	while (n-- > 0)
		cursor_put_bytes(&p->c, "x", 1);
}

static void
pen_fd(struct pen *p, bool optional)
{
	if (optional)
		cursor_put_u32(&p->c, p->optional);
	p->fds += !optional || p->optional;
}

/* The same row as a struct. */
static void
fill_text(char *s, size_t max)
{
	memset(s, 'x', max);
	s[max] = '\0';
}

#define A32	UINT32_C(0xfedcba98)
#define A64	UINT64_C(0xfedcba9876543210)

#define END(n)	}

#define MSG(n, from, to, often)						\
	static void write_##n(struct pen *p)				\
	{								\
		cursor_put_u32(&p->c, MSG_##n);
#define U32(x)		cursor_put_u32(&p->c, A32);
#define U64(x)		cursor_put_u64(&p->c, A64);
#define I64(x)		cursor_put_u64(&p->c, A64);
#define STR(x, max)	pen_text(p, max);
#define SPAN(x)		cursor_put_u64(&p->c, A64); cursor_put_u64(&p->c, 7);
#define FD(x)		pen_fd(p, false);
#define OPTFD(x)	pen_fd(p, true);
#include "wire/messages.def"

/* `fd` gives out descriptors, one after the other. */
#define MSG(n, from, to, often)						\
	static void fill_##n(struct msg *g, const int *fd, bool optional) \
	{								\
		struct msg_##n *m = &g->u.n;				\
		(void)m; (void)fd; (void)optional;
#define U32(x)		m->x = A32;
#define U64(x)		m->x = A64;
#define I64(x)		m->x = (int64_t)A64;
#define STR(x, max)	fill_text(m->x, max);
#define SPAN(x)		m->x = (struct span){ A64, 7 };
#define FD(x)		m->x = *fd++;
#define OPTFD(x)	if (optional) m->x = *fd++;
#define END(n)	}
#include "wire/messages.def"

/* What another process left in its place: not one string ends. */
#define MSG(n, from, to, often)						\
	static void check_ends_##n(const struct msg *g)			\
	{								\
		const struct msg_##n *m = &g->u.n;			\
		(void)m;
#define STR(x, max)	assert_int_equal(strnlen(m->x, (max) + 1), max);
#define END(n)	}
#include "wire/messages.def"

static void
check_fd(int got, int want)
{
	struct stat a, b;

	if (want < 0) {
		assert_int_equal(got, -1);
		return;
	}
	assert_return_code(fstat(got, &a), errno);
	assert_return_code(fstat(want, &b), errno);
	assert_int_equal(a.st_ino, b.st_ino);
}

#define MSG(n, from, to, often)						\
	static void compare_##n(const struct msg *ga, const struct msg *gb) \
	{								\
		const struct msg_##n *a = &ga->u.n, *b = &gb->u.n;	\
		(void)a; (void)b;
#define U32(x)		assert_true(a->x == b->x);
#define U64(x)		U32(x)
#define I64(x)		U32(x)
#define STR(x, max)	assert_string_equal(a->x, b->x);
#define SPAN(x)		U32(x.off) U32(x.len)
#define FD(x)		check_fd(a->x, b->x);
#define OPTFD(x)	check_fd(a->x, b->x);
#define END(n)	}
#include "wire/messages.def"

/* From here on only the names and the columns count. */
#define ONCE	true
#define MANY	false

static const struct row {
	const char *name;
	enum role from, to;
	bool once;
	void (*write)(struct pen *);
	void (*fill)(struct msg *, const int *, bool);
	void (*compare)(const struct msg *, const struct msg *);
	void (*check_ends)(const struct msg *);
} rows[MSG_MAX] = {
#define MSG(n, from, to, often)						\
	[MSG_##n] = { #n, ROLE_##from, ROLE_##to, often, write_##n,	\
	    fill_##n, compare_##n, check_ends_##n },
#include "wire/messages.def"
};

static int spare[LIM_FDS + 1];	/* distinct memfds */

static int
open_spare(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(spare); i++) {
		if (memfd_from(&i, sizeof(i), &spare[i]) != GW_OK)
			return -1;
	}
	return 0;
}

static int
close_spare(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(spare); i++)
		close(spare[i]);
	return 0;
}

static size_t
open_descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	size_t n = 0;

	assert_non_null(d);
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n;
}

static struct pen
draw(uint8_t *bytes, size_t size, int type, bool optional, int spoilt,
    enum fault fault)
{
	struct pen p = { .optional = optional, .spoilt = spoilt,
		.fault = fault };

	cursor_init(&p.c, bytes, size);
	rows[type].write(&p);
	assert_false(p.c.bad);
	return p;
}

/* Two roles between which the row allows `type`. */
static void
ends_of(int type, enum role *from, enum role *to)
{
	*from = rows[type].from == ROLE_ANY ? ROLE_KEYS : rows[type].from;
	*to = rows[type].to == ROLE_ANY ? ROLE_KEYS : rows[type].to;
}

static void
open_pair(struct chan *a, struct chan *b, enum role from, enum role to)
{
	int fd[2];

	assert_int_equal(chan_pair(fd), GW_OK);
	chan_open(a, fd[0], from, to);
	chan_open(b, fd[1], to, from);
}

/* Any bytes and descriptors as one packet, as a captured role could. */
static void
send_raw(int fd, const void *p, size_t n, const int *fds, size_t nfds)
{
	char control[CMSG_SPACE(sizeof(int) * (LIM_FDS + 1))];
	struct iovec iov = { (void *)(uintptr_t)p, n };
	struct msghdr mh = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *cm;

	if (nfds > 0) {
		memset(control, 0, sizeof(control));
		mh.msg_control = control;
		mh.msg_controllen = CMSG_SPACE(sizeof(int) * nfds);
		cm = CMSG_FIRSTHDR(&mh);
		cm->cmsg_level = SOL_SOCKET;
		cm->cmsg_type = SCM_RIGHTS;
		cm->cmsg_len = CMSG_LEN(sizeof(int) * nfds);
		memcpy(CMSG_DATA(cm), fds, sizeof(int) * nfds);
	}
	assert_int_equal(sendmsg(fd, &mh, 0), n);
}

/*
 * cursor
 */

static void
a_cursor_writes_what_it_reads(void **state)
{
	static const uint8_t want[] = { 0xfe, 0xdc, 0xba, 0x98, 1, 2, 3, 4, 5,
		6, 7, 8, 0, 0, 0, 2, 'a', 'b', 9 };
	uint8_t bytes[sizeof(want)], byte;
	struct cursor c;
	char text[3];

	(void)state;
	cursor_init(&c, bytes, sizeof(bytes));
	cursor_put_u32(&c, A32);
	cursor_put_u64(&c, UINT64_C(0x0102030405060708));
	cursor_put_str(&c, "ab");
	cursor_put_bytes(&c, "\t", 1);
	assert_true(cursor_ok(&c));
	assert_memory_equal(bytes, want, sizeof(want));
	cursor_init(&c, bytes, sizeof(bytes));
	assert_true(cursor_get_u32(&c) == A32);
	assert_true(cursor_get_u64(&c) == UINT64_C(0x0102030405060708));
	cursor_get_str(&c, text, sizeof(text));
	assert_string_equal(text, "ab");
	/* Something is left. */
	assert_false(cursor_ok(&c));
	cursor_get_bytes(&c, &byte, 1);
	assert_int_equal(byte, 9);
	assert_true(cursor_ok(&c));
}

static void
a_cursor_stays_in_error(void **state)
{
	uint8_t bytes[8] = { 0, 0, 0, 2, 'a', 'b', 0, 0 }, got[5];
	struct cursor c;
	char text[3];

	(void)state;
	/* Reading past the end gives zeros, for ever. */
	cursor_init(&c, bytes, 3);
	assert_int_equal(cursor_get_u32(&c), 0);
	memset(got, 'x', sizeof(got));
	cursor_get_bytes(&c, got, 1);
	assert_int_equal(got[0], 0);
	assert_false(cursor_ok(&c));
	/* Writing past the cap leaves what follows alone. */
	memset(bytes, 'x', sizeof(bytes));
	cursor_init(&c, bytes, 7);
	cursor_put_u64(&c, 0);
	cursor_put_u32(&c, 0);
	assert_false(cursor_ok(&c));
	assert_int_equal(bytes[0], 'x');
	assert_int_equal(bytes[7], 'x');
	/* A text one byte longer than its room, or than all there is. */
	memcpy(bytes, "\0\0\0\3abc", 8);
	cursor_init(&c, bytes, 8);
	cursor_get_str(&c, text, sizeof(text));
	assert_string_equal(text, "");
	assert_false(cursor_ok(&c));
	memcpy(bytes, "\0\0\0\2a", 5);
	cursor_init(&c, bytes, 5);
	cursor_get_str(&c, text, sizeof(text));
	assert_string_equal(text, "");
	assert_false(cursor_ok(&c));
	/* A text with a NUL inside would be shorter than it says. */
	memcpy(bytes, "\0\0\0\2a", 6);
	cursor_init(&c, bytes, 6);
	cursor_get_str(&c, text, sizeof(text));
	assert_string_equal(text, "");
	assert_false(cursor_ok(&c));
}

/*
 * messages
 */

static void
every_message_is_written_as_described(void **state)
{
	static uint8_t want[2 * LIM_MESSAGE], got[LIM_MESSAGE];
	size_t n, nfds, size, i;
	int fds[LIM_FDS], type, optional;
	struct msg m;
	struct pen p;

	(void)state;
	for (type = 0; type < MSG_MAX; type++) {
		for (optional = 0; optional < 2; optional++) {
			p = draw(want, sizeof(want), type, optional, -1,
			    NO_FAULT);
			msg_init(&m, (enum msg_type)type);
			rows[type].fill(&m, spare, optional);
			/* The largest message of each kind passes. */
			assert_int_equal(msg_encode(&m, got, sizeof(got), &n,
			    fds, &nfds), GW_OK);
			assert_int_equal(n, p.c.at);
			assert_memory_equal(got, want, n);
			assert_int_equal(nfds, p.fds);
			for (i = 0; i < nfds; i++)
				assert_int_equal(fds[i], spare[i]);
			for (size = 0; size < n; size++)
				assert_int_equal(msg_encode(&m, got, size, &n,
				    fds, &nfds), GW_LIMIT);
		}
	}
}

static void
every_message_comes_back(void **state)
{
	static uint8_t bytes[2 * LIM_MESSAGE];
	struct msg m, want;
	int type, optional;
	struct pen p;

	(void)state;
	for (type = 0; type < MSG_MAX; type++) {
		for (optional = 0; optional < 2; optional++) {
			p = draw(bytes, sizeof(bytes), type, optional, -1,
			    NO_FAULT);
			assert_int_equal(msg_decode(&m, bytes, p.c.at, spare,
			    p.fds), GW_OK);
			assert_int_equal(m.type, type);
			msg_init(&want, (enum msg_type)type);
			rows[type].fill(&want, spare, optional);
			rows[type].compare(&m, &want);
		}
	}
}

static void
a_message_of_another_length_is_refused(void **state)
{
	static uint8_t bytes[2 * LIM_MESSAGE];
	uint8_t *cut;
	struct msg m;
	struct pen p;
	size_t n, step;
	int type;

	(void)state;
	for (type = 0; type < MSG_MAX; type++) {
		p = draw(bytes, sizeof(bytes), type, true, -1, NO_FAULT);
		step = p.c.at > 600 ? 37 : 1;
		for (n = 0; n < p.c.at; n += step) {
			/* Exactly so long, for the sanitizer's sake. */
			cut = malloc(n + (n == 0));
			assert_non_null(cut);
			memcpy(cut, bytes, n);
			assert_int_equal(msg_decode(&m, cut, n, spare, p.fds),
			    GW_FORMAT);
			free(cut);
		}
		bytes[p.c.at] = 0;
		assert_int_equal(msg_decode(&m, bytes, p.c.at + 1, spare,
		    p.fds), GW_FORMAT);
	}
}

static void
a_message_with_other_descriptors_is_refused(void **state)
{
	static uint8_t bytes[2 * LIM_MESSAGE];
	struct msg m;
	struct pen p;
	size_t n, before = open_descriptors();
	int type, optional;

	(void)state;
	for (type = 0; type < MSG_MAX; type++) {
		for (optional = 0; optional < 2; optional++) {
			p = draw(bytes, sizeof(bytes), type, optional, -1,
			    NO_FAULT);
			for (n = 0; n <= LIM_FDS + 1; n++) {
				if (n == p.fds)
					continue;
				assert_int_equal(msg_decode(&m, bytes, p.c.at,
				    spare, n), GW_FORMAT);
			}
		}
	}
	/* They stayed ours. */
	assert_int_equal(open_descriptors(), before);
}

static void
a_text_past_its_cap_is_refused(void **state)
{
	static const enum fault faults[] = { TOO_LONG, NUL_INSIDE,
		LONGER_THAN_ALL };
	static uint8_t bytes[2 * LIM_MESSAGE];
	struct msg m;
	struct pen p;
	int type, text, texts = 0;
	size_t i;

	(void)state;
	for (type = 0; type < MSG_MAX; type++) {
		p = draw(bytes, sizeof(bytes), type, true, -1, NO_FAULT);
		texts += p.texts;
		for (text = 0; text < p.texts; text++) {
			for (i = 0; i < COUNT(faults); i++) {
				struct pen bad = draw(bytes, sizeof(bytes),
				    type, true, text, faults[i]);

				if (msg_decode(&m, bytes, bad.c.at, spare,
				    bad.fds) != GW_FORMAT)
					fail_msg("%s: text %d, fault %d",
					    rows[type].name, text, faults[i]);
			}
		}
	}
	assert_true(texts > 20);
}

static void
an_unknown_type_is_refused(void **state)
{
	static const uint32_t types[] = { MSG_MAX, MSG_MAX + 1, 0x7fffffff,
		0x80000000, UINT32_MAX };
	uint8_t bytes[4];
	struct cursor c;
	struct msg m;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(types); i++) {
		cursor_init(&c, bytes, sizeof(bytes));
		cursor_put_u32(&c, types[i]);
		assert_int_equal(msg_decode(&m, bytes, 4, NULL, 0), GW_FORMAT);
	}
	assert_string_equal(msg_name(MSG_MAX), "?");
	assert_false(msg_is_once(MSG_MAX));
	assert_false(msg_allowed(MSG_MAX, ROLE_PARENT, ROLE_CORE));
}

static void
a_descriptor_that_must_be_there_is_asked_for(void **state)
{
	uint8_t bytes[LIM_MESSAGE];
	size_t n, nfds;
	int fds[LIM_FDS];
	struct msg m;

	(void)state;
	msg_init(&m, MSG_mail);
	assert_int_equal(m.u.mail.raw, -1);
	assert_int_equal(msg_encode(&m, bytes, sizeof(bytes), &n, fds, &nfds),
	    GW_INTERNAL);
}

static void
every_string_can_be_ended(void **state)
{
	static struct msg m;
	int type;

	(void)state;
	for (type = 0; type < MSG_MAX; type++) {
		memset(&m, 'x', sizeof(m));
		m.type = (enum msg_type)type;
		msg_end_strings(&m);
		rows[type].check_ends(&m);
	}
}

static void
closing_a_message_closes_its_descriptors(void **state)
{
	size_t before = open_descriptors(), i;
	int type, fds[LIM_FDS];
	struct msg m;

	(void)state;
	for (type = 0; type < MSG_MAX; type++) {
		for (i = 0; i < LIM_FDS; i++)
			fds[i] = dup(spare[i]);
		msg_init(&m, (enum msg_type)type);
		rows[type].fill(&m, fds, true);
		msg_close(&m);
		msg_close(&m);
		/* Those that it did not hold. */
		for (i = 0; i < LIM_FDS; i++)
			(void)close(fds[i]);
		assert_int_equal(open_descriptors(), before);
	}
	msg_init(&m, MSG_mail);
	m.u.mail.raw = dup(spare[0]);
	msg_close(&m);
	assert_int_equal(m.u.mail.raw, -1);
	assert_int_equal(open_descriptors(), before);
}

/*
 * Who may send what
 */

/* The five edges of design.md 2 and the parent's; nothing goes past core. */
static void
only_the_star_is_allowed(void **state)
{
	int type, from, to;
	bool want;

	(void)state;
	for (type = 0; type < MSG_MAX; type++) {
		assert_string_equal(msg_name((enum msg_type)type),
		    rows[type].name);
		assert_int_equal(msg_is_once((enum msg_type)type),
		    rows[type].once);
		for (from = 0; from < ROLE_MAX; from++) {
			for (to = 0; to < ROLE_MAX; to++) {
				want = (rows[type].from == ROLE_ANY ||
				    (int)rows[type].from == from) &&
				    (rows[type].to == ROLE_ANY ||
				    (int)rows[type].to == to);
				assert_int_equal(msg_allowed(
				    (enum msg_type)type, (enum role)from,
				    (enum role)to), want);
				if (want && from != ROLE_PARENT &&
				    to != ROLE_PARENT)
					assert_true((from == ROLE_CORE) !=
					    (to == ROLE_CORE));
			}
		}
	}
}

static void
every_message_passes_its_channel(void **state)
{
	size_t before = open_descriptors();
	struct msg sent, got;
	struct chan a, b;
	enum role from, to;
	int type, optional;

	(void)state;
	for (type = 0; type < MSG_MAX; type++) {
		for (optional = 0; optional < 2; optional++) {
			ends_of(type, &from, &to);
			open_pair(&a, &b, from, to);
			msg_init(&sent, (enum msg_type)type);
			rows[type].fill(&sent, spare, optional);
			assert_int_equal(chan_send(&a, &sent, 1000), GW_OK);
			assert_int_equal(chan_recv(&b, &got, 1000), GW_OK);
			assert_int_equal(got.type, type);
			rows[type].compare(&got, &sent);
			msg_close(&got);
			chan_close(&a);
			chan_close(&b);
			chan_close(&b);
			assert_int_equal(open_descriptors(), before);
		}
	}
}

static void
received_descriptors_do_not_survive_exec(void **state)
{
	struct msg m;
	struct chan a, b;

	(void)state;
	open_pair(&a, &b, ROLE_FETCH, ROLE_CORE);
	assert_int_equal(fcntl(a.fd, F_GETFD), FD_CLOEXEC);
	msg_init(&m, MSG_mail);
	m.u.mail.raw = spare[0];
	assert_int_equal(chan_send(&a, &m, 1000), GW_OK);
	assert_int_equal(chan_recv(&b, &m, 1000), GW_OK);
	assert_int_equal(fcntl(m.u.mail.raw, F_GETFD), FD_CLOEXEC);
	msg_close(&m);
	chan_close(&a);
	chan_close(&b);
}

static void
nobody_sends_what_is_not_his(void **state)
{
	static uint8_t bytes[2 * LIM_MESSAGE];
	size_t before = open_descriptors();
	struct chan a, b;
	struct msg m;
	struct pen p;
	int type, from;

	(void)state;
	for (type = 0; type < MSG_MAX; type++) {
		for (from = 0; from < ROLE_MAX; from++) {
			if (msg_allowed((enum msg_type)type, (enum role)from,
			    ROLE_CORE))
				continue;
			open_pair(&a, &b, (enum role)from, ROLE_CORE);
			msg_init(&m, (enum msg_type)type);
			rows[type].fill(&m, spare, true);
			assert_int_equal(chan_send(&a, &m, 0), GW_DENIED);
			/* A captured role does not ask its own table. */
			p = draw(bytes, sizeof(bytes), type, true, -1,
			    NO_FAULT);
			send_raw(a.fd, bytes, p.c.at, spare, p.fds);
			assert_int_equal(chan_recv(&b, &m, 1000), GW_DENIED);
			chan_close(&a);
			chan_close(&b);
			assert_int_equal(open_descriptors(), before);
		}
	}
}

static void
once_is_once_for_each_channel(void **state)
{
	static uint8_t bytes[2 * LIM_MESSAGE];
	size_t before = open_descriptors();
	struct chan a, b;
	enum role from, to;
	struct msg m;
	struct pen p;
	int type, i;

	(void)state;
	for (type = 0; type < MSG_MAX; type++) {
		ends_of(type, &from, &to);
		p = draw(bytes, sizeof(bytes), type, true, -1, NO_FAULT);
		open_pair(&a, &b, from, to);
		for (i = 0; i < 3; i++) {
			send_raw(a.fd, bytes, p.c.at, spare, p.fds);
			if (i > 0 && rows[type].once) {
				assert_int_equal(chan_recv(&b, &m, 1000),
				    GW_DENIED);
				continue;
			}
			assert_int_equal(chan_recv(&b, &m, 1000), GW_OK);
			msg_close(&m);
		}
		chan_close(&a);
		chan_close(&b);
	}
	assert_int_equal(open_descriptors(), before);
}

/*
 * The channel itself
 */

static void
a_packet_that_is_no_message_is_refused(void **state)
{
	static uint8_t bytes[2 * LIM_MESSAGE];
	static const struct {
		const char *what;
		size_t bytes, fds;
	} bad[] = {
		{ "one byte", 1, 0 }, { "a type and no more", 4, 0 },
		{ "as large as can be", LIM_MESSAGE, 0 },
		{ "one more", LIM_MESSAGE + 1, 0 },
		{ "far more", 2 * LIM_MESSAGE, 0 },
		{ "descriptors and nothing", 1, LIM_FDS },
		{ "too many descriptors", 4, LIM_FDS + 1 },
	};
	size_t before = open_descriptors(), i;
	struct chan a, b;
	struct msg m;

	(void)state;
	for (i = 0; i < COUNT(bad); i++) {
		open_pair(&a, &b, ROLE_PARENT, ROLE_CORE);
		send_raw(a.fd, bytes, bad[i].bytes, spare, bad[i].fds);
		if (chan_recv(&b, &m, 1000) != GW_FORMAT)
			fail_msg("%s", bad[i].what);
		chan_close(&a);
		chan_close(&b);
		assert_int_equal(open_descriptors(), before);
	}
}

static void
a_peer_that_is_gone_is_told(void **state)
{
	struct chan a, b;
	struct msg m;

	(void)state;
	open_pair(&a, &b, ROLE_PARENT, ROLE_CORE);
	msg_init(&m, MSG_stop);
	assert_int_equal(chan_send(&a, &m, 1000), GW_OK);
	chan_close(&a);
	/* What he said last still counts. */
	assert_int_equal(chan_recv(&b, &m, 1000), GW_OK);
	assert_int_equal(m.type, MSG_stop);
	assert_int_equal(chan_recv(&b, &m, 1000), GW_EOF);
	assert_int_equal(chan_recv(&b, &m, -1), GW_EOF);
	/* And no SIGPIPE. */
	msg_init(&m, MSG_ready);
	assert_int_equal(chan_send(&b, &m, 1000), GW_EOF);
	chan_close(&b);
	assert_int_equal(chan_send(&b, &m, 1000), GW_EOF);
	assert_int_equal(chan_recv(&b, &m, 1000), GW_EOF);
}

static void
a_silent_peer_is_waited_for_so_long(void **state)
{
	struct chan a, b;
	struct msg m;
	int64_t start;

	(void)state;
	open_pair(&a, &b, ROLE_PARENT, ROLE_CORE);
	start = clock_mono_ms();
	assert_int_equal(chan_recv(&b, &m, 0), GW_TIMEOUT);
	assert_true(clock_mono_ms() - start < 1000);
	start = clock_mono_ms();
	assert_int_equal(chan_recv(&b, &m, 60), GW_TIMEOUT);
	assert_true(clock_mono_ms() - start >= 60);
	assert_true(clock_mono_ms() - start < 5000);
	chan_close(&a);
	chan_close(&b);
}

static void
on_alarm(int sig)
{
	(void)sig;
}

/* A signal in the middle of waiting ends nothing. */
static void
a_signal_does_not_cut_the_wait(void **state)
{
	struct sigaction sa = { .sa_handler = on_alarm }, old;
	struct itimerval soon = { { 0, 10000 }, { 0, 10000 } };
	struct itimerval never = { { 0, 0 }, { 0, 0 } };
	struct chan a, b;
	struct msg m;
	int64_t start;

	(void)state;
	open_pair(&a, &b, ROLE_PARENT, ROLE_CORE);
	assert_return_code(sigaction(SIGALRM, &sa, &old), errno);
	assert_return_code(setitimer(ITIMER_REAL, &soon, NULL), errno);
	start = clock_mono_ms();
	assert_int_equal(chan_recv(&b, &m, 100), GW_TIMEOUT);
	assert_true(clock_mono_ms() - start >= 100);
	assert_return_code(setitimer(ITIMER_REAL, &never, NULL), errno);
	assert_return_code(sigaction(SIGALRM, &old, NULL), errno);
	chan_close(&a);
	chan_close(&b);
}

/* Who does not read must not hold up who sends. */
static void
a_full_channel_times_out_and_recovers(void **state)
{
	struct chan a, b;
	struct msg m;
	enum gw_err r;
	int sent = 0, got = 0;

	(void)state;
	open_pair(&a, &b, ROLE_CORE, ROLE_CTL);
	msg_init(&m, MSG_row);
	fill_text(m.u.row.cells, LIM_ROW);
	while ((r = chan_send(&a, &m, 20)) == GW_OK)
		assert_true(++sent < 100000);
	assert_int_equal(r, GW_TIMEOUT);
	assert_true(sent > 0);
	while (chan_recv(&b, &m, 0) == GW_OK)
		got++;
	assert_int_equal(got, sent);
	assert_int_equal(chan_send(&a, &m, 20), GW_OK);
	chan_close(&a);
	chan_close(&b);
}

static void
roles_have_names(void **state)
{
	int a, b;

	(void)state;
	for (a = 0; a < ROLE_MAX; a++) {
		for (b = 0; b < a; b++)
			assert_string_not_equal(role_name((enum role)a),
			    role_name((enum role)b));
	}
	assert_string_equal(role_name(ROLE_SUBMIT), "submit");
	assert_string_equal(role_name(ROLE_MAX), "?");
}

/* design.md 2: a star with core in the middle; the parent beside it. */
static void
every_message_runs_along_an_edge(void **state)
{
	const struct edge *edge;
	size_t edges, i;
	int type, from, to;
	bool found;

	(void)state;
	edge = role_edges(&edges);
	assert_int_equal(edges, 5);
	for (type = 0; type < MSG_MAX; type++)
	for (from = 0; from < ROLE_MAX; from++)
	for (to = 0; to < ROLE_MAX; to++) {
		if (from == ROLE_PARENT || to == ROLE_PARENT ||
		    !msg_allowed((enum msg_type)type, (enum role)from,
		    (enum role)to))
			continue;
		for (found = false, i = 0; i < edges; i++)
			found |= ((int)edge[i].a == from &&
			    (int)edge[i].b == to) ||
			    ((int)edge[i].a == to && (int)edge[i].b == from);
		if (!found)
			fail_msg("%s may pass from %s to %s",
			    msg_name((enum msg_type)type),
			    role_name((enum role)from),
			    role_name((enum role)to));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_message_runs_along_an_edge),
		cmocka_unit_test(a_cursor_writes_what_it_reads),
		cmocka_unit_test(a_cursor_stays_in_error),
		cmocka_unit_test(every_message_is_written_as_described),
		cmocka_unit_test(every_message_comes_back),
		cmocka_unit_test(a_message_of_another_length_is_refused),
		cmocka_unit_test(a_message_with_other_descriptors_is_refused),
		cmocka_unit_test(a_text_past_its_cap_is_refused),
		cmocka_unit_test(an_unknown_type_is_refused),
		cmocka_unit_test(a_descriptor_that_must_be_there_is_asked_for),
		cmocka_unit_test(every_string_can_be_ended),
		cmocka_unit_test(closing_a_message_closes_its_descriptors),
		cmocka_unit_test(only_the_star_is_allowed),
		cmocka_unit_test(every_message_passes_its_channel),
		cmocka_unit_test(received_descriptors_do_not_survive_exec),
		cmocka_unit_test(nobody_sends_what_is_not_his),
		cmocka_unit_test(once_is_once_for_each_channel),
		cmocka_unit_test(a_packet_that_is_no_message_is_refused),
		cmocka_unit_test(a_peer_that_is_gone_is_told),
		cmocka_unit_test(a_silent_peer_is_waited_for_so_long),
		cmocka_unit_test(a_signal_does_not_cut_the_wait),
		cmocka_unit_test(a_full_channel_times_out_and_recovers),
		cmocka_unit_test(roles_have_names),
	};

	return cmocka_run_group_tests(tests, open_spare, close_spare);
}
