#include "compose/compose.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "compose/encode.h"
#include "compose/letters.h"

/* What keys takes: a text in quoted-printable, a key, and the approvals of as
 * many members as a table has. */
#define HEAD_MAX	(LIM_TEXT_BYTES + LIM_HEADER_BYTES)

/* RFC 9788 3.2.2: what stands outside instead of the subject (R59). */
#define NO_SUBJECT	"[...]"

#define HOUSE_VARS	8
#define FRAME_VARS	2	/* {{reason}}, {{choices}} */

#define RANDOM_BYTES	16
#define RANDOM_HEX	(2 * RANDOM_BYTES)
#define BOUNDARY_LEN	(2 + RANDOM_HEX)

_Static_assert(RANDOM_HEX == LIM_UID, "a UID is as random as the others");

struct field {
	const char *name, *value;
};

/* What is worked out of a letter before anything is written. */
struct draft {
	const struct letter *letter;
	const struct letter_row *row;
	const char *municipality;
	bool named;		/* with the reference in subject and text */
	struct var vars[LIM_VARS];
	size_t nvars;
	char from[LIM_ADDR + 3], to[LIM_ADDR + 3], date[CLOCK_RFC5322_LEN];
	char boundary[BOUNDARY_LEN + 1];	/* of the whole */
	char inner[BOUNDARY_LEN + 1];	/* of text and event */
	struct field fields[7];
	struct buf reason, choices, subject, text, event;
};

static void
random_hex(char out[RANDOM_HEX + 1])
{
	uint8_t r[RANDOM_BYTES];
	size_t i;

	crypto_random(r, sizeof(r));
	for (i = 0; i < sizeof(r); i++)
		(void)snprintf(out + 2 * i, 3, "%02x", r[i]);
}

void
compose_uid(char out[LIM_UID + 1])
{
	random_hex(out);
}

static void
new_boundary(char out[BOUNDARY_LEN + 1])
{
	memcpy(out, "=_", 2);
	random_hex(out + 2);
}

void
compose_message_id(const char *address, char out[LIM_MSGID + 1])
{
	const char *domain = strrchr(address, '@');
	char left[RANDOM_HEX + 1];

	domain = domain == NULL ? address : domain + 1;
	while (strlen(domain) + RANDOM_HEX + 3 > LIM_MSGID &&
	    strchr(domain, '.') != NULL)
		domain = strchr(domain, '.') + 1;
	random_hex(left);
	(void)snprintf(out, LIM_MSGID + 1, "<%s@%.*s>", left,
	    LIM_MSGID - RANDOM_HEX - 3, domain);
}

/*
 * Whether `s` is one word of visible ASCII around one @ that cannot end the
 * brackets it will stand in (security.md T19).
 */
static bool
is_address(const char *s, size_t n, size_t max)
{
	size_t i, ats = 0;

	for (i = 0; i < n; i++) {
		if (s[i] <= ' ' || s[i] >= 0x7f ||
		    strchr("<>()[],;:\\\"", s[i]) != NULL)
			return false;
		ats += s[i] == '@';
	}
	return n <= max && ats == 1 && s[0] != '@' && s[n - 1] != '@';
}

static bool
is_message_id(const char *s)
{
	size_t n = strlen(s);

	return n > 2 && s[0] == '<' && s[n - 1] == '>' &&
	    is_address(s + 1, n - 2, LIM_MSGID - 2);
}

