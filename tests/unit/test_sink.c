/*
 * The guard at the door (security.md T42): of all the ways to damage a sealed
 * mail none leaves the house. And the Maildir sink, which never doubles a mail.
 */
#define _XOPEN_SOURCE 700
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/address.h"
#include "base/buf.h"
#include "base/memfd.h"
#include "transport/packets.h"
#include "transport/sink.h"

#define RCPT	"burgemeester@gent.test"
#define HEADER								\
	"From: <livc@gent.test>\r\n"					\
	"To: <burgemeester@gent.test>\r\n"				\
	"Date: Mon, 23 Nov 2026 04:29:16 +0000\r\n"			\
	"Message-ID: <a1b2.c3@gent.test>\r\n"				\
	"Subject: [...]\r\n"						\
	"Auto-Submitted: auto-generated\r\n"				\
	"MIME-Version: 1.0\r\n"
#define ENVELOPE							\
	"Content-Type: multipart/encrypted;\r\n"			\
	"\tprotocol=\"application/pgp-encrypted\";\r\n"			\
	"\tboundary=\"=bound\"\r\n"					\
	"\r\n"								\
	"--=bound\r\n"							\
	"Content-Type: application/pgp-encrypted\r\n"			\
	"\r\n"								\
	"Version: 1\r\n"						\
	"\r\n"								\
	"--=bound\r\n"							\
	"Content-Type: application/octet-stream; name=\"a.asc\"\r\n"	\
	"Content-Disposition: inline; filename=\"a.asc\"\r\n"		\
	"\r\n"								\
	"-----BEGIN PGP MESSAGE-----\r\n"				\
	"\r\n"
#define TAIL								\
	"=AAAA\r\n"							\
	"-----END PGP MESSAGE-----\r\n"					\
	"\r\n"								\
	"--=bound--\r\n"
#define NOTICE_TYPE							\
	"Content-Type: multipart/signed; micalg=pgp-sha512;\r\n"	\
	"\tprotocol=\"application/pgp-signature\"; boundary=\"=b\"\r\n"	\
	"\r\n"								\
	"--=b\r\n"
#define NOTICE_END							\
	"\r\n--=b\r\n"							\
	"Content-Type: application/pgp-signature; name=\"s.asc\"\r\n"	\
	"\r\n"								\
	"-----BEGIN PGP SIGNATURE-----\r\n"				\
	"\r\n"								\
	"iQIzBAAB\r\n"							\
	"=AAAA\r\n"							\
	"-----END PGP SIGNATURE-----\r\n"				\
	"\r\n--=b--\r\n"
#define TEXT	"Content-Type: text/plain; charset=utf-8\r\n\r\nBeste,\r\n"
#define NOTICE	HEADER NOTICE_TYPE TEXT NOTICE_END

/* ---- making mails ---- */

static void
base64(struct buf *b, const uint8_t *p, size_t n)
{
	static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	uint32_t v;
	size_t i, k;

	for (i = 0; i < n; i += 3) {
		v = (uint32_t)p[i] << 16;
		v |= i + 1 < n ? (uint32_t)p[i + 1] << 8 : 0;
		v |= i + 2 < n ? p[i + 2] : 0;
		for (k = 0; k < 4; k++)
			buf_putc(b, i + k > n ? '=' :
			    set[(v >> (18 - 6 * k)) & 63]);
		if (i % 48 == 45)
			buf_puts(b, "\r\n");
	}
	if (n % 48 != 0)
		buf_puts(b, "\r\n");
}

/* A whole sealed mail around these packets. */
static void
seal(struct buf *b, const void *packets, size_t n)
{
	buf_reset(b);
	buf_puts(b, HEADER ENVELOPE);
	base64(b, packets, n);
	buf_puts(b, TAIL);
	assert_int_equal(buf_error(b), GW_OK);
}

#define PKESK	"\x84\x05\x03" "abcd"
#define SEIPD	"\xd2\x06\x01hello"

static void
seal_usual(struct buf *b)
{
	seal(b, PKESK SEIPD, sizeof(PKESK SEIPD) - 1);
}

