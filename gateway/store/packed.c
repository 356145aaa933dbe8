/*
 * The bytes of three blobs. Numbers are big-endian, of 4 bytes unless it says
 * 8; a text is its length and its bytes; a case is the 18 characters of its
 * reference.
 *
 *	detail		1, chair (8), place, urgency, number of cases, cases
 *	attendance	1, number of people, each (8), number of cases, and for
 *			each the case and a bit for each person: bit i % 8 of
 *			byte i / 8, in as few bytes as hold them
 *	case file	2, referral, manager (8), when an extension was proposed
 *			(8), meeting, controller (8), criteria, nonce (32),
 *			number of people, each (8), state of the informing,
 *			chair (8), nonce (32), hash of the letter (32), number
 *			of voices, each (8) with its key (8) and 1 for an
 *			officer, 2 for a yes. Version 1 ends with the people; before schema
 *			step 4 it was the 18 characters of the referral
 *
 * Nothing but our own writer makes them, under a data key. They are read as if
 * anybody did: no length is believed before it is compared with its bound.
 */
#include <string.h>

#include "store/handle.h"
#include "wire/cursor.h"

#define VERSION		1
#define CASE_VERSION	2

/* Of a voice. */
#define OFFICER		1u
#define YES		2u

static bool
is_case(const char *ref)
{
	static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

	return ref[0] == 'C' && ref[1] == '-' &&
	    strspn(ref + 2, digits) == LIM_REF - 2 && ref[LIM_REF] == '\0';
}

static bool
get_case(struct cursor *c, char ref[LIM_REF + 1])
{
	memset(ref, 0, LIM_REF + 1);
	cursor_get_bytes(c, ref, LIM_REF);
	return !c->bad && is_case(ref);
}

/* ---- detail ---- */

enum gw_err
detail_pack(const struct meeting_detail *d, uint8_t *out, size_t *n)
{
	struct cursor c;
	size_t i;

	*n = 0;
	if (d->cases > LIM_MEETING_CASES)
		return GW_LIMIT;
	cursor_init(&c, out, DETAIL_BYTES);
	cursor_put_u32(&c, VERSION);
	cursor_put_u64(&c, (uint64_t)d->chair);
	cursor_put_str(&c, d->place);
	cursor_put_str(&c, d->urgency);
	cursor_put_u32(&c, (uint32_t)d->cases);
	for (i = 0; i < d->cases; i++) {
		if (!is_case(d->agenda[i]))
			return GW_FORMAT;
		cursor_put_bytes(&c, d->agenda[i], LIM_REF);
	}
	*n = c.at;
	return c.bad ? GW_LIMIT : GW_OK;
}

static bool
get_detail(struct cursor *c, struct meeting_detail *d)
{
	size_t i;

	if (cursor_get_u32(c) != VERSION)
		return false;
	d->chair = (int64_t)cursor_get_u64(c);
	cursor_get_str(c, d->place, sizeof(d->place));
	cursor_get_str(c, d->urgency, sizeof(d->urgency));
	d->cases = cursor_get_u32(c);
	if (d->chair < 0 || d->cases > LIM_MEETING_CASES)
		return false;
	for (i = 0; i < d->cases; i++)
		if (!get_case(c, d->agenda[i]))
			return false;
	return cursor_ok(c);
}

enum gw_err
detail_unpack(const uint8_t *p, size_t n, struct meeting_detail *d)
{
	struct cursor c;

	memset(d, 0, sizeof(*d));
	cursor_init(&c, (void *)(uintptr_t)p, n);
	if (get_detail(&c, d))
		return GW_OK;
	memset(d, 0, sizeof(*d));
	return GW_FORMAT;
}

/* ---- attendance ---- */

/* Bytes that hold a bit for each. */
static size_t
bytes_for(size_t people)
{
	return (people + 7) / 8;
}

/* Bits of nobody are zero, so that there is one way to write a list. */
static bool
bits_are_of(const uint8_t *there, size_t people)
{
	size_t i;

	for (i = people; i < 8 * bytes_for(people); i++)
		if ((there[i / 8] & 1u << i % 8) != 0)
			return false;
	return true;
}

static bool
put_people(struct cursor *c, const int64_t *person, size_t people)
{
	size_t i;

	cursor_put_u32(c, (uint32_t)people);
	for (i = 0; i < people; i++) {
		if (person[i] <= 0)
			return false;
		cursor_put_u64(c, (uint64_t)person[i]);
	}
	return true;
}

enum gw_err
attendance_pack(const struct attendance *a, uint8_t *out, size_t *n)
{
	struct cursor c;
	size_t i;

	*n = 0;
	if (a->people > LIM_PRESENT || a->cases > LIM_MEETING_CASES)
		return GW_LIMIT;
	cursor_init(&c, out, ATTENDANCE_BYTES);
	cursor_put_u32(&c, VERSION);
	if (!put_people(&c, a->person, a->people))
		return GW_FORMAT;
	cursor_put_u32(&c, (uint32_t)a->cases);
	for (i = 0; i < a->cases; i++) {
		if (!is_case(a->agenda[i].ref) ||
		    !bits_are_of(a->agenda[i].there, a->people))
			return GW_FORMAT;
		cursor_put_bytes(&c, a->agenda[i].ref, LIM_REF);
		cursor_put_bytes(&c, a->agenda[i].there,
		    bytes_for(a->people));
	}
	*n = c.at;
	return c.bad ? GW_LIMIT : GW_OK;
}

static bool
get_people(struct cursor *c, int64_t person[LIM_PRESENT], size_t *people)
{
	size_t i;

	*people = cursor_get_u32(c);
	if (*people > LIM_PRESENT)
		return false;
	for (i = 0; i < *people; i++) {
		person[i] = (int64_t)cursor_get_u64(c);
		if (person[i] <= 0)
			return false;
	}
	return !c->bad;
}

