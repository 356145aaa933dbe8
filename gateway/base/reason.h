/*
 * What is said of a mail: verdict, reason code, structure, flags. The names
 * are stable: they stand in the database, in logs, in --json and in
 * meldpost-mails(7). Lists, not strings, pass between roles.
 */
#ifndef GW_BASE_REASON_H
#define GW_BASE_REASON_H

#include <stdbool.h>
#include <stdint.h>

/* X(identifier, stable name, sentence) */
#define VERDICTS(X)							\
	X(ACCEPTED, "accepted", "verified and taken in")		\
	X(REFUSED, "refused", "not allowed; the content was destroyed")	\
	X(QUARANTINED, "quarantined",					\
	    "cannot be trusted; kept as ciphertext for 14 days")	\
	X(IGNORED, "ignored", "moved to the side folder, not answered")	\
	X(TRANSPORT, "transport", "a delivery notice for our own mail")

#define REASONS(X)							\
	X(OK, "ok", "nothing is wrong")					\
	X(NOT_ENCRYPTED, "not-encrypted", "the mail is in clear text")	\
	X(NOT_SIGNED, "not-signed", "nothing inside is signed")		\
	X(DECRYPT_FAILED, "decrypt-failed",				\
	    "it is not encrypted to our key or it is damaged")		\
	X(NO_INTEGRITY, "no-integrity",					\
	    "the encryption has no integrity protection")		\
	X(BAD_SIGNATURE, "bad-signature", "the signature is wrong")	\
	X(SEVERAL_SIGNATURES, "several-signatures",			\
	    "there is more than one signature")				\
	X(UNKNOWN_KEY, "unknown-key", "the signing key is not enrolled")	\
	X(EXPIRED_KEY, "expired-key", "the signing key has expired")	\
	X(REVOKED_KEY, "revoked-key", "the signing key was revoked")	\
	X(EXPIRED_SIGNATURE, "expired-signature",			\
	    "the signature has expired or lies in the future")		\
	X(WEAK_ALGORITHM, "weak-algorithm",				\
	    "a hash or key is too weak to count")			\
	X(UNSUPPORTED_ALGORITHM, "unsupported-algorithm",		\
	    "a format or algorithm this gateway cannot read")		\
	X(PARTIAL_SIGNATURE, "partial-signature",			\
	    "the signature does not cover everything")			\
	X(BAD_STRUCTURE, "bad-structure",				\
	    "not one encrypted part with one signed content")		\
	X(MALFORMED, "malformed", "the mail breaks the mail format")	\
	X(TOO_BIG, "too-big", "the mail is larger than 25 MB")		\
	X(TOO_DEEP, "too-deep", "too many parts or too deeply nested")	\
	X(BOMB, "bomb", "opening it costs more than any real mail")	\
	X(SENDER_MISMATCH, "sender-mismatch",				\
	    "the From address is not that of the signer")		\
	X(ROLE_NOT_ALLOWED, "role-not-allowed",				\
	    "this correspondent may not send this")			\
	X(WRONG_RECIPIENT, "wrong-recipient",				\
	    "the signed text is addressed to somebody else")		\
	X(UNKNOWN_REFERENCE, "unknown-reference",			\
	    "the reference is not known here")				\
	X(REFERENCE_MISMATCH, "reference-mismatch",			\
	    "text, subject and thread name different references")	\
	X(WRONG_STATE, "wrong-state",					\
	    "that is no longer, or not yet, possible")			\
	X(WRONG_CODE, "wrong-code", "it is not the code that was issued") \
	X(SAME_PERSON, "same-person",					\
	    "it takes the act of a second person")			\
	X(FINGERPRINT_DIFFERS, "fingerprint-differs",			\
	    "the fingerprint that was typed is not that of the key")	\
	X(NOT_ENROLLABLE, "not-enrollable",				\
	    "this role or organisation cannot be enrolled")		\
	X(NOT_CONVENED, "not-convened",					\
	    "a rule about meetings is not kept; the answer says which")	\
	X(REPLAY, "replay", "the same signed text came before")		\
	X(UNREADABLE_ANSWER, "unreadable-answer",			\
	    "the answer could not be understood")			\
	X(INCOMPLETE_FORM, "incomplete-form", "numbered fields are missing")	\
	X(CLASSIFIED, "classified", "it bears a classification mark")	\
	X(AUTO_REPLY, "auto-reply", "sent by a machine")		\
	X(LOOP, "loop", "our own mail came back")

