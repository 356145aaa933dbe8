/* Rows as JSON (RFC 8259): the only file that includes jansson. */
#ifndef GW_CLI_JSON_H
#define GW_CLI_JSON_H

#include <stdio.h>

#include "base/err.h"
#include "cli/rows.h"

/* Prints an array with one object for each row: the columns' names are the
 * keys, values are strings, an empty cell is null. GW_NOMEM, GW_IO. */
enum gw_err rows_json_array(FILE *out, const struct rows *r);

/* Prints the first row alone, as one object. GW_NOMEM, GW_IO. */
enum gw_err rows_json_object(FILE *out, const struct rows *r);

#endif
