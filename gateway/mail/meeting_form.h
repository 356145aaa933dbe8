/*
 * The form for a meeting: what the office fills in to convene or to move one,
 * and the list of who was there. Lines "datum: 15/01/2027" as form_lines.h
 * reads them, and lines "C-0123456789ABCDEF: an@caw.be, ..." for those who
 * were there for one case only.
 *
 * A row that is filled in twice, differently, or that cannot be read is spoilt
 * and empty: the office is asked again, for whoever is invited by mistake
 * learns what is not for everybody.
 */
#ifndef GW_MAIL_MEETING_FORM_H
#define GW_MAIL_MEETING_FORM_H

#include <stdint.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/err.h"
#include "base/limits.h"
#include "mail/charset.h"

/* The rows of form.def; bit n of spoilt is row n. Lines of one case are of
 * MEETING_ROW_PRESENT, with which they are empty together. */
enum meeting_row {
#define MEETING(id, label) MEETING_ROW_##id,
#define ATTEND(id, label) MEETING_ROW_##id,
#include "mail/form.def"
	MEETING_ROWS
};

/* Texts are clean UTF-8 in one line, lists as in meeting_list.h; nothing is
 * ever cut. */
struct meeting_form {
	uint32_t spoilt;
	char kind[LIM_WORD + 1];	/* one word, small letters */
	char date[LIM_WORD + 1];
	char start[LIM_WORD + 1];
	char end[LIM_WORD + 1];
	char place[LIM_LOCATION + 1];
	char urgency[LIM_URGENCY + 1];
	struct buf agenda, invitees, adhoc, present;
	struct buf present_at;		/* "C-... entry" each */
};

/* GW_NOMEM. In every case meeting_form_free() is due. */
enum gw_err meeting_form_read(struct bytes text, enum charset charset,
    struct meeting_form *out);

/* Wipes and frees. */
void meeting_form_free(struct meeting_form *f);

#endif
