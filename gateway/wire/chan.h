/*
 * A channel: one end of a SOCK_SEQPACKET pair between two roles. One packet
 * is one message of messages.def; descriptors travel with it (SCM_RIGHTS).
 */
#ifndef GW_WIRE_CHAN_H
#define GW_WIRE_CHAN_H

#include <stdint.h>

#include "wire/messages.h"

struct chan {
	int fd;			/* -1 when closed; owned */
	enum role self;
	enum role peer;
	uint64_t seen;		/* ONCE rows that have come, one bit each */
};

/* Two connected ends, close-on-exec. GW_AGAIN, GW_NOMEM, GW_IO. */
enum gw_err chan_pair(int fd[2]);

/* Takes over `fd`. */
void chan_open(struct chan *ch, int fd, enum role self, enum role peer);
void chan_close(struct chan *ch);

/*
 * Sends; descriptors in `m` stay the caller's. Waits while the peer is slow,
 * at most `timeout_ms` (-1 = for ever). GW_EOF: the peer is gone. GW_TIMEOUT.
 * GW_DENIED: no row lets us. GW_LIMIT, GW_INTERNAL as msg_encode().
 */
enum gw_err chan_send(struct chan *ch, const struct msg *m, int timeout_ms);

/*
 * Receives one message; its descriptors are then the caller's (msg_close()).
 * Waits at most `timeout_ms` (-1 = for ever, 0 = not at all).
 * GW_EOF, GW_TIMEOUT. GW_FORMAT: malformed. GW_DENIED: well formed, but no row
 * lets the peer send it, or it is a ONCE row that came before. After these two
 * the channel cannot be trusted: close it.
 */
enum gw_err chan_recv(struct chan *ch, struct msg *m, int timeout_ms);

#endif
