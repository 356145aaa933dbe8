#include "flow/fiche_round.h"

#include <string.h>

/* ---- who is in it ---- */

void
fiche_round_init(struct fiche_round *r)
{
	memset(r, 0, sizeof(*r));
}

static struct fiche_member *
member_of(struct fiche_round *r, int64_t person)
{
	size_t i;

	for (i = 0; i < r->members; i++)
		if (r->member[i].person == person)
			return &r->member[i];
	return NULL;
}

static struct fiche_source *
source_of(struct fiche_round *r, int64_t person)
{
	size_t i;

	for (i = 0; i < r->sources; i++)
		if (r->source[i].person == person)
			return &r->source[i];
	return NULL;
}

enum gw_err
fiche_round_member(struct fiche_round *r, int64_t person)
{
	if (r->version != 0)
		return GW_STATE;
	if (member_of(r, person) != NULL)
		return GW_EXISTS;
	if (r->members == LIM_PRESENT)
		return GW_LIMIT;
	r->member[r->members++] = (struct fiche_member){ .person = person,
		.valid = true };
	return GW_OK;
}

enum gw_err
fiche_round_source(struct fiche_round *r, int64_t person)
{
	if (r->version == 0 || r->handed_over)
		return GW_STATE;
	if (member_of(r, person) != NULL || source_of(r, person) != NULL)
		return GW_OK;
	if (r->sources == LIM_FICHE_CONSENTS)
		return GW_LIMIT;
	r->source[r->sources++] = (struct fiche_source){ .person = person };
	return GW_OK;
}

/* Nothing that was said stays; whose key counts does. */
static void
forget(struct fiche_member *m)
{
	*m = (struct fiche_member){ .person = m->person, .valid = m->valid };
}

enum gw_err
fiche_round_begin(struct fiche_round *r, uint32_t version,
    const uint8_t digest[HASH_BYTES])
{
	size_t i;

	if (r->members == 0 || r->handed_over || version != r->version + 1)
		return GW_STATE;
	for (i = 0; i < r->members; i++)
		forget(&r->member[i]);
	r->sources = 0;
	r->flagged = false;
	r->version = version;
	memcpy(r->digest, digest, HASH_BYTES);
	return GW_OK;
}

/* ---- the rule ---- */

static bool
agrees(const struct fiche_round *r, const struct fiche_member *m)
{
	return m->approved && !m->objected && m->valid &&
	    m->version == r->version &&
	    memcmp(m->digest, r->digest, HASH_BYTES) == 0;
}

size_t
fiche_round_waits(const struct fiche_round *r)
{
	size_t i, n = 0;

	for (i = 0; i < r->members; i++)
		n += !agrees(r, &r->member[i]);
	return n;
}

bool
fiche_may_release(const struct fiche_round *r)
{
	size_t i;

	if (r->version == 0 || r->members == 0 || r->flagged ||
	    r->handed_over)
		return false;
	for (i = 0; i < r->sources; i++)
		if (r->source[i].consent != CONSENT_YES)
			return false;
	return fiche_round_waits(r) == 0;
}

/* ---- acts ---- */

static bool
is_about(const struct fiche_round *r, const struct fiche_act *a)
{
	return a->version == r->version && a->digest != NULL &&
	    memcmp(a->digest, r->digest, HASH_BYTES) == 0;
}

static enum gw_err
approve(struct fiche_round *r, const struct fiche_act *a)
{
	struct fiche_member *m = member_of(r, a->person);

	if (m == NULL || !m->valid)
		return GW_DENIED;
	if (!is_about(r, a))
		return GW_STATE;
	if (m->approved)
		return GW_EXISTS;
	m->approved = true;
	m->version = a->version;
	memcpy(m->digest, a->digest, HASH_BYTES);
	m->mail = a->mail;
	return GW_OK;
}

static enum gw_err
withdraw(struct fiche_round *r, const struct fiche_act *a)
{
	struct fiche_member *m = member_of(r, a->person);

	if (m == NULL)
		return GW_DENIED;
	if (!m->approved)
		return GW_MISSING;
	forget(m);
	return GW_OK;
}

