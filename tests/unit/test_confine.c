/*
 * The walls (issue: "each wall proven by a test that tries to climb it").
 *
 * Every climb is made twice: without a wall, where it must succeed, or the
 * test would prove nothing; and behind the wall of a role, where it must die
 * of SIGSYS, be refused, or work as before.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/memfd.h"
#include "confine/confine.h"
#include "transport/net.h"
#include "wire/chan.h"

/* in/ may be written, tpl/ read; out/ is nobody's business. */
static char dir[32], in[48], tpl[48], out[48], secret[64];
static int unix_listener, tcp_listener;
static uint16_t tcp_port;

/*
 * Climbs. 0: up and over; an errno value: refused.
 */

static int
open_for(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static int
read_secret(void)
{
	return open_for(secret, O_RDONLY);
}

static int
read_passwd(void)
{
	return open_for("/etc/passwd", O_RDONLY);
}

static int
list_outside(void)
{
	return open_for(out, O_RDONLY | O_DIRECTORY);
}

static int
write_outside(void)
{
	char path[80];

	(void)snprintf(path, sizeof(path), "%s/new", out);
	return open_for(path, O_WRONLY | O_CREAT);
}

static int
write_template(void)
{
	char path[80];

	(void)snprintf(path, sizeof(path), "%s/T01", tpl);
	return open_for(path, O_WRONLY);
}

static int
read_template(void)
{
	char path[80];

	(void)snprintf(path, sizeof(path), "%s/T01", tpl);
	return open_for(path, O_RDONLY);
}

/* Out of a directory that may be written, into one that may not. */
static int
carry_out(void)
{
	char from[80], to[80];

	(void)snprintf(from, sizeof(from), "%s/file", in);
	(void)snprintf(to, sizeof(to), "%s/carried", out);
	if (open_for(from, O_WRONLY | O_CREAT) != 0)
		return errno;
	return rename(from, to) < 0 ? errno : 0;
}

static int
open_mode_of_secret(void)
{
	return chmod(secret, 0644) < 0 ? errno : 0;
}

static int
write_inside(void)
{
	char path[80], other[80];

	(void)snprintf(path, sizeof(path), "%s/a", in);
	(void)snprintf(other, sizeof(other), "%s/sub/b", in);
	if (open_for(path, O_RDWR | O_CREAT | O_TRUNC) != 0 ||
	    link(path, other) < 0 || unlink(other) < 0 ||
	    rename(path, other) < 0 || unlink(other) < 0)
		return errno;
	return 0;
}

static int
execute(void)
{
	char *argv[] = { (char *)(uintptr_t)"true", NULL };

	(void)execv("/bin/true", argv);
	return errno;
}

static int
execute_descriptor(void)
{
	char *argv[] = { (char *)(uintptr_t)"true", NULL };
	int fd = open("/bin/true", O_RDONLY);

	(void)syscall(SYS_execveat, fd, "", argv, environ, AT_EMPTY_PATH);
	return errno;
}

static int
make_socket(int family, int type)
{
	int fd = socket(family, type, 0);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static int
inet_socket(void)
{
	return make_socket(AF_INET, SOCK_STREAM);
}

static int
inet6_socket(void)
{
	return make_socket(AF_INET6, SOCK_STREAM);
}

static int
unix_socket(void)
{
	return make_socket(AF_UNIX, SOCK_STREAM);
}

static int
netlink_socket(void)
{
	return make_socket(AF_NETLINK, SOCK_RAW);
}

static int
connect_tcp_with(int fd)
{
	struct sockaddr_in sin = { .sin_family = AF_INET,
		.sin_port = htons(tcp_port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	return connect(fd, (struct sockaddr *)&sin, sizeof(sin)) < 0 ?
	    errno : 0;
}

static int inherited;	/* an unconnected TCP socket, made before the wall */

static int
connect_inherited(void)
{
	return connect_tcp_with(inherited);
}

static int
connect_tcp(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	int r = fd < 0 ? errno : connect_tcp_with(fd);

	if (fd >= 0)
		close(fd);
	return r;
}

static int
listen_tcp(void)
{
	struct sockaddr_in sin = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&sin, sizeof(sin)) < 0 ||
	    listen(fd, 1) < 0)
		return errno;
	close(fd);
	return 0;
}

/* A datagram pair can be connected again, to any socket there is. */
static int
datagram_pair(void)
{
	int fd[2];

	return socketpair(AF_UNIX, SOCK_DGRAM, 0, fd) < 0 ? errno : 0;
}

static int
trace(void)
{
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0 ? errno : 0;
}

static int
read_memory(void)
{
	char a[4] = "abc", b[4];
	struct iovec from = { a, 4 }, to = { b, 4 };

	return process_vm_readv(getpid(), &to, 1, &from, 1, 0) != 4 ?
	    errno : 0;
}

static int
signal_parent(void)
{
	return kill(getppid(), 0) < 0 ? errno : 0;
}

static int
fork_child(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid < 0 || waitpid(pid, NULL, 0) < 0 ? errno : 0;
}

static int
map_code(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? errno : 0;
}

static int
make_memory_code(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return mprotect(p, 4096, PROT_READ | PROT_EXEC) < 0 ? errno : 0;
}

/*
 * What a role lives on.
 */

static int
one_sql(sqlite3 *db, const char *sql)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : EIO;
}

/* Twice, so that the second run finds a database and its journal. */
static int
use_sqlite(void)
{
	static const char *const sql[] = {
		"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL",
		"PRAGMA secure_delete=ON", "PRAGMA temp_store=MEMORY",
		"BEGIN IMMEDIATE", "CREATE TABLE IF NOT EXISTS t(a, b)",
		"INSERT INTO t VALUES(1, randomblob(100000))",
		"DELETE FROM t WHERE a = 0", "COMMIT",
		"PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM",
	};
	char path[80];
	sqlite3 *db;
	size_t i, j;
	int r = 0;

	(void)snprintf(path, sizeof(path), "%s/test.db", in);
	for (i = 0; i < 2 && r == 0; i++) {
		if (sqlite3_open(path, &db) != SQLITE_OK)
			return EIO;
		for (j = 0; j < sizeof(sql) / sizeof(sql[0]) && r == 0; j++)
			r = one_sql(db, sql[j]);
		if (sqlite3_close(db) != SQLITE_OK)
			r = EIO;
	}
	return r;
}

/* A client of the control socket, and who it is. */
static int
answer_control(void)
{
	struct ucred who;
	socklen_t n = sizeof(who);
	int fd = accept4(unix_listener, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0 || getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &n) < 0)
		return errno;
	close(fd);
	return who.uid == getuid() ? 0 : EPERM;
}

