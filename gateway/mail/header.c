#include "mail/header.h"

#include <string.h>

/* A second one of these and two readers may see two mails (T17). */
static const char *const alone[] = {
	"From", "To", "Subject", "Date", "Message-ID", "MIME-Version",
	"Content-Type", "Content-Transfer-Encoding"
};

#define ALONE (sizeof(alone) / sizeof(alone[0]))

static bool
is_fold(uint8_t c)
{
	return c == ' ' || c == '\t';
}

/* RFC 5322 2.2: printable ASCII without the colon, and no space before it. */
static size_t
name_length(struct bytes line)
{
	size_t i;

	for (i = 0; i < line.n && line.p[i] != ':'; i++) {
		if (line.p[i] <= ' ' || line.p[i] >= 0x7f)
			return 0;
	}
	return i < line.n ? i : 0;
}

/* Cuts one line off; false when its end or a byte in it is not as it must. */
static bool
take_line(struct bytes *rest, size_t eol, struct bytes *line)
{
	size_t before = rest->n, end;

	(void)bytes_line(rest, line);
	end = before - rest->n - line->n;
	/* Only the last line of a mail may lack its end. */
	if (end != eol && !(end == 0 && rest->n == 0))
		return false;
	return line->n > 0 && memchr(line->p, '\0', line->n) == NULL &&
	    memchr(line->p, '\r', line->n) == NULL;
}

static bool
count_alone(struct bytes name, bool seen[ALONE])
{
	size_t i;

	for (i = 0; i < ALONE; i++) {
		if (!bytes_same(name, alone[i]))
			continue;
		if (seen[i])
			return false;
		seen[i] = true;
	}
	return true;
}

bool
header_well_formed(struct bytes header, size_t eol)
{
	bool seen[ALONE] = { false };
	struct bytes rest = header, line;
	size_t fields = 0, length = 0, n;

	while (rest.n > 0) {
		if (!take_line(&rest, eol, &line))
			return false;
		if (is_fold(line.p[0])) {
			/* Blank folds end the header for some readers. */
			if (fields == 0 || bytes_blank(line))
				return false;
			length += line.n;
		} else {
			n = name_length(line);
			if (n == 0 || ++fields > LIM_HEADER_FIELDS)
				return false;
			if (!count_alone((struct bytes){ line.p, n }, seen))
				return false;
			length = line.n;
		}
		if (length > LIM_HEADER_LINE)
			return false;
	}
	return true;
}

bool
header_next(struct bytes *rest, struct field *f)
{
	const uint8_t *start = rest->p;
	struct bytes line;
	size_t n;

	if (!bytes_line(rest, &line))
		return false;
	n = name_length(line);
	f->name = (struct bytes){ start, n };
	start += n < line.n ? n + 1 : n;
	while (rest->n > 0 && is_fold(rest->p[0]))
		(void)bytes_line(rest, &line);
	f->value.p = start;
	f->value.n = (size_t)(line.p + line.n - start);
	return true;
}

unsigned
header_find(struct bytes header, const char *name, struct field *first)
{
	struct bytes rest = header;
	struct field f;
	unsigned n = 0;

	memset(first, 0, sizeof(*first));
	while (header_next(&rest, &f)) {
		if (!bytes_same(f.name, name))
			continue;
		if (n++ == 0)
			*first = f;
	}
	return n;
}

static bool
is_token(uint8_t c)
{
	return c > ' ' && c < 0x7f && strchr("()<>@,;:\\\"/[]?=", c) == NULL;
}

static struct bytes
take_token(struct bytes *rest)
{
	struct bytes t = { rest->p, 0 };

	while (t.n < rest->n && is_token(t.p[t.n]))
		t.n++;
	*rest = bytes_skip(*rest, t.n);
	return t;
}

static bool
take_byte(struct bytes *rest, uint8_t c)
{
	if (rest->n == 0 || rest->p[0] != c)
		return false;
	*rest = bytes_skip(*rest, 1);
	return true;
}

struct bytes
header_token(struct bytes value)
{
	struct bytes rest = bytes_trim(value);

	return take_token(&rest);
}

