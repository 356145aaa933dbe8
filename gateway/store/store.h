/*
 * The store: the one way to the database. Core alone links it, from one
 * thread. All SQL of the house stands in gateway/store/, SQLite's header in
 * db.c alone (the other files go through db.h).
 *
 * Two files in `dir`: meldpost.db, and keys.db with the data keys, which is
 * never backed up (design.md 7, R140): destroying a data key erases its blob
 * in every copy of the first file too.
 *
 * Times are seconds UTC. Text is UTF-8. GW_FULL: disk full, GW_IO: the file
 * could not be read or written; nothing of a failed transaction stays.
 */
#ifndef GW_STORE_STORE_H
#define GW_STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/fiche.h"
#include "base/limits.h"
#include "base/reason.h"
#include "flow/effect.h"
#include "flow/enrolment.h"
#include "flow/fiche_round.h"
#include "flow/invitation.h"
#include "flow/meeting.h"
#include "flow/referral.h"
#include "flow/informing.h"
#include "flow/retention.h"
#include "policy/policy.h"

struct store;

/*
 * Opens or makes both files in `dir`. Refuses a directory that others can
 * read or own: GW_DENIED, with the command that mends it appended to `why`
 * ("chmod 0700 ..."). GW_FORMAT: made by a newer meldpost, damaged, or the two
 * files do not belong together. GW_AGAIN: another process has it open to write.
 * GW_MISSING: there is no `dir`. With `read_only` nothing is written or made,
 * a daemon may be at work beside, and GW_MISSING means that there is no
 * database yet (the caller may then go on without one); GW_STATE that a daemon
 * must bring it up to date first. Every failure appends a sentence to `why`.
 * Settings: WAL, synchronous FULL, secure_delete, foreign_keys, trusted_schema
 * off, DEFENSIVE, temp_store MEMORY.
 */
enum gw_err store_open(struct store **s, const char *dir, bool read_only,
    struct buf *why);
void store_close(struct store *s);

/* One transaction: begin, then commit or rollback. They do not nest. */
enum gw_err store_begin(struct store *s);
enum gw_err store_commit(struct store *s);
void store_rollback(struct store *s);

/* The end of a transaction that went as `r` says: commits after GW_OK, else
 * rolls back and gives `r` again. */
enum gw_err store_end(struct store *s, enum gw_err r);

/* Free bytes on the file system of the store. */
enum gw_err store_free_space(struct store *s, uint64_t *bytes);

/* The highest time ever seen (design.md 10): keeps max(now, seen), gives it in
 * *seen; cheap, written to disk once a minute and at the end. Whether `now` is
 * to be believed is the caller's judgement. */
enum gw_err store_clock(struct store *s, int64_t now, int64_t *seen);

/* That time; 0 in a new store. */
int64_t store_clock_seen(const struct store *s);

/* Since when the wall clock is doubted, by the house's own count; 0 = it is
 * believed. Timers that are made meanwhile are marked. */
enum gw_err store_doubted(struct store *s, int64_t *since);
enum gw_err store_doubt(struct store *s, int64_t now);

/*
 * It is `now`, even when a higher time was seen: the doubt is over. What was
 * counted from a moment in it moves by `lag`, which is what the house's own
 * count lacked: marked timers, and mails that are to go out. No term becomes
 * shorter than it should be. Inside a transaction.
 */
enum gw_err store_believe(struct store *s, int64_t now, int64_t lag);

/* ---- people (store/correspondent.c) ---- */

enum correspondent_state { CORRESPONDENT_ACTIVE, CORRESPONDENT_SUSPENDED };

struct correspondent {
	int64_t id;
	enum person_role role;
	enum org_class org_class;
	enum correspondent_state state;
	char organisation[LIM_ORG + 1];
	char ground[LIM_GROUND + 1];	/* legal ground, R40 */
	char language[3];
	char address[LIM_ADDR + 1];	/* canonical */
	char fpr[LIM_FPR + 1];		/* primary fingerprint, upper hex */
	char compared[LIM_COMPARED + 1];/* how the fingerprint was compared */
	int64_t added;
	int64_t key_expires;		/* 0 = never */
	int64_t until;			/* end of the mandate; 0 = none */
	int noticed;			/* days left at the last notice about
					 * the key; 0 = none was sent (T39) */
};

const char *correspondent_state_name(enum correspondent_state s);

/* Whether this person may act now: active, and the mandate has not run out
 * (design.md 10, "Roles of people"). */
bool correspondent_serves(const struct correspondent *c, int64_t now);

/* Adds; sets c->id. GW_EXISTS: the address or the fingerprint is there. */
enum gw_err correspondent_add(struct store *s, struct correspondent *c);
/* Each gives one row. GW_MISSING. */
enum gw_err correspondent_by_fpr(struct store *s, const char *fpr,
    struct correspondent *c);
enum gw_err correspondent_by_address(struct store *s, const char *address,
    struct correspondent *c);
enum gw_err correspondent_by_id(struct store *s, int64_t id,
    struct correspondent *c);
