#include "mail/answer_line.h"

#include <string.h>

#include "mail/answer_words.h"
#include "mail/fold.h"

/* "Nee, ik wil graag niet": so many words may make an order doubtful. */
#define HEDGES 4

/* What stood between two arguments. */
struct gap {
	bool colon;			/* or a dash: an explanation begins */
	bool comma;
	bool joined;			/* "en", "and", "et" */
	struct bytes after;		/* what follows one of them */
};

/* A dash with a blank behind it; without one it is a hyphen. */
static bool
is_dash(struct bytes b)
{
	if (b.n == 0 || fold_take(&b) != '-')
		return false;
	return b.n == 0 || fold_peek(b) == ' ';
}

static void
take_gap(struct bytes *rest, struct gap *g)
{
	uint8_t c;

	*g = (struct gap){ .after = *rest };
	while (rest->n > 0) {
		c = fold_peek(*rest);
		if (c == ' ' || c == '*') {
			(void)fold_take(rest);
			continue;
		}
		if (words_and(rest)) {
			g->joined = true;
			continue;
		}
		if (c != ',' && c != ';' && c != ':' && !is_dash(*rest))
			return;
		g->comma = g->comma || c == ',' || c == ';';
		g->colon = g->colon || c == ':' || c == '-';
		(void)fold_take(rest);
		g->after = fold_trim(*rest);
	}
}

/* A point at the end is a habit; three of them, or "?", are a doubt. */
static bool
is_end(struct bytes rest)
{
	unsigned points = 0;

	while (rest.n > 0) {
		switch (fold_take(&rest)) {
		case ' ':
		case '!':
		case '*':
			break;
		case '.':
			points++;
			break;
		default:
			return false;
		}
	}
	return points <= 1;
}

static bool
has_word(struct bytes b)
{
	while (b.n > 0) {
		if (ascii_alnum(fold_take(&b)))
			return true;
	}
	return false;
}

/* What is left behind a verb and its arguments, as an explanation. */
static enum answer
explain(const struct gap *gap, enum arg arg, struct order *o)
{
	if ((verb_takes(o->verb) & TAKES_WORDS) == 0 ||
	    !(gap->colon || gap->comma))
		return ANSWER_UNCLEAR;
	/* "te-weinig, andere-hulp" is no explanation. */
	if (arg == ARG_CONFLICT && !gap->colon)
		return ANSWER_UNCLEAR;
	if (!has_word(gap->after) || words_doubt(gap->after, !gap->colon))
		return ANSWER_UNCLEAR;
	o->words = gap->after;
	return ANSWER_CLEAR;
}

/* "BEZWAAR: 3 januari klopt niet": a number behind a colon that is of a field
 * or begins a sentence. `before` is what was given in front of the colon. */
static enum answer
explain_from(const struct gap *colon, const struct args *before,
    struct order *o)
{
	uint32_t more = o->args.given & ~before->given;

	if ((verb_takes(o->verb) & TAKES_FIELDS) == 0 || !colon->colon ||
	    (more & ~(uint32_t)TAKES_FIELDS) != 0)
		return ANSWER_UNCLEAR;
	o->args = *before;
	return explain(colon, ARG_NONE, o);
}

/* What follows the verb: arguments and at most one explanation. */
static enum answer
read_arguments(struct bytes rest, struct order *o)
{
	struct gap gap, colon = { .colon = false };
	struct args before = o->args;
	enum arg arg;
	unsigned n;

	for (n = 0; n <= LIM_ARGUMENTS; n++) {
		take_gap(&rest, &gap);
		if (gap.colon && !colon.colon) {
			colon = gap;
			before = o->args;
		}
		if (is_end(rest))
			return gap.joined ? ANSWER_UNCLEAR : ANSWER_CLEAR;
		arg = args_take(&rest, o->verb, &o->args);
		if (arg == ARG_TAKEN)
			continue;
		if (explain(&gap, arg, o) == ANSWER_CLEAR)
			return ANSWER_CLEAR;
		return arg == ARG_CONFLICT ? ANSWER_UNCLEAR :
		    explain_from(&colon, &before, o);
	}
	return ANSWER_UNCLEAR;
}

/* "niet lijst": no order, and not any text either. */
static bool
is_hedged(struct bytes line, enum verb *verb)
{
	unsigned n;

	for (n = 0; n < HEDGES && words_hedge(&line); n++) {
		while (fold_peek(line) == ' ' || fold_peek(line) == ',')
			(void)fold_take(&line);
		if (words_verb(&line, verb))
			return true;
	}
	return false;
}

/* Bold type, as some programs write it, and the mark of a list. */
static struct bytes
skip_mark(struct bytes line)
{
	while (fold_peek(line) == '*')
		(void)fold_take(&line);
	if (is_dash(line))
		(void)fold_take(&line);
	(void)fold_blanks(&line);
	return line;
}

enum answer
answer_line(struct bytes line, struct order *o)
{
	enum answer answer;

	memset(o, 0, sizeof(*o));
	line = skip_mark(line);
	if (!words_verb(&line, &o->verb)) {
		o->hedged = is_hedged(line, &o->verb);
		return o->hedged ? ANSWER_UNCLEAR : ANSWER_NONE;
	}
	answer = read_arguments(line, o);
	/* Without its name a blank could be any. */
	if ((verb_takes(o->verb) & TAKES_NAME) != 0 &&
	    (o->args.given & TAKES_NAME) == 0)
		answer = ANSWER_UNCLEAR;
	return answer;
}
