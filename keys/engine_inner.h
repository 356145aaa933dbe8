/*
 * What the files of the engine share: the one header that includes gpgme.h.
 * Nobody but engine_*.c includes this one.
 */
#ifndef KEYS_ENGINE_INNER_H
#define KEYS_ENGINE_INNER_H

#include <gpgme.h>

#include "keys/children.h"
#include "keys/engine_gpgme.h"
#include "keys/home.h"
#include "keys/throwaway.h"

/* Descriptors of one gpg: status, command, data in, message, data out. */
#define WATCHES 8

/* One pipe to gpg that GPGME wants to hear of. */
struct watch {
	bool used;
	int fd;
	short events;
	gpgme_io_cb_t ready;
	void *arg;
};

struct engine {
	struct home home;
	struct children children;
	const char *agent_socket;	/* GPGME's */
	/* One context per purpose, kept: a new one costs several execs. */
	gpgme_ctx_t reader;
	gpgme_ctx_t sealer;
	gpgme_ctx_t clerk;

	/* For one stranger's key; the context is made for the first of them. */
	struct throwaway throwaway;
	gpgme_ctx_t visitor;

	/* The operation under way. */
	struct watch watch[WATCHES];
	bool done;
	gpgme_error_t err;
	bool late;		/* the deadline passed */
	enum children_end end;	/* how gpg ended */
	unsigned decryptions;
	unsigned plaintexts;
	bool decrypted;
	bool mdc_bad;
	struct key *keys;	/* found by a listing, owned */
	size_t nkeys;
	enum gw_err list_err;
};

/* A context of our home with all that we want of one. GW_NOMEM, GW_IO. */
enum gw_err gpg_new_context(struct engine *e, gpgme_ctx_t *ctx);

/* Before each start: nothing is known, and what forks is limited. */
void gpg_begin(struct engine *e);

/* After the start, which said `err`: to the end, come what may. */
gpgme_error_t gpg_finish(struct engine *e, gpgme_ctx_t ctx, gpgme_error_t err,
    int wall_ms);

/* A data object over the source or sink `arg`, or NULL in *d for a NULL one. */
extern struct gpgme_data_cbs gpg_in_calls, gpg_out_calls;
gpgme_error_t gpg_data_new(gpgme_data_t *d, struct gpgme_data_cbs *calls,
    void *arg, int wall_ms);
void gpg_data_free(gpgme_data_t d);

/* What a caller is told of the error of an operation that is over. */
enum gw_err gpg_to_gw(const struct engine *e, gpgme_error_t err);

/* Whether it was this machine that failed, and not what it was given: no time,
 * memory, descriptors or processes, or a gpg that somebody killed. Then it can
 * be tried again. */
enum gw_err gpg_own_fault(const struct engine *e, gpgme_error_t err);

/* A text of GPGME, which may be NULL. */
void gpg_copy(char *out, size_t size, const char *in);

/* As engine_list(), in the home of `ctx`. */
enum gw_err gpg_list(struct engine *e, gpgme_ctx_t ctx, struct source *file,
    struct key **keys, size_t *n);

/* One key of a listing; the reference is ours. */
void gpg_take_key(struct engine *e, gpgme_key_t key);

#endif