/* A reference is also a file name and the first line of the text. */
static bool
is_reference(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && n <= LIM_REF && strspn(s,
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == n;
}

static bool
is_line(const char *s)
{
	return encode_is_clean(s, strlen(s), false);
}

static bool
office_is_clean(const struct office *o)
{
	return is_address(o->address, strlen(o->address), LIM_ADDR) &&
	    is_line(o->name) && is_line(o->contact) && is_line(o->phone) &&
	    is_line(o->citation) &&
	    (o->practice == NULL || is_line(o->practice)) &&
	    (o->law_info == NULL || is_line(o->law_info));
}

/* One armored public key, in printable ASCII lines. */
static bool
is_key(const uint8_t *p, size_t n)
{
	static const char head[] = "-----BEGIN PGP PUBLIC KEY BLOCK-----";
	size_t i;

	if (n < sizeof(head) - 1 || n > LIM_KEYFILE ||
	    memcmp(p, head, sizeof(head) - 1) != 0)
		return false;
	for (i = 0; i < n; i++) {
		if (p[i] == '\r' ? i + 1 == n || p[i + 1] != '\n' :
		    p[i] != '\n' && (p[i] < ' ' || p[i] >= 0x7f))
			return false;
	}
	return true;
}

/* A line break where one line is meant could forge the next line. Values that
 * the letter does not know are never rendered. */
static bool
values_are_clean(const struct letter *l, const struct letter_row *row)
{
	size_t i;

	for (i = 0; i < l->nvars; i++) {
		if (letter_takes(row, l->vars[i].name) == LETTER_ONE_LINE &&
		    !is_line(l->vars[i].value))
			return false;
	}
	return true;
}

/* R58: an invitation is between us and the one to whom the letter goes. */
static enum gw_err
check_event(const struct office *o, const struct letter *l,
    const struct letter_row *row)
{
	const struct calendar_event *e = l->calendar;

	if (e != NULL && (l->clear || !(row->flags & LETTER_CALENDAR)))
		return GW_DENIED;
	if (e == NULL)
		return row->flags & LETTER_CALENDAR ? GW_FORMAT : GW_OK;
	return strcmp(e->attendee, l->to) == 0 &&
	    strcmp(e->organiser, o->address) == 0 ? GW_OK : GW_FORMAT;
}

/* Whether this letter exists, may leave like this and can do no harm. */
static enum gw_err
check(const struct office *o, const struct letter *l,
    const struct letter_row *row)
{
	if (row == NULL)
		return GW_MISSING;
	if (l->nvars + HOUSE_VARS + FRAME_VARS > LIM_VARS)
		return GW_LIMIT;
	if ((l->clear && !(row->flags & LETTER_CLEAR)) ||
	    (l->attach && !(row->flags & LETTER_ATTACH)) ||
	    (l->nfiles > 0 && !(row->flags & LETTER_FILES)) ||
	    (l->key != NULL && !(row->flags & LETTER_KEY)))
		return GW_DENIED;
	if ((row->flags & LETTER_KEY) &&
	    (l->key == NULL || !is_key(l->key, l->key_len)))
		return GW_FORMAT;
	if (!office_is_clean(o) || !is_message_id(l->message_id) ||
	    !is_address(l->to, strlen(l->to), LIM_ADDR))
		return GW_FORMAT;
	if (l->ref[0] != '\0' ? !is_reference(l->ref) : l->attach)
		return GW_FORMAT;
	if (!values_are_clean(l, row))
		return GW_FORMAT;
	return check_event(o, l, row);
}

/* LETTER_HOUSE, and how many of them there are in *n. */
static void
house_vars(const struct office *o, const char *ref, struct var *v, size_t *n)
{
	const struct var house[] = {
		{ "reference", ref }, { "municipality", o->name },
		{ "contact", o->contact }, { "phone", o->phone },
		{ "citation", o->citation }, { "address", o->address },
		{ "law_info", o->law_info != NULL ? o->law_info :
		    COMPOSE_LAW_INFO },
		{ "practice", o->practice }
	};

	memcpy(v, house, sizeof(house));
	*n = sizeof(house) / sizeof(house[0]) - (o->practice == NULL);
}

static void
add_vars(struct draft *d, const struct office *o)
{
	const struct letter *l = d->letter;

	house_vars(o, l->ref, d->vars, &d->nvars);
	if (l->nvars > 0)
		memcpy(d->vars + d->nvars, l->vars,
		    l->nvars * sizeof(l->vars[0]));
	d->nvars += l->nvars;
}

static enum gw_err
render(const struct templates *t, const struct draft *d, const char *section,
    struct buf *out)
{
	return template_render(t, mail_kind_template(d->letter->kind),
	    section, d->vars, d->nvars, out);
}

/* Renders a section of its own, whose text becomes the value of `name`. */
static enum gw_err
render_into(struct draft *d, const struct templates *t, const char *section,
    const char *name, struct buf *value)
{
	enum gw_err err = render(t, d, section, value);

	if (err == GW_OK)
		d->vars[d->nvars++] = (struct var){ name, buf_str(value) };
	return err;
}

/* What can be answered. Without a reference there are no lines to copy that
 * would have one. */
static const char *
choices_of(const struct draft *d)
{
	if (d->letter->choices != NULL)
		return d->letter->choices;
	return d->letter->ref[0] != '\0' ? d->row->choices :
	    LETTER_CHOICES_ANYBODY;
}

/* The sentence of a letter, and what goes with it around it. */
static enum gw_err
render_frame(struct draft *d, const struct templates *t)
{
	const char *choices = choices_of(d);
	enum gw_err err;

	err = render_into(d, t, d->letter->section, "reason", &d->reason);
	if (err != GW_OK || d->row->choices == NULL)
		return err;
	if (letter_part_find(d->letter->kind, choices) == NULL)
		return GW_MISSING;
	return render_into(d, t, choices, "choices", &d->choices);
}

/* Subject and text, in UTF-8. */
static enum gw_err
render_all(struct draft *d, const struct templates *t)
{
	const char *section = d->letter->section;
	enum gw_err err;

	err = render(t, d, d->named ? "subject" : "subject-plain",
	    &d->subject);
	if (err == GW_OK && !is_line(buf_str(&d->subject)))
		err = GW_FORMAT;
	if (err == GW_OK && d->row->frame != NULL) {
		err = render_frame(d, t);
		section = d->row->frame;
	}
	/* Outlook shows no protected subject: the reference stands here too. */
	if (d->named)
		buf_printf(&d->text, "%s\n\n", d->letter->ref);
	if (err == GW_OK)
		err = render(t, d, section, &d->text);
	return err;
}

static void
set_fields(struct draft *d, const struct office *o)
{
	const struct letter *l = d->letter;

	(void)snprintf(d->from, sizeof(d->from), "<%s>", o->address);
	(void)snprintf(d->to, sizeof(d->to), "<%s>", l->to);
	clock_rfc5322(l->date, d->date);
	new_boundary(d->boundary);
	new_boundary(d->inner);
	d->fields[0] = (struct field){ "From", d->from };
	d->fields[1] = (struct field){ "To", d->to };
	d->fields[2] = (struct field){ "Date", d->date };
	d->fields[3] = (struct field){ "Message-ID", l->message_id };
	/* RFC 3834 5, and the same for Exchange: no machine should answer. */
	d->fields[4] = (struct field){ "Auto-Submitted",
		d->row->flags & LETTER_REPLY ? "auto-replied" : "auto-generated" };
	d->fields[5] = (struct field){ "X-Auto-Response-Suppress", "All" };
	d->fields[6] = (struct field){ "X-Meldpost-Loop", "1" };
}

static void
write_fields(const struct draft *d, const char *prefix, const char *subject,
    struct buf *out)
{
	size_t i;

	for (i = 0; i < sizeof(d->fields) / sizeof(d->fields[0]); i++)
		buf_printf(out, "%s%s: %s\r\n", prefix, d->fields[i].name,
		    d->fields[i].value);
	buf_puts(out, prefix);
	encode_field(out, "Subject", subject);
}

static void
write_outer(struct draft *d, struct buf *out)
{
	write_fields(d, "", d->letter->clear ? buf_str(&d->subject) :
	    NO_SUBJECT, out);
	buf_puts(out, "MIME-Version: 1.0\r\n");
}

static void
write_text(const struct draft *d, const char *params, struct buf *out)
{
	buf_printf(out, "Content-Type: text/plain; charset=utf-8%s\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n\r\n", params);
	encode_text(out, (const char *)d->text.p, d->text.len);
}

/*
 * Signed only: the whole header again (RFC 9788 hp="clear"). The second
 * parameter is for the mail programs from before that RFC.
 */
static void
write_clear(struct draft *d, struct buf *out)
{
	write_fields(d, "", buf_str(&d->subject), out);
	write_text(d, ";\r\n hp=\"clear\"; protected-headers=\"v1\"", out);
}

/* "sleutel-Sint-Niklaas.asc": a file name on every system. */
static void
write_key_name(const char *municipality, struct buf *out)
{
	const unsigned char *p = (const unsigned char *)municipality;
	bool dash = false;

	buf_puts(out, "sleutel");
	for (; *p != '\0'; p++) {
		if (!ascii_alnum(*p)) {
			dash = true;
			continue;
		}
		if (dash || p == (const unsigned char *)municipality)
			buf_putc(out, '-');
		dash = false;
		buf_putc(out, (char)*p);
	}
	buf_puts(out, ".asc");
}

/* RFC 3156 7: our own public key, as people import it. */
static void
write_key(const struct draft *d, struct buf *out)
{
	const struct letter *l = d->letter;
	size_t i;

	buf_printf(out, "\r\n--%s\r\n"
	    "Content-Type: application/pgp-keys\r\n"
	    "Content-Transfer-Encoding: 7bit\r\n"
	    "Content-Disposition: attachment; filename=\"", d->boundary);
	write_key_name(d->municipality, out);
	buf_puts(out, "\"\r\n\r\n");
	for (i = 0; i < l->key_len; i++) {
		if (l->key[i] == '\n')
			buf_puts(out, "\r\n");
		else if (l->key[i] != '\r')
			buf_putc(out, (char)l->key[i]);
	}
}

/* encode_text() takes lines that end in LF. */
static void
write_event(const struct draft *d, struct buf *out)
{
	struct bytes rest = { d->event.p, d->event.len }, line;

	buf_printf(out, "Content-Type: text/calendar; charset=utf-8; method=%s;"
	    "\r\n name=\"overleg.ics\"\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n\r\n",
	    calendar_method_name(d->letter->calendar->method));
	while (bytes_line(&rest, &line))
		encode_text(out, (const char *)line.p, line.n);
}

/* RFC 2046 5.1.4: what says more comes last. No Content-Disposition: an
 * attached event has no buttons in Outlook. */
static void
write_alternative(const struct draft *d, struct buf *out)
{
	buf_printf(out, "Content-Type: multipart/alternative; boundary=\"%s\""
	    "\r\n\r\n--%s\r\n", d->inner, d->inner);
	write_text(d, "", out);
	buf_printf(out, "\r\n--%s\r\n", d->inner);
	write_event(d, out);
	buf_printf(out, "\r\n--%s--\r\n", d->inner);
}

static void
write_file(const struct draft *d, const struct letter_file *f,
    struct buf *out)
{
	buf_printf(out, "\r\n--%s\r\nContent-Type: %s;\r\n name=\"%s\"\r\n"
	    "Content-Transfer-Encoding: base64\r\n"
	    "Content-Disposition: attachment; filename=\"%s\"\r\n\r\n",
	    d->boundary, f->type, f->name, f->name);
	encode_base64(out, f->p, f->n);
}

/* Up to where keys puts the original, or up to the end of the last part. */
static void
write_sealed(struct draft *d, struct buf *out)
{
	const struct letter *l = d->letter;
	size_t i;

	write_fields(d, "", buf_str(&d->subject), out);
	/* RFC 9788 2.2: what stands outside, so that a reader can tell what
	 * was added or changed on the way. */
	write_fields(d, "HP-Outer: ", NO_SUBJECT, out);
	buf_printf(out, "Content-Type: multipart/mixed; boundary=\"%s\";\r\n"
	    " hp=\"cipher\"; protected-headers=\"v1\"\r\n", d->boundary);
	/* RFC 2045 6.4: the whole is what its widest part is. */
	if (l->attach)
		buf_puts(out, "Content-Transfer-Encoding: binary\r\n");
	buf_printf(out, "\r\n--%s\r\n", d->boundary);
	if (l->calendar != NULL)
		write_alternative(d, out);
	else
		write_text(d, "", out);
	if (l->key != NULL)
		write_key(d, out);
	for (i = 0; i < l->nfiles; i++)
		write_file(d, &l->files[i], out);
	/* R59: the file is named after the reference, never after what the
	 * sender called it. Not re-encoded, so its signature stays good. */
	if (l->attach)
		buf_printf(out, "\r\n--%s\r\n"
		    "Content-Type: message/rfc822\r\n"
		    "Content-Transfer-Encoding: binary\r\n"
		    "Content-Disposition: attachment; filename=\"%s.eml\"\r\n"
		    "\r\n", d->boundary, l->ref);
}

static void
write_all(struct draft *d, struct composed *c)
{
	struct buf *out = &c->head;

	write_outer(d, out);
	c->outer_len = (uint32_t)out->len;
	if (d->letter->clear)
		write_clear(d, out);
	else
		write_sealed(d, out);
	c->prefix_len = (uint32_t)out->len - c->outer_len;
	if (!d->letter->clear)
		buf_printf(out, "\r\n--%s--\r\n", d->boundary);
}

enum gw_err
compose(const struct templates *t, const struct office *office,
    const struct letter *letter, struct composed *c)
{
	struct draft d = {
		.letter = letter,
		.row = letter_find(letter->kind, letter->section),
		.municipality = office->name,
		.named = !letter->clear && letter->ref[0] != '\0'
	};
	enum gw_err err;

	*c = (struct composed){ 0 };
	buf_init(&c->head, HEAD_MAX);
	buf_init(&d.reason, LIM_LETTER_BYTES);
	buf_init(&d.choices, LIM_LETTER_BYTES);
	buf_init(&d.subject, LIM_LETTER_BYTES);
	buf_init(&d.text, LIM_LETTER_BYTES);
	buf_init(&d.event, LIM_CALENDAR);
	err = check(office, letter, d.row);
	if (err != GW_OK)
		goto out;
	add_vars(&d, office);
	err = render_all(&d, t);
	if (err == GW_OK && letter->calendar != NULL)
		err = calendar_write(letter->calendar, &d.event);
	if (err != GW_OK)
		goto out;
	set_fields(&d, office);
	write_all(&d, c);
	err = buf_error(&c->head);
out:
	if (err != GW_OK) {
		buf_free(&c->head);
		c->outer_len = c->prefix_len = 0;
	}
	buf_free(&d.reason);
	buf_free(&d.choices);
	buf_free(&d.subject);
	buf_free(&d.text);
	buf_free(&d.event);
	return err;
}

enum gw_err
compose_outer(const struct office *office, const char *to,
    const char *message_id, int64_t date, struct buf *out)
{
	static const struct letter_row row = { .flags = 0 };
	const struct letter letter = { .to = to, .message_id = message_id,
	    .date = date };
	struct draft d = { .letter = &letter, .row = &row };

	if (!is_address(to, strlen(to), LIM_ADDR) ||
	    !is_message_id(message_id))
		return GW_FORMAT;
	set_fields(&d, office);
	write_outer(&d, out);
	return buf_error(out);
}

enum gw_err
compose_part(const struct templates *t, const struct office *office,
    enum mail_kind kind, const char *section, const struct var *vars,
    size_t nvars, struct buf *out)
{
	const struct letter_part *part = letter_part_find(kind, section);
	struct var all[LIM_VARS];
	size_t n = 0;

	if (part == NULL)
		return GW_MISSING;
	if (nvars + HOUSE_VARS > LIM_VARS)
		return GW_LIMIT;
	/* In front of those of the house: the first of a name counts. */
	if (nvars > 0)
		memcpy(all, vars, nvars * sizeof(vars[0]));
	if (part->house)
		house_vars(office, "", all + nvars, &n);
	return template_render(t, mail_kind_template(kind), section, all,
	    n + nvars, out);
}
