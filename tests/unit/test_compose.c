/*
 * From letter to bytes: headers that say nothing (R59), RFC 9788 protection,
 * receipts of one size (R21), one attachment byte for byte, and no value that
 * could break out of its place (security.md T19, T20).
 */
#include "compose/compose.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/crypto.h"
#include "compose/encode.h"
#include "compose/letters.h"
#include "compose/record.h"

#define NELEMS(a) (sizeof(a) / sizeof((a)[0]))
#define REF	"A-4F7K29QDXM3AB8NP"
#define TO	"els@clb.example"
#define MSGID	"<0123@mechelen.example>"
#define DATE	1795408156	/* 2026-11-23 04:29:16 UTC */

static struct templates *texts;

static const struct office office = { .name = "Mechelen",
	.address = "postvak@mechelen.example", .contact = "An Peeters",
	.phone = "015 29 76 11", .citation = "artikel 353, \302\247 2, Sw.",
	.practice = "oefen+postvak@mechelen.example" };

static const struct var receipt_vars[] = {
	{ "received", "23/11/2026 om 05:29" }
};

static const struct letter receipt = { .kind = MAIL_T01, .section = "body",
	.to = TO, .ref = REF, .message_id = MSGID, .date = DATE,
	.vars = receipt_vars, .nvars = 1 };

static const struct letter refusal = { .kind = MAIL_T02, .section = "kanaal",
	.to = TO, .ref = "", .message_id = MSGID, .date = DATE, .clear = true };

static const struct findings findings = { .received = DATE,
	.type = REFERRAL_MEMBER, .role = PERSON_PARTICIPANT,
	.organisation = "CLB De Brug", .sender = TO,
	.fpr = "8B6616FC1C5EA1B99E393CCD3A6C9F5E1D770A42", .hash = "SHA512",
	.algo = "ed25519", .signed_at = DATE - 600, .form = FORM_REFERRAL,
	.missing = 1u << 4 | 1u << 7 | 1u << 18, .attachments = 2,
	.bound = true };

static int
start(void **state)
{
	const char *top = getenv("srcdir");
	struct buf why;
	char dir[512];

	(void)state;
	(void)snprintf(dir, sizeof(dir), "%s/templates/nl",
	    top == NULL ? "." : top);
	buf_init(&why, 4096);
	assert_int_equal(crypto_start(), GW_OK);
	if (templates_load(dir, NULL, &texts, &why) != GW_OK)
		fail_msg("%s", buf_str(&why));
	buf_free(&why);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	templates_free(texts);
	return 0;
}

/* ---- encoding ---- */

static void
test_text_becomes_quoted_printable(void **state)
{
	static const struct {
		const char *in, *out;
	} row[] = {
		{ "", "" },
		{ "a", "a\r\n" },
		{ "a\nb\n", "a\r\nb\r\n" },
		{ "\n\na", "\r\n\r\na\r\n" },
		{ "a=b", "a=3Db\r\n" },
		{ "\303\251\302\247", "=C3=A9=C2=A7\r\n" },
		{ "a \nb", "a=20\r\nb\r\n" },
		{ " a", " a\r\n" },
		{ "From x\n From y\n>From\nFromz", "=46rom x\r\n From y\r\n"
		    ">From\r\nFromz\r\n" },
		{ ".\n-- \n", ".\r\n--=20\r\n" }
	};
	struct buf out;
	size_t i;

	(void)state;
	buf_init(&out, 4096);
	for (i = 0; i < NELEMS(row); i++) {
		buf_reset(&out);
		encode_text(&out, row[i].in, strlen(row[i].in));
		assert_string_equal(buf_str(&out), row[i].out);
	}
	buf_free(&out);
}

static unsigned
unhex(const uint8_t *p)
{
	char two[3] = { (char)p[0], (char)p[1], '\0' };

	return (unsigned)strtoul(two, NULL, 16);
}

/* Undoes quoted-printable; lines of more than 76 fail. */
static void
decode_text(const struct buf *in, struct buf *out)
{
	size_t i, col = 0;

	for (i = 0; i < in->len; i++, col++) {
		const uint8_t *p = in->p + i;

		assert_true(*p == '\r' || *p == '\n' ||
		    (*p >= ' ' && *p < 0x7f));
		if (*p == '=' && p[1] == '\r') {
			assert_true(col < 76 && p[2] == '\n');
			i += 2;
			col = (size_t)-1;
		} else if (*p == '=') {
			buf_putc(out, (char)unhex(p + 1));
			i += 2;
			col += 2;
		} else if (*p == '\r') {
			assert_true(col <= 76 && p[1] == '\n');
			assert_true(i == 0 || p[-1] != ' ');
			buf_putc(out, '\n');
			i++;
			col = (size_t)-1;
		} else {
			buf_putc(out, (char)*p);
		}
	}
}

/* Every length around the places where a line may break. */
static void
test_long_lines_are_broken_and_come_back_whole(void **state)
{
	static const char *const unit[] = { "x", " ", "=", "\303\251", "x ",
		"\342\202\254y", "\360\237\217\240" };
	struct buf in, mid, out;
	size_t i, n;

	(void)state;
	buf_init(&in, 8192);
	buf_init(&mid, 32768);
	buf_init(&out, 8192);
	for (i = 0; i < NELEMS(unit); i++) {
		buf_reset(&in);
		for (n = 1; n < 400; n++) {
			buf_puts(&in, unit[i]);
			buf_reset(&mid);
			buf_reset(&out);
			encode_text(&mid, (const char *)in.p, in.len);
			decode_text(&mid, &out);
			assert_int_equal(out.len, in.len + 1);
			assert_memory_equal(out.p, in.p, in.len);
		}
	}
	buf_free(&in);
	buf_free(&mid);
	buf_free(&out);
}

