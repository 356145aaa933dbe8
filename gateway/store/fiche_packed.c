/*
 * The bytes of the two blobs of a fiche, as packed.c has those of a meeting.
 * Numbers are big-endian, of 4 bytes unless it says 8; a text is its length and
 * its bytes; a reference is its 18 characters.
 *
 *	detail	1, day (8), municipality, case, elements (wire/fiche_bytes.h)
 *	ballot	1, nonce (32), meeting, officer (8), chair (8), version, digest
 *		(32), flags, number of sources, each (8) and what it said,
 *		number of members, and for each: person (8), flags, version,
 *		mail (8), digest (32)
 *
 * Nothing but our own writer makes them, under a data key; they are read as if
 * anybody did.
 */
#include <string.h>

#include "store/handle.h"
#include "wire/fiche_bytes.h"

#define VERSION		1

#define ROUND_FLAGGED	1u
#define ROUND_OVER	2u
#define ROUND_FLAGS	3u

#define MEMBER_VALID	1u
#define MEMBER_OBJECTED	2u
#define MEMBER_APPROVED	4u
#define MEMBER_FLAGS	7u

static bool
is_ref(const char *ref, char type)
{
	static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

	return ref[0] == type && ref[1] == '-' &&
	    strspn(ref + 2, digits) == LIM_REF - 2 && ref[LIM_REF] == '\0';
}

static bool
get_ref(struct cursor *c, char type, char ref[LIM_REF + 1])
{
	memset(ref, 0, LIM_REF + 1);
	cursor_get_bytes(c, ref, LIM_REF);
	return !c->bad && is_ref(ref, type);
}

/* ---- detail ---- */

enum gw_err
fiche_pack(const struct fiche_head *h, const struct fiche_content *f,
    uint8_t *out, size_t *n)
{
	struct cursor c;

	*n = 0;
	if (!is_ref(h->case_ref, 'C'))
		return GW_FORMAT;
	cursor_init(&c, out, FICHE_DETAIL_BYTES);
	cursor_put_u32(&c, VERSION);
	cursor_put_u64(&c, (uint64_t)h->day);
	cursor_put_str(&c, h->town);
	cursor_put_bytes(&c, h->case_ref, LIM_REF);
	fiche_bytes_put(&c, f);
	*n = c.at;
	return c.bad ? GW_LIMIT : GW_OK;
}

static bool
get_detail(struct cursor *c, struct fiche_head *h, struct fiche_content *f)
{
	if (cursor_get_u32(c) != VERSION)
		return false;
	h->day = (int64_t)cursor_get_u64(c);
	cursor_get_str(c, h->town, sizeof(h->town));
	if (!get_ref(c, 'C', h->case_ref))
		return false;
	return fiche_bytes_get(c, f) && cursor_ok(c);
}

enum gw_err
fiche_unpack(const uint8_t *p, size_t n, struct fiche_head *h,
    struct fiche_content *f)
{
	struct cursor c;

	memset(h, 0, sizeof(*h));
	memset(f, 0, sizeof(*f));
	cursor_init(&c, (void *)(uintptr_t)p, n);
	if (get_detail(&c, h, f))
		return GW_OK;
	memset(h, 0, sizeof(*h));
	memset(f, 0, sizeof(*f));
	return GW_FORMAT;
}

/* ---- ballot ---- */

static void
put_member(struct cursor *c, const struct fiche_member *m)
{
	cursor_put_u64(c, (uint64_t)m->person);
	cursor_put_u32(c, (m->valid ? MEMBER_VALID : 0) |
	    (m->objected ? MEMBER_OBJECTED : 0) |
	    (m->approved ? MEMBER_APPROVED : 0));
	cursor_put_u32(c, m->version);
	cursor_put_u64(c, (uint64_t)m->mail);
	cursor_put_bytes(c, m->digest, HASH_BYTES);
}

