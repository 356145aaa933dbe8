#include "core/forward.h"

#include <string.h>

#include "compose/record.h"
#include "core/sealing.h"

static void
find(const struct travel *t, struct findings *f)
{
	*f = (struct findings){
		.received = t->mail.received,
		.type = t->referral.type,
		.role = t->signer.role,
		.organisation = t->signer.organisation,
		.sender = t->signer.address,
		.fpr = t->fpr,
		.hash = t->hash,
		.algo = t->algo,
		.signed_at = t->made,
		.form = t->inner.form == FORM_REFERRAL ? FORM_REFERRAL :
		    FORM_NONE,
		.missing = t->inner.missing,
		.attachments = t->inner.attachments,
		.bound = (t->inner.flags & (MAIL_TO_US | MAIL_AAN_US)) != 0,
		.combined = t->facts.combined,
	};
	memcpy(f->digest, t->digest, sizeof(f->digest));
}

enum gw_err
forward_make(struct travel *t, const struct outbox *row,
    const struct correspondent *to, int *mail)
{
	const struct sealing how = { .fpr = to->fpr, .plain = t->plain,
		.body = { 0, t->open.len }, .guest = -1 };
	struct record_text record;
	struct findings findings;
	struct letter letter;
	enum gw_err r;

	*mail = -1;
	find(t, &findings);
	r = record_text(t->core->templates, &findings, &record);
	letter = (struct letter){
		.kind = row->kind,
		.section = row->section,
		.to = to->address,
		.ref = row->ref,
		.message_id = row->message_id,
		.date = row->made,
		.vars = record.vars,
		.nvars = record.n,
		.attach = true,
	};
	if (r == GW_OK)
		r = seal_letter(t->core, &letter, &how, mail);
	record_free(&record);
	return r;
}

static enum gw_err
seal_one(struct travel *t, struct post *post)
{
	struct correspondent to;
	enum gw_err r;

	r = correspondent_by_id(t->core->store, post->row.correspondent, &to);
	if (r == GW_OK)
		r = forward_make(t, &post->row, &to, &post->sealed);
	if (r == GW_KEY) {
		post->row.state = OUTBOX_HELD;
		return GW_OK;
	}
	if (r == GW_OK && copies_add(&t->core->copies, post->row.message_id,
	    post->sealed))
		post->sealed = -1;
	return r;
}

enum gw_err
forward_seal(struct travel *t)
{
	enum gw_err r = GW_OK;
	size_t i;

	/* Only what this mail itself brought. */
	if (t->document != DOCUMENT_REFERRAL &&
	    t->document != DOCUMENT_FOLLOW_UP)
		return GW_OK;
	for (i = 0; r == GW_OK && i < t->posts.n; i++) {
		if (t->posts.p[i].row.kind == MAIL_T06)
			r = seal_one(t, &t->posts.p[i]);
	}
	return r;
}

void
forward_forget(struct travel *t)
{
	size_t i;

	for (i = 0; i < t->posts.n; i++)
		copies_drop(&t->core->copies,
		    t->posts.p[i].row.message_id);
}