/* Mail and plaintext between roles: memfds over a channel. */
static int
pass_memfd(void)
{
	struct chan a, b;
	struct secret s;
	struct map map;
	struct msg m;
	int fd[2];

	if (chan_pair(fd) != GW_OK)
		return errno;
	chan_open(&a, fd[0], ROLE_FETCH, ROLE_CORE);
	chan_open(&b, fd[1], ROLE_CORE, ROLE_FETCH);
	if (secret_new(&s, 1000000) != GW_OK ||
	    secret_add(&s, "some mail", 9) != GW_OK ||
	    secret_seal(&s) != GW_OK)
		return EIO;
	msg_init(&m, MSG_mail);
	m.u.mail.raw = s.fd;
	if (chan_send(&a, &m, 1000) != GW_OK ||
	    chan_recv(&b, &m, 1000) != GW_OK ||
	    memfd_map(m.u.mail.raw, 100, &map) != GW_OK)
		return EIO;
	return map.len == 9 && memcmp(map.p, "some mail", 9) == 0 ? 0 : EIO;
}

static int
tell_time(void)
{
	time_t t = time(NULL);
	struct tm tm;

	return localtime_r(&t, &tm) == NULL || gmtime_r(&t, &tm) == NULL ?
	    EIO : 0;
}

static void *
nothing(void *arg)
{
	return arg;
}

static int
run_thread(void)
{
	pthread_t thread;
	int r = pthread_create(&thread, NULL, nothing, NULL);

	return r != 0 ? r : pthread_join(thread, NULL);
}