static bool
leaves(const char *p, size_t n, bool clear)
{
	/* A copy of its own size, so that ASAN sees a byte read too many. */
	uint8_t *copy = malloc(n > 0 ? n : 1);
	bool may;

	assert_non_null(copy);
	memcpy(copy, p, n);
	may = sink_may_leave(copy, n, RCPT, clear);
	free(copy);
	return may;
}

/* ---- the guard ---- */

static void
a_sealed_mail_leaves(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 100000);
	seal_usual(&b);
	assert_true(leaves(buf_str(&b), b.len, false));
	assert_true(leaves(buf_str(&b), b.len, true));
	buf_free(&b);
}

static void
a_mail_for_another_stays(void **state)
{
	static const char *const rcpts[] = {
		"", "burgemeester@gent.tes", "Burgemeester@gent.test",
		"burgemeester@gent.test, x@y.test", "x@gent.test",
		"<burgemeester@gent.test>", "burgemeester@gent.test ",
	};
	struct buf b;
	size_t i;

	(void)state;
	buf_init(&b, 100000);
	seal_usual(&b);
	for (i = 0; i < sizeof(rcpts) / sizeof(rcpts[0]); i++)
		assert_false(sink_may_leave(b.p, b.len, rcpts[i], false));
	assert_true(sink_may_leave(b.p, b.len, "burgemeester@GENT.test",
	    false));
	buf_free(&b);
}

/* Half of an encrypted mail is no encrypted mail, wherever it is cut. */
static void
no_beginning_of_a_sealed_mail_leaves(void **state)
{
	struct buf b;
	size_t n;

	(void)state;
	buf_init(&b, 100000);
	seal_usual(&b);
	for (n = 0; n < b.len; n++) {
		assert_false(leaves(buf_str(&b), n, false));
		assert_false(leaves(buf_str(&b), n, true));
	}
	buf_free(&b);
}

/* Whether a line may be missing, and may stand twice. */
static bool
is_optional(const char *line)
{
	return strncmp(line, "\r\n", 2) == 0 || strncmp(line, "=AAAA", 5) == 0 ||
	    strncmp(line, "Auto-Submitted", 14) == 0 ||
	    strncmp(line, "Content-Disposition", 19) == 0;
}

static size_t
line_len(const char *p)
{
	return (size_t)(strchr(p, '\n') - p) + 1;
}

static void
a_line_less_or_more_and_it_stays(void **state)
{
	static const char *const extra[] = {
		"Het gaat over iemand.\r\n", "To: <x@y.test>\r\n",
		"Cc: <x@y.test>\r\n", "Bcc: <x@y.test>\r\n",
		"Resent-To: <x@y.test>\r\n", "X-Naam: Jan\r\n", "a: b\r\n",
		"--=bound\r\n", "--=bound--\r\n", "--=boundx\r\n", ".\n",
		"\n", "\r", "caf\xc3\xa9\r\n", "-----END PGP MESSAGE-----\r\n",
		"-----BEGIN PGP MESSAGE-----\r\n", "Content-Type: text/plain\r\n",
		"aGV0IGdhYXQgb3ZlciBpZW1hbmQ=\r\n", "Comment: iemand\r\n",
	};
	const size_t extras = sizeof(extra) / sizeof(extra[0]);
	size_t at, i, len, tried = 0;
	struct buf good, b;

	(void)state;
	buf_init(&good, 100000);
	buf_init(&b, 100000);
	seal_usual(&good);
	for (at = 0; at <= good.len; at += len) {
		len = at < good.len ? line_len(buf_str(&good) + at) : 1;
		for (i = 0; i < extras; i++, tried++) {
			buf_reset(&b);
			buf_add(&b, good.p, at);
			buf_puts(&b, extra[i]);
			buf_add(&b, good.p + at, good.len - at);
			assert_false(leaves(buf_str(&b), b.len, false));
			assert_false(leaves(buf_str(&b), b.len, true));
		}
		if (at == good.len || is_optional(buf_str(&good) + at))
			continue;
		/* Without this line. */
		buf_reset(&b);
		buf_add(&b, good.p, at);
		buf_add(&b, good.p + at + len, good.len - at - len);
		assert_false(leaves(buf_str(&b), b.len, true));
		/* And with it twice. */
		buf_reset(&b);
		buf_add(&b, good.p, at + len);
		buf_add(&b, good.p + at, good.len - at);
		assert_false(leaves(buf_str(&b), b.len, true));
		tried += 2;
	}
	assert_true(tried > 500);
	buf_free(&b);
	buf_free(&good);
}

