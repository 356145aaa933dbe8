#include "mail/answer_args.h"

#include <string.h>

#include "base/address.h"
#include "mail/answer_words.h"
#include "mail/fold.h"
#include "mail/text.h"

/* Whether a word ends here. */
static bool
at_end(struct bytes b)
{
	uint8_t c = fold_peek(b);

	return c != FOLD_OTHER && !ascii_alnum(c);
}

/* Takes one sign when it stands there. */
static bool
take_sign(struct bytes *b, char c)
{
	if (b->n == 0 || b->p[0] != (uint8_t)c)
		return false;
	*b = bytes_skip(*b, 1);
	return true;
}

/* "A-0123456789ABCDEF", in brackets or not. */
static bool
take_reference(struct bytes *b, char ref[LIM_REF + 1])
{
	bool square = take_sign(b, '['), round = !square && take_sign(b, '(');

	if (b->n < LIM_REF ||
	    !text_reference((struct bytes){ b->p, LIM_REF }, ref))
		return false;
	*b = bytes_skip(*b, LIM_REF);
	if ((square && !take_sign(b, ']')) || (round && !take_sign(b, ')')))
		return false;
	return at_end(*b) && fold_peek(*b) != '-';
}

static bool
take_ref(struct bytes *b, struct args *a)
{
	return take_reference(b, a->ref);
}

/* Of what kind a reference is, its letter tells. */
static bool
take_case(struct bytes *b, struct args *a)
{
	return take_reference(b, a->case_ref) && a->case_ref[0] == 'C';
}

static bool
take_number(struct bytes *b, unsigned *n)
{
	size_t i;

	*n = 0;
	for (i = 0; i < b->n && i < 2 && ascii_digit(b->p[i]); i++)
		*n = 10 * *n + (unsigned)(b->p[i] - '0');
	*b = bytes_skip(*b, i);
	return i > 0 && *n >= 1 && *n <= LIM_FIELD_NUMBER && at_end(*b);
}

/* "-7", " t.e.m. 7": leaves *last alone when there is none. */
static bool
take_range(struct bytes *b, unsigned *last)
{
	struct bytes rest = *b;

	(void)fold_blanks(&rest);
	if (fold_peek(rest) == '-')
		(void)fold_take(&rest);
	else if (!words_up_to(&rest))
		return true;
	(void)fold_blanks(&rest);
	if (!ascii_digit(fold_peek(rest)))
		return true;
	*b = rest;
	return take_number(b, last);
}

static bool
take_fields(struct bytes *b, struct args *a)
{
	unsigned first, last;

	if (!take_number(b, &first))
		return false;
	last = first;
	if (!take_range(b, &last) || last < first || fold_peek(*b) == '-')
		return false;
	for (; first <= last; first++)
		a->fields |= UINT32_C(1) << first;
	return true;
}

static bool
take_ground(struct bytes *b, struct args *a)
{
	return words_ground(b, &a->ground);
}

/* "an@caw.be", "<an@caw.be>", "mailto:an@caw.be". */
static bool
take_person(struct bytes *b, struct args *a)
{
	bool angle = take_sign(b, '<');
	char raw[LIM_ADDR + 1];
	struct bytes word = { b->p, 0 };

	if (bytes_begins(*b, "mailto:"))
		word.p += 7;
	word.n = 0;
	*b = bytes_skip(*b, (size_t)(word.p - b->p));
	while (word.n < b->n && word.n <= LIM_ADDR && b->p[word.n] > ' ' &&
	    b->p[word.n] < 0x7f && strchr("<>,;:()", b->p[word.n]) == NULL)
		word.n++;
	/* The end of a sentence is not of the address. */
	while (word.n > 0 && strchr(".!", word.p[word.n - 1]) != NULL)
		word.n--;
	*b = bytes_skip(*b, word.n);
	if (!bytes_string(word, raw, sizeof(raw)) ||
	    !address_canonical(raw, a->person))
		return false;
	return angle ? take_sign(b, '>') : at_end(*b);
}

static bool
take_consent(struct bytes *b, struct args *a)
{
	(void)a;
	return words_consent(b);
}

static void
take_hyphen(struct bytes *b)
{
	(void)fold_blanks(b);
	if (fold_peek(*b) == '-')
		(void)fold_take(b);
	(void)fold_blanks(b);
}

