#include "flow/fiche_text.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/address.h"

/* With the three blanks in front, and "> " before it, still within 72. */
#define COLUMNS	66

static const char *const labels[FICHE_LAST + 1] = {
#define FICHE(number, asks, id, label, hint, ...) [number] = label,
#include "mail/form.def"
};

/* ---- text in lines ---- */

/* Characters, not bytes: what continues one takes no column. */
static size_t
columns(const char *p, size_t n)
{
	size_t i, k = 0;

	for (i = 0; i < n; i++)
		k += ((unsigned char)p[i] & 0xc0) != 0x80;
	return k;
}

/* One line, broken between words where it gets too long. False: it had no
 * word. */
static bool
put_line(const char *p, size_t n, struct buf *out)
{
	size_t at = 0, used = 0, len, wide;

	for (;;) {
		at += strspn(p + at, " ");
		if (at >= n)
			break;
		len = strcspn(p + at, " \n");
		wide = columns(p + at, len);
		if (used > 0 && used + 1 + wide > COLUMNS) {
			buf_putc(out, '\n');
			used = 0;
		}
		buf_puts(out, used > 0 ? " " : "   ");
		buf_add(out, p + at, len);
		used += wide + (used > 0);
		at += len;
	}
	if (used > 0)
		buf_putc(out, '\n');
	return used > 0;
}

/* Empty lines stand between two others, one at a time. */
static void
put_text(const char *text, struct buf *out)
{
	bool any = false, gap = false;
	const char *p = text;
	size_t n;

	for (;;) {
		n = strcspn(p, "\n");
		if (strspn(p, " ") >= n) {
			gap = any;
		} else {
			if (gap)
				buf_putc(out, '\n');
			gap = false;
			any |= put_line(p, n, out);
		}
		if (p[n] == '\0')
			break;
		p += n + 1;
	}
}

static bool
is_empty(const char *text)
{
	return text[strspn(text, " \n")] == '\0';
}

static void
put_element(const struct fiche_content *c, unsigned n, struct buf *out)
{
	const char *text = c->element[n - FICHE_FIRST].text;

	if (is_empty(text))
		return;
	buf_printf(out, "%u. %s:\n", n, labels[n]);
	put_text(text, out);
}

void
fiche_elements(const struct fiche_content *c, uint32_t numbers,
    struct buf *out)
{
	unsigned n;

	for (n = FICHE_FIRST; n <= FICHE_LAST; n++)
		if (numbers >> n & 1)
			put_element(c, n, out);
}

/* ---- what stands around ---- */

static bool
is_ref(const char *ref, char type)
{
	static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

	return ref[0] == type && ref[1] == '-' &&
	    strspn(ref + 2, digits) == LIM_REF - 2 && ref[LIM_REF] == '\0';
}

/* A name in one line, without a blank at either end or two in a row. */
static bool
is_name(const char *s)
{
	size_t n = strlen(s), i;

	if (n == 0 || s[0] == ' ' || s[n - 1] == ' ' ||
	    strstr(s, "  ") != NULL)
		return false;
	for (i = 0; i < n; i++)
		if ((unsigned char)s[i] < ' ' || s[i] == 0x7f)
			return false;
	return true;
}

/* "23/11/2026"; false for what has no four digits for its year. */
static bool
date_of(int64_t day, char out[16])
{
	time_t t = (time_t)day * 86400;
	struct tm tm;

	return day > 0 && day < INT64_C(2932000) &&
	    gmtime_r(&t, &tm) != NULL && strftime(out, 16, "%d/%m/%Y", &tm) > 0;
}

enum gw_err
fiche_text(const struct fiche_head *h, const struct fiche_content *c,
    struct buf *out)
{
	char date[16];

	if (is_empty(c->element[0].text))
		return GW_MISSING;
	if (!is_ref(h->ref, 'F') || !is_ref(h->case_ref, 'C') ||
	    h->version == 0 || h->version > LIM_FICHE_VERSION ||
	    !is_name(h->town) || !date_of(h->day, date))
		return GW_FORMAT;
	buf_puts(out, "TERUGKOPPELINGSFICHE\n");
	buf_printf(out, "1. kenmerk: %s\n   versie: %u\n   overleg: %s\n"
	    "   gemeente: %s\n", h->ref, h->version, date, h->town);
	buf_printf(out, "3. casus: %s\n   besproken: %s\n", h->case_ref, date);
	fiche_elements(c, UINT32_MAX, out);
	buf_puts(out, "15. verklaring:\n   " FICHE_ATTESTATION "\n");
	buf_puts(out, "17. opgemaakt door:\n   de information officer\n");
	buf_puts(out, "18. bestemming:\n"
	    "   de bevoegde LTF en de diensten van artikel 2, 2\302\260 en"
	    " 22\302\260, van de\n   T.E.R.-wet\n");
	return buf_error(out);
}

enum gw_err
fiche_digest(const struct fiche_head *h, const struct fiche_content *c,
    uint8_t out[HASH_BYTES])
{
	struct buf text;
	enum gw_err r;

	buf_init(&text, LIM_FICHE_TEXT);
	r = fiche_text(h, c, &text);
	if (r == GW_OK)
		crypto_sha256(text.p, text.len, out);
	buf_free(&text);
	return r;
}

/* ---- elements ---- */

uint32_t
fiche_filled(const struct fiche_content *c)
{
	uint32_t bits = 0;
	unsigned n;

	for (n = FICHE_FIRST; n <= FICHE_LAST; n++)
		if (!is_empty(c->element[n - FICHE_FIRST].text))
			bits |= UINT32_C(1) << n;
	return bits;
}

uint32_t
fiche_owned(const struct fiche_content *c, const char *source)
{
	const struct fiche_element *e;
	uint32_t bits = 0;
	unsigned n;
	size_t i;

	for (n = FICHE_FIRST; n <= FICHE_LAST; n++) {
		e = &c->element[n - FICHE_FIRST];
		for (i = 0; i < e->sources; i++)
			if (address_alike(e->source[i], source))
				bits |= UINT32_C(1) << n;
	}
	return bits & fiche_filled(c);
}

uint32_t
fiche_strike(struct fiche_content *c, uint32_t numbers)
{
	uint32_t struck = numbers & fiche_filled(c);
	unsigned n;

	for (n = FICHE_FIRST; n <= FICHE_LAST; n++)
		if (struck >> n & 1)
			crypto_wipe(&c->element[n - FICHE_FIRST],
			    sizeof(c->element[0]));
	return struck;
}
