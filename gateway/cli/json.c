#include "cli/json.h"

#include <jansson.h>

static json_t *
object_from(const struct rows *r, size_t row)
{
	json_t *object = json_object(), *value;
	const char *cell;
	size_t i;

	for (i = 0; object != NULL && i < r->columns; i++) {
		cell = rows_cell(r, row, i);
		value = cell[0] == '\0' ? json_null() : json_string(cell);
		/* Takes over `value` even when it fails. */
		if (json_object_set_new(object, r->name[i], value) != 0) {
			json_decref(object);
			object = NULL;
		}
	}
	return object;
}

/* Prints `v` and lets go of it. */
static enum gw_err
print(FILE *out, json_t *v)
{
	enum gw_err e = GW_NOMEM;

	if (v == NULL)
		return GW_NOMEM;
	if (json_dumpf(v, out, JSON_INDENT(2)) == 0)
		e = fputc('\n', out) == EOF ? GW_IO : GW_OK;
	else if (ferror(out))
		e = GW_IO;
	json_decref(v);
	return e;
}

enum gw_err
rows_json_array(FILE *out, const struct rows *r)
{
	json_t *array = json_array(), *object;
	size_t i;

	for (i = 0; array != NULL && i < r->n; i++) {
		object = object_from(r, i);
		if (json_array_append_new(array, object) != 0) {
			json_decref(array);
			array = NULL;
		}
	}
	return print(out, array);
}

enum gw_err
rows_json_object(FILE *out, const struct rows *r)
{
	return print(out, object_from(r, 0));
}
