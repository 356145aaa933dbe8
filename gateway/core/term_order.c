#include "core/term_order.h"

#include <string.h>

#include "base/clock.h"
#include "core/codes.h"
#include "core/notice.h"
#include "core/refuse.h"
#include "core/term.h"

/* ---- which case ---- */

enum gw_err
term_order_find(struct travel *t, bool *there)
{
	enum gw_err r = GW_MISSING;

	*there = false;
	if (t->ref[0] == 'C')
		r = term_find(t->core, t->ref, &t->term);
	if (r == GW_MISSING)
		return refuse(t, REASON_UNKNOWN_REFERENCE);
	*there = r == GW_OK;
	return r;
}

static enum gw_err
tell(struct travel *t, const char *section)
{
	return posts_intent(&t->posts, MAIL_B08, section, t->signer.id,
	    t->ref) == NULL ? GW_LIMIT : GW_OK;
}

/* The end of an order: what went wrong, as people are told, or `section` of
 * B08. */
static enum gw_err
settle(struct travel *t, enum gw_err r, const char *section)
{
	static const struct refusal refusals[] = {
		{ GW_STATE, REASON_WRONG_STATE },
		{ GW_FORMAT, REASON_UNREADABLE_ANSWER },
		{ GW_DENIED, REASON_SAME_PERSON },
		{ GW_OK, REASON_OK }
	};
	enum reason reason = refusal_for(refusals, r);

	if (reason != REASON_OK)
		return refuse(t, reason);
	if (r != GW_OK)
		return r;
	t->mail.correspondent = t->signer.id;
	memcpy(t->mail.ref, t->ref, sizeof(t->mail.ref));
	return tell(t, section);
}

/* ---- AFSLUITEN ---- */

static enum gw_err
order_close(struct travel *t)
{
	t->term->act.closing = (enum closing)t->inner.closing;
	t->term->act.measures = (enum measures)t->inner.measures;
	return settle(t, term_decide(t->term, RETENTION_EV_CLOSE, t->now),
	    "afgesloten");
}

/* ---- VERLENGEN ---- */

static bool
is_coordinator(enum person_role r)
{
	return r == PERSON_COORDINATOR;
}

/* Whoever makes the agenda hears of the point. */
static enum gw_err
tell_coordinator(const struct correspondent *p, void *arg)
{
	struct travel *t = arg;

	return p->id == t->signer.id || posts_intent(&t->posts, MAIL_B08,
	    "agendapunt", p->id, t->ref) != NULL ? GW_OK : GW_LIMIT;
}

static enum gw_err
propose(struct travel *t)
{
	enum gw_err r = term_decide(t->term, RETENTION_EV_PROPOSE, t->now);

	if (r == GW_OK) {
		t->term->file.extension = (struct case_extension){
			.proposed = t->now, .criteria = t->inner.criteria };
		t->term->file_changed = true;
		r = notice_people(t->core, is_coordinator, tell_coordinator,
		    t);
	}
	return settle(t, r, "voorgesteld");
}

struct asking {
	struct travel *t;
	const struct var *vars;
	size_t nvars;
	char *code;
	unsigned asked;
};

static enum gw_err
ask_second(const struct correspondent *p, void *arg)
{
	struct asking *a = arg;
	struct travel *t = a->t;
	enum gw_err r;

	code_of_extension(t->ref, &t->term->file.extension, p->id, a->code);
	r = posts_letter(&t->posts, MAIL_B08, "tweede", p, t->ref, a->vars,
	    a->nvars);
	a->asked += r == GW_OK;
	/* Another officer can be asked. */
	return r == GW_KEY ? GW_OK : r;
}

static void
criteria_lines(unsigned criteria, struct buf *out)
{
	static const char *const dutch[CRITERION_MAX] = {
		[CRITERION_GRAVITY] = "de ernst van de feiten",
		[CRITERION_ARREST] = "een eerdere aanhouding",
		[CRITERION_SUSPICIONS] = "de ernst van de vermoedens",
	};
	int i;

	for (i = 0; i < CRITERION_MAX; i++) {
		if ((criteria & 1u << i) != 0)
			buf_printf(out, "%s- %s", out->len > 0 ? "\n" : "",
			    dutch[i]);
	}
}