/* T20: CRLF and nothing else ends a line; nothing but ASCII. */
static void
no_byte_of_another_kind_leaves(void **state)
{
	static const uint8_t bytes[] = { 0, 1, 7, 8, 11, 12, 27, 0x7f, 0x80,
	    0xff };
	size_t at, i, tried = 0;
	struct buf b;
	uint8_t old;

	(void)state;
	buf_init(&b, 100000);
	seal_usual(&b);
	for (at = 0; at < b.len; at++) {
		old = b.p[at];
		for (i = 0; i < sizeof(bytes); i++, tried++) {
			b.p[at] = bytes[i];
			assert_false(leaves((char *)b.p, b.len, true));
		}
		if (old == '\r' || old == '\n') {
			b.p[at] = ' ';
			assert_false(leaves((char *)b.p, b.len, false));
			b.p[at] = old == '\r' ? '\n' : '\r';
			assert_false(leaves((char *)b.p, b.len, false));
		}
		b.p[at] = old;
	}
	assert_true(tried > 5000);
	assert_true(leaves((char *)b.p, b.len, false));
	buf_free(&b);
}

/* What the armor holds must be encrypted, whole, to one key. */
static void
only_an_encrypted_message_to_one_key_leaves(void **state)
{
	static const struct {
		const char *what;
		const char *p;
		size_t n;
		bool leaves;
	} cases[] = {
#define CASE(what, s, yes) { what, s, sizeof(s) - 1, yes }
		CASE("one key, data", PKESK SEIPD, true),
		CASE("OCB data", PKESK "\xd4\x02xx", true),
		CASE("new format key", "\xc1\x05\x03" "abcd" SEIPD, true),
		CASE("two byte length", "\x85\x00\x05\x03" "abcd" SEIPD, true),
		CASE("two runs", PKESK "\xd2\xe1" "ab" "\x03" "cde", true),
		CASE("a run and 0", PKESK "\xd2\xe1" "ab" "\x00", true),
		CASE("five byte length", PKESK "\xd2\xff\0\0\0\2ab", true),
		CASE("nothing", "", false),
		CASE("only a key", PKESK, false),
		CASE("only data", SEIPD, false),
		CASE("two keys", PKESK PKESK SEIPD, false),
		CASE("key after data", SEIPD PKESK, false),
		CASE("data twice", PKESK SEIPD SEIPD, false),
		CASE("literal", "\xcb\x08\x62\0\0\0\0\0hi", false),
		CASE("literal behind", PKESK SEIPD "\xcb\x08\x62\0\0\0\0\0hi",
		    false),
		CASE("compressed", "\xc8\x03\x01hi", false),
		CASE("one-pass signature", "\xc4\x02hi", false),
		CASE("signature", "\xc2\x02hi", false),
		CASE("passphrase", "\xc3\x02hi" SEIPD, false),
		CASE("key and passphrase", PKESK "\xc3\x02hi" SEIPD, false),
		CASE("no integrity", PKESK "\xc9\x02hi", false),
		CASE("marker", "\xca\x03PGP" PKESK SEIPD, false),
		CASE("data too short", PKESK "\xd2\x09\x01hello", false),
		CASE("half a header", PKESK "\xd2", false),
		CASE("half a length", PKESK "\xd2\xff\0\0", false),
		CASE("a run and no end", PKESK "\xd2\xe1" "ab", false),
		CASE("old, no length", PKESK "\xcb\0", false),
		CASE("no packet", PKESK SEIPD "x", false),
		CASE("text", "Het gaat over iemand", false),
#undef CASE
	};
	struct buf b;
	size_t i;

	(void)state;
	buf_init(&b, 100000);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		seal(&b, cases[i].p, cases[i].n);
		if (leaves(buf_str(&b), b.len, false) != cases[i].leaves)
			fail_msg("%s", cases[i].what);
	}
	buf_free(&b);
}

