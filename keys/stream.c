#include "keys/stream.h"

#include <string.h>

#define FILLER_LINE 76

/*
 * Filler is laid out from its end, so that it ends with CRLF whatever its
 * length; a very first byte that would be a lone LF becomes a space.
 */
static void
fill(uint8_t *p, size_t n, uint64_t left, bool first)
{
	size_t i;
	uint64_t from_end;

	memset(p, ' ', n);
	for (i = 0; i < n; i++) {
		from_end = (left - i - 1) % FILLER_LINE;
		if (from_end == 1)
			p[i] = '\r';
		else if (from_end == 0 && (i > 0 || !first))
			p[i] = '\n';
		else if (from_end > 1)
			i += (size_t)(from_end - 2);
	}
}

/* Copies while room and bytes last; a lone LF takes two bytes of room. */
static size_t
copy_crlf(struct feed *f, uint8_t *out, size_t room, const uint8_t *in,
    uint64_t left)
{
	size_t n = 0;
	uint64_t used = 0;

	while (used < left && n + 2 <= room) {
		if (in[used] == '\n' && f->last != '\r')
			out[n++] = '\r';
		f->last = in[used++];
		out[n++] = f->last;
	}
	f->off += used;
	return n;
}

static size_t
copy_plain(struct feed *f, uint8_t *out, size_t room, const uint8_t *in,
    uint64_t left)
{
	size_t n = left < room ? (size_t)left : room;

	if (in != NULL)
		memcpy(out, in, n);
	else
		fill(out, n, left, f->off == 0);
	f->off += n;
	return n;
}

static ssize_t
feed_read(struct source *s, uint8_t *out, size_t room)
{
	struct feed *f = (struct feed *)s;
	const uint8_t *p;
	uint64_t left;
	size_t n;

	while (f->at < f->pieces) {
		p = f->piece[f->at].p;
		left = f->piece[f->at].n - f->off;
		if (p != NULL)
			p += f->off;
		if (f->crlf && p != NULL)
			n = copy_crlf(f, out, room, p, left);
		else
			n = copy_plain(f, out, room, p, left);
		if (n > 0)
			return (ssize_t)n;
		f->at++;
		f->off = 0;
	}
	return 0;
}

void
feed_init(struct feed *f, bool crlf)
{
	*f = (struct feed){ .source.read = feed_read, .crlf = crlf };
}

static void
add_piece(struct feed *f, const uint8_t *p, uint64_t n)
{
	if (n == 0 || f->pieces == FEED_PIECES)
		return;
	f->piece[f->pieces].p = p;
	f->piece[f->pieces].n = n;
	f->pieces++;
	f->size += n;
}

void
feed_add(struct feed *f, const void *p, uint64_t n)
{
	add_piece(f, p, n);
}

void
feed_filler(struct feed *f, uint64_t n)
{
	add_piece(f, NULL, n);
}

static bool
secret_sink_write(struct sink *sink, const uint8_t *p, size_t n)
{
	struct secret_sink *s = (struct secret_sink *)sink;

	if (s->err == GW_OK)
		s->err = secret_add(s->secret, p, n);
	return s->err == GW_OK;
}

void
secret_sink_init(struct secret_sink *s, struct secret *secret)
{
	*s = (struct secret_sink){ .sink.write = secret_sink_write,
	    .secret = secret };
}

static bool
buf_sink_write(struct sink *sink, const uint8_t *p, size_t n)
{
	struct buf_sink *s = (struct buf_sink *)sink;

	buf_add(s->buf, p, n);
	return buf_error(s->buf) == GW_OK;
}

void
buf_sink_init(struct buf_sink *s, struct buf *buf)
{
	*s = (struct buf_sink){ .sink.write = buf_sink_write, .buf = buf };
}

static bool
drain_write(struct sink *sink, const uint8_t *p, size_t n)
{
	struct drain *d = (struct drain *)sink;

	(void)p;
	if (n > d->left)
		d->over = true;
	else
		d->left -= n;
	return !d->over;
}

void
drain_init(struct drain *d, uint64_t most)
{
	*d = (struct drain){ .sink.write = drain_write, .left = most };
}

void
writer_init(struct writer *w, int fd)
{
	w->fd = fd;
	w->n = 0;
	w->total = 0;
	w->err = GW_OK;
}

static void
flush(struct writer *w)
{
	if (w->err == GW_OK)
		w->err = memfd_write(w->fd, w->room, w->n);
	w->n = 0;
}

void
writer_add(struct writer *w, const void *p, size_t n)
{
	const uint8_t *at = p;
	size_t part;

	w->total += n;
	while (n > 0) {
		part = WRITER_ROOM - w->n < n ? WRITER_ROOM - w->n : n;
		memcpy(w->room + w->n, at, part);
		w->n += part;
		at += part;
		n -= part;
		if (w->n == WRITER_ROOM)
			flush(w);
	}
}

void
writer_puts(struct writer *w, const char *s)
{
	writer_add(w, s, strlen(s));
}

enum gw_err
writer_end(struct writer *w)
{
	flush(w);
	return w->err;
}

static bool
writer_sink_write(struct sink *sink, const uint8_t *p, size_t n)
{
	struct writer_sink *s = (struct writer_sink *)sink;

	writer_add(s->to, p, n);
	return s->to->err == GW_OK;
}

void
writer_sink_init(struct writer_sink *s, struct writer *to)
{
	*s = (struct writer_sink){ .sink.write = writer_sink_write, .to = to };
}
