/*
 * Bytes on their way into and out of the engine, a piece at a time, so that
 * no second copy of a large mail ever exists.
 */
#ifndef KEYS_STREAM_H
#define KEYS_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/memfd.h"

/* Where bytes come from. */
struct source {
	/* Puts up to `n` (at least 3) bytes at `p`: how many, 0 at the end,
	 * -1 when what follows may not go on. */
	ssize_t (*read)(struct source *s, uint8_t *p, size_t n);
};

/* Where bytes go; false ends the operation. */
struct sink {
	bool (*write)(struct sink *s, const uint8_t *p, size_t n);
};

/*
 * A source made of up to FEED_PIECES runs of memory, none of them owned. A
 * run without memory is filler: lines of spaces with CRLF.
 */
#define FEED_PIECES 4

struct feed {
	struct source source;
	struct {
		const uint8_t *p;
		uint64_t n;
	} piece[FEED_PIECES];
	size_t pieces;
	size_t at;		/* piece being read */
	uint64_t off;		/* inside it */
	uint64_t size;		/* of all pieces */
	bool crlf;		/* a lone LF comes out as CRLF (RFC 3156 5) */
	uint8_t last;		/* byte before the next one */
};

void feed_init(struct feed *f, bool crlf);
void feed_add(struct feed *f, const void *p, uint64_t n);
void feed_filler(struct feed *f, uint64_t n);

/* A sink that keeps plaintext, no more than the secret's own maximum. */
struct secret_sink {
	struct sink sink;
	struct secret *secret;
	enum gw_err err;	/* GW_LIMIT: it wanted to hold more */
};

void secret_sink_init(struct secret_sink *s, struct secret *secret);

/* A sink into a buf, for keys and other small things. */
struct buf_sink {
	struct sink sink;
	struct buf *buf;	/* not owned */
};

void buf_sink_init(struct buf_sink *s, struct buf *buf);

/* A sink that keeps nothing, and takes no more than so much. */
struct drain {
	struct sink sink;
	uint64_t left;
	bool over;		/* there was more */
};

void drain_init(struct drain *d, uint64_t most);

/*
 * Collects small writes for a memfd; the first error sticks. Each page of the
 * room is copied again after every fork: two of them save most of the writes,
 * and more cost more than they save.
 */
#define WRITER_ROOM (8u * 1024)

struct writer {
	int fd;			/* not owned */
	size_t n;		/* waiting in `room` */
	uint64_t total;		/* written so far, with those */
	enum gw_err err;
	uint8_t room[WRITER_ROOM];
};

void writer_init(struct writer *w, int fd);
void writer_add(struct writer *w, const void *p, size_t n);
void writer_puts(struct writer *w, const char *s);

/* A sink into a writer. */
struct writer_sink {
	struct sink sink;
	struct writer *to;	/* not owned */
};

void writer_sink_init(struct writer_sink *s, struct writer *to);

/* GW_OK when every byte is in the memfd; GW_AGAIN, GW_NOMEM, GW_IO. */
enum gw_err writer_end(struct writer *w);

#endif
