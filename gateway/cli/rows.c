#include "cli/rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "cli/text.h"

#define SEPARATOR '\x1f'

static size_t
count_cells(const char *s)
{
	size_t n = 1;

	for (; *s != '\0'; s++)
		n += *s == SEPARATOR;
	return n;
}

/* Cuts `s` into `n` clean strings; on error none of them stays. */
static enum gw_err
split(const char *s, size_t n, char **out)
{
	const char *end;
	size_t i;

	for (i = 0; i < n; i++) {
		end = strchr(s, SEPARATOR);
		if (end == NULL)
			end = s + strlen(s);
		out[i] = text_clean(s, (size_t)(end - s));
		if (out[i] == NULL) {
			while (i > 0)
				free(out[--i]);
			return GW_NOMEM;
		}
		s = end + 1;
	}
	return GW_OK;
}

enum gw_err
rows_name(struct rows *r, const char *names)
{
	size_t n = count_cells(names), i;
	enum gw_err e;

	if (r->columns > 0)
		return GW_FORMAT;
	r->name = calloc(n, sizeof(r->name[0]));
	if (r->name == NULL)
		return GW_NOMEM;
	e = split(names, n, r->name);
	if (e != GW_OK)
		return e;
	r->columns = n;
	for (i = 0; i < n; i++) {
		if (r->name[i][0] == '\0')
			return GW_FORMAT;
	}
	return GW_OK;
}

/* Makes room for one more row. */
static enum gw_err
grow(struct rows *r)
{
	size_t need = (r->n + 1) * r->columns, cap;
	char **more;

	if (need <= r->cap)
		return GW_OK;
	cap = need < 64 ? 64 : need * 2;
	more = reallocarray(r->cell, cap, sizeof(more[0]));
	if (more == NULL)
		return GW_NOMEM;
	r->cell = more;
	r->cap = cap;
	return GW_OK;
}

enum gw_err
rows_add(struct rows *r, const char *cells)
{
	enum gw_err e;

	if (r->columns == 0 || count_cells(cells) != r->columns)
		return GW_FORMAT;
	if (r->n == LIM_ROWS)
		return GW_LIMIT;
	e = grow(r);
	if (e == GW_OK)
		e = split(cells, r->columns, r->cell + r->n * r->columns);
	if (e == GW_OK)
		r->n++;
	return e;
}

const char *
rows_cell(const struct rows *r, size_t row, size_t column)
{
	return r->cell[row * r->columns + column];
}

const char *
rows_get(const struct rows *r, size_t row, const char *name)
{
	size_t i;

	for (i = 0; i < r->columns; i++) {
		if (strcmp(r->name[i], name) == 0)
			return rows_cell(r, row, i);
	}
	return NULL;
}

void
rows_free(struct rows *r)
{
	size_t i;

	for (i = 0; i < r->columns; i++)
		free(r->name[i]);
	for (i = 0; i < r->n * r->columns; i++)
		free(r->cell[i]);
	free(r->name);
	free(r->cell);
	*r = (struct rows){ 0 };
}