static int
look_up(const char *name)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *list;
	int r = getaddrinfo(name, "imaps", &hints, &list);

	if (r != 0)
		return EIO;
	freeaddrinfo(list);
	return 0;
}

static int
look_up_localhost(void)
{
	return look_up("localhost");
}

/* Resolves in a thread, connects, and loads what TLS needs. */
static int
connect_by_curl(void)
{
	char url[64];
	CURLcode r;
	CURL *c;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return EIO;
	c = curl_easy_init();
	if (c == NULL)
		return ENOMEM;
	(void)snprintf(url, sizeof(url), "http://localhost:%u/", tcp_port);
	(void)curl_easy_setopt(c, CURLOPT_URL, url);
	(void)curl_easy_setopt(c, CURLOPT_CONNECT_ONLY, 1L);
	(void)curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, 5000L);
	r = curl_easy_perform(c);
	curl_easy_cleanup(c);
	return r == CURLE_OK ? 0 : EIO;
}

static int
read_authorities(void)
{
	return open_for("/etc/ssl/certs", O_RDONLY | O_DIRECTORY);
}

static int
watch_maildir(void)
{
	struct pollfd pfd = { .fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK),
		.events = POLLIN };

	if (pfd.fd < 0 || inotify_add_watch(pfd.fd, in, IN_MOVED_TO |
	    IN_CREATE) < 0)
		return errno;
	return write_inside() != 0 || poll(&pfd, 1, 1000) != 1 ? EIO : 0;
}

/* Makes a key, seals to it and opens that again: gpg, its agent, its ring. */
static int
use_gpg(void)
{
	char command[1000];

	(void)snprintf(command, sizeof(command), "exec >%s/log 2>&1; "
	    "g='gpg --homedir %s --batch --no-tty --pinentry-mode loopback "
	    "--trust-model always --disable-dirmngr'; "
	    "$g --passphrase '' --quick-gen-key INSECURE ed25519 sign 0 && "
	    "f=$($g --with-colons -K | sed -n '/^fpr/{s/.*:\\([0-9A-F]*\\):$/"
	    "\\1/p;q}') && $g --passphrase '' --quick-add-key $f cv25519 "
	    "encr 0 && echo hello >%s/m && $g -se -r $f -o %s/c %s/m && "
	    "test \"$($g -d %s/c)\" = hello; r=$?; "
	    "gpgconf --homedir %s --kill all; exit $r",
	    in, in, in, in, in, in, in);
	return system(command) == 0 ? 0 : EIO;
}

/* The wall is around what gpg starts, too. */
static int
let_shell_read_secret(void)
{
	char command[128];

	(void)snprintf(command, sizeof(command),
	    "exec 2>/dev/null; read x <%s; test \"$x\" = hidden", secret);
	return system(command) == 0 ? 0 : EACCES;
}

static bool walled;	/* this process is behind confine_enter() */
static int abi;		/* of a Landlock that can be used, else 0 */