static bool
get_agenda(struct cursor *c, struct attendance *a)
{
	size_t i;

	a->cases = cursor_get_u32(c);
	if (a->cases > LIM_MEETING_CASES)
		return false;
	for (i = 0; i < a->cases; i++) {
		if (!get_case(c, a->agenda[i].ref))
			return false;
		cursor_get_bytes(c, a->agenda[i].there, bytes_for(a->people));
		if (!bits_are_of(a->agenda[i].there, a->people))
			return false;
	}
	return cursor_ok(c);
}

enum gw_err
attendance_unpack(const uint8_t *p, size_t n, struct attendance *a)
{
	struct cursor c;

	memset(a, 0, sizeof(*a));
	cursor_init(&c, (void *)(uintptr_t)p, n);
	if (cursor_get_u32(&c) == VERSION &&
	    get_people(&c, a->person, &a->people) && get_agenda(&c, a))
		return GW_OK;
	memset(a, 0, sizeof(*a));
	return GW_FORMAT;
}

/* ---- case file ---- */

static bool
put_informing(struct cursor *c, const struct informing *in)
{
	const struct informing_voice *v;
	size_t i;

	if (in->voices > LIM_VOICES)
		return false;
	cursor_put_u32(c, in->state);
	cursor_put_u64(c, (uint64_t)in->chair);
	cursor_put_bytes(c, in->nonce, HASH_BYTES);
	cursor_put_bytes(c, in->text, HASH_BYTES);
	cursor_put_u32(c, (uint32_t)in->voices);
	for (i = 0; i < in->voices; i++) {
		v = &in->voice[i];
		if (v->person <= 0)
			return false;
		cursor_put_u64(c, (uint64_t)v->person);
		cursor_put_u64(c, v->key);
		cursor_put_u32(c, (v->officer ? OFFICER : 0) |
		    (v->yes ? YES : 0));
	}
	return true;
}

static bool
get_voice(struct cursor *c, struct informing_voice *v)
{
	uint32_t bits;

	v->person = (int64_t)cursor_get_u64(c);
	v->key = cursor_get_u64(c);
	bits = cursor_get_u32(c);
	v->officer = (bits & OFFICER) != 0;
	v->yes = (bits & YES) != 0;
	return v->person > 0 && (bits & ~(OFFICER | YES)) == 0;
}

static bool
get_informing(struct cursor *c, struct informing *in)
{
	uint32_t state = cursor_get_u32(c);
	size_t i;

	in->chair = (int64_t)cursor_get_u64(c);
	cursor_get_bytes(c, in->nonce, HASH_BYTES);
	cursor_get_bytes(c, in->text, HASH_BYTES);
	in->voices = cursor_get_u32(c);
	if (state >= INFORMING_STATE_MAX || in->chair < 0 ||
	    in->voices > LIM_VOICES)
		return false;
	in->state = (enum informing_state)state;
	for (i = 0; i < in->voices; i++) {
		if (!get_voice(c, &in->voice[i]))
			return false;
	}
	return true;
}

enum gw_err
case_file_pack(const struct case_file *f, uint8_t *out, size_t *n)
{
	const struct case_extension *e = &f->extension;
	struct cursor c;

	*n = 0;
	if (f->people > LIM_PRESENT)
		return GW_LIMIT;
	cursor_init(&c, out, CASE_FILE_BYTES);
	cursor_put_u32(&c, CASE_VERSION);
	cursor_put_str(&c, f->referral);
	cursor_put_u64(&c, (uint64_t)f->manager);
	cursor_put_u64(&c, (uint64_t)e->proposed);
	cursor_put_str(&c, e->meeting);
	cursor_put_u64(&c, (uint64_t)e->controller);
	cursor_put_u32(&c, e->criteria);
	cursor_put_bytes(&c, e->nonce, HASH_BYTES);
	if (!put_people(&c, f->person, f->people) ||
	    !put_informing(&c, &f->informing))
		return GW_FORMAT;
	*n = c.at;
	return c.bad ? GW_LIMIT : GW_OK;
}

static bool
get_file(struct cursor *c, struct case_file *f)
{
	struct case_extension *e = &f->extension;
	uint32_t version = cursor_get_u32(c);

	if (version != VERSION && version != CASE_VERSION)
		return false;
	cursor_get_str(c, f->referral, sizeof(f->referral));
	f->manager = (int64_t)cursor_get_u64(c);
	e->proposed = (int64_t)cursor_get_u64(c);
	cursor_get_str(c, e->meeting, sizeof(e->meeting));
	e->controller = (int64_t)cursor_get_u64(c);
	e->criteria = cursor_get_u32(c);
	cursor_get_bytes(c, e->nonce, HASH_BYTES);
	return f->manager >= 0 && e->proposed >= 0 && e->controller >= 0 &&
	    (e->criteria & ~CRITERIA_ALL) == 0 &&
	    get_people(c, f->person, &f->people) &&
	    (version == VERSION || get_informing(c, &f->informing)) &&
	    cursor_ok(c);
}

enum gw_err
case_file_unpack(const uint8_t *p, size_t n, struct case_file *f)
{
	struct cursor c;

	memset(f, 0, sizeof(*f));
	if (n == LIM_REF && p[0] == 'A') {
		memcpy(f->referral, p, n);
		return GW_OK;
	}
	cursor_init(&c, (void *)(uintptr_t)p, n);
	if (get_file(&c, f))
		return GW_OK;
	memset(f, 0, sizeof(*f));
	return GW_FORMAT;
}
