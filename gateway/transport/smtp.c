#include "transport/smtp.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/clock.h"

/* RFC 5321 4.5.3.2, in milliseconds. */
#define COMMAND_MS	(5 * 60 * 1000)
#define DATA_MS		(2 * 60 * 1000)
#define BLOCK_MS	(3 * 60 * 1000)
#define FINAL_MS	(10 * 60 * 1000)
#define RESET_MS	5000	/* not worth more: a new connection is cheap */

#define LINE_MAX_LEN	2048	/* RFC 5321 4.5.3.1.5 says 512 */
#define LINES_MAX	100	/* lines of one reply */
#define BLOCK		65536	/* bytes written at once */

struct smtp {
	struct net *net;
	char in[LINE_MAX_LEN];	/* bytes read and not yet used */
	size_t at, len;
	bool broken;
	bool dsn, size;		/* what EHLO offered */
};

/* ---- replies ---- */

/* The next line, without its end, in *line until the next call. */
static enum gw_err
read_line(struct smtp *c, char **line, int64_t deadline)
{
	enum gw_err r;
	size_t got;
	char *end;
	int64_t left;

	for (;;) {
		end = memchr(c->in + c->at, '\n', c->len - c->at);
		if (end != NULL)
			break;
		memmove(c->in, c->in + c->at, c->len - c->at);
		c->len -= c->at;
		c->at = 0;
		if (c->len == sizeof(c->in))
			return GW_LIMIT;
		left = deadline - clock_mono_ms();
		r = net_read(c->net, c->in + c->len, sizeof(c->in) - c->len,
		    &got, left < 0 ? 0 : (int)left);
		if (r != GW_OK)
			return r;
		c->len += got;
	}
	*line = c->in + c->at;
	c->at = (size_t)(end - c->in) + 1;
	if (end > *line && end[-1] == '\r')
		end--;
	*end = '\0';
	return GW_OK;
}

/* "5.1.1" with the class of the reply, RFC 2034 4; else "". */
static void
read_status(const char *text, uint32_t code, char out[LIM_STATUS + 1])
{
	unsigned class, subject, detail;
	char stop;

	out[0] = '\0';
	if (sscanf(text, "%1u.%3u.%3u%c", &class, &subject, &detail,
	    &stop) == 4 && stop == ' ' && class == code / 100)
		(void)snprintf(out, LIM_STATUS + 1, "%u.%u.%u", class % 10,
		    subject % 1000, detail % 1000);
}

/* Three digits, 2xx to 5xx, and what separates them from the text. */
static bool
is_reply_line(const char *s)
{
	return s[0] >= '2' && s[0] <= '5' && isdigit((unsigned char)s[1]) &&
	    isdigit((unsigned char)s[2]) &&
	    (s[3] == ' ' || s[3] == '-' || s[3] == '\0');
}

/* Notes a keyword of EHLO. */
static void
note_keyword(struct smtp *c, const char *text)
{
	size_t n = strcspn(text, " ");

	if (n == 3 && strncasecmp(text, "DSN", n) == 0)
		c->dsn = true;
	if (n == 4 && strncasecmp(text, "SIZE", n) == 0)
		c->size = true;
}

/*
 * One reply, all its lines. What is not a reply, or comes with more behind it
 * (nobody asked for that), breaks the session.
 */
static enum gw_err
read_reply(struct smtp *c, struct smtp_reply *reply, bool ehlo, int ms)
{
	int64_t deadline = clock_mono_ms() + ms;
	uint32_t code = 0, n;
	enum gw_err r;
	bool more = true;
	char *line;

	*reply = (struct smtp_reply){ 0 };
	for (n = 0; more; n++) {
		r = n < LINES_MAX ? read_line(c, &line, deadline) : GW_LIMIT;
		if (r == GW_OK && !is_reply_line(line))
			r = GW_FORMAT;
		if (r != GW_OK)
			goto broken;
		more = line[3] == '-';
		line[3] = line[3] == '\0' ? '\0' : ' ';
		reply->code = (uint32_t)strtoul(line, NULL, 10);
		r = n > 0 && reply->code != code ? GW_FORMAT : GW_OK;
		if (r != GW_OK)
			goto broken;
		code = reply->code;
		if (line[3] == '\0')
			continue;
		read_status(line + 4, code, reply->status);
		if (ehlo && n > 0)
			note_keyword(c, line + 4);
	}
	/* RFC 5321 3.8: the server closes after this one. */
	if (c->at != c->len || code == 421)
		c->broken = true;
	return c->at == c->len ? GW_OK : GW_FORMAT;
broken:
	*reply = (struct smtp_reply){ 0 };
	c->broken = true;
	return r;
}

