#include "keys/envelope.h"

#include <stdio.h>
#include <strings.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memfd.h"
#include "keys/keys.h"

#define LINE_MAX_BYTES	998	/* RFC 5322 2.1.1 */

size_t
envelope_line(const uint8_t *p, size_t n)
{
	size_t i = 0;

	while (i < n && i <= LINE_MAX_BYTES &&
	    ((p[i] >= 0x20 && p[i] <= 0x7e) || p[i] == '\t'))
		i++;
	if (i > LINE_MAX_BYTES || n - i < 2 || p[i] != '\r' || p[i + 1] != '\n')
		return 0;
	return i + 2;
}

bool
envelope_is_header(const uint8_t *p, size_t n)
{
	static const char ours[] = "Content-Type";
	size_t len;

	while (n > 0) {
		len = envelope_line(p, n);
		if (len <= 2)
			return false;
		if (len > sizeof(ours) && strncasecmp((const char *)p, ours,
		    sizeof(ours) - 1) == 0)
			return false;
		p += len;
		n -= len;
	}
	return true;
}

static enum gw_err
make_boundary(struct envelope *e)
{
	uint8_t random[ENVELOPE_RANDOM];
	size_t i;

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return GW_IO;
	e->boundary[0] = '=';
	for (i = 0; i < sizeof(random); i++)
		(void)snprintf(e->boundary + 1 + 2 * i, 3, "%02x", random[i]);
	return GW_OK;
}

enum gw_err
envelope_begin(struct envelope *e, const uint8_t *header, size_t n)
{
	enum gw_err r;

	e->target = 0;
	r = make_boundary(e);
	if (r == GW_OK)
		r = memfd_new(&e->fd);
	if (r != GW_OK)
		return r;
	writer_init(&e->out, e->fd);
	writer_add(&e->out, header, n);
	return GW_OK;
}

void
envelope_put(struct envelope *e, const char *before, const char *after)
{
	writer_puts(&e->out, before);
	writer_puts(&e->out, e->boundary);
	writer_puts(&e->out, after);
}

void
envelope_open(struct envelope *e)
{
	static const char between[] =
	    "\r\n"
	    "Content-Type: application/pgp-encrypted\r\n"
	    "\r\n"
	    "Version: 1\r\n";
	static const char part[] =
	    "\r\n"
	    "Content-Type: application/octet-stream; name=\"encrypted.asc\"\r\n"
	    "Content-Disposition: inline; filename=\"encrypted.asc\"\r\n"
	    "\r\n";

	envelope_put(e, "Content-Type: multipart/encrypted;\r\n"
	    "\tprotocol=\"application/pgp-encrypted\";\r\n\tboundary=\"",
	    "\"\r\n");
	envelope_put(e, "\r\n--", between);
	envelope_put(e, "\r\n--", part);
}

/* White space up to the target, less `after` bytes that will follow. */
static void
put_tail(struct envelope *e, uint64_t after)
{
	uint64_t size = e->out.total + ENVELOPE_TAIL + after, n;

	if (size > e->target) {
		/* A gpg with larger packets than any measured: R21 suffers,
		 * the mail does not. */
		if (e->target != 0)
			log_event(LOG_WARN, "seal", "err=\"larger than "
			    "planned\" by=%llu",
			    (unsigned long long)(size - e->target));
		e->target = keys_bucket(size, 0);
	}
	n = e->target - e->out.total - after;
	if (n % 2 != 0) {
		writer_puts(&e->out, "\r\n ");
		n -= 3;
	}
	for (; n > 0; n -= 2)
		writer_puts(&e->out, "\r\n");
}

void
envelope_close(struct envelope *e, struct armor_out *armor)
{
	armor_out_end(armor);
	put_tail(e, ENVELOPE_AFTER);
	envelope_put(e, "\r\n--", "--\r\n");
}

enum gw_err
envelope_end(struct envelope *e, enum gw_err r, int *mail)
{
	/* gpg only knows that its output was not taken; we know why. */
	if (writer_end(&e->out) != GW_OK)
		r = e->out.err;
	if (r == GW_OK)
		r = memfd_freeze(e->fd);
	if (r == GW_OK)
		*mail = e->fd;
	else
		close(e->fd);
	return r;
}
