/*
 * The mail texts themselves: what domain.md 5 says that each mail must and must
 * not say, over the Dutch texts as people get them; and the blanks.
 */
#include "compose/letters.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/reason.h"
#include "base/verb.h"
#include "compose/compose.h"
#include "compose/form_text.h"
#include "flow/effect.h"
#include "flow/enrolment.h"
#include "flow/invitation.h"
#include "flow/referral.h"
#include "flow/retention.h"
#include "mail/form.h"

#define NELEMS(a) (sizeof(a) / sizeof((a)[0]))
#define REF	"A-4F7K29QDXM3AB8NP"

static const struct var sample[] = {
	{ "reference", "A-4F7K29QDXM3AB8NP" },
	{ "municipality", "Mechelen" },
	{ "contact", "An Peeters, dienst preventie" },
	{ "phone", "015 29 76 11" },
	{ "citation", "artikel 353, \302\247 2, Sw." },
	{ "address", "postvak@mechelen.example" },
	{ "practice", "oefen+postvak@mechelen.example" },
	{ "law_info", COMPOSE_LAW_INFO },
	{ "received", "23/11/2026 om 05:29" },
	{ "reason", "U bent bij ons niet ingeschreven." },
	{ "choices", "Bel ons." },
	{ "code", "550" },
	{ "kind", "aanmelding door een lid" },
	{ "organisation", "CLB De Brug" },
	{ "role", "deelnemer" },
	{ "class", "centrum voor leerlingenbegeleiding (CLB)" },
	{ "ground", "decreet 21.05.2021 art. 3, 2\302\260" },
	{ "compared", "gebeld op 23/11/2026, nummer van de website" },
	{ "proposer", "rep@mechelen.example" },
	{ "case", "C-0123456789ABCDEF" },
	{ "sender", "els@clb.example" },
	{ "fingerprint", "8B66 16FC 1C5E A1B9 9E39 3CCD 3A6C 9F5E 1D77 0A42" },
	{ "signed_at", "22/11/2026 om 17:03" },
	{ "hash", "SHA512" },
	{ "algorithm", "ed25519" },
	{ "digest", "e3b0c44298fc1c149afbf4c8996fb924"
	    "27ae41e4649b934ca495991b7852b855" },
	{ "form", "formulier, ontbrekende velden: 4, 7" },
	{ "binding", "niet gebonden: geen bestemming" },
	{ "attachments", "2" },
	{ "shape", "De handtekening zit in de bijlage." },
	{ "fields", "4, 7: 7. aanwijzingen of bezorgdheden" },
	{ "words", "Past dinsdag om 10 uur?\nOp het stadhuis." },
	{ "lines", "[in orde] Een.\n[nog te doen] Twee." },
	{ "people", "els@clb.example, deelnemer\nan@stad.example, DPO" },
	{ "labels", "rol:" },
	{ "roles", "  participant  deelnemer" },
	{ "classes", "  clb  CLB" },
	{ "start", "14:00" },
	{ "end", "15:30" },
	{ "place", "stadhuis, vergaderzaal 2" },
	{ "cases", "C-0123456789ABCDEF\nC-FEDCBA9876543210" },
	{ "urgency", "Deze uitnodiging komt later dan gewoonlijk." },
	{ "count", "7" }, { "missing", "3" }, { "answer", "BEZWAAR" },
	{ "table", "els@clb.example   aanvaard   23/11/2026" },
	{ "invitees", "els@clb.example\nan@stad.example" },
	{ "who", "els@clb.example" },
	{ "via", "jan@clb.example" },
	{ "meeting", "V-0123456789ABCDEF" },
	{ "fiche", "4. evaluatie van de opvolging:\n   Het gaat beter." },
	{ "elements", "6. feiten:\n   Er was een gesprek." },
	{ "version", "2" },
	{ "attestation", "Deze fiche bevat geen tijdens het overleg meegedeelde"
	    " geheimen." },
	{ "next", "Zo gaat het verder." },
	{ "own", "punt 6" },
	{ "draft", "FICHE F-0123456789ABCDEF\n\n"
	    "7. positieve elementen:\n| Ja." },
	{ "days", "30" },
	{ "year", "2026" },
	{ "day", "15/01/2027" },
	{ "proof", "e3b0c44298fc1c149afbf4c8996fb924\n"
	    "  27ae41e4649b934ca495991b7852b855" },
	{ "rows", "4711" },
	{ "head", "e3b0c44298fc1c149afbf4c8996fb924"
	    "27ae41e4649b934ca495991b7852b855" },
	{ "moment", "24/11/2026 om 05:29" },
	{ "date", "31/12/2026" }
};

/* What BEVESTIG wants; {{code}} is an SMTP code in T42. */
#define CODE	"4F7K-29QD-XM3A"

static struct templates *dutch;

static int
load_dutch(void **state)
{
	const char *top = getenv("srcdir");
	struct buf why;
	char dir[512];

	(void)state;
	(void)snprintf(dir, sizeof(dir), "%s/templates/nl",
	    top == NULL ? "." : top);
	buf_init(&why, 4096);
	if (templates_load(dir, NULL, &dutch, &why) != GW_OK ||
	    letters_check(dutch, &why) != GW_OK)
		fail_msg("%s", buf_str(&why));
	buf_free(&why);
	return 0;
}

static int
free_dutch(void **state)
{
	(void)state;
	templates_free(dutch);
	return 0;
}

/* In lower case, each run of white space one space, a space at both ends. */
static char *
flatten(const char *s)
{
	char *flat = malloc(strlen(s) + 3), *p = flat;

	assert_non_null(flat);
	*p++ = ' ';
	for (; *s != '\0'; s++) {
		if (!isspace((unsigned char)*s))
			*p++ = (char)tolower((unsigned char)*s);
		else if (p[-1] != ' ')
			*p++ = ' ';
	}
	if (p[-1] != ' ')
		*p++ = ' ';
	*p = '\0';
	return flat;
}

static bool
in_word(char c)
{
	return isalnum((unsigned char)c) || (c & 0x80) != 0;
}

/* Whether `phrase` stands in `flat` as whole words; one that ends in "*" may
 * go on: "besliss*". */
static bool
says(const char *flat, const char *phrase)
{
	char *want = flatten(phrase), *bare = want + 1;
	size_t n = strlen(bare) - 1;
	bool prefix = bare[n - 1] == '*', found = false;
	const char *p;

	n -= prefix;
	bare[n] = '\0';
	for (p = strstr(flat, bare); p != NULL && !found;
	    p = strstr(p + 1, bare))
		found = !in_word(p[-1]) && (prefix || !in_word(p[n]));
	free(want);
	return found;
}


/* ---- a letter as a person gets it ---- */

/* Values for one rendering: the samples, after those that come first. */
struct values {
	struct var v[NELEMS(sample) + 3];
	size_t n;
};

static void
values_set(struct values *v, const char *name, const char *value)
{
	v->v[v->n++] = (struct var){ name, value };
}

static void
values_begin(struct values *v, enum mail_kind kind)
{
	v->n = 0;
	if (kind == MAIL_B05 || kind == MAIL_B08 || kind == MAIL_T25 ||
	    kind == MAIL_T30)
		values_set(v, "code", CODE);
	if (kind == MAIL_B07)
		values_set(v, "kind", "operationeel");
}

static void
section_into(enum mail_kind kind, const char *section, struct values *first,
    struct buf *out)
{
	struct values all = *first;

	memcpy(all.v + all.n, sample, sizeof(sample));
	if (template_render(dutch, mail_kind_template(kind), section, all.v,
	    all.n + NELEMS(sample), out) != GW_OK)
		fail_msg("%s %s", mail_kind_name(kind), section);
}

/* A letter with its frame and its choices, or one section as it stands. */
static char *
whole_text(enum mail_kind kind, const char *section)
{
	const struct letter_row *row = letter_find(kind, section);
	struct buf out, reason, choices;
	struct values v;
	char *text;

	buf_init(&out, LIM_LETTER_BYTES);
	buf_init(&reason, LIM_LETTER_BYTES);
	buf_init(&choices, LIM_LETTER_BYTES);
	values_begin(&v, kind);
	if (row != NULL && row->frame != NULL) {
		section_into(kind, section, &v, &reason);
		if (row->choices != NULL)
			section_into(kind, row->choices, &v, &choices);
		values_set(&v, "reason", buf_str(&reason));
		values_set(&v, "choices", buf_str(&choices));
		section = row->frame;
	}
	section_into(kind, section, &v, &out);
	text = strdup(buf_str(&out));
	assert_non_null(text);
	buf_free(&out);
	buf_free(&reason);
	buf_free(&choices);
	return text;
}

static char *
flat_text(enum mail_kind kind, const char *section)
{
	char *text = whole_text(kind, section), *flat = flatten(text);

	free(text);
	return flat;
}

/* Calls `look` for the text of each letter, and of each part. */
static void
each_text(bool with_parts, void (*look)(const char *name, const char *text))
{
	const struct letter_part *part;
	const struct letter_row *row;
	char name[64], *text;
	size_t i;

	for (i = 0; (row = letter_at(i)) != NULL; i++) {
		(void)snprintf(name, sizeof(name), "%s %s",
		    mail_kind_name(row->kind), row->section);
		text = whole_text(row->kind, row->section);
		look(name, text);
		free(text);
	}
	for (i = 0; with_parts && (part = letter_part_at(i)) != NULL; i++) {
		(void)snprintf(name, sizeof(name), "%s %s",
		    mail_kind_name(part->kind), part->section);
		text = whole_text(part->kind, part->section);
		look(name, text);
		free(text);
	}
}

/* ---- what each says, and does not ---- */

struct say {
	enum mail_kind kind;
	const char *section;
	const char *what[20];
};

