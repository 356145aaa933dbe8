/*
 * meldpost-keys: the key ring, gpg and gpg-agent. No network, no database;
 * the only role that may start a program. Plaintext leaves it for core alone,
 * and only with a verdict.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/log.h"
#include "base/reason.h"
#include "confine/confine.h"
#include "keys/keys.h"
#include "role.h"

/* How long core may be too busy to take an answer. */
#define ANSWER_MS 10000

struct keeper {
	struct role_self self;
	struct keys *keys;	/* NULL: a dry run before there is a ring */
};

/* Orderly: plaintexts are wiped, the agent forgets the key. */
static void __attribute__((noreturn))
finish(struct keeper *k)
{
	keys_close(k->keys);
	role_end(&k->self);
}

/* What has no answer in messages.def: the parent starts us anew, and core
 * asks again. */
static void __attribute__((noreturn))
give_up(struct keeper *k, const struct msg *m, enum gw_err r)
{
	log_event(LOG_ERROR, "keys", "cannot %s: %s", msg_name(m->type),
	    gw_strerror(r));
	keys_close(k->keys);
	exit(EX_TEMPFAIL);
}

static void
answer(struct keeper *k, struct msg *m)
{
	enum gw_err r = chan_send(&k->self.core, m, ANSWER_MS);

	msg_close(m);
	if (r != GW_OK)
		finish(k);
}

/* ---- one function for each message of core ---- */

static void
on_pin(struct keeper *k, const struct msg *in)
{
	const struct msg_pin *pin = &in->u.pin;
	enum gw_err r;

	if (k->keys == NULL)
		return;
	r = keys_pin(k->keys, pin->fpr, pin->active != 0);
	if (r != GW_OK)
		give_up(k, in, r);
}

static void
on_unwrap(struct keeper *k, const struct msg *in)
{
	const struct msg_unwrap *u = &in->u.unwrap;
	struct msg out;
	enum gw_err r;

	msg_init(&out, MSG_unwrapped);
	if (k->keys == NULL) {
		out.u.unwrapped.id = u->id;
		out.u.unwrapped.reason = REASON_DECRYPT_FAILED;
		answer(k, &out);
		return;
	}
	r = keys_unwrap(k->keys, u, &out.u.unwrapped);
	if (r != GW_OK)
		give_up(k, in, r);
	answer(k, &out);
}

static void
on_verify(struct keeper *k, const struct msg *in)
{
	const struct msg_verify *v = &in->u.verify;
	struct msg out;
	enum gw_err r;

	msg_init(&out, MSG_verified);
	r = keys_verify(k->keys, v->plain, v->body, v->signature,
	    &out.u.verified);
	if (r != GW_OK)
		give_up(k, in, r);
	out.u.verified.id = v->id;
	answer(k, &out);
}

static void
on_vouch(struct keeper *k, const struct msg *in)
{
	struct msg out;
	enum gw_err r;

	msg_init(&out, MSG_vouched);
	out.u.vouched.id = in->u.vouch.id;
	/* A dry run before there is a ring makes no home for anybody. */
	out.u.vouched.reason = REASON_UNKNOWN_KEY;
	if (k->keys != NULL) {
		r = keys_vouch(k->keys, &in->u.vouch, &out.u.vouched);
		if (r != GW_OK)
			give_up(k, in, r);
	}
	answer(k, &out);
}

static void
on_wipe(struct keeper *k, const struct msg *in)
{
	if (k->keys != NULL)
		keys_wipe(k->keys, in->u.wipe.id);
}

static void
on_seal(struct keeper *k, const struct msg *in)
{
	struct msg out;

	msg_init(&out, MSG_sealed);
	out.u.sealed.id = in->u.seal.id;
	out.u.sealed.err = (uint32_t)keys_seal(k->keys, &in->u.seal,
	    &out.u.sealed.mail);
	answer(k, &out);
}

static void
on_strip(struct keeper *k, const struct msg *in)
{
	struct msg out;

	msg_init(&out, MSG_stripped);
	out.u.stripped.id = in->u.strip.id;
	out.u.stripped.err = (uint32_t)keys_strip(k->keys,
	    in->u.strip.opened, &out.u.stripped.message);
	answer(k, &out);
}

static void
on_relay(struct keeper *k, const struct msg *in)
{
	struct msg out;

	msg_init(&out, MSG_sealed);
	out.u.sealed.id = in->u.relay.id;
	out.u.sealed.err = (uint32_t)keys_relay(k->keys, &in->u.relay,
	    &out.u.sealed.mail);
	answer(k, &out);
}

static void
on_import(struct keeper *k, const struct msg *in)
{
	struct msg out;

	msg_init(&out, MSG_imported);
	keys_import(k->keys, &in->u.import, &out.u.imported);
	answer(k, &out);
}

static void
on_find(struct keeper *k, const struct msg *in)
{
	struct msg out;

	msg_init(&out, MSG_imported);
	keys_find(k->keys, in->u.find.fpr, &out.u.imported);
	out.u.imported.id = in->u.find.id;
	answer(k, &out);
}

static void
on_forget(struct keeper *k, const struct msg *in)
{
	struct msg out;

	msg_init(&out, MSG_forgot);
	out.u.forgot.id = in->u.forget.id;
	out.u.forgot.err = (uint32_t)keys_forget(k->keys, in->u.forget.fpr);
	answer(k, &out);
}

