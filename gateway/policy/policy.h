/*
 * Who people are and what they may send: role x document, closed by default
 * (design.md 5, R10, R17, R18, R35, R36, R87). Pure tables and questions.
 */
#ifndef GW_POLICY_POLICY_H
#define GW_POLICY_POLICY_H

#include <stdbool.h>

/* X(identifier, code id of the glossary, Dutch for people) */
#define PERSON_ROLES(X)							\
	X(MAYOR, "mayor", "burgemeester")				\
	X(MAYOR_REP, "mayor_rep", "vertegenwoordiger van de burgemeester") \
	X(COORDINATOR, "coordinator", "co\303\266rdinator")		\
	X(IO, "io", "information officer")				\
	X(PARTICIPANT, "participant", "deelnemer")			\
	X(ADHOC, "adhoc", "ad-hocdeelnemer")				\
	X(PERM_REP, "perm_rep", "vaste vertegenwoordiger")		\
	X(NON_MEMBER, "non_member", "niet-lid")				\
	X(OTHER_MAYOR, "other_mayor", "burgemeester van een andere gemeente") \
	X(DPO, "dpo", "functionaris gegevensbescherming")

/*
 * Organisation classes. The last block can be neither enrolled nor invited:
 * law and guidance bar them from the cell (R36, R87). `local_police` is for
 * the IO and the chief alone (R34, R36).
 */
#define ORG_CLASSES(X)							\
	X(MUNICIPALITY, "municipality", true)				\
	X(OCMW, "ocmw", true)						\
	X(SCHOOL, "school", true)					\
	X(CLB, "clb", true)						\
	X(CAW, "caw", true)						\
	X(CGG, "cgg", true)						\
	X(OCJ, "ocj", true)						\
	X(VDAB, "vdab", true)						\
	X(VAPH, "vaph", true)						\
	X(JUSTITIEHUIS, "justitiehuis", true)				\
	X(YOUTH, "youth", true)						\
	X(SOCIETY, "society", true)					\
	X(OTHER, "other", true)						\
	X(LOCAL_POLICE, "local_police", true)				\
	X(OCAD, "ocad", false)						\
	X(VSSE, "vsse", false)						\
	X(ADIV, "adiv", false)						\
	X(OM, "om", false)						\
	X(FEDERAL_POLICE, "federal_police", false)

enum person_role {
#define X(id, name, dutch) PERSON_##id,
	PERSON_ROLES(X)
#undef X
	PERSON_MAX
};

enum org_class {
#define X(id, name, allowed) ORG_##id,
	ORG_CLASSES(X)
#undef X
	ORG_MAX
};

/* What a mail can be: the rows of the matrix of design.md 5. */
enum document {
	DOCUMENT_REFERRAL,
	DOCUMENT_FOLLOW_UP,	/* more on a referral of one's own */
	DOCUMENT_DECISION,	/* the intake: R10, R26 */
	DOCUMENT_ENROLMENT,	/* proposes, rejects, suspends a person */
	DOCUMENT_CONFIRMATION,	/* an officer agrees with such a proposal */
	DOCUMENT_PROOF,		/* a newcomer has the key: nobody's by role */
	DOCUMENT_BLANK,		/* asks for a form */
	DOCUMENT_MEETING,	/* convenes, changes, cancels: R45; whoever does
				 * not decide only drafts it (R46) */
	DOCUMENT_ANSWER,	/* to an invitation of one's own: R47 */
	DOCUMENT_ATTENDANCE,	/* who was there, closed by the chair: R35 */
	DOCUMENT_GUESTS,	/* who comes and who does not: R49 */
	DOCUMENT_PAPERS,	/* agenda, minutes, actions */
	DOCUMENT_FICHE,		/* proposed, revised, given up: R88 */
	DOCUMENT_FICHE_ANSWER,	/* yes or no by who was there: R89 */
	DOCUMENT_FICHE_RELEASE,	/* to the IO alone: R101 */
	DOCUMENT_FICHE_DISPATCH, /* the IO's own mail to the LTF: R101 */
	DOCUMENT_FIGURES,	/* asks for those of a year: R126 */
	DOCUMENT_REVIEW,	/* looked the register over: R148 */
	DOCUMENT_TERM,		/* closes a case, extends its term: R124, R134 */
	DOCUMENT_TERM_SECOND,	/* the second person of an extension */
	DOCUMENT_MANAGER,	/* names who manages a case: R118 */
	DOCUMENT_STUCK,		/* who manages it asks for help: R120 */
	DOCUMENT_CASE_ACTION,	/* and tells a member what to do: R121 */
	DOCUMENT_INFORM,	/* asks whether the person may be told: R108 */
	DOCUMENT_INFORM_ANSWER,	/* yes or no by who took part */
	DOCUMENT_LOGBOOK,	/* asks for the head of the audit chain */
	DOCUMENT_KEY,		/* the own key, prolonged */
	DOCUMENT_MAX
};

/*
 * What kind of referral it becomes (R8, R9, R17, R18). X(identifier, code id,
 * Dutch for people)
 */
#define REFERRAL_TYPES(X)						\
	X(MEMBER, "member", "aanmelding door een lid")			\
	X(NON_MEMBER, "non_member", "aanmelding door een niet-lid")	\
	X(LTF_INFLOW, "ltf_inflow",					\
	    "aanmelding vanuit de LTF, door de information officer")	\
	X(OTHER_MAYOR, "other_mayor",					\
	    "overdracht door de burgemeester van een andere gemeente")

enum referral_type {
#define X(id, name, dutch) REFERRAL_##id,
	REFERRAL_TYPES(X)
#undef X
	REFERRAL_TYPE_MAX
};

/* Names of a value outside its list are "?"; storage is static. */
const char *person_role_name(enum person_role r);
const char *person_role_dutch(enum person_role r);
bool person_role_from_name(const char *name, enum person_role *r);
const char *org_class_name(enum org_class c);
bool org_class_from_name(const char *name, enum org_class *c);

/* The same by the Dutch word too, as people write it: "niet-lid". */
bool person_role_from_word(const char *word, enum person_role *r);

/* A function at the table that one person holds, as people call it:
 * "co\303\266rdinator", "korpschef". */
bool person_role_from_function(const char *word, enum person_role *r);
const char *referral_type_name(enum referral_type t);
const char *referral_type_dutch(enum referral_type t);

/* Whether this role may send that document: the matrix of design.md 5. */
bool policy_may_send(enum person_role r, enum document d);

/* The officers of the office: who decides, and who may be the second of two
 * (design.md 5, enrolment decision). */
bool policy_decides(enum person_role r);
bool policy_seconds(enum person_role r);

/* Whether the decree is the ground on which this class of organisation keeps
 * what it heard (R138): its own services, and the municipalities. Whoever keeps
 * under another law is given no advice about that. */
bool policy_decree_covers(enum org_class c);

/* The referral's type for a sender in this role; REFERRAL_TYPE_MAX for one who
 * may not refer. */
enum referral_type policy_referral_type(enum person_role r);

/*
 * Whether a person in this role, of this class of organisation, at this
 * address, may be enrolled at all. False gives the rule and a sentence in
 * *why (static): excluded class (R36, R87), excluded domain (R36, R87), police
 * other than the IO (R36), IO who is not police (R35). True gives *why NULL.
 */
bool policy_may_enrol(enum person_role r, enum org_class c,
    const char *address, const char **why);

#endif
