/*
 * Opening mail: keys/ against a real gpg as partner. Each mail is named after
 * its trick; what is proven is the reason, not only the refusal.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/reason.h"
#include "keys/engine_gpgme.h"
#include "keys/keys.h"
#include "keys/packet.h"
#include "world.h"

#define TEXT	"Content-Type: text/plain\r\n\r\nAanmelding. INSECURE\r\n"

static bool stranger;	/* what is asked with */

static enum gw_err
unwrap(uint32_t id, int mail, struct span cipher, struct msg_unwrapped *out)
{
	struct msg_unwrap in = { .id = id, .stranger = stranger,
	    .cipher = cipher, .mail = mail };

	return keys_unwrap(world_keys, &in, out);
}

/* What came out, wiped again; the plaintext in `text` when there was any. */
static struct msg_unwrapped
open_fd(int fd, uint64_t len, char *text, size_t size)
{
	struct msg_unwrapped out;
	struct map m;

	assert_int_equal(unwrap(7, fd, (struct span){ 0, len }, &out), GW_OK);
	text[0] = '\0';
	if (out.plain >= 0) {
		assert_int_equal(memfd_map(out.plain, LIM_PLAIN_BYTES, &m),
		    GW_OK);
		(void)snprintf(text, size, "%.*s", (int)m.len,
		    (const char *)m.p);
		keys_wipe(world_keys, 7);
		/* The receiver's view is of the same pages. */
		if (m.len > 0)
			assert_int_equal(m.p[0], 0);
		memfd_unmap(&m);
		close(out.plain);
		out.plain = -1;
		return out;
	}
	keys_wipe(world_keys, 7);
	return out;
}

static struct msg_unwrapped
open_bytes(const uint8_t *p, size_t n, char *text, size_t size)
{
	struct msg_unwrapped out;
	int fd;

	assert_int_equal(memfd_from(p, n, &fd), GW_OK);
	out = open_fd(fd, n, text, size);
	close(fd);
	return out;
}

struct mail {
	const char *name;
	const char *make;	/* shell: from the file text to the file mail */
	enum reason reason;
	const char *signer;	/* user, "" or NULL: do not look */
};

