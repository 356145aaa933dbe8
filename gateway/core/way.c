#include "core/way.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "core/codes.h"
#include "core/convene.h"
#include "core/fiching.h"
#include "core/forward.h"
#include "core/opening.h"
#include "core/outcome.h"
#include "core/peers.h"
#include "core/practice.h"
#include "core/stranger.h"
#include "core/term.h"

/* ---- received ---- */

/* Knows the mail again by its bytes, and counts attempts (T43). */
static enum gw_err
received(struct travel *t)
{
	unsigned tries = 0;
	struct mail before;
	enum gw_err r;

	r = memfd_map(t->raw, LIM_MAIL_BYTES, &t->map);
	if (r != GW_OK)
		return r;
	ref_new('M', t->mail.id);
	t->mail.received = t->now;
	crypto_sha256(t->map.p, t->map.len, t->mail.digest);
	if (t->core->store == NULL)
		return GW_OK;
	r = mail_by_digest(t->core->store, t->mail.digest, &before);
	if (r == GW_OK) {
		t->seen = true;
		if (!t->dry)
			t->mail = before;
	}
	if (r != GW_MISSING)
		return r;
	if (t->dry)
		return GW_OK;
	r = mail_try(t->core->store, t->mail.digest, &tries);
	t->worn_out = r == GW_OK && tries > LIM_TRIES;
	return r;
}

/* ---- judged, routed ---- */

static enum gw_err
judged(struct travel *t)
{
	t->practice = practice_is_meant(t);
	if (t->practice)
		t->facts.inner_flags &= ~(uint32_t)(MAIL_TO_PRACTICE |
		    MAIL_AAN_PRACTICE);
	t->verdict = verdict_mail(&t->facts);
	if (t->verdict.code != VERDICT_QUARANTINED || t->dry || t->again ||
	    t->core->store == NULL || stranger_is_one_too_many(t))
		return GW_OK;
	return stranger_look(t);
}

static void
refer_to(struct travel *t, const char *ref, bool binding)
{
	if (ref[0] == '\0')
		return;
	if (t->ref[0] == '\0' && binding)
		memcpy(t->ref, ref, sizeof(t->ref));
	else if (t->ref[0] != '\0' && strcmp(t->ref, ref) != 0)
		t->clash = true;
}

static void
refer_to_thread(struct travel *t, const char *message_id, bool binding)
{
	struct outbox row;

	if (message_id[0] != '\0' && outbox_by_message_id(t->core->store,
	    message_id, &row) == GW_OK)
		refer_to(t, row.ref, binding);
}

static void
refer_to_invitation(struct travel *t, const char *uid)
{
	struct invitation i;

	if (uid[0] != '\0' && invitation_by_uid(t->core->store, uid, &i) ==
	    GW_OK)
		refer_to(t, i.ref, true);
}

/* What the mail is about. All that it names must agree (design.md 6); what
 * stands outside the signature may contradict and no more (T12). */
static void
find_reference(struct travel *t)
{
	refer_to(t, t->inner.ref, true);
	refer_to(t, t->inner.subject_ref, true);
	refer_to(t, t->inner.quoted_ref, true);
	/* Who manages a case names no meeting. */
	if (t->ref[0] == '\0' && t->inner.verb == VERB_ACTION)
		refer_to(t, t->inner.case_ref, true);
	if (t->core->store == NULL)
		return;
	refer_to_invitation(t, t->inner.uid);
	refer_to_thread(t, t->inner.answers, true);
	refer_to_thread(t, t->outer.answers, false);
}

/* Closed by default: what the role may not send is refused (design.md 5). */
static enum reason
route(struct travel *t)
{
	struct order order = { (enum answer)t->inner.answer,
		(enum verb)t->inner.verb, t->ref[0] };

	if (t->inner.answer >= ANSWER_MAX || t->inner.verb >= VERB_MAX)
		return REASON_UNREADABLE_ANSWER;
	/* A newcomer may prove the key, and nothing else yet; whoever renews
	 * it goes on as before. */
	if (t->proof.ref[0] != '\0' && order.answer == ANSWER_CLEAR &&
	    order.verb == VERB_CONFIRM && (t->proving ||
	    code_fits_enrolment(&t->proof, 0, t->inner.code))) {
		t->document = DOCUMENT_PROOF;
		return REASON_OK;
	}
	if (t->proving)
		return REASON_UNKNOWN_KEY;
	return route_document(t->signer.role, &order, &t->document);
}

