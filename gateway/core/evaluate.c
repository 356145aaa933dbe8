#include "core/evaluate.h"

#include "base/clock.h"
#include "compose/figures_text.h"
#include "core/doubt.h"
#include "core/notice.h"
#include "core/posts.h"
#include "core/refuse.h"

#define HOUR_S	3600
#define FIRST_YEAR	2000

/* ---- the figures ---- */

static int64_t
until_now(struct core *c)
{
	return figures_until(clock_day(core_now(c)));
}

int
evaluate_last_year(struct core *c)
{
	return figures_year(until_now(c) - 1);
}

static enum gw_err
count_referral(const struct referral *r, void *arg)
{
	tally_referral(arg, clock_day(r->received), r->outcome, r->decided);
	return GW_OK;
}

static enum gw_err
count_case(const struct case_ref *c, void *arg)
{
	tally_case(arg, c->listed, c->term.closed, c->term.closing,
	    c->term.measures);
	return GW_OK;
}

enum gw_err
evaluate_year(struct core *c, int year, struct figures *out)
{
	static struct tally tally;
	enum gw_err r;

	tally_begin(&tally, year, until_now(c));
	r = referral_each(c->store, count_referral, &tally);
	if (r == GW_OK)
		r = case_each(c->store, count_case, &tally);
	figures_publish(&tally, out);
	/* What may not be shown is not left lying about. */
	tally_begin(&tally, 0, 0);
	return r;
}

enum gw_err
evaluate_table(struct core *c, int year, struct buf *out, int64_t *until)
{
	struct figures f;
	enum gw_err r;

	r = evaluate_year(c, year, &f);
	*until = clock_day_start(f.until);
	if (r == GW_OK)
		figures_table(&f, out);
	return r == GW_OK ? buf_error(out) : r;
}

enum gw_err
evaluate_step(struct travel *t)
{
	int last = evaluate_last_year(t->core);
	int year = t->inner.year != 0 ? (int)t->inner.year : last;
	struct post *one;

	if (year < FIRST_YEAR || year > last)
		return refuse(t, REASON_UNREADABLE_ANSWER);
	t->mail.correspondent = t->signer.id;
	one = posts_intent(&t->posts, MAIL_T38, "gevraagd", t->signer.id, "");
	if (one == NULL)
		return GW_LIMIT;
	one->row.arg = (uint32_t)year;
	return GW_OK;
}

/* ---- the list of persons ---- */

static void
say_day(struct buf *out, const char *what, int64_t t)
{
	char day[CLOCK_DUTCH_LEN];

	clock_dutch_day(t, day);
	buf_printf(out, "%s%s", what, t != 0 ? day : "onbepaald");
}

static enum gw_err
say_person(const struct correspondent *p, void *arg)
{
	struct buf *out = arg;

	buf_printf(out, "%s%s%s\n  %s\n  %s\n  ", out->len > 0 ? "\n" : "",
	    p->address, p->state == CORRESPONDENT_SUSPENDED ? " (geschorst)" :
	    "", person_role_dutch(p->role), p->organisation);
	say_day(out, "sinds ", p->added);
	say_day(out, ", mandaat tot ", p->until);
	say_day(out, ", sleutel tot ", p->key_expires);
	return buf_error(out);
}

enum gw_err
evaluate_people(struct core *c, struct buf *out)
{
	return correspondent_each(c->store, say_person, out);
}

enum gw_err
evaluate_review(struct travel *t)
{
	t->mail.correspondent = t->signer.id;
	return posts_intent(&t->posts, MAIL_B01, "nagekeken", t->signer.id,
	    "") == NULL ? GW_LIMIT : GW_OK;
}

enum gw_err
evaluate_review_commit(struct travel *t)
{
	return audit_add(t->core->store, t->now, AUDIT_REGISTER_REVIEWED, "",
	    "", t->fpr);
}

/* ---- January ---- */

struct yearly {
	struct core *core;
	int64_t now;
	enum mail_kind kind;
	const char *section;
	uint32_t year;
};

static bool
is_evaluated_by(enum person_role r)
{
	/* T38: not to the DPO, who asks where it is wanted. */
	return r != PERSON_DPO && policy_may_send(r, DOCUMENT_FIGURES);
}

static bool
is_reviewed_by(enum person_role r)
{
	return policy_may_send(r, DOCUMENT_REVIEW);
}

static enum gw_err
tell(const struct correspondent *p, void *arg)
{
	struct yearly *y = arg;
	struct posts posts;
	struct post *one;

	posts_begin(&posts, y->core, y->now, false);
	one = posts_intent(&posts, y->kind, y->section, p->id, "");
	if (one == NULL)
		return GW_LIMIT;
	one->row.arg = y->year;
	return posts_commit(&posts, 0);
}

/* Unless it went out since the year began. */
static enum gw_err
tell_once(struct yearly *y, int64_t begun, bool (*whom)(enum person_role))
{
	int64_t told;
	enum gw_err r;

	r = outbox_count(y->core->store, y->kind, y->section, begun - 1,
	    &told);
	return r == GW_OK && told == 0 ? notice_people(y->core, whom, tell,
	    y) : r;
}

static enum gw_err
find_first(const struct correspondent *p, void *arg)
{
	int64_t *first = arg;

	if (p->added < *first)
		*first = p->added;
	return GW_OK;
}

/* Whether it is January, and somebody was enrolled in the year before. */
static enum gw_err
is_january(struct core *c, int64_t now, int64_t *begun, bool *yes)
{
	int64_t today = clock_day(now), first = INT64_MAX;
	int64_t day = figures_until(today);
	enum gw_err r;

	*begun = clock_day_start(day);
	*yes = false;
	if (!figures_look_back(today))
		return GW_OK;
	r = correspondent_each(c->store, find_first, &first);
	*yes = first < *begun;
	return r;
}

static enum gw_err
tell_all(struct core *c, int64_t now, int64_t begun)
{
	struct yearly figures = { c, now, MAIL_T38, "jaarlijks",
		(uint32_t)evaluate_last_year(c) };
	struct yearly people = { c, now, MAIL_B09, "personen", 0 };
	enum gw_err r;

	r = tell_once(&figures, begun, is_evaluated_by);
	return r == GW_OK ? tell_once(&people, begun, is_reviewed_by) : r;
}

enum gw_err
evaluate_run(struct core *c)
{
	int64_t now = core_now(c), begun;
	enum gw_err r;
	bool yes;

	if ((c->evaluated != 0 && now - c->evaluated < HOUR_S) || doubt_is(c))
		return GW_OK;
	c->evaluated = now;
	r = is_january(c, now, &begun, &yes);
	if (r != GW_OK || !yes)
		return r;
	r = store_begin(c->store);
	return r == GW_OK ? store_end(c->store, tell_all(c, now, begun)) : r;
}