/* $G is our fingerprint, $GPG the partner's gpg. */
static const struct mail mails[] = {
	/* RFC 3156 6.2, both kinds of key, armored or not, compressed. */
	{ "combined, Ed25519", "$GPG -u ed25@i -r $G -sea", REASON_OK, "ed25" },
	{ "combined, RSA 3072", "$GPG -u rsa3@i -r $G -sea", REASON_OK,
	    "rsa3" },
	{ "combined, NIST P-256", "$GPG -u nist@i -r $G -sea", REASON_OK,
	    "nist" },
	{ "combined, binary", "$GPG -u ed25@i -r $G -se", REASON_OK, "ed25" },
	{ "combined, no compression", "$GPG -z0 -u ed25@i -r $G -sea",
	    REASON_OK, "ed25" },
	{ "combined, bzip2", "$GPG --compress-algo bzip2 -u ed25@i -r $G -sea",
	    REASON_OK, "ed25" },
	{ "combined, text mode", "$GPG -t -u ed25@i -r $G -sea", REASON_OK,
	    "ed25" },
	{ "combined, to others too",
	    "$GPG -u ed25@i -r rsa3@i -r $G -r ed25@i -sea", REASON_OK,
	    "ed25" },
	{ "combined, SHA-256", "$GPG --digest-algo SHA256 -u rsa3@i -r $G "
	    "-sea", REASON_OK, "rsa3" },
	/* F7: nothing signed; the caller may look for a multipart/signed. */
	{ "encrypted only", "$GPG -r $G -ea", REASON_NOT_SIGNED, "" },
	/* Who signed. */
	{ "key not in the ring", "$GPG -u stranger@i -r $G -sea",
	    REASON_UNKNOWN_KEY, "" },
	{ "key in the ring, not enrolled now",
	    "$GPG -u suspended@i -r $G -sea", REASON_UNKNOWN_KEY,
	    "suspended" },
	{ "T30: revoked key", "$GPG -u revoked@i -r $G -sea",
	    REASON_REVOKED_KEY, "revoked" },
	{ "T30: expired key", "$GPG --faked-system-time 20240601T000000 "
	    "--ignore-time-conflict --ignore-valid-from -u old@i -r $G -sea",
	    REASON_EXPIRED_KEY, "old" },
	{ "F4: two signers", "$GPG -u ed25@i -u rsa3@i -r $G -sea",
	    REASON_SEVERAL_SIGNATURES, "" },
	{ "F4: two signers, one unknown",
	    "$GPG -u ed25@i -u stranger@i -r $G -sea",
	    REASON_SEVERAL_SIGNATURES, "" },
	{ "F2, T31: SHA-1", "$GPG --digest-algo SHA1 -u rsa3@i -r $G -sea",
	    REASON_WEAK_ALGORITHM, NULL },
	{ "T31: RIPEMD-160", "$GPG --digest-algo RIPEMD160 -u rsa3@i -r $G "
	    "-sea", REASON_WEAK_ALGORITHM, NULL },
	{ "T31: SHA-224", "$GPG --digest-algo SHA224 -u rsa3@i -r $G -sea",
	    REASON_WEAK_ALGORITHM, NULL },
	{ "a signature that has expired", "$GPG --default-sig-expire "
	    "seconds=1 -u ed25@i -r $G -sea; sleep 2",
	    REASON_EXPIRED_SIGNATURE, NULL },
	{ "a signature from the future", "$GPG --faked-system-time "
	    "$(date -u -d '+1 day' +%Y%m%dT%H%M%S) -u ed25@i -r $G -sea",
	    REASON_EXPIRED_SIGNATURE, "ed25" },
	/* Not one encrypted message. */
	{ "to somebody else", "$GPG -u ed25@i -r ed25@i -sea",
	    REASON_DECRYPT_FAILED, "" },
	{ "hidden recipient", "$GPG -u ed25@i -R $G -sea",
	    REASON_DECRYPT_FAILED, "" },
	{ "symmetric", "$GPG --passphrase x -ca", REASON_DECRYPT_FAILED, "" },
	{ "symmetric beside ours", "$GPG --passphrase x -u ed25@i -r $G -scea",
	    REASON_DECRYPT_FAILED, "" },
	{ "T16: clear-signed", "$GPG -u ed25@i --clear-sign",
	    REASON_DECRYPT_FAILED, "" },
	{ "signed only", "$GPG -u ed25@i -sa", REASON_DECRYPT_FAILED, "" },
	{ "a bare signature", "$GPG -u ed25@i -ba", REASON_DECRYPT_FAILED, "" },
	{ "text", "cat", REASON_DECRYPT_FAILED, "" },
	{ "nothing", "true", REASON_DECRYPT_FAILED, "" },
	{ "garbage after", "$GPG -u ed25@i -r $G -se; echo x",
	    REASON_DECRYPT_FAILED, "" },
	{ "text after the armor", "$GPG -u ed25@i -r $G -sea; echo x",
	    REASON_DECRYPT_FAILED, "" },
	{ "text before the armor", "echo x; $GPG -u ed25@i -r $G -sea",
	    REASON_DECRYPT_FAILED, "" },
	{ "the same twice", "$GPG -u ed25@i -r $G -se > one; cat one one",
	    REASON_DECRYPT_FAILED, "" },
	{ "two armors", "$GPG -u ed25@i -r $G -sea > one; cat one one",
	    REASON_DECRYPT_FAILED, "" },
	{ "two messages in one armor", "$GPG -u ed25@i -r $G -se > one; "
	    "cat one one | $GPG --enarmor | sed 's/ARMORED FILE/MESSAGE/'",
	    REASON_DECRYPT_FAILED, "" },
	{ "cut off", "$GPG -u ed25@i -r $G -se | head -c -1",
	    REASON_DECRYPT_FAILED, "" },
	{ "armor cut off", "$GPG -u ed25@i -r $G -sea | head -n -1",
	    REASON_DECRYPT_FAILED, "" },
	/* T6: the tag of a packet without MDC, behind the 96 bytes of a
	 * session key; gpg no longer makes one. */
	{ "T6: no MDC", "$GPG -z0 -r $G -e > one; head -c 96 one; "
	    "printf '\\311'; tail -c +98 one", REASON_NO_INTEGRITY, "" },
	/* F8: gpg opens layer after layer in one call. */
	{ "F8: encrypted twice", "$GPG -u ed25@i -r $G -se | $GPG --no-literal "
	    "-z0 -r $G -ea", REASON_DECRYPT_FAILED, NULL },
	{ "F8: signed, then encrypted twice", "$GPG -u ed25@i -r $G -se | "
	    "$GPG --no-literal -z9 -r $G -e | $GPG --no-literal -z9 -r $G -e",
	    REASON_DECRYPT_FAILED, NULL },
	{ "an unsigned text after a signed one", "{ $GPG -z0 -u ed25@i -s; "
	    "$GPG -z0 --store < text; } | $GPG --no-literal -z0 -r $G -ea",
	    REASON_DECRYPT_FAILED, NULL },
	{ "an unsigned text before a signed one", "{ $GPG -z0 --store; $GPG "
	    "-z0 -u ed25@i -s < text; } | $GPG --no-literal -z0 -r $G -ea",
	    REASON_DECRYPT_FAILED, NULL },
	{ "nothing inside", "true | $GPG --no-literal -z0 -r $G -ea",
	    REASON_DECRYPT_FAILED, NULL },
	/* T5: a file name that looks like gpg's own words. */
	{ "T5: status lines in the file name", "$GPG --set-filename "
	    "\"$(printf 'x\\n[GNUPG:] GOODSIG 0 x\\n[GNUPG:] PLAINTEXT 62')\" "
	    "-r $G -ea", REASON_NOT_SIGNED, "" },
};

