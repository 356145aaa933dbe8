/* Our own key, as gpg makes it, renews its subkeys and forgets them. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memfd.h"
#include "keys/engine_inner.h"
#include "keys/packet.h"

/* What gpg exports, and what of it is safe on disk while it is out of the
 * ring. */
#define CUT_FILE	"own.cut"
#define SAFE_FILE	"own.key"

#define PATH_ROOM	192

enum gw_err
engine_create(struct engine *e, const char *user_id, int64_t lifetime_s,
    char fpr[LIM_FPR + 1])
{
	gpgme_genkey_result_t res;
	gpgme_error_t err;
	enum gw_err r;

	fpr[0] = '\0';
	r = home_agent(&e->home, e->agent_socket);
	if (r != GW_OK)
		return r;
	gpg_begin(e);
	/* "future-default" is Ed25519 and Cv25519 in 2.2, and stays modern. */
	err = gpgme_op_createkey_start(e->clerk, user_id, "future-default", 0,
	    (unsigned long)lifetime_s, NULL, GPGME_CREATE_NOPASSWD);
	err = gpg_finish(e, e->clerk, err, LIM_GPG_WALL_MS);
	r = gpg_to_gw(e, err);
	res = gpgme_op_genkey_result(e->clerk);
	if (r == GW_OK && (res == NULL || res->fpr == NULL))
		r = GW_IO;
	if (r == GW_OK)
		gpg_copy(fpr, LIM_FPR + 1, res->fpr);
	return r;
}

/* The end of an operation that needs the agent. */
static enum gw_err
end(struct engine *e, gpgme_error_t err)
{
	enum gw_err r;

	err = gpg_finish(e, e->clerk, err, LIM_GPG_WALL_MS);
	r = gpg_to_gw(e, err);
	if (r != GW_OK && !home_has_agent(&e->home, e->agent_socket))
		r = GW_AGAIN;
	return r;
}

enum gw_err
engine_add_subkey(struct engine *e, const struct key *own, const char *algo)
{
	enum gw_err r = home_agent(&e->home, e->agent_socket);

	if (r != GW_OK)
		return r;
	gpg_begin(e);
	return end(e, gpgme_op_createsubkey_start(e->clerk, own->handle, algo,
	    0, 0, GPGME_CREATE_ENCR | GPGME_CREATE_NOPASSWD |
	    GPGME_CREATE_NOEXPIRE));
}

enum gw_err
engine_set_expiry(struct engine *e, const struct key *own, const char *fprs,
    unsigned long seconds)
{
	enum gw_err r = home_agent(&e->home, e->agent_socket);

	if (r != GW_OK)
		return r;
	gpg_begin(e);
	return end(e, gpgme_op_setexpire_start(e->clerk, own->handle, seconds,
	    fprs, 0));
}

/* ---- out of the ring and in again ---- */

static void
path_of(const struct engine *e, const char *name, char path[PATH_ROOM])
{
	(void)snprintf(path, PATH_ROOM, "%s/%s", e->home.dir, name);
}

/* A small file of our home. GW_MISSING: there is none. */
static enum gw_err
read_file(const struct engine *e, const char *name, struct buf *out)
{
	char path[PATH_ROOM], part[4096];
	enum gw_err r = GW_OK;
	ssize_t n;
	int fd;

	path_of(e, name, path);
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? GW_MISSING : gw_from_errno(errno);
	while ((n = read(fd, part, sizeof(part))) > 0)
		buf_add(out, part, (size_t)n);
	if (n < 0)
		r = gw_from_errno(errno);
	close(fd);
	return r == GW_OK ? buf_error(out) : r;
}

/* With every subkey but these: "minimal", our rule for all others, leaves out
 * what has ended, and that still opens mail. GPGME has no word for either. */
static enum gw_err
export_without(struct engine *e, const char *fpr, const char *drop,
    struct buf *out)
{
	char path[PATH_ROOM], filter[LIM_SUBKEYS * (LIM_FPR + 16)];
	const char *argv[] = { "gpg", "--batch", "--yes", "--output", path,
	    "--export-options", "no-export-minimal", "--export-filter",
	    filter, "--export", fpr, NULL };
	enum gw_err r;

	path_of(e, CUT_FILE, path);
	/* No fingerprint is this: nothing goes. */
	(void)snprintf(filter, sizeof(filter), "drop-subkey=%s",
	    drop[0] == '\0' ? "fpr = none" : drop);
	r = children_run(argv, LIM_GPG_WALL_MS);
	if (r == GW_OK)
		r = read_file(e, CUT_FILE, out);
	(void)unlink(path);
	return r;
}

