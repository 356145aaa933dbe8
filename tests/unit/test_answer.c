/*
 * What the sender of a text orders (design.md 6): replies of every program in
 * tests/corpus/replies, and single lines for each verb, synonym, argument and
 * doubt. What stands in a quote must never count.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/reason.h"
#include "mail/answer.h"
#include "mail/read.h"

#define REF "A-0123456789ABCDEF"
#define CASE_REF	"C-0123456789ABCDEF"
#define OTHER_REF "A-FEDCBA9876543210"
#define CASE "C-0123456789ABCDEF"
#define OTHER_CASE "C-FEDCBA9876543210"
#define MEETING "V-0123456789ABCDEF"
#define INVITATION "U-0123456789ABCDEF"
#define FICHE_REF "F-0123456789ABCDEF"

static const char *const answers[] = { "none", "clear", "several",
	"unclear" };

/* ---- whole replies ---- */

struct file {
	char name[256];
	char *p;
	size_t n;
	char expect[768], words[256];
};

static void
take_line_of(const struct file *f, const char *field, char *out, size_t size)
{
	const char *at = strstr(f->p, field), *end;

	out[0] = '\0';
	if (at == NULL)
		return;
	at += strlen(field);
	end = strchr(at, '\n');
	assert_non_null(end);
	assert_true((size_t)(end - at) < size);
	memcpy(out, at, (size_t)(end - at));
	out[end - at] = '\0';
}

static void
load(struct file *f, const char *directory, const char *name)
{
	char path[1024];
	FILE *in;

	memset(f, 0, sizeof(*f));
	(void)snprintf(f->name, sizeof(f->name), "%s", name);
	(void)snprintf(path, sizeof(path), "%s/%s", directory, name);
	in = fopen(path, "rb");
	assert_non_null(in);
	f->p = calloc(1, 64 * 1024);
	assert_non_null(f->p);
	f->n = fread(f->p, 1, 64 * 1024 - 1, in);
	fclose(in);
	take_line_of(f, "X-Expect: ", f->expect, sizeof(f->expect));
	take_line_of(f, "X-Words: ", f->words, sizeof(f->words));
	assert_true(f->expect[0] != '\0');
}

/* What was read, in the words of X-Expect. */
struct told {
	char text[2048];
	size_t n;
};

static const char *const closings[CLOSING_MAX] = {
#define X(id, name, success) name,
	CLOSINGS(X)
#undef X
};

static const char *const measures[MEASURES_MAX] = {
#define X(id, name) name,
	OUTCOMES_OF_MEASURES(X)
#undef X
};

static void
tell(struct told *t, const char *key, const char *value)
{
	size_t i = t->n;

	if (value[0] == '\0')
		return;
	t->n += (size_t)snprintf(t->text + t->n, sizeof(t->text) - t->n,
	    "%s%s%s", t->n == 0 ? "" : " ", key, value);
	assert_true(t->n < sizeof(t->text));
	for (i = i == 0 ? 0 : i + 1; i < t->n; i++) {
		if (t->text[i] == ' ')
			t->text[i] = '_';
	}
}

static const char *
fields_told(uint32_t fields)
{
	static char out[128];
	size_t n = 0;
	unsigned i;

	out[0] = '\0';
	for (i = 1; i < 32; i++) {
		if ((fields >> i & 1) != 0)
			n += (size_t)snprintf(out + n, sizeof(out) - n,
			    "%s%u", n == 0 ? "" : ",", i);
	}
	return out;
}

static void
tell_facts(struct told *t, const struct msg_parsed *f)
{
	t->n = 0;
	assert_true(f->answer < ANSWER_MAX && f->verb < VERB_MAX);
	tell(t, "", answers[f->answer]);
	if (f->answer == ANSWER_CLEAR)
		tell(t, "", verb_name((enum verb)f->verb));
	else
		assert_int_equal(f->verb, VERB_NONE);
	tell(t, "ref=", f->ref);
	tell(t, "case=", f->case_ref);
	if (f->ground != GROUND_NONE)
		tell(t, "ground=", ground_name((enum ground)f->ground));
	tell(t, "fields=", fields_told(f->fields));
	if (f->closing != CLOSING_OPEN)
		tell(t, "closing=", closings[f->closing]);
	if (f->measures != MEASURES_NONE)
		tell(t, "measures=", measures[f->measures]);
	tell(t, "criteria=", fields_told(f->criteria << 1));
	tell(t, "person=", f->person);
	tell(t, "", f->consent ? "consent" : "");
	tell(t, "code=", f->code);
	tell(t, "quoted=", f->quoted_ref);
	tell(t, "fpr=", f->typed_fpr);
	tell(t, "role=", f->role);
	tell(t, "class=", f->org_class);
	tell(t, "org=", f->organisation);
	tell(t, "ground_text=", f->legal_ground);
	tell(t, "compared=", f->compared);
	tell(t, "until=", f->until);
}

static void
tell_span(struct told *t, const char *key, struct span at, const uint8_t *out,
    size_t n)
{
	char value[1024];
	size_t i;

	assert_true(span_fits(at, n) && at.len < sizeof(value));
	for (i = 0; i < at.len; i++)
		value[i] = out[at.off + i] == '\n' ? '|' :
		    (char)out[at.off + i];
	value[at.len] = '\0';
	tell(t, key, value);
}

static void
tell_meeting(struct told *t, const struct msg_parsed *f, const uint8_t *out,
    size_t n)
{
	tell(t, "", f->spoilt != 0 ? "spoilt" : "");
	tell(t, "kind=", f->kind);
	tell(t, "date=", f->date);
	tell(t, "start=", f->start);
	tell(t, "end=", f->end);
	tell_span(t, "place=", f->place, out, n);
	tell_span(t, "agenda=", f->agenda, out, n);
	tell_span(t, "invitees=", f->invitees, out, n);
	tell_span(t, "adhoc=", f->adhoc, out, n);
	tell_span(t, "present=", f->present, out, n);
	tell_span(t, "at=", f->present_at, out, n);
	tell_span(t, "urgency=", f->urgency, out, n);
}

static void
tell_calendar(struct told *t, const struct msg_parsed *f)
{
	char sequence[16];

	(void)snprintf(sequence, sizeof(sequence), "%u", f->sequence);
	tell(t, "uid=", f->uid);
	tell(t, "sequence=", f->sequence != 0 ? sequence : "");
	tell(t, "attendee=", f->attendee);
}

/* Reads an entity and compares; quoted_ref too, unless its quote was
 * changed. */
static void
check_entity(const struct file *f, const char *p, size_t n, const char *how)
{
	const struct mail_us us = { "livc@mechelen.example", "" };
	struct msg_parsed facts;
	struct told told;
	uint8_t *out, *copy = malloc(n);
	size_t out_len;

	assert_non_null(copy);
	memcpy(copy, p, n);
	assert_int_equal(mail_read(STAGE_INNER, copy, n, &us, &facts, &out,
	    &out_len), GW_OK);
	tell_facts(&told, &facts);
	tell_meeting(&told, &facts, out, out_len);
	tell_calendar(&told, &facts);
	if (facts.reason != REASON_OK || strcmp(told.text, f->expect) != 0)
		fail_msg("%s, %s:\n%s\ninstead of\n%s", f->name, how,
		    told.text, f->expect);
	assert_true(span_fits(facts.words, out_len));
	if (facts.words.len != strlen(f->words) || (facts.words.len > 0 &&
	    memcmp(out + facts.words.off, f->words, strlen(f->words)) != 0))
		fail_msg("%s, %s: words are \"%.*s\"", f->name, how,
		    (int)facts.words.len, (char *)out + facts.words.off);
	free(out);
	free(copy);
}

static char *
with_crlf(const char *in, size_t n, size_t *out_n)
{
	char *out = malloc(2 * n + 1);
	size_t i, o = 0;

	assert_non_null(out);
	for (i = 0; i < n; i++) {
		if (in[i] == '\n')
			out[o++] = '\r';
		out[o++] = in[i];
	}
	*out_n = o;
	return out;
}

