/*
 * From a template and a few facts to the bytes that keys is asked to seal
 * (messages.def "seal"): outer header, the entity's beginning and ending.
 *
 * Outer header: From, To, Date, Message-ID, Subject "[...]" (R59),
 * Auto-Submitted, X-Auto-Response-Suppress, X-Meldpost-Loop, MIME-Version;
 * nothing else and nothing that came in a mail (T08, T19). Content-Type is left
 * to keys, which makes the envelope.
 *
 * The entity of a sealed letter repeats all of these with the real Subject
 * (RFC 9788, hp="cipher") and is always multipart/mixed, so that padding fits
 * in its epilogue. Our own public key, where a letter brings it, is small and
 * ASCII and stands in the head. An event for the calendar stands beside the
 * text, multipart/alternative{ text/plain, text/calendar; method=... }: so
 * Exchange, Google and Thunderbird shape their own invitations, and so all of
 * them find the buttons (RFC 6047 2.4). The entity of a clear letter is one
 * text/plain (hp="clear") and has no ending. All of it is printable ASCII,
 * lines of at most 76 where a mail program may break them, CRLF.
 */
#ifndef GW_COMPOSE_COMPOSE_H
#define GW_COMPOSE_COMPOSE_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/limits.h"
#include "compose/calendar_write.h"
#include "compose/template.h"
#include "flow/effect.h"

/* What the gateway says of itself; strings belong to the caller. */
struct office {
	const char *name;	/* municipality */
	const char *address;
	const char *contact;
	const char *phone;
	const char *citation;
	const char *practice;	/* address to practise with; NULL: a letter that
				 * names it cannot be written */
	const char *law_info;	/* where the law lets the mayor ask a service
				 * (R27, R159); NULL: COMPOSE_LAW_INFO */
};

#define COMPOSE_LAW_INFO \
	"artikel 3, \302\247 2, van de wet van 30 juli 2018"

/* A file that a letter brings, of our own making; sent as base64. */
struct letter_file {
	char name[32];		/* a-z, 0-9, hyphen and point */
	const char *type;	/* "text/plain; charset=utf-8" */
	const uint8_t *p;
	size_t n;
};

struct letter {
	enum mail_kind kind;
	const char *section;	/* body section: "body", or a variant of it */
	const char *to;		/* canonical address */
	const char *ref;	/* stands in the subject and the first line; ""
				 * when there is none (T02) */
	const char *message_id;	/* with its brackets */
	int64_t date;		/* UTC */
	const char *choices;	/* B02: the section that becomes {{choices}};
				 * NULL: that of letters.c, or the one for
				 * anybody where there is no reference */
	const struct var *vars;	/* beyond LETTER_HOUSE, which every letter has;
				 * one line each but those that letters.c
				 * says may have several */
	size_t nvars;
	const uint8_t *key;	/* our own public key, armored, where letters.c
				 * says that the letter brings it; else NULL */
	size_t key_len;
	const struct calendar_event *calendar;	/* where letters.c says that
				 * the letter brings one, from us to whom the
				 * letter goes (R58); else NULL */
	const struct letter_file *files; /* where letters.c allows them */
	size_t nfiles;
	bool clear;		/* signed only: neutral subject, and the
				 * reference only where the text has it */
	bool attach;		/* the plaintext follows as message/rfc822 */
};

/* The three runs of messages.def "seal" in one buf. */
struct composed {
	struct buf head;
	uint32_t outer_len;
	uint32_t prefix_len;
};

/*
 * Composes. GW_MISSING, GW_FORMAT as template_render(); GW_MISSING also for a
 * letter that is not in letters.c, GW_DENIED for one that may not leave in
 * clear or carry an attachment, files, a key or an event; GW_FORMAT also for an
 * address, Message-ID or reference with anything but printable ASCII, a value
 * with several lines where letters.c has one, a key that is not one armor, and
 * an event between others than we and the addressee; for the event also what
 * calendar_write() answers; GW_LIMIT, GW_NOMEM. Free c->head with buf_free(),
 * whatever was returned.
 */
enum gw_err compose(const struct templates *t, const struct office *office,
    const struct letter *letter, struct composed *c);

/*
 * Appends the outer header of a mail from us to `to` and nothing more: the rest
 * of it is not ours to write (T28b). GW_FORMAT: as compose(); GW_NOMEM.
 */
enum gw_err compose_outer(const struct office *office, const char *to,
    const char *message_id, int64_t date, struct buf *out);

/*
 * Appends one of the parts of letters.c, which is to become a value of a
 * letter: a sentence, a check of B04, a blank. A part that names {{reference}}
 * gets it as one of `vars`. GW_MISSING: there is no such part; else as
 * template_render().
 */
enum gw_err compose_part(const struct templates *t,
    const struct office *office, enum mail_kind kind, const char *section,
    const struct var *vars, size_t nvars, struct buf *out);

/* A fresh UID for an invitation (base/calendar.h). */
void compose_uid(char out[LIM_UID + 1]);

/* A fresh Message-ID "<random@domain of address>"; of a domain that is too long
 * only its last labels. */
void compose_message_id(const char *address, char out[LIM_MSGID + 1]);

#endif
