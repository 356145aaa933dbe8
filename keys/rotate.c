/*
 * Our own key in the course of years (design.md 10, "Own key"): a new
 * encryption subkey each quarter, the secret part of an old one destroyed
 * after a term. Then a copy of a mail that its provider kept says nothing any
 * more, whoever gets at our ring.
 */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "keys/own.h"
#include "keys/state.h"

/* A subkey so young was made by a call that was cut off, or just now. */
#define YOUNG_S		3600

/* gpg counts in seconds from when it starts. */
#define SLACK_S		60

/* Ours, though it may have ended; its primary key may not be revoked. */
static enum gw_err
find_own(const struct keys *k, const struct key **own)
{
	enum gw_err r = ring_own(&k->ring, clock_now(), own);

	if (r == GW_KEY && *own != NULL && !(*own)->subkey[0].dead)
		return GW_OK;
	return r;
}

/* After a change of gpg's: `own` anew. */
static enum gw_err
look_again(struct keys *k, const struct key **own)
{
	char fpr[LIM_FPR + 1];
	enum gw_err r;

	(void)snprintf(fpr, sizeof(fpr), "%s", key_fpr(*own));
	r = ring_load(&k->ring, k->engine);
	*own = ring_find(&k->ring, fpr);
	return r == GW_OK && *own == NULL ? GW_IO : r;
}

/* A key that has been changed: in order, and proven to work. */
static enum gw_err
settle(struct keys *k, const struct key *own)
{
	enum gw_err r = own_refresh(k, own, 0, "");

	return r == GW_OK ? own_check(k) : r;
}

static void
tell(struct keys *k, enum gw_err r, struct msg_own *out)
{
	keys_own(k, OWN_NO_FILE, out);
	if (r != GW_OK)
		out->err = r;
}

/* ---- a new one ---- */

/* Of the family of our key: old readers may not know the other. */
static const char *
algo_for(const struct key *own)
{
	const struct subkey *use = key_recipient(own, clock_now());

	if (own->subkey[0].rsa)
		return "rsa3072";
	if (use != NULL && strncmp(use->algo, "nistp", 5) == 0)
		return use->algo;
	return "cv25519";
}

static enum gw_err
add_subkey(struct keys *k, const struct key **own)
{
	int64_t now = clock_now();
	const struct subkey *use = key_recipient(*own, now);
	enum gw_err r;

	if (use != NULL && use->made > now - YOUNG_S)
		return GW_OK;
	/* One more in the listing, and gpg's keys would be left out of it. */
	if ((*own)->subkeys >= LIM_SUBKEYS)
		return GW_LIMIT;
	r = engine_add_subkey(k->engine, *own, algo_for(*own));
	return r == GW_OK ? look_again(k, own) : r;
}

/* Never later than it was to end already. */
static enum gw_err
end_older(struct keys *k, const struct key **own, int64_t until)
{
	int64_t now = clock_now();
	const struct subkey *s, *use = key_recipient(*own, now);
	struct buf fprs;
	enum gw_err r;
	size_t i;

	buf_init(&fprs, LIM_SUBKEYS * (LIM_FPR + 1));
	for (i = 1; i < (*own)->subkeys; i++) {
		s = &(*own)->subkey[i];
		if (!s->encrypt || s == use || !key_lives(*own, s, now) ||
		    (s->expires != 0 && s->expires <= until + SLACK_S))
			continue;
		buf_printf(&fprs, "%s%s", fprs.len == 0 ? "" : "\n", s->fpr);
	}
	r = buf_error(&fprs);
	if (r == GW_OK && fprs.len > 0) {
		r = engine_set_expiry(k->engine, *own, buf_str(&fprs),
		    (unsigned long)(until - now));
		if (r == GW_OK)
			r = look_again(k, own);
	}
	buf_free(&fprs);
	return r;
}

static enum gw_err
rotate(struct keys *k, int64_t old_until)
{
	int64_t now = clock_now();
	const struct key *own;
	enum gw_err r;

	if (old_until <= now || old_until - now > LIM_PROLONG_S)
		return GW_FORMAT;
	r = find_own(k, &own);
	if (r == GW_OK && !key_lives(own, &own->subkey[0], now))
		r = GW_KEY;
	if (r == GW_OK)
		r = add_subkey(k, &own);
	if (r == GW_OK)
		r = end_older(k, &own, old_until);
	return r == GW_OK ? settle(k, own) : r;
}

void
keys_rotate(struct keys *k, int64_t old_until, struct msg_own *out)
{
	tell(k, rotate(k, old_until), out);
}

/* ---- the end of an old one ---- */

