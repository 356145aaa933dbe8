/*
 * mail_read(): which mails are accepted for what they are, and which are not.
 * Every mail of the tables is read twice, with the LF of a Maildir and with
 * the CRLF of IMAP: the answer must be the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "mail/decode.h"
#include "mail/dsn.h"
#include "mail/html.h"
#include "mail/read.h"
#include "mail/scan.h"

#define OWN "intake@stad.example"
#define PRACTICE "oefen+intake@stad.example"

/* Pieces that most mails need. */
#define FROM "From: An <an@ocmw.example>\n"
#define TOP FROM "To: " OWN "\nSubject: x\nMIME-Version: 1.0\n"
#define ENCRYPTED							\
	"Content-Type: multipart/encrypted; boundary=b;\n"		\
	" protocol=\"application/pgp-encrypted\"\n\n"
#define CONTROL								\
	"--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n\n"
#define ARMOR								\
	"-----BEGIN PGP MESSAGE-----\n\nAAAA\n-----END PGP MESSAGE-----\n"
#define CIPHER "--b\nContent-Type: application/octet-stream\n\n" ARMOR
#define SIGNED								\
	"Content-Type: multipart/signed; boundary=s; micalg=pgp-sha512;\n" \
	" protocol=\"application/pgp-signature\"\n\n"
#define SIGNATURE							\
	"--s\nContent-Type: application/pgp-signature\n\n"		\
	"-----BEGIN PGP SIGNATURE-----\n\nAA\n-----END PGP SIGNATURE-----\n" \
	"--s--\n"

/* ---- reading ---- */

struct reading {
	struct msg_parsed f;
	char *mail;
	size_t n;
	uint8_t *decoded;
	size_t decoded_len;
};

static char *
with_crlf(const char *in, size_t n, size_t *out_n)
{
	char *out = malloc(2 * n + 1);
	size_t i, o = 0;

	assert_non_null(out);
	for (i = 0; i < n; i++) {
		if (in[i] == '\n')
			out[o++] = '\r';
		out[o++] = in[i];
	}
	out[o] = '\0';
	*out_n = o;
	return out;
}

/* Takes `mail`, which must be malloc'd with exactly `n` bytes of use: a read
 * past its end is seen by the address sanitizer. */
static void
read_owned(struct reading *r, enum stage stage, char *mail, size_t n)
{
	const struct mail_us us = { OWN, PRACTICE };

	memset(r, 0, sizeof(*r));
	r->mail = mail;
	r->n = n;
	assert_int_equal(mail_read(stage, (uint8_t *)mail, n, &us, &r->f,
	    &r->decoded, &r->decoded_len), GW_OK);
	assert_true(r->f.structure < STRUCTURE_MAX);
	assert_true(r->f.reason < REASON_MAX);
	assert_true(span_fits(r->f.payload, r->f.flags & MAIL_DECODED ?
	    r->decoded_len : n));
	assert_true(span_fits(r->f.signature, n));
	assert_true(span_fits(r->f.words, r->decoded_len));
	assert_true(span_fits(r->f.key, r->decoded_len));
}

static void
read_text(struct reading *r, enum stage stage, const char *text, bool crlf)
{
	size_t n = strlen(text);
	char *mail;

	if (crlf) {
		mail = with_crlf(text, n, &n);
	} else {
		mail = malloc(n + 1);
		assert_non_null(mail);
		memcpy(mail, text, n);
	}
	read_owned(r, stage, mail, n);
}

static void
done(struct reading *r)
{
	free(r->mail);
	free(r->decoded);
}

struct expected {
	const char *name;
	const char *mail;
	enum structure structure;
	enum reason reason;
	uint32_t flags;		/* these bits are set ... */
	uint32_t never;		/* ... and these are not */
};

static void
check_table(enum stage stage, const struct expected *e, size_t n)
{
	struct reading r;
	size_t i;
	int crlf;

	for (i = 0; i < n; i++) {
		for (crlf = 0; crlf < 2; crlf++) {
			read_text(&r, stage, e[i].mail, crlf);
			if (r.f.structure != e[i].structure ||
			    r.f.reason != e[i].reason ||
			    (r.f.flags & e[i].flags) != e[i].flags ||
			    (r.f.flags & e[i].never) != 0)
				fail_msg("%s (%s): %s, %s, flags %#x",
				    e[i].name, crlf ? "CRLF" : "LF",
				    structure_name(
				    (enum structure)r.f.structure),
				    reason_name((enum reason)r.f.reason),
				    r.f.flags);
			done(&r);
		}
	}
}

#define CHECK(stage, table) \
	check_table(stage, table, sizeof(table) / sizeof((table)[0]))

/* ---- tables ---- */