bool
header_says(struct bytes header, const char *name, const char *word)
{
	struct bytes rest = header;
	struct field f;

	while (header_next(&rest, &f)) {
		if (bytes_same(f.name, name) &&
		    bytes_same(header_token(f.value), word))
			return true;
	}
	return false;
}

/* Takes "type/subtype" off `rest`; the whole of it is *type. */
static bool
take_type(struct bytes *rest, struct bytes *type)
{
	*rest = bytes_trim(*rest);
	*type = *rest;
	if (take_token(rest).n == 0 || !take_byte(rest, '/') ||
	    take_token(rest).n == 0)
		return false;
	type->n -= rest->n;
	*rest = bytes_trim(*rest);
	return rest->n == 0 || rest->p[0] == ';';
}

bool
header_type(struct bytes value, char out[LIM_TYPE + 1])
{
	struct bytes type;
	size_t i;

	out[0] = '\0';
	if (!take_type(&value, &type) || type.n > LIM_TYPE)
		return false;
	for (i = 0; i < type.n; i++)
		out[i] = (char)ascii_lower(type.p[i]);
	out[i] = '\0';
	return true;
}

/* A quoted string without its quotes; *plain is false when it has escapes. */
static bool
take_quoted(struct bytes *rest, struct bytes *value, bool *plain)
{
	size_t i;

	for (i = 0; i < rest->n && rest->p[i] != '"'; i++) {
		if (rest->p[i] == '\r' || rest->p[i] == '\n')
			*plain = false;
		if (rest->p[i] == '\\') {
			*plain = false;
			i++;
		}
	}
	if (i >= rest->n)
		return false;
	*value = (struct bytes){ rest->p, i };
	*rest = bytes_skip(*rest, i + 1);
	return true;
}

/* Takes "; name=value" off `rest`. */
static bool
take_param(struct bytes *rest, struct bytes *name, struct bytes *value,
    bool *plain)
{
	*plain = true;
	*name = take_token(rest);
	*rest = bytes_trim(*rest);
	if (name->n == 0 || !take_byte(rest, '='))
		return false;
	*rest = bytes_trim(*rest);
	if (take_byte(rest, '"')) {
		if (!take_quoted(rest, value, plain))
			return false;
	} else {
		*value = take_token(rest);
		if (value->n == 0)
			return false;
	}
	*rest = bytes_trim(*rest);
	return rest->n == 0 || rest->p[0] == ';';
}

static enum param
find_param(struct bytes rest, const char *name, char out[LIM_PARAM + 1])
{
	struct bytes key, val;
	enum param answer = PARAM_NONE;
	size_t len = strlen(name);
	bool plain;

	/* The media type or disposition stands in front. */
	while (rest.n > 0 && rest.p[0] != ';')
		rest = bytes_skip(rest, 1);
	while (take_byte(&rest, ';')) {
		rest = bytes_trim(rest);
		if (rest.n == 0)
			break;
		if (!take_param(&rest, &key, &val, &plain))
			return PARAM_BAD;
		if (!bytes_begins(key, name) ||
		    (key.n > len && key.p[len] != '*'))
			continue;
		if (key.n > len || answer != PARAM_NONE || !plain ||
		    !bytes_string(val, out, LIM_PARAM + 1))
			return PARAM_BAD;
		answer = PARAM_OK;
	}
	return answer;
}

enum param
header_param(struct bytes value, const char *name, char out[LIM_PARAM + 1])
{
	enum param answer;

	out[0] = '\0';
	answer = find_param(value, name, out);
	if (answer != PARAM_OK)
		out[0] = '\0';
	return answer;
}

enum encoding
header_encoding(struct bytes header)
{
	static const struct {
		const char *word;
		enum encoding encoding;
	} words[] = {
		{ "7bit", ENCODING_NONE }, { "8bit", ENCODING_NONE },
		{ "binary", ENCODING_NONE }, { "base64", ENCODING_BASE64 },
		{ "quoted-printable", ENCODING_QP },
	};
	struct bytes word;
	struct field f;
	size_t i;

	if (header_find(header, "Content-Transfer-Encoding", &f) == 0)
		return ENCODING_NONE;
	word = bytes_trim(f.value);
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (bytes_same(word, words[i].word))
			return words[i].encoding;
	}
	return ENCODING_UNKNOWN;
}
