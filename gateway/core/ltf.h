/*
 * The one contact of the LTF (R101). No other file of core knows who that is,
 * and no other makes a mail of kind T28B: tests/check-ltf reads it off the
 * tree.
 */
#ifndef GW_CORE_LTF_H
#define GW_CORE_LTF_H

#include "core/posts.h"

/* The configured address; false and "": there is none, and the information
 * officer sends a fiche by a channel of their own. */
bool ltf_address(const struct core *c, char address[LIM_ADDR + 1]);

/* Of that contact's key; "" when there is none. */
const char *ltf_fingerprint(const struct core *c);

/* Whether this canonical address, or key, is that contact's: then it is not
 * written to but by ltf_relay(), and nobody's to be enrolled with (R87). */
bool ltf_is_address(const struct core *c, const char *address);
bool ltf_is_key(const struct core *c, const char *fpr);

/*
 * Asks keys whether the key of that contact is there: *out as it answers "find".
 * GW_MISSING: no contact is configured. GW_AGAIN: keys is down.
 */
enum gw_err ltf_find_key(struct core *c, struct msg_imported *out);

/* Takes the key in the memfd `file` into the ring when it is the configured
 * one; *out as keys answers "import". Errors as above. */
enum gw_err ltf_import_key(struct core *c, int file, struct msg_imported *out);

/*
 * EFFECT_RELAY: adds the information officer's own signed mail, `cipher` of the
 * frozen memfd `mail`, to `posts`, sealed now to that contact, with nothing
 * added (T28b). The caller has judged it as an order of the information officer
 * over the approved digest; with its signature inside (RFC 3156 6.1) that was
 * verified. GW_MISSING: no contact is configured. GW_KEY: its key is not there
 * or cannot be used. GW_DENIED: keys would not open the mail (any more).
 * GW_LIMIT: it is too large, or there are too many mails. GW_AGAIN: keys is
 * down, or what passes. Then nothing is added.
 */
enum gw_err ltf_relay(struct posts *p, const char *ref, int mail,
    struct span cipher);

#endif