static void
make_mail(const struct mail *m)
{
	world_must(m->name, "G=%s; GPG=\"" P "\"; "
	    "make() { %s; }; make < text > mail", world_fpr, m->make);
}

/* The reason is the same whoever asks; for a stranger a little more comes
 * out, so that core can look for the key in it. */
static void
check_mail(const struct mail *m, const uint8_t *p, size_t n)
{
	struct msg_unwrapped out;
	char text[256];
	bool released;

	out = open_bytes(p, n, text, sizeof(text));
	if (out.reason != m->reason)
		fail_msg("%s: %s, not %s", m->name, reason_name(out.reason),
		    reason_name(m->reason));
	released = out.reason == REASON_OK || out.reason == REASON_NOT_SIGNED ||
	    (stranger && (out.reason == REASON_UNKNOWN_KEY ||
	    out.reason == REASON_EXPIRED_KEY));
	if (strstr(m->name, "text mode") == NULL)
		assert_string_equal(text, released ? TEXT : "");
	if (stranger && out.reason == REASON_UNKNOWN_KEY && m->signer[0] == 0)
		assert_string_equal(out.fpr, world_fpr_of("stranger"));
	else if (m->signer != NULL)
		assert_string_equal(out.fpr, m->signer[0] == '\0' ?
		    "" : world_fpr_of(m->signer));
}

static void
every_mail_has_its_reason(void **state)
{
	size_t i, n;
	uint8_t *p;

	(void)state;
	world_write("text", TEXT, sizeof(TEXT) - 1);
	for (i = 0; i < sizeof(mails) / sizeof(mails[0]); i++) {
		make_mail(&mails[i]);
		p = world_read("mail", &n);
		check_mail(&mails[i], p, n);
		stranger = true;
		check_mail(&mails[i], p, n);
		stranger = false;
		free(p);
		world_no_orphans();
	}
}

