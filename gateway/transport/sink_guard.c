/*
 * The guard: reads a mail that is about to leave as if somebody else had made
 * it, and knows only the two shapes that we make. Whatever it does not
 * recognise stays in the house. It shares no code with what composes and
 * seals, so that one mistake is not made twice.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "base/address.h"
#include "transport/packets.h"
#include "transport/sink.h"

#define LINE_MAX_LEN	998	/* RFC 5322 2.1.1 */
#define FIELD_MAX	1024	/* our longest unfolded field, and room */
#define BOUNDARY_MAX	70	/* RFC 2046 5.1.1 */

struct text {
	const char *p;
	size_t n;
	size_t at;
};

struct line {
	const char *p;
	size_t n;
};

/* What the guard has learned so far. */
struct mail {
	struct text text;
	unsigned seen;			/* fields, bits by row */
	const char *rcpt;
	char subject[FIELD_MAX];
	char type[FIELD_MAX];		/* Content-Type */
	char message_id[FIELD_MAX];
	char delimiter[BOUNDARY_MAX + 3];	/* "--boundary" */
};

/* The next line without its CRLF. False at the end, and for a line that does
 * not end in CRLF or is too long. */
static bool
next_bytes(struct text *t, struct line *l)
{
	const char *p = t->p + t->at, *end;

	if (t->at == t->n)
		return false;
	end = memchr(p, '\n', t->n - t->at);
	if (end == NULL || end == p || end[-1] != '\r')
		return false;
	*l = (struct line){ p, (size_t)(end - p) - 1 };
	t->at += l->n + 2;
	return l->n <= LINE_MAX_LEN;
}

static bool
is_printable(struct line l)
{
	size_t i;

	for (i = 0; i < l.n; i++) {
		if ((l.p[i] < 0x20 && l.p[i] != '\t') || l.p[i] > 0x7e)
			return false;
	}
	return true;
}

/* The same, and false for anything but printable ASCII (T20). */
static bool
next_line(struct text *t, struct line *l)
{
	return next_bytes(t, l) && is_printable(*l);
}

static bool
line_is(struct line l, const char *s)
{
	return l.n == strlen(s) && memcmp(l.p, s, l.n) == 0;
}

static bool
line_starts(struct line l, const char *s)
{
	return l.n >= strlen(s) && strncasecmp(l.p, s, strlen(s)) == 0;
}

/* ---- header ---- */

/* One unfolded field; an empty name at the end of the header. */
struct field {
	char name[40];
	char value[FIELD_MAX];
};

static bool
next_field(struct text *t, struct field *f)
{
	struct line l;
	const char *colon;
	size_t len, at;

	*f = (struct field){ "", "" };
	if (!next_line(t, &l))
		return false;
	if (l.n == 0)
		return true;
	colon = memchr(l.p, ':', l.n);
	if (colon == NULL || colon == l.p ||
	    (size_t)(colon - l.p) >= sizeof(f->name))
		return false;
	len = (size_t)(colon - l.p);
	memcpy(f->name, l.p, len);
	if (strcspn(f->name, " \t") != len)
		return false;
	l = (struct line){ colon + 1, l.n - len - 1 };
	for (at = 0;;) {
		if (at + l.n >= sizeof(f->value))
			return false;
		memcpy(f->value + at, l.p, l.n);
		at += l.n;
		if (t->at == t->n ||
		    (t->p[t->at] != ' ' && t->p[t->at] != '\t'))
			break;
		if (!next_line(t, &l))
			return false;
	}
	/* Spaces around the value say nothing. */
	while (at > 0 && strchr(" \t", f->value[at - 1]) != NULL)
		at--;
	f->value[at] = '\0';
	len = strspn(f->value, " \t");
	memmove(f->value, f->value + len, at - len + 1);
	return true;
}