static const struct expected envelopes[] = {
	{ "PGP/MIME, RFC 3156 4", TOP ENCRYPTED CONTROL CIPHER "--b--\n",
	    STRUCTURE_PGP_MIME, REASON_OK, 0, ~0u },
	{ "no line end after the last delimiter",
	    TOP ENCRYPTED CONTROL CIPHER "--b--",
	    STRUCTURE_PGP_MIME, REASON_OK, 0, ~0u },
	{ "a preamble for old programs", TOP ENCRYPTED
	    "This is an OpenPGP/MIME encrypted message (RFC 4880 and 3156)\n"
	    CONTROL CIPHER "--b--\n",
	    STRUCTURE_PGP_MIME, REASON_OK, 0, ~0u },
	{ "white space after the end", TOP ENCRYPTED CONTROL CIPHER
	    "--b--\n \n\n", STRUCTURE_PGP_MIME, REASON_OK, 0, ~0u },
	{ "T15 text after the end", TOP ENCRYPTED CONTROL CIPHER
	    "--b--\nfooter\n", STRUCTURE_MALFORMED, REASON_BAD_STRUCTURE,
	    0, 0 },
	{ "T15 a footer part", TOP ENCRYPTED CONTROL CIPHER
	    "--b\n\nlist footer\n--b--\n", STRUCTURE_MALFORMED,
	    REASON_BAD_STRUCTURE, 0, 0 },
	{ "no ciphertext", TOP ENCRYPTED CONTROL "--b--\n",
	    STRUCTURE_MALFORMED, REASON_BAD_STRUCTURE, 0, 0 },
	{ "empty ciphertext", TOP ENCRYPTED CONTROL
	    "--b\nContent-Type: application/octet-stream\n\n\n--b--\n",
	    STRUCTURE_MALFORMED, REASON_BAD_STRUCTURE, 0, 0 },
	{ "version 2", TOP ENCRYPTED
	    "--b\nContent-Type: application/pgp-encrypted\n\nVersion: 2\n"
	    CIPHER "--b--\n", STRUCTURE_MALFORMED, REASON_BAD_STRUCTURE,
	    0, 0 },
	{ "another protocol", TOP "Content-Type: multipart/encrypted; "
	    "boundary=b; protocol=\"application/x\"\n\n" CONTROL CIPHER
	    "--b--\n", STRUCTURE_MALFORMED, REASON_BAD_STRUCTURE, 0, 0 },
	{ "ciphertext of another type", TOP ENCRYPTED CONTROL
	    "--b\nContent-Type: text/plain\n\n" ARMOR "--b--\n",
	    STRUCTURE_MALFORMED, REASON_BAD_STRUCTURE, 0, 0 },
	{ "unknown transfer encoding", TOP ENCRYPTED CONTROL
	    "--b\nContent-Type: application/octet-stream\n"
	    "Content-Transfer-Encoding: x-uuencode\n\nx\n--b--\n",
	    STRUCTURE_MALFORMED, REASON_BAD_STRUCTURE, 0, 0 },
	{ "base64 with a stray byte", TOP ENCRYPTED CONTROL
	    "--b\nContent-Type: application/octet-stream\n"
	    "Content-Transfer-Encoding: base64\n\naGVs!bG8=\n--b--\n",
	    STRUCTURE_MALFORMED, REASON_MALFORMED, 0, 0 },
	{ "S/MIME enveloped", TOP "Content-Type: application/pkcs7-mime; "
	    "smime-type=enveloped-data\n"
	    "Content-Transfer-Encoding: base64\n\nMIIB\n",
	    STRUCTURE_SMIME_ENVELOPED, REASON_OK, MAIL_DECODED, 0 },
	{ "S/MIME authEnveloped", TOP "Content-Type: application/pkcs7-mime;"
	    " smime-type=\"authEnveloped-data\"\n"
	    "Content-Transfer-Encoding: base64\n\nMIIB\n",
	    STRUCTURE_SMIME_ENVELOPED, REASON_OK, MAIL_DECODED, 0 },
	{ "S/MIME by its name", TOP "Content-Type: application/x-pkcs7-mime; "
	    "name=smime.p7m\nContent-Transfer-Encoding: base64\n\nMIIB\n",
	    STRUCTURE_SMIME_ENVELOPED, REASON_OK, MAIL_DECODED, 0 },
	{ "S/MIME by its file name", TOP
	    "Content-Type: application/pkcs7-mime\n"
	    "Content-Disposition: attachment; filename=\"smime.p7m\"\n\nx\n",
	    STRUCTURE_SMIME_ENVELOPED, REASON_OK, 0, MAIL_DECODED },
	{ "S/MIME without any sign", TOP
	    "Content-Type: application/pkcs7-mime\n"
	    "\nx\n", STRUCTURE_CLEAR, REASON_OK, 0, MAIL_INLINE },
	{ "S/MIME signed only", TOP "Content-Type: application/pkcs7-mime; "
	    "smime-type=signed-data; name=smime.p7m\n"
	    "Content-Transfer-Encoding: base64\n\nMIIB\n",
	    STRUCTURE_CLEAR, REASON_OK, 0, MAIL_INLINE },
};

/* T1, T2, T11, T16: no envelope, or one in the wrong place. */
static const struct expected clear[] = {
	{ "plain text", TOP "\nhello\n", STRUCTURE_CLEAR, REASON_OK, 0, ~0u },
	{ "no body at all", TOP, STRUCTURE_CLEAR, REASON_OK, 0, ~0u },
	{ "8-bit text", TOP "\nh\303\251 \200\n", STRUCTURE_CLEAR, REASON_OK,
	    0, ~0u },
	{ "signed, not encrypted", TOP SIGNED "--s\n\nx\n" SIGNATURE,
	    STRUCTURE_CLEAR, REASON_OK, 0, MAIL_INLINE },
	{ "T1 an envelope below multipart/mixed", TOP
	    "Content-Type: multipart/mixed; boundary=m\n\n--m\n\nx\n--m\n"
	    ENCRYPTED CONTROL CIPHER "--b--\n--m--\n",
	    STRUCTURE_CLEAR, REASON_OK, MAIL_INLINE, 0 },
	{ "T11 a signature around an envelope", TOP SIGNED "--s\n"
	    ENCRYPTED CONTROL CIPHER "--b--\n" SIGNATURE,
	    STRUCTURE_CLEAR, REASON_OK, MAIL_INLINE, 0 },
	{ "Exchange's mixed envelope", TOP
	    "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n\n"
	    CONTROL CIPHER "--b--\n",
	    STRUCTURE_CLEAR, REASON_OK, MAIL_INLINE, 0 },
	{ "T16 inline", TOP "\nDag,\n\n" ARMOR, STRUCTURE_CLEAR, REASON_OK,
	    MAIL_INLINE, 0 },
	{ "T16 a form feed in front", TOP "\n\f-----BEGIN PGP SIGNED "
	    "MESSAGE-----\n", STRUCTURE_CLEAR, REASON_OK, MAIL_INLINE, 0 },
	{ "T16 inline in base64", TOP "Content-Type: text/plain\n"
	    "Content-Transfer-Encoding: base64\n\n"
	    "LS0tLS1CRUdJTiBQR1AgTUVTU0FHRS0tLS0tCg==\n",
	    STRUCTURE_CLEAR, REASON_OK, MAIL_INLINE, 0 },
	{ "armor that is only spoken of", TOP
	    "\nwrite -----BEGIN PGP MESSAGE----- there\n> " ARMOR,
	    STRUCTURE_CLEAR, REASON_OK, 0, MAIL_INLINE },
	{ "a public key is no message", TOP
	    "\n-----BEGIN PGP PUBLIC KEY BLOCK-----\n",
	    STRUCTURE_CLEAR, REASON_OK, 0, MAIL_INLINE },
};

/* T23, T25: machines. */
static const struct expected machines[] = {
	{ "vacation, RFC 3834", TOP "Auto-Submitted: auto-replied\n\nx\n",
	    STRUCTURE_AUTO, REASON_OK, MAIL_AUTO, 0 },
	{ "Auto-Submitted: no is a person", TOP "Auto-Submitted: no\n\nx\n",
	    STRUCTURE_CLEAR, REASON_OK, 0, ~0u },
	{ "a list", TOP "List-Id: <l.example>\n\nx\n", STRUCTURE_AUTO,
	    REASON_OK, MAIL_LIST, 0 },
	{ "bulk", TOP "precedence: Bulk\n\nx\n", STRUCTURE_AUTO, REASON_OK,
	    MAIL_LIST, 0 },
	{ "an autoresponder", TOP "X-Autorespond: yes\n\nx\n", STRUCTURE_AUTO,
	    REASON_OK, MAIL_AUTO, 0 },
	{ "null path", "Return-Path: <>\n" TOP "\nx\n", STRUCTURE_AUTO,
	    REASON_OK, MAIL_NULL_PATH, 0 },
	{ "our own mail", TOP "X-Meldpost-Loop: 1\n\nx\n", STRUCTURE_CLEAR,
	    REASON_OK, MAIL_LOOP, 0 },
	{ "an encrypted list mail stays what it is", "List-Id: <l.example>\n"
	    TOP ENCRYPTED CONTROL CIPHER "--b--\n", STRUCTURE_PGP_MIME,
	    REASON_OK, MAIL_LIST, 0 },
	{ "read receipt", TOP "Content-Type: multipart/report; boundary=b;\n"
	    " report-type=disposition-notification\n\n--b\n\nread\n--b--\n",
	    STRUCTURE_AUTO, REASON_OK, MAIL_MDN, 0 },
	{ "a bounce of before RFC 3464, From without a domain",
	    "From: MAILER-DAEMON (Mail Delivery System)\n\nUndelivered\n",
	    STRUCTURE_AUTO, REASON_OK, MAIL_AUTO, 0 },
	{ "a malformed mail of a machine still is a machine's",
	    "Auto-Submitted: auto-replied\n" TOP FROM "\nx\n",
	    STRUCTURE_MALFORMED, REASON_MALFORMED, MAIL_AUTO, 0 },
};

