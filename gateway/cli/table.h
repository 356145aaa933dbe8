/* Rows as text for people: the only file that includes libsmartcols. */
#ifndef GW_CLI_TABLE_H
#define GW_CLI_TABLE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"
#include "cli/rows.h"

/*
 * Prints `r`: aligned columns under a heading, an empty cell as "-". GW_NOMEM.
 * Without `heading` the names of the columns are left out.
 */
enum gw_err table_aligned(FILE *out, const struct rows *r, bool heading);

/* Prints `r` for another program: a tab between cells, no heading. */
void table_plain(FILE *out, const struct rows *r);

#endif