static void
test_each_text_says_what_it_must(void **state)
{
	static const struct say must[] = {
		/* "received on date/hour, only to mayor's representative,
		 * secrecy, oral explanation, not 24/7 -> 101/112, contact
		 * point, you keep control (spreekrecht)" */
		{ MAIL_T01, "body", { "ontvangen op 23/11/2026 om 05:29",
		    "gaat alleen naar de vertegenwoordiger die de burgemeester",
		    "is geheim: artikel 353", "mondeling",
		    "niet dag en nacht", "101 of 112", "An Peeters",
		    "015 29 76 11", "spreekrecht, geen spreekplicht",
		    "uw akkoord", "u kiest wat u deelt" } },
		/* "not read/kept, how to reach us safely (phone/oral
		 * appointment first, then key exchange), destroyed" */
		{ MAIL_T02, "kanaal", { "niet gelezen en niet bewaard",
		    "vernietigd", "bel ons, of maak een afspraak",
		    "015 29 76 11", "wisselen wij eerst sleutels uit",
		    "beveiligd postvak van Mechelen", "101 of 112" } },
		{ MAIL_T02, "inhoud", { "niemand heeft het gelezen",
		    "niet bewaard", "vernietigd",
		    "bel ons, of maak een afspraak", "015 29 76 11",
		    "wisselen wij daarna opnieuw sleutels uit",
		    "U bent bij ons niet ingeschreven" } },
		/* "nieuw bericht, kenmerk" */
		{ MAIL_T05, "body", { "nieuw bericht", "kenmerk" } },
		{ MAIL_T05, "quarantaine", { "bericht in quarantaine",
		    "kenmerk", "bel", "meldpost mail show",
		    "niemand heeft het gelezen" } },
		{ MAIL_T05, "alarm", { "kenmerk", "45 dagen",
		    "zestig dagen" } },
		{ MAIL_T05, "gewist", { "kenmerk", "gewist", "60 dagen" } },
		{ MAIL_T05, "vastgehouden", { "kenmerk", "vastgehouden",
		    "sleutel", "ontbreekt of verlopen" } },
		/* "clock source failure must fail towards erasure alarm" */
		{ MAIL_T05, "klok", { "datum", "niets meer op datum gewist",
		    "clock confirm" } },
		{ MAIL_T05, "klok-fg", { "datum", "niets meer op datum gewist",
		    "functionaris" } },
		/* "original with verification report (signer, key, time,
		 * result)" */
		{ MAIL_T06, "body", { "A-4F7K29QDXM3AB8NP.eml", "ongewijzigd",
		    "handtekening is geldig", "els@clb.example",
		    "CLB De Brug", "deelnemer", "8B66 16FC",
		    "22/11/2026 om 17:03", "ed25519, SHA512", "e3b0c442*",
		    "ontbrekende velden: 4, 7", "niet gebonden",
		    "bijlagen: 2", "zit in de bijlage",
		    "aanmelding door een lid", "stuur het niet door" } },
		/* "ref + SMTP code" */
		{ MAIL_T42, "body", { "kenmerk: A-4F7K29QDXM3AB8NP",
		    "550" } },
		/* "which field numbers, voluntary, only need-to-know, oral
		 * possible"; R23, R54, R72 */
		{ MAIL_T03, "body", { "7. aanwijzingen of bezorgdheden",
		    "antwoorden is vrij", "alleen wat nodig is", "mondeling",
		    "015 29 76 11", "beantwoord dit bericht",
		    "A-4F7K29QDXM3AB8NP", "spreekrecht, geen spreekplicht",
		    "101 of 112" } },
		/* "proposal of date, place, phone for personal explanation" */
		{ MAIL_T04, "body", { "bellen om af te spreken",
		    "015 29 76 11", "noem aan de telefoon alleen het kenmerk",
		    "geen enkel gevolg", "101 of 112" } },
		{ MAIL_T04, "voorstel", { "stelt u dit voor",
		    "dinsdag om 10 uur", "015 29 76 11",
		    "geen enkel gevolg", "A-4F7K29QDXM3AB8NP" } },
		/* The rules for a call are those of the manual: a number that
		 * did not come with the key, and the other one reads out. */
		{ MAIL_T05, "onbekend", { "els@clb.example", "8B66 16FC",
		    "niet is ingeschreven", "niemand heeft het gelezen",
		    "een nummer dat u al had of zelf hebt opgezocht",
		    "nooit een nummer uit een bericht", "laat de persoon",
		    "lees ze niet zelf voor", "organisatie", "functie",
		    "rechtsgrond", "tweede functionaris", "14 dagen",
		    "vingerafdruk" } },
		{ MAIL_T05, "wissel", { "els@clb.example", "8B66 16FC",
		    "andere sleutel", "zich voor een ander uitgeeft",
		    "een nummer dat u al had of zelf hebt opgezocht",
		    "lees ze niet zelf voor", "tweede functionaris",
		    "14 dagen" } },
		{ MAIL_T05, "zondersleutel", { "els@clb.example",
		    "geen sleutel bij", "mijn publieke sleutel bijvoegen",
		    "nooit een nummer uit een bericht", "14 dagen" } },
		/* "de behandeling is afgerond; u verneemt geen inhoud", "keep
		 * own file rules"; R51 */
		{ MAIL_T07, "body", {
		    "de behandeling van uw aanmelding is afgerond",
		    "u verneemt hierover geen inhoud", "uw eigen dossier",
		    "toezichthoudende overheid", "de rechter", "VVSG" } },
		{ MAIL_T07, "motivatie", {
		    "de behandeling van uw aanmelding is afgerond",
		    "dinsdag om 10 uur", "uw eigen dossier", "VVSG" } },
		/* "hand-over between mayors, contact, consent status" */
		{ MAIL_T08, "akkoord", { "van burgemeester tot burgemeester",
		    "akkoord van de bron: ja", "015 29 76 11" } },
		{ MAIL_T08, "zonder-akkoord", {
		    "van burgemeester tot burgemeester",
		    "akkoord van de bron: nog niet",
		    "geven wij de inhoud niet door", "015 29 76 11" } },
		/* "not competent, contact your own LIVC R coordinator" */
		{ MAIL_T09, "body", { "niet voor bevoegd",
		    "de co\303\266rdinator van de LIVC R van uw eigen gemeente",
		    "VVSG" } },
		/* "legal ground, voluntary, what is asked at minimum, how to
		 * answer safely"; R50, R51, R54, R72 */
		{ MAIL_T10, "body", {
		    "artikel 3, \302\247 2, van de wet van 30 juli 2018",
		    "antwoorden is vrij", "geen enkel gevolg",
		    "alleen wat nodig is", "zo antwoordt u veilig",
		    "spreekrecht, geen spreekplicht", "eigenaar",
		    "dinsdag om 10 uur", "niet met een gewone e-mail",
		    "VVSG", "A-4F7K29QDXM3AB8NP" } },
		/* "fingerprint check by phone" */
		{ MAIL_T39, "verloopt", { "31/12/2026", "30 dag(en)",
		    "8B66 16FC", "verleng", "voor, wij vergelijken" } },
		{ MAIL_T39, "verlengd", { "31/12/2026", "8B66 16FC",
		    "niet om gevraagd", "bel ons dan meteen" } },
		{ MAIL_T39, "eigen", { "31/12/2026", "30 dag(en)",
		    "meldpost key prolong" } },
		{ MAIL_T39, "gewisseld", { "8B66 16FC",
		    "niet om gevraagd", "bel ons dan meteen",
		    "een nummer dat u al had of zelf hebt opgezocht" } },
		{ MAIL_T39, "vernieuwd", { "publieke sleutel zit in de bijlage",
		    "importeren", "vingerafdruk", "bel ons" } },
		{ MAIL_B01, "lijst", { "uitgevoerd", "C-0123456789ABCDEF" } },
		{ MAIL_B01, "voorgesteld", { "nog niemand ingeschreven",
		    "tweede functionaris", "co\303\266rdinator",
		    "functionaris voor gegevensbescherming" } },
		{ MAIL_B01, "bevestigd", { "een code", "bewijzen" } },
		{ MAIL_B02, "several", { "er is niets veranderd",
		    "er stonden twee verschillende opdrachten in uw bericht",
		    "wat u kunt doen" } },
		{ MAIL_B03, "aanmelding", { "een hulp, geen plicht",
		    "postvak@mechelen.example", "101 of 112" } },
		{ MAIL_B04, "goed", { "in orde", "niets bewaard",
		    "postvak@mechelen.example" } },
		{ MAIL_B04, "niet-goed", { "nog te doen", "thunderbird",
		    "outlook", "S/MIME", "openpgp", "apple mail", "gmail",
		    "mailvelope", "niets bewaard",
		    "oefen+postvak@mechelen.example" } },
		{ MAIL_B05, "tweede", { "els@clb.example", "8B66 16FC",
		    "rep@mechelen.example", "zelf na", "deelnemer",
		    "gebeurt er niets" } },
		{ MAIL_B05, "operator", { "els@clb.example", "8B66 16FC",
		    "systeembeheerder", "een van de twee",
		    "gebeurt er niets" } },
		/* R69: the undertaking */
		{ MAIL_B05, "bezit", { "publieke sleutel zit in de bijlage",
		    "geheimhoudt", "is vrij", "101 of 112" } },
		/* R69, R72, R157 */
		{ MAIL_B05, "welkom", { "oefen+postvak@mechelen.example",
		    "houdt u geheim", "spreekrecht, geen spreekplicht",
		    "niet langer ingeschreven", "101 of 112" } },
		/* "the four figures, suppressed small cells"; R126, R129 */
		{ MAIL_T38, "jaarlijks", { "cijfers van 2026", "31/12/2026",
		    "kleiner is dan vijf", "verborgen",
		    "geen cijfers per persoon of per organisatie",
		    "els@clb.example aanvaard" } },
		{ MAIL_T38, "gevraagd", { "cijfers van 2026", "31/12/2026",
		    "kleiner is dan vijf", "begin van een kwartaal" } },
		/* "technical facts, time, number of refs touched, 72 h
		 * clock"; R154, GDPR 33, 34 */
		{ MAIL_T40, "incident", { "23/11/2026 om 05:29", "72 uur",
		    "31/12/2026", "7 sinds 14:00", "dinsdag om 10 uur",
		    "toezichthoudende autoriteit", "artikel 33", "artikel 34",
		    "bovengrens" } },
		{ MAIL_T40, "gerubriceerd", { "23/11/2026 om 05:29", "72 uur",
		    "meteen vernietigd", "veiligheidsofficier" } },
		/* R148 */
		{ MAIL_B09, "personen", { "els@clb.example", "rechtsgrond",
		    "in die functie", "sleutel nog van die persoon",
		    "nagekeken", "weer ongedaan" } },
		/* R155: security, non-repudiation, made public */
		{ MAIL_B09, "verklaring", { "artikel II.22",
		    "8B66 16FC", "onweerlegbaarheid", "versleuteld",
		    "binnen 60 dagen", "30 dagen", "back-up", "klacht",
		    "geen lijst bij van personen" } },
		{ MAIL_B01, "nagekeken", { "logboek", "volgend jaar" } },
		{ MAIL_B06, "body", { "twee functionarissen",
		    "els@clb.example" } },
		/* R150: what shows a log that was cut */
		{ MAIL_B11, "dag", { "24/11/2026 om 05:29", "regels: 4711",
		    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b"
		    "7852b855", "audit verify", "bewaar dit bericht" } },
		{ MAIL_B11, "gevraagd", { "zoals u vroeg", "regels: 4711",
		    "audit verify" } },
		/* "date, time, place, purpose (L2), legal ground for this
		 * organisation"; the rest of T12 and T13 is below */
		{ MAIL_T12, "operationeel", { "31/12/2026",
		    "van 14:00 tot 15:30", "stadhuis, vergaderzaal 2",
		    "dient alleen om terroristische misdrijven te voorkomen",
		    "decreet 21.05.2021 art. 3", "C-0123456789ABCDEF",
		    "alleen met hun kenmerk", "casusoverleg",
		    "komt later dan gewoonlijk" } },
		{ MAIL_T12, "strategisch", { "31/12/2026",
		    "van 14:00 tot 15:30", "stadhuis, vergaderzaal 2",
		    "dient alleen om terroristische misdrijven te voorkomen",
		    "decreet 21.05.2021 art. 3", "strategische tafel",
		    "er wordt niemand besproken",
		    "komt later dan gewoonlijk" } },
		/* "as T12 + preparatory talk with the coordinator"; R63 */
		{ MAIL_T13, "operationeel", { "31/12/2026",
		    "van 14:00 tot 15:30", "stadhuis, vergaderzaal 2",
		    "dient alleen om terroristische misdrijven te voorkomen",
		    "decreet 21.05.2021 art. 3", "C-0123456789ABCDEF",
		    "de co\303\266rdinator praat vooraf graag met u",
		    "over personen gaat dat gesprek niet",
		    "ook dit gesprek is vrij",
		    "geldt alleen voor deze vergadering",
		    "komt later dan gewoonlijk" } },
		{ MAIL_T13, "strategisch", { "31/12/2026",
		    "dient alleen om terroristische misdrijven te voorkomen",
		    "decreet 21.05.2021 art. 3", "strategische tafel",
		    "de co\303\266rdinator praat vooraf graag met u",
		    "over personen gaat dat gesprek niet",
		    "geldt alleen voor deze vergadering" } },
		{ MAIL_T12, "kort-dag", { "later dan gewoonlijk",
		    "begrijpelijk" } },
		{ MAIL_T13, "kort-dag", { "later dan gewoonlijk",
		    "begrijpelijk" } },
		/* "repeats it is voluntary"; R49, R50 */
		{ MAIL_T14, "body", { "31/12/2026 om 14:00",
		    "deelnemen is vrij", "geen enkel gevolg",
		    "wij sturen er maar \303\251\303\251n",
		    "uw motivering is geheim", "015 29 76 11" } },
		/* "practical data, bring nothing on paper, what you may bring
		 * is your choice"; R54 */
		{ MAIL_T15, "body", { "31/12/2026", "van 14:00 tot 15:30",
		    "stadhuis, vergaderzaal 2", "niets op papier",
		    "kiest u zelf", "spreekrecht, geen spreekplicht",
		    "deelnemen blijft vrij", "geen enkel gevolg" } },
		/* R65, R68 */
		{ MAIL_T15, "doorvaste", { "31/12/2026",
		    "van 14:00 tot 15:30", "stadhuis, vergaderzaal 2",
		    "vaste vertegenwoordiger", "een eigen uitnodiging",
		    "op papier", "uw keuze",
		    "spreekrecht, geen spreekplicht", "geen enkel gevolg" } },
		/* "received, treated as secret, no consequences, a talk is
		 * possible, complaint routes" */
		{ MAIL_T16, "body", { "goed ontvangen",
		    "uw antwoord is geheim", "geen enkel gevolg",
		    "geen sanctie, geen verlies van subsidies",
		    "wilt u er nog over praten", "015 29 76 11", "klacht",
		    "toezichthoudende overheid", "de rechter", "VVSG",
		    "ondertekend namens de burgemeester", "uw bewijs" } },
		/* "kindly asks short reasons, may be oral, no consequence if
		 * none"; R49 */
		{ MAIL_T17, "body", { "vriendelijk vragen",
		    "een paar zinnen volstaan", "mondeling", "015 29 76 11",
		    "geen enkel gevolg", "ze is geheim",
		    "alleen de burgemeester en de vertegenwoordiger",
		    "maar \303\251\303\251n keer" } },
		/* "change only"; R60 */
		{ MAIL_T18, "intrekking", { "31/12/2026 om 14:00",
		    "trekken uw uitnodiging in", "u hoeft niet te komen",
		    "zegt niets over u" } },
		{ MAIL_T18, "wijziging", { "31/12/2026",
		    "van 14:00 tot 15:30", "stadhuis, vergaderzaal 2",
		    "is gewijzigd", "deelnemen blijft vrij",
		    "geen enkel gevolg" } },
		/* "offers talk, explains LIVC R, questions welcome" */
		{ MAIL_T19, "body", { "praat er graag eens met u over",
		    "dinsdag om 10 uur", "in de LIVC R zoeken diensten samen",
		    "vragen zijn welkom", "liever geen gesprek",
		    "geen enkel gevolg", "015 29 76 11" } },
		{ MAIL_T19, "zonder", { "praat er graag eens met u over",
		    "in de LIVC R zoeken diensten samen",
		    "vragen zijn welkom", "liever geen gesprek",
		    "geen enkel gevolg", "015 29 76 11" } },
		/* "how a meeting runs, how info is shared, rights,
		 * expectations"; R44, R54, R63, R72 */
		{ MAIL_T20, "body", { "31/12/2026 om 14:00",
		    "hoe een vergadering verloopt",
		    "hoe informatie gedeeld wordt", "uw rechten",
		    "wat wij van u vragen", "gelijkwaardig",
		    "spreekrecht, geen spreekplicht", "geen enkel gevolg",
		    "eigenaar", "over personen gaat het dan niet",
		    "ook dit gesprek is vrij",
		    "uw deelname geldt voor deze vergadering" } },
		/* "both may exchange case info, both bound by secrecy, end
		 * date"; R66, R68 */
		{ MAIL_T21, "vaste", { "de vergadering van 31/12/2026",
		    "mogen elkaar vertellen wat voor het overleg nodig is",
		    "u houdt allebei geheim", "een eigen uitnodiging",
		    "deelnemen blijft vrij",
		    "met andere collega's deelt u het niet" } },
		{ MAIL_T21, "organisatie", { "de vergadering van 31/12/2026",
		    "mogen elkaar vertellen wat voor het overleg nodig is",
		    "u houdt allebei geheim", "een eigen uitnodiging",
		    "deelnemen blijft vrij",
		    "met andere collega's deelt u het niet" } },
		/* "previous actions first, new refs, times" */
		{ MAIL_T22, "body", { "31/12/2026 om 14:00",
		    "wij beginnen met de afspraken van de vorige keer",
		    "daarna komen de nieuwe kenmerken", "dinsdag om 10 uur",
		    "geen namen" } },
		/* "anonymised, refs, decisions, actions"; R43, R72 */
		{ MAIL_T23, "body", { "C-0123456789ABCDEF",
		    "dinsdag om 10 uur", "geanonimiseerd", "beslissingen",
		    "acties", "geen namen", "andere deelnemers krijgen het"
		    " niet", "eigenaar" } },
		/* "action, due date, what may not be revealed to the person,
		 * source-protection note" */
		{ MAIL_T24, "body", { "C-0123456789ABCDEF",
		    "dinsdag om 10 uur", "met de afgesproken dag",
		    "zegt u niet dat er een overleg was",
		    "bescherm de bron", "bel ons" } },
		/* "full text, version, hash, how to approve/object, that
		 * silence is no consent, no secrets allowed, originator
		 * rights, both positive and negative"; R72, R89 to R91, R94,
		 * R95, R98, R100 */
		{ MAIL_T25, "body", { "4. evaluatie van de opvolging:",
		    "dit is versie 2", "e3b0c442*", "akkoord 4f7k-29qd-xm3a",
		    "bezwaar " REF, "een reden hoeft niet",
		    "zwijgen is geen akkoord", "bevat geen tijdens het overleg"
		    " meegedeelde geheimen", "wat u zelf deelde, blijft van u.",
		    "komt van u: punt 6",
		    "wat goed gaat als wat moeilijk gaat",
		    "elke aanwezige het eens is", "vragen wij het iedereen"
		    " opnieuw", "niemand antwoordt in uw plaats",
		    "alleen de information officer en de voorzitter",
		    "intrekken " REF, "stuur het niet door" } },
		/* R72 */
		{ MAIL_T25, "bron", { "6. feiten:", "u bent daar eigenaar van",
		    "dit, en om niets anders", "akkoord 4f7k-29qd-xm3a",
		    "bezwaar " REF, "een reden hoeft niet",
		    "zwijgen is geen akkoord", "geen enkel gevolg" } },
		/* "ref, version, geen consensus"; R99, R100 */
		{ MAIL_T26, "body", { REF, "versie 2", "geen consensus",
		    "een reden hoeft niet", "vraag er ook niet naar",
		    "de andere leden horen niet", "er vertrekt niets",
		    "de co\303\266rdinator praat met de leden",
		    "vragen wij iedereen opnieuw", "30 dagen" } },
		{ MAIL_T26, "bron", { REF, "versie 2", "geen consensus",
		    "een reden hoeft niet", "er vertrekt niets" } },
		/* R90, R93; design.md 10: a draft, which opens nothing */
		{ MAIL_T26, "ontwerp", { "7. positieve elementen:",
		    "ondertekend en versleuteld",
		    "zolang u niets stuurt, verandert er niets" } },
		{ MAIL_T26, "geen-punt", { "schrijf zelf" } },
		{ MAIL_T26, "evaluatie", { "mag niet ontbreken" } },
		{ MAIL_T26, "geen-ontwerp", { "schrijf zelf" } },
		{ MAIL_T26, "voorzitter", { "en niemand anders" } },
		{ MAIL_T26, "ingetrokken", { REF, "versie 2",
		    "geen consensus meer", "een reden hoeft niet",
		    "er vertrekt niets" } },
		{ MAIL_T26, "sleutel", { REF, "versie 2",
		    "geen consensus meer", "dat is geen bezwaar",
		    "er vertrekt intussen niets" } },
		/* "ref, hash, number of approvals, handed to IO" */
		{ MAIL_T27, "body", { REF, "versie 2", "e3b0c442*",
		    "aantal akkoorden: 7", "naar de information officer, en"
		    " naar niemand anders", "intrekken " REF } },
		{ MAIL_T27, "io", { REF, "versie 2", "e3b0c442*",
		    "aantal akkoorden: 7", "overdragen " REF,
		    "opgeven " REF } },
		/* "fiche, approval bundle, legal basis L4 2, enkel aan
		 * diensten art. 2, 2 en 22 T.E.R.-wet bevoegd in de zone, ask
		 * confirmation"; design.md 10: the identity */
		{ MAIL_T28, "body", { REF, "4. evaluatie van de opvolging:",
		    "e3b0c442*", "het ondertekende bericht", "verify-bundle",
		    "artikel 4, \302\247 2, van de wet van 30 juli 2018",
		    "enkel bestemd voor de diensten van artikel 2, 2\302\260"
		    " en 22\302\260, van de T.E.R.-wet", "bevoegd zijn in deze"
		    " zone", "de identiteit van de persoon staat er niet in",
		    "het kanaal van de politie", "zo gaat het verder",
		    "naar u alleen" } },
		{ MAIL_T28, "ltf", { "verzenden " REF, "e3b0c442*",
		    "zoals het is", "voegen er niets aan toe",
		    "doorgegeven " REF " ja" } },
		{ MAIL_T28, "eigen-kanaal", { "doorgegeven " REF " ja",
		    "doorgegeven " REF " nee" } },
		{ MAIL_T28, "herinnering", { REF, "e3b0c442*",
		    "overdragen " REF, "opgeven " REF, "60 dagen",
		    "de enige herinnering" } },
		/* T28c: "ref, digest, transport outcome" */
		{ MAIL_T28, "verzonden", { REF, "e3b0c442*", "aangekomen",
		    "wissen wij de tekst en alle akkoorden" } },
		{ MAIL_T28, "mislukt", { REF, "e3b0c442*",
		    "niet aangekomen", "550", "u beslist" } },
		/* T28d: "what is and is not known, how to decide" */
		{ MAIL_T28, "onzeker", { REF, "e3b0c442*", "wat wij weten",
		    "wat wij niet weten", "niets uit onszelf opnieuw",
		    "u beslist", "doorgegeven " REF " ja",
		    "verzenden " REF } },
		/* "no fiche leaves, content erased" */
		{ MAIL_T29, "body", { REF, "er vertrekt geen fiche",
		    "wissen wij de tekst en alle antwoorden" } },
		/* "proposal to inform the person of the mere fact, asks
		 * agreement of each, asks IO on investigation secret" */
		{ MAIL_T30, "body", { REF, "alleen dat feit",
		    "elke deelnemer het goed vindt",
		    "zwijgen is geen akkoord", "akkoord 4f7k-29qd-xm3a",
		    "bezwaar " REF, "een reden hoeft niet",
		    "geen enkel gevolg" } },
		{ MAIL_T30, "io", { REF,
		    "het geheim van een onderzoek", "zwijgen is geen akkoord",
		    "akkoord 4f7k-29qd-xm3a", "bezwaar " REF } },
		/* R100: nobody learns whose answer it was */
		{ MAIL_T30, "geen-akkoord", { REF, "er wordt dus niets verteld",
		    "houdt het postvak niet bij", "inlichten " REF } },
		{ MAIL_T30, "vervallen", { REF, "zwijgen is geen akkoord",
		    "inlichten " REF } },
		{ MAIL_T30, "ingetrokken", { REF, "geldt niet meer",
		    "nog niet afgegeven", "vraag er niet naar" } },
		{ MAIL_T30, "brief", { REF,
		    "geen gevaar voor het geheim van een onderzoek",
		    "om af te drukken", "nooit met een e-mail of de ebox",
		    "hulp kan aanbieden" } },
		/* "fact of being subject of discussion, aim, offer of help,
		 * contact" */
		{ MAIL_T31, "body", { "is ook over u gesproken", "het doel is",
		    "wij helpen u graag", "u kiest zelf", "An Peeters",
		    "015 29 76 11", "geen enkel gevolg" } },
		/* R118, R107, R75 */
		{ MAIL_T24, "casusmanager", { REF, "na \303\251\303\251n maand",
		    "na zes maanden", "vastgelopen " REF, "bescherm de bron",
		    "zegt u niet dat er een overleg was", "bel ons" } },
		/* "ref and date only"; R119, R123 */
		{ MAIL_T32, "body", { REF, "geheugensteun", "wat goed gaat",
		    "vastgelopen " REF, "geen namen" } },
		/* "ref, request for agenda" */
		{ MAIL_T33, "body", { REF, "op de agenda",
		    "dinsdag om 10 uur", "houdt deze woorden niet bij" } },
		/* "ref, closed, retention end date, own-file duty" */
		{ MAIL_T34, "body", { REF, "afgesloten", "31/12/2026",
		    "uw eigen verantwoordelijkheid",
		    "vanaf de laatste bespreking" } },
		/* "ref, due date, options (discuss again, let expire,
		 * motivated extension with the three criteria)" */
		{ MAIL_T35, "body", { REF, "31/12/2026", "niets doen",
		    "nog eens bespreken", "verlengen", "ernst", "aanhouding",
		    "vermoedens", "tweede functionaris", "vijf jaar" } },
		{ MAIL_T35, "deelnemers", { REF, "31/12/2026",
		    "nog eens besproken", "verlengd", "uw eigen"
		    " verantwoordelijkheid", "geen grond" } },
		{ MAIL_T35, "nooit-besproken", { REF, "31/12/2026",
		    "negentig dagen", "nooit besproken", "geen grond" } },
		/* "check what you register, own responsibility, optional, 1 y
		 * and 5 y rule, safe storage tips" */
		{ MAIL_T36, "andere", { REF, "ga na wat uw eigen dienst",
		    "niets te registreren", "valt uw dienst niet onder",
		    "uw eigen regels" } },
		{ MAIL_T36, "body", { REF, "ga na wat uw eigen dienst",
		    "eigen verantwoordelijkheid",
		    "u hoeft niets te registreren", "een jaar", "vijf jaar",
		    "31/12/2026", "bewaar het veilig" } },
		/* "ref, date, proof hash" */
		{ MAIL_T37, "body", { REF, "31/12/2026",
		    "e3b0c44298fc1c149afbf4c8996fb924",
		    "27ae41e4649b934ca495991b7852b855", "reservekopie" } },
		{ MAIL_T37, "deelnemers", { REF, "31/12/2026",
		    "e3b0c44298fc1c149afbf4c8996fb924",
		    "geen grond meer" } },
		/* R134: two people, a meeting, criteria, no later day */
		{ MAIL_B08, "voorgesteld", { "nog niets verlengd",
		    "een vergadering bespreekt", "u motiveert",
		    "een tweede functionaris", "niet verlengen " REF } },
		{ MAIL_B08, "tweede", { "V-0123456789ABCDEF", "15/01/2027",
		    "31/12/2026", "bevestig " CODE, "twee mensen",
		    "verandert er niets" } },
		{ MAIL_B08, "verlengd", { "31/12/2026",
		    "V-0123456789ABCDEF", "twee mensen", "vijf jaar is het"
		    " geheel" } },
		{ MAIL_B08, "afgesloten", { "31/12/2026",
		    "de termijn verandert niet" } },
		/* R45 */
		{ MAIL_B07, "ontwerp", { "operationeel", "31/12/2026",
		    "van 14:00 tot 15:30", "stadhuis, vergaderzaal 2",
		    "els@clb.example", "C-FEDCBA9876543210",
		    "alleen de burgemeester of de vertegenwoordiger",
		    "gebeurt er niets" } },
		/* R50, R58 */
		{ MAIL_B07, "bijeengeroepen", { "31/12/2026 om 14:00", "7",
		    "een eigen bericht", "\303\251\303\251n herinnering",
		    "geen enkel gevolg" } },
		{ MAIL_B07, "niet-bijeengeroepen", { "niets verstuurd",
		    "niets veranderd", "[nog te doen] twee" } },
		{ MAIL_B07, "overzicht", { "31/12/2026", "14:00",
		    "aanvaard 23/11/2026", "stuur het niet door",
		    "geen enkel gevolg" } },
		/* R49, R50, R52 */
		{ MAIL_B07, "weigering", { "els@clb.example", "CLB De Brug",
		    "dinsdag om 10 uur", "geheim en alleen voor de"
		    " burgemeester en de vertegenwoordiger",
		    "geef ze aan niemand door", "geen enkel gevolg",
		    "ook dat gesprek is vrij" } },
		{ MAIL_B07, "weigering-zonder", { "els@clb.example",
		    "CLB De Brug", "\303\251\303\251n keer vriendelijk",
		    "geen enkel gevolg", "ook dat gesprek is vrij" } },
		/* R89, R131, R132 */
		{ MAIL_B07, "aanwezig", { "aanwezigen: 7",
		    "C-0123456789ABCDEF", "een jaar te lopen vanaf de dag"
		    " van de vergadering", "opnieuw", "alleen wie aanwezig"
		    " was" } },
		{ MAIL_B07, "verplaatst", { "verplaatst",
		    "zonder de reden" } },
		{ MAIL_B07, "afgelast", { "gaat niet door",
		    "zonder de reden" } },
		/* R115: a reminder, no more */
		{ MAIL_B07, "duwtje", { "alleen een geheugensteun",
		    "u kiest zelf", "hoeft u niets te doen" } },
		/* Each guard: what the rule is, and what mends it. */
		{ MAIL_B07, "guard-mandatory-seats", { "de drie vaste plaatsen",
		    "de burgemeester of de vertegenwoordiger",
		    "de korpschef of de information officer",
		    "de co\303\266rdinator", "de wet",
		    "nodig uit wie nog ontbreekt" } },
		{ MAIL_B07, "guard-excluded", { "els@clb.example",
		    "de wet houdt hem buiten", "schrap" } },
		{ MAIL_B07, "guard-io-chairs", { "de politie zit deze"
		    " vergadering nooit voor", "bijeenroepen" } },
		{ MAIL_B07, "guard-no-ground", { "els@clb.example",
		    "zonder rechtsgrond", "vul hem aan" } },
		{ MAIL_B07, "guard-key", { "els@clb.example",
		    "zonder sleutel vertrekt er niets", "inschrijven" } },
		{ MAIL_B07, "guard-mandate", { "els@clb.example",
		    "geldt niet op de dag van de vergadering", "verlengen" } },
		{ MAIL_B07, "guard-strategic-case", { "geen casussen",
		    "leeg", "operationeel" } },
		{ MAIL_B07, "guard-notice", { "gewoonlijk meer tijd",
		    "een latere dag", "dringend omdat" } },
		{ MAIL_B07, "guard-past", { "al voorbij",
		    "kies een moment" } },
		{ MAIL_B07, "guard-times", { "niet na het begin",
		    "verbeter" } },
		{ MAIL_B07, "guard-twice", { "els@clb.example",
		    "meer dan \303\251\303\251n keer",
		    "laat het \303\251\303\251n keer staan" } },
		{ MAIL_B07, "guard-too-many", { "te veel genodigden",
		    "vraag alleen wie" } },
		{ MAIL_B07, "guard-nobody", { "niemand bij de genodigden",
		    "vul minstens" } },
		{ MAIL_B07, "guard-unknown", { "els@clb.example",
		    "niet ingeschreven", "tikfout" } },
		{ MAIL_B07, "guard-form", { "aanwijzingen",
		    "vul het aan" } }
	};
	size_t i, j;
	char *flat;

	(void)state;
	for (i = 0; i < NELEMS(must); i++) {
		flat = flat_text(must[i].kind, must[i].section);
		for (j = 0; j < 20 && must[i].what[j] != NULL; j++) {
			if (!says(flat, must[i].what[j]))
				fail_msg("%s %s does not say \"%s\"",
				    mail_kind_name(must[i].kind),
				    must[i].section, must[i].what[j]);
		}
		free(flat);
	}
}

