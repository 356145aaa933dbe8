#include "mail/text.h"

#include <string.h>

#include "base/reason.h"
#include "base/address.h"
#include "mail/fold.h"

bool
text_line(struct bytes *rest, struct bytes *line)
{
	while (bytes_line(rest, line)) {
		*line = bytes_trim(*line);
		if (line->n == 0 || line->p[0] != '>')
			return true;
	}
	return false;
}

/* Where somebody else's mail begins, as the mail programs in use mark it. */
static bool
is_other_mail(struct bytes line)
{
	static const char *const fields[] = { "Van:", "From:", "De:", "De :" };
	size_t i;

	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (bytes_begins(line, fields[i]))
			return true;
	}
	if (!bytes_begins(line, "-----"))
		return false;
	/* A rule of dashes alone is an ornament. */
	for (i = 0; i < line.n; i++) {
		if (ascii_alnum(line.p[i]))
			return true;
	}
	return false;
}

bool
text_take_aan(struct bytes *line)
{
	struct bytes b;

	if (!bytes_begins(*line, "Aan"))
		return false;
	b = bytes_trim(bytes_skip(*line, 3));
	if (b.n == 0 || b.p[0] != ':')
		return false;
	*line = bytes_skip(b, 1);
	return true;
}

/* "an@caw.be<mailto:an@caw.be>", as some programs link an address: what is
 * shown counts, and the link only behind a name or nothing. */
static struct bytes
without_link(struct bytes value)
{
	static const char link[] = "<mailto:";
	const uint8_t *at = bytes_find(value, link), *end;
	struct bytes shown, linked;

	if (at == NULL)
		return fold_trim(value);
	shown = (struct bytes){ value.p, (size_t)(at - value.p) };
	if (bytes_find(shown, "@") != NULL)
		return fold_trim(shown);
	linked = bytes_skip(value, shown.n + strlen(link));
	end = bytes_find(linked, ">");
	if (end != NULL)
		linked.n = (size_t)(end - linked.p);
	return linked;
}

/* The flags for the addresses of one "Aan:" line. */
static uint32_t
aan_flags(struct bytes value, const struct mail_us *us)
{
	char raw[LIM_ADDR + 1], canonical[LIM_ADDR + 1];
	struct address_walk w;
	struct bytes spec;
	uint32_t flags = 0;

	address_walk(&w, without_link(value));
	while (address_next(&w, &spec) == ADDRESS_ONE) {
		if (!bytes_string(spec, raw, sizeof(raw)) ||
		    !address_canonical(raw, canonical))
			continue;
		if (address_alike(canonical, us->own))
			flags |= MAIL_AAN_US;
		else if (address_alike(canonical, us->practice))
			flags |= MAIL_AAN_PRACTICE;
		else
			flags |= MAIL_AAN_OTHER;
	}
	return flags;
}

uint32_t
text_aan(struct bytes text, const struct mail_us *us)
{
	struct bytes rest = text, line;
	uint32_t flags = 0;

	while (text_line(&rest, &line) && !is_other_mail(line)) {
		if (text_take_aan(&line))
			flags |= aan_flags(line, us);
	}
	if ((flags & (MAIL_AAN_US | MAIL_AAN_PRACTICE)) != 0)
		flags &= ~(uint32_t)MAIL_AAN_OTHER;
	return flags;
}

char
text_base32(uint8_t c)
{
	static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";

	c = ascii_lower(c);
	if (c == 'o')
		return '0';
	if (c == 'i' || c == 'l')
		return '1';
	if (c == '\0' || strchr(alphabet, c) == NULL)
		return '\0';
	return c >= 'a' ? (char)(c - 32) : (char)c;
}

/* Whether a reference begins at `b`; it ends there or before a separator. */
static bool
take_reference(struct bytes b, char out[LIM_REF + 1])
{
	size_t i;

	if (b.n < LIM_REF || b.p[1] != '-' ||
	    strchr("aucvfm", ascii_lower(b.p[0])) == NULL)
		return false;
	if (b.n > LIM_REF && (ascii_alnum(b.p[LIM_REF]) ||
	    b.p[LIM_REF] == '-'))
		return false;
	out[0] = (char)(ascii_lower(b.p[0]) - 32);
	out[1] = '-';
	for (i = 2; i < LIM_REF; i++) {
		out[i] = text_base32(b.p[i]);
		if (out[i] == '\0')
			return false;
	}
	out[LIM_REF] = '\0';
	return true;
}

bool
text_reference(struct bytes line, char out[LIM_REF + 1])
{
	bool boundary = true;

	for (; line.n >= LIM_REF; line = bytes_skip(line, 1)) {
		if (boundary && ascii_alnum(line.p[0]) &&
		    take_reference(line, out))
			return true;
		boundary = !ascii_alnum(line.p[0]) && line.p[0] != '-';
	}
	out[0] = '\0';
	return false;
}

/*
 * The levels of the Belgian law of 11 December 1998, of NATO and of the EU, in
 * capitals as the rules for marking want them; longer ones first.
 */
static const char *const levels[] = {
	"ZEER GEHEIM", "GEHEIM", "VERTROUWELIJK", "BEPERKTE VERSPREIDING",
	"BEPERKT", "TR\303\210S SECRET", "TR\310S SECRET", "TRES SECRET",
	"TOP SECRET", "COSMIC TOP SECRET", "NATO SECRET", "EU SECRET",
	"SECRET", "NATO CONFIDENTIAL", "EU CONFIDENTIAL", "CONFIDENTIEL",
	"NATO RESTRICTED", "EU RESTRICTED", "DIFFUSION RESTREINTE",
	"RESTREINT",
};

/* What may stand behind a level, as in "(Wet 11.12.1998)". */
static const char *const laws[] = { "wet ", "loi ", "law ", "act " };

static bool
begins_exactly(struct bytes b, const char *word)
{
	size_t n = strlen(word);

	return b.n >= n && memcmp(b.p, word, n) == 0 &&
	    (b.n == n || (!ascii_alnum(b.p[n]) && b.p[n] < 0x80));
}

/* Passes over ornaments: stars, dashes, brackets, quotes, bullets. */
static struct bytes
skip_ornament(struct bytes b)
{
	while (b.n > 0 && !ascii_alnum(b.p[0]))
		b = bytes_skip(b, 1);
	return b;
}

static bool
take_level(struct bytes *b)
{
	size_t i;

	for (i = 0; b->n > 0 && i < sizeof(levels) / sizeof(levels[0]); i++) {
		/* Of the lines of a text nearly all end here. */
		if (b->p[0] != (uint8_t)levels[i][0] ||
		    !begins_exactly(*b, levels[i]))
			continue;
		*b = skip_ornament(bytes_skip(*b, strlen(levels[i])));
		if (begins_exactly(*b, "UE"))
			*b = skip_ornament(bytes_skip(*b, 2));
		return true;
	}
	return false;
}

static bool
is_mark(struct bytes line)
{
	size_t i;

	line = skip_ornament(line);
	if (bytes_begins(line, "classificatie:"))
		line = skip_ornament(bytes_skip(line, 14));
	if (!take_level(&line))
		return false;
	while (take_level(&line))
		;
	for (i = 0; i < sizeof(laws) / sizeof(laws[0]); i++) {
		if (bytes_begins(line, laws[i]))
			return true;
	}
	return line.n == 0;
}

bool
text_is_classified(struct bytes text)
{
	struct bytes rest = text, line;

	while (bytes_line(&rest, &line)) {
		if (is_mark(line))
			return true;
	}
	return false;
}
