#include "base/address.h"

#include <string.h>

/* RFC 5322 3.2.3. */
static bool
is_atext(uint8_t c)
{
	return ascii_alnum(c) || (c > ' ' && c < 0x7f &&
	    strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

/* Atoms with single dots between them. */
static bool
is_dot_atom(const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (s[i] == '.') {
			if (i == 0 || i + 1 == n || s[i - 1] == '.')
				return false;
		} else if (!is_atext((uint8_t)s[i])) {
			return false;
		}
	}
	return n > 0;
}

/* RFC 1123 2.1: labels of letters, digits and inner hyphens, up to 63. */
static bool
is_domain(const char *s)
{
	size_t n;

	for (;;) {
		n = 0;
		while (ascii_alnum((uint8_t)s[n]) || s[n] == '-')
			n++;
		if (n == 0 || n > 63 || s[0] == '-' || s[n - 1] == '-')
			return false;
		if (s[n] != '.')
			return s[n] == '\0';
		s += n + 1;
	}
}

bool
address_canonical(const char *in, char out[LIM_ADDR + 1])
{
	const char *at = strchr(in, '@');
	size_t local, n = strlen(in), i;

	out[0] = '\0';
	if (at == NULL || n > LIM_ADDR)
		return false;
	local = (size_t)(at - in);
	if (local > LIM_LOCALPART || !is_dot_atom(in, local) ||
	    !is_domain(at + 1))
		return false;
	for (i = 0; i <= n; i++) {
		out[i] = in[i];
		if (i > local)
			out[i] = (char)ascii_lower((uint8_t)in[i]);
	}
	return true;
}

bool
address_same(const char *a, const char *b)
{
	return a[0] != '\0' && strcmp(a, b) == 0;
}

bool
address_alike(const char *a, const char *b)
{
	return a[0] != '\0' && bytes_same((struct bytes){ (const uint8_t *)a,
	    strlen(a) }, b);
}

void
address_walk(struct address_walk *w, struct bytes field_value)
{
	*w = (struct address_walk){ .rest = field_value };
}

/* Passes over white space and comments. False when a comment has no end. */
static bool
skip_cfws(struct bytes *rest)
{
	size_t depth = 0, i;
	uint8_t c;

	for (i = 0; i < rest->n; i++) {
		c = rest->p[i];
		if (c == '(') {
			if (++depth > LIM_COMMENTS)
				return false;
		} else if (depth > 0 && c == ')') {
			depth--;
		} else if (depth > 0 && c == '\\') {
			i++;
		} else if (depth == 0 && !ascii_space(c)) {
			break;
		}
	}
	*rest = bytes_skip(*rest, i);
	return depth == 0;
}

/* The length of the quoted string that `b` begins with, quotes included; 0
 * when it has no end. */
static size_t
quoted_length(struct bytes b)
{
	size_t i;

	for (i = 1; i < b.n && b.p[i] != '"'; i++) {
		if (b.p[i] == '\\')
			i++;
	}
	return i < b.n ? i + 1 : 0;
}

/* A word is a run without white space, comments and separators; a quoted
 * string is part of it. Its length, 0 when there is none. */
static size_t
word_length(struct bytes b)
{
	size_t i = 0, n;

	while (i < b.n && !ascii_space(b.p[i]) &&
	    (b.p[i] == '\0' || strchr("()<>,;:\\", b.p[i]) == NULL)) {
		n = 1;
		if (b.p[i] == '"') {
			n = quoted_length(bytes_skip(b, i));
			if (n == 0)
				return 0;
		}
		i += n;
	}
	return i;
}

/* An "@" outside quotes. */
static bool
has_at(struct bytes word)
{
	size_t i = 0;

	while (i < word.n && word.p[i] != '@')
		i += word.p[i] == '"' ? quoted_length(bytes_skip(word, i)) : 1;
	return i < word.n;
}

static bool
take_angle(struct bytes *rest, struct bytes *spec)
{
	*rest = bytes_skip(*rest, 1);
	spec->p = rest->p;
	spec->n = word_length(*rest);
	*rest = bytes_skip(*rest, spec->n);
	if (spec->n == 0 || rest->n == 0 || rest->p[0] != '>')
		return false;
	*rest = bytes_skip(*rest, 1);
	return has_at(*spec);
}

static bool
bytes_equal(struct bytes a, struct bytes b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* What stands between two separators. */
struct element {
	struct bytes bare;	/* the last word outside <> */
	struct bytes angle;
	size_t words;
	bool bare_at;		/* one of them holds an "@" */
};

/* Reads up to a separator or the end, which stays. */
static bool
read_element(struct bytes *rest, struct element *e)
{
	struct bytes word;

	memset(e, 0, sizeof(*e));
	for (;;) {
		if (!skip_cfws(rest))
			return false;
		if (rest->n == 0 || strchr(",;:", rest->p[0]) != NULL)
			return rest->n == 0 || rest->p[0] != '\0';
		if (e->angle.n > 0)
			return false;
		if (rest->p[0] == '<') {
			if (!take_angle(rest, &e->angle))
				return false;
			continue;
		}
		word = (struct bytes){ rest->p, word_length(*rest) };
		if (word.n == 0)
			return false;
		e->bare = word;
		e->words++;
		e->bare_at = e->bare_at || has_at(word);
		*rest = bytes_skip(*rest, word.n);
	}
}

/* Whether `e` is one mailbox and every reader would say which. */
static bool
is_mailbox(const struct element *e, struct bytes *spec)
{
	if (e->angle.n > 0) {
		*spec = e->angle;
		/* "a@b <a@b>" is common; "ceo@b <a@b>" is a trick (T4). */
		return !e->bare_at ||
		    (e->words == 1 && bytes_equal(e->bare, e->angle));
	}
	*spec = e->bare;
	return e->words == 1 && e->bare_at;
}

enum address_step
address_next(struct address_walk *w, struct bytes *spec)
{
	struct element e;
	uint8_t c;

	while (w->rest.n > 0) {
		if (!read_element(&w->rest, &e))
			return ADDRESS_BAD;
		c = w->rest.n > 0 ? w->rest.p[0] : ',';
		w->rest = bytes_skip(w->rest, 1);
		if (c == ':') {
			if (w->in_group || e.angle.n > 0 || e.words == 0)
				return ADDRESS_BAD;
			w->group = w->in_group = true;
			continue;
		}
		if (c == ';' && !w->in_group)
			return ADDRESS_BAD;
		if (c == ';')
			w->in_group = false;
		if (e.words == 0 && e.angle.n == 0)
			continue;
		return is_mailbox(&e, spec) ? ADDRESS_ONE : ADDRESS_BAD;
	}
	return w->in_group ? ADDRESS_BAD : ADDRESS_END;
}
