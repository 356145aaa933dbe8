/*
 * Where mail comes from. One driver is chosen by the configuration; fetch
 * calls it in a loop: wait, next, and after core's answer settle.
 */
#ifndef GW_TRANSPORT_SOURCE_H
#define GW_TRANSPORT_SOURCE_H

#include <stdint.h>

#include "base/err.h"
#include "conf/conf.h"
#include "wire/messages.h"

struct source;	/* the driver's own */

struct source_mail {
	char token[LIM_TOKEN + 1];	/* names the mail in its source */
	uint64_t size;			/* bytes in the source */
	int raw;			/* frozen memfd, the caller's; only the
					 * first LIM_HEADER_BYTES of a mail that
					 * is larger than LIM_MAIL_BYTES */
};

struct source_driver {
	const char *type;	/* "maildir", "imap": option source.type */

	/* Prepares; opens directories, loads what must be loaded before
	 * confinement. Does not connect yet. `conf` must live on. GW_FORMAT:
	 * an option cannot be used; GW_MISSING, GW_DENIED, GW_IO, GW_NOMEM. */
	enum gw_err (*open)(const struct conf *conf, struct source **s);

	/*
	 * The next mail that was not handed out since the last settle. Connects
	 * when needed. GW_MISSING: nothing waits. GW_NET, GW_TLS, GW_AUTH,
	 * GW_IO, GW_TIMEOUT: could not look; connection dropped, call again.
	 * GW_AGAIN: the same, when a mail was refused to us; it comes again
	 * after all others.
	 * A mail that was kept (FATE_KEEP) is handed out again after all others.
	 */
	enum gw_err (*next)(struct source *s, struct source_mail *m);

	/*
	 * Core has decided: FATE_GONE deletes (IMAP: UID EXPUNGE; Maildir:
	 * unlink), FATE_SIDE moves to the side folder, FATE_KEEP leaves.
	 * GW_MISSING: the mail is not there (any more). After an error it comes
	 * again with the next connection or start, not before; core knows it
	 * by its digest.
	 */
	enum gw_err (*settle)(struct source *s, const char *token,
	    enum fate fate);

	/* Waits until mail may have come, `also` (a descriptor) is readable or
	 * `timeout_ms` passed. GW_OK in all three cases; GW_NET... when the
	 * connection broke. IDLE or inotify; never only a clock. */
	enum gw_err (*wait)(struct source *s, int also, int timeout_ms);

	/* Erases side-folder mail from before `before`; once a day. */
	enum gw_err (*sweep)(struct source *s, int64_t before);

	void (*close)(struct source *s);
};

extern const struct source_driver source_maildir;
extern const struct source_driver source_imap;

/* The driver for conf->source_type, or NULL. */
const struct source_driver *source_find(const struct conf *conf);

#endif