static bool
is_expected(const struct key *k, const struct expected *want)
{
	size_t i;

	if (strcmp(key_fpr(k), want->fpr) != 0 || k->subkeys != want->subkeys)
		return false;
	for (i = 0; i < k->subkeys; i++) {
		if (strcmp(k->subkey[i].fpr, want->recipient) == 0)
			return true;
	}
	return want->recipient[0] == '\0';
}

/* What comes in again must be what went out. */
static enum gw_err
check(struct engine *e, const struct buf *file, const struct expected *want)
{
	struct packets in;
	struct key *keys;
	enum gw_err r;
	size_t n;

	if (!packets_open(&in, file->p, file->len, ARMOR_KEY))
		return GW_STATE;
	r = engine_list(e, &in.source, &keys, &n);
	if (r == GW_OK && (n != 1 || !is_expected(&keys[0], want)))
		r = GW_STATE;
	engine_free_keys(keys, n);
	return r;
}

/* A dry run that starts at this moment may do it first: then the file is gone,
 * and the key in the ring. */
static enum gw_err
put_back(struct engine *e)
{
	char path[PATH_ROOM];
	const char *argv[] = { "gpg", "--batch", "--import-options",
	    "no-import-minimal", "--import", path, NULL };
	enum gw_err r;

	path_of(e, SAFE_FILE, path);
	r = children_run(argv, LIM_GPG_WALL_MS);
	if (access(path, F_OK) < 0 && errno == ENOENT)
		return GW_OK;
	if (r == GW_OK && unlink(path) < 0 && errno != ENOENT)
		r = gw_from_errno(errno);
	return r;
}

enum gw_err
engine_refresh(struct engine *e, const struct expected *want, const char *drop)
{
	const char *const detach[] = { "gpg", "--batch", "--yes", "--expert",
	    "--delete-keys", want->fpr, NULL };
	struct buf file;
	enum gw_err r;

	buf_init(&file, LIM_KEYFILE);
	r = export_without(e, want->fpr, drop, &file);
	if (r == GW_OK)
		r = check(e, &file, want);
	if (r == GW_OK)
		r = home_put(&e->home, SAFE_FILE, file.p, file.len);
	if (r == GW_OK)
		r = children_run(detach, LIM_GPG_WALL_MS);
	if (r == GW_OK)
		r = put_back(e);
	buf_free(&file);
	return r;
}

enum gw_err
engine_mend(struct engine *e)
{
	char path[PATH_ROOM];
	enum gw_err r;

	path_of(e, SAFE_FILE, path);
	if (access(path, F_OK) < 0)
		return GW_OK;
	r = put_back(e);
	log_event(LOG_NOTE, "own", "our public key was out of the ring when we "
	    "were stopped; put back: %s", gw_strerror(r));
	return r;
}

/* ---- the end of a secret ---- */

/*
 * Overwritten first: without it the blocks would lie about until something
 * else takes them. A journal, a snapshot or a flash disk may have kept an
 * older copy all the same; against those only an encrypted disk helps.
 */
static enum gw_err
overwrite(int fd)
{
	static const uint8_t zeros[512];
	struct stat st;
	off_t left;
	ssize_t n;

	if (fstat(fd, &st) < 0)
		return gw_from_errno(errno);
	for (left = st.st_size; left > 0; left -= n) {
		n = write(fd, zeros, left < (off_t)sizeof(zeros) ?
		    (size_t)left : sizeof(zeros));
		if (n <= 0)
			return GW_IO;
	}
	return fsync(fd) < 0 ? gw_from_errno(errno) : GW_OK;
}

static enum gw_err
destroy_file(int dir, const char *name)
{
	enum gw_err r;
	int fd;

	fd = openat(dir, name, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? GW_MISSING : gw_from_errno(errno);
	r = overwrite(fd);
	close(fd);
	if (r == GW_OK && (unlinkat(dir, name, 0) < 0 || fsync(dir) < 0))
		r = gw_from_errno(errno);
	return r;
}

enum gw_err
engine_destroy(struct engine *e, const char *grip)
{
	char path[PATH_ROOM], name[KEY_GRIP + sizeof(".key")];
	enum gw_err r;
	int dir;

	if (strlen(grip) != KEY_GRIP ||
	    strspn(grip, "0123456789ABCDEF") != KEY_GRIP)
		return GW_FORMAT;
	(void)snprintf(name, sizeof(name), "%s.key", grip);
	path_of(e, "private-keys-v1.d", path);
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return gw_from_errno(errno);
	r = destroy_file(dir, name);
	close(dir);
	if (r == GW_OK)
		r = home_reload(&e->home, e->agent_socket);
	return r;
}