static enum gw_err
routed(struct travel *t)
{
	enum reason reason;

	t->document = DOCUMENT_MAX;
	find_reference(t);
	/* A machine's mail is never answered, wherever it goes. */
	if (t->verdict.code == VERDICT_IGNORED ||
	    t->verdict.code == VERDICT_TRANSPORT)
		t->practice = false;
	if (t->practice) {
		practice_judge(t);
	} else if (t->verdict.code == VERDICT_ACCEPTED) {
		reason = t->clash ? REASON_REFERENCE_MISMATCH : route(t);
		if (reason == REASON_UNKNOWN_KEY)
			t->verdict.code = VERDICT_QUARANTINED;
		else if (reason != REASON_OK)
			t->verdict.code = VERDICT_REFUSED;
		t->verdict.reason = reason;
	}
	t->mail.verdict = t->verdict.code;
	t->mail.reason = t->verdict.reason;
	return GW_OK;
}

void
travel_words(const struct travel *t, char out[LIM_WORDS + 1])
{
	struct span w = t->inner.words;
	size_t n = w.len <= LIM_WORDS ? (size_t)w.len : 0;

	if (n > 0)
		memcpy(out, t->aside + w.off, n);
	out[n] = '\0';
}

/* ---- the whole story ---- */

static void
travel_begin(struct travel *t, struct core *c, int raw)
{
	memset(t, 0, sizeof(*t));
	t->core = c;
	t->raw = raw;
	t->decoded = t->plain = t->key = -1;
	t->map = t->open = (struct map){ (const uint8_t *)"", 0 };
	t->now = core_now(c);
	t->lost_before = c->lost;
	posts_begin(&t->posts, c, t->now, c->conf->dry);
}

void
travel_end(struct travel *t)
{
	struct msg m;

	posts_end(&t->posts);
	convene_end(t->convening);
	t->convening = NULL;
	fiching_free(t->fiching);
	t->fiching = NULL;
	term_free(t->term);
	t->term = NULL;
	if (t->aside != NULL)
		crypto_wipe(t->aside, t->aside_len);
	free(t->aside);
	t->aside = NULL;
	memfd_unmap(&t->open);
	memfd_unmap(&t->map);
	if (t->plain >= 0)
		close(t->plain);
	if (t->decoded >= 0)
		close(t->decoded);
	if (t->key >= 0)
		close(t->key);
	if (t->opened_id == 0)
		return;
	msg_init(&m, MSG_wipe);
	m.u.wipe.id = t->opened_id;
	peers_tell(t->core, ROLE_KEYS, &m);
	t->opened_id = 0;
}

/* T43: what time does not mend is the mail's fault, or that of what it is
 * about. */
static bool
is_blameless(const struct travel *t, enum gw_err r)
{
	return (gw_passes(r) || r == GW_NOMEM || r == GW_IO) && !t->crashed &&
	    t->lost_before == t->core->lost;
}

static enum fate
fate_of(enum verdict_code v)
{
	return v == VERDICT_IGNORED ? FATE_SIDE : FATE_GONE;
}

static void
report(const struct travel *t, int64_t began)
{
	log_event(LOG_INFO, "mail", "id=%s verdict=%s reason=%s structure=%s "
	    "bytes=%llu ms=%lld%s%s", t->mail.id,
	    verdict_name(t->mail.verdict), reason_name(t->mail.reason),
	    structure_name(t->mail.structure),
	    (unsigned long long)t->mail.size,
	    (long long)(clock_mono_ms() - began),
	    t->mail.ref[0] != '\0' ? " ref=" : "", t->mail.ref);
}

