/*
 * Is a mail signed by the key that it brings? Every row is tried in both
 * shapes, combined and signed inside; and whatever is asked, not one byte of
 * our home is another afterwards.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/reason.h"
#include "keys/keys.h"
#include "keys/throwaway.h"
#include "world.h"

#define BODY	"Content-Type: text/plain\r\n\r\nInschrijven. INSECURE\r\n"
#define AT	"@Insecure.Example"

/* What core would ask, from the files key, mail and sig. */
enum shape { COMBINED, INSIDE };

static enum gw_err
vouch_fds(enum shape shape, int bring, int mail, int plain, size_t sig,
    const char *address, struct msg_vouched *out)
{
	struct msg_vouch in = { .id = 9, .bring = bring, .mail = mail,
	    .plain = plain };
	struct stat st;

	assert_int_equal(fstat(bring, &st), 0);
	in.key.len = (uint64_t)st.st_size;
	assert_int_equal(fstat(mail, &st), 0);
	if (shape == COMBINED)
		in.cipher.len = (uint64_t)st.st_size;
	in.body.len = sizeof(BODY) - 1;
	in.signature = (struct span){ sizeof(BODY) - 1, sig };
	(void)snprintf(in.address, sizeof(in.address), "%s", address);
	return keys_vouch(world_keys, &in, out);
}

static enum gw_err
vouch(enum shape shape, const char *address, struct msg_vouched *out)
{
	int bring = world_memfd("key"), mail = world_memfd("mail");
	struct secret plain;
	enum gw_err r;
	uint8_t *sig;
	size_t n;

	sig = world_read("sig", &n);
	assert_int_equal(secret_new(&plain, LIM_PLAIN_BYTES), GW_OK);
	assert_int_equal(secret_add(&plain, BODY, sizeof(BODY) - 1), GW_OK);
	assert_int_equal(secret_add(&plain, sig, n), GW_OK);
	assert_int_equal(secret_seal(&plain), GW_OK);
	r = vouch_fds(shape, bring, mail, plain.fd, n, address, out);
	free(sig);
	secret_wipe(&plain);
	close(bring);
	close(mail);
	return r;
}

/* ---- one row ---- */

struct row {
	const char *name;
	const char *key;	/* shell: what the mail brings */
	const char *user;	/* whose address it is from */
	const char *sign;	/* gpg's words for the signer, NULL: user */
	enum reason reason;
};

/* $GPG is the partners' gpg. */
#define OWN_KEY	"$GPG -a --export $U"

