#include "transport/net.h"

#include <ctype.h>
#include <curl/curl.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"

struct net {
	CURL *curl;
	curl_socket_t fd;
	bool smtp;
	bool greeted;		/* the first line of the server has come */
	bool preauth;		/* it let us in without a login */
	bool logged_in;		/* SMTP: it answered 235 */
	/* What net_wait() had to read to know whether there is anything. */
	uint8_t ahead[4096];
	size_t ahead_at, ahead_len;
};

static char why[CURL_ERROR_SIZE];

enum gw_err
net_start(void)
{
	/* A broken connection is an error code, not a death. */
	(void)signal(SIGPIPE, SIG_IGN);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return GW_INTERNAL;
	return GW_OK;
}

const char *const *
net_paths(void)
{
	static const char *const paths[] = {
		/* The resolver; resolv.conf is often a link into /run. */
		"/etc/resolv.conf", "/etc/hosts", "/etc/host.conf",
		"/etc/nsswitch.conf", "/etc/gai.conf", "/etc/services",
		"/run/systemd/resolve", "/run/resolvconf",
		"/run/NetworkManager",
		/* Modules that nsswitch.conf names are loaded at first use. */
		"/etc/ld.so.cache", "/lib", "/usr/lib", "/lib64",
		/* Trust and policy of GnuTLS, the hash links with the bundle;
		 * local authorities are links to their source. */
		"/etc/ssl/certs", "/usr/share/ca-certificates",
		"/usr/local/share/ca-certificates", "/etc/gnutls",
		"/dev/urandom", "/dev/null",
		NULL
	};

	return paths;
}

const char *
net_advice(enum gw_err r)
{
	switch (r) {
	case GW_AUTH:
		return " (see options user, password_file)";
	case GW_TLS:
		return " (see options ca_file, host, tls)";
	case GW_NET:
	case GW_TIMEOUT:
		return " (see options host, port, tls)";
	default:
		return "";
	}
}

const char *
net_why(void)
{
	return why;
}

static enum gw_err
fail(enum gw_err r, const char *sentence)
{
	(void)snprintf(why, sizeof(why), "%s", sentence);
	return r;
}

/* Letters, digits, dots, hyphens, or an IPv6 literal: what goes into a URL
 * must not be able to say more than a name. */
static bool
is_name(const char *s, bool address)
{
	size_t i;

	for (i = 0; s[i] != '\0'; i++) {
		if (!isalnum((unsigned char)s[i]) && s[i] != '.' &&
		    s[i] != '-' && !(address && s[i] == ':'))
			return false;
	}
	return i > 0 && i <= LIM_ADDR;
}

/* scheme://host:port/hello */
static enum gw_err
make_url(const struct net_where *where, char *url, size_t size)
{
	static const struct {
		const char *scheme;
		int port;
	} kinds[2][2] = {
		[NET_IMAP] = { { "imaps", 993 }, { "imap", 143 } },
		[NET_SMTP] = { { "smtps", 465 }, { "smtp", 587 } },
	};
	const char *hello = where->hello == NULL ? "" : where->hello;
	bool six = strchr(where->host, ':') != NULL;
	int port = where->port, n;

	if (!is_name(where->host, true))
		return fail(GW_FORMAT, "the server's name is no host name");
	if (hello[0] != '\0' && !is_name(hello, false))
		return fail(GW_FORMAT, "our own name is no host name");
	if (port == 0)
		port = kinds[where->protocol][where->starttls].port;
	n = snprintf(url, size, "%s://%s%s%s:%d/%s",
	    kinds[where->protocol][where->starttls].scheme, six ? "[" : "",
	    where->host, six ? "]" : "", port,
	    where->protocol == NET_SMTP ? hello : "");
	return n > 0 && (size_t)n < size ? GW_OK : GW_LIMIT;
}

/* Sees each reply line while libcurl connects. */
static size_t
on_line(char *p, size_t size, size_t count, void *context)
{
	struct net *n = context;
	size_t len = size * count;

	if (n->smtp) {
		if (len >= 3 && memcmp(p, "235", 3) == 0)
			n->logged_in = true;
	} else if (!n->greeted) {
		n->preauth = len >= 9 && strncasecmp(p, "* PREAUTH", 9) == 0;
	}
	n->greeted = true;
	return len;
}