static void
check_reply(const struct file *f)
{
	char *crlf;
	size_t n;

	check_entity(f, f->p, f->n, "LF");
	crlf = with_crlf(f->p, f->n, &n);
	check_entity(f, crlf, n, "CRLF");
	free(crlf);
}

/* Puts `what` in the place of a sentence of the quote. */
static bool
check_changed(const struct file *f, const char *what)
{
	static const char mark[] = "Stuur het niet door";
	char *p, *at = strstr(f->p, mark);
	size_t before, n;

	if (at == NULL)
		return false;
	before = (size_t)(at - f->p);
	n = f->n - strlen(mark) + strlen(what);
	p = malloc(n + 1);
	assert_non_null(p);
	memcpy(p, f->p, before);
	memcpy(p + before, what, strlen(what));
	memcpy(p + before + strlen(what), at + strlen(mark),
	    f->n - before - strlen(mark));
	check_entity(f, p, n, what);
	free(p);
	return true;
}

/* A line of noise: no line end, and nothing that ends an encoding. */
static const char *
noise(unsigned seed)
{
	static const char signs[] = "abcXYZ 0123,:;.->_*@()[]!?'\"|AFWIJZEN";
	static char out[64];
	size_t i;

	for (i = 0; i + 1 < sizeof(out); i++) {
		seed = seed * 1103515245u + 12345u;
		out[i] = signs[(seed >> 16) % (sizeof(signs) - 1)];
	}
	out[i] = '\0';
	return out;
}

static const char *const quoted_lines[] = {
	"", "LIJST", "AFWIJZEN", "OPNIEUW", "*BEVESTIG*", "> LIJST",
	"NIET WEERHOUDEN te-weinig", "AANVULLEN 1", "SCHORSEN x@y.example",
	"On 3 December 2026 An wrote:", "-- ", "Met vriendelijke groet",
	"Beste An,", "LIJST " OTHER_REF, "BEVESTIG 4F7K-29QD-XM3A",
};

static void
check_changes(const struct file *f, unsigned *changed)
{
	unsigned seed;
	size_t i;

	for (i = 0; i < sizeof(quoted_lines) / sizeof(quoted_lines[0]); i++)
		*changed += check_changed(f, quoted_lines[i]);
	for (seed = 1; seed <= 200; seed++)
		*changed += check_changed(f, noise(seed));
}

static void
each_reply(void (*check)(const struct file *, unsigned *), unsigned *count)
{
	const char *top = getenv("srcdir");
	struct dirent *e;
	char path[512];
	struct file f;
	DIR *d;

	(void)snprintf(path, sizeof(path), "%s/tests/corpus/replies",
	    top == NULL ? "." : top);
	d = opendir(path);
	assert_non_null(d);
	while ((e = readdir(d)) != NULL) {
		if (strstr(e->d_name, ".eml") == NULL)
			continue;
		load(&f, path, e->d_name);
		check(&f, count);
		free(f.p);
	}
	closedir(d);
}

static void
count_reply(const struct file *f, unsigned *count)
{
	check_reply(f);
	(*count)++;
}

static void
test_replies_of_all_programs(void **state)
{
	unsigned count = 0;

	(void)state;
	each_reply(count_reply, &count);
	assert_true(count >= 70);
}

/* The property: whatever is put into a quote, the answer is the same. */
static void
test_nothing_in_a_quote_counts(void **state)
{
	unsigned count = 0;

	(void)state;
	each_reply(check_changes, &count);
	assert_true(count >= 10000);
}

/* ---- single lines ---- */

/* Through a copy of its own, so that a read past the end is seen. */
static void
read_text(const char *s, size_t n, struct act *act)
{
	uint8_t *p = malloc(n + 1);

	assert_non_null(p);
	memcpy(p, s, n);
	p = realloc(p, n == 0 ? 1 : n);
	answer_read((struct bytes){ p, n }, act);
	act->words.p = act->words.n == 0 ? NULL :
	    (const uint8_t *)s + (act->words.p - p);
	free(p);
}

static void
expect(const char *s, enum answer answer, enum verb verb)
{
	struct act act;

	read_text(s, strlen(s), &act);
	if (act.answer != answer || act.verb != verb)
		fail_msg("\"%s\": %s %s", s, answers[act.answer],
		    verb_name(act.verb));
}