enum gw_err correspondent_set_state(struct store *s, int64_t id,
    enum correspondent_state state);
/* Another key, or the same for longer, and what was typed with it. State and
 * id stay, so that what is held for this person goes to the new key. */
enum gw_err correspondent_renew(struct store *s,
    const struct correspondent *c);
enum gw_err correspondent_remove(struct store *s, int64_t id);
enum gw_err correspondent_set_noticed(struct store *s, int64_t id, int days);
/* Calls `each` for every row in order of id; stops when it returns other than
 * GW_OK and returns that. As in all walks here, `each` may use the store, also
 * to change or remove the row it was given. */
typedef enum gw_err (*correspondent_fn)(const struct correspondent *c,
    void *arg);
enum gw_err correspondent_each(struct store *s, correspondent_fn each,
    void *arg);

/* ---- sealed blobs and their data keys (store/blob.c) ---- */

/*
 * Stores a copy of `n` bytes under a fresh data key and gives its number. The
 * key is committed to keys.db before this returns, outside the transaction of
 * the caller: a key without a blob is swept at the next start, a blob without
 * a key would be a loss. Memory use does not grow with `n`. GW_STATE outside a
 * transaction: the row that names the blob must be committed with it.
 */
enum gw_err blob_put(struct store *s, const void *p, size_t n, int64_t *id);

/* The bytes again, in a new frozen memfd (the caller's). GW_MISSING: erased.
 * GW_FORMAT: damaged. */
enum gw_err blob_get(struct store *s, int64_t id, int *fd);

/* Destroys the data key, at once and for good, even if a transaction around is
 * rolled back; then deletes the blob. Erasing twice is no error. */
enum gw_err blob_erase(struct store *s, int64_t id);

/*
 * The same, but part of the transaction that it is called in (GW_STATE outside
 * one): after a rollback all is as before, after the commit the data key is
 * destroyed; where a crash comes between, at the next start, and where the disk
 * is full, after a later commit. For what is replaced, and for what must still
 * be read by whoever begins again; what else the law erases goes by
 * blob_erase().
 */
enum gw_err blob_drop(struct store *s, int64_t id);

/* The end of a transaction for it: destroys the keys of what was dropped. */
void blob_dropped(struct store *s);

/* Removes data keys without a blob and blobs without a key; at start. */
enum gw_err blob_sweep(struct store *s, unsigned *swept);

/* ---- mails that came in (store/mail.c) ---- */

struct mail {
	char id[LIM_REF + 1];		/* M-... */
	uint8_t digest[HASH_BYTES];	/* SHA-256 of the raw bytes */
	int64_t received;
	uint64_t size;
	enum structure structure;
	enum verdict_code verdict;
	enum reason reason;
	int64_t correspondent;		/* 0 = none */
	char ref[LIM_REF + 1];		/* what it became, or "" */
	int64_t blob;			/* quarantined ciphertext; 0 = none */
};

enum gw_err mail_add(struct store *s, const struct mail *m);
/* Whether these raw bytes were committed before, and as what. GW_MISSING. */
enum gw_err mail_by_digest(struct store *s, const uint8_t digest[HASH_BYTES],
    struct mail *m);
enum gw_err mail_by_id(struct store *s, const char *id, struct mail *m);
/* What a quarantined mail became when it was judged again: verdict, reason,
 * correspondent, ref and blob of m->id. */
enum gw_err mail_rejudge(struct store *s, const struct mail *m);
/* Who sent the first accepted mail about `ref`. GW_MISSING: nobody, or that is
 * forgotten. */
enum gw_err mail_sender(struct store *s, const char *ref,
    int64_t *correspondent);
/*
 * When the content of `ref` is erased, and of a meeting also for its
 * invitations: drops the mails about it that wait or are held, but for the kind
 * that `stays` says yes to (NULL: none does), those whose fate nobody knows,
 * and quarantined ones (R140). Nobody can tell any more who wrote about it, nor
 * to whom we did, nor at what hour (R162). One that is under way is not torn;
 * it is not tried again. Inside a transaction.
 */
enum gw_err mail_sweep(struct store *s, const char *ref,
    bool (*stays)(enum mail_kind));
/* Forgets the blob of a mail (its number becomes 0). */
enum gw_err mail_drop_blob(struct store *s, const char *id);
/* Newest first, at most `limit`. */
typedef enum gw_err (*mail_fn)(const struct mail *m, void *arg);
enum gw_err mail_each(struct store *s, int limit, mail_fn each, void *arg);
/* Those with a blob that are about `ref`, or an invitation to it. */
enum gw_err mail_kept_about(struct store *s, const char *ref, mail_fn each,
    void *arg);
/* Quarantined mails with a blob, received before `before`. */
enum gw_err mail_each_quarantined(struct store *s, int64_t before,
    mail_fn each, void *arg);

/* Attempts at a mail that has not been committed yet (T43): counts this one in
 * its own small transaction and gives the sum. Forgotten by mail_add(). */
enum gw_err mail_try(struct store *s, const uint8_t digest[HASH_BYTES],
    unsigned *tries);

