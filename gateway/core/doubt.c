#include "core/doubt.h"

#include "base/clock.h"
#include "core/notice.h"
#include "core/peers.h"

#define DAY_S		86400
#define DAY_MS		(DAY_S * 1000ll)

static bool
has_clock(const struct core *c)
{
	return c->store != NULL && !c->conf->dry;
}

void
doubt_open(struct core *c)
{
	/*
	 * Told, but no reason to stop erasing: containers and many virtual
	 * machines take their time from the host and report this all their
	 * life. It says who sets the clock, and not that it is wrong.
	 */
	c->unsynced = !clock_synchronised();
	if (!has_clock(c))
		return;
	(void)store_doubted(c->store, &c->doubted);
	watch_start(&c->watch, store_clock_seen(c->store), c->doubted != 0,
	    clock_now(), clock_boot_ms());
	if (c->unsynced && !c->conf->private_run)
		log_event(LOG_WARN, "clock", "the kernel does not call it "
		    "synchronised; terms of the law are counted on it. See "
		    "timedatectl, or ignore this in a container");
}

int64_t
core_now(struct core *c)
{
	int64_t now, seen;

	if (!has_clock(c))
		return clock_now();
	now = watch_time(&c->watch, clock_now(), clock_boot_ms());
	/* The count alone gets into the store while there is doubt: it is
	 * never ahead of the truth, as a date may be. */
	(void)store_clock(c->store, now, &seen);
	return seen;
}

bool
doubt_is(const struct core *c)
{
	return c->watch.doubt || c->doubted != 0;
}

/* ---- words ---- */

/* A wrong time can be any number: years of more than four digits too. */
static const char *
iso(int64_t t, char out[CLOCK_ISO_LEN])
{
	clock_iso(t, out);
	return out[0] != '\0' ? out : "an impossible date";
}

void
doubt_say(struct core *c, struct buf *out)
{
	char wall[CLOCK_ISO_LEN], count[CLOCK_ISO_LEN];

	(void)iso(core_now(c), count);
	if (!doubt_is(c)) {
		buf_printf(out, "%s%s", count, c->unsynced ? "; not called "
		    "synchronised by the kernel when this began" : "");
		return;
	}
	buf_printf(out, "doubted: it says %s, and by our own count it is %s or"
	    " somewhat later. Nothing is erased by date. If the first is right,"
	    " run meldpost clock confirm; else set the clock",
	    iso(clock_now(), wall), count);
}

/* Once in each run, for as long as it lasts. */
static void
log_doubt(struct core *c)
{
	struct buf text;

	if (c->doubt_logged)
		return;
	c->doubt_logged = true;
	buf_init(&text, 1024);
	doubt_say(c, &text);
	log_event(LOG_ERROR, "clock", "%s", buf_str(&text));
	buf_free(&text);
}

/* ---- its beginning and its end ---- */

static enum gw_err
begin(struct core *c, int64_t now)
{
	bool ahead = clock_now() > now;
	enum gw_err r;

	r = store_begin(c->store);
	if (r != GW_OK)
		return r;
	r = store_doubt(c->store, now);
	if (r == GW_OK)
		r = audit_add(c->store, now, AUDIT_CLOCK_DOUBTED, "",
		    ahead ? "ahead" : "behind", NULL);
	if (r == GW_OK)
		r = notify(c, "klok", "", now);
	if (r == GW_OK)
		r = notify_dpo(c, "klok-fg", "", now);
	r = store_end(c->store, r);
	if (r == GW_OK)
		c->doubted = now;
	return r;
}

static enum gw_err
end(struct core *c, int64_t now, int64_t lag, const char *how,
    const char *actor)
{
	enum gw_err r;

	r = store_begin(c->store);
	if (r != GW_OK)
		return r;
	r = store_believe(c->store, now, lag);
	if (r == GW_OK)
		r = audit_add(c->store, now, AUDIT_CLOCK_BELIEVED, "", how,
		    actor);
	r = store_end(c->store, r);
	if (r != GW_OK)
		return r;
	c->doubted = 0;
	c->doubt_logged = false;
	/* These waits began by another time. */
	c->cared = 0;
	c->own_asked = c->own_asked != 0 ? 1 : 0;
	log_event(LOG_NOTE, "clock", "the date is believed again how=%s lag=%lld"
	    "s", how, (long long)lag);
	return GW_OK;
}

enum gw_err
doubt_turn(struct core *c)
{
	int64_t now = core_now(c);
	enum gw_err r = GW_OK;

	if (!has_clock(c))
		return GW_OK;
	if (c->watch.doubt && c->doubted == 0)
		r = begin(c, now);
	else if (!c->watch.doubt && c->doubted != 0)
		r = end(c, now, c->watch.lag, "agrees", NULL);
	if (doubt_is(c))
		log_doubt(c);
	return r;
}

enum gw_err
doubt_confirm(struct core *c, const char *actor)
{
	int64_t wall = clock_now(), boot_ms = clock_boot_ms();
	enum gw_err r;

	r = end(c, wall, watch_ahead(&c->watch, wall, boot_ms), "confirmed",
	    actor);
	if (r == GW_OK)
		watch_believe(&c->watch, wall, boot_ms);
	return r;
}

/* ---- what waits ---- */

static bool
erases(const struct effects *e)
{
	size_t i;

	for (i = 0; i < e->n; i++) {
		if (e->e[i].type == EFFECT_ERASE)
			return true;
	}
	return false;
}

/* In whatever state: a record that is not there yet may be so far when its
 * timer is taken. */
static bool
referral_erases(int event)
{
	enum referral_state next;
	struct effects e;
	int s;

	for (s = 0; s < REFERRAL_STATE_MAX; s++) {
		if (referral_step((enum referral_state)s,
		    (enum referral_event)event, &next, &e) == GW_OK &&
		    erases(&e))
			return true;
	}
	return false;
}

static bool
meeting_erases(int event)
{
	enum meeting_state next;
	struct effects e;
	int s;

	for (s = 0; s < MEETING_STATE_MAX; s++) {
		if (meeting_step((enum meeting_state)s,
		    (enum meeting_event)event, &next, &e) == GW_OK &&
		    erases(&e))
			return true;
	}
	return false;
}

bool
doubt_holds(const struct core *c, const struct timer *timer)
{
	if (!doubt_is(c))
		return false;
	switch (timer->kind) {
	case TIMER_REFERRAL:
		return referral_erases(timer->event);
	case TIMER_MEETING:
		return meeting_erases(timer->event);
	case TIMER_INVITATION:
		return timer->event == INVITATION_EV_DONE;
	case TIMER_FICHE:
		return timer->event == FICHE_EV_DONE;
	case TIMER_CASE:
		return timer->event == RETENTION_EV_END ||
		    timer->event == RETENTION_EV_DELIST;
	default:
		/* Quarantine, enrolment, and whatever is yet to come. */
		return true;
	}
}

void
doubt_sweep(struct core *c)
{
	int64_t ms = clock_boot_ms();
	struct msg m;

	if (doubt_is(c) || c->conf->once || c->peer[ROLE_FETCH].fd < 0 ||
	    ms < c->sweep_at)
		return;
	c->sweep_at = ms + DAY_MS;
	msg_init(&m, MSG_sweep);
	m.u.sweep.before = core_now(c) - c->conf->source_side_days * DAY_S;
	peers_tell(c, ROLE_FETCH, &m);
}
