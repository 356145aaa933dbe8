#include "core/forward.h"

#include <string.h>

#include "compose/record.h"
#include "core/sealing.h"

static void
find(const struct travel *t, struct findings *f)
{
	*f = (struct findings){
		.received = t->referral.received,
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

enum gw_err
forward_seal(struct travel *t)
{
	struct correspondent to;
	enum gw_err r;
	size_t i;

	for (i = 0; i < t->posts; i++) {
		struct outbox *row = &t->post[i].row;

		if (row->kind != MAIL_T06)
			continue;
		r = correspondent_by_id(t->core->store, row->correspondent,
		    &to);
		if (r == GW_OK)
			r = forward_make(t, row, &to, &t->post[i].sealed);
		if (r == GW_KEY) {
			row->state = OUTBOX_HELD;
			continue;
		}
		if (r != GW_OK)
			return r;
		if (copies_add(&t->core->copies, row->message_id,
		    t->post[i].sealed))
			t->post[i].sealed = -1;
	}
	return GW_OK;
}

void
forward_forget(struct travel *t)
{
	size_t i;

	for (i = 0; i < t->posts; i++)
		copies_drop(&t->core->copies, t->post[i].row.message_id);
}