/* Whether `s` only decrypts, is not the newest that does, and has ended. */
static bool
has_ended(const struct key *own, const struct subkey *s, int64_t before)
{
	int64_t now = clock_now();
	size_t i;

	if (s == own->subkey || !s->encrypt || s->sign || s->expires == 0 ||
	    s->expires >= before || s->expires > now)
		return false;
	for (i = 1; i < own->subkeys; i++) {
		if (own->subkey[i].encrypt && own->subkey[i].made > s->made)
			return true;
	}
	return false;
}

/* One secret that two subkeys share lives as long as either. */
static bool
is_shared(const struct ring *ring, const struct subkey *s)
{
	const struct subkey *other;
	size_t i, j;

	for (i = 0; i < ring->n; i++) {
		for (j = 0; j < ring->key[i].subkeys; j++) {
			other = &ring->key[i].subkey[j];
			if (other != s && strcmp(other->grip, s->grip) == 0)
				return true;
		}
	}
	return false;
}

static enum gw_err
destroy(struct keys *k, const struct key *own, int64_t before,
    uint32_t *destroyed)
{
	const struct subkey *s;
	enum gw_err r;
	size_t i;

	for (i = 1; i < own->subkeys; i++) {
		s = &own->subkey[i];
		if (s->grip[0] == '\0' || !has_ended(own, s, before) ||
		    is_shared(&k->ring, s))
			continue;
		r = engine_destroy(k->engine, s->grip);
		if (r != GW_OK && r != GW_MISSING)
			return r;
		(*destroyed)++;
	}
	return GW_OK;
}

/* Without its secret it only makes our key grow (LIM_SUBKEYS). Others do not
 * miss it: what has ended is not in what we publish. */
static enum gw_err
prune(struct keys *k, const struct key *own, int64_t before)
{
	const struct subkey *s;
	size_t i, dropped = 0;
	struct buf drop;
	enum gw_err r;

	buf_init(&drop, LIM_SUBKEYS * (LIM_FPR + 12));
	for (i = 1; i < own->subkeys; i++) {
		s = &own->subkey[i];
		if (s->grip[0] != '\0' || !has_ended(own, s, before))
			continue;
		buf_printf(&drop, "%sfpr = %s", dropped == 0 ? "" : " || ",
		    s->fpr);
		dropped++;
	}
	r = buf_error(&drop);
	if (r == GW_OK && dropped > 0)
		r = own_refresh(k, own, dropped, buf_str(&drop));
	buf_free(&drop);
	return r;
}

static enum gw_err
retire(struct keys *k, int64_t before, uint32_t *destroyed)
{
	const struct key *own;
	enum gw_err r;

	r = find_own(k, &own);
	if (r == GW_OK)
		r = destroy(k, own, before, destroyed);
	if (*destroyed > 0 && look_again(k, &own) != GW_OK)
		return GW_IO;
	return r == GW_OK ? prune(k, own, before) : r;
}

void
keys_retire(struct keys *k, int64_t before, struct msg_retired *out)
{
	*out = (struct msg_retired){ .destroyed = 0 };
	out->err = retire(k, before, &out->destroyed);
}

/* ---- longer ---- */

/* The newest of ours that can do it, ended or not. */
static const struct subkey *
newest(const struct key *own, enum key_use use)
{
	const struct subkey *s, *found = NULL;
	size_t i;

	for (i = 1; i < own->subkeys; i++) {
		s = &own->subkey[i];
		if (s->dead || s->grip[0] == '\0' ||
		    !(use == KEY_SIGN ? s->sign : s->encrypt))
			continue;
		if (found == NULL || s->made > found->made)
			found = s;
	}
	return found;
}

static enum gw_err
prolong_subkey(struct keys *k, const struct key **own, enum key_use use,
    int64_t expires)
{
	const struct subkey *s = newest(*own, use);
	enum gw_err r;

	if (s == NULL || s->expires == 0 || s->expires >= expires - SLACK_S)
		return GW_OK;
	r = engine_set_expiry(k->engine, *own, s->fpr,
	    (unsigned long)(expires - clock_now()));
	return r == GW_OK ? look_again(k, own) : r;
}

static enum gw_err
prolong(struct keys *k, int64_t expires)
{
	int64_t now = clock_now();
	const struct key *own;
	enum gw_err r;

	if (expires <= now || expires - now > LIM_PROLONG_S)
		return GW_FORMAT;
	r = find_own(k, &own);
	if (r == GW_OK)
		r = engine_set_expiry(k->engine, own, NULL,
		    (unsigned long)(expires - now));
	if (r == GW_OK)
		r = look_again(k, &own);
	if (r == GW_OK)
		r = prolong_subkey(k, &own, KEY_SIGN, expires);
	if (r == GW_OK)
		r = prolong_subkey(k, &own, KEY_ENCRYPT, expires);
	return r == GW_OK ? settle(k, own) : r;
}

void
keys_prolong(struct keys *k, int64_t expires, struct msg_own *out)
{
	tell(k, prolong(k, expires), out);
}