static int
by_value(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* What a parse child does: reads a mail, fills a memfd, answers. */
static int
read_a_mail(int answer)
{
	static int numbers[4096];
	int mail, copy;
	struct map map;

	if (memfd_from("a mail", 6, &mail) != GW_OK ||
	    memfd_new(&copy) != GW_OK)
		return EIO;
	if (walled && confine_parse_child() != GW_OK)
		return EPERM;
	if (memfd_map(mail, 100, &map) != GW_OK || map.len != 6 ||
	    memfd_write(copy, map.p, map.len) != GW_OK ||
	    memfd_freeze(copy) != GW_OK)
		return EIO;
	/* Sorting asks for the size of the memory, gmtime() for the zone. */
	qsort(numbers, 4096, sizeof(numbers[0]), by_value);
	free(malloc(10000000));
	return tell_time() != 0 || write(answer, "x", 1) != 1 ? EIO : 0;
}

static int
status_of(pid_t pid)
{
	int status;

	return pid < 0 || waitpid(pid, &status, 0) != pid ? -1 : status;
}

/* A zygote's day: one child that answers, one that hangs and is killed. */
static int
breed(void)
{
	struct chan a;
	char got = 0;
	int fd[2];
	pid_t pid;

	if (chan_pair(fd) != GW_OK)
		return errno;
	chan_open(&a, fd[0], ROLE_PARSE, ROLE_CORE);
	pid = fork();
	if (pid == 0)
		_exit(read_a_mail(fd[1]));
	if (status_of(pid) != 0 || read(fd[0], &got, 1) != 1 || got != 'x')
		return EIO;
	pid = fork();
	if (pid == 0) {
		if (!walled || confine_parse_child() == GW_OK)
			(void)poll(NULL, 0, 10000);
		_exit(0);
	}
	if (kill(pid, SIGKILL) < 0)
		return errno;
	return WTERMSIG(status_of(pid)) == SIGKILL ? 0 : EIO;
}

/* Ends well when it can tell what stands around it (R152). */
static int
tell_walls(void)
{
	uint32_t landlock, walls;

	(void)prctl(PR_SET_DUMPABLE, walled ? 0 : 1);
	walls = confine_walls(&landlock);
	if (!walled)
		return (walls & (WALL_SECCOMP | WALL_HIDDEN)) != 0 ||
		    landlock != 0;
	return walls != WALL_ALL || landlock != (uint32_t)abi;
}

/*
 * The table. ANY is each role by itself; CHILD is a parse child.
 */

enum outcome { DEAD, REFUSED, WORKS };
enum { CHILD = ROLE_MAX };

#define FILES	2	/* Landlock ABI from which files are held */
#define SIGNALS	6	/* and signals */

static const struct climb {
	const char *what;
	int (*run)(void);
	int abi;		/* row counts from this Landlock ABI on */
	enum outcome then;
	int role[7];		/* ends with -1 */
} climbs[] = {
#define R(...) { __VA_ARGS__, -1 }
	{ "execve", execute, 0, DEAD, R(ROLE_PARSE, CHILD, ROLE_CORE,
	    ROLE_FETCH, ROLE_SUBMIT) },
	{ "execveat of a descriptor", execute_descriptor, 0, DEAD,
	    R(ROLE_PARSE, CHILD, ROLE_CORE, ROLE_FETCH, ROLE_SUBMIT,
	    ROLE_KEYS) },
	{ "ptrace", trace, 0, DEAD, R(ROLE_PARSE, CHILD, ROLE_CORE,
	    ROLE_FETCH, ROLE_SUBMIT, ROLE_KEYS) },
	{ "process_vm_readv", read_memory, 0, DEAD, R(ROLE_PARSE, CHILD,
	    ROLE_CORE, ROLE_FETCH, ROLE_SUBMIT, ROLE_KEYS) },
	{ "kill the parent", signal_parent, 0, DEAD, R(CHILD) },
	{ "kill the parent", signal_parent, 0, REFUSED, R(ROLE_CORE,
	    ROLE_FETCH, ROLE_SUBMIT) },
	{ "kill the parent", signal_parent, SIGNALS, REFUSED, R(ROLE_PARSE) },
	{ "fork", fork_child, 0, DEAD, R(CHILD) },
	{ "fork", fork_child, 0, REFUSED, R(ROLE_CORE, ROLE_FETCH,
	    ROLE_SUBMIT) },
	{ "map code", map_code, 0, DEAD, R(CHILD) },
	{ "map code", map_code, 0, REFUSED, R(ROLE_PARSE, ROLE_CORE) },
	{ "make memory code", make_memory_code, 0, DEAD, R(CHILD) },
	{ "make memory code", make_memory_code, 0, REFUSED, R(ROLE_PARSE,
	    ROLE_CORE) },

	{ "open a file", read_secret, 0, DEAD, R(ROLE_PARSE, CHILD) },
	{ "open a file", read_secret, FILES, REFUSED, R(ROLE_CORE, ROLE_FETCH,
	    ROLE_SUBMIT, ROLE_KEYS) },
	{ "open /etc/passwd", read_passwd, FILES, REFUSED, R(ROLE_CORE,
	    ROLE_FETCH, ROLE_SUBMIT, ROLE_KEYS) },
	{ "list a directory", list_outside, FILES, REFUSED, R(ROLE_CORE,
	    ROLE_FETCH, ROLE_SUBMIT, ROLE_KEYS) },
	{ "make a file", write_outside, 0, DEAD, R(ROLE_PARSE, CHILD) },
	{ "make a file", write_outside, FILES, REFUSED, R(ROLE_CORE,
	    ROLE_FETCH, ROLE_SUBMIT, ROLE_KEYS) },
	{ "write what is read only", write_template, FILES, REFUSED,
	    R(ROLE_CORE, ROLE_FETCH, ROLE_SUBMIT, ROLE_KEYS) },
	{ "carry a file out", carry_out, FILES, REFUSED, R(ROLE_CORE,
	    ROLE_FETCH, ROLE_SUBMIT, ROLE_KEYS) },
	{ "open the rights of a file", open_mode_of_secret, 0, DEAD,
	    R(ROLE_PARSE, CHILD) },
	{ "open the rights of a file", open_mode_of_secret, 0, REFUSED,
	    R(ROLE_CORE, ROLE_FETCH, ROLE_SUBMIT) },
	{ "a shell that reads", let_shell_read_secret, FILES, REFUSED,
	    R(ROLE_KEYS) },

	{ "IPv4 socket", inet_socket, 0, DEAD, R(ROLE_PARSE, CHILD,
	    ROLE_CORE) },
	{ "IPv4 socket", inet_socket, 0, REFUSED, R(ROLE_KEYS) },
	{ "IPv6 socket", inet6_socket, 0, DEAD, R(ROLE_PARSE, CHILD,
	    ROLE_CORE) },
	{ "IPv6 socket", inet6_socket, 0, REFUSED, R(ROLE_KEYS) },
	{ "unix socket", unix_socket, 0, DEAD, R(ROLE_PARSE, CHILD,
	    ROLE_CORE) },
	{ "unix socket", unix_socket, 0, REFUSED, R(ROLE_FETCH, ROLE_SUBMIT) },
	{ "netlink socket", netlink_socket, 0, REFUSED, R(ROLE_FETCH,
	    ROLE_SUBMIT, ROLE_KEYS) },
	{ "connect a socket that was open", connect_inherited, 0, DEAD,
	    R(ROLE_PARSE, CHILD, ROLE_CORE) },
	{ "connect", connect_tcp, 0, DEAD, R(ROLE_PARSE, CHILD, ROLE_CORE) },
	{ "connect", connect_tcp, 0, REFUSED, R(ROLE_KEYS) },
	{ "listen", listen_tcp, 0, REFUSED, R(ROLE_FETCH, ROLE_SUBMIT,
	    ROLE_KEYS) },
	{ "datagram pair", datagram_pair, 0, REFUSED, R(ROLE_PARSE,
	    ROLE_CORE, ROLE_FETCH, ROLE_SUBMIT) },

	{ "mails and plaintext", pass_memfd, 0, WORKS, R(ROLE_PARSE, ROLE_CORE,
	    ROLE_FETCH, ROLE_SUBMIT, ROLE_KEYS) },
	{ "time", tell_time, 0, WORKS, R(ROLE_PARSE, CHILD, ROLE_CORE,
	    ROLE_FETCH, ROLE_SUBMIT, ROLE_KEYS) },
	{ "a child for each mail", breed, 0, WORKS, R(ROLE_PARSE) },
	{ "SQLite", use_sqlite, 0, WORKS, R(ROLE_CORE) },
	{ "the control socket", answer_control, 0, WORKS, R(ROLE_CORE) },
	{ "templates", read_template, 0, WORKS, R(ROLE_CORE) },
	{ "its own directory", write_inside, 0, WORKS, R(ROLE_CORE, ROLE_FETCH,
	    ROLE_SUBMIT, ROLE_KEYS) },
	{ "inotify", watch_maildir, 0, WORKS, R(ROLE_FETCH) },
	{ "threads", run_thread, 0, WORKS, R(ROLE_FETCH, ROLE_SUBMIT) },
	{ "names", look_up_localhost, 0, WORKS, R(ROLE_FETCH, ROLE_SUBMIT) },
	{ "TCP", connect_tcp, 0, WORKS, R(ROLE_FETCH, ROLE_SUBMIT) },
	{ "curl", connect_by_curl, 0, WORKS, R(ROLE_FETCH, ROLE_SUBMIT) },
	{ "authorities", read_authorities, 0, WORKS, R(ROLE_FETCH,
	    ROLE_SUBMIT) },
	{ "gpg and its agent", use_gpg, 0, WORKS, R(ROLE_KEYS) },
	{ "its walls", tell_walls, 0, WORKS, R(ROLE_FETCH, ROLE_PARSE,
	    ROLE_KEYS, ROLE_CORE, ROLE_SUBMIT) },
	{ "execve", execute, 0, WORKS, R(ROLE_KEYS) },
#undef R
};

static void
shut_in(int role)
{
	struct confine_path paths[40] = {
		{ in, CONFINE_WRITE }, { tpl, CONFINE_READ },
		{ NULL, CONFINE_READ }, { "", CONFINE_WRITE },
		{ "/nonexistent", CONFINE_WRITE },
	};
	const char *const *p;
	size_t n = 5;

	if (role == ROLE_PARSE || role == CHILD)
		n = 0;
	if (role == ROLE_FETCH || role == ROLE_SUBMIT) {
		for (p = net_paths(); *p != NULL && n < 40; p++)
			paths[n++] = (struct confine_path){ *p, CONFINE_READ };
	}
	if (confine_enter(role == CHILD ? ROLE_PARSE : (enum role)role, paths,
	    n) != GW_OK)
		_exit(255);
	if (role == CHILD && confine_parse_child() != GW_OK)
		_exit(255);
	walled = true;
}

/* Empties in/ and out/ and makes what the climbs look for. */
static void
make_scene(void)
{
	char command[256];

	(void)snprintf(command, sizeof(command), "cd %s && rm -rf in out tpl &&"
	    " mkdir -m 700 in in/sub out tpl && echo hidden >out/secret &&"
	    " chmod 600 out/secret && echo text >tpl/T01", dir);
	assert_int_equal(system(command), 0);
}

static int
attempt(const struct climb *c, int role)
{
	pid_t pid;

	make_scene();
	(void)fflush(NULL);
	pid = fork();
	if (pid == 0) {
		(void)alarm(30);
		if (role >= 0)
			shut_in(role);
		_exit(c->run());
	}
	return status_of(pid);
}

/* Takes what still waits, so that no backlog fills. */
static void
drain(int listener)
{
	int fd;

	while ((fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) >= 0)
		close(fd);
}

/* A client that core can accept, and a socket nobody has connected. */
static void
knock(void)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	socklen_t n = sizeof(sun);
	static int client = -1;

	drain(unix_listener);
	drain(tcp_listener);
	if (client >= 0)
		close(client);
	client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_return_code(getsockname(unix_listener, (struct sockaddr *)&sun,
	    &n), errno);
	assert_return_code(connect(client, (struct sockaddr *)&sun, n), errno);
	if (inherited > 0)
		close(inherited);
	inherited = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_return_code(inherited, errno);
}

