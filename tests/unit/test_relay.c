/*
 * A mail as its sender signed it. Whoever gets it opens it with a gpg of their
 * own and verifies the sender's signature, in both shapes; nobody else opens
 * it, and nothing of ours is in it (R101, R103).
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/reason.h"
#include "keys/keys.h"
#include "transport/sink.h"
#include "world.h"

#define RCPT	"rsa3@insecure.example"
#define HEAD	"From: <" OWN ">\r\nTo: <" RCPT ">\r\n" \
		"Date: Wed, 25 Nov 2026 22:00:00 +0000\r\n" \
		"Message-ID: <1.2@insecure.example>\r\n" \
		"Subject: [...]\r\nMIME-Version: 1.0\r\n"

/* The shell's: ed25, the information officer, makes `mail` of `text`. */
#define TEXT	"printf 'Content-Type: text/plain\\r\\n\\r\\nVERZENDEN " \
		"INSECURE\\r\\n' > text; "
#define INSIDE	"$GPG -u ed25@i -a --detach-sign -o sig text; { printf " \
		"'Content-Type: multipart/signed; boundary=b; micalg=pgp-" \
		"sha512; protocol=\"application/pgp-signature\"\\r\\n\\r\\n" \
		"--b\\r\\n'; cat text; printf '\\r\\n--b\\r\\nContent-Type: " \
		"application/pgp-signature\\r\\n\\r\\n'; sed 's/$/\\r/' sig; " \
		"printf -- '\\r\\n--b--\\r\\n'; } > entity; "

/* ---- asking ---- */

static enum gw_err
relay(const char *fpr, const char *head, int *out)
{
	struct msg_relay in = { .id = 3, .mail = world_memfd("mail") };
	struct stat st;
	enum gw_err r;

	assert_int_equal(fstat(in.mail, &st), 0);
	in.cipher.len = (uint64_t)st.st_size;
	(void)snprintf(in.fpr, sizeof(in.fpr), "%s", fpr);
	assert_int_equal(memfd_from(head, strlen(head), &in.head), GW_OK);
	r = keys_relay(world_keys, &in, out);
	assert_true((r == GW_OK) == (*out >= 0));
	close(in.mail);
	close(in.head);
	return r;
}

#define OPENED	7

/* Opens `mail` under OPENED; `stranger` as in messages.def. */
static void
unwrap(bool stranger)
{
	struct msg_unwrap in = { .id = OPENED, .stranger = stranger,
		.mail = world_memfd("mail") };
	struct msg_unwrapped out;
	struct stat st;

	assert_int_equal(fstat(in.mail, &st), 0);
	in.cipher.len = (uint64_t)st.st_size;
	assert_int_equal(keys_unwrap(world_keys, &in, &out), GW_OK);
	/* Nothing of it is needed any more on this side. */
	close(in.mail);
	if (out.plain >= 0)
		close(out.plain);
}

/* Strips what is out under OPENED, and wipes it. */
static enum gw_err
strip(int *out)
{
	enum gw_err r = keys_strip(world_keys, OPENED, out);

	assert_true((r == GW_OK) == (*out >= 0));
	keys_wipe(world_keys, OPENED);
	return r;
}

/* The bytes of a frozen memfd into a file; it is closed. */
static size_t
keep(int fd, const char *name)
{
	struct map m;
	size_t n;

	assert_int_equal(memfd_map(fd, 2 * LIM_PLAIN_BYTES, &m), GW_OK);
	world_write(name, m.p, m.len);
	n = m.len;
	memfd_unmap(&m);
	close(fd);
	return n;
}

/* Makes `mail` by a line of shell; $GPG is the partners' gpg. */
static void
make_mail(const char *what, const char *line)
{
	world_must(what, "GPG=\"" P "\"; " TEXT "%s", line);
}

/* ---- relay ---- */

static const struct {
	const char *name;
	const char *make;
	bool combined;
} shapes[] = {
	{ "combined", "$GPG -u ed25@i -a -se -r gateway@i -o mail text", true },
	{ "combined, compressed", "$GPG -u ed25@i -z 6 --compress-algo zip "
	    "-a -se -r gateway@i -o mail text", true },
	{ "combined, bzip2, binary", "$GPG -u ed25@i --compress-algo bzip2 "
	    "-se -r gateway@i -o mail text", true },
	{ "combined, to the sender too", "$GPG -u ed25@i -a -se -r ed25@i "
	    "-r gateway@i -o mail text", true },
	{ "signed inside", INSIDE "$GPG -a -e -r gateway@i -o mail entity",
	    false },
	{ "signed inside, compressed", INSIDE "$GPG -z 6 --compress-algo zlib "
	    "-a -e -r gateway@i -o mail entity", false },
	{ "signed inside, not compressed", INSIDE "$GPG -z 0 -a -e "
	    "-r gateway@i -o mail entity", false },
};

