/*
 * What stands behind a verb on its line: each kind of argument that
 * base/verb.h knows, read by one function of one table.
 */
#ifndef GW_MAIL_ANSWER_ARGS_H
#define GW_MAIL_ANSWER_ARGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/term.h"
#include "base/verb.h"

/* What was given; for each kind, a bit of `given` and its value. */
struct args {
	uint32_t given;			/* of enum verb_takes */
	char ref[LIM_REF + 1];
	char case_ref[LIM_REF + 1];
	uint32_t fields;
	enum ground ground;
	char person[LIM_ADDR + 1];
	char code[LIM_CODE + 1];
	enum form_name form_name;
	bool yes;			/* of TAKES_YES */
	uint32_t year;			/* "2026" */
	enum closing closing;
	enum measures measures;
	unsigned criteria;		/* one bit each */
};

enum arg {
	ARG_NONE,			/* none that the verb takes */
	ARG_TAKEN,
	ARG_CONFLICT			/* one, but not the same as before */
};

/* Takes the next argument off `rest`, of a kind that `v` takes. Only ARG_TAKEN
 * changes *rest and *a. */
enum arg args_take(struct bytes *rest, enum verb v, struct args *a);

bool args_same(const struct args *a, const struct args *b);

#endif