/* The attempt failed through no fault of the mail: counting begins anew. */
enum gw_err mail_untry(struct store *s, const uint8_t digest[HASH_BYTES]);

/* Replay of signed content (T13): keyed hash of signer, time of the signature
 * (`made`) and SHA-256 of the signed bytes, kept beyond erasure. The time is
 * in it because the same few words, signed anew a month later, are a new
 * concern. The key is in keys.db, so that a backup, which has the hashes only,
 * is no list to try texts on (R29). replay_seen() gives GW_OK or GW_MISSING,
 * replay_add() GW_EXISTS for what was seen. */
enum gw_err replay_seen(struct store *s, const char *fpr, int64_t made,
    const uint8_t digest[HASH_BYTES]);
enum gw_err replay_add(struct store *s, const char *fpr, int64_t made,
    const uint8_t digest[HASH_BYTES], int64_t now);

/* ---- referrals (store/referral.c) ---- */

struct referral {
	char ref[LIM_REF + 1];		/* A-... */
	enum referral_type type;
	enum referral_state state;
	enum referral_outcome outcome;
	int64_t received;
	int64_t changed;
	int64_t blob;			/* ciphertext as it came; 0 = erased */
	int64_t decided;		/* the day, for the figures; 0 = not yet */
};

/* What its referrer wrote later: the n-th mail, from 1; the first is above. */
struct follow_up {
	char ref[LIM_REF + 1];
	int n;
	int64_t received;
	int64_t blob;
};

enum gw_err referral_add(struct store *s, const struct referral *r);
enum gw_err referral_by_ref(struct store *s, const char *ref,
    struct referral *r);
/* The first outcome sets the day it was decided. Of what is ERASED only the
 * days stay, without their hours (domain.md 7). */
enum gw_err referral_set_state(struct store *s, const char *ref,
    enum referral_state state, enum referral_outcome outcome, int64_t now);
/* Its blob's number becomes 0. */
enum gw_err referral_drop_blob(struct store *s, const char *ref);
/* The number that the next one will have. */
enum gw_err follow_up_next(struct store *s, const char *ref, int *n);
enum gw_err follow_up_add(struct store *s, const struct follow_up *f);
/* GW_MISSING. */
enum gw_err follow_up_get(struct store *s, const char *ref, int n,
    struct follow_up *f);
enum gw_err follow_up_drop(struct store *s, const char *ref, int n);
typedef enum gw_err (*referral_fn)(const struct referral *r, void *arg);
/* Oldest first. */
enum gw_err referral_each(struct store *s, referral_fn each, void *arg);

/* ---- cases on the mayor's list (store/case.c) ---- */

/*
 * A case and its referral are linked under a data key of the case alone, which
 * goes with it (design.md 7). `listed` is a day: it outlives its mail.
 */
struct case_ref {
	char ref[LIM_REF + 1];		/* C-... */
	int64_t listed;			/* days since 1970 */
	char referral[LIM_REF + 1];	/* "" when it was not asked for */
	struct retention term;		/* days and codes alone */
};

/* Adds, as LISTED on c->listed; inside a transaction. */
enum gw_err case_add(struct store *s, const struct case_ref *c);
typedef enum gw_err (*case_fn)(const struct case_ref *c, void *arg);
/* By day; without the referrals. */
enum gw_err case_each(struct store *s, case_fn each, void *arg);
/* With its referral; GW_MISSING. */
enum gw_err case_by_ref(struct store *s, const char *ref, struct case_ref *c);
/* Writes the term, except the day it was listed. GW_MISSING. */
enum gw_err case_set_term(struct store *s, const char *ref,
    const struct retention *t);
/*
 * Destroys its file, and the key of it with the commit: what is left is a
 * reference, days and codes. Inside a transaction (GW_STATE), which also keeps
 * whom to tell: only the file says who that is. Erasing twice is no error.
 */
enum gw_err case_erase(struct store *s, const char *ref);

/*
 * What is under the data key of a case (design.md 7): the attendance of a
 * meeting is erased long before the term of a case is over, and beside it a
 * list of who was there would link people to cases. Large: not for the stack.
 */
struct case_file {
	char referral[LIM_REF + 1];
	int64_t manager;		/* correspondent; 0 = nobody (R118) */
	struct case_extension {		/* R134, under way */
		int64_t proposed;	/* when; 0 = none is */
		char meeting[LIM_REF + 1];	/* V-... that discussed it
						 * since, or "" */
		int64_t controller;	/* who motivated it then; 0 = nobody */
		unsigned criteria;
		uint8_t nonce[HASH_BYTES];	/* its codes are made of it */
	} extension;
	struct informing informing;	/* R108, under way or agreed */
	size_t people;			/* who was there for it, ever */
	int64_t person[LIM_PRESENT];	/* correspondents, each once */
};

/* GW_MISSING: there is no such case, or it is erased. */
enum gw_err case_file_get(struct store *s, const char *ref,
    struct case_file *f);
