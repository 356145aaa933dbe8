/*
 * What frames an OpenPGP object has (RFC 4880 4.2), looked at before and
 * while gpg gets it: gpg opens much that is not one encrypted message and
 * says so in ways that cannot be relied on (libs.md 3c, security.md F8).
 *
 * Frames only: no packet is understood beyond its first bytes.
 */
#ifndef KEYS_PACKET_H
#define KEYS_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "keys/armor.h"
#include "keys/stream.h"

enum packet_fault {
	PACKET_FINE,
	PACKET_WRONG,		/* not one whole object of its kind */
	PACKET_NO_INTEGRITY,	/* encrypted data without MDC or AEAD */
	PACKET_UNSUPPORTED	/* a later version than gpg knows */
};

/*
 * A source that takes off the armor and hands on bytes for as long as they
 * are, by kind:
 *   ARMOR_MESSAGE    1 to LIM_RECIPIENTS session keys for named public keys,
 *                    then one encrypted data packet with integrity
 *   ARMOR_SIGNATURE  signature packets
 *   ARMOR_KEY        one public primary key and what belongs to it
 * and nothing after it. read() gives -1 at the first byte that is not.
 */
struct packets {
	struct source source;
	struct armor_in armor;
	enum packet_fault fault;
	unsigned primaries;	/* of ARMOR_KEY */
	unsigned session_keys;	/* of ARMOR_MESSAGE */
	unsigned seen;		/* packets begun */
	bool closed;		/* nothing may follow */
	bool inside;		/* packets_open_signed(), _stripped() */
	bool bare;		/* packets_open_inside() */

	/* The packet under way. */
	enum { AT_TAG, AT_LENGTH, AT_BODY } at;
	uint8_t tag;
	bool partial;		/* the length read last was a partial one */
	bool endless;		/* the body ends with the bytes */
	unsigned length_want;	/* bytes of the length still to come */
	unsigned length_add;	/* and what is added to them */
	uint64_t left;		/* bytes of the body still to come */
	uint8_t head[10];	/* its first bytes */
	size_t heads;
	bool inspected;		/* those have been looked at */
};

/* False (and fault PACKET_WRONG) when it is no such armor to begin with. */
bool packets_open(struct packets *k, const uint8_t *p, size_t n,
    enum armor_kind kind);

/*
 * The same for what was inside an encrypted message, never armored: one
 * compressed packet, in which gpg looks for the rest, or a one-pass signature,
 * one literal and the signature.
 */
bool packets_open_signed(struct packets *k, const uint8_t *p, size_t n);

/* The same in armor, as keys_strip() wrote it. */
bool packets_open_stripped(struct packets *k, const uint8_t *p, size_t n);

/* The same, or one literal alone: what is signed inside of it. */
bool packets_open_inside(struct packets *k, const uint8_t *p, size_t n);

#endif
