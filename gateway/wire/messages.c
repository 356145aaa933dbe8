#include "wire/messages.h"

#include <string.h>
#include <unistd.h>

#include "wire/cursor.h"

/* What an encoder or decoder works on: bytes and descriptors. */
struct parcel {
	struct cursor c;
	int fds[LIM_FDS];
	size_t nfds;	/* in the parcel */
	size_t at;	/* next one to take out */
};

static void
put_fd(struct parcel *p, int fd, bool optional)
{
	if (optional)
		cursor_put_u32(&p->c, fd >= 0);
	if (fd < 0 && optional)
		return;
	if (fd < 0 || p->nfds == LIM_FDS) {
		p->c.bad = true;
		return;
	}
	p->fds[p->nfds++] = fd;
}

static int
get_fd(struct parcel *p, bool optional)
{
	if (optional && cursor_get_u32(&p->c) == 0)
		return -1;
	if (p->c.bad || p->at == p->nfds) {
		p->c.bad = true;
		return -1;
	}
	return p->fds[p->at++];
}

static void
put_span(struct parcel *p, struct span s)
{
	cursor_put_u64(&p->c, s.off);
	cursor_put_u64(&p->c, s.len);
}

static struct span
get_span(struct parcel *p)
{
	struct span s;

	s.off = cursor_get_u64(&p->c);
	s.len = cursor_get_u64(&p->c);
	return s;
}

/* One function per row and direction, all made from the list. */
#define MSG(n, from, to, often)						\
	static void put_##n(struct parcel *p, const struct msg *g)	\
	{								\
		const struct msg_##n *m = &g->u.n;			\
		(void)p; (void)m;
#define U32(x)		cursor_put_u32(&p->c, m->x);
#define U64(x)		cursor_put_u64(&p->c, m->x);
#define I64(x)		cursor_put_u64(&p->c, (uint64_t)m->x);
#define STR(x, max)	cursor_put_str(&p->c, m->x);
#define SPAN(x)		put_span(p, m->x);
#define FD(x)		put_fd(p, m->x, false);
#define OPTFD(x)	put_fd(p, m->x, true);
#define END(n)		}
#include "wire/messages.def"

#define MSG(n, from, to, often)						\
	static void get_##n(struct parcel *p, struct msg *g)		\
	{								\
		struct msg_##n *m = &g->u.n;				\
		(void)p; (void)m;
#define U32(x)		m->x = cursor_get_u32(&p->c);
#define U64(x)		m->x = cursor_get_u64(&p->c);
#define I64(x)		m->x = (int64_t)cursor_get_u64(&p->c);
#define STR(x, max)	cursor_get_str(&p->c, m->x, (size_t)(max) + 1);
#define SPAN(x)		m->x = get_span(p);
#define FD(x)		m->x = get_fd(p, false);
#define OPTFD(x)	m->x = get_fd(p, true);
#define END(n)		}
#include "wire/messages.def"

/* Visits the descriptors: `close_them`, or else sets them to -1. */
#define MSG(n, from, to, often)						\
	static void fds_##n(struct msg *g, bool close_them)		\
	{								\
		struct msg_##n *m = &g->u.n;				\
		(void)m; (void)close_them;
#define FD(x)		if (close_them && m->x >= 0) close(m->x); m->x = -1;
#define OPTFD(x)	FD(x)
#define END(n)		}
#include "wire/messages.def"

/* Where a string ends that is as long as it may be. */
#define MSG(n, from, to, often)						\
	static void end_##n(struct msg *g)				\
	{								\
		struct msg_##n *m = &g->u.n;				\
		(void)m;
#define STR(x, max)	m->x[(max)] = '\0';
#define END(n)		}
#include "wire/messages.def"

static const struct row {
	const char *name;
	enum role from, to;
	bool once;
	void (*put)(struct parcel *, const struct msg *);
	void (*get)(struct parcel *, struct msg *);
	void (*fds)(struct msg *, bool);
	void (*end)(struct msg *);
} rows[MSG_MAX] = {
#define ONCE true
#define MANY false
#define MSG(n, from, to, often) [MSG_##n] = { #n, ROLE_##from, ROLE_##to, \
	often, put_##n, get_##n, fds_##n, end_##n },
#include "wire/messages.def"
};

const char *
role_name(enum role r)
{
	static const char *const name[ROLE_MAX] = { "parent", "fetch", "parse",
		"keys", "core", "submit", "ctl" };

	return (unsigned)r < ROLE_MAX ? name[r] : "?";
}

const struct edge *
role_edges(size_t *n)
{
	static const struct edge edges[] = {
		{ ROLE_FETCH, ROLE_CORE },	/* raw mail in */
		{ ROLE_CORE, ROLE_PARSE },	/* spans and facts */
		{ ROLE_CORE, ROLE_KEYS },	/* verdicts, plaintext, seals */
		{ ROLE_CORE, ROLE_SUBMIT },	/* sealed mail out */
		{ ROLE_CTL, ROLE_CORE },	/* the operator's command */
	};

	*n = sizeof(edges) / sizeof(edges[0]);
	return edges;
}

const char *
msg_name(enum msg_type type)
{
	return (unsigned)type < MSG_MAX ? rows[type].name : "?";
}

void
msg_init(struct msg *m, enum msg_type type)
{
	memset(m, 0, sizeof(*m));
	m->type = type;
	rows[type].fds(m, false);
}

void
msg_close(struct msg *m)
{
	rows[m->type].fds(m, true);
}

void
msg_end_strings(struct msg *m)
{
	rows[m->type].end(m);
}

bool
msg_allowed(enum msg_type type, enum role from, enum role to)
{
	const struct row *r;

	if ((unsigned)type >= MSG_MAX)
		return false;
	r = &rows[type];
	return (r->from == from || r->from == ROLE_ANY) &&
	    (r->to == to || r->to == ROLE_ANY);
}

bool
msg_is_once(enum msg_type type)
{
	return (unsigned)type < MSG_MAX && rows[type].once;
}

enum gw_err
msg_encode(const struct msg *m, uint8_t *out, size_t size, size_t *n,
    int fds[LIM_FDS], size_t *nfds)
{
	struct parcel p = { .nfds = 0 };

	cursor_init(&p.c, out, size);
	cursor_put_u32(&p.c, m->type);
	rows[m->type].put(&p, m);
	if (p.c.bad)
		return size < LIM_MESSAGE ? GW_LIMIT : GW_INTERNAL;
	memcpy(fds, p.fds, sizeof(p.fds));
	*nfds = p.nfds;
	*n = p.c.at;
	return GW_OK;
}

enum gw_err
msg_decode(struct msg *m, uint8_t *in, size_t n, const int *fds, size_t nfds)
{
	struct parcel p = { .nfds = nfds };
	uint32_t type;

	if (nfds > LIM_FDS)
		return GW_FORMAT;
	if (nfds > 0)
		memcpy(p.fds, fds, nfds * sizeof(*fds));
	cursor_init(&p.c, in, n);
	type = cursor_get_u32(&p.c);
	if (p.c.bad || type >= MSG_MAX)
		return GW_FORMAT;
	msg_init(m, type);
	rows[type].get(&p, m);
	if (cursor_ok(&p.c) && p.at == p.nfds)
		return GW_OK;
	msg_init(m, type);
	return GW_FORMAT;
}