#define TREE(type, body) TOP "Content-Type: " type "\n\n" body
#define MIXED(body) TREE("multipart/mixed; boundary=m", body)
#define BAD(name, mail) \
	{ name, mail, STRUCTURE_MALFORMED, REASON_MALFORMED, 0, 0 }

static const struct expected malformed[] = {
	BAD("nothing", ""),
	BAD("no From", "To: x@y\n\nx\n"),
	BAD("T4 two mailboxes in From", "From: a@b.be, c@d.be\n\nx\n"),
	BAD("T4 a group in From", "From: g: a@b.be;\n\nx\n"),
	BAD("T4 an address in the display name",
	    "From: mayor@stad.be <a@b.be>\n\nx\n"),
	BAD("T4 two words", "From: a@b.be c\n\nx\n"),
	BAD("T17 two From", TOP FROM "\nx\n"),
	BAD("T17 two To", TOP "to: z@z\n\nx\n"),
	BAD("T17 two Subject", TOP "SUBJECT: z\n\nx\n"),
	BAD("T17 two Date", TOP "Date: 1\nDate: 2\n\nx\n"),
	BAD("T17 two Message-ID", TOP "Message-ID: <1@x>\n"
	    "Message-Id: <2@x>\n\nx\n"),
	BAD("T17 two MIME-Version", TOP "MIME-Version: 1.0\n\nx\n"),
	BAD("T17 two Content-Type", TOP "Content-Type: text/plain\n"
	    "Content-Type: text/html\n\nx\n"),
	BAD("T17 two encodings in a part", MIXED("--m\n"
	    "Content-Transfer-Encoding: 7bit\n"
	    "Content-Transfer-Encoding: base64\n\nx\n--m--\n")),
	BAD("mbox line", "From an@ocmw.example Mon Nov 23 04:29:16 2026\n"
	    TOP "\nx\n"),
	BAD("first line is a fold", " x\n" TOP "\nx\n"),
	BAD("fold of blanks", TOP "X-Y: a\n \n b\n\nx\n"),
	BAD("space before the colon", TOP "X-Y : a\n\nx\n"),
	BAD("no colon", TOP "hello\n\nx\n"),
	BAD("lone CR in a field", TOP "X-Y: a\rb\n\nx\n"),
	BAD("F10 no closing delimiter", MIXED("--m\n\nx\n")),
	BAD("F10 no delimiter at all", MIXED("x\n")),
	BAD("F10 one more delimiter after the last",
	    MIXED("--m\n\nx\n--m--\n--m\n")),
	BAD("F10 closed twice", MIXED("--m\n\nx\n--m--\n--m--\n")),
	BAD("F10 two delimiters in a row", MIXED("--m\n--m\n\nx\n--m--\n")),
	BAD("closed before it is opened", MIXED("--m--\n")),
	BAD("F10 an inner multipart that is not closed", MIXED("--m\n"
	    "Content-Type: multipart/mixed; boundary=n\n\n--n\n\nx\n--m--\n")),
	BAD("a line that only begins with the boundary",
	    MIXED("--m\n\nx\n--mx\n--m--\n")),
	BAD("a delimiter behind a lone CR", MIXED("--m\n\nx\ry\r--m\n--m--\n")),
	BAD("no boundary", TREE("multipart/mixed", "--m\n\nx\n--m--\n")),
	BAD("empty boundary", TREE("multipart/mixed; boundary=\"\"",
	    "--\n\nx\n----\n")),
	BAD("two boundaries", TREE("multipart/mixed; boundary=m; boundary=n",
	    "--m\n\nx\n--m--\n")),
	BAD("a boundary in pieces, RFC 2231", TREE("multipart/mixed; "
	    "boundary*0=m", "--m\n\nx\n--m--\n")),
	BAD("an escaped boundary", TREE("multipart/mixed; boundary=\"\\m\"",
	    "--m\n\nx\n--m--\n")),
	BAD("F9 a boundary that is a quote", TREE("multipart/mixed; "
	    "boundary=\"\\\"\"", "--\"\n\nx\n--\"--\n")),
	BAD("a boundary of half a quote", TREE("multipart/mixed; "
	    "boundary=\"m", "--m\n\nx\n--m--\n")),
	BAD("a boundary with a character that may not be in it", TREE(
	    "multipart/mixed; boundary=\"m$\"", "--m$\n\nx\n--m$--\n")),
	BAD("a boundary that ends in a space", TREE("multipart/mixed; "
	    "boundary=\"m \"", "--m \n\nx\n--m --\n")),
	BAD("a boundary of 71 characters", TREE("multipart/mixed; boundary="
	    "01234567890123456789012345678901234567890123456789"
	    "012345678901234567890", "x\n")),
	BAD("one boundary begins with another", MIXED("--m\n"
	    "Content-Type: multipart/mixed; boundary=mm\n\n"
	    "--mm\n\nx\n--mm--\n--m--\n")),
	BAD("a multipart in base64", TOP "Content-Transfer-Encoding: base64\n"
	    "Content-Type: multipart/mixed; boundary=m\n\n--m\n\nx\n--m--\n"),
	BAD("a type in a comment", TREE("(x) multipart/mixed; boundary=m",
	    "--m\n\nx\n--m--\n")),
	BAD("garbage behind the type", TREE("multipart/mixed x; boundary=m",
	    "--m\n\nx\n--m--\n")),
};

