/*
 * Our own key in the course of years: renewed, prolonged, its old secrets
 * destroyed. A real gpg says what can still be opened, and by whom.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/reason.h"
#include "keys/keys.h"
#include "world.h"

#define TEXT	"Content-Type: text/plain\r\n\r\nAanmelding. INSECURE\r\n"
#define DAY	86400

/* Our home's own gpg, as an operator would call it. */
#define GW	"gpg --homedir gw --batch --yes --quiet --no-autostart "

/* Makes keys in our home, as of $D days ago, with an agent of its own. */
#define MAKE	"gpg --homedir gw --no-options --batch --yes --quiet " \
		"--pinentry-mode loopback --passphrase '' " \
		"--ignore-time-conflict --faked-system-time $(date -u -d " \
		"\"-$D days\" +%%Y%%m%%dT%%H%%M%%S) "

static char home[128];

/* ---- helpers ---- */

/* A key of ours that is two months old, RSA or not: gpg made it, not we. */
static void
begin_with(const char *algo, const char *sub, const char *expire)
{
	struct msg_own own;

	keys_close(world_keys);
	world_keys = NULL;
	world_must("a new home", "D=60; " NO_AGENT "rm -rf gw && "
	    "mkdir -m 700 gw && " MAKE "--quick-gen-key 'meldpost <" OWN ">' %s sign %s && F=$("
	    GW "--with-colons -k | awk -F: '/^fpr/{print $10; exit}') && "
	    MAKE "--quick-add-key $F %s encr %s && " NO_AGENT "true", algo,
	    expire, sub, expire);
	assert_int_equal(keys_open(&world_keys, home, OWN), GW_OK);
	keys_own(world_keys, OWN_NO_FILE, &own);
	(void)snprintf(world_fpr, sizeof(world_fpr), "%s", own.fpr);
}

/* The partners learn our public key as it is now. */
static void
publish(void)
{
	struct msg_own own;
	struct map m;

	keys_own(world_keys, OWN_ARMORED, &own);
	assert_int_equal(own.err, GW_OK);
	assert_int_equal(memfd_map(own.file, LIM_KEYFILE, &m), GW_OK);
	world_write("gw.pub", m.p, m.len);
	memfd_unmap(&m);
	close(own.file);
	world_must("publish", P "--import gw.pub");
}

/* A mail to what they now think is our key, in the file `name`. */
static void
write_mail(const char *name)
{
	world_write("text", TEXT, sizeof(TEXT) - 1);
	world_must(name, P "-r %s -ea < text > %s", world_fpr, name);
}

static enum reason
open_mail(const char *name)
{
	struct msg_unwrap in = { .id = 5, .mail = world_memfd(name) };
	struct msg_unwrapped out;
	size_t n;

	free(world_read(name, &n));
	in.cipher.len = n;
	assert_int_equal(keys_unwrap(world_keys, &in, &out), GW_OK);
	close(in.mail);
	if (out.plain >= 0)
		close(out.plain);
	keys_wipe(world_keys, 0);
	return (enum reason)out.reason;
}

static struct msg_own
own_now(void)
{
	struct msg_own own;

	keys_own(world_keys, OWN_NO_FILE, &own);
	return own;
}

static struct msg_own
rotate(int64_t until)
{
	struct msg_own own;

	keys_rotate(world_keys, until, &own);
	assert_int_equal(own.file, -1);
	world_no_orphans();
	return own;
}

static struct msg_retired
retire(int64_t before)
{
	struct msg_retired out;

	keys_retire(world_keys, before, &out);
	world_no_orphans();
	return out;
}

/* Encryption subkeys in our ring, and secrets on disk. */
static unsigned
count(const char *what)
{
	size_t n;
	uint8_t *p;
	unsigned found;

	world_must("count", "%s | wc -l > count", what);
	p = world_read("count", &n);
	found = (unsigned)strtoul((char *)p, NULL, 10);
	free(p);
	return found;
}

#define SUBKEYS	count(GW "--with-colons -k meldpost | grep ^sub")
#define SECRETS	count("ls gw/private-keys-v1.d")

/* As if it had been made `days` ago: no test waits a quarter. gpg is told to
 * believe in another day. */
static void
add_aged_subkey(int days, const char *algo)
{
	keys_close(world_keys);
	world_must("aged", "D=%d; " NO_AGENT MAKE "--quick-add-key %s %s encr "
	    "1d && "
	    NO_AGENT "true", days, world_fpr, algo);
	assert_int_equal(keys_open(&world_keys, home, OWN), GW_OK);
}

/* ---- a quarter ---- */

