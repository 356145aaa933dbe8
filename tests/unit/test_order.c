/*
 * What leaves parse of an order: the words that go on, as clean UTF-8, the key
 * that is attached, the form of an enrolment, the answer of a calendar program;
 * nothing else of a text.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/fiche.h"
#include "base/reason.h"
#include "base/verb.h"
#include "mail/charset.h"
#include "mail/enrol_form.h"
#include "mail/flowed.h"
#include "mail/html.h"
#include "mail/read.h"

#define OWN "livc@mechelen.example"
#define ARMOR								\
	"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDMEZ\n"		\
	"-----END PGP PUBLIC KEY BLOCK-----\n"

static struct bytes
text(const char *s)
{
	return (struct bytes){ (const uint8_t *)s, strlen(s) };
}

struct reading {
	struct msg_parsed f;
	uint8_t *out;
	size_t n;
};

static void
read_entity(struct reading *r, const char *p, size_t n)
{
	const struct mail_us us = { OWN, "" };
	uint8_t *copy = malloc(n);

	assert_non_null(copy);
	memcpy(copy, p, n);
	assert_int_equal(mail_read(STAGE_INNER, copy, n, &us, &r->f, &r->out,
	    &r->n), GW_OK);
	assert_true(span_fits(r->f.words, r->n));
	assert_true(span_fits(r->f.key, r->n));
	/* What is in `out` is in one of the two, but for what was understood
	 * and is not meant. */
	if (r->f.answer != ANSWER_SEVERAL)
		assert_int_equal(r->f.words.len + r->f.key.len, r->n);
	free(copy);
}

static void
expect_words(const char *mail, size_t n, enum answer answer,
    const char *words)
{
	struct reading r;

	read_entity(&r, mail, n);
	if (r.f.answer != answer || r.f.words.len != strlen(words) ||
	    (r.n > 0 && memcmp(r.out + r.f.words.off, words,
	    r.f.words.len) != 0))
		fail_msg("%s: answer %u, \"%.*s\"", mail, r.f.answer,
		    (int)r.f.words.len, (char *)r.out + r.f.words.off);
	free(r.out);
}

/* ---- words ---- */

static void
test_words_are_clean_utf8(void **state)
{
	static const struct {
		const char *charset, *in, *out;
		enum answer answer;
	} cases[] = {
		{ "utf-8", "caf\303\251 \342\202\254", "caf\303\251 "
		    "\342\202\254", ANSWER_CLEAR },
		{ "UTF-8", "caf\351", "caf\357\277\275", ANSWER_CLEAR },
		{ "us-ascii", "cafe", "cafe", ANSWER_CLEAR },
		{ "us-ascii", "caf\303\251", "caf\303\251", ANSWER_CLEAR },
		{ "us-ascii", "caf\351", "caf\303\251", ANSWER_CLEAR },
		{ "iso-8859-1", "caf\351 \200", "caf\303\251 \342\202\254",
		    ANSWER_CLEAR },
		{ "ISO-8859-15", "\244 \275 \351", "\342\202\254 \305\223 "
		    "\303\251", ANSWER_CLEAR },
		{ "windows-1252", "\223x\224 \200", "\342\200\234x\342\200\235"
		    " \342\202\254", ANSWER_CLEAR },
		/* Nobody's reasons are lost in silence. */
		{ "koi8-r", "\301\302", "", ANSWER_UNCLEAR },
		{ "koi8-r", "abc", "abc", ANSWER_CLEAR },
		{ "iso-2022-jp", "\033$B$\"\033(B", "", ANSWER_UNCLEAR },
		{ "utf-16", "abc", "", ANSWER_NONE },
		{ "\"utf-8", "abc", "abc", ANSWER_CLEAR },
		/* Trojan Source, and what else nobody sees. */
		{ "utf-8", "a\342\200\256b\342\201\246c\330\234d", "abcd",
		    ANSWER_CLEAR },
		{ "utf-8", "a\001\007b\177c\302\205d\tq", "abcd q",
		    ANSWER_CLEAR },
		{ "utf-8", "a\342\200\213b\357\273\277c\302\255d", "abcd",
		    ANSWER_CLEAR },
		{ "utf-8", "\355\240\200x", "\357\277\275\357\277\275"
		    "\357\277\275x", ANSWER_CLEAR },
		{ "utf-8", "a\r\nb\rc\342\200\250d", "a\nb\nc\nd",
		    ANSWER_CLEAR },
	};
	char mail[512];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		(void)snprintf(mail, sizeof(mail), "Content-Type: text/plain;"
		    " charset=%s\n\nMONDELING\n\n%s\n\n-- \nAn\n",
		    cases[i].charset, cases[i].in);
		expect_words(mail, strlen(mail), cases[i].answer,
		    cases[i].out);
	}
}

