/*
 * Every letter this program can write: which section of which template, which
 * values it brings, whether it may leave in clear. The one list that code and
 * templates must agree on.
 */
#ifndef GW_COMPOSE_LETTERS_H
#define GW_COMPOSE_LETTERS_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "compose/template.h"
#include "flow/effect.h"

struct letter_row {
	enum mail_kind kind;
	const char *section;
	const char *frame;	/* the section with the text around
				 * {{reason}}, which `section` is; or NULL */
	const char *vars;	/* names between spaces, beyond the house's */
	bool reply;		/* Auto-Submitted: auto-replied (RFC 3834 5) */
	bool clear;		/* may leave signed only: T02, T42 */
	bool attach;		/* may carry what came in: T06 */
};

/* NULL: there is no such letter. */
const struct letter_row *letter_find(enum mail_kind kind, const char *section);

/*
 * Renders every letter and sentence once with dummy values, so that a text
 * that lacks a section or wants a value that nobody has is found at start.
 * GW_FORMAT, all that is wrong is appended to `why`; GW_NOMEM.
 */
enum gw_err letters_check(const struct templates *t, struct buf *why);

#endif