static const struct row rows[] = {
	{ "good, armored", OWN_KEY, "stranger", NULL, REASON_OK },
	{ "good, binary", "$GPG --export $U", "stranger", NULL, REASON_OK },
	{ "good, white space around", "echo; " OWN_KEY "; echo", "stranger",
	    NULL, REASON_OK },
	{ "good, in the ring as well", OWN_KEY, "ed25", NULL, REASON_OK },
	{ "good, RSA 3072, SHA-256", OWN_KEY, "rsa",
	    "--digest-algo SHA256 -u rsa@i", REASON_OK },
	{ "good, bzip2", OWN_KEY, "stranger",
	    "--compress-algo bzip2 -u stranger@i", REASON_OK },
	{ "good, not compressed", OWN_KEY, "stranger", "-z0 -u stranger@i",
	    REASON_OK },
	{ "good, signed by a subkey", OWN_KEY, "sub", NULL, REASON_OK },
	{ "good, two user ids", OWN_KEY, "two", NULL, REASON_OK },

	/* Not one public key that we could use. */
	{ "two keys", "cat stranger.pub ed25.pub", "stranger", NULL,
	    REASON_UNKNOWN_KEY },
	{ "two armors", OWN_KEY "; $GPG -a --export ed25@i", "stranger", NULL,
	    REASON_UNKNOWN_KEY },
	{ "a secret key", "$GPG --export-secret-keys $U", "stranger", NULL,
	    REASON_UNKNOWN_KEY },
	{ "a secret key, armored", "$GPG -a --export-secret-keys $U",
	    "stranger", NULL, REASON_UNKNOWN_KEY },
	{ "a secret key behind a public one", "cat stranger.pub; "
	    "$GPG --export-secret-keys $U", "stranger", NULL,
	    REASON_UNKNOWN_KEY },
	{ "text", "echo x", "stranger", NULL, REASON_UNKNOWN_KEY },
	{ "nothing", "true", "stranger", NULL, REASON_UNKNOWN_KEY },
	{ "a signature", "cat sig", "stranger", NULL, REASON_UNKNOWN_KEY },
	{ "a mail", "cat mail", "stranger", NULL, REASON_UNKNOWN_KEY },
	{ "cut off", "head -c -1 stranger.pub", "stranger", NULL,
	    REASON_UNKNOWN_KEY },
	{ "cut off before its user id", "head -c 53 stranger.pub", "stranger",
	    NULL, REASON_UNKNOWN_KEY },
	{ "too large", "cat stranger.pub; head -c 64K /dev/zero", "stranger",
	    NULL, REASON_UNKNOWN_KEY },
	{ "its self-signature is damaged", "head -c -400 stranger.pub; "
	    "tail -c 400 stranger.pub | tr '\\000-\\377' '\\001-\\377\\000'",
	    "stranger", NULL, REASON_UNKNOWN_KEY },
	{ "T31: RSA 1024", OWN_KEY, "weak", "--allow-weak-key-signatures "
	    "-u weak@i", REASON_UNKNOWN_KEY },
	{ "T30: expired", OWN_KEY, "old", "--faked-system-time "
	    "20240601T000000 --ignore-time-conflict --ignore-valid-from "
	    "-u old@i", REASON_UNKNOWN_KEY },
	{ "T30: revoked", "cat revoked.pub", "stranger", NULL,
	    REASON_UNKNOWN_KEY },
	{ "cannot be encrypted to", OWN_KEY, "signonly", NULL,
	    REASON_UNKNOWN_KEY },

	/* Whose it says it is. */
	{ "another's address", OWN_KEY, "ed25", "-u stranger@i",
	    REASON_UNKNOWN_KEY },
	{ "no such user id", "$GPG -a --export stranger@i", "ed25",
	    "-u stranger@i", REASON_SENDER_MISMATCH },
	{ "T4: the address in the name", "$GPG -a --export evil1@i", "an",
	    "-u evil1@i", REASON_SENDER_MISMATCH },
	{ "T4: the address as a comment", "$GPG -a --export evil2@i", "an",
	    "-u evil2@i", REASON_SENDER_MISMATCH },
	{ "T4: an address in brackets twice", "$GPG -a --export evil3@i",
	    "an", "-u evil3@i", REASON_SENDER_MISMATCH },
	{ "T18: a longer address", "$GPG -a --export an@insecure.example.evil",
	    "an", "-u an@insecure.example.evil", REASON_SENDER_MISMATCH },
	{ "its user id was revoked", "$GPG -a --export gone@i", "was",
	    "-u gone@i", REASON_SENDER_MISMATCH },

	/* Who signed. */
	{ "another key than the one it brings", OWN_KEY, "stranger",
	    "-u ed25@i", REASON_UNKNOWN_KEY },
	{ "by two", OWN_KEY, "stranger", "-u stranger@i -u ed25@i",
	    REASON_SEVERAL_SIGNATURES },
	{ "F2, T31: SHA-1", OWN_KEY, "stranger", "--digest-algo SHA1 "
	    "-u rsa@i", REASON_UNKNOWN_KEY },
	{ "F2, T31: SHA-1 by the very key", OWN_KEY, "rsa",
	    "--digest-algo SHA1 -u rsa@i", REASON_WEAK_ALGORITHM },
	{ "a signature from the future", OWN_KEY, "stranger",
	    "--faked-system-time $(date -u -d '+1 day' +%Y%m%dT%H%M%S) "
	    "-u stranger@i", REASON_EXPIRED_SIGNATURE },
	{ "a signature that has expired", OWN_KEY, "stranger",
	    "--default-sig-expire seconds=1 --faked-system-time $(date -u -d "
	    "'-1 min' +%Y%m%dT%H%M%S) --ignore-valid-from "
	    "--ignore-time-conflict -u ed25@i", REASON_UNKNOWN_KEY },
};

