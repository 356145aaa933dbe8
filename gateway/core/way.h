/*
 * The way of a mail (design.md 3): received, parsed, unwrapped, judged,
 * routed, stepped, sealed, committed. One struct travels along it; each step
 * is one function, and only the last one changes the store.
 */
#ifndef GW_CORE_WAY_H
#define GW_CORE_WAY_H

#include "base/memfd.h"
#include "core/core.h"
#include "core/newcomer.h"
#include "keys/verdict.h"
#include "policy/route.h"

/* Who is answered at the practice address. */
enum practice_answer { ANSWER_NOBODY, ANSWER_SIGNER, ANSWER_ON_FILE,
	ANSWER_GUEST };

struct convening;
struct fiching;
struct term;

struct travel {
	struct core *core;
	bool dry;			/* judge only; write nothing */
	bool again;			/* it lay in quarantine until now */
	int64_t now;
	int raw;			/* the mail as it came; not owned */
	struct map map;			/* its bytes */
	struct mail mail;		/* the row it becomes */
	bool seen;			/* these bytes were committed before */
	bool worn_out;			/* it failed too often */
	unsigned lost_before;		/* core's count of lost roles */
	bool crashed;			/* it crashed its parse child */

	/* parsed */
	struct msg_parsed outer, inner;
	int decoded;			/* ciphertext that parse decoded, or -1 */
	uint8_t *aside;			/* words and key that parse took out of
					 * the plaintext, or NULL */
	size_t aside_len;

	/* unwrapped */
	uint32_t opened_id;		/* keys knows the plaintext by this */
	int plain;			/* read-only; -1 = none */
	struct map open;		/* its bytes */
	struct span signed_bytes;	/* in `open`: what the signature covers */
	uint8_t digest[HASH_BYTES];	/* SHA-256 of those */
	char fpr[LIM_FPR + 1];		/* the signer's primary fingerprint */
	int64_t made;
	char hash[LIM_ALGO + 1];
	char algo[LIM_ALGO + 1];
	bool known;			/* `signer` is filled */
	struct correspondent signer;	/* who holds that fingerprint */
	bool from_known;		/* `from` is filled */
	struct correspondent from;	/* whose address the outer From is */
	bool proving;			/* `proof` waits for this key, and the
					 * signer may do nothing else yet */
	struct enrolment proof;		/* ref "": none waits for this key */

	/* judged, routed */
	struct mail_facts facts;
	struct verdict verdict;
	bool practice;			/* sent to the practice address */
	enum practice_answer answer_to;	/* who hears how it went */
	bool introduced;		/* `vouched` is filled */
	struct msg_vouched vouched;	/* of a stranger's own key */
	char ref[LIM_REF + 1];		/* what it is about, or "" */
	bool clash;			/* it names several references */
	enum document document;
	bool unnamed;			/* whose it was goes into no row and
					 * no log */
	const char *told;		/* section of B02 that says more than
					 * the reason does, or NULL */

	/* stepped */
	struct effects effects;
	struct referral referral;	/* what it makes or changes */
	enum referral_event event;
	struct follow_up follow_up;	/* ref "" when it is none */
	struct case_ref listed;		/* ref "" when it makes none */
	struct enrolment enrolment;
	struct newcomer newcomer;	/* its step; e NULL when there is none */
	int key;			/* memfd of the key it is about, or -1 */
	struct mail rejected;		/* AFWIJZEN: the mail that goes */
	struct correspondent suspended;	/* SCHORSEN: id 0 when nobody */
	struct convening *convening;	/* about a meeting; else NULL */
	struct fiching *fiching;	/* about a fiche; else NULL */
	struct term *term;		/* about a case; else NULL */
	struct outbox dsn_row;		/* transport: the mail it is about */
	struct posts posts;
};

/*
 * Takes a mail the whole way. *fate says what becomes of it at its source.
 * GW_OK: committed (or seen before). Otherwise nothing was changed and the
 * mail must be handed over again later.
 */
enum gw_err way_of_a_mail(struct core *c, const struct msg_mail *in,
    enum fate *fate);

/* Judges without effect: the dry run. The answer is in t->verdict, t->outer,
 * t->fpr and t->signer; end with travel_end(). */
enum gw_err way_dry(struct core *c, int raw, struct travel *t);

/*
 * The same for a mail of `m`, which lies in quarantine: judged anew, because
 * somebody was enrolled since. GW_OK also when it stays where it is.
 */
enum gw_err way_again(struct core *c, const struct mail *m, int raw);

/*
 * Opens a kept mail again, for a forward that could not be sealed at once:
 * parsed and unwrapped, not judged anew. GW_STATE when it does not open.
 * End with travel_end().
 */
enum gw_err way_reopen(struct core *c, int raw, struct travel *t);

/* The same for what way_as_signed() made of one: verified anew. */
enum gw_err way_reopen_signed(struct core *c, int raw, struct travel *t);

/* The same for one that lies in quarantine: GW_OK also for a stranger's. */
enum gw_err way_reopen_stranger(struct core *c, int raw, struct travel *t);

/* The sender's own words below the verb, or "". To be wiped after use. */
void travel_words(const struct travel *t, char out[LIM_WORDS + 1]);

/* Wipes the plaintext here and in keys, closes everything. */
void travel_end(struct travel *t);

#endif
