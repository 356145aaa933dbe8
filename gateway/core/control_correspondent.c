/* meldpost correspondent: who may write to us, and whom we write to. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/address.h"
#include "base/clock.h"
#include "base/memfd.h"
#include "core/control.h"
#include "core/ltf.h"
#include "core/newcomer.h"
#include "core/peers.h"
#include "core/release.h"

static const char *const list_columns[] = { "address", "role", "organisation",
	"class", "state", "key-expires" };
static const char *const show_columns[] = { "address", "role", "organisation",
	"class", "ground", "language", "state", "fingerprint", "compared",
	"added", "key-expires", "until" };

/* ---- add ---- */

/* Copies a required text; a missing or too long one fails the question. */
static bool
take_text(struct question *q, const char *key, char *out, size_t size)
{
	const char *value = question_value(q, key);

	if (value == NULL || value[0] == '\0') {
		question_fail(q, EX_USAGE, "--%s is missing", key);
		return false;
	}
	if (strlen(value) >= size) {
		question_fail(q, EX_USAGE, "--%s is longer than %zu bytes",
		    key, size - 1);
		return false;
	}
	(void)snprintf(out, size, "%s", value);
	return true;
}

static bool
take_person(struct question *q, struct correspondent *p)
{
	const char *address = question_value(q, "address"), *why;
	char role[32], class[32], language[3] = "nl";

	if (address == NULL || !address_canonical(address, p->address)) {
		question_fail(q, EX_USAGE, "the address must be one plain "
		    "local@domain in ASCII");
		return false;
	}
	if (address_same(p->address, q->core->conf->instance_address)) {
		question_fail(q, EX_USAGE, "that is the gateway's own address");
		return false;
	}
	if (question_value(q, "language") != NULL &&
	    !take_text(q, "language", language, sizeof(language)))
		return false;
	memcpy(p->language, language, sizeof(p->language));
	if (!take_text(q, "role", role, sizeof(role)) ||
	    !take_text(q, "class", class, sizeof(class)) ||
	    !take_text(q, "organisation", p->organisation,
	    sizeof(p->organisation)) ||
	    !take_text(q, "ground", p->ground, sizeof(p->ground)) ||
	    !take_text(q, "compared", p->compared, sizeof(p->compared)) ||
	    !take_text(q, "fpr", p->fpr, sizeof(p->fpr)))
		return false;
	if (!person_role_from_name(role, &p->role)) {
		question_fail(q, EX_USAGE, "no such role; see meldpost(1)");
		return false;
	}
	if (!org_class_from_name(class, &p->org_class)) {
		question_fail(q, EX_USAGE, "no such class; see meldpost(1)");
		return false;
	}
	if (question_value(q, "until") != NULL) {
		p->until = clock_end_of_day(question_value(q, "until"));
		if (p->until == 0) {
			question_fail(q, EX_USAGE, "--until takes a day as in "
			    "31/12/2030");
			return false;
		}
	}
	if (ltf_is_address(q->core, p->address) ||
	    ltf_is_key(q->core, p->fpr)) {
		question_fail(q, EX_NOPERM, "not possible: R87: that is the "
		    "LTF's contact of meldpost.conf, who is written to by a "
		    "dispatch and never writes");
		return false;
	}
	if (!policy_may_enrol(p->role, p->org_class, p->address, &why)) {
		question_fail(q, EX_NOPERM, "not possible: %s", why);
		return false;
	}
	return true;
}

