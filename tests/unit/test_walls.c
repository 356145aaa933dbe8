/*
 * What keys must still be able to do once it is shut in: every verb that
 * writes, makes keys or needs a home of its own, behind the real walls.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/reason.h"
#include "confine/confine.h"
#include "keys/keys.h"
#include "world.h"

#define BODY	"Content-Type: text/plain\r\n\r\nInschrijven. INSECURE\r\n"
#define HEAD	"To: <a@insecure.example>\r\n"
#define DAY	86400

/* Made while the partners can still be reached. */
static struct msg_vouch brought;
static int head;

static uint64_t
length_of(int fd)
{
	struct map m;
	uint64_t n;

	assert_int_equal(memfd_map(fd, LIM_MAIL_BYTES, &m), GW_OK);
	n = m.len;
	memfd_unmap(&m);
	return n;
}

static int
shut_in(void **state)
{
	struct confine_path path = { NULL, CONFINE_WRITE };
	struct msg_own own;
	char home[128];
	size_t n;

	assert_int_equal(world_make_small(state), 0);
	(void)snprintf(home, sizeof(home), "%s/gw", world_dir);
	/* Our own key is older than an hour, or nothing would be renewed. */
	keys_close(world_keys);
	world_must("an older key", NO_AGENT "rm -rf gw && mkdir -m 700 gw && gpg "
	    "--homedir gw --batch -q --pinentry-mode loopback --passphrase '' "
	    "--faked-system-time $(date -u -d '-1 day' +%%Y%%m%%dT%%H%%M%%S) "
	    "--quick-gen-key 'meldpost <" OWN ">' future-default default 2y && "
	    NO_AGENT
	    "gpg --homedir gw --batch --export > gw.pub && " P "--import "
	    "gw.pub");
	assert_int_equal(keys_open(&world_keys, home, OWN), GW_OK);
	world_write("text", BODY, sizeof(BODY) - 1);
	keys_own(world_keys, OWN_NO_FILE, &own);
	world_must("mail", P "-u stranger@i -r %s -sea < text > mail; "
	    P "-u stranger@i -ba < text > sig; cat text sig > plain",
	    own.fpr);
	brought = (struct msg_vouch){ .id = 1, .mail = world_memfd("mail"),
	    .bring = world_memfd("stranger.pub"),
	    .plain = world_memfd("plain") };
	(void)snprintf(brought.address, sizeof(brought.address),
	    "stranger@insecure.example");
	brought.key.len = length_of(brought.bring);
	free(world_read("sig", &n));
	brought.body.len = sizeof(BODY) - 1;
	brought.signature = (struct span){ sizeof(BODY) - 1, n };
	assert_int_equal(memfd_from(HEAD BODY, sizeof(HEAD BODY) - 1, &head),
	    GW_OK);
	/* Afterwards we cannot tidy up any more. */
	world_must("tidy", "( while kill -0 %d; do sleep 1; done; "
	    "gpgconf --homedir p --kill gpg-agent; rm -rf %s ) "
	    "> /dev/null 2>&1 & true", (int)getpid(), world_dir);
	path.path = home;
	return confine_enter(ROLE_KEYS, &path, 1) == GW_OK ? 0 : -1;
}

static int
end(void **state)
{
	(void)state;
	keys_close(world_keys);
	return 0;
}

static void
the_walls_are_up(void **state)
{
	(void)state;
#ifndef __SANITIZE_ADDRESS__
	assert_null(fopen("/etc/passwd", "r"));
#endif
}

static void
a_stranger_is_read_and_vouched_for(void **state)
{
	struct msg_unwrap in = { .id = 3, .stranger = 1,
	    .mail = brought.mail };
	struct msg_unwrapped opened;
	struct msg_vouched out;

	(void)state;
	in.cipher.len = length_of(brought.mail);
	assert_int_equal(keys_unwrap(world_keys, &in, &opened), GW_OK);
	assert_int_equal(opened.reason, REASON_UNKNOWN_KEY);
	assert_true(opened.plain >= 0);
	close(opened.plain);
	keys_wipe(world_keys, 0);

	assert_int_equal(keys_vouch(world_keys, &brought, &out), GW_OK);
	assert_int_equal(out.reason, REASON_OK);
	assert_string_equal(out.fpr, opened.fpr);
	brought.cipher = in.cipher;
	assert_int_equal(keys_vouch(world_keys, &brought, &out), GW_OK);
	assert_int_equal(out.reason, REASON_OK);
}

static void
a_guest_is_sealed_to(void **state)
{
	struct msg_seal in = { .outer_len = sizeof(HEAD) - 1, .head = head,
	    .plain = -1, .guest = brought.bring };
	struct msg_vouched who;
	int mail;

	(void)state;
	assert_int_equal(keys_vouch(world_keys, &brought, &who), GW_OK);
	(void)snprintf(in.fpr, sizeof(in.fpr), "%s", who.fpr);
	assert_int_equal(keys_seal(world_keys, &in, &mail), GW_OK);
	assert_int_equal(length_of(mail), 4096);
	close(mail);
}

static void
our_key_is_renewed_and_retired(void **state)
{
	struct msg_retired gone;
	struct msg_own own;
	int64_t end_of_old = clock_now() + 2;

	(void)state;
	keys_rotate(world_keys, end_of_old, &own);
	assert_int_equal(own.err, GW_OK);
	assert_in_range(clock_now() - own.renewed, 0, 600);
	keys_prolong(world_keys, clock_now() + 1000 * DAY, &own);
	assert_int_equal(own.err, GW_OK);
	while (clock_now() <= end_of_old + 1)
		(void)usleep(200000);
	keys_retire(world_keys, clock_now(), &gone);
	assert_int_equal(gone.err, GW_OK);
	assert_int_equal(gone.destroyed, 1);
	keys_own(world_keys, OWN_BINARY, &own);
	assert_int_equal(own.err, GW_OK);
	assert_true(own.file >= 0);
	close(own.file);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_walls_are_up),
		cmocka_unit_test(a_stranger_is_read_and_vouched_for),
		cmocka_unit_test(a_guest_is_sealed_to),
		cmocka_unit_test(our_key_is_renewed_and_retired),
	};

	return cmocka_run_group_tests(tests, shut_in, end);
}
