#include "flow/fiche_draft.h"

#include <string.h>

#include "base/address.h"

static const char *const labels[FICHE_LAST + 1] = {
#define FICHE_REF(number, letter, id, label, hint) [number] = label,
#define FICHE(number, asks, id, label, hint, ...) [number] = label,
#include "mail/form.def"
};

/* ---- what comes back as it is ---- */

/* What readers of mail cut off at the end of a line: blanks, and the no-break
 * space. */
static bool
is_trimmed(const char *line, size_t n)
{
	return n == 0 || (line[n - 1] != ' ' && (n < 2 ||
	    memcmp(line + n - 2, "\xc2\xa0", 2) != 0));
}

static bool
lines_come_back(const char *text)
{
	size_t n;

	for (;; text += n + 1) {
		n = strcspn(text, "\n");
		if (!is_trimmed(text, n))
			return false;
		if (text[n] == '\0')
			return true;
	}
}

/* Neither blanks around it nor control characters, and an answer to a reader
 * who passes over dots and dashes. */
static bool
text_comes_back(const char *text)
{
	size_t n = strlen(text), i;
	bool answer = false;

	for (i = 0; i < n; i++) {
		if (((unsigned char)text[i] < ' ' && text[i] != '\n') ||
		    text[i] == 0x7f)
			return false;
		answer |= ascii_alnum((uint8_t)text[i]);
	}
	return answer && !ascii_space((uint8_t)text[0]) &&
	    !ascii_space((uint8_t)text[n - 1]) && lines_come_back(text);
}

static bool
sources_come_back(const struct fiche_element *e)
{
	char again[LIM_ADDR + 1];
	size_t i;

	for (i = 0; i < e->sources; i++) {
		if (!address_canonical(e->source[i], again) ||
		    strcmp(again, e->source[i]) != 0)
			return false;
	}
	return true;
}

/* ---- writing ---- */

void
fiche_bar(const char *text, struct buf *out)
{
	size_t n;

	for (;; text += n + 1) {
		n = strcspn(text, "\n");
		buf_putc(out, FICHE_BAR);
		if (n > 0)
			buf_putc(out, ' ');
		buf_add(out, text, n);
		if (text[n] == '\0')
			return;
		buf_putc(out, '\n');
	}
}

/* Sources stand above the text: an address may look like the line in front of a
 * quote, and the bar below ends that. */
static void
put_element(const struct fiche_element *e, unsigned n, struct buf *out)
{
	size_t i;

	buf_printf(out, "\n\n%u. %s:\n", n, labels[n]);
	for (i = 0; i < e->sources; i++)
		buf_printf(out, "bron: %s\n", e->source[i]);
	fiche_bar(e->text, out);
}

enum gw_err
fiche_draft(const struct fiche_head *h, const char *meeting,
    const struct fiche_content *c, struct buf *out)
{
	const struct fiche_element *e;
	unsigned n;

	if (c->element[0].text[0] == '\0')
		return GW_MISSING;
	buf_printf(out, "FICHE %s\n\n1. %s: %s\n3. %s: %s", h->ref, labels[1],
	    meeting, labels[3], h->case_ref);
	for (n = FICHE_FIRST; n <= FICHE_LAST; n++) {
		e = &c->element[n - FICHE_FIRST];
		if (e->text[0] == '\0' && e->sources == 0)
			continue;
		if (!text_comes_back(e->text) || !sources_come_back(e))
			return GW_FORMAT;
		put_element(e, n, out);
	}
	return buf_error(out);
}