static const struct {
	enum verb verb;
	const char *words;
} words[] = {
	{ VERB_LIST, "LIJST" }, { VERB_LIST, "OP DE LIJST" },
	{ VERB_LIST, "Op lijst" }, { VERB_LIST, "LIST" },
	{ VERB_LIST, "On the list" }, { VERB_LIST, "LISTE" },
	{ VERB_LIST, "Sur la liste" },
	{ VERB_NOT_RETAINED, "NIET WEERHOUDEN" },
	{ VERB_NOT_RETAINED, "Niet-weerhouden" },
	{ VERB_NOT_RETAINED, "NOT RETAINED" },
	{ VERB_NOT_RETAINED, "NON RETENU" },
	{ VERB_NOT_RETAINED, "non retenue" },
	{ VERB_ASK, "AANVULLEN" }, { VERB_ASK, "Aan te vullen" },
	{ VERB_ASK, "AANVULLING" }, { VERB_ASK, "MORE" },
	{ VERB_ASK, "COMPLETE" }, { VERB_ASK, "COMPLETER" },
	{ VERB_ASK, "Compl\303\251ter" }, { VERB_ASK, "COMPL\303\211TER" },
	{ VERB_ASK, "compl\351ter" }, { VERB_ASK, "COMPL\311TER" },
	{ VERB_ASK, "comple\314\201ter" }, { VERB_ASK, "compl\303\251ment" },
	{ VERB_ORAL, "MONDELING" }, { VERB_ORAL, "ORAL" },
	{ VERB_ORAL, "Orally" }, { VERB_ORAL, "ORALEMENT" },
	{ VERB_SPOKEN, "GESPROKEN" }, { VERB_SPOKEN, "SPOKEN" },
	{ VERB_SPOKEN, "Parl\303\251" },
	{ VERB_REDIRECT, "DOORVERWIJZEN" }, { VERB_REDIRECT, "REDIRECT" },
	{ VERB_REDIRECT, "Doorverwijzing" },
	{ VERB_REDIRECT, "R\303\251orienter" },
	{ VERB_AGAIN, "OPNIEUW" }, { VERB_AGAIN, "AGAIN" },
	{ VERB_AGAIN, "\303\200 nouveau" }, { VERB_AGAIN, "de nouveau" },
	{ VERB_TAKEN_OVER, "OVERGENOMEN" }, { VERB_TAKEN_OVER, "TAKEN OVER" },
	{ VERB_TAKEN_OVER, "Repris" },
	{ VERB_INFO, "INFOVRAAG" }, { VERB_INFO, "Informatievraag" },
	{ VERB_INFO, "Info request" }, { VERB_INFO, "Information request" },
	{ VERB_INFO, "Demande d'info" },
	{ VERB_INFO, "Demande d\342\200\231informations" },
	{ VERB_INFO, "Demande d\222information" },
	{ VERB_ENROL, "INSCHRIJVEN" }, { VERB_ENROL, "ENROL" },
	{ VERB_ENROL, "Enroll" }, { VERB_ENROL, "INSCRIRE" },
	{ VERB_REJECT, "AFWIJZEN" }, { VERB_REJECT, "Afgewezen" },
	{ VERB_REJECT, "REJECT" }, { VERB_REJECT, "Rejected" },
	{ VERB_REJECT, "REJETER" }, { VERB_REJECT, "rejet\303\251" },
	{ VERB_CONFIRM, "BEVESTIG" }, { VERB_CONFIRM, "BEVESTIGD" },
	{ VERB_CONFIRM, "Bevestigen" }, { VERB_CONFIRM, "IK BEVESTIG" },
	{ VERB_CONFIRM, "CONFIRM" }, { VERB_CONFIRM, "I confirm" },
	{ VERB_CONFIRM, "Confirmed" }, { VERB_CONFIRM, "Confirmer" },
	{ VERB_CONFIRM, "confirm\303\251" }, { VERB_CONFIRM, "Je confirme" },
	{ VERB_SUSPEND, "SCHORSEN" }, { VERB_SUSPEND, "SUSPEND" },
	{ VERB_SUSPEND, "Suspendre" },
	{ VERB_CONVENE, "VERGADERING" }, { VERB_CONVENE, "MEETING" },
	{ VERB_CONVENE, "Vergadering bijeenroepen" },
	{ VERB_CONVENE, "bijeenroepen" }, { VERB_CONVENE, "Convene" },
	{ VERB_CONVENE, "R\303\251union" }, { VERB_CONVENE, "Convoquer" },
	{ VERB_INVITE, "UITNODIGEN" }, { VERB_INVITE, "Nodig uit" },
	{ VERB_INVITE, "Invite" }, { VERB_INVITE, "Inviter" },
	{ VERB_MOVE, "VERPLAATSEN" }, { VERB_MOVE, "Verplaats" },
	{ VERB_MOVE, "verzetten" }, { VERB_MOVE, "MOVE" },
	{ VERB_MOVE, "Reschedule" }, { VERB_MOVE, "D\303\251placer" },
	{ VERB_MOVE, "Reporter" },
	{ VERB_CANCEL, "AFGELASTEN" }, { VERB_CANCEL, "Afgelast" },
	{ VERB_CANCEL, "annuleren" }, { VERB_CANCEL, "CANCEL" },
	{ VERB_CANCEL, "Annuler" },
	{ VERB_OVERVIEW, "OVERZICHT" }, { VERB_OVERVIEW, "Overview" },
	{ VERB_OVERVIEW, "Aper\303\247u" },
	{ VERB_PRESENT, "AANWEZIG" }, { VERB_PRESENT, "Aanwezigheden" },
	{ VERB_PRESENT, "aanwezigheid" }, { VERB_PRESENT, "Aanwezigen" },
	{ VERB_PRESENT, "PRESENT" }, { VERB_PRESENT, "Attendance" },
	{ VERB_PRESENT, "Pr\303\251sences" },
	{ VERB_PRESENT, "pr\303\251sents" },
	{ VERB_AGENDA, "AGENDA" }, { VERB_AGENDA, "Ordre du jour" },
	{ VERB_MINUTES, "VERSLAG" }, { VERB_MINUTES, "Minutes" },
	{ VERB_MINUTES, "Compte-rendu" },
	{ VERB_MINUTES, "Proc\303\250s-verbal" },
	{ VERB_ACTION, "ACTIE" }, { VERB_ACTION, "Action" },
	{ VERB_TALK, "GESPREK" }, { VERB_TALK, "Talk" },
	{ VERB_TALK, "Conversation" }, { VERB_TALK, "Entretien" },
	{ VERB_ACCEPT, "AANVAARD" }, { VERB_ACCEPT, "Ik aanvaard" },
	{ VERB_ACCEPT, "aanvaarden" }, { VERB_ACCEPT, "ACCEPT" },
	{ VERB_ACCEPT, "I accept" }, { VERB_ACCEPT, "Accepte" },
	{ VERB_ACCEPT, "J'accepte" }, { VERB_ACCEPT, "J\342\200\231accepte" },
	{ VERB_ACCEPT, "Accepter" },
	{ VERB_FICHE, "FICHE" },
	{ VERB_APPROVE, "AKKOORD" }, { VERB_APPROVE, "Ik ben akkoord" },
	{ VERB_APPROVE, "Approve" }, { VERB_APPROVE, "D'accord" },
	{ VERB_OBJECT, "BEZWAAR" }, { VERB_OBJECT, "Ik heb bezwaar" },
	{ VERB_OBJECT, "I object" }, { VERB_OBJECT, "Objection" },
	{ VERB_WITHDRAW, "INTREKKEN" }, { VERB_WITHDRAW, "Withdraw" },
	{ VERB_FLAG, "ONDERZOEKSGEHEIM" },
	{ VERB_FLAG, "geheim van het onderzoek" },
	{ VERB_STANDING, "STAND" }, { VERB_STANDING, "Stand van zaken" },
	{ VERB_GIVE_UP, "OPGEVEN" }, { VERB_GIVE_UP, "Give up" },
	{ VERB_HAND_OVER, "OVERDRAGEN" }, { VERB_HAND_OVER, "Hand over" },
	{ VERB_DISPATCH, "VERZENDEN" }, { VERB_DISPATCH, "Dispatch" },
	{ VERB_PASSED_ON, "DOORGEGEVEN" }, { VERB_PASSED_ON, "Passed on" },
	{ VERB_DECLINE, "WEIGER" }, { VERB_DECLINE, "Ik weiger" },
	{ VERB_DECLINE, "weigeren" }, { VERB_DECLINE, "DECLINE" },
	{ VERB_DECLINE, "I decline" }, { VERB_DECLINE, "Refuse" },
	{ VERB_DECLINE, "Je refuse" }, { VERB_DECLINE, "D\303\251cliner" },
	{ VERB_DECLINE, "je d\303\251cline" }, { VERB_DECLINE, "Refuser" },
	{ VERB_FIGURES, "CIJFERS" }, { VERB_FIGURES, "cijfers 2026" },
	{ VERB_FIGURES, "Figures 2031" }, { VERB_FIGURES, "Chiffres" },
	{ VERB_KEY, "SLEUTEL" }, { VERB_KEY, "key" }, { VERB_KEY, "Cl\303\251" },
	{ VERB_REVIEWED, "NAGEKEKEN" }, { VERB_REVIEWED, "Reviewed" },
	{ VERB_REVIEWED, "V\303\251rifi\303\251" },
	{ VERB_CLOSE, "AFSLUITEN" }, { VERB_CLOSE, "Sluit af" },
	{ VERB_CLOSE, "Close" }, { VERB_CLOSE, "Cl\303\264turer" },
	{ VERB_EXTEND, "VERLENGEN" }, { VERB_EXTEND, "Verleng" },
	{ VERB_EXTEND, "Extend" }, { VERB_EXTEND, "Prolonger" },
	{ VERB_NOT_EXTEND, "NIET VERLENGEN" },
	{ VERB_NOT_EXTEND, "Niet verlengen" },
	{ VERB_NOT_EXTEND, "Do not extend" },
	{ VERB_NOT_EXTEND, "Ne pas prolonger" },
	{ VERB_MANAGER, "CASUSMANAGER" }, { VERB_MANAGER, "Case manager" },
	{ VERB_MANAGER, "Gestionnaire de cas" },
	{ VERB_STUCK, "VASTGELOPEN" }, { VERB_STUCK, "Stuck" },
	{ VERB_STUCK, "Bloqu\303\251" },
	{ VERB_INFORM, "INLICHTEN" }, { VERB_INFORM, "Inform" },
	{ VERB_INFORM, "Informer" },
	{ VERB_FORM, "FORMULIER AVG" }, { VERB_FORM, "FORM REFERRAL" },
	{ VERB_FORM, "Formulaire signalement" },
	{ VERB_FORM, "Formulier inschrijving" },
	{ VERB_LOGBOOK, "LOGBOEK" }, { VERB_LOGBOOK, "Logbook" },
	{ VERB_LOGBOOK, "Audit log" }, { VERB_LOGBOOK, "Journal d'audit" },
};

#define WORDS (sizeof(words) / sizeof(words[0]))

