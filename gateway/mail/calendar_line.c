#include "mail/calendar_line.h"

#include <string.h>

/* The length of the line end at the beginning of `b`. */
static size_t
line_end(struct bytes b)
{
	if (b.n > 0 && b.p[0] == '\n')
		return 1;
	return b.n > 1 && b.p[0] == '\r' && b.p[1] == '\n' ? 2 : 0;
}

void
calendar_unfold(struct bytes in, struct buf *out)
{
	size_t from = 0, i = 0, n;

	while (i < in.n) {
		n = line_end(bytes_skip(in, i));
		if (n == 0) {
			i++;
			continue;
		}
		i += n;
		if (i == in.n || (in.p[i] != ' ' && in.p[i] != '\t'))
			continue;
		buf_add(out, in.p + from, i - n - from);
		from = ++i;
	}
	if (from < in.n)
		buf_add(out, in.p + from, in.n - from);
}

/* How many bytes of a name (RFC 5545 3.1) `b` begins with. */
static size_t
name_length(struct bytes b)
{
	size_t n = 0;

	while (n < b.n && (ascii_alnum(b.p[n]) || b.p[n] == '-'))
		n++;
	return n;
}

static bool
begins_with(struct bytes b, uint8_t c)
{
	return b.n > 0 && b.p[0] == c;
}

/* One value of a parameter, quoted or not. False: its quote does not end. */
static bool
take_param_value(struct bytes *rest, struct bytes *value)
{
	const uint8_t *quote;
	struct bytes b = *rest;
	size_t n = 0;

	if (begins_with(b, '"')) {
		b = bytes_skip(b, 1);
		quote = b.n > 0 ? memchr(b.p, '"', b.n) : NULL;
		if (quote == NULL)
			return false;
		n = (size_t)(quote - b.p);
		*rest = bytes_skip(b, n + 1);
	} else {
		while (n < b.n && memchr(",;:\"", b.p[n], 4) == NULL)
			n++;
		*rest = bytes_skip(b, n);
	}
	*value = (struct bytes){ b.p, n };
	return true;
}

/* Takes ";NAME=value,value". *values tells how many; *value is the first. */
static bool
take_param(struct bytes *rest, struct bytes *name, struct bytes *value,
    unsigned *values)
{
	struct bytes b = bytes_skip(*rest, 1), other;
	size_t n = name_length(b);

	*name = (struct bytes){ b.p, n };
	b = bytes_skip(b, n);
	if (n == 0 || !begins_with(b, '='))
		return false;
	b = bytes_skip(b, 1);
	if (!take_param_value(&b, value))
		return false;
	for (*values = 1; begins_with(b, ','); ++*values) {
		b = bytes_skip(b, 1);
		if (!take_param_value(&b, &other))
			return false;
	}
	*rest = b;
	return true;
}

/* Splits a line; false when it is none. */
static bool
split(struct bytes line, struct calendar_line *l)
{
	size_t n = name_length(line);
	struct bytes rest = bytes_skip(line, n), name, value;
	unsigned values;

	l->name = (struct bytes){ line.p, n };
	l->params = rest;
	while (begins_with(rest, ';')) {
		if (!take_param(&rest, &name, &value, &values))
			return false;
	}
	l->params.n -= rest.n;
	if (n == 0 || !begins_with(rest, ':'))
		return false;
	l->value = bytes_trim(bytes_skip(rest, 1));
	return true;
}

enum calendar_step
calendar_next(struct bytes *rest, struct calendar_line *l)
{
	struct bytes line;

	while (bytes_line(rest, &line)) {
		if (!bytes_blank(line))
			return split(line, l) ? CALENDAR_LINE : CALENDAR_BAD;
	}
	return CALENDAR_END;
}

enum param
calendar_param(const struct calendar_line *l, const char *name,
    struct bytes *value)
{
	struct bytes rest = l->params, one, v;
	enum param found = PARAM_NONE;
	unsigned values;

	*value = (struct bytes){ NULL, 0 };
	while (rest.n > 0 && take_param(&rest, &one, &v, &values)) {
		if (!bytes_same(one, name))
			continue;
		if (found != PARAM_NONE || values != 1)
			return PARAM_BAD;
		found = PARAM_OK;
		*value = v;
	}
	return found;
}

/* Undoes escapes of two bytes, of which the first is `mark`. */
static void
undo(struct bytes in, uint8_t mark, uint8_t quote, struct buf *out)
{
	uint8_t c;

	for (; in.n > 0; in = bytes_skip(in, 1)) {
		c = in.p[0];
		if (c == mark && in.n > 1) {
			in = bytes_skip(in, 1);
			c = in.p[0];
			if (ascii_lower(c) == 'n')
				c = '\n';
			else if (c == quote)
				c = '"';
		}
		buf_putc(out, (char)c);
	}
}

void
calendar_text(struct bytes value, struct buf *out)
{
	undo(value, '\\', '"', out);
}

void
calendar_param_text(struct bytes value, struct buf *out)
{
	undo(value, '^', '\'', out);
}