/* Each second officer gets a code of their own over what is to be extended. */
static enum gw_err
ask_seconds(struct travel *t, const struct meeting *m, unsigned *asked)
{
	char day[CLOCK_DUTCH_LEN], date[CLOCK_DUTCH_LEN], code[LIM_CODE + 1];
	struct buf lines;
	struct asking a = { .t = t, .code = code };
	enum gw_err r;

	buf_init(&lines, LIM_LETTER_BYTES);
	criteria_lines(t->inner.criteria, &lines);
	clock_dutch_day(m->starts, day);
	clock_dutch_day(clock_day_start(clock_add_years(clock_day(m->starts),
	    RETENTION_YEARS_EXTENDED)), date);
	const struct var vars[] = {
		{ "meeting", m->ref }, { "day", day }, { "date", date },
		{ "lines", buf_str(&lines) }, { "code", code },
		{ "proposer", person_role_dutch(t->signer.role) },
	};
	a.vars = vars;
	a.nvars = sizeof(vars) / sizeof(vars[0]);
	r = notice_people(t->core, policy_seconds, ask_second, &a);
	buf_free(&lines);
	*asked = a.asked;
	return r;
}

/* After the meeting: by whom, and on what grounds. */
static enum gw_err
motivate(struct travel *t)
{
	struct case_extension *e = &t->term->file.extension;
	struct meeting m;
	unsigned asked = 0;
	enum gw_err r;

	if (e->meeting[0] == '\0') {
		t->told = "not-discussed";
		return refuse(t, REASON_WRONG_STATE);
	}
	r = meeting_by_ref(t->core->store, e->meeting, &m);
	if (r != GW_OK)
		return settle(t, r == GW_MISSING ? GW_STATE : r, "");
	e->controller = t->signer.id;
	e->criteria = t->inner.criteria;
	crypto_random(e->nonce, sizeof(e->nonce));
	t->term->event = RETENTION_EVENT_MAX;
	t->term->next = t->term->c.term;
	t->term->file_changed = true;
	r = ask_seconds(t, &m, &asked);
	if (r == GW_OK && asked == 0) {
		t->told = "no-second-officer";
		return refuse(t, REASON_SAME_PERSON);
	}
	return settle(t, r, "gevraagd");
}

static enum gw_err
order_extend(struct travel *t)
{
	if (t->inner.criteria == 0 ||
	    (t->inner.criteria & ~CRITERIA_ALL) != 0)
		return refuse(t, REASON_UNREADABLE_ANSWER);
	return t->term->c.term.state == RETENTION_EXT_PROPOSED ?
	    motivate(t) : propose(t);
}

static void
forget_extension(struct term *t)
{
	memset(&t->file.extension, 0, sizeof(t->file.extension));
	t->file_changed = true;
}

static enum gw_err
order_not_extend(struct travel *t)
{
	enum gw_err r = term_decide(t->term, RETENTION_EV_REFUSE, t->now);

	if (r == GW_OK)
		forget_extension(t->term);
	return settle(t, r, "niet-verlengd");
}

enum gw_err
term_order(struct travel *t)
{
	enum gw_err r;
	bool there;

	r = term_order_find(t, &there);
	if (r != GW_OK || !there)
		return r;
	switch (t->inner.verb) {
	case VERB_CLOSE:
		return order_close(t);
	case VERB_EXTEND:
		return order_extend(t);
	case VERB_NOT_EXTEND:
		return order_not_extend(t);
	default:
		return GW_INTERNAL;
	}
}

/* ---- BEVESTIG ---- */