static void
test_no_text_says_what_it_must_not(void **state)
{
	static const struct say must_not[] = {
		/* "name of person, whether known/listed/already referred, who
		 * else, any decision/deadline, that police/LTF is informed" */
		{ MAIL_T01, "body", { "gekend", "bekend", "lijst", "eerder",
		    "al aangemeld", "andere aanmeld*", "besliss*",
		    "termijn*", "dagen", "weken", "politie*", "LTF", "IO",
		    "information officer", "betrokkene", "casus*" } },
		/* "radicalisering or LIVC R, quote, attach" */
		{ MAIL_T02, "kanaal", { "radicaliser*", "LIVC*", "terror*",
		    "aanmeld*", "bijlage*", "onderwerp", "A-4F7K29QDXM3AB8NP",
		    "casus*", "extremis*" } },
		{ MAIL_T02, "inhoud", { "radicaliser*", "LIVC*", "terror*",
		    "aanmeld*", "onderwerp", "casus*", "extremis*" } },
		{ MAIL_T02, "subject-plain", { "radicaliser*", "LIVC*",
		    "terror*", "A-4F7K29QDXM3AB8NP" } },
		/* "sender, organisation, type, preview" */
		{ MAIL_T05, "body", { "afzender", "organisatie",
		    "aanmeld*" } },
		{ MAIL_T05, "quarantaine", { "els@clb.example",
		    "CLB De Brug", "organisatie", "aanmeld*" } },
		{ MAIL_T05, "alarm", { "afzender", "organisatie",
		    "aanmeld*" } },
		{ MAIL_T05, "gewist", { "afzender", "organisatie",
		    "aanmeld*" } },
		{ MAIL_T05, "vastgehouden", { "afzender", "organisatie",
		    "aanmeld*" } },
		{ MAIL_T05, "klok", { "aanmeld*", "casus*" } },
		{ MAIL_T05, "klok-fg", { "aanmeld*", "casus*" } },
		/* "return the message" */
		{ MAIL_T42, "body", { "radicaliser*", "LIVC*", "terror*",
		    "bijlage*", "onderwerp", "aanmeld*", "bestemmeling",
		    "organisatie", "afzender" } },
		{ MAIL_T42, "subject-plain", { "radicaliser*", "LIVC*",
		    "A-4F7K29QDXM3AB8NP" } },
		/* "repeat content, give results of checks" */
		{ MAIL_T03, "body", { "gekend", "bekend", "nagekeken",
		    "gecontroleerd", "politie*", "LTF", "IO", "lijst" } },
		/* "names, video link without protection" */
		{ MAIL_T04, "body", { "teams", "zoom", "video*", "link",
		    "betrokkene" } },
		{ MAIL_T04, "voorstel", { "teams", "zoom", "video*", "link",
		    "betrokkene" } },
		/* "outcome (same text for LISTED, NOT_RETAINED, REDIRECTED),
		 * invitation hint" */
		{ MAIL_T07, "body", { "lijst", "weerhouden", "doorverw*",
		    "uitnod*", "uitgenodigd", "overleg", "besliss*",
		    "beslist", "casus*", "bevoegd", "politie*", "gekend" } },
		/* "info card content, secrets of the consultation" */
		{ MAIL_T08, "akkoord", { "informatiekaart*", "betrokkene",
		    "besproken", "verhuis*", "organisatie" } },
		{ MAIL_T08, "zonder-akkoord", { "informatiekaart*",
		    "betrokkene", "besproken", "verhuis*", "organisatie" } },
		/* "tell where the person lives or moved" */
		{ MAIL_T09, "body", { "woont", "verhuis*", "adres",
		    "woonplaats", "betrokkene", "burgemeester van een" } },
		/* "source of the concern" */
		{ MAIL_T10, "body", { "aanmeld*", "bron", "gemeld" } },
		/* "mention LIVC R membership in subject" */
		{ MAIL_T39, "subject", { "radicaliser*", "LIVC*", "terror*",
		    "sleutel" } },
		{ MAIL_T39, "subject-plain", { "radicaliser*", "LIVC*",
		    "terror*", "sleutel" } },
		/* Not a word of what came in, not even that it is a referral */
		{ MAIL_T05, "onbekend", { "aanmeld*", "LTF", "casus*" } },
		/* "content" */
		{ MAIL_T40, "gerubriceerd", { "afzender is", "onderwerp",
		    "bijlage*", "els@clb.example", "CLB De Brug" } },
		/* "per organisation/person" */
		{ MAIL_T38, "jaarlijks", { "deelnemer*", "weiger*",
		    "aanmelder*" } },
		{ MAIL_T05, "wissel", { "aanmeld*", "LTF", "casus*" } },
		{ MAIL_T05, "zondersleutel", { "aanmeld*", "LTF", "casus*" } },
		/* T41: "confirm or deny processing" */
		{ MAIL_B03, "blad-avg", { "LIVC*", "radicaliser*", "terror*",
		    "wij hebben gegevens", "geen gegevens over u" } },
		/* domain.md 6.1, "Forbidden" */
		{ MAIL_B03, "blad-aanmelding", { "ideologie", "religie",
		    "godsdienst", "etni*", "nationaliteit", "herkomst",
		    "geloof" } },
		/* "names in clear, other invitees' persons, pressure words,
		 * copy to superior's superior or subsidy service" */
		{ MAIL_T12, "operationeel", { "andere genodigden",
		    "uitgenodigd zijn", "kopie", "uw overste", "verwacht*",
		    "graag zo snel", "rekenen op", "ten laatste", "uiterlijk",
		    "els@clb.example", "betrokkene" } },
		/* R37: nobody is discussed there */
		{ MAIL_T12, "strategisch", { "C-0123456789ABCDEF", "op de agenda",
		    "casus*", "andere genodigden", "kopie", "verwacht*",
		    "rekenen op", "ten laatste", "uiterlijk",
		    "els@clb.example", "betrokkene" } },
		/* "any content of previous consultations" */
		{ MAIL_T13, "operationeel", { "vorig*", "eerder*", "al"
		    " besproken", "andere genodigden", "kopie", "rekenen op",
		    "ten laatste", "uiterlijk", "els@clb.example",
		    "betrokkene" } },
		{ MAIL_T13, "strategisch", { "C-0123456789ABCDEF", "casus*",
		    "vorig*", "eerder*", "al besproken", "andere genodigden",
		    "kopie", "rekenen op", "ten laatste", "uiterlijk",
		    "els@clb.example", "betrokkene" } },
		/* "consequence, second reminder" */
		{ MAIL_T14, "body", { "gevolgen", "sanctie", "subsidie*",
		    "tweede", "nog een herinnering", "laatste", "uiterlijk",
		    "C-0123456789ABCDEF", "casus*", "verwacht*" } },
		/* "agenda names" */
		{ MAIL_T15, "body", { "C-0123456789ABCDEF", "casus*",
		    "kenmerken", "op de agenda", "andere genodigden" } },
		{ MAIL_T15, "doorvaste", { "C-0123456789ABCDEF", "casus*",
		    "kenmerken", "op de agenda", "andere genodigden" } },
		/* "judge or contest reasons, mention other refusals, quote" */
		{ MAIL_T16, "body", { "jammer", "helaas", "spijt*", "echter",
		    "toch deelne*", "begrijpen", "overtuig*",
		    "andere genodigden", "andere weigering*", "anderen",
		    "dinsdag om 10 uur", "C-0123456789ABCDEF" } },
		/* "deadline with effect" */
		{ MAIL_T17, "body", { "termijn*", "dagen", "weken",
		    "uiterlijk", "ten laatste", "binnen", "jammer", "helaas",
		    "C-0123456789ABCDEF" } },
		/* "reason linked to a case" */
		{ MAIL_T18, "intrekking", { "omdat", "wegens", "reden",
		    "casus*", "C-0123456789ABCDEF" } },
		{ MAIL_T18, "wijziging", { "omdat", "wegens", "reden",
		    "casus*", "C-0123456789ABCDEF" } },
		/* "persuasion on subsidy, case data" */
		{ MAIL_T19, "body", { "subsidie*", "sanctie", "casus*",
		    "C-0123456789ABCDEF", "overtuig*", "jammer", "helaas" } },
		{ MAIL_T19, "zonder", { "subsidie*", "sanctie", "casus*",
		    "C-0123456789ABCDEF", "overtuig*", "jammer", "helaas" } },
		/* "secrets, shared personal data, attachments" (R62) */
		{ MAIL_T20, "body", { "C-0123456789ABCDEF", "casus*",
		    "bijlage*", "betrokkene", "vorig*", "besproken",
		    "dossier*" } },
		/* "case data, copy to whole team" */
		{ MAIL_T21, "vaste", { "C-0123456789ABCDEF", "casus*",
		    "team", "kopie", "betrokkene" } },
		{ MAIL_T21, "organisatie", { "C-0123456789ABCDEF", "casus*",
		    "team", "kopie", "betrokkene" } },
		/* "names, referrer identities" */
		{ MAIL_T22, "body", { "aanmeld*", "betrokkene",
		    "els@clb.example", "CLB De Brug" } },
		/* "names, who said what, special-category data" */
		{ MAIL_T23, "body", { "els@clb.example", "CLB De Brug",
		    "aanmeld*", "betrokkene", "geloof", "godsdienst",
		    "gezondheid*" } },
		/* "more facts than needed" */
		{ MAIL_T24, "body", { "els@clb.example", "CLB De Brug",
		    "aanmeld*", "betrokkene" } },
		/* "other recipients, LTF addresses" */
		{ MAIL_T25, "body", { "LTF", "els@clb.example", "CLB De Brug",
		    "uiterlijk", "ten laatste", "verwacht*", "rekenen op" } },
		/* R72: not the rest of it, nor what it is for */
		{ MAIL_T25, "bron", { "4. evaluatie van de opvolging:", "LTF",
		    "els@clb.example", "uiterlijk", "ten laatste",
		    "bevat geen tijdens het overleg" } },
		/* "demand reasons" */
		{ MAIL_T26, "body", { "waarom", "motiveer*", "leg uit",
		    "4. evaluatie van de opvolging:" } },
		/* "fiche text again" */
		{ MAIL_T27, "body", { "4. evaluatie van de opvolging:",
		    "els@clb.example", "LTF", "bezwaar*" } },
		{ MAIL_T27, "io", { "4. evaluatie van de opvolging:",
		    "els@clb.example", "bezwaar*" } },
		/* "anyone else in copy, other case documents, referral,
		 * minutes" */
		{ MAIL_T28, "body", { "verslag*", "aanmeld*", "kopie",
		    "els@clb.example" } },
		{ MAIL_T28, "verzonden", { "4. evaluatie van de opvolging:",
		    "els@clb.example" } },
		{ MAIL_T28, "onzeker", { "4. evaluatie van de opvolging:",
		    "els@clb.example" } },
		/* "who objected" */
		{ MAIL_T29, "body", { "bezwaar*", "els@clb.example", "LTF",
		    "omdat", "wegens", "niet akkoord" } },
		/* "count silence as yes" */
		{ MAIL_T30, "body", { "uiterlijk", "ten laatste", "dagen",
		    "els@clb.example", "betrokkene" } },
		{ MAIL_T30, "io", { "uiterlijk", "ten laatste", "dagen",
		    "els@clb.example" } },
		{ MAIL_T30, "geen-akkoord", { "els@clb.example",
		    "CLB De Brug", "onderzoek*" } },
		{ MAIL_T30, "ingetrokken", { "els@clb.example",
		    "CLB De Brug", "onderzoek*" } },
		/* "sources, content, participants, risk label" */
		{ MAIL_T31, "body", { "radicaliser*", "extremis*", "terror*",
		    "risico*", "LIVC*", "politie*", "els@clb.example",
		    "CLB De Brug", REF, "C-0123456789ABCDEF", "aanmeld*",
		    "lijst", "artikel*", "gevaar*" } },
		/* "names, case content, evaluation of the person" */
		{ MAIL_T24, "casusmanager", { "els@clb.example",
		    "CLB De Brug", "aanmeld*", "betrokkene" } },
		{ MAIL_T32, "body", { "els@clb.example", "CLB De Brug",
		    "aanmeld*", "betrokkene", "dinsdag*" } },
		{ MAIL_T33, "body", { "els@clb.example", "CLB De Brug",
		    "betrokkene" } },
		{ MAIL_T34, "body", { "els@clb.example", "CLB De Brug",
		    "betrokkene", "uitkomst", "succes*", "doeltreffend*",
		    "zorgen" } },
		{ MAIL_T35, "body", { "els@clb.example", "CLB De Brug",
		    "betrokkene" } },
		{ MAIL_T35, "deelnemers", { "els@clb.example", "CLB De Brug",
		    "betrokkene", "aanmeld*", "verlengen " REF } },
		{ MAIL_T35, "nooit-besproken", { "els@clb.example",
		    "betrokkene", "aanmeld*" } },
		{ MAIL_T36, "andere", { "een jaar", "vijf jaar", "dagen",
		    "els@clb.example", "CLB De Brug" } },	/* R138 */
		{ MAIL_T36, "body", { "els@clb.example", "CLB De Brug",
		    "betrokkene", "aanmeld*", "dinsdag*" } },
		{ MAIL_T37, "body", { "els@clb.example", "CLB De Brug",
		    "betrokkene" } },
		{ MAIL_T37, "deelnemers", { "els@clb.example", "CLB De Brug",
		    "betrokkene", "aanmeld*" } },
		{ MAIL_B08, "tweede", { "els@clb.example", "betrokkene" } },
		/* R43, R50: nothing of who declined, to whoever it is */
		{ MAIL_B07, "bijeengeroepen", { "els@clb.example",
		    "CLB De Brug", "C-0123456789ABCDEF" } },
		{ MAIL_B07, "weigering", { "jammer", "helaas",
		    "overtuig*" } },
		{ MAIL_B07, "weigering-zonder", { "jammer", "helaas",
		    "overtuig*", "dinsdag om 10 uur" } },
		{ MAIL_B07, "verplaatst", { "omdat", "wegens" } },
		{ MAIL_B07, "afgelast", { "omdat", "wegens" } }
	};
	size_t i, j;
	char *flat;

	(void)state;
	for (i = 0; i < NELEMS(must_not); i++) {
		flat = flat_text(must_not[i].kind, must_not[i].section);
		for (j = 0; j < 20 && must_not[i].what[j] != NULL; j++) {
			if (says(flat, must_not[i].what[j]))
				fail_msg("%s %s says \"%s\"",
				    mail_kind_name(must_not[i].kind),
				    must_not[i].section, must_not[i].what[j]);
		}
		free(flat);
	}
}

