#include "core/notice.h"

#include <string.h>

#include "core/posts.h"

/* ---- who ---- */

struct people {
	struct core *core;
	bool (*is)(enum person_role);
	bool any;
	correspondent_fn each;
	void *arg;
};

static enum gw_err
pass_person(const struct correspondent *p, void *arg)
{
	struct people *people = arg;

	if (!people->is(p->role) ||
	    !correspondent_serves(p, core_now(people->core)))
		return GW_OK;
	people->any = true;
	return people->each(p, people->arg);
}

enum gw_err
notice_people(struct core *c, bool (*is)(enum person_role),
    correspondent_fn each, void *arg)
{
	struct people people = { c, is, false, each, arg };

	return correspondent_each(c->store, pass_person, &people);
}

static bool
is_rep(enum person_role r)
{
	return r == PERSON_MAYOR_REP;
}

static bool
is_mayor(enum person_role r)
{
	return r == PERSON_MAYOR;
}

static bool
is_coordinator(enum person_role r)
{
	return r == PERSON_COORDINATOR;
}

bool
notice_is_dpo(enum person_role r)
{
	return r == PERSON_DPO;
}

enum gw_err
notice_receivers(struct core *c, correspondent_fn each, void *arg)
{
	struct people people = { c, is_rep, false, each, arg };
	enum gw_err r;

	r = correspondent_each(c->store, pass_person, &people);
	if (r != GW_OK || people.any)
		return r;
	return notice_people(c, is_mayor, each, arg);
}

/* ---- what ---- */

struct notice {
	struct core *core;
	enum mail_kind kind;
	const char *section;
	const char *ref;
	uint32_t code;		/* T42: what the mail server said */
	int64_t now;
};

/* These say that somebody has to look, and one that waits says it. Of any other
 * each reference has its own: what is told of one of two that end on the same
 * day is not told of the other (R139). */
static const char *const one_is_enough[] = { "quarantaine", "vastgehouden",
	"klok", "klok-fg" };

/* GW_MISSING: none of this section to this person waits that says it too. */
static enum gw_err
find_told(const struct notice *n, int64_t person)
{
	struct outbox row;
	size_t i;

	for (i = 0; i < sizeof(one_is_enough) / sizeof(one_is_enough[0]); i++) {
		if (strcmp(n->section, one_is_enough[i]) == 0)
			return outbox_recent(n->core->store, n->kind,
			    n->section, person, INT64_MAX, &row);
	}
	return GW_MISSING;
}

static enum gw_err
tell_one(const struct correspondent *p, void *arg)
{
	struct notice *n = arg;
	struct outbox row;
	enum gw_err r = find_told(n, p->id);

	if (r != GW_MISSING)
		return r;
	outbox_row(n->core, &row, n->kind, n->section, p->id, n->ref, n->now);
	row.not_before = posts_tick(n->core, n->now);
	return outbox_queue(n->core, &row);
}

enum gw_err
notify(struct core *c, const char *section, const char *ref, int64_t now)
{
	struct notice n = { c, MAIL_T05, section, ref, 0, now };

	return notice_receivers(c, tell_one, &n);
}

enum gw_err
notify_dpo(struct core *c, const char *section, const char *ref, int64_t now)
{
	struct notice n = { c, MAIL_T05, section, ref, 0, now };

	return notice_people(c, notice_is_dpo, tell_one, &n);
}

static enum gw_err
tell_coordinator(const struct correspondent *p, void *arg)
{
	struct notice *n = arg;
	struct outbox row;

	outbox_row(n->core, &row, n->kind, n->section, p->id, n->ref, n->now);
	row.code = n->code;
	return outbox_queue(n->core, &row);
}

enum gw_err
notify_undeliverable(struct core *c, const struct outbox *failed, int64_t now)
{
	struct notice n = { c, MAIL_T42, "body", failed->ref, failed->code,
		now };

	log_event(LOG_ERROR, "outbox", "mail=%s ref=%s could not be delivered "
	    "code=%u status=%s", mail_kind_name(failed->kind), failed->ref,
	    failed->code, failed->status);
	/* A notice that cannot be delivered causes no notice. */
	if (failed->kind == MAIL_T42 || failed->kind == MAIL_T02)
		return GW_OK;
	return notice_people(c, is_coordinator, tell_coordinator, &n);
}
