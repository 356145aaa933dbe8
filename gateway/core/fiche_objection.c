#include "core/fiche_objection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compose/letters.h"
#include "core/fiche_said.h"
#include "flow/fiche_draft.h"
#include "flow/fiche_text.h"

/* With a page of our own around them they fit into one letter. */
_Static_assert(LIM_FICHE_DRAFT + LIM_FICHE_BARRED <= LIM_LETTER_BYTES -
    8 * 1024, "a draft and the words of an objection stand in one T26");

/* What they are told; `next` and `words` are each one's own. */
struct telling {
	struct posts *p;
	const struct fiching *f;
	const char *sender, *words;
	uint32_t elements;
	struct buf draft, next, barred;
};

/* ---- the draft ---- */

static enum gw_err
write_draft(struct telling *t)
{
	struct fiche_content *c = malloc(sizeof(*c));
	const struct fiching *f = t->f;
	enum gw_err r;

	if (c == NULL)
		return GW_NOMEM;
	memcpy(c, &f->content, sizeof(*c));
	(void)fiche_strike(c, t->elements);
	r = fiche_draft(&f->head, f->ballot.meeting, c, &t->draft);
	crypto_wipe(c, sizeof(*c));
	free(c);
	/* In an answer both are quoted, and words may look like a field. */
	fiche_bar(t->words, &t->barred);
	return r == GW_OK ? buf_error(&t->barred) : r;
}

/* The part that tells the officer what comes next; NULL: there is no memory. */
static const char *
part_for_officer(struct telling *t)
{
	if ((t->elements & fiche_filled(&t->f->content)) == 0)
		return "geen-punt";
	switch (write_draft(t)) {
	case GW_OK:
		return "ontwerp";
	case GW_MISSING:
		return "evaluatie";
	case GW_NOMEM:
		return NULL;
	default:
		return "geen-ontwerp";
	}
}

/* Sets t->next; the words as they may stand beside it in *words. */
static enum gw_err
put_next(struct telling *t, bool officer, const char **words)
{
	const struct core *c = t->p->core;
	struct var draft = { "draft", "" };
	const char *part;

	part = officer ? part_for_officer(t) : "voorzitter";
	if (part == NULL)
		return GW_NOMEM;
	if (strcmp(part, "ontwerp") == 0) {
		draft.value = buf_str(&t->draft);
		*words = buf_str(&t->barred);
	}
	return compose_part(c->templates, &c->office, MAIL_T26, part, &draft,
	    1, &t->next);
}

/* ---- the letters ---- */

static enum gw_err
tell(struct telling *t, const struct effect *e,
    const struct correspondent *to)
{
	const struct letter_row *row = letter_find(MAIL_T26, e->section);
	char version[16], numbers[160];
	struct var vars[] = {
		{ "words", t->words }, { "next", "" },
		{ "version", version }, { "sender", t->sender },
		{ "elements", numbers },
	};
	enum gw_err r = GW_OK;

	buf_reset(&t->draft);
	buf_reset(&t->next);
	buf_reset(&t->barred);
	if (row != NULL && letter_takes(row, "next") != LETTER_NOTHING)
		r = put_next(t, e->to == TO_IO, &vars[0].value);
	if (r != GW_OK)
		return r;
	(void)snprintf(version, sizeof(version), "%u", t->f->head.version);
	fiche_numbers(t->elements, numbers, sizeof(numbers));
	vars[1].value = buf_str(&t->next);
	return posts_letter(t->p, MAIL_T26, e->section, to, t->f->head.ref,
	    vars, sizeof(vars) / sizeof(vars[0]));
}

static enum gw_err
tell_one(struct telling *t, const struct effect *e)
{
	const struct fiche_ballot *b = &t->f->ballot;
	struct correspondent to;
	enum gw_err r;

	/* One person may be both. */
	if (e->to == TO_CHAIR && b->chair == b->officer)
		return GW_OK;
	r = correspondent_by_id(t->p->core->store, e->to == TO_IO ?
	    b->officer : b->chair, &to);
	/* Whoever is suspended is not told who objected (R100). */
	if (r == GW_OK && correspondent_serves(&to, t->p->now))
		r = tell(t, e, &to);
	/* Nobody there any more, or no key: the act counts all the same. */
	return r == GW_MISSING || r == GW_KEY ? GW_OK : r;
}

enum gw_err
fiche_tell_objection(struct posts *p, const struct fiching *f,
    const struct correspondent *whom, uint32_t elements, const char *words)
{
	struct telling t = { .p = p, .f = f, .sender = whom->address,
		.words = words[0] != '\0' ? words : "(geen)",
		.elements = elements };
	enum gw_err r = GW_OK;
	size_t i;

	buf_init(&t.draft, LIM_FICHE_DRAFT);
	buf_init(&t.next, LIM_LETTER_BYTES);
	buf_init(&t.barred, LIM_FICHE_BARRED);
	for (i = 0; r == GW_OK && i < f->effects.n; i++) {
		const struct effect *e = &f->effects.e[i];

		if (e->type == EFFECT_MAIL && e->mail == MAIL_T26)
			r = tell_one(&t, e);
	}
	/* Wipes what they held. */
	buf_free(&t.draft);
	buf_free(&t.next);
	buf_free(&t.barred);
	return r;
}
