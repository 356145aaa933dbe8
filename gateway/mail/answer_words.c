#include "mail/answer_words.h"

#include <string.h>

#include "mail/fold.h"

/* Folded: small letters without accents. `id` is of the table's own enum. */
struct word {
	unsigned id;
	const char *text;
};

/*
 * Dutch first, as base/verb.h has it, then what people make of it, English and
 * French. A preposition that belongs to a verb stands with it.
 */
static const struct word verbs[] = {
	{ VERB_LIST, "lijst" }, { VERB_LIST, "op lijst" },
	{ VERB_LIST, "op de lijst" }, { VERB_LIST, "list" },
	{ VERB_LIST, "on the list" }, { VERB_LIST, "liste" },
	{ VERB_LIST, "sur la liste" },

	{ VERB_NOT_RETAINED, "niet weerhouden" },
	{ VERB_NOT_RETAINED, "not retained" },
	{ VERB_NOT_RETAINED, "non retenu" },
	{ VERB_NOT_RETAINED, "non retenue" },

	{ VERB_ASK, "aanvullen" }, { VERB_ASK, "aan te vullen" },
	{ VERB_ASK, "aanvulling" }, { VERB_ASK, "more" },
	{ VERB_ASK, "complete" }, { VERB_ASK, "completer" },
	{ VERB_ASK, "complement" },

	{ VERB_ORAL, "mondeling" }, { VERB_ORAL, "oral" },
	{ VERB_ORAL, "orally" }, { VERB_ORAL, "oralement" },

	{ VERB_SPOKEN, "gesproken" }, { VERB_SPOKEN, "spoken" },
	{ VERB_SPOKEN, "parle" },

	{ VERB_REDIRECT, "doorverwijzen" },
	{ VERB_REDIRECT, "doorverwijzing" }, { VERB_REDIRECT, "redirect" },
	{ VERB_REDIRECT, "reorienter" },

	{ VERB_AGAIN, "opnieuw" }, { VERB_AGAIN, "again" },
	{ VERB_AGAIN, "a nouveau" }, { VERB_AGAIN, "de nouveau" },

	{ VERB_TAKEN_OVER, "overgenomen" }, { VERB_TAKEN_OVER, "taken over" },
	{ VERB_TAKEN_OVER, "repris" },

	{ VERB_INFO, "infovraag" }, { VERB_INFO, "informatievraag" },
	{ VERB_INFO, "info request" }, { VERB_INFO, "information request" },
	{ VERB_INFO, "demande d'info" },
	{ VERB_INFO, "demande d'information" },
	{ VERB_INFO, "demande d'informations" },

	{ VERB_ENROL, "inschrijven" }, { VERB_ENROL, "enrol" },
	{ VERB_ENROL, "enroll" }, { VERB_ENROL, "inscrire" },

	{ VERB_REJECT, "afwijzen" }, { VERB_REJECT, "afgewezen" },
	{ VERB_REJECT, "reject" }, { VERB_REJECT, "rejected" },
	{ VERB_REJECT, "rejeter" }, { VERB_REJECT, "rejete" },

	{ VERB_CONFIRM, "bevestig" }, { VERB_CONFIRM, "bevestigd" },
	{ VERB_CONFIRM, "bevestigen" }, { VERB_CONFIRM, "ik bevestig" },
	{ VERB_CONFIRM, "confirm" }, { VERB_CONFIRM, "confirmed" },
	{ VERB_CONFIRM, "i confirm" }, { VERB_CONFIRM, "confirme" },
	{ VERB_CONFIRM, "confirmer" }, { VERB_CONFIRM, "je confirme" },

	{ VERB_SUSPEND, "schorsen" }, { VERB_SUSPEND, "suspend" },
	{ VERB_SUSPEND, "suspendre" },

	{ VERB_CONVENE, "vergadering" },
	{ VERB_CONVENE, "vergadering bijeenroepen" },
	{ VERB_CONVENE, "bijeenroepen" }, { VERB_CONVENE, "meeting" },
	{ VERB_CONVENE, "convene" }, { VERB_CONVENE, "reunion" },
	{ VERB_CONVENE, "convoquer" },

	{ VERB_INVITE, "uitnodigen" }, { VERB_INVITE, "nodig uit" },
	{ VERB_INVITE, "invite" }, { VERB_INVITE, "inviter" },

	{ VERB_MOVE, "verplaatsen" }, { VERB_MOVE, "verplaats" },
	{ VERB_MOVE, "verzetten" }, { VERB_MOVE, "move" },
	{ VERB_MOVE, "reschedule" }, { VERB_MOVE, "deplacer" },
	{ VERB_MOVE, "reporter" },

	{ VERB_CANCEL, "afgelasten" }, { VERB_CANCEL, "afgelast" },
	{ VERB_CANCEL, "annuleren" }, { VERB_CANCEL, "cancel" },
	{ VERB_CANCEL, "annuler" },

	{ VERB_OVERVIEW, "overzicht" }, { VERB_OVERVIEW, "overview" },
	{ VERB_OVERVIEW, "apercu" },

	{ VERB_PRESENT, "aanwezig" }, { VERB_PRESENT, "aanwezigen" },
	{ VERB_PRESENT, "aanwezigheden" }, { VERB_PRESENT, "aanwezigheid" },
	{ VERB_PRESENT, "present" }, { VERB_PRESENT, "attendance" },
	{ VERB_PRESENT, "presents" }, { VERB_PRESENT, "presences" },

	{ VERB_AGENDA, "agenda" }, { VERB_AGENDA, "ordre du jour" },

	{ VERB_MINUTES, "verslag" }, { VERB_MINUTES, "minutes" },
	{ VERB_MINUTES, "compte rendu" }, { VERB_MINUTES, "proces verbal" },

	{ VERB_ACTION, "actie" }, { VERB_ACTION, "action" },

	{ VERB_TALK, "gesprek" }, { VERB_TALK, "talk" },
	{ VERB_TALK, "conversation" }, { VERB_TALK, "entretien" },

	/* No "accepted:" and "geweigerd:": calendar programs head their own
	 * sentences with those. */
	{ VERB_ACCEPT, "aanvaard" }, { VERB_ACCEPT, "ik aanvaard" },
	{ VERB_ACCEPT, "aanvaarden" }, { VERB_ACCEPT, "accept" },
	{ VERB_ACCEPT, "i accept" }, { VERB_ACCEPT, "accepte" },
	{ VERB_ACCEPT, "j'accepte" }, { VERB_ACCEPT, "accepter" },

	{ VERB_DECLINE, "weiger" }, { VERB_DECLINE, "ik weiger" },
	{ VERB_DECLINE, "weigeren" }, { VERB_DECLINE, "decline" },
	{ VERB_DECLINE, "i decline" }, { VERB_DECLINE, "decliner" },
	{ VERB_DECLINE, "je decline" }, { VERB_DECLINE, "refuse" },
	{ VERB_DECLINE, "je refuse" }, { VERB_DECLINE, "refuser" },

	{ VERB_FICHE, "fiche" },

	{ VERB_APPROVE, "akkoord" }, { VERB_APPROVE, "ik ben akkoord" },
	{ VERB_APPROVE, "approve" }, { VERB_APPROVE, "i approve" },
	{ VERB_APPROVE, "d'accord" }, { VERB_APPROVE, "j'approuve" },

	{ VERB_OBJECT, "bezwaar" }, { VERB_OBJECT, "ik heb bezwaar" },
	{ VERB_OBJECT, "object" },
	{ VERB_OBJECT, "i object" }, { VERB_OBJECT, "objection" },

	{ VERB_WITHDRAW, "intrekken" }, { VERB_WITHDRAW, "withdraw" },
	{ VERB_WITHDRAW, "retirer" },

	{ VERB_FLAG, "onderzoeksgeheim" },
	{ VERB_FLAG, "geheim van het onderzoek" },
	{ VERB_FLAG, "secret de l'instruction" },

	{ VERB_STANDING, "stand" }, { VERB_STANDING, "stand van zaken" },

	{ VERB_GIVE_UP, "opgeven" }, { VERB_GIVE_UP, "give up" },
	{ VERB_GIVE_UP, "abandonner" },

	{ VERB_HAND_OVER, "overdragen" }, { VERB_HAND_OVER, "hand over" },
	{ VERB_HAND_OVER, "remettre" },

	{ VERB_DISPATCH, "verzenden" }, { VERB_DISPATCH, "verzend" },
	{ VERB_DISPATCH, "dispatch" }, { VERB_DISPATCH, "envoyer" },

	{ VERB_PASSED_ON, "doorgegeven" }, { VERB_PASSED_ON, "passed on" },
	{ VERB_PASSED_ON, "transmis" },
	{ VERB_FIGURES, "cijfers" }, { VERB_FIGURES, "figures" },
	{ VERB_FIGURES, "chiffres" },

	{ VERB_KEY, "sleutel" }, { VERB_KEY, "key" }, { VERB_KEY, "cle" },

	{ VERB_REVIEWED, "nagekeken" }, { VERB_REVIEWED, "reviewed" },
	{ VERB_REVIEWED, "verifie" },
	/* Not "closed" and "case closed": reports end with those. */
	{ VERB_CLOSE, "afsluiten" }, { VERB_CLOSE, "sluit af" },
	{ VERB_CLOSE, "close" }, { VERB_CLOSE, "cloturer" },

	{ VERB_EXTEND, "verlengen" }, { VERB_EXTEND, "verleng" },
	{ VERB_EXTEND, "extend" }, { VERB_EXTEND, "prolonger" },

	{ VERB_NOT_EXTEND, "niet verlengen" },
	{ VERB_NOT_EXTEND, "not extend" },
	{ VERB_NOT_EXTEND, "do not extend" },
	{ VERB_NOT_EXTEND, "ne pas prolonger" },

	{ VERB_MANAGER, "casusmanager" }, { VERB_MANAGER, "case manager" },
	{ VERB_MANAGER, "gestionnaire de cas" },

	{ VERB_STUCK, "vastgelopen" }, { VERB_STUCK, "stuck" },
	{ VERB_STUCK, "bloque" },

	{ VERB_INFORM, "inlichten" }, { VERB_INFORM, "inform" },
	{ VERB_INFORM, "informer" },

	{ VERB_FORM, "formulier" }, { VERB_FORM, "form" },
	{ VERB_FORM, "formulaire" },

	{ VERB_LOGBOOK, "logboek" }, { VERB_LOGBOOK, "audit log" },
	{ VERB_LOGBOOK, "logbook" }, { VERB_LOGBOOK, "journal d'audit" },
};

