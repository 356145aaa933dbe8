/*
 * seccomp and Landlock.
 *
 * A role has a list of the system calls it may make; any other one answers
 * ENOSYS, as on an older kernel, so that a library falls back instead of dying
 * of something harmless. Calls that only an intruder makes (exec, connect,
 * ptrace ...) kill, so that the parent sees it. keys alone has no such list,
 * for it runs gpg: there only what is named is refused.
 */
#define _GNU_SOURCE
#include "confine/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memfd.h"
#include "confine/landlock.h"

/* A sanitizer's runtime opens, maps and forks at its own will: no walls. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define SANITIZED true
#endif
#endif
#ifndef SANITIZED
#define SANITIZED false
#endif

#define REFUSE(e)	SCMP_ACT_ERRNO(e)
#define ALLOW		SCMP_ACT_ALLOW
#define KILL		SCMP_ACT_KILL_PROCESS
#define C(name)		SCMP_SYS(name)
#define END		INT32_MAX

/* Computing, memory and the channels that are open already. */
static const int compute[] = {
	C(read), C(write), C(readv), C(writev), C(close), C(fstat),
	C(newfstatat),	/* glibc's fstat(); a path tells no more than stat */
	C(lseek), C(ftruncate), C(munmap), C(mremap), C(brk), C(madvise),
	C(futex), C(poll), C(ppoll), C(sendmsg), C(clock_gettime),
	C(gettimeofday), C(time), C(getrandom), C(sysinfo), C(restart_syscall),
	C(rt_sigreturn), C(exit), C(exit_group), END
};

/* What any longer-lived process does besides. */
static const int live[] = {
	C(recvmsg), C(fcntl), C(dup), C(dup2), C(dup3), C(pread64),
	C(pwrite64), C(memfd_create), C(mlock), C(mlock2), C(munlock), C(msync),
	C(clock_nanosleep), C(nanosleep), C(clock_getres), C(rt_sigaction),
	C(rt_sigprocmask), C(sigaltstack), C(tgkill), C(getpid), C(gettid),
	C(getppid), C(getuid), C(geteuid), C(getgid), C(getegid), C(uname),
	C(umask), C(getrlimit), C(prlimit64), C(setrlimit), C(getrusage),
	C(prctl), C(sched_yield), C(sched_getaffinity), C(set_robust_list),
	C(rseq), C(pipe2), C(eventfd2), C(timerfd_create), C(timerfd_settime),
	C(signalfd4), C(close_range), C(getsockopt), C(shutdown), END
};

/* parse: a child per mail, walled in further and watched. */
static const int breed[] = {
	C(fork), C(vfork), C(wait4), C(waitid), C(kill), C(pidfd_open),
	C(pidfd_send_signal), C(seccomp), END
};

/* Files; which ones is Landlock's. No chmod, chown or utime by path: it does
 * not cover those. */
static const int files[] = {
	C(open), C(openat), C(creat), C(stat), C(lstat), C(statx), C(access),
	C(faccessat), C(faccessat2), C(readlink), C(readlinkat), C(getcwd),
	C(getdents64), C(statfs), C(fstatfs), C(fsync), C(fdatasync),
	C(fallocate), C(fadvise64), C(flock), C(rename), C(renameat),
	C(renameat2), C(link), C(linkat), C(unlink), C(unlinkat), C(mkdir),
	C(mkdirat), C(rmdir), C(fchmod), C(fchown), C(preadv), C(pwritev),
	C(inotify_init1), C(inotify_add_watch), C(inotify_rm_watch), END
};

/* Connections out; sockets themselves are among the conditions below. */
static const int network[] = {
	C(connect), C(getsockname), C(getpeername), C(setsockopt), C(sendto),
	C(recvfrom), C(sendmmsg), C(recvmmsg), C(select), C(pselect6),
	C(epoll_create1), C(epoll_ctl), C(epoll_wait), C(epoll_pwait), END
};

/* The control socket: bound by the parent, answered by core. */
static const int answering[] = { C(accept4), C(accept), C(getpeername), END };