static void
facts_of_a_good_mail(void **state)
{
	static const struct mail good = { "good", "$GPG -u rsa3@i -r $G -sea",
	    REASON_OK, "rsa3" };
	struct msg_unwrapped out;
	char text[256];
	size_t n;
	uint8_t *p;

	(void)state;
	make_mail(&good);
	p = world_read("mail", &n);
	out = open_bytes(p, n, text, sizeof(text));
	free(p);
	assert_int_equal(out.signatures, 1);
	assert_string_equal(out.hash, "SHA512");
	assert_string_equal(out.algo, "rsa3072");
	assert_in_range(clock_now() - out.made, 0, 60);
}

/* T6, G9: not one changed byte is let through. */
static void
tamper(const struct mail *good, enum reason reason, size_t step)
{
	struct msg_unwrapped out;
	char text[256];
	size_t n, i;
	uint8_t *p;

	make_mail(good);
	p = world_read("mail", &n);
	for (i = 0; i < n; i += step) {
		p[i] ^= (uint8_t)(1 << i % 8);
		out = open_bytes(p, n, text, sizeof(text));
		if (text[0] != '\0' || out.reason == REASON_OK ||
		    out.reason == REASON_NOT_SIGNED)
			fail_msg("byte %zu: %s", i, reason_name(out.reason));
		p[i] ^= (uint8_t)(1 << i % 8);
	}
	out = open_bytes(p, n, text, sizeof(text));
	assert_int_equal(out.reason, reason);
	assert_string_equal(text, TEXT);
	free(p);
	world_no_orphans();
}

static void
no_tampered_mail_is_opened(void **state)
{
	static const struct mail good = { "good",
	    "$GPG -z0 -u ed25@i -r $G -se", REASON_OK, "ed25" };

	(void)state;
	tamper(&good, REASON_OK, 5);
}

/* Also when gpg has nothing to check the signature with. */
static void
no_tampered_mail_of_a_stranger_is_opened(void **state)
{
	static const struct mail unknown = { "unknown",
	    "$GPG -z0 -u stranger@i -r $G -se", REASON_UNKNOWN_KEY, "" };

	(void)state;
	stranger = true;
	tamper(&unknown, REASON_UNKNOWN_KEY, 11);
	stranger = false;
}

/* ---- RFC 3156 6.1: the signature inside ---- */

#define BODY	"Content-Type: text/plain\r\n\r\nAanmelding 2. INSECURE\r\n"

struct detached {
	const char *name;
	const char *make;	/* shell: from the file text to the file sig */
	const char *body;	/* what is then said to be signed */
	enum reason reason;
	const char *signer;
};