static void
test_a_field_is_plain_or_made_of_encoded_words(void **state)
{
	static const struct {
		const char *in, *out;
	} row[] = {
		{ "[A-1] Bericht van Mechelen",
		    "S: [A-1] Bericht van Mechelen\r\n" },
		{ "", "S: \r\n" },
		{ "Li\303\250ge 1", "S: =?UTF-8?Q?Li=C3=A8ge_1?=\r\n" },
		/* What looks like an encoded word is not let through as one. */
		{ "=?x?Q?y?=", "S: =?UTF-8?Q?=3D=3Fx=3FQ=3Fy=3F=3D?=\r\n" },
		{ "a_b?\303\251", "S: =?UTF-8?Q?a=5Fb=3F=C3=A9?=\r\n" }
	};
	struct buf out;
	size_t i;

	(void)state;
	buf_init(&out, 4096);
	for (i = 0; i < NELEMS(row); i++) {
		buf_reset(&out);
		encode_field(&out, "S", row[i].in);
		assert_string_equal(buf_str(&out), row[i].out);
	}
	buf_reset(&out);
	encode_field(&out, "S", "caf\351");
	assert_int_equal(buf_error(&out), GW_FORMAT);
	buf_free(&out);
}

/* RFC 2047 2: no line over 76; 5: no character cut in two. */
static void
test_a_long_field_is_folded_between_characters(void **state)
{
	char value[998 + 1];
	const char *p, *line;
	struct buf out;
	size_t i, n;

	(void)state;
	for (i = 0; i + 2 < sizeof(value); i += 2)
		memcpy(value + i, i % 3 == 0 ? "\303\251" : "xy", 2);
	value[i] = '\0';
	buf_init(&out, 16384);
	encode_field(&out, "Subject", value);
	assert_int_equal(buf_error(&out), GW_OK);
	for (line = buf_str(&out), n = 0; *line != '\0'; line = p + 2, n++) {
		p = strstr(line, "\r\n");
		assert_non_null(p);
		assert_true(p - line <= 76);
		assert_true(strncmp(line, n == 0 ? "Subject: =?UTF-8?Q?" :
		    " =?UTF-8?Q?", n == 0 ? 19 : 11) == 0);
		assert_true(strncmp(p - 2, "?=", 2) == 0);
		/* A second byte never begins a word. */
		assert_null(strstr(line + 1, "Q?=A9"));
	}
	assert_true(n > 20);
	buf_free(&out);
}

/* ---- the parts of a composed letter ---- */

struct view {
	char *outer, *prefix, *suffix;
};

static char *
copy(const uint8_t *p, size_t n)
{
	char *s = calloc(1, n + 1);

	assert_non_null(s);
	if (n > 0)
		memcpy(s, p, n);
	return s;
}

static struct view
view(const struct composed *c)
{
	struct view v;
	size_t both = (size_t)c->outer_len + c->prefix_len;

	assert_true(both <= c->head.len);
	v.outer = copy(c->head.p, c->outer_len);
	v.prefix = copy(c->head.p + c->outer_len, c->prefix_len);
	v.suffix = copy(c->head.p + both, c->head.len - both);
	return v;
}

static void
view_free(struct view *v)
{
	free(v->outer);
	free(v->prefix);
	free(v->suffix);
}

static struct view
composed(const struct letter *l)
{
	struct composed c;
	struct view v;

	assert_int_equal(compose(texts, &office, l, &c), GW_OK);
	v = view(&c);
	buf_free(&c.head);
	return v;
}

static void
boundary_of(const struct view *v, char out[64])
{
	const char *p = strstr(v->prefix, "boundary=\"");

	assert_non_null(p);
	(void)snprintf(out, 64, "%.*s", (int)strcspn(p + 10, "\""), p + 10);
}

static bool
has(const char *s, const char *part)
{
	return strstr(s, part) != NULL;
}

/* R59, T08: nothing but this stands outside, in this order. */
static void
test_the_outer_header_says_nothing(void **state)
{
	struct view v = composed(&receipt);

	(void)state;
	assert_string_equal(v.outer,
	    "From: <postvak@mechelen.example>\r\n"
	    "To: <els@clb.example>\r\n"
	    "Date: Mon, 23 Nov 2026 04:29:16 +0000\r\n"
	    "Message-ID: <0123@mechelen.example>\r\n"
	    "Auto-Submitted: auto-replied\r\n"
	    "X-Auto-Response-Suppress: All\r\n"
	    "X-Meldpost-Loop: 1\r\n"
	    "Subject: [...]\r\n"
	    "MIME-Version: 1.0\r\n");
	view_free(&v);
}

/* RFC 9788 2.2, 2.1.1: the real header inside, and what stood outside. */
static void
test_the_real_header_is_protected_inside(void **state)
{
	static const char protected[] =
	    "From: <postvak@mechelen.example>\r\n"
	    "To: <els@clb.example>\r\n"
	    "Date: Mon, 23 Nov 2026 04:29:16 +0000\r\n"
	    "Message-ID: <0123@mechelen.example>\r\n"
	    "Auto-Submitted: auto-replied\r\n"
	    "X-Auto-Response-Suppress: All\r\n"
	    "X-Meldpost-Loop: 1\r\n"
	    "Subject: [" REF "] Bericht van Mechelen\r\n"
	    "HP-Outer: From: <postvak@mechelen.example>\r\n"
	    "HP-Outer: To: <els@clb.example>\r\n"
	    "HP-Outer: Date: Mon, 23 Nov 2026 04:29:16 +0000\r\n"
	    "HP-Outer: Message-ID: <0123@mechelen.example>\r\n"
	    "HP-Outer: Auto-Submitted: auto-replied\r\n"
	    "HP-Outer: X-Auto-Response-Suppress: All\r\n"
	    "HP-Outer: X-Meldpost-Loop: 1\r\n"
	    "HP-Outer: Subject: [...]\r\n"
	    "Content-Type: multipart/mixed; boundary=\"";
	struct view v = composed(&receipt);
	char line[64], b[64];

	(void)state;
	assert_memory_equal(v.prefix, protected, strlen(protected));
	assert_true(has(v.prefix, "\";\r\n hp=\"cipher\";"));
	boundary_of(&v, b);
	assert_int_equal(strlen(b), 2 + 32);
	/* The first line of the text is the reference (Outlook). */
	(void)snprintf(line, sizeof(line), "\r\n\r\n--%s\r\nContent-Type: ",
	    b);
	assert_true(has(v.prefix, line));
	assert_true(has(v.prefix, "text/plain; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n\r\n" REF
	    "\r\n\r\nGeachte\r\n"));
	(void)snprintf(line, sizeof(line), "\r\n--%s--\r\n", b);
	assert_string_equal(v.suffix, line);
	view_free(&v);
}

