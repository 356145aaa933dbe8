/*
 * What people order by mail (design.md 6): the first line of a signed mail is
 * a Dutch verb. Parse reads it, policy says who may use it, the flows say what
 * follows. Here are only the lists that all of them share; the words that
 * stand for a verb, in three languages, are in mail/answer_words.c.
 */
#ifndef GW_BASE_VERB_H
#define GW_BASE_VERB_H

#include <stdbool.h>
#include <stdint.h>

/* X(identifier, stable name, the Dutch words, what may follow them) */
#define VERBS(X)							\
	X(NONE, "none", "", 0)						\
	/* on a referral */						\
	X(LIST, "list", "LIJST", TAKES_REF)				\
	X(NOT_RETAINED, "not-retained", "NIET WEERHOUDEN",		\
	    TAKES_REF | TAKES_GROUND | TAKES_WORDS)			\
	X(ASK, "ask", "AANVULLEN", TAKES_REF | TAKES_FIELDS)		\
	X(ORAL, "oral", "MONDELING", TAKES_REF | TAKES_WORDS)		\
	X(SPOKEN, "spoken", "GESPROKEN", TAKES_REF)			\
	X(REDIRECT, "redirect", "DOORVERWIJZEN",			\
	    TAKES_REF | TAKES_PERSON | TAKES_CONSENT)			\
	X(AGAIN, "again", "OPNIEUW", TAKES_REF)				\
	X(TAKEN_OVER, "taken-over", "OVERGENOMEN", TAKES_REF)		\
	X(INFO, "info", "INFOVRAAG", TAKES_REF | TAKES_PERSON | TAKES_WORDS) \
	/* on people and keys */					\
	X(ENROL, "enrol", "INSCHRIJVEN", TAKES_REF | TAKES_FORM)		\
	X(REJECT, "reject", "AFWIJZEN", TAKES_REF)			\
	X(CONFIRM, "confirm", "BEVESTIG", TAKES_REF | TAKES_CODE)		\
	X(SUSPEND, "suspend", "SCHORSEN", TAKES_PERSON)			\
	X(KEY, "key", "SLEUTEL", 0)	/* one's own, attached */	\
	/* on a meeting, by the office */				\
	X(CONVENE, "convene", "VERGADERING", TAKES_MEETING)		\
	X(INVITE, "invite", "UITNODIGEN", TAKES_REF | TAKES_PERSON)	\
	X(MOVE, "move", "VERPLAATSEN", TAKES_REF | TAKES_MEETING)	\
	X(CANCEL, "cancel", "AFGELASTEN", TAKES_REF)			\
	X(OVERVIEW, "overview", "OVERZICHT", TAKES_REF)			\
	X(PRESENT, "present", "AANWEZIG", TAKES_REF | TAKES_MEETING)	\
	X(AGENDA, "agenda", "AGENDA", TAKES_REF | TAKES_WORDS)		\
	X(MINUTES, "minutes", "VERSLAG",					\
	    TAKES_REF | TAKES_CASE | TAKES_WORDS)			\
	X(ACTION, "action", "ACTIE",					\
	    TAKES_REF | TAKES_CASE | TAKES_PERSON | TAKES_WORDS)	\
	X(TALK, "talk", "GESPREK", TAKES_REF | TAKES_WORDS)		\
	/* by who is invited */						\
	X(ACCEPT, "accept", "AANVAARD", TAKES_REF | TAKES_PERSON)	\
	X(DECLINE, "decline", "WEIGER", TAKES_REF | TAKES_WORDS)		\
	/* on a fiche */						\
	X(FICHE, "fiche", "FICHE", TAKES_REF | TAKES_FICHE)		\
	X(APPROVE, "approve", "AKKOORD", TAKES_CODE | TAKES_WORDS)	\
	X(OBJECT, "object", "BEZWAAR",					\
	    TAKES_REF | TAKES_FIELDS | TAKES_WORDS)			\
	X(WITHDRAW, "withdraw", "INTREKKEN", TAKES_REF)			\
	X(FLAG, "flag", "ONDERZOEKSGEHEIM", TAKES_REF)			\
	X(STANDING, "standing", "STAND", TAKES_REF)			\
	X(GIVE_UP, "give-up", "OPGEVEN", TAKES_REF)			\
	X(HAND_OVER, "hand-over", "OVERDRAGEN", TAKES_REF)		\
	X(DISPATCH, "dispatch", "VERZENDEN", TAKES_REF | TAKES_WORDS)	\
	X(PASSED_ON, "passed-on", "DOORGEGEVEN", TAKES_REF | TAKES_YES)	\
	/* on the house */						\
	X(FIGURES, "figures", "CIJFERS", TAKES_YEAR)			\
	X(REVIEWED, "reviewed", "NAGEKEKEN", 0)				\
	/* on a case */							\
	X(CLOSE, "close", "AFSLUITEN",					\
	    TAKES_REF | TAKES_CLOSING | TAKES_MEASURES)			\
	X(EXTEND, "extend", "VERLENGEN", TAKES_REF | TAKES_CRITERIA)	\
	X(NOT_EXTEND, "not-extend", "NIET VERLENGEN", TAKES_REF)		\
	X(MANAGER, "manager", "CASUSMANAGER", TAKES_REF | TAKES_PERSON)	\
	X(STUCK, "stuck", "VASTGELOPEN", TAKES_REF | TAKES_WORDS)	\
	X(INFORM, "inform", "INLICHTEN", TAKES_REF)			\
	/* for anybody */						\
	X(FORM, "form", "FORMULIER", TAKES_NAME)			\
	/* on the log of acts, by the office and the DPO */		\
	X(LOGBOOK, "logbook", "LOGBOEK", 0)