static bool
import_key(struct question *q, struct correspondent *p)
{
	static const struct {
		enum gw_err err;
		const char *text;
	} why[] = {
		{ GW_FORMAT, "the file does not hold exactly one public key" },
		{ GW_MISSING, "the key in the file has another fingerprint "
		    "than the one you typed; do not go on before you have "
		    "called the person" },
		{ GW_KEY, "the key cannot be used: expired, revoked, too weak,"
		    " or it cannot sign and encrypt" },
		{ GW_LIMIT, "the key file is larger than 64 kB; export it "
		    "with --export-options export-minimal" },
		{ GW_STATE, "no user id of the key has this address" },
	};
	struct msg_imported answer;
	enum gw_err r;
	size_t i;

	r = newcomer_import(q->core, p->fpr, p->address, q->input, &answer);
	if (r != GW_OK) {
		question_fail(q, EX_TEMPFAIL, "the keys role is not at work; "
		    "try again");
		return false;
	}
	memcpy(p->fpr, answer.fpr, sizeof(p->fpr));
	p->key_expires = answer.expires;
	if (answer.err == GW_OK)
		return true;
	for (i = 0; i < sizeof(why) / sizeof(why[0]); i++) {
		if (why[i].err == answer.err) {
			question_fail(q, EX_DATAERR, "%s", why[i].text);
			return false;
		}
	}
	question_fail(q, EX_SOFTWARE, "gpg could not import the key (%s)",
	    gw_strerror((enum gw_err)answer.err));
	return false;
}

/* Books the change with its audit row, in one transaction. */
static enum gw_err
book(struct core *c, struct correspondent *p,
    enum gw_err (*change)(struct core *, struct correspondent *),
    enum audit_event event)
{
	enum gw_err r;

	r = store_begin(c->store);
	if (r != GW_OK)
		return r;
	r = newcomer_change(c, p, change);
	if (r == GW_OK)
		r = audit_add(c->store, core_now(c), event, "",
		    person_role_name(p->role), p->fpr);
	return store_end(c->store, r);
}

static enum gw_err
change_add(struct core *c, struct correspondent *p)
{
	return correspondent_add(c->store, p);
}

/* What waits sealed to the old key must not leave under it, lost or stolen as
 * it may be. */
static enum gw_err
change_renew(struct core *c, struct correspondent *p)
{
	return newcomer_renew(c, p);
}

/*
 * Who has this address or this key now. One person may be both, and gets a
 * new key by it; a key that is somebody else's is refused.
 */
static bool
find_holder(struct question *q, const struct correspondent *p,
    struct correspondent *before, bool *known)
{
	struct store *s = q->core->store;
	struct correspondent other;

	*known = correspondent_by_address(s, p->address, before) == GW_OK;
	if (correspondent_by_fpr(s, p->fpr, &other) != GW_OK ||
	    (*known && other.id == before->id))
		return true;
	question_fail(q, EX_DATAERR, "this key is enrolled already, for "
	    "another address; see meldpost correspondent list");
	return false;
}

/* Instead of `before`, whose held mail will go to the new key. */
static void
renew(struct question *q, struct correspondent *p,
    const struct correspondent *before)
{
	struct core *c = q->core;
	bool other_key = strcmp(p->fpr, before->fpr) != 0;
	enum gw_err r;

	if (!other_key && p->key_expires == before->key_expires) {
		question_fail(q, EX_DATAERR, "%s is enrolled already, with "
		    "this key", p->address);
		return;
	}
	p->id = before->id;
	p->state = before->state;
	r = book(c, p, change_renew, AUDIT_CORRESPONDENT_RENEWED);
	if (r != GW_OK && other_key)
		newcomer_forget(c, p->fpr);
	if (r != GW_OK) {
		question_fail(q, EX_CANTCREAT, "not changed: %s",
		    gw_strerror(r));
		return;
	}
	if (other_key)
		newcomer_forget(c, before->fpr);
	peers_pin(c, p->fpr, p->state == CORRESPONDENT_ACTIVE);
	question_say(q, "%s has a new key, as %s", p->address,
	    person_role_name(p->role));
}

static void
enrol(struct question *q, struct correspondent *p)
{
	struct core *c = q->core;
	enum gw_err r;

	r = book(c, p, change_add, AUDIT_CORRESPONDENT_ADDED);
	if (r != GW_OK) {
		newcomer_forget(c, p->fpr);
		question_fail(q, EX_CANTCREAT, "not added: %s",
		    gw_strerror(r));
		return;
	}
	peers_pin(c, p->fpr, true);
	question_say(q, "%s is enrolled as %s", p->address,
	    person_role_name(p->role));
}

