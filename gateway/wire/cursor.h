/*
 * Fields in and out of a message, with a sticky error.
 *
 * Numbers are big-endian. A reader that runs past its end, and a writer that
 * runs past its cap, stays in error; one question at the end is enough.
 */
#ifndef GW_WIRE_CURSOR_H
#define GW_WIRE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cursor {
	uint8_t *p;	/* not owned */
	size_t size;	/* bytes to read, or room to write */
	size_t at;
	bool bad;
};

void cursor_init(struct cursor *c, void *p, size_t size);

void cursor_put_u32(struct cursor *c, uint32_t v);
void cursor_put_u64(struct cursor *c, uint64_t v);
void cursor_put_bytes(struct cursor *c, const void *p, size_t n);
/* Length, then bytes, without the NUL. */
void cursor_put_str(struct cursor *c, const char *s);

uint32_t cursor_get_u32(struct cursor *c);
uint64_t cursor_get_u64(struct cursor *c);
void cursor_get_bytes(struct cursor *c, void *p, size_t n);
/* At most size-1 bytes and a NUL; a longer string, or one with a NUL inside,
 * is an error and leaves "". */
void cursor_get_str(struct cursor *c, char *out, size_t size);

/* Whether everything was well formed and, for a reader, all consumed. */
bool cursor_ok(const struct cursor *c);

#endif
