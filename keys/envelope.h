/*
 * The outside of a mail that keys makes: outer header, RFC 3156 parts, and
 * behind the armor white space up to the size that it is to have.
 */
#ifndef KEYS_ENVELOPE_H
#define KEYS_ENVELOPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "keys/armor.h"
#include "keys/stream.h"

#define ENVELOPE_RANDOM		12
#define ENVELOPE_BOUNDARY	(2 * ENVELOPE_RANDOM + 1)

/* What comes behind the armor: the least white space, for an odd rest takes
 * three bytes, and the last delimiter. */
#define ENVELOPE_TAIL	4
#define ENVELOPE_AFTER	(ENVELOPE_BOUNDARY + sizeof("\r\n----\r\n") - 1)

struct envelope {
	char boundary[ENVELOPE_BOUNDARY + 1];
	struct writer out;
	int fd;			/* owned until envelope_end() */
	uint64_t target;	/* size of the finished mail; 0: its bucket */
};

/* One line of ASCII with CRLF at `p`; its length with CRLF, 0 if it is not. */
size_t envelope_line(const uint8_t *p, size_t n);

/* Header lines only (T19, T20), and no Content-Type: that one is ours. */
bool envelope_is_header(const uint8_t *p, size_t n);

/* A new mail that begins with these header lines. When it is not GW_OK there
 * is nothing to end. GW_AGAIN, GW_NOMEM, GW_IO. */
enum gw_err envelope_begin(struct envelope *e, const uint8_t *header,
    size_t n);

/* The boundary, and what stands around it. */
void envelope_put(struct envelope *e, const char *before, const char *after);

/* RFC 3156 4: up to the armor, and from its last line on. */
void envelope_open(struct envelope *e);
void envelope_close(struct envelope *e, struct armor_out *armor);

/* `r` is how it went: on GW_OK the mail is frozen and in *mail, the caller's.
 * What the writer met counts more than what gpg made of it. */
enum gw_err envelope_end(struct envelope *e, enum gw_err r, int *mail);

#endif