/* Each as it is, and what people make of it without meaning less, */
static const char *const certain[] = {
	"%s", "%s\n", "  %s  \r\n", "%s.", "%s!", "%s :", "*%s*", "- %s",
	"\n\n\n%s\n\nMet vriendelijke groet\nAn", "\357\273\277%s", "%s,",
	"Beste,\n\n%s", "Dag An,\n%s\n", "Geachte heer,\n\n%s", "Hallo\n%s",
	"\342\200\216%s", "%s\342\200\216", "\302\255%s\302\255 \n",
	"\342\201\246%s\342\201\251", "\342\200\252%s\342\200\254",
	"\240%s\255", " \342\200\213 \302\240%s \342\201\240 ",
	"Dames en heren,\n\n%s", "Hey An,\n\n%s", "Heren\n%s", "L.S.,\n%s",
	"Waarde collega,\n%s", "Salut An,\n%s", "Goedenmiddag\n%s",
	"Bonjour,\n\n%s", "Dear Mrs. De Vos,\n\n%s", "\302\240%s\302\240\n",
	"> LIJST\n> AFWIJZEN\n\n%s\n", "%s\n> LIJST\n> AFWIJZEN\n",
};

/* and in doubt. */
static const char *const doubtful[] = {
	"%s?", "%s??", "%s...", "%s\342\200\246", "niet %s", "Niet %s",
	"nog niet %s", "Ja, %s?", "%s niet", "not %s", "ne pas %s",
	"%s maar eerst bellen", "%s of toch niet", "misschien %s",
	"%s en", "%s (?)", "%s \342\234\223", "graag niet %s", "%s 99",
	"%s " REF " " OTHER_REF, "%s onbekend@", "don't %s", "%s x",
	"%s onder voorbehoud", "%s, als ik kan", "%s met twijfel",
	"%s\342\200\256", "%s\342\201\247", "%s\342\200\217",
	"%s\342\200\216niet", "%s \302\255 niet",
};

/* `word` where "%s" stands in `frame`. */
static void
put_into(const char *frame, const char *word, char *out, size_t size)
{
	const char *at = strstr(frame, "%s");

	assert_non_null(at);
	(void)snprintf(out, size, "%.*s%s%s", (int)(at - frame), frame, word,
	    at + 2);
}

/* "Niet verlengen" is an order of its own, and not a doubt about another. */
static bool
is_another(const char *line)
{
	size_t i;

	for (i = 0; i < WORDS; i++) {
		if (words[i].verb == VERB_NOT_EXTEND &&
		    strcasecmp(line, words[i].words) == 0)
			return true;
	}
	return strcasecmp(line, "not extend") == 0;
}

static void
check_frames(const char *const *frames, size_t n, enum answer answer)
{
	char line[512];
	size_t i, k;

	for (i = 0; i < WORDS; i++) {
		for (k = 0; k < n; k++) {
			put_into(frames[k], words[i].words, line,
			    sizeof(line));
			if (answer != ANSWER_CLEAR && is_another(line))
				continue;
			expect(line, answer, answer == ANSWER_CLEAR ?
			    words[i].verb : VERB_NONE);
		}
	}
}

static void
test_every_word_for_a_verb(void **state)
{
	bool seen[VERB_MAX] = { true };
	size_t i;

	(void)state;
	check_frames(certain, sizeof(certain) / sizeof(certain[0]),
	    ANSWER_CLEAR);
	for (i = 0; i < WORDS; i++)
		seen[words[i].verb] = true;
	for (i = 0; i < VERB_MAX; i++)
		assert_true(seen[i]);
	/* What our own mails print is understood when it comes back. */
	for (i = 1; i < VERB_MAX; i++) {
		if (i != VERB_FORM)
			expect(verb_dutch((enum verb)i), ANSWER_CLEAR,
			    (enum verb)i);
	}
}

static void
test_doubt_is_a_no(void **state)
{
	(void)state;
	check_frames(doubtful, sizeof(doubtful) / sizeof(doubtful[0]),
	    ANSWER_UNCLEAR);
}