static const struct expected inner[] = {
	{ "a text", "Content-Type: text/plain\n\nhello\n",
	    STRUCTURE_PLAIN, REASON_OK, 0, ~0u },
	{ "a text without a header", "\nhello\n", STRUCTURE_PLAIN, REASON_OK,
	    0, ~0u },
	{ "no MIME entity", "hello\n\nx\n", STRUCTURE_MALFORMED,
	    REASON_MALFORMED, 0, 0 },
	{ "RFC 3156 5", SIGNED "--s\n\nhello\n" SIGNATURE,
	    STRUCTURE_SIGNED, REASON_OK, 0, ~0u },
	{ "a known preamble", SIGNED "This is an OpenPGP/MIME signed message"
	    " (RFC 4880 and 3156)\n--s\n\nhello\n" SIGNATURE,
	    STRUCTURE_SIGNED, REASON_OK, 0, 0 },
	{ "T15 a preamble of one's own", SIGNED "Beste,\n--s\n\nhello\n"
	    SIGNATURE, STRUCTURE_SIGNED, REASON_PARTIAL_SIGNATURE, 0, 0 },
	{ "T15 an epilogue", SIGNED "--s\n\nhello\n" SIGNATURE "more\n",
	    STRUCTURE_SIGNED, REASON_PARTIAL_SIGNATURE, 0, 0 },
	{ "T15 a third part", SIGNED "--s\n\nhello\n--s\n\nmore\n" SIGNATURE,
	    STRUCTURE_SIGNED, REASON_PARTIAL_SIGNATURE, 0, 0 },
	{ "T15 a signed part among others", "Content-Type: multipart/mixed; "
	    "boundary=m\n\n--m\n" SIGNED "--s\n\nhello\n" SIGNATURE
	    "--m\n\nfooter\n--m--\n",
	    STRUCTURE_PLAIN, REASON_PARTIAL_SIGNATURE, 0, 0 },
	{ "signed twice", SIGNED "--s\nContent-Type: multipart/signed; "
	    "boundary=t\n\n--t\n\nx\n--t--\n" SIGNATURE,
	    STRUCTURE_SIGNED, REASON_SEVERAL_SIGNATURES, 0, 0 },
	{ "a signature alone", SIGNED SIGNATURE, STRUCTURE_SIGNED,
	    REASON_BAD_STRUCTURE, 0, 0 },
	{ "an encoded signature", SIGNED "--s\n\nhello\n--s\n"
	    "Content-Type: application/pgp-signature\n"
	    "Content-Transfer-Encoding: base64\n\nAAAA\n--s--\n",
	    STRUCTURE_SIGNED, REASON_BAD_STRUCTURE, 0, 0 },
	{ "an S/MIME signature", "Content-Type: multipart/signed; boundary=s;"
	    " protocol=\"application/pkcs7-signature\"\n\n--s\n\nx\n--s--\n",
	    STRUCTURE_SIGNED, REASON_UNSUPPORTED_ALGORITHM, 0, 0 },
	{ "a second envelope", ENCRYPTED CONTROL CIPHER "--b--\n",
	    STRUCTURE_PLAIN, REASON_OK, MAIL_ENCRYPTED, 0 },
	{ "a second envelope, inline", "Content-Type: text/plain\n\n" ARMOR,
	    STRUCTURE_PLAIN, REASON_OK, MAIL_ENCRYPTED, 0 },
	{ "a second envelope in quoted-printable", "Content-Type: text/plain\n"
	    "Content-Transfer-Encoding: quoted-printable\n\n"
	    "-----BEGIN PGP ME=\nSSAGE-----\n",
	    STRUCTURE_PLAIN, REASON_OK, MAIL_ENCRYPTED, 0 },
	{ "a second envelope, S/MIME", "Content-Type: application/pkcs7-mime;"
	    " smime-type=enveloped-data\n\nx\n",
	    STRUCTURE_PLAIN, REASON_OK, MAIL_ENCRYPTED, 0 },
	{ "broken quoted-printable", "Content-Transfer-Encoding: "
	    "quoted-printable\n\na =zz b\n",
	    STRUCTURE_PLAIN, REASON_MALFORMED, 0, 0 },
	{ "HTML only", "Content-Type: text/html\n\n<p>x</p>\n",
	    STRUCTURE_PLAIN, REASON_OK, MAIL_HTML_ONLY, MAIL_FORBIDDEN },
	{ "R15 an emblem", "Content-Type: multipart/related; boundary=m\n\n"
	    "--m\n\nx\n--m\nContent-Type: image/gif\n\nGIF89a\n--m--\n",
	    STRUCTURE_PLAIN, REASON_OK, 0, MAIL_FORBIDDEN },
	{ "R15 a program", "Content-Type: application/x-msdownload\n\nMZ\n",
	    STRUCTURE_PLAIN, REASON_OK, MAIL_FORBIDDEN, 0 },
	{ "R15 a mail in the mail", "Content-Type: message/rfc822\n\n" TOP
	    "\nx\n", STRUCTURE_PLAIN, REASON_OK, MAIL_FORBIDDEN, 0 },
	{ "R15 an unreadable type", "Content-Type: pdf\n\nx\n",
	    STRUCTURE_PLAIN, REASON_OK, MAIL_FORBIDDEN, 0 },
	{ "R15 PDF and a key may come", "Content-Type: multipart/mixed; "
	    "boundary=m\n\n--m\nContent-Type: application/pdf\n\n%PDF\n"
	    "--m\nContent-Type: application/pgp-keys\n\nx\n--m--\n",
	    STRUCTURE_PLAIN, REASON_OK, 0, MAIL_FORBIDDEN },
	{ "R85 a mark", "\nDag\n\nZEER GEHEIM (Wet 11.12.1998)\n",
	    STRUCTURE_PLAIN, REASON_OK, MAIL_CLASSIFIED, 0 },
	{ "R85 a mark as subject", "Subject: VERTROUWELIJK\n\nx\n",
	    STRUCTURE_PLAIN, REASON_OK, MAIL_CLASSIFIED, 0 },
};

static const struct expected protected_headers[] = {
	{ "RFC 9788", "From: an@ocmw.example\nTo: Intake <" OWN ">\n"
	    "Content-Type: text/plain; hp=\"cipher\"\n\nx\n",
	    STRUCTURE_PLAIN, REASON_OK, MAIL_FROM | MAIL_TO_US |
	    MAIL_PROTECTED, MAIL_TO_OTHER | MAIL_TO_PRACTICE },
	{ "the old drafts", "To: " OWN "\nContent-Type: text/plain;"
	    " protected-headers=v1\n\nx\n", STRUCTURE_PLAIN, REASON_OK,
	    MAIL_TO_US | MAIL_PROTECTED, 0 },
	{ "neither", "To: " OWN "\nContent-Type: text/plain\n\nx\n",
	    STRUCTURE_PLAIN, REASON_OK, MAIL_TO_US, MAIL_PROTECTED },
	{ "practice", "To: Oefenen <" PRACTICE ">\n\nx\n", STRUCTURE_PLAIN,
	    REASON_OK, MAIL_TO_PRACTICE, MAIL_TO_US | MAIL_TO_OTHER },
	{ "practice in Cc", "To: a@b.be\nCc: " PRACTICE "\n\nx\n",
	    STRUCTURE_PLAIN, REASON_OK, MAIL_TO_PRACTICE | MAIL_TO_OTHER,
	    MAIL_TO_US },
	{ "practice and in earnest", "To: " OWN "\nCc: " PRACTICE "\n\nx\n",
	    STRUCTURE_PLAIN, REASON_OK, MAIL_TO_PRACTICE | MAIL_TO_US,
	    MAIL_TO_OTHER },
	{ "people type our name as they like", "To: Intake@STAD.example\n\nx\n",
	    STRUCTURE_PLAIN, REASON_OK, MAIL_TO_US, 0 },
	{ "us in Cc", "To: a@b.be\nCc: c@d.be, " OWN "\n\nx\n",
	    STRUCTURE_PLAIN, REASON_OK, MAIL_TO_US, MAIL_TO_OTHER },
	{ "T12 to another", "To: a@b.be\n\nx\n", STRUCTURE_PLAIN, REASON_OK,
	    MAIL_TO_OTHER, MAIL_TO_US | MAIL_FROM },
	{ "our name in a display name is not us", "To: \"" OWN
	    "\" <a@b.be>\n\nx\n", STRUCTURE_PLAIN, REASON_OK, MAIL_TO_OTHER,
	    MAIL_TO_US },
	{ "to nobody", "To: undisclosed-recipients:;\n\nx\n",
	    STRUCTURE_PLAIN, REASON_OK, 0, ~0u },
	{ "an unreadable To", "To: a@b.be <" OWN ">\n\nx\n",
	    STRUCTURE_PLAIN, REASON_MALFORMED, 0, 0 },
	{ "two protected From", "From: a@b.be\nFrom: c@d.be\n\nx\n",
	    STRUCTURE_MALFORMED, REASON_MALFORMED, 0, 0 },
	{ "two people in one protected From", "From: a@b.be, c@d.be\n\nx\n",
	    STRUCTURE_PLAIN, REASON_MALFORMED, 0, 0 },
	{ "Thunderbird's: in the signed part", SIGNED "--s\n"
	    "Content-Type: multipart/mixed; boundary=\"m\";\n"
	    " protected-headers=\"v1\"\nFrom: an@ocmw.example\nTo: " OWN
	    "\n\n--m\n\nhello\n--m--\n" SIGNATURE,
	    STRUCTURE_SIGNED, REASON_OK, MAIL_FROM | MAIL_TO_US, 0 },
	{ "T14 beside the signature", "From: an@ocmw.example\nTo: " OWN "\n"
	    SIGNED "--s\n\nhello\n" SIGNATURE, STRUCTURE_SIGNED, REASON_OK,
	    0, ~0u },
	{ "T14 on a part below", "Content-Type: multipart/mixed; boundary=m\n"
	    "\n--m\nContent-Type: text/plain; protected-headers=v1\n"
	    "From: an@ocmw.example\nTo: " OWN "\n\nx\n--m--\n",
	    STRUCTURE_PLAIN, REASON_OK, 0, ~0u },
};

