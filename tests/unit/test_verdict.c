/*
 * The truth tables of keys/verdict.c: each row is a rule, and then every
 * combination of facts against the rule said in one sentence.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "keys/verdict.h"

#define NOW	1795000000
#define SOON	(NOW + SIG_FUTURE_LEEWAY)

/* ---- one signature ---- */

struct sig_row {
	const char *name;
	struct sig_facts f;
	enum reason reason;
};

static const struct sig_row sig_rows[] = {
	/*  engine, encrypted, signatures, status, wrong usage, strong hash,
	 *  strong key, pinned, made, now */
	{ "all is well", { ENGINE_OK, true, 1, SIG_GOOD, false, true, true,
	    true, NOW, NOW }, REASON_OK },
	{ "detached, all is well", { ENGINE_OK, false, 1, SIG_GOOD, false,
	    true, true, true, NOW, NOW }, REASON_OK },
	{ "made as late as clocks may differ", { ENGINE_OK, true, 1, SIG_GOOD,
	    false, true, true, true, SOON, NOW }, REASON_OK },

	/* The engine's word comes first, whatever it says of signatures: a
	 * good one beside an error is how F1 and T6 look. */
	{ "T6: no integrity", { ENGINE_NO_INTEGRITY, true, 1, SIG_GOOD, false,
	    true, true, true, NOW, NOW }, REASON_NO_INTEGRITY },
	{ "not our key", { ENGINE_NO_KEY, true, 1, SIG_GOOD, false, true,
	    true, true, NOW, NOW }, REASON_DECRYPT_FAILED },
	{ "detached, no key", { ENGINE_NO_KEY, false, 1, SIG_GOOD, false,
	    true, true, true, NOW, NOW }, REASON_UNKNOWN_KEY },
	{ "T26: stopped by a limit", { ENGINE_LIMIT, true, 1, SIG_GOOD, false,
	    true, true, true, NOW, NOW }, REASON_BOMB },
	{ "unsupported", { ENGINE_UNSUPPORTED, true, 1, SIG_GOOD, false, true,
	    true, true, NOW, NOW }, REASON_UNSUPPORTED_ALGORITHM },
	{ "F8: any other error", { ENGINE_FAILED, true, 1, SIG_GOOD, false,
	    true, true, true, NOW, NOW }, REASON_DECRYPT_FAILED },
	{ "detached, any other error", { ENGINE_FAILED, false, 1, SIG_GOOD,
	    false, true, true, true, NOW, NOW }, REASON_BAD_SIGNATURE },

	{ "a result that nobody defined", { (enum engine_result)99, true, 1,
	    SIG_GOOD, false, true, true, true, NOW, NOW },
	    REASON_DECRYPT_FAILED },

	/* How many. */
	{ "F3, F7: none", { ENGINE_OK, true, 0, SIG_GOOD, false, true, true,
	    true, NOW, NOW }, REASON_NOT_SIGNED },
	{ "F4: two, the first good", { ENGINE_OK, true, 2, SIG_GOOD, false,
	    true, true, true, NOW, NOW }, REASON_SEVERAL_SIGNATURES },
	{ "F4: two, the first bad", { ENGINE_OK, true, 2, SIG_BAD, false, true,
	    true, true, NOW, NOW }, REASON_SEVERAL_SIGNATURES },

	/* Its status, T30. */
	{ "bad", { ENGINE_OK, true, 1, SIG_BAD, false, true, true, true, NOW,
	    NOW }, REASON_BAD_SIGNATURE },
	{ "in error", { ENGINE_OK, true, 1, SIG_ERROR, false, true, true, true,
	    NOW, NOW }, REASON_BAD_SIGNATURE },
	{ "of a key that nobody knows", { ENGINE_OK, true, 1, SIG_NO_KEY,
	    false, true, true, true, NOW, NOW }, REASON_UNKNOWN_KEY },
	{ "of an expired key", { ENGINE_OK, true, 1, SIG_KEY_EXPIRED, false,
	    true, true, true, NOW, NOW }, REASON_EXPIRED_KEY },
	{ "of a revoked key", { ENGINE_OK, true, 1, SIG_KEY_REVOKED, false,
	    true, true, true, NOW, NOW }, REASON_REVOKED_KEY },
	{ "expired itself", { ENGINE_OK, true, 1, SIG_EXPIRED, false, true,
	    true, true, NOW, NOW }, REASON_EXPIRED_SIGNATURE },
	{ "weak by the engine's own measure", { ENGINE_OK, true, 1, SIG_WEAK,
	    false, true, true, true, NOW, NOW }, REASON_WEAK_ALGORITHM },

	{ "a status that nobody defined", { ENGINE_OK, true, 1,
	    (enum sig_status)99, false, true, true, true, NOW, NOW },
	    REASON_BAD_SIGNATURE },

	/* What a good one must be besides. */
	{ "by a key not meant to sign", { ENGINE_OK, true, 1, SIG_GOOD, true,
	    true, true, true, NOW, NOW }, REASON_BAD_SIGNATURE },
	{ "F2, T31: SHA-1", { ENGINE_OK, true, 1, SIG_GOOD, false, false, true,
	    true, NOW, NOW }, REASON_WEAK_ALGORITHM },
	{ "T31: RSA 1024", { ENGINE_OK, true, 1, SIG_GOOD, false, true, false,
	    true, NOW, NOW }, REASON_WEAK_ALGORITHM },
	{ "from the future", { ENGINE_OK, true, 1, SIG_GOOD, false, true, true,
	    true, SOON + 1, NOW }, REASON_EXPIRED_SIGNATURE },
	{ "T4: not pinned", { ENGINE_OK, true, 1, SIG_GOOD, false, true, true,
	    false, NOW, NOW }, REASON_UNKNOWN_KEY },
};