/* The guard at the door, which reads it as if somebody else had made it. */
static void
check_guard(const char *name)
{
	size_t n;
	uint8_t *p = world_read("relayed", &n);

	if (!sink_may_leave(p, n, RCPT, false))
		fail_msg("%s: stays in the house", name);
	assert_false(sink_may_leave(p, n, "ed25@insecure.example", false));
	free(p);
}

/* rsa3 opens `relayed`, alone, and sees ed25's signature and text. */
static void
check_relayed(const char *name, bool combined)
{
	world_must(name, "tr -d '\\r' < relayed | sed -n '/BEGIN PGP M/,"
	    "/END PGP M/p' > asc; rm -f plain; " P "--status-fd 3 -o plain -d "
	    "asc 3> status && [ $(grep -c ' ENC_TO ' status) = 1 ] && "
	    "grep -q 'DECRYPTION_KEY .* %s ' status && "
	    "[ $(grep -c ' PLAINTEXT ' status) = 1 ]", world_fpr_of("rsa3"));
	if (combined) {
		world_must(name, "cmp plain text && "
		    "[ $(grep -c NEWSIG status) = 1 ] && "
		    "grep -q 'VALIDSIG .* %s' status", world_fpr_of("ed25"));
		return;
	}
	world_must(name, "cmp plain entity && ! grep -q SIG status && "
	    "python3 -c 'd = open(\"plain\", \"rb\").read().split("
	    "b\"--b\\r\\n\"); open(\"cut\", \"wb\").write(d[1][:-2]); "
	    "open(\"cut.sig\", \"wb\").write(d[2])' && " P "--status-fd 3 "
	    "--verify cut.sig cut 3> status && "
	    "grep -q 'VALIDSIG .* %s' status", world_fpr_of("ed25"));
}

static void
the_recipient_opens_what_the_sender_signed(void **state)
{
	size_t i, n;
	int fd;

	(void)state;
	for (i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		make_mail(shapes[i].name, shapes[i].make);
		if (relay(world_fpr_of("rsa3"), HEAD, &fd) != GW_OK)
			fail_msg("%s", shapes[i].name);
		n = keep(fd, "relayed");
		assert_int_equal(n, keys_bucket(n, 0));
		check_guard(shapes[i].name);
		check_relayed(shapes[i].name, shapes[i].combined);
	}
	world_no_orphans();
}

/* Not the gateway, not the information officer; and the gateway signed
 * nothing. */
static void
nobody_else_opens_it(void **state)
{
	int fd;

	(void)state;
	make_mail("mail", shapes[3].make);
	assert_int_equal(relay(world_fpr_of("rsa3"), HEAD, &fd), GW_OK);
	(void)keep(fd, "relayed");
	world_must("without its key", "tr -d '\\r' < relayed | "
	    "sed -n '/BEGIN PGP M/,/END PGP M/p' > asc; "
	    "gpg --homedir gw --status-fd 3 -o none -d asc 3> status; "
	    "grep -q 'NO_SECKEY' status && ! grep -q DECRYPTION_OKAY status "
	    "&& cp -r p q && for g in $(" P "--with-colons --with-keygrip -K "
	    "rsa3@i | awk -F: '/^grp/{print $10}'); do "
	    "rm q/private-keys-v1.d/$g.key; done; "
	    "gpg --homedir q --batch --pinentry-mode loopback "
	    "--passphrase '' --status-fd 3 -o none -d asc 3> status; "
	    "gpgconf --homedir q --kill all; rm -rf q; "
	    "grep -q 'NO_SECKEY' status && ! grep -q DECRYPTION_OKAY status");
	world_must("the head", "printf '" HEAD "' | cmp -n %zu - relayed",
	    sizeof(HEAD) - 1);
}