/* A length that only the end of the file tells, RFC 9580 4.2.2. */
static void
an_open_ended_packet_stays(void **state)
{
	struct packets k = { 0 };

	(void)state;
	/* 84 05 03 'abcd' | 'K' = old format, tag 2, indeterminate */
	assert_true(packets_line(&k, "hAUDYWJj", 8));
	assert_false(packets_line(&k, "ZIs=", 4) && packets_line(&k, "AAAA", 4));
	assert_false(packets_encrypted_to_one(&k));
}

static void
base64_is_strict(void **state)
{
	static const char *const lines[] = {
		"", "AAA", "AA=A", "A===", "=AAA", "AAAA=AAA", "AA A", "AA-A",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	};
	struct packets k;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		k = (struct packets){ .skip = 1000 };
		assert_false(packets_line(&k, lines[i], strlen(lines[i])));
	}
	k = (struct packets){ .skip = 1000 };
	assert_true(packets_line(&k, "AAA=", 4));
	assert_int_equal(k.skip, 998);
	assert_false(packets_line(&k, "AAAA", 4));
}

/* A mail of 30 MB in the runs that gpg makes. */
static void
a_large_mail_leaves(void **state)
{
	const size_t runs = 30 * 128, run = 8192;
	struct buf packets, b;
	char *space = calloc(1, run);
	size_t i;

	(void)state;
	assert_non_null(space);
	buf_init(&packets, 64u << 20);
	buf_init(&b, 64u << 20);
	buf_add(&packets, PKESK "\xd2", sizeof(PKESK "\xd2") - 1);
	for (i = 0; i < runs; i++) {
		buf_putc(&packets, (char)0xed);
		buf_add(&packets, space, run);
	}
	buf_putc(&packets, 0);
	seal(&b, packets.p, packets.len);
	assert_true(sink_may_leave(b.p, b.len, RCPT, false));
	free(space);
	buf_free(&packets);
	buf_free(&b);
}

/* The header says what it must, and nothing of what is inside. */
static void
each_field_is_checked(void **state)
{
	static const struct {
		const char *from, *to;
		bool leaves;
	} cases[] = {
		{ "To: <burgemeester@gent.test>", "To: burgemeester@gent.test",
		    true },
		{ "To: <", "To:\r\n <", true },
		{ "To: <", "TO: <", true },
		{ "To: <", "To : <", false },
		{ "To: <", "To: Jan <", false },
		{ "test>\r\nDate", "test>, <x@y.test>\r\nDate", false },
		{ "test>\r\nDate", "test>\r\n , <x@y.test>\r\nDate", false },
		{ "Subject: [...]", "Subject: Jan", false },
		{ "Subject: [...]", "Subject: [...] Jan", false },
		{ "MIME-Version: 1.0", "MIME-Version: 2.0", false },
		{ "multipart/encrypted", "multipart/mixed", false },
		{ "multipart/encrypted", "Multipart/Encrypted", true },
		{ "multipart/encrypted;", "multipart/encryptedx;", false },
		{ "application/pgp-encrypted\";", "application/x\";", false },
		{ "boundary=\"=bound\"", "boundary=\"=other\"", false },
		{ "boundary=\"=bound\"", "boundary=\"\"", false },
		{ "boundary=\"=bound\"", "boundary=\"=bound\"; x=y", false },
		{ "boundary=\"=bound\"", "boundary=a; boundary=\"=bound\"",
		    false },
		{ "Version: 1\r\n", "Version: 2\r\n", false },
		{ "Version: 1\r\n", "Version: 1\r\nGeheim\r\n", false },
		{ "application/octet-stream;", "text/plain;", false },
		{ "PGP MESSAGE-----\r\n\r\n", "PGP MESSAGE-----\r\n"
		    "Comment: Jan\r\n\r\n", false },
		{ "PGP MESSAGE-----\r\n\r\n--", "PGP MESSAGE-----\r\n\r\n \r\n"
		    "\t\r\n\r\n--", true },
		{ "PGP MESSAGE-----\r\n\r\n--", "PGP MESSAGE-----\r\nJan\r\n--",
		    false },
	};
	struct buf good, b;
	size_t i, at;
	char *found;

	(void)state;
	buf_init(&good, 100000);
	buf_init(&b, 100000);
	seal_usual(&good);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		found = strstr(buf_str(&good), cases[i].from);
		assert_non_null(found);
		at = (size_t)(found - (char *)good.p);
		buf_reset(&b);
		buf_add(&b, good.p, at);
		buf_puts(&b, cases[i].to);
		at += strlen(cases[i].from);
		buf_add(&b, good.p + at, good.len - at);
		if (leaves(buf_str(&b), b.len, false) != cases[i].leaves)
			fail_msg("%s -> %s", cases[i].from, cases[i].to);
	}
	buf_free(&good);
	buf_free(&b);
}