static void
look_common(const char *name, const char *text)
{
	static const char *const common[] = { "An Peeters", "tel. 015 29 76 11",
		"doel: dit postvak dient", "mag voor niets anders dienen",
		"artikel 353, \302\247 2, Sw.", "geheim*" };
	char *flat = flatten(text);
	size_t j;

	for (j = 0; j < NELEMS(common); j++) {
		if (!says(flat, common[j]))
			fail_msg("%s does not say \"%s\"", name, common[j]);
	}
	free(flat);
}

/* "Common to all": contact person and phone (BD II.20, R156), purpose line
 * (R1), secrecy with the configured citation (R12, R159). */
static void
test_every_letter_has_contact_purpose_and_secrecy(void **state)
{
	(void)state;
	each_text(false, look_common);
}

/* What may be said although a word of it may not: that nothing follows from
 * declining (R50), and a label of the order for a meeting. */
static const char *const exceptions[] = {
	"geen sanctie, geen verlies van subsidies", "dringend omdat"
};

static void
cut_exceptions(char *flat)
{
	size_t i, n;
	char *p;

	for (i = 0; i < NELEMS(exceptions); i++) {
		n = strlen(exceptions[i]);
		while ((p = strstr(flat, exceptions[i])) != NULL)
			memmove(p, p + n, strlen(p + n) + 1);
	}
}

