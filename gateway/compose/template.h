/*
 * Mail texts: one text file per mail in templates/LANGUAGE (format in
 * templates/README). All are read and checked once, at start; a fault names
 * file and line.
 */
#ifndef GW_COMPOSE_TEMPLATE_H
#define GW_COMPOSE_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

struct templates;

/* A value for {{name}}. UTF-8; control characters other than newline, and what
 * hides or turns text, are refused when rendering. Nothing comes from the
 * environment. */
struct var {
	const char *name;
	const char *value;
};

/*
 * Reads every *.txt in `dir`; then every one in `overrides` (NULL or "": there
 * is none), each in place of the file of the same name in `dir`. GW_MISSING: a
 * directory that cannot be read, or no text in `dir`; GW_FORMAT ("file:line:
 * what" is appended to `why`, every fault), also for an override that replaces
 * nothing; GW_LIMIT, GW_IO, GW_NOMEM.
 */
enum gw_err templates_load(const char *dir, const char *overrides,
    struct templates **t, struct buf *why);
void templates_free(struct templates *t);

/*
 * Appends "file:line" of a section, of whichever file has it now, for a fault
 * that is found later. False: there is no such section; then it is the file's
 * first line.
 */
bool template_place(const struct templates *t, const char *name,
    const char *section, struct buf *out);

/*
 * Fills section `section` ("subject", "body", ...) of template `name` with
 * values. Every variable that the section uses must be in `vars`.
 * GW_MISSING: no such template, section or value. GW_FORMAT: a value with a
 * control character. Lines end in LF, the last one without; the caller
 * encodes. Appends to `out`, or leaves it as it was.
 */
enum gw_err template_render(const struct templates *t, const char *name,
    const char *section, const struct var *vars, size_t n, struct buf *out);

#endif
