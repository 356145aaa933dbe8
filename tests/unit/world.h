/*
 * A gateway and its partners for the tests of keys/: throw-away homes in one
 * directory, a real gpg on the other side, user ids that say INSECURE.
 */
#ifndef TESTS_WORLD_H
#define TESTS_WORLD_H

#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"
#include "keys/keys.h"

#define OWN	"gateway@insecure.example"

/* The partners' gpg, for world_sh(). */
#define P	"gpg --homedir p --batch --yes --quiet --trust-model always " \
		"--pinentry-mode loopback --passphrase= "

#define WORLD_PATH	96

extern char world_dir[WORLD_PATH];	/* gw is our home, p the partners' */
extern char world_fpr[LIM_FPR + 1]; /* our fingerprint */
extern struct keys *world_keys;

/*
 * Makes partners, our own key, and enrols: ed25 rsa2 rsa3 rsa4 nist revoked
 * old (active), suspended (known, not active). stranger, weak and signonly
 * have only a file NAME.pub, as all others have.
 */
int world_make(void **state);

/* Less, in a tenth of the time, and in a home of LIM_HOME bytes: ed25
 * (active); stranger, weak, signonly and old have only a file. */
int world_make_small(void **state);
int world_end(void **state);

/* Closes and opens keys again, pins what is active. */
void world_reopen(void);

/* Runs a shell command in world_dir; its exit status. */
int world_sh(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The same, and the test fails when it does. */
void world_must(const char *what, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* The bytes of a file of world_dir, malloc'd, with a NUL behind them. */
uint8_t *world_read(const char *name, size_t *n);
void world_write(const char *name, const void *p, size_t n);

/* For world_sh(): ends the agent of our home, if there is one, and waits until
 * it is gone: a gpg that finds a dying one says that there is no secret key. */
#define NO_AGENT "gpgconf --homedir gw --kill gpg-agent; n=0; " \
		"while [ -S gw/S.gpg-agent ] && [ $n -lt 50 ]; do sleep 0.1; " \
		"n=$((n + 1)); done; rm -f gw/S.gpg-agent*; "

/* A frozen memfd with the bytes of such a file. */
int world_memfd(const char *name);

/* Fingerprint of a partner; static storage. */
const char *world_fpr_of(const char *user);

/* Imports the file under a fingerprint and an address: enum gw_err. */
uint32_t world_import(const char *file, const char *fpr, const char *address,
    struct msg_imported *out);

/* Notes in a file of world_dir what our home holds, byte for byte. */
void world_snapshot(const char *name);

/* Every gpg that worked in our home must be gone (T26). */
void world_no_orphans(void);

#endif
