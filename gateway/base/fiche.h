/*
 * What parse, core and compose agree on about a fiche (domain.md 6.2): its
 * elements, which are the fields 4 to 14, and what stands around them. Who the
 * person is stands in none of it (design.md 10).
 */
#ifndef GW_BASE_FICHE_H
#define GW_BASE_FICHE_H

#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"

#define FICHE_FIRST	4
#define FICHE_LAST	14
#define FICHE_ELEMENTS	(FICHE_LAST - FICHE_FIRST + 1)

/* How a field of the form is asked for. */
enum fiche_asks {
	FICHE_MUST,
	FICHE_MAY,
	FICHE_OFF	/* not on the blank; taken when it is filled in */
};

/* What every approval repeats, and the fiche says itself (R94). */
#define FICHE_ATTESTATION						\
	"Deze fiche bevat geen tijdens het overleg meegedeelde geheimen."

/* In front of a line of a text, with a blank behind it: in a draft
 * (flow/fiche_draft.h), and in what is read (mail/fiche_form.h). */
#define FICHE_BAR	'|'

/* Clean UTF-8 (mail/charset.h) with LF between lines; "" for what is not
 * there. Sources are canonical addresses: whose information it is (R72). */
struct fiche_element {
	char text[LIM_FICHE_ELEMENT + 1];
	size_t sources;
	char source[LIM_FICHE_SOURCES][LIM_ADDR + 1];
};

/* The element of field n is the one at n - FICHE_FIRST. Large: not for the
 * stack. */
struct fiche_content {
	struct fiche_element element[FICHE_ELEMENTS];
};

struct fiche_head {
	char ref[LIM_REF + 1];		/* F-... */
	uint32_t version;
	int64_t day;			/* of the meeting, from 1970 */
	char town[LIM_TOWN + 1];
	char case_ref[LIM_REF + 1];	/* C-... */
};

#endif