static const struct expected practice[] = {
	{ "To", FROM "To: x <" PRACTICE ">\n" ENCRYPTED CONTROL CIPHER
	    "--b--\n", STRUCTURE_PGP_MIME, REASON_OK, MAIL_TO_PRACTICE,
	    MAIL_TO_US | MAIL_TO_OTHER },
	{ "Cc", TOP "Cc: a@b.be, OEFEN+intake@STAD.example\n" ENCRYPTED
	    CONTROL CIPHER "--b--\n", STRUCTURE_PGP_MIME, REASON_OK,
	    MAIL_TO_PRACTICE, 0 },
	{ "Delivered-To", TOP "Delivered-To: " PRACTICE "\n" ENCRYPTED CONTROL
	    CIPHER "--b--\n", STRUCTURE_PGP_MIME, REASON_OK,
	    MAIL_TO_PRACTICE, 0 },
	{ "X-Original-To", "X-Original-To: " PRACTICE "\n" TOP "\nx\n",
	    STRUCTURE_CLEAR, REASON_OK, MAIL_TO_PRACTICE, 0 },
	{ "in earnest", TOP ENCRYPTED CONTROL CIPHER "--b--\n",
	    STRUCTURE_PGP_MIME, REASON_OK, 0, MAIL_TO_PRACTICE },
	{ "a list that cannot be read", FROM "To: a@b.be <" PRACTICE ">\n"
	    ENCRYPTED CONTROL CIPHER "--b--\n", STRUCTURE_PGP_MIME,
	    REASON_OK, 0, MAIL_TO_PRACTICE },
};

static void
test_practice_mails(void **state)
{
	(void)state;
	CHECK(STAGE_OUTER, practice);
}

static void
test_envelopes(void **state)
{
	(void)state;
	CHECK(STAGE_OUTER, envelopes);
}

static void
test_clear_and_inline_mails(void **state)
{
	(void)state;
	CHECK(STAGE_OUTER, clear);
}

static void
test_machines_are_recognised(void **state)
{
	(void)state;
	CHECK(STAGE_OUTER, machines);
}

static void
test_what_can_be_read_in_two_ways_is_malformed(void **state)
{
	(void)state;
	CHECK(STAGE_OUTER, malformed);
}

static void
test_decrypted_entities(void **state)
{
	(void)state;
	CHECK(STAGE_INNER, inner);
}

static void
test_only_headers_inside_the_signature_count(void **state)
{
	(void)state;
	CHECK(STAGE_INNER, protected_headers);
}

/* ---- single questions ---- */

/* A part of a reading equals `text`, with CRLF when the mail has it. */
static void
check_span(const void *in, struct span s, const char *text, bool crlf)
{
	size_t n = strlen(text);
	char *want = with_crlf(text, n, &n);

	if (!crlf) {
		n = strlen(text);
		memcpy(want, text, n);
	}
	assert_int_equal(s.len, n);
	assert_memory_equal((const uint8_t *)in + s.off, want, n);
	free(want);
}

/* RFC 1847 2.1: from behind the delimiter to before the line end in front of
 * the next one. */
static void
test_signed_bytes_are_exact(void **state)
{
	static const struct {
		const char *part;
		const char *signed_bytes;
	} cases[] = {
		{ "\nhello\n", "\nhello" },
		{ "\nhello\n\n", "\nhello\n" },
		{ "\n\n\nhello \t\n", "\n\n\nhello \t" },
		{ "X: y\n\n", "X: y\n" },
		{ "Content-Type: multipart/mixed; boundary=q\n\nu\n--q\n\nx\n"
		    "--q--\n", "Content-Type: multipart/mixed; boundary=q\n\n"
		    "u\n--q\n\nx\n--q--" },
	};
	char text[1024];
	struct reading r;
	size_t i;
	int crlf;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (crlf = 0; crlf < 2; crlf++) {
			(void)snprintf(text, sizeof(text), SIGNED "--s \n%s"
			    SIGNATURE, cases[i].part);
			read_text(&r, STAGE_INNER, text, crlf);
			assert_int_equal(r.f.reason, REASON_OK);
			check_span(r.mail, r.f.payload,
			    cases[i].signed_bytes, crlf);
			check_span(r.mail, r.f.signature,
			    "-----BEGIN PGP SIGNATURE-----\n\nAA\n"
			    "-----END PGP SIGNATURE-----", crlf);
			done(&r);
		}
	}
}

static void
test_a_combined_payload_is_the_whole_entity(void **state)
{
	static const char text[] = "Content-Type: text/plain\n\nhello\n";
	struct reading r;

	(void)state;
	read_text(&r, STAGE_INNER, text, false);
	assert_int_equal(r.f.payload.off, 0);
	assert_int_equal(r.f.payload.len, strlen(text));
	assert_int_equal(r.f.signature.len, 0);
	done(&r);
}

static void
test_ciphertext_is_given_as_it_stands_or_decoded(void **state)
{
	struct reading r;
	int crlf;

	(void)state;
	for (crlf = 0; crlf < 2; crlf++) {
		read_text(&r, STAGE_OUTER, TOP ENCRYPTED CONTROL CIPHER
		    "--b--\n", crlf);
		assert_null(r.decoded);
		check_span(r.mail, r.f.payload,
		    "-----BEGIN PGP MESSAGE-----\n\nAAAA\n"
		    "-----END PGP MESSAGE-----", crlf);
		done(&r);
		read_text(&r, STAGE_OUTER, TOP ENCRYPTED CONTROL
		    "--b\nContent-Type: application/octet-stream\n"
		    "Content-Transfer-Encoding: Base64\n\naGVs\nbG8=\n--b--\n",
		    crlf);
		assert_int_equal(r.f.reason, REASON_OK);
		assert_true(r.f.flags & MAIL_DECODED);
		check_span(r.decoded, r.f.payload, "hello", false);
		done(&r);
	}
}

