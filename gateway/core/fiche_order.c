#include "core/fiche_order.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "base/address.h"
#include "base/clock.h"
#include "core/fiche_said.h"
#include "core/refuse.h"
#include "flow/fiche_text.h"
#include "wire/fiche_bytes.h"

enum gw_err
fiche_find(struct travel *t, bool *there)
{
	enum gw_err r;

	if (t->fiching == NULL) {
		r = fiching_new(t->core, &t->fiching);
		if (r != GW_OK)
			return r;
	}
	r = fiching_load(t->fiching, t->ref);
	*there = r == GW_OK;
	return r == GW_MISSING ? refuse(t, REASON_UNKNOWN_REFERENCE) : r;
}

enum gw_err
fiche_settle(struct travel *t, enum gw_err r, const char *done)
{
	static const struct refusal refusals[] = {
		{ GW_STATE, REASON_WRONG_STATE },
		{ GW_EXISTS, REASON_WRONG_STATE },
		{ GW_MISSING, REASON_WRONG_STATE },
		{ GW_DENIED, REASON_UNKNOWN_REFERENCE },
		{ GW_KEY, REASON_WRONG_STATE },
		{ GW_OK, REASON_OK }
	};
	enum reason reason = refusal_for(refusals, r);

	if (reason != REASON_OK)
		return refuse(t, reason);
	if (r != GW_OK)
		return r;
	t->mail.correspondent = t->signer.id;
	memcpy(t->mail.ref, t->fiching->head.ref, sizeof(t->mail.ref));
	return posts_intent(&t->posts, MAIL_B10, done, t->signer.id,
	    t->mail.ref) == NULL ? GW_LIMIT : GW_OK;
}

enum gw_err
fiche_commit(struct travel *t)
{
	return t->fiching->changed ? fiching_commit(t->fiching, t->now,
	    t->unnamed ? NULL : t->fpr) : GW_OK;
}

/* ---- FICHE ---- */

/* What the officer filled in, checked: nothing is guessed. */
static enum reason
take_form(struct travel *t)
{
	const struct msg_parsed *in = &t->inner;
	struct fiching *f = t->fiching;
	struct cursor c;

	/* Field 14 is an assessment that nobody has to make (S3). */
	if (in->lacking != 0 || in->spoilt != 0)
		return REASON_INCOMPLETE_FORM;
	cursor_init(&c, t->aside + in->fiche.off, (size_t)in->fiche.len);
	if (in->fiche.len == 0 || !fiche_bytes_get(&c, &f->content) ||
	    !cursor_ok(&c))
		return REASON_UNREADABLE_ANSWER;
	if (f->content.element[FICHE_LAST - FICHE_FIRST].text[0] != '\0' &&
	    strcmp(t->core->conf->fiche_phase, "yes") != 0) {
		t->told = "fiche-fase";
		return REASON_INCOMPLETE_FORM;
	}
	return REASON_OK;
}

/* R72: whoever's information it is must be somebody we can ask. */
static enum gw_err
take_sources(struct travel *t, bool *known)
{
	struct fiching *f = t->fiching;
	struct correspondent who;
	enum gw_err r = GW_OK;
	size_t i, k;

	*known = true;
	for (i = 0; i < FICHE_ELEMENTS; i++) {
		const struct fiche_element *e = &f->content.element[i];

		for (k = 0; r == GW_OK && k < e->sources; k++) {
			r = correspondent_by_address(t->core->store,
			    e->source[k], &who);
			if (r == GW_OK && correspondent_serves(&who, t->now))
				r = fiche_round_source(&f->ballot.round,
				    who.id);
			else if (r == GW_OK || r == GW_MISSING) {
				*known = false;
				r = GW_OK;
			}
		}
	}
	return r;
}

static enum gw_err
submit(struct travel *t, enum fiche_event event, const char *done)
{
	struct fiching *f = t->fiching;
	struct fiche_act act = { .event = event, .person = t->signer.id,
		.digest = f->digest };
	bool known = true;
	enum gw_err r;

	r = fiche_digest(&f->head, &f->content, f->digest);
	if (r == GW_FORMAT || r == GW_LIMIT || r == GW_MISSING)
		return refuse(t, REASON_INCOMPLETE_FORM);
	if (r == GW_OK)
		r = fiching_act(f, &act);
	if (r == GW_OK)
		r = take_sources(t, &known);
	if (r == GW_OK && !known) {
		t->told = "fiche-bron";
		return refuse(t, REASON_INCOMPLETE_FORM);
	}
	return fiche_settle(t, r, done);
}