static void
look_harmless(const char *name, const char *text)
{
	static const char *const never[] = { "verdacht*", "dader*",
		"geradicaliseerd*", "terrorist", "terroristen", "dossier van",
		"gedeeld beroepsgeheim", "verplicht deel te nemen", "http*",
		"www", "dringend", "onmiddellijk", "u moet", "moet u",
		"bent verplicht", "sanctie", "subsidie*", "meldplicht",
		"zo niet" };
	char *flat = flatten(text);
	size_t j;

	assert_null(strchr(text, '<'));
	cut_exceptions(flat);
	for (j = 0; j < NELEMS(never); j++) {
		if (says(flat, never[j]))
			fail_msg("%s says \"%s\"", name, never[j]);
	}
	free(flat);
}

/* domain.md 2, "Words not to use"; no pressure (R44), no label, no link
 * (R57), nothing that is HTML. */
static void
test_no_text_uses_a_word_that_labels_or_presses(void **state)
{
	(void)state;
	each_text(true, look_harmless);
}

/* What is seen, not bytes: continuation bytes take no column. */
static size_t
columns(const char *p, const char *end)
{
	size_t n = 0;

	for (; p < end; p++)
		n += (*p & 0xc0) != 0x80;
	return n;
}

static void
look_width(const char *name, const char *text)
{
	const char *p, *end;

	for (p = text; *p != '\0'; p = end + (*end != '\0')) {
		end = p + strcspn(p, "\n");
		if (columns(p, end) > 76)
			fail_msg("%s: %.*s", name, (int)(end - p), p);
		if (end > p && end[-1] == ' ')
			fail_msg("%s: a space ends %.*s", name,
			    (int)(end - p), p);
	}
}

