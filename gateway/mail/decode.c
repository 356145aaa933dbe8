#include "mail/decode.h"

#include <stdlib.h>
#include <string.h>

#include <libetpan/mailimf.h>
#include <libetpan/mailmime_content.h>

/* Base64 goes to the library in runs of this many characters, whole groups of
 * four: its result is a second copy, which so stays small. */
#define RUN (16u * 1024)

typedef int leaf_decoder(const char *, size_t, size_t *, char **, size_t *);

static int
quoted_printable(const char *p, size_t n, size_t *at, char **out, size_t *len)
{
	return mailmime_quoted_printable_body_parse(p, n, at, out, len, 0);
}

/* RFC 2047 4.2: an underscore is a space. */
static int
quoted_word(const char *p, size_t n, size_t *at, char **out, size_t *len)
{
	return mailmime_quoted_printable_body_parse(p, n, at, out, len, 1);
}

/* Decodes `in` and appends to `out`, sticky errors and all. */
static void
append_leaf(struct bytes in, leaf_decoder *decoder, struct buf *out)
{
	char *piece = NULL;
	size_t at = 0, n = 0;

	if (in.n == 0 || buf_error(out) != GW_OK)
		return;
	if (decoder((const char *)in.p, in.n, &at, &piece, &n) !=
	    MAILIMF_NO_ERROR) {
		out->err = GW_NOMEM;
		return;
	}
	buf_add(out, piece, n);
	mailmime_decoded_part_free(piece);
}

enum kind { KIND_BAD, KIND_DATA, KIND_PAD, KIND_BLANK };

/* A table, for ciphertext makes every branch on its bytes a bad guess. */
static void
fill_kinds(uint8_t kind[256])
{
	unsigned c;

	for (c = 0; c < 256; c++) {
		kind[c] = KIND_BAD;
		if (ascii_alnum((uint8_t)c) || c == '+' || c == '/')
			kind[c] = KIND_DATA;
		else if (ascii_space((uint8_t)c))
			kind[c] = KIND_BLANK;
	}
	kind['='] = KIND_PAD;
}

/* RFC 2045 6.8, without its tolerance: the alphabet, white space, padding at
 * the end. Else two readers could see two ciphertexts. */
static enum gw_err
base64(struct bytes in, struct buf *out)
{
	uint8_t run[RUN], kind[256];
	size_t n = 0, total = 0, pad = 0, i;

	fill_kinds(kind);
	for (i = 0; i < in.n; i++) {
		if (kind[in.p[i]] == KIND_BLANK)
			continue;
		if (kind[in.p[i]] == KIND_PAD)
			pad++;
		else if (kind[in.p[i]] == KIND_BAD || pad > 0)
			return GW_FORMAT;
		run[n++] = in.p[i];
		if (n == RUN) {
			append_leaf((struct bytes){ run, n },
			    mailmime_base64_body_parse, out);
			total += n;
			n = 0;
		}
	}
	append_leaf((struct bytes){ run, n }, mailmime_base64_body_parse, out);
	total += n;
	return total % 4 == 0 && pad <= 2 ? GW_OK : GW_FORMAT;
}

static bool
is_hex(uint8_t c)
{
	return ascii_digit(c) || (ascii_lower(c) >= 'a' &&
	    ascii_lower(c) <= 'f');
}

/* Each "=" is followed by two hex digits or, blanks apart, by a line end. */
static bool
is_quoted_printable(struct bytes in)
{
	size_t i, k;

	for (i = 0; i < in.n; i++) {
		if (in.p[i] != '=')
			continue;
		if (in.n - i > 2 && is_hex(in.p[i + 1]) && is_hex(in.p[i + 2]))
			continue;
		for (k = i + 1; k < in.n && in.p[k] != '\n'; k++) {
			if (!ascii_space(in.p[k]))
				return false;
		}
		i = k;
	}
	return true;
}

enum gw_err
decode_body(struct bytes in, enum encoding encoding, uint8_t **out, size_t *n)
{
	enum gw_err r = GW_OK;
	struct buf b;

	*out = NULL;
	*n = 0;
	/* All room at once; only LF that comes out as CRLF can need more. */
	buf_init(&b, 2 * in.n + 1);
	b.cap = in.n + 1;
	b.p = malloc(b.cap);
	if (b.p == NULL)
		return GW_NOMEM;
	if (encoding == ENCODING_BASE64)
		r = base64(in, &b);
	else if (encoding == ENCODING_QP && is_quoted_printable(in))
		append_leaf(in, quoted_printable, &b);
	else
		r = GW_FORMAT;
	if (r == GW_OK)
		r = buf_error(&b);
	if (r != GW_OK) {
		buf_free(&b);
		return r;
	}
	*out = b.p;
	*n = b.len;
	return GW_OK;
}

/* Splits "charset?x?text?=" that follows "=?". */
static bool
take_word(struct bytes *rest, uint8_t *how, struct bytes *text)
{
	const uint8_t *q, *end;
	struct bytes b = *rest;

	q = memchr(b.p, '?', b.n);
	if (q == NULL || (size_t)(b.p + b.n - q) < 5 || q[2] != '?')
		return false;
	*how = ascii_lower(q[1]);
	text->p = q + 3;
	end = memchr(text->p, '?', (size_t)(b.p + b.n - text->p));
	if (end == NULL || end + 1 == b.p + b.n || end[1] != '=')
		return false;
	text->n = (size_t)(end - text->p);
	*rest = bytes_skip(b, (size_t)(end + 2 - b.p));
	return *how == 'b' || *how == 'q';
}

void
decode_words(struct bytes value, struct buf *out)
{
	struct bytes rest = value, after, text;
	bool last_encoded = false;
	size_t blank = 0;
	uint8_t how = 0;

	while (rest.n > 0) {
		after = bytes_skip(rest, 2);
		if (bytes_begins(rest, "=?") &&
		    take_word(&after, &how, &text)) {
			/* White space between two encoded words is none. */
			if (last_encoded && buf_error(out) == GW_OK)
				out->len -= blank;
			append_leaf(text, how == 'b' ?
			    mailmime_base64_body_parse : quoted_word, out);
			rest = after;
			last_encoded = true;
			blank = 0;
			continue;
		}
		buf_putc(out, (char)rest.p[0]);
		blank = ascii_space(rest.p[0]) ? blank + 1 : 0;
		last_encoded = last_encoded && ascii_space(rest.p[0]);
		rest = bytes_skip(rest, 1);
	}
}

bool
decode_agrees(struct bytes value, struct bytes spec)
{
	struct mailimf_address_list *list = NULL;
	struct mailimf_address *a;
	clistiter *first;
	const char *other;
	bool same = false;
	size_t at = 0;

	if (value.n > LIM_FROM)
		return false;
	value = bytes_trim(value);
	if (mailimf_address_list_parse((const char *)value.p, value.n, &at,
	    &list) != MAILIMF_NO_ERROR)
		return false;
	first = clist_begin(list->ad_list);
	if (first != NULL && clist_next(first) == NULL) {
		a = clist_content(first);
		if (a->ad_type == MAILIMF_ADDRESS_MAILBOX) {
			other = a->ad_data.ad_mailbox->mb_addr_spec;
			same = strlen(other) == spec.n &&
			    memcmp(other, spec.p, spec.n) == 0;
		}
	}
	mailimf_address_list_free(list);
	return same;
}
