#include "mail/calendar_read.h"

#include <string.h>

#include "base/address.h"
#include "mail/calendar_line.h"
#include "mail/charset.h"

/* What may stand in what (RFC 5545 3.6); ROOT is around everything. No loop
 * and no stack: whoever knows where it is knows what is around it. */
enum component { ROOT, CALENDAR, EVENT, TIMEZONE, STANDARD, DAYLIGHT, ALARM,
	COMPONENT_MAX };

static const struct {
	const char *name;
	enum component in;
	bool once;
} components[COMPONENT_MAX] = {
	[CALENDAR] = { "VCALENDAR", ROOT, true },
	[EVENT] = { "VEVENT", CALENDAR, true },
	[TIMEZONE] = { "VTIMEZONE", CALENDAR, false },
	[STANDARD] = { "STANDARD", TIMEZONE, false },
	[DAYLIGHT] = { "DAYLIGHT", TIMEZONE, false },
	[ALARM] = { "VALARM", EVENT, false },
};

struct reader {
	struct calendar_reply *reply;
	enum component in;
	unsigned components;	/* bit n: component n was there */
	unsigned properties;	/* bit n: properties[n] was there */
	struct buf comment;	/* as written, one below the other */
	struct buf note;
};

static bool
take_version(struct reader *r, const struct calendar_line *l)
{
	(void)r;
	return bytes_same(l->value, "2.0");
}

static bool
take_method(struct reader *r, const struct calendar_line *l)
{
	(void)r;
	return bytes_same(l->value, "REPLY");
}

static bool
take_uid(struct reader *r, const struct calendar_line *l)
{
	return calendar_uid(l->value, r->reply->uid);
}

static bool
take_sequence(struct reader *r, const struct calendar_line *l)
{
	uint32_t n = 0;
	size_t i;

	for (i = 0; i < l->value.n; i++) {
		if (!ascii_digit(l->value.p[i]) || n > LIM_SEQUENCE)
			return false;
		n = n * 10 + (uint32_t)(l->value.p[i] - '0');
	}
	r->reply->sequence = n;
	return i > 0 && n <= LIM_SEQUENCE;
}