/* In the place of the one before; inside a transaction. */
enum gw_err case_file_put(struct store *s, const char *ref,
    const struct case_file *f);
/* Another member; whoever joined first makes room where there is none. */
void case_file_join(struct case_file *f, int64_t correspondent);
bool case_file_has(const struct case_file *f, int64_t correspondent);

/* ---- enrolments under way (store/enrolment.c) ---- */

/*
 * What an officer proposed and a second one must confirm. The row goes when it
 * is over; what stays is the correspondent, or nothing but the audit chain.
 */
struct enrolment {
	char ref[LIM_REF + 1];		/* M-...: the mail that it began with */
	enum enrolment_state state;
	int64_t made;
	int64_t proposer;		/* correspondent; 0 = the operator */
	int64_t second;			/* 0 = nobody yet */
	struct correspondent person;	/* id: whose key it replaces, or 0 */
	int64_t key;			/* blob: the key that was shown */
	uint8_t nonce[HASH_BYTES];	/* the codes are made of it */
};

/* Adds or replaces; inside a transaction. */
enum gw_err enrolment_put(struct store *s, const struct enrolment *e);
enum gw_err enrolment_by_ref(struct store *s, const char *ref,
    struct enrolment *e);
/* The one that waits for a proof by this key. GW_MISSING. */
enum gw_err enrolment_by_fpr(struct store *s, const char *fpr,
    struct enrolment *e);
enum gw_err enrolment_remove(struct store *s, const char *ref);
typedef enum gw_err (*enrolment_fn)(const struct enrolment *e, void *arg);
enum gw_err enrolment_each(struct store *s, enrolment_fn each, void *arg);

/* ---- meetings (store/meeting.c, store/attendance.c) ---- */

struct meeting {
	char ref[LIM_REF + 1];		/* V-... */
	enum meeting_kind kind;
	enum meeting_state state;
	int64_t starts;
	int64_t ends;
	int sequence;			/* of its changes, RFC 5545 3.8.7.4 */
	int64_t made;
	int64_t invited;		/* figures, set by meeting_erase() */
	int64_t attended;
};

/* What is under a data key: beside the invitations it would link people to
 * cases (design.md 7). */
struct meeting_detail {
	int64_t chair;			/* correspondent; 0 = who ordered it */
	char place[LIM_LOCATION + 1];
	char urgency[LIM_URGENCY + 1];	/* why the notice is short, or "" */
	size_t cases;
	char agenda[LIM_MEETING_CASES][LIM_REF + 1];	/* C-... */
};

/* Adds; inside a transaction. GW_FORMAT: `agenda` holds what is no case. */
enum gw_err meeting_add(struct store *s, const struct meeting *m,
    const struct meeting_detail *d);
enum gw_err meeting_by_ref(struct store *s, const char *ref,
    struct meeting *m);
/* GW_MISSING: there is no such meeting, or that is erased. */
enum gw_err meeting_detail_get(struct store *s, const char *ref,
    struct meeting_detail *d);
/* Writes kind, hours, sequence and detail of m->ref; inside a transaction, and
 * once in it. The detail before stays readable to nobody and is erased with
 * the next change, or with the meeting: a rollback must find it unharmed. */
enum gw_err meeting_change(struct store *s, const struct meeting *m,
    const struct meeting_detail *d);
enum gw_err meeting_set_state(struct store *s, const char *ref,
    enum meeting_state state);
typedef enum gw_err (*meeting_fn)(const struct meeting *m, void *arg);
/* By start. */
enum gw_err meeting_each(struct store *s, meeting_fn each, void *arg);
/* When the last one was over that was held; 0 = none was (R115). */
enum gw_err meeting_last_held(struct store *s, int64_t *ends);

/*
 * Who was there, and for which case (R89; design.md 10). A bit of `there` is
 * the person of that number. Large: not for the stack.
 */
struct attendance {
	size_t people;
	int64_t person[LIM_PRESENT];	/* correspondents, each once; who closed
					 * it, and so chaired, is the first */
	size_t cases;
	struct {
		char ref[LIM_REF + 1];	/* C-... */
		uint8_t there[(LIM_PRESENT + 7) / 8];
	} agenda[LIM_MEETING_CASES];
};

/* Another case, for which all of a->person were there: where no lists per case
 * were given. attendance_set() then says otherwise of one. GW_LIMIT. */
enum gw_err attendance_case(struct attendance *a, const char *ref);
void attendance_set(struct attendance *a, size_t n, size_t person,
    bool there);
/* Whether that correspondent was there for that case. */
bool attendance_has(const struct attendance *a, const char *ref,
    int64_t correspondent);

/* Once for each meeting: GW_EXISTS. Inside a transaction. GW_LIMIT,
 * GW_FORMAT. */
enum gw_err meeting_attendance_put(struct store *s, const char *ref,
    const struct attendance *a);
/* GW_MISSING: not closed yet, or erased. */
enum gw_err meeting_attendance_get(struct store *s, const char *ref,
    struct attendance *a);

