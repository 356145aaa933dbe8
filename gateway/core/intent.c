#include "core/intent.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "compose/form_text.h"
#include "compose/letters.h"
#include "core/blank.h"
#include "core/fiche_said.h"
#include "core/evaluate.h"
#include "core/forward.h"
#include "core/inform.h"
#include "core/occasion.h"
#include "core/refuse.h"
#include "core/sealing.h"
#include "core/stranger.h"

bool
intent_is_clear(const struct outbox *row)
{
	return row->kind == MAIL_T02 && strcmp(row->section, "kanaal") == 0;
}

bool
intent_can_be_made(const struct outbox *row)
{
	static const char known[] = " received code days date fingerprint"
	    " fields* form* start end place ground cases* urgency* kind"
	    " invitees* count sender organisation via meeting"
	    " version digest fiche* attestation own elements* year table*"
	    " people* proof* rows head moment ";
	const struct letter_row *letter = letter_find(row->kind, row->section);
	const char *p, *end;
	char name[LIM_VAR_NAME + 4];

	if (row->kind == MAIL_T06)
		return true;
	for (p = letter != NULL ? letter->vars : "?"; *p != '\0'; p = end) {
		p += strspn(p, " ");
		end = p + strcspn(p, " ");
		(void)snprintf(name, sizeof(name), " %.*s ", (int)(end - p),
		    p);
		if (strstr(known, name) == NULL)
			return false;
	}
	/* A notice of a stranger has some of these and more. */
	return !row->guest;
}

/* ---- a forward: opened once more ---- */

/* The ciphertext that the row is about, and when it came. */
static enum gw_err
find_kept(struct core *c, const struct outbox *row, struct referral *rf,
    int64_t *blob, int64_t *received)
{
	struct follow_up f;
	enum gw_err r;

	r = referral_by_ref(c->store, row->ref, rf);
	if (r != GW_OK)
		return r;
	*blob = rf->blob;
	*received = rf->received;
	if (row->arg == 0)
		return *blob != 0 ? GW_OK : GW_MISSING;
	r = follow_up_get(c->store, row->ref, (int)row->arg, &f);
	if (r == GW_OK) {
		*blob = f.blob;
		*received = f.received;
	}
	return r;
}

static enum gw_err
seal_forward(struct core *c, const struct outbox *row,
    const struct correspondent *to, int *mail)
{
	struct referral rf;
	struct travel t;
	int64_t blob, received;
	enum gw_err r;
	int raw;

	r = find_kept(c, row, &rf, &blob, &received);
	if (r == GW_OK)
		r = blob_get(c->store, blob, &raw);
	if (r != GW_OK)
		return r;
	r = way_reopen(c, raw, &t);
	t.referral = rf;
	t.mail.received = received;
	if (r == GW_OK)
		r = audit_add(c->store, t.now, AUDIT_CONTENT_OPENED, row->ref,
		    mail_kind_name(row->kind), NULL);
	if (r == GW_OK)
		r = forward_make(&t, row, to, mail);
	travel_end(&t);
	close(raw);
	/* The sender's own key may have been removed since: it stays held. */
	return r == GW_STATE ? GW_KEY : r;
}

/* ---- any other letter ---- */

/* All values that a letter may take from its row; each takes its own. */
struct values {
	char received[CLOCK_DUTCH_LEN], date[CLOCK_DUTCH_LEN];
	char code[16], days[16], year[16], fpr[FPR_GROUPS];
	char meeting[LIM_REF + 1], proof[HASH_HEX + 4];
	char rows[24], head[HASH_HEX + 1], moment[CLOCK_DUTCH_LEN];
	struct buf fields, form, table, people;
	bool about_meeting, about_fiche;
	struct occasion occasion;
	struct fiche_said fiche;
};