static void
test_only_some_verbs_take_words(void **state)
{
	static const char *const none[] = {
		"\nLIJST\n\nmeer\n", "\nmeer\n\nmeer\n",
		"\nMONDELING?\n\nmeer\n", "\nMONDELING\n\nLIJST\n\nmeer\n",
		"\nMONDELING\n\n> meer\n\nmeer\n", "\nMONDELING\n\n\n",
		"\nINSCHRIJVEN\n\nmeer\n",
	};
	struct reading r;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		read_entity(&r, none[i], strlen(none[i]));
		if (r.n != 0)
			fail_msg("%s", none[i]);
		free(r.out);
	}
}

/* Nothing is cut: either all of it or a question. */
static void
test_long_words_are_a_doubt(void **state)
{
	static const char head[] = "\nMONDELING\n\n";
	size_t n = LIM_WORDS, h = strlen(head);
	char *mail = malloc(h + n + 2);
	struct reading r;

	(void)state;
	assert_non_null(mail);
	memcpy(mail, head, h);
	memset(mail + h, 'x', n + 1);
	read_entity(&r, mail, h + n);
	assert_int_equal(r.f.answer, ANSWER_CLEAR);
	assert_int_equal(r.f.words.len, n);
	free(r.out);
	read_entity(&r, mail, h + n + 1);
	assert_int_equal(r.f.answer, ANSWER_UNCLEAR);
	assert_int_equal(r.f.verb, VERB_NONE);
	assert_int_equal(r.f.words.len, 0);
	free(r.out);
	free(mail);
}

static void
test_flowed_paragraphs_are_lines(void **state)
{
	static const struct {
		const char *in, *out;
		bool delsp;
	} cases[] = {
		{ "", "", false }, { "a\n", "a\n", false },
		{ "a \nb\n", "a b\n", false }, { "a \nb\n", "ab\n", true },
		{ "a \r\nb \r\nc\r\nd", "a b c\nd\n", false },
		{ "> a \n> b\nc\n", "> a b\nc\n", false },
		{ "> a \n>> b\n", "> a \n>> b\n", false },
		{ "a \n> b\n", "a \n> b\n", false },
		{ "a \n-- \nAn \nDe\n", "a \n-- \nAn De\n", false },
		{ " From a \n  b\n", "From a  b\n", false },
		{ " > a\n", " > a\n", false }, { " >\n", " >\n", false },
		{ "a \n\nb\n", "a \nb\n", false },
	};
	struct buf b;
	size_t i;

	(void)state;
	buf_init(&b, 1024);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		flowed_text(text(cases[i].in), cases[i].delsp, &b);
		if (strcmp(buf_str(&b), cases[i].out) != 0)
			fail_msg("\"%s\": \"%s\"", cases[i].in, buf_str(&b));
		buf_reset(&b);
	}
	buf_free(&b);
}

static void
test_html_as_lines(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "a<br>b", "a\nb" }, { "<p>a</p><p>b</p>", "\na\n\nb\n" },
		{ "<div>a<div>b</div></div>c", "\na\nb\n\nc" },
		{ "a  \n\t b", "a b" }, { "<pre>a\nb</pre>", "\na\nb\n" },
		{ "<span>LIJ</span><b>ST</b>", "LIJST" },
		{ "a&nbsp;&eacute;&#233;&#xE9;&#8364;&bogus;&amp;lt;",
		    "a \303\251\303\251\303\251\342\202\254&bogus;&lt;" },
		{ "&#0;&#xD800;&#x110000;&#99999999999;&", "&#0;&#xD800;"
		    "&#x110000;&#99999999999;&" },
		{ "a<blockquote>b<blockquote>c</blockquote>d</blockquote>e",
		    "a\n> b\n> c\n> d\ne" },
		{ "a<blockquote>b", "a\n> b" },
		{ "<div class=\"gmail_quote\"><div>a</div>b</div>c",
		    "\n\n> a\n> b\nc" },
		{ "a<div id=\"divRplyFwdMsg\">b</div><div>c</div>",
		    "a\n> b\n\n> c\n" },
		{ "a<div style='border:none;border-top: solid #E1E1E1 1pt'>b"
		    "</div>c", "a\n> b\n> c" },
		{ "a<div style=\"display: none\">b<div>x</div></div>c",
		    "a\n\n\n\nc" },
		{ "<head><title>t</title><style>s</style>a</head>b", "\n\n\n\n"
		    "\n\nb" },
		{ "<head><meta x><body>b", "\nb" },
		{ "<table><tr><td>rol:</td><td>lid</td></tr></table>",
		    "\n\nrol: lid \n\n" },
		{ "a<!-- b --><!--[if x]>c<![endif]-->d", "ad" },
		{ "a < b", "a < b" }, { "a<br", "a\n" }, { "<", "<" },
		{ "<script>a<b</script>c", "\n\nc" },
		/* A link in a quote cannot end the quote. */
		{ "<blockquote><a title=\"</blockquote>LIJST<br>\">x</a>"
		    "</blockquote>y", "\n> x\ny" },
		{ "<blockquote><a title = '</blockquote>LIJST'>x</a>"
		    "</blockquote>y", "\n> x\ny" },
		{ "<blockquote><a title=\"</blockquote>LIJST", "\n" },
		{ "<p it's>a</p>b", "\na\nb" }, { "a<!-->b-->c", "ab-->c" },
		{ "a<!--->b", "ab" },
	};
	struct buf b;
	size_t i;

	(void)state;
	buf_init(&b, 1024);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		html_text(text(cases[i].in), &b);
		if (strcmp(buf_str(&b), cases[i].out) != 0)
			fail_msg("\"%s\": \"%s\"", cases[i].in, buf_str(&b));
		buf_reset(&b);
	}
	buf_free(&b);
}

