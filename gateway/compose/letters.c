#include "compose/letters.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"

#define RECORD	"received kind organisation role sender fingerprint " \
		"signed_at hash algorithm digest form* binding* " \
		"attachments shape*"
#define STRANGER	"sender fingerprint received form*"
#define MOMENT		"date start end place"
#define INVITATION	MOMENT " ground urgency*"
#define FICHE		"version digest"
#define CANDIDATE	"sender fingerprint role organisation class ground " \
			"compared proposer code"
#define CHAIN		"rows head moment"

#define REPLY		LETTER_REPLY
#define CLEAR		LETTER_CLEAR
#define UNNAMED		LETTER_UNNAMED
#define ANSWER		(LETTER_REPLY | LETTER_UNNAMED)
#define WITH_KEY	(LETTER_KEY | LETTER_UNNAMED)

/* What can be answered where the reason names no other list (B02). */
#define INTAKE		"keuzes-aanmelding"
#define ENROL		"keuzes-inschrijving"
#define CONFIRM		"keuzes-bevestigen"
#define INVITED		"keuzes-uitnodiging"
#define MEETING		"keuzes-vergadering"
#define GUEST		"keuzes-gesprek"
#define OFFICER		"keuzes-fiche"
#define VOICE		"keuzes-akkoord"
#define CASE		"keuzes-casus"
#define SAME_KEY	"keuzes-sleutel"
#define ANYBODY		LETTER_CHOICES_ANYBODY