/* T02, T39, T42 of domain.md: a short signed text, and only when the row says
 * that it may be clear. */
static void
a_notice_leaves_only_as_a_notice(void **state)
{
	static const struct {
		const char *mail;
		bool leaves;
	} cases[] = {
		{ NOTICE, true },
		{ HEADER NOTICE_TYPE
		    "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"
		    TEXT "--x--\r\n" NOTICE_END, true },
		{ HEADER NOTICE_TYPE
		    "Content-Type: message/rfc822\r\n\r\nA: b\r\n" NOTICE_END,
		    false },
		{ HEADER NOTICE_TYPE
		    "Content-Type: application/pdf\r\n\r\nx\r\n" NOTICE_END,
		    false },
		{ HEADER NOTICE_TYPE TEXT "--=b\r\n" TEXT NOTICE_END, false },
		{ HEADER NOTICE_TYPE TEXT NOTICE_END "Jan\r\n", false },
		{ HEADER TEXT, false },
		{ HEADER "\r\nJan\r\n", false },
		{ "Subject: Jan\r\n\r\nJan\r\n", false },
		{ "", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(leaves(cases[i].mail, strlen(cases[i].mail),
		    true), cases[i].leaves);
		assert_false(leaves(cases[i].mail, strlen(cases[i].mail),
		    false));
	}
}

static void
a_long_notice_stays(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 2 * LIM_NOTICE);
	buf_puts(&b, HEADER NOTICE_TYPE TEXT);
	while (b.len < LIM_NOTICE)
		buf_puts(&b, "Nog een regel.\r\n");
	buf_puts(&b, NOTICE_END);
	assert_false(leaves(buf_str(&b), b.len, true));
	buf_free(&b);
}

static void
message_ids_are_read_strictly(void **state)
{
	static const struct {
		const char *header, *id;
	} cases[] = {
		{ "Message-ID: <a@b.test>\r\n\r\n", "<a@b.test>" },
		{ "a: b\r\nmessage-id:\r\n <a@b.test> \r\n\r\n", "<a@b.test>" },
		{ "a: b\r\n\r\nMessage-ID: <a@b.test>\r\n", NULL },
		{ "Message-ID: <a@b.test>\r\nMessage-ID: <c@d.test>\r\n\r\n",
		    NULL },
		{ "Message-ID: <a@b.test> <c@d.test>\r\n\r\n", NULL },
		{ "Message-ID: a@b.test\r\n\r\n", NULL },
		{ "Message-ID: <>\r\n\r\n", NULL },
		{ "Message-ID: <a@b.test>\n\n", NULL },
		{ "Message-ID: <a@b.test>\r\n", NULL },
	};
	char id[LIM_MSGID + 1];
	size_t i;
	bool ok;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ok = sink_message_id((const uint8_t *)cases[i].header,
		    strlen(cases[i].header), id);
		assert_int_equal(ok, cases[i].id != NULL);
		assert_string_equal(id, ok ? cases[i].id : "");
	}
}

/* ---- the Maildir sink ---- */

/* ---- who may be written to ---- */

#define LTF	"Ltf.Gent@politie.test"