/* From bytes to what was written, in the clear. */
static enum gw_err
opened(struct travel *t)
{
	enum gw_err r = way_parsed(t);

	return r == GW_OK ? way_unwrapped(t) : r;
}

/* And on to what it is and where it goes. */
static enum gw_err
understood(struct travel *t)
{
	enum gw_err r = opened(t);

	if (r == GW_OK)
		r = judged(t);
	return r == GW_OK ? routed(t) : r;
}

/* From bytes to the committed outcome. */
static enum gw_err
go(struct travel *t)
{
	enum gw_err r;

	r = understood(t);
	/* It waits on: nothing is new. */
	if (r == GW_OK && t->again && t->verdict.code == VERDICT_QUARANTINED)
		return GW_OK;
	if (r == GW_OK)
		r = outcome_step(t);
	if (r == GW_OK)
		r = forward_seal(t);
	if (r == GW_OK)
		r = outcome_commit(t);
	if (r != GW_OK)
		forward_forget(t);
	return r;
}

enum gw_err
way_of_a_mail(struct core *c, const struct msg_mail *in, enum fate *fate)
{
	int64_t began = clock_mono_ms();
	struct travel t;
	enum gw_err r;

	*fate = FATE_KEEP;
	travel_begin(&t, c, in->raw);
	t.mail.size = in->size;
	r = received(&t);
	if (r == GW_OK && !t.seen)
		r = go(&t);
	if (r == GW_OK && !t.seen)
		report(&t, began);
	if (r == GW_OK)
		*fate = fate_of(t.mail.verdict);
	else if (is_blameless(&t, r))
		(void)mail_untry(c->store, t.mail.digest);
	travel_end(&t);
	return r;
}

enum gw_err
way_again(struct core *c, const struct mail *m, int raw)
{
	int64_t began = clock_mono_ms();
	struct travel t;
	enum gw_err r;

	travel_begin(&t, c, raw);
	t.again = true;
	t.mail = *m;
	r = memfd_map(raw, LIM_MAIL_BYTES, &t.map);
	if (r == GW_OK)
		r = go(&t);
	if (r == GW_OK)
		report(&t, began);
	travel_end(&t);
	return r;
}

enum gw_err
way_dry(struct core *c, int raw, struct travel *t)
{
	enum gw_err r;

	travel_begin(t, c, raw);
	t->dry = true;
	r = received(t);
	t->mail.size = t->map.len;
	if (r == GW_LIMIT) {
		t->facts.too_big = true;
		t->outer.structure = STRUCTURE_MALFORMED;
		return judged(t);
	}
	if (t->seen)
		t->facts.replay = true;
	if (r == GW_OK)
		r = understood(t);
	/* An order may still not fit what it is about. */
	if (r == GW_OK && t->core->store != NULL && !t->practice &&
	    t->verdict.code == VERDICT_ACCEPTED)
		r = outcome_step(t);
	return r;
}

static enum gw_err
reopen(struct core *c, int raw, enum gw_err (*open)(struct travel *),
    struct travel *t)
{
	enum gw_err r;

	travel_begin(t, c, raw);
	r = memfd_map(raw, LIM_MAIL_BYTES, &t->map);
	t->mail.size = t->map.len;
	if (r == GW_OK)
		r = open(t);
	return r;
}

/* It opened, and somebody we know signed it. */
static enum gw_err
known(const struct travel *t, enum gw_err r)
{
	return r == GW_OK && (t->plain < 0 || !t->known) ? GW_STATE : r;
}

enum gw_err
way_reopen(struct core *c, int raw, struct travel *t)
{
	return known(t, reopen(c, raw, opened, t));
}

enum gw_err
way_reopen_signed(struct core *c, int raw, struct travel *t)
{
	return known(t, reopen(c, raw, way_signed, t));
}

enum gw_err
way_reopen_stranger(struct core *c, int raw, struct travel *t)
{
	enum gw_err r = reopen(c, raw, opened, t);

	if (r != GW_OK)
		return r;
	t->verdict = verdict_mail(&t->facts);
	return stranger_look(t);
}