static const struct detached detacheds[] = {
	{ "good", "$GPG -u ed25@i -ba", BODY, REASON_OK, "ed25" },
	{ "good, RSA, SHA-256", "$GPG --digest-algo SHA256 -u rsa3@i -ba",
	    BODY, REASON_OK, "rsa3" },
	{ "good, binary", "$GPG -u ed25@i -b", BODY, REASON_OK, "ed25" },
	{ "good, text mode", "$GPG -u ed25@i -bat", BODY, REASON_OK, "ed25" },
	/* A text mode packet lost its CRs on the way out of gpg. */
	{ "LF for CRLF", "$GPG -u ed25@i -ba", "Content-Type: text/plain\n\n"
	    "Aanmelding 2. INSECURE\n", REASON_OK, "ed25" },
	{ "another text", "$GPG -u ed25@i -ba", BODY "x", REASON_BAD_SIGNATURE,
	    "" },
	{ "no text", "$GPG -u ed25@i -ba", "", REASON_BAD_SIGNATURE, "" },
	{ "stranger", "$GPG -u stranger@i -ba", BODY, REASON_UNKNOWN_KEY, "" },
	{ "suspended", "$GPG -u suspended@i -ba", BODY, REASON_UNKNOWN_KEY,
	    "suspended" },
	{ "revoked", "$GPG -u revoked@i -ba", BODY, REASON_REVOKED_KEY,
	    "revoked" },
	{ "SHA-1", "$GPG --digest-algo SHA1 -u rsa3@i -ba", BODY,
	    REASON_WEAK_ALGORITHM, NULL },
	{ "two", "$GPG -u ed25@i -u rsa3@i -ba", BODY,
	    REASON_SEVERAL_SIGNATURES, "" },
	{ "two armors", "$GPG -u ed25@i -ba > one; cat one one", BODY,
	    REASON_BAD_SIGNATURE, "" },
	{ "no signature", "echo x", BODY, REASON_BAD_SIGNATURE, "" },
	{ "T16: a clear signature of its own", "$GPG -u ed25@i --clear-sign",
	    BODY, REASON_BAD_SIGNATURE, "" },
	{ "an opaque signature of its own", "$GPG -u ed25@i -s", BODY,
	    REASON_BAD_SIGNATURE, "" },
	{ "a mail encrypted to us", "$GPG -u ed25@i -r $G -sea", BODY,
	    REASON_BAD_SIGNATURE, "" },
	{ "a key", "$GPG -a --export ed25@i", BODY, REASON_BAD_SIGNATURE, "" },
};

/* As core does: one memfd with the text and, behind it, the signature. */
static struct msg_verified
verify(const char *body, const uint8_t *sig, size_t n)
{
	struct msg_verified out;
	struct secret plain;
	size_t len = strlen(body);

	assert_int_equal(secret_new(&plain, LIM_PLAIN_BYTES), GW_OK);
	assert_int_equal(secret_add(&plain, body, len), GW_OK);
	assert_int_equal(secret_add(&plain, sig, n), GW_OK);
	assert_int_equal(secret_seal(&plain), GW_OK);
	assert_int_equal(keys_verify(world_keys, plain.fd,
	    (struct span){ 0, len }, (struct span){ len, n }, &out), GW_OK);
	secret_wipe(&plain);
	return out;
}

static void
every_detached_signature_has_its_reason(void **state)
{
	const struct detached *d;
	struct msg_verified out;
	size_t i, n;
	uint8_t *sig;

	(void)state;
	world_write("text", BODY, sizeof(BODY) - 1);
	for (i = 0; i < sizeof(detacheds) / sizeof(detacheds[0]); i++) {
		d = &detacheds[i];
		world_must(d->name, "G=%s; GPG=\"" P "\"; "
		    "make() { %s; }; make < text > sig", world_fpr, d->make);
		sig = world_read("sig", &n);
		out = verify(d->body, sig, n);
		free(sig);
		if (out.reason != d->reason)
			fail_msg("%s: %s, not %s", d->name,
			    reason_name(out.reason), reason_name(d->reason));
		if (d->signer != NULL)
			assert_string_equal(out.fpr, d->signer[0] == '\0' ?
			    "" : world_fpr_of(d->signer));
	}
	world_no_orphans();
}

/* ---- what core must not ask ---- */