static const struct word grounds[] = {
	{ GROUND_NO_INDICATION, "geen-aanwijzingen" },
	{ GROUND_NO_INDICATION, "geen-aanwijzing" },
	{ GROUND_NO_INDICATION, "no-indication" },
	{ GROUND_NO_INDICATION, "no-indications" },
	{ GROUND_NO_INDICATION, "pas-d'indications" },
	{ GROUND_OTHER_HELP, "andere-hulp" },
	{ GROUND_OTHER_HELP, "other-help" },
	{ GROUND_OTHER_HELP, "autre-aide" },
	{ GROUND_OWN_STEPS, "eigen-aanpak" },
	{ GROUND_OWN_STEPS, "own-steps" },
	{ GROUND_OWN_STEPS, "approche-propre" },
	{ GROUND_TOO_LITTLE, "te-weinig" },
	{ GROUND_TOO_LITTLE, "too-little" },
	{ GROUND_TOO_LITTLE, "trop-peu" },
};

static const struct word closings[] = {
	{ CLOSING_NO_CONCERN, "geen-zorgen" },
	{ CLOSING_NO_CONCERN, "geen-zorg" },
	{ CLOSING_NO_CONCERN, "no-concern" },
	{ CLOSING_NO_CONCERN, "no-concerns" },
	{ CLOSING_NO_CONCERN, "plus-d'inquietude" },
	{ CLOSING_GOALS_MET, "doelen-bereikt" },
	{ CLOSING_GOALS_MET, "doel-bereikt" },
	{ CLOSING_GOALS_MET, "goals-met" },
	{ CLOSING_GOALS_MET, "objectifs-atteints" },
	{ CLOSING_ELSEWHERE, "elders" }, { CLOSING_ELSEWHERE, "elsewhere" },
	{ CLOSING_ELSEWHERE, "ailleurs" },
	{ CLOSING_STOPPED, "gestopt" }, { CLOSING_STOPPED, "stopped" },
	{ CLOSING_STOPPED, "arrete" },
};

