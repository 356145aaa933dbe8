#include "mail/content.h"

#include <string.h>

#include "mail/calendar_answer.h"
#include "mail/key_part.h"
#include "mail/leaf.h"
#include "mail/main_text.h"

#define DOCX								\
	"application/vnd.openxmlformats-officedocument."		\
	"wordprocessingml.document"

/* What a referral may bring along (R15); a trailing slash stands for all of
 * that kind. Nothing that runs, nothing that is a mail of its own. */
static const char *const allowed[] = {
	"text/",
	"multipart/",
	"application/pdf",
	"application/pgp-keys",
	"application/pgp-signature",
	"application/vnd.oasis.opendocument.text",
	DOCX,
	"image/gif",		/* an emblem below a signature, in any answer */
	"image/jpeg",
	"image/png",
};

static bool
is_text(const struct scan *s, size_t part)
{
	return strncmp(s->part[part].type, "text/", 5) == 0;
}

/* Blanks and control characters in front do not make it less of a line start:
 * some programs look past them (CVE-2025-68972). */
static bool
at_line_start(struct bytes b, const uint8_t *p)
{
	while (p > b.p && p[-1] != '\n' && p[-1] <= ' ')
		p--;
	return p == b.p || p[-1] == '\n';
}

/* RFC 9580 6.2: a message, a part of one, or a cleartext signature. */
static bool
has_armor(struct bytes b)
{
	static const char begin[] = "-----BEGIN PGP ";
	const uint8_t *p;
	struct bytes rest = b;

	while ((p = bytes_find(rest, begin)) != NULL) {
		rest = bytes_skip(rest, (size_t)(p - rest.p) + strlen(begin));
		if ((bytes_begins(rest, "MESSAGE") ||
		    bytes_begins(rest, "SIGNED MESSAGE")) &&
		    at_line_start(b, p))
			return true;
	}
	return false;
}

enum gw_err
content_has_armor(const struct scan *s, bool *found)
{
	struct leaf l;
	enum gw_err r = GW_OK;
	size_t i;

	*found = false;
	for (i = 0; i < s->parts && !*found && r != GW_NOMEM; i++) {
		if (scan_is_multipart(s, i))
			continue;
		/* Encoded leaves other than texts are files. */
		if (!is_text(s, i) && s->part[i].encoding != ENCODING_NONE)
			continue;
		r = leaf_open(s, i, &l);
		*found = r == GW_OK && has_armor(l.body);
		leaf_close(&l);
	}
	return r == GW_NOMEM ? r : GW_OK;
}

static bool
is_allowed(const char *type)
{
	size_t i, n;

	for (i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++) {
		n = strlen(allowed[i]);
		if (strncmp(type, allowed[i], n) == 0 &&
		    (type[n] == '\0' || allowed[i][n - 1] == '/'))
			return true;
	}
	return false;
}

static void
count_leaf(const struct scan *s, size_t part, struct msg_parsed *facts)
{
	if (key_part_is(s, part))
		return;
	if (!is_allowed(s->part[part].type))
		facts->flags |= MAIL_FORBIDDEN;
	if (scan_is(s, part, "application/pgp-signature"))
		return;
	if (!is_text(s, part) || leaf_is_attached(s, part))
		facts->attachments++;
	if (facts->attachments > LIM_ATTACHMENTS)
		facts->flags |= MAIL_FORBIDDEN;
}

/* What every text is looked at for; the main one for more. */
static enum gw_err
read_leaf(const struct scan *s, size_t part, bool is_main,
    struct main_text *r)
{
	struct leaf l;
	enum gw_err e;

	e = leaf_open(s, part, &l);
	if (e == GW_FORMAT)
		r->facts->reason = REASON_MALFORMED;
	if (e != GW_OK)
		goto out;
	if (has_armor(l.body))
		r->facts->flags |= MAIL_ENCRYPTED;
	/* R15: whatever is that long is no description of a situation. */
	if (l.body.n > LIM_TEXT_BYTES)
		r->facts->flags |= MAIL_FORBIDDEN;
	else if (is_main)
		e = main_text_read(s, part, l.body, r);
	else if (text_is_classified(l.body))
		r->facts->flags |= MAIL_CLASSIFIED;
out:
	leaf_close(&l);
	return e == GW_NOMEM ? e : GW_OK;
}

static enum gw_err
read_leaves(const struct scan *s, size_t part, size_t end, size_t copy,
    struct main_text *r)
{
	size_t i, main_text;
	enum gw_err e = GW_OK;

	main_text = main_text_find(s, part, end, &r->facts->flags);
	for (i = part; i < end && e == GW_OK; i++) {
		if (scan_is_multipart(s, i))
			continue;
		if (i != copy || copy == 0)
			count_leaf(s, i, r->facts);
		if (is_text(s, i))
			e = read_leaf(s, i, i == main_text, r);
	}
	return e;
}

enum gw_err
content_read(const struct scan *s, size_t part, const struct mail_us *us,
    struct msg_parsed *facts, struct buf *out)
{
	struct main_text into = { us, facts, out };
	size_t end = scan_after(s, part), copy;
	struct calendar_answer calendar;
	enum gw_err r;

	r = calendar_answer_read(s, part, end, &calendar);
	/* The file that Google puts beside an answer is no file to refuse;
	 * beside all else it is. */
	copy = calendar.reply.calendar == CALENDAR_REPLY ? calendar.copy : 0;
	if (r == GW_OK)
		r = read_leaves(s, part, end, copy, &into);
	if (r == GW_OK)
		r = calendar_answer_merge(&calendar, facts, out);
	calendar_answer_free(&calendar);
	if (r == GW_OK)
		r = key_part_read(s, part, out, &facts->key);
	return r;
}