static void
make_row(const struct row *row)
{
	world_write("text", BODY, sizeof(BODY) - 1);
	world_must(row->name, "GPG=\"" P "\"; U=%s@i; S() { $GPG %s%s%s \"$@\" "
	    "< text; }; S -r %s -sea > mail; S -ba > sig; "
	    "key() { %s; }; key > key", row->user,
	    row->sign == NULL ? "-u " : row->sign,
	    row->sign == NULL ? row->user : "",
	    row->sign == NULL ? "@i" : "", world_fpr, row->key);
}

static void
check_row(const struct row *row, enum shape shape)
{
	struct msg_vouched out;
	char address[64];

	(void)snprintf(address, sizeof(address), "%s" AT, row->user);
	assert_int_equal(vouch(shape, address, &out), GW_OK);
	if (out.reason != row->reason)
		fail_msg("%s, %s: %s, not %s", row->name,
		    shape == COMBINED ? "combined" : "inside",
		    reason_name(out.reason), reason_name(row->reason));
	assert_int_equal(out.id, 9);
	if (out.reason != REASON_OK)
		return;
	assert_string_equal(out.fpr, world_fpr_of(row->user));
	assert_in_range(clock_now() - out.made, 0, 60);
	assert_non_null(strstr(out.hash, "SHA"));
	assert_true(out.algo[0] != '\0');
	assert_in_range(out.expires - clock_now(), 300 * 86400, 366 * 86400);
}

/* Strangers and villains besides those of the world. */
static void
make_strangers(void)
{
	world_must("strangers", "GPG=\"" P "\"; K() { $GPG --quick-gen-key "
	    "\"$1\" future-default default 1y; }; "
	    "K '\"an@insecure.example\" <evil1@insecure.example>' && "
	    "K 'An (<an@insecure.example>) <evil2@insecure.example>' && "
	    "K 'An <evil3@insecure.example> <an@insecure.example>' && "
	    "K 'An <an@insecure.example.evil>' && "
	    "K 'INSECURE <two@insecure.example>' && "
	    "$GPG --quick-add-uid two@i 'INSECURE <deux@insecure.example>' && "
	    "K 'INSECURE <was@insecure.example>' && "
	    "$GPG --quick-add-uid was@i 'INSECURE <gone@insecure.example>' && "
	    "$GPG --quick-revoke-uid was@i 'INSECURE <was@insecure.example>'");
	world_must("rsa", "GPG=\"" P "\"; "
	    "$GPG --quick-gen-key 'INSECURE <rsa@insecure.example>' rsa3072 "
	    "sign 1y && $GPG --quick-add-key $($GPG --with-colons -k rsa@i | "
	    "awk -F: '/^fpr/{print $10; exit}') rsa3072 encr 1y && "
	    "$GPG --quick-gen-key 'INSECURE <sub@insecure.example>' ed25519 "
	    "cert 1y && F=$($GPG --with-colons -k sub@i | "
	    "awk -F: '/^fpr/{print $10; exit}') && $GPG --quick-add-key $F "
	    "ed25519 sign 1y && $GPG --quick-add-key $F cv25519 encr 1y");
	world_must("revoked", "sed 's/^:---/---/' "
	    "p/openpgp-revocs.d/%s.rev > rev && cp -r p q && "
	    "gpg --homedir q --batch -q --import rev && "
	    "gpg --homedir q --batch --export stranger@i > revoked.pub; "
	    "rm -r q", world_fpr_of("stranger"));
}