static int
hex_digit(uint8_t c)
{
	c = ascii_lower(c);
	if (ascii_digit(c))
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The address of "mailto:els%2Bclb@clb.example" (RFC 6068 2). */
static bool
take_address(struct bytes uri, char out[LIM_ADDR + 1])
{
	char address[LIM_ADDR + 1];
	size_t n = 0;
	uint8_t c;
	int high, low;

	if (!bytes_begins(uri, "mailto:"))
		return false;
	for (uri = bytes_trim(bytes_skip(uri, 7)); uri.n > 0;
	    uri = bytes_skip(uri, 1)) {
		c = uri.p[0];
		if (c == '%' && uri.n > 2) {
			high = hex_digit(uri.p[1]);
			low = hex_digit(uri.p[2]);
			if (high < 0 || low < 0)
				return false;
			c = (uint8_t)(high << 4 | low);
			uri = bytes_skip(uri, 2);
		}
		if (c == '\0' || n == LIM_ADDR)
			return false;
		address[n++] = (char)c;
	}
	address[n] = '\0';
	return address_canonical(address, out);
}

static bool
take_attendee(struct reader *r, const struct calendar_line *l)
{
	struct calendar_reply *reply = r->reply;
	struct bytes v;

	switch (calendar_param(l, "PARTSTAT", &v)) {
	case PARAM_NONE:
		reply->partstat = PARTSTAT_NONE;
		break;
	case PARAM_OK:
		reply->partstat = partstat_of(bytes_trim(v));
		break;
	default:
		return false;
	}
	if (calendar_param(l, "X-RESPONSE-COMMENT", &v) == PARAM_OK)
		calendar_param_text(v, &r->note);
	return reply->partstat < PARTSTAT_MAX &&
	    take_address(l->value, reply->attendee);
}

static bool
take_comment(struct reader *r, const struct calendar_line *l)
{
	if (r->comment.len > 0)
		buf_putc(&r->comment, '\n');
	calendar_text(l->value, &r->comment);
	return true;
}

/* It is about one day of many. */
static bool
take_nothing(struct reader *r, const struct calendar_line *l)
{
	(void)r;
	(void)l;
	return false;
}

/* All that counts. The rest is passed over. */
static const struct property {
	const char *name;
	enum component in;
	enum { ONCE, AT_MOST_ONCE, MANY } times;
	bool (*take)(struct reader *r, const struct calendar_line *l);
} properties[] = {
	{ "VERSION", CALENDAR, ONCE, take_version },
	{ "METHOD", CALENDAR, ONCE, take_method },
	{ "UID", EVENT, ONCE, take_uid },
	{ "SEQUENCE", EVENT, AT_MOST_ONCE, take_sequence },
	{ "ATTENDEE", EVENT, ONCE, take_attendee },
	{ "COMMENT", EVENT, MANY, take_comment },
	{ "RECURRENCE-ID", EVENT, MANY, take_nothing },
	{ "RRULE", EVENT, MANY, take_nothing },
	{ "RDATE", EVENT, MANY, take_nothing },
	{ "EXRULE", EVENT, MANY, take_nothing },
	{ "EXDATE", EVENT, MANY, take_nothing },
};

#define PROPERTIES (sizeof(properties) / sizeof(properties[0]))

static bool
begin(struct reader *r, struct bytes name)
{
	unsigned c;

	for (c = ROOT + 1; c < COMPONENT_MAX; c++) {
		if (components[c].in != r->in ||
		    !bytes_same(name, components[c].name))
			continue;
		if (components[c].once && (r->components & 1u << c))
			return false;
		r->components |= 1u << c;
		r->in = (enum component)c;
		return true;
	}
	return false;
}

static bool
end(struct reader *r, struct bytes name)
{
	if (r->in == ROOT || !bytes_same(name, components[r->in].name))
		return false;
	r->in = components[r->in].in;
	return true;
}

static bool
take_property(struct reader *r, const struct calendar_line *l)
{
	size_t i;

	if (r->in == ROOT)
		return false;
	for (i = 0; i < PROPERTIES; i++) {
		if (properties[i].in != r->in ||
		    !bytes_same(l->name, properties[i].name))
			continue;
		if (properties[i].times != MANY &&
		    (r->properties & 1u << i))
			return false;
		r->properties |= 1u << i;
		return properties[i].take(r, l);
	}
	return true;
}

static bool
take_line(struct reader *r, const struct calendar_line *l)
{
	if (bytes_same(l->name, "BEGIN"))
		return begin(r, l->value);
	if (bytes_same(l->name, "END"))
		return end(r, l->value);
	return take_property(r, l);
}

static bool
is_whole(const struct reader *r)
{
	size_t i;

	for (i = 0; i < PROPERTIES; i++) {
		if (properties[i].times == ONCE &&
		    !(r->properties & 1u << i))
			return false;
	}
	return r->in == ROOT;
}

/* Whether unfolded text is one reply. */
static bool
read_lines(struct reader *r, struct bytes rest)
{
	enum calendar_step step;
	struct calendar_line l;

	/* A byte order mark, as Windows likes it. */
	if (bytes_begins(rest, "\357\273\277"))
		rest = bytes_skip(rest, 3);
	while ((step = calendar_next(&rest, &l)) == CALENDAR_LINE) {
		if (!take_line(r, &l))
			return false;
	}
	return step == CALENDAR_END && is_whole(r);
}

/* The words, clean. False when they are too many. */
static bool
take_words(struct reader *r, struct buf *words)
{
	struct bytes v = { r->comment.p, r->comment.len };
	struct buf clean;
	bool fits;

	if (bytes_blank(v))
		v = (struct bytes){ r->note.p, r->note.len };
	buf_init(&clean, 4 * LIM_CALENDAR);
	(void)charset_clean(v, CHARSET_ASCII, &clean);
	v = bytes_trim((struct bytes){ clean.p, clean.len });
	fits = v.n <= LIM_WORDS;
	if (fits && v.n > 0)
		buf_add(words, v.p, v.n);
	if (buf_error(&clean) != GW_OK)
		words->err = buf_error(&clean);
	buf_free(&clean);
	return fits;
}

static bool
read_unfolded(struct reader *r, struct bytes in, struct buf *words)
{
	if (in.n == 0 || memchr(in.p, '\0', in.n) != NULL)
		return false;
	return read_lines(r, in) && take_words(r, words);
}

/* All caps but that of `words` are larger than what can come. */
static enum gw_err
error_of(const struct reader *r, const struct buf *text,
    const struct buf *words)
{
	if (buf_error(text) != GW_OK)
		return buf_error(text);
	if (buf_error(&r->comment) != GW_OK)
		return buf_error(&r->comment);
	return buf_error(&r->note) != GW_OK ? buf_error(&r->note) :
	    buf_error(words);
}

enum gw_err
calendar_read(struct bytes in, struct calendar_reply *r, struct buf *words)
{
	struct reader reader = { .reply = r };
	struct buf text;
	bool clear = false;
	enum gw_err err;

	*r = (struct calendar_reply){ .calendar = CALENDAR_UNCLEAR };
	buf_init(&text, LIM_CALENDAR);
	buf_init(&reader.comment, LIM_CALENDAR);
	buf_init(&reader.note, LIM_CALENDAR);
	if (in.n <= LIM_CALENDAR) {
		calendar_unfold(in, &text);
		clear = read_unfolded(&reader,
		    (struct bytes){ text.p, text.len }, words);
	}
	err = error_of(&reader, &text, words);
	if (clear && err == GW_OK)
		r->calendar = CALENDAR_REPLY;
	else
		*r = (struct calendar_reply){ .calendar = CALENDAR_UNCLEAR };
	buf_free(&text);
	buf_free(&reader.comment);
	buf_free(&reader.note);
	return err;
}
