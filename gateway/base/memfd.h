/*
 * Mails and plaintext travel between roles as sealed memfds: memory with a
 * descriptor, never a file (design.md 2, security.md T37, T38).
 *
 * All memfds are close-on-exec. Names in /proc say "mail" and nothing more.
 */
#ifndef GW_BASE_MEMFD_H
#define GW_BASE_MEMFD_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* A read-only view of a whole memfd. p is never NULL after memfd_map(). */
struct map {
	const uint8_t *p;
	size_t len;
};

/* A new empty memfd in *fd, the caller's. GW_AGAIN, GW_NOMEM, GW_IO. */
enum gw_err memfd_new(int *fd);

/* A new memfd that holds a copy of `n` bytes, closed to any further change.
 * For what is not secret or is ciphertext. GW_AGAIN, GW_NOMEM, GW_IO. */
enum gw_err memfd_from(const void *p, size_t n, int *fd);

/* Appends all of `p`, however often the kernel takes only part. */
enum gw_err memfd_write(int fd, const void *p, size_t n);

/* Closes `fd` to every change and growth, for ever. */
enum gw_err memfd_freeze(int fd);

/* Maps `fd` for reading. GW_LIMIT when it holds more than `max` bytes,
 * GW_FORMAT when it is no memfd that can no longer shrink or be written to
 * by its sender (a shrinking map is a SIGBUS). Unmap with memfd_unmap(). */
enum gw_err memfd_map(int fd, size_t max, struct map *m);
void memfd_unmap(struct map *m);

/*
 * A memfd for plaintext. The creator keeps a writable mapping, so that it can
 * wipe the pages after the receivers are done; everybody else gets a
 * descriptor that can be read only (F_SEAL_FUTURE_WRITE).
 */
struct secret {
	int fd;		/* -1 when there is none */
	uint8_t *p;	/* writable, once sealed; else NULL */
	size_t len;	/* bytes used */
	size_t max;
};

/* Prepares `s` to grow up to `max` bytes. GW_AGAIN, GW_NOMEM, GW_IO. */
enum gw_err secret_new(struct secret *s, size_t max);

/* Appends. GW_LIMIT past `max` (nothing is added), GW_NOMEM, GW_IO. */
enum gw_err secret_add(struct secret *s, const void *p, size_t n);

/* Ends growing: cuts to `len` and allows no more writers but ourselves.
 * GW_NOMEM, GW_IO: it is not sealed and can only be wiped. */
enum gw_err secret_seal(struct secret *s);

/* Overwrites with zeros, unmaps, closes. Safe to call twice. */
void secret_wipe(struct secret *s);

#endif
