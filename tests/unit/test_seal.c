/*
 * Making mail, and the keys it is made with: a partner's gpg opens what
 * keys/ sealed; key files of every kind knock at the ring.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/log.h"
#include "keys/keys.h"
#include "world.h"

#define OUTER	"From: <" OWN ">\r\nTo: <a@insecure.example>\r\n" \
		"Subject: [...]\r\nMIME-Version: 1.0\r\n"
#define PREFIX	"Content-Type: multipart/mixed; boundary=\"in\"\r\n" \
		"\r\n--in\r\nContent-Type: text/plain\r\n\r\nINSECURE\r\n" \
		"--in\r\nContent-Type: message/rfc822\r\n\r\n"
#define SUFFIX	"\r\n--in--\r\n"

/* ---- helpers ---- */

static int
secret_of(const void *p, size_t n)
{
	struct secret s;
	int fd;

	assert_int_equal(secret_new(&s, LIM_PLAIN_BYTES), GW_OK);
	assert_int_equal(secret_add(&s, p, n), GW_OK);
	assert_int_equal(secret_seal(&s), GW_OK);
	fd = dup(s.fd);
	/* Unmapped, not wiped. */
	close(s.fd);
	return fd;
}

static int guest = -1;	/* the recipient's key, when it is none of the ring */

/* Seals PREFIX body SUFFIX to `user` ("" = signed only). */
static enum gw_err
seal(const char *fpr, const char *outer, const void *body, size_t n,
    uint32_t bucket, int *mail)
{
	char head[8192];
	struct msg_seal in = { .outer_len = (uint32_t)strlen(outer),
	    .prefix_len = sizeof(PREFIX) - 1, .bucket = bucket,
	    .body = { 0, n }, .guest = guest };
	enum gw_err r;

	(void)snprintf(in.fpr, sizeof(in.fpr), "%s", fpr);
	(void)snprintf(head, sizeof(head), "%s%s%s", outer, PREFIX, SUFFIX);
	assert_int_equal(memfd_from(head, strlen(head), &in.head), GW_OK);
	in.plain = n == 0 ? -1 : secret_of(body, n);
	r = keys_seal(world_keys, &in, mail);
	close(in.head);
	if (in.plain >= 0)
		close(in.plain);
	return r;
}

static size_t
keep(int mail, const char *name)
{
	struct map m;
	size_t n;

	assert_int_equal(memfd_map(mail, 2 * LIM_PLAIN_BYTES, &m), GW_OK);
	world_write(name, m.p, m.len);
	n = m.len;
	memfd_unmap(&m);
	close(mail);
	return n;
}

/* Every line ends with CRLF, none is too long, nothing but ASCII (T20). */
static void
check_lines(const uint8_t *p, size_t n)
{
	size_t i, line = 0;

	for (i = 0; i < n; i++) {
		if (p[i] == '\n') {
			assert_true(i > 0 && p[i - 1] == '\r');
			line = 0;
			continue;
		}
		assert_true(p[i] < 0x7f && (p[i] >= 0x20 || p[i] == '\t' ||
		    (p[i] == '\r' && i + 1 < n && p[i + 1] == '\n')));
		assert_true(++line <= 998);
	}
	assert_int_equal(line, 0);
}

/* ---- sealing ---- */

static void
buckets_grow_as_promised(void **state)
{
	uint64_t n, b;

	(void)state;
	assert_int_equal(keys_bucket(1, 0), 4096);
	assert_int_equal(keys_bucket(4096, 0), 4096);
	assert_int_equal(keys_bucket(4097, 0), 8192);
	assert_int_equal(keys_bucket(100, 12288), 12288);
	assert_int_equal(keys_bucket(12289, 12288), 16384);
	for (n = 1; n < 64u * 1024 * 1024; n += n / 7 + 1) {
		b = keys_bucket(n, 0);
		assert_true(b >= n && b % 4096 == 0);
		assert_true(n <= 65536 ? b - n < 4096 : b - n <= n / 8);
		/* A bucket is its own bucket. */
		assert_int_equal(keys_bucket(b, 0), b);
	}
}

