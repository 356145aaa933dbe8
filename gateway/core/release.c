#include "core/release.h"

#include <string.h>
#include <unistd.h>

#include "core/way.h"

/* So many in one turn of the loop: others wait no longer for it than for as
 * many new mails. */
#define TURN 4

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

/* Like a mail that comes in: whatever brings a role down three times is left
 * where it lies (T43). */
static enum gw_err
judge_again(struct core *c, const struct mail *m)
{
	unsigned tries = 0, lost = c->lost;
	enum gw_err r;
	int raw;

	r = mail_try(c->store, m->digest, &tries);
	if (r != GW_OK || tries > LIM_TRIES)
		return r;
	r = blob_get(c->store, m->blob, &raw);
	if (r == GW_OK) {
		r = audit_add(c->store, core_now(c), AUDIT_CONTENT_OPENED,
		    m->id, "release", NULL);
		if (r == GW_OK)
			r = way_again(c, m, raw);
		close(raw);
	}
	if (r == GW_OK || c->lost == lost)
		(void)mail_untry(c->store, m->digest);
	return r;
}

/* Those that stay where they are stand in front of the next turn. */
static bool
still_waits(struct core *c, const struct mail *m)
{
	struct mail after;

	return mail_by_id(c->store, m->id, &after) != GW_OK ||
	    after.verdict == VERDICT_QUARANTINED;
}

bool
release_is_due(const struct core *c)
{
	return c->release && c->peer[ROLE_PARSE].fd >= 0 &&
	    c->peer[ROLE_KEYS].fd >= 0;
}

void
release_all(struct core *c)
{
	c->release = true;
	c->released = 0;
}

enum gw_err
release_waiting(struct core *c)
{
	struct waiting w = { .skip = c->released };
	enum gw_err r;
	size_t i;

	if (!release_is_due(c))
		return GW_OK;
	r = mail_each_quarantined(c->store, INT64_MAX, collect, &w);
	for (i = 0; r == GW_OK && i < w.n; i++) {
		r = judge_again(c, &w.mail[i]);
		if (gw_passes(r) && c->lost > 0 && !release_is_due(c))
			return GW_OK;
		if (r != GW_OK)
			log_event(LOG_WARN, "mail", "id=%s waits on: %s",
			    w.mail[i].id, gw_strerror(r));
		if (r != GW_IO)
			r = GW_OK;
		if (still_waits(c, &w.mail[i]))
			c->released++;
	}
	if (r == GW_OK && w.n < TURN)
		c->release = false;
	return r;
}