/* A program that does not wrap lines must not make a mail hard to read. */
static void
test_no_line_of_a_text_is_longer_than_76(void **state)
{
	(void)state;
	each_text(true, look_width);
}

/* "[kenmerk] Bericht van <gemeente>"; clear or without: no reference (R59). */
static void
test_the_subject_is_the_same_for_all(void **state)
{
	const struct letter_row *row;
	char *flat;
	size_t i;

	(void)state;
	for (i = 0; (row = letter_at(i)) != NULL; i++) {
		flat = flat_text(row->kind, "subject");
		assert_string_equal(flat,
		    " [a-4f7k29qdxm3ab8np] bericht van mechelen ");
		free(flat);
		if (!(row->flags & LETTER_UNNAMED))
			continue;
		flat = flat_text(row->kind, "subject-plain");
		assert_string_equal(flat,
		    " bericht van het beveiligd postvak van mechelen ");
		free(flat);
	}
}

/* R20, R21: nothing of the outcome can be in it. */
static void
test_the_end_of_a_referral_is_told_in_one_text(void **state)
{
	const struct letter_row *row = letter_find(MAIL_T07, "body");

	(void)state;
	assert_non_null(row);
	assert_string_equal(row->vars, "");
	assert_null(row->frame);
	assert_int_equal(row->flags, 0);
}

/* ---- invitations ---- */

/* T12 and T13 in both tables: "voluntary, spreekrecht not spreekplicht,
 * motivated answer asked if declining, no sanction, no loss of subsidy,
 * complaint routes, secrecy + penalty citation, possibility of vaste
 * vertegenwoordiger, answer options, draaiboek/Q&A/protocol, contact
 * coordinator" (R47 to R51, R53, R54, R64, R65, R69, R70, R72, R137, R156). */
static void
test_every_invitation_tells_the_same_rights(void **state)
{
	static const char *const rights[] = { "deelnemen is vrij",
		"u zelf wat u deelt", "spreekrecht, geen spreekplicht",
		"vragen wij u om een gemotiveerd antwoord",
		"alleen naar de burgemeester of de vertegenwoordiger",
		"het is geheim", "geen enkel gevolg",
		"geen sanctie, geen verlies van subsidies",
		"geen enkel ander nadeel, voor u noch voor uw organisatie",
		"klacht", "de toezichthoudende overheid", "de rechter",
		"informeel naar de VVSG", "een vaste vertegenwoordiger",
		"u houdt dat dan allebei geheim", "een eigen uitnodiging",
		"u blijft er eigenaar van", "een gezamenlijk dossier is er"
		" niet", "ook wie geen beroepsgeheim heeft",
		"de strafwet beschermt dat geheim", "An Peeters",
		"015 29 76 11", "het draaiboek LIVC R",
		"de vragen en antwoorden", "samenwerkingsprotocol",
		"aanvaard " REF " u komt zelf",
		"aanvaard " REF " door naam@dienst.example",
		"weiger " REF, "de knoppen van uw agenda", "101 of 112" };
	static const enum mail_kind kinds[] = { MAIL_T12, MAIL_T13 };
	static const char *const tables[] = { "operationeel", "strategisch" };
	size_t i, j;
	char *flat;

	(void)state;
	for (i = 0; i < 4; i++) {
		flat = flat_text(kinds[i / 2], tables[i % 2]);
		for (j = 0; j < NELEMS(rights); j++) {
			if (!says(flat, rights[j]))
				fail_msg("%s %s does not say \"%s\"",
				    mail_kind_name(kinds[i / 2]),
				    tables[i % 2], rights[j]);
		}
		free(flat);
	}
}

/* R37: no reference of a case has a place in them. R43, R117: elsewhere only
 * where the requirements name it. */
static void
test_only_an_operational_invitation_takes_cases(void **state)
{
	static const enum mail_kind kinds[] = { MAIL_T12, MAIL_T13 };
	size_t i;

	(void)state;
	for (i = 0; i < NELEMS(kinds); i++) {
		assert_int_equal(letter_takes(letter_find(kinds[i],
		    "operationeel"), "cases"), LETTER_LINES);
		assert_int_equal(letter_takes(letter_find(kinds[i],
		    "strategisch"), "cases"), LETTER_NOTHING);
	}
}

/* They are sealed to one person, and carry no more than their text (R58, R62);
 * what a person wrote comes in only where the office is to speak. */
static void
test_a_mail_about_a_meeting_is_sealed_and_carries_nothing(void **state)
{
	const struct letter_row *row;
	size_t i, n = 0;

	(void)state;
	for (i = 0; (row = letter_at(i)) != NULL; i++) {
		if (row->kind < MAIL_T12 || row->kind > MAIL_T24)
			continue;
		/* R59: the calendar part of an invitation and its changes. */
		assert_int_equal(row->flags & ~(unsigned)LETTER_REPLY,
		    invitation_invites(row->kind) || row->kind == MAIL_T18 ?
		    LETTER_CALENDAR : 0);
		assert_true(letter_takes(row, "words") == LETTER_NOTHING ||
		    row->kind == MAIL_T19 || row->kind >= MAIL_T22);
		n++;
	}
	assert_int_equal(n, 21);
}

/* R101: of all there is, one letter carries what was approved; T31 is none and
 * T28b has no text of ours (R103, R107). */
static void
test_a_fiche_goes_with_one_letter_and_the_person_gets_none(void **state)
{
	const struct letter_row *row;
	size_t i;

	(void)state;
	for (i = 0; (row = letter_at(i)) != NULL; i++) {
		if (row->kind < MAIL_T25 || row->kind > MAIL_T31)
			continue;
		assert_int_not_equal(row->kind, MAIL_T28B);
		assert_int_not_equal(row->kind, MAIL_T31);
		assert_int_equal(row->flags, row->kind == MAIL_T28 &&
		    strcmp(row->section, "body") == 0 ? LETTER_FILES : 0);
		assert_int_equal(letter_takes(row, "fiche"),
		    strcmp(row->section, "body") == 0 &&
		    (row->kind == MAIL_T25 || row->kind == MAIL_T28) ?
		    LETTER_LINES : LETTER_NOTHING);
		/* R100: who it was stands in T26 and nowhere else. */
		assert_int_equal(letter_takes(row, "sender"),
		    row->kind == MAIL_T26 ? LETTER_ONE_LINE : LETTER_NOTHING);
	}
	assert_null(letter_find(MAIL_T31, "body"));
	assert_non_null(letter_part_find(MAIL_T31, "body"));
}

/* R159: the article is the town's to set, so none stands in a text. */
static void
test_no_mail_about_a_meeting_names_an_article_itself(void **state)
{
	static const char *const never[] = { "artikel 4*", "artikel 2",
		"artikel 3,", "458*", "wet van 30 juli", "decreet van" };
	const struct letter_row *row;
	char *flat;
	size_t i, j;

	(void)state;
	for (i = 0; (row = letter_at(i)) != NULL; i++) {
		if (row->kind != MAIL_B07 &&
		    (row->kind < MAIL_T12 || row->kind > MAIL_T24))
			continue;
		flat = flat_text(row->kind, row->section);
		for (j = 0; j < NELEMS(never); j++) {
			if (says(flat, never[j]))
				fail_msg("%s %s says \"%s\"",
				    mail_kind_name(row->kind), row->section,
				    never[j]);
		}
		free(flat);
	}
}

/* The sentences stand below each other in one mail. */
static void
test_every_guard_is_one_point_of_a_list(void **state)
{
	const struct letter_part *part;
	size_t i, n = 0;
	const char *p;
	char *text;

	(void)state;
	for (i = 0; (part = letter_part_at(i)) != NULL; i++) {
		if (part->kind != MAIL_B07)
			continue;
		text = whole_text(MAIL_B07, part->section);
		assert_memory_equal(part->section, "guard-", 6);
		if (strncmp(text, "- ", 2) != 0)
			fail_msg("%s: %s", part->section, text);
		for (p = strchr(text, '\n'); p != NULL; p = strchr(p + 1, '\n')) {
			if (strncmp(p, "\n  ", 3) != 0)
				fail_msg("%s: %s", part->section, p + 1);
		}
		n++;
		free(text);
	}
	assert_int_equal(n, 22);
}

/* ---- what is offered as an answer ---- */

/* The verb that begins a line to copy; VERB_NONE: it is no such line. */
static enum verb
offered(const char *line, const char **rest)
{
	size_t n = strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"), len;
	enum verb best = VERB_NONE;
	int v;

	if (n < 4 || (line[n] != ' ' && line[n] != '\0'))
		return VERB_NONE;
	for (v = VERB_NONE + 1; v < VERB_MAX; v++) {
		len = strlen(verb_dutch((enum verb)v));
		if (strncmp(line, verb_dutch((enum verb)v), len) == 0 &&
		    (line[len] == ' ' || line[len] == '\0')) {
			best = (enum verb)v;
			*rest = line + len;
		}
	}
	if (best == VERB_NONE)
		fail_msg("no verb begins: %s", line);
	return best;
}

