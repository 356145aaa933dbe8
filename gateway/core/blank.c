#include "core/blank.h"

#include <string.h>

#include "core/refuse.h"

static const char *const sections[FORM_NAME_MAX] = {
	[FORM_NAME_REFERRAL] = "aanmelding",
	[FORM_NAME_ENROLMENT] = "inschrijving",
	[FORM_NAME_PRIVACY] = "avg",
	[FORM_NAME_MEETING] = "vergadering",
	[FORM_NAME_FICHE] = "fiche",
};

const char *
blank_section(enum form_name f)
{
	return sections[(unsigned)f < FORM_NAME_MAX ? f : FORM_NAME_REFERRAL];
}

enum form_name
blank_form(const char *section)
{
	int i;

	for (i = 0; i < FORM_NAME_MAX; i++) {
		if (strcmp(sections[i], section) == 0)
			return (enum form_name)i;
	}
	return FORM_NAME_MAX;
}

enum gw_err
blank_step(struct travel *t)
{
	if (t->inner.form_name >= FORM_NAME_MAX)
		return refuse(t, REASON_UNREADABLE_ANSWER);
	t->mail.correspondent = t->signer.id;
	return posts_intent(&t->posts, MAIL_B03,
	    blank_section((enum form_name)t->inner.form_name), t->signer.id,
	    "") == NULL ? GW_LIMIT : GW_OK;
}
