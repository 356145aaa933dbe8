/*
 * Every letter this program can write: which section of which template, which
 * values it brings, how it may leave. The one list that code and templates
 * must agree on.
 */
#ifndef GW_COMPOSE_LETTERS_H
#define GW_COMPOSE_LETTERS_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "compose/template.h"
#include "flow/effect.h"

/* Known in every letter, between spaces. */
#define LETTER_HOUSE	"reference municipality contact phone citation " \
			"address practice law_info"

enum letter_flag {
	LETTER_REPLY = 1 << 0,	/* Auto-Submitted: auto-replied (RFC 3834 5) */
	LETTER_CLEAR = 1 << 1,	/* may leave signed only: T02, T42 */
	LETTER_ATTACH = 1 << 2,	/* may carry what came in: T06, T28 */
	LETTER_KEY = 1 << 3,	/* brings our own public key, always */
	LETTER_UNNAMED = 1 << 4, /* may be without a reference, and has a
				  * subject for that */
	LETTER_CALENDAR = 1 << 5,	/* brings an event for the calendar, always:
				 * T12, T13, T18 */
	LETTER_FILES = 1 << 6	/* brings files that we made: T28 */
};

struct letter_row {
	enum mail_kind kind;
	const char *section;
	const char *frame;	/* the section with the text around
				 * {{reason}}, which `section` is; or NULL */
	const char *choices;	/* the section that becomes {{choices}}, where
				 * the letter names no other; NULL: none */
	const char *vars;	/* names between spaces, beyond the house's; a
				 * star behind one: it may have several lines */
	unsigned flags;		/* enum letter_flag */
};

/* What becomes {{choices}} of a letter without a reference. */
#define LETTER_CHOICES_ANYBODY	"keuzes-formulier"

/* Every letter in turn; NULL behind the last. */
const struct letter_row *letter_at(size_t i);

/* NULL: there is no such letter. */
const struct letter_row *letter_find(enum mail_kind kind, const char *section);

/* What this letter takes as the value of `name`. */
enum letter_takes { LETTER_NOTHING, LETTER_ONE_LINE, LETTER_LINES };

enum letter_takes letter_takes(const struct letter_row *row, const char *name);

/* What may become the value of a variable: a section that is no letter. */
struct letter_part {
	enum mail_kind kind;
	const char *section;
	const char *vars;
	bool house;		/* the house's values may stand in it */
};

const struct letter_part *letter_part_at(size_t i);
const struct letter_part *letter_part_find(enum mail_kind kind,
    const char *section);

/*
 * Renders every letter and part once with dummy values, so that a text that
 * lacks a section or wants a value that nobody has is found at start.
 * GW_FORMAT, all that is wrong is appended to `why` with file and line;
 * GW_NOMEM.
 */
enum gw_err letters_check(const struct templates *t, struct buf *why);

#endif