/* Climbing: nothing here has a place in any role. */
static const int climb[] = {
	C(execveat), C(ptrace), C(process_vm_readv), C(process_vm_writev),
	C(pidfd_getfd), C(kcmp), C(bpf), C(perf_event_open), C(userfaultfd),
	C(io_uring_setup), C(io_uring_enter), C(io_uring_register), C(mount),
	C(umount2), C(pivot_root), C(chroot), C(move_mount), C(open_tree),
	C(fsopen), C(fsconfig), C(fsmount), C(fspick), C(mount_setattr),
	C(setns), C(unshare), C(open_by_handle_at), C(keyctl), C(add_key),
	C(request_key), C(init_module), C(finit_module), C(delete_module),
	C(kexec_load), C(kexec_file_load), C(reboot), C(swapon), C(swapoff),
	C(acct), C(quotactl), C(syslog), C(settimeofday), C(clock_settime),
	C(adjtimex), C(clock_adjtime), C(iopl), C(ioperm), C(modify_ldt),
	C(fanotify_init), C(lookup_dcookie), C(vhangup), C(nfsservctl),
	C(sethostname), C(setdomainname), C(personality), END
};
static const int climb_exec[] = { C(execve), END };
static const int climb_net[] = { C(socket), C(connect), C(bind), C(listen),
	END };
static const int climb_open[] = { C(open), C(openat), C(openat2), C(creat),
	C(unlink), C(unlinkat), C(rename), C(renameat), C(renameat2), C(link),
	C(linkat), C(symlink), C(symlinkat), C(mkdir), C(mkdirat), C(mknod),
	C(mknodat), C(truncate), C(chmod), C(fchmodat), END };

/* A call under a condition on one argument. An allowing one compares all 64
 * bits or masks; a refusing one must hold whatever the upper half says. */
struct condition {
	int call;
	uint32_t act;
	struct scmp_arg_cmp arg;
};

#define ANY		{ .arg = UINT32_MAX }
#define LAST		{ END, 0, ANY }
#define LOW32		0xffffffffu
#define NAMESPACES	(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET |	\
	CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP)

/* Memory is never code. */
static const struct condition no_code[] = {
	{ C(mmap), ALLOW, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0) },
	{ C(mprotect), ALLOW, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0) },
	LAST
};

/* A child is told its seals and its flags, it can neither dup nor lock. */
static const struct condition seals[] = {
	{ C(fcntl), ALLOW, SCMP_A1(SCMP_CMP_EQ, F_GET_SEALS) },
	{ C(fcntl), ALLOW, SCMP_A1(SCMP_CMP_EQ, F_ADD_SEALS) },
	{ C(fcntl), ALLOW, SCMP_A1(SCMP_CMP_EQ, F_GETFL) },
	LAST
};

/* Pairs of our own, but no datagram pair: that one can be connected again,
 * to any other socket. */
static const struct condition pairs[] = {
	{ C(socketpair), ALLOW,
	    SCMP_A1(SCMP_CMP_MASKED_EQ, 0xf, SOCK_SEQPACKET) },
	{ C(socketpair), ALLOW,
	    SCMP_A1(SCMP_CMP_MASKED_EQ, 0xf, SOCK_STREAM) },
	LAST
};

/* isatty() and bytes waiting; above all no TIOCSTI. */
static const struct condition terminal[] = {
	{ C(ioctl), ALLOW, SCMP_A1(SCMP_CMP_EQ, TCGETS) },
	{ C(ioctl), ALLOW, SCMP_A1(SCMP_CMP_EQ, FIONREAD) },
	{ C(ioctl), ALLOW, SCMP_A1(SCMP_CMP_EQ, FIONBIO) },
	LAST
};

static const struct condition children[] = {
	{ C(clone), ALLOW, SCMP_A0(SCMP_CMP_MASKED_EQ,
	    NAMESPACES | CLONE_THREAD, 0) },
	LAST
};

/*
 * The Internet and threads of curl's resolver, no child, and no AF_UNIX: where
 * all roles share one user, the agent's and the control socket would answer.
 * The C library does without nscd. NSS modules are code that is mapped late.
 */
static const struct condition internet[] = {
	{ C(socket), ALLOW, SCMP_A0(SCMP_CMP_EQ, AF_INET) },
	{ C(socket), ALLOW, SCMP_A0(SCMP_CMP_EQ, AF_INET6) },
	{ C(clone), ALLOW, SCMP_A0(SCMP_CMP_MASKED_EQ,
	    NAMESPACES | CLONE_THREAD, CLONE_THREAD) },
	{ C(mmap), ALLOW, ANY },
	{ C(mprotect), ALLOW, ANY },
	LAST
};