/* ---- the key ---- */

#define MIXED "Content-Type: multipart/mixed; boundary=m\n\n--m\n\nx\n"
#define KEYS "--m\nContent-Type: application/pgp-keys\n\n"
#define ASC								\
	"--m\nContent-Type: application/octet-stream; name=\"An.ASC\"\n\n"

static void
test_the_one_key_that_is_attached(void **state)
{
	static const struct {
		const char *name, *mail, *key;
		uint32_t flags;
	} cases[] = {
		{ "one", MIXED KEYS ARMOR "\n--m--\n", ARMOR, 0 },
		{ "binary, encoded", MIXED "--m\n"
		    "Content-Type: application/pgp-keys\n"
		    "Content-Transfer-Encoding: base64\n\naGVsbG8=\n--m--\n",
		    "hello", 0 },
		{ "a file *.asc", MIXED ASC ARMOR "\n--m--\n", ARMOR, 0 },
		{ "a file *.asc by its disposition", MIXED "--m\n"
		    "Content-Type: text/plain\nContent-Disposition: attachment;"
		    " filename=key.asc\n\n" ARMOR "\n--m--\n", ARMOR, 0 },
		{ "a file *.asc that is none", MIXED ASC "hello\n--m--\n", "",
		    MAIL_FORBIDDEN },
		{ "a private key", MIXED ASC "-----BEGIN PGP PRIVATE KEY "
		    "BLOCK-----\n--m--\n", "", MAIL_FORBIDDEN },
		{ "two", MIXED KEYS "a\n" KEYS "b\n--m--\n", "", 0 },
		{ "two of two kinds", MIXED KEYS "a\n" ASC ARMOR "\n--m--\n",
		    "", 0 },
		{ "none", MIXED "--m--\n", "", 0 },
		{ "broken", MIXED "--m\nContent-Type: application/pgp-keys\n"
		    "Content-Transfer-Encoding: base64\n\n?\n--m--\n", "",
		    0 },
		{ "T32 Autocrypt", "Autocrypt: addr=a@b.be; keydata=aGVsbG8=\n"
		    "\nx\n", "", 0 },
		{ "in the text", "\n" ARMOR, "", 0 },
		{ "in a mail in the mail", MIXED "--m\n"
		    "Content-Type: message/rfc822\n\n"
		    "Content-Type: application/pgp-keys\n\nx\n--m--\n", "",
		    MAIL_FORBIDDEN },
	};
	struct reading r;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		read_entity(&r, cases[i].mail, strlen(cases[i].mail));
		if (r.f.key.len != strlen(cases[i].key) ||
		    (r.n > 0 && memcmp(r.out, cases[i].key, r.n) != 0) ||
		    (r.f.flags & MAIL_FORBIDDEN) != cases[i].flags)
			fail_msg("%s: %.*s", cases[i].name,
			    (int)r.f.key.len, (char *)r.out);
		/* A key is no attachment. */
		if (cases[i].key[0] != '\0')
			assert_int_equal(r.f.attachments, 0);
		free(r.out);
	}
}

static void
test_a_key_past_the_limit_is_none(void **state)
{
	static const char head[] = "Content-Type: application/pgp-keys\n\n";
	size_t h = strlen(head), n = LIM_KEYFILE;
	char *mail = malloc(h + n + 1);
	struct reading r;

	(void)state;
	assert_non_null(mail);
	memcpy(mail, head, h);
	memset(mail + h, 'x', n + 1);
	read_entity(&r, mail, h + n);
	assert_int_equal(r.f.key.len, n);
	free(r.out);
	read_entity(&r, mail, h + n + 1);
	assert_int_equal(r.f.key.len, 0);
	free(r.out);
	free(mail);
}

