#include <stdlib.h>
#include <string.h>

#include "store/handle.h"

enum gw_err
attendance_case(struct attendance *a, const char *ref)
{
	size_t i, n = a->cases;

	if (n == LIM_MEETING_CASES || strlen(ref) > LIM_REF)
		return GW_LIMIT;
	memset(&a->agenda[n], 0, sizeof(a->agenda[n]));
	memcpy(a->agenda[n].ref, ref, strlen(ref));
	a->cases++;
	for (i = 0; i < a->people; i++)
		attendance_set(a, n, i, true);
	return GW_OK;
}

void
attendance_set(struct attendance *a, size_t n, size_t person, bool there)
{
	uint8_t bit = (uint8_t)(1u << person % 8);

	if (n >= a->cases || person >= a->people)
		return;
	if (there)
		a->agenda[n].there[person / 8] |= bit;
	else
		a->agenda[n].there[person / 8] &= (uint8_t)~bit;
}

bool
attendance_has(const struct attendance *a, const char *ref,
    int64_t correspondent)
{
	size_t n, i;

	for (n = 0; n < a->cases && strcmp(a->agenda[n].ref, ref) != 0; n++)
		;
	for (i = 0; i < a->people && a->person[i] != correspondent; i++)
		;
	return n < a->cases && i < a->people &&
	    (a->agenda[n].there[i / 8] & 1u << i % 8) != 0;
}

/* Only where there is none yet: two lists would be two consensuses. */
static enum gw_err
set_blob(struct store *s, const char *ref, int64_t blob)
{
	struct query q;
	enum gw_err r;

	db_start(&q, s->main, "UPDATE meeting SET attendance = ?"
	    " WHERE ref = ? AND attendance IS NULL");
	db_put_int(&q, blob);
	db_put_text(&q, ref);
	r = db_run_found(&q);
	return r == GW_MISSING ? GW_EXISTS : r;
}

static enum gw_err
get_blob(struct store *s, const char *ref, int64_t *blob)
{
	struct query q;

	*blob = 0;
	db_start(&q, s->main, "SELECT attendance FROM meeting WHERE ref = ?");
	db_put_text(&q, ref);
	if (db_step(&q))
		*blob = db_get_int(&q);
	return db_end_found(&q);
}

static enum gw_err
put(struct store *s, const char *ref, const struct attendance *a,
    uint8_t *bytes)
{
	enum gw_err r;
	int64_t blob;
	size_t n;

	r = get_blob(s, ref, &blob);
	if (r != GW_OK)
		return r;
	if (blob != 0)
		return GW_EXISTS;
	r = attendance_pack(a, bytes, &n);
	if (r == GW_OK)
		r = blob_put(s, bytes, n, &blob);
	return r == GW_OK ? set_blob(s, ref, blob) : r;
}

static enum gw_err
get(struct store *s, const char *ref, struct attendance *a, uint8_t *bytes)
{
	enum gw_err r;
	int64_t blob;
	size_t n;

	r = get_blob(s, ref, &blob);
	if (r == GW_OK && blob == 0)
		r = GW_MISSING;
	if (r == GW_OK)
		r = blob_read(s, blob, bytes, ATTENDANCE_BYTES, &n);
	return r == GW_OK ? attendance_unpack(bytes, n, a) : r;
}

enum gw_err
meeting_attendance_put(struct store *s, const char *ref,
    const struct attendance *a)
{
	uint8_t *bytes = malloc(ATTENDANCE_BYTES);
	enum gw_err r;

	if (bytes == NULL)
		return GW_NOMEM;
	r = put(s, ref, a, bytes);
	crypto_wipe(bytes, ATTENDANCE_BYTES);
	free(bytes);
	return r;
}

enum gw_err
meeting_attendance_get(struct store *s, const char *ref,
    struct attendance *a)
{
	uint8_t *bytes = malloc(ATTENDANCE_BYTES);
	enum gw_err r;

	memset(a, 0, sizeof(*a));
	if (bytes == NULL)
		return GW_NOMEM;
	r = get(s, ref, a, bytes);
	crypto_wipe(bytes, ATTENDANCE_BYTES);
	free(bytes);
	return r;
}
