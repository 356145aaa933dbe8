/*
 * Dies at the n-th call. Loaded into every process of the house (LD_PRELOAD),
 * it counts in one file, MELDPOST_FAULT_LEDGER, what each role asks of the
 * kernel or of SQLite that another process or the disk can see. MELDPOST_FAULT
 * names the calls at which a role is killed: "core:17 submit:4+" is core in
 * front of its 17th call and submit behind its 4th.
 *
 * The numbers run on through restarts and are shared with forked children, so
 * each number comes once: "core:17 core:40" kills the second core too, while it
 * recovers from what the first one left.
 */
#define _GNU_SOURCE
#undef _FORTIFY_SOURCE	/* read() here is a name to be given, not a call */
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define EXPORT	__attribute__((visibility("default")))

/* The ledger, as crash.py reads it: one slot for each role in this order. */
#define CALLS_MAX	16380
#define NAME_LEN	16

struct slot {
	_Atomic uint32_t calls;		/* counted so far */
	_Atomic uint32_t deaths;
	_Atomic uint32_t victim;	/* a process that waits to be killed */
	uint32_t unused[13];
	char call[CALLS_MAX][NAME_LEN];
};

_Static_assert(sizeof(struct slot) % 4096 == 0, "slots are mapped alone");

static const char *const roles[] = { "fetch", "parse", "keys", "core",
	"submit", "parent" };

struct fault {
	uint32_t n;
	bool after;
};

static struct slot *ledger;
static struct fault fault[8];
static size_t faults;
static pid_t child;	/* of parse, behind a wall that lets nobody die */

/* ---- dying ---- */

/*
 * At once: no handler, no exit function, no lock let go. A child of parse may
 * not even ask for its own number; it waits for crash.py to kill it.
 */
static void __attribute__((noreturn))
die(void)
{
	atomic_fetch_add(&ledger->deaths, 1);
	if (child != 0) {
		atomic_store(&ledger->victim, (uint32_t)child);
		for (;;)
			(void)syscall(SYS_poll, NULL, 0, -1);
	}
	for (;;)
		(void)syscall(SYS_tgkill, (pid_t)syscall(SYS_getpid),
		    (pid_t)syscall(SYS_gettid), SIGKILL);
}

static void
die_if_due(uint32_t n, bool after)
{
	size_t i;

	for (i = 0; i < faults; i++) {
		if (fault[i].n == n && fault[i].after == after)
			die();
	}
}

/* In front of a call. Its number, or 0 where nobody counts. */
static uint32_t
reach(const char *name)
{
	uint32_t n;

	if (ledger == NULL)
		return 0;
	n = atomic_fetch_add(&ledger->calls, 1) + 1;
	if (n <= CALLS_MAX)
		strncpy(ledger->call[n - 1], name, NAME_LEN - 1);
	die_if_due(n, false);
	return n;
}

/* Behind it. */
static void
passed(uint32_t n)
{
	if (n != 0)
		die_if_due(n, true);
}

/* ---- start ---- */

static int
role_of(const char *program)
{
	const char *name = strrchr(program, '/');
	size_t i;

	name = name == NULL ? program : name + 1;
	if (strcmp(name, "meldpostd") == 0)
		return sizeof(roles) / sizeof(roles[0]) - 1;
	if (strncmp(name, "meldpost-", 9) != 0)
		return -1;
	for (i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
		if (strcmp(name + 9, roles[i]) == 0)
			return (int)i;
	}
	return -1;
}

static void
read_faults(const char *text, const char *role)
{
	size_t len = strlen(role);
	char *end;

	while (text != NULL && faults < sizeof(fault) / sizeof(fault[0])) {
		text += strspn(text, " ");
		if (strncmp(text, role, len) == 0 && text[len] == ':') {
			fault[faults].n = (uint32_t)strtoul(text + len + 1,
			    &end, 10);
			fault[faults].after = *end == '+';
			faults++;
		}
		text = strchr(text, ' ');
	}
}

/* A mail gets a child of parse: to be born is a call of its own. */
static void
born(void)
{
	child = getpid();
	passed(reach("child"));
}