static void
test_words_and_key_stand_behind_each_other(void **state)
{
	static const char mail[] = "Content-Type: multipart/mixed; boundary=m"
	    "\n\n--m\n\nMONDELING: morgen\n" KEYS "sleutel\n--m--\n";
	struct reading r;

	(void)state;
	read_entity(&r, mail, strlen(mail));
	assert_int_equal(r.n, 13);
	assert_memory_equal(r.out, "morgensleutel", 13);
	assert_int_equal(r.f.words.off, 0);
	assert_int_equal(r.f.words.len, 6);
	assert_int_equal(r.f.key.off, 6);
	free(r.out);
}

/* ---- the form of an enrolment ---- */

static void
test_one_field_of_the_form(void **state)
{
	static const struct {
		const char *in;
		size_t at;		/* the field that is filled in */
		const char *out;
	} cases[] = {
#define F(member) offsetof(struct enrol_form, member)
		{ "vingerafdruk: 0123 4567 89ab", F(typed_fpr),
		    "0123456789AB" },
		{ "> 1. Vingerafdruk (40 tekens): 0xAB:CD:ef.", F(typed_fpr),
		    "ABCDEF" },
		{ "Fingerprint: ABCD\nEF01\n\n2345", F(typed_fpr),
		    "ABCDEF01" },
		{ "vingerafdruk: ABCD (van de website)", F(typed_fpr),
		    "ABCD" },
		{ "vingerafdruk: ABCX", F(typed_fpr), "" },
		{ "vingerafdruk: ....", F(typed_fpr), "" },
		{ "vingerafdruk: 01234567890123456789012345678901234567890123"
		    "45678901234567890123456789", F(typed_fpr), "" },
		{ "rol: lid", F(role), "lid" }, { "ROL : LID.", F(role),
		    "lid" },
		{ "rol: co\303\266rdinator [of lid]", F(role), "coordinator" },
		{ "2) rol: [lid / niet-lid]", F(role), "" },
		{ "rol: [lid / niet-lid] niet-lid", F(role), "niet-lid" },
		{ "rol: <kies>", F(role), "" }, { "rol: ad hoc", F(role), "" },
		{ "rol: _____", F(role), "" }, { "rol: ", F(role), "" },
		{ "rol: l\342\200\213id", F(role), "" },
		{ "rollen: lid", F(role), "" }, { "de rol: lid", F(role), "" },
		{ "soort organisatie: CLB", F(org_class), "clb" },
		{ "Organisatie: CAW Z\303\251nne (Mechelen)",
		    F(organisation), "CAW Z\303\251nne (Mechelen)" },
		{ "organisatie: a\001b", F(organisation), "" },
		{ "organisatie: a\342\200\256b", F(organisation), "" },
		{ "organisatie: a\377b", F(organisation), "a\303\277b" },
		{ "rechtsgrond: decreet, art. 3\nen besluit\n\nniet dit",
		    F(legal_ground), "decreet, art. 3 en besluit" },
		{ "rechtsgrond: decreet\nMet vriendelijke groet\nAn",
		    F(legal_ground), "decreet" },
		{ "rechtsgrond: decreet\nrol: lid", F(legal_ground),
		    "decreet" },
		{ "> vergeleken: ter plaatse, op papier\n> tot: morgen",
		    F(compared), "ter plaatse, op papier" },
		{ "vergeleken: 0123456789012345678901234567890123456789012345"
		    "6789012345678901234567890123456789012345678901234567890"
		    "12345678901234567890", F(compared), "" },
		{ "tot: 31/12/2030\nAn De Vos", F(until), "31/12/2030" },
		/* Twice: the same is one, another is none. */
		{ "rol: lid\n> rol: LID", F(role), "lid" },
		{ "rol: lid\n> rol: [lid of niet-lid]", F(role), "lid" },
		{ "> rol: ....\nrol: lid", F(role), "lid" },
		{ "rol: lid\n> rol: niet-lid", F(role), "" },
		{ "rol: lid\nrol: niet-lid\nrol: lid", F(role), "" },
		{ "rol: lid\nrol: ad hoc", F(role), "" },
		{ "vingerafdruk: ab\nvingerafdruk: A B", F(typed_fpr), "AB" },
#undef F
	};
	struct enrol_form form;
	const char *have;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enrol_form_read(text(cases[i].in), CHARSET_ASCII, &form);
		have = (const char *)&form + cases[i].at;
		if (strcmp(have, cases[i].out) != 0)
			fail_msg("\"%s\": \"%s\"", cases[i].in, have);
	}
}

static void
test_a_form_is_read_for_its_verb_only(void **state)
{
	static const char form[] = "\nrol: lid\nvingerafdruk: ABCD\n";
	char mail[256];
	struct reading r;

	(void)state;
	(void)snprintf(mail, sizeof(mail), "\nINSCHRIJVEN\n%s", form);
	read_entity(&r, mail, strlen(mail));
	assert_string_equal(r.f.role, "lid");
	assert_string_equal(r.f.typed_fpr, "ABCD");
	free(r.out);
	(void)snprintf(mail, sizeof(mail), "\nINSCHRIJVEN?\n%s", form);
	read_entity(&r, mail, strlen(mail));
	assert_string_equal(r.f.role, "");
	free(r.out);
	(void)snprintf(mail, sizeof(mail), "\nAFWIJZEN\n%s", form);
	read_entity(&r, mail, strlen(mail));
	assert_string_equal(r.f.typed_fpr, "");
	free(r.out);
}