static void
test_other_first_lines_are_no_answer(void **state)
{
	static const char *const lines[] = {
		"", "\n\n", "Dag,\n\nIk maak me zorgen.\n", "lijsten",
		"Er is een lijst", "weerhouden", "LI JST", "LI\342\200\213JST",
		"\316\233IJST", "lijstt", "> LIJST", "-- \nLIJST",
		"Met vriendelijke groet\nLIJST", "Verzonden vanaf\nLIJST",
		"A-0123456789ABCDEF\nLIJST", "Dank je.\n\nLIJST",
		"Dag An, lijst\n", "Dag An LIJST\nAFWIJZEN\n", "Beste,\n", "______\nLIJST",
		"Beste, niet 1\nLIJST", "Hierbij opnieuw een melding.",
		"Geaccepteerd: Overleg", "Declined: Overleg", "Ik kom",
		"An Peeters has accepted your event invitation.",
		"\342\200\256LIJST", "LI\302\255JST",
		"| LIJST", "\"LIJST\"", "Beste,\nGeachte,\nLIJST",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		expect(lines[i], ANSWER_NONE, VERB_NONE);
}

/* ---- arguments ---- */

static const struct {
	const char *line;
	const char *told;		/* as in X-Expect; words behind a bar */
} lines[] = {
	{ "AFSLUITEN " CASE_REF " geen-zorgen doeltreffend",
	    "clear close ref=" CASE_REF " closing=no-concern"
	    " measures=effective" },
	{ "Afsluiten casus " CASE_REF ": doelen bereikt, deels",
	    "clear close ref=" CASE_REF " closing=goals-met"
	    " measures=partly" },
	{ "Sluit af wegens elders en niet-doeltreffend",
	    "clear close closing=elsewhere measures=ineffective" },
	{ "AFSLUITEN " CASE_REF, "clear close ref=" CASE_REF },
	{ "AFSLUITEN geen-zorgen gestopt", "unclear" },
	{ "AFSLUITEN geen zorgen, doeltreffend maar niet zeker", "unclear" },
	{ "VERLENGEN " CASE_REF " ernst", "clear extend ref=" CASE_REF
	    " criteria=1" },
	{ "Verlengen " CASE_REF " wegens aanhouding en vermoedens",
	    "clear extend ref=" CASE_REF " criteria=2,3" },
	{ "VERLENGEN ernst, ernst, vermoedens", "clear extend criteria=1,3" },
	{ "VERLENGEN geen ernst", "unclear" },
	{ "VERLENGEN vijf jaar", "unclear" },
	{ "VERLENGEN ernst\nNIET VERLENGEN", "several" },
	{ "niet verlengen " CASE_REF, "clear not-extend ref=" CASE_REF },
	{ "CASUSMANAGER " CASE_REF " an@caw.be", "clear manager ref="
	    CASE_REF " person=an@caw.be" },
	{ "VASTGELOPEN " CASE_REF ": niemand belt terug",
	    "clear stuck ref=" CASE_REF "|niemand belt terug" },

	{ "LIJST " REF, "clear list ref=" REF },
	{ "lijst a-ol23456789abcdef.", "clear list ref=A-0123456789ABCDEF" },
	{ "LIJST [" REF "]", "clear list ref=" REF },
	{ "LIJST (" REF ")", "clear list ref=" REF },
	{ "LIJST, kenmerk: " REF, "clear list ref=" REF },
	{ "LIJST - ref. " REF, "clear list ref=" REF },
	{ "LIJST " REF " " REF, "clear list ref=" REF },
	{ "LIJST " REF "-", "unclear ref=" },
	{ "LIJST " REF " " OTHER_REF, "unclear ref=" REF },
	{ "LIJST 4", "unclear" }, { "LIJST te-weinig", "unclear" },
	{ "LIJST an@caw.be", "unclear" },
	{ "LIJST, want ik ken hem", "unclear" },
	{ "LIJST\n" REF, "clear list" },

	{ "AANVULLEN 4", "clear ask fields=4" },
	{ "AANVULLEN 4,7 en 11", "clear ask fields=4,7,11" },
	{ "Aanvullen: velden 4, 7, en 11.", "clear ask fields=4,7,11" },
	{ "AANVULLEN 4 7 11 " REF, "clear ask ref=" REF " fields=4,7,11" },
	{ "aanvullen " REF " nr. 4-7", "clear ask ref=" REF
	    " fields=4,5,6,7" },
	{ "AANVULLEN 4 t.e.m. 7", "clear ask fields=4,5,6,7" },
	{ "AANVULLEN 4 tem 6 en 9", "clear ask fields=4,5,6,9" },
	{ "AANVULLEN 4 tot en met 6", "clear ask fields=4,5,6" },
	{ "AANVULLEN 4\342\200\2236", "clear ask fields=4,5,6" },
	{ "AANVULLEN 1 - 3", "clear ask fields=1,2,3" },
	{ "MORE fields 4 through 6 and 8", "clear ask fields=4,5,6,8" },
	{ "Compl\303\251ter champs 4 \303\240 6 et 8",
	    "clear ask fields=4,5,6,8" },
	{ "AANVULLEN 31", "clear ask fields=31" },
	{ "AANVULLEN 0", "unclear" }, { "AANVULLEN 32", "unclear" },
	{ "AANVULLEN 100", "unclear" }, { "AANVULLEN 7-4", "unclear" },
	{ "AANVULLEN 4.7", "unclear" }, { "AANVULLEN 4/7", "unclear" },
	{ "AANVULLEN 4a", "unclear" }, { "AANVULLEN 4-", "unclear" },
	{ "AANVULLEN alles behalve 4", "unclear" },
	{ "AANVULLEN niet 4", "unclear" }, { "AANVULLEN -4", "unclear" },
	{ "AANVULLEN 4 tot 99", "unclear" },

	{ "NIET WEERHOUDEN geen-aanwijzingen",
	    "clear not-retained ground=no-indication" },
	{ "NIET WEERHOUDEN WEGENS ANDERE HULP",
	    "clear not-retained ground=other-help" },
	{ "niet weerhouden " REF " eigen aanpak",
	    "clear not-retained ref=" REF " ground=own-steps" },
	{ "niet weerhouden te  weinig, " REF ".",
	    "clear not-retained ref=" REF " ground=too-little" },
	{ "Not retained because of too little",
	    "clear not-retained ground=too-little" },
	{ "Non retenu pour autre aide",
	    "clear not-retained ground=other-help" },
	{ "Non retenu, pas d\342\200\231indications",
	    "clear not-retained ground=no-indication" },
	{ "NIET WEERHOUDEN te-weinig, andere-hulp", "unclear" },
	{ "NIET WEERHOUDEN te-weinig te-weinig",
	    "clear not-retained ground=too-little" },
	{ "NIET WEERHOUDEN iets anders", "unclear" },
	{ "NIET WEERHOUDEN te weinig feiten", "unclear" },
	{ "NIET WEERHOUDEN: te-weinig",
	    "clear not-retained ground=too-little" },
	{ "NIET WEERHOUDEN te-weinig: de feiten zijn oud",
	    "clear not-retained ground=too-little|de feiten zijn oud" },
	{ "NIET WEERHOUDEN te-weinig - andere hulp loopt al\n\nen meer",
	    "clear not-retained ground=too-little"
	    "|andere hulp loopt al\n\nen meer" },
	{ "NIET WEERHOUDEN, de feiten zijn oud\nen weinig\n\n-- \nAn",
	    "clear not-retained|de feiten zijn oud\nen weinig" },
	{ "NIET WEERHOUDEN te-weinig de feiten zijn oud", "unclear" },

	{ "MONDELING", "clear oral" },
	{ "MONDELING\n\n\nVrijdag\n\nof zaterdag\n\n> x\n\nlater",
	    "clear oral|Vrijdag\n\nof zaterdag" },
	{ "MONDELING: vrijdag", "clear oral|vrijdag" },
	{ "MONDELING \342\200\223 vrijdag", "clear oral|vrijdag" },
	{ "MONDELING, en graag snel", "clear oral|en graag snel" },
	{ "MONDELING graag snel", "unclear" },
	{ "MONDELING, niet nodig", "unclear" },
	{ "MONDELING, maar eerst bellen", "unclear" },
	{ "MONDELING - toch niet", "unclear" },
	{ "MONDELING: of toch niet", "unclear" },
	{ "MONDELING, ?", "unclear" }, { "MONDELING: ?!", "unclear" },
	{ "NIET WEERHOUDEN: geen feiten",
	    "clear not-retained|geen feiten" },
	{ "MONDELING-graag", "unclear" },
	{ "OPNIEUW\n\nVrijdag\n", "clear again" },

	{ "DOORVERWIJZEN an@caw.be", "clear redirect person=an@caw.be" },
	{ "DOORVERWIJZEN NAAR <An@CAW.be> MET AKKOORD",
	    "clear redirect person=An@caw.be consent" },
	{ "Doorverwijzen aan mailto:an@caw.be.",
	    "clear redirect person=an@caw.be" },
	{ "DOORVERWIJZEN an@caw.be<mailto:an@caw.be>",
	    "clear redirect person=an@caw.be" },
	{ "DOORVERWIJZEN " REF ", an@caw.be, met akkoord",
	    "clear redirect ref=" REF " person=an@caw.be consent" },
	{ "Redirect to an@caw.be with consent",
	    "clear redirect person=an@caw.be consent" },
	{ "DOORVERWIJZEN an@caw.be zonder akkoord", "unclear" },
	{ "DOORVERWIJZEN an@caw.be bob@caw.be", "unclear" },
	{ "DOORVERWIJZEN an@caw.be AN@caw.be", "unclear" },
	{ "DOORVERWIJZEN an@caw", "clear redirect person=an@caw" },
	{ "DOORVERWIJZEN naar An", "unclear" },
	{ "DOORVERWIJZEN \303\244n@caw.be", "unclear" },
	{ "DOORVERWIJZEN an@c\320\260w.be", "unclear" },
	{ "DOORVERWIJZEN <an@caw.be", "unclear" },
	{ "DOORVERWIJZEN an@caw.be?subject=x", "unclear" },
	{ "INFOVRAAG an@caw.be: kent u hem?",
	    "clear info person=an@caw.be|kent u hem?" },
	{ "INFOVRAAG an@caw.be\nKent u hem?\nMvg\nAn",
	    "clear info person=an@caw.be|Kent u hem?" },
	{ "SCHORSEN an@caw.be", "clear suspend person=an@caw.be" },
	{ "SCHORSEN an@caw.be " REF, "unclear ref=" REF },

	{ "BEVESTIG 4F7K-29QD-XM3A", "clear confirm code=4F7K-29QD-XM3A" },
	{ "bevestig 4f7k29qdxm3a", "clear confirm code=4F7K-29QD-XM3A" },
	{ "BEVESTIG code 4F7K 29QD XM3A.",
	    "clear confirm code=4F7K-29QD-XM3A" },
	{ "BEVESTIG " REF " OILO-0000-0000",
	    "clear confirm ref=" REF " code=0110-0000-0000" },
	{ "BEVESTIG 4F7K-29QD-XM3A " REF,
	    "clear confirm ref=" REF " code=4F7K-29QD-XM3A" },
	{ "BEVESTIG 4F7K-29QD-XM3", "unclear" },
	{ "BEVESTIG 4F7K-29QD-XM3AB", "unclear" },
	{ "BEVESTIG 4F7K-29QD-XM3U", "unclear" },
	{ "BEVESTIG 4F7K-29QD-XM3A-7777", "unclear" },
	{ "BEVESTIG 4F7K-29QD-XM3A 0000-0000-0000", "unclear" },

	{ "VERSLAG " CASE, "clear minutes case=" CASE },
	{ "VERSLAG " MEETING " " CASE ": alles liep goed",
	    "clear minutes ref=" MEETING " case=" CASE "|alles liep goed" },
	{ "VERSLAG " CASE " " MEETING,
	    "clear minutes ref=" MEETING " case=" CASE },
	{ "VERSLAG vergadering " MEETING ", casus " CASE,
	    "clear minutes ref=" MEETING " case=" CASE },
	{ "VERSLAG " CASE " " CASE, "clear minutes case=" CASE },
	{ "VERSLAG " CASE " " OTHER_CASE, "unclear ref=" CASE },
	{ "VERSLAG " MEETING " " REF, "unclear ref=" MEETING },
	{ "VERSLAG\n\n" CASE, "clear minutes|" CASE },
	{ "VERSLAG " CASE "\n\nAgenda\nAanwezig: An\nActie: het CAW belt",
	    "clear minutes case=" CASE
	    "|Agenda\nAanwezig: An\nActie: het CAW belt" },
	{ "ACTIE " MEETING " " CASE " door an@caw.be: bellen",
	    "clear action ref=" MEETING " case=" CASE " person=an@caw.be"
	    "|bellen" },
	{ "ACTIE aan an@caw.be: bellen",
	    "clear action person=an@caw.be|bellen" },
	{ "GESPREK " CASE ": morgen", "clear talk ref=" CASE "|morgen" },
	{ "AGENDA " MEETING "\n\n1. Welkom", "clear agenda ref=" MEETING
	    "|1. Welkom" },
	{ "UITNODIGEN " MEETING " an@caw.be",
	    "clear invite ref=" MEETING " person=an@caw.be" },
	{ "Nodig uit: an@caw.be", "clear invite person=an@caw.be" },
	{ "UITNODIGEN an@caw.be en bob@caw.be", "unclear" },
	{ "OVERZICHT " MEETING, "clear overview ref=" MEETING },
	{ "AFGELASTEN " MEETING ".", "clear cancel ref=" MEETING },
	{ "AFGELASTEN " MEETING ": ziek", "unclear ref=" MEETING },
	{ "VERGADERING " MEETING, "unclear ref=" MEETING },
	{ "AANWEZIG " MEETING "\n\naanwezig:\nan@caw.be",
	    "clear present ref=" MEETING },

	{ "AANVAARD " INVITATION, "clear accept ref=" INVITATION },
	{ "AANVAARD " INVITATION " DOOR an@caw.be",
	    "clear accept ref=" INVITATION " person=an@caw.be" },
	{ "Accept by an@caw.be", "clear accept person=an@caw.be" },
	{ "J'accepte, par an@caw.be", "clear accept person=an@caw.be" },
	{ "AANVAARD aan an@caw.be", "unclear" },
	{ "AANVAARD door An", "unclear" }, { "AANVAARD?", "unclear" },
	{ "AANVAARD: ik kom later", "unclear" },
	{ "AANVAARD maar ik kom later", "unclear" },
	{ "aanvaard niet", "unclear" }, { "Ik aanvaard niet", "unclear" },
	{ "Ik kan niet aanvaarden", "unclear" },
	{ "WEIGER", "clear decline" }, { "WEIGER?", "unclear" },
	{ "WEIGER: geen tijd", "clear decline|geen tijd" },
	{ "WEIGER " INVITATION " - geen tijd",
	    "clear decline ref=" INVITATION "|geen tijd" },
	/* How people end a mail is no motivation. */
	{ "WEIGER\n\nBeste groeten\nAn", "clear decline" },
	{ "WEIGER\n\nBeste groet,\nAn", "clear decline" },
	{ "WEIGER\n\nWarme groeten van ons allen", "clear decline" },
	{ "WEIGER\n\nWarme groet\nAn", "clear decline" },
	{ "WEIGER\n\nVele groeten\nAn", "clear decline" },
	{ "WEIGER\n\nBonne journ\303\251e,\nAn", "clear decline" },
	{ "WEIGER\n\nM.v.g.\nAn", "clear decline" },
	{ "WEIGER\n\nVerstuurd van mijn iPhone", "clear decline" },
	{ "WEIGER\n\nVerzonden vanuit Yahoo", "clear decline" },
	{ "WEIGER\n\nBonne journ\303\251e d'etude ce jour",
	    "clear decline|Bonne journ\303\251e d'etude ce jour" },
	{ "Hey An, niet\nAANVAARD", "none" },
	{ "Dames en heren, aanvaard niet\nAANVAARD", "none" },
	{ "WEIGER niet", "unclear" }, { "weiger: of toch niet", "unclear" },
	{ "WEIGER\n\nGeen tijd", "clear decline|Geen tijd" },
	/* Whom it is about is not left out in silence. */
	{ "AANVAARD " INVITATION "\nDOOR an@caw.be",
	    "unclear ref=" INVITATION },
	{ "AANVAARD " INVITATION "\n\ndoor: an@caw.be",
	    "unclear ref=" INVITATION },
	{ "AANVAARD " INVITATION "\nDoor An Peeters",
	    "unclear ref=" INVITATION },
	{ "AANVAARD " INVITATION "\n\nDoor de file kom ik wat later.",
	    "clear accept ref=" INVITATION },
	{ "AANVAARD " INVITATION " door an@caw.be\nbob@caw.be",
	    "clear accept ref=" INVITATION " person=an@caw.be" },
	{ "DOORVERWIJZEN " REF
	    "\nburgemeester.vandenbroucke@sint-pieters-leeuw.example",
	    "unclear ref=" REF },
	{ "DOORVERWIJZEN " REF "\nnaar <an@caw.be>", "unclear ref=" REF },
	{ "DOORVERWIJZEN " REF "\nAan: an@caw.be\nan@caw.be",
	    "unclear ref=" REF },
	{ "DOORVERWIJZEN " REF "\nAan: an@caw.be\n\nMvg\nan@caw.be",
	    "clear redirect ref=" REF },
	{ "DOORVERWIJZEN " REF "\n> an@caw.be", "clear redirect ref=" REF },
	{ "INFOVRAAG " REF "\nan@caw.be", "clear info ref=" REF
	    "|an@caw.be" },
	{ "SCHORSEN door an@caw.be", "unclear" },
	{ "DOORVERWIJZEN door an@caw.be", "unclear" },

	{ "BEZWAAR " FICHE_REF " 6 8", "clear object ref=" FICHE_REF
	    " fields=6,8" },
	{ "BEZWAAR " FICHE_REF " punten 6 en 8", "clear object ref=" FICHE_REF
	    " fields=6,8" },
	{ "BEZWAAR " FICHE_REF " punt 6", "clear object ref=" FICHE_REF
	    " fields=6" },
	{ "BEZWAAR " FICHE_REF " op punt 6", "clear object ref=" FICHE_REF
	    " fields=6" },
	{ "BEZWAAR " FICHE_REF " tegen 6 en 8: dat klopt niet",
	    "clear object ref=" FICHE_REF " fields=6,8|dat klopt niet" },
	{ "BEZWAAR " FICHE_REF " tegen de punten 6 en 8",
	    "clear object ref=" FICHE_REF " fields=6,8" },
	{ "Objection " FICHE_REF " points 6 et 8", "clear object ref="
	    FICHE_REF " fields=6,8" },
	{ "BEZWAAR " FICHE_REF " tegen alles", "unclear ref=" },
	{ "BEZWAAR " FICHE_REF ": 3 januari klopt niet", "clear object ref="
	    FICHE_REF "|3 januari klopt niet" },
	{ "BEZWAAR " FICHE_REF " 6: 3 januari klopt niet", "clear object ref="
	    FICHE_REF " fields=6|3 januari klopt niet" },
	{ "BEZWAAR " FICHE_REF " 3 januari klopt niet", "unclear ref=" },
	{ "BEZWAAR " FICHE_REF ": 3 F-FEDCBA9876543210", "unclear ref=" },
	{ "BEZWAAR: " FICHE_REF " 3 januari", "unclear ref=" },
	{ "BEZWAAR " FICHE_REF ": of toch niet 3", "unclear ref=" },
	{ "WEIGER " INVITATION ": " INVITATION " toch niet", "unclear ref=" },
	{ "AANVULLEN " REF " punten 4 en 7", "clear ask ref=" REF
	    " fields=4,7" },
	{ "AANVULLEN " REF ": 4 maanden geleden", "unclear ref=" },

	{ "FORMULIER", "unclear" }, { "FORMULIER AANMELDING INSCHRIJVING",
	    "unclear" }, { "FORMULIER iets", "unclear" },
	{ "FORMULIER AANMELDING", "clear form" },
};

/* The told form of an act, a bar and the words behind it. */
static void
tell_act(struct told *t, const struct act *act)
{
	struct msg_parsed f = { .answer = (uint32_t)act->answer,
	    .verb = (uint32_t)act->verb, .fields = act->args.fields,
	    .ground = (uint32_t)act->args.ground };

	f.consent = (act->args.given & TAKES_CONSENT) != 0;
	memcpy(f.ref, act->ref, sizeof(f.ref));
	memcpy(f.case_ref, act->args.case_ref, sizeof(f.case_ref));
	f.closing = act->args.closing;
	f.measures = act->args.measures;
	f.criteria = act->args.criteria;
	memcpy(f.person, act->args.person, sizeof(f.person));
	memcpy(f.code, act->args.code, sizeof(f.code));
	tell_facts(t, &f);
	if (act->words.n > 0)
		t->n += (size_t)snprintf(t->text + t->n,
		    sizeof(t->text) - t->n, "|%.*s", (int)act->words.n,
		    (const char *)act->words.p);
}

static void
test_arguments(void **state)
{
	struct told told;
	struct act act;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		read_text(lines[i].line, strlen(lines[i].line), &act);
		tell_act(&told, &act);
		/* "ref=" alone: whatever it is. */
		if (strcmp(lines[i].told, "unclear ref=") == 0)
			assert_int_equal(act.answer, ANSWER_UNCLEAR);
		else if (strcmp(told.text, lines[i].told) != 0)
			fail_msg("\"%s\": %s", lines[i].line, told.text);
	}
}