static void
what_a_new_key_is_like(void **state)
{
	struct msg_own own = own_now();

	(void)state;
	/* World's was made by keys_create(): its subkey ends with it. */
	assert_int_equal(own.err, GW_OK);
	assert_in_range(own.renewed, clock_now() - 600, clock_now());
	assert_in_range(own.expires - clock_now(), 729 * DAY, 731 * DAY);
	assert_string_equal(own.wkd, "tjiuazumwupg7x69bnagt1uw69c37wmb");
	/* It is young: nothing is added, nothing ends. */
	assert_int_equal(SUBKEYS, 1);
	own = rotate(clock_now() + DAY);
	assert_int_equal(own.err, GW_OK);
	assert_int_equal(SUBKEYS, 1);
	assert_in_range(own.expires - clock_now(), 729 * DAY, 731 * DAY);
}

static void
a_quarter_goes_by(const char *algo, const char *sub)
{
	struct msg_retired gone;
	struct msg_own before, own;
	int64_t end;

	begin_with(algo, sub, "2y");
	publish();
	write_mail("old");
	before = own_now();
	assert_int_equal(open_mail("old"), REASON_NOT_SIGNED);

	own = rotate(clock_now() + DAY);
	assert_int_equal(own.err, GW_OK);
	assert_string_equal(own.fpr, before.fpr);
	assert_in_range(own.renewed, before.renewed + 50 * DAY, clock_now());
	/* What ends soon is not in use any more. */
	assert_true(own.expires > clock_now() + 600 * DAY);
	assert_int_equal(SUBKEYS, 2);
	assert_int_equal(SECRETS, 3);
	/* Asked again, as after a crash: nothing piles up. */
	own = rotate(clock_now() + DAY);
	assert_int_equal(own.err, GW_OK);
	assert_int_equal(SUBKEYS, 2);
	assert_int_equal(SECRETS, 3);

	publish();
	write_mail("new");
	assert_int_equal(open_mail("old"), REASON_NOT_SIGNED);
	assert_int_equal(open_mail("new"), REASON_NOT_SIGNED);
	gone = retire(clock_now() + DAY);
	assert_int_equal(gone.err, GW_OK);
	assert_int_equal(gone.destroyed, 0);

	/* An end may come nearer, never later. */
	end = clock_now() + 3;
	assert_int_equal(rotate(end).err, GW_OK);
	assert_int_equal(rotate(end + DAY).err, GW_OK);
	assert_int_equal(SUBKEYS, 2);
	/* After it the old one opens yet: a mail may have lain somewhere. */
	while (clock_now() <= end + 1)
		(void)usleep(200000);
	assert_int_equal(open_mail("old"), REASON_NOT_SIGNED);
	gone = retire(end - DAY);
	assert_int_equal(gone.destroyed, 0);
	gone = retire(clock_now());
	assert_int_equal(gone.err, GW_OK);
	assert_int_equal(gone.destroyed, 1);
	assert_int_equal(SECRETS, 2);
	assert_int_equal(SUBKEYS, 1);
	assert_int_equal(open_mail("old"), REASON_DECRYPT_FAILED);
	assert_int_equal(open_mail("new"), REASON_NOT_SIGNED);
	/* Nor does anybody open it who has all of our home, and our public key
	 * as it was before. */
	world_must("thief", "rm -rf th; cp -r gw th && "
	    "gpgconf --homedir th --launch gpg-agent && "
	    "gpg --homedir th --batch -q --import-options "
	    "no-import-minimal --import gw.pub && "
	    "! gpg --homedir th --batch -q -d old > out && test ! -s out && "
	    "gpg --homedir th --batch -q -d new > out && cmp out text; "
	    "r=$?; gpgconf --homedir th --kill gpg-agent; exit $r");

	gone = retire(clock_now());
	assert_int_equal(gone.err, GW_OK);
	assert_int_equal(gone.destroyed, 0);
	own = own_now();
	assert_int_equal(own.err, GW_OK);
	world_must("left", "! ls gw/own.* gw/t-* 2>/dev/null");
}

static void
a_quarter_of_an_ed25519_key(void **state)
{
	(void)state;
	a_quarter_goes_by("ed25519", "cv25519");
	world_must("family", GW "--with-colons -k meldpost | "
	    "grep -q '^sub:.*cv25519'");
}

static void
a_quarter_of_an_rsa_key(void **state)
{
	(void)state;
	a_quarter_goes_by("rsa3072", "rsa3072");
	world_must("family", GW "--with-colons -k meldpost | "
	    "grep -q '^sub:[^:]*:3072:1:'");
}

