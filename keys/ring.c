#include "keys/ring.h"

#include <string.h>

#include "base/log.h"

enum gw_err
ring_load(struct ring *r, struct engine *e)
{
	struct ring fresh = { NULL, 0 };
	enum gw_err err;

	err = engine_list(e, NULL, &fresh.key, &fresh.n);
	if (err == GW_LIMIT) {
		/* It cannot have come in by an import; the rest works on. */
		log_event(LOG_WARN, "ring", "err=\"a key with too many "
		    "subkeys is left out\" max=%d", LIM_SUBKEYS);
		err = GW_OK;
	}
	if (err != GW_OK)
		return err;
	ring_free(r);
	*r = fresh;
	return GW_OK;
}

void
ring_free(struct ring *r)
{
	engine_free_keys(r->key, r->n);
	*r = (struct ring){ NULL, 0 };
}

const struct key *
ring_find(const struct ring *r, const char *fpr)
{
	size_t i;

	for (i = 0; i < r->n; i++) {
		if (strcmp(key_fpr(&r->key[i]), fpr) == 0)
			return &r->key[i];
	}
	return NULL;
}

const struct key *
ring_owner(const struct ring *r, const char *fpr, const struct subkey **sub)
{
	const struct key *k, *found = NULL;
	size_t i, j;

	*sub = NULL;
	for (i = 0; i < r->n; i++) {
		k = &r->key[i];
		for (j = 0; j < k->subkeys; j++) {
			if (strcmp(k->subkey[j].fpr, fpr) != 0)
				continue;
			if (found != NULL && found != k) {
				*sub = NULL;
				return NULL;
			}
			found = k;
			*sub = &k->subkey[j];
		}
	}
	return found;
}

enum gw_err
ring_own(const struct ring *r, int64_t now, const struct key **own)
{
	const struct key *k;
	enum gw_err err = GW_MISSING;
	size_t i;

	*own = NULL;
	for (i = 0; i < r->n; i++) {
		k = &r->key[i];
		if (!k->secret)
			continue;
		if (key_usable(k, KEY_SIGN, now) != GW_OK ||
		    key_usable(k, KEY_ENCRYPT, now) != GW_OK) {
			/* An outworn one beside a good one does no harm. */
			if (err == GW_MISSING) {
				err = GW_KEY;
				*own = k;
			}
		} else if (err == GW_OK) {
			return GW_STATE;
		} else {
			err = GW_OK;
			*own = k;
		}
	}
	return err;
}