static enum gw_err
write_bytes(struct smtp *c, const void *p, size_t n, int ms)
{
	enum gw_err r = net_write(c->net, p, n, ms);

	if (r != GW_OK)
		c->broken = true;
	return r;
}

/* One command line, and its reply. */
static enum gw_err
command(struct smtp *c, const char *line, struct smtp_reply *reply, bool ehlo,
    int ms)
{
	enum gw_err r;

	*reply = (struct smtp_reply){ 0 };
	if (c->broken)
		return GW_NET;
	r = write_bytes(c, line, strlen(line), ms);
	if (r == GW_OK)
		r = read_reply(c, reply, ehlo, ms);
	return r;
}

/* ---- a session ---- */

/* libcurl has said EHLO, but keeps to itself what the server answered. */
static enum gw_err
say_hello(struct smtp *c, const char *name, int ms)
{
	struct smtp_reply reply;
	char line[LIM_ADDR + 16];
	enum gw_err r;

	(void)snprintf(line, sizeof(line), "EHLO %s\r\n", name);
	r = command(c, line, &reply, true, ms);
	if (r == GW_OK && reply.code / 100 != 2)
		r = GW_REFUSED;
	return r;
}

enum gw_err
smtp_open(struct smtp **out, const struct net_where *where, int timeout_ms)
{
	struct smtp *c;
	enum gw_err r;

	*out = NULL;
	c = calloc(1, sizeof(*c));
	if (c == NULL)
		return GW_NOMEM;
	r = net_open(&c->net, where, timeout_ms);
	if (r == GW_OK)
		r = say_hello(c, where->hello, timeout_ms);
	if (r != GW_OK) {
		c->broken = true;
		smtp_close(c);
		return r;
	}
	*out = c;
	return GW_OK;
}

void
smtp_close(struct smtp *c)
{
	if (c == NULL)
		return;
	/* Polite, but not worth waiting for the answer. */
	if (!c->broken)
		(void)write_bytes(c, "QUIT\r\n", 6, RESET_MS);
	net_close(c->net);
	free(c);
}

bool
smtp_sound(const struct smtp *c)
{
	return !c->broken;
}

enum gw_err
smtp_reset(struct smtp *c)
{
	struct smtp_reply reply;
	enum gw_err r;

	r = command(c, "RSET\r\n", &reply, false, RESET_MS);
	if (r == GW_OK && reply.code / 100 != 2)
		r = GW_REFUSED;
	return r;
}

/* ---- a mail ---- */

/* RFC 3461 4: xtext. */
static void
add_xtext(struct buf *b, const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s > 0x20 && *s < 0x7f && *s != '+' && *s != '=')
			buf_putc(b, *s);
		else
			buf_printf(b, "+%02X", (unsigned)(unsigned char)*s);
	}
}

static void
mail_line(const struct smtp *c, const struct smtp_mail *m, struct buf *b)
{
	buf_printf(b, "MAIL FROM:<%s>", m->sender);
	if (c->size)
		buf_printf(b, " SIZE=%zu", m->n);
	if (c->dsn && m->dsn) {
		buf_puts(b, " RET=HDRS");
		if (m->envid[0] != '\0') {
			buf_puts(b, " ENVID=");
			add_xtext(b, m->envid);
		}
	}
	buf_puts(b, "\r\n");
}

