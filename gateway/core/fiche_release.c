#include "core/fiche_release.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/fiche_objection.h"
#include "core/fiche_order.h"
#include "core/fiche_said.h"
#include "core/ltf.h"
#include "core/refuse.h"
#include "flow/fiche_text.h"

/* The bundle: the text, and of each member the mail as it was signed. */
struct bundle {
	struct buf text;
	struct letter_file *file;
	struct buf *bytes;		/* of each file but the first */
	size_t n;
};

static enum gw_err
bundle_begin(struct bundle *b, const struct fiching *f)
{
	size_t room = f->ballot.round.members + 1;

	memset(b, 0, sizeof(*b));
	buf_init(&b->text, LIM_FICHE_TEXT);
	b->file = calloc(room, sizeof(*b->file));
	b->bytes = calloc(room, sizeof(*b->bytes));
	if (b->file == NULL || b->bytes == NULL)
		return GW_NOMEM;
	return fiche_text(&f->head, &f->content, &b->text);
}

static void
bundle_end(struct bundle *b)
{
	size_t i;

	for (i = 0; i < b->n; i++)
		buf_free(&b->bytes[i]);
	free(b->file);
	free(b->bytes);
	buf_free(&b->text);
}

/* ---- one approval, verified again ---- */

static bool
is_verified(const struct travel *a)
{
	return a->facts.opened == REASON_OK ||
	    (a->facts.opened == REASON_NOT_SIGNED &&
	    a->facts.verified == REASON_OK);
}

/* All that made it an approval must still be so: by this person's key of today,
 * about this text (R89, R98). */
static bool
still_counts(const struct fiching *f, int64_t person, const struct travel *a)
{
	char digest[HASH_HEX + 1];

	crypto_hex(f->digest, digest);
	return is_verified(a) && a->known && a->signer.id == person &&
	    a->facts.signer == ENROLLED_ACTIVE &&
	    a->inner.answer == ANSWER_CLEAR &&
	    a->inner.verb == VERB_APPROVE && a->inner.attested != 0 &&
	    strcmp(a->inner.digest, digest) == 0 &&
	    fiching_code_fits(f, person, true, a->inner.code);
}

/* As it was signed: one OpenPGP message, or a part multipart/signed. */
static enum gw_err
keep(struct bundle *b, const struct travel *a)
{
	struct letter_file *file = &b->file[b->n];
	struct buf *bytes = &b->bytes[b->n];

	buf_init(bytes, LIM_APPROVAL);
	buf_add(bytes, a->map.p, a->map.len);
	(void)snprintf(file->name, sizeof(file->name), "akkoord-%zu.%s",
	    b->n, a->facts.combined ? "asc" : "eml");
	file->type = "application/octet-stream";
	file->p = bytes->p;
	file->n = bytes->len;
	b->n++;
	return buf_error(bytes);
}

static enum gw_err
verify(struct fiching *f, const struct fiche_member *m, struct bundle *b,
    bool *good)
{
	struct travel a;
	enum gw_err r;
	int raw;

	*good = false;
	r = m->mail == 0 ? GW_MISSING : blob_get(f->core->store, m->mail,
	    &raw);
	if (r != GW_OK)
		return r == GW_MISSING ? GW_OK : r;
	r = way_reopen_signed(f->core, raw, &a);
	if (r == GW_OK) {
		*good = still_counts(f, m->person, &a);
		r = *good ? keep(b, &a) : GW_OK;
	}
	travel_end(&a);
	close(raw);
	/* It does not open any more: that is no approval. */
	return r == GW_STATE ? GW_OK : r;
}

/* ---- all of them ---- */

static enum gw_err
lose(struct travel *t, int64_t person)
{
	struct fiche_act act = { .event = FICHE_EV_KEY_LOST,
		.person = person };
	struct correspondent who;
	enum gw_err r;

	r = fiching_act(t->fiching, &act);
	if (r == GW_OK)
		r = correspondent_by_id(t->core->store, person, &who);
	if (r == GW_MISSING)
		memcpy(who.address, "?", 2);
	return r == GW_OK || r == GW_MISSING ? fiche_tell_objection(&t->posts,
	    t->fiching, &who, 0, "") : r;
}