static const struct word measure_words[] = {
	{ MEASURES_EFFECTIVE, "doeltreffend" },
	{ MEASURES_EFFECTIVE, "effective" },
	{ MEASURES_EFFECTIVE, "efficace" },
	{ MEASURES_PARTLY, "deels" }, { MEASURES_PARTLY, "partly" },
	{ MEASURES_PARTLY, "en-partie" },
	{ MEASURES_INEFFECTIVE, "niet-doeltreffend" },
	{ MEASURES_INEFFECTIVE, "ineffective" },
	{ MEASURES_INEFFECTIVE, "inefficace" },
	{ MEASURES_UNKNOWN, "onbekend" }, { MEASURES_UNKNOWN, "unknown" },
	{ MEASURES_UNKNOWN, "inconnu" },
};

static const struct word criteria[] = {
	{ CRITERION_GRAVITY, "ernst" }, { CRITERION_GRAVITY, "gravity" },
	{ CRITERION_GRAVITY, "gravite" },
	{ CRITERION_ARREST, "aanhouding" }, { CRITERION_ARREST, "arrest" },
	{ CRITERION_ARREST, "arrestation" },
	{ CRITERION_SUSPICIONS, "vermoedens" },
	{ CRITERION_SUSPICIONS, "suspicions" },
	{ CRITERION_SUSPICIONS, "soupcons" },
};