/* Takes " word" off `rest`. */
static bool
take_word(const char **rest, const char *word)
{
	size_t n = strlen(word);

	if (**rest != ' ' || strncmp(*rest + 1, word, n) != 0 ||
	    ((*rest)[n + 1] != ' ' && (*rest)[n + 1] != '\0'))
		return false;
	*rest += n + 1;
	return true;
}

static bool
take_one_of(const char **rest, const char *(*name)(int), int max)
{
	int i;

	for (i = 0; i < max; i++) {
		if (name(i)[0] != '\0' && take_word(rest, name(i)))
			return true;
	}
	return false;
}

static const char *
ground_at(int i)
{
	return ground_dutch((enum ground)i);
}

static const char *
form_at(int i)
{
	return form_name_dutch((enum form_name)i);
}

/* Whether what stands behind the verb is what it takes, complete. */
static bool
fits(const char *name, enum verb v, const char *rest)
{
	uint32_t takes = verb_takes(v);

	/* A code is enough: it was issued for one thing. The draft of a
	 * meeting has none: one officer is enough. */
	if (takes & TAKES_CODE)
		return take_word(&rest, v == VERB_CONFIRM &&
		    (strncmp(name, "B07 ", 4) == 0 ||
		    strncmp(name, "B02 ", 4) == 0) ? REF : CODE) &&
		    *rest == '\0';
	/* Of the meeting, in a letter about an invitation. */
	if (v == VERB_INVITE && take_word(&rest, "V-0123456789ABCDEF"))
		return take_word(&rest, "jan@clb.example") && *rest == '\0';
	/* A letter about a meeting tells what to write of a case. */
	if ((takes & TAKES_REF) && !take_word(&rest, REF) &&
	    (strcmp(name, "B07 aanwezig") != 0 ||
	    !take_word(&rest, "C-kenmerk")))
		return false;
	if ((takes & TAKES_GROUND) &&
	    !take_one_of(&rest, ground_at, GROUND_MAX))
		return false;
	if ((takes & TAKES_CLOSING) && !take_word(&rest, "geen-zorgen"))
		return false;
	if ((takes & TAKES_MEASURES) && !take_word(&rest, "doeltreffend"))
		return false;
	if ((takes & TAKES_CRITERIA) && !take_word(&rest, "ernst"))
		return false;
	if ((takes & TAKES_NAME) &&
	    !take_one_of(&rest, form_at, FORM_NAME_MAX))
		return false;
	if (v == VERB_OBJECT)
		return *rest == '\0' || strcmp(rest, " 6 8") == 0;
	if (takes & TAKES_YEAR)
		return take_word(&rest, "2026") && *rest == '\0';
	if (takes & TAKES_FIELDS)
		return strcmp(rest, " 4, 7 en 11") == 0;
	if (takes & TAKES_YES)
		return (take_word(&rest, "ja") || take_word(&rest, "nee")) &&
		    *rest == '\0';
	/* Who manages a case passes an action on without any meeting. */
	if ((takes & TAKES_CASE) && !take_word(&rest, "C-kenmerk") &&
	    v != VERB_ACTION)
		return false;
	if (v == VERB_ACCEPT && take_word(&rest, "DOOR"))
		return take_word(&rest, "naam@dienst.example") &&
		    *rest == '\0';
	if (v == VERB_ACCEPT)
		return *rest == '\0';
	/* Somebody who is named, but in a referral onwards. */
	if (takes & TAKES_PERSON)
		return take_word(&rest, "els@clb.example") ||
		    take_word(&rest, "naam@gemeente.example") ||
		    take_word(&rest, "naam@dienst.example") ||
		    v == VERB_REDIRECT;
	return *rest == '\0';
}

static unsigned offers[VERB_MAX];

static void
look_offers(const char *name, const char *text)
{
	char *copy = strdup(text), *line, *at = NULL;
	const char *rest;
	enum verb v;

	assert_non_null(copy);
	for (line = strtok_r(copy, "\n", &at); line != NULL;
	    line = strtok_r(NULL, "\n", &at)) {
		if (strncmp(line, "  ", 2) != 0)
		if (strncmp(line, "  ", 2) != 0)
			continue;
		v = offered(line + 2, &rest);
		if (v == VERB_NONE)
			continue;
		offers[v]++;
		if (!fits(name, v, rest))
			fail_msg("%s: %s", name, line);
	}
	free(copy);
}

/* design.md 6: each mail that wants an answer lists them as lines to copy; a
 * line that the reader of answers would not know helps nobody. */
static void
test_every_line_to_copy_is_an_act(void **state)
{
	int v;

	(void)state;
	memset(offers, 0, sizeof(offers));
	each_text(true, look_offers);
	for (v = VERB_NONE + 1; v < VERB_MAX; v++) {
		/* The blank has it on its first line. */
		if (offers[v] == 0 && v != VERB_CONVENE &&
		    v != VERB_FICHE)
			fail_msg("%s is offered nowhere",
			    verb_dutch((enum verb)v));
	}
}

/* The forward of a referral, and the mail about an answer that was not
 * understood, offer all that can be done with one. */
static void
test_all_decisions_on_a_referral_are_offered(void **state)
{
	static const struct {
		enum mail_kind kind;
		const char *section;
	} row[] = { { MAIL_T06, "body" }, { MAIL_B02, "keuzes-aanmelding" } };
	size_t i;
	char *text;
	int v;

	(void)state;
	for (i = 0; i < NELEMS(row); i++) {
		text = whole_text(row[i].kind, row[i].section);
		memset(offers, 0, sizeof(offers));
		look_offers(mail_kind_name(row[i].kind), text);
		for (v = VERB_LIST; v <= VERB_INFO; v++)
			assert_int_equal(offers[v],
			    v == VERB_REDIRECT ? 2 : 1);
		for (v = GROUND_NONE + 1; v < GROUND_MAX; v++)
			assert_non_null(strstr(text,
			    ground_dutch((enum ground)v)));
		free(text);
	}
}

/* What the acts can end in; each has its sentence and its choices. */
static void
test_every_reason_of_an_act_has_a_sentence(void **state)
{
	static const enum reason reasons[] = { REASON_UNREADABLE_ANSWER,
		REASON_UNKNOWN_REFERENCE, REASON_REFERENCE_MISMATCH,
		REASON_ROLE_NOT_ALLOWED, REASON_WRONG_STATE,
		REASON_WRONG_CODE, REASON_SAME_PERSON,
		REASON_FINGERPRINT_DIFFERS, REASON_INCOMPLETE_FORM,
		REASON_NOT_ENROLLABLE, REASON_EXPIRED_KEY };
	const struct letter_row *row;
	size_t i;

	(void)state;
	for (i = 0; i < NELEMS(reasons); i++) {
		row = letter_find(MAIL_B02, reason_name(reasons[i]));
		assert_non_null(row);
		assert_non_null(row->choices);
		assert_non_null(letter_part_find(MAIL_B02, row->choices));
	}
	assert_non_null(letter_find(MAIL_B02, "several"));
	assert_non_null(letter_find(MAIL_B02, "no-second-officer"));
	assert_non_null(letter_find(MAIL_B02, "representative"));
	assert_non_null(letter_find(MAIL_B02, "too-many"));
	assert_non_null(letter_find(MAIL_B02, "not-discussed"));
	assert_non_null(letter_find(MAIL_B02, "not-a-member"));
}

static void
look_effects(const struct effects *e)
{
	size_t i;

	for (i = 0; i < e->n; i++) {
		if (e->e[i].type == EFFECT_MAIL &&
		    letter_find(e->e[i].mail, e->e[i].section) == NULL)
			fail_msg("%s has no section %s",
			    mail_kind_name(e->e[i].mail), e->e[i].section);
	}
}

static void
look_invitation(int state, int event)
{
	struct invited what;
	enum invitation_state next;
	struct effects e;
	int kind, table;

	for (kind = 0; kind < INVITATION_KIND_MAX; kind++) {
		for (table = 0; table < MEETING_KIND_MAX; table++) {
			what = (struct invited){ (enum invitation_kind)kind,
				(enum meeting_kind)table };
			(void)invitation_step((enum invitation_state)state,
			    (enum invitation_event)event, &what, &next, &e);
			look_effects(&e);
		}
	}
}

/* With an act that every guard lets through. */
static void
look_retention(int state, int event)
{
	const struct retention_act act = { .today = 20900, .day = 20900,
		.criteria = CRITERION(ARREST), .meeting = "V-0123456789ABCDEF",
		.controller = { 1, PERSON_MAYOR }, .witness = { 2, PERSON_DPO },
		.closing = CLOSING_GOALS_MET, .measures = MEASURES_PARTLY };
	struct retention from = { .state = (enum retention_state)state,
		.listed = 20500, .last = 20600 }, next;
	struct effects e;
	int below, due;

	for (below = 0; below < RETENTION_STATE_MAX; below++) {
		for (due = 20890; due <= 20910; due += 20) {
			from.below = (enum retention_state)below;
			from.due = due;
			(void)retention_step(&from,
			    (enum retention_event)event, &act, &next, &e);
			look_effects(&e);
		}
	}
}

/* A mail that a flow asks for and nobody can write would be given up. */
static void
test_every_mail_of_a_flow_is_a_letter(void **state)
{
	enum referral_state rnext;
	enum meeting_state mnext;
	enum enrolment_state enext;
	struct effects e;
	int s, v;

	(void)state;
	for (s = 0; s < 32; s++) {
		for (v = 0; v < 32; v++) {
			look_invitation(s, v);
			look_retention(s, v);
			(void)meeting_step((enum meeting_state)s,
			    (enum meeting_event)v, &mnext, &e);
			look_effects(&e);
			(void)referral_step((enum referral_state)s,
			    (enum referral_event)v, &rnext, &e);
			look_effects(&e);
			(void)enrolment_step((enum enrolment_state)s,
			    (enum enrolment_event)v, &enext, &e);
			look_effects(&e);
		}
	}
}

/* Each rule that can be broken has its sentence (R33 to R40, R55). */
static void
test_every_fault_of_a_meeting_has_a_sentence(void **state)
{
	int f;

	(void)state;
	for (f = FAULT_ORDER + 1; f < MEETING_FAULT_MAX; f++)
		assert_non_null(letter_part_find(MAIL_B07,
		    meeting_fault_section((enum meeting_fault)f)));
}

static const char *const order_labels[] = {
#define MEETING(id, label) label ":",
#define ATTEND(id, label) label ":",
#include "mail/form.def"
};

/* Whether the line has such a label and something behind it: a label alone is
 * to be filled in, and fills in nothing. */
static bool
begins_with_label(const char *line, const char *const *labels, size_t n)
{
	size_t i;

	line += strspn(line, " -");
	for (i = 0; i < n; i++) {
		if (strncasecmp(line, labels[i], strlen(labels[i])) == 0 &&
		    line[strlen(labels[i])] != '\0')
			return true;
	}
	return false;
}

/* The answer to T05 quotes it: a line that looks like one of the list would be
 * read as the officer's own. */
static void
test_nothing_else_looks_like_the_list_of_an_enrolment(void **state)
{
	static const char *const labels[] = {
#define ENROL(id, label) label ":",
#include "mail/form.def"
	};
	static const char *const sections[] = { "onbekend", "wissel" };
	char *text, *line, *at = NULL;
	size_t i;

	(void)state;
	for (i = 0; i < NELEMS(sections); i++) {
		text = whole_text(MAIL_T05, sections[i]);
		for (line = strtok_r(text, "\n", &at); line != NULL;
		    line = strtok_r(NULL, "\n", &at))
			assert_false(begins_with_label(line, labels,
			    NELEMS(labels)));
		free(text);
	}
}