/* Killed when the new one was there and the old one had no end yet. */
static void
a_crash_between_the_steps_adds_nothing(void **state)
{
	struct msg_own own;

	(void)state;
	begin_with("ed25519", "cv25519", "2y");
	keys_close(world_keys);
	world_must("half", "D=0; " NO_AGENT MAKE "--quick-add-key %s cv25519 "
	    "encr && " NO_AGENT "true", world_fpr);
	assert_int_equal(keys_open(&world_keys, home, OWN), GW_OK);
	own = rotate(clock_now() + 30 * DAY);
	assert_int_equal(own.err, GW_OK);
	assert_in_range(clock_now() - own.renewed, 0, 600);
	assert_int_equal(SUBKEYS, 2);
	world_must("ends", GW "--with-colons -k meldpost | awk -F: '/^sub/ && "
	    "$7 && $7 < %lld { n++ } END { exit n != 1 }'",
	    (long long)clock_now() + 31 * DAY);
}

/* Rule 11: our own signatures stay as cheap to check as before. */
static void
the_ring_is_in_order_afterwards(void **state)
{
	struct msg_own own;

	(void)state;
	begin_with("ed25519", "cv25519", "2y");
	world_must("ed25", GW "--import ed25.pub");
	own = rotate(clock_now() + 30 * DAY);
	assert_int_equal(own.err, GW_OK);
	world_must("cached", GW "--with-colons --check-sigs meldpost | "
	    "grep -c '^sig:!' | grep -qx 3; " GW "--with-colons -k ed25@i | "
	    "grep -q ^pub");
}

/* ---- many of them ---- */

static void
old_subkeys_leave_in_time(void **state)
{
	struct msg_retired gone;
	struct msg_own own;
	int i;

	(void)state;
	begin_with("ed25519", "cv25519", "2y");
	for (i = 0; i < 3; i++)
		add_aged_subkey(50 - i, "cv25519");
	own = rotate(clock_now() + 30 * DAY);
	assert_int_equal(own.err, GW_OK);
	assert_int_equal(SUBKEYS, 5);
	assert_int_equal(SECRETS, 6);
	publish();
	write_mail("new");
	/* Those that have ended opened mail until now. */
	gone = retire(clock_now() - 49 * DAY + 3600);
	assert_int_equal(gone.destroyed, 1);
	assert_int_equal(SUBKEYS, 4);
	/* A crash after the secret was gone, before its subkey was. */
	world_must("crash", "G=$(" GW "--with-colons --with-keygrip -K "
	    "meldpost | awk -F: '/^ssb/{s++} /^grp/&&s==2{print $10; exit}') "
	    "&& rm gw/private-keys-v1.d/$G.key");
	keys_close(world_keys);
	assert_int_equal(keys_open(&world_keys, home, OWN), GW_OK);
	gone = retire(clock_now());
	assert_int_equal(gone.destroyed, 1);
	assert_int_equal(SUBKEYS, 2);
	assert_int_equal(SECRETS, 3);
	/* What has not ended yet stays, whatever is asked. */
	gone = retire(clock_now() + 2 * 366 * DAY);
	assert_int_equal(gone.err, GW_OK);
	assert_int_equal(gone.destroyed, 0);
	assert_int_equal(SUBKEYS, 2);
	assert_int_equal(SECRETS, 3);
	assert_int_equal(open_mail("new"), REASON_NOT_SIGNED);
	publish();
	world_must("the rest", "rm -rf q; mkdir -m 700 q; gpg --homedir q "
	    "--batch -q --import gw.pub; gpg --homedir q --batch --with-colons "
	    "-k | grep -c ^sub | grep -qx 2");
}

/* A listing leaves out a key with more than it can bear: ours must not. */
static void
the_number_of_subkeys_is_bounded(void **state)
{
	struct msg_own own;

	(void)state;
	begin_with("ed25519", "cv25519", "2y");
	keys_close(world_keys);
	world_must("many", NO_AGENT "D=%d; while [ $D -gt 2 ]; do " MAKE
	    "--quick-add-key %s cv25519 encr 1d || exit 1; D=$((D - 1)); done; "
	    NO_AGENT "true", LIM_SUBKEYS, world_fpr);
	assert_int_equal(keys_open(&world_keys, home, OWN), GW_OK);
	own = own_now();
	assert_int_equal(own.err, GW_OK);
	own = rotate(clock_now() + DAY);
	assert_int_equal(own.err, GW_LIMIT);
	assert_int_equal(SUBKEYS, LIM_SUBKEYS - 1);
	assert_int_equal(retire(clock_now()).err, GW_OK);
	/* The one in use, and the newest. */
	assert_int_equal(SUBKEYS, 2);
	own = rotate(clock_now() + DAY);
	assert_int_equal(own.err, GW_OK);
	assert_int_equal(SUBKEYS, 3);
}