static void
test_names_of_forms(void **state)
{
	static const struct {
		const char *line;
		enum form_name name;
	} cases[] = {
		{ "FORMULIER AANMELDING", FORM_NAME_REFERRAL },
		{ "formulier inschrijving", FORM_NAME_ENROLMENT },
		{ "Formulier: AVG", FORM_NAME_PRIVACY },
		{ "FORM GDPR", FORM_NAME_PRIVACY },
		{ "Formulaire inscription", FORM_NAME_ENROLMENT },
		{ "FORMULIER VERGADERING", FORM_NAME_MEETING },
		{ "Formulaire r\303\251union", FORM_NAME_MEETING },
		{ "FORMULIER FICHE", FORM_NAME_FICHE },
		{ "formulier terugkoppelingsfiche", FORM_NAME_FICHE },
	};
	struct act act;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		read_text(cases[i].line, strlen(cases[i].line), &act);
		assert_int_equal(act.answer, ANSWER_CLEAR);
		assert_int_equal(act.args.form_name, cases[i].name);
	}
}

/* ---- several lines ---- */

static void
test_two_acts_are_none(void **state)
{
	static const struct {
		const char *text;
		enum answer answer;
	} cases[] = {
		{ "LIJST\n\nAFWIJZEN", ANSWER_SEVERAL },
		{ "LIJST\ntekst\nmeer\nMONDELING.", ANSWER_SEVERAL },
		{ "LIJST\n\nLIJST", ANSWER_CLEAR },
		{ "LIJST\n\nlijst.\n\nOp de lijst", ANSWER_CLEAR },
		{ "LIJST " REF "\nLIJST " OTHER_REF, ANSWER_SEVERAL },
		{ "LIJST " REF "\nLIJST", ANSWER_SEVERAL },
		{ "AANVULLEN 4\nAANVULLEN 7", ANSWER_SEVERAL },
		{ "AANVULLEN 4 en 7\nAANVULLEN 7, 4", ANSWER_CLEAR },
		{ "LIJST\n\nLijst is goed", ANSWER_CLEAR },
		{ "LIJST\n\nniet lijst", ANSWER_UNCLEAR },
		{ "LIJST\n\nToch niet lijst!", ANSWER_UNCLEAR },
		{ "LIJST\n> AFWIJZEN\n", ANSWER_CLEAR },
		{ "LIJST\n> x\nAFWIJZEN\n", ANSWER_SEVERAL },
		{ "> x\nLIJST\n> y\nAFWIJZEN\n", ANSWER_SEVERAL },
		{ "LIJST\n-- \nAn\nAFWIJZEN", ANSWER_SEVERAL },
		{ "LIJST\nMet vriendelijke groet\n\nPS\nMONDELING",
		    ANSWER_SEVERAL },
		{ "LIJST\n-----Oorspronkelijk bericht-----\nAFWIJZEN",
		    ANSWER_CLEAR },
		{ "NIET WEERHOUDEN\n\nMondeling, zei hij.", ANSWER_SEVERAL },
		{ "NIET WEERHOUDEN\n\nHij zei het mondeling.", ANSWER_CLEAR },
		{ "LIJST?\n\nLIJST", ANSWER_UNCLEAR },
		{ "LIJST\n\nGesprek", ANSWER_SEVERAL },
		{ "AANVAARD\n\nWEIGER", ANSWER_SEVERAL },
		{ "AANVAARD\n> WEIGER", ANSWER_CLEAR },
		{ "WEIGER\n\nGesprek: morgen", ANSWER_CLEAR },
		{ "VERSLAG " CASE "\n\nActie: bellen", ANSWER_CLEAR },
		{ "VERSLAG " CASE "\n\nActie " CASE ": bellen",
		    ANSWER_SEVERAL },
		{ "VERSLAG " CASE "\n\nVERSLAG " OTHER_CASE,
		    ANSWER_SEVERAL },
		{ "VERPLAATSEN\n\naanwezig:\nuur: 14:00", ANSWER_CLEAR },
		{ "VERPLAATSEN\n\nuur: 14:00\n\nOVERZICHT",
		    ANSWER_SEVERAL },
		{ "VERGADERING\n\nuur: 14:00\n\nAFGELASTEN",
		    ANSWER_SEVERAL },
		/* A line that a program broke, and what only looks like
		 * one: text that nobody would read is no reason. */
		{ "WEIGER " INVITATION "\n\nWij begeleiden deze persoon niet"
		    " meer sinds vorig jaar en zijn dus niet\nakkoord.",
		    ANSWER_CLEAR },
		{ "WEIGER: wij begeleiden deze persoon al lang niet meer en"
		    " zijn dus niet\nakkoord.", ANSWER_CLEAR },
		{ "WEIGER\n\nWij begeleiden deze persoon niet meer sinds vorig"
		    " jaar, helaas en dus\nAKKOORD", ANSWER_SEVERAL },
		{ "WEIGER\n\nWij begeleiden deze persoon niet meer sinds vorig"
		    " jaar en zijn dus niet.\nakkoord", ANSWER_SEVERAL },
		{ "WEIGER\n\nWij begeleiden deze persoon niet meer sinds vorig"
		    " jaar en zijn dus niet\n\nakkoord", ANSWER_SEVERAL },
		{ "WEIGER\n\nen zijn dus niet\nakkoord", ANSWER_SEVERAL },
		{ "WEIGER\n\nWij begeleiden deze persoon niet meer sinds vorig"
		    " jaar en zijn niet\nweiger " INVITATION,
		    ANSWER_SEVERAL },
		{ "AANVAARD " INVITATION "\nIk zou er graag bij zijn, maar het"
		    " kan nu toch niet, zodat ik die dag\nweiger.",
		    ANSWER_SEVERAL },
		{ "AANVAARD " INVITATION "\n\nMvg\nAn\nAgenda:"
		    " https://x.example/", ANSWER_CLEAR },
		{ "AANVAARD " INVITATION "\n\nMvg\nAn\nWeiger: ziek",
		    ANSWER_SEVERAL },
		{ "AANVAARD " INVITATION "\n\nMvg\nAn\nActie " MEETING
		    ": bellen", ANSWER_SEVERAL },
		{ "AANVAARD " INVITATION "\n\nAgenda: https://x.example/",
		    ANSWER_SEVERAL },
		{ "AANVAARD " INVITATION "\n\nMvg\nAn\nAgenda",
		    ANSWER_SEVERAL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct act act;

		read_text(cases[i].text, strlen(cases[i].text), &act);
		if (act.answer != cases[i].answer)
			fail_msg("\"%s\": %s", cases[i].text,
			    answers[act.answer]);
	}
}

/* A program on the way breaks long lines: the end of one loses its mark. */
static void
test_the_tail_of_a_quoted_line_is_nobodys(void **state)
{
	(void)state;
	expect("> Antwoord op deze mail met een van de woorden die hier staan:"
	    "\nLIJST\n", ANSWER_UNCLEAR, VERB_NONE);
	expect("> Antwoord op deze mail met een van de woorden die hier staan:"
	    "\n\nLIJST\n", ANSWER_CLEAR, VERB_LIST);
	expect("> Antwoord:\nLIJST\n", ANSWER_CLEAR, VERB_LIST);
}

static void
test_references_of_the_quote(void **state)
{
	static const struct {
		const char *text, *ref, *quoted;
	} cases[] = {
		{ "LIJST " REF "\n> " OTHER_REF "\n", REF, OTHER_REF },
		{ "LIJST\n> x\n> [" OTHER_REF "] y\n> " REF, "", OTHER_REF },
		{ "LIJST\n\nwegens " REF, "", "" },
		{ "Tekst " REF "\n\n> " OTHER_REF, REF, OTHER_REF },
		{ "LIJST\nVan: x@y.be\nOnderwerp: " REF, "", REF },
		{ "> " REF "\n", "", REF },
		{ "VERGADERING\n> casussen: " CASE "\n", "", "" },
		{ "VERPLAATSEN " MEETING "\n> " CASE "\n> " MEETING "\n",
		    MEETING, MEETING },
		{ "VERSLAG " CASE "\n> " CASE "\n> " MEETING, "", CASE },
		{ "VERSLAG " CASE " " MEETING "\n", MEETING, "" },
		{ "VERSLAG? " CASE "\n", CASE, "" },
		{ "Lijst? " REF "\n", REF, "" },
	};
	struct act act;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		read_text(cases[i].text, strlen(cases[i].text), &act);
		assert_string_equal(act.ref, cases[i].ref);
		assert_string_equal(act.quoted_ref, cases[i].quoted);
	}
}