/* R21, T40: the size of a receipt does not tell whose it is. */
static void
equal_texts_give_equal_sizes(void **state)
{
	static const char *const users[] = { "ed25", "rsa2", "rsa3", "rsa4",
	    "nist" };
	char body[6000];
	size_t i, n, at, size;
	int mail;

	(void)state;
	memset(body, 'x', sizeof(body));
	for (n = 0; n < sizeof(body); n += 411) {
		for (i = 0, size = 0; i < 5; i++) {
			assert_int_equal(seal(world_fpr_of(users[i]), OUTER,
			    body, n, 8192, &mail), GW_OK);
			at = keep(mail, "mail");
			assert_int_equal(at, keys_bucket(at, 8192));
			assert_true(size == 0 || size == at);
			size = at;
		}
		/* And no larger than it has to be. */
		assert_true(size <= keys_bucket(n * 4 / 3 + 4096, 8192));
	}
	world_no_orphans();
}

/* The same key, over and over: MPIs come out shorter now and then. */
static void
no_chance_changes_the_size(void **state)
{
	int mail, i;

	(void)state;
	for (i = 0; i < 60; i++) {
		assert_int_equal(seal(world_fpr_of(i % 2 ? "rsa2" : "ed25"),
		    OUTER, "abc", 3, 8192, &mail), GW_OK);
		assert_int_equal(keep(mail, "mail"), 8192);
	}
}

static void
check_sealed(const char *user, const void *body, size_t n)
{
	char fpr[LIM_FPR + 1];
	uint8_t *mail, *plain;
	size_t len, i;
	int fd;

	(void)snprintf(fpr, sizeof(fpr), "%s", world_fpr_of(user));
	assert_int_equal(seal(fpr, OUTER, body, n, 0, &fd), GW_OK);
	(void)keep(fd, "mail");
	mail = world_read("mail", &len);
	check_lines(mail, len);
	assert_memory_equal(mail, OUTER, sizeof(OUTER) - 1);
	free(mail);
	/* One signature, by us, with SHA-512 (10), over it all. */
	world_must(user, "tr -d '\\r' < mail | sed -n '/BEGIN PGP/,/END PGP/p' "
	    "> asc && " P "--status-fd 3 -d -o plain asc 3> status && "
	    "grep -q 'ENC_TO' status && grep -q 'DECRYPTION_INFO 2 9' status "
	    "&& [ $(grep -c '_TO ' status) = 1 ] && "
	    "[ $(grep -c NEWSIG status) = 1 ] && grep -q "
	    "'VALIDSIG %s .* 10 00 %s' status", world_fpr, world_fpr);
	plain = world_read("plain", &len);
	assert_true(len >= sizeof(PREFIX) - 1 + n + sizeof(SUFFIX) - 1);
	assert_memory_equal(plain, PREFIX, sizeof(PREFIX) - 1);
	i = sizeof(PREFIX) - 1;
	if (n > 0)
		assert_memory_equal(plain + i, body, n);
	i += n;
	assert_memory_equal(plain + i, SUFFIX, sizeof(SUFFIX) - 1);
	/* The epilogue is white space that ends with CRLF. */
	for (i += sizeof(SUFFIX) - 1; i < len; i++)
		assert_non_null(strchr(" \r\n", plain[i]));
	assert_memory_equal(plain + len - 2, "\r\n", 2);
	free(plain);
}

static void
a_sealed_mail_opens(void **state)
{
	static const char *const users[] = { "ed25", "rsa2", "rsa3", "rsa4",
	    "nist" };
	uint8_t bytes[70000];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 31 + i / 256);
	for (i = 0; i < 5; i++) {
		check_sealed(users[i], NULL, 0);
		check_sealed(users[i], bytes, sizeof(bytes) - i * 997);
	}
	world_no_orphans();
}

