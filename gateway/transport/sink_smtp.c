/*
 * SMTP submission (RFC 5321, 6409) with delivery notices (RFC 3461), over a
 * connection that is verified and logged in already. One mail has one
 * recipient. What must not happen is a mail that is sent twice: when the reply
 * to the final dot is lost, nobody knows (RFC 1047), and we say so.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memfd.h"
#include "base/address.h"
#include "transport/net.h"
#include "transport/sink.h"
#include "transport/smtp.h"

#define CONNECT_MS	30000

struct sink {
	struct net_where where;
	struct smtp *smtp;	/* NULL when not connected */
	bool used;		/* it may have died since its last mail */
	bool unreachable;	/* and the log knows it */
};

static enum gw_err
sink_open(const struct conf *conf, struct sink **out)
{
	const char *at = strchr(conf->instance_address, '@');
	struct sink *s;
	enum gw_err r;

	*out = NULL;
	if (conf->sink_host[0] == '\0')
		return GW_FORMAT;
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return GW_NOMEM;
	s->where = (struct net_where){
		.protocol = NET_SMTP,
		.starttls = strcmp(conf->sink_tls, "starttls") == 0,
		.host = conf->sink_host,
		.port = (int)conf->sink_port,
		.ca_file = conf->sink_ca_file,
		.user = conf->sink_user,
		.password = conf->sink_password_file,
		/* The name of the machine is nobody's business. */
		.hello = at != NULL ? at + 1 : "localhost",
	};
	r = net_start();
	if (r == GW_OK)
		*out = s;
	else
		free(s);
	return r;
}

static void
drop(struct sink *s)
{
	smtp_close(s->smtp);
	s->smtp = NULL;
}

/* One line for each change of state. */
static void
log_state(struct sink *s, enum gw_err r)
{
	const char *why = net_why();

	if (r != GW_OK && !s->unreachable)
		log_event(LOG_WARN, "sink", "unreachable: %s%s",
		    why[0] != '\0' ? why : gw_strerror(r), net_advice(r));
	if (r == GW_OK && s->unreachable)
		log_event(LOG_NOTE, "sink", "back");
	s->unreachable = r != GW_OK;
}

static enum gw_err
ensure(struct sink *s)
{
	enum gw_err r;

	if (s->smtp != NULL && s->used && smtp_reset(s->smtp) != GW_OK)
		drop(s);
	if (s->smtp != NULL)
		return GW_OK;
	r = smtp_open(&s->smtp, &s->where, CONNECT_MS);
	s->used = false;
	log_state(s, r);
	return r;
}

/* An address that is its own canonical form: nothing in it can end a line or
 * a path (libs.md 3d). */
static bool
is_plain(const char *address)
{
	char same[LIM_ADDR + 1];

	return address_canonical(address, same) && strcmp(address, same) == 0;
}

static bool
is_envid(const char *id)
{
	size_t i;

	for (i = 0; id[i] != '\0'; i++) {
		if (!isalnum((unsigned char)id[i]) && id[i] != '-')
			return false;
	}
	return true;
}

static void
sink_send(struct sink *s, const struct msg_submit *m,
    struct msg_submitted *out)
{
	struct smtp_mail mail = {
		.sender = m->sender, .rcpt = m->rcpt, .envid = m->envid,
		.dsn = m->dsn != 0,
	};
	struct smtp_reply reply = { 0 };
	struct map map;

	*out = (struct msg_submitted){ .result = SUBMIT_LATER };
	if ((m->sender[0] != '\0' && !is_plain(m->sender)) ||
	    !is_plain(m->rcpt) || !is_envid(m->envid)) {
		out->result = SUBMIT_REFUSED;
		return;
	}
	if (memfd_map(m->mail, 2 * LIM_PLAIN_BYTES, &map) != GW_OK)
		return;
	mail.p = map.p;
	mail.n = map.len;
	if (map.len < 2 || memcmp(map.p + map.len - 2, "\r\n", 2) != 0) {
		/* The final dot would not stand on a line of its own. */
		out->result = SUBMIT_REFUSED;
	} else if (ensure(s) == GW_OK) {
		out->result = smtp_send(s->smtp, &mail, &reply);
		s->used = true;
		if (!smtp_sound(s->smtp))
			drop(s);
	}
	memfd_unmap(&map);
	out->code = reply.code;
	(void)snprintf(out->status, sizeof(out->status), "%s", reply.status);
}

static void
sink_idle(struct sink *s)
{
	drop(s);
}

static void
sink_close(struct sink *s)
{
	drop(s);
	free(s);
}

const struct sink_driver sink_smtp = {
	.type = "smtp",
	.open = sink_open,
	.send = sink_send,
	.idle = sink_idle,
	.close = sink_close,
};
