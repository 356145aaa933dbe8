#include "flow/effect.h"

static const struct {
	const char *name, *file;
} kinds[MAIL_KIND_MAX] = {
#define X(id, name, file) { name, file },
	MAIL_KINDS(X)
#undef X
};

const char *
mail_kind_name(enum mail_kind k)
{
	return (unsigned)k < MAIL_KIND_MAX ? kinds[k].name : "?";
}

const char *
mail_kind_template(enum mail_kind k)
{
	return (unsigned)k < MAIL_KIND_MAX ? kinds[k].file : "?";
}
