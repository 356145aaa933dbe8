#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/log.h"
#include "world.h"

char world_dir[WORLD_PATH];
char world_fpr[LIM_FPR + 1];
struct keys *world_keys;

/* ---- the world outside ---- */

/* Not as their adopter: a partner's gpg-agent must not become ours. */
static int
run_line(const char *line)
{
	char cmd[4096 + 64];
	int adopter, status;

	(void)snprintf(cmd, sizeof(cmd), "cd %s && { %s; } 2>>log", world_dir,
	    line);
	(void)prctl(PR_GET_CHILD_SUBREAPER, &adopter);
	(void)prctl(PR_SET_CHILD_SUBREAPER, 0);
	status = system(cmd);
	(void)prctl(PR_SET_CHILD_SUBREAPER, adopter);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int
world_sh(const char *fmt, ...)
{
	char line[4096];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	return run_line(line);
}

void
world_must(const char *what, const char *fmt, ...)
{
	char line[4096];
	va_list ap;
	int status;

	va_start(ap, fmt);
	(void)vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	status = run_line(line);
	if (status != 0) {
		(void)run_line("tail -5 log");
		fail_msg("%s: exit status %d", what, status);
	}
}

static FILE *
open_file(const char *name, const char *mode)
{
	char path[128];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", world_dir, name);
	f = fopen(path, mode);
	assert_non_null(f);
	return f;
}

uint8_t *
world_read(const char *name, size_t *n)
{
	FILE *f = open_file(name, "r");
	struct stat st;
	uint8_t *p;

	assert_int_equal(fstat(fileno(f), &st), 0);
	p = malloc((size_t)st.st_size + 1);
	assert_non_null(p);
	*n = fread(p, 1, (size_t)st.st_size, f);
	assert_int_equal(*n, st.st_size);
	p[*n] = '\0';
	(void)fclose(f);
	return p;
}

void
world_write(const char *name, const void *p, size_t n)
{
	FILE *f = open_file(name, "w");

	assert_int_equal(fwrite(p, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

int
world_memfd(const char *name)
{
	size_t n;
	uint8_t *p = world_read(name, &n);
	int fd;

	assert_int_equal(memfd_from(p, n, &fd), GW_OK);
	free(p);
	return fd;
}

/* Each is asked for once: a partner keeps the key. */
static struct {
	char user[16];
	char fpr[LIM_FPR + 1];
} partners[16];

const char *
world_fpr_of(const char *user)
{
	size_t i = 0, n;
	uint8_t *p;

	while (i < 16 && partners[i].user[0] != '\0' &&
	    strcmp(partners[i].user, user) != 0)
		i++;
	assert_true(i < 16 && strlen(user) < sizeof(partners[i].user));
	if (partners[i].user[0] != '\0')
		return partners[i].fpr;
	world_must("fpr", P "--with-colons --list-keys "
	    "'<%s@insecure.example>' | awk -F: '/^fpr/{print $10; exit}' | "
	    "tr -d '\\n' > fpr", user);
	p = world_read("fpr", &n);
	(void)snprintf(partners[i].fpr, LIM_FPR + 1, "%s", (char *)p);
	(void)strcpy(partners[i].user, user);
	free(p);
	return partners[i].fpr;
}

void
world_snapshot(const char *name)
{
	world_must("files", "{ find gw ! -type s ! -type d | LC_ALL=C sort | "
	    "xargs sha256sum; find gw | LC_ALL=C sort; } > %s", name);
}

void
world_no_orphans(void)
{
	/* No child at all: not running, not a zombie. */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	/* Nor anybody else's; the agent has the home in its environment too. */
	assert_int_not_equal(world_sh("for p in $(grep -lsxF gpg "
	    "/proc/[0-9]*/comm); do grep -qsz GNUPGHOME=%s/gw "
	    "${p%%comm}environ && exit 0; done; exit 1", world_dir), 0);
}

/* ---- making it ---- */

/* `sub`: algorithm of an encryption subkey, "" for none, NULL when `algo`
 * makes a whole key. */
static void
make_key(const char *user, const char *algo, const char *sub)
{
	world_must(user, P "--quick-gen-key "
	    "'INSECURE <%s@insecure.example>' %s %s 1y", user, algo,
	    sub == NULL ? "default" : "sign");
	if (sub != NULL && sub[0] != '\0')
		world_must(user, P "--quick-add-key %s %s encr 1y",
		    world_fpr_of(user), sub);
	world_must(user, P "--export '<%s@insecure.example>' > %s.pub", user,
	    user);
}

/* An RSA key of tests/corpus/keys: to make one takes seconds of reckoning. */
static void
take_key(const char *user)
{
	const char *top = getenv("srcdir");
	char file[256], key[8192];
	FILE *from;
	size_t n;

	(void)snprintf(file, sizeof(file), "%s/tests/corpus/keys/%s.asc",
	    top != NULL ? top : ".", user);
	from = fopen(file, "r");
	assert_non_null(from);
	n = fread(key, 1, sizeof(key), from);
	assert_true(n > 0 && n < sizeof(key));
	assert_int_equal(fclose(from), 0);
	world_write("key", key, n);
	world_must(user, P "--import key && " P
	    "--export '<%s@insecure.example>' > %s.pub", user, user);
}

static void
make_few_partners(void)
{
	world_must("p", "mkdir -m 700 p");
	make_key("ed25", "future-default", NULL);
	make_key("stranger", "future-default", NULL);
	make_key("signonly", "ed25519", "");
	take_key("weak");
	world_must("old", P "--faked-system-time 20240101T000000 "
	    "--quick-gen-key 'INSECURE <old@insecure.example>' "
	    "future-default default 1y && " P
	    "--export '<old@insecure.example>' > old.pub");
}

static void
make_partners(void)
{
	make_few_partners();
	take_key("rsa2");
	take_key("rsa3");
	take_key("rsa4");
	make_key("nist", "nistp256", "nistp256");
	make_key("revoked", "future-default", NULL);
	make_key("suspended", "future-default", NULL);
}

uint32_t
world_import(const char *file, const char *fpr, const char *address,
    struct msg_imported *out)
{
	struct msg_import in = { .id = 1, .file = world_memfd(file) };

	(void)snprintf(in.fpr, sizeof(in.fpr), "%s", fpr);
	(void)snprintf(in.address, sizeof(in.address), "%s", address);
	keys_import(world_keys, &in, out);
	close(in.file);
	return out->err;
}

static void
enrol(const char *user)
{
	char file[32], address[64];
	struct msg_imported out;

	(void)snprintf(file, sizeof(file), "%s.pub", user);
	(void)snprintf(address, sizeof(address), "%s@insecure.example", user);
	assert_int_equal(world_import(file, world_fpr_of(user), address,
	    &out), GW_OK);
}

static void
open_keys(void)
{
	char home[128];

	(void)snprintf(home, sizeof(home), "%s/gw", world_dir);
	assert_int_equal(keys_open(&world_keys, home, OWN), GW_OK);
}

void
world_reopen(void)
{
	static const char *const active[] = { "ed25", "rsa2", "rsa3", "rsa4",
	    "nist", "revoked", "old" };
	size_t i;

	keys_close(world_keys);
	open_keys();
	for (i = 0; i < sizeof(active) / sizeof(active[0]); i++)
		assert_int_equal(keys_pin(world_keys, world_fpr_of(active[i]),
		    true), GW_OK);
}

static void
make_own(void)
{
	struct msg_own own;
	struct map m;

	keys_own(world_keys, OWN_NO_FILE, &own);
	assert_int_equal(own.err, GW_MISSING);
	keys_create(world_keys, OWN, &own);
	assert_int_equal(own.err, GW_OK);
	(void)snprintf(world_fpr, sizeof(world_fpr), "%s", own.fpr);
	assert_int_equal(memfd_map(own.file, LIM_KEYFILE, &m), GW_OK);
	world_write("gw.pub", m.p, m.len);
	memfd_unmap(&m);
	close(own.file);
	world_must("gw.pub", P "--import gw.pub");
}

/* `name` pads the path. */
static void
begin(const char *name)
{
	log_open("test", LOG_ERROR);
	memset(partners, 0, sizeof(partners));
	(void)snprintf(world_dir, sizeof(world_dir), "/tmp/%sXXXXXX", name);
	assert_non_null(mkdtemp(world_dir));
}

int
world_make_small(void **state)
{
	char name[LIM_HOME];
	size_t len = LIM_HOME - strlen("/tmp/XXXXXX/gw");

	(void)state;
	memset(name, 'm', len);
	name[len] = '\0';
	begin(name);
	make_few_partners();
	open_keys();
	make_own();
	enrol("ed25");
	assert_int_equal(keys_pin(world_keys, world_fpr_of("ed25"), true),
	    GW_OK);
	return 0;
}

int
world_make(void **state)
{
	static const char *const users[] = { "ed25", "rsa2", "rsa3", "rsa4",
	    "nist", "revoked", "suspended" };
	size_t i;

	(void)state;
	begin("mp");
	make_partners();
	open_keys();
	make_own();
	for (i = 0; i < sizeof(users) / sizeof(users[0]); i++)
		enrol(users[i]);
	/* What becomes of a key after its enrolment. */
	world_must("revoke", "sed 's/^:---/---/' p/openpgp-revocs.d/%s.rev "
	    "> rev && gpg --homedir gw --import rev old.pub",
	    world_fpr_of("revoked"));
	world_reopen();
	return 0;
}

int
world_end(void **state)
{
	(void)state;
	keys_close(world_keys);
	(void)world_sh("gpgconf --homedir p --kill gpg-agent; cd / && "
	    "rm -rf %s", world_dir);
	return 0;
}
