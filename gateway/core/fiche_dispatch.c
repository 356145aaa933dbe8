#include "core/fiche_dispatch.h"

#include <string.h>

#include "base/bytes.h"
#include "core/fiche_order.h"
#include "core/ltf.h"
#include "core/refuse.h"
#include "flow/fiche_text.h"

/* ---- is it the text ---- */

/* The next word, between blanks and line ends; empty at the end. */
static struct bytes
next_word(struct bytes *rest)
{
	struct bytes word;

	while (rest->n > 0 && ascii_space(rest->p[0]))
		*rest = bytes_skip(*rest, 1);
	word = (struct bytes){ rest->p, 0 };
	while (rest->n > 0 && !ascii_space(rest->p[0])) {
		*rest = bytes_skip(*rest, 1);
		word.n++;
	}
	return word;
}

/* Word for word: mail programs break lines anew and drop blanks. */
static bool
says_the_same(struct bytes a, struct bytes b)
{
	struct bytes x, y;

	do {
		x = next_word(&a);
		y = next_word(&b);
		if (x.n != y.n || memcmp(x.p, y.p, x.n) != 0)
			return false;
	} while (x.n > 0);
	return true;
}

static enum gw_err
check_text(const struct travel *t, bool *same)
{
	const struct fiching *f = t->fiching;
	struct span w = t->inner.words;
	struct buf text;
	enum gw_err r;

	buf_init(&text, LIM_FICHE_TEXT);
	r = fiche_text(&f->head, &f->content, &text);
	*same = r == GW_OK && w.len > 0 && says_the_same(
	    (struct bytes){ t->aside + w.off, (size_t)w.len },
	    (struct bytes){ text.p, text.len });
	if (text.p != NULL)
		crypto_wipe(text.p, text.len);
	buf_free(&text);
	return r;
}

/* Whatever else stood in it would reach the LTF, unapproved. */
static bool
is_bare(const struct travel *t)
{
	return t->inner.more == 0 && t->inner.attachments == 0 &&
	    t->inner.key.len == 0 && (t->inner.flags & MAIL_HTML_ONLY) == 0;
}

static const char *
trouble(const struct travel *t, bool same)
{
	char digest[HASH_HEX + 1];

	crypto_hex(t->fiching->digest, digest);
	if (ltf_fingerprint(t->core)[0] == '\0')
		return "fiche-geen-ltf";
	if (strcmp(t->inner.digest, digest) != 0 || !same)
		return "fiche-andere-tekst";
	return is_bare(t) ? NULL : "fiche-meer";
}

/* EFFECT_RELAY. */
static enum gw_err
relay(struct travel *t)
{
	bool own_copy = (t->outer.flags & MAIL_DECODED) != 0;

	return ltf_relay(&t->posts, t->ref, own_copy ? t->decoded : t->raw,
	    t->outer.payload);
}

enum gw_err
fiche_dispatch(struct travel *t)
{
	struct fiche_act act = { .event = FICHE_EV_DISPATCH,
		.person = t->signer.id };
	enum gw_err r;
	bool there, same;

	r = fiche_find(t, &there);
	if (r != GW_OK || !there)
		return r;
	r = check_text(t, &same);
	if (r != GW_OK)
		return r;
	t->told = trouble(t, same);
	if (t->told != NULL)
		return refuse(t, REASON_UNREADABLE_ANSWER);
	r = fiching_act(t->fiching, &act);
	if (r != GW_OK)
		return fiche_settle(t, r, "verzending");
	r = relay(t);
	if (r == GW_KEY || r == GW_DENIED || r == GW_LIMIT)
		return refuse(t, REASON_EXPIRED_KEY);
	return fiche_settle(t, r, "verzending");
}