/*
 * Erases all but the row: detail and attendance with their data keys, at once
 * and even if the transaction is rolled back; whom each invitation was for and
 * who answered; as mail_sweep() what was mailed of it. Counts the two figures
 * first and leaves days where there were hours. A few statements, however many
 * were invited, and one for each mail that waits. The states, its own and
 * theirs, are the caller's, afterwards. Twice is no error. Inside a
 * transaction.
 */
enum gw_err meeting_erase(struct store *s, const char *ref);

/* ---- invitations (store/invitation.c) ---- */

struct invitation {
	char ref[LIM_REF + 1];		/* U-... */
	char meeting[LIM_REF + 1];
	int64_t correspondent;		/* 0 = erased */
	enum invitation_kind kind;
	enum invitation_state state;
	int64_t changed;
	int sequence;			/* of the last mail about it */
	char uid[LIM_UID + 1];		/* in the invitee's calendar */
	int64_t via;			/* permanent representative; 0 = none */
	int64_t answered;		/* when last; 0 = not yet */
};

/* Adds; sets i->uid, random. GW_EXISTS: invited already (R58). */
enum gw_err invitation_add(struct store *s, struct invitation *i);
enum gw_err invitation_by_ref(struct store *s, const char *ref,
    struct invitation *i);
enum gw_err invitation_by_uid(struct store *s, const char *uid,
    struct invitation *i);
/* The one of this person to that meeting. */
enum gw_err invitation_of(struct store *s, const char *meeting,
    int64_t correspondent, struct invitation *i);
/* Writes state, changed, sequence, via and answered of i->ref. */
enum gw_err invitation_update(struct store *s, const struct invitation *i);
typedef enum gw_err (*invitation_fn)(const struct invitation *i, void *arg);
/* Of a meeting. */
enum gw_err invitation_each(struct store *s, const char *meeting,
    invitation_fn each, void *arg);
/* How many of a meeting are in each state. There is no such question about a
 * person or an organisation, and there will be none (R50, R129). */
enum gw_err invitation_count(struct store *s, const char *meeting,
    int64_t n[INVITATION_STATE_MAX]);

/* ---- fiches (store/fiche.c) ---- */

/* Days, for it outlives its content (domain.md 7). */
struct fiche {
	char ref[LIM_REF + 1];		/* F-... */
	enum fiche_state state;
	uint32_t version;
	int64_t proposed;		/* day of the first version */
	int64_t changed;		/* day */
	uint8_t digest[HASH_BYTES];	/* keyed: fiche_keyed_digest() */
	int64_t approvals;		/* figure, set by fiche_erase() */
};

/* Who must agree, and who has: under a data key. Large: not for the stack. */
struct fiche_ballot {
	uint8_t nonce[DATA_KEY_BYTES];	/* of the round; the codes are made of
					 * it (flow/fiche_code.h) */
	char meeting[LIM_REF + 1];	/* V-... */
	int64_t officer;		/* the IO who drew it up */
	int64_t chair;
	struct fiche_round round;
};

/*
 * What is kept of a digest: hashed under the data key of the case (design.md
 * 10), since a short text can be guessed from a bare one (R29). GW_MISSING: no
 * such case, or it is erased.
 */
enum gw_err fiche_keyed_digest(struct store *s, const char *case_ref,
    const uint8_t digest[HASH_BYTES], uint8_t out[HASH_BYTES]);

/* Adds version 1, a draft; inside a transaction. GW_STATE: it is another
 * version; GW_MISSING: no evaluation, or no such case; else as
 * fiche_text(). */
enum gw_err fiche_add(struct store *s, const struct fiche_head *h,
    const struct fiche_content *c, int64_t day);
/* The next version instead of the one before: text and signed approvals of that
 * go with this transaction (R98). GW_STATE: h->version is not the next, or it
 * is erased; else as fiche_add(). The caller puts the new ballot. */
enum gw_err fiche_revise(struct store *s, const struct fiche_head *h,
    const struct fiche_content *c, int64_t day);
enum gw_err fiche_by_ref(struct store *s, const char *ref, struct fiche *f);
/* Head and elements. GW_MISSING: no such fiche, or that is erased. */
enum gw_err fiche_detail_get(struct store *s, const char *ref,
    struct fiche_head *h, struct fiche_content *c);
enum gw_err fiche_set_state(struct store *s, const char *ref,
    enum fiche_state state, int64_t day);
typedef enum gw_err (*fiche_fn)(const struct fiche *f, void *arg);
/* By the day that it was proposed. */
enum gw_err fiche_each(struct store *s, fiche_fn each, void *arg);

/* Puts or replaces, part of the transaction it is called in. GW_STATE: erased;
 * GW_FORMAT, GW_LIMIT. */
enum gw_err fiche_ballot_put(struct store *s, const char *ref,
    const struct fiche_ballot *b);
enum gw_err fiche_ballot_get(struct store *s, const char *ref,
    struct fiche_ballot *b);

/* An approval as it was signed (core/opening.h); *blob goes into the round.
 * Whose it is stands there alone. Read with blob_get(). */