/* About the whole house: T38 and B09. */
static enum gw_err
fill_yearly(struct core *c, const struct outbox *row, struct values *v)
{
	int64_t until;
	enum gw_err r;

	if (row->kind == MAIL_B09)
		return evaluate_people(c, &v->people);
	if (row->kind != MAIL_T38)
		return GW_OK;
	(void)snprintf(v->year, sizeof(v->year), "%u", row->arg);
	r = evaluate_table(c, (int)row->arg, &v->table, &until);
	clock_dutch_day(until, v->date);
	return r;
}

/* Of T30, where it shows the letter to print, and asks to agree to it. */
static enum gw_err
fill_informing(struct core *c, const struct outbox *row, struct values *v)
{
	const struct letter_row *as = letter_find(row->kind, row->section);

	if (as == NULL || letter_takes(as, "form") == LETTER_NOTHING)
		return GW_OK;
	return inform_said(c, row->ref, row->correspondent,
	    letter_takes(as, "code") != LETTER_NOTHING ? v->code : NULL,
	    &v->form);
}

/* Of a letter about a case: until when it may be known; of the last one, when
 * it was erased and the row of the chain that says so. */
static enum gw_err
fill_case(struct core *c, const struct outbox *row, struct values *v)
{
	uint8_t hash[HASH_BYTES];
	char hex[HASH_HEX + 1];
	struct case_ref known;
	enum gw_err r;

	r = case_by_ref(c->store, row->ref, &known);
	if (r != GW_OK)
		return r;
	memcpy(v->meeting, known.term.meeting, sizeof(v->meeting));
	clock_dutch_day(known.term.due != 0 ? clock_day_start(known.term.due) :
	    retention_due(RETENTION_EV_DELIST, &known.term, 0), v->date);
	if (row->kind == MAIL_T30)
		return fill_informing(c, row, v);
	if (row->kind != MAIL_T37)
		return GW_OK;
	clock_dutch_day(row->made, v->date);
	r = audit_head_at(c->store, row->arg, hash);
	crypto_hex(hash, hex);
	/* On two lines, as a person reads it out. */
	(void)snprintf(v->proof, sizeof(v->proof), "%.*s\n  %s", HASH_HEX / 2,
	    hex, hex + HASH_HEX / 2);
	return r;
}

/* As it stands when the letter is sealed. */
static enum gw_err
fill_chain(struct core *c, struct values *v)
{
	uint8_t head[HASH_BYTES];
	int64_t rows;
	enum gw_err r;

	r = audit_head(c->store, &rows, head);
	if (r != GW_OK)
		return r;
	(void)snprintf(v->rows, sizeof(v->rows), "%lld", (long long)rows);
	crypto_hex(head, v->head);
	clock_dutch(core_now(c), v->moment);
	return GW_OK;
}

/* What the reference of the row is about; a notice that names it says no
 * more. */
static enum gw_err
fill_about(struct core *c, const struct outbox *row,
    const struct correspondent *to, struct values *v)
{
	if (row->kind == MAIL_B02 || row->kind == MAIL_T42)
		return GW_OK;
	if (row->kind == MAIL_B11)
		return fill_chain(c, v);
	switch (row->ref[0]) {
	case 'U':
	case 'V':
		v->about_meeting = true;
		return occasion_begin(c, row, to, &v->occasion);
	case 'F':
		v->about_fiche = true;
		return fiche_said_begin(c, row, to, &v->fiche);
	case 'C':
		return fill_case(c, row, v);
	default:
		return fill_yearly(c, row, v);
	}
}

static enum gw_err
fill(struct core *c, const struct outbox *row, const struct correspondent *to,
    struct values *v)
{
	bool own = strcmp(row->section, "eigen") == 0;

	memset(v, 0, sizeof(*v));
	clock_dutch(row->made, v->received);
	clock_dutch(own ? c->own.expires : to->key_expires, v->date);
	(void)snprintf(v->code, sizeof(v->code), "%u", row->code);
	(void)snprintf(v->days, sizeof(v->days), "%u", row->arg);
	fpr_groups(to->fpr, v->fpr);
	buf_init(&v->fields, LIM_LETTER_BYTES);
	buf_init(&v->form, LIM_LETTER_BYTES);
	buf_init(&v->table, LIM_LETTER_BYTES);
	buf_init(&v->people, LIM_LETTER_BYTES);
	if (row->kind == MAIL_T03)
		form_field_lines(row->arg, &v->fields);
	if (row->kind == MAIL_B03)
		(void)form_text(c->templates, &c->office,
		    blank_form(row->section), &v->form);
	return fill_about(c, row, to, v);
}

