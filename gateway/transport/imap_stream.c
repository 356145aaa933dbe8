#include "transport/imap_stream.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"

#define LOGOUT_MS	2000

static int
time_left(const struct imap *c)
{
	int64_t left = c->deadline - clock_mono_ms();

	return left < 0 ? 0 : (int)left;
}

/* Never 0: libetpan would ask for ever (libs.md 3a). */
static ssize_t
stream_read(mailstream_low *low, void *p, size_t size)
{
	struct imap *c = low->data;
	size_t got = 0;

	if (*c->greeting != '\0') {
		got = strlen(c->greeting);
		got = got < size ? got : size;
		memcpy(p, c->greeting, got);
		c->greeting += got;
		return (ssize_t)got;
	}
	if (c->broken == GW_OK && c->budget == 0)
		c->broken = GW_LIMIT;
	if (c->broken == GW_OK) {
		size = size < c->budget ? size : c->budget;
		c->broken = net_read(c->net, p, size, &got, time_left(c));
	}
	if (c->broken != GW_OK)
		return -1;
	c->budget -= got;
	return (ssize_t)got;
}

static ssize_t
stream_write(mailstream_low *low, const void *p, size_t n)
{
	struct imap *c = low->data;

	if (c->broken == GW_OK)
		c->broken = net_write(c->net, p, n, time_left(c));
	return c->broken == GW_OK ? (ssize_t)n : -1;
}

static int
stream_close(mailstream_low *low)
{
	(void)low;
	return 0;
}

/* Nobody may wait on the socket behind our back. */
static int
stream_fd(mailstream_low *low)
{
	(void)low;
	return -1;
}

static void
stream_free(mailstream_low *low)
{
	free(low);
}

static mailstream_low_driver driver = {
	.mailstream_read = stream_read,
	.mailstream_write = stream_write,
	.mailstream_close = stream_close,
	.mailstream_get_fd = stream_fd,
	.mailstream_free = stream_free,
};

static enum gw_err
start_session(struct imap *c)
{
	mailstream_low *low;
	mailstream *stream;

	low = mailstream_low_new(c, &driver);
	if (low == NULL)
		return GW_NOMEM;
	stream = mailstream_new(low, 16384);
	if (stream == NULL) {
		mailstream_low_free(low);
		return GW_NOMEM;
	}
	/* libcurl has had the true greeting and has logged in. */
	c->greeting = "* PREAUTH ready\r\n";
	return imap_result(c, mailimap_connect(c->session, stream));
}

enum gw_err
imap_open(struct imap **out, const struct net_where *where,
    struct imap_able *able, int timeout_ms)
{
	struct imap *c;
	enum gw_err r;

	*out = NULL;
	c = calloc(1, sizeof(*c));
	if (c == NULL)
		return GW_NOMEM;
	c->greeting = "";
	c->session = mailimap_new(0, NULL);
	c->line = mmap_string_new("");
	if (c->session == NULL || c->line == NULL)
		r = GW_NOMEM;
	else
		r = net_open(&c->net, where, timeout_ms);
	if (r == GW_OK)
		r = start_session(c);
	if (r == GW_OK)
		r = imap_capability(c, able);
	if (r != GW_OK) {
		c->broken = r;	/* no LOGOUT */
		imap_close(c);
		return r;
	}
	*out = c;
	return GW_OK;
}

void
imap_close(struct imap *c)
{
	if (c == NULL)
		return;
	/* mailimap_free() says LOGOUT by itself, and waits for the answer. */
	imap_allow(c, LIM_REPLY, LOGOUT_MS);
	if (c->session != NULL)
		mailimap_free(c->session);
	if (c->line != NULL)
		mmap_string_free(c->line);
	net_close(c->net);
	free(c);
}

void
imap_allow(struct imap *c, size_t bytes, int ms)
{
	c->budget = bytes;
	c->deadline = clock_mono_ms() + ms;
}

enum gw_err
imap_result(const struct imap *c, int code)
{
	switch (code) {
	case MAILIMAP_NO_ERROR:
	case MAILIMAP_NO_ERROR_AUTHENTICATED:
	case MAILIMAP_NO_ERROR_NON_AUTHENTICATED:
		return GW_OK;
	case MAILIMAP_ERROR_MEMORY:
		return GW_NOMEM;
	case MAILIMAP_ERROR_STREAM:
	case MAILIMAP_ERROR_PARSE:
	case MAILIMAP_ERROR_PROTOCOL:
	case MAILIMAP_ERROR_FATAL:
		return c->broken != GW_OK ? c->broken : GW_FORMAT;
	default:
		return c->broken != GW_OK ? c->broken : GW_REFUSED;
	}
}