/* An independent reader, Python's, sees RFC 3156 and nothing beside it. */
static void
another_parser_sees_two_parts(void **state)
{
	int mail;

	(void)state;
	assert_int_equal(seal(world_fpr_of("ed25"), OUTER, "abc", 3, 0, &mail),
	    GW_OK);
	(void)keep(mail, "mail");
	world_must("python", "python3 -c 'import email, email.policy as p;"
	    "m = email.message_from_binary_file(open(\"mail\", \"rb\"),"
	    "    policy=p.SMTP);"
	    "q = m.get_payload();"
	    "assert m.get_content_type() == \"multipart/encrypted\";"
	    "assert m.get_param(\"protocol\") == \"application/pgp-encrypted\";"
	    "assert [x.get_content_type() for x in q] == "
	    "[\"application/pgp-encrypted\", \"application/octet-stream\"];"
	    "assert q[0].get_content().strip() == b\"Version: 1\";"
	    "assert not m.preamble and not m.epilogue and not m.defects'");
}

static void
a_signed_mail_verifies(void **state)
{
	int mail;
	size_t n;
	uint8_t *p;

	(void)state;
	assert_int_equal(seal("", OUTER, NULL, 0, 0, &mail), GW_OK);
	(void)keep(mail, "mail");
	p = world_read("mail", &n);
	check_lines(p, n);
	free(p);
	/* The signed bytes as RFC 3156 5 cuts them out. */
	world_must("signed", "python3 -c 'd = open(\"mail\", \"rb\").read();"
	    "h, b = d.split(b\"\\r\\n\\r\\n\", 1);"
	    "assert b\"multipart/signed; micalg=pgp-sha512\" in h;"
	    "s = b\"--\" + h.split(b\"boundary=\\\"\")[1].split(b\"\\\"\")[0];"
	    "x = (b\"\\r\\n\" + b).split(b\"\\r\\n\" + s);"
	    "assert len(x) == 4 and x[0] == b\"\" and x[3] == b\"--\\r\\n\";"
	    "open(\"text\", \"wb\").write(x[1][2:]);"
	    "open(\"sig\", \"wb\").write(x[2].split(b\"\\r\\n\\r\\n\", 1)[1])'"
	    " && " P "--status-fd 3 --verify sig text 3> status && "
	    "grep -q 'VALIDSIG %s .* 10 00' status", world_fpr);
	p = world_read("text", &n);
	assert_string_equal((char *)p, PREFIX SUFFIX);
	free(p);
}

/* T19: what core must not be able to send by mistake. */
static void
heads_are_checked(void **state)
{
	static const struct {
		const char *name, *outer;
		const char *user;
		const char *body;
	} rows[] = {
		{ "no header", "", "ed25", "x" },
		{ "bare LF", "To: a\nCc: b\r\n", "ed25", "x" },
		{ "bare CR", "To: a\rCc: b\r\n", "ed25", "x" },
		{ "an empty line: two headers", "To: a\r\n\r\nCc: b\r\n",
		    "ed25", "x" },
		{ "no line end", "To: a", "ed25", "x" },
		{ "8 bit", "To: \xc3\xa9\r\n", "ed25", "x" },
		{ "control character", "To: a\x01\r\n", "ed25", "x" },
		{ "our own field", "content-type: text/plain\r\n", "ed25",
		    "x" },
		{ "signed only, with bytes of a mail", OUTER, "", "x" },
	};
	char line[1100];
	size_t i;
	int mail;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (seal(rows[i].user[0] == '\0' ? "" :
		    world_fpr_of(rows[i].user), rows[i].outer, rows[i].body, 1,
		    0, &mail) != GW_FORMAT)
			fail_msg("%s", rows[i].name);
		assert_int_equal(mail, -1);
	}
	(void)snprintf(line, sizeof(line), "X: %0995d\r\n", 0);
	assert_int_equal(seal(world_fpr_of("ed25"), line, "x", 1, 0, &mail),
	    GW_OK);
	close(mail);
	(void)snprintf(line, sizeof(line), "X: %0996d\r\n", 0);
	assert_int_equal(seal(world_fpr_of("ed25"), line, "x", 1, 0, &mail),
	    GW_FORMAT);
}