static const struct letter_row letters[] = {
	/* kind, section, frame, choices, vars, flags */
	{ MAIL_T01, "body", NULL, NULL, "received", REPLY },
	{ MAIL_T02, "kanaal", NULL, NULL, "", ANSWER | CLEAR },
	{ MAIL_T02, "role-not-allowed", "inhoud", NULL, "", ANSWER },
	{ MAIL_T02, "wrong-recipient", "inhoud", NULL, "", ANSWER },
	{ MAIL_T02, "classified", "inhoud", NULL, "", ANSWER },
	{ MAIL_T02, "bad-structure", "inhoud", NULL, "", ANSWER },
	{ MAIL_T03, "body", NULL, NULL, "fields*", 0 },
	{ MAIL_T04, "body", NULL, NULL, "", 0 },
	{ MAIL_T04, "voorstel", NULL, NULL, "words*", 0 },
	{ MAIL_T05, "body", NULL, NULL, "", 0 },
	{ MAIL_T05, "quarantaine", NULL, NULL, "", 0 },
	{ MAIL_T05, "onbekend", NULL, NULL, STRANGER, 0 },
	{ MAIL_T05, "wissel", NULL, NULL, STRANGER, 0 },
	{ MAIL_T05, "zondersleutel", NULL, NULL, "sender received", 0 },
	{ MAIL_T05, "alarm", NULL, NULL, "", 0 },
	{ MAIL_T05, "alarm-fg", NULL, NULL, "", 0 },
	{ MAIL_T05, "gewist", NULL, NULL, "", 0 },
	{ MAIL_T05, "vastgehouden", NULL, NULL, "", 0 },
	{ MAIL_T05, "klok", NULL, NULL, "", UNNAMED },
	{ MAIL_T05, "klok-fg", NULL, NULL, "", UNNAMED },
	{ MAIL_T06, "body", NULL, NULL, RECORD, LETTER_ATTACH },
	{ MAIL_T07, "body", NULL, NULL, "", 0 },
	{ MAIL_T07, "motivatie", NULL, NULL, "words*", 0 },
	{ MAIL_T08, "akkoord", NULL, NULL, "", 0 },
	{ MAIL_T08, "zonder-akkoord", NULL, NULL, "", 0 },
	{ MAIL_T09, "body", NULL, NULL, "", 0 },
	{ MAIL_T10, "body", NULL, NULL, "words*", 0 },
	{ MAIL_T12, "operationeel", "body", NULL, INVITATION " cases*",
	    LETTER_CALENDAR },
	{ MAIL_T12, "strategisch", "body", NULL, INVITATION,
	    LETTER_CALENDAR },
	{ MAIL_T13, "operationeel", "body", NULL, INVITATION " cases*",
	    LETTER_CALENDAR },
	{ MAIL_T13, "strategisch", "body", NULL, INVITATION,
	    LETTER_CALENDAR },
	{ MAIL_T14, "body", NULL, NULL, "date start", 0 },
	{ MAIL_T15, "body", NULL, NULL, MOMENT, REPLY },
	{ MAIL_T15, "doorvaste", NULL, NULL, MOMENT, REPLY },
	{ MAIL_T16, "body", NULL, NULL, "", REPLY },
	{ MAIL_T16, "zonder", NULL, NULL, "", REPLY },
	{ MAIL_T17, "body", NULL, NULL, "", REPLY },
	{ MAIL_T18, "intrekking", NULL, NULL, "date start", LETTER_CALENDAR },
	{ MAIL_T18, "wijziging", NULL, NULL, MOMENT, LETTER_CALENDAR },
	{ MAIL_T19, "body", NULL, NULL, "words*", 0 },
	{ MAIL_T19, "zonder", NULL, NULL, "", 0 },
	{ MAIL_T20, "body", NULL, NULL, "date start", 0 },
	{ MAIL_T21, "vaste", NULL, NULL, "date", 0 },
	{ MAIL_T21, "organisatie", NULL, NULL, "date", 0 },
	{ MAIL_T22, "body", NULL, NULL, "date start words*", 0 },
	{ MAIL_T23, "body", NULL, NULL, "case words*", 0 },
	{ MAIL_T24, "body", NULL, NULL, "case words*", 0 },
	{ MAIL_T25, "body", NULL, NULL,
	    FICHE " fiche* code attestation own", 0 },
	{ MAIL_T25, "bron", NULL, NULL, "elements* digest code", 0 },
	{ MAIL_T26, "body", NULL, NULL,
	    "version sender elements words* next*", 0 },
	{ MAIL_T26, "bron", NULL, NULL, "version sender next*", 0 },
	{ MAIL_T26, "ingetrokken", NULL, NULL, "version sender", 0 },
	{ MAIL_T26, "sleutel", NULL, NULL, "version sender", 0 },
	{ MAIL_T27, "body", NULL, NULL, FICHE " count", 0 },
	{ MAIL_T27, "io", NULL, NULL, FICHE " count", 0 },
	{ MAIL_T28, "body", NULL, NULL, FICHE " fiche* count next*",
	    LETTER_FILES },
	{ MAIL_T28, "herinnering", NULL, NULL, FICHE " date", 0 },
	{ MAIL_T28, "verzonden", NULL, NULL, "digest date", 0 },
	{ MAIL_T28, "mislukt", NULL, NULL, "digest code", 0 },
	{ MAIL_T28, "onzeker", NULL, NULL, "digest date", 0 },
	{ MAIL_T29, "body", NULL, NULL, "", 0 },
	{ MAIL_T30, "body", NULL, NULL, "code form*", 0 },
	{ MAIL_T30, "io", NULL, NULL, "code form*", 0 },
	{ MAIL_T30, "brief", NULL, NULL, "form*", 0 },
	{ MAIL_T30, "geen-akkoord", NULL, NULL, "", 0 },
	{ MAIL_T30, "vervallen", NULL, NULL, "", 0 },
	{ MAIL_T30, "ingetrokken", NULL, NULL, "", 0 },
	{ MAIL_T38, "jaarlijks", "body", NULL, "year date table*", UNNAMED },
	{ MAIL_T38, "gevraagd", "body", NULL, "year date table*", ANSWER },
	{ MAIL_T24, "casusmanager", NULL, NULL, "", 0 },
	{ MAIL_T32, "body", NULL, NULL, "", 0 },
	{ MAIL_T33, "body", NULL, NULL, "words*", 0 },
	{ MAIL_T34, "body", NULL, NULL, "date", 0 },
	{ MAIL_T35, "body", NULL, NULL, "date", 0 },
	{ MAIL_T35, "deelnemers", NULL, NULL, "date", 0 },
	{ MAIL_T35, "nooit-besproken", NULL, NULL, "date", 0 },
	{ MAIL_T36, "body", NULL, NULL, "date", 0 },
	{ MAIL_T36, "andere", NULL, NULL, "", 0 },
	{ MAIL_T37, "body", NULL, NULL, "date proof*", 0 },
	{ MAIL_T37, "deelnemers", NULL, NULL, "date proof*", 0 },
	{ MAIL_B08, "afgesloten", "body", NULL, "date", REPLY },
	{ MAIL_B08, "voorgesteld", "body", NULL, "date", REPLY },
	{ MAIL_B08, "agendapunt", "body", NULL, "date", 0 },
	{ MAIL_B08, "gevraagd", "body", NULL, "", REPLY },
	{ MAIL_B08, "tweede", "body", NULL,
	    "meeting day date lines* code proposer", 0 },
	{ MAIL_B08, "verlengd", "body", NULL, "meeting date", 0 },
	{ MAIL_B08, "niet-verlengd", "body", NULL, "date", REPLY },
	{ MAIL_B08, "casusmanager", "body", NULL, "", REPLY },
	{ MAIL_B08, "vastgelopen", "body", NULL, "", REPLY },
	{ MAIL_B08, "inlichten", "body", NULL, "", REPLY },
	{ MAIL_B08, "inlichten-opgegeven", "body", NULL, "", REPLY },
	{ MAIL_B08, "inlichten-stand", "body", NULL, "missing", REPLY },
	{ MAIL_B08, "inlichten-antwoord", "body", NULL, "answer", REPLY },
	{ MAIL_B02, "not-discussed", "body", CASE, "", ANSWER },
	{ MAIL_B02, "not-a-member", "body", CASE, "", ANSWER },
	{ MAIL_B02, "geen-deelnemers", "body", CASE, "", ANSWER },
	{ MAIL_B02, "geen-io", "body", CASE, "", ANSWER },
	{ MAIL_T39, "verloopt", NULL, NULL, "days date fingerprint", UNNAMED },
	{ MAIL_T39, "eigen", NULL, NULL, "days date", UNNAMED },
	{ MAIL_T39, "verlengd", NULL, NULL, "date fingerprint", UNNAMED },
	{ MAIL_T39, "gewisseld", NULL, NULL, "fingerprint", UNNAMED },
	{ MAIL_T39, "vernieuwd", NULL, NULL, "", WITH_KEY },
	{ MAIL_T40, "incident", "body", NULL,
	    "received date count start words*", UNNAMED },
	{ MAIL_T40, "gerubriceerd", "body", NULL, "received", UNNAMED },
	{ MAIL_T42, "body", NULL, NULL, "code", UNNAMED | CLEAR },
	{ MAIL_B01, "lijst", "body", NULL, "case", ANSWER },
	{ MAIL_B01, "niet-weerhouden", "body", NULL, "", ANSWER },
	{ MAIL_B01, "aanvullen", "body", NULL, "", ANSWER },
	{ MAIL_B01, "mondeling", "body", NULL, "", ANSWER },
	{ MAIL_B01, "gesproken", "body", NULL, "", ANSWER },
	{ MAIL_B01, "doorverwezen", "body", NULL, "", ANSWER },
	{ MAIL_B01, "overgenomen", "body", NULL, "", ANSWER },
	{ MAIL_B01, "infovraag", "body", NULL, "", ANSWER },
	{ MAIL_B01, "voorgesteld", "body", NULL,
	    "sender fingerprint role organisation", ANSWER },
	{ MAIL_B01, "afgewezen", "body", NULL, "", ANSWER },
	{ MAIL_B01, "bevestigd", "body", NULL, "sender", ANSWER },
	{ MAIL_B01, "ingeschreven", "body", NULL, "sender role organisation",
	    ANSWER },
	{ MAIL_B01, "nagekeken", "body", NULL, "", ANSWER },
	{ MAIL_B01, "geschorst", "body", NULL, "sender", ANSWER },
	{ MAIL_B02, "unreadable-answer", "body", INTAKE, "", ANSWER },
	{ MAIL_B02, "unknown-reference", "body", ANYBODY, "", ANSWER },
	{ MAIL_B02, "reference-mismatch", "body", ANYBODY, "", ANSWER },
	{ MAIL_B02, "role-not-allowed", "body", ANYBODY, "", ANSWER },
	{ MAIL_B02, "wrong-state", "body", INTAKE, "", ANSWER },
	{ MAIL_B02, "wrong-code", "body", CONFIRM, "", ANSWER },
	{ MAIL_B02, "same-person", "body", CONFIRM, "", ANSWER },
	{ MAIL_B02, "fingerprint-differs", "body", ENROL, "", ANSWER },
	{ MAIL_B02, "incomplete-form", "body", ENROL, "", ANSWER },
	{ MAIL_B02, "not-enrollable", "body", ENROL, "", ANSWER },
	{ MAIL_B02, "expired-key", "body", INTAKE, "", ANSWER },
	{ MAIL_B02, "several", "body", INTAKE, "", ANSWER },
	{ MAIL_B02, "no-second-officer", "body", ENROL, "", ANSWER },
	{ MAIL_B02, "representative", "body", INVITED, "", ANSWER },
	{ MAIL_B02, "too-many", "body", MEETING, "", ANSWER },
	{ MAIL_B02, "fiche-fase", "body", OFFICER, "", ANSWER },
	{ MAIL_B02, "fiche-bron", "body", OFFICER, "", ANSWER },
	{ MAIL_B02, "fiche-vergadering", "body", OFFICER, "", ANSWER },
	{ MAIL_B02, "fiche-andere", "body", OFFICER, "", ANSWER },
	{ MAIL_B02, "fiche-geen-ltf", "body", OFFICER, "", ANSWER },
	{ MAIL_B02, "fiche-andere-tekst", "body", OFFICER, "", ANSWER },
	{ MAIL_B02, "fiche-meer", "body", OFFICER, "", ANSWER },
	{ MAIL_B02, "akkoord-mail", "body", VOICE, "", ANSWER },
	{ MAIL_B02, "sleutel-geen", "body", SAME_KEY, "", ANSWER },
	{ MAIL_B02, "sleutel-andere", "body", SAME_KEY, "", ANSWER },
	{ MAIL_B02, "sleutel-niet-langer", "body", SAME_KEY, "", ANSWER },
	{ MAIL_B03, "aanmelding", NULL, NULL, "form*", ANSWER },
	{ MAIL_B03, "inschrijving", NULL, NULL, "form*", ANSWER },
	{ MAIL_B03, "avg", NULL, NULL, "form*", ANSWER },
	{ MAIL_B03, "vergadering", NULL, NULL, "form*", ANSWER },
	{ MAIL_B03, "fiche", NULL, NULL, "form*", ANSWER },
	{ MAIL_B04, "goed", NULL, NULL, "lines*", ANSWER },
	{ MAIL_B04, "niet-goed", NULL, NULL, "lines*", ANSWER },
	{ MAIL_B05, "tweede", NULL, NULL, CANDIDATE, UNNAMED },
	{ MAIL_B05, "operator", NULL, NULL, CANDIDATE, UNNAMED },
	{ MAIL_B05, "bezit", NULL, NULL, "code", WITH_KEY },
	{ MAIL_B05, "welkom", NULL, NULL, "", WITH_KEY },
	{ MAIL_B06, "body", NULL, NULL, "people*", UNNAMED },
	{ MAIL_B07, "ontwerp", "body", NULL, MOMENT " kind invitees* cases*",
	    0 },
	{ MAIL_B07, "bijeengeroepen", "body", NULL, "date start count",
	    REPLY },
	{ MAIL_B07, "niet-bijeengeroepen", "body", NULL, "lines*", ANSWER },
	{ MAIL_B07, "overzicht", "body", NULL, "date start table*", REPLY },
	{ MAIL_B07, "weigering", "body", NULL, "sender organisation words*",
	    0 },
	{ MAIL_B07, "weigering-zonder", "body", NULL, "sender organisation",
	    0 },
	{ MAIL_B07, "aanwezig", "body", NULL, "count cases*", REPLY },
	{ MAIL_B07, "verplaatst", "body", NULL, "", REPLY },
	{ MAIL_B07, "afgelast", "body", NULL, "", REPLY },
	{ MAIL_B07, "ingetrokken", "body", NULL, "date start", REPLY },
	{ MAIL_B07, "gesprek", "body", NULL, "", REPLY },
	{ MAIL_B07, "opnieuw", "body", NULL, "", REPLY },
	{ MAIL_B07, "verstuurd", "body", NULL, "", REPLY },
	{ MAIL_B07, "vaste", "body", NULL, "sender organisation via meeting",
	    0 },
	{ MAIL_B07, "niet-afgesloten", "body", NULL, "date start", 0 },
	{ MAIL_B07, "duwtje", "body", NULL, "", UNNAMED },
	{ MAIL_B10, "voorgesteld", "body", NULL, "version count digest",
	    REPLY },
	{ MAIL_B10, "akkoord", "body", NULL, "version", REPLY },
	{ MAIL_B10, "bezwaar", "body", NULL, "version", REPLY },
	{ MAIL_B10, "ingetrokken", "body", NULL, "version", REPLY },
	{ MAIL_B10, "onderzoeksgeheim", "body", NULL, "", REPLY },
	{ MAIL_B10, "stand", "body", NULL, "version count lines*", REPLY },
	{ MAIL_B10, "stand-voorzitter", "body", NULL, "version count",
	    REPLY },
	{ MAIL_B10, "sleutel", "body", NULL, "", REPLY },
	{ MAIL_B10, "overgedragen", "body", NULL, "", REPLY },
	{ MAIL_B10, "verzending", "body", NULL, "", REPLY },
	{ MAIL_B10, "doorgegeven", "body", NULL, "", REPLY },
	{ MAIL_B10, "niet-doorgegeven", "body", NULL, "", REPLY },
	{ MAIL_B10, "opgegeven", "body", NULL, "", REPLY },
	{ MAIL_B09, "personen", NULL, NULL, "people*", UNNAMED },
	{ MAIL_B11, "dag", "body", NULL, CHAIN, UNNAMED },
	{ MAIL_B11, "gevraagd", "body", NULL, CHAIN, ANSWER }
};

