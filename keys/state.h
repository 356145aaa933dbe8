/* What lies behind keys.h; shared by the files that make up its verbs. */
#ifndef KEYS_STATE_H
#define KEYS_STATE_H

#include <stdint.h>

#include "base/limits.h"
#include "base/memfd.h"
#include "keys/engine_gpgme.h"
#include "keys/keys.h"
#include "keys/pins.h"
#include "keys/ring.h"

/* A plaintext that is still out; empty when its id is 0. */
struct opened {
	uint32_t id;
	struct secret plain;
};

struct keys {
	struct engine *engine;
	struct ring ring;
	struct pins pins;
	struct opened opened[LIM_OPEN];
};

/* How long the engine may take for `bytes`: design.md 3. */
int keys_wall_ms(uint64_t bytes);

#endif