/* ---- a calendar program's answer ---- */

#define UID "3f9c2b7e41d8a6059b7c1e2d4f60a8b3"
#define EVENT(method, uid, partstat, rest)				\
	"BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:" method "\n"		\
	"BEGIN:VEVENT\nUID:" uid "\nSEQUENCE:3\nATTENDEE;PARTSTAT="	\
	partstat ":mailto:els@CLB.example\n" rest			\
	"END:VEVENT\nEND:VCALENDAR\n"
#define ACCEPTED EVENT("REPLY", UID, "ACCEPTED", "")
#define ACCEPTED_NOTE EVENT("REPLY", UID, "ACCEPTED", "COMMENT:Tot dan\n")
#define DECLINED EVENT("REPLY", UID, "DECLINED", "COMMENT:Geen tijd\n")
#define TENTATIVE EVENT("REPLY", UID, "TENTATIVE", "")
#define DELEGATED EVENT("REPLY", UID, "DELEGATED", "")
#define NO_ANSWER EVENT("REPLY", UID, "NEEDS-ACTION", "")
#define REQUEST EVENT("REQUEST", UID, "NEEDS-ACTION", "")
#define FOREIGN EVENT("REPLY", "x@google.com", "ACCEPTED", "")

/* As programs send it: the text, the calendar beside it, and perhaps a file
 * with the same or another one. */
static void
build(struct buf *mail, const char *words, const char *calendar,
    const char *type, const char *file)
{
	buf_reset(mail);
	buf_printf(mail, "Content-Type: multipart/mixed; boundary=m\n\n--m\n"
	    "Content-Type: multipart/alternative; boundary=a\n\n--a\n"
	    "Content-Type: text/plain; charset=utf-8\n\n%s\n--a\n"
	    "Content-Type: text/calendar; charset=utf-8; method=REPLY\n\n%s"
	    "--a--\n", words, calendar);
	if (file != NULL)
		buf_printf(mail, "--m\nContent-Type: %s; name=invite.ics\n"
		    "Content-Disposition: attachment; filename=invite.ics\n\n"
		    "%s", type, file);
	buf_puts(mail, "--m--\n");
}

static void
expect_answer(const struct buf *mail, const char *name, enum answer answer,
    enum verb verb, const char *words, bool of_calendar)
{
	struct reading r;

	read_entity(&r, (const char *)mail->p, mail->len);
	if (r.f.answer != answer || r.f.verb != verb ||
	    r.f.words.len != strlen(words) || (words[0] != '\0' &&
	    memcmp(r.out + r.f.words.off, words, strlen(words)) != 0))
		fail_msg("%s: answer %u, %s, \"%.*s\"", name, r.f.answer,
		    verb_name((enum verb)r.f.verb), (int)r.f.words.len,
		    (char *)r.out + r.f.words.off);
	assert_int_equal(r.f.reason, REASON_OK);
	assert_string_equal(r.f.uid, of_calendar ? UID : "");
	assert_string_equal(r.f.attendee, of_calendar ? "els@clb.example" :
	    "");
	assert_int_equal(r.f.sequence, of_calendar ? 3 : 0);
	free(r.out);
}