static void
spans_are_checked(void **state)
{
	struct msg_seal in = { .outer_len = sizeof(OUTER) - 1, .guest = -1 };
	int mail;

	(void)state;
	(void)snprintf(in.fpr, sizeof(in.fpr), "%s", world_fpr_of("ed25"));
	assert_int_equal(memfd_from(OUTER SUFFIX, sizeof(OUTER SUFFIX) - 1,
	    &in.head), GW_OK);
	in.plain = secret_of("abc", 3);
	in.body = (struct span){ 2, 2 };
	assert_int_equal(keys_seal(world_keys, &in, &mail), GW_FORMAT);
	in.body = (struct span){ 0, 3 };
	in.prefix_len = sizeof(SUFFIX);
	assert_int_equal(keys_seal(world_keys, &in, &mail), GW_FORMAT);
	in.prefix_len = 0;
	in.outer_len = UINT32_MAX;
	assert_int_equal(keys_seal(world_keys, &in, &mail), GW_FORMAT);
	in.outer_len = sizeof(OUTER) - 1;
	in.bucket = UINT32_MAX;
	assert_int_equal(keys_seal(world_keys, &in, &mail), GW_FORMAT);
	in.bucket = 0;
	assert_int_equal(keys_seal(world_keys, &in, &mail), GW_OK);
	close(mail);
	close(in.plain);
	close(in.head);
}

static void
unusable_recipients_get_nothing(void **state)
{
	static const char *const users[] = { "revoked", "old", "stranger" };
	size_t i;
	int mail;

	(void)state;
	for (i = 0; i < 3; i++) {
		assert_int_equal(seal(world_fpr_of(users[i]), OUTER, "x", 1, 0,
		    &mail), GW_KEY);
		assert_int_equal(mail, -1);
	}
}

/* ---- to a key that is not in the ring ---- */

static size_t
sealed_size(const char *fpr, size_t n)
{
	static const uint8_t bytes[30000];
	int mail;

	assert_int_equal(seal(fpr, OUTER, bytes, n, 0, &mail), GW_OK);
	return keep(mail, "mail");
}

static void
a_guest_gets_the_same_mail(void **state)
{
	static const char *const users[] = { "stranger", "rsa4", "nist" };
	char file[32];
	size_t i, n;

	(void)state;
	world_snapshot("before");
	for (i = 0; i < 3; i++) {
		(void)snprintf(file, sizeof(file), "%s.pub", users[i]);
		guest = world_memfd(file);
		check_sealed(users[i], NULL, 0);
		check_sealed(users[i], file, sizeof(file));
		close(guest);
		guest = -1;
	}
	/* The same bucket as for somebody in the ring. */
	for (n = 100; n < 30000; n += 7919) {
		guest = world_memfd("stranger.pub");
		i = sealed_size(world_fpr_of("stranger"), n);
		close(guest);
		guest = -1;
		assert_int_equal(i, sealed_size(world_fpr_of("rsa2"), n));
	}
	world_snapshot("after");
	world_must("the ring", "diff before after");
	world_no_orphans();
}

