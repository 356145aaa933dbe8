#include "mail/order.h"

#include <stdlib.h>
#include <string.h>

#include "mail/answer.h"
#include "mail/enrol_form.h"
#include "mail/fiche_form.h"
#include "mail/flowed.h"
#include "mail/meeting_form.h"
#include "mail/proof.h"
#include "wire/fiche_bytes.h"

static void
set_answer(const struct act *act, struct msg_parsed *facts)
{
	facts->answer = (uint32_t)act->answer;
	facts->verb = (uint32_t)act->verb;
	facts->fields = act->args.fields;
	facts->ground = (uint32_t)act->args.ground;
	facts->yes = (act->args.given & TAKES_YES) == 0 ? 0 :
	    act->args.yes ? 1 : 2;
	facts->more = act->more;
	facts->consent = (act->args.given & TAKES_CONSENT) != 0;
	facts->year = act->args.year;
	facts->form_name = (uint32_t)act->args.form_name;
	facts->closing = (uint32_t)act->args.closing;
	facts->measures = (uint32_t)act->args.measures;
	facts->criteria = act->args.criteria;
	memcpy(facts->ref, act->ref, sizeof(facts->ref));
	memcpy(facts->case_ref, act->args.case_ref, sizeof(facts->case_ref));
	memcpy(facts->quoted_ref, act->quoted_ref, sizeof(facts->quoted_ref));
	memcpy(facts->person, act->args.person, sizeof(facts->person));
	memcpy(facts->code, act->args.code, sizeof(facts->code));
}

static void
set_form(struct bytes text, enum charset charset, struct msg_parsed *facts)
{
	struct enrol_form form;

	enrol_form_read(text, charset, &form);
	memcpy(facts->typed_fpr, form.typed_fpr, sizeof(facts->typed_fpr));
	memcpy(facts->role, form.role, sizeof(facts->role));
	memcpy(facts->org_class, form.org_class, sizeof(facts->org_class));
	memcpy(facts->organisation, form.organisation,
	    sizeof(facts->organisation));
	memcpy(facts->legal_ground, form.legal_ground,
	    sizeof(facts->legal_ground));
	memcpy(facts->compared, form.compared, sizeof(facts->compared));
	memcpy(facts->until, form.until, sizeof(facts->until));
	explicit_bzero(&form, sizeof(form));
}

static void
forget_forms(struct msg_parsed *f)
{
	const struct span none = { 0, 0 };

	f->typed_fpr[0] = f->role[0] = f->org_class[0] = '\0';
	f->organisation[0] = f->legal_ground[0] = f->compared[0] = '\0';
	f->until[0] = f->kind[0] = f->date[0] = f->start[0] = '\0';
	f->end[0] = '\0';
	f->meeting_ref[0] = f->digest[0] = '\0';
	f->spoilt = f->lacking = f->attested = 0;
	f->fiche = none;
	f->place = f->urgency = f->agenda = f->invitees = none;
	f->adhoc = f->present = f->present_at = none;
}

void
order_forget(struct msg_parsed *facts, enum answer why)
{
	struct act act = { .answer = why };

	memcpy(act.ref, facts->ref, sizeof(act.ref));
	memcpy(act.quoted_ref, facts->quoted_ref, sizeof(act.quoted_ref));
	set_answer(&act, facts);
	forget_forms(facts);
	facts->words = (struct span){ 0, 0 };
}

static enum gw_err
set_words(struct bytes words, enum charset charset, struct msg_parsed *facts,
    struct buf *out)
{
	struct buf clean;
	enum clean c;
	enum gw_err r;

	facts->words = (struct span){ out->len, 0 };
	buf_init(&clean, facts->verb == VERB_DISPATCH ? LIM_FICHE_TEXT :
	    LIM_WORDS);
	c = charset_clean(words, charset, &clean);
	r = buf_error(&clean);
	if (c == CLEAN_UNKNOWN || r == GW_LIMIT) {
		order_forget(facts, ANSWER_UNCLEAR);
		r = GW_OK;
	} else if (r == GW_OK && clean.len > 0) {
		buf_add(out, clean.p, clean.len);
		facts->words.len = clean.len;
		r = buf_error(out);
	}
	buf_free(&clean);
	return r;
}

static struct span
append(struct buf *out, const void *p, size_t n)
{
	struct span where = { out->len, n };

	if (n > 0)
		buf_add(out, p, n);
	return where;
}