static bool
is_as_told(const struct climb *c, int status)
{
	switch (c->then) {
	case DEAD:
		return WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS;
	case REFUSED:
		return WIFEXITED(status) && WEXITSTATUS(status) != 0 &&
		    WEXITSTATUS(status) != 255;
	default:
		return WIFEXITED(status) && WEXITSTATUS(status) == 0;
	}
}

static void
climb_all(int role)
{
	const struct climb *c;
	int status;
	size_t i, j, rows = 0;

	for (i = 0; i < sizeof(climbs) / sizeof(climbs[0]); i++) {
		c = &climbs[i];
		for (j = 0; c->role[j] != role && c->role[j] != -1; j++)
			continue;
		if (c->role[j] == -1 || c->abi > confine_landlock_abi())
			continue;
		rows++;
		knock();
		status = attempt(c, -1);
		if (status != 0)
			fail_msg("without a wall: %s: status %x", c->what,
			    (unsigned)status);
		knock();
		status = attempt(c, role);
		if (!is_as_told(c, status))
			fail_msg("behind the wall: %s: status %x", c->what,
			    (unsigned)status);
	}
	assert_true(rows > 5);
}

static void
parse_holds(void **state)
{
	(void)state;
	climb_all(ROLE_PARSE);
}

static void
a_parse_child_holds(void **state)
{
	(void)state;
	climb_all(CHILD);
}