static void
only_a_dispatch_reaches_the_ltf(void **state)
{
	static const struct {
		const char *rcpt;
		bool plain, dispatch;	/* what may go there */
	} rows[] = {
		{ LTF, false, true },
		{ "Ltf.Gent@POLITIE.test", false, true },
		/* Not as configured: no dispatch, and no other mail. */
		{ "ltf.gent@politie.test", false, false },
		{ "LTF.GENT@POLITIE.TEST", false, false },
		{ RCPT, true, false },
		{ "livc@gent.test", true, false },
		{ "Ltf.Gent@politie.test.example", true, false },
		{ "xLtf.Gent@politie.test", true, false },
		/* No canonical address: nothing at all. */
		{ "", false, false },
		{ "<" LTF ">", false, false },
		{ LTF ".", false, false },
		{ LTF " ", false, false },
		{ " " LTF, false, false },
		{ "\"Ltf.Gent\"@politie.test", false, false },
		{ "Ltf.Gent@politie.test," RCPT, false, false },
		{ "(x)" LTF, false, false },
		{ LTF "\r\nRCPT TO:<" LTF ">", false, false },
		{ "@a.test:" LTF, false, false },
	};
	static struct conf conf, none;
	size_t i;

	(void)state;
	conf_defaults(&conf);
	conf_defaults(&none);
	(void)snprintf(conf.ltf_address, sizeof(conf.ltf_address), "%s", LTF);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (sink_may_address(&conf, rows[i].rcpt, false) !=
		    rows[i].plain ||
		    sink_may_address(&conf, rows[i].rcpt, true) !=
		    rows[i].dispatch)
			fail_msg("%s", rows[i].rcpt);
		/* Where nobody is configured nothing can be dispatched. */
		assert_false(sink_may_address(&none, rows[i].rcpt, true));
	}
	assert_true(sink_may_address(&none, LTF, false));
	assert_false(sink_may_address(&none, "", true));
}

/* A small generator, so that a failure comes again. */
static uint32_t
chance(uint64_t *seed, uint32_t below)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*seed >> 33) % below;
}

/* An address of a row: the LTF's, one near it, or anybody's. */
static void
any_address(uint64_t *seed, char out[LIM_ADDR + 1])
{
	static const char *const bases[] = { LTF, LTF, LTF, RCPT,
	    "ltf@politie.test", "Ltf.Gent@gent.test" };
	static const char letters[] = "aAlLtT.@+<> \"\r\n,;%!";
	size_t i, n, changes;

	(void)snprintf(out, LIM_ADDR + 1, "%s", bases[chance(seed, 6)]);
	n = strlen(out);
	if (chance(seed, 3) == 0) {
		for (i = 0; i < n; i++)
			if (chance(seed, 2) == 0)
				out[i] = (char)toupper((unsigned char)out[i]);
	}
	for (changes = chance(seed, 3); changes > 0; changes--)
		out[chance(seed, (uint32_t)n)] =
		    letters[chance(seed, sizeof(letters) - 1)];
}

/*
 * Rows of an outbox as no code of ours would write them: whatever the kind,
 * flags and address, what passes for the LTF is a dispatch to exactly the
 * configured address, and what is a dispatch goes nowhere else.
 */
static void
no_row_reaches_the_ltf_but_a_dispatch(void **state)
{
	char rcpt[LIM_ADDR + 1], canonical[LIM_ADDR + 1];
	unsigned dispatched = 0, refused = 0, others = 0, i;
	static struct conf conf;
	uint64_t seed = 20261125;
	bool dispatch, may, near;

	(void)state;
	conf_defaults(&conf);
	(void)snprintf(conf.ltf_address, sizeof(conf.ltf_address), "%s", LTF);
	for (i = 0; i < 1000000; i++) {
		any_address(&seed, rcpt);
		dispatch = chance(&seed, 2) == 0;
		may = sink_may_address(&conf, rcpt, dispatch);
		near = strcasecmp(rcpt, LTF) == 0;
		if (may && (near || dispatch)) {
			assert_true(near && dispatch);
			assert_true(address_canonical(rcpt, canonical));
			assert_string_equal(canonical, LTF);
			dispatched++;
		} else if (may) {
			others++;
		} else {
			refused++;
		}
	}
	/* The generator did reach all three. */
	assert_true(dispatched > 1000 && refused > 1000 && others > 1000);
}

