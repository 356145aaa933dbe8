#include "mail/answer.h"

#include <string.h>

#include "mail/answer_line.h"
#include "mail/answer_words.h"
#include "mail/courtesy.h"
#include "mail/fold.h"
#include "mail/quote.h"
#include "mail/text.h"

struct reader {
	struct act *out;
	char quoted[LIM_REF + 1];	/* first of the quote but of cases */
	bool first;			/* its first own line has been read */
	bool greeted;
	bool parted;			/* an empty line stands below it */
	bool below;			/* the own line below was read */
	bool ended;			/* no more words */
};

static void
take_first(struct reader *r, const struct reply_line *l)
{
	struct act *out = r->out;
	struct order o;

	r->first = true;
	(void)text_reference(l->text, out->ref);
	out->answer = answer_line(l->text, &o);
	/* A verb that may be the torn-off end of a quoted line is nobody's. */
	if (l->tail && out->answer == ANSWER_CLEAR)
		out->answer = ANSWER_UNCLEAR;
	if (out->answer != ANSWER_CLEAR)
		return;
	out->verb = o.verb;
	out->args = o.args;
	out->words = o.words;
	/* The first one may be that of a case, which is another matter. */
	if ((verb_takes(o.verb) & TAKES_CASE) != 0)
		memcpy(out->ref, o.args.ref, sizeof(out->ref));
}

/* "Actie: het CAW belt" in a report, "aanwezig:" in a form, "Agenda:" in a
 * signature, "akkoord." at the end of reasons that a program broke: no second
 * order, unless it says about what. Without words nobody reads the line above,
 * which may take everything back. */
static bool
is_text(const struct act *out, const struct order *o,
    const struct reply_line *l)
{
	uint32_t takes = verb_takes(out->verb);

	if (o->args.given != 0)
		return false;
	if ((takes & TAKES_WORDS) != 0)
		return words_heads(o->verb) || l->wrapped;
	if (l->kind == LINE_BEHIND && words_heads(o->verb) && o->words.n > 0)
		return true;
	return (takes & TAKES_MEETING) != 0 && o->verb == VERB_PRESENT;
}

static void
take_second(struct reader *r, const struct reply_line *l)
{
	struct act *out = r->out;
	struct order o;

	/* Below these stands a text about a person's situation, and any line
	 * of it may be a word of ours. */
	if (out->verb == VERB_FICHE || out->verb == VERB_DISPATCH)
		return;
	switch (answer_line(l->text, &o)) {
	case ANSWER_CLEAR:
		if (!is_text(out, &o, l) && (o.verb != out->verb ||
		    !args_same(&o.args, &out->args)))
			out->answer = ANSWER_SEVERAL;
		break;
	case ANSWER_UNCLEAR:
		/* "LIJST", and below it "nog niet lijst". */
		if (o.hedged && o.verb == out->verb)
			out->answer = ANSWER_UNCLEAR;
		break;
	default:
		break;
	}
}

/* "DOOR an@caw.be" below AANVAARD: what belongs behind the verb would be left
 * out in silence, and another act done. */
static bool
names_person(const struct reader *r, struct bytes line)
{
	enum verb v = r->out->verb;
	uint32_t takes = verb_takes(v) & (TAKES_PERSON | TAKES_WORDS);
	struct args a = { .given = 0 };

	if (takes != TAKES_PERSON || (r->out->args.given & TAKES_PERSON) != 0)
		return false;
	if (!r->parted && words_lead(&line, v, TAKES_PERSON))
		return true;
	return args_take(&line, v, &a) == ARG_TAKEN &&
	    (a.given & TAKES_PERSON) != 0;
}

static void
take_below(struct reader *r, struct bytes line)
{
	if (r->below || text_take_aan(&line))
		return;
	r->below = true;
	if (names_person(r, line))
		r->out->answer = ANSWER_UNCLEAR;
}

/* A greeting with a verb in it is more than a greeting. */
static bool
only_greets(struct bytes line)
{
	struct bytes word;
	bool inside = false;
	enum verb verb;

	if (!courtesy_is_greeting(line))
		return false;
	while (line.n > 0) {
		word = line;
		if (!inside && words_verb(&word, &verb))
			return false;
		inside = ascii_alnum(fold_take(&line));
	}
	return true;
}

static void
take_own(struct reader *r, const struct reply_line *l)
{
	struct act *out = r->out;

	if (!r->first && !r->greeted && only_greets(l->text)) {
		r->greeted = true;
		return;
	}
	if (!r->first) {
		take_first(r, l);
		return;
	}
	if (out->answer != ANSWER_CLEAR)
		return;
	take_below(r, l->text);
	take_second(r, l);
	if (r->ended)
		return;
	if (out->words.n == 0)
		out->words.p = l->text.p;
	out->words.n = (size_t)(l->text.p + l->text.n - out->words.p);
}

static void
take_quoted(struct reader *r, struct bytes line)
{
	char ref[LIM_REF + 1];

	if (r->quoted[0] != '\0' || !text_reference(line, ref))
		return;
	if (r->out->quoted_ref[0] == '\0')
		memcpy(r->out->quoted_ref, ref, sizeof(ref));
	if (ref[0] != 'C')
		memcpy(r->quoted, ref, sizeof(ref));
}

static void
take_line(struct reader *r, const struct reply_line *l)
{
	if (l->kind != LINE_EMPTY && l->kind != LINE_OWN)
		r->out->more = true;
	switch (l->kind) {
	case LINE_EMPTY:
		r->parted = r->first;
		break;
	case LINE_OWN:
		take_own(r, l);
		break;
	case LINE_BEHIND:
		/* No words any more, but still an order that contradicts. */
		r->ended = r->first;
		if (r->out->answer == ANSWER_CLEAR)
			take_second(r, l);
		break;
	case LINE_QUOTED:
		take_quoted(r, l->text);
		/* FALLTHROUGH */
	case LINE_MARK:
		r->ended = r->first;
		break;
	}
}

void
answer_read(struct bytes text, struct act *out)
{
	struct reader r = { .out = out };
	struct reply_line line;
	struct reply reply;

	memset(out, 0, sizeof(*out));
	reply_begin(&reply, text);
	while (reply_next(&reply, &line)) {
		take_line(&r, &line);
		/* Nothing below can change what is not clear. */
		if (r.first && out->answer != ANSWER_CLEAR &&
		    out->quoted_ref[0] != '\0')
			break;
	}
	/* In a form that is quoted they stand on the agenda. */
	if ((verb_takes(out->verb) & TAKES_MEETING) != 0)
		memcpy(out->quoted_ref, r.quoted, sizeof(out->quoted_ref));
	if (out->answer == ANSWER_CLEAR &&
	    (verb_takes(out->verb) & TAKES_WORDS) != 0)
		return;
	out->words = (struct bytes){ 0 };
	if (out->answer == ANSWER_CLEAR)
		return;
	out->verb = VERB_NONE;
	memset(&out->args, 0, sizeof(out->args));
}