/* ---- what must not happen ---- */

static void
times_must_make_sense(void **state)
{
	struct msg_own own;
	int64_t now = clock_now();

	(void)state;
	begin_with("ed25519", "cv25519", "2y");
	assert_int_equal(rotate(now).err, GW_FORMAT);
	assert_int_equal(rotate(0).err, GW_FORMAT);
	assert_int_equal(rotate(INT64_MIN).err, GW_FORMAT);
	assert_int_equal(rotate(INT64_MAX).err, GW_FORMAT);
	keys_prolong(world_keys, now, &own);
	assert_int_equal(own.err, GW_FORMAT);
	keys_prolong(world_keys, INT64_MAX, &own);
	assert_int_equal(own.err, GW_FORMAT);
	assert_int_equal(retire(INT64_MIN).destroyed, 0);
	assert_int_equal(retire(INT64_MAX).destroyed, 0);
	assert_int_equal(SUBKEYS, 1);
	assert_int_equal(SECRETS, 2);
	assert_string_equal(own.fpr, world_fpr);
}

/* The newest is never destroyed, even when it has ended and nobody renewed. */
static void
the_newest_is_never_destroyed(void **state)
{
	struct msg_own own;

	(void)state;
	begin_with("ed25519", "cv25519", "30d");
	own = own_now();
	assert_int_equal(own.err, GW_KEY);
	assert_string_equal(own.fpr, world_fpr);
	assert_int_equal(own.renewed, 0);
	assert_true(own.expires < clock_now());
	assert_int_equal(retire(clock_now()).destroyed, 0);
	assert_int_equal(SECRETS, 2);
	/* Its primary ended as well: first longer, then anew. */
	assert_int_equal(rotate(clock_now() + DAY).err, GW_KEY);
	assert_int_equal(SUBKEYS, 1);
	keys_prolong(world_keys, clock_now() + 365 * DAY, &own);
	assert_int_equal(own.err, GW_OK);
	assert_in_range(own.expires - clock_now(), 364 * DAY, 366 * DAY);
	assert_int_equal(rotate(clock_now() + DAY).err, GW_OK);
	assert_int_equal(SUBKEYS, 2);
	world_no_orphans();
}

static void
a_key_in_use_is_prolonged(void **state)
{
	struct msg_own own;

	(void)state;
	begin_with("ed25519", "cv25519", "90d");
	publish();
	write_mail("before");
	keys_prolong(world_keys, clock_now() + 700 * DAY, &own);
	assert_int_equal(own.err, GW_OK);
	assert_in_range(own.expires - clock_now(), 699 * DAY, 701 * DAY);
	assert_int_equal(open_mail("before"), REASON_NOT_SIGNED);
	publish();
	world_must("partners see it", P "--with-colons -k %s | awk -F: "
	    "'/^(pub|sub)/ && $7 < %lld { exit 1 }'", world_fpr,
	    (long long)clock_now() + 699 * DAY);
	/* Shorter again is allowed as well. */
	keys_prolong(world_keys, clock_now() + 100 * DAY, &own);
	assert_int_equal(own.err, GW_OK);
	assert_in_range(own.expires - clock_now(), 99 * DAY, 101 * DAY);
}

/* Killed while our public key is out of the ring: the worst moment. */
static void
a_crash_while_it_is_out_is_mended(void **state)
{
	struct msg_own own;

	(void)state;
	begin_with("ed25519", "cv25519", "2y");
	keys_close(world_keys);
	world_must("crash", "gpg --homedir gw --batch --export meldpost > "
	    "gw/own.key && gpg --homedir gw --batch --yes --expert "
	    "--delete-keys %s && ! gpg --homedir gw --batch -k meldpost",
	    world_fpr);
	assert_int_equal(keys_open(&world_keys, home, OWN), GW_OK);
	own = own_now();
	assert_int_equal(own.err, GW_OK);
	assert_string_equal(own.fpr, world_fpr);
	world_must("left", "test ! -e gw/own.key");
	/* And when it was put back already, but not said to be. */
	keys_close(world_keys);
	world_must("crash", "gpg --homedir gw --batch --export meldpost > "
	    "gw/own.key");
	assert_int_equal(keys_open(&world_keys, home, OWN), GW_OK);
	assert_int_equal(own_now().err, GW_OK);
	world_must("left", "test ! -e gw/own.key");
}