static void
test_each_letter_says_how_it_was_caused(void **state)
{
	static const struct {
		enum mail_kind kind;
		const char *section, *how;
	} row[] = {
		{ MAIL_T02, "classified", "auto-replied" },
		{ MAIL_T05, "alarm", "auto-generated" },
		{ MAIL_T42, "body", "auto-generated" }
	};
	const struct var v = { "code", "550" };
	struct letter l = receipt;
	struct view w;
	char line[64];
	size_t i;

	(void)state;
	l.vars = &v;
	for (i = 0; i < NELEMS(row); i++) {
		l.kind = row[i].kind;
		l.section = row[i].section;
		w = composed(&l);
		(void)snprintf(line, sizeof(line), "\r\nAuto-Submitted: %s\r\n",
		    row[i].how);
		assert_true(has(w.outer, line));
		view_free(&w);
	}
}

/* R20, R21: nothing about the receipt differs but reference and time, and
 * both are of fixed width. */
static void
test_receipts_are_of_one_size_and_one_text(void **state)
{
	static const struct var other_vars[] = {
		{ "received", "01/01/2030 om 00:00" }
	};
	struct letter other = receipt;
	struct view a, b;
	size_t i, n, differ = 0;
	char bound[64];
	char *p;

	(void)state;
	other.ref = "A-0000000000000000";
	other.vars = other_vars;
	a = composed(&receipt);
	b = composed(&other);
	boundary_of(&b, bound);
	n = strlen(a.prefix);
	assert_int_equal(n, strlen(b.prefix));
	assert_int_equal(strlen(a.suffix), strlen(b.suffix));
	/* With its own values put back, the other one is the same. */
	while ((p = strstr(b.prefix, "A-0000000000000000")) != NULL)
		memcpy(p, REF, strlen(REF));
	while ((p = strstr(b.prefix, other_vars[0].value)) != NULL)
		memcpy(p, receipt_vars[0].value,
		    strlen(receipt_vars[0].value));
	for (i = 0; i < n; i++)
		differ += a.prefix[i] != b.prefix[i];
	/* The boundary is new each time and stands there twice. */
	assert_true(differ > 0 && differ <= 64);
	view_free(&a);
	view_free(&b);
}

/* ---- T06 ---- */

static struct letter
forward(const struct record_text *r)
{
	return (struct letter){ .kind = MAIL_T06, .section = "body",
		.to = "rep@mechelen.example", .ref = REF,
		.message_id = MSGID, .date = DATE, .vars = r->vars,
		.nvars = r->n, .attach = true };
}

static void
test_a_forward_leaves_room_for_the_original(void **state)
{
	struct record_text r;
	struct letter l;
	struct view v;
	char want[400], b[64];
	size_t n;

	(void)state;
	assert_int_equal(record_text(texts, &findings, &r), GW_OK);
	l = forward(&r);
	v = composed(&l);
	boundary_of(&v, b);
	/* R59: named after the reference. Not encoded, so that the signature
	 * inside stays what it is. */
	(void)snprintf(want, sizeof(want), "\r\n--%s\r\n"
	    "Content-Type: message/rfc822\r\n"
	    "Content-Transfer-Encoding: binary\r\n"
	    "Content-Disposition: attachment; filename=\"" REF ".eml\"\r\n"
	    "\r\n", b);
	n = strlen(v.prefix);
	assert_true(n > strlen(want));
	assert_string_equal(v.prefix + n - strlen(want), want);
	(void)snprintf(want, sizeof(want), "\r\n--%s--\r\n", b);
	assert_string_equal(v.suffix, want);
	assert_true(has(v.outer, "Auto-Submitted: auto-generated\r\n"));
	view_free(&v);
	record_free(&r);
}

/* "verification report (signer, key, time, result)", "what was not bound" */
static void
test_the_record_says_who_signed_what(void **state)
{
	struct findings f = findings;
	struct record_text r;
	struct letter l;
	struct view v;

	(void)state;
	crypto_sha256("abc", 3, f.digest);
	assert_int_equal(record_text(texts, &f, &r), GW_OK);
	l = forward(&r);
	v = composed(&l);
	assert_true(has(v.prefix, "Ontvangen:     23/11/2026 om 05:29\r\n"));
	assert_true(has(v.prefix, "Soort:         aanmelding door een lid"));
	assert_true(has(v.prefix, "Afzender:      " TO "\r\n"));
	assert_true(has(v.prefix, "Organisatie:   CLB De Brug\r\n"));
	assert_true(has(v.prefix, "Hoedanigheid:  deelnemer\r\n"));
	assert_true(has(v.prefix, "\r\n  8B66 16FC 1C5E A1B9 9E39 3CCD 3A6C "
	    "9F5E 1D77 0A42\r\n"));
	assert_true(has(v.prefix, "Ondertekend:   23/11/2026 om 05:19\r\n"));
	assert_true(has(v.prefix, "Algoritmen:    ed25519, SHA512\r\n"));
	assert_true(has(v.prefix, "\r\n  ba7816bf8f01cfea414140de5dae2223"
	    "b00361a396177a9cb410ff61f20015ad\r\n"));
	assert_true(has(v.prefix, "ontbrekende velden: 4, 7, 18\r\n"));
	assert_true(has(v.prefix, "Bijlagen:      2\r\n"));
	assert_true(has(v.prefix, "\r\ngebonden: "));
	assert_true(has(v.prefix, "Uw eigen\r\nmailprogramma kan ze"));
	view_free(&v);
	record_free(&r);
}

static void
test_the_record_tells_the_cases_apart(void **state)
{
	struct findings f = findings;
	struct record_text r;
	struct letter l;
	struct view v;

	(void)state;
	f.missing = 0;
	f.bound = false;
	f.combined = true;
	f.signed_at = 0;
	assert_int_equal(record_text(texts, &f, &r), GW_OK);
	l = forward(&r);
	v = composed(&l);
	assert_true(has(v.prefix, "alle verplichte velden"));
	assert_true(has(v.prefix, "\r\nniet gebonden: "));
	assert_true(has(v.prefix, "niet nogmaals nakijken"));
	assert_true(has(v.prefix, "Ondertekend:   ?\r\n"));
	view_free(&v);
	record_free(&r);

	f.form = FORM_NONE;
	f.missing = 1;
	assert_int_equal(record_text(texts, &f, &r), GW_OK);
	l = forward(&r);
	v = composed(&l);
	assert_true(has(v.prefix, "vrije tekst"));
	view_free(&v);
	record_free(&r);
}