/* gpg: threads through clone(), whose flags can be seen; no rlimits refused,
 * or it ends with "can't disable core dumps". */
static const struct condition gpg[] = {
	{ C(socket), REFUSE(EAFNOSUPPORT), SCMP_A0(SCMP_CMP_NE, AF_UNIX) },
	{ C(clone3), REFUSE(ENOSYS), ANY },
	{ C(clone), REFUSE(EPERM), SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_NEWUSER,
	    CLONE_NEWUSER) },
	{ C(ioctl), REFUSE(EPERM), SCMP_A1(SCMP_CMP_MASKED_EQ, LOW32,
	    TIOCSTI) },
	{ C(ioctl), REFUSE(EPERM), SCMP_A1(SCMP_CMP_MASKED_EQ, LOW32,
	    TIOCLINUX) },
	LAST
};

static const struct confine_path core_paths[] = {
	{ "/dev/urandom", CONFINE_READ },	/* SQLite's seed */
	{ NULL, CONFINE_READ }
};

static const struct confine_path keys_paths[] = {
	{ "/usr/lib", CONFINE_EXEC }, { "/usr/bin", CONFINE_EXEC },
	{ "/lib", CONFINE_EXEC }, { "/lib64", CONFINE_EXEC },
	{ "/bin", CONFINE_EXEC }, { "/etc/ld.so.cache", CONFINE_READ },
	{ "/dev/null", CONFINE_WRITE },
	{ NULL, CONFINE_READ }
};

struct wall {
	uint32_t rest;		/* for a call that is on no list */
	const int *allow[6];		/* lists, NULL behind the last */
	const int *kill[5];
	const struct condition *condition[6];
	const struct confine_path *path;	/* NULL: only what is asked */
	bool signals;		/* to others than its own children, too */
};

static const struct wall walls[ROLE_MAX] = {
	[ROLE_FETCH] = { REFUSE(ENOSYS), { compute, live, files, network },
	    { climb, climb_exec }, { internet, pairs, terminal },
	    NULL, false },
	[ROLE_PARSE] = { REFUSE(ENOSYS), { compute, live, breed },
	    { climb, climb_exec, climb_net, climb_open },
	    { no_code, pairs, terminal, children }, NULL, false },
	/* gpg-agent may have been started in front of the wall. */
	[ROLE_KEYS] = { ALLOW, { NULL }, { climb }, { gpg }, keys_paths, true },
	[ROLE_CORE] = { REFUSE(ENOSYS), { compute, live, files, answering },
	    { climb, climb_exec, climb_net }, { no_code, pairs, terminal },
	    core_paths, false },
	[ROLE_SUBMIT] = { REFUSE(ENOSYS), { compute, live, files, network },
	    { climb, climb_exec }, { internet, pairs, terminal },
	    NULL, false },
};

static const struct wall child_wall = {
	KILL, { compute }, { NULL }, { no_code, seals }, NULL, false
};

/* The child's, made before the first mail: making one costs more than reading
 * a mail. */
static struct sock_fprog child_filter;

/* What confine_enter() put up. A container's own filter looks to the kernel
 * like ours, and Landlock cannot be asked whom it holds. */
static bool filtered;
static int landlocked;

static int
add_list(scmp_filter_ctx ctx, uint32_t act, const int *call)
{
	int rc = 0;

	for (; *call != END && rc == 0; call++)
		rc = seccomp_rule_add_array(ctx, act, *call, 0, NULL);
	return rc;
}

static int
add_conditions(scmp_filter_ctx ctx, const struct condition *c)
{
	int rc = 0;

	for (; c->call != END && rc == 0; c++)
		rc = seccomp_rule_add_array(ctx, c->act, c->call,
		    c->arg.arg != UINT32_MAX, &c->arg);
	return rc;
}

