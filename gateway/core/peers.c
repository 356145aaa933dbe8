#include "core/peers.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "core/ltf.h"

void
peers_lost(struct core *c, enum role role)
{
	if (c->peer[role].fd < 0)
		return;
	log_event(LOG_WARN, "role", "%s is gone", role_name(role));
	c->lost++;
	chan_close(&c->peer[role]);
	c->walls[role].role = ROLE_PARENT;
	/* keys must tell us again, once it is back, whether it has a key. */
	if (role == ROLE_KEYS)
		c->own_asked = 0;
}

/* A role that did not answer in time may hang for ever: the parent ends it. */
static void
report_stuck(struct core *c, enum role role)
{
	struct msg m;

	msg_init(&m, MSG_stuck);
	m.u.stuck.role = role;
	(void)chan_send(c->parent, &m, 1000);
}

/* Twice what the role gives itself: its own bound must be able to speak
 * first, and in keys that is the engine's. It holds for what is sent as well:
 * keys hears nothing while it opens its ring, and is told of more people than
 * fit into its socket. */
static int
deadline_for(enum role role, uint64_t bytes)
{
	uint64_t mb = bytes / (1024 * 1024);
	int ms = (int)(LIM_DEADLINE_MS + mb * LIM_DEADLINE_MS_PER_MB);

	return 2 * ms + (role == ROLE_KEYS ? LIM_GPG_WALL_MS : 0);
}

enum gw_err
peers_ask(struct core *c, enum role role, struct msg *m, enum msg_type answer,
    uint64_t bytes)
{
	struct chan *ch = &c->peer[role];
	uint32_t id = core_next_id(c);
	enum gw_err r;

	/* Every question and answer begins with its number. */
	m->u.parse.id = id;
	r = chan_send(ch, m, deadline_for(role, 0));
	if (r == GW_OK)
		r = chan_recv(ch, m, deadline_for(role, bytes));
	if (r == GW_TIMEOUT)
		report_stuck(c, role);
	if (r == GW_OK && (m->type != answer || m->u.parsed.id != id)) {
		msg_close(m);
		r = GW_FORMAT;
	}
	if (r == GW_OK)
		return GW_OK;
	msg_init(m, answer);
	if (r == GW_DENIED || r == GW_LIMIT || r == GW_INTERNAL)
		r = GW_FORMAT;
	peers_lost(c, role);
	return r == GW_FORMAT ? GW_FORMAT : GW_AGAIN;
}

void
peers_tell(struct core *c, enum role role, const struct msg *m)
{
	if (chan_send(&c->peer[role], m, deadline_for(role, 0)) != GW_OK)
		peers_lost(c, role);
}

void
peers_pin(struct core *c, const char *fpr, bool active)
{
	struct msg m;

	msg_init(&m, MSG_pin);
	(void)snprintf(m.u.pin.fpr, sizeof(m.u.pin.fpr), "%s", fpr);
	/* R87: enrolled before it was configured, it writes no longer. */
	m.u.pin.active = active && !ltf_is_key(c, fpr);
	peers_tell(c, ROLE_KEYS, &m);
}

enum gw_err
peers_ask_own_key(struct core *c)
{
	struct msg m;
	enum gw_err r;

	msg_init(&m, MSG_ask_own);
	r = peers_ask(c, ROLE_KEYS, &m, MSG_own, 0);
	if (r != GW_OK)
		return r;
	c->own = m.u.own;
	c->own.file = -1;
	c->own_asked = clock_now();
	msg_close(&m);
	return GW_OK;
}

static enum gw_err
pin_one(const struct correspondent *p, void *arg)
{
	peers_pin(arg, p->fpr, p->state == CORRESPONDENT_ACTIVE);
	return GW_OK;
}

/* Who must still prove a key is known by it alone. */
static enum gw_err
pin_newcomer(const struct enrolment *e, void *arg)
{
	if (e->state == ENROLMENT_PROVING)
		peers_pin(arg, e->person.fpr, true);
	return GW_OK;
}

void
peers_join(struct core *c, enum role role, int link)
{
	if ((unsigned)role >= ROLE_MAX)
		return;
	chan_close(&c->peer[role]);
	c->walls[role].role = ROLE_PARENT;
	chan_open(&c->peer[role], link, ROLE_CORE, role);
	if (role != ROLE_KEYS)
		return;
	if (c->store != NULL) {
		(void)correspondent_each(c->store, pin_one, c);
		(void)enrolment_each(c->store, pin_newcomer, c);
	}
	(void)peers_ask_own_key(c);
}

void
peers_walled(struct core *c, const struct msg_walls *walls)
{
	if (walls->role < ROLE_MAX)
		c->walls[walls->role] = *walls;
}

bool
peers_at_work(const struct core *c, enum role role)
{
	return c->walls[role].role == (uint32_t)role;
}
