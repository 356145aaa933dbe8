/*
 * libFuzzer target: any bytes through the readers of answers, as a plain text,
 * as format=flowed and as HTML. The first byte says how. Beside memory errors
 * it looks for orders that are none, words outside the text, strings without
 * an end and UTF-8 that is not clean, and for the one thing that matters most:
 * an answer that changes with what is quoted above or below it.
 *
 *	clang -fsanitize=fuzzer,address,undefined ...
 *
 * With -DREPLAY it is a program that reads the files it is given.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mail/answer.h"
#include "mail/charset.h"
#include "mail/enrol_form.h"
#include "mail/flowed.h"
#include "mail/html.h"
#include "mail/meeting_form.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
demand(int holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz_answer: %s\n", what);
	abort();
}

static void
demand_string(const char *s, size_t size)
{
	demand(memchr(s, '\0', size) != NULL, "a string without an end");
}

static void
demand_clean(struct bytes in, enum charset charset)
{
	struct buf b;
	struct bytes rest;
	uint32_t c;
	size_t n;

	buf_init(&b, 8 * in.n + 8);
	if (charset_clean(in, charset, &b) == CLEAN_UNKNOWN)
		demand(b.len == 0, "words of an unknown charset");
	demand(buf_error(&b) == GW_OK, "words that grow");
	rest = (struct bytes){ b.p, b.len };
	while (rest.n > 0) {
		n = charset_utf8(rest, &c);
		demand(n > 0, "no UTF-8");
		demand(c == '\n' || (c >= ' ' && !(c >= 0x7f && c < 0xa0) &&
		    !(c >= 0x202a && c <= 0x202e) &&
		    !(c >= 0x2066 && c <= 0x2069)), "a control character");
		rest = bytes_skip(rest, n);
	}
	buf_free(&b);
}

static void
demand_act(const struct act *a, struct bytes text)
{
	demand(a->answer < ANSWER_MAX && a->verb < VERB_MAX,
	    "an act out of range");
	demand((a->answer == ANSWER_CLEAR) == (a->verb != VERB_NONE),
	    "a verb that is not clear");
	demand((a->args.given & ~verb_takes(a->verb)) == 0,
	    "an argument that the verb does not take");
	demand(a->words.n == 0 || ((verb_takes(a->verb) & TAKES_WORDS) != 0 &&
	    a->words.p >= text.p && a->words.n <= text.n -
	    (size_t)(a->words.p - text.p)), "words outside");
	demand((a->args.fields & 1) == 0 && a->args.ground < GROUND_MAX &&
	    a->args.closing < CLOSING_MAX && a->args.measures < MEASURES_MAX &&
	    (a->args.criteria & ~CRITERIA_ALL) == 0 &&
	    a->args.form_name < FORM_NAME_MAX, "a value out of range");
	demand_string(a->ref, sizeof(a->ref));
	demand_string(a->quoted_ref, sizeof(a->quoted_ref));
	demand_string(a->args.ref, sizeof(a->args.ref));
	demand_string(a->args.case_ref, sizeof(a->args.case_ref));
	demand(a->args.case_ref[0] == '\0' || a->args.case_ref[0] == 'C',
	    "a case that is none");
	demand_string(a->args.person, sizeof(a->args.person));
	demand_string(a->args.code, sizeof(a->args.code));
}

/* What is quoted in front of a text and behind it changes nothing. */
static void
demand_deaf(const struct act *a, struct bytes text)
{
	static const char front[] = "> AFWIJZEN\n> OPNIEUW\n";
	static const char behind[] = "\n-----Original message-----\nAFWIJZEN\n"
	    "LIJST A-0123456789ABCDEF\n";
	struct act b;
	struct buf t;

	buf_init(&t, text.n + 256);
	buf_puts(&t, front);
	if (text.n > 0)
		buf_add(&t, text.p, text.n);
	buf_puts(&t, behind);
	answer_read((struct bytes){ t.p, t.len }, &b);
	demand(a->answer == b.answer && a->verb == b.verb &&
	    strcmp(a->ref, b.ref) == 0 && args_same(&a->args, &b.args),
	    "a quote that counts");
	demand(a->words.n == b.words.n && (a->words.n == 0 ||
	    memcmp(a->words.p, b.words.p, a->words.n) == 0),
	    "words of a quote");
	buf_free(&t);
}

static void
demand_form(struct bytes text, enum charset charset)
{
	struct enrol_form f;

	enrol_form_read(text, charset, &f);
	demand_string(f.typed_fpr, sizeof(f.typed_fpr));
	demand_string(f.role, sizeof(f.role));
	demand_string(f.org_class, sizeof(f.org_class));
	demand_string(f.organisation, sizeof(f.organisation));
	demand_string(f.legal_ground, sizeof(f.legal_ground));
	demand_string(f.compared, sizeof(f.compared));
	demand_string(f.until, sizeof(f.until));
	demand(strspn(f.typed_fpr, "0123456789ABCDEF") ==
	    strlen(f.typed_fpr), "a fingerprint that is none");
}