/* What people tell in their own words is not cut off as a quote. */
static void
test_words_may_tell_what_others_wrote(void **state)
{
	static const char head[] = "NIET WEERHOUDEN: ";
	static const char *const kept[] = {
		"a\nOp 3 mei schreef de school het volgende:\n\nhij komt niet",
		"a\nVan: de school\nhij komt niet",
		"a\nDe leerkracht schreef:\nhij komt niet",
		"a\n----------\nb", "a\n_____\nb", "Groeten van de school\nb",
		"a\nAan: de school\nb", "a\nTot: morgen\nb",
		"a\n________________________________\nBesproken: alles\n"
		    "Actie: bellen",
		"a\n----- Actiepunten -----\nactie: bellen",
		"a\n________________________________\nAanwezig: an@caw.be\n"
		    "Besproken: b\nActie: c\n\nd: e",
		"Ik schreef u op 3 december al (zie mijn mail aan"
		    " info@stad.example):\nik begeleid die persoon niet.",
		"Ik schreef u al (aan An <an@caw.be>):\nik ken hem niet.",
	};
	char s[512];
	struct act act;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		(void)snprintf(s, sizeof(s), "%s%s\n", head, kept[i]);
		read_text(s, strlen(s), &act);
		assert_int_equal(act.answer, ANSWER_CLEAR);
		if (act.words.n != strlen(kept[i]) ||
		    memcmp(act.words.p, kept[i], act.words.n) != 0)
			fail_msg("\"%s\": \"%.*s\"", s, (int)act.words.n,
			    (const char *)act.words.p);
	}
}