static void
rcpt_line(const struct smtp *c, const struct smtp_mail *m, struct buf *b)
{
	buf_printf(b, "RCPT TO:<%s>", m->rcpt);
	if (c->dsn && m->dsn) {
		buf_puts(b, " NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;");
		add_xtext(b, m->rcpt);
	}
	buf_puts(b, "\r\n");
}

/* What a reply that is not the one hoped for means. */
static enum submit_result
verdict(const struct smtp_reply *reply)
{
	/* RFC 4954 6: our login, not this mail, is what it does not like. */
	static const uint32_t login[] = { 530, 534, 535, 538 };
	size_t i;

	for (i = 0; i < sizeof(login) / sizeof(login[0]); i++) {
		if (reply->code == login[i])
			return SUBMIT_LATER;
	}
	return reply->code / 100 == 5 ? SUBMIT_FAILED : SUBMIT_LATER;
}

/* Bytes up to and with the next line end, at most a block. */
static size_t
piece_len(const uint8_t *p, size_t n)
{
	const uint8_t *end;

	if (n > BLOCK)
		n = BLOCK;
	end = memchr(p, '\n', n);
	return end == NULL ? n : (size_t)(end - p) + 1;
}

/* The mail with its dots doubled (RFC 5321 4.5.2), without the final dot. */
static enum gw_err
write_body(struct smtp *c, const uint8_t *p, size_t n)
{
	bool line_start = true;
	struct buf block;
	enum gw_err r = GW_OK;
	size_t len;

	buf_init(&block, 2 * BLOCK + 1);
	while (n > 0 && r == GW_OK) {
		len = piece_len(p, n);
		if (line_start && *p == '.')
			buf_putc(&block, '.');
		buf_add(&block, p, len);
		line_start = p[len - 1] == '\n';
		p += len;
		n -= len;
		if (n > 0 && block.len < BLOCK)
			continue;
		r = buf_error(&block);
		if (r == GW_OK)
			r = write_bytes(c, block.p, block.len, BLOCK_MS);
		buf_reset(&block);
	}
	buf_free(&block);
	if (r != GW_OK)
		c->broken = true;
	return r;
}

/* After 354: until the final dot is on its way the server has nothing. */
static enum submit_result
write_mail(struct smtp *c, const struct smtp_mail *m,
    struct smtp_reply *reply)
{
	enum gw_err r;

	*reply = (struct smtp_reply){ 0 };
	if (write_body(c, m->p, m->n) != GW_OK)
		return SUBMIT_LATER;
	r = command(c, ".\r\n", reply, false, FINAL_MS);
	if (r != GW_OK && reply->code == 0)
		return SUBMIT_UNKNOWN;
	if (reply->code / 100 == 2)
		return SUBMIT_SENT;
	/* 3xx is no answer to a dot. */
	return reply->code / 100 == 3 ? SUBMIT_UNKNOWN : verdict(reply);
}

enum submit_result
smtp_send(struct smtp *c, const struct smtp_mail *m, struct smtp_reply *reply)
{
	struct buf line;
	enum gw_err r;

	*reply = (struct smtp_reply){ 0 };
	buf_init(&line, 8 * LIM_ADDR);
	mail_line(c, m, &line);
	r = buf_error(&line);
	if (r == GW_OK)
		r = command(c, buf_str(&line), reply, false, COMMAND_MS);
	if (r == GW_OK && reply->code / 100 == 2) {
		buf_reset(&line);
		rcpt_line(c, m, &line);
		r = buf_error(&line);
		if (r == GW_OK)
			r = command(c, buf_str(&line), reply, false,
			    COMMAND_MS);
		if (r == GW_OK && reply->code / 100 == 2)
			r = command(c, "DATA\r\n", reply, false, DATA_MS);
	}
	buf_free(&line);
	if (r != GW_OK)
		return SUBMIT_LATER;
	if (reply->code == 354)
		return write_mail(c, m, reply);
	/* 2xx to DATA: the server has lost its way. */
	if (reply->code / 100 < 4)
		c->broken = true;
	return verdict(reply);
}
