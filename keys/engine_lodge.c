/* The key of a stranger, in a throw-away home beside the ring. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "keys/engine_inner.h"

/* How long a gpg that said its version may take to end. */
#define VERSION_MS	2000

/* A context of the throw-away home. GPGME asks gpg for its version once more,
 * so it is made once; the place is the same for all who come. */
static enum gw_err
make_visitor(struct engine *e)
{
	gpgme_error_t err;
	enum gw_err r;

	if (e->visitor != NULL)
		return GW_OK;
	r = gpg_new_context(e, &e->visitor);
	if (r != GW_OK)
		return r;
	err = gpgme_ctx_set_engine_info(e->visitor, GPGME_PROTOCOL_OpenPGP,
	    NULL, e->throwaway.dir);
	(void)children_settle(&e->children, VERSION_MS);
	/* Nobody there has a secret key, and no agent is to be asked. */
	if (err == 0)
		err = gpgme_set_keylist_mode(e->visitor,
		    GPGME_KEYLIST_MODE_LOCAL);
	if (err == 0)
		return GW_OK;
	gpgme_release(e->visitor);
	e->visitor = NULL;
	return GW_AGAIN;
}

static enum gw_err
import(struct engine *e, struct source *file)
{
	gpgme_import_result_t res;
	gpgme_data_t data = NULL;
	gpgme_error_t err;
	enum gw_err r;

	if (gpg_data_new(&data, &gpg_in_calls, file, 0) != 0)
		return GW_NOMEM;
	gpg_begin(e);
	err = gpgme_op_import_start(e->visitor, data);
	err = gpg_finish(e, e->visitor, err, LIM_GPG_WALL_MS);
	gpg_data_free(data);
	r = gpg_own_fault(e, err);
	res = gpgme_op_import_result(e->visitor);
	if (r == GW_OK && (err != 0 || res == NULL || res->considered != 1 ||
	    res->imported != 1 || res->secret_read != 0))
		r = GW_FORMAT;
	return r;
}

enum gw_err
engine_lodge(struct engine *e, struct source *file, struct key **keys,
    size_t *n)
{
	enum gw_err r;

	*keys = NULL;
	*n = 0;
	r = throwaway_make(&e->throwaway);
	if (r == GW_OK)
		r = make_visitor(e);
	if (r == GW_OK)
		r = import(e, file);
	if (r == GW_OK)
		r = gpg_list(e, e->visitor, NULL, keys, n);
	if (r == GW_OK && *n != 1)
		r = GW_FORMAT;
	return r;
}

void
engine_evict(struct engine *e)
{
	throwaway_remove(&e->throwaway);
}

static enum gw_err
copy(struct source *from, int fd)
{
	uint8_t part[4096];
	ssize_t n;

	while ((n = from->read(from, part, sizeof(part))) > 0) {
		if (write(fd, part, (size_t)n) != n)
			return errno == ENOSPC ? GW_FULL : GW_IO;
	}
	return n < 0 ? GW_FORMAT : GW_OK;
}

enum gw_err
engine_lodge_file(struct engine *e, struct source *file)
{
	enum gw_err r;
	int fd;

	r = throwaway_make(&e->throwaway);
	if (r != GW_OK)
		return r;
	fd = openat(e->throwaway.lock, ENGINE_KEY_FILE, O_WRONLY | O_CREAT |
	    O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return gw_from_errno(errno);
	r = copy(file, fd);
	close(fd);
	return r;
}