/* A name with a line break could forge a line of the record. */
static void
test_the_record_takes_single_lines_only(void **state)
{
	struct findings f = findings;
	struct record_text r;

	(void)state;
	f.organisation = "CLB\nUitslag: goed";
	assert_int_equal(record_text(texts, &f, &r), GW_FORMAT);
	assert_int_equal(r.n, 0);
	record_free(&r);
	f = findings;
	f.sender = "a@b.example\nx";
	assert_int_equal(record_text(texts, &f, &r), GW_FORMAT);
	record_free(&r);
}

/* ---- our own public key ---- */

#define KEY_HEAD "-----BEGIN PGP PUBLIC KEY BLOCK-----"
#define KEY	KEY_HEAD "\n\nmDMEZabc+/==\n=AbCd\n" \
		"-----END PGP PUBLIC KEY BLOCK-----\n"

static struct letter
with_key(const char *key, size_t n)
{
	return (struct letter){ .kind = MAIL_T39, .section = "vernieuwd",
		.to = TO, .ref = "", .message_id = MSGID, .date = DATE,
		.key = (const uint8_t *)key, .key_len = n };
}

/* RFC 3156 7: it stands in the sealed entity, after the text. */
static void
test_a_letter_about_our_key_brings_it(void **state)
{
	static const char *const lines[] = { KEY,
		KEY_HEAD "\r\n\r\nmDMEZabc+/==\r\n=AbCd\r\n"
		    "-----END PGP PUBLIC KEY BLOCK-----\r\n" };
	char want[512], b[64];
	struct letter l;
	struct view v;
	size_t i, n;

	(void)state;
	for (i = 0; i < NELEMS(lines); i++) {
		l = with_key(lines[i], strlen(lines[i]));
		v = composed(&l);
		boundary_of(&v, b);
		(void)snprintf(want, sizeof(want), "\r\n--%s\r\n"
		    "Content-Type: application/pgp-keys\r\n"
		    "Content-Transfer-Encoding: 7bit\r\n"
		    "Content-Disposition: attachment; "
		    "filename=\"sleutel-Mechelen.asc\"\r\n\r\n%s", b,
		    lines[1]);
		n = strlen(v.prefix);
		assert_true(n > strlen(want));
		assert_string_equal(v.prefix + n - strlen(want), want);
		(void)snprintf(want, sizeof(want), "\r\n--%s--\r\n", b);
		assert_string_equal(v.suffix, want);
		assert_false(has(v.outer, "sleutel"));
		assert_true(has(v.outer, "\r\nSubject: [...]\r\n"));
		view_free(&v);
	}
}

static void
test_only_a_key_goes_and_only_where_it_belongs(void **state)
{
	static char big[LIM_KEYFILE + 1];
	static const struct {
		const char *key;
		size_t n;
		enum gw_err err;
	} row[] = {
		{ KEY, sizeof(KEY) - 1, GW_OK },
		{ NULL, 0, GW_FORMAT },
		{ KEY, 0, GW_FORMAT },
		{ KEY_HEAD, sizeof(KEY_HEAD) - 2, GW_FORMAT },
		{ "x" KEY, sizeof(KEY), GW_FORMAT },
		{ "\xc6\x33", 2, GW_FORMAT },
		{ KEY_HEAD "\n\0", sizeof(KEY_HEAD) + 1, GW_FORMAT },
		{ KEY_HEAD "\rX\n", sizeof(KEY_HEAD) + 2, GW_FORMAT },
		{ KEY_HEAD "\r", sizeof(KEY_HEAD), GW_FORMAT },
		{ KEY_HEAD "\303\251", sizeof(KEY_HEAD) + 1, GW_FORMAT },
		{ big, sizeof(big), GW_FORMAT },
		{ big, sizeof(big) - 1, GW_OK }
	};
	struct composed c;
	struct letter l;
	size_t i;

	(void)state;
	memset(big, '\n', sizeof(big));
	memcpy(big, KEY, sizeof(KEY) - 1);
	for (i = 0; i < NELEMS(row); i++) {
		l = with_key(row[i].key, row[i].n);
		assert_int_equal(compose(texts, &office, &l, &c), row[i].err);
		buf_free(&c.head);
	}
	l = receipt;
	l.key = (const uint8_t *)KEY;
	l.key_len = sizeof(KEY) - 1;
	assert_int_equal(compose(texts, &office, &l, &c), GW_DENIED);
	buf_free(&c.head);
}

/* A file name on every system, whatever the municipality is called. */
static void
test_the_file_of_a_key_is_named_after_the_municipality(void **state)
{
	static const struct {
		const char *name, *file;
	} row[] = {
		{ "Sint-Niklaas", "sleutel-Sint-Niklaas.asc" },
		{ "'s-Gravenvoeren", "sleutel-s-Gravenvoeren.asc" },
		{ "Heist-op-den-Berg ", "sleutel-Heist-op-den-Berg.asc" },
		{ "Li\303\250ge / Luik", "sleutel-Li-ge-Luik.asc" },
		{ "\"; x=\"../..", "sleutel-x.asc" },
		{ "", "sleutel.asc" }
	};
	struct letter l = with_key(KEY, sizeof(KEY) - 1);
	struct office o = office;
	struct composed c;
	char want[128];
	struct view v;
	size_t i;

	(void)state;
	for (i = 0; i < NELEMS(row); i++) {
		o.name = row[i].name;
		assert_int_equal(compose(texts, &o, &l, &c), GW_OK);
		v = view(&c);
		(void)snprintf(want, sizeof(want), "; filename=\"%s\"\r\n",
		    row[i].file);
		if (!has(v.prefix, want))
			fail_msg("%s", row[i].file);
		view_free(&v);
		buf_free(&c.head);
	}
}

/* ---- what a person wrote ---- */

static struct letter
with_words(enum mail_kind kind, const char *section, const struct var *v)
{
	return (struct letter){ .kind = kind, .section = section, .to = TO,
		.ref = REF, .message_id = MSGID, .date = DATE, .vars = v,
		.nvars = 1 };
}