/* ---- add, when two officers are needed ---- */

/* One transaction for the proposal and its letters. */
static enum gw_err
commit(struct newcomer *n)
{
	struct store *s = n->posts->core->store;
	enum gw_err r = store_begin(s);

	return r == GW_OK ? store_end(s, newcomer_commit(n)) : r;
}

/*
 * The operator alone enrols nobody any more (design.md 10): what was typed
 * becomes a proposal, which the office confirms by mail.
 */
static void
propose(struct question *q, const struct correspondent *p,
    const struct correspondent *before)
{
	struct core *c = q->core;
	struct enrolment e = { .state = ENROLMENT_NEW, .person = *p };
	struct posts posts;
	struct newcomer n = { .posts = &posts, .e = &e, .key = q->input };
	enum gw_err r;

	e.person.id = before != NULL ? before->id : 0;
	e.made = core_now(c);
	ref_new('M', e.ref);
	crypto_random(e.nonce, sizeof(e.nonce));
	posts_begin(&posts, c, e.made, false);
	r = newcomer_step(&n, ENROLMENT_EV_TYPE);
	if (r == GW_OK)
		r = commit(&n);
	posts_end(&posts);
	if (r == GW_OK)
		question_say(q, "proposed as %s: the office has a mail and "
		    "must confirm it, then a second officer, then %s with the "
		    "new key; see meldpost enrolment list", e.ref, p->address);
	else
		question_fail(q, EX_CANTCREAT, "not proposed: %s",
		    r == GW_MISSING ? "no mayor or representative is there to "
		    "confirm it" : gw_strerror(r));
}

void
control_correspondent_add(struct question *q)
{
	struct core *c = q->core;
	struct correspondent p = { .state = CORRESPONDENT_ACTIVE }, before;
	int64_t closed = 0;
	unsigned released;
	bool known;

	if (!take_person(q, &p))
		return;
	if (q->input < 0) {
		question_fail(q, EX_USAGE, "--key FILE is missing");
		return;
	}
	if (store_closed(c->store, &closed) != GW_OK) {
		question_fail(q, EX_IOERR, "the database cannot be read");
		return;
	}
	if (!find_holder(q, &p, &before, &known) || !import_key(q, &p))
		return;
	p.added = core_now(c);
	if (closed != 0) {
		/* It was only looked at: in the ring it has no place yet. */
		newcomer_forget(c, p.fpr);
		propose(q, &p, known ? &before : NULL);
		return;
	}
	if (known)
		renew(q, &p, &before);
	else
		enrol(q, &p);
	release_all(c);
	(void)outbox_release_held(c->store, &released);
}

/* ---- list and show ---- */

static enum gw_err
list_one(const struct correspondent *p, void *arg)
{
	struct question *q = arg;

	question_cell(q, p->address);
	question_cell(q, person_role_name(p->role));
	question_cell(q, p->organisation);
	question_cell(q, org_class_name(p->org_class));
	question_cell(q, correspondent_state_name(p->state));
	question_cell_time(q, p->key_expires);
	question_row_end(q);
	return GW_OK;
}

void
control_correspondent_list(struct question *q)
{
	question_columns(q, list_columns,
	    sizeof(list_columns) / sizeof(list_columns[0]));
	(void)correspondent_each(q->core->store, list_one, q);
}

/* The correspondent whose address is the third word. */
static bool
find(struct question *q, struct correspondent *p)
{
	const char *word = question_word(q, 2);
	char address[LIM_ADDR + 1];

	if (word == NULL || !address_canonical(word, address)) {
		question_fail(q, EX_USAGE, "an address is missing");
		return false;
	}
	if (correspondent_by_address(q->core->store, address, p) == GW_OK)
		return true;
	question_fail(q, EX_DATAERR, "nobody with this address is enrolled; "
	    "see meldpost correspondent list");
	return false;
}

