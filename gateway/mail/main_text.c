#include "mail/main_text.h"

#include <string.h>

#include "base/reason.h"
#include "mail/form.h"
#include "mail/html.h"
#include "mail/leaf.h"
#include "mail/order.h"

static void
type_param(const struct scan *s, size_t part, const char *name,
    char out[LIM_PARAM + 1])
{
	(void)header_param(scan_type_value(s, part), name, out);
}

static bool
type_says(const struct scan *s, size_t part, const char *name,
    const char *word)
{
	char v[LIM_PARAM + 1];

	type_param(s, part, name, v);
	return bytes_same((struct bytes){ (const uint8_t *)v, strlen(v) },
	    word);
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

	type_param(s, part, "charset", name);
	b = (struct bytes){ (const uint8_t *)name, strlen(name) };
	for (i = 0; i < sizeof(wide) / sizeof(wide[0]); i++) {
		if (bytes_begins(b, wide[i]))
			return false;
	}
	return true;
}

static enum charset
charset_of_part(const struct scan *s, size_t part)
{
	char name[LIM_PARAM + 1];

	if (header_param(scan_type_value(s, part), "charset", name) ==
	    PARAM_BAD)
		return CHARSET_UNKNOWN;
	return charset_of(name);
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
	struct bytes line;

	if (!type_says(s, part, "hp-legacy-display", "1"))
		return text;
	while (bytes_line(&text, &line) && !bytes_blank(line))
		;
	return text;
}

/* The one text that is read for what the sender wants. */
static bool
is_main_text(const struct scan *s, size_t part, size_t root, const char *type)
{
	return scan_is(s, part, type) && !leaf_is_attached(s, part) &&
	    !is_legacy_display(s, part, root);
}

static enum gw_err
read_text(const struct order_text *t, struct main_text *r)
{
	struct msg_parsed *facts = r->facts;

	facts->flags |= text_aan(t->text, r->us);
	facts->form = (uint32_t)form_read(t->text, &facts->missing);
	if (text_is_classified(t->text))
		facts->flags |= MAIL_CLASSIFIED;
	return order_read(t, facts, r->out);
}

static enum gw_err
read_plain(const struct scan *s, size_t part, struct bytes body,
    struct main_text *r)
{
	struct order_text t = { .charset = charset_of_part(s, part) };

	t.text = skip_legacy_lines(s, part, body);
	t.flowed = type_says(s, part, "format", "flowed");
	t.delsp = type_says(s, part, "delsp", "yes");
	return read_text(&t, r);
}

/* In UTF-8 before its tags are taken away: characters that have a name come
 * out in it too. */
static enum gw_err
read_html(const struct scan *s, size_t part, struct bytes body,
    struct main_text *r)
{
	struct order_text t = { .charset = charset_of_part(s, part) };
	struct buf html, text;
	enum gw_err e;

	buf_init(&html, 3 * LIM_TEXT_BYTES);
	buf_init(&text, 6 * LIM_TEXT_BYTES);
	if (charset_clean(body, t.charset, &html) != CLEAN_UNKNOWN) {
		body = (struct bytes){ html.p, html.len };
		t.charset = CHARSET_UTF8;
	}
	html_text(body, &text);
	t.text = (struct bytes){ text.p, text.len };
	e = buf_error(&html) != GW_OK ? buf_error(&html) : buf_error(&text);
	if (e == GW_OK)
		e = read_text(&t, r);
	buf_free(&html);
	buf_free(&text);
	return e;
}

enum gw_err
main_text_read(const struct scan *s, size_t part, struct bytes body,
    struct main_text *r)
{
	return scan_is(s, part, "text/html") ? read_html(s, part, body, r) :
	    read_plain(s, part, body, r);
}

size_t
main_text_find(const struct scan *s, size_t root, size_t end, uint32_t *flags)
{
	size_t i, found = end;

	for (i = root; i < end; i++) {
		if (is_main_text(s, i, root, "text/plain"))
			break;
		if (found == end && is_main_text(s, i, root, "text/html"))
			found = i;
	}
	if (i < end)
		found = i;
	else if (found != end)
		*flags |= MAIL_HTML_ONLY;
	return found == end || is_readable_charset(s, found) ? found : end;
}
