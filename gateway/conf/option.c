#include "conf/option.h"

#include <string.h>

#include "conf/value.h"

const struct option_row *
option_find(const char *group, const char *name)
{
	const struct option_row *row;
	size_t n;

	for (row = option_rows(&n); n > 0; n--, row++) {
		if ((group == NULL || strcmp(row->group, group) == 0) &&
		    strcmp(row->name, name) == 0)
			return row;
	}
	return NULL;
}

bool
option_is_group(const char *name)
{
	const struct option_row *row;
	size_t n;

	for (row = option_rows(&n); n > 0; n--, row++) {
		if (strcmp(row->group, name) == 0)
			return true;
	}
	return false;
}

/* The words that would be right, one a call; `row` moves on. NULL: no more. */
static const char *
next_word(const char *group, const struct option_row **row, size_t *left)
{
	const struct option_row *r;
	bool last;

	for (; *left > 0; (*row)++, (*left)--) {
		r = *row;
		if (group != NULL && strcmp(r->group, group) != 0)
			continue;
		/* A group is named once, at its last row. */
		last = *left == 1 || strcmp(r[1].group, r->group) != 0;
		if (group == NULL && !last)
			continue;
		(*row)++;
		(*left)--;
		return group != NULL ? r->name : r->group;
	}
	return NULL;
}

void
option_suggest(const char *group, const char *name, struct buf *out)
{
	size_t n, d, least = strlen(name) / 3 + 2;
	const char *word, *best = NULL, *sep = "; known: ";
	const struct option_row *row = option_rows(&n);

	while ((word = next_word(group, &row, &n)) != NULL) {
		d = value_distance(name, word);
		if (d < least) {
			best = word;
			least = d;
		}
	}
	if (best != NULL) {
		buf_printf(out, "; did you mean \"%s\"?", best);
		return;
	}
	row = option_rows(&n);
	while ((word = next_word(group, &row, &n)) != NULL) {
		buf_printf(out, "%s%s", sep, word);
		sep = ", ";
	}
}