/* Also by whoever's key does not count any more: doubt is a no. */
static enum gw_err
object(struct fiche_round *r, const struct fiche_act *a)
{
	struct fiche_member *m = member_of(r, a->person);

	if (m == NULL)
		return GW_DENIED;
	forget(m);
	m->objected = true;
	return GW_OK;
}

static enum gw_err
consent(struct fiche_round *r, const struct fiche_act *a)
{
	struct fiche_source *s = source_of(r, a->person);

	if (s == NULL)
		return GW_DENIED;
	if (a->event == FICHE_EV_CONSENT && !is_about(r, a))
		return GW_STATE;
	if (a->event == FICHE_EV_CONSENT && s->consent != CONSENT_NONE)
		return GW_EXISTS;
	s->consent = a->event == FICHE_EV_CONSENT ? CONSENT_YES : CONSENT_NO;
	return GW_OK;
}

/* What was signed with a key that was lost is not proof of anything. */
static enum gw_err
key(struct fiche_round *r, const struct fiche_act *a)
{
	struct fiche_member *m = member_of(r, a->person);

	if (m == NULL)
		return GW_DENIED;
	if (a->event == FICHE_EV_KEY_LOST) {
		m->approved = false;
		m->mail = 0;
	}
	m->valid = a->event == FICHE_EV_KEY_BACK;
	return GW_OK;
}

static enum gw_err
apply(struct fiche_round *r, const struct fiche_act *a)
{
	switch (a->event) {
	case FICHE_EV_APPROVE:
		return approve(r, a);
	case FICHE_EV_WITHDRAW:
		return withdraw(r, a);
	case FICHE_EV_OBJECT:
		return object(r, a);
	case FICHE_EV_CONSENT:
	case FICHE_EV_REFUSE:
		return consent(r, a);
	case FICHE_EV_KEY_LOST:
	case FICHE_EV_KEY_BACK:
		return key(r, a);
	case FICHE_EV_FLAG:
		r->flagged = true;
		return GW_OK;
	case FICHE_EV_SUBMIT:
	case FICHE_EV_REVISE:
		return a->digest == NULL ? GW_STATE :
		    fiche_round_begin(r, r->version + 1, a->digest);
	case FICHE_EV_HAND_OVER:
		if (!fiche_may_release(r))
			return GW_KEY;
		r->handed_over = true;
		return GW_OK;
	default:
		return GW_OK;
	}
}

/* Both steps of one act, as one list. */
static void
append(struct effects *out, const struct effects *more)
{
	size_t i;

	for (i = 0; i < more->n && out->n < EFFECT_LIST; i++)
		out->e[out->n++] = more->e[i];
}

/* The last voice that was missing: nobody has to say so a second time. */
static void
complete(enum fiche_state *state, const struct fiche_round *r,
    struct effects *out)
{
	enum fiche_state next;
	struct effects more;

	if (*state != FICHE_PROPOSED || !fiche_may_release(r))
		return;
	if (fiche_step(*state, FICHE_EV_UNANIMOUS, &next, &more) != GW_OK)
		return;
	*state = next;
	append(out, &more);
}

enum gw_err
fiche_act(enum fiche_state *state, struct fiche_round *r,
    const struct fiche_act *a, struct effects *out)
{
	enum fiche_state next;
	enum gw_err err;

	out->n = 0;
	/* Not an act of anybody: it follows from one. */
	if (a->event == FICHE_EV_UNANIMOUS)
		return GW_DENIED;
	err = fiche_step(*state, a->event, &next, out);
	if (err == GW_OK)
		err = apply(r, a);
	if (err != GW_OK) {
		out->n = 0;
		return err;
	}
	*state = next;
	if (a->event == FICHE_EV_APPROVE || a->event == FICHE_EV_CONSENT)
		complete(state, r, out);
	return GW_OK;
}