void
control_correspondent_show(struct question *q)
{
	struct correspondent p;

	if (!find(q, &p))
		return;
	question_columns(q, show_columns,
	    sizeof(show_columns) / sizeof(show_columns[0]));
	question_cell(q, p.address);
	question_cell(q, person_role_name(p.role));
	question_cell(q, p.organisation);
	question_cell(q, org_class_name(p.org_class));
	question_cell(q, p.ground);
	question_cell(q, p.language);
	question_cell(q, correspondent_state_name(p.state));
	question_cell(q, p.fpr);
	question_cell(q, p.compared);
	question_cell_time(q, p.added);
	question_cell_time(q, p.key_expires);
	question_cell_time(q, p.until);
	question_row_end(q);
}

/* ---- suspend, resume, remove ---- */

static enum gw_err
change_suspend(struct core *c, struct correspondent *p)
{
	return correspondent_set_state(c->store, p->id,
	    CORRESPONDENT_SUSPENDED);
}

static enum gw_err
change_resume(struct core *c, struct correspondent *p)
{
	return correspondent_set_state(c->store, p->id, CORRESPONDENT_ACTIVE);
}

struct removing {
	struct core *core;
	int64_t id;
};

/* What this person proposed, agreed to, or was to become. */
static enum gw_err
drop_enrolment(const struct enrolment *e, void *arg)
{
	struct removing *rm = arg;
	struct store *s = rm->core->store;
	enum gw_err r;

	if (e->proposer != rm->id && e->second != rm->id &&
	    e->person.id != rm->id)
		return GW_OK;
	r = blob_drop(s, e->key);
	if (r == GW_OK)
		r = enrolment_remove(s, e->ref);
	if (r == GW_OK)
		r = audit_add(s, core_now(rm->core), AUDIT_ENROLMENT_REJECTED,
		    e->ref, "removed", NULL);
	if (r == GW_OK)
		newcomer_forget(rm->core, e->person.fpr);
	return r;
}

static enum gw_err
change_remove(struct core *c, struct correspondent *p)
{
	struct removing rm = { c, p->id };
	enum gw_err r = enrolment_each(c->store, drop_enrolment, &rm);

	return r == GW_OK ? correspondent_remove(c->store, p->id) : r;
}

static bool
change(struct question *q, struct correspondent *p,
    enum gw_err (*how)(struct core *, struct correspondent *),
    enum audit_event event)
{
	enum gw_err r;

	if (!find(q, p))
		return false;
	r = book(q->core, p, how, event);
	if (r == GW_OK)
		return true;
	question_fail(q, EX_CANTCREAT, "not changed: %s", gw_strerror(r));
	return false;
}

void
control_correspondent_suspend(struct question *q)
{
	struct correspondent p;

	if (!change(q, &p, change_suspend, AUDIT_CORRESPONDENT_SUSPENDED))
		return;
	peers_pin(q->core, p.fpr, false);
	question_say(q, "%s is suspended: mail from this key is quarantined "
	    "from now on", p.address);
}

void
control_correspondent_resume(struct question *q)
{
	struct correspondent p;
	int64_t closed = 0;
	unsigned released;

	if (store_closed(q->core->store, &closed) != GW_OK || closed != 0) {
		question_fail(q, EX_NOPERM, "two officers are needed for that: "
		    "run meldpost correspondent add for the same person, and "
		    "let the office confirm it");
		return;
	}
	if (!change(q, &p, change_resume, AUDIT_CORRESPONDENT_RESUMED))
		return;
	peers_pin(q->core, p.fpr, true);
	release_all(q->core);
	(void)outbox_release_held(q->core->store, &released);
	question_say(q, "%s is active again", p.address);
}

void
control_correspondent_remove(struct question *q)
{
	struct correspondent p;

	if (!change(q, &p, change_remove, AUDIT_CORRESPONDENT_REMOVED))
		return;
	newcomer_forget(q->core, p.fpr);
	question_say(q, "%s is removed, and so is the key", p.address);
}
