/*
 * The outermost packets of an armored OpenPGP message, read only as far as to
 * know that it is encrypted, whole and to one key (RFC 9580 4.2, 10.3).
 */
#ifndef GW_TRANSPORT_PACKETS_H
#define GW_TRANSPORT_PACKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Begin with { 0 }. */
struct packets {
	uint8_t head[6];	/* the packet header that is being read */
	size_t have;
	uint64_t skip;		/* bytes of the body still to come */
	bool partial;		/* then another length follows, RFC 9580 4.2.1.4 */
	unsigned keys;		/* public-key encrypted session keys */
	bool data;		/* an encrypted, integrity protected packet */
	bool wrong;		/* something else stood there */
	bool padded;		/* base64 has ended */
};

/* One line of base64. False when it is none, or after the padding. */
bool packets_line(struct packets *k, const char *line, size_t n);

/* Whether all lines together were one session key packet and one encrypted
 * data packet, and the latter complete. */
bool packets_encrypted_to_one(const struct packets *k);

#endif
