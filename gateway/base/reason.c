#include "base/reason.h"

#include <string.h>

static const char *const verdicts[VERDICT_MAX] = {
#define X(id, name, text) name,
	VERDICTS(X)
#undef X
};

static const struct {
	const char *name, *text;
} reasons[REASON_MAX] = {
#define X(id, name, text) { name, text },
	REASONS(X)
#undef X
};

static const char *const structures[STRUCTURE_MAX] = {
#define X(id, name, text) name,
	STRUCTURES(X)
#undef X
};

const char *
verdict_name(enum verdict_code v)
{
	return (unsigned)v < VERDICT_MAX ? verdicts[v] : "?";
}

const char *
reason_name(enum reason r)
{
	return (unsigned)r < REASON_MAX ? reasons[r].name : "?";
}

const char *
reason_text(enum reason r)
{
	return (unsigned)r < REASON_MAX ? reasons[r].text : "?";
}

const char *
structure_name(enum structure s)
{
	return (unsigned)s < STRUCTURE_MAX ? structures[s] : "?";
}

bool
reason_from_name(const char *name, enum reason *r)
{
	int i;

	for (i = 0; i < REASON_MAX; i++) {
		if (strcmp(name, reasons[i].name) == 0) {
			*r = (enum reason)i;
			return true;
		}
	}
	return false;
}

bool
verdict_from_name(const char *name, enum verdict_code *v)
{
	int i;

	for (i = 0; i < VERDICT_MAX; i++) {
		if (strcmp(name, verdicts[i]) == 0) {
			*v = (enum verdict_code)i;
			return true;
		}
	}
	return false;
}
