/* The rows that core answers with: named columns, cells of clean text. */
#ifndef GW_CLI_ROWS_H
#define GW_CLI_ROWS_H

#include <stddef.h>

#include "base/err.h"

struct rows {
	char **name;	/* `columns` of them */
	size_t columns;
	char **cell;	/* row after row, `columns` cells each */
	size_t n;	/* rows */
	size_t cap;	/* room, in cells */
};

/* Names the columns, once, 0x1f between. GW_FORMAT: named already, or an empty
 * name. GW_NOMEM. */
enum gw_err rows_name(struct rows *r, const char *names);

/* Adds a row, 0x1f between its cells. GW_FORMAT: not one cell for each column.
 * GW_LIMIT: more than LIM_ROWS. GW_NOMEM. */
enum gw_err rows_add(struct rows *r, const char *cells);

const char *rows_cell(const struct rows *r, size_t row, size_t column);

/* The cell of the column `name`; NULL when there is no such column. */
const char *rows_get(const struct rows *r, size_t row, const char *name);

void rows_free(struct rows *r);

#endif
