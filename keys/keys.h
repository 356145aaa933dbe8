/*
 * The strongest wall: our secret key and everybody's public keys, behind a
 * few verbs. There is no way to get plaintext without a verdict, and no way
 * to get a key handle.
 *
 * One struct keys per process; not thread-safe. All engine calls are bounded
 * in time and bytes and leave no process behind (libs.md 3c).
 */
#ifndef KEYS_KEYS_H
#define KEYS_KEYS_H

#include <stdint.h>

#include "base/err.h"
#include "base/memfd.h"
#include "wire/messages.h"

struct keys;

/*
 * Opens the ring in `home` (made with mode 0700 when missing; written
 * gpg.conf; GW_LIMIT when the path is too long for the agent's socket),
 * starts gpg-agent and reads every key once. `own` is our address. Clears the
 * environment but for what gpg needs, and becomes the adopter of orphans.
 * GW_MISSING: no gpg, or too old. GW_DENIED: rights of `home`. GW_KEY: our own
 * key does not open what is sealed to it (T34). GW_AGAIN, GW_TIMEOUT, GW_FULL,
 * GW_IO, GW_NOMEM. All logged.
 */
enum gw_err keys_open(struct keys **k, const char *home, const char *own);

/* A dry run: an agent that served before us is left alone. */
void keys_guest(struct keys *k);
void keys_close(struct keys *k);

/* Marks a primary fingerprint as enrolled, or no longer. GW_NOMEM, GW_LIMIT */
enum gw_err keys_pin(struct keys *k, const char *fpr, bool active);

/*
 * Decrypts and verifies `cipher` of the frozen memfd `mail` in one engine
 * call; `stripped` verifies what keys_strip() made, which needs no secret key.
 * Fills *out. The plaintext is in out->plain only when reason is
 * REASON_OK or REASON_NOT_SIGNED, and for a `stranger` also with
 * REASON_UNKNOWN_KEY or REASON_EXPIRED_KEY (verdict_releases()); `k` keeps a
 * writable view of it under `id` until keys_wipe(). Without one it has been
 * wiped already. fpr is of a key in the ring, but for a `stranger` who is not
 * in it: then the one that the signature itself names, proven by nothing.
 * Returns GW_OK whenever *out is meaningful. GW_FORMAT: `cipher` lies outside
 * `mail`, or id 0. GW_LIMIT: LIM_OPEN plaintexts are out. Else it is not the
 * mail's fault and may be tried again: GW_AGAIN, GW_NOMEM, GW_IO, GW_TIMEOUT.
 */
enum gw_err keys_unwrap(struct keys *k, const struct msg_unwrap *in,
    struct msg_unwrapped *out);

/* Verifies a detached signature over `body`, both inside `plain`; a lone LF
 * counts as CRLF (RFC 3156 5). Fills *out (id apart); errors as above. */
enum gw_err keys_verify(struct keys *k, int plain, struct span body,
    struct span signature, struct msg_verified *out);

/*
 * Whether a mail is signed by the one key that it brings, which must be usable
 * and have a user id with the mailbox `address`; the ring stays as it is. Fills
 * *out: fpr, algo and expires whenever there is one key, made and hash when a
 * signature was looked at. REASON_OK: yes. REASON_UNKNOWN_KEY: not one public
 * key of at most LIM_KEYFILE bytes, one that is expired, revoked, too weak or
 * cannot both sign and be encrypted to, or not the one that signed.
 * REASON_SENDER_MISMATCH: no such user id. REASON_DECRYPT_FAILED, and those
 * of verdict_signature(). Errors as keys_unwrap(), and GW_FULL.
 */
enum gw_err keys_vouch(struct keys *k, const struct msg_vouch *in,
    struct msg_vouched *out);

/* Overwrites the plaintext of `id`; all of them for id 0. */
void keys_wipe(struct keys *k, uint32_t id);

/*
 * Makes the finished mail of messages.def "seal": outer header, then RFC 3156
 * multipart/encrypted with the signed and encrypted entity, its epilogue
 * padded so that the mail reaches the next size bucket, CRLF throughout. With
 * fpr "" the entity is signed only (multipart/signed). With `guest` the
 * recipient's key is in that file and not in the ring, and does not come in;
 * the finished mail is the same. GW_KEY: no such key, not the one in `guest`,
 * expired, revoked, cannot encrypt, or our own key cannot sign.
 * GW_FORMAT: head is not as announced. GW_LIMIT, GW_TIMEOUT, GW_NOMEM, GW_IO.
 * *mail is the caller's.
 */
