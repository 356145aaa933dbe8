#include "cli/table.h"

#include <ctype.h>
#include <libsmartcols.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

static bool
add_columns(struct libscols_table *t, const struct rows *r)
{
	char heading[LIM_ROW + 1];
	size_t i, k;

	for (i = 0; i < r->columns; i++) {
		for (k = 0; r->name[i][k] != '\0' && k < LIM_ROW; k++)
			heading[k] =
			    (char)toupper((unsigned char)r->name[i][k]);
		heading[k] = '\0';
		if (scols_table_new_column(t, heading, 0, 0) == NULL)
			return false;
	}
	return true;
}

static bool
add_lines(struct libscols_table *t, const struct rows *r)
{
	struct libscols_line *line;
	const char *cell;
	size_t i, k;

	for (i = 0; i < r->n; i++) {
		line = scols_table_new_line(t, NULL);
		if (line == NULL)
			return false;
		for (k = 0; k < r->columns; k++) {
			cell = rows_cell(r, i, k);
			if (cell[0] == '\0')
				cell = "-";
			if (scols_line_set_data(line, k, cell) != 0)
				return false;
		}
	}
	return true;
}

enum gw_err
table_aligned(FILE *out, const struct rows *r, bool heading)
{
	struct libscols_table *t;
	enum gw_err e = GW_NOMEM;
	char *text = NULL;

	t = scols_new_table();
	if (t == NULL)
		return GW_NOMEM;
	scols_table_enable_noheadings(t, !heading);
	scols_table_set_column_separator(t, "  ");
	if (!add_columns(t, r) || !add_lines(t, r))
		goto out;
	if (scols_print_table_to_string(t, &text) != 0)
		goto out;
	(void)fputs(text, out);
	if (text[0] != '\0' && text[strlen(text) - 1] != '\n')
		(void)fputc('\n', out);
	e = GW_OK;
out:
	free(text);
	scols_unref_table(t);
	return e;
}

void
table_plain(FILE *out, const struct rows *r)
{
	size_t i, k;

	for (i = 0; i < r->n; i++) {
		for (k = 0; k < r->columns; k++) {
			(void)fputs(rows_cell(r, i, k), out);
			(void)fputc(k + 1 < r->columns ? '\t' : '\n', out);
		}
	}
}