static void
only_the_right_guest_gets_mail(void **state)
{
	static const struct {
		const char *name;
		const char *make;	/* shell: the file key */
		const char *user;	/* who is meant */
	} rows[] = {
		{ "another's key", "cat rsa2.pub", "stranger" },
		{ "two keys", "cat stranger.pub rsa2.pub", "stranger" },
		{ "a secret key", "$GPG --export-secret-keys stranger@i",
		    "stranger" },
		{ "T30: expired", "cat old.pub", "old" },
		{ "T31: RSA 1024", "cat weak.pub", "weak" },
		{ "T30: revoked", "$GPG --export revoked@i > r; sed "
		    "'s/^:---/---/' p/openpgp-revocs.d/$FPR.rev > rev; "
		    "$GPG --dearmor < rev > v; head -c 53 r; cat v; "
		    "tail -c +54 r", "revoked" },
		{ "cannot be encrypted to", "cat signonly.pub", "signonly" },
		{ "text", "echo x", "stranger" },
		{ "nothing", "true", "stranger" },
		{ "cut off", "head -c -1 stranger.pub", "stranger" },
		{ "too large", "cat stranger.pub; head -c 64K /dev/zero",
		    "stranger" },
	};
	size_t i;
	int mail;

	(void)state;
	world_snapshot("before");
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		world_must(rows[i].name, "GPG=\"" P "\"; FPR=%s; "
		    "make() { %s; }; make > key", world_fpr_of(rows[i].user),
		    rows[i].make);
		guest = world_memfd("key");
		if (seal(world_fpr_of(rows[i].user), OUTER, "x", 1, 0, &mail) !=
		    GW_KEY)
			fail_msg("%s", rows[i].name);
		assert_int_equal(mail, -1);
		close(guest);
	}
	/* Signed only, and yet to a guest: nonsense. */
	guest = world_memfd("stranger.pub");
	assert_int_equal(seal("", OUTER, NULL, 0, 0, &mail), GW_KEY);
	close(guest);
	guest = -1;
	world_snapshot("after");
	world_must("the ring", "diff before after");
	world_no_orphans();
}

static void
the_largest_mail_is_sealed(void **state)
{
	size_t n = 18u * 1024 * 1024, size;
	uint8_t *body = malloc(n);
	int64_t start;
	int mail;

	(void)state;
	assert_non_null(body);
	memset(body, 0x5a, n);
	start = clock_mono_ms();
	assert_int_equal(seal(world_fpr_of("rsa3"), OUTER, body, n, 0, &mail),
	    GW_OK);
	start = clock_mono_ms() - start;
	size = keep(mail, "mail");
	print_message("largest: %zu bytes sealed in %lld ms\n", size,
	    (long long)start);
	assert_int_equal(size, keys_bucket(size, 0));
	assert_true(size < n / 3 * 4 + n / 8);
	free(body);
	world_no_orphans();
}

/* ---- the ring ---- */

