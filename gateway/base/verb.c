#include "base/verb.h"

static const struct {
	const char *name, *dutch;
	uint32_t takes;
} verbs[VERB_MAX] = {
#define X(id, name, dutch, takes) { name, dutch, takes },
	VERBS(X)
#undef X
};

static const struct {
	const char *name, *dutch;
} grounds[GROUND_MAX] = {
#define X(id, name, dutch) { name, dutch },
	GROUNDS(X)
#undef X
};

static const char *const forms[FORM_NAME_MAX] = {
#define X(id, dutch) dutch,
	FORM_NAMES(X)
#undef X
};

const char *
verb_name(enum verb v)
{
	return (unsigned)v < VERB_MAX ? verbs[v].name : "?";
}

const char *
verb_dutch(enum verb v)
{
	return (unsigned)v < VERB_MAX ? verbs[v].dutch : "?";
}

uint32_t
verb_takes(enum verb v)
{
	return (unsigned)v < VERB_MAX ? verbs[v].takes : 0;
}

const char *
ground_name(enum ground g)
{
	return (unsigned)g < GROUND_MAX ? grounds[g].name : "?";
}

const char *
ground_dutch(enum ground g)
{
	return (unsigned)g < GROUND_MAX ? grounds[g].dutch : "?";
}

const char *
form_name_dutch(enum form_name f)
{
	return (unsigned)f < FORM_NAME_MAX ? forms[f] : "?";
}