static void
questions_that_make_no_sense_are_refused(void **state)
{
	struct msg_unwrapped out;
	struct msg_verified ver;
	int fd, loose;

	(void)state;
	assert_int_equal(memfd_from("abc", 3, &fd), GW_OK);
	assert_int_equal(unwrap(1, fd, (struct span){ 1, 3 }, &out),
	    GW_FORMAT);
	assert_int_equal(unwrap(1, fd, (struct span){ 1, UINT64_MAX }, &out),
	    GW_FORMAT);
	assert_int_equal(unwrap(0, fd, (struct span){ 0, 3 }, &out),
	    GW_FORMAT);
	assert_int_equal(out.plain, -1);
	assert_int_equal(keys_verify(world_keys, fd, (struct span){ 0, 4 },
	    (struct span){ 0, 0 }, &ver), GW_FORMAT);
	assert_int_equal(keys_verify(world_keys, fd, (struct span){ 0, 1 },
	    (struct span){ 4, 0 }, &ver), GW_FORMAT);
	/* One that its sender can still shrink. */
	assert_int_equal(memfd_new(&loose), GW_OK);
	assert_int_equal(unwrap(1, loose, (struct span){ 0, 0 }, &out),
	    GW_FORMAT);
	close(loose);
	close(fd);
}

static void
no_more_plaintexts_than_places(void **state)
{
	static const struct mail good = { "good", "$GPG -u ed25@i -r $G -sea",
	    REASON_OK, "ed25" };
	struct msg_unwrapped out[LIM_OPEN + 1];
	struct map first;
	struct span all;
	uint32_t i;
	size_t n;
	int fd;

	(void)state;
	make_mail(&good);
	free(world_read("mail", &n));
	all = (struct span){ 0, n };
	fd = world_memfd("mail");
	for (i = 0; i < LIM_OPEN; i++)
		assert_int_equal(unwrap(i + 1, fd, all, &out[i]), GW_OK);
	assert_int_equal(unwrap(i + 1, fd, all, &out[i]), GW_LIMIT);
	/* The same id again replaces, and wipes, what it had. */
	assert_int_equal(memfd_map(out[0].plain, LIM_PLAIN_BYTES, &first),
	    GW_OK);
	assert_int_equal(unwrap(1, fd, all, &out[i]), GW_OK);
	assert_int_equal(first.p[0], 0);
	memfd_unmap(&first);
	/* Nobody else can write to it. */
	assert_int_equal(write(out[i].plain, "x", 1), -1);
	keys_wipe(world_keys, 0);
	for (i = 0; i <= LIM_OPEN; i++)
		close(out[i].plain);
	close(fd);
}

/* ---- T26: bombs ---- */

static bool big;	/* the 4 GB bomb too: MELDPOST_BIG_TESTS */

/* CPU of all our children that were reaped, in seconds. */
static double
children_cpu(void)
{
	struct rusage ru;

	assert_int_equal(getrusage(RUSAGE_CHILDREN, &ru), 0);
	return (double)(ru.ru_utime.tv_sec + ru.ru_stime.tv_sec) +
	    (double)(ru.ru_utime.tv_usec + ru.ru_stime.tv_usec) / 1e6;
}

/* Zeros, compressed by bzip2, signed and encrypted by a partner. */
static void
bomb(unsigned megabytes, const char *options)
{
	struct msg_unwrapped out;
	double cpu = children_cpu();
	int64_t start;
	size_t n;
	int fd;

	world_must("bomb", "head -c %uM /dev/zero | " P "%s -u "
	    "ed25@i -r %s -sea > mail", megabytes, options, world_fpr);
	free(world_read("mail", &n));
	fd = world_memfd("mail");
	cpu = children_cpu();
	start = clock_mono_ms();
	assert_int_equal(unwrap(1, fd, (struct span){ 0, n }, &out), GW_OK);
	close(fd);
	print_message("bomb: %u MB in %zu bytes: %lld ms, %.2f s of CPU\n",
	    megabytes, n, (long long)(clock_mono_ms() - start),
	    children_cpu() - cpu);
	assert_int_equal(out.reason, REASON_BOMB);
	assert_int_equal(out.plain, -1);
	assert_true(clock_mono_ms() - start < LIM_GPG_WALL_MS);
	assert_true(children_cpu() - cpu < LIM_GPG_CPU_S);
	world_no_orphans();
}

