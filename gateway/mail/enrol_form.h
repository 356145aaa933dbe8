/*
 * The small form with which the office enrols somebody: lines "rol: lid". It
 * stands in a mail of ours, so that people fill it in inside the quote or type
 * it anew: both are read, with ">" and numbers or without.
 *
 * A field that is filled in twice, differently, is not filled in: the office
 * is asked again, for a wrong pin is a wrong person (security.md T32).
 */
#ifndef GW_MAIL_ENROL_FORM_H
#define GW_MAIL_ENROL_FORM_H

#include "base/bytes.h"
#include "base/limits.h"
#include "mail/charset.h"

/* Each is "" when it is not filled in, twice differently, too long or of
 * characters that it may not have; nothing is ever cut. */
struct enrol_form {
	char typed_fpr[LIM_FPR + 1];	/* hex digits, upper case */
	char role[LIM_WORD + 1];	/* one word of a-z, 0-9, hyphen */
	char org_class[LIM_WORD + 1];	/* the same */
	char organisation[LIM_ORG + 1];	/* these are UTF-8 in one line */
	char legal_ground[LIM_GROUND + 1];
	char compared[LIM_COMPARED + 1];
	char until[LIM_WORD + 1];
};

void enrol_form_read(struct bytes text, enum charset charset,
    struct enrol_form *out);

#endif