static const struct letter_part parts[] = {
	/* kind, section, vars, house */
	{ MAIL_T06, "form-complete", "", false },
	{ MAIL_T06, "form-missing", "fields", false },
	{ MAIL_T06, "form-free", "", false },
	{ MAIL_T06, "bound", "", false },
	{ MAIL_T06, "unbound", "", false },
	{ MAIL_T06, "shape-signed", "", false },
	{ MAIL_T06, "shape-combined", "", false },
	{ MAIL_T12, "kort-dag", "", true },
	{ MAIL_T13, "kort-dag", "", true },
	{ MAIL_T26, "ontwerp", "draft*", false },
	{ MAIL_T26, "geen-punt", "", false },
	{ MAIL_T26, "evaluatie", "", false },
	{ MAIL_T26, "geen-ontwerp", "", false },
	{ MAIL_T26, "voorzitter", "", false },
	{ MAIL_T28, "ltf", "digest", true },
	{ MAIL_T28, "eigen-kanaal", "", true },
	{ MAIL_T31, "body", "", true },		/* to print, never a letter */
	{ MAIL_B02, INTAKE, "", true },
	{ MAIL_B02, ENROL, "", true },
	{ MAIL_B02, CONFIRM, "", true },
	{ MAIL_B02, INVITED, "", true },
	{ MAIL_B02, MEETING, "", true },
	{ MAIL_B02, GUEST, "", true },
	{ MAIL_B02, OFFICER, "", true },
	{ MAIL_B02, VOICE, "", true },
	{ MAIL_B02, SAME_KEY, "", true },
	{ MAIL_B02, CASE, "", true },
	{ MAIL_B02, "keuzes-casusmanager", "", true },
	{ MAIL_B02, "keuzes-inlichten", "", true },
	{ MAIL_B02, ANYBODY, "", true },
	{ MAIL_B03, "blad-aanmelding", "fields*", true },
	{ MAIL_B03, "blad-inschrijving", "labels* roles* classes*", true },
	{ MAIL_B03, "blad-avg", "", true },
	{ MAIL_B03, "blad-vergadering", "labels*", true },
	{ MAIL_B03, "blad-fiche", "fields*", true },
	{ MAIL_B04, "check-encrypted-yes", "", true },
	{ MAIL_B04, "check-encrypted-no", "", true },
	{ MAIL_B04, "check-signed-yes", "", true },
	{ MAIL_B04, "check-signed-no", "", true },
	{ MAIL_B04, "check-key-yes", "", true },
	{ MAIL_B04, "check-key-no", "", true },
	{ MAIL_B04, "check-key-expired", "", true },
	{ MAIL_B04, "check-algorithm-yes", "", true },
	{ MAIL_B04, "check-algorithm-no", "", true },
	{ MAIL_B04, "check-protected-yes", "", true },
	{ MAIL_B04, "check-protected-no", "", true },
	{ MAIL_B04, "check-bound-yes", "", true },
	{ MAIL_B04, "check-bound-no", "", true },
	{ MAIL_B04, "check-form-complete", "", true },
	{ MAIL_B04, "check-form-missing", "fields*", true },
	{ MAIL_B04, "check-form-none", "", true },
	{ MAIL_B07, "guard-mandatory-seats", "", true },	/* R33 */
	{ MAIL_B07, "guard-excluded", "who", true },		/* R36 */
	{ MAIL_B07, "guard-io-chairs", "", true },		/* R35 */
	{ MAIL_B07, "guard-no-ground", "who", true },		/* R40 */
	{ MAIL_B07, "guard-key", "who", true },
	{ MAIL_B07, "guard-mandate", "who", true },		/* R39, R63 */
	{ MAIL_B07, "guard-strategic-case", "", true },		/* R37 */
	{ MAIL_B07, "guard-notice", "", true },			/* R55 */
	{ MAIL_B07, "guard-past", "", true },
	{ MAIL_B07, "guard-times", "", true },
	{ MAIL_B07, "guard-twice", "who", true },
	{ MAIL_B07, "guard-too-many", "", true },		/* R41 */
	{ MAIL_B07, "guard-nobody", "", true },
	{ MAIL_B07, "guard-unknown", "who", true },
	{ MAIL_B07, "guard-self", "who", true },		/* R46 */
	{ MAIL_B07, "guard-several", "who", true },
	{ MAIL_B07, "guard-case", "who", true },		/* R97 */
	{ MAIL_B07, "guard-place", "", true },			/* R59 */
	{ MAIL_B07, "guard-not-begun", "", true },		/* R89 */
	{ MAIL_B07, "guard-not-invited", "who", true },		/* R46 */
	{ MAIL_B07, "guard-not-there", "who", true },
	{ MAIL_B07, "guard-form", "fields*", true },
	{ MAIL_B09, "verklaring", "days fingerprint", true }	/* R155 */
};