static void
an_independent_parser_sees_two_parts(void **state)
{
	int fd;

	(void)state;
	make_mail("mail", shapes[0].make);
	assert_int_equal(relay(world_fpr_of("rsa3"), HEAD, &fd), GW_OK);
	(void)keep(fd, "relayed");
	world_must("python", "python3 -c 'import email, email.policy as p;"
	    "m = email.message_from_binary_file(open(\"relayed\", \"rb\"),"
	    "    policy=p.SMTP);"
	    "q = m.get_payload();"
	    "assert m.get_content_type() == \"multipart/encrypted\";"
	    "assert [x.get_content_type() for x in q] == "
	    "[\"application/pgp-encrypted\", \"application/octet-stream\"];"
	    "assert not m.preamble and not m.epilogue and not m.defects'");
}

/* ---- strip ---- */

static void
a_stripped_mail_verifies(void **state)
{
	size_t i;
	int fd;

	(void)state;
	for (i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		make_mail(shapes[i].name, shapes[i].make);
		unwrap(false);
		if (!shapes[i].combined) {
			assert_int_equal(strip(&fd), GW_STATE);
			continue;
		}
		if (strip(&fd) != GW_OK)
			fail_msg("%s", shapes[i].name);
		(void)keep(fd, "signed");
		/* Anybody who has ed25's key, and no secret one. */
		world_must(shapes[i].name, "mkdir -m 700 q && "
		    "gpg --homedir q -q --batch --import ed25.pub; rm -f plain;"
		    "head -1 signed | grep -q 'BEGIN PGP MESSAGE' && "
		    "gpg --homedir q --batch --trust-model always "
		    "--status-fd 3 -o plain -d signed 3> status; "
		    "gpgconf --homedir q --kill all; rm -rf q; cmp plain text "
		    "&& ! grep -q DECRYPTION status && "
		    "grep -q 'VALIDSIG .* %s' status", world_fpr_of("ed25"));
	}
	world_no_orphans();
}

/* Opens the file `signed` as what strip left; the verdict. With a text it must
 * be the one that was signed. */
static uint32_t
open_again(void)
{
	struct msg_unwrap in = { .id = OPENED, .stripped = 1,
		.mail = world_memfd("signed") };
	struct msg_unwrapped out;
	struct stat st;

	assert_int_equal(fstat(in.mail, &st), 0);
	in.cipher.len = (uint64_t)st.st_size;
	assert_int_equal(keys_unwrap(world_keys, &in, &out), GW_OK);
	close(in.mail);
	assert_true((out.reason == REASON_OK ||
	    out.reason == REASON_NOT_SIGNED) == (out.plain >= 0));
	if (out.reason == REASON_OK)
		assert_string_equal(out.fpr, world_fpr_of("ed25"));
	if (out.plain >= 0) {
		(void)keep(out.plain, "plain");
		world_must("the text", "cmp plain text");
	}
	keys_wipe(world_keys, OPENED);
	return out.reason;
}

/* With no agent, and so with no secret key: R89 is proven without either. */
static void
a_stripped_mail_opens_again(void **state)
{
	size_t i;
	int fd;

	(void)state;
	for (i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		if (!shapes[i].combined)
			continue;
		make_mail(shapes[i].name, shapes[i].make);
		unwrap(false);
		assert_int_equal(strip(&fd), GW_OK);
		(void)keep(fd, "signed");
		(void)world_sh(NO_AGENT "true");
		if (open_again() != REASON_OK)
			fail_msg("%s", shapes[i].name);
		assert_int_equal(keys_pin(world_keys, world_fpr_of("ed25"),
		    false), GW_OK);
		assert_int_equal(open_again(), REASON_UNKNOWN_KEY);
		assert_int_equal(keys_pin(world_keys, world_fpr_of("ed25"),
		    true), GW_OK);
	}
	world_no_orphans();
}