static void
every_brought_key_has_its_reason(void **state)
{
	size_t i;

	(void)state;
	make_strangers();
	world_snapshot("before");
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_row(&rows[i]);
		check_row(&rows[i], COMBINED);
		check_row(&rows[i], INSIDE);
	}
	world_no_orphans();
	world_snapshot("after");
	world_must("the ring", "diff before after");
}

/* ---- what is wrong with the mail, not the key ---- */

struct inside {
	const char *name;
	const char *make;	/* shell: from text to mail; $G is our key */
	enum reason reason;
};

static const struct inside combined[] = {
	{ "not signed", "$GPG -r $G -ea", REASON_NOT_SIGNED },
	{ "not signed, not compressed", "$GPG -z0 -r $G -ea",
	    REASON_BAD_SIGNATURE },
	{ "not encrypted to us", "$GPG -u stranger@i -r ed25@i -sea",
	    REASON_DECRYPT_FAILED },
	{ "not encrypted", "$GPG -u stranger@i -sa", REASON_DECRYPT_FAILED },
	{ "cut off", "$GPG -u stranger@i -r $G -se | head -c -1",
	    REASON_DECRYPT_FAILED },
	{ "T6: no MDC", "$GPG -z0 -u stranger@i -r $G -se > one; head -c 96 "
	    "one; printf '\\311'; tail -c +98 one", REASON_DECRYPT_FAILED },
	{ "hidden recipient", "$GPG -u stranger@i -R $G -sea",
	    REASON_DECRYPT_FAILED },
	{ "F8: encrypted twice", "$GPG -u stranger@i -r $G -se | $GPG "
	    "--no-literal -z0 -r $G -ea", REASON_BAD_SIGNATURE },
	{ "F8: encrypted twice, compressed", "$GPG -u stranger@i -r $G -se | "
	    "$GPG --no-literal -z9 -r $G -ea", REASON_BAD_SIGNATURE },
	{ "an unsigned text after a signed one", "{ $GPG -z0 -u stranger@i -s;"
	    " $GPG -z0 --store < text; } | $GPG --no-literal -z0 -r $G -ea",
	    REASON_BAD_SIGNATURE },
	{ "the same, compressed", "{ $GPG -z0 -u stranger@i -s;"
	    " $GPG -z0 --store < text; } | $GPG --no-literal -z9 -r $G -ea",
	    REASON_BAD_SIGNATURE },
	{ "an unsigned text before a signed one", "{ $GPG -z0 --store; $GPG "
	    "-z0 -u stranger@i -s < text; } | $GPG --no-literal -z0 -r $G -ea",
	    REASON_BAD_SIGNATURE },
	{ "a key before a signed text", "{ cat stranger.pub; $GPG -z0 -u "
	    "stranger@i -s; } | $GPG --no-literal -z0 -r $G -ea",
	    REASON_BAD_SIGNATURE },
	{ "nothing inside", "true | $GPG --no-literal -z0 -r $G -ea",
	    REASON_BAD_SIGNATURE },
	{ "a bomb", "head -c 120M /dev/zero | $GPG --compress-algo bzip2 -u "
	    "stranger@i -r $G -sea", REASON_BOMB },
};

static void
every_combined_mail_has_its_reason(void **state)
{
	struct msg_vouched out;
	size_t i;

	(void)state;
	world_must("key", "cp stranger.pub key");
	world_write("sig", "x", 1);
	world_snapshot("before");
	for (i = 0; i < sizeof(combined) / sizeof(combined[0]); i++) {
		world_must(combined[i].name, "G=%s; GPG=\"" P "\"; "
		    "make() { %s; }; make < text > mail", world_fpr,
		    combined[i].make);
		assert_int_equal(vouch(COMBINED, "stranger" AT, &out), GW_OK);
		if (out.reason != combined[i].reason)
			fail_msg("%s: %s, not %s", combined[i].name,
			    reason_name(out.reason),
			    reason_name(combined[i].reason));
	}
	world_no_orphans();
	world_snapshot("after");
	world_must("the ring", "diff before after");
}

