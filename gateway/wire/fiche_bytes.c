#include "wire/fiche_bytes.h"

void
fiche_bytes_put(struct cursor *c, const struct fiche_content *f)
{
	const struct fiche_element *e;
	size_t i, k;

	for (i = 0; i < FICHE_ELEMENTS; i++) {
		e = &f->element[i];
		if (e->sources > LIM_FICHE_SOURCES) {
			c->bad = true;
			return;
		}
		cursor_put_str(c, e->text);
		cursor_put_u32(c, (uint32_t)e->sources);
		for (k = 0; k < e->sources; k++)
			cursor_put_str(c, e->source[k]);
	}
}

static void
get_element(struct cursor *c, struct fiche_element *e)
{
	size_t k;

	cursor_get_str(c, e->text, sizeof(e->text));
	e->sources = cursor_get_u32(c);
	if (e->sources > LIM_FICHE_SOURCES) {
		e->sources = 0;
		c->bad = true;
	}
	for (k = 0; k < e->sources && !c->bad; k++)
		cursor_get_str(c, e->source[k], sizeof(e->source[k]));
}

bool
fiche_bytes_get(struct cursor *c, struct fiche_content *f)
{
	size_t i;

	for (i = 0; i < FICHE_ELEMENTS && !c->bad; i++)
		get_element(c, &f->element[i]);
	return !c->bad;
}