static void __attribute__((constructor))
start(int argc, char **argv)
{
	const char *path = getenv("MELDPOST_FAULT_LEDGER");
	int fd, role = argc > 0 ? role_of(argv[0]) : -1;
	void *p;

	if (path == NULL || role < 0)
		return;
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		abort();
	p = mmap(NULL, sizeof(*ledger), PROT_READ | PROT_WRITE, MAP_SHARED,
	    fd, (off_t)role * (off_t)sizeof(*ledger));
	close(fd);
	if (p == MAP_FAILED)
		abort();
	read_faults(getenv("MELDPOST_FAULT"), roles[role]);
	if (strcmp(roles[role], "parse") == 0 &&
	    pthread_atfork(NULL, NULL, born) != 0)
		abort();
	ledger = p;
}

/* ---- the calls ---- */

static void *
next(const char *name)
{
	void *p = dlsym(RTLD_NEXT, name);

	if (p == NULL)
		abort();
	return p;
}

/* One wrapper: count, call the real one, keep errno. */
#define COUNTED(type, name, params, args)				\
	EXPORT type name params;					\
	type								\
	name params							\
	{								\
		static type (*real) params;				\
		uint32_t point = reach(#name);				\
		type r;							\
									\
		if (real == NULL)					\
			real = (type (*) params)next(#name);		\
		r = real args;						\
		passed(point);						\
		return r;						\
	}

struct sqlite3_stmt;

COUNTED(ssize_t, read, (int fd, void *p, size_t n), (fd, p, n))
COUNTED(ssize_t, __read_chk, (int fd, void *p, size_t n, size_t size),
    (fd, p, n, size))
COUNTED(ssize_t, write, (int fd, const void *p, size_t n), (fd, p, n))
COUNTED(ssize_t, writev, (int fd, const struct iovec *v, int n),
    (fd, v, n))
COUNTED(ssize_t, pwrite, (int fd, const void *p, size_t n, off_t at),
    (fd, p, n, at))
COUNTED(ssize_t, pwrite64, (int fd, const void *p, size_t n, off64_t at),
    (fd, p, n, at))
COUNTED(int, ftruncate, (int fd, off_t size), (fd, size))
COUNTED(int, ftruncate64, (int fd, off64_t size), (fd, size))
COUNTED(int, fsync, (int fd), (fd))
COUNTED(int, fdatasync, (int fd), (fd))
COUNTED(int, rename, (const char *old, const char *new), (old, new))
COUNTED(int, renameat, (int at, const char *old, int to, const char *new),
    (at, old, to, new))
COUNTED(int, renameat2, (int at, const char *old, int to, const char *new,
    unsigned flags), (at, old, to, new, flags))
COUNTED(int, unlink, (const char *path), (path))
COUNTED(int, unlinkat, (int at, const char *path, int flags),
    (at, path, flags))
COUNTED(int, mkdirat, (int at, const char *path, mode_t mode),
    (at, path, mode))
COUNTED(ssize_t, send, (int fd, const void *p, size_t n, int flags),
    (fd, p, n, flags))
COUNTED(ssize_t, sendto, (int fd, const void *p, size_t n, int flags,
    const struct sockaddr *to, socklen_t len), (fd, p, n, flags, to, len))
COUNTED(ssize_t, sendmsg, (int fd, const struct msghdr *m, int flags),
    (fd, m, flags))
COUNTED(ssize_t, recv, (int fd, void *p, size_t n, int flags),
    (fd, p, n, flags))
COUNTED(ssize_t, __recv_chk, (int fd, void *p, size_t n, size_t size,
    int flags), (fd, p, n, size, flags))
COUNTED(ssize_t, recvfrom, (int fd, void *p, size_t n, int flags,
    struct sockaddr *from, socklen_t *len), (fd, p, n, flags, from, len))
COUNTED(ssize_t, recvmsg, (int fd, struct msghdr *m, int flags),
    (fd, m, flags))
COUNTED(int, sqlite3_step, (struct sqlite3_stmt *st), (st))