enum gw_err fiche_mail_put(struct store *s, const char *ref, const void *p,
    size_t n, int64_t *blob);
/* It was withdrawn, or its key was lost. */
enum gw_err fiche_mail_drop(struct store *s, const char *ref, int64_t blob);

/* Erases all but the row, with the data keys, at once and even if the
 * transaction is rolled back, and as mail_sweep() what was mailed of it. Counts
 * the approvals first. The state is the caller's, afterwards. Twice is no
 * error. Inside a transaction. */
enum gw_err fiche_erase(struct store *s, const char *ref);

/* ---- the instance (store/instance.c) ---- */

/* When one person's word stopped being enough; 0 = not yet (design.md 10). */
enum gw_err store_closed(struct store *s, int64_t *when);
enum gw_err store_close_bootstrap(struct store *s, int64_t now);
/* Days left at the last notice about our own key, as above. */
enum gw_err store_own_noticed(struct store *s, int *days);
enum gw_err store_set_own_noticed(struct store *s, int days);
/* When the encryption subkey was made that correspondents were told of last;
 * 0 = none yet. */
enum gw_err store_announced(struct store *s, int64_t *renewed);
enum gw_err store_set_announced(struct store *s, int64_t renewed);

/* ---- timers (store/timer.c): one table, events like mail ---- */

enum timer_kind { TIMER_REFERRAL, TIMER_QUARANTINE, TIMER_ENROLMENT,
	TIMER_MEETING, TIMER_INVITATION, TIMER_CASE, TIMER_FICHE,
	TIMER_INFORMING };

struct timer {
	int64_t id;
	int64_t due;
	enum timer_kind kind;
	int event;			/* of the flow of a referral, a meeting,
					 * an invitation, a case, a fiche or an
					 * informing */
	char ref[LIM_REF + 1];
};

enum gw_err timer_add(struct store *s, const struct timer *t);
/* The same in the place of that event of the record, if it had one. */
enum gw_err timer_set(struct store *s, const struct timer *t);
/* Whether the record has a timer of this kind. GW_MISSING. */
enum gw_err timer_has(struct store *s, const char *ref, enum timer_kind kind);
/* The first that is due at `now`; GW_MISSING when none is. */
enum gw_err timer_due(struct store *s, int64_t now, struct timer *t);
/* The same behind *t in their order: for a walk that leaves some alone. */
enum gw_err timer_next(struct store *s, int64_t now, struct timer *t);
enum gw_err timer_remove(struct store *s, int64_t id);
/* All timers of a record, or those of one kind. */
enum gw_err timer_clear(struct store *s, const char *ref);
enum gw_err timer_clear_kind(struct store *s, const char *ref,
    enum timer_kind kind);
/* It is due again at `when`. */
enum gw_err timer_postpone(struct store *s, int64_t id, int64_t when);

/* ---- outbox (store/outbox.c) ---- */

enum outbox_state {
	OUTBOX_WAITING,		/* to be sealed and sent when due */
	OUTBOX_HELD,		/* not to be sealed now: no usable key */
	OUTBOX_SENDING,		/* handed to submit, no answer yet */
	OUTBOX_SENT,		/* our server took it */
	OUTBOX_DELIVERED,	/* a DSN said so */
	OUTBOX_FAILED,		/* given up, or a DSN said so */
	OUTBOX_UNCERTAIN	/* we died while it was under way; not sent
				 * again unless its kind may be (RFC 1047) */
};

struct outbox {
	int64_t id;
	char message_id[LIM_MSGID + 1];	/* fixed when the row is made */
	char envid[LIM_ENVID + 1];	/* secret, for the DSN; "" = no DSN */
	enum mail_kind kind;
	enum outbox_state state;
	int64_t correspondent;		/* the one recipient */
	char ref[LIM_REF + 1];
	char section[LIM_SECTION + 1];	/* which variant of the template */
	bool guest;			/* to nobody enrolled: the address is in
					 * the blob, in front of the mail */
	uint32_t arg;			/* T03: bits of fields; T06: which mail
					 * of the referral, 0 = the first; T39:
					 * days left */
	int64_t made;
	int64_t not_before;
	int64_t blob;			/* sealed mail; 0 = an intent still */
	int tries;
	uint32_t code;			/* last SMTP code */
	char status[LIM_STATUS + 1];	/* last enhanced status */
};

const char *outbox_state_name(enum outbox_state s);

/* Adds; sets o->id. */
enum gw_err outbox_add(struct store *s, struct outbox *o);
enum gw_err outbox_by_id(struct store *s, int64_t id, struct outbox *o);
enum gw_err outbox_by_envid(struct store *s, const char *envid,
    struct outbox *o);
/* The row of a mail that we sent, by its Message-ID. GW_MISSING. */
enum gw_err outbox_by_message_id(struct store *s, const char *id,
    struct outbox *o);
/* How many rows of this kind and section were made after `since`. */
enum gw_err outbox_count(struct store *s, enum mail_kind kind,
    const char *section, int64_t since, int64_t *n);
