/*
 * The first half of the way of a mail: from bytes to what was written and who
 * signed it. Parse reads, keys decrypts and verifies; here their answers are
 * checked and put side by side. Nothing is judged yet (keys/verdict.h).
 */
#ifndef GW_CORE_OPENING_H
#define GW_CORE_OPENING_H

#include "base/buf.h"
#include "core/way.h"

/* The outer structure, and whose address the mail comes from. GW_FORMAT: parse
 * answered nonsense; GW_AGAIN and whatever else passes: later. */
enum gw_err way_parsed(struct travel *t);

/* The plaintext, what stands in it and who signed it, where that may be asked
 * for. As way_parsed(). */
enum gw_err way_unwrapped(struct travel *t);

/* Opens what an unknown or expired key signed, to look for the key that it
 * brings; nothing else of it counts. */
enum gw_err way_open_stranger(struct travel *t);

/*
 * Adds the mail as its sender signed it, its encryption taken off: an armored
 * OpenPGP message, or of RFC 3156 6.1 the part multipart/signed. What has been
 * opened only. GW_LIMIT: no room. GW_DENIED: packets that are not in the order
 * in which others expect them. Else it passes.
 */
enum gw_err way_as_signed(struct travel *t, struct buf *out);

/* The same as way_unwrapped(), for what that made: t->raw is it. */
enum gw_err way_signed(struct travel *t);

#endif
