/* What lies behind keys.h; shared by the files that make up its verbs. */
#ifndef KEYS_STATE_H
#define KEYS_STATE_H

#include <stdint.h>

#include "base/limits.h"
#include "base/memfd.h"
#include "keys/engine_gpgme.h"
#include "keys/keys.h"
#include "keys/packet.h"
#include "keys/pins.h"
#include "keys/ring.h"

/* Outer header, and what may be composed around a body. */
#define HEAD_MAX	(LIM_TEXT_BYTES + LIM_HEADER_BYTES)

/* A plaintext that is still out, and the frozen mail that it was in; empty
 * when its id is 0. */
struct opened {
	uint32_t id;
	uint32_t reason;	/* why it was let out */
	struct secret plain;
	int mail;
	struct span cipher;
};

struct keys {
	struct engine *engine;
	struct ring ring;
	struct pins pins;
	struct opened opened[LIM_OPEN];
	char address[LIM_ADDR + 1];	/* ours, canonical, or "" */
	char wkd[LIM_WKD + 1];		/* where others look for our key */
};

/* How long the engine may take for `bytes`: design.md 3. */
int keys_wall_ms(uint64_t bytes);

/* The plaintext that is out under `id`; NULL when there is none. */
const struct opened *keys_opened(const struct keys *k, uint32_t id);

/* What the engine said, and over it a refusal of our own (unwrap.c). */
enum engine_result keys_result(const struct packets *in,
    enum engine_result engine);

/* The verdict on that, and the facts for the record (unwrap.c). */
void keys_judge(const struct keys *k, const struct engine_report *report,
    bool encrypted, struct msg_verified *out);

/* The one key in a file, without the ring knowing; free with
 * engine_free_keys(), come what may. GW_FORMAT: not one; errors as
 * engine_list(). */
enum gw_err keys_look(struct keys *k, const struct map *file,
    struct key **key, size_t *n);

#endif