static void
core_holds(void **state)
{
	(void)state;
	climb_all(ROLE_CORE);
}

static void
keys_holds(void **state)
{
	(void)state;
	climb_all(ROLE_KEYS);
}

static void
fetch_holds(void **state)
{
	(void)state;
	climb_all(ROLE_FETCH);
}

static void
submit_holds(void **state)
{
	(void)state;
	climb_all(ROLE_SUBMIT);
}

#ifdef __x86_64__
static int
call_x32(void)
{
	return syscall(0x40000000 | SYS_getpid) < 0 ? errno : 0;
}

/* A filter that looks at numbers only would let these pass. */
static void
calls_of_another_architecture_kill(void **state)
{
	static const struct climb c = { "x32", call_x32, 0, DEAD, { -1 } };
	static const int roles[] = { ROLE_FETCH, ROLE_PARSE, CHILD, ROLE_KEYS,
		ROLE_CORE, ROLE_SUBMIT };
	size_t i;

	(void)state;
	assert_true(WIFEXITED(attempt(&c, -1)));
	for (i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		assert_true(is_as_told(&c, attempt(&c, roles[i])));
}
#endif

static void
who_is_no_role_has_no_wall_to_enter(void **state)
{
	(void)state;
	assert_int_equal(confine_enter(ROLE_PARENT, NULL, 0), GW_DENIED);
	assert_int_equal(confine_enter(ROLE_CTL, NULL, 0), GW_DENIED);
	assert_int_equal(confine_enter(ROLE_MAX, NULL, 0), GW_DENIED);
	/* The child's wall stands inside the zygote's only. */
	assert_int_equal(confine_parse_child(), GW_DENIED);
}

static int
set_up(void **state)
{
	struct sockaddr_in sin = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	const struct rlimit none = { 0, 0 };
	socklen_t n = sizeof(sin);

	(void)state;
	/* Many die here, none shall leave a core. */
	(void)setrlimit(RLIMIT_CORE, &none);
	log_open("test", LOG_ERROR);
	abi = confine_landlock_abi() < 2 ? 0 : confine_landlock_abi();
	strcpy(dir, "/tmp/cfXXXXXX");
	assert_non_null(mkdtemp(dir));
	(void)snprintf(in, sizeof(in), "%s/in", dir);
	(void)snprintf(tpl, sizeof(tpl), "%s/tpl", dir);
	(void)snprintf(out, sizeof(out), "%s/out", dir);
	(void)snprintf(secret, sizeof(secret), "%s/secret", out);
	tcp_listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC |
	    SOCK_NONBLOCK, 0);
	assert_return_code(bind(tcp_listener, (struct sockaddr *)&sin,
	    sizeof(sin)), errno);
	assert_return_code(listen(tcp_listener, 128), errno);
	assert_return_code(getsockname(tcp_listener, (struct sockaddr *)&sin,
	    &n), errno);
	tcp_port = ntohs(sin.sin_port);
	(void)snprintf(sun.sun_path, sizeof(sun.sun_path), "%s/sock", dir);
	unix_listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC |
	    SOCK_NONBLOCK, 0);
	assert_return_code(bind(unix_listener, (struct sockaddr *)&sun,
	    sizeof(sun)), errno);
	assert_return_code(listen(unix_listener, 128), errno);
	return 0;
}

static int
tear_down(void **state)
{
	char command[64];

	(void)state;
	close(tcp_listener);
	close(unix_listener);
	(void)snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parse_holds),
		cmocka_unit_test(a_parse_child_holds),
		cmocka_unit_test(core_holds),
		cmocka_unit_test(keys_holds),
		cmocka_unit_test(fetch_holds),
		cmocka_unit_test(submit_holds),
#ifdef __x86_64__
		cmocka_unit_test(calls_of_another_architecture_kill),
#endif
		cmocka_unit_test(who_is_no_role_has_no_wall_to_enter),
	};

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	/* Sanitizer builds have no walls (design.md 10). */
	return 77;
#endif
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