static void
each_rule_of_a_signature(void **state)
{
	const struct sig_row *row;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(sig_rows) / sizeof(sig_rows[0]); i++) {
		row = &sig_rows[i];
		if (verdict_signature(&row->f) != row->reason)
			fail_msg("%s: %s", row->name,
			    reason_name(verdict_signature(&row->f)));
	}
}

/* The facts of combination `n`; every one of them comes up. */
#define SIG_COMBINATIONS (6u * 8u * 3u * 64u)

static struct sig_facts
sig_combination(unsigned n)
{
	struct sig_facts f = { .now = NOW };

	f.engine = (enum engine_result)(n % 6);
	n /= 6;
	f.status = (enum sig_status)(n % 8);
	n /= 8;
	f.signatures = n % 3;
	n /= 3;
	f.encrypted = n & 1;
	f.wrong_usage = n & 2;
	f.strong_hash = n & 4;
	f.strong_key = n & 8;
	f.pinned = n & 16;
	f.made = n & 32 ? SOON + 1 : SOON;
	return f;
}

static void
nothing_else_is_a_signature(void **state)
{
	struct sig_facts f;
	enum reason r;
	unsigned n, good = 0;
	bool whole;

	(void)state;
	for (n = 0; n < SIG_COMBINATIONS; n++) {
		f = sig_combination(n);
		whole = f.engine == ENGINE_OK;
		r = verdict_signature(&f);
		/* One good signature by a strong pinned key, and no error. */
		assert_int_equal(r == REASON_OK, whole && f.signatures == 1 &&
		    f.status == SIG_GOOD && !f.wrong_usage && f.strong_hash &&
		    f.strong_key && f.pinned && f.made <= SOON);
		/* Plaintext that may be looked at: whole, and not signed. */
		assert_int_equal(r == REASON_NOT_SIGNED,
		    whole && f.signatures == 0);
		good += r == REASON_OK;
	}
	assert_int_equal(good, 2);
}

/* What may leave keys: for all reasons there are. */
static void
plaintext_leaves_by_four_reasons_only(void **state)
{
	static const enum reason always[] = { REASON_OK, REASON_NOT_SIGNED };
	static const enum reason strange[] = { REASON_UNKNOWN_KEY,
	    REASON_EXPIRED_KEY };
	bool a, s;
	int r;

	(void)state;
	for (r = -1; r <= REASON_MAX; r++) {
		a = r == (int)always[0] || r == (int)always[1];
		s = a || r == (int)strange[0] || r == (int)strange[1];
		assert_false(verdict_releases((enum reason)r, false, false));
		assert_false(verdict_releases((enum reason)r, false, true));
		assert_int_equal(verdict_releases((enum reason)r, true, false),
		    a);
		assert_int_equal(verdict_releases((enum reason)r, true, true),
		    s);
	}
}