static void
bombs_end_and_leave_no_process(void **state)
{
	(void)state;
	bomb(100, "--compress-algo zlib");
	bomb(60, "--compress-algo bzip2");
	if (big)
		bomb(4096, "--compress-algo bzip2 --bzip2-compress-level 9");
}

/* The CPU limit of our one child, in seconds; -1 when it has none. */
static int
cpu_limit_of_child(void)
{
	char path[64], line[128];
	int pid = 0, limit = -1;
	FILE *f;

	f = fopen("/proc/thread-self/children", "r");
	assert_non_null(f);
	assert_int_equal(fscanf(f, "%d", &pid), 1);
	(void)fclose(f);
	(void)snprintf(path, sizeof(path), "/proc/%d/limits", pid);
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL) {
		if (sscanf(line, "Max cpu time %d", &limit) == 1)
			break;
	}
	(void)fclose(f);
	return limit;
}

static int trickle_limit;

/* A source that never ends and never yields much: gpg waits for more. */
static ssize_t
trickle(struct source *s, uint8_t *p, size_t n)
{
	struct feed *f = (struct feed *)s;

	(void)n;
	if (f->at > 0)
		usleep(20000);
	if (f->at == 5)
		trickle_limit = cpu_limit_of_child();
	*p = f->at++ == 0 ? 0xd2 : 0xe0;
	return 1;
}

static bool
forget(struct sink *s, const uint8_t *p, size_t n)
{
	(void)s;
	(void)p;
	(void)n;
	return true;
}

static void
an_operation_ends_at_its_deadline(void **state)
{
	struct sink sink = { forget };
	struct engine_report report;
	struct engine *engine;
	struct rlimit own;
	struct feed feed;
	char home[128];
	int64_t start;

	(void)state;
	(void)snprintf(home, sizeof(home), "%s/gw", world_dir);
	keys_close(world_keys);
	world_keys = NULL;
	assert_int_equal(engine_open(&engine, home), GW_OK);
	feed_init(&feed, false);
	feed.source.read = trickle;
	start = clock_mono_ms();
	engine_decrypt(engine, &feed.source, &sink, 300, &report);
	assert_in_range(clock_mono_ms() - start, 299, 2000);
	assert_int_equal(report.result, ENGINE_LIMIT);
	/* gpg wore its limit; we do not. */
	assert_int_equal(trickle_limit, LIM_GPG_CPU_S);
	assert_int_equal(getrlimit(RLIMIT_CPU, &own), 0);
	assert_int_equal(own.rlim_cur, own.rlim_max);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	/* The engine is as good as before. */
	engine_close(engine);
	world_reopen();
}

/* A source in the midst of which gpg dies by that signal. */
static int deadly;

static ssize_t
fatal(struct source *s, uint8_t *p, size_t n)
{
	struct feed *f = (struct feed *)s;
	int pid = 0;
	FILE *list;

	if (f->at == 5) {
		list = fopen("/proc/thread-self/children", "r");
		assert_non_null(list);
		assert_int_equal(fscanf(list, "%d", &pid), 1);
		(void)fclose(list);
		assert_int_equal(kill(pid, deadly), 0);
	}
	return trickle(s, p, n);
}

/* T43: a gpg that the kernel ended for want of memory says nothing about the
 * mail; one that crashed over it does. */
static void
a_gpg_that_was_killed_is_not_the_mails_fault(void **state)
{
	static const int signals[] = { SIGSEGV, SIGKILL };
	struct sink sink = { forget };
	struct engine_report report;
	struct engine *engine;
	struct feed feed;
	char home[128];
	size_t i;

	(void)state;
	(void)snprintf(home, sizeof(home), "%s/gw", world_dir);
	keys_close(world_keys);
	world_keys = NULL;
	assert_int_equal(engine_open(&engine, home), GW_OK);
	for (i = 0; i < 2 * sizeof(signals) / sizeof(signals[0]); i++) {
		deadly = signals[i / 2];
		feed_init(&feed, false);
		feed.source.read = fatal;
		if (i % 2 == 0)
			engine_decrypt(engine, &feed.source, &sink, 20000,
			    &report);
		else
			engine_verify(engine, &feed.source, NULL, &sink, 20000,
			    &report);
		assert_int_equal(report.err, deadly == SIGKILL ? GW_AGAIN :
		    GW_OK);
		assert_int_equal(report.result, ENGINE_FAILED);
		assert_false(report.whole);
		assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	}
	engine_close(engine);
	world_reopen();
}