/* Whether that process is a gpg that opens something. */
static bool
is_decrypting(int pid)
{
	char path[32], command[1024];
	size_t n;
	FILE *f;

	(void)snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
	f = fopen(path, "re");
	if (f == NULL)
		return false;
	n = fread(command, 1, sizeof(command), f);
	(void)fclose(f);
	return memmem(command, n, "--decrypt", 9) != NULL;
}

/* As the kernel does for want of memory; a thread, because keys waits for all
 * children of its process. */
static void *
kill_what_decrypts(void *arg)
{
	const atomic_bool *over = arg;
	char path[64];
	FILE *list;
	int pid;

	(void)snprintf(path, sizeof(path), "/proc/self/task/%d/children",
	    (int)getpid());
	while (!atomic_load(over)) {
		list = fopen(path, "re");
		if (list == NULL)
			break;
		while (fscanf(list, "%d", &pid) == 1) {
			if (is_decrypting(pid))
				(void)kill(pid, SIGKILL);
		}
		(void)fclose(list);
	}
	return NULL;
}

/* T34: a gpg that was killed over the sample says nothing about our key. What
 * passes is tried again, and nobody is told to restore a backup. */
static void
a_fault_that_passes_is_no_broken_key(void **state)
{
	atomic_bool over = false;
	enum gw_err r = GW_OK;
	pthread_t hunter;
	int i;

	(void)state;
	begin_with("ed25519", "cv25519", "2y");
	assert_int_equal(pthread_create(&hunter, NULL, kill_what_decrypts,
	    &over), 0);
	/* On a busy machine the hunter may come too late. */
	for (i = 0; i < 50 && r == GW_OK; i++) {
		keys_close(world_keys);
		r = keys_open(&world_keys, home, OWN);
	}
	atomic_store(&over, true);
	assert_int_equal(pthread_join(hunter, NULL), 0);
	assert_int_equal(r, GW_AGAIN);
	assert_null(world_keys);
	assert_int_equal(keys_open(&world_keys, home, OWN), GW_OK);
	assert_int_equal(own_now().err, GW_OK);
}

static void
without_a_key_there_is_nothing_to_renew(void **state)
{
	struct msg_own own;

	(void)state;
	keys_close(world_keys);
	world_must("empty", "rm -rf gw");
	assert_int_equal(keys_open(&world_keys, home, OWN), GW_OK);
	assert_int_equal(rotate(clock_now() + DAY).err, GW_MISSING);
	keys_prolong(world_keys, clock_now() + DAY, &own);
	assert_int_equal(own.err, GW_MISSING);
	assert_int_equal(retire(clock_now()).err, GW_MISSING);
	assert_string_equal(own.wkd, "tjiuazumwupg7x69bnagt1uw69c37wmb");
}

/* ---- the directory ---- */

static void
a_binary_key_is_a_key(void **state)
{
	struct msg_own own;
	struct map m;

	(void)state;
	begin_with("ed25519", "cv25519", "2y");
	keys_own(world_keys, OWN_BINARY, &own);
	assert_int_equal(own.err, GW_OK);
	assert_int_equal(memfd_map(own.file, LIM_KEYFILE, &m), GW_OK);
	world_write("bin", m.p, m.len);
	assert_true(m.p[0] & 0x80);
	memfd_unmap(&m);
	close(own.file);
	world_must("bin", GW "--export --export-options export-minimal %s | "
	    "cmp - bin", world_fpr);
	world_must("gpg's own word for it", "gpg --homedir gw --batch "
	    "--with-wkd-hash -k %s | grep -q '%s@'", world_fpr, own.wkd);
}

static int
begin(void **state)
{
	int r = world_make_small(state);

	(void)snprintf(home, sizeof(home), "%s/gw", world_dir);
	return r;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_new_key_is_like),
		cmocka_unit_test(a_quarter_of_an_ed25519_key),
		cmocka_unit_test(a_quarter_of_an_rsa_key),
		cmocka_unit_test(a_crash_between_the_steps_adds_nothing),
		cmocka_unit_test(the_ring_is_in_order_afterwards),
		cmocka_unit_test(old_subkeys_leave_in_time),
		cmocka_unit_test(the_number_of_subkeys_is_bounded),
		cmocka_unit_test(times_must_make_sense),
		cmocka_unit_test(the_newest_is_never_destroyed),
		cmocka_unit_test(a_key_in_use_is_prolonged),
		cmocka_unit_test(a_crash_while_it_is_out_is_mended),
		cmocka_unit_test(a_fault_that_passes_is_no_broken_key),
		cmocka_unit_test(a_binary_key_is_a_key),
		cmocka_unit_test(without_a_key_there_is_nothing_to_renew),
	};

	return cmocka_run_group_tests(tests, begin, world_end);
}
