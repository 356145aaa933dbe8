/*
 * Addresses as ASCII bytes, domain in lower case, no display names, no IDN
 * folding (security.md T18). Safe to put into SMTP commands and headers.
 */
#ifndef GW_BASE_ADDRESS_H
#define GW_BASE_ADDRESS_H

#include <stdbool.h>

#include "base/limits.h"
#include "base/bytes.h"

/*
 * Copies `in` to `out` with the domain in lower case, when it is one plain
 * local@domain of RFC 5321: printable ASCII, a dot-atom local part of at most
 * 64 bytes, a domain of letters, digits, dots and hyphens. False and "" for
 * all else, quoted local parts and address literals too.
 */
bool address_canonical(const char *in, char out[LIM_ADDR + 1]);

/* Whether two canonical addresses are the same mailbox: bytes for bytes. */
bool address_same(const char *a, const char *b);

/* Whether two canonical addresses are the same but for the case of letters:
 * for what people typed, never for who signed. */
bool address_alike(const char *a, const char *b);

/*
 * Walks the mailboxes of an address list field (RFC 5322 3.4), members of
 * groups too. Comments and display names are passed over. What is no list, or
 * what two readers could split differently, ends the walk as ADDRESS_BAD: an
 * unquoted "@" in a name, two words without "<", nested comments past
 * LIM_COMMENTS.
 */
struct address_walk {
	struct bytes rest;
	bool group;		/* a group name was passed */
	bool in_group;
};

enum address_step { ADDRESS_ONE, ADDRESS_END, ADDRESS_BAD };

void address_walk(struct address_walk *w, struct bytes field_value);

/* The next addr-spec as it stands, quotes and all; `spec` lies in the field. */
enum address_step address_next(struct address_walk *w, struct bytes *spec);

#endif
