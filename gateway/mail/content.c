#include "mail/content.h"

#include <stdlib.h>
#include <string.h>

#include "mail/decode.h"
#include "mail/form.h"
#include "mail/html.h"
#include "mail/text.h"

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
	"image/jpeg",
	"image/png",
};

/* The decoded bytes of a leaf: in the mail itself, or `owned`. */
struct leaf {
	struct bytes body;
	uint8_t *owned;
};

static enum gw_err
open_leaf(const struct scan *s, size_t part, struct leaf *l)
{
	enum encoding encoding = s->part[part].encoding;
	enum gw_err r;
	size_t n;

	l->body = scan_body(s, part);
	l->owned = NULL;
	if (encoding == ENCODING_NONE)
		return GW_OK;
	r = decode_body(l->body, encoding, &l->owned, &n);
	l->body = (struct bytes){ l->owned, n };
	return r;
}

static void
close_leaf(struct leaf *l)
{
	/* It may be what a person wrote in confidence (T38). */
	if (l->owned != NULL)
		explicit_bzero(l->owned, l->body.n);
	free(l->owned);
	l->owned = NULL;
}

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
		r = open_leaf(s, i, &l);
		*found = r == GW_OK && has_armor(l.body);
		close_leaf(&l);
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

static bool
is_attached(const struct scan *s, size_t part)
{
	return header_says(scan_header(s, part), "Content-Disposition",
	    "attachment");
}

static void
count_leaf(const struct scan *s, size_t part, struct msg_parsed *facts)
{
	if (!is_allowed(s->part[part].type))
		facts->flags |= MAIL_FORBIDDEN;
	if (scan_is(s, part, "application/pgp-keys") ||
	    scan_is(s, part, "application/pgp-signature"))
		return;
	if (!is_text(s, part) || is_attached(s, part))
		facts->attachments++;
	if (facts->attachments > LIM_ATTACHMENTS)
		facts->flags |= MAIL_FORBIDDEN;
}

/* Whether our byte-wise reading of ASCII holds in this charset. */
static bool
is_readable_charset(const struct scan *s, size_t part)
{
	static const char *const wide[] = { "utf-16", "utf-32", "utf-7",
		"utf16", "utf32", "utf7", "ucs-", "iso-10646", "unicode" };
	char name[LIM_PARAM + 1];
	struct bytes b;
	size_t i;

	if (header_param(scan_type_value(s, part), "charset", name) !=
	    PARAM_OK)
		return true;
	b = (struct bytes){ (const uint8_t *)name, strlen(name) };
	for (i = 0; i < sizeof(wide) / sizeof(wide[0]); i++) {
		if (bytes_begins(b, wide[i]))
			return false;
	}
	return true;
}

/* A copy of the header for programs that hide it, before RFC 9788: the first
 * part in the old drafts, or the first lines. No words of the sender. */
static bool
is_legacy_display(const struct scan *s, size_t part, size_t root)
{
	char v[LIM_PARAM + 1];

	return part != root && header_param(scan_type_value(s, part),
	    "protected-headers", v) != PARAM_NONE;
}

static struct bytes
skip_legacy_lines(const struct scan *s, size_t part, struct bytes text)
{
	char v[LIM_PARAM + 1];
	struct bytes line;

	if (header_param(scan_type_value(s, part), "hp-legacy-display", v) !=
	    PARAM_OK || strcmp(v, "1") != 0)
		return text;
	while (bytes_line(&text, &line) && !bytes_blank(line))
		;
	return text;
}

/* The one text that is read for what the sender wants. */
static bool
is_main_text(const struct scan *s, size_t part, size_t root, const char *type)
{
	return scan_is(s, part, type) && !is_attached(s, part) &&
	    !is_legacy_display(s, part, root);
}

static void
read_text(struct bytes text, const char *own, struct msg_parsed *facts)
{
	facts->flags |= text_aan(text, own);
	facts->form = (uint32_t)form_read(text, &facts->missing);
	if (facts->ref[0] == '\0')
		(void)text_first_reference(text, facts->ref);
	if (text_is_classified(text))
		facts->flags |= MAIL_CLASSIFIED;
}

static void
read_html(struct bytes html, const char *own, struct msg_parsed *facts)
{
	struct buf text;

	buf_init(&text, LIM_TEXT_BYTES);
	html_text(html, &text);
	read_text((struct bytes){ text.p, text.len }, own, facts);
	buf_free(&text);
}

/* What every text is looked at for; the main one for more. */
static enum gw_err
read_leaf(const struct scan *s, size_t part, bool main_text, const char *own,
    struct msg_parsed *facts)
{
	struct leaf l;
	enum gw_err r;

	r = open_leaf(s, part, &l);
	if (r == GW_FORMAT)
		facts->reason = REASON_MALFORMED;
	if (r != GW_OK)
		goto out;
	if (has_armor(l.body))
		facts->flags |= MAIL_ENCRYPTED;
	/* R15: whatever is that long is no description of a situation. */
	if (l.body.n > LIM_TEXT_BYTES)
		facts->flags |= MAIL_FORBIDDEN;
	else if (main_text && scan_is(s, part, "text/html"))
		read_html(l.body, own, facts);
	else if (main_text)
		read_text(skip_legacy_lines(s, part, l.body), own, facts);
	else if (text_is_classified(l.body))
		facts->flags |= MAIL_CLASSIFIED;
out:
	close_leaf(&l);
	return r == GW_NOMEM ? r : GW_OK;
}

/* The part to read as text: the first plain one, else the first HTML; `end`
 * when there is none. */
static size_t
find_text(const struct scan *s, size_t root, size_t end, uint32_t *flags)
{
	size_t i, html = end;

	for (i = root; i < end; i++) {
		if (is_main_text(s, i, root, "text/plain"))
			return i;
		if (html == end && is_main_text(s, i, root, "text/html"))
			html = i;
	}
	if (html != end)
		*flags |= MAIL_HTML_ONLY;
	return html;
}

enum gw_err
content_read(const struct scan *s, size_t part, const char *own,
    struct msg_parsed *facts)
{
	size_t end = scan_after(s, part), i, main_text;
	enum gw_err r = GW_OK;
	bool is_main;

	main_text = find_text(s, part, end, &facts->flags);
	for (i = part; i < end && r == GW_OK; i++) {
		if (scan_is_multipart(s, i))
			continue;
		count_leaf(s, i, facts);
		if (!is_text(s, i))
			continue;
		is_main = i == main_text && is_readable_charset(s, i);
		r = read_leaf(s, i, is_main, own, facts);
	}
	return r;
}