/* UTF-8 without control characters. */
static void
demand_text(const void *p, size_t n)
{
	struct bytes rest = { p, n };
	uint32_t c;
	size_t len;

	while (rest.n > 0) {
		len = charset_utf8(rest, &c);
		demand(len > 0 && c >= ' ' && !(c >= 0x7f && c < 0xa0) &&
		    !(c >= 0x202a && c <= 0x202e) &&
		    !(c >= 0x2066 && c <= 0x2069), "a text that is not clean");
		rest = bytes_skip(rest, len);
	}
}

/* Entries with LF behind each, `head` in front of each: a case, or nothing. */
static void
demand_list(const struct buf *list, size_t head, size_t max)
{
	struct bytes rest = { list->p, list->len }, line;
	size_t n;

	demand(list->len == 0 || list->p[list->len - 1] == '\n',
	    "a list without an end");
	for (n = 0; bytes_line(&rest, &line); n++) {
		demand(line.n > head && line.n - head <= LIM_ADDR,
		    "an entry that is none");
		demand(head == 0 || (line.p[0] == 'C' &&
		    line.p[LIM_REF] == ' '), "an entry of no case");
		demand_text(line.p, line.n);
	}
	demand(n <= max, "too many entries");
}

static void
demand_meeting(struct bytes text, enum charset charset)
{
	struct meeting_form f;

	demand(meeting_form_read(text, charset, &f) == GW_OK,
	    "a form that fails");
	demand(f.spoilt >> MEETING_ROWS == 0, "a row that is none");
	demand_string(f.kind, sizeof(f.kind));
	demand_string(f.date, sizeof(f.date));
	demand_string(f.start, sizeof(f.start));
	demand_string(f.end, sizeof(f.end));
	demand_string(f.place, sizeof(f.place));
	demand_string(f.urgency, sizeof(f.urgency));
	demand_text(f.place, strlen(f.place));
	demand_text(f.urgency, strlen(f.urgency));
	demand_list(&f.agenda, 0, LIM_INVITEES);
	demand_list(&f.invitees, 0, LIM_INVITEES);
	demand_list(&f.adhoc, 0, LIM_INVITEES);
	demand_list(&f.present, 0, LIM_INVITEES);
	demand_list(&f.present_at, LIM_REF + 1,
	    LIM_MEETING_CASES * LIM_INVITEES);
	demand((f.spoilt >> MEETING_ROW_CASES & 1) == 0 || f.agenda.len == 0,
	    "a list that is spoilt");
	demand((f.spoilt >> MEETING_ROW_PRESENT & 1) == 0 ||
	    f.present.len + f.present_at.len == 0, "a list that is spoilt");
	demand(strlen(f.place) + strlen(f.urgency) + f.agenda.len +
	    f.invitees.len + f.adhoc.len + f.present.len + f.present_at.len <=
	    LIM_LISTS, "more than there is room for");
	meeting_form_free(&f);
}

static void
read_as(uint8_t how, struct bytes in)
{
	enum charset charset = (enum charset)(how >> 2 & 7) % 5;
	struct bytes text = in;
	struct act act;
	struct buf b;

	buf_init(&b, 8 * in.n + 64);
	if ((how & 1) != 0)
		html_text(in, &b);
	else if ((how & 2) != 0)
		flowed_text(in, (how & 32) != 0, &b);
	demand(buf_error(&b) == GW_OK, "a text that grows");
	if ((how & 3) != 0)
		text = (struct bytes){ b.p, b.len };
	answer_read(text, &act);
	demand_act(&act, text);
	demand_deaf(&act, text);
	demand_form(text, charset);
	demand_meeting(text, charset);
	demand_clean(in, charset);
	buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	if (n > 0)
		read_as(p[0], (struct bytes){ p + 1, n - 1 });
	return 0;
}

#ifdef REPLAY
static int
replay(const char *name)
{
	FILE *f = fopen(name, "rb");
	uint8_t *p = malloc(1 << 24);
	size_t n;
	unsigned how;

	if (f == NULL || p == NULL) {
		fprintf(stderr, "fuzz_answer: cannot read %s\n", name);
		exit(1);
	}
	n = fread(p, 1, 1 << 24, f);
	fclose(f);
	(void)LLVMFuzzerTestOneInput(p, n);
	/* A mail is no fuzzer's file: its first byte says nothing. */
	for (how = 0; how < 64; how++)
		read_as((uint8_t)how, (struct bytes){ p, n });
	free(p);
	return 0;
}

int
main(int argc, char **argv)
{
	int i, failed = 0;

	for (i = 1; i < argc; i++)
		failed |= replay(argv[i]);
	return failed;
}
#endif