/* Whatever libcurl would take from the environment is set here. */
static CURLcode
set_options(struct net *n, const struct net_where *where, const char *url,
    long timeout_ms)
{
	CURL *c = n->curl;
	CURLcode e = CURLE_OK;

#define SET(option, value)						\
	(e = e != CURLE_OK ? e : curl_easy_setopt(c, option, value))
	SET(CURLOPT_ERRORBUFFER, why);
	SET(CURLOPT_URL, url);
	SET(CURLOPT_PROTOCOLS_STR, "imap,imaps,smtp,smtps");
	SET(CURLOPT_CONNECT_ONLY, 1L);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(CURLOPT_TCP_KEEPALIVE, 1L);
	SET(CURLOPT_TIMEOUT_MS, timeout_ms);
	SET(CURLOPT_HEADERFUNCTION, on_line);
	SET(CURLOPT_HEADERDATA, n);
	/* T21: TLS or nothing, proven by chain and name. */
	SET(CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	if (where->ca_file[0] != '\0') {
		/* This authority and no other. */
		SET(CURLOPT_CAINFO, where->ca_file);
		SET(CURLOPT_CAPATH, NULL);
	}
	if (where->user[0] != '\0') {
		SET(CURLOPT_USERNAME, where->user);
		SET(CURLOPT_PASSWORD, where->password);
	}
#undef SET
	return e;
}

static enum gw_err
from_curl(CURLcode e)
{
	static const struct {
		CURLcode code;
		enum gw_err err;
	} known[] = {
		{ CURLE_PEER_FAILED_VERIFICATION, GW_TLS },
		{ CURLE_SSL_CONNECT_ERROR, GW_TLS },
		{ CURLE_USE_SSL_FAILED, GW_TLS },
		{ CURLE_SSL_CACERT_BADFILE, GW_TLS },
		{ CURLE_SSL_CERTPROBLEM, GW_TLS },
		{ CURLE_SSL_CIPHER, GW_TLS },
		{ CURLE_SSL_ISSUER_ERROR, GW_TLS },
		{ CURLE_LOGIN_DENIED, GW_AUTH },
		{ CURLE_AUTH_ERROR, GW_AUTH },
		{ CURLE_OPERATION_TIMEDOUT, GW_TIMEOUT },
		{ CURLE_OUT_OF_MEMORY, GW_NOMEM },
	};
	size_t i;

	if (e == CURLE_OK)
		return GW_OK;
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (known[i].code == e)
			break;
	}
	if (why[0] == '\0')
		(void)fail(GW_NET, curl_easy_strerror(e));
	return i < sizeof(known) / sizeof(known[0]) ? known[i].err : GW_NET;
}

/* libcurl is content with a server that never asks who we are. We are not:
 * it would be another server, or another mailbox, than was configured. */
static enum gw_err
check_login(const struct net *n, const struct net_where *where)
{
	if (n->preauth)
		return fail(GW_AUTH, "the server let us in without a login");
	if (n->smtp && where->user[0] != '\0' && !n->logged_in)
		return fail(GW_AUTH, "the server offers no login that we know");
	return GW_OK;
}

enum gw_err
net_open(struct net **out, const struct net_where *where, int timeout_ms)
{
	char url[2 * LIM_ADDR + 64];
	struct net *n;
	enum gw_err r;

	*out = NULL;
	why[0] = '\0';
	r = make_url(where, url, sizeof(url));
	if (r != GW_OK)
		return r;
	n = calloc(1, sizeof(*n));
	if (n == NULL)
		return GW_NOMEM;
	n->smtp = where->protocol == NET_SMTP;
	n->curl = curl_easy_init();
	if (n->curl == NULL) {
		r = GW_NOMEM;
		goto out;
	}
	r = from_curl(set_options(n, where, url, timeout_ms));
	if (r == GW_OK)
		r = from_curl(curl_easy_perform(n->curl));
	if (r == GW_OK)
		r = check_login(n, where);
	if (r == GW_OK)
		r = from_curl(curl_easy_getinfo(n->curl,
		    CURLINFO_ACTIVESOCKET, &n->fd));
out:
	if (r != GW_OK) {
		net_close(n);
		return r;
	}
	why[0] = '\0';
	*out = n;
	return GW_OK;
}

