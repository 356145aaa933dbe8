/* Where mail goes to. One driver is chosen by the configuration. */
#ifndef GW_TRANSPORT_SINK_H
#define GW_TRANSPORT_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "conf/conf.h"
#include "wire/messages.h"

struct sink;

struct sink_driver {
	const char *type;	/* "smtp", "maildir": option sink.type */

	/* Prepares; loads what must be loaded before confinement. `conf` must
	 * live on. GW_FORMAT: an option cannot be used; GW_MISSING, GW_DENIED,
	 * GW_IO, GW_NOMEM. */
	enum gw_err (*open)(const struct conf *conf, struct sink **s);

	/*
	 * Hands over one mail for one recipient and fills *out (id apart). The
	 * connection is kept open a while for the next one. Never returns an
	 * error: whatever happens is one of enum submit_result.
	 */
	void (*send)(struct sink *s, const struct msg_submit *m,
	    struct msg_submitted *out);

	/* Drops an idle connection; called when nothing was sent for 10 s. */
	void (*idle)(struct sink *s);

	void (*close)(struct sink *s);
};

extern const struct sink_driver sink_smtp;
extern const struct sink_driver sink_maildir;

const struct sink_driver *sink_find(const struct conf *conf);

/*
 * The guard at the door (security.md T42): whether `p` is one finished mail of
 * ours that may leave. A header of nothing but our own fields, each once, one
 * To, equal to `rcpt`, Subject "[...]"; then one multipart/encrypted with
 * nothing before or after its two parts, and in the second one OpenPGP message
 * that is encrypted, to one key. With `clear` a short multipart/signed text may
 * leave too (T02, T39, T42). CRLF and 7 bits only (T20).
 */
bool sink_may_leave(const uint8_t *p, size_t n, const char *rcpt, bool clear);

/*
 * Who may be written to (R101): the configured contact of the LTF by a dispatch
 * alone, and a dispatch reaches nobody else. An address counts as that
 * contact's in any case of letters; a dispatch goes to it as it is configured.
 */
bool sink_may_address(const struct conf *conf, const char *rcpt,
    bool dispatch);

/* The one Message-ID of a mail, with its brackets. False and "": there is
 * none, several, or one that is not of our making. */
bool sink_message_id(const uint8_t *p, size_t n, char out[LIM_MSGID + 1]);

#endif
