/*
 * The verdict on a mail: two pure functions from facts to a code. They print
 * nothing, call nothing and are proven by a truth table (tests/unit).
 *
 * verdict_signature() runs in keys, before any plaintext leaves it.
 * verdict_mail() runs in core, when the sender's address and enrolment are
 * known as well. Source: design.md 3.4, libs.md 3c, security.md T2-T18.
 */
#ifndef KEYS_VERDICT_H
#define KEYS_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/limits.h"
#include "base/reason.h"

/* What the engine said of one operation; each in our own terms. */
enum engine_result {
	ENGINE_OK,		/* no error at all */
	ENGINE_NO_KEY,		/* not encrypted to a key of ours */
	ENGINE_NO_INTEGRITY,	/* no MDC/AEAD, or it did not match */
	ENGINE_LIMIT,		/* stopped by our cap, CPU or wall limit */
	ENGINE_UNSUPPORTED,	/* an algorithm the engine does not have */
	ENGINE_FAILED		/* any other error */
};

enum sig_status {
	SIG_GOOD,
	SIG_BAD,
	SIG_NO_KEY,		/* made by a key that is not in the ring */
	SIG_KEY_EXPIRED,
	SIG_KEY_REVOKED,
	SIG_EXPIRED,		/* its own expiry passed, or made in future */
	SIG_WEAK,		/* the engine itself calls the hash too weak */
	SIG_ERROR
};

struct sig_facts {
	enum engine_result engine;
	bool encrypted;		/* a decryption took place (false: verify) */
	unsigned signatures;	/* how many the engine reported */
	enum sig_status status;	/* of the first */
	bool wrong_usage;	/* key not meant for signing */
	bool strong_hash;	/* SHA-256, SHA-384 or SHA-512 */
	bool strong_key;	/* RSA >= 2048, Ed25519, NIST P-256 and up */
	bool pinned;		/* primary fingerprint is an active pin */
	int64_t made;		/* signature time, UTC */
	int64_t now;		/* UTC */
};

/* Signatures may lie this many seconds in the future: clocks differ. */
#define SIG_FUTURE_LEEWAY 300

/*
 * REASON_OK: exactly one signature, good, by a pinned key, strong, not from
 * the future. REASON_NOT_SIGNED when decryption was whole and nothing was
 * signed. Anything else: no use may be made of the plaintext.
 */
enum reason verdict_signature(const struct sig_facts *f);

/*
 * Whether a plaintext with the reason `r` may leave keys. `whole`: the
 * decryption itself, apart from any signature, passed every check.
 * `stranger`: core wants it to look for the key that it brings; then a
 * signature by a key that is unknown, or known and expired, is no obstacle.
 * Nothing in such a text may be believed before keys_vouch() has spoken.
 */
bool verdict_releases(enum reason r, bool whole, bool stranger);

/* What the signer is to us. PROVING: two officers agreed, and the mail may be
 * the proof that the key is in the right hands; routing lets nothing else in. */
enum standing { ENROLLED_NOT, ENROLLED_ACTIVE, ENROLLED_SUSPENDED,
	ENROLLED_PROVING };

/* All that is known of a mail when it is judged. */
struct mail_facts {
	enum structure outer;
	enum reason outer_reason;	/* of parse; or REASON_OK */
	uint32_t outer_flags;		/* MAIL_* */
	bool too_big;
	bool ours;			/* DSN: its envelope id is ours */
	bool outer_from_enrolled;	/* From is enrolled and active */

	enum reason opened;		/* of keys; NOT_SIGNED: see inner */
	enum structure inner;		/* STRUCTURE_SIGNED or _PLAIN */
	enum reason inner_reason;
	uint32_t inner_flags;
	bool combined;			/* RFC 3156 6.2: one OpenPGP message */
	enum reason verified;		/* of the inner multipart/signed */

	enum standing signer;		/* who the primary fingerprint is */
	bool from_is_signer;		/* inner From if present, else outer */
	bool outer_from_is_signer;
	bool replay;			/* same signer, same signed bytes */
};

struct verdict {
	enum verdict_code code;
	enum reason reason;
};

/* Whether the mail is one encrypted envelope that must be opened to judge it;
 * only the fields above `opened` are looked at. */
bool verdict_wants_opening(const struct mail_facts *f);

/*
 * The whole rule of design.md 3.4 up to, not including, what the sender's
 * role allows (policy/). VERDICT_ACCEPTED only with REASON_OK.
 */
struct verdict verdict_mail(const struct mail_facts *f);

#endif