/* One address, bare or in brackets, and it is the recipient of the row. */
static bool
check_to(struct mail *m, const char *value)
{
	char bare[LIM_ADDR + 1], given[LIM_ADDR + 1], wanted[LIM_ADDR + 1];
	size_t n = strlen(value);

	if (n > 2 && value[0] == '<' && value[n - 1] == '>') {
		value++;
		n -= 2;
	}
	if (n > LIM_ADDR)
		return false;
	memcpy(bare, value, n);
	bare[n] = '\0';
	return address_canonical(bare, given) &&
	    address_canonical(m->rcpt, wanted) && address_same(given, wanted);
}

static bool
keep_subject(struct mail *m, const char *value)
{
	memcpy(m->subject, value, strlen(value) + 1);
	return true;
}

static bool
keep_type(struct mail *m, const char *value)
{
	memcpy(m->type, value, strlen(value) + 1);
	return true;
}

static bool
keep_message_id(struct mail *m, const char *value)
{
	memcpy(m->message_id, value, strlen(value) + 1);
	return true;
}

static bool
check_version(struct mail *m, const char *value)
{
	(void)m;
	return strcmp(value, "1.0") == 0;
}

static bool
check_encoding(struct mail *m, const char *value)
{
	(void)m;
	return strcasecmp(value, "7bit") == 0;
}

/* Every field that may stand outside; no Cc, no Bcc, nothing unknown. */
static const struct {
	const char *name;
	bool needed;
	bool (*check)(struct mail *m, const char *value);
} fields[] = {
	{ "From", true, NULL },
	{ "To", true, check_to },
	{ "Date", true, NULL },
	{ "Message-ID", true, keep_message_id },
	{ "Subject", true, keep_subject },
	{ "MIME-Version", true, check_version },
	{ "Content-Type", true, keep_type },
	{ "Content-Transfer-Encoding", false, check_encoding },
	{ "Auto-Submitted", false, NULL },
	{ "X-Auto-Response-Suppress", false, NULL },
	{ "X-Meldpost-Loop", false, NULL },
};
#define FIELDS (sizeof(fields) / sizeof(fields[0]))

static bool
take_field(struct mail *m, const struct field *f)
{
	size_t i;

	for (i = 0; i < FIELDS; i++) {
		if (strcasecmp(f->name, fields[i].name) == 0)
			break;
	}
	if (i == FIELDS || (m->seen & (1u << i)) != 0)
		return false;
	m->seen |= 1u << i;
	return fields[i].check == NULL || fields[i].check(m, f->value);
}

static bool
read_header(struct mail *m)
{
	struct field f;
	size_t i;

	for (;;) {
		if (!next_field(&m->text, &f))
			return false;
		if (f.name[0] == '\0')
			break;
		if (!take_field(m, &f))
			return false;
	}
	for (i = 0; i < FIELDS; i++) {
		if (fields[i].needed && (m->seen & (1u << i)) == 0)
			return false;
	}
	return true;
}

/* ---- Content-Type ---- */

/* The length of the parameter value at `*at`, which is moved behind its
 * quote; 0 when something other than the next parameter follows it. */
static size_t
value_len(const char **at)
{
	bool quoted = **at == '"';
	const char *end;
	size_t n;

	if (quoted)
		(*at)++;
	n = strcspn(*at, quoted ? "\"\\" : "; \t");
	end = *at + n;
	if (quoted && *end++ != '"')
		return 0;
	end += strspn(end, " \t");
	return *end == ';' || *end == '\0' ? n : 0;
}

/* The value of one parameter, quoted or not, into out. "" when it stands
 * there never or twice, or is not well formed. */
static void
parameter(const char *type, const char *name, char *out, size_t size)
{
	size_t n = strlen(name), len;
	const char *at = type;
	unsigned found = 0;

	out[0] = '\0';
	while ((at = strchr(at, ';')) != NULL) {
		at++;
		at += strspn(at, " \t");
		if (strncasecmp(at, name, n) != 0 || at[n] != '=')
			continue;
		at += n + 1;
		len = value_len(&at);
		if (++found > 1 || len >= size) {
			out[0] = '\0';
			return;
		}
		memcpy(out, at, len);
		out[len] = '\0';
	}
}

