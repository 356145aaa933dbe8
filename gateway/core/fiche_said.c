#include "core/fiche_said.h"

#include <stdio.h>
#include <string.h>

#include "flow/fiche_text.h"

void
fiche_numbers(uint32_t numbers, char *out, size_t size)
{
	unsigned n, left = 0;
	size_t at = 0;

	for (n = FICHE_FIRST; n <= FICHE_LAST; n++)
		left += numbers >> n & 1;
	(void)snprintf(out, size, "geen");
	for (n = FICHE_FIRST; n <= FICHE_LAST && at < size; n++) {
		if ((numbers >> n & 1) == 0)
			continue;
		at += (size_t)snprintf(out + at, size - at, "%u%s", n,
		    --left == 0 ? "" : left == 1 ? " en " : ", ");
	}
}

/* A value ends without LF: the template has the line end. */
static void
cut_line_end(struct buf *b)
{
	if (b->len > 0 && b->p[b->len - 1] == '\n')
		b->len--;
}

enum gw_err
fiche_as_value(const struct fiching *f, struct buf *out)
{
	enum gw_err r = fiche_text(&f->head, &f->content, out);

	cut_line_end(out);
	return r == GW_OK ? buf_error(out) : r;
}

enum gw_err
fiche_said_begin(struct core *c, const struct outbox *row,
    const struct correspondent *to, struct fiche_said *said)
{
	struct fiching *f;
	uint32_t owned;
	bool member;
	enum gw_err r;

	memset(said, 0, sizeof(*said));
	buf_init(&said->text, LIM_FICHE_TEXT);
	buf_init(&said->elements, LIM_FICHE_TEXT);
	r = fiching_new(c, &said->f);
	if (r == GW_OK)
		r = fiching_load(said->f, row->ref);
	if (r != GW_OK)
		return r;
	f = said->f;
	member = fiching_is_member(f, to->id);
	owned = fiche_owned(&f->content, to->address);
	(void)snprintf(said->version, sizeof(said->version), "%u",
	    f->head.version);
	(void)snprintf(said->count, sizeof(said->count), "%zu",
	    f->ballot.round.members);
	crypto_hex(f->digest, said->digest);
	clock_dutch_day(clock_day_start(f->row.changed), said->changed);
	fiche_numbers(owned, said->own, sizeof(said->own));
	fiching_code(f, to->id, member, said->code);
	fiche_elements(&f->content, owned, &said->elements);
	cut_line_end(&said->elements);
	r = fiche_as_value(f, &said->text);
	return r == GW_OK ? buf_error(&said->elements) : r;
}

void
fiche_said_end(struct fiche_said *said)
{
	fiching_free(said->f);
	if (said->text.p != NULL)
		crypto_wipe(said->text.p, said->text.len);
	if (said->elements.p != NULL)
		crypto_wipe(said->elements.p, said->elements.len);
	buf_free(&said->text);
	buf_free(&said->elements);
}