static const struct word form_names[] = {
	{ FORM_NAME_REFERRAL, "aanmelding" },
	{ FORM_NAME_REFERRAL, "referral" },
	{ FORM_NAME_REFERRAL, "signalement" },
	{ FORM_NAME_ENROLMENT, "inschrijving" },
	{ FORM_NAME_ENROLMENT, "enrolment" },
	{ FORM_NAME_ENROLMENT, "enrollment" },
	{ FORM_NAME_ENROLMENT, "inscription" },
	{ FORM_NAME_PRIVACY, "avg" }, { FORM_NAME_PRIVACY, "gdpr" },
	{ FORM_NAME_PRIVACY, "rgpd" },
	{ FORM_NAME_MEETING, "vergadering" },
	{ FORM_NAME_MEETING, "meeting" }, { FORM_NAME_MEETING, "reunion" },
	{ FORM_NAME_FICHE, "fiche" },
	{ FORM_NAME_FICHE, "terugkoppelingsfiche" },
};

static const struct word yeses[] = {
	{ true, "ja" }, { true, "yes" }, { true, "oui" },
	{ false, "nee" }, { false, "neen" }, { false, "no" },
	{ false, "non" },
};

static const struct word consents[] = {
	{ 0, "met akkoord" }, { 0, "with consent" }, { 0, "avec accord" },
	{ 0, "avec l'accord" },
};

static const struct word ands[] = {
	{ 0, "en" }, { 0, "and" }, { 0, "et" },
};

static const struct word up_tos[] = {
	{ 0, "t.e.m." }, { 0, "t.e.m" }, { 0, "tem" }, { 0, "t/m" },
	{ 0, "tot en met" }, { 0, "tot" }, { 0, "to" }, { 0, "through" },
	{ 0, "a" }, { 0, "jusqu'a" },
};

/* Whom something is done to is not who does it: "schorsen door an@caw.be" is
 * no order to suspend An. */
enum lead_sense { LEAD_TO = 1, LEAD_BY = 2, LEAD_BOTH = 3 };