/* Kept as written, between two lines that are ours, and never read again. */
static void
test_words_stand_between_two_lines_as_they_were_written(void **state)
{
	static const char words[] = "Past dinsdag om 10 uur?\n\n"
	    "  {{phone}} {{x}} @section y\nFrom here =20 caf\303\251 ";
	const struct var v = { "words", words };
	struct letter l = with_words(MAIL_T04, "voorstel", &v);
	char want[512];
	struct buf in, out;
	struct view w = composed(&l);
	const char *text;

	(void)state;
	text = strstr(w.prefix, "\r\n\r\n" REF);
	assert_non_null(text);
	buf_init(&in, 64 * 1024);
	buf_init(&out, 64 * 1024);
	buf_puts(&in, text);
	decode_text(&in, &out);
	(void)snprintf(want, sizeof(want),
	    "--- Woorden van de vertegenwoordiger ---\n%s\n"
	    "--- Einde van die woorden ---\n", words);
	assert_true(has(buf_str(&out), want));
	buf_free(&in);
	buf_free(&out);
	view_free(&w);
}

/* decode_text() fails on a line over 76. */
static void
test_long_words_are_wrapped_softly(void **state)
{
	static char words[LIM_WORDS + 1];
	const struct var v = { "words", words };
	struct letter l = with_words(MAIL_T10, "body", &v);
	struct buf in, out;
	struct view w;

	(void)state;
	memset(words, 'w', LIM_WORDS);
	w = composed(&l);
	buf_init(&in, 64 * 1024);
	buf_init(&out, 64 * 1024);
	buf_puts(&in, strstr(w.prefix, "\r\n\r\n" REF));
	decode_text(&in, &out);
	assert_true(has(buf_str(&out), words));
	buf_free(&in);
	buf_free(&out);
	view_free(&w);
}

/* Several lines only where letters.c says so; clean UTF-8 everywhere. */
static void
test_only_some_values_have_several_lines(void **state)
{
	static const struct {
		enum mail_kind kind;
		const char *section, *var, *value;
		enum gw_err err;
	} row[] = {
		{ MAIL_T04, "voorstel", "words", "a\nb", GW_OK },
		{ MAIL_T07, "motivatie", "words", "a\nb", GW_OK },
		{ MAIL_T10, "body", "words", "a\nb", GW_OK },
		{ MAIL_T03, "body", "fields", "4. x\n7. y", GW_OK },
		{ MAIL_B03, "avg", "form", "a\nb", GW_OK },
		{ MAIL_B04, "goed", "lines", "a\nb", GW_OK },
		{ MAIL_B06, "body", "people", "a\nb", GW_OK },
		{ MAIL_B01, "lijst", "case", "C-1", GW_OK },
		{ MAIL_B01, "lijst", "case", "C-1\nb", GW_FORMAT },
		{ MAIL_B01, "geschorst", "sender", "a\nb", GW_FORMAT },
		{ MAIL_T39, "gewisseld", "fingerprint", "A\nB", GW_FORMAT },
		{ MAIL_T42, "body", "code", "550\nb", GW_FORMAT },
		{ MAIL_T10, "body", "words", "a\rb", GW_FORMAT },
		{ MAIL_T10, "body", "words", "a\tb", GW_FORMAT },
		{ MAIL_T10, "body", "words", "a\342\200\256b", GW_FORMAT },
		{ MAIL_T10, "body", "words", "a\351b", GW_FORMAT },
		{ MAIL_T10, "body", "words", "a\033[1mb", GW_FORMAT },
		/* What a letter does not show cannot do it harm. */
		{ MAIL_T04, "body", "words", "a\nb", GW_OK }
	};
	struct composed c;
	struct letter l;
	struct var v;
	size_t i;

	(void)state;
	for (i = 0; i < NELEMS(row); i++) {
		v = (struct var){ row[i].var, row[i].value };
		l = with_words(row[i].kind, row[i].section, &v);
		if (compose(texts, &office, &l, &c) != row[i].err)
			fail_msg("%s %s %s", mail_kind_name(row[i].kind),
			    row[i].section, row[i].value);
		buf_free(&c.head);
	}
}

/* ---- B02: why, and what can be answered ---- */

static void
test_what_was_not_done_comes_with_choices(void **state)
{
	static const struct {
		const char *section, *ref, *choices, *says;
		enum gw_err err;
	} row[] = {
		{ "wrong-state", REF, NULL, "\r\n  LIJST " REF "\r\n",
		    GW_OK },
		{ "fingerprint-differs", REF, NULL,
		    "\r\n  INSCHRIJVEN " REF "\r\n", GW_OK },
		{ "wrong-code", REF, NULL, "BEVESTIG", GW_OK },
		/* The caller knows better. */
		{ "role-not-allowed", REF, "keuzes-aanmelding",
		    "\r\n  LIJST " REF "\r\n", GW_OK },
		/* No line can have a reference that is not there. */
		{ "wrong-state", "", NULL,
		    "\r\n  FORMULIER AANMELDING\r\n", GW_OK },
		{ "wrong-state", REF, "body", NULL, GW_MISSING },
		{ "wrong-state", REF, "several", NULL, GW_MISSING }
	};
	struct letter l = receipt;
	struct composed c;
	struct view v;
	size_t i;

	(void)state;
	l.kind = MAIL_B02;
	l.nvars = 0;
	for (i = 0; i < NELEMS(row); i++) {
		l.section = row[i].section;
		l.ref = row[i].ref;
		l.choices = row[i].choices;
		assert_int_equal(compose(texts, &office, &l, &c), row[i].err);
		if (row[i].err == GW_OK) {
			v = view(&c);
			assert_true(has(v.prefix, row[i].says));
			assert_true(has(v.prefix, "Er is niets veranderd."));
			view_free(&v);
		}
		buf_free(&c.head);
	}
}

/* R20, R21: whatever was decided, the referrer gets the same bytes. */
static void
test_the_end_of_a_referral_reads_the_same_for_all(void **state)
{
	struct letter l = receipt;
	struct view a, b;
	char ba[64], bb[64], *p;
	int outcome;

	(void)state;
	l.kind = MAIL_T07;
	l.nvars = 0;
	a = composed(&l);
	boundary_of(&a, ba);
	for (outcome = 0; outcome < 3; outcome++) {
		b = composed(&l);
		boundary_of(&b, bb);
		while ((p = strstr(b.prefix, bb)) != NULL)
			memcpy(p, ba, strlen(ba));
		assert_string_equal(a.prefix, b.prefix);
		assert_string_equal(a.outer, b.outer);
		view_free(&b);
	}
	view_free(&a);
}