static void
only_the_right_key_file_gets_in(void **state)
{
	static const struct {
		const char *name;
		const char *make;	/* shell: the file key */
		const char *user;	/* whose fingerprint is typed */
		const char *address;	/* its local part */
		enum gw_err err;
	} rows[] = {
		{ "good, binary", "cat stranger.pub", "stranger", "stranger",
		    GW_OK },
		{ "good, armored", "$GPG -a --export stranger@i", "stranger",
		    "stranger", GW_OK },
		{ "T32: another fingerprint", "cat stranger.pub", "ed25",
		    "stranger", GW_MISSING },
		{ "another address", "cat stranger.pub", "stranger", "ed25",
		    GW_STATE },
		{ "two keys", "cat stranger.pub rsa2.pub", "stranger",
		    "stranger", GW_FORMAT },
		{ "two armors", "$GPG -a --export stranger@i; $GPG -a --export "
		    "rsa2@i", "stranger", "stranger", GW_FORMAT },
		{ "a secret key", "$GPG --export-secret-keys stranger@i",
		    "stranger", "stranger", GW_FORMAT },
		{ "a secret key, armored",
		    "$GPG -a --export-secret-keys stranger@i", "stranger",
		    "stranger", GW_FORMAT },
		{ "a secret key behind a public one", "cat stranger.pub; "
		    "$GPG --export-secret-keys stranger@i", "stranger",
		    "stranger", GW_FORMAT },
		{ "T31: RSA 1024", "cat weak.pub", "weak", "weak", GW_KEY },
		{ "T30: expired", "cat old.pub", "old", "old", GW_KEY },
		{ "T30: revoked", "sed 's/^:---/---/' "
		    "p/openpgp-revocs.d/$(cat fpr).rev > rev && cp -r p q && "
		    "gpg --homedir q --batch -q --import rev && "
		    "gpg --homedir q --batch --export stranger@i && rm -r q",
		    "stranger", "stranger", GW_KEY },
		{ "cannot be encrypted to", "cat signonly.pub", "signonly",
		    "signonly", GW_KEY },
		{ "our own", "cat gw.pub", "", "gateway", GW_KEY },
		{ "text", "echo x", "stranger", "stranger", GW_FORMAT },
		{ "nothing", "true", "stranger", "stranger", GW_FORMAT },
		{ "a mail", "$GPG -sa -u ed25@i < gw.pub", "stranger",
		    "stranger", GW_FORMAT },
		{ "cut off", "head -c -1 stranger.pub", "stranger", "stranger",
		    GW_FORMAT },
		{ "T29: too large", "cat stranger.pub; head -c 64K /dev/zero",
		    "stranger", "stranger", GW_LIMIT },
	};
	struct msg_imported out;
	char address[64];
	const char *fpr;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		(void)snprintf(address, sizeof(address),
		    "%s@Insecure.Example", rows[i].address);
		fpr = rows[i].user[0] == '\0' ? world_fpr :
		    world_fpr_of(rows[i].user);
		world_write("fpr", fpr, strlen(fpr));
		world_must(rows[i].name, "GPG=\"" P "\"; make() { %s; }; "
		    "make > key", rows[i].make);
		if (world_import("key", fpr, address, &out) != rows[i].err)
			fail_msg("%s: %u, not %d", rows[i].name, out.err,
			    rows[i].err);
		if (rows[i].err != GW_OK)
			continue;
		assert_string_equal(out.fpr, fpr);
		assert_string_equal(out.algo, "ed25519");
		assert_in_range(out.expires - clock_now(), 364 * 86400,
		    366 * 86400);
		assert_int_equal(keys_forget(world_keys, fpr), GW_OK);
		assert_int_equal(keys_forget(world_keys, fpr), GW_MISSING);
	}
	/* Not one of the refused left a trace. */
	world_must("ring", "! gpg --homedir gw --list-keys 2>&1 | "
	    "grep -e stranger -e weak -e signonly");
	world_no_orphans();
}

/* T4: a key that has another's subkey as its own, and properly bound. */
static void
a_borrowed_subkey_is_refused(void **state)
{
	struct msg_imported out;

	(void)state;
	world_must("thief", P "--faked-system-time 20250101T000000 "
	    "--quick-gen-key 'INSECURE <thief@insecure.example>' ed25519 sign "
	    "never; " P "--with-colons --with-keygrip -K ed25@i | "
	    "awk -F: '/^ssb/{s=$6} /^grp/&&s{print s, $10}' > col; "
	    "read t grip < col; t=$(date -u -d @$t +%%Y%%m%%dT%%H%%M%%S); "
	    "printf 'addkey\\n13\\n%%s\\nQ\\n0\\nsave\\n' $grip | "
	    "gpg --homedir p --expert --no-tty --pinentry-mode loopback "
	    "--passphrase '' --command-fd 0 --faked-system-time \"$t!\" "
	    "--edit-key thief@i && " P "--export thief@i > key && "
	    "[ $(" P "--with-colons -k | grep -c ^sub:.*:$(" P "--with-colons "
	    "-k thief@i | awk -F: '/^sub/{print $5}'):) = 2 ]");
	assert_int_equal(world_import("key", world_fpr_of("thief"),
	    "thief@insecure.example", &out), GW_KEY);
	assert_string_equal(out.fpr, world_fpr_of("thief"));
	world_must("ring", "! gpg --homedir gw --list-keys 2>&1 | "
	    "grep thief");
}