struct fixture {
	char dir[64];
	struct conf conf;
	struct sink *sink;
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	(void)snprintf(f->dir, sizeof(f->dir), "/tmp/mdXXXXXX");
	assert_non_null(mkdtemp(f->dir));
	(void)snprintf(f->conf.sink_path, sizeof(f->conf.sink_path), "%s",
	    f->dir);
	assert_int_equal(sink_maildir.open(&f->conf, &f->sink), GW_OK);
	*state = f;
	return 0;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	sink_maildir.close(f->sink);
	(void)nftw(f->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(f);
	return 0;
}

static enum submit_result
put(struct fixture *f, const char *mail, const char *rcpt)
{
	struct msg_submitted out;
	struct msg m;

	msg_init(&m, MSG_submit);
	(void)snprintf(m.u.submit.rcpt, sizeof(m.u.submit.rcpt), "%s", rcpt);
	assert_int_equal(memfd_from(mail, strlen(mail), &m.u.submit.mail),
	    GW_OK);
	sink_maildir.send(f->sink, &m.u.submit, &out);
	msg_close(&m);
	assert_int_equal(out.code, 0);
	return (enum submit_result)out.result;
}

/* How many files in one directory; the name of the last one. */
static size_t
count(const struct fixture *f, const char *dir, char name[512])
{
	char path[300];
	struct dirent *e;
	size_t n = 0;
	DIR *d;

	(void)snprintf(path, sizeof(path), "%s/%s", f->dir, dir);
	d = opendir(path);
	if (d == NULL)
		return 0;
	while ((e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		(void)snprintf(name, 512, "%s/%.200s", path, e->d_name);
		n++;
	}
	closedir(d);
	return n;
}

#define MAIL(id) "A: b\r\nMessage-ID: <" id ">\r\n\r\nx\r\n.\r\n"

static void
a_mail_is_filed_by_recipient_with_lf(void **state)
{
	static const char wanted[] =
	    "A: b\nMessage-ID: <1@a.test>\n\nx\n.\n";
	struct fixture *f = *state;
	char name[512], text[100];
	struct stat st;
	ssize_t n;
	int fd;

	assert_int_equal(put(f, MAIL("1@a.test"), "a@b.test"), SUBMIT_SENT);
	assert_int_equal(count(f, "a@b.test/new", name), 1);
	fd = open(name, O_RDONLY);
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	n = read(fd, text, sizeof(text));
	close(fd);
	assert_int_equal(n, sizeof(wanted) - 1);
	assert_memory_equal(text, wanted, sizeof(wanted) - 1);
	assert_int_equal(count(f, "a@b.test/tmp", name), 0);
}

/* After a crash core submits again: T45, nothing doubled. */
static void
a_mail_submitted_again_is_not_doubled(void **state)
{
	struct fixture *f = *state;
	char name[512], old[512];

	assert_int_equal(put(f, MAIL("1@a.test"), "a@b.test"), SUBMIT_SENT);
	assert_int_equal(put(f, MAIL("1@a.test"), "a@b.test"), SUBMIT_SENT);
	assert_int_equal(count(f, "a@b.test/new", old), 1);
	/* Another is another, and another recipient too. */
	assert_int_equal(put(f, MAIL("1@a.tes"), "a@b.test"), SUBMIT_SENT);
	assert_int_equal(put(f, MAIL("1@a.test"), "c@b.test"), SUBMIT_SENT);
	assert_int_equal(count(f, "a@b.test/new", name), 2);
	assert_int_equal(count(f, "c@b.test/new", name), 1);
	/* Read meanwhile. */
	(void)snprintf(name, sizeof(name), "%s/c@b.test/cur/1@a.test:2,S",
	    f->dir);
	(void)snprintf(old, sizeof(old), "%s/c@b.test/new/1@a.test", f->dir);
	assert_int_equal(rename(old, name), 0);
	assert_int_equal(put(f, MAIL("1@a.test"), "c@b.test"), SUBMIT_SENT);
	assert_int_equal(count(f, "c@b.test/new", name), 0);
	assert_int_equal(count(f, "c@b.test/cur", name), 1);
}

static void
a_leftover_of_a_killed_run_is_no_hindrance(void **state)
{
	struct fixture *f = *state;
	char name[512];
	int fd;

	assert_int_equal(put(f, MAIL("1@a.test"), "a@b.test"), SUBMIT_SENT);
	(void)snprintf(name, sizeof(name), "%s/a@b.test/tmp/2@a.test", f->dir);
	fd = open(name, O_WRONLY | O_CREAT, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "half", 4), 4);
	close(fd);
	assert_int_equal(put(f, MAIL("2@a.test"), "a@b.test"), SUBMIT_SENT);
	assert_int_equal(count(f, "a@b.test/new", name), 2);
	assert_int_equal(count(f, "a@b.test/tmp", name), 0);
}

static void
two_ids_never_share_a_file(void **state)
{
	struct fixture *f = *state;
	char name[512];

	assert_int_equal(put(f, MAIL("a/b@c.test"), "a@b.test"), SUBMIT_SENT);
	assert_int_equal(put(f, MAIL("a=2Fb@c.test"), "a@b.test"),
	    SUBMIT_SENT);
	assert_int_equal(put(f, MAIL("a:b@c.test"), "a@b.test"), SUBMIT_SENT);
	assert_int_equal(put(f, MAIL("..@c.test"), "a@b.test"), SUBMIT_SENT);
	assert_int_equal(count(f, "a@b.test/new", name), 4);
}

static void
what_names_no_maildir_or_no_mail_is_refused(void **state)
{
	static const char *const rcpts[] = {
		"", "..", "../x@y.test", "a/b@c.test", "/tmp/x@y.test", "a",
		"a@b.test/..", "a@B.test", ".a@b.test", "a@b.test\n",
	};
	struct fixture *f = *state;
	char name[512];
	size_t i;

	for (i = 0; i < sizeof(rcpts) / sizeof(rcpts[0]); i++)
		assert_int_equal(put(f, MAIL("1@a.test"), rcpts[i]),
		    SUBMIT_REFUSED);
	assert_int_equal(put(f, "A: b\r\n\r\n", "a@b.test"), SUBMIT_REFUSED);
	assert_int_equal(count(f, ".", name), 0);
}

/* T44: what is not on the disk is not sent. */
static void
trouble_with_the_disk_means_later(void **state)
{
	struct fixture *f = *state;
	char path[512], name[512];

	/* The place of tmp/ is taken by a file. */
	(void)snprintf(path, sizeof(path), "%s/a@b.test", f->dir);
	assert_int_equal(mkdir(path, 0700), 0);
	(void)snprintf(path, sizeof(path), "%s/a@b.test/tmp", f->dir);
	close(open(path, O_WRONLY | O_CREAT, 0600));
	assert_int_equal(put(f, MAIL("1@a.test"), "a@b.test"), SUBMIT_LATER);
	/* A link is no Maildir of ours. */
	(void)snprintf(path, sizeof(path), "%s/c@b.test", f->dir);
	assert_int_equal(symlink("/tmp", path), 0);
	assert_int_equal(put(f, MAIL("1@a.test"), "c@b.test"), SUBMIT_LATER);
	assert_int_equal(count(f, "a@b.test/new", name), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_a_dispatch_reaches_the_ltf),
		cmocka_unit_test(no_row_reaches_the_ltf_but_a_dispatch),
		cmocka_unit_test(a_sealed_mail_leaves),
		cmocka_unit_test(a_mail_for_another_stays),
		cmocka_unit_test(no_beginning_of_a_sealed_mail_leaves),
		cmocka_unit_test(a_line_less_or_more_and_it_stays),
		cmocka_unit_test(no_byte_of_another_kind_leaves),
		cmocka_unit_test(only_an_encrypted_message_to_one_key_leaves),
		cmocka_unit_test(an_open_ended_packet_stays),
		cmocka_unit_test(base64_is_strict),
		cmocka_unit_test(a_large_mail_leaves),
		cmocka_unit_test(each_field_is_checked),
		cmocka_unit_test(a_notice_leaves_only_as_a_notice),
		cmocka_unit_test(a_long_notice_stays),
		cmocka_unit_test(message_ids_are_read_strictly),
		TEST(a_mail_is_filed_by_recipient_with_lf),
		TEST(a_mail_submitted_again_is_not_doubled),
		TEST(a_leftover_of_a_killed_run_is_no_hindrance),
		TEST(two_ids_never_share_a_file),
		TEST(what_names_no_maildir_or_no_mail_is_refused),
		TEST(trouble_with_the_disk_means_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
