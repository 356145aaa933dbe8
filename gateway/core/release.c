#include "core/release.h"

#include <string.h>
#include <unistd.h>

#include "core/way.h"

/* As many as one turn takes; enrolments are rare, and so is a long row. */
#define TURN 32

struct waiting {
	struct mail mail[TURN];
	size_t n;
	size_t skip;
};

static enum gw_err
collect(const struct mail *m, void *arg)
{
	struct waiting *w = arg;

	/* Only what the key alone kept out. */
	if (m->verdict != VERDICT_QUARANTINED ||
	    (m->reason != REASON_UNKNOWN_KEY && m->reason != REASON_EXPIRED_KEY))
		return GW_OK;
	if (w->skip > 0)
		w->skip--;
	else if (w->n < TURN)
		w->mail[w->n++] = *m;
	return GW_OK;
}

static enum gw_err
judge_again(struct core *c, const struct mail *m)
{
	enum gw_err r;
	int raw;

	r = blob_get(c->store, m->blob, &raw);
	if (r != GW_OK)
		return r == GW_MISSING || r == GW_FORMAT ? GW_OK : r;
	r = way_again(c, m, raw);
	close(raw);
	return r;
}

enum gw_err
release_waiting(struct core *c)
{
	struct waiting w = { .n = 0 };
	enum gw_err r;
	size_t i, kept = 0;

	if (!c->release || c->peer[ROLE_PARSE].fd < 0 ||
	    c->peer[ROLE_KEYS].fd < 0)
		return GW_OK;
	do {
		w.n = 0;
		w.skip = kept;
		r = mail_each_quarantined(c->store, INT64_MAX, collect, &w);
		for (i = 0; r == GW_OK && i < w.n; i++) {
			struct mail after;

			r = judge_again(c, &w.mail[i]);
			/* Those that stay stand in front of the next turn. */
			if (r == GW_OK && mail_by_id(c->store, w.mail[i].id,
			    &after) == GW_OK && after.blob != 0)
				kept++;
		}
	} while (r == GW_OK && w.n == TURN);
	if (r == GW_OK)
		c->release = false;
	return r;
}
