/*
 * GPGME and gpg behind our own words. Only the engine_*.c know of gpgme.h, by
 * engine_inner.h; what they say of a mail is facts, never a verdict.
 *
 * Each call is one start of gpg, bounded in time (wall_ms) and CPU, and
 * leaves no process behind.
 */
#ifndef KEYS_ENGINE_GPGME_H
#define KEYS_ENGINE_GPGME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/limits.h"
#include "keys/key.h"
#include "keys/stream.h"
#include "keys/verdict.h"

struct engine;

/* What the engine saw of one decryption or verification. */
struct engine_report {
	enum engine_result result;
	enum gw_err err;	/* not GW_OK: it did not even begin */
	bool whole;		/* nothing at all was wrong with it, whatever is
				 * to be said of signatures */
	unsigned signatures;
	/* Of the first signature: */
	enum sig_status status;
	bool wrong_usage;
	bool strong_hash;
	int64_t made;		/* 0 = unknown */
	char fpr[LIM_FPR + 1];	/* the subkey that made it, or "" */
	char hash[LIM_ALGO + 1];
};

/*
 * Starts GPGME on the home directory `dir` (home.h) and gpg-agent in it.
 * GW_MISSING: no gpg, or one older than ENGINE_OLDEST; logged. Else as
 * home_prepare() and home_agent().
 */
#define ENGINE_OLDEST "2.2.40"
enum gw_err engine_open(struct engine **e, const char *dir);

/* A dry run: an agent that served before us is left alone. */
void engine_guest(struct engine *e);
void engine_close(struct engine *e);

/* Decrypts `in` to `out` and verifies what is signed inside. */
void engine_decrypt(struct engine *e, struct source *in, struct sink *out,
    int wall_ms, struct engine_report *report);

/* Decrypts `in` to what is encrypted in it, still signed: packets, of which
 * gpg has not looked at one. The report speaks of no signature. */
void engine_unwrap(struct engine *e, struct source *in, struct sink *out,
    int wall_ms, struct engine_report *report);

/* Verifies detached `signature` over `body`. With `body` NULL `signature` is
 * one signed message, and what it says goes to `out`. */
void engine_verify(struct engine *e, struct source *signature,
    struct source *body, struct sink *out, int wall_ms,
    struct engine_report *report);

/*
 * Signs `in` with SHA-512 by `own` and encrypts it to `to`; with `to` NULL
 * the output is a detached signature. GW_KEY: gpg cannot use one of them.
 * GW_TIMEOUT, GW_NOMEM, GW_IO.
 */
enum gw_err engine_seal(struct engine *e, const struct key *own,
    const struct key *to, struct source *in, struct sink *out, int wall_ms);

/* Encrypts `in`, which is an OpenPGP message already, to `to` and to nobody
 * else; nothing is signed and nothing added. Errors as engine_seal(). */
enum gw_err engine_wrap(struct engine *e, const struct key *to,
    struct source *in, struct sink *out, int wall_ms);

/*
 * The key of one stranger, beside the ring and not in it: in a throw-away home
 * (throwaway.h), from engine_lodge() until engine_evict().
 *
 * engine_lodge() puts the key in `file` there and reads what gpg kept of it,
 * as engine_list(). GW_FORMAT: gpg takes no single key from it. GW_LIMIT: too
 * many subkeys. GW_TIMEOUT, GW_AGAIN, GW_NOMEM, GW_FULL, GW_IO: our fault.
 */
enum gw_err engine_lodge(struct engine *e, struct source *file,
    struct key **keys, size_t *n);
void engine_evict(struct engine *e);

/* As engine_verify(), by the lodged key alone. */
void engine_verify_lodged(struct engine *e, struct source *signature,
    struct source *body, struct sink *out, int wall_ms,
    struct engine_report *report);

/*
 * engine_lodge_file() only lays the key file down, for engine_seal_lodged():
 * as engine_seal(), to the key in it. gpg reads it there, by the same rules as
 * a key of the ring, and keeps nothing of it. GW_FORMAT: the source broke off.
 */
#define ENGINE_KEY_FILE	"key"
enum gw_err engine_lodge_file(struct engine *e, struct source *file);
enum gw_err engine_seal_lodged(struct engine *e, const struct key *own,
    struct source *in, struct sink *out, int wall_ms);

/* All keys of the ring, with `file` those in it; free with
 * engine_free_keys(). GW_LIMIT: a key with too many subkeys; it is left out
 * of the list. GW_TIMEOUT, GW_NOMEM, GW_IO. */
enum gw_err engine_list(struct engine *e, struct source *file,
    struct key **keys, size_t *n);
void engine_free_keys(struct key *keys, size_t n);

/* Whether a user id that is not revoked has the mailbox `address`. */
bool engine_has_address(const struct key *k, const char *address);

/* Puts the key in `file` into the ring, its own signatures only. */
enum gw_err engine_import(struct engine *e, struct source *file);

/* Takes a public key out of the ring; GW_DENIED when it has a secret part. */
enum gw_err engine_delete(struct engine *e, const struct key *k);

/* Writes the public key to `out`. */
enum gw_err engine_export(struct engine *e, const struct key *k,
    struct sink *out);

/* ---- our own key ---- */

/* Makes a key with a signing and an encryption part and without passphrase;
 * its fingerprint in `fpr`. */
enum gw_err engine_create(struct engine *e, const char *user_id,
    int64_t lifetime_s, char fpr[LIM_FPR + 1]);

/* Adds an encryption subkey that ends with the key. GW_KEY, GW_AGAIN,
 * GW_TIMEOUT, GW_NOMEM, GW_FULL, GW_IO. */
enum gw_err engine_add_subkey(struct engine *e, const struct key *own,
    const char *algo);

/* Lets the primary key, or the subkeys named in `fprs` (one a line), end in so
 * many seconds from now. Errors as above. */
enum gw_err engine_set_expiry(struct engine *e, const struct key *own,
    const char *fprs, unsigned long seconds);

/*
 * Puts the public part of our own key in order: without the subkeys that the
 * expression `drop` of gpg's export filter names ("" = all stay), and imported
 * (keys/README rule 11). It is out of the ring for a moment; a crash in it is
 * mended by engine_mend(). GW_STATE: what gpg wrote is not what was wanted;
 * nothing has changed. GW_TIMEOUT, GW_NOMEM, GW_FULL, GW_IO.
 */
struct expected {
	const char *fpr;	/* of the key, */
	size_t subkeys;		/* with so many of them, */
	const char *recipient;	/* and this one; "" = no matter */
};
enum gw_err engine_refresh(struct engine *e, const struct expected *want,
    const char *drop);

/* At the start: what a crash in engine_refresh() left. GW_OK also when there
 * is nothing. */
enum gw_err engine_mend(struct engine *e);

/* Destroys the secret part that `grip` names: overwritten, removed, out of the
 * agent's memory. GW_MISSING: there is none. GW_FORMAT, GW_IO. */
enum gw_err engine_destroy(struct engine *e, const char *grip);

#endif
