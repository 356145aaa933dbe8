/*
 * The tree of a web key directory (draft-koch-openpgp-webkey-service 3.1), in
 * the direct and in the advanced form; a web server shows it as it stands:
 *
 *	DIR/.well-known/openpgpkey/hu/HASH
 *	DIR/.well-known/openpgpkey/DOMAIN/hu/HASH
 *
 * and an empty file "policy" beside each hu/.
 */
#include "cli/commands.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/memfd.h"
#include "cli/show.h"

#define PATH_BYTES	4096

/* Makes every folder of `path` that is not there. */
static bool
make_folders(char *path)
{
	char *p;

	for (p = path + 1; *p != '\0'; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(path, 0755) < 0 && errno != EEXIST)
			return false;
		*p = '/';
	}
	return true;
}

static int
write_one(const struct call *call, const char *folder, const char *name,
    struct map m)
{
	char path[PATH_BYTES];
	int n, fd, status = EX_OK;

	n = snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (n < 0 || (size_t)n >= sizeof(path))
		return fault(call, EX_USAGE, "the path is too long");
	if (!make_folders(path))
		return fault(call, EX_CANTCREAT, "%s: %s", path,
		    strerror(errno));
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0)
		return fault(call, EX_CANTCREAT, "%s: %s", path,
		    strerror(errno));
	if (m.len > 0 && write(fd, m.p, m.len) != (ssize_t)m.len)
		status = fault(call, EX_IOERR, "%s: %s", path,
		    strerror(errno));
	if (close(fd) < 0 && status == EX_OK)
		status = fault(call, EX_IOERR, "%s: %s", path,
		    strerror(errno));
	return status;
}

/* One of the two forms: the policy, and the key under its hash. */
static int
write_tree(const struct call *call, const char *under, const char *hash,
    struct map key)
{
	const struct map nothing = { (const uint8_t *)"", 0 };
	char folder[PATH_BYTES], name[64];
	int n, status;

	n = snprintf(folder, sizeof(folder), "%s/.well-known/openpgpkey%s%s",
	    call->word[0], *under != '\0' ? "/" : "", under);
	if (n < 0 || (size_t)n >= sizeof(folder))
		return fault(call, EX_USAGE, "the path is too long");
	(void)snprintf(name, sizeof(name), "hu/%s", hash);
	status = write_one(call, folder, "policy", nothing);
	return status == EX_OK ? write_one(call, folder, name, key) : status;
}

static int
write_trees(const struct call *call, const struct answer *answer)
{
	const char *address = rows_cell(&answer->rows, 0, 0);
	const char *domain = strrchr(address, '@');
	const char *hash = rows_cell(&answer->rows, 0, 1);
	struct map key;
	int status;

	if (domain == NULL || strchr(domain, '/') != NULL || *hash == '\0' ||
	    strchr(hash, '/') != NULL ||
	    memfd_map(answer->output, LIM_MAIL_BYTES, &key) != GW_OK)
		return fault(call, EX_SOFTWARE, "the answer makes no sense");
	status = write_tree(call, "", hash, key);
	if (status == EX_OK)
		status = write_tree(call, domain + 1, hash, key);
	memfd_unmap(&key);
	if (status == EX_OK)
		(void)fprintf(call->out, "let https://%s or https://openpgpkey."
		    "%s serve %s/.well-known\n", domain + 1, domain + 1,
		    call->word[0]);
	return status;
}

int
wkd_export(const struct call *call)
{
	struct answer answer;
	struct ask a;
	int status;

	/* Where it is written is no business of core's. */
	ask_begin(&a, call);
	status = ask(&a, false, &answer);
	if (status == EX_OK && answer.output >= 0 && answer.rows.n == 1)
		status = write_trees(call, &answer);
	else
		status = show(call, &answer, status);
	answer_free(&answer);
	return status;
}
