/*
 * The messages of messages.def as C: one struct each, one enum, one table.
 */
#ifndef GW_WIRE_MESSAGES_H
#define GW_WIRE_MESSAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/crypto.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/span.h"

enum role {
	ROLE_PARENT,
	ROLE_FETCH,
	ROLE_PARSE,
	ROLE_KEYS,
	ROLE_CORE,
	ROLE_SUBMIT,
	ROLE_CTL,
	ROLE_MAX,
	ROLE_ANY = ROLE_MAX	/* only in messages.def */
};

/* "core"; "?" for what is no role. */
const char *role_name(enum role r);

/* One edge of the star, and who stands at its ends. */
struct edge {
	enum role a, b;
};

/* The five edges (design.md 2), `*n` of them. The parent has one to each role
 * besides, for its life and not for mail. */
const struct edge *role_edges(size_t *n);

/* What stands around a role once it has confined itself. */
enum wall_flag {
	WALL_SECCOMP = 1,	/* our filter, loaded by the role itself */
	WALL_PRIVILEGES = 2,	/* no_new_privs */
	WALL_HIDDEN = 4,	/* not dumpable: no core file, no debugger */
	WALL_ALL = 7
};

/* What becomes of a mail at its source. */
enum fate {
	FATE_GONE,	/* committed: delete it */
	FATE_SIDE,	/* ignored: move it to the side folder */
	FATE_KEEP	/* leave it where it is and hand it over again later */
};

/* What parse is asked to read. */
enum stage {
	STAGE_OUTER,	/* a mail as it came */
	STAGE_INNER	/* an entity that was decrypted: hostile again */
};

/* What became of a submission. */
enum submit_result {
	SUBMIT_SENT,		/* accepted by the server for this recipient */
	SUBMIT_LATER,		/* 4xx, no connection, login refused: again */
	SUBMIT_FAILED,		/* 5xx for this recipient or this mail */
	SUBMIT_REFUSED,		/* our own guard: not one sealed envelope */
	SUBMIT_UNKNOWN		/* connection lost after the last byte, before
				 * the reply (RFC 1047) */
};

enum msg_type {
#define MSG(n, from, to, often)	MSG_##n,
#include "wire/messages.def"
	MSG_MAX
};

#define MSG(n, from, to, often)	struct msg_##n { char none_;
#define U32(x)			uint32_t x;
#define U64(x)			uint64_t x;
#define I64(x)			int64_t x;
#define STR(x, max)		char x[(max) + 1];
#define SPAN(x)			struct span x;
#define FD(x)			int x;
#define OPTFD(x)		int x;
#define END(n)			};
#include "wire/messages.def"

struct msg {
	enum msg_type type;
	union {
#define MSG(n, from, to, often)	struct msg_##n n;
#include "wire/messages.def"
	} u;
};

/* An empty message of this type; every descriptor field is -1. */
void msg_init(struct msg *m, enum msg_type type);

/* Closes all descriptors of `m` that are not -1 and sets them to -1. */
void msg_close(struct msg *m);

/* Ends each string of `m` at its cap: for one that did not come as bytes. */
void msg_end_strings(struct msg *m);

/* "unwrapped"; "?" for what is no type. */
const char *msg_name(enum msg_type type);

/* Whether a row lets `from` send `type` to `to`. */
bool msg_allowed(enum msg_type type, enum role from, enum role to);

/* Whether `type` may pass a channel only once. */
bool msg_is_once(enum msg_type type);

/*
 * Encodes `m` into `out` (at most `size` bytes, length in *n) and lists its
 * descriptors in `fds` (LIM_FDS of room, count in *nfds); they stay the
 * caller's. GW_LIMIT when it does not fit, GW_INTERNAL when an FD field is -1.
 */
enum gw_err msg_encode(const struct msg *m, uint8_t *out, size_t size,
    size_t *n, int fds[LIM_FDS], size_t *nfds);

/*
 * Decodes `n` bytes and `nfds` descriptors. On GW_OK the message owns the
 * descriptors. GW_FORMAT: unknown type, a field past its cap, bytes or
 * descriptors over or missing; the descriptors stay the caller's then.
 */
enum gw_err msg_decode(struct msg *m, uint8_t *in, size_t n, const int *fds,
    size_t nfds);

#endif