static void
what_was_not_stripped_does_not_open_so(void **state)
{
	static const struct {
		const char *name;
		const char *make;	/* shell: the file mail, as `signed` */
		uint32_t reason;
	} rows[] = {
		{ "sealed", "$GPG -u ed25@i -a -se -r gateway@i -o mail text",
		    REASON_BAD_SIGNATURE },
		{ "nothing", ": > mail", REASON_BAD_SIGNATURE },
		{ "in clear", "$GPG -u ed25@i --clear-sign -o mail text",
		    REASON_BAD_SIGNATURE },
		{ "a text", "$GPG -a --store -z 0 -o mail text",
		    REASON_BAD_SIGNATURE },
		{ "a text, compressed", "$GPG -a --store -z 6 -o mail text",
		    REASON_NOT_SIGNED },
		{ "a signature alone", "$GPG -u ed25@i -a -b -o mail text",
		    REASON_BAD_SIGNATURE },
		{ "another text", "$GPG -u ed25@i -z 0 -s -o m text; "
		    "sed 's/VERZENDEN/VERZONDEN/' m > mail",
		    REASON_BAD_SIGNATURE },
		{ "two", "$GPG -u ed25@i -z 0 -s -o m text; cat m m > mail",
		    REASON_BAD_SIGNATURE },
		{ "by a stranger", "$GPG -u stranger@i -a -s -o mail text",
		    REASON_UNKNOWN_KEY },
		{ "by somebody suspended", "$GPG -u suspended@i -a -s -o mail "
		    "text", REASON_UNKNOWN_KEY },
		{ "signed by two", "$GPG -u ed25@i -u rsa2@i -z 6 -a -s "
		    "-o mail text", REASON_SEVERAL_SIGNATURES },
		{ "sealed inside", "$GPG -e -r gateway@i -o m text; "
		    "$GPG -u ed25@i -z 6 --compress-algo zip -a -s -o mail m; "
		    "rm text; cp m text", REASON_OK },
		{ "a bomb", "head -c 60M /dev/zero | $GPG -u ed25@i -z 9 "
		    "--compress-algo bzip2 -a -s -o mail", REASON_BOMB },
	};
	uint32_t reason;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_mail(rows[i].name, rows[i].make);
		world_must("mail", "mv mail signed");
		reason = open_again();
		if (reason != rows[i].reason)
			fail_msg("%s: %s", rows[i].name,
			    reason_name((enum reason)reason));
	}
	world_no_orphans();
}

/* ---- what does not go on ---- */

static void
what_may_not_be_opened_goes_nowhere(void **state)
{
	static const struct {
		const char *name;
		const char *make;	/* shell: the file mail */
		enum gw_err err;
	} rows[] = {
		{ "garbage", "head -c 3000 /dev/urandom > mail", GW_DENIED },
		{ "text", "cp text mail", GW_DENIED },
		{ "nothing", ": > mail", GW_DENIED },
		{ "armored garbage", "{ echo '-----BEGIN PGP MESSAGE-----'; "
		    "echo; head -c 300 /dev/urandom | base64; "
		    "echo '-----END PGP MESSAGE-----'; } > mail", GW_DENIED },
		{ "cut off", "$GPG -u ed25@i -se -r gateway@i -o m text; "
		    "head -c -9 m > mail", GW_DENIED },
		{ "sealed to somebody else", "$GPG -u ed25@i -a -se "
		    "-r rsa2@i -o mail text", GW_DENIED },
		{ "not sealed", "$GPG -u ed25@i -a -s -o mail text",
		    GW_DENIED },
		{ "signed by a stranger", "$GPG -u stranger@i -a -se "
		    "-r gateway@i -o mail text", GW_DENIED },
		{ "by somebody suspended", "$GPG -u suspended@i -a -se "
		    "-r gateway@i -o mail text", GW_DENIED },
		{ "signed by two", "$GPG -u ed25@i -u rsa2@i -a -se "
		    "-r gateway@i -o mail text", GW_DENIED },
		{ "a password", "$GPG --passphrase x -u ed25@i -a -s -c -o mail "
		    "text", GW_DENIED },
		{ "two mails", "$GPG -u ed25@i -se -r gateway@i -o m text; "
		    "cat m m > mail", GW_DENIED },
		{ "a mail in a mail", "$GPG -u ed25@i -se -r gateway@i -o m "
		    "text; gpg --homedir p --batch --yes -q --trust-model "
		    "always --no-literal -e -r gateway@i -o mail m",
		    GW_DENIED },
		{ "a bomb", "head -c 60M /dev/zero | $GPG -u ed25@i -z 9 "
		    "--compress-algo bzip2 -a -se -r gateway@i -o mail",
		    GW_LIMIT },
		{ "a bomb without a signature", "head -c 60M /dev/zero | "
		    "$GPG -z 9 --compress-algo bzip2 -a -e -r gateway@i "
		    "-o mail", GW_LIMIT },
	};
	enum gw_err r;
	size_t i;
	int fd;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_mail(rows[i].name, rows[i].make);
		r = relay(world_fpr_of("rsa3"), HEAD, &fd);
		if (r != rows[i].err)
			fail_msg("relay, %s: %s", rows[i].name, gw_strerror(r));
		unwrap(false);
		r = strip(&fd);
		if (r != GW_DENIED)
			fail_msg("strip, %s: %s", rows[i].name, gw_strerror(r));
	}
	world_no_orphans();
}

