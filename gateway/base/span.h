/* A run of bytes inside something else, by offset and length in bytes. */
#ifndef GW_BASE_SPAN_H
#define GW_BASE_SPAN_H

#include <stdbool.h>
#include <stdint.h>

struct span {
	uint64_t off;
	uint64_t len;
};

/* Whether `s` lies wholly inside `total` bytes; safe against wrap-around. */
static inline bool
span_fits(struct span s, uint64_t total)
{
	return s.off <= total && s.len <= total - s.off;
}

#endif
