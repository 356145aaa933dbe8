#include "mail/marks.h"

#include <string.h>

#include "base/limits.h"
#include "mail/courtesy.h"
#include "mail/fold.h"

/* Lines that one attribution or header field is wrapped over, at most. */
#define WRAPPED 3
/* Fields of a header block that are looked at; empty lines in front of a
 * quote that are passed over. */
#define AHEAD 6

/* A header in a language that is not ours: so many labels, so short. */
#define HEADER 4
#define LABEL 15

static const char *const writes[] = {
	"schreef", "geschreven", "wrote", "ecrit", "schrieb", "geschrieben"
};

static const char *const dated[] = { "op", "on", "le", "am", "den" };

/* Where a date begins, when not with a digit: days and months. */
static const char *const days[] = {
	"ma", "di", "wo", "do", "vr", "za", "zo", "maandag", "dinsdag",
	"woensdag", "donderdag", "vrijdag", "zaterdag", "zondag", "mon",
	"tue", "wed", "thu", "fri", "sat", "sun", "monday", "tuesday",
	"wednesday", "thursday", "friday", "saturday", "sunday", "lun", "mar",
	"mer", "jeu", "ven", "sam", "dim", "lundi", "mardi", "mercredi",
	"jeudi", "vendredi", "samedi", "dimanche", "mi", "fr", "sa", "so",
	"jan", "feb", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov",
	"dec",
};

static const char *const senders[] = { "van", "from", "de", "von" };

static const char *const fields[] = {
	"verzonden", "sent", "envoye", "gesendet", "datum", "date", "aan",
	"to", "a", "an", "onderwerp", "subject", "objet", "betreff", "cc",
};

static const char *const forwards[] = {
	"begin doorgestuurd bericht", "begin forwarded message",
	"debut du message transfere", "debut du message reexpedie",
};

/* Of which a line of dashes with words in it has one. */
static const char *const mails[] = {
	"bericht", "message", "nachricht", "oorspronkelijk",
	"oorspronkelijke", "origineel", "originele", "original", "origine",
	"ursprunglicher", "doorgestuurd", "doorgestuurde", "forwarded",
	"transfere", "begin pgp", "begin van de fiche",
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* The next line that is not empty, at most `most` empty ones further. */
static bool
next_line(struct bytes *rest, struct bytes *line, size_t most)
{
	while (bytes_line(rest, line)) {
		*line = fold_trim(*line);
		if (line->n > 0)
			return true;
		if (most-- == 0)
			return false;
	}
	return false;
}

/* ---- attributions ---- */

static bool
contains_any(struct bytes b, const char *const *words, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (fold_contains(b, words[i]))
			return true;
	}
	return false;
}

static bool
has_write_word(struct bytes b)
{
	return contains_any(b, writes, COUNT(writes));
}

/* "An <an@caw.be> schreef:", and not "ik schreef aan <an@caw.be>:". */
static bool
begins_with_sender(struct bytes b)
{
	const uint8_t *angle = bytes_find(b, "<");

	return angle != NULL && !has_write_word((struct bytes){ b.p,
	    (size_t)(angle - b.p) });
}

/* "Op 3 dec. 2026", "On Thu, Dec 3": "op de lijst" is none. */
static bool
begins_dated(struct bytes line)
{
	if (!fold_any(&line, dated, COUNT(dated)))
		return false;
	(void)fold_blanks(&line);
	return ascii_digit(fold_peek(line)) ||
	    fold_any(&line, days, COUNT(days));
}

/* `line` and those below it, up to one that ends in a colon; *n of them below.
 * Lines are `struct bytes` of one text, so that what lies between is theirs. */
static bool
up_to_colon(struct bytes *line, struct bytes rest, size_t *n)
{
	struct bytes next = *line;

	for (*n = 0; *n < WRAPPED; (*n)++) {
		/* Behind a bar stands the text of a draft (fiche_form.h). */
		if (next.n == 0 || next.p[0] == '>' || next.p[0] == '|')
			return false;
		line->n = (size_t)(next.p + next.n - line->p);
		if (line->n > LIM_ATTRIBUTION)
			return false;
		if (next.p[next.n - 1] == ':')
			return true;
		if (!bytes_line(&rest, &next))
			return false;
		next = fold_trim(next);
	}
	return false;
}