/* `lost` is how many do not count any more. Once it was handed over nothing can
 * be taken back (R91). */
static enum gw_err
verify_all(struct travel *t, struct bundle *b, size_t *lost)
{
	struct fiche_round *round = &t->fiching->ballot.round;
	enum gw_err r = GW_OK;
	bool good;
	size_t i;

	b->file[0] = (struct letter_file){ .name = "fiche.txt",
		.type = "text/plain; charset=utf-8", .p = b->text.p,
		.n = b->text.len };
	b->n = 1;
	*lost = 0;
	for (i = 0; r == GW_OK && i < round->members; i++) {
		r = verify(t->fiching, &round->member[i], b, &good);
		if (r != GW_OK || good)
			continue;
		(*lost)++;
		if (!round->handed_over)
			r = lose(t, round->member[i].person);
	}
	return r;
}

/* T28, with what comes next for the officer. */
static enum gw_err
hand_over(struct travel *t, const struct bundle *b)
{
	struct fiching *f = t->fiching;
	bool ltf = ltf_fingerprint(t->core)[0] != '\0';
	char version[16], count[16], digest[HASH_HEX + 1];
	struct var vars[] = { { "version", version }, { "digest", digest },
		{ "count", count }, { "fiche", "" }, { "next", "" } };
	const struct var part[] = { { "reference", t->ref },
		{ "digest", digest } };
	struct buf text, next;
	enum gw_err r;

	(void)snprintf(version, sizeof(version), "%u", f->head.version);
	(void)snprintf(count, sizeof(count), "%zu", f->ballot.round.members);
	crypto_hex(f->digest, digest);
	buf_init(&text, LIM_FICHE_TEXT);
	buf_init(&next, LIM_LETTER_BYTES);
	r = fiche_as_value(f, &text);
	if (r == GW_OK)
		r = compose_part(t->core->templates, &t->core->office,
		    MAIL_T28, ltf ? "ltf" : "eigen-kanaal", part, 2, &next);
	vars[3].value = buf_str(&text);
	vars[4].value = buf_str(&next);
	if (r == GW_OK)
		r = posts_files(&t->posts, MAIL_T28, "body", &t->signer,
		    t->ref, vars, 5, b->file, b->n);
	if (text.p != NULL)
		crypto_wipe(text.p, text.len);
	buf_free(&text);
	buf_free(&next);
	return r;
}

static enum gw_err
release(struct travel *t, struct bundle *b)
{
	bool again = t->fiching->row.state == FICHE_HANDED_OVER;
	struct fiche_act act = { .person = t->signer.id,
		.event = again ? FICHE_EV_AGAIN : FICHE_EV_HAND_OVER };
	size_t lost;
	enum gw_err r;

	r = verify_all(t, b, &lost);
	if (r != GW_OK)
		return r;
	if (lost > 0)
		return again ? refuse(t, REASON_WRONG_STATE) :
		    fiche_settle(t, GW_OK, "sleutel");
	r = fiching_act(t->fiching, &act);
	if (r == GW_OK)
		r = hand_over(t, b);
	if (r == GW_KEY && t->fiching->ballot.round.handed_over)
		return refuse(t, REASON_EXPIRED_KEY);
	return fiche_settle(t, r, "overgedragen");
}

enum gw_err
fiche_release(struct travel *t)
{
	struct bundle b;
	enum gw_err r;
	bool there;

	r = fiche_find(t, &there);
	if (r != GW_OK || !there)
		return r;
	if (t->fiching->row.state != FICHE_APPROVED &&
	    t->fiching->row.state != FICHE_HANDED_OVER)
		return refuse(t, REASON_WRONG_STATE);
	r = bundle_begin(&b, t->fiching);
	if (r == GW_OK)
		r = release(t, &b);
	bundle_end(&b);
	return r;
}
