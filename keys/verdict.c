#include "keys/verdict.h"

static enum reason
reason_for_engine(const struct sig_facts *f)
{
	switch (f->engine) {
	case ENGINE_OK:
		return REASON_OK;
	case ENGINE_NO_KEY:
		return f->encrypted ? REASON_DECRYPT_FAILED :
		    REASON_UNKNOWN_KEY;
	case ENGINE_NO_INTEGRITY:
		return REASON_NO_INTEGRITY;
	case ENGINE_LIMIT:
		return REASON_BOMB;
	case ENGINE_UNSUPPORTED:
		return REASON_UNSUPPORTED_ALGORITHM;
	case ENGINE_FAILED:
		break;
	}
	return f->encrypted ? REASON_DECRYPT_FAILED : REASON_BAD_SIGNATURE;
}

static enum reason
reason_for_status(enum sig_status s)
{
	switch (s) {
	case SIG_GOOD:
		return REASON_OK;
	case SIG_NO_KEY:
		return REASON_UNKNOWN_KEY;
	case SIG_KEY_EXPIRED:
		return REASON_EXPIRED_KEY;
	case SIG_KEY_REVOKED:
		return REASON_REVOKED_KEY;
	case SIG_EXPIRED:
		return REASON_EXPIRED_SIGNATURE;
	case SIG_WEAK:
		return REASON_WEAK_ALGORITHM;
	case SIG_BAD:
	case SIG_ERROR:
		break;
	}
	return REASON_BAD_SIGNATURE;
}

enum reason
verdict_signature(const struct sig_facts *f)
{
	enum reason r = reason_for_engine(f);

	if (r != REASON_OK)
		return r;
	if (f->signatures == 0)
		return REASON_NOT_SIGNED;
	if (f->signatures != 1)
		return REASON_SEVERAL_SIGNATURES;
	r = reason_for_status(f->status);
	if (r != REASON_OK)
		return r;
	if (f->wrong_usage)
		return REASON_BAD_SIGNATURE;
	if (!f->strong_hash || !f->strong_key)
		return REASON_WEAK_ALGORITHM;
	if (f->made > f->now + SIG_FUTURE_LEEWAY)
		return REASON_EXPIRED_SIGNATURE;
	if (!f->pinned)
		return REASON_UNKNOWN_KEY;
	return REASON_OK;
}

bool
verdict_releases(enum reason r, bool whole, bool stranger)
{
	if (!whole)
		return false;
	if (r == REASON_OK || r == REASON_NOT_SIGNED)
		return true;
	return stranger &&
	    (r == REASON_UNKNOWN_KEY || r == REASON_EXPIRED_KEY);
}

static struct verdict
say(enum verdict_code code, enum reason reason)
{
	return (struct verdict){ code, reason };
}

/*
 * What is not one encrypted envelope. A machine's mail is never answered,
 * whatever it contains, so it comes before all else (T23, T25).
 */
static bool
judge_outside(const struct mail_facts *f, struct verdict *v)
{
	const uint32_t machine = MAIL_AUTO | MAIL_LIST | MAIL_NULL_PATH |
	    MAIL_MDN;

	*v = say(VERDICT_IGNORED, REASON_AUTO_REPLY);
	if (f->too_big) {
		*v = say(VERDICT_IGNORED, REASON_TOO_BIG);
		return true;
	}
	if (f->outer == STRUCTURE_DSN) {
		if (f->ours)
			*v = say(VERDICT_TRANSPORT, REASON_OK);
		return true;
	}
	if (f->outer_flags & MAIL_LOOP) {
		*v = say(VERDICT_IGNORED, REASON_LOOP);
		return true;
	}
	if (f->outer == STRUCTURE_AUTO || (f->outer_flags & machine) != 0)
		return true;
	switch (f->outer) {
	case STRUCTURE_PGP_MIME:
		return false;
	case STRUCTURE_SMIME_ENVELOPED:
		*v = say(VERDICT_QUARANTINED, REASON_UNSUPPORTED_ALGORITHM);
		return true;
	case STRUCTURE_CLEAR:
		/* Inline PGP is ciphertext of a kind: a person looks at it. */
		if (f->outer_flags & MAIL_INLINE)
			*v = say(VERDICT_QUARANTINED, REASON_BAD_STRUCTURE);
		else if (f->outer_from_enrolled)
			*v = say(VERDICT_REFUSED, REASON_NOT_ENCRYPTED);
		else
			*v = say(VERDICT_IGNORED, REASON_NOT_ENCRYPTED);
		return true;
	default:
		*v = say(VERDICT_QUARANTINED, f->outer_reason == REASON_OK ?
		    REASON_MALFORMED : f->outer_reason);
		return true;
	}
}

bool
verdict_wants_opening(const struct mail_facts *f)
{
	struct verdict v;

	return !judge_outside(f, &v);
}

/* One signature over the entire payload, T2, T11, T15. */
static enum reason
judge_signature(const struct mail_facts *f)
{
	if (f->opened != REASON_OK && f->opened != REASON_NOT_SIGNED)
		return f->opened;
	if (f->inner_reason != REASON_OK)
		return f->inner_reason;
	if (f->inner_flags & MAIL_ENCRYPTED)
		return REASON_BAD_STRUCTURE;
	if (f->opened == REASON_OK) {
		/* Signed twice over is two signatures, never a better one. */
		if (f->inner == STRUCTURE_SIGNED)
			return REASON_SEVERAL_SIGNATURES;
		return f->combined && f->inner == STRUCTURE_PLAIN ?
		    REASON_OK : REASON_BAD_STRUCTURE;
	}
	if (f->inner != STRUCTURE_SIGNED)
		return REASON_NOT_SIGNED;
	return f->verified;
}

/* The protected To decides; a line "Aan:" only where there is none (T12). */
static bool
is_for_another(uint32_t flags)
{
	if (flags & MAIL_TO_OTHER)
		return true;
	/* What was signed to try us out is not to be taken for the real thing,
	 * whoever sends it on; core takes these away where it is tried out. */
	if ((flags & (MAIL_TO_PRACTICE | MAIL_AAN_PRACTICE)) != 0 &&
	    (flags & (MAIL_TO_US | MAIL_AAN_US)) == 0)
		return true;
	return (flags & MAIL_AAN_OTHER) != 0 && (flags & MAIL_TO_US) == 0;
}

struct verdict
verdict_mail(const struct mail_facts *f)
{
	struct verdict v;
	enum reason r;

	if (judge_outside(f, &v))
		return v;
	r = judge_signature(f);
	if (r != REASON_OK)
		return say(VERDICT_QUARANTINED, r);
	if (f->signer != ENROLLED_ACTIVE && f->signer != ENROLLED_PROVING)
		return say(VERDICT_QUARANTINED, REASON_UNKNOWN_KEY);
	if (!f->from_is_signer || !f->outer_from_is_signer)
		return say(VERDICT_QUARANTINED, REASON_SENDER_MISMATCH);
	if (f->replay)
		return say(VERDICT_REFUSED, REASON_REPLAY);
	if (is_for_another(f->inner_flags))
		return say(VERDICT_REFUSED, REASON_WRONG_RECIPIENT);
	if (f->inner_flags & MAIL_CLASSIFIED)
		return say(VERDICT_REFUSED, REASON_CLASSIFIED);
	if (f->inner_flags & MAIL_FORBIDDEN)
		return say(VERDICT_REFUSED, REASON_BAD_STRUCTURE);
	return say(VERDICT_ACCEPTED, REASON_OK);
}
