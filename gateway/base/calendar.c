#include "base/calendar.h"

#include <stddef.h>

static const struct {
	const char *name, *word;
} partstats[PARTSTAT_MAX] = {
#define X(id, name, word) { name, word },
	PARTSTATS(X)
#undef X
};

const char *
partstat_name(enum partstat p)
{
	return (unsigned)p < PARTSTAT_MAX ? partstats[p].name : "?";
}

enum partstat
partstat_of(struct bytes word)
{
	unsigned p;

	for (p = 0; p < PARTSTAT_MAX; p++) {
		if (bytes_same(word, partstats[p].word))
			break;
	}
	return (enum partstat)p;
}

bool
calendar_uid(struct bytes in, char out[LIM_UID + 1])
{
	size_t i;
	uint8_t c;

	out[0] = '\0';
	if (in.n != LIM_UID)
		return false;
	for (i = 0; i < LIM_UID; i++) {
		c = ascii_lower(in.p[i]);
		if (!ascii_digit(c) && (c < 'a' || c > 'f')) {
			out[0] = '\0';
			return false;
		}
		out[i] = (char)c;
	}
	out[LIM_UID] = '\0';
	return true;
}