/* Whether Content-Type is `kind` with this protocol and so many parameters;
 * its boundary is taken over then. */
static bool
is_multipart(struct mail *m, const char *kind, const char *protocol,
    unsigned parameters)
{
	char value[BOUNDARY_MAX + 1];
	size_t n = strlen(kind);
	const char *p;

	if (strncasecmp(m->type, kind, n) != 0 || m->type[n] != ';')
		return false;
	for (p = m->type; (p = strchr(p, ';')) != NULL; p++)
		parameters--;
	if (parameters != 0)
		return false;
	parameter(m->type, "protocol", value, sizeof(value));
	if (strcasecmp(value, protocol) != 0)
		return false;
	parameter(m->type, "boundary", value, sizeof(value));
	if (value[0] == '\0')
		return false;
	memcpy(m->delimiter, "--", 2);
	memcpy(m->delimiter + 2, value, strlen(value) + 1);
	return true;
}

/* ---- parts ---- */

/* A part's header: the four Content- fields and this type. */
static bool
part_header(struct mail *m, const char *type)
{
	size_t n = strlen(type);
	bool right = false;
	struct field f;

	for (;;) {
		if (!next_field(&m->text, &f))
			return false;
		if (f.name[0] == '\0')
			return right;
		if (strcasecmp(f.name, "Content-Type") == 0) {
			if (right || strncasecmp(f.value, type, n) != 0 ||
			    strchr(";", f.value[n]) == NULL)
				return false;
			right = true;
		} else if (strcasecmp(f.name, "Content-Description") != 0 &&
		    strcasecmp(f.name, "Content-Disposition") != 0 &&
		    strcasecmp(f.name, "Content-Transfer-Encoding") != 0) {
			return false;
		}
	}
}

static bool
is_blank(struct line l)
{
	while (l.n > 0 && (*l.p == ' ' || *l.p == '\t')) {
		l.p++;
		l.n--;
	}
	return l.n == 0;
}

/* The next line that is not blank is `s`; padding is blank lines (R21). */
static bool
expect(struct mail *m, const char *s)
{
	struct line l;

	do {
		if (!next_line(&m->text, &l))
			return false;
	} while (is_blank(l));
	return line_is(l, s);
}

/* The closing delimiter, and then nothing at all. */
static bool
expect_end(struct mail *m)
{
	char closing[sizeof(m->delimiter) + 2];

	memcpy(closing, m->delimiter, strlen(m->delimiter) + 1);
	memcpy(closing + strlen(closing), "--", 3);
	return expect(m, closing) && m->text.at == m->text.n;
}

static bool
is_base64(struct line l)
{
	size_t i;

	for (i = 0; i < l.n; i++) {
		if (!isalnum((unsigned char)l.p[i]) &&
		    strchr("+/=", l.p[i]) == NULL)
			return false;
	}
	return true;
}

struct block {
	const char *begin, *end;
};
static const struct block message = {
	"-----BEGIN PGP MESSAGE-----", "-----END PGP MESSAGE-----"
};
static const struct block signature = {
	"-----BEGIN PGP SIGNATURE-----", "-----END PGP SIGNATURE-----"
};

/* One armored block without armor headers; its bytes go to the reader of
 * packets, if there is one. */
static bool
armor(struct mail *m, const struct block *block, struct packets *packets)
{
	struct line l;

	if (!expect(m, block->begin) || !next_line(&m->text, &l) || l.n != 0)
		return false;
	/* Both readers of its lines take the characters of base64 alone. */
	for (;;) {
		if (!next_bytes(&m->text, &l))
			return false;
		if (l.n == 0 || l.p[0] == '-' || l.p[0] == '=')
			break;
		if (packets != NULL ? !packets_line(packets, l.p, l.n) :
		    !is_base64(l))
			return false;
	}
	if (!is_printable(l))
		return false;
	/* RFC 4880 6.1: the checksum may stand there. */
	if (l.n == 5 && l.p[0] == '=' && !next_line(&m->text, &l))
		return false;
	return line_is(l, block->end);
}

