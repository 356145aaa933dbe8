#include "core/fiche_answer.h"

#include <string.h>

#include "core/fiche_objection.h"
#include "core/fiche_order.h"
#include "core/inform.h"
#include "core/opening.h"
#include "core/refuse.h"
#include "flow/fiche_text.h"

/* ---- AKKOORD ---- */

struct search {
	struct travel *t;
	bool found;
};

static bool
fits(struct travel *t)
{
	struct fiching *f = t->fiching;
	int64_t who = t->signer.id;

	return (fiching_is_member(f, who) &&
	    fiching_code_fits(f, who, true, t->inner.code)) ||
	    (fiching_is_source(f, who) &&
	    fiching_code_fits(f, who, false, t->inner.code));
}

static enum gw_err
try_one(const struct fiche *row, void *arg)
{
	struct search *s = arg;
	enum gw_err r;

	if (s->found)
		return GW_OK;
	r = fiching_load(s->t->fiching, row->ref);
	if (r == GW_OK)
		s->found = fits(s->t);
	if (s->found)
		memcpy(s->t->ref, row->ref, sizeof(s->t->ref));
	return r == GW_MISSING ? GW_OK : r;
}

/* By the reference; where a program kept none, the code says which it is, or
 * that it is about no fiche. */
static enum gw_err
find_by_code(struct travel *t, bool *there)
{
	struct search s = { t, false };
	enum gw_err r;

	if (t->ref[0] != '\0')
		return fiche_find(t, there);
	r = fiching_new(t->core, &t->fiching);
	if (r == GW_OK)
		r = fiche_each(t->core->store, try_one, &s);
	*there = s.found;
	return r == GW_OK && !s.found ? inform_by_code(t) : r;
}

/* What is signed must say all of it: the code of this person for this round,
 * the attestation, the digest of this text (R94, R98). */
static enum reason
check_approval(const struct travel *t, bool member)
{
	const struct fiching *f = t->fiching;
	char digest[HASH_HEX + 1];

	crypto_hex(f->digest, digest);
	if (!fiching_code_fits(f, t->signer.id, member, t->inner.code) ||
	    strcmp(t->inner.digest, digest) != 0)
		return REASON_WRONG_CODE;
	/* In whose hands a key was while it was suspended or out of date nobody
	 * knows: it takes a new yes (R91). */
	if (t->again)
		return REASON_WRONG_STATE;
	/* Whoever checks the bundle reads the plain text. */
	if ((t->inner.flags & MAIL_HTML_ONLY) != 0 ||
	    (member && t->inner.attested == 0))
		return REASON_UNREADABLE_ANSWER;
	return REASON_OK;
}

/* A member's yes is kept as proof. What cannot be one, being too large or in an
 * order of packets that others do not read, is told now, and not when all the
 * others have agreed. */
static enum gw_err
agree(struct travel *t)
{
	enum gw_err r = way_as_signed(t, &t->fiching->proof);

	if (r == GW_DENIED || r == GW_LIMIT) {
		t->told = "akkoord-mail";
		return refuse(t, REASON_UNREADABLE_ANSWER);
	}
	t->fiching->approver = t->signer.id;
	return fiche_settle(t, r, "akkoord");
}

static enum gw_err
approve(struct travel *t)
{
	struct fiche_act act = { .person = t->signer.id };
	struct fiching *f;
	enum reason reason;
	enum gw_err r;
	bool there, member;

	r = find_by_code(t, &there);
	if (r != GW_OK || !there)
		return r;
	f = t->fiching;
	member = fiching_is_member(f, t->signer.id);
	if (!member && !fiching_is_source(f, t->signer.id))
		return refuse(t, REASON_UNKNOWN_REFERENCE);
	reason = check_approval(t, member);
	if (reason != REASON_OK)
		return refuse(t, reason);
	/* Whose key had been lost has one that counts: it signed this. */
	act.event = FICHE_EV_KEY_BACK;
	r = member ? fiching_act(f, &act) : GW_OK;
	act.event = member ? FICHE_EV_APPROVE : FICHE_EV_CONSENT;
	act.version = f->head.version;
	act.digest = f->digest;
	if (r == GW_OK)
		r = fiching_act(f, &act);
	return r == GW_OK && member ? agree(t) : fiche_settle(t, r, "akkoord");
}

/* ---- BEZWAAR, INTREKKEN ---- */

/* What is to be struck: the owner of an element was shown no other (R72). */
static uint32_t
named_elements(const struct travel *t, bool member)
{
	uint32_t all = (UINT32_C(2) << FICHE_LAST) - 1;

	return t->inner.fields & (member ? all :
	    fiche_owned(&t->fiching->content, t->signer.address));
}

static enum gw_err
object(struct travel *t)
{
	struct fiche_act act = { .person = t->signer.id };
	char words[LIM_WORDS + 1];
	struct fiching *f;
	enum gw_err r;
	bool there, member;

	r = fiche_find(t, &there);
	if (r != GW_OK || !there)
		return r;
	f = t->fiching;
	member = fiching_is_member(f, t->signer.id);
	act.event = member ? FICHE_EV_OBJECT : FICHE_EV_REFUSE;
	r = fiching_act(f, &act);
	travel_words(t, words);
	if (r == GW_OK)
		r = fiche_tell_objection(&t->posts, f, &t->signer,
		    named_elements(t, member), words);
	crypto_wipe(words, sizeof(words));
	return fiche_settle(t, r, "bezwaar");
}

static enum gw_err
take_back(struct travel *t)
{
	struct fiche_act act = { .event = FICHE_EV_WITHDRAW,
		.person = t->signer.id };
	enum gw_err r;
	bool there;

	r = fiche_find(t, &there);
	if (r != GW_OK || !there)
		return r;
	r = fiching_act(t->fiching, &act);
	if (r == GW_OK)
		r = fiche_tell_objection(&t->posts, t->fiching, &t->signer, 0,
		    "");
	return fiche_settle(t, r, "ingetrokken");
}

enum gw_err
fiche_answer(struct travel *t)
{
	/* Whose mail it was would say who took part, and who said what
	 * (R100, design.md 7). */
	t->unnamed = true;
	switch ((enum verb)t->inner.verb) {
	case VERB_APPROVE:
		return approve(t);
	case VERB_OBJECT:
		return object(t);
	case VERB_WITHDRAW:
		return take_back(t);
	default:
		return GW_INTERNAL;
	}
}