enum gw_err
ballot_pack(const struct fiche_ballot *b, uint8_t *out, size_t *n)
{
	const struct fiche_round *r = &b->round;
	struct cursor c;
	size_t i;

	*n = 0;
	if (r->members > LIM_PRESENT || r->sources > LIM_FICHE_CONSENTS)
		return GW_LIMIT;
	if (!is_ref(b->meeting, 'V'))
		return GW_FORMAT;
	cursor_init(&c, out, FICHE_BALLOT_BYTES);
	cursor_put_u32(&c, VERSION);
	cursor_put_bytes(&c, b->nonce, DATA_KEY_BYTES);
	cursor_put_bytes(&c, b->meeting, LIM_REF);
	cursor_put_u64(&c, (uint64_t)b->officer);
	cursor_put_u64(&c, (uint64_t)b->chair);
	cursor_put_u32(&c, r->version);
	cursor_put_bytes(&c, r->digest, HASH_BYTES);
	cursor_put_u32(&c, (r->flagged ? ROUND_FLAGGED : 0) |
	    (r->handed_over ? ROUND_OVER : 0));
	cursor_put_u32(&c, (uint32_t)r->sources);
	for (i = 0; i < r->sources; i++) {
		cursor_put_u64(&c, (uint64_t)r->source[i].person);
		cursor_put_u32(&c, (uint32_t)r->source[i].consent);
	}
	cursor_put_u32(&c, (uint32_t)r->members);
	for (i = 0; i < r->members; i++)
		put_member(&c, &r->member[i]);
	*n = c.at;
	return c.bad ? GW_LIMIT : GW_OK;
}

/* One person twice would be a consensus with a voice too few. */
static bool
is_new_member(const struct fiche_round *r, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (r->member[i].person == r->member[n].person)
			return false;
	return r->member[n].person > 0;
}

static bool
get_members(struct cursor *c, struct fiche_round *r)
{
	struct fiche_member *m;
	uint32_t flags;
	size_t i;

	r->members = cursor_get_u32(c);
	if (r->members > LIM_PRESENT)
		return false;
	for (i = 0; i < r->members && !c->bad; i++) {
		m = &r->member[i];
		m->person = (int64_t)cursor_get_u64(c);
		flags = cursor_get_u32(c);
		m->valid = (flags & MEMBER_VALID) != 0;
		m->objected = (flags & MEMBER_OBJECTED) != 0;
		m->approved = (flags & MEMBER_APPROVED) != 0;
		m->version = cursor_get_u32(c);
		m->mail = (int64_t)cursor_get_u64(c);
		cursor_get_bytes(c, m->digest, HASH_BYTES);
		if ((flags & ~MEMBER_FLAGS) != 0 || !is_new_member(r, i))
			return false;
	}
	return cursor_ok(c);
}

static bool
get_sources(struct cursor *c, struct fiche_round *r)
{
	uint32_t consent;
	size_t i;

	r->sources = cursor_get_u32(c);
	if (r->sources > LIM_FICHE_CONSENTS)
		return false;
	for (i = 0; i < r->sources; i++) {
		r->source[i].person = (int64_t)cursor_get_u64(c);
		consent = cursor_get_u32(c);
		if (r->source[i].person <= 0 || consent > CONSENT_NO)
			return false;
		r->source[i].consent = (enum fiche_consent)consent;
	}
	return !c->bad;
}

static bool
get_ballot(struct cursor *c, struct fiche_ballot *b)
{
	struct fiche_round *r = &b->round;
	uint32_t flags;

	if (cursor_get_u32(c) != VERSION)
		return false;
	cursor_get_bytes(c, b->nonce, DATA_KEY_BYTES);
	if (!get_ref(c, 'V', b->meeting))
		return false;
	b->officer = (int64_t)cursor_get_u64(c);
	b->chair = (int64_t)cursor_get_u64(c);
	r->version = cursor_get_u32(c);
	cursor_get_bytes(c, r->digest, HASH_BYTES);
	flags = cursor_get_u32(c);
	r->flagged = (flags & ROUND_FLAGGED) != 0;
	r->handed_over = (flags & ROUND_OVER) != 0;
	return (flags & ~ROUND_FLAGS) == 0 && get_sources(c, r) &&
	    get_members(c, r);
}

enum gw_err
ballot_unpack(const uint8_t *p, size_t n, struct fiche_ballot *b)
{
	struct cursor c;

	memset(b, 0, sizeof(*b));
	cursor_init(&c, (void *)(uintptr_t)p, n);
	if (get_ballot(&c, b))
		return GW_OK;
	memset(b, 0, sizeof(*b));
	return GW_FORMAT;
}