const struct letter_row *
letter_at(size_t i)
{
	return i < sizeof(letters) / sizeof(letters[0]) ? &letters[i] : NULL;
}

const struct letter_row *
letter_find(enum mail_kind kind, const char *section)
{
	size_t i;

	for (i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
		if (letters[i].kind == kind &&
		    strcmp(letters[i].section, section) == 0)
			return &letters[i];
	}
	return NULL;
}

const struct letter_part *
letter_part_at(size_t i)
{
	return i < sizeof(parts) / sizeof(parts[0]) ? &parts[i] : NULL;
}

const struct letter_part *
letter_part_find(enum mail_kind kind, const char *section)
{
	size_t i;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (parts[i].kind == kind &&
		    strcmp(parts[i].section, section) == 0)
			return &parts[i];
	}
	return NULL;
}

enum letter_takes
letter_takes(const struct letter_row *row, const char *name)
{
	const char *p = row->vars;
	size_t n = strlen(name), len;

	for (; *p != '\0'; p += len + (p[len] == ' ')) {
		len = strcspn(p, " ");
		if (strncmp(p, name, n) != 0)
			continue;
		if (len == n)
			return LETTER_ONE_LINE;
		if (len == n + 1 && p[n] == '*')
			return LETTER_LINES;
	}
	return LETTER_NOTHING;
}