/* "4F7K-29QD-XM3A", with or without what stands between the groups. */
static bool
take_code(struct bytes *b, struct args *a)
{
	size_t n = 0;
	char c;

	for (; n < LIM_CODE; n++) {
		if (n == 4 || n == 9) {
			a->code[n++] = '-';
			take_hyphen(b);
		}
		c = b->n == 0 ? '\0' : text_base32(b->p[0]);
		if (c == '\0')
			return false;
		a->code[n] = c;
		*b = bytes_skip(*b, 1);
	}
	a->code[n] = '\0';
	return at_end(*b) && fold_peek(*b) != '-';
}

static bool
take_yes(struct bytes *b, struct args *a)
{
	return words_yes(b, &a->yes);
}

static bool
take_name(struct bytes *b, struct args *a)
{
	return words_form_name(b, &a->form_name);
}

static bool
take_year(struct bytes *b, struct args *a)
{
	size_t i;

	a->year = 0;
	for (i = 0; i < b->n && i < 4 && ascii_digit(b->p[i]); i++)
		a->year = 10 * a->year + (uint32_t)(b->p[i] - '0');
	*b = bytes_skip(*b, i);
	return a->year >= 2000 && at_end(*b) && fold_peek(*b) != '-';
}

static bool
take_closing(struct bytes *b, struct args *a)
{
	return words_closing(b, &a->closing);
}

static bool
take_measures(struct bytes *b, struct args *a)
{
	return words_measures(b, &a->measures);
}

static bool
take_criterion(struct bytes *b, struct args *a)
{
	enum criterion c;

	if (!words_criterion(b, &c))
		return false;
	a->criteria |= 1u << c;
	return true;
}

/* In this order: a reference could be the beginning of a code, and that of a
 * case could be any. */
static const struct {
	enum verb_takes kind;
	bool (*take)(struct bytes *, struct args *);
} kinds[] = {
	{ TAKES_CASE, take_case },
	{ TAKES_REF, take_ref },
	{ TAKES_PERSON, take_person },
	{ TAKES_CONSENT, take_consent },
	{ TAKES_GROUND, take_ground },
	{ TAKES_NAME, take_name },
	{ TAKES_FIELDS, take_fields },
	{ TAKES_CODE, take_code },
	{ TAKES_YES, take_yes },
	{ TAKES_YEAR, take_year },
	{ TAKES_CLOSING, take_closing },
	{ TAKES_MEASURES, take_measures },
	{ TAKES_CRITERIA, take_criterion },
};

static bool
same_values(const struct args *a, const struct args *b)
{
	return strcmp(a->ref, b->ref) == 0 &&
	    strcmp(a->case_ref, b->case_ref) == 0 && a->ground == b->ground &&
	    strcmp(a->person, b->person) == 0 &&
	    strcmp(a->code, b->code) == 0 && a->yes == b->yes &&
	    a->year == b->year && a->form_name == b->form_name &&
	    a->closing == b->closing && a->measures == b->measures;
}

/* Whether what was read now is what was read before; numbers and criteria add
 * up. */
static bool
agrees(enum verb_takes kind, const struct args *old, const struct args *now)
{
	return (old->given & kind) == 0 || kind == TAKES_FIELDS ||
	    kind == TAKES_CRITERIA || same_values(old, now);
}

static bool
take_one(struct bytes *rest, enum verb v, size_t kind, struct args *now)
{
	struct bytes b = *rest;

	if (words_lead(&b, v, kinds[kind].kind)) {
		if (!take_sign(&b, '.'))
			(void)take_sign(&b, ':');
		(void)fold_blanks(&b);
	}
	if (!kinds[kind].take(&b, now))
		return false;
	*rest = b;
	return true;
}

enum arg
args_take(struct bytes *rest, enum verb v, struct args *a)
{
	struct bytes b;
	struct args now;
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		b = *rest;
		now = *a;
		if ((verb_takes(v) & kinds[i].kind) == 0 ||
		    !take_one(&b, v, i, &now))
			continue;
		if (!agrees(kinds[i].kind, a, &now))
			return ARG_CONFLICT;
		now.given |= kinds[i].kind;
		*a = now;
		*rest = b;
		return ARG_TAKEN;
	}
	return ARG_NONE;
}

bool
args_same(const struct args *a, const struct args *b)
{
	return a->given == b->given && a->fields == b->fields &&
	    a->criteria == b->criteria && same_values(a, b);
}
