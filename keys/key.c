#include "keys/key.h"

static bool
is_current(const struct subkey *s, int64_t now)
{
	return !s->dead && (s->expires == 0 || s->expires > now);
}

const char *
key_fpr(const struct key *k)
{
	return k->subkey[0].fpr;
}

int64_t
key_expires(const struct key *k)
{
	return k->subkey[0].expires;
}

const struct subkey *
key_recipient(const struct key *k, int64_t now)
{
	const struct subkey *s, *newest = NULL;
	size_t i;

	for (i = 0; i < k->subkeys; i++) {
		s = &k->subkey[i];
		if (s->encrypt && key_lives(k, s, now) &&
		    (newest == NULL || s->made > newest->made))
			newest = s;
	}
	return newest;
}

bool
key_lives(const struct key *k, const struct subkey *s, int64_t now)
{
	return is_current(&k->subkey[0], now) && is_current(s, now);
}

enum gw_err
key_usable(const struct key *k, enum key_use use, int64_t now)
{
	const struct subkey *s;
	bool found = false;
	size_t i;

	for (i = 0; i < k->subkeys; i++) {
		s = &k->subkey[i];
		if (!key_lives(k, s, now))
			continue;
		if (!s->strong)
			return GW_KEY;
		if (use == KEY_SIGN ? s->sign : s->encrypt)
			found = true;
	}
	return found ? GW_OK : GW_KEY;
}

enum gw_err
key_usable_both(const struct key *k, int64_t now)
{
	enum gw_err r = key_usable(k, KEY_SIGN, now);

	return r == GW_OK ? key_usable(k, KEY_ENCRYPT, now) : r;
}