/* ---- the agent ---- */

static void
a_lost_agent_is_started_again(void **state)
{
	static const struct mail good = { "good", "$GPG -u ed25@i -r $G -sea",
	    REASON_OK, "ed25" };
	struct msg_unwrapped out;
	char text[256];
	size_t n;
	uint8_t *p;

	(void)state;
	world_write("text", TEXT, sizeof(TEXT) - 1);
	make_mail(&good);
	p = world_read("mail", &n);
	world_must("kill", "gpgconf --homedir gw --kill gpg-agent");
	usleep(200000);
	out = open_bytes(p, n, text, sizeof(text));
	assert_int_equal(out.reason, REASON_OK);
	assert_string_equal(text, TEXT);
	free(p);
	world_no_orphans();
}

/* ---- 25 MB ---- */

static long
peak_kb(void)
{
	char line[128];
	long kb = -1;
	FILE *f = fopen("/proc/self/status", "r");

	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL) {
		if (sscanf(line, "VmHWM: %ld", &kb) == 1)
			break;
	}
	(void)fclose(f);
	return kb;
}

static void
the_largest_mail_is_opened(void **state)
{
	struct msg_unwrapped out;
	struct map m;
	int64_t start;
	size_t n;
	int fd;

	(void)state;
	world_must("big", "head -c 18M /dev/urandom > text; " P "-z0 -u ed25@i "
	    "-r %s -sea < text > mail", world_fpr);
	free(world_read("mail", &n));
	fd = world_memfd("mail");
	world_must("hwm", "echo 5 > /proc/%d/clear_refs", (int)getpid());
	start = clock_mono_ms();
	assert_int_equal(unwrap(1, fd, (struct span){ 0, n }, &out), GW_OK);
	print_message("largest: %zu bytes opened in %lld ms, peak %ld MiB\n",
	    n, (long long)(clock_mono_ms() - start), peak_kb() / 1024);
	assert_int_equal(out.reason, REASON_OK);
	assert_int_equal(memfd_map(out.plain, LIM_PLAIN_BYTES, &m), GW_OK);
	assert_int_equal(m.len, 18u * 1024 * 1024);
	memfd_unmap(&m);
	close(out.plain);
	keys_wipe(world_keys, 1);
	close(fd);
	world_no_orphans();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_mail_has_its_reason),
		cmocka_unit_test(facts_of_a_good_mail),
		cmocka_unit_test(no_tampered_mail_is_opened),
		cmocka_unit_test(no_tampered_mail_of_a_stranger_is_opened),
		cmocka_unit_test(every_detached_signature_has_its_reason),
		cmocka_unit_test(questions_that_make_no_sense_are_refused),
		cmocka_unit_test(no_more_plaintexts_than_places),
		cmocka_unit_test(bombs_end_and_leave_no_process),
		cmocka_unit_test(an_operation_ends_at_its_deadline),
		cmocka_unit_test(a_gpg_that_was_killed_is_not_the_mails_fault),
		cmocka_unit_test(a_lost_agent_is_started_again),
		cmocka_unit_test(the_largest_mail_is_opened),
	};

	/* Now: keys_open() clears the environment. */
	big = getenv("MELDPOST_BIG_TESTS") != NULL;
	return cmocka_run_group_tests(tests, world_make, world_end);
}