/* Only what is out now, and never what is let out to look for a key in it. */
static void
only_what_was_judged_is_stripped(void **state)
{
	int fd;

	(void)state;
	make_mail("mail", shapes[0].make);
	assert_int_equal(strip(&fd), GW_DENIED);
	unwrap(false);
	assert_int_equal(keys_strip(world_keys, OPENED + 1, &fd), GW_DENIED);
	assert_int_equal(keys_strip(world_keys, 0, &fd), GW_DENIED);
	assert_int_equal(strip(&fd), GW_OK);
	close(fd);
	assert_int_equal(strip(&fd), GW_DENIED);
	make_mail("mail", "$GPG -u stranger@i -a -se -r gateway@i -o mail text");
	unwrap(true);
	assert_int_equal(strip(&fd), GW_DENIED);
	assert_int_equal(fd, -1);
	world_no_orphans();
}

static void
unusable_recipients_get_nothing(void **state)
{
	static const char *const users[] = { "old", "revoked", "stranger" };
	size_t i;
	int fd;

	(void)state;
	make_mail("mail", shapes[0].make);
	for (i = 0; i < sizeof(users) / sizeof(users[0]); i++)
		assert_int_equal(relay(world_fpr_of(users[i]), HEAD, &fd),
		    GW_KEY);
	assert_int_equal(relay("", HEAD, &fd), GW_KEY);
	world_no_orphans();
}

/* T19: what core must not be able to send by mistake. */
static void
heads_and_spans_are_checked(void **state)
{
	static const char *const heads[] = { "", "To: a\nCc: b\r\n", "To: a",
	    "To: a\r\n\r\ntext\r\n", "To: \xc3\xa9\r\n",
	    "content-type: text/plain\r\n" };
	struct msg_relay in = { .id = 3 };
	size_t i;
	int fd;

	(void)state;
	make_mail("mail", shapes[0].make);
	for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		assert_int_equal(relay(world_fpr_of("rsa3"), heads[i], &fd),
		    GW_FORMAT);
	(void)snprintf(in.fpr, sizeof(in.fpr), "%s", world_fpr_of("rsa3"));
	assert_int_equal(memfd_from(HEAD, strlen(HEAD), &in.head), GW_OK);
	in.mail = world_memfd("mail");
	in.cipher = (struct span){ 1, UINT64_MAX };
	assert_int_equal(keys_relay(world_keys, &in, &fd), GW_FORMAT);
	assert_int_equal(fd, -1);
	in.cipher = (struct span){ 0, 1000000 };
	assert_int_equal(keys_relay(world_keys, &in, &fd), GW_FORMAT);
	close(in.mail);
	close(in.head);
}

/* A mail that is as large as one may be goes on as well. */
static void
a_large_mail_goes_on(void **state)
{
	size_t n;
	int fd;

	(void)state;
	make_mail("mail", "head -c 17M /dev/urandom > text; "
	    "$GPG -u ed25@i -a -se -r gateway@i -o mail text");
	assert_int_equal(relay(world_fpr_of("rsa3"), HEAD, &fd), GW_OK);
	n = keep(fd, "relayed");
	assert_int_equal(n, keys_bucket(n, 0));
	check_relayed("large", true);
	unwrap(false);
	assert_int_equal(strip(&fd), GW_OK);
	close(fd);
	world_no_orphans();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_recipient_opens_what_the_sender_signed),
		cmocka_unit_test(nobody_else_opens_it),
		cmocka_unit_test(an_independent_parser_sees_two_parts),
		cmocka_unit_test(a_stripped_mail_verifies),
		cmocka_unit_test(a_stripped_mail_opens_again),
		cmocka_unit_test(what_was_not_stripped_does_not_open_so),
		cmocka_unit_test(what_may_not_be_opened_goes_nowhere),
		cmocka_unit_test(only_what_was_judged_is_stripped),
		cmocka_unit_test(unusable_recipients_get_nothing),
		cmocka_unit_test(heads_and_spans_are_checked),
		cmocka_unit_test(a_large_mail_goes_on),
	};

	return cmocka_run_group_tests(tests, world_make, world_end);
}
