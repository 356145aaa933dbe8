/*
 * A correspondent's key on its way in and out. A key comes by an act of
 * enrolment only, and later for longer by its owner's own signed mail; from a
 * small file, by its fingerprint (T29, T32). Nothing touches the ring before
 * the file has been looked at.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "keys/packet.h"
#include "keys/state.h"
#include "base/address.h"

enum gw_err
keys_look(struct keys *k, const struct map *file, struct key **key, size_t *n)
{
	struct packets in;
	enum gw_err r;

	*key = NULL;
	*n = 0;
	if (!packets_open(&in, file->p, file->len, ARMOR_KEY))
		return GW_FORMAT;
	r = engine_list(k->engine, &in.source, key, n);
	if (in.fault != PACKET_FINE)
		return GW_FORMAT;
	if (r == GW_OK && *n != 1)
		return GW_FORMAT;
	/* gpg answers to bytes that are no key with an error of its own. */
	return r == GW_IO ? GW_FORMAT : r;
}

/* A subkey that another key of the ring has too makes both worthless: nobody
 * could say whose signature it is (T4). */
static bool
is_borrowed(const struct ring *ring, const struct key *key)
{
	const struct key *k;
	size_t i, j, m;

	for (i = 0; i < ring->n; i++) {
		k = &ring->key[i];
		if (strcmp(key_fpr(k), key_fpr(key)) == 0)
			continue;
		for (j = 0; j < k->subkeys; j++) {
			for (m = 0; m < key->subkeys; m++) {
				if (strcmp(k->subkey[j].fpr,
				    key->subkey[m].fpr) == 0)
					return true;
			}
		}
	}
	return false;
}

/* Whether this is the key that was announced, and fit for use. */
static enum gw_err
check(const struct keys *k, const struct msg_import *in,
    const struct key *key)
{
	char address[LIM_ADDR + 1];
	const struct key *known = ring_find(&k->ring, key_fpr(key));

	if (strcmp(key_fpr(key), in->fpr) != 0)
		return GW_MISSING;
	if (is_borrowed(&k->ring, key) || (known != NULL && known->secret) ||
	    key_usable_both(key, clock_now()) != GW_OK)
		return GW_KEY;
	if (!address_canonical(in->address, address) ||
	    !engine_has_address(key, address))
		return GW_STATE;
	return GW_OK;
}

/* Into the ring, and out again when what arrived there is not good: gpg
 * merges with what it has, and keeps only signatures that it could check. */
static enum gw_err
put(struct keys *k, const struct map *file, const char *fpr)
{
	bool known = ring_find(&k->ring, fpr) != NULL;
	const struct key *key;
	struct packets in;
	enum gw_err r;

	if (!packets_open(&in, file->p, file->len, ARMOR_KEY))
		return GW_FORMAT;
	r = engine_import(k->engine, &in.source);
	if (r == GW_OK)
		r = ring_load(&k->ring, k->engine);
	if (r != GW_OK)
		return r;
	key = ring_find(&k->ring, fpr);
	r = key == NULL ? GW_KEY : key_usable_both(key, clock_now());
	if (r != GW_OK && key != NULL && !known)
		(void)keys_forget(k, fpr);
	return r;
}

static enum gw_err
import_file(struct keys *k, const struct msg_import *in,
    const struct map *file, struct msg_imported *out)
{
	struct key *key;
	size_t n;
	enum gw_err r;

	r = keys_look(k, file, &key, &n);
	if (r == GW_OK) {
		(void)snprintf(out->fpr, sizeof(out->fpr), "%s",
		    key_fpr(key));
		(void)snprintf(out->algo, sizeof(out->algo), "%s",
		    key->subkey[0].algo);
		out->expires = key_expires(key);
		r = check(k, in, key);
	}
	engine_free_keys(key, n);
	if (r == GW_OK)
		r = put(k, file, in->fpr);
	/* As it is now: of what it knew already gpg keeps the newer. */
	if (r == GW_OK)
		out->expires = key_expires(ring_find(&k->ring, in->fpr));
	return r;
}

void
keys_import(struct keys *k, const struct msg_import *in,
    struct msg_imported *out)
{
	struct map file;

	*out = (struct msg_imported){ .id = in->id };
	out->err = memfd_map(in->file, LIM_KEYFILE, &file);
	if (out->err != GW_OK)
		return;
	out->err = import_file(k, in, &file, out);
	memfd_unmap(&file);
}

void
keys_find(const struct keys *k, const char *fpr, struct msg_imported *out)
{
	const struct key *key = ring_find(&k->ring, fpr);

	*out = (struct msg_imported){ .err = GW_MISSING };
	if (key == NULL)
		return;
	(void)snprintf(out->fpr, sizeof(out->fpr), "%s", key_fpr(key));
	(void)snprintf(out->algo, sizeof(out->algo), "%s",
	    key->subkey[0].algo);
	out->expires = key_expires(key);
	out->err = key_usable(key, KEY_ENCRYPT, clock_now());
}

enum gw_err
keys_forget(struct keys *k, const char *fpr)
{
	const struct key *key = ring_find(&k->ring, fpr);
	enum gw_err r;

	if (key == NULL)
		return GW_MISSING;
	r = engine_delete(k->engine, key);
	if (r != GW_OK)
		return r;
	(void)pins_set(&k->pins, fpr, false);
	return ring_load(&k->ring, k->engine);
}