/* The first WAITING row with not_before <= now; GW_MISSING. */
enum gw_err outbox_due(struct store *s, int64_t now, struct outbox *o);
/* When the next WAITING row is due; GW_MISSING when none waits. */
enum gw_err outbox_next_due(struct store *s, int64_t *when);
/* Writes state, not_before, blob, tries, code and status of o->id. Once it has
 * left, a mail about a case (C-...) or a fiche (F-...) no longer says to whom:
 * with its reference that would be a list of who took part (design.md 7). */
enum gw_err outbox_update(struct store *s, const struct outbox *o);
/* The first row to this correspondent that waits or is held as a sealed mail;
 * GW_MISSING. */
enum gw_err outbox_sealed_for(struct store *s, int64_t correspondent,
    struct outbox *o);
/* HELD rows become WAITING again; at start and when a key changes. */
enum gw_err outbox_release_held(struct store *s, unsigned *released);
/* Whether a row about `ref` waits or is held whose kind `is`. GW_MISSING. */
enum gw_err outbox_waits(struct store *s, const char *ref,
    bool (*is)(enum mail_kind));
/* All rows about `ref`, or an invitation to it, by id. */
typedef enum gw_err (*outbox_fn)(const struct outbox *o, void *arg);
enum gw_err outbox_about(struct store *s, const char *ref, outbox_fn each,
    void *arg);
/* Drops those rows: they are not to leave any more. Inside a transaction. */
enum gw_err outbox_recall(struct store *s, const char *ref, int64_t now,
    bool (*is)(enum mail_kind));
/* What waits to be tried again is due `now`: the server is back. */
enum gw_err outbox_hurry(struct store *s, int64_t now);
/* Whether a row of this kind (and section, unless NULL) to this correspondent
 * waits, or was made after `since` (T02: once a day; of some T05 one waiting
 * notice is enough, `since` is INT64_MAX then). GW_MISSING. */
enum gw_err outbox_recent(struct store *s, enum mail_kind kind,
    const char *section, int64_t correspondent, int64_t since,
    struct outbox *o);
/* By id; only rows that wait, are held, under way or uncertain unless `all`. */
enum gw_err outbox_each(struct store *s, bool all, outbox_fn each, void *arg);

/* ---- audit chain (store/audit.c) ---- */

/* The closed list (R150). X(identifier, stable name) */
#define AUDIT_EVENTS(X)							\
	X(START, "start") X(STOP, "stop")				\
	X(KEY_CREATED, "key-created")					\
	X(CORRESPONDENT_ADDED, "correspondent-added")			\
	X(CORRESPONDENT_RENEWED, "correspondent-renewed")		\
	X(CORRESPONDENT_SUSPENDED, "correspondent-suspended")		\
	X(CORRESPONDENT_RESUMED, "correspondent-resumed")		\
	X(CORRESPONDENT_REMOVED, "correspondent-removed")		\
	X(MAIL_JUDGED, "mail-judged")					\
	X(BOOTSTRAP_CLOSED, "bootstrap-closed")				\
	X(KEY_ROTATED, "key-rotated")					\
	X(KEY_RETIRED, "key-retired")					\
	X(KEY_PROLONGED, "key-prolonged")				\
	X(LTF_KEY, "ltf-key-imported")					\
	X(ENROLMENT_PROPOSED, "enrolment-proposed")			\
	X(ENROLMENT_CONFIRMED, "enrolment-confirmed")			\
	X(ENROLMENT_PROVEN, "enrolment-proven")				\
	X(ENROLMENT_REJECTED, "enrolment-rejected")			\
	X(REFERRAL_ACCEPTED, "referral-accepted")			\
	X(REFERRAL_FOLLOWED_UP, "referral-followed-up")			\
	X(REFERRAL_DECIDED, "referral-decided")				\
	X(MEETING_DRAFTED, "meeting-drafted")				\
	X(MEETING_CONVENED, "meeting-convened")				\
	X(MEETING_CHANGED, "meeting-changed")				\
	X(MEETING_CANCELLED, "meeting-cancelled")			\
	X(MEETING_HELD, "meeting-held")					\
	X(CASE_DISCUSSED, "case-discussed")				\
	X(CASE_FOLLOWED, "case-followed")				\
	X(CASE_CLOSED, "case-closed")					\
	X(EXTENSION_PROPOSED, "extension-proposed")			\
	X(CASE_EXTENDED, "case-extended")				\
	X(EXTENSION_REFUSED, "extension-refused")			\
	X(INVITATION_ANSWERED, "invitation-answered")			\
	X(FICHE_PROPOSED, "fiche-proposed")				\
	X(FICHE_ANSWERED, "fiche-answered")				\
	X(FICHE_APPROVED, "fiche-approved")				\
	X(FICHE_HANDED_OVER, "fiche-handed-over")			\
	X(FICHE_DISPATCHED, "fiche-dispatched")				\
	X(FICHE_ENDED, "fiche-ended")					\
	X(INFORM_PROPOSED, "inform-proposed")				\
	X(INFORM_ANSWERED, "inform-answered")				\
	X(INFORM_AGREED, "inform-agreed")				\
	X(INFORM_ENDED, "inform-ended")					\
	X(CONTENT_OPENED, "content-opened")				\
	X(MAIL_QUEUED, "mail-queued")					\
	X(MAIL_SENT, "mail-sent")					\
	X(MAIL_FAILED, "mail-failed")					\
	X(MAIL_DELIVERED, "mail-delivered")				\
	X(MAIL_HELD, "mail-held")					\
	X(MAIL_UNCERTAIN, "mail-uncertain")				\
	X(MAIL_RECALLED, "mail-recalled")				\
	X(CONTENT_ERASED, "content-erased")				\
	X(INCIDENT, "incident")						\
	X(REGISTER_REVIEWED, "register-reviewed")			\
	X(CLOCK_DOUBTED, "clock-doubted")				\
	X(CLOCK_BELIEVED, "clock-believed")				\
	X(ALARM, "alarm")						\
	/* of the log itself, and of what an operator takes along */	\
	X(CONFIGURED, "configured")					\
	X(EXPORTED, "exported")						\
	X(HEAD_SENT, "head-sent")					\
	X(ACTORS_FORGOTTEN, "actors-forgotten")