static void
our_own_key_is_made_once(void **state)
{
	struct msg_own own;
	struct map m;

	(void)state;
	keys_create(world_keys, OWN, &own);
	assert_int_equal(own.err, GW_EXISTS);
	assert_string_equal(own.fpr, world_fpr);
	assert_int_equal(own.file, -1);
	keys_own(world_keys, OWN_NO_FILE, &own);
	assert_int_equal(own.err, GW_OK);
	assert_int_equal(own.file, -1);
	assert_string_equal(own.algo, "ed25519");
	assert_in_range(own.expires - clock_now(), 729 * 86400, 731 * 86400);
	keys_own(world_keys, OWN_ARMORED, &own);
	assert_int_equal(own.err, GW_OK);
	assert_int_equal(memfd_map(own.file, LIM_KEYFILE, &m), GW_OK);
	world_write("own", m.p, m.len);
	memfd_unmap(&m);
	close(own.file);
	world_must("own", "head -1 own | grep -q 'BEGIN PGP PUBLIC KEY' && "
	    P "--show-keys --with-colons own | grep -q %s", world_fpr);
	assert_int_equal(keys_forget(world_keys, world_fpr), GW_DENIED);
}

/* T34: "flip bytes in secring: refuses to start". */
static void
a_damaged_own_key_is_noticed_at_the_start(void **state)
{
	char home[128];

	(void)state;
	(void)snprintf(home, sizeof(home), "%s/gw", world_dir);
	keys_close(world_keys);
	world_keys = NULL;
	world_must("save", "cp -a gw/private-keys-v1.d saved; "
	    "for f in gw/private-keys-v1.d/*.key; do "
	    "sed -i 's/(d #../(d #5A/' $f; done");
	log_open("test", 0);
	assert_int_equal(keys_open(&world_keys, home, OWN), GW_KEY);
	log_open("test", LOG_ERROR);
	assert_null(world_keys);
	world_must("mend", "rm -r gw/private-keys-v1.d; "
	    "mv saved gw/private-keys-v1.d");
	world_reopen();
}

static void
a_home_must_be_closed_and_short(void **state)
{
	char home[128];
	struct keys *k;

	(void)state;
	log_open("test", 0);
	world_must("open", "mkdir -m 750 wide; ln -s gw link");
	(void)snprintf(home, sizeof(home), "%s/wide", world_dir);
	assert_int_equal(keys_open(&k, home, OWN), GW_DENIED);
	(void)snprintf(home, sizeof(home), "%s/link", world_dir);
	assert_int_equal(keys_open(&k, home, OWN), GW_DENIED);
	(void)snprintf(home, sizeof(home), "%s/%0*d", world_dir,
	    LIM_HOME - (int)strlen(world_dir), 0);
	assert_int_equal(keys_open(&k, home, OWN), GW_LIMIT);
	assert_int_equal(keys_open(&k, "gw", OWN), GW_LIMIT);
	log_open("test", LOG_ERROR);
	/* keys_open() spoke of another home to the environment. */
	world_reopen();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buckets_grow_as_promised),
		cmocka_unit_test(equal_texts_give_equal_sizes),
		cmocka_unit_test(no_chance_changes_the_size),
		cmocka_unit_test(a_sealed_mail_opens),
		cmocka_unit_test(another_parser_sees_two_parts),
		cmocka_unit_test(a_signed_mail_verifies),
		cmocka_unit_test(heads_are_checked),
		cmocka_unit_test(spans_are_checked),
		cmocka_unit_test(unusable_recipients_get_nothing),
		cmocka_unit_test(a_guest_gets_the_same_mail),
		cmocka_unit_test(only_the_right_guest_gets_mail),
		cmocka_unit_test(the_largest_mail_is_sealed),
		cmocka_unit_test(only_the_right_key_file_gets_in),
		cmocka_unit_test(a_borrowed_subkey_is_refused),
		cmocka_unit_test(our_own_key_is_made_once),
		cmocka_unit_test(a_damaged_own_key_is_noticed_at_the_start),
		cmocka_unit_test(a_home_must_be_closed_and_short),
	};

	return cmocka_run_group_tests(tests, world_make, world_end);
}
