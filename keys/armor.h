/*
 * ASCII armor (RFC 4880 6), on and off, as a stream. gpg can do it, at four
 * times the price of the whole encryption; and its reader is lenient where we
 * want one armor and nothing else.
 */
#ifndef KEYS_ARMOR_H
#define KEYS_ARMOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "keys/stream.h"

enum armor_kind { ARMOR_MESSAGE, ARMOR_SIGNATURE, ARMOR_KEY };

#define ARMOR_LINE 48		/* bytes in one line of 64 characters */

/* A sink that puts armor with CRLF line ends into a writer. */
struct armor_out {
	struct sink sink;
	struct writer *to;	/* not owned */
	enum armor_kind kind;
	uint32_t crc;
	size_t n;		/* bytes waiting in `line` */
	uint8_t line[ARMOR_LINE];
};

/* Writes the head line. */
void armor_out_init(struct armor_out *a, struct writer *to,
    enum armor_kind kind);

/* Writes the last line and the tail, without a line end after it. */
void armor_out_end(struct armor_out *a);

/* Bytes of armor around `n` bytes, head to tail, as written by the above. */
uint64_t armor_size(enum armor_kind kind, uint64_t n);

/* The most bytes in whole lines whose armor takes no more than `room`. */
uint64_t armor_fits(enum armor_kind kind, uint64_t room);

/*
 * Reads one armor of `kind`, or bytes that bear no armor at all. White space
 * may stand around an armor, nothing else. The checksum is not computed: the
 * packets have better ones.
 */
struct armor_in {
	const uint8_t *p;	/* not owned */
	size_t n;
	size_t at;
	enum armor_kind kind;
	bool binary;
	bool ended;
	uint32_t acc;		/* bits of an unfinished group */
	unsigned chars;		/* characters in it */
};

/* False when `p` does not begin with an armor head of `kind` or a packet. */
bool armor_in_open(struct armor_in *a, const uint8_t *p, size_t n,
    enum armor_kind kind);

/* As source.read. */
ssize_t armor_in_read(struct armor_in *a, uint8_t *out, size_t room);

#endif
