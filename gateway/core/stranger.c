#include "core/stranger.h"

#include <string.h>
#include <unistd.h>

#include "base/address.h"
#include "base/clock.h"
#include "compose/form_text.h"
#include "core/notice.h"
#include "core/opening.h"
#include "core/peers.h"

#define DAY_S	86400

void
fpr_groups(const char *fpr, char out[FPR_GROUPS])
{
	size_t i, at = 0;

	for (i = 0; fpr[i] != '\0'; i++) {
		if (i > 0 && i % 4 == 0)
			out[at++] = ' ';
		out[at++] = fpr[i];
	}
	out[at] = '\0';
}

/* ---- does the key vouch for the mail ---- */

enum gw_err
stranger_key(const struct travel *t, int *fd)
{
	struct span key = t->inner.key;

	return memfd_from(t->aside + key.off, (size_t)key.len, fd);
}

static enum gw_err
ask_vouch(struct travel *t)
{
	bool combined = t->inner.structure != STRUCTURE_SIGNED;
	struct msg m;
	enum gw_err r;
	int key;

	r = stranger_key(t, &key);
	if (r != GW_OK)
		return r;
	msg_init(&m, MSG_vouch);
	memcpy(m.u.vouch.address, t->outer.from, sizeof(m.u.vouch.address));
	m.u.vouch.mail = t->outer.flags & MAIL_DECODED ? t->decoded : t->raw;
	m.u.vouch.plain = t->plain;
	m.u.vouch.bring = key;
	m.u.vouch.key = (struct span){ 0, t->inner.key.len };
	if (combined) {
		m.u.vouch.cipher = t->outer.payload;
	} else {
		m.u.vouch.body = t->inner.payload;
		m.u.vouch.signature = t->inner.signature;
	}
	r = peers_ask(t->core, ROLE_KEYS, &m, MSG_vouched, t->map.len);
	close(key);
	if (r != GW_OK)
		return r;
	t->vouched = m.u.vouched;
	return t->vouched.reason < REASON_MAX ? GW_OK : GW_FORMAT;
}

bool
stranger_is_one_too_many(struct travel *t)
{
	static const char *const sections[] = { "onbekend", "wissel",
		"zondersleutel" };
	int64_t n, sum = 0;
	size_t i;

	for (i = 0; i < sizeof(sections) / sizeof(sections[0]); i++) {
		if (outbox_count(t->core->store, MAIL_T05, sections[i],
		    t->now - DAY_S, &n) == GW_OK)
			sum += n;
	}
	return sum >= LIM_STRANGERS_DAY;
}

enum gw_err
stranger_look(struct travel *t)
{
	enum gw_err r;

	if (t->verdict.code != VERDICT_QUARANTINED || t->proving ||
	    t->outer.from[0] == '\0' ||
	    (t->verdict.reason != REASON_UNKNOWN_KEY &&
	    t->verdict.reason != REASON_EXPIRED_KEY))
		return GW_OK;
	r = way_open_stranger(t);
	if (r != GW_OK)
		return r;
	t->introduced = t->plain >= 0;
	t->vouched.reason = REASON_UNKNOWN_KEY;
	if (t->plain < 0 || t->inner.key.len == 0 ||
	    t->inner.reason != REASON_OK)
		return GW_OK;
	/* Inside and outside must say the same of who writes (T4). */
	if ((t->inner.flags & MAIL_FROM) != 0 &&
	    !address_same(t->inner.from, t->outer.from))
		return GW_OK;
	return ask_vouch(t);
}

bool
stranger_is_vouched(const struct travel *t)
{
	return t->introduced && t->vouched.reason == REASON_OK &&
	    t->vouched.fpr[0] != '\0';
}

/* ---- the office is told ---- */

struct telling {
	struct travel *t;
	const char *section;
	const struct var *vars;
	size_t nvars;
};

static enum gw_err
tell(const struct correspondent *p, void *arg)
{
	struct telling *l = arg;
	enum gw_err r;

	r = posts_letter(&l->t->posts, MAIL_T05, l->section, p, l->t->mail.id,
	    l->vars, l->nvars);
	/* Another deputy hears of it; else the plain notice does. */
	return r == GW_KEY ? GW_OK : r;
}

static const char *
section_of(const struct travel *t)
{
	if (!stranger_is_vouched(t))
		return "zondersleutel";
	return t->from_known ? "wissel" : "onbekend";
}

enum gw_err
stranger_step(struct travel *t)
{
	char received[CLOCK_DUTCH_LEN], fpr[FPR_GROUPS];
	struct telling telling = { .t = t, .section = section_of(t) };
	struct buf form;
	enum gw_err r;

	if (!t->introduced)
		return GW_OK;
	buf_init(&form, LIM_LETTER_BYTES);
	clock_dutch(t->mail.received, received);
	fpr_groups(t->vouched.fpr, fpr);
	r = form_text(t->core->templates, &t->core->office,
	    FORM_NAME_ENROLMENT, &form);
	if (r == GW_OK) {
		const struct var vars[] = {
			{ "sender", t->outer.from }, { "received", received },
			{ "fingerprint", fpr }, { "form", buf_str(&form) },
		};

		telling.vars = vars;
		telling.nvars = sizeof(vars) / sizeof(vars[0]);
		r = notice_receivers(t->core, tell, &telling);
	}
	buf_free(&form);
	return r;
}
