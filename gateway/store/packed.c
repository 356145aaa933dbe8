/*
 * The bytes of two blobs. Numbers are big-endian, of 4 bytes unless it says 8;
 * a text is its length and its bytes; a case is the 18 characters of its
 * reference.
 *
 *	detail		1, chair (8), place, urgency, number of cases, cases
 *	attendance	1, number of people, each (8), number of cases, and for
 *			each the case and a bit for each person: bit i % 8 of
 *			byte i / 8, in as few bytes as hold them
 *
 * Nothing but our own writer makes them, under a data key. They are read as if
 * anybody did: no length is believed before it is compared with its bound.
 */
#include <string.h>

#include "store/handle.h"
#include "wire/cursor.h"

#define VERSION		1

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
	cursor_put_u32(&c, (uint32_t)a->people);
	for (i = 0; i < a->people; i++) {
		if (a->person[i] <= 0)
			return GW_FORMAT;
		cursor_put_u64(&c, (uint64_t)a->person[i]);
	}
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
get_people(struct cursor *c, struct attendance *a)
{
	size_t i;

	a->people = cursor_get_u32(c);
	if (a->people > LIM_PRESENT)
		return false;
	for (i = 0; i < a->people; i++) {
		a->person[i] = (int64_t)cursor_get_u64(c);
		if (a->person[i] <= 0)
			return false;
	}
	return true;
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
	if (cursor_get_u32(&c) == VERSION && get_people(&c, a) &&
	    get_agenda(&c, a))
		return GW_OK;
	memset(a, 0, sizeof(*a));
	return GW_FORMAT;
}