/* What is being checked, and what came of it so far. */
struct check {
	const struct templates *t;
	struct buf *why;
	enum gw_err err;	/* what was wrong first */
};

static void
tell(struct check *c, const char *template, const char *section,
    const char *names)
{
	bool there = template_place(c->t, template, section, c->why);

	if (there)
		buf_printf(c->why, ": section \"%s\" uses another variable"
		    " than: %s\n", section, names);
	else
		buf_printf(c->why, ": section \"%s\" is missing\n", section);
}

/* Renders one section (NULL: none) with a value for each of `names`. */
static void
check(struct check *c, enum mail_kind kind, const char *section,
    const char *names)
{
	char copy[512], *name, *rest = NULL;
	struct var v[LIM_VARS];
	struct buf out;
	enum gw_err one;
	size_t n = 0;

	if (section == NULL)
		return;
	(void)snprintf(copy, sizeof(copy), "%s", names);
	for (name = strtok_r(copy, " *", &rest); name != NULL && n < LIM_VARS;
	    name = strtok_r(NULL, " *", &rest))
		v[n++] = (struct var){ name, "x" };
	buf_init(&out, LIM_LETTER_BYTES);
	one = template_render(c->t, mail_kind_template(kind), section, v, n,
	    &out);
	buf_free(&out);
	if (one == GW_MISSING) {
		tell(c, mail_kind_template(kind), section, names);
		one = GW_FORMAT;
	}
	if (c->err == GW_OK)
		c->err = one;
}

/* The same with the house's values known. */
static void
check_house(struct check *c, enum mail_kind kind, const char *section,
    const char *vars)
{
	char names[512];

	(void)snprintf(names, sizeof(names), "%s %s", LETTER_HOUSE, vars);
	check(c, kind, section, names);
}

static void
check_letter(struct check *c, const struct letter_row *l)
{
	check_house(c, l->kind, "subject", "");
	if (l->flags & LETTER_UNNAMED)
		check_house(c, l->kind, "subject-plain", "");
	check_house(c, l->kind, l->frame, l->choices != NULL ?
	    "reason choices" : "reason");
	check_house(c, l->kind, l->section, l->vars);
}

enum gw_err
letters_check(const struct templates *t, struct buf *why)
{
	struct check c = { t, why, GW_OK };
	size_t i;

	for (i = 0; i < sizeof(letters) / sizeof(letters[0]); i++)
		check_letter(&c, &letters[i]);
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (parts[i].house)
			check_house(&c, parts[i].kind, parts[i].section,
			    parts[i].vars);
		else
			check(&c, parts[i].kind, parts[i].section,
			    parts[i].vars);
	}
	return c.err;
}
