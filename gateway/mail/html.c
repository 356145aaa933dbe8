#include "mail/html.h"

#include <string.h>

enum effect { EFFECT_NONE, EFFECT_LINE, EFFECT_HIDE };

static const struct {
	const char *name;
	enum effect effect;
} tags[] = {
	{ "br", EFFECT_LINE }, { "p", EFFECT_LINE }, { "div", EFFECT_LINE },
	{ "tr", EFFECT_LINE }, { "li", EFFECT_LINE }, { "h1", EFFECT_LINE },
	{ "h2", EFFECT_LINE }, { "h3", EFFECT_LINE }, { "table", EFFECT_LINE },
	{ "script", EFFECT_HIDE }, { "style", EFFECT_HIDE },
	{ "head", EFFECT_HIDE }, { "blockquote", EFFECT_HIDE },
};

static const struct {
	const char *name;
	const char *text;
} entities[] = {
	{ "&nbsp;", " " }, { "&#160;", " " }, { "&lt;", "<" }, { "&gt;", ">" },
	{ "&quot;", "\"" }, { "&#39;", "'" }, { "&#64;", "@" },
	{ "&#58;", ":" }, { "&amp;", "&" },
};

/* The tag that `b` begins with, up to and with its ">". */
static struct bytes
tag_at(struct bytes b)
{
	static const struct bytes none;
	const uint8_t *end;

	if (bytes_begins(b, "<!--")) {
		end = bytes_find(bytes_skip(b, 4), "-->");
		return end == NULL ? b :
		    (struct bytes){ b.p, (size_t)(end + 3 - b.p) };
	}
	if (b.n < 2 || (!ascii_alnum(b.p[1]) && b.p[1] != '/' &&
	    b.p[1] != '!' && b.p[1] != '?'))
		return none;
	end = memchr(b.p, '>', b.n);
	return end == NULL ? b : (struct bytes){ b.p,
	    (size_t)(end + 1 - b.p) };
}

static enum effect
effect_of(struct bytes tag, bool *closing)
{
	struct bytes name = bytes_skip(tag, 1);
	size_t i;

	*closing = name.n > 0 && name.p[0] == '/';
	if (*closing)
		name = bytes_skip(name, 1);
	for (i = 0; i < name.n && ascii_alnum(name.p[i]); i++)
		;
	name.n = i;
	for (i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		if (bytes_same(name, tags[i].name))
			return tags[i].effect;
	}
	return EFFECT_NONE;
}

/* Appends one character or entity; how many bytes of `b` it took. */
static size_t
add_character(struct bytes b, struct buf *out)
{
	size_t i;

	for (i = 0; b.p[0] == '&' &&
	    i < sizeof(entities) / sizeof(entities[0]); i++) {
		if (bytes_begins(b, entities[i].name)) {
			buf_puts(out, entities[i].text);
			return strlen(entities[i].name);
		}
	}
	/* Line ends in HTML are mere white space. */
	buf_putc(out, b.p[0] == '\r' || b.p[0] == '\n' ? ' ' : (char)b.p[0]);
	return 1;
}

void
html_text(struct bytes html, struct buf *out)
{
	struct bytes tag;
	size_t hidden = 0;
	enum effect effect;
	bool closing;

	while (html.n > 0) {
		tag = html.p[0] == '<' ? tag_at(html) : (struct bytes){ 0 };
		if (tag.n > 0) {
			effect = effect_of(tag, &closing);
			if (effect == EFFECT_HIDE && !closing)
				hidden++;
			else if (effect == EFFECT_HIDE && hidden > 0)
				hidden--;
			if (effect != EFFECT_NONE)
				buf_putc(out, '\n');
			html = bytes_skip(html, tag.n);
		} else if (hidden > 0) {
			html = bytes_skip(html, 1);
		} else {
			html = bytes_skip(html, add_character(html, out));
		}
	}
}