void
net_close(struct net *n)
{
	if (n == NULL)
		return;
	curl_easy_cleanup(n->curl);
	free(n);
}

/* What is there now, without waiting. GW_AGAIN, GW_EOF, GW_NET. */
static enum gw_err
receive(struct net *n, void *p, size_t size, size_t *got)
{
	CURLcode e = curl_easy_recv(n->curl, p, size, got);

	if (e == CURLE_AGAIN)
		return GW_AGAIN;
	if (e != CURLE_OK)
		return GW_NET;
	return *got == 0 ? GW_EOF : GW_OK;
}

/* Time left until `deadline`, -1 for one that never comes. */
static int
left_of(int64_t deadline)
{
	int64_t left;

	if (deadline < 0)
		return -1;
	left = deadline - clock_mono_ms();
	return left < 0 ? 0 : (int)left;
}

/* Polls the socket and `also`. GW_OK, GW_TIMEOUT, GW_NET; *other says that
 * `also` has something. */
static enum gw_err
poll_both(struct net *n, short events, int also, int64_t deadline, bool *other)
{
	struct pollfd p[2] = {
		{ .fd = n->fd, .events = events },
		{ .fd = also, .events = POLLIN },
	};
	int r;

	do {
		r = poll(p, 2, left_of(deadline));
	} while (r < 0 && errno == EINTR);
	*other = r > 0 && p[1].revents != 0;
	if (r < 0)
		return GW_NET;
	return r == 0 ? GW_TIMEOUT : GW_OK;
}

static int64_t
deadline_from(int timeout_ms)
{
	return timeout_ms < 0 ? -1 : clock_mono_ms() + timeout_ms;
}

enum gw_err
net_read(struct net *n, void *p, size_t size, size_t *got, int timeout_ms)
{
	int64_t deadline = deadline_from(timeout_ms);
	enum gw_err r;
	bool other;

	*got = 0;
	if (n->ahead_at < n->ahead_len) {
		*got = n->ahead_len - n->ahead_at;
		if (*got > size)
			*got = size;
		memcpy(p, n->ahead + n->ahead_at, *got);
		n->ahead_at += *got;
		return GW_OK;
	}
	for (;;) {
		r = receive(n, p, size, got);
		if (r != GW_AGAIN)
			return r;
		r = poll_both(n, POLLIN, -1, deadline, &other);
		if (r != GW_OK)
			return r;
	}
}

enum gw_err
net_write(struct net *n, const void *p, size_t len, int timeout_ms)
{
	int64_t deadline = deadline_from(timeout_ms);
	const uint8_t *at = p;
	enum gw_err r;
	size_t sent;
	CURLcode e;
	bool other;

	while (len > 0) {
		sent = 0;
		e = curl_easy_send(n->curl, at, len, &sent);
		if (e != CURLE_OK && e != CURLE_AGAIN)
			return GW_NET;
		at += sent;
		len -= sent;
		if (sent > 0)
			continue;
		r = poll_both(n, POLLOUT, -1, deadline, &other);
		if (r != GW_OK)
			return r;
	}
	return GW_OK;
}

enum gw_err
net_wait(struct net *n, int also, int timeout_ms, bool *readable)
{
	int64_t deadline = deadline_from(timeout_ms);
	bool other = false;
	enum gw_err r;

	*readable = false;
	for (;;) {
		if (n->ahead_at == n->ahead_len) {
			/* Only reading tells whether TLS holds whole bytes for
			 * us: the socket wakes for its own records too. */
			n->ahead_at = n->ahead_len = 0;
			r = receive(n, n->ahead, sizeof(n->ahead),
			    &n->ahead_len);
			if (r != GW_OK && r != GW_AGAIN)
				return GW_NET;
		}
		*readable = n->ahead_at < n->ahead_len;
		if (*readable || other)
			return GW_OK;
		r = poll_both(n, POLLIN, also, deadline, &other);
		if (r != GW_OK)
			return r;
	}
}