static int
add_wall(scmp_filter_ctx ctx, const struct wall *w)
{
	const struct condition *const *c;
	const int *const *list;
	int rc;

	/* Calls of another architecture or word size. */
	rc = seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH, KILL);
	for (list = w->allow; *list != NULL && rc == 0; list++)
		rc = add_list(ctx, ALLOW, *list);
	for (list = w->kill; *list != NULL && rc == 0; list++)
		rc = add_list(ctx, KILL, *list);
	for (c = w->condition; *c != NULL && rc == 0; c++)
		rc = add_conditions(ctx, *c);
	return rc;
}

/* Out of libseccomp as bytes, so that a child needs nothing but two calls. */
static enum gw_err
export(scmp_filter_ctx ctx, struct sock_fprog *f)
{
	enum gw_err r;
	off_t size;
	int fd;

	r = memfd_new(&fd);
	if (r != GW_OK)
		return r;
	r = GW_DENIED;
	if (seccomp_export_bpf(ctx, fd) < 0)
		goto out;
	size = lseek(fd, 0, SEEK_END);
	if (size <= 0 || (size_t)size / sizeof(*f->filter) > BPF_MAXINSNS)
		goto out;
	f->filter = malloc((size_t)size);
	if (f->filter == NULL || pread(fd, f->filter, (size_t)size, 0) != size)
		goto out;
	f->len = (unsigned short)((size_t)size / sizeof(*f->filter));
	r = GW_OK;
out:
	if (r != GW_OK) {
		free(f->filter);
		f->filter = NULL;
	}
	close(fd);
	return r;
}

static enum gw_err
compile(const struct wall *w, struct sock_fprog *f)
{
	enum gw_err r = GW_DENIED;
	scmp_filter_ctx ctx;

	*f = (struct sock_fprog){ .filter = NULL };
	ctx = seccomp_init(w->rest);
	if (ctx == NULL)
		return GW_DENIED;
	if (add_wall(ctx, w) == 0)
		r = export(ctx, f);
	seccomp_release(ctx);
	return r;
}

static enum gw_err
load(const struct sock_fprog *f)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return GW_DENIED;
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, f) != 0)
		return GW_DENIED;
	return GW_OK;
}

/* Landlock, where there is some: without it seccomp still stands. */
static enum gw_err
shut_files(enum role role, const struct confine_path *extra, size_t extras)
{
	const struct confine_path *base = walls[role].path;
	size_t bases = 0;
	enum gw_err r;

	while (base != NULL && base[bases].path != NULL)
		bases++;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return GW_DENIED;
	r = landlock_shut(base, bases, extra, extras,
	    walls[role].signals);
	if (r == GW_OK)
		landlocked = confine_landlock_abi();
	if (r != GW_MISSING)
		return r;
	log_event(LOG_WARN, "confine", "this kernel has no usable Landlock "
	    "abi=%d; files are open to whatever the user may open",
	    confine_landlock_abi());
	return GW_OK;
}

enum gw_err
confine_enter(enum role role, const struct confine_path *paths, size_t n)
{
	struct sock_fprog f;
	enum gw_err r;

	if ((unsigned)role >= ROLE_MAX || walls[role].condition[0] == NULL)
		return GW_DENIED;
	if (SANITIZED) {
		log_event(LOG_WARN, "confine",
		    "sanitizer build: walls are down");
		return GW_OK;
	}
	/* The C library reads the time zone when first asked for any time,
	 * gmtime() too; behind the wall that would be an intruder's open. */
	tzset();
	r = compile(&walls[role], &f);
	if (r == GW_OK && role == ROLE_PARSE)
		r = compile(&child_wall, &child_filter);
	if (r == GW_OK)
		r = shut_files(role, paths, n);
	if (r == GW_OK)
		r = load(&f);
	filtered = r == GW_OK;
	free(f.filter);
	return r;
}

uint32_t
confine_walls(uint32_t *landlock)
{
	uint32_t up = 0;

	if (filtered && prctl(PR_GET_SECCOMP, 0, 0, 0, 0) ==
	    SECCOMP_MODE_FILTER)
		up |= WALL_SECCOMP;
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1)
		up |= WALL_PRIVILEGES;
	if (prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0)
		up |= WALL_HIDDEN;
	*landlock = (uint32_t)landlocked;
	return up;
}

enum gw_err
confine_parse_child(void)
{
	if (SANITIZED)
		return GW_OK;
	/* Only behind the zygote's wall, which made the filter. */
	return child_filter.filter == NULL ? GW_DENIED : load(&child_filter);
}