/* ---- one mail ---- */

struct mail_row {
	const char *name;
	struct mail_facts f;
	enum verdict_code code;
	enum reason reason;
};

/* What was found outside of an ordinary mail, and before its opening. */
#define PGP	STRUCTURE_PGP_MIME, REASON_OK, 0, false, false, false
/* Both accepted shapes, opened. */
#define COMBINED REASON_OK, STRUCTURE_PLAIN, REASON_OK
#define INSIDE	REASON_NOT_SIGNED, STRUCTURE_SIGNED, REASON_OK
/* The rest where it was not opened. */
#define CLOSED	REASON_OK, STRUCTURE_PLAIN, REASON_OK, 0, false, REASON_OK, \
		ENROLLED_NOT, false, false, false
/* And when all of it is right. */
#define RIGHT	ENROLLED_ACTIVE, true, true, false

static const struct mail_row mail_rows[] = {
	/* outer: structure, reason, flags, too big, ours, From enrolled;
	 * opened, inner: structure, reason, flags, combined, verified;
	 * signer, From is the signer's, outer From too, replay */
	{ "RFC 3156 6.2: combined", { PGP, COMBINED, 0, true, REASON_OK,
	    RIGHT }, VERDICT_ACCEPTED, REASON_OK },
	{ "RFC 3156 6.1: signed inside", { PGP, INSIDE, 0, true, REASON_OK,
	    RIGHT }, VERDICT_ACCEPTED, REASON_OK },
	{ "for us by its To", { PGP, COMBINED, MAIL_FROM | MAIL_TO_US, true,
	    REASON_OK, RIGHT }, VERDICT_ACCEPTED, REASON_OK },
	{ "for us by its line Aan", { PGP, COMBINED, MAIL_AAN_US, true,
	    REASON_OK, RIGHT }, VERDICT_ACCEPTED, REASON_OK },
	{ "HTML only: another matter", { PGP, COMBINED, MAIL_HTML_ONLY, true,
	    REASON_OK, RIGHT }, VERDICT_ACCEPTED, REASON_OK },

	/* Outside, T23 to T25: a machine gets no answer, ever. */
	{ "too big", { STRUCTURE_PGP_MIME, REASON_OK, 0, true, false, true,
	    CLOSED }, VERDICT_IGNORED, REASON_TOO_BIG },
	{ "T24: a DSN for our mail", { STRUCTURE_DSN, REASON_OK, 0, false,
	    true, false, CLOSED }, VERDICT_TRANSPORT, REASON_OK },
	{ "T24: a DSN for another's", { STRUCTURE_DSN, REASON_OK,
	    MAIL_NULL_PATH, false, false, false, CLOSED }, VERDICT_IGNORED,
	    REASON_AUTO_REPLY },
	{ "T23: our own loop header", { STRUCTURE_PGP_MIME, REASON_OK,
	    MAIL_LOOP, false, false, true, CLOSED }, VERDICT_IGNORED,
	    REASON_LOOP },
	{ "T25: an automatic answer", { STRUCTURE_AUTO, REASON_OK, 0, false,
	    false, true, CLOSED }, VERDICT_IGNORED, REASON_AUTO_REPLY },
	{ "Auto-Submitted, though encrypted", { STRUCTURE_PGP_MIME, REASON_OK,
	    MAIL_AUTO, false, false, true, CLOSED }, VERDICT_IGNORED,
	    REASON_AUTO_REPLY },
	{ "list mail, though encrypted", { STRUCTURE_PGP_MIME, REASON_OK,
	    MAIL_LIST, false, false, true, CLOSED }, VERDICT_IGNORED,
	    REASON_AUTO_REPLY },
	{ "null path, in clear, enrolled", { STRUCTURE_CLEAR, REASON_OK,
	    MAIL_NULL_PATH, false, false, true, CLOSED }, VERDICT_IGNORED,
	    REASON_AUTO_REPLY },
	{ "MDN", { STRUCTURE_CLEAR, REASON_OK, MAIL_MDN, false, false, true,
	    CLOSED }, VERDICT_IGNORED, REASON_AUTO_REPLY },
	{ "S/MIME", { STRUCTURE_SMIME_ENVELOPED, REASON_OK, 0, false, false,
	    true, CLOSED }, VERDICT_QUARANTINED,
	    REASON_UNSUPPORTED_ALGORITHM },
	{ "T16: inline PGP", { STRUCTURE_CLEAR, REASON_OK, MAIL_INLINE, false,
	    false, true, CLOSED }, VERDICT_QUARANTINED,
	    REASON_BAD_STRUCTURE },
	{ "in clear, of an enrolled address", { STRUCTURE_CLEAR, REASON_OK, 0,
	    false, false, true, CLOSED }, VERDICT_REFUSED,
	    REASON_NOT_ENCRYPTED },
	{ "in clear, of a stranger", { STRUCTURE_CLEAR, REASON_OK, 0, false,
	    false, false, CLOSED }, VERDICT_IGNORED, REASON_NOT_ENCRYPTED },
	{ "T17, T28: malformed", { STRUCTURE_MALFORMED, REASON_OK, 0, false,
	    false, true, CLOSED }, VERDICT_QUARANTINED, REASON_MALFORMED },
	{ "T27: too deep", { STRUCTURE_MALFORMED, REASON_TOO_DEEP, 0, false,
	    false, true, CLOSED }, VERDICT_QUARANTINED, REASON_TOO_DEEP },
	{ "T2: an inner structure outside", { STRUCTURE_SIGNED, REASON_OK, 0,
	    false, false, true, CLOSED }, VERDICT_QUARANTINED,
	    REASON_MALFORMED },

	/* The signature. */
	{ "keys refused", { PGP, REASON_EXPIRED_KEY, STRUCTURE_PLAIN,
	    REASON_OK, 0, true, REASON_OK, RIGHT }, VERDICT_QUARANTINED,
	    REASON_EXPIRED_KEY },
	{ "keys refused, though signed inside", { PGP, REASON_DECRYPT_FAILED,
	    STRUCTURE_SIGNED, REASON_OK, 0, true, REASON_OK, RIGHT },
	    VERDICT_QUARANTINED, REASON_DECRYPT_FAILED },
	{ "malformed inside", { PGP, REASON_OK, STRUCTURE_PLAIN,
	    REASON_MALFORMED, 0, true, REASON_OK, RIGHT },
	    VERDICT_QUARANTINED, REASON_MALFORMED },
	{ "F8: encrypted inside", { PGP, COMBINED, MAIL_ENCRYPTED, true,
	    REASON_OK, RIGHT }, VERDICT_QUARANTINED, REASON_BAD_STRUCTURE },
	{ "signed twice over", { PGP, REASON_OK, STRUCTURE_SIGNED, REASON_OK,
	    0, true, REASON_OK, RIGHT }, VERDICT_QUARANTINED,
	    REASON_SEVERAL_SIGNATURES },
	{ "T15: signed, but not as one message", { PGP, COMBINED, 0, false,
	    REASON_OK, RIGHT }, VERDICT_QUARANTINED, REASON_BAD_STRUCTURE },
	{ "something else inside", { PGP, REASON_OK, STRUCTURE_CLEAR,
	    REASON_OK, 0, true, REASON_OK, RIGHT }, VERDICT_QUARANTINED,
	    REASON_BAD_STRUCTURE },
	{ "F7: not signed", { PGP, REASON_NOT_SIGNED, STRUCTURE_PLAIN,
	    REASON_OK, 0, true, REASON_OK, RIGHT }, VERDICT_QUARANTINED,
	    REASON_NOT_SIGNED },
	{ "the signature inside is bad", { PGP, INSIDE, 0, true,
	    REASON_BAD_SIGNATURE, RIGHT }, VERDICT_QUARANTINED,
	    REASON_BAD_SIGNATURE },

	/* Who, T4. */
	{ "signed by nobody of ours", { PGP, COMBINED, 0, true, REASON_OK,
	    ENROLLED_NOT, true, true, false }, VERDICT_QUARANTINED,
	    REASON_UNKNOWN_KEY },
	{ "signed by one suspended", { PGP, COMBINED, 0, true, REASON_OK,
	    ENROLLED_SUSPENDED, true, true, false }, VERDICT_QUARANTINED,
	    REASON_UNKNOWN_KEY },
	{ "From is another", { PGP, COMBINED, 0, true, REASON_OK,
	    ENROLLED_ACTIVE, false, true, false }, VERDICT_QUARANTINED,
	    REASON_SENDER_MISMATCH },
	{ "T14: the outer From is another", { PGP, COMBINED, 0, true,
	    REASON_OK, ENROLLED_ACTIVE, true, false, false },
	    VERDICT_QUARANTINED, REASON_SENDER_MISMATCH },

	/* From here on the sender is known: refused, and told so. */
	{ "T13: replay", { PGP, COMBINED, 0, true, REASON_OK, ENROLLED_ACTIVE,
	    true, true, true }, VERDICT_REFUSED, REASON_REPLAY },
	{ "T12: signed to practise, sent on", { PGP, COMBINED,
	    MAIL_TO_PRACTICE, true, REASON_OK, RIGHT }, VERDICT_REFUSED,
	    REASON_WRONG_RECIPIENT },
	{ "T12: the same by a line", { PGP, COMBINED, MAIL_AAN_PRACTICE, true,
	    REASON_OK, RIGHT }, VERDICT_REFUSED, REASON_WRONG_RECIPIENT },
	{ "both addresses", { PGP, COMBINED, MAIL_TO_PRACTICE | MAIL_TO_US,
	    true, REASON_OK, RIGHT }, VERDICT_ACCEPTED, REASON_OK },
	{ "T12: To somebody else", { PGP, COMBINED, MAIL_TO_OTHER, true,
	    REASON_OK, RIGHT }, VERDICT_REFUSED, REASON_WRONG_RECIPIENT },
	{ "T12: To somebody else, Aan us", { PGP, COMBINED,
	    MAIL_TO_OTHER | MAIL_AAN_US, true, REASON_OK, RIGHT },
	    VERDICT_REFUSED, REASON_WRONG_RECIPIENT },
	{ "T12: Aan somebody else", { PGP, COMBINED, MAIL_AAN_OTHER, true,
	    REASON_OK, RIGHT }, VERDICT_REFUSED, REASON_WRONG_RECIPIENT },
	{ "T12: To us, a quoted Aan", { PGP, COMBINED,
	    MAIL_TO_US | MAIL_AAN_OTHER, true, REASON_OK, RIGHT },
	    VERDICT_ACCEPTED, REASON_OK },
	{ "R85: classified", { PGP, COMBINED, MAIL_CLASSIFIED, true,
	    REASON_OK, RIGHT }, VERDICT_REFUSED, REASON_CLASSIFIED },
	{ "R15: a forbidden attachment", { PGP, COMBINED, MAIL_FORBIDDEN,
	    true, REASON_OK, RIGHT }, VERDICT_REFUSED,
	    REASON_BAD_STRUCTURE },
};