static void
on_create(struct keeper *k, const struct msg *in)
{
	struct msg out;

	msg_init(&out, MSG_own);
	keys_create(k->keys, in->u.create.address, &out.u.own);
	out.u.own.id = in->u.create.id;
	answer(k, &out);
}

static void
on_ask_own(struct keeper *k, const struct msg *in)
{
	struct msg out;

	msg_init(&out, MSG_own);
	out.u.own.err = GW_MISSING;
	if (k->keys != NULL)
		keys_own(k->keys, in->u.ask_own.export <= OWN_BINARY ?
		    (enum own_file)in->u.ask_own.export : OWN_NO_FILE,
		    &out.u.own);
	out.u.own.id = in->u.ask_own.id;
	answer(k, &out);
}

/* A dry run changes nothing of our key. */
static bool
is_dry(const struct keeper *k)
{
	return k->keys == NULL || k->self.conf.dry;
}

static void
on_rotate(struct keeper *k, const struct msg *in)
{
	struct msg out;

	msg_init(&out, MSG_own);
	out.u.own.err = GW_DENIED;
	if (!is_dry(k))
		keys_rotate(k->keys, in->u.rotate.old_until, &out.u.own);
	out.u.own.id = in->u.rotate.id;
	answer(k, &out);
}

static void
on_prolong(struct keeper *k, const struct msg *in)
{
	struct msg out;

	msg_init(&out, MSG_own);
	out.u.own.err = GW_DENIED;
	if (!is_dry(k))
		keys_prolong(k->keys, in->u.prolong.expires, &out.u.own);
	out.u.own.id = in->u.prolong.id;
	answer(k, &out);
}

static void
on_retire(struct keeper *k, const struct msg *in)
{
	struct msg out;

	msg_init(&out, MSG_retired);
	out.u.retired.err = GW_DENIED;
	if (!is_dry(k))
		keys_retire(k->keys, in->u.retire.before, &out.u.retired);
	out.u.retired.id = in->u.retire.id;
	answer(k, &out);
}

static const struct {
	enum msg_type type;
	void (*serve)(struct keeper *k, const struct msg *in);
} table[] = {
	{ MSG_pin, on_pin },
	{ MSG_unwrap, on_unwrap },
	{ MSG_verify, on_verify },
	{ MSG_vouch, on_vouch },
	{ MSG_wipe, on_wipe },
	{ MSG_seal, on_seal },
	{ MSG_strip, on_strip },
	{ MSG_relay, on_relay },
	{ MSG_import, on_import },
	{ MSG_find, on_find },
	{ MSG_forget, on_forget },
	{ MSG_create, on_create },
	{ MSG_ask_own, on_ask_own },
	{ MSG_rotate, on_rotate },
	{ MSG_prolong, on_prolong },
	{ MSG_retire, on_retire },
};

/* ---- start and loop ---- */

static void
shut_in(struct keeper *k, const char *home)
{
	struct confine_path path = { home, CONFINE_WRITE };

	if (!k->self.conf.confine ||
	    confine_enter(ROLE_KEYS, &path, home[0] != '\0') == GW_OK)
		return;
	log_event(LOG_ERROR, "start", "cannot confine itself");
	keys_close(k->keys);
	exit(EX_NOPERM);
}

static void
start(struct keeper *k)
{
	char home[sizeof(k->self.conf.state_dir) + sizeof("/gnupg")];
	enum gw_err r;

	*k = (struct keeper){ .keys = NULL };
	role_begin(&k->self, ROLE_KEYS);
	(void)snprintf(home, sizeof(home), "%s/gnupg",
	    k->self.conf.state_dir);
	/* A dry run makes nothing, not even a ring. */
	if (k->self.conf.dry && access(home, F_OK) < 0) {
		shut_in(k, "");
		role_ready(&k->self);
		return;
	}
	/* gpg-agent starts here, in front of the wall. */
	r = keys_open(&k->keys, home, k->self.conf.instance_address);
	if (r != GW_OK) {
		log_event(LOG_ERROR, "ring", "cannot be opened: %s",
		    gw_strerror(r));
		exit(role_exit_for(r));
	}
	if (k->self.conf.dry)
		keys_guest(k->keys);
	shut_in(k, home);
	role_ready(&k->self);
}

/* One message of core; any other than those in the table ends us. */
static void
take_message(struct keeper *k)
{
	struct msg m;
	enum gw_err r;
	size_t i;

	r = chan_recv(&k->self.core, &m, 0);
	if (r == GW_TIMEOUT)
		return;
	if (r != GW_OK)
		finish(k);
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (table[i].type == m.type) {
			table[i].serve(k, &m);
			msg_close(&m);
			return;
		}
	}
	finish(k);
}

int
main(void)
{
	struct pollfd pfd[2];
	struct keeper k;

	start(&k);
	pfd[0] = (struct pollfd){ .fd = k.self.parent.fd, .events = POLLIN };
	pfd[1] = (struct pollfd){ .fd = k.self.core.fd, .events = POLLIN };
	for (;;) {
		if (poll(pfd, 2, -1) < 0 && errno != EINTR)
			finish(&k);
		/* The parent says stop, or is gone. */
		if (pfd[0].revents != 0)
			finish(&k);
		if (pfd[1].revents != 0)
			take_message(&k);
	}
}