/* Whether the signer may be the second of these two. REASON_OK. */
static enum reason
may_second(const struct travel *t)
{
	const struct case_extension *e = &t->term->file.extension;

	if (t->term->c.term.state != RETENTION_EXT_PROPOSED ||
	    e->controller == 0)
		return REASON_WRONG_STATE;
	if (e->controller == t->signer.id)
		return REASON_SAME_PERSON;
	if (!policy_seconds(t->signer.role))
		return REASON_ROLE_NOT_ALLOWED;
	return code_fits_extension(t->ref, e, t->signer.id, t->inner.code) ?
	    REASON_OK : REASON_WRONG_CODE;
}

/* GW_STATE: who motivated it is no longer of the office. */
static enum gw_err
take_two(struct travel *t)
{
	struct case_extension *e = &t->term->file.extension;
	struct retention_act *act = &t->term->act;
	struct correspondent controller;
	struct meeting m;
	enum gw_err r;

	r = correspondent_by_id(t->core->store, e->controller, &controller);
	if (r == GW_OK && !correspondent_serves(&controller, t->now))
		r = GW_MISSING;
	if (r == GW_OK)
		r = meeting_by_ref(t->core->store, e->meeting, &m);
	if (r != GW_OK)
		return r == GW_MISSING ? GW_STATE : r;
	act->controller.id = controller.id;
	act->controller.role = controller.role;
	act->witness.id = t->signer.id;
	act->witness.role = t->signer.role;
	act->criteria = e->criteria;
	act->meeting = e->meeting;
	act->day = clock_day(m.starts);
	return term_decide(t->term, RETENTION_EV_EXTEND, t->now);
}

static enum gw_err
tell_decider(const struct correspondent *p, void *arg)
{
	struct travel *t = arg;

	return posts_intent(&t->posts, MAIL_B08, "verlengd", p->id, t->ref) ==
	    NULL ? GW_LIMIT : GW_OK;
}

enum gw_err
term_second(struct travel *t)
{
	enum reason reason;
	enum gw_err r;
	bool there;

	r = term_order_find(t, &there);
	if (r != GW_OK || !there)
		return r;
	reason = may_second(t);
	if (reason != REASON_OK)
		return refuse(t, reason);
	r = take_two(t);
	if (r == GW_OK) {
		forget_extension(t->term);
		r = notice_people(t->core, policy_decides, tell_decider, t);
	}
	return settle(t, r, "verlengd");
}

/* ---- CASUSMANAGER ---- */

/* R43, R118: enrolled, and there when the case was spoken of: nobody else is
 * to learn of it. */
static enum gw_err
find_member(struct travel *t, struct correspondent *who, bool *there)
{
	enum gw_err r;

	r = correspondent_by_address(t->core->store, t->inner.person, who);
	*there = r == GW_OK && correspondent_serves(who, t->now) &&
	    policy_may_send(who->role, DOCUMENT_STUCK) &&
	    case_file_has(&t->term->file, who->id);
	return r == GW_MISSING ? GW_OK : r;
}

static enum gw_err
refuse_stranger(struct travel *t)
{
	t->told = "not-a-member";
	return refuse(t, REASON_UNREADABLE_ANSWER);
}

enum gw_err
term_manager(struct travel *t)
{
	struct correspondent who;
	enum gw_err r;
	bool there;

	r = term_order_find(t, &there);
	if (r != GW_OK || !there)
		return r;
	if (t->inner.person[0] == '\0')
		return refuse(t, REASON_UNREADABLE_ANSWER);
	r = term_decide(t->term, RETENTION_EV_FOLLOW, t->now);
	if (r != GW_OK)
		return settle(t, r, "");
	r = find_member(t, &who, &there);
	if (r == GW_OK && !there)
		return refuse_stranger(t);
	t->term->file.manager = who.id;
	t->term->file_changed = true;
	return settle(t, r, "casusmanager");
}

/* ---- VASTGELOPEN ---- */

struct telling {
	struct travel *t;
	const struct var *words;
	size_t told;
};

static enum gw_err
tell_chair(const struct correspondent *p, void *arg)
{
	struct telling *e = arg;
	enum gw_err r = posts_letter(&e->t->posts, MAIL_T33, "body", p,
	    e->t->ref, e->words, 1);

	e->told += r == GW_OK;
	return r == GW_KEY ? GW_OK : r;
}