static const struct {
	enum verb_takes kind;
	const char *text;
	enum lead_sense sense;
} leads[] = {
	{ TAKES_REF, "kenmerk", LEAD_BOTH },
	{ TAKES_REF, "referentie", LEAD_BOTH },
	{ TAKES_REF, "reference", LEAD_BOTH }, { TAKES_REF, "ref", LEAD_BOTH },
	{ TAKES_REF, "vergadering", LEAD_BOTH },
	{ TAKES_REF, "uitnodiging", LEAD_BOTH },
	{ TAKES_REF, "meeting", LEAD_BOTH },
	{ TAKES_REF, "invitation", LEAD_BOTH },
	{ TAKES_REF, "reunion", LEAD_BOTH },
	{ TAKES_REF, "casus", LEAD_BOTH }, { TAKES_REF, "case", LEAD_BOTH },
	{ TAKES_REF, "cas", LEAD_BOTH },
	{ TAKES_CASE, "casus", LEAD_BOTH }, { TAKES_CASE, "case", LEAD_BOTH },
	{ TAKES_CASE, "cas", LEAD_BOTH },
	{ TAKES_FIELDS, "veld", LEAD_BOTH },
	{ TAKES_FIELDS, "velden", LEAD_BOTH },
	{ TAKES_FIELDS, "nr", LEAD_BOTH },
	{ TAKES_FIELDS, "nummer", LEAD_BOTH },
	{ TAKES_FIELDS, "nummers", LEAD_BOTH },
	{ TAKES_FIELDS, "field", LEAD_BOTH },
	{ TAKES_FIELDS, "fields", LEAD_BOTH },
	{ TAKES_FIELDS, "champ", LEAD_BOTH },
	{ TAKES_FIELDS, "champs", LEAD_BOTH },
	{ TAKES_FIELDS, "punt", LEAD_BOTH },
	{ TAKES_FIELDS, "punten", LEAD_BOTH },
	{ TAKES_FIELDS, "element", LEAD_BOTH },
	{ TAKES_FIELDS, "elementen", LEAD_BOTH },
	{ TAKES_FIELDS, "point", LEAD_BOTH },
	{ TAKES_FIELDS, "points", LEAD_BOTH },
	/* Longer ones first: the first that fits is taken. */
	{ TAKES_FIELDS, "op punt", LEAD_BOTH },
	{ TAKES_FIELDS, "op punten", LEAD_BOTH },
	{ TAKES_FIELDS, "op de punten", LEAD_BOTH },
	{ TAKES_FIELDS, "op", LEAD_BOTH },
	{ TAKES_FIELDS, "tegen punt", LEAD_BOTH },
	{ TAKES_FIELDS, "tegen punten", LEAD_BOTH },
	{ TAKES_FIELDS, "tegen de punten", LEAD_BOTH },
	{ TAKES_FIELDS, "tegen", LEAD_BOTH },
	{ TAKES_CRITERIA, "wegens", LEAD_BOTH },
	{ TAKES_CRITERIA, "because of", LEAD_BOTH },
	{ TAKES_CRITERIA, "pour", LEAD_BOTH },
	{ TAKES_CLOSING, "wegens", LEAD_BOTH },
	{ TAKES_GROUND, "wegens", LEAD_BOTH },
	{ TAKES_GROUND, "because of", LEAD_BOTH },
	{ TAKES_GROUND, "pour", LEAD_BOTH },
	{ TAKES_PERSON, "naar", LEAD_TO }, { TAKES_PERSON, "aan", LEAD_TO },
	{ TAKES_PERSON, "to", LEAD_TO }, { TAKES_PERSON, "vers", LEAD_TO },
	{ TAKES_PERSON, "a", LEAD_TO }, { TAKES_PERSON, "door", LEAD_BY },
	{ TAKES_PERSON, "by", LEAD_BY }, { TAKES_PERSON, "par", LEAD_BY },
	{ TAKES_CODE, "code", LEAD_BOTH },
	{ TAKES_CODE, "met code", LEAD_BOTH },
	{ TAKES_CODE, "with code", LEAD_BOTH },
	{ TAKES_CODE, "avec code", LEAD_BOTH },
};

/* Of every other verb the person is the one it is done to. */
static const enum lead_sense senses[VERB_MAX] = {
	[VERB_ACCEPT] = LEAD_BY,
	[VERB_ACTION] = LEAD_BOTH,
};

static const struct word hedges[] = {
	{ 0, "niet" }, { 0, "geen" }, { 0, "nooit" }, { 0, "nog" },
	{ 0, "toch" }, { 0, "wel" }, { 0, "eerst" }, { 0, "misschien" },
	{ 0, "graag" }, { 0, "gelieve" }, { 0, "te" }, { 0, "wil" },
	{ 0, "mag" }, { 0, "kan" }, { 0, "moet" }, { 0, "ik" }, { 0, "wij" },
	{ 0, "we" }, { 0, "ja" }, { 0, "nee" }, { 0, "neen" }, { 0, "ok" },
	{ 0, "not" }, { 0, "no" }, { 0, "never" }, { 0, "don't" },
	{ 0, "do not" }, { 0, "please" }, { 0, "maybe" }, { 0, "yes" },
	{ 0, "i" }, { 0, "ne" }, { 0, "pas" }, { 0, "non" }, { 0, "oui" },
	{ 0, "peut-etre" }, { 0, "je" }, { 0, "nous" }, { 0, "svp" },
};

