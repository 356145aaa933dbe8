/*
 * The rows of options.def as data, for the code that treats all options
 * alike: conf.c packs and prints them, conf_read.c checks a file against them.
 */
#ifndef GW_CONF_OPTION_H
#define GW_CONF_OPTION_H

#include <stddef.h>
#include <stdint.h>

#include "conf/conf.h"

enum option_kind { OPTION_STRING, OPTION_NUMBER, OPTION_CHOICE, OPTION_SECRET };

struct option_row {
	enum option_kind kind;
	const char *group, *name;
	uint32_t who;		/* bit 1u << ROLE_X for each role it is for */
	size_t at;		/* offset in struct conf */
	size_t max;		/* STRING, CHOICE, SECRET: bytes less the NUL */
	const char *text;	/* STRING, CHOICE: default; NULL: must be set */
	int64_t number, lo, hi;	/* NUMBER: default and range */
	const char *unit;	/* NUMBER: "s", "d" or "" */
	const char *words;	/* CHOICE: "a|b|c" */
	const char *help;
};

/* All options, in the order of options.def; those of a group are together. */
const struct option_row *option_rows(size_t *n);

/* The row of an option; in any group when `group` is NULL. NULL: no such. */
const struct option_row *option_find(const char *group, const char *name);

bool option_is_group(const char *name);

/* Appends "; did you mean ...?" with what comes closest to the unknown `name`,
 * or all that is known: options of `group`, or groups when it is NULL. */
void option_suggest(const char *group, const char *name, struct buf *out);

/* Where `row` lives in `c`: text of all kinds but NUMBER, and the number. */
char *option_text(struct conf *c, const struct option_row *row);
int64_t *option_number(struct conf *c, const struct option_row *row);

#endif
