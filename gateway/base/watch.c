#include "base/watch.h"

#include "base/limits.h"

static int64_t
count(const struct watch *w, int64_t boot_ms)
{
	return w->base + (boot_ms - w->base_ms) / 1000;
}

int64_t
watch_ahead(const struct watch *w, int64_t wall, int64_t boot_ms)
{
	return wall - count(w, boot_ms);
}

/* From here on the machine is not off, so the tighter bound holds. The base
 * stays for the whole run: many small steps are one large one. */
static void
rebase(struct watch *w, int64_t wall, int64_t boot_ms)
{
	w->base = wall;
	w->base_ms = boot_ms;
	w->ahead = LIM_CLOCK_JUMP_S;
}

void
watch_believe(struct watch *w, int64_t wall, int64_t boot_ms)
{
	w->lag = watch_ahead(w, wall, boot_ms);
	rebase(w, wall, boot_ms);
	w->doubt = false;
	w->last = wall;
}

static bool
agrees(const struct watch *w, int64_t wall, int64_t boot_ms)
{
	int64_t ahead = watch_ahead(w, wall, boot_ms);

	return ahead >= -LIM_CLOCK_JUMP_S && ahead <= w->ahead;
}

void
watch_start(struct watch *w, int64_t saved, bool doubted, int64_t wall,
    int64_t boot_ms)
{
	*w = (struct watch){ .base = saved, .base_ms = boot_ms,
		.last = saved };
	/* A doubt does not end by starting again. */
	w->ahead = doubted ? LIM_CLOCK_JUMP_S : LIM_CLOCK_AWAY_S;
	w->lag = saved == 0 ? 0 : wall - saved;
	w->doubt = saved != 0 && !agrees(w, wall, boot_ms);
	if (!w->doubt)
		rebase(w, wall, boot_ms);
}

int64_t
watch_time(struct watch *w, int64_t wall, int64_t boot_ms)
{
	int64_t now = wall;

	if (!agrees(w, wall, boot_ms)) {
		w->doubt = true;
		now = count(w, boot_ms);
	} else if (w->doubt) {
		w->lag = watch_ahead(w, wall, boot_ms);
		w->doubt = false;
		/* The count is as good as it was, unless it began at a start:
		 * else each doubt could bring one more step. */
		if (w->ahead > LIM_CLOCK_JUMP_S)
			rebase(w, wall, boot_ms);
	}
	if (now > w->last)
		w->last = now;
	return w->last;
}
