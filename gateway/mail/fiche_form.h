/*
 * The form of a fiche (domain.md 6.2) as the information officer fills it in:
 * "4. evaluatie van de opvolging: text", where the text goes on over as many
 * lines as it needs, empty ones too. A line is a field when its number and a
 * word of its label agree, as in form.h: what people write may hold either.
 *
 * A bar and a blank in front of a line make it a line of the text, whatever it
 * says, and are no part of it: flow/fiche_draft.h writes them.
 *
 * What is typed anew is read without the quote below it; where no field is,
 * the form was filled in inside the quote. A field that is filled in twice,
 * differently, is spoilt and empty: people would agree to the wrong one.
 */
#ifndef GW_MAIL_FICHE_FORM_H
#define GW_MAIL_FICHE_FORM_H

#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"
#include "base/fiche.h"
#include "mail/charset.h"

/* Bit n of the masks is field n. Large: not for the stack. */
struct fiche_form {
	uint32_t filled;
	uint32_t missing;		/* obligatory, and neither filled in nor
					 * spoilt; 1 and 3 as well */
	uint32_t spoilt;		/* twice differently, too long, or with
					 * what cannot be read */
	char meeting[LIM_REF + 1];	/* V-... */
	char case_ref[LIM_REF + 1];	/* C-... */
	struct fiche_content content;	/* field 14 too, whatever is configured */
};

/* GW_NOMEM: *out is empty then. Linear in `text`. */
enum gw_err fiche_form_read(struct bytes text, enum charset charset,
    struct fiche_form *out);

#endif