/* The set of R89: who was there for that case, frozen now. Who closed the
 * attendance chaired, whoever had convened (R43, R100). */
static enum gw_err
take_members(struct travel *t)
{
	const struct msg_parsed *in = &t->inner;
	struct fiching *f = t->fiching;
	struct attendance *a = calloc(1, sizeof(*a));
	enum gw_err r;
	size_t i;

	if (a == NULL)
		return GW_NOMEM;
	r = meeting_attendance_get(t->core->store, in->meeting_ref, a);
	f->ballot.chair = a->person[0];
	for (i = 0; r == GW_OK && i < a->people; i++) {
		if (attendance_has(a, in->case_ref, a->person[i]))
			r = fiche_round_member(&f->ballot.round,
			    a->person[i]);
	}
	free(a);
	return r == GW_OK && f->ballot.round.members == 0 ? GW_MISSING : r;
}

/* R97: a case on the list, discussed in a meeting whose attendance is closed. */
static enum gw_err
take_meeting(struct travel *t)
{
	const struct msg_parsed *in = &t->inner;
	struct fiching *f = t->fiching;
	struct case_ref listed;
	struct meeting m;
	enum gw_err r;

	r = case_by_ref(t->core->store, in->case_ref, &listed);
	if (r == GW_OK)
		r = meeting_by_ref(t->core->store, in->meeting_ref, &m);
	if (r == GW_OK)
		r = take_members(t);
	if (r != GW_OK)
		return r;
	f->head.version = 1;
	f->head.day = clock_day(m.starts);
	(void)snprintf(f->head.town, sizeof(f->head.town), "%s",
	    t->core->conf->instance_name);
	memcpy(f->head.case_ref, in->case_ref, sizeof(f->head.case_ref));
	memcpy(f->ballot.meeting, in->meeting_ref,
	    sizeof(f->ballot.meeting));
	f->ballot.officer = t->signer.id;
	crypto_random(f->ballot.nonce, sizeof(f->ballot.nonce));
	return GW_OK;
}

static enum gw_err
propose(struct travel *t)
{
	struct fiching *f;
	enum reason reason;
	enum gw_err r;

	r = fiching_new(t->core, &t->fiching);
	if (r != GW_OK)
		return r;
	f = t->fiching;
	/* Without a reference of ours nothing else binds it to this town. */
	if ((t->inner.flags & (MAIL_TO_US | MAIL_AAN_US)) == 0)
		return refuse(t, REASON_WRONG_RECIPIENT);
	reason = take_form(t);
	if (reason != REASON_OK)
		return refuse(t, reason);
	fiche_round_init(&f->ballot.round);
	r = take_meeting(t);
	if (r == GW_MISSING) {
		t->told = "fiche-vergadering";
		return refuse(t, REASON_WRONG_STATE);
	}
	if (r != GW_OK)
		return r;
	ref_new('F', f->head.ref);
	memcpy(f->row.ref, f->head.ref, sizeof(f->row.ref));
	f->row.state = FICHE_NEW;
	f->adds = true;
	r = fiching_step(f, FICHE_EV_DRAW_UP);
	return r == GW_OK ? submit(t, FICHE_EV_SUBMIT, "voorgesteld") : r;
}

/* R98: whatever was agreed to, it was another text. The nonce is another, too,
 * so that no code of an earlier round fits. */
static enum gw_err
revise(struct travel *t)
{
	struct fiching *f;
	enum reason reason;
	enum gw_err r;
	bool there;

	r = fiche_find(t, &there);
	if (r != GW_OK || !there)
		return r;
	f = t->fiching;
	memset(&f->content, 0, sizeof(f->content));
	reason = take_form(t);
	if (reason != REASON_OK)
		return refuse(t, reason);
	/* Another case or meeting is another fiche. */
	if (strcmp(t->inner.case_ref, f->head.case_ref) != 0 ||
	    strcmp(t->inner.meeting_ref, f->ballot.meeting) != 0) {
		t->told = "fiche-andere";
		return refuse(t, REASON_INCOMPLETE_FORM);
	}
	f->head.version++;
	f->revises = true;
	f->ballot.officer = t->signer.id;	/* there may be another since */
	crypto_random(f->ballot.nonce, sizeof(f->ballot.nonce));
	return submit(t, FICHE_EV_REVISE, "voorgesteld");
}

