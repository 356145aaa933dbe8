/*
 * Prints a blank as contrib/forms holds it: "make forms" writes the files with
 * this, tests/check-forms compares them. form_dump TEMPLATES FORM, where FORM
 * is a word of FORM_NAMES.
 */
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "compose/form_text.h"
#include "compose/letters.h"

/* A file belongs to no office: each fills in its own. */
static const struct office anybody = { .name = "[gemeente]",
	.address = "[adres van het postvak]", .contact = "[contactpersoon]",
	.phone = "[telefoonnummer]", .citation = "[citaat]" };

static enum gw_err
dump(const struct templates *t, const char *word)
{
	struct buf out;
	enum gw_err err = GW_MISSING;
	int f;

	buf_init(&out, LIM_LETTER_BYTES);
	for (f = 0; f < FORM_NAME_MAX; f++) {
		if (strcmp(form_name_dutch((enum form_name)f), word) == 0)
			err = form_text(t, &anybody, (enum form_name)f, &out);
	}
	if (err == GW_OK)
		puts(buf_str(&out));
	buf_free(&out);
	return err;
}

int
main(int argc, char *argv[])
{
	struct templates *t = NULL;
	enum gw_err err = GW_MISSING;
	struct buf why;

	buf_init(&why, LIM_LETTER_BYTES);
	if (argc == 3)
		err = templates_load(argv[1], NULL, &t, &why);
	if (err == GW_OK)
		err = letters_check(t, &why);
	if (err == GW_OK)
		err = dump(t, argv[2]);
	if (err != GW_OK)
		fprintf(stderr, "form_dump: %s%s\n", buf_str(&why),
		    gw_strerror(err));
	templates_free(t);
	buf_free(&why);
	return err != GW_OK;
}