/* T6, G9. */
static void
no_tampered_mail_is_vouched_for(void **state)
{
	static const struct row good = { "good", "cat stranger.pub",
	    "stranger", "-z0 -u stranger@i", REASON_OK };
	struct msg_vouched out;
	uint8_t *p;
	size_t n, i;

	(void)state;
	make_row(&good);
	world_must("binary", P "--dearmor < mail > bin && cp bin mail");
	p = world_read("bin", &n);
	for (i = 0; i < n; i += 37) {
		p[i] ^= (uint8_t)(1 << i % 8);
		world_write("mail", p, n);
		p[i] ^= (uint8_t)(1 << i % 8);
		assert_int_equal(vouch(COMBINED, "stranger" AT, &out), GW_OK);
		if (out.reason == REASON_OK)
			fail_msg("byte %zu", i);
	}
	free(p);
	p = world_read("key", &n);
	world_must("whole", "cp bin mail");
	for (i = 0; i < n; i += 37) {
		p[i] ^= (uint8_t)(1 << i % 8);
		world_write("key", p, n);
		p[i] ^= (uint8_t)(1 << i % 8);
		assert_int_equal(vouch(COMBINED, "stranger" AT, &out), GW_OK);
		if (out.reason == REASON_OK && strcmp(out.fpr,
		    world_fpr_of("stranger")) != 0)
			fail_msg("byte %zu of the key", i);
	}
	free(p);
	world_no_orphans();
}

static int64_t
time_of(enum reason reason)
{
	int64_t start = clock_mono_ms();
	struct msg_vouched out;

	assert_int_equal(vouch(COMBINED, "stranger" AT, &out), GW_OK);
	assert_int_equal(out.reason, reason);
	return clock_mono_ms() - start;
}

/* T29: a flooded key, and one that floods within the bound. */
static void
a_flooded_key_costs_nothing(void **state)
{
	static const struct row flooded = { "flood", "true", "stranger", NULL,
	    REASON_OK };
	int64_t usual;

	(void)state;
	make_row(&flooded);
	world_must("usual", "cp stranger.pub key");
	usual = time_of(REASON_OK);
	world_must("flood", "head -c 53 stranger.pub > a; tail -c +54 "
	    "stranger.pub > b; " P "-u ed25@i --yes -b -o s text; "
	    "python3 -c 's = open(\"s\", \"rb\").read();"
	    "h = open(\"a\", \"rb\").read(); t = open(\"b\", \"rb\").read();"
	    "u = 2 + t[1];"
	    "f = lambda n: h + t[:u] + s * n + t[u:];"
	    "open(\"key\", \"wb\").write(f(150000));"
	    "open(\"few\", \"wb\").write(f(400))'");
	assert_true(time_of(REASON_UNKNOWN_KEY) < 1000);
	/* Within the bound gpg reads it, and drops what others signed. */
	world_must("few", "cp few key");
	assert_true(time_of(REASON_OK) < 3 * usual + 1000);
}

/* ---- the throw-away home ---- */

static unsigned
throwaways(void)
{
	size_t n;
	uint8_t *p;
	unsigned found;

	world_must("ls", "ls -d gw/t-* 2>/dev/null | wc -l > count");
	p = world_read("count", &n);
	found = (unsigned)strtoul((char *)p, NULL, 10);
	free(p);
	return found;
}