static void
test_from_is_one_canonical_address_or_none(void **state)
{
	static const struct {
		const char *from;
		const char *is;
	} cases[] = {
		{ "an@OCMW.example", "an@ocmw.example" },
		{ "An <an@ocmw.example>", "an@ocmw.example" },
		{ "\"mayor@stad.be\" <an@ocmw.example>", "an@ocmw.example" },
		{ "an@ocmw.example <an@ocmw.example>", "an@ocmw.example" },
		{ "an@ocmw.example (An (de) V.)", "an@ocmw.example" },
		{ "=?utf-8?q?An=C3=A9?=\n <an@ocmw.example>",
		    "an@ocmw.example" },
		{ "\303\204n <an@ocmw.example>", "an@ocmw.example" },
		/* One mailbox, but not of a form that can be enrolled. */
		{ "\"an\"@ocmw.example", "" },
		{ "\303\244n@ocmw.example", "" },
		{ "an@[10.0.0.1]", "" },
	};
	char text[512];
	struct reading r;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		(void)snprintf(text, sizeof(text), "From: %s\n\nx\n",
		    cases[i].from);
		read_text(&r, STAGE_OUTER, text, true);
		if (r.f.structure != STRUCTURE_CLEAR ||
		    strcmp(r.f.from, cases[i].is) != 0)
			fail_msg("%s gives %s", cases[i].from, r.f.from);
		done(&r);
	}
}

static void
test_a_nul_or_mixed_line_ends_in_the_structure(void **state)
{
	static const char nul[] = TOP "X: a\0b\n\nx\n";
	static const struct {
		const char *name;
		const char *mail;
		enum reason reason;
	} cases[] = {
		{ "CRLF, one LF in the header", "From: a@b.be\r\nX: y\n\r\nx",
		    REASON_MALFORMED },
		{ "CRLF, empty line of LF", "From: a@b.be\r\n\nx",
		    REASON_MALFORMED },
		{ "LF, empty line of CRLF", "From: a@b.be\n\r\nx",
		    REASON_MALFORMED },
		{ "CRLF, LF in the body", "From: a@b.be\r\n\r\nx\ny\r\n",
		    REASON_OK },
		{ "CRLF, LF before a delimiter", "From: a@b.be\r\n"
		    "Content-Type: multipart/mixed; boundary=m\r\n\r\n"
		    "--m\r\n\r\nx\n--m--\r\n", REASON_MALFORMED },
		{ "CRLF, LF behind a delimiter", "From: a@b.be\r\n"
		    "Content-Type: multipart/mixed; boundary=m\r\n\r\n"
		    "--m\n\r\nx\r\n--m--\r\n", REASON_MALFORMED },
		{ "only CR", "From: a@b.be\r\rx\r", REASON_MALFORMED },
	};
	struct reading r;
	char *mail;
	size_t i;

	(void)state;
	mail = malloc(sizeof(nul));
	assert_non_null(mail);
	memcpy(mail, nul, sizeof(nul));
	read_owned(&r, STAGE_OUTER, mail, sizeof(nul) - 1);
	assert_int_equal(r.f.reason, REASON_MALFORMED);
	done(&r);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		read_text(&r, STAGE_OUTER, cases[i].mail, false);
		if (r.f.reason != cases[i].reason)
			fail_msg("%s: %s", cases[i].name,
			    reason_name((enum reason)r.f.reason));
		done(&r);
	}
}

#define REPORT								\
	TREE("multipart/report; report-type=delivery-status; boundary=m", \
	"--m\n\nsorry\n--m\nContent-Type: message/delivery-status\n\n")

static void
test_delivery_notices(void **state)
{
	static const struct {
		const char *status;
		const char *envid;
		enum dsn_action action;
		const char *code;
	} cases[] = {
		{ "Original-Envelope-Id: abc123\nReporting-MTA: dns; x\n\n"
		    "Final-Recipient: rfc822; a@b\nAction: failed\n"
		    "Status: 5.1.1 (no such user)\n", "abc123", DSN_FAILED,
		    "5.1.1" },
		{ "Reporting-MTA: dns; x\n\nAction: delivered\n"
		    "Status: 2.0.0\n", "", DSN_DELIVERED, "2.0.0" },
		{ "Original-Envelope-ID: e\n\nAction: delivered\n"
		    "Status: 2.1.5\n\n\nAction: Failed\nStatus: 5.2.2\n\n"
		    "Action: delayed\nStatus: 4.0.0\n", "e", DSN_FAILED,
		    "5.2.2" },
		{ "X: y\n\nOriginal-Envelope-Id: late\nAction: relayed\n",
		    "", DSN_RELAYED, "" },
		{ "Original-Envelope-Id: 012345678901234567890123456789012\n\n"
		    "Action: nothing\nStatus: 5.1\n", "", DSN_NONE, "" },
		{ "Original-Envelope-Id: a\nOriginal-Envelope-Id: b\n\n"
		    "Action: expanded\nStatus: 55.1.1\n", "", DSN_EXPANDED,
		    "" },
	};
	char text[1024];
	struct reading r;
	size_t i;
	int crlf;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (crlf = 0; crlf < 2; crlf++) {
			(void)snprintf(text, sizeof(text), REPORT "%s"
			    "--m\nContent-Type: message/rfc822\n\n" TOP
			    "--m--\n", cases[i].status);
			read_text(&r, STAGE_OUTER, text, crlf);
			assert_int_equal(r.f.structure, STRUCTURE_DSN);
			assert_string_equal(r.f.envid, cases[i].envid);
			assert_int_equal(r.f.dsn_action, cases[i].action);
			assert_string_equal(r.f.dsn_status, cases[i].code);
			done(&r);
		}
	}
}

