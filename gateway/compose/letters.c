#include "compose/letters.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"

#define HOUSE	"reference municipality contact phone citation address "
#define RECORD	"received kind organisation role sender fingerprint " \
		"signed_at hash algorithm digest form binding attachments shape"

static const struct letter_row letters[] = {
	/* kind, section, frame, vars, reply, clear, attach */
	{ MAIL_T01, "body", NULL, "received", true, false, false },
	{ MAIL_T02, "kanaal", NULL, "", true, true, false },
	{ MAIL_T02, "role-not-allowed", "inhoud", "", true, false, false },
	{ MAIL_T02, "wrong-recipient", "inhoud", "", true, false, false },
	{ MAIL_T02, "classified", "inhoud", "", true, false, false },
	{ MAIL_T02, "bad-structure", "inhoud", "", true, false, false },
	{ MAIL_T05, "body", NULL, "", false, false, false },
	{ MAIL_T05, "quarantaine", NULL, "", false, false, false },
	{ MAIL_T05, "alarm", NULL, "", false, false, false },
	{ MAIL_T05, "gewist", NULL, "", false, false, false },
	{ MAIL_T05, "vastgehouden", NULL, "", false, false, false },
	{ MAIL_T06, "body", NULL, RECORD, false, false, true },
	{ MAIL_T42, "body", NULL, "code", false, true, false }
};

/* What becomes the value of a variable of the record. */
static const struct {
	enum mail_kind kind;
	const char *section;
	const char *vars;
} sentences[] = {
	{ MAIL_T06, "form-complete", "" },
	{ MAIL_T06, "form-missing", "fields" },
	{ MAIL_T06, "form-free", "" },
	{ MAIL_T06, "bound", "" },
	{ MAIL_T06, "unbound", "" },
	{ MAIL_T06, "shape-signed", "" },
	{ MAIL_T06, "shape-combined", "" }
};

const struct letter_row *
letter_find(enum mail_kind kind, const char *section)
{
	size_t i;

	for (i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
		if (letters[i].kind == kind &&
		    strcmp(letters[i].section, section) == 0)
			return &letters[i];
	}
	return NULL;
}

/*
 * Renders one section (NULL: none), the house's values and those named in
 * `vars` known. Adds to *err what is wrong first.
 */
static void
check(const struct templates *t, enum mail_kind kind, const char *section,
    const char *vars, struct buf *why, enum gw_err *err)
{
	char names[256], *name, *rest = NULL;
	struct var v[LIM_VARS];
	struct buf out;
	enum gw_err one;
	size_t n = 0;

	if (section == NULL)
		return;
	buf_init(&out, LIM_LETTER_BYTES);
	(void)snprintf(names, sizeof(names), HOUSE "%s", vars);
	for (name = strtok_r(names, " ", &rest); name != NULL && n < LIM_VARS;
	    name = strtok_r(NULL, " ", &rest))
		v[n++] = (struct var){ name, "x" };
	one = template_render(t, mail_kind_template(kind), section, v, n,
	    &out);
	buf_free(&out);
	if (one == GW_MISSING) {
		buf_printf(why, "%s.txt: section \"%s\" is missing, or uses"
		    " another variable than: %s%s\n", mail_kind_template(kind),
		    section, HOUSE, vars);
		one = GW_FORMAT;
	}
	if (*err == GW_OK)
		*err = one;
}

enum gw_err
letters_check(const struct templates *t, struct buf *why)
{
	enum gw_err err = GW_OK;
	size_t i;

	for (i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
		const struct letter_row *l = &letters[i];

		check(t, l->kind, "subject", "", why, &err);
		check(t, l->kind, l->clear ? "subject-plain" : NULL, "", why,
		    &err);
		check(t, l->kind, l->frame, "reason", why, &err);
		check(t, l->kind, l->section, l->vars, why, &err);
	}
	for (i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++)
		check(t, sentences[i].kind, sentences[i].section,
		    sentences[i].vars, why, &err);
	return err;
}
