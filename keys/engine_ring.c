/* The keys of the ring, as GPGME lists, takes and drops them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/address.h"
#include "keys/engine_inner.h"

static bool
is_strong(gpgme_subkey_t s)
{
	static const char *const curves[] = { "ed25519", "cv25519",
	    "nistp256", "nistp384", "nistp521" };
	size_t i;

	if (s->pubkey_algo == GPGME_PK_RSA)
		return s->length >= LIM_RSA_BITS;
	if (s->curve == NULL)
		return false;
	for (i = 0; i < sizeof(curves) / sizeof(curves[0]); i++) {
		if (strcmp(s->curve, curves[i]) == 0)
			return true;
	}
	return false;
}

static struct subkey
to_subkey(gpgme_subkey_t s)
{
	struct subkey out = {
		.made = s->timestamp,
		.expires = s->expires,
		.bits = s->length,
		.rsa = s->pubkey_algo == GPGME_PK_RSA,
		.sign = s->can_sign,
		.encrypt = s->can_encrypt,
		.dead = s->revoked || s->disabled || s->invalid,
		.strong = is_strong(s),
	};
	char *name = gpgme_pubkey_algo_string(s);

	gpg_copy(out.algo, sizeof(out.algo), name);
	gpgme_free(name);
	gpg_copy(out.fpr, sizeof(out.fpr), s->fpr);
	if (s->secret)
		gpg_copy(out.grip, sizeof(out.grip), s->keygrip);
	return out;
}

static enum gw_err
to_key(struct key *out, gpgme_key_t key)
{
	gpgme_subkey_t s;
	size_t n = 0;

	for (s = key->subkeys; s != NULL; s = s->next)
		n++;
	if (n == 0 || n > LIM_SUBKEYS)
		return GW_LIMIT;
	*out = (struct key){ .secret = key->secret, .handle = key };
	out->subkey = calloc(n, sizeof(*out->subkey));
	if (out->subkey == NULL)
		return GW_NOMEM;
	for (s = key->subkeys; s != NULL; s = s->next)
		out->subkey[out->subkeys++] = to_subkey(s);
	if (key->revoked || key->disabled || key->invalid)
		out->subkey[0].dead = true;
	return GW_OK;
}

/* One key of a listing; the reference is ours. */
void
gpg_take_key(struct engine *e, gpgme_key_t key)
{
	struct key *more;
	enum gw_err r;

	more = reallocarray(e->keys, e->nkeys + 1, sizeof(*more));
	if (more == NULL) {
		r = GW_NOMEM;
	} else {
		e->keys = more;
		r = to_key(&more[e->nkeys], key);
	}
	if (r == GW_OK) {
		e->nkeys++;
		return;
	}
	e->list_err = r;
	gpgme_key_unref(key);
}

enum gw_err
gpg_list(struct engine *e, gpgme_ctx_t ctx, struct source *file,
    struct key **keys, size_t *n)
{
	gpgme_data_t data = NULL;
	gpgme_error_t err;
	enum gw_err r;

	*keys = NULL;
	*n = 0;
	err = gpg_data_new(&data, &gpg_in_calls, file, 0);
	if (err != 0)
		return GW_NOMEM;
	e->list_err = GW_OK;
	gpg_begin(e);
	if (file == NULL)
		err = gpgme_op_keylist_start(ctx, NULL, 0);
	else
		err = gpgme_op_keylist_from_data_start(ctx, data, 0);
	err = gpg_finish(e, ctx, err, LIM_GPG_WALL_MS);
	r = gpg_to_gw(e, err);
	gpg_data_free(data);
	if (r == GW_OK && e->list_err != GW_NOMEM) {
		*keys = e->keys;
		*n = e->nkeys;
		r = e->list_err;
	} else {
		engine_free_keys(e->keys, e->nkeys);
		r = r == GW_OK ? e->list_err : r;
	}
	e->keys = NULL;
	e->nkeys = 0;
	return r;
}

enum gw_err
engine_list(struct engine *e, struct source *file, struct key **keys, size_t *n)
{
	return gpg_list(e, e->clerk, file, keys, n);
}

void
engine_free_keys(struct key *keys, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		gpgme_key_unref(keys[i].handle);
		free(keys[i].subkey);
	}
	free(keys);
}

bool
engine_has_address(const struct key *k, const char *address)
{
	char canonical[LIM_ADDR + 1];
	gpgme_user_id_t u;

	for (u = k->handle->uids; u != NULL; u = u->next) {
		if (!u->revoked && !u->invalid && u->email != NULL &&
		    address_canonical(u->email, canonical) &&
		    address_same(canonical, address))
			return true;
	}
	return false;
}

enum gw_err
engine_import(struct engine *e, struct source *file)
{
	gpgme_import_result_t res;
	gpgme_data_t data = NULL;
	gpgme_error_t err;
	enum gw_err r;

	err = gpg_data_new(&data, &gpg_in_calls, file, 0);
	if (err != 0)
		return GW_NOMEM;
	gpg_begin(e);
	err = gpgme_op_import_start(e->clerk, data);
	err = gpg_finish(e, e->clerk, err, LIM_GPG_WALL_MS);
	r = gpg_to_gw(e, err);
	res = gpgme_op_import_result(e->clerk);
	if (r == GW_OK && (res == NULL || res->considered != 1 ||
	    res->not_imported != 0))
		r = GW_KEY;
	gpg_data_free(data);
	return r;
}

enum gw_err
engine_delete(struct engine *e, const struct key *k)
{
	gpgme_error_t err;

	if (k->secret)
		return GW_DENIED;
	gpg_begin(e);
	err = gpgme_op_delete_ext_start(e->clerk, k->handle,
	    GPGME_DELETE_FORCE);
	err = gpg_finish(e, e->clerk, err, LIM_GPG_WALL_MS);
	return gpg_to_gw(e, err);
}

enum gw_err
engine_export(struct engine *e, const struct key *k, struct sink *out)
{
	gpgme_key_t keys[2] = { k->handle, NULL };
	gpgme_data_t data = NULL;
	gpgme_error_t err;

	err = gpg_data_new(&data, &gpg_out_calls, out, 0);
	if (err != 0)
		return GW_NOMEM;
	gpg_begin(e);
	err = gpgme_op_export_keys_start(e->clerk, keys,
	    GPGME_EXPORT_MODE_MINIMAL, data);
	err = gpg_finish(e, e->clerk, err, LIM_GPG_WALL_MS);
	gpg_data_free(data);
	return gpg_to_gw(e, err);
}
