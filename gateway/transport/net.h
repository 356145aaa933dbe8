/*
 * A verified connection: TCP, TLS with chain and host name, login. libcurl
 * does all of it (CURLOPT_CONNECT_ONLY); this is the only file that includes
 * it. Nothing is ever sent in clear text, not even a login (T21).
 */
#ifndef GW_TRANSPORT_NET_H
#define GW_TRANSPORT_NET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct net;

struct net_where {
	enum { NET_IMAP, NET_SMTP } protocol;
	bool starttls;		/* false: TLS from the first byte */
	const char *host;
	int port;		/* 0: the protocol's own */
	const char *ca_file;	/* "": the system's store */
	const char *user;	/* "": no login (SMTP only) */
	const char *password;
	const char *hello;	/* SMTP: our name in EHLO, a domain */
};

/* Loads what libcurl and GnuTLS need, once and before confinement. */
enum gw_err net_start(void);

/* The files and directories that name lookup and TLS read later on, when the
 * role is confined already: read only, NULL at the end. The configured
 * ca_file comes on top. */
const char *const *net_paths(void);

/*
 * Connects and logs in within `timeout_ms`. After GW_OK an IMAP session is in
 * authenticated state, an SMTP session has said EHLO. GW_TLS: certificate or
 * host name wrong, or STARTTLS refused. GW_AUTH also when the server asked for
 * no login at all. GW_FORMAT: host or hello is no name. GW_NET, GW_TIMEOUT,
 * GW_NOMEM. A sentence for the log is in net_why().
 */
enum gw_err net_open(struct net **n, const struct net_where *where,
    int timeout_ms);
void net_close(struct net *n);

/* Bytes in: at least one, at most `size`. GW_EOF, GW_TIMEOUT, GW_NET. */
enum gw_err net_read(struct net *n, void *p, size_t size, size_t *got,
    int timeout_ms);

/* All bytes out. GW_EOF, GW_TIMEOUT, GW_NET. */
enum gw_err net_write(struct net *n, const void *p, size_t len,
    int timeout_ms);

/* Waits until net_read() would not wait, or `also` is readable (-1: none).
 * TLS's own buffer counts (libs.md 3a). GW_OK, GW_TIMEOUT, GW_NET. *readable
 * says whether it is the connection. */
enum gw_err net_wait(struct net *n, int also, int timeout_ms, bool *readable);

/* Which options to look at after `r`: " (see options ...)", or "". */
const char *net_advice(enum gw_err r);

/* What went wrong in the last net_open(), "" when it went well: libcurl's
 * sentence, no secrets. */
const char *net_why(void);

#endif