/* A sentence that becomes a value knows the house's values, and no letter is
 * one. */
static void
test_a_part_is_written_by_itself(void **state)
{
	const struct var v = { "fields", "7. aanwijzingen" };
	struct buf out;

	(void)state;
	buf_init(&out, 4096);
	assert_int_equal(compose_part(texts, &office, MAIL_B04,
	    "check-bound-no", NULL, 0, &out), GW_OK);
	assert_true(has(buf_str(&out), "  Aan: postvak@mechelen.example"));
	buf_reset(&out);
	assert_int_equal(compose_part(texts, &office, MAIL_B04,
	    "check-form-missing", &v, 1, &out), GW_OK);
	assert_true(has(buf_str(&out), "\n7. aanwijzingen"));
	buf_reset(&out);
	assert_int_equal(compose_part(texts, &office, MAIL_B04, "goed", &v, 1,
	    &out), GW_MISSING);
	assert_int_equal(compose_part(texts, &office, MAIL_B04,
	    "check-form-missing", &v, LIM_VARS, &out), GW_LIMIT);
	assert_int_equal(out.len, 0);
	buf_free(&out);
}

/* An office without a practice address can write all that does not name it. */
static void
test_a_letter_that_names_the_practice_address_needs_one(void **state)
{
	const struct var v = { "lines", "x" };
	struct letter l = with_words(MAIL_B04, "niet-goed", &v);
	struct office o = office;
	struct composed c;

	(void)state;
	assert_int_equal(compose(texts, &o, &l, &c), GW_OK);
	buf_free(&c.head);
	o.practice = NULL;
	assert_int_equal(compose(texts, &o, &l, &c), GW_MISSING);
	assert_int_equal(compose(texts, &o, &receipt, &c), GW_OK);
	buf_free(&c.head);
	o.practice = "a\nb";
	assert_int_equal(compose(texts, &o, &receipt, &c), GW_FORMAT);
	o.practice = NULL;
	o.law_info = "a\nb";
	assert_int_equal(compose(texts, &o, &receipt, &c), GW_FORMAT);
}

/* ---- letters in clear ---- */

static void
test_a_clear_letter_is_one_text_without_reference(void **state)
{
	struct view v = composed(&refusal);

	(void)state;
	assert_true(has(v.outer, "\r\nSubject: Bericht van het beveiligd "
	    "postvak van Mechelen\r\nMIME-Version: 1.0\r\n"));
	assert_true(has(v.prefix, "\r\nSubject: Bericht van het beveiligd "
	    "postvak van Mechelen\r\n"
	    "Content-Type: text/plain; charset=utf-8;\r\n hp=\"clear\";"));
	assert_true(has(v.prefix, "\r\n\r\nGeachte\r\n"));
	assert_false(has(v.prefix, "HP-Outer"));
	assert_false(has(v.prefix, "[...]"));
	assert_string_equal(v.suffix, "");
	view_free(&v);
}

/* design.md 3.7: only T02 and T42 may be in clear; T39 never needs to be. */
static void
test_no_other_letter_leaves_in_clear_or_with_an_attachment(void **state)
{
	static const struct {
		enum mail_kind kind;
		const char *section;
		bool clear, attach;
	} row[] = {
		{ MAIL_T01, "body", false, false },
		{ MAIL_T02, "kanaal", true, false },
		{ MAIL_T02, "classified", false, false },
		{ MAIL_T05, "quarantaine", false, false },
		{ MAIL_T06, "body", false, true },
		{ MAIL_T42, "body", true, false }
	};
	struct record_text r;
	struct composed c;
	struct letter l;
	struct var vars[RECORD_VARS + 1];
	size_t i;

	(void)state;
	assert_int_equal(record_text(texts, &findings, &r), GW_OK);
	memcpy(vars, r.vars, sizeof(r.vars));
	vars[r.n] = (struct var){ "code", "550" };
	for (i = 0; i < NELEMS(row); i++) {
		l = receipt;
		l.kind = row[i].kind;
		l.section = row[i].section;
		l.vars = vars;
		l.nvars = r.n + 1;
		assert_int_equal(compose(texts, &office, &l, &c), GW_OK);
		buf_free(&c.head);
		l.clear = true;
		assert_int_equal(compose(texts, &office, &l, &c),
		    row[i].clear ? GW_OK : GW_DENIED);
		buf_free(&c.head);
		l.clear = false;
		l.attach = true;
		assert_int_equal(compose(texts, &office, &l, &c),
		    row[i].attach ? GW_OK : GW_DENIED);
		buf_free(&c.head);
	}
	record_free(&r);
}

static void
test_what_is_no_letter_is_not_written(void **state)
{
	struct letter l = receipt;
	struct composed c;

	(void)state;
	l.section = "subject";
	assert_int_equal(compose(texts, &office, &l, &c), GW_MISSING);
	assert_int_equal(c.head.len, 0);
	l = receipt;
	l.kind = MAIL_KIND_MAX;
	assert_int_equal(compose(texts, &office, &l, &c), GW_MISSING);
	l = receipt;
	l.nvars = 0;
	assert_int_equal(compose(texts, &office, &l, &c), GW_MISSING);
	l = receipt;
	l.nvars = LIM_VARS;
	assert_int_equal(compose(texts, &office, &l, &c), GW_LIMIT);
	/* Only T02 and T42 have a subject without reference. */
	l = receipt;
	l.ref = "";
	assert_int_equal(compose(texts, &office, &l, &c), GW_MISSING);
}

/* The reason stands in its frame, sealed, with or without a reference. */
static void
test_a_refusal_gives_its_reason_in_a_frame(void **state)
{
	struct letter l = refusal;
	struct view v;

	(void)state;
	l.clear = false;
	l.section = "role-not-allowed";
	v = composed(&l);
	assert_true(has(v.prefix, "Wij konden uw bericht niet aannemen.\r\n"
	    "U bent bij ons niet ingeschreven om dit soort bericht te sturen."
	    "\r\nNiemand"));
	assert_true(has(v.prefix, "\r\nSubject: Bericht van het beveiligd"));
	assert_true(has(v.outer, "\r\nSubject: [...]\r\n"));
	assert_true(has(v.prefix, "\r\n\r\nGeachte\r\n"));
	view_free(&v);
	l.ref = "M-0123456789ABCDEF";
	v = composed(&l);
	assert_true(has(v.prefix, "\r\nSubject: [M-0123456789ABCDEF] "));
	assert_true(has(v.prefix, "\r\n\r\nM-0123456789ABCDEF\r\n\r\nG"));
	view_free(&v);
}