static enum gw_err
form(struct travel *t)
{
	return t->ref[0] == 'F' ? revise(t) : propose(t);
}

/* ---- the others ---- */

static enum gw_err
simple(struct travel *t, enum fiche_event event, const char *done)
{
	struct fiche_act act = { .event = event, .person = t->signer.id };
	enum gw_err r;
	bool there;

	r = fiche_find(t, &there);
	if (r != GW_OK || !there)
		return r;
	return fiche_settle(t, fiching_act(t->fiching, &act), done);
}

static enum gw_err
flag(struct travel *t)
{
	return simple(t, FICHE_EV_FLAG, "onderzoeksgeheim");
}

static enum gw_err
give_up(struct travel *t)
{
	return simple(t, FICHE_EV_GIVE_UP, "opgegeven");
}

/* R104: yes or no, and no content. A no leaves it where it is. */
static enum gw_err
passed_on(struct travel *t)
{
	bool there;
	enum gw_err r;

	if (t->inner.yes == 1)
		return simple(t, FICHE_EV_CONFIRM, "doorgegeven");
	if (t->inner.yes != 2)
		return refuse(t, REASON_UNREADABLE_ANSWER);
	r = fiche_find(t, &there);
	return r != GW_OK || !there ? r : fiche_settle(t, GW_OK,
	    "niet-doorgegeven");
}

/* ---- STAND ---- */

/* R92, R100: who has not answered is for the officer; others get a number. */
static enum gw_err
list_waiting(struct travel *t, struct buf *out)
{
	const struct fiche_round *r = &t->fiching->ballot.round;
	struct correspondent who;
	enum gw_err err;
	size_t i;

	for (i = 0; i < r->members; i++) {
		if (r->member[i].approved || r->member[i].objected)
			continue;
		err = correspondent_by_id(t->core->store,
		    r->member[i].person, &who);
		if (err != GW_OK && err != GW_MISSING)
			return err;
		buf_printf(out, "%s%s", out->len > 0 ? "\n" : "",
		    err == GW_OK ? who.address : "?");
	}
	if (out->len == 0)
		buf_puts(out, "niemand");
	return buf_error(out);
}

static enum gw_err
standing(struct travel *t)
{
	bool officer = t->signer.role == PERSON_IO;
	struct var vars[] = { { "count", "" }, { "version", "" },
		{ "lines", "" } };
	char count[16], version[16];
	struct buf lines;
	enum gw_err r;
	bool there;

	r = fiche_find(t, &there);
	if (r != GW_OK || !there)
		return r;
	(void)snprintf(count, sizeof(count), "%zu",
	    fiche_round_waits(&t->fiching->ballot.round));
	(void)snprintf(version, sizeof(version), "%u",
	    t->fiching->head.version);
	vars[0].value = count;
	vars[1].value = version;
	buf_init(&lines, LIM_LISTS);
	if (officer)
		r = list_waiting(t, &lines);
	vars[2].value = buf_str(&lines);
	if (r == GW_OK)
		r = posts_letter(&t->posts, MAIL_B10, officer ? "stand" :
		    "stand-voorzitter", &t->signer, t->ref, vars,
		    officer ? 3 : 2);
	buf_free(&lines);
	t->mail.correspondent = t->signer.id;
	memcpy(t->mail.ref, t->ref, sizeof(t->mail.ref));
	return r == GW_KEY ? refuse(t, REASON_EXPIRED_KEY) : r;
}

/* ---- which of them ---- */

enum gw_err
fiche_order(struct travel *t)
{
	static const struct {
		enum gw_err (*take)(struct travel *);
		bool chair;	/* may give it as well */
	} orders[VERB_MAX] = {
		[VERB_FICHE] = { form, false },
		[VERB_FLAG] = { flag, false },
		[VERB_PASSED_ON] = { passed_on, false },
		[VERB_GIVE_UP] = { give_up, true },
		[VERB_STANDING] = { standing, true },
	};

	if (orders[t->inner.verb].take == NULL)
		return GW_INTERNAL;
	if (!orders[t->inner.verb].chair && t->signer.role != PERSON_IO)
		return refuse(t, REASON_ROLE_NOT_ALLOWED);
	return orders[t->inner.verb].take(t);
}