/* What a program puts there is cut off, in a language that is not ours too. */
static void
test_where_another_mail_begins(void **state)
{
	static const char *const marks[] = {
		"________________________________\nVan: An\n"
		    "Verzonden: gisteren",
		"________________________________\nFra: An <an@caw.be>\n"
		    "Sendt: i g\303\245r\nTil: livc@mechelen.example\nEmne: x",
		"-----Ursprungliche Nachricht-----\nx",
		"----- Message transf\303\251r\303\251 -----\nx",
		"An <an@caw.be> schreef:\nx",
		"Op 3 mei schreef an@caw.be:\nx",
	};
	char s[512];
	struct act act;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		(void)snprintf(s, sizeof(s), "WEIGER: a\n%s\nAANVAARD\n",
		    marks[i]);
		read_text(s, strlen(s), &act);
		if (act.answer != ANSWER_CLEAR || act.words.n != 1)
			fail_msg("\"%s\": \"%.*s\"", s, (int)act.words.n,
			    (const char *)act.words.p);
	}
}

/* ---- bounds ---- */

static void
expect_long(const char *begin, char fill, const char *end, size_t n,
    enum answer answer)
{
	size_t b = strlen(begin), e = strlen(end);
	char *s = malloc(b + n + e + 1);
	struct act act;

	assert_non_null(s);
	memcpy(s, begin, b);
	memset(s + b, fill, n);
	memcpy(s + b + n, end, e);
	read_text(s, b + n + e, &act);
	if (act.answer != answer)
		fail_msg("\"%s\" %zu of %#x \"%s\": %s", begin, n, fill, end,
		    answers[act.answer]);
	free(s);
}

static void
test_long_lines_and_odd_bytes(void **state)
{
	static const char nul[] = "LI\0JST\nx", nul_end[] = "LIJST\0\n";
	const size_t mb = 1024 * 1024;
	struct act act;

	(void)state;
	read_text(nul, sizeof(nul) - 1, &act);
	assert_int_equal(act.answer, ANSWER_NONE);
	read_text(nul_end, sizeof(nul_end) - 1, &act);
	assert_int_equal(act.answer, ANSWER_UNCLEAR);
	expect_long("LIJST ", 'x', "", mb, ANSWER_UNCLEAR);
	expect_long("LIJST", ' ', "", mb, ANSWER_CLEAR);
	expect_long("LIJST", ' ', REF, mb, ANSWER_CLEAR);
	expect_long("", ' ', "LIJST", mb, ANSWER_CLEAR);
	expect_long("", '\n', "LIJST", mb, ANSWER_CLEAR);
	expect_long("", 'x', "", mb, ANSWER_NONE);
	expect_long("", '>', "", mb, ANSWER_NONE);
	expect_long("", '\0', "", mb, ANSWER_NONE);
	expect_long("", '\314', "", mb, ANSWER_NONE);
	expect_long("e", '\200', "", mb, ANSWER_NONE);
	expect_long("LIJST", ',', "", mb, ANSWER_CLEAR);
	expect_long("LIJST", '!', "", mb, ANSWER_CLEAR);
	expect_long("AANVULLEN 4", '4', "", mb, ANSWER_UNCLEAR);
	expect_long("MONDELING: ", 'x', "", mb, ANSWER_CLEAR);
	expect_long("", '_', "\nVan: x\nLIJST", mb, ANSWER_NONE);
	expect_long("Op 3 mei ", 'x', " schreef:\n> x\nLIJST", mb,
	    ANSWER_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_replies_of_all_programs),
		cmocka_unit_test(test_nothing_in_a_quote_counts),
		cmocka_unit_test(test_every_word_for_a_verb),
		cmocka_unit_test(test_doubt_is_a_no),
		cmocka_unit_test(test_other_first_lines_are_no_answer),
		cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_names_of_forms),
		cmocka_unit_test(test_two_acts_are_none),
		cmocka_unit_test(test_the_tail_of_a_quoted_line_is_nobodys),
		cmocka_unit_test(test_references_of_the_quote),
		cmocka_unit_test(test_words_may_tell_what_others_wrote),
		cmocka_unit_test(test_where_another_mail_begins),
		cmocka_unit_test(test_long_lines_and_odd_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