static const struct {
	const char *text, *calendar;
	enum answer answer;
	enum verb verb;
	const char *words;
} merges[] = {
	{ "", ACCEPTED, ANSWER_CLEAR, VERB_ACCEPT, "" },
	{ "", ACCEPTED_NOTE, ANSWER_CLEAR, VERB_ACCEPT, "Tot dan" },
	{ "Tot dan!", DECLINED, ANSWER_CLEAR, VERB_DECLINE, "Geen tijd" },
	{ "AANVAARD", ACCEPTED_NOTE, ANSWER_CLEAR, VERB_ACCEPT, "Tot dan" },
	{ "WEIGER", DECLINED, ANSWER_CLEAR, VERB_DECLINE, "Geen tijd" },
	{ "WEIGER: ziek", DECLINED, ANSWER_CLEAR, VERB_DECLINE, "ziek" },
	{ "AANVAARD", DECLINED, ANSWER_SEVERAL, VERB_NONE, "" },
	{ "WEIGER: ziek", ACCEPTED, ANSWER_SEVERAL, VERB_NONE, "" },
	{ "LIJST", ACCEPTED, ANSWER_SEVERAL, VERB_NONE, "" },
	{ "AANVAARD", TENTATIVE, ANSWER_SEVERAL, VERB_NONE, "" },
	{ "WEIGER", DELEGATED, ANSWER_SEVERAL, VERB_NONE, "" },
	{ "VERPLAATSEN\n\nplaats: x\nad hoc: a@b.be", ACCEPTED,
	    ANSWER_SEVERAL, VERB_NONE, "" },
	{ "", TENTATIVE, ANSWER_UNCLEAR, VERB_NONE, "" },
	{ "", DELEGATED, ANSWER_UNCLEAR, VERB_NONE, "" },
	{ "", NO_ANSWER, ANSWER_UNCLEAR, VERB_NONE, "" },
	{ "", REQUEST, ANSWER_UNCLEAR, VERB_NONE, "" },
	{ "", FOREIGN, ANSWER_UNCLEAR, VERB_NONE, "" },
	{ "Ik kom", "x\n", ANSWER_UNCLEAR, VERB_NONE, "" },
	{ "AANVAARD", REQUEST, ANSWER_CLEAR, VERB_ACCEPT, "" },
	{ "WEIGER: ziek", REQUEST, ANSWER_CLEAR, VERB_DECLINE, "ziek" },
	{ "LIJST", REQUEST, ANSWER_CLEAR, VERB_LIST, "" },
	{ "AANVAARD", NO_ANSWER, ANSWER_CLEAR, VERB_ACCEPT, "" },
	{ "AANVAARD", FOREIGN, ANSWER_CLEAR, VERB_ACCEPT, "" },
	/* Doubt in the text stays. */
	{ "AANVAARD onder voorbehoud", ACCEPTED, ANSWER_UNCLEAR, VERB_NONE,
	    "" },
	{ "Ik kan niet aanvaarden", ACCEPTED, ANSWER_UNCLEAR, VERB_NONE, "" },
	{ "AANVAARD\n\nWEIGER", ACCEPTED, ANSWER_SEVERAL, VERB_NONE, "" },
	/* What programs write: Thunderbird, Google, Apple, Outlook. */
	{ "An Peeters heeft uw uitnodiging aanvaard.", ACCEPTED,
	    ANSWER_CLEAR, VERB_ACCEPT, "" },
	{ "Els Claes <els@clb.example> has accepted your event invitation.",
	    ACCEPTED, ANSWER_CLEAR, VERB_ACCEPT, "" },
	{ "Els Claes a d\303\251clin\303\251 votre invitation.", DECLINED,
	    ANSWER_CLEAR, VERB_DECLINE, "Geen tijd" },
	{ "An Peeters has accepted this invitation.", ACCEPTED, ANSWER_CLEAR,
	    VERB_ACCEPT, "" },
	{ "An Peeters heeft deze uitnodiging geaccepteerd.\n\nUitnodiging van"
	    " Google Agenda: https://calendar.google.com/calendar/",
	    ACCEPTED, ANSWER_CLEAR, VERB_ACCEPT, "" },
	{ "Els a accept\303\251 cette invitation.", ACCEPTED, ANSWER_CLEAR,
	    VERB_ACCEPT, "" },
	{ "Els Claes has declined the invitation to the event: Overleg",
	    DECLINED, ANSWER_CLEAR, VERB_DECLINE, "Geen tijd" },
	{ "Geaccepteerd: Overleg", ACCEPTED, ANSWER_CLEAR, VERB_ACCEPT, "" },
	{ "Accepted: Overleg\n\nWanneer: maandag 14:00-16:00", ACCEPTED,
	    ANSWER_CLEAR, VERB_ACCEPT, "" },
	{ "Geweigerd: Overleg", DECLINED, ANSWER_CLEAR, VERB_DECLINE,
	    "Geen tijd" },
	{ "Declined: Overleg", DECLINED, ANSWER_CLEAR, VERB_DECLINE,
	    "Geen tijd" },
	{ "Els Claes\nOverleg\nGeaccepteerd", ACCEPTED, ANSWER_CLEAR,
	    VERB_ACCEPT, "" },
	/* In French that is what a person writes too, with what takes it
	 * back behind it: a doubt. */
	{ "Accept\303\251 : R\303\251union", ACCEPTED, ANSWER_UNCLEAR,
	    VERB_NONE, "" },
	/* Our own mail below, as a quote. */
	{ "> AANVAARD " "\n> WEIGER\n", ACCEPTED, ANSWER_CLEAR, VERB_ACCEPT,
	    "" },
};

/* Clear or not: it says which invitation the mail is about. */
static bool
is_reply_to_us(const char *calendar)
{
	return strstr(calendar, "METHOD:REPLY") != NULL &&
	    strstr(calendar, UID) != NULL;
}

