#include "keys/pins.h"

#include <stdlib.h>
#include <string.h>

/* Where `fpr` stands, or should stand. */
static size_t
place_of(const struct pins *p, const char *fpr, bool *there)
{
	size_t lo = 0, hi = p->n, mid;
	int order;

	*there = false;
	while (lo < hi && !*there) {
		mid = lo + (hi - lo) / 2;
		order = strcmp(fpr, p->fpr[mid]);
		if (order > 0) {
			lo = mid + 1;
		} else {
			hi = mid;
			*there = order == 0;
		}
	}
	return *there ? hi : lo;
}

/* OpenPGP v4 fingerprints, 40 digits; v5 has 64. */
static bool
is_fingerprint(const char *fpr)
{
	size_t len = strlen(fpr);

	return (len == 40 || len == LIM_FPR) &&
	    strspn(fpr, "0123456789ABCDEF") == len;
}

static enum gw_err
insert(struct pins *p, size_t at, const char *fpr)
{
	size_t cap = p->cap == 0 ? 64 : p->cap * 2;
	void *more;

	if (p->n == LIM_PINS)
		return GW_LIMIT;
	if (p->n == p->cap) {
		more = reallocarray(p->fpr, cap, sizeof(*p->fpr));
		if (more == NULL)
			return GW_NOMEM;
		p->fpr = more;
		p->cap = cap;
	}
	memmove(p->fpr + at + 1, p->fpr + at, (p->n - at) * sizeof(*p->fpr));
	memcpy(p->fpr[at], fpr, strlen(fpr) + 1);
	p->n++;
	return GW_OK;
}

void
pins_free(struct pins *p)
{
	free(p->fpr);
	*p = (struct pins){ .fpr = NULL };
}

enum gw_err
pins_set(struct pins *p, const char *fpr, bool active)
{
	bool there;
	size_t at;

	if (!is_fingerprint(fpr))
		return GW_FORMAT;
	at = place_of(p, fpr, &there);
	if (there == active)
		return GW_OK;
	if (active)
		return insert(p, at, fpr);
	memmove(p->fpr + at, p->fpr + at + 1,
	    (p->n - at - 1) * sizeof(*p->fpr));
	p->n--;
	return GW_OK;
}

bool
pins_has(const struct pins *p, const char *fpr)
{
	bool there;

	(void)place_of(p, fpr, &there);
	return there;
}
