#define _GNU_SOURCE
#include "confine/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Later than the kernel headers of Debian 12. */
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE	(1ULL << 14)	/* ABI 3 */
#endif
#ifndef LANDLOCK_ACCESS_FS_IOCTL_DEV
#define LANDLOCK_ACCESS_FS_IOCTL_DEV	(1ULL << 15)	/* ABI 5 */
#endif
#define SCOPE_ABSTRACT_SOCKET		(1ULL << 0)	/* ABI 6 */
#define SCOPE_SIGNAL			(1ULL << 1)

/* struct landlock_ruleset_attr as of ABI 6; an older kernel takes the longer
 * struct as long as the fields it does not know are 0. */
struct ruleset {
	uint64_t fs;
	uint64_t net;		/* not used: seccomp carries it on every ABI */
	uint64_t scoped;
};

#define ACCESS_READ	(LANDLOCK_ACCESS_FS_READ_FILE |			\
	LANDLOCK_ACCESS_FS_READ_DIR)
#define ACCESS_EXEC	(ACCESS_READ | LANDLOCK_ACCESS_FS_EXECUTE)
/* No devices, no symbolic links, nothing that can be executed. */
#define ACCESS_WRITE	(ACCESS_READ | LANDLOCK_ACCESS_FS_WRITE_FILE |	\
	LANDLOCK_ACCESS_FS_REMOVE_DIR |					\
	LANDLOCK_ACCESS_FS_REMOVE_FILE |				\
	LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |	\
	LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |	\
	LANDLOCK_ACCESS_FS_REFER | LANDLOCK_ACCESS_FS_TRUNCATE)
/* What can be said of a file that is no directory. */
#define ACCESS_FILE	(LANDLOCK_ACCESS_FS_READ_FILE |			\
	LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_EXECUTE |	\
	LANDLOCK_ACCESS_FS_TRUNCATE)

int
confine_landlock_abi(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);

	return abi < 0 ? 0 : (int)abi;
}

/* All rights that this kernel can take away. */
static uint64_t
rights_of(int abi)
{
	uint64_t all = LANDLOCK_ACCESS_FS_REFER * 2 - 1;

	if (abi >= 3)
		all |= LANDLOCK_ACCESS_FS_TRUNCATE;
	if (abi >= 5)
		all |= LANDLOCK_ACCESS_FS_IOCTL_DEV;
	return all;
}

static uint64_t
access_for(const struct confine_path *path)
{
	switch (path->may) {
	case CONFINE_EXEC:
		return ACCESS_EXEC;
	case CONFINE_WRITE:
		return ACCESS_WRITE;
	default:
		return ACCESS_READ;
	}
}

static enum gw_err
open_up(int ruleset, uint64_t handled, const struct confine_path *path)
{
	struct landlock_path_beneath_attr rule = { 0 };
	enum gw_err r = GW_OK;
	struct stat st;

	if (path->path == NULL || *path->path == '\0')
		return GW_OK;
	rule.parent_fd = open(path->path, O_PATH | O_CLOEXEC);
	/* What we cannot find now stays shut. */
	if (rule.parent_fd < 0)
		return GW_OK;
	rule.allowed_access = access_for(path) & handled;
	if (fstat(rule.parent_fd, &st) < 0 || !S_ISDIR(st.st_mode))
		rule.allowed_access &= ACCESS_FILE;
	if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH,
	    &rule, 0) < 0)
		r = GW_DENIED;
	close(rule.parent_fd);
	return r;
}

enum gw_err
landlock_shut(const struct confine_path *base, size_t bases,
    const struct confine_path *extra, size_t extras, bool signals)
{
	int abi = confine_landlock_abi(), ruleset;
	struct ruleset attr = { .fs = rights_of(abi) };
	enum gw_err r = GW_OK;
	size_t i;

	/* ABI 1 forbids renames between directories, which a Maildir needs. */
	if (abi < 2)
		return GW_MISSING;
	if (abi >= 6)
		attr.scoped = SCOPE_ABSTRACT_SOCKET |
		    (signals ? 0 : SCOPE_SIGNAL);
	ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr,
	    sizeof(attr), 0);
	if (ruleset < 0)
		return GW_DENIED;
	for (i = 0; i < bases && r == GW_OK; i++)
		r = open_up(ruleset, attr.fs, &base[i]);
	for (i = 0; i < extras && r == GW_OK; i++)
		r = open_up(ruleset, attr.fs, &extra[i]);
	if (r == GW_OK && syscall(SYS_landlock_restrict_self, ruleset, 0) < 0)
		r = GW_DENIED;
	close(ruleset);
	return r;
}