static void
look_order(const char *name, const char *text)
{
	char *copy, *line, *at = NULL;

	if (strncmp(name, "B07 ", 4) != 0)
		return;
	copy = strdup(text);
	assert_non_null(copy);
	for (line = strtok_r(copy, "\n", &at); line != NULL;
	    line = strtok_r(NULL, "\n", &at)) {
		if (begins_with_label(line, order_labels,
		    NELEMS(order_labels)))
			fail_msg("%s: %s", name, line);
	}
	free(copy);
}

/* The same of the order for a meeting: it is sent again above a mail that says
 * why it was not carried out. */
static void
test_nothing_else_looks_like_the_order_for_a_meeting(void **state)
{
	(void)state;
	each_text(true, look_order);
}

static void
look_field(const char *name, const char *text)
{
	const char *p = text;

	if (strncmp(name, "T26 ", 4) != 0)
		return;
	while ((p = strchr(p, '\n')) != NULL && *++p != '\0') {
		/* The draft has fields, and has to. */
		if (strchr("0123456789", *p) != NULL &&
		    strncmp(p, "7. positieve", 12) != 0)
			fail_msg("%s: %s", name, p);
	}
}

/* The same of a fiche: an answer to T26 quotes it around the draft. */
static void
test_nothing_else_looks_like_a_field_of_a_fiche(void **state)
{
	(void)state;
	each_text(true, look_field);
}

/* ---- the checks of a practice mail ---- */

static void
test_every_check_says_first_how_it_stands(void **state)
{
	static const char *const how[] = { "[in orde] ", "[nog te doen] ",
		"[weetje] " };
	const struct letter_part *part;
	size_t i, j, checks = 0;
	char *text;
	bool good;

	(void)state;
	for (i = 0; (part = letter_part_at(i)) != NULL; i++) {
		if (part->kind != MAIL_B04)
			continue;
		text = whole_text(MAIL_B04, part->section);
		for (j = 0, good = false; j < NELEMS(how); j++)
			good |= strncmp(text, how[j], strlen(how[j])) == 0;
		if (!good)
			fail_msg("%s: %s", part->section, text);
		checks++;
		free(text);
	}
	assert_int_equal(checks, 16);
}

/* ---- the blanks ---- */

static const struct office office = { .name = "Mechelen",
	.address = "postvak@mechelen.example", .contact = "An Peeters",
	.phone = "015 29 76 11", .citation = "artikel 353, \302\247 2, Sw." };

static char *
blank(enum form_name form)
{
	struct buf out;
	char *text;

	buf_init(&out, LIM_LETTER_BYTES);
	assert_int_equal(form_text(dutch, &office, form, &out), GW_OK);
	text = strdup(buf_str(&out));
	assert_non_null(text);
	buf_free(&out);
	look_width(form_name_dutch(form), text);
	look_harmless(form_name_dutch(form), text);
	return text;
}

/* domain.md 6.1: 18 fields, numbered, below the line that binds the text. */
static void
test_the_blank_of_a_referral_has_all_fields(void **state)
{
	char *text = blank(FORM_NAME_REFERRAL), want[16];
	unsigned n;

	(void)state;
	assert_memory_equal(text, "Aan: postvak@mechelen.example\n", 30);
	for (n = 1; n <= FORM_FIELDS; n++) {
		(void)snprintf(want, sizeof(want), "\n%u. ", n);
		assert_non_null(strstr(text, want));
	}
	assert_non_null(strstr(text, "\n7. aanwijzingen of bezorgdheden:\n"));
	free(text);
}

/* R36: what may not be enrolled is not on the list. */
static void
test_the_blank_of_an_enrolment_lists_the_words_it_takes(void **state)
{
	char *text = blank(FORM_NAME_ENROLMENT), line[128];
	const char *why;
	bool may;
	int i;

	(void)state;
	assert_non_null(strstr(text, "\nvingerafdruk:\nrol:\n"
	    "soort organisatie:\norganisatie:\nrechtsgrond:\nvergeleken:\n"
	    "tot:"));
	for (i = 0; i < PERSON_MAX; i++) {
		(void)snprintf(line, sizeof(line), "\n  %-16s%s\n",
		    person_role_name((enum person_role)i),
		    person_role_dutch((enum person_role)i));
		assert_non_null(strstr(text, line));
	}
	for (i = 0; i < ORG_MAX; i++) {
		may = policy_may_enrol(i == ORG_LOCAL_POLICE ? PERSON_IO :
		    PERSON_PARTICIPANT, (enum org_class)i,
		    "els@clb.example", &why);
		(void)snprintf(line, sizeof(line), "\n  %s ",
		    org_class_name((enum org_class)i));
		assert_int_equal(strstr(text, line) != NULL, may);
		assert_int_equal(form_class_dutch((enum org_class)i)[0] !=
		    '\0', may);
	}
	free(text);
}

/* The labels stand once, in their order, at the end; what is said of them above
 * is not taken for one. */
static void
test_the_blank_of_a_meeting_ends_in_its_labels(void **state)
{
	static const char labels[] = "\nsoort:\ndatum:\nuur:\neinde:\n"
	    "plaats:\ncasussen:\ngenodigden:\nad hoc:\ndringend omdat:";
	char *text = blank(FORM_NAME_MEETING), *line, *at = NULL;
	size_t n = strlen(text);

	(void)state;
	assert_memory_equal(text, "VERGADERING\n"
	    "Aan: postvak@mechelen.example\n\n", 43);
	assert_true(n > sizeof(labels));
	assert_string_equal(text + n - (sizeof(labels) - 1), labels);
	text[n - (sizeof(labels) - 1)] = '\0';
	for (line = strtok_r(text, "\n", &at); line != NULL;
	    line = strtok_r(NULL, "\n", &at))
		assert_false(begins_with_label(line, order_labels,
		    NELEMS(order_labels)));
	free(text);
}

/* domain.md 6.2: the evaluation is obligatory, both blocks are prompted (R95),
 * field 14 is off; field 2 is never in the gateway. */
static void
test_the_blank_of_a_fiche_has_its_fields(void **state)
{
	static const char *const rows[] = { "1. vergadering:\n", "3. casus:\n",
		"4. evaluatie van de opvolging:\n   (verplicht;",
		"7. positieve elementen:\n   (wat gaat goed?)\n",
		"8. negatieve elementen:\n   (wat gaat moeilijk?)\n",
		"13. andere elementen:\n" };
	char *text = blank(FORM_NAME_FICHE), *flat = flatten(text);
	size_t i;

	(void)state;
	assert_memory_equal(text, "FICHE\nAan: postvak@mechelen.example\n\n",
	    37);
	for (i = 0; i < NELEMS(rows); i++)
		if (strstr(text, rows[i]) == NULL)
			fail_msg("no %s", rows[i]);
	assert_null(strstr(text, "\n14. "));
	assert_null(strstr(text, "\n2. "));
	assert_true(says(flat, "geen naam van de persoon"));
	assert_true(says(flat, "een oordeel is niet nodig"));
	assert_true(says(flat, "geen geheimen in die tijdens het overleg"));
	free(flat);
	free(text);
}

/* T41, R111, R112 */
static void
test_the_letter_about_own_data_neither_confirms_nor_denies(void **state)
{
	static const char *const must[] = { "ontvangen",
		"\303\251\303\251n maand", "twee maanden", "GBA", "VTC",
		"bevestigen wij niet en ontkennen wij niet",
		"015 29 76 11" };
	char *text = blank(FORM_NAME_PRIVACY), *flat = flatten(text);
	size_t i;

	(void)state;
	for (i = 0; i < NELEMS(must); i++)
		assert_true(says(flat, must[i]));
	free(flat);
	free(text);
}

static void
test_fields_are_named_by_number_and_label(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, LIM_LETTER_BYTES);
	form_field_lines(0, &out);
	assert_int_equal(out.len, 0);
	form_field_lines(1u << 7 | 1u << 6 | 1u << 31, &out);
	assert_string_equal(buf_str(&out), "6. leeftijdscategorie\n"
	    "7. aanwijzingen of bezorgdheden");
	buf_reset(&out);
	assert_int_equal(form_text(dutch, &office, FORM_NAME_MAX, &out),
	    GW_MISSING);
	assert_int_equal(out.len, 0);
	buf_free(&out);
}

/* The matcher itself: a test that cannot find cannot fail. */
static void
test_the_matcher_finds_whole_words_and_beginnings(void **state)
{
	char *flat = flatten("Geen politie,\n geen  dossier. Caf\303\251s");

	(void)state;
	assert_true(says(flat, "politie"));
	assert_true(says(flat, "Geen dossier"));
	assert_true(says(flat, "dos*"));
	assert_false(says(flat, "dos"));
	assert_false(says(flat, "lit*"));
	assert_false(says(flat, "een"));
	assert_false(says(flat, "caf"));
	free(flat);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_text_says_what_it_must),
		cmocka_unit_test(test_no_text_says_what_it_must_not),
		cmocka_unit_test(
		    test_every_letter_has_contact_purpose_and_secrecy),
		cmocka_unit_test(test_no_text_uses_a_word_that_labels_or_presses),
		cmocka_unit_test(test_no_line_of_a_text_is_longer_than_76),
		cmocka_unit_test(test_the_subject_is_the_same_for_all),
		cmocka_unit_test(test_the_end_of_a_referral_is_told_in_one_text),
		cmocka_unit_test(test_every_invitation_tells_the_same_rights),
		cmocka_unit_test(
		    test_only_an_operational_invitation_takes_cases),
		cmocka_unit_test(
		    test_a_mail_about_a_meeting_is_sealed_and_carries_nothing),
		cmocka_unit_test(
		    test_a_fiche_goes_with_one_letter_and_the_person_gets_none),
		cmocka_unit_test(
		    test_no_mail_about_a_meeting_names_an_article_itself),
		cmocka_unit_test(test_every_guard_is_one_point_of_a_list),
		cmocka_unit_test(test_every_line_to_copy_is_an_act),
		cmocka_unit_test(test_all_decisions_on_a_referral_are_offered),
		cmocka_unit_test(test_every_reason_of_an_act_has_a_sentence),
		cmocka_unit_test(test_every_mail_of_a_flow_is_a_letter),
		cmocka_unit_test(test_every_fault_of_a_meeting_has_a_sentence),
		cmocka_unit_test(
		    test_nothing_else_looks_like_the_list_of_an_enrolment),
		cmocka_unit_test(
		    test_nothing_else_looks_like_the_order_for_a_meeting),
		cmocka_unit_test(
		    test_nothing_else_looks_like_a_field_of_a_fiche),
		cmocka_unit_test(test_every_check_says_first_how_it_stands),
		cmocka_unit_test(test_the_blank_of_a_referral_has_all_fields),
		cmocka_unit_test(
		    test_the_blank_of_an_enrolment_lists_the_words_it_takes),
		cmocka_unit_test(test_the_blank_of_a_meeting_ends_in_its_labels),
		cmocka_unit_test(test_the_blank_of_a_fiche_has_its_fields),
		cmocka_unit_test(
		    test_the_letter_about_own_data_neither_confirms_nor_denies),
		cmocka_unit_test(test_fields_are_named_by_number_and_label),
		cmocka_unit_test(
		    test_the_matcher_finds_whole_words_and_beginnings)
	};

	return cmocka_run_group_tests(tests, load_dutch, free_dutch);
}