/* ---- injection ---- */

/* Only these fields, each once but for HP-Outer; nothing folded but ours. */
static void
assert_fields(const char *p, const char *const *names, size_t n)
{
	const char *eol;
	size_t i = 0;

	for (; *p != '\0' && strncmp(p, "\r\n", 2) != 0; p = eol + 2) {
		eol = strstr(p, "\r\n");
		assert_non_null(eol);
		assert_true(eol - p <= 998);
		if (*p == ' ')
			continue;
		assert_true(i < n);
		assert_memory_equal(p, names[i], strlen(names[i]));
		i++;
	}
	assert_int_equal(i, n);
}

static size_t
occurrences(const char *s, const char *what)
{
	size_t n = 0;

	for (; (s = strstr(s, what)) != NULL; s += strlen(what))
		n++;
	return n;
}

static void
assert_harmless(const struct composed *c, bool sealed)
{
	static const char *const outer[] = { "From: <", "To: <", "Date: ",
		"Message-ID: <", "Auto-Submitted: auto-",
		"X-Auto-Response-Suppress: All", "X-Meldpost-Loop: 1",
		"Subject: ", "MIME-Version: 1.0" };
	static const char *const inner[] = { "From: <", "To: <", "Date: ",
		"Message-ID: <", "Auto-Submitted: ", "X-Auto-Response-Supp",
		"X-Meldpost-Loop: ", "Subject: ", "HP-Outer: From: <",
		"HP-Outer: To: <", "HP-Outer: Date: ",
		"HP-Outer: Message-ID: <", "HP-Outer: Auto-Submitted: ",
		"HP-Outer: X-Auto-Res", "HP-Outer: X-Meldpost-Loop: ",
		"HP-Outer: Subject: [...]",
		"Content-Type: multipart/mixed; boundary=\"" };
	static const char *const clear[] = { "From: <", "To: <", "Date: ",
		"Message-ID: <", "Auto-Submitted: ", "X-Auto-Response-Supp",
		"X-Meldpost-Loop: ", "Subject: ",
		"Content-Type: text/plain; charset=utf-8;",
		"Content-Transfer-Encoding: quoted-printable" };
	struct view v = view(c);
	char line[72], b[64];
	size_t i;

	for (i = 0; i < c->head.len; i++) {
		uint8_t ch = c->head.p[i];

		if (ch == '\r')
			assert_int_equal(c->head.p[i + 1], '\n');
		else if (ch == '\n')
			assert_true(i > 0 && c->head.p[i - 1] == '\r');
		else
			assert_true(ch >= ' ' && ch < 0x7f);
	}
	assert_fields(v.outer, outer, NELEMS(outer));
	if (sealed) {
		assert_fields(v.prefix, inner, NELEMS(inner));
		boundary_of(&v, b);
		(void)snprintf(line, sizeof(line), "\r\n--%s", b);
		assert_int_equal(occurrences(v.prefix, line), 1);
	} else {
		assert_fields(v.prefix, clear, NELEMS(clear));
	}
	view_free(&v);
}

/* Every value that reaches a letter, one at a time replaced. */
enum place { PLACE_TO, PLACE_REF, PLACE_MSGID, PLACE_ADDRESS, PLACE_NAME,
	PLACE_CONTACT, PLACE_PHONE, PLACE_CITATION, PLACE_VAR, PLACE_MAX };

static enum gw_err
compose_with(enum place where, const char *value, bool sealed,
    struct composed *c)
{
	struct office o = office;
	struct letter l = sealed ? receipt : refusal;
	const struct var v = { "received", where == PLACE_VAR ? value : "x" };
	const char **place[PLACE_MAX] = { &l.to, &l.ref, &l.message_id,
		&o.address, &o.name, &o.contact, &o.phone, &o.citation, NULL };

	l.vars = &v;
	l.nvars = 1;
	if (place[where] != NULL)
		*place[where] = value;
	return compose(texts, &o, &l, c);
}

static void
test_no_value_breaks_out_of_its_place(void **state)
{
	static char ascii[999], latin[999], accents[999], words[999];
	const char *const hostile[] = { "", "\r", "\n", "\r\n", "a\rb", "a\nb",
		"x\r\nBcc: <a@b.example>", "x\nBcc: <a@b.example>",
		"<a@b.example>\r\n\r\n<html>", "a@b.example>, <c@d.example",
		"a@b.example, c@d.example", "a@b.example (x)", "a b@c.example",
		"a@b@c.example", "@", "a@", "@a", "<@>", "\001", "\033[2J",
		"\177", "\t", "a@\tb", "\200", "\351", "\303", "caf\303\251",
		"\342\200\250Bcc: x", "\342\200\256", "\302\205",
		"=?UTF-8?Q?=0D=0ABcc:_x?=", "--=_", "\r\n--=_\r\n\r\n", "..",
		".\r\n", "\r\n.\r\n", "From x", "{{phone}}", "%s%n",
		"\"; name=\"x", "../../x", "A-1\"; x=\"", ascii, latin,
		accents, words };
	struct composed c;
	enum gw_err err;
	size_t i, where, good = 0;
	int sealed;

	(void)state;
	memset(ascii, 'a', sizeof(ascii) - 1);
	memset(latin, 0xe9, sizeof(latin) - 1);
	for (i = 0; i + 2 < sizeof(words); i += 2) {
		memcpy(accents + i, "\303\251", 2);
		memcpy(words + i, "a ", 2);
	}
	for (where = 0; where < PLACE_MAX; where++) {
		for (i = 0; i < NELEMS(hostile); i++) {
			for (sealed = 0; sealed < 2; sealed++) {
				err = compose_with((enum place)where,
				    hostile[i], sealed, &c);
				if (err == GW_OK) {
					assert_harmless(&c, sealed);
					good++;
				} else {
					assert_int_equal(c.head.len, 0);
				}
				buf_free(&c.head);
			}
		}
	}
	/* The test looked at letters, not only at refusals. */
	assert_true(good > 100);
}