/* kill -9 in the middle: the next start finds it, but not one in use. */
static void
a_home_left_by_a_crash_is_swept(void **state)
{
	struct throwaway mine;
	char home[128];
	pid_t pid;

	(void)state;
	(void)snprintf(home, sizeof(home), "%s/gw", world_dir);
	assert_int_equal(throwaways(), 0);
	pid = fork();
	if (pid == 0) {
		if (throwaway_init(&mine, home) == GW_OK &&
		    throwaway_make(&mine) == GW_OK)
			(void)kill(getpid(), SIGKILL);
		_exit(1);
	}
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(throwaways(), 1);
	world_must("gpg's leavings", "mkdir -p gw/t-*/private-keys-v1.d/x && "
	    "touch gw/t-*/private-keys-v1.d/k gw/t-*/.#lk0x1.h.1");
	assert_int_equal(throwaway_init(&mine, home), GW_OK);
	assert_int_equal(throwaways(), 0);

	assert_int_equal(throwaway_make(&mine), GW_OK);
	assert_int_equal(throwaways(), 1);
	keys_close(world_keys);
	assert_int_equal(keys_open(&world_keys, home, OWN), GW_OK);
	assert_int_equal(throwaways(), 1);
	throwaway_remove(&mine);
	assert_int_equal(throwaways(), 0);
	throwaway_remove(&mine);
}

/* ---- what core must not ask, and what is not the mail's fault ---- */

static void
questions_that_make_no_sense_are_refused(void **state)
{
	struct msg_vouched out;
	struct msg_vouch in;
	int fd;

	(void)state;
	assert_int_equal(memfd_from("abc", 3, &fd), GW_OK);
	in = (struct msg_vouch){ .bring = fd, .mail = fd, .plain = fd,
	    .key = { 1, 3 } };
	assert_int_equal(keys_vouch(world_keys, &in, &out), GW_FORMAT);
	in.key = (struct span){ 0, 3 };
	in.cipher = (struct span){ 1, 3 };
	assert_int_equal(keys_vouch(world_keys, &in, &out), GW_FORMAT);
	in.cipher = (struct span){ 0, 0 };
	in.body = (struct span){ UINT64_MAX, 1 };
	assert_int_equal(keys_vouch(world_keys, &in, &out), GW_FORMAT);
	in.body = (struct span){ 0, 3 };
	in.signature = (struct span){ 3, 1 };
	assert_int_equal(keys_vouch(world_keys, &in, &out), GW_FORMAT);
	in.signature = (struct span){ 0, 3 };
	assert_int_equal(keys_vouch(world_keys, &in, &out), GW_OK);
	assert_int_equal(out.reason, REASON_UNKNOWN_KEY);
	assert_string_equal(out.fpr, "");
	close(fd);
}

static void
no_place_for_a_home_is_our_own_fault(void **state)
{
	static const struct row good = { "good", OWN_KEY, "stranger", NULL,
	    REASON_OK };
	struct msg_vouched out;

	(void)state;
	make_row(&good);
	log_open("test", 0);
	world_must("no configuration", "mv gw/gpg.conf saved");
	assert_int_not_equal(vouch(COMBINED, "stranger" AT, &out), GW_OK);
	assert_int_not_equal(out.reason, REASON_OK);
	world_must("mend", "mv saved gw/gpg.conf");
	log_open("test", LOG_ERROR);
	assert_int_equal(throwaways(), 0);
	check_row(&good, COMBINED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_brought_key_has_its_reason),
		cmocka_unit_test(every_combined_mail_has_its_reason),
		cmocka_unit_test(no_tampered_mail_is_vouched_for),
		cmocka_unit_test(a_flooded_key_costs_nothing),
		cmocka_unit_test(a_home_left_by_a_crash_is_swept),
		cmocka_unit_test(questions_that_make_no_sense_are_refused),
		cmocka_unit_test(no_place_for_a_home_is_our_own_fault),
	};

	return cmocka_run_group_tests(tests, world_make_small, world_end);
}