static void
each_rule_of_a_mail(void **state)
{
	const struct mail_row *row;
	struct verdict v;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(mail_rows) / sizeof(mail_rows[0]); i++) {
		row = &mail_rows[i];
		v = verdict_mail(&row->f);
		if (v.code != row->code || v.reason != row->reason)
			fail_msg("%s: %s, %s", row->name,
			    verdict_name(v.code), reason_name(v.reason));
	}
}

/*
 * Combinations of what can let a mail in by mistake. Inside, each flag stands
 * alone or beside none: they are bits of one test each.
 */
static const uint32_t outer_flags[] = { 0, MAIL_AUTO, MAIL_LIST, MAIL_LOOP,
	MAIL_NULL_PATH, MAIL_MDN, MAIL_INLINE };
static const uint32_t inner_flags[] = { 0, MAIL_ENCRYPTED, MAIL_TO_OTHER,
	MAIL_AAN_OTHER, MAIL_CLASSIFIED, MAIL_FORBIDDEN, MAIL_TO_PRACTICE,
	MAIL_AAN_PRACTICE };
static const enum reason openeds[] = { REASON_OK, REASON_NOT_SIGNED,
	REASON_BAD_SIGNATURE };

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define MAIL_COMBINATIONS (STRUCTURE_MAX * N(outer_flags) * N(openeds) * \
	STRUCTURE_MAX * N(inner_flags) * 3 * 256)