static void
test_facts_of_the_text(void **state)
{
	static const struct {
		const char *mail;
		const char *ref, *subject_ref, *quoted_ref;
		uint32_t flags;
		uint32_t attachments;
	} cases[] = {
		{ "\nA-0123456789ABCDEF\n\ntekst\n", "A-0123456789ABCDEF", "",
		    "", 0, 0 },
		{ "Subject: Re: [f-0123456789abcdeo]\n\nU-0000000000000000\n",
		    "U-0000000000000000", "F-0123456789ABCDE0", "", 0, 0 },
		{ "Subject: =?utf-8?Q?Re=3A_A-01234567?=\n =?utf-8?B?"
		    "ODlBQkNERUY=?=\n\nx\n", "", "A-0123456789ABCDEF", "", 0,
		    0 },
		{ "Subject: =?utf-8?Q?A-0123 =?x? =?utf-8?Z?A-0123456789ABCDEF"
		    "?= =?\n\nx\n", "", "A-0123456789ABCDEF", "", 0, 0 },
		{ "\n> A-0123456789ABCDEF\nAan: " OWN "\n", "", "",
		    "A-0123456789ABCDEF", MAIL_AAN_US, 0 },
		{ "\nAan: " PRACTICE "\n", "", "", "", MAIL_AAN_PRACTICE, 0 },
		{ "Content-Transfer-Encoding: base64\n\n"
		    "QWFuOiBhQGIuYmUK\n", "", "", "", MAIL_AAN_OTHER, 0 },
		{ "Content-Type: text/plain; charset=utf-16le\n\n"
		    "Aan: a@b.be\n", "", "", "", 0, 0 },
		{ "Content-Type: text/plain; hp-legacy-display=1\n\n"
		    "Subject: A-1111111111111111\n\nA-2222222222222222\n",
		    "A-2222222222222222", "", "", 0, 0 },
		{ "Content-Type: multipart/mixed; boundary=m\n\n--m\n"
		    "Content-Type: text/plain; protected-headers=v1\n\n"
		    "Subject: A-1111111111111111\n--m\n\n"
		    "A-2222222222222222\n--m\nContent-Type: image/png\n\nx\n"
		    "--m\nContent-Disposition: attachment; filename=a.txt\n\n"
		    "GEHEIM\n--m--\n", "A-2222222222222222", "", "",
		    MAIL_CLASSIFIED, 2 },
		{ "Content-Type: text/html\n\n<html><head><title>A-333333333333"
		    "3333</title></head><body><div>Aan: &lt;a@b.be&gt;</div>"
		    "<blockquote>Aan: " OWN "<br>A-4444444444444444"
		    "</blockquote><!-- \nGEHEIM\n --></body>\n", "", "",
		    "A-4444444444444444", MAIL_HTML_ONLY | MAIL_AAN_OTHER,
		    0 },
		/* R85, and quoted in HTML as much as in a plain text. */
		{ "Content-Type: text/html\n\nx<blockquote>GEHEIM</blockquote>"
		    "\n", "", "", "", MAIL_HTML_ONLY | MAIL_CLASSIFIED, 0 },
	};
	struct reading r;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		read_text(&r, STAGE_INNER, cases[i].mail, true);
		assert_int_equal(r.f.reason, REASON_OK);
		assert_string_equal(r.f.ref, cases[i].ref);
		assert_string_equal(r.f.subject_ref, cases[i].subject_ref);
		assert_string_equal(r.f.quoted_ref, cases[i].quoted_ref);
		if (r.f.flags != cases[i].flags)
			fail_msg("text %zu: flags %#x", i, r.f.flags);
		assert_int_equal(r.f.attachments, cases[i].attachments);
		done(&r);
	}
}

/* One Message-ID that could be ours, or none. */
static void
test_what_a_mail_answers(void **state)
{
	static const struct {
		const char *fields, *id;
	} cases[] = {
		{ "In-Reply-To: <a1b2@mechelen.example>\n",
		    "<a1b2@mechelen.example>" },
		{ "In-Reply-To:\n <a1b2@mechelen.example>\n",
		    "<a1b2@mechelen.example>" },
		{ "References: <a@b.be>\n", "" },
		{ "In-Reply-To: <a@b.be> <c@d.be>\n", "" },
		{ "In-Reply-To: <a@b.be>\nIn-Reply-To: <c@d.be>\n", "" },
		{ "In-Reply-To: a@b.be\n", "" },
		{ "In-Reply-To: Your mail <a@b.be>\n", "" },
		{ "In-Reply-To: <a@b@c.be>\n", "" },
		{ "In-Reply-To: <ab.be>\n", "" },
		{ "In-Reply-To: <@b.be>\n", "" },
		{ "In-Reply-To: <a\351@b.be>\n", "" },
	};
	char text[1024];
	struct reading r;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		(void)snprintf(text, sizeof(text), "%s\nx\n",
		    cases[i].fields);
		read_text(&r, STAGE_INNER, text, true);
		assert_string_equal(r.f.answers, cases[i].id);
		done(&r);
		(void)snprintf(text, sizeof(text), TOP "%s" ENCRYPTED CONTROL
		    CIPHER "--b--\n", cases[i].fields);
		read_text(&r, STAGE_OUTER, text, true);
		assert_int_equal(r.f.structure, STRUCTURE_PGP_MIME);
		assert_string_equal(r.f.answers, cases[i].id);
		done(&r);
	}
	/* As long as ours can be, and one more. */
	for (i = LIM_MSGID; i <= LIM_MSGID + 1; i++) {
		(void)snprintf(text, sizeof(text), "In-Reply-To: <%0*d@b.be>"
		    "\n\nx\n", (int)i - 7, 0);
		read_text(&r, STAGE_INNER, text, true);
		assert_int_equal(strlen(r.f.answers), i == LIM_MSGID ? i : 0);
		done(&r);
	}
	/* T14: beside a signature it is not protected. */
	read_text(&r, STAGE_INNER, "In-Reply-To: <a@b.be>\n" SIGNED
	    "--s\n\nhello\n" SIGNATURE, true);
	assert_string_equal(r.f.answers, "");
	done(&r);
	read_text(&r, STAGE_INNER, SIGNED "--s\nIn-Reply-To: <a@b.be>\n"
	    "\nhello\n" SIGNATURE, true);
	assert_string_equal(r.f.answers, "<a@b.be>");
	done(&r);
}

/* ---- bounds ---- */

static double
cpu_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void
repeat(struct buf *b, const char *s, size_t n)
{
	while (n-- > 0)
		buf_puts(b, s);
}

static void
nest(struct buf *b, unsigned levels)
{
	unsigned i;

	buf_puts(b, FROM);
	for (i = 0; i < levels; i++)
		buf_printf(b, "Content-Type: multipart/mixed; boundary=b%04u\n"
		    "\n--b%04u\n", i, i);
	buf_puts(b, "\nx\n");
	while (i-- > 0)
		buf_printf(b, "--b%04u--\n", i);
}

/* Reads b->p; `most_ms` of CPU, or 0 for whatever. */
static void
check_bomb(struct buf *b, enum reason reason, double most_ms)
{
	struct reading r;
	double before, took;
	char *mail = malloc(b->len + 1);

	assert_non_null(mail);
	assert_int_equal(buf_error(b), GW_OK);
	memcpy(mail, b->p, b->len);
	before = cpu_ms();
	read_owned(&r, STAGE_OUTER, mail, b->len);
	took = cpu_ms() - before;
	if (r.f.reason != reason)
		fail_msg("%s instead of %s", reason_name(
		    (enum reason)r.f.reason), reason_name(reason));
	if (most_ms > 0 && took >= most_ms)
		fail_msg("%s after %.1f ms", reason_name(reason), took);
	done(&r);
	buf_reset(b);
}

