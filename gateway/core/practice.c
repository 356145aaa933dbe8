#include "core/practice.h"

#include <string.h>
#include <unistd.h>

#include "compose/form_text.h"
#include "core/stranger.h"

#define DAY_S	86400

void
practice_address(struct core *c)
{
	const char *set = c->conf->instance_practice;
	struct buf b;

	buf_init(&b, LIM_ADDR);
	buf_printf(&b, "%s%s", set[0] != '\0' ? "" : "oefen+",
	    set[0] != '\0' ? set : c->conf->instance_address);
	/* Too long for any address: then there is none to practise with. */
	if (buf_error(&b) == GW_OK)
		memcpy(c->practice, buf_str(&b), b.len + 1);
	buf_free(&b);
}

bool
practice_is_meant(const struct travel *t)
{
	const uint32_t real = MAIL_TO_US | MAIL_AAN_US;

	if (t->core->store == NULL || t->again || (t->inner.flags & real) != 0)
		return false;
	if (t->inner.flags & (MAIL_TO_PRACTICE | MAIL_AAN_PRACTICE))
		return true;
	return (t->outer.flags & MAIL_TO_PRACTICE) != 0 &&
	    (t->inner.flags & (MAIL_TO_OTHER | MAIL_AAN_OTHER)) == 0;
}

/* ---- who is answered ---- */

/* Answers that anybody could cause are given once a day. */
static bool
was_answered(const struct travel *t)
{
	uint8_t whom[HASH_BYTES];

	crypto_sha256(t->outer.from, strlen(t->outer.from), whom);
	return replay_seen(t->core->store, "practice", t->now / DAY_S,
	    whom) == GW_OK;
}

static enum practice_answer
choose(const struct travel *t)
{
	/* A text that was answered before can be sent by anybody. */
	if (t->facts.replay)
		return ANSWER_NOBODY;
	if (t->known && t->facts.signer == ENROLLED_ACTIVE &&
	    t->verdict.code != VERDICT_QUARANTINED)
		return ANSWER_SIGNER;
	if (was_answered(t))
		return ANSWER_NOBODY;
	if (stranger_is_vouched(t))
		return ANSWER_GUEST;
	return t->from_known && correspondent_serves(&t->from, t->now) ?
	    ANSWER_ON_FILE : ANSWER_NOBODY;
}

void
practice_judge(struct travel *t)
{
	t->answer_to = choose(t);
	if (t->answer_to == ANSWER_NOBODY)
		t->verdict.code = VERDICT_IGNORED;
	else if (t->verdict.code != VERDICT_ACCEPTED)
		t->verdict.code = VERDICT_REFUSED;
}

/* ---- what it hears ---- */

/* Adds the line of one check. */
static void
add_line(struct travel *t, struct buf *lines, const char *section,
    const struct var *vars, size_t nvars, enum gw_err *r)
{
	if (lines->len > 0)
		buf_putc(lines, '\n');
	if (*r == GW_OK)
		*r = compose_part(t->core->templates, &t->core->office,
		    MAIL_B04, section, vars, nvars, lines);
}

static void
check(struct travel *t, struct buf *lines, bool good, const char *yes,
    const char *no, enum gw_err *r)
{
	add_line(t, lines, good ? yes : no, NULL, 0, r);
}

static bool
is_signed(const struct travel *t)
{
	if (stranger_is_vouched(t))
		return true;
	switch (t->verdict.reason) {
	case REASON_NOT_SIGNED:
	case REASON_BAD_SIGNATURE:
	case REASON_SEVERAL_SIGNATURES:
	case REASON_PARTIAL_SIGNATURE:
	case REASON_EXPIRED_SIGNATURE:
	case REASON_BAD_STRUCTURE:
		return false;
	default:
		return true;
	}
}

static void
check_form(struct travel *t, struct buf *lines, enum gw_err *r)
{
	struct buf fields;
	struct var var = { "fields", "" };

	if (t->inner.form != FORM_REFERRAL) {
		add_line(t, lines, "check-form-none", NULL, 0, r);
		return;
	}
	if (t->inner.missing == 0) {
		add_line(t, lines, "check-form-complete", NULL, 0, r);
		return;
	}
	buf_init(&fields, LIM_LETTER_BYTES);
	form_field_lines(t->inner.missing, &fields);
	var.value = buf_str(&fields);
	add_line(t, lines, "check-form-missing", &var, 1, r);
	buf_free(&fields);
}

/* One check after the other, as far as the mail could be opened. */
static enum gw_err
make_lines(struct travel *t, struct buf *lines)
{
	enum gw_err r = GW_OK;
	bool opened = t->plain >= 0;

	check(t, lines, opened, "check-encrypted-yes", "check-encrypted-no",
	    &r);
	if (!opened)
		return r;
	check(t, lines, is_signed(t), "check-signed-yes", "check-signed-no",
	    &r);
	if (t->verdict.reason == REASON_EXPIRED_KEY)
		add_line(t, lines, "check-key-expired", NULL, 0, &r);
	else
		check(t, lines, t->facts.signer == ENROLLED_ACTIVE,
		    "check-key-yes", "check-key-no", &r);
	check(t, lines, t->verdict.reason != REASON_WEAK_ALGORITHM,
	    "check-algorithm-yes", "check-algorithm-no", &r);
	check(t, lines, (t->inner.flags & MAIL_PROTECTED) != 0,
	    "check-protected-yes", "check-protected-no", &r);
	check(t, lines, (t->inner.flags & (MAIL_TO_PRACTICE |
	    MAIL_AAN_PRACTICE | MAIL_TO_US | MAIL_AAN_US)) != 0,
	    "check-bound-yes", "check-bound-no", &r);
	check_form(t, lines, &r);
	return r;
}

static enum gw_err
answer_guest(struct travel *t, const char *section, const struct var *var)
{
	enum gw_err r;
	int key;

	r = stranger_key(t, &key);
	if (r != GW_OK)
		return r;
	r = posts_guest(&t->posts, MAIL_B04, section, t->outer.from,
	    t->vouched.fpr, key, "", var, 1);
	close(key);
	return r;
}

enum gw_err
practice_step(struct travel *t)
{
	const char *section = t->verdict.code == VERDICT_ACCEPTED ? "goed" :
	    "niet-goed";
	struct var var = { "lines", "" };
	struct buf lines;
	enum gw_err r;

	if (t->answer_to == ANSWER_NOBODY)
		return GW_OK;
	buf_init(&lines, LIM_LETTER_BYTES);
	r = make_lines(t, &lines);
	var.value = buf_str(&lines);
	if (r == GW_OK && t->answer_to == ANSWER_SIGNER)
		r = posts_letter(&t->posts, MAIL_B04, section, &t->signer, "",
		    &var, 1);
	else if (r == GW_OK && t->answer_to == ANSWER_ON_FILE)
		r = posts_letter(&t->posts, MAIL_B04, section, &t->from, "",
		    &var, 1);
	else if (r == GW_OK)
		r = answer_guest(t, section, &var);
	buf_free(&lines);
	/* A key that cannot be sealed to: there is no other way to answer. */
	return r == GW_KEY ? GW_OK : r;
}

enum gw_err
practice_commit(struct travel *t)
{
	uint8_t whom[HASH_BYTES];
	enum gw_err r;

	if (t->answer_to != ANSWER_ON_FILE && t->answer_to != ANSWER_GUEST)
		return GW_OK;
	crypto_sha256(t->outer.from, strlen(t->outer.from), whom);
	r = replay_add(t->core->store, "practice", t->now / DAY_S, whom,
	    t->now);
	return r == GW_EXISTS ? GW_OK : r;
}
