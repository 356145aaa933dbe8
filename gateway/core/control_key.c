/* meldpost key: our own key. Its secret half never leaves the keys role. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "core/care.h"
#include "core/control.h"
#include "core/doubt.h"
#include "core/peers.h"

static void
explain(struct question *q, enum gw_err r)
{
	static const struct {
		enum gw_err err;
		const char *text;
	} why[] = {
		{ GW_MISSING, "there is no key yet; run meldpost key create" },
		{ GW_EXISTS, "there is a key already; see meldpost key show" },
		{ GW_KEY, "the key has expired or was revoked" },
		{ GW_STATE, "there is more than one secret key in the ring; "
		    "keep one" },
	};
	size_t i;

	for (i = 0; i < sizeof(why) / sizeof(why[0]); i++) {
		if (why[i].err == r) {
			question_fail(q, EX_UNAVAILABLE, "%s", why[i].text);
			return;
		}
	}
	question_fail(q, EX_SOFTWARE, "gpg could not do it: %s",
	    gw_strerror(r));
}

static void
show(struct question *q, const struct msg_own *own)
{
	static const char *const columns[] = { "address", "fingerprint",
		"algorithm", "expires",
		"subkey-made" };

	question_columns(q, columns, sizeof(columns) / sizeof(columns[0]));
	question_cell(q, q->core->conf->instance_address);
	question_cell(q, own->fpr);
	question_cell(q, own->algo);
	question_cell_time(q, own->expires);
	question_cell_time(q, own->renewed);
	question_row_end(q);
}

/* Asks keys; the answer is shown and, when wanted, its file handed on. */
static bool
ask_own(struct question *q, struct msg *m, bool file)
{
	enum gw_err r;

	r = peers_ask(q->core, ROLE_KEYS, m, MSG_own, 0);
	if (r != GW_OK) {
		question_fail(q, EX_TEMPFAIL, "the keys role is not at work; "
		    "try again");
		return false;
	}
	r = m->u.own.err < GW_ERR_MAX ? (enum gw_err)m->u.own.err : GW_FORMAT;
	if (file) {
		q->output = m->u.own.file;
		m->u.own.file = -1;
	} else if (m->u.own.fpr[0] != '\0') {
		show(q, &m->u.own);
	}
	if (r != GW_OK)
		explain(q, r);
	msg_close(m);
	return r == GW_OK;
}

/* gpg goes by the wall clock: what it makes by a wrong date cannot be used by
 * anybody, or ends too soon. */
static bool
is_dated(struct question *q)
{
	if (doubt_is(q->core))
		question_fail(q, EX_TEMPFAIL, "not while the date is doubted; "
		    "see meldpost status");
	return !doubt_is(q->core);
}

void
control_key_create(struct question *q)
{
	struct core *c = q->core;
	struct msg m;
	enum gw_err r;

	if (!is_dated(q))
		return;
	msg_init(&m, MSG_create);
	memcpy(m.u.create.address, c->conf->instance_address,
	    sizeof(m.u.create.address));
	if (!ask_own(q, &m, false))
		return;
	(void)peers_ask_own_key(c);
	r = audit_add(c->store, core_now(c), AUDIT_KEY_CREATED, "", "",
	    c->own.fpr);
	if (r != GW_OK)
		question_fail(q, EX_CANTCREAT, "the key is made, but the audit"
		    " row is not: %s", gw_strerror(r));
	else
		question_say(q, "give partners this key (meldpost key export) "
		    "and read them its fingerprint over the phone");
}

void
control_key_show(struct question *q)
{
	struct msg m;

	msg_init(&m, MSG_ask_own);
	(void)ask_own(q, &m, false);
}

static void
book_export(struct question *q, const char *what)
{
	enum gw_err r = question_exported(q, what);

	if (r != GW_OK)
		question_fail(q, EX_CANTCREAT, "the audit row could not be "
		    "written: %s", gw_strerror(r));
}

void
control_key_export(struct question *q)
{
	struct msg m;

	msg_init(&m, MSG_ask_own);
	m.u.ask_own.export = 1;
	if (ask_own(q, &m, true))
		book_export(q, "key");
}

/* ---- a longer life, and a new subkey ---- */

#define DAY_S	86400

void
control_key_prolong(struct question *q)
{
	const char *days = question_value(q, "days");
	char none[] = "", *end = none;
	long n = days != NULL ? strtol(days, &end, 10) : 730;
	struct core *c = q->core;
	struct msg m;

	if (n < 1 || n > 3650 || *end != '\0') {
		question_fail(q, EX_USAGE, "--days takes 1 to 3650");
		return;
	}
	if (!is_dated(q))
		return;
	msg_init(&m, MSG_prolong);
	m.u.prolong.expires = core_now(c) + n * DAY_S;
	if (!ask_own(q, &m, false))
		return;
	(void)peers_ask_own_key(c);
	(void)audit_add(c->store, core_now(c), AUDIT_KEY_PROLONGED, "", "",
	    c->own.fpr);
	(void)care_announce(c);
	question_say(q, "everybody who is enrolled gets the key anew; its "
	    "fingerprint is the same");
}

void
control_key_rotate(struct question *q)
{
	struct core *c = q->core;
	int64_t before = c->own.renewed;
	enum gw_err r;

	if (!is_dated(q))
		return;
	r = care_rotate(c);
	if (r == GW_OK && c->own.renewed == before) {
		show(q, &c->own);
		question_say(q, "nothing changed: the subkey in use is younger "
		    "than an hour");
		return;
	}
	if (r == GW_OK)
		r = care_announce(c);
	if (r != GW_OK) {
		explain(q, r);
		return;
	}
	show(q, &c->own);
	question_say(q, "everybody who is enrolled gets the new key; the old "
	    "one opens mail for another %d days", (int)c->conf->keys_keep_days);
}

/* The bytes of the key, and the name that they have in a web key directory. */
void
control_wkd_export(struct question *q)
{
	static const char *const columns[] = { "address", "hash" };
	struct core *c = q->core;
	struct msg m;
	enum gw_err r;

	msg_init(&m, MSG_ask_own);
	m.u.ask_own.export = 2;
	r = peers_ask(c, ROLE_KEYS, &m, MSG_own, 0);
	if (r == GW_OK && m.u.own.file < 0)
		r = GW_MISSING;
	if (r != GW_OK) {
		explain(q, r);
		return;
	}
	question_columns(q, columns, sizeof(columns) / sizeof(columns[0]));
	question_cell(q, c->conf->instance_address);
	question_cell(q, m.u.own.wkd);
	question_row_end(q);
	q->output = m.u.own.file;
	book_export(q, "wkd");
}
