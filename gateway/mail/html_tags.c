#include "mail/html_tags.h"

#include <string.h>

#include "mail/charset.h"

/* A tag and its attributes that are looked at; a style sheet is elsewhere. */
#define TAG_LOOK 1024

static const struct {
	const char *name;
	enum effect effect;
} tags[] = {
	{ "br", EFFECT_LINE }, { "p", EFFECT_LINE }, { "div", EFFECT_LINE },
	{ "tr", EFFECT_LINE }, { "li", EFFECT_LINE }, { "ul", EFFECT_LINE },
	{ "ol", EFFECT_LINE }, { "hr", EFFECT_LINE }, { "h1", EFFECT_LINE },
	{ "h2", EFFECT_LINE }, { "h3", EFFECT_LINE }, { "h4", EFFECT_LINE },
	{ "dt", EFFECT_LINE }, { "dd", EFFECT_LINE }, { "pre", EFFECT_LINE },
	{ "table", EFFECT_LINE }, { "section", EFFECT_LINE },
	{ "blockquote", EFFECT_LINE }, { "td", EFFECT_BLANK },
	{ "th", EFFECT_BLANK }, { "script", EFFECT_HIDE },
	{ "style", EFFECT_HIDE }, { "head", EFFECT_HIDE },
	{ "template", EFFECT_HIDE }, { "title", EFFECT_HIDE },
};

static const struct {
	const char *name;	/* of the element; NULL for any */
	const char *sign;	/* lower case, blanks left out */
	enum region region;
} regions[] = {
	{ NULL, "gmail_quote", REGION_QUOTE },
	{ NULL, "gmail_attr", REGION_QUOTE },
	{ NULL, "moz-cite-prefix", REGION_QUOTE },
	{ NULL, "yahoo_quoted", REGION_QUOTE },
	{ NULL, "protonmail_quote", REGION_QUOTE },
	{ NULL, "id=\"reply-intro\"", REGION_QUOTE },
	/* Outlook: a header, and behind it the mail, marked by nothing. */
	{ NULL, "divrplyfwdmsg", REGION_REST },
	{ NULL, "appendonsend", REGION_REST },
	{ NULL, "ms-outlook-mobile-reference-message", REGION_REST },
	{ NULL, "mail-editor-reference-message", REGION_REST },
	{ "div", "border-top:solid", REGION_REST },
	{ "div", "border:none;border-top:", REGION_REST },
	{ NULL, "display:none", REGION_HIDDEN },
	{ NULL, "visibility:hidden", REGION_HIDDEN },
	{ NULL, "font-size:0;", REGION_HIDDEN },
	{ NULL, "font-size:0p", REGION_HIDDEN },
};

static const struct {
	const char *name;
	uint32_t c;
} entities[] = {
	{ "nbsp", ' ' }, { "lt", '<' }, { "gt", '>' }, { "quot", '"' },
	{ "apos", '\'' }, { "amp", '&' }, { "commat", '@' }, { "colon", ':' },
	{ "agrave", 0xe0 }, { "acirc", 0xe2 }, { "auml", 0xe4 },
	{ "ccedil", 0xe7 }, { "egrave", 0xe8 }, { "eacute", 0xe9 },
	{ "ecirc", 0xea }, { "euml", 0xeb }, { "icirc", 0xee },
	{ "iuml", 0xef }, { "ocirc", 0xf4 }, { "ouml", 0xf6 },
	{ "ugrave", 0xf9 }, { "ucirc", 0xfb }, { "uuml", 0xfc },
	{ "Eacute", 0xc9 }, { "Egrave", 0xc8 }, { "Agrave", 0xc0 },
	{ "Euml", 0xcb }, { "ndash", 0x2013 }, { "mdash", 0x2014 },
	{ "lsquo", 0x2018 }, { "rsquo", 0x2019 }, { "ldquo", 0x201c },
	{ "rdquo", 0x201d }, { "hellip", 0x2026 }, { "euro", 0x20ac },
};

static struct bytes
up_to(struct bytes b, const uint8_t *end)
{
	return end == NULL ? b : (struct bytes){ b.p, (size_t)(end - b.p) };
}

/* A ">" in the value of an attribute ends nothing: else a quoted link could
 * end the quote that it stands in. */
static const uint8_t *
end_of_tag(struct bytes b)
{
	const uint8_t *p, *end = b.p + b.n;
	bool value = false;		/* a "=" was just passed */

	for (p = b.p; p < end && *p != '>'; p++) {
		if (value && (*p == '"' || *p == '\'')) {
			p = memchr(p + 1, *p, (size_t)(end - p - 1));
			if (p == NULL)
				return NULL;
		}
		value = *p == '=' || (value && ascii_space(*p));
	}
	return p < end ? p + 1 : NULL;
}