enum audit_event {
#define X(id, name) AUDIT_##id,
	AUDIT_EVENTS(X)
#undef X
	AUDIT_MAX
};

const char *audit_event_name(enum audit_event e);

/* The event of what a flow wants on record: flows stand below the store and have
 * their own, shorter list. AUDIT_MAX, which audit_add() refuses, for what is in
 * no list. */
enum audit_event audit_event_of(enum flow_audit what);

#define AUDIT_SALT_BYTES 32

struct audit_row {
	int64_t seq;
	int64_t at;
	enum audit_event event;
	char ref[LIM_REF + 1];
	char detail[LIM_ALGO + 17];	/* a code, never free text */
	uint8_t actor[HASH_BYTES];	/* salted commitment, or zeros */
	uint8_t hash[HASH_BYTES];
	bool salted;			/* `salt` is still there */
	uint8_t salt[AUDIT_SALT_BYTES];
};

/*
 * Appends. `detail` is a reason, verdict or mail code, or "". `actor` is a
 * primary fingerprint or an operator's uid, or NULL: the chain holds only
 * SHA-256(salt, actor); the salt lies in a table of its own, so that it can be
 * dropped after 90 days without breaking the chain (design.md 10, R162).
 * The hash covers seq, at, event, ref, detail, actor and the hash before.
 * GW_LIMIT: a text is too long. GW_INTERNAL: `detail` is no code.
 */
enum gw_err audit_add(struct store *s, int64_t at, enum audit_event event,
    const char *ref, const char *detail, const char *actor);

/* How many references the chain names from `since` on. */
enum gw_err audit_touched(struct store *s, int64_t since, int64_t *n);

/* Drops the salts of rows before `before`: nobody can tell any more whose acts
 * they were (R162). Gives how many went. */
enum gw_err audit_forget(struct store *s, int64_t before, unsigned *dropped);

/* Walks the whole chain. GW_FORMAT: *bad is the first row that does not fit,
 * a gap, or the end where rows are missing. *rows is how many fit, `head` the
 * hash of the last. A tail cut off by somebody who also mends the row count
 * shows only against a head that was signed and sent before. */
enum gw_err audit_verify(struct store *s, int64_t *rows, int64_t *bad,
    uint8_t head[HASH_BYTES]);

/* Whether it was `actor` who did this; false too once the salt is gone. */
bool audit_is_by(const struct audit_row *row, const char *actor);
/* Whether somebody did it: not the gateway by itself. */
bool audit_has_actor(const struct audit_row *row);

/* Length and last hash, as they are kept; nothing is checked. */
enum gw_err audit_head(struct store *s, int64_t *rows,
    uint8_t head[HASH_BYTES]);

/* What the head was when the chain had so many rows, which proves what the last
 * of them says; of 0 the id that it began
 * with. GW_MISSING: it never had so many, or has them no longer. */
enum gw_err audit_head_at(struct store *s, int64_t rows,
    uint8_t head[HASH_BYTES]);

/* Every row, the oldest first; without salts. */
typedef enum gw_err (*audit_fn)(const struct audit_row *row, void *arg);
enum gw_err audit_each(struct store *s, audit_fn each, void *arg);

/* The rows about `ref` and about the mails that became it, with salts. */
enum gw_err audit_about(struct store *s, const char *ref, audit_fn each,
    void *arg);

/* The first row. GW_MISSING. */
enum gw_err audit_first(struct store *s, struct audit_row *row);

/* The last row of this event and detail (NULL: any). GW_MISSING. */
enum gw_err audit_last(struct store *s, enum audit_event event,
    const char *detail, struct audit_row *row);

/* Whether a row was added after `seq`, other than those which say that the
 * head was sent: they would call for the next head, for ever. */
enum gw_err audit_grew(struct store *s, int64_t seq, bool *grew);

#endif