/* The day that a letter names: of a key, of a meeting, of what became of a
 * fiche. */
static const char *
date_of(const struct outbox *row, struct values *v)
{
	if (v->about_meeting)
		return v->occasion.date;
	if (!v->about_fiche)
		return v->date;
	return strcmp(row->section, "herinnering") == 0 ? v->fiche.changed :
	    v->received;
}

static void
empty(struct values *v)
{
	if (v->about_meeting)
		occasion_end(&v->occasion);
	if (v->about_fiche)
		fiche_said_end(&v->fiche);
	buf_free(&v->people);
	buf_free(&v->table);
	buf_free(&v->form);
	buf_free(&v->fields);
}

static enum gw_err
seal(struct core *c, const struct outbox *row, const struct correspondent *to,
    struct values *v, int *mail)
{
	struct occasion *o = &v->occasion;
	struct fiche_said *f = &v->fiche;
	const struct letter_row *as = letter_find(row->kind, row->section);
	const struct var all[] = {
		{ "received", v->received },
		{ "code", v->about_fiche && row->kind != MAIL_T28 ? f->code :
		    v->code },
		{ "days", v->days }, { "date", date_of(row, v) },
		{ "fingerprint", v->fpr }, { "fields", buf_str(&v->fields) },
		{ "form", buf_str(&v->form) },
		{ "start", o->start }, { "end", o->end },
		{ "place", o->d.place }, { "ground", to->ground },
		{ "cases", v->about_meeting ? buf_str(&o->cases) : "" },
		{ "urgency", v->about_meeting ? buf_str(&o->urgency) : "" },
		{ "invitees", v->about_meeting ? buf_str(&o->invitees) : "" },
		{ "kind", meeting_kind_dutch(o->m.kind) },
		{ "count", v->about_fiche ? f->count : o->count },
		{ "version", f->version }, { "digest", f->digest },
		{ "fiche", v->about_fiche ? buf_str(&f->text) : "" },
		{ "elements", v->about_fiche ? buf_str(&f->elements) : "" },
		{ "attestation", FICHE_ATTESTATION }, { "own", f->own },
		{ "sender", o->invitee.address },
		{ "organisation", o->invitee.organisation },
		{ "year", v->year }, { "table", buf_str(&v->table) },
		{ "people", buf_str(&v->people) },
		{ "via", o->via.address }, { "meeting", v->about_meeting ?
		    o->m.ref : v->meeting }, { "proof", v->proof },
		{ "rows", v->rows }, { "head", v->head },
		{ "moment", v->moment },
	};
	struct letter letter = {
		.kind = row->kind,
		.section = row->section,
		.to = to->address,
		.ref = row->ref,
		.message_id = row->message_id,
		.date = row->not_before,
		.clear = intent_is_clear(row),
		.choices = row->kind == MAIL_B02 ?
		    choices_section((enum choices)row->arg) : NULL,
		.vars = all,
		.nvars = sizeof(all) / sizeof(all[0]),
		.calendar = as != NULL && as->flags & LETTER_CALENDAR ?
		    &o->event : NULL,
	};
	struct sealing how = { .fpr = letter.clear ? "" : to->fpr,
		.plain = -1, .guest = -1 };

	return seal_letter(c, &letter, &how, mail);
}

enum gw_err
intent_seal(struct core *c, const struct outbox *row,
    const struct correspondent *to, int *mail)
{
	struct values v;
	enum gw_err r;

	if (row->kind == MAIL_T06)
		return seal_forward(c, row, to, mail);
	r = fill(c, row, to, &v);
	if (r == GW_OK)
		r = seal(c, row, to, &v, mail);
	empty(&v);
	return r;
}