static struct mail_facts
mail_combination(size_t n)
{
	struct mail_facts f = { .outer_reason = REASON_OK };

	f.outer = (enum structure)(n % STRUCTURE_MAX);
	n /= STRUCTURE_MAX;
	f.outer_flags = outer_flags[n % N(outer_flags)];
	n /= N(outer_flags);
	f.opened = openeds[n % N(openeds)];
	n /= N(openeds);
	f.inner = (enum structure)(n % STRUCTURE_MAX);
	n /= STRUCTURE_MAX;
	f.inner_flags = inner_flags[n % N(inner_flags)];
	n /= N(inner_flags);
	f.signer = (enum standing)(n % 3);
	n /= 3;
	f.too_big = n & 1;
	f.inner_reason = n & 2 ? REASON_MALFORMED : REASON_OK;
	f.combined = n & 4;
	f.verified = n & 8 ? REASON_BAD_SIGNATURE : REASON_OK;
	f.from_is_signer = n & 16;
	f.outer_from_is_signer = n & 32;
	f.replay = n & 64;
	f.outer_from_enrolled = n & 128;
	return f;
}

/* design.md 3.4 in one expression. */
static bool
may_come_in(const struct mail_facts *f)
{
	bool by_one = (f->opened == REASON_OK && f->combined &&
	    f->inner == STRUCTURE_PLAIN) ||
	    (f->opened == REASON_NOT_SIGNED && f->inner == STRUCTURE_SIGNED &&
	    f->verified == REASON_OK);

	return f->outer == STRUCTURE_PGP_MIME && !f->too_big &&
	    (f->outer_flags & ~(uint32_t)MAIL_INLINE) == 0 && by_one &&
	    f->inner_reason == REASON_OK && f->inner_flags == 0 &&
	    f->signer == ENROLLED_ACTIVE && f->from_is_signer &&
	    f->outer_from_is_signer && !f->replay;
}