enum gw_err keys_seal(struct keys *k, const struct msg_seal *in, int *mail);

/*
 * Takes the encryption off the mail that keys_unwrap() opened under the id
 * `opened`, and leaves the signature: *message is the OpenPGP message as its
 * sender made it, armored, with CRLF, frozen, the caller's. GW_STATE: it is
 * signed inside (RFC 3156 6.1), so that the plaintext is all there is.
 * GW_DENIED: nothing is out under that id, or not by REASON_OK. Else it may be
 * tried again: GW_LIMIT, GW_AGAIN, GW_TIMEOUT, GW_NOMEM, GW_IO.
 */
enum gw_err keys_strip(struct keys *k, uint32_t opened, int *message);

/*
 * Seals a mail to another, as its sender signed it: multipart/encrypted behind
 * the outer header, inside it the very packets that were in `cipher`, encrypted
 * to fpr alone. For both shapes; of 6.1 the signature inside is core's to have
 * verified. *mail is the caller's. GW_KEY: no such key, expired, revoked or
 * not to be encrypted to. GW_DENIED: keys_unwrap() would not let it out now.
 * GW_LIMIT: that is by REASON_BOMB. GW_FORMAT: `cipher` lies outside `mail`, or
 * `head` is no header. Else it may be tried again: GW_AGAIN, GW_TIMEOUT,
 * GW_NOMEM, GW_IO.
 */
enum gw_err keys_relay(struct keys *k, const struct msg_relay *in, int *mail);

/* The bucket a mail of `n` bytes is padded to, at least `least`: multiples of
 * 4 KiB, and beyond 128 KiB at most 1/16 more (R21, T40). */
uint64_t keys_bucket(uint64_t n, uint64_t least);

/* See messages.def: import, forget, create, ask_own and those below (id
 * apart). */
void keys_import(struct keys *k, const struct msg_import *in,
    struct msg_imported *out);
/* Whether the ring has this key and it can be encrypted to now; out->err:
 * GW_OK, GW_MISSING, GW_KEY. */
void keys_find(const struct keys *k, const char *fpr,
    struct msg_imported *out);
/* GW_MISSING, GW_DENIED: it is our own. */
enum gw_err keys_forget(struct keys *k, const char *fpr);
void keys_create(struct keys *k, const char *address, struct msg_own *out);

/* The values of ask_own.export; anything else is OWN_NO_FILE. Binary is what
 * a Web Key Directory holds. */
enum own_file { OWN_NO_FILE, OWN_ARMORED, OWN_BINARY };

/*
 * out->err: GW_OK, GW_MISSING: none. GW_KEY: it has expired, is revoked or
 * cannot be encrypted to; fpr and expires tell which. GW_STATE: several.
 * expires is the earlier end of the primary key and of the subkey that others
 * encrypt to now; renewed is when that one was made, 0 when there is none.
 */
void keys_own(struct keys *k, enum own_file form, struct msg_own *out);

/*
 * Gives our key a new encryption subkey, which ends with the key, and lets the
 * older ones end at `old_until`; what is sealed to them opens until they are
 * retired. One that is younger than an hour is not followed by another: so
 * the call can be repeated after a crash. *out as keys_own() without a file,
 * and out->err besides: GW_FORMAT: old_until is not in the future. GW_KEY: the
 * primary key has ended; prolong it first. GW_LIMIT: too many subkeys; retire
 * first. GW_AGAIN, GW_TIMEOUT, GW_NOMEM, GW_FULL, GW_IO.
 */
void keys_rotate(struct keys *k, int64_t old_until, struct msg_own *out);

/*
 * Destroys the secret part of each encryption subkey of ours that ended before
 * `before` and before now; never the newest, never the primary. They leave
 * our public key as well. out->destroyed
 * counts also when out->err is not GW_OK: GW_MISSING, GW_STATE: no one key of
 * ours. GW_IO, GW_TIMEOUT, GW_NOMEM, GW_FULL. May be repeated.
 */
void keys_retire(struct keys *k, int64_t before, struct msg_retired *out);

/*
 * Lets our key end at `expires`, at most LIM_PROLONG_S from now, and with it
 * the subkeys in use that would end sooner. Works on one that has ended, too.
 * *out as keys_own() without a file; GW_FORMAT: no such time. Else as
 * keys_rotate().
 */
void keys_prolong(struct keys *k, int64_t expires, struct msg_own *out);

#endif