static void
test_text_and_calendar_together(void **state)
{
	struct buf mail;
	size_t i;

	(void)state;
	buf_init(&mail, 64 * 1024);
	for (i = 0; i < sizeof(merges) / sizeof(merges[0]); i++) {
		build(&mail, merges[i].text, merges[i].calendar, "", NULL);
		expect_answer(&mail, merges[i].text, merges[i].answer,
		    merges[i].verb, merges[i].words,
		    is_reply_to_us(merges[i].calendar));
	}
	buf_free(&mail);
}

#define CRLF_BASE64							\
	"QkVHSU46VkNBTEVOREFSDQpWRVJTSU9OOjIuMA0KTUVUSE9EOlJFUExZDQpCRUdJ"	\
	"TjpWRVZFTlQNClVJRDozZjljMmI3ZTQxZDhhNjA1OWI3YzFlMmQ0ZjYwYThiMw0K"	\
	"U0VRVUVOQ0U6Mw0KQVRURU5ERUU7UEFSVFNUQVQ9QUNDRVBURUQ6bWFpbHRvOmVs"	\
	"c0BDTEIuZXhhbXBsZQ0KRU5EOlZFVkVOVA0KRU5EOlZDQUxFTkRBUg0K\n"

static void
test_copies_of_a_calendar(void **state)
{
	static const struct {
		const char *type, *file;
		enum answer answer;
		uint32_t flags, attachments;
	} cases[] = {
		{ "", NULL, ANSWER_CLEAR, 0, 0 },
		{ "text/calendar", ACCEPTED, ANSWER_CLEAR, 0, 1 },
		{ "text/calendar", DECLINED, ANSWER_UNCLEAR, 0, 1 },
		{ "text/calendar", REQUEST, ANSWER_UNCLEAR, 0, 1 },
		{ "application/ics", ACCEPTED, ANSWER_CLEAR, 0, 0 },
		{ "application/ics\nContent-Transfer-Encoding: base64\nX-y: x",
		    CRLF_BASE64, ANSWER_CLEAR, 0, 0 },
		{ "text/calendar\nContent-Transfer-Encoding: base64\nX-y: x",
		    CRLF_BASE64, ANSWER_CLEAR, 0, 1 },
		{ "application/ics", DECLINED, ANSWER_CLEAR, MAIL_FORBIDDEN,
		    1 },
		{ "text/plain", DECLINED, ANSWER_CLEAR, 0, 1 },
	};
	struct reading r;
	struct buf mail;
	size_t i;

	(void)state;
	buf_init(&mail, 64 * 1024);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		build(&mail, "", ACCEPTED, cases[i].type, cases[i].file);
		read_entity(&r, (const char *)mail.p, mail.len);
		if (r.f.answer != cases[i].answer ||
		    r.f.attachments != cases[i].attachments ||
		    (r.f.flags & MAIL_FORBIDDEN) != cases[i].flags)
			fail_msg("%zu %s: answer %u, %u files, flags %x", i,
			    cases[i].type, r.f.answer, r.f.attachments,
			    r.f.flags);
		free(r.out);
	}
	buf_free(&mail);
}

/* Copied out of the letter with its indentation, or not; and not a word more
 * or less. */
static void
test_an_approval_word_for_word(void **state)
{
#define CODE "AKKOORD 4F7K-29QD-XM3A"
#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789ABCDEF"
#define NBSP "\302\240"
	static const struct {
		const char *text;
		enum answer answer;
		unsigned attested;
	} cases[] = {
		{ CODE "\n" FICHE_ATTESTATION "\n" HEX "\n", ANSWER_CLEAR, 1 },
		{ NBSP " " CODE "\n" NBSP " " FICHE_ATTESTATION "\n" NBSP " "
		    HEX "\n", ANSWER_CLEAR, 1 },
		{ CODE NBSP "\n" NBSP "\n" FICHE_ATTESTATION NBSP "\n" NBSP
		    NBSP "\n" HEX NBSP "\n" NBSP "\n", ANSWER_CLEAR, 1 },
		{ CODE "\n" FICHE_ATTESTATION "\n" HEX "\n\nBeste groeten\nAn",
		    ANSWER_CLEAR, 1 },
		{ NBSP CODE "\n" NBSP FICHE_ATTESTATION " ja\n" NBSP HEX "\n",
		    ANSWER_UNCLEAR, 0 },
		{ NBSP CODE "\n" NBSP HEX "\n" NBSP FICHE_ATTESTATION "\n",
		    ANSWER_UNCLEAR, 0 },
		{ NBSP CODE "\n" NBSP FICHE_ATTESTATION "\n" NBSP HEX "\n"
		    NBSP "x\n", ANSWER_UNCLEAR, 0 },
		{ NBSP CODE "?\n" NBSP FICHE_ATTESTATION "\n" NBSP HEX "\n",
		    ANSWER_UNCLEAR, 0 },
	};
	struct reading r;
	char mail[512];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		(void)snprintf(mail, sizeof(mail), "Content-Type: text/plain;"
		    " charset=utf-8\n\n%s", cases[i].text);
		read_entity(&r, mail, strlen(mail));
		/* A doubt names nobody's approval. */
		if (r.f.answer != cases[i].answer || (r.f.answer ==
		    ANSWER_CLEAR && (r.f.attested != cases[i].attested ||
		    strcasecmp(r.f.digest, HEX) != 0)))
			fail_msg("%zu: %u %u %s", i, r.f.answer,
			    r.f.attested, r.f.digest);
		assert_int_equal(r.n, 0);
		free(r.out);
	}