/* Names and texts may be long or accented; addresses and ids may not. */
static void
test_what_each_place_takes(void **state)
{
	static const struct {
		enum place where;
		const char *value;
		enum gw_err err;
	} row[] = {
		{ PLACE_TO, "", GW_FORMAT },
		{ PLACE_TO, "els", GW_FORMAT },
		{ PLACE_TO, "els@clb.example\r\nBcc: x@y", GW_FORMAT },
		{ PLACE_TO, "els@clb.example, x@y.example", GW_FORMAT },
		{ PLACE_TO, "e\303\251@clb.example", GW_FORMAT },
		{ PLACE_TO, "els@clb@c.example", GW_FORMAT },
		{ PLACE_TO, "els@clb\177.example", GW_FORMAT },
		{ PLACE_TO, "els.o'hara+x@clb.example", GW_OK },
		{ PLACE_REF, "A-1\n", GW_FORMAT },
		{ PLACE_REF, "a-1", GW_FORMAT },
		{ PLACE_REF, "A-4F7K29QDXM3AB8NPX", GW_FORMAT },
		{ PLACE_REF, "M-0000000000000000", GW_OK },
		{ PLACE_MSGID, "a@b", GW_FORMAT },
		{ PLACE_MSGID, "<ab>", GW_FORMAT },
		{ PLACE_MSGID, "<a@b>\r\nX: <c@d>", GW_FORMAT },
		{ PLACE_MSGID, "<a@b>", GW_OK },
		{ PLACE_ADDRESS, "a@b\n", GW_FORMAT },
		{ PLACE_NAME, "a\nb", GW_FORMAT },
		{ PLACE_NAME, "Li\303\250ge", GW_OK },
		{ PLACE_CONTACT, "a\nb", GW_FORMAT },
		{ PLACE_PHONE, "a\nb", GW_FORMAT },
		{ PLACE_CITATION, "a\nb", GW_FORMAT },
		{ PLACE_VAR, "a\rb", GW_FORMAT },
		{ PLACE_VAR, "a\nb", GW_FORMAT },
		{ PLACE_VAR, "caf\303\251", GW_OK }
	};
	struct composed c;
	size_t i;

	(void)state;
	for (i = 0; i < NELEMS(row); i++) {
		assert_int_equal(compose_with(row[i].where, row[i].value,
		    true, &c), row[i].err);
		buf_free(&c.head);
	}
}

/* ---- Message-IDs ---- */

static void
test_message_ids_are_fresh_and_tell_only_our_domain(void **state)
{
	char a[LIM_MSGID + 1], b[LIM_MSGID + 1], longest[LIM_ADDR + 1];
	size_t i;

	(void)state;
	compose_message_id("postvak@mechelen.example", a);
	compose_message_id("postvak@mechelen.example", b);
	assert_string_not_equal(a, b);
	assert_int_equal(strlen(a), 1 + 32 + strlen("@mechelen.example>"));
	assert_string_equal(a + 33, "@mechelen.example>");
	assert_int_equal(strspn(a + 1, "0123456789abcdef"), 32);
	/* A domain that does not fit loses labels, never part of one. */
	memset(longest, 'a', sizeof(longest));
	for (i = 1; i < LIM_ADDR; i += 40)
		longest[i] = i == 1 ? '@' : '.';
	longest[LIM_ADDR] = '\0';
	compose_message_id(longest, a);
	assert_true(strlen(a) <= LIM_MSGID);
	assert_int_equal(a[strlen(a) - 1], '>');
	assert_memory_equal(a + 33, "@aaa", 4);
	assert_non_null(strstr(longest, "."));
	a[strlen(a) - 1] = '\0';
	assert_string_equal(longest + strlen(longest) - strlen(a + 34),
	    a + 34);
	assert_int_equal(longest[strlen(longest) - strlen(a + 34) - 1], '.');
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_becomes_quoted_printable),
		cmocka_unit_test(
		    test_long_lines_are_broken_and_come_back_whole),
		cmocka_unit_test(
		    test_a_field_is_plain_or_made_of_encoded_words),
		cmocka_unit_test(
		    test_a_long_field_is_folded_between_characters),
		cmocka_unit_test(test_the_outer_header_says_nothing),
		cmocka_unit_test(test_the_real_header_is_protected_inside),
		cmocka_unit_test(test_each_letter_says_how_it_was_caused),
		cmocka_unit_test(test_receipts_are_of_one_size_and_one_text),
		cmocka_unit_test(test_a_forward_leaves_room_for_the_original),
		cmocka_unit_test(test_the_record_says_who_signed_what),
		cmocka_unit_test(test_the_record_tells_the_cases_apart),
		cmocka_unit_test(test_the_record_takes_single_lines_only),
		cmocka_unit_test(test_a_letter_about_our_key_brings_it),
		cmocka_unit_test(
		    test_only_a_key_goes_and_only_where_it_belongs),
		cmocka_unit_test(
		    test_the_file_of_a_key_is_named_after_the_municipality),
		cmocka_unit_test(
		    test_words_stand_between_two_lines_as_they_were_written),
		cmocka_unit_test(test_long_words_are_wrapped_softly),
		cmocka_unit_test(test_only_some_values_have_several_lines),
		cmocka_unit_test(test_what_was_not_done_comes_with_choices),
		cmocka_unit_test(
		    test_the_end_of_a_referral_reads_the_same_for_all),
		cmocka_unit_test(test_a_part_is_written_by_itself),
		cmocka_unit_test(
		    test_a_letter_that_names_the_practice_address_needs_one),
		cmocka_unit_test(
		    test_a_clear_letter_is_one_text_without_reference),
		cmocka_unit_test(
		    test_no_other_letter_leaves_in_clear_or_with_an_attachment),
		cmocka_unit_test(test_what_is_no_letter_is_not_written),
		cmocka_unit_test(test_a_refusal_gives_its_reason_in_a_frame),
		cmocka_unit_test(test_no_value_breaks_out_of_its_place),
		cmocka_unit_test(test_what_each_place_takes),
		cmocka_unit_test(
		    test_message_ids_are_fresh_and_tell_only_our_domain)
	};

	return cmocka_run_group_tests(tests, start, end);
}