#define STRUCTURES(X)							\
	X(PGP_MIME, "pgp-mime", "RFC 3156 multipart/encrypted")		\
	X(SMIME_ENVELOPED, "smime-enveloped", "RFC 8551 enveloped data")	\
	X(DSN, "dsn", "RFC 3464 delivery status notification")		\
	X(AUTO, "auto-reply", "answer of a machine, or list mail")	\
	X(CLEAR, "clear", "not encrypted as a whole")			\
	X(MALFORMED, "malformed", "no single reading is possible")	\
	X(SIGNED, "signed", "inner: multipart/signed, RFC 3156 5")	\
	X(PLAIN, "plain", "inner: one entity without a signature part")

enum verdict_code {
#define X(id, name, text) VERDICT_##id,
	VERDICTS(X)
#undef X
	VERDICT_MAX
};

enum reason {
#define X(id, name, text) REASON_##id,
	REASONS(X)
#undef X
	REASON_MAX
};

enum structure {
#define X(id, name, text) STRUCTURE_##id,
	STRUCTURES(X)
#undef X
	STRUCTURE_MAX
};

/* Facts about a mail, bits of parsed.flags. */
enum mail_flag {
	/* outer */
	MAIL_AUTO = 1 << 0,	/* Auto-Submitted not "no", RFC 3834 5 */
	MAIL_LIST = 1 << 1,	/* List-Id, List-*, Precedence bulk/list/junk */
	MAIL_LOOP = 1 << 2,	/* our own X-Meldpost-Loop header */
	MAIL_NULL_PATH = 1 << 3,/* Return-Path: <> */
	MAIL_MDN = 1 << 4,	/* report-type=disposition-notification */
	MAIL_INLINE = 1 << 5,	/* inline PGP or cleartext signature inside */
	MAIL_DECODED = 1 << 6,	/* the ciphertext stands decoded in `out` */
	/* inner */
	MAIL_FROM = 1 << 8,	/* there is a protected From (in `from`) */
	MAIL_TO_US = 1 << 9,	/* a protected To or Cc names us */
	MAIL_TO_OTHER = 1 << 10,/* there is a protected To, we are not in it */
	MAIL_AAN_US = 1 << 11,	/* a line "Aan: our address" in the text */
	MAIL_AAN_OTHER = 1 << 12,/* a line "Aan: another address" */
	MAIL_CLASSIFIED = 1 << 13,/* a classification mark, R85 */
	MAIL_ENCRYPTED = 1 << 14,/* a second encryption layer */
	MAIL_FORBIDDEN = 1 << 15,/* an attachment type not allowed, R15 */
	MAIL_HTML_ONLY = 1 << 16,/* the only text is HTML */
	MAIL_TO_PRACTICE = 1 << 17,/* To or Cc names the practice address: the
				 * protected one inside, the other outside */
	MAIL_AAN_PRACTICE = 1 << 18,/* a line "Aan:" names it */
	MAIL_PROTECTED = 1 << 19/* the headers are protected: hp= (RFC 9788) or
				 * protected-headers= */
};

enum dsn_action { DSN_NONE, DSN_DELIVERED, DSN_RELAYED, DSN_DELAYED,
	DSN_FAILED, DSN_EXPANDED };

/* What the text of a referral is. */
enum form_kind { FORM_NONE, FORM_REFERRAL };

const char *verdict_name(enum verdict_code v);
const char *reason_name(enum reason r);
const char *reason_text(enum reason r);
const char *structure_name(enum structure s);

/* The code for a stable name; false when there is none. */
bool reason_from_name(const char *name, enum reason *r);
bool verdict_from_name(const char *name, enum verdict_code *v);

#endif
