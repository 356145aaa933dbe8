/*
 * What time it is for the house, and whether the wall clock may be believed
 * (design.md 10). Pure: whoever calls brings the clocks along, so that tests
 * bring their own.
 *
 * Every term of the law is counted on the wall clock, and a wrong one would
 * erase early. So the house counts along: from the last time that it believed,
 * by a clock that nobody can set. While the two are too far apart, the house
 * lives by its own count. That one can only lag behind the truth, by the time
 * that the machine was off.
 */
#ifndef GW_BASE_WATCH_H
#define GW_BASE_WATCH_H

#include <stdbool.h>
#include <stdint.h>

struct watch {
	int64_t base;		/* seconds UTC that were believed ... */
	int64_t base_ms;	/* ... when this boot was so old */
	int64_t ahead;		/* how far the wall may lie ahead of the count */
	int64_t last;		/* the latest time that was given */
	int64_t lag;		/* what the count lacked when the wall clock was
				 * believed again */
	bool doubt;		/* the wall clock is not believed */
};

/*
 * At the start: `saved` is the latest time of the last run, 0 when there was
 * none; `doubted` whether that run ended in doubt. `wall` and `boot_ms` are
 * clock_now() and clock_boot_ms().
 */
void watch_start(struct watch *w, int64_t saved, bool doubted, int64_t wall,
    int64_t boot_ms);

/* The time, never running backwards; sets or ends w->doubt. */
int64_t watch_time(struct watch *w, int64_t wall, int64_t boot_ms);

/* How far the wall clock lies ahead of the count; negative: behind it. */
int64_t watch_ahead(const struct watch *w, int64_t wall, int64_t boot_ms);

/* A person says that the wall clock is right. */
void watch_believe(struct watch *w, int64_t wall, int64_t boot_ms);

#endif