/* RFC 3156 4. */
static bool
is_sealed(struct mail *m)
{
	struct packets packets = { 0 };

	return is_multipart(m, "multipart/encrypted",
	    "application/pgp-encrypted", 2) &&
	    strcmp(m->subject, "[...]") == 0 &&
	    expect(m, m->delimiter) &&
	    part_header(m, "application/pgp-encrypted") &&
	    expect(m, "Version: 1") &&
	    expect(m, m->delimiter) &&
	    part_header(m, "application/octet-stream") &&
	    armor(m, &message, &packets) &&
	    packets_encrypted_to_one(&packets) &&
	    expect_end(m);
}

/* The text of a notice, up to the delimiter: words, no mail within the mail
 * and no file. */
static bool
plain_text(struct mail *m)
{
	static const char *const types[] = {
		"Content-Type: text/plain", "Content-Type: multipart/mixed",
		"Content-Type: application/pgp-keys",
	};
	struct line l;
	size_t i;

	for (;;) {
		if (!next_line(&m->text, &l))
			return false;
		if (line_starts(l, m->delimiter))
			return line_is(l, m->delimiter);
		if (!line_starts(l, "Content-Type"))
			continue;
		for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
			if (line_starts(l, types[i]))
				break;
		}
		if (i == sizeof(types) / sizeof(types[0]))
			return false;
	}
}

/* RFC 3156 5. */
static bool
is_notice(struct mail *m)
{
	return m->text.n <= LIM_NOTICE &&
	    is_multipart(m, "multipart/signed",
	    "application/pgp-signature", 3) &&
	    expect(m, m->delimiter) &&
	    plain_text(m) &&
	    part_header(m, "application/pgp-signature") &&
	    armor(m, &signature, NULL) &&
	    expect_end(m);
}

bool
sink_may_leave(const uint8_t *p, size_t n, const char *rcpt, bool clear)
{
	struct mail m = { .text = { (const char *)p, n, 0 }, .rcpt = rcpt };
	size_t body;

	if (n > 2 * LIM_PLAIN_BYTES || !read_header(&m))
		return false;
	body = m.text.at;
	if (is_sealed(&m))
		return true;
	m.text.at = body;
	return clear && is_notice(&m);
}

bool
sink_may_address(const struct conf *conf, const char *rcpt, bool dispatch)
{
	const char *ltf = conf->ltf_address;
	char canonical[LIM_ADDR + 1];

	if (!address_canonical(rcpt, canonical))
		return false;
	if (dispatch)
		return ltf[0] != '\0' && address_same(canonical, ltf);
	return ltf[0] == '\0' || !address_alike(canonical, ltf);
}

/* "<...>" without spaces or brackets inside, and not too long. */
static bool
is_message_id(const char *s)
{
	size_t n = strlen(s);

	return n > 4 && n <= LIM_MSGID && s[0] == '<' && s[n - 1] == '>' &&
	    strcspn(s + 1, " \t<>") == n - 2;
}

bool
sink_message_id(const uint8_t *p, size_t n, char out[LIM_MSGID + 1])
{
	struct text t = { (const char *)p, n, 0 };
	char id[FIELD_MAX] = "";
	unsigned found = 0;
	struct field f;

	out[0] = '\0';
	for (;;) {
		if (!next_field(&t, &f))
			return false;
		if (f.name[0] == '\0')
			break;
		if (strcasecmp(f.name, "Message-ID") != 0)
			continue;
		if (++found > 1)
			return false;
		memcpy(id, f.value, strlen(f.value) + 1);
	}
	if (!is_message_id(id))
		return false;
	memcpy(out, id, strlen(id) + 1);
	return true;
}
