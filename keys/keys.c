#include "keys/keys.h"

#include <stdlib.h>

#include "base/address.h"
#include "keys/own.h"
#include "keys/state.h"
#include "keys/wkd_name.h"

int
keys_wall_ms(uint64_t bytes)
{
	uint64_t mb = (bytes + (1u << 20) - 1) >> 20;
	uint64_t ms = LIM_DEADLINE_MS + mb * LIM_DEADLINE_MS_PER_MB;

	return ms < LIM_GPG_WALL_MS ? (int)ms : LIM_GPG_WALL_MS;
}

enum gw_err
keys_open(struct keys **out, const char *home, const char *own)
{
	struct keys *k;
	enum gw_err r;

	*out = NULL;
	k = calloc(1, sizeof(*k));
	if (k == NULL)
		return GW_NOMEM;
	(void)address_canonical(own, k->address);
	(void)wkd_name(k->address, k->wkd);
	r = engine_open(&k->engine, home);
	if (r == GW_OK)
		r = engine_mend(k->engine);
	if (r == GW_OK)
		r = ring_load(&k->ring, k->engine);
	if (r == GW_OK)
		r = own_check(k);
	if (r == GW_OK)
		*out = k;
	else
		keys_close(k);
	return r;
}

void
keys_guest(struct keys *k)
{
	engine_guest(k->engine);
}

void
keys_close(struct keys *k)
{
	if (k == NULL)
		return;
	keys_wipe(k, 0);
	pins_free(&k->pins);
	ring_free(&k->ring);
	engine_close(k->engine);
	free(k);
}

enum gw_err
keys_pin(struct keys *k, const char *fpr, bool active)
{
	return pins_set(&k->pins, fpr, active);
}