/* F9, T27: refused for a reason, in time that nobody notices. */
static void
test_bombs_are_refused_at_once(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, LIM_MAIL_BYTES + 1024);
	nest(&b, 1600);
	check_bomb(&b, REASON_TOO_DEEP, 5);
	nest(&b, LIM_DEPTH + 1);
	check_bomb(&b, REASON_TOO_DEEP, 5);
	nest(&b, LIM_DEPTH);
	check_bomb(&b, REASON_OK, 5);

	buf_puts(&b, FROM "Content-Type: multipart/mixed; boundary=m\n\n");
	repeat(&b, "--m\n\nx\n", 100000);
	buf_puts(&b, "--m--\n");
	check_bomb(&b, REASON_TOO_DEEP, 100);

	buf_puts(&b, "From: ");
	repeat(&b, "(", 1000000);
	repeat(&b, ")", 1000000);
	buf_puts(&b, "\n\nx\n");
	check_bomb(&b, REASON_MALFORMED, 100);
	buf_puts(&b, "From: ");
	repeat(&b, "(", 1000);
	repeat(&b, ")", 1000);
	buf_puts(&b, " a@b.be\n\nx\n");
	check_bomb(&b, REASON_MALFORMED, 100);

	buf_puts(&b, FROM);
	repeat(&b, "X: y\n", 100000);
	buf_puts(&b, "\nx\n");
	check_bomb(&b, REASON_MALFORMED, 100);
	buf_puts(&b, FROM);
	repeat(&b, "X: y\n", LIM_HEADER_FIELDS);
	buf_puts(&b, "\nx\n");
	check_bomb(&b, REASON_MALFORMED, 100);
	buf_puts(&b, FROM "X: ");
	repeat(&b, "y", LIM_HEADER_LINE);
	buf_puts(&b, "\n\nx\n");
	check_bomb(&b, REASON_MALFORMED, 100);
	buf_free(&b);
}

static void
test_a_mail_past_the_limit_is_too_big(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, LIM_MAIL_BYTES + 1024);
	buf_puts(&b, FROM "\n");
	while (b.len < LIM_MAIL_BYTES)
		buf_puts(&b, "0123456789012345678901234567890123456789\n");
	b.len = LIM_MAIL_BYTES;
	check_bomb(&b, REASON_OK, 0);
	b.len = LIM_MAIL_BYTES + 1;
	check_bomb(&b, REASON_TOO_BIG, 5);
	buf_free(&b);
}

/* R15: many files, or a text as long as a book. */
static void
test_attachments_are_counted(void **state)
{
	struct reading r;
	struct buf b;
	size_t n;
	char *mail;

	(void)state;
	buf_init(&b, 4 * LIM_TEXT_BYTES);
	for (n = LIM_ATTACHMENTS; n <= LIM_ATTACHMENTS + 1; n++) {
		buf_puts(&b, "Content-Type: multipart/mixed; boundary=m\n\n");
		repeat(&b, "--m\nContent-Type: image/jpeg\n\nx\n", n);
		buf_puts(&b, "--m--\n");
		read_text(&r, STAGE_INNER, buf_str(&b), false);
		assert_int_equal(r.f.attachments, n);
		assert_int_equal((r.f.flags & MAIL_FORBIDDEN) != 0,
		    n > LIM_ATTACHMENTS);
		done(&r);
		buf_reset(&b);
	}
	buf_puts(&b, "\n");
	repeat(&b, "x", LIM_TEXT_BYTES + 1);
	mail = malloc(b.len);
	assert_non_null(mail);
	memcpy(mail, b.p, b.len);
	read_owned(&r, STAGE_INNER, mail, b.len);
	assert_true(r.f.flags & MAIL_FORBIDDEN);
	done(&r);
	buf_free(&b);
}

/* Base64 is decoded in runs; their seams may not show. */
static void
test_base64_of_any_length(void **state)
{
	static const size_t lengths[] = { 0, 1, 2, 3, 12287, 12288, 12289,
		24576, 100001 };
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	struct buf b;
	uint8_t *out;
	size_t i, k, n;
	uint32_t bits;

	(void)state;
	buf_init(&b, 1024 * 1024);
	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		for (k = 0; k < lengths[i]; k += 3) {
			n = lengths[i] - k;
			bits = (uint32_t)(k % 251) << 16;
			bits |= n > 1 ? (uint32_t)((k + 1) % 251) << 8 : 0;
			bits |= n > 2 ? (uint32_t)((k + 2) % 251) : 0;
			buf_putc(&b, alphabet[bits >> 18]);
			buf_putc(&b, alphabet[(bits >> 12) & 63]);
			buf_putc(&b, n > 1 ? alphabet[(bits >> 6) & 63] : '=');
			buf_putc(&b, n > 2 ? alphabet[bits & 63] : '=');
			if (k % 57 == 0)
				buf_puts(&b, "\r\n");
		}
		assert_int_equal(decode_body((struct bytes){ b.p, b.len },
		    ENCODING_BASE64, &out, &n), GW_OK);
		assert_int_equal(n, lengths[i]);
		for (k = 0; k < n; k++)
			assert_int_equal(out[k], k % 251);
		free(out);
		buf_reset(&b);
	}
	buf_free(&b);
}

static void
test_irregular_encodings_are_no_encodings(void **state)
{
	static const struct {
		enum encoding encoding;
		const char *in;
		enum gw_err r;
	} cases[] = {
		{ ENCODING_BASE64, "aGVs bG8=\n", GW_OK },
		{ ENCODING_BASE64, "aGVsbG8", GW_FORMAT },
		{ ENCODING_BASE64, "aGVs=bG8", GW_FORMAT },
		{ ENCODING_BASE64, "aGVsbA====", GW_FORMAT },
		{ ENCODING_BASE64, "aGVs-G8=", GW_FORMAT },
		{ ENCODING_BASE64, "aGVsbG8=\n--footer\n", GW_FORMAT },
		{ ENCODING_QP, "a=3Db=3d=\n=  \r\nc=", GW_OK },
		{ ENCODING_QP, "a=3", GW_FORMAT },
		{ ENCODING_QP, "a=3G", GW_FORMAT },
		{ ENCODING_QP, "a= b\n", GW_FORMAT },
		{ ENCODING_UNKNOWN, "a", GW_FORMAT },
	};
	uint8_t *out;
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (decode_body((struct bytes){ (const uint8_t *)cases[i].in,
		    strlen(cases[i].in) }, cases[i].encoding, &out, &n) !=
		    cases[i].r)
			fail_msg("%s", cases[i].in);
		free(out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_envelopes),
		cmocka_unit_test(test_practice_mails),
		cmocka_unit_test(test_clear_and_inline_mails),
		cmocka_unit_test(test_machines_are_recognised),
		cmocka_unit_test(
		    test_what_can_be_read_in_two_ways_is_malformed),
		cmocka_unit_test(test_decrypted_entities),
		cmocka_unit_test(test_only_headers_inside_the_signature_count),
		cmocka_unit_test(test_signed_bytes_are_exact),
		cmocka_unit_test(test_a_combined_payload_is_the_whole_entity),
		cmocka_unit_test(
		    test_ciphertext_is_given_as_it_stands_or_decoded),
		cmocka_unit_test(test_from_is_one_canonical_address_or_none),
		cmocka_unit_test(
		    test_a_nul_or_mixed_line_ends_in_the_structure),
		cmocka_unit_test(test_delivery_notices),
		cmocka_unit_test(test_facts_of_the_text),
		cmocka_unit_test(test_what_a_mail_answers),
		cmocka_unit_test(test_bombs_are_refused_at_once),
		cmocka_unit_test(test_a_mail_past_the_limit_is_too_big),
		cmocka_unit_test(test_attachments_are_counted),
		cmocka_unit_test(test_base64_of_any_length),
		cmocka_unit_test(test_irregular_encodings_are_no_encodings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
