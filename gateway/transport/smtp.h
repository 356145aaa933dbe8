/*
 * One SMTP session over net.h: replies read within bounds, commands one by one,
 * and for each mail exactly what the server said of it.
 */
#ifndef GW_TRANSPORT_SMTP_H
#define GW_TRANSPORT_SMTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/limits.h"
#include "transport/net.h"
#include "wire/messages.h"

struct smtp;

struct smtp_reply {
	uint32_t code;			/* 0: none that could be read */
	char status[LIM_STATUS + 1];	/* RFC 3463, or "" */
};

/* Strings are canonical addresses and letters; lines end in CRLF. */
struct smtp_mail {
	const char *sender;	/* "": the null path */
	const char *rcpt;
	const char *envid;	/* "": none */
	bool dsn;		/* ask for notices, where the server can */
	const uint8_t *p;
	size_t n;
};

/* Connects, logs in, says EHLO. As net_open(); GW_REFUSED: not welcome. */
enum gw_err smtp_open(struct smtp **c, const struct net_where *where,
    int timeout_ms);

/* Says QUIT when the session is sound, and disconnects. NULL is fine. */
void smtp_close(struct smtp *c);

/* RSET: whether the session still lives. GW_REFUSED, GW_NET and so on. */
enum gw_err smtp_reset(struct smtp *c);

/* One transaction. *reply is the one that decided. */
enum submit_result smtp_send(struct smtp *c, const struct smtp_mail *m,
    struct smtp_reply *reply);

/* Whether the session can be used again. */
bool smtp_sound(const struct smtp *c);

#endif