#undef CODE
#undef HEX
#undef NBSP
}

/* What a referral is does not hang on what is attached to it. */
static void
test_a_calendar_changes_no_referral(void **state)
{
	static const char form[] = "1. versie en taal: 1\n4. mandaat: ja\n"
	    "7. aanwijzingen: x\n14. toestemming: ja\n";
	struct reading r;
	struct buf mail;

	(void)state;
	buf_init(&mail, 64 * 1024);
	build(&mail, form, ACCEPTED, "application/ics", REQUEST);
	read_entity(&r, (const char *)mail.p, mail.len);
	assert_int_equal(r.f.form, FORM_REFERRAL);
	assert_int_equal(r.f.answer, ANSWER_NONE);
	assert_int_equal(r.f.attachments, 1);
	assert_int_equal(r.f.flags & MAIL_FORBIDDEN, MAIL_FORBIDDEN);
	free(r.out);
	/* Beside what is no answer, the file is what it always was. */
	build(&mail, "Zie bijlage", REQUEST, "application/ics", REQUEST);
	read_entity(&r, (const char *)mail.p, mail.len);
	assert_int_equal(r.f.answer, ANSWER_UNCLEAR);
	assert_int_equal(r.f.attachments, 1);
	assert_int_equal(r.f.flags & MAIL_FORBIDDEN, MAIL_FORBIDDEN);
	free(r.out);
	buf_free(&mail);
}

/* Of each program, alone and attached. */
static void
test_answers_of_calendar_programs(void **state)
{
	static const struct {
		const char *file;
		enum answer answer;
		enum verb verb;
		const char *begins;
	} files[] = {
		{ "apple", ANSWER_CLEAR, VERB_ACCEPT, "Ik kom heel graag" },
		{ "gmail", ANSWER_CLEAR, VERB_DECLINE, "Niet onze leerling" },
		{ "thunderbird", ANSWER_CLEAR, VERB_ACCEPT, "" },
		{ "outlook-desktop", ANSWER_CLEAR, VERB_DECLINE, "Onze" },
		{ "outlook-web", ANSWER_UNCLEAR, VERB_NONE, "" },
		{ "korganizer", ANSWER_UNCLEAR, VERB_NONE, "" },
	};
	const char *top = getenv("srcdir");
	char path[512], p[16 * 1024];
	struct reading r;
	FILE *in;
	size_t i, n, head;

	(void)state;
	head = (size_t)snprintf(p, sizeof(p), "Content-Type: text/calendar;"
	    " method=REPLY; charset=UTF-8\n\n");
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		(void)snprintf(path, sizeof(path),
		    "%s/tests/corpus/calendar/%s.ics", top == NULL ? "." :
		    top, files[i].file);
		in = fopen(path, "rb");
		assert_non_null(in);
		n = head + fread(p + head, 1, sizeof(p) - head, in);
		fclose(in);
		read_entity(&r, p, n);
		n = strlen(files[i].begins);
		if (r.f.answer != files[i].answer ||
		    r.f.verb != files[i].verb || r.f.words.len < n ||
		    (r.f.words.len > 0) != (n > 0) || (n > 0 &&
		    memcmp(r.out + r.f.words.off, files[i].begins, n) != 0))
			fail_msg("%s: %u %u", files[i].file, r.f.answer,
			    r.f.verb);
		assert_string_equal(r.f.uid, UID);
		free(r.out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_are_clean_utf8),
		cmocka_unit_test(test_only_some_verbs_take_words),
		cmocka_unit_test(test_long_words_are_a_doubt),
		cmocka_unit_test(test_flowed_paragraphs_are_lines),
		cmocka_unit_test(test_html_as_lines),
		cmocka_unit_test(test_the_one_key_that_is_attached),
		cmocka_unit_test(test_a_key_past_the_limit_is_none),
		cmocka_unit_test(test_words_and_key_stand_behind_each_other),
		cmocka_unit_test(test_one_field_of_the_form),
		cmocka_unit_test(test_a_form_is_read_for_its_verb_only),
		cmocka_unit_test(test_text_and_calendar_together),
		cmocka_unit_test(test_copies_of_a_calendar),
		cmocka_unit_test(test_an_approval_word_for_word),
		cmocka_unit_test(test_a_calendar_changes_no_referral),
		cmocka_unit_test(test_answers_of_calendar_programs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
