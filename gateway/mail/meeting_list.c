#include "mail/meeting_list.h"

#include <string.h>

#include "base/address.h"
#include "mail/fold.h"
#include "mail/form_lines.h"
#include "mail/text.h"

/* In a name, these make it doubtful who is meant to be there. "Pas" is no such
 * word: people are called so. */
static const char *const denials[] = {
	"niet", "geen", "behalve", "zonder", "afwezig", "verontschuldigd",
	"not", "except", "without", "absent", "absente", "excused", "excuse",
	"excusee", "sauf",
};

/* ---- entries ---- */

/* "1. ", "- ", "* ", a bullet: a blank must stand behind it, for addresses
 * begin with digits too. */
static struct bytes
skip_mark(struct bytes b)
{
	struct bytes rest = b;

	while (rest.n > 0 && ascii_digit(rest.p[0]))
		rest = bytes_skip(rest, 1);
	if (rest.n > 0 && memchr(".)-*", rest.p[0], 4) != NULL)
		rest = bytes_skip(rest, 1);
	else if (rest.n == b.n && fold_peek(rest) == FOLD_SIGN)
		(void)fold_take(&rest);
	else
		return b;
	return fold_blanks(&rest) ? rest : b;
}

/* The end of a sentence is of no entry. */
static struct bytes
skip_points(struct bytes b)
{
	while (b.n > 0 && b.p[b.n - 1] == '.')
		b.n--;
	return fold_trim(b);
}

/* Takes the next entry, which may be empty, off `rest`. A comma inside quotes
 * is of a name. */
static bool
next_entry(struct bytes *rest, struct bytes *entry)
{
	bool quoted = false;
	size_t n;

	if (rest->n == 0)
		return false;
	for (n = 0; n < rest->n && rest->p[n] != '\n'; n++) {
		if (rest->p[n] == '"')
			quoted = !quoted;
		if (!quoted && (rest->p[n] == ',' || rest->p[n] == ';'))
			break;
	}
	*entry = fold_trim((struct bytes){ rest->p, n });
	*rest = bytes_skip(*rest, n < rest->n ? n + 1 : n);
	*entry = skip_points(skip_mark(*entry));
	return true;
}

/* ---- addresses ---- */

static bool
bare_address(struct bytes b, char out[LIM_ADDR + 1])
{
	char raw[LIM_ADDR + 1];

	out[0] = '\0';
	if (bytes_begins(b, "mailto:"))
		b = bytes_skip(b, 7);
	return bytes_string(b, raw, sizeof(raw)) &&
	    address_canonical(raw, out);
}

static struct bytes
without_quotes(struct bytes b)
{
	b = fold_trim(b);
	while (b.n >= 2 && (b.p[0] == '"' || b.p[0] == '\'') &&
	    b.p[b.n - 1] == b.p[0])
		b = (struct bytes){ b.p + 1, b.n - 2 };
	return fold_trim(b);
}

/* Whether a name may stand in front of this address: "an@caw.be" only in
 * front of itself; "verontschuldigd: An" is more than a name. */
static bool
is_name(struct bytes b, const char *address)
{
	char same[LIM_ADDR + 1];
	size_t i;

	b = without_quotes(b);
	if (b.n > LIM_FROM || memchr(b.p, ':', b.n) != NULL ||
	    memchr(b.p, '<', b.n) != NULL)
		return false;
	if (memchr(b.p, '@', b.n) != NULL)
		return bare_address(b, same) && address_alike(same, address);
	for (i = 0; i < sizeof(denials) / sizeof(denials[0]); i++) {
		if (fold_contains(b, denials[i]))
			return false;
	}
	return true;
}

/* "an@caw.be", "An Peeters <an@caw.be>", "<mailto:an@caw.be>", "An
 * [mailto:an@caw.be]". */
static bool
address_of(struct bytes b, char out[LIM_ADDR + 1])
{
	struct bytes inside;
	size_t n = b.n;
	uint8_t open;

	if (bare_address(b, out))
		return true;
	if (b.n < 2 || (b.p[b.n - 1] != '>' && b.p[b.n - 1] != ']'))
		return false;
	open = b.p[b.n - 1] == '>' ? '<' : '[';
	while (n > 0 && b.p[n - 1] != open)
		n--;
	if (n == 0)
		return false;
	inside = (struct bytes){ b.p + n, b.n - n - 1 };
	return bare_address(inside, out) &&
	    (n == 1 || is_name((struct bytes){ b.p, n - 1 }, out));
}

/* ---- lists ---- */

static bool
put_person(struct bytes entry, struct buf *out)
{
	char address[LIM_ADDR + 1];

	if (address_of(entry, address)) {
		buf_puts(out, address);
		return true;
	}
	if (entry.n > LIM_ADDR)
		return false;
	buf_add(out, entry.p, entry.n);
	return true;
}

static bool
put_case(struct bytes entry, struct buf *out)
{
	char ref[LIM_REF + 1];

	if (entry.n >= 2 && entry.p[0] == '[' && entry.p[entry.n - 1] == ']')
		entry = (struct bytes){ entry.p + 1, entry.n - 2 };
	if (entry.n != LIM_REF || !text_reference(entry, ref) ||
	    ref[0] != 'C')
		return false;
	buf_puts(out, ref);
	return true;
}

static bool
put_list(struct bytes in, const char *prefix,
    bool (*put)(struct bytes entry, struct buf *out), struct buf *out)
{
	struct bytes entry;
	size_t n = 0;

	while (next_entry(&in, &entry)) {
		if (form_is_empty(entry))
			continue;
		if (++n > LIM_INVITEES)
			return false;
		buf_puts(out, prefix);
		if (!put(entry, out))
			return false;
		buf_putc(out, '\n');
	}
	return true;
}

bool
meeting_people(struct bytes in, const char *prefix, struct buf *out)
{
	return put_list(in, prefix, put_person, out);
}

bool
meeting_begins_person(struct bytes line)
{
	char address[LIM_ADDR + 1];
	struct bytes entry;

	return next_entry(&line, &entry) && address_of(entry, address);
}

bool
meeting_cases(struct bytes in, struct buf *out)
{
	return put_list(in, "", put_case, out);
}