/* id 1: behind a colon or a dash too. There "geen feiten" is a reason. */
static const struct word doubts[] = {
	{ 0, "niet" }, { 0, "geen" }, { 0, "nooit" }, { 0, "nee" },
	{ 0, "neen" }, { 0, "nog niet" }, { 0, "liever niet" },
	{ 0, "maar" }, { 0, "of" }, { 0, "tenzij" }, { 0, "als" },
	{ 0, "indien" }, { 0, "misschien" }, { 0, "behalve" },
	{ 0, "zonder" }, { 0, "not" }, { 0, "no" }, { 0, "never" },
	{ 0, "but" }, { 0, "or" }, { 0, "unless" }, { 0, "if" },
	{ 0, "maybe" }, { 0, "except" }, { 0, "non" }, { 0, "ne" },
	{ 0, "pas" }, { 0, "mais" }, { 0, "ou" }, { 0, "sauf" }, { 0, "si" },
	{ 0, "peut-etre" }, { 1, "toch niet" }, { 1, "toch maar niet" },
	{ 1, "of niet" }, { 1, "of toch" }, { 1, "or not" }, { 1, "ou pas" },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static bool
take(struct bytes *b, const struct word *words, size_t n, unsigned *id)
{
	struct bytes rest, best = *b;
	uint8_t first = fold_peek(*b);
	size_t i;

	for (i = 0; i < n; i++) {
		rest = *b;
		if ((uint8_t)words[i].text[0] == first &&
		    fold_phrase(&rest, words[i].text) && rest.n < best.n) {
			best = rest;
			*id = words[i].id;
		}
	}
	if (best.n == b->n)
		return false;
	*b = best;
	return true;
}

bool
words_verb(struct bytes *b, enum verb *v)
{
	unsigned id = VERB_NONE;
	bool found = take(b, verbs, COUNT(verbs), &id);

	*v = (enum verb)id;
	return found;
}

bool
words_heads(enum verb v)
{
	static const bool heads[VERB_MAX] = {
		[VERB_CONVENE] = true, [VERB_OVERVIEW] = true,
		[VERB_PRESENT] = true, [VERB_AGENDA] = true,
		[VERB_MINUTES] = true, [VERB_ACTION] = true,
		[VERB_TALK] = true,
	};

	return heads[v];
}

bool
words_ground(struct bytes *b, enum ground *g)
{
	unsigned id = GROUND_NONE;
	bool found = take(b, grounds, COUNT(grounds), &id);

	*g = (enum ground)id;
	return found;
}

bool
words_closing(struct bytes *b, enum closing *c)
{
	unsigned id = CLOSING_OPEN;
	bool found = take(b, closings, COUNT(closings), &id);

	*c = (enum closing)id;
	return found;
}

bool
words_measures(struct bytes *b, enum measures *m)
{
	unsigned id = MEASURES_NONE;
	bool found = take(b, measure_words, COUNT(measure_words), &id);

	*m = (enum measures)id;
	return found;
}

bool
words_criterion(struct bytes *b, enum criterion *c)
{
	unsigned id = 0;
	bool found = take(b, criteria, COUNT(criteria), &id);

	*c = (enum criterion)id;
	return found;
}

bool
words_form_name(struct bytes *b, enum form_name *f)
{
	unsigned id = 0;
	bool found = take(b, form_names, COUNT(form_names), &id);

	*f = (enum form_name)id;
	return found;
}

bool
words_yes(struct bytes *b, bool *yes)
{
	unsigned id = false;
	bool found = take(b, yeses, COUNT(yeses), &id);

	*yes = id == true;
	return found;
}

bool
words_consent(struct bytes *b)
{
	unsigned id = 0;

	return take(b, consents, COUNT(consents), &id);
}

bool
words_and(struct bytes *b)
{
	unsigned id = 0;

	return take(b, ands, COUNT(ands), &id);
}

bool
words_up_to(struct bytes *b)
{
	unsigned id = 0;

	return take(b, up_tos, COUNT(up_tos), &id);
}

bool
words_lead(struct bytes *b, enum verb v, enum verb_takes kind)
{
	unsigned sense = senses[v] != 0 ? senses[v] : LEAD_TO;
	size_t i;

	for (i = 0; i < COUNT(leads); i++) {
		if (leads[i].kind == kind && (leads[i].sense & sense) != 0 &&
		    fold_phrase(b, leads[i].text))
			return true;
	}
	return false;
}

bool
words_hedge(struct bytes *b)
{
	unsigned id = 0;

	return take(b, hedges, COUNT(hedges), &id);
}

bool
words_doubt(struct bytes b, bool comma)
{
	unsigned id = 0;

	return take(&b, doubts, COUNT(doubts), &id) && (comma || id == 1);
}