/* What may stand behind a verb: on its own line, but for words and forms. */
enum verb_takes {
	TAKES_REF = 1 << 0,	/* a reference */
	TAKES_FIELDS = 1 << 1,	/* numbers of fields: "4, 7 en 11" */
	TAKES_GROUND = 1 << 2,	/* one of GROUNDS */
	TAKES_PERSON = 1 << 3,	/* an address */
	TAKES_CONSENT = 1 << 4,	/* "met akkoord": of the information's owner */
	TAKES_CODE = 1 << 5,	/* a code that the gateway issued */
	TAKES_NAME = 1 << 6,	/* one of FORM_NAMES */
	TAKES_CASE = 1 << 7,	/* a reference C-..., beside TAKES_REF */
	TAKES_YES = 1 << 8,	/* "ja" or "nee" */
	TAKES_YEAR = 1 << 9,	/* "2026" */
	TAKES_CLOSING = 1 << 10, /* one of CLOSINGS, base/term.h */
	TAKES_MEASURES = 1 << 11, /* one of OUTCOMES_OF_MEASURES */
	TAKES_CRITERIA = 1 << 12, /* some of CRITERIA */
	TAKES_WORDS = 1 << 13,	/* the sender's own text below, up to a quote */
	TAKES_FORM = 1 << 14,	/* lines "field: value" below, quoted or not */
	TAKES_MEETING = 1 << 15, /* the same, of the form for a meeting */
	TAKES_FICHE = 1 << 16	/* the same, of that of a fiche */
};

enum verb {
#define X(id, name, dutch, takes) VERB_##id,
	VERBS(X)
#undef X
	VERB_MAX
};

/* How certain it is what the sender wants (design.md 6: doubt is a no). */
enum answer {
	ANSWER_NONE,		/* the first line is no verb: a text like any */
	ANSWER_CLEAR,		/* one verb, and what follows it is understood */
	ANSWER_SEVERAL,		/* a second, other verb stands below */
	ANSWER_UNCLEAR,		/* a verb, and behind it something else */
	ANSWER_MAX
};

/*
 * Why a referral is not retained: a code, never a sentence (R30). X(identifier,
 * stable name, the Dutch word behind NIET WEERHOUDEN)
 */
#define GROUNDS(X)							\
	X(NONE, "none", "")						\
	X(NO_INDICATION, "no-indication", "geen-aanwijzingen")		\
	X(OTHER_HELP, "other-help", "andere-hulp")			\
	X(OWN_STEPS, "own-steps", "eigen-aanpak")			\
	X(TOO_LITTLE, "too-little", "te-weinig")

enum ground {
#define X(id, name, dutch) GROUND_##id,
	GROUNDS(X)
#undef X
	GROUND_MAX
};

/* Blanks that anybody enrolled may ask for. X(identifier, the Dutch word) */
#define FORM_NAMES(X)							\
	X(REFERRAL, "AANMELDING")					\
	X(ENROLMENT, "INSCHRIJVING")					\
	X(PRIVACY, "AVG")						\
	X(MEETING, "VERGADERING")					\
	X(FICHE, "FICHE")

enum form_name {
#define X(id, dutch) FORM_NAME_##id,
	FORM_NAMES(X)
#undef X
	FORM_NAME_MAX
};

/* Names of a value outside its list are "?"; storage is static. */
const char *verb_name(enum verb v);
const char *verb_dutch(enum verb v);
uint32_t verb_takes(enum verb v);
const char *ground_name(enum ground g);
const char *ground_dutch(enum ground g);
const char *form_name_dutch(enum form_name f);

#endif
