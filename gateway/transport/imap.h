/*
 * An IMAP session as the source needs it: libetpan reads what has a grammar
 * (SEARCH, FETCH); commands whose answer is yes or no are plain lines, because
 * libetpan dies of some such answers. Bytes and time are bounded for each.
 *
 * After GW_OK, GW_REFUSED (the server said no) and GW_MISSING the session is
 * sound. After all else it is not: GW_NET, GW_EOF, GW_TIMEOUT, GW_LIMIT (it
 * sent too much), GW_FORMAT (nonsense, or BAD), GW_NOMEM. Close it then.
 */
#ifndef GW_TRANSPORT_IMAP_H
#define GW_TRANSPORT_IMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "transport/net.h"

struct imap;

/* What the server can do. */
struct imap_able {
	bool uidplus;	/* RFC 4315 */
	bool move;	/* RFC 6851 */
	bool idle;	/* RFC 2177 */
};

/* Connects, logs in and asks what the server can do. As net_open(). */
enum gw_err imap_open(struct imap **c, const struct net_where *where,
    struct imap_able *able, int timeout_ms);

/* Says LOGOUT when the session is sound, and disconnects. NULL is fine. */
void imap_close(struct imap *c);

/* A mailbox name as a quoted string. False when it cannot be one: control
 * and 8-bit characters, or too long for `size`. */
bool imap_quote(const char *name, char *out, size_t size);

/* Opens a mailbox, its UIDVALIDITY into *validity. GW_MISSING: there is none.
 * GW_DENIED: for reading only. */
enum gw_err imap_select(struct imap *c, const char *quoted,
    uint32_t *validity);

/* One command as a line. GW_REFUSED when the server said NO. */
enum gw_err imap_ask(struct imap *c, const char *command);

/* IDLE until mail arrives, `also` is readable or `timeout_ms` passed. GW_OK in
 * all three cases, *woken in the first two. */
enum gw_err imap_idle(struct imap *c, int also, int timeout_ms, bool *woken);

/* Whether the server told of mail that the last imap_search() began too early
 * to find: then no IDLE will tell it again. */
bool imap_news(const struct imap *c);

/* UIDs of the open mailbox, unordered; free(*uids). */
enum imap_which {
	IMAP_ALL,
	IMAP_UNDELETED,		/* not marked for deletion */
	IMAP_BEFORE		/* came before the day of `before`, UTC */
};
enum gw_err imap_search(struct imap *c, enum imap_which which, int64_t before,
    uint32_t **uids, size_t *n);

/* The size of a mail as the server has it. GW_MISSING: it is gone. GW_AGAIN:
 * the server would not say; close the session. */
enum gw_err imap_fetch_size(struct imap *c, uint32_t uid, uint64_t *size);

/* Appends a mail to `fd`, *len bytes: all of it in one BODY.PEEK[] (T10), or
 * only the first `only` bytes when that is not 0. GW_MISSING, GW_AGAIN, and
 * the errors of memfd_write(). */
enum gw_err imap_fetch_body(struct imap *c, uint32_t uid, uint32_t only,
    int fd, uint64_t *len);

#endif