static void
nothing_else_comes_in(void **state)
{
	struct mail_facts f;
	struct verdict v;
	size_t n, accepted = 0;

	(void)state;
	for (n = 0; n < MAIL_COMBINATIONS; n++) {
		f = mail_combination(n);
		v = verdict_mail(&f);
		if ((v.code == VERDICT_ACCEPTED) != may_come_in(&f))
			fail_msg("combination %zu: %s", n,
			    verdict_name(v.code));
		if ((v.code == VERDICT_ACCEPTED) != (v.reason == REASON_OK) &&
		    v.code != VERDICT_TRANSPORT)
			fail_msg("combination %zu: %s", n,
			    reason_name(v.reason));
		accepted += v.code == VERDICT_ACCEPTED;
	}
	assert_true(accepted > 0);
}

static void
only_envelopes_are_opened(void **state)
{
	struct mail_facts f;
	size_t n;

	(void)state;
	for (n = 0; n < MAIL_COMBINATIONS; n += 7) {
		f = mail_combination(n);
		assert_int_equal(verdict_wants_opening(&f),
		    f.outer == STRUCTURE_PGP_MIME && !f.too_big &&
		    (f.outer_flags & ~(uint32_t)MAIL_INLINE) == 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_of_a_signature),
		cmocka_unit_test(nothing_else_is_a_signature),
		cmocka_unit_test(plaintext_leaves_by_four_reasons_only),
		cmocka_unit_test(each_rule_of_a_mail),
		cmocka_unit_test(nothing_else_comes_in),
		cmocka_unit_test(only_envelopes_are_opened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