/* Sealed now: the words are in memory and nowhere else. When nobody's key can
 * be used the mail stays where it is until one can. */
static enum gw_err
pass_on(struct travel *t)
{
	char words[LIM_WORDS + 1];
	const struct var var = { "words", words };
	struct telling e = { t, &var, 0 };
	enum gw_err r;

	travel_words(t, words);
	r = notice_people(t->core, policy_decides, tell_chair, &e);
	crypto_wipe(words, sizeof(words));
	return r == GW_OK && e.told == 0 ? GW_AGAIN : r;
}

/* GW_OK with *there false: it was refused. A case that somebody else manages is
 * as unknown as none. */
static enum gw_err
find_managed(struct travel *t, bool *there)
{
	enum gw_err r = term_order_find(t, there);

	if (r != GW_OK || !*there || t->term->file.manager == t->signer.id)
		return r;
	*there = false;
	return refuse(t, REASON_UNKNOWN_REFERENCE);
}

enum gw_err
term_stuck(struct travel *t)
{
	enum gw_err r;
	bool there;

	r = find_managed(t, &there);
	if (r != GW_OK || !there)
		return r;
	if (t->inner.words.len == 0)
		return refuse(t, REASON_UNREADABLE_ANSWER);
	r = term_decide(t->term, RETENTION_EV_STUCK, t->now);
	if (r == GW_OK)
		r = pass_on(t);
	r = settle(t, r, "vastgelopen");
	/* Whose mail it was would say who manages the case. */
	t->mail.ref[0] = '\0';
	t->unnamed = true;
	return r;
}

/* ---- ACTIE ---- */

static enum gw_err
tell_member(struct travel *t, const struct correspondent *who)
{
	char words[LIM_WORDS + 1];
	const struct var vars[] = { { "case", t->ref }, { "words", words } };
	enum gw_err r;

	travel_words(t, words);
	r = posts_letter(&t->posts, MAIL_T24, "body", who, t->ref, vars, 2);
	crypto_wipe(words, sizeof(words));
	if (r == GW_KEY)
		return refuse(t, REASON_EXPIRED_KEY);
	return r == GW_OK && posts_intent(&t->posts, MAIL_B07, "verstuurd",
	    t->signer.id, t->ref) == NULL ? GW_LIMIT : r;
}

/*
 * R121: who manages a case speaks of it to its members, as long as the case may
 * be called stuck. The coordinator still sends what a meeting decided.
 */
enum gw_err
term_action(struct travel *t)
{
	const struct msg_parsed *in = &t->inner;
	struct correspondent who;
	enum gw_err r;
	bool there;

	r = find_managed(t, &there);
	if (r != GW_OK || !there)
		return r;
	if (in->case_ref[0] != '\0' && strcmp(in->case_ref, t->ref) != 0)
		return refuse(t, REASON_REFERENCE_MISMATCH);
	if (in->words.len == 0 || in->person[0] == '\0')
		return refuse(t, REASON_UNREADABLE_ANSWER);
	if (term_decide(t->term, RETENTION_EV_STUCK, t->now) != GW_OK)
		return refuse(t, REASON_WRONG_STATE);
	r = find_member(t, &who, &there);
	if (r == GW_OK && !there)
		return refuse_stranger(t);
	/* As of a mail that says it is stuck. */
	t->unnamed = true;
	return r == GW_OK ? tell_member(t, &who) : r;
}

/* ---- what is written ---- */

enum gw_err
term_order_commit(struct travel *t)
{
	enum gw_err r = term_commit(t->core, t->term, t->now, t->fpr);

	/* The first of the two acts of an extension is no step of its own. */
	if (r == GW_OK && t->term->event == RETENTION_EVENT_MAX)
		r = audit_add(t->core->store, t->now,
		    AUDIT_EXTENSION_PROPOSED, t->ref, "motivated", t->fpr);
	return r;
}