static struct bytes
below(struct bytes rest, size_t lines)
{
	struct bytes line;

	while (lines-- > 0)
		(void)bytes_line(&rest, &line);
	return rest;
}

static enum mark
attribution_at(struct bytes line, struct bytes rest, size_t *more)
{
	struct bytes whole = line, next;

	if (!up_to_colon(&whole, rest, more))
		return MARK_NONE;
	/* An answer right above it is not part of it. */
	if (!begins_dated(line) && !has_write_word(line))
		return MARK_NONE;
	if (!has_write_word(whole))
		return MARK_NONE;
	rest = below(rest, *more);
	if (next_line(&rest, &next, AHEAD) && next.p[0] == '>')
		return MARK_QUOTE;
	/* "Op 3 mei schreef de school:" is how people tell things, but they
	 * give no address; or one, and no date in front. */
	return bytes_find(whole, "@") != NULL && (begins_dated(line) ||
	    begins_with_sender(whole)) ? MARK_REST : MARK_NONE;
}

/* ---- the header of the mail that is answered ---- */

/* "Van:", "*From:*", "De :". */
static bool
take_label(struct bytes *line, const char *const *words, size_t n)
{
	while (fold_peek(*line) == '*' || fold_peek(*line) == ' ')
		(void)fold_take(line);
	if (!fold_any(line, words, n))
		return false;
	while (fold_peek(*line) == '*' || fold_peek(*line) == ' ')
		(void)fold_take(line);
	return fold_peek(*line) == ':';
}

static bool
is_header_block(struct bytes line, struct bytes rest)
{
	struct bytes value = line, next;
	size_t i;

	if (!take_label(&value, senders, COUNT(senders)))
		return false;
	if (value.n <= LIM_ATTRIBUTION && bytes_find(value, "@") != NULL)
		return true;
	for (i = 0; i < AHEAD && next_line(&rest, &next, 1); i++) {
		if (take_label(&next, fields, COUNT(fields)))
			return true;
	}
	return false;
}

static bool
is_all(struct bytes line, uint8_t c)
{
	size_t i;

	for (i = 0; i < line.n && line.p[i] == c; i++)
		;
	return i == line.n;
}

/* "Von: L <l@x.be>", "Gesendet: ...", "An: ...", in any language; "6. feiten:"
 * is of a form, and two or three headings are of a report. */
static bool
is_any_header(struct bytes line, struct bytes rest)
{
	size_t i, n;

	if (line.n > LIM_ATTRIBUTION || bytes_find(line, "@") == NULL)
		return false;
	for (i = 0; i < HEADER; i++) {
		n = line.n < LABEL ? line.n : LABEL;
		if (n == 0 || ascii_digit(line.p[0]) ||
		    memchr(line.p, ':', n) == NULL)
			return false;
		if (!next_line(&rest, &line, 0))
			return i + 1 == HEADER;
	}
	return true;
}

static bool
is_header_next(struct bytes rest)
{
	struct bytes next;

	return next_line(&rest, &next, 2) && (is_header_block(next, rest) ||
	    is_any_header(next, rest));
}

/* "-----Oorspronkelijk bericht-----" and a rule in front of a header; any
 * other rule is an ornament, and its words are a heading. */
static bool
is_separator(struct bytes line, struct bytes rest)
{
	if (bytes_begins(line, "-----"))
		return (line.n <= LIM_ATTRIBUTION &&
		    contains_any(line, mails, COUNT(mails))) ||
		    is_header_next(rest);
	if (bytes_begins(line, "_____") && is_all(line, '_'))
		return is_header_next(rest);
	if (!fold_any(&line, forwards, COUNT(forwards)))
		return false;
	(void)fold_blanks(&line);
	return line.n == 0 || line.p[0] == ':';
}

bool
mark_is_header(struct bytes line, struct bytes rest)
{
	return is_header_block(line, rest) || (bytes_begins(line, "-----") &&
	    is_separator(line, rest));
}

enum mark
mark_at(struct bytes line, struct bytes rest, size_t *more)
{
	enum mark mark;

	if (is_separator(line, rest) || is_header_block(line, rest))
		mark = MARK_REST;
	else if (courtesy_is_closing(line))
		mark = MARK_CLOSING;
	else
		mark = attribution_at(line, rest, more);
	if (mark != MARK_QUOTE)
		*more = 0;
	return mark;
}