struct bytes
html_tag_at(struct bytes b)
{
	static const struct bytes none;
	const uint8_t *end;

	if (bytes_begins(b, "<!--")) {
		/* "<!-->" is a whole one. */
		end = bytes_find(bytes_skip(b, 2), "-->");
		return up_to(b, end == NULL ? NULL : end + 3);
	}
	if (b.n < 2 || (!ascii_alnum(b.p[1]) && b.p[1] != '/' &&
	    b.p[1] != '!' && b.p[1] != '?'))
		return none;
	if (b.p[1] == '!' || b.p[1] == '?') {
		end = memchr(b.p, '>', b.n);
		return up_to(b, end == NULL ? NULL : end + 1);
	}
	return up_to(b, end_of_tag(b));
}

struct html_tag
html_tag_read(struct bytes whole)
{
	struct html_tag t = { .whole = whole, .name = bytes_skip(whole, 1) };
	size_t i;

	t.closing = t.name.n > 0 && t.name.p[0] == '/';
	if (t.closing)
		t.name = bytes_skip(t.name, 1);
	for (i = 0; i < t.name.n && ascii_alnum(t.name.p[i]); i++)
		;
	t.name.n = i;
	return t;
}

enum effect
html_tag_effect(const struct html_tag *t)
{
	size_t i;

	for (i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		if (bytes_same(t->name, tags[i].name))
			return tags[i].effect;
	}
	return EFFECT_NONE;
}

/* Attributes in lower case without blanks: nobody writes them alike. */
static struct bytes
squeeze(struct bytes tag, uint8_t out[TAG_LOOK])
{
	size_t i, n = 0;

	for (i = 0; i < tag.n && n < TAG_LOOK; i++) {
		if (!ascii_space(tag.p[i]))
			out[n++] = ascii_lower(tag.p[i]);
	}
	return (struct bytes){ out, n };
}

enum region
html_tag_region(const struct html_tag *t)
{
	uint8_t room[TAG_LOOK];
	struct bytes attributes;
	size_t i;

	if (t->name.n == 0 || t->closing)
		return REGION_NONE;
	if (bytes_same(t->name, "blockquote"))
		return REGION_QUOTE;
	if (t->whole.n < t->name.n + 5)
		return REGION_NONE;	/* no room for an attribute */
	attributes = squeeze(t->whole, room);
	for (i = 0; i < sizeof(regions) / sizeof(regions[0]); i++) {
		if (regions[i].name != NULL &&
		    !bytes_same(t->name, regions[i].name))
			continue;
		if (bytes_find(attributes, regions[i].sign) != NULL)
			return regions[i].region;
	}
	return REGION_NONE;
}

/* "&#233;" and "&#xe9;": how many bytes; 0 when it is none. */
static size_t
numeric_entity(struct bytes b, uint32_t *c)
{
	bool hex = b.n > 2 && ascii_lower(b.p[2]) == 'x';
	size_t i;
	uint8_t d;

	*c = 0;
	for (i = hex ? 3 : 2; i < b.n && i < 11; i++) {
		d = ascii_lower(b.p[i]);
		if (ascii_digit(d))
			*c = *c * (hex ? 16 : 10) + (uint32_t)(d - '0');
		else if (hex && d >= 'a' && d <= 'f')
			*c = *c * 16 + (uint32_t)(d - 'a' + 10);
		else
			break;
		if (*c > 0x10ffff)
			return 0;
	}
	if (i == b.n || b.p[i] != ';' || *c == 0 ||
	    (*c >= 0xd800 && *c <= 0xdfff))
		return 0;
	/* A number of Windows-1252 is what it is there, as in all programs. */
	*c = *c == 0xa0 ? ' ' : *c < 0x100 ? charset_1252((uint8_t)*c) : *c;
	return i + 1;
}

static size_t
named_entity(struct bytes b, uint32_t *c)
{
	size_t i, n;

	for (i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
		n = strlen(entities[i].name);
		if (b.n < n + 2 || b.p[n + 1] != ';' ||
		    memcmp(b.p + 1, entities[i].name, n) != 0)
			continue;
		*c = entities[i].c;
		return n + 2;
	}
	return 0;
}

size_t
html_entity(struct bytes b, uint32_t *c)
{
	if (b.n < 4 || b.p[0] != '&')
		return 0;
	return b.p[1] == '#' ? numeric_entity(b, c) : named_entity(b, c);
}