static enum gw_err
set_meeting(struct bytes text, enum charset charset, struct msg_parsed *facts,
    struct buf *out)
{
	struct meeting_form f;
	enum gw_err r = meeting_form_read(text, charset, &f);

	facts->spoilt = f.spoilt;
	memcpy(facts->kind, f.kind, sizeof(facts->kind));
	memcpy(facts->date, f.date, sizeof(facts->date));
	memcpy(facts->start, f.start, sizeof(facts->start));
	memcpy(facts->end, f.end, sizeof(facts->end));
	facts->place = append(out, f.place, strlen(f.place));
	facts->urgency = append(out, f.urgency, strlen(f.urgency));
	facts->agenda = append(out, f.agenda.p, f.agenda.len);
	facts->invitees = append(out, f.invitees.p, f.invitees.len);
	facts->adhoc = append(out, f.adhoc.p, f.adhoc.len);
	facts->present = append(out, f.present.p, f.present.len);
	facts->present_at = append(out, f.present_at.p, f.present_at.len);
	meeting_form_free(&f);
	return r == GW_OK ? buf_error(out) : r;
}

static enum gw_err
set_fiche(struct bytes text, enum charset charset, struct msg_parsed *facts,
    struct buf *out)
{
	struct fiche_form *f = malloc(sizeof(*f));
	uint8_t *bytes = malloc(FICHE_CONTENT_BYTES);
	enum gw_err r = GW_NOMEM;
	struct cursor c;

	if (f == NULL || bytes == NULL)
		goto out;
	r = fiche_form_read(text, charset, f);
	if (r != GW_OK)
		goto out;
	facts->lacking = f->missing;
	facts->spoilt = f->spoilt;
	memcpy(facts->meeting_ref, f->meeting, sizeof(facts->meeting_ref));
	memcpy(facts->case_ref, f->case_ref, sizeof(facts->case_ref));
	cursor_init(&c, bytes, FICHE_CONTENT_BYTES);
	fiche_bytes_put(&c, &f->content);
	facts->fiche = append(out, bytes, c.at);
	r = c.bad ? GW_LIMIT : buf_error(out);
out:
	if (f != NULL)
		explicit_bzero(f, sizeof(*f));
	if (bytes != NULL)
		explicit_bzero(bytes, FICHE_CONTENT_BYTES);
	free(bytes);
	free(f);
	return r;
}

/* AKKOORD with a word too many is no consent (R91). */
static struct bytes
set_proof(const struct act *act, struct msg_parsed *facts)
{
	struct proof proof;

	proof_read(act->words, &proof);
	facts->attested = proof.attested;
	memcpy(facts->digest, proof.digest, sizeof(facts->digest));
	if (act->verb == VERB_APPROVE && proof.rest.n > 0)
		order_forget(facts, ANSWER_UNCLEAR);
	return act->verb == VERB_APPROVE ? (struct bytes){ 0 } : proof.rest;
}

static enum gw_err
read_whole(struct bytes text, enum charset charset, struct msg_parsed *facts,
    struct buf *out)
{
	enum gw_err r = GW_OK;
	struct act act;

	answer_read(text, &act);
	set_answer(&act, facts);
	if ((verb_takes(act.verb) & TAKES_FORM) != 0)
		set_form(text, charset, facts);
	if ((verb_takes(act.verb) & TAKES_MEETING) != 0)
		r = set_meeting(text, charset, facts, out);
	if ((verb_takes(act.verb) & TAKES_FICHE) != 0)
		r = set_fiche(text, charset, facts, out);
	if (act.verb == VERB_APPROVE || act.verb == VERB_DISPATCH)
		act.words = set_proof(&act, facts);
	if (r == GW_OK && act.words.n > 0)
		r = set_words(act.words, charset, facts, out);
	explicit_bzero(&act, sizeof(act));
	return r;
}

enum gw_err
order_read(const struct order_text *t, struct msg_parsed *facts,
    struct buf *out)
{
	struct buf whole;
	enum gw_err r;

	if (!t->flowed)
		return read_whole(t->text, t->charset, facts, out);
	buf_init(&whole, 2 * t->text.n + 2);
	flowed_text(t->text, t->delsp, &whole);
	r = buf_error(&whole);
	if (r == GW_OK)
		r = read_whole((struct bytes){ whole.p, whole.len },
		    t->charset, facts, out);
	buf_free(&whole);
	return r;
}
