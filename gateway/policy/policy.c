#include "policy/policy.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

static const struct {
	const char *name, *dutch;
} roles[PERSON_MAX] = {
#define X(id, name, dutch) { name, dutch },
	PERSON_ROLES(X)
#undef X
};

static const struct {
	const char *name;
	bool allowed;
} classes[ORG_MAX] = {
#define X(id, name, allowed) { name, allowed },
	ORG_CLASSES(X)
#undef X
};

static const struct {
	const char *name, *dutch;
} types[REFERRAL_TYPE_MAX] = {
#define X(id, name, dutch) { name, dutch },
	REFERRAL_TYPES(X)
#undef X
};

/* Sets of roles: one bit each. */
#define WHO(role)	(UINT32_C(1) << PERSON_##role)
#define OFFICE		(WHO(MAYOR) | WHO(MAYOR_REP))
#define GUESTS		(WHO(COORDINATOR) | WHO(IO) | WHO(PARTICIPANT) |	\
			WHO(ADHOC) | WHO(PERM_REP) | WHO(NON_MEMBER))
/* Another mayor and the DPO sit at no table (R34). */
#define TABLE		(OFFICE | GUESTS)
#define EVERYBODY	(TABLE | WHO(OTHER_MAYOR) | WHO(DPO))

/* The matrix of design.md 5. What is not listed is not allowed. */
static const uint32_t may_send[DOCUMENT_MAX] = {
	/* R8, R9, R17, R18; R10: the office does not refer to itself. */
	[DOCUMENT_REFERRAL] = GUESTS | WHO(OTHER_MAYOR),
	[DOCUMENT_FOLLOW_UP] = GUESTS | WHO(OTHER_MAYOR),
	[DOCUMENT_DECISION] = OFFICE,			/* R26 */
	[DOCUMENT_ENROLMENT] = OFFICE,
	[DOCUMENT_CONFIRMATION] = OFFICE | WHO(COORDINATOR) | WHO(DPO),
	[DOCUMENT_BLANK] = EVERYBODY,
	/* R45; of a coordinator it is a draft: policy_decides(). */
	[DOCUMENT_MEETING] = OFFICE | WHO(COORDINATOR),
	/* Whoever may be invited may answer. */
	[DOCUMENT_ANSWER] = TABLE,
	[DOCUMENT_ATTENDANCE] = OFFICE,			/* R35 */
	[DOCUMENT_GUESTS] = OFFICE,	/* R49: not the coordinator */
	[DOCUMENT_PAPERS] = OFFICE | WHO(COORDINATOR),	/* T22 to T24 */
	/* The chair may see how it stands and give it up; core knows which
	 * order is whose. */
	[DOCUMENT_FICHE] = OFFICE | WHO(IO),
	/* Whether they were there is asked of the frozen set. */
	[DOCUMENT_FICHE_ANSWER] = TABLE,
	[DOCUMENT_FICHE_RELEASE] = WHO(IO),		/* R101, R103 */
	[DOCUMENT_FICHE_DISPATCH] = WHO(IO),		/* R101 */
	[DOCUMENT_FIGURES] = OFFICE | WHO(COORDINATOR) | WHO(DPO),
	[DOCUMENT_REVIEW] = OFFICE | WHO(DPO),
	[DOCUMENT_TERM] = OFFICE,
	/* Who decides may say it and hears that it takes another person. */
	[DOCUMENT_TERM_SECOND] = OFFICE | WHO(COORDINATOR) | WHO(DPO),
	[DOCUMENT_MANAGER] = OFFICE | WHO(COORDINATOR),
	/* Whoever may sit at the table may be the one. */
	[DOCUMENT_STUCK] = TABLE,
	[DOCUMENT_CASE_ACTION] = TABLE,
	[DOCUMENT_INFORM] = OFFICE,			/* R108 */
	/* Whether they took part is asked of the file of the case. */
	[DOCUMENT_INFORM_ANSWER] = TABLE,
	/* R150 */
	[DOCUMENT_LOGBOOK] = OFFICE | WHO(COORDINATOR) | WHO(DPO),
	[DOCUMENT_KEY] = EVERYBODY
};

/*
 * R138: municipalities with their OCMW, and the services of the decree. Not the
 * police, which has a law of its own, nor who falls under none of these.
 * [CHECK] each with the DPO.
 */
static const bool covered[ORG_MAX] = {
	[ORG_MUNICIPALITY] = true,
	[ORG_OCMW] = true,
	[ORG_SCHOOL] = true,
	[ORG_CLB] = true,
	[ORG_CAW] = true,
	[ORG_CGG] = true,
	[ORG_OCJ] = true,
	[ORG_VDAB] = true,
	[ORG_VAPH] = true,
	[ORG_JUSTITIEHUIS] = true,
	[ORG_YOUTH] = true
};

/*
 * Mail domains of bodies that stay outside the cell (R36, R87); subdomains
 * count. This list closes the door that a wrong class would leave open; the
 * class of the organisation is the rule. [CHECK] each with the DPO: domains
 * come and go.
 *
 * The police shares one domain among the federal and all local forces, so
 * there the role and class decide: the IO alone (R34, R36).
 */
static const struct {
	const char *domain;
	bool io;	/* the IO of a local force may have it */
	const char *why;
} barred[] = {
	{ "ocad.fgov.be", false, "R36: OCAD is not part of the cell" },
	{ "ocam.fgov.be", false, "R36: OCAD is not part of the cell" },
	{ "ocad.belgium.be", false, "R36: OCAD is not part of the cell" },
	{ "ocam.belgium.be", false, "R36: OCAD is not part of the cell" },
	{ "cuta.belgium.be", false, "R36: OCAD is not part of the cell" },
	{ "vsse.be", false, "R36: the VSSE is not part of the cell" },
	{ "sgrs-adiv.be", false, "R36: the ADIV is not part of the cell" },
	{ "mil.be", false, "R36: the ADIV is not part of the cell" },
	{ "mil.intra", false, "R36: the ADIV is not part of the cell" },
	{ "om-mp.be", false,
	    "R36: the public prosecutor is not part of the cell" },
	{ "just.fgov.be", false,
	    "R36: the public prosecutor is not part of the cell" },
	{ "police.belgium.eu", true,
	    "R36: of the police only the information officer takes part" },
	{ "police.be", true,
	    "R36: of the police only the information officer takes part" },
	{ "politie.be", true,
	    "R36: of the police only the information officer takes part" }
};

const char *
person_role_name(enum person_role r)
{
	return (unsigned)r < PERSON_MAX ? roles[r].name : "?";
}

const char *
person_role_dutch(enum person_role r)
{
	return (unsigned)r < PERSON_MAX ? roles[r].dutch : "?";
}

bool
person_role_from_name(const char *name, enum person_role *r)
{
	int i;

	for (i = 0; i < PERSON_MAX; i++) {
		if (strcmp(name, roles[i].name) == 0) {
			*r = (enum person_role)i;
			return true;
		}
	}
	return false;
}

bool
person_role_from_word(const char *word, enum person_role *r)
{
	int i;

	if (person_role_from_name(word, r))
		return true;
	for (i = 0; i < PERSON_MAX; i++) {
		if (strcasecmp(word, roles[i].dutch) == 0) {
			*r = (enum person_role)i;
			return true;
		}
	}
	return false;
}

bool
person_role_from_function(const char *word, enum person_role *r)
{
	static const struct {
		const char *word;
		enum person_role role;
	} functions[] = {
		{ "burgemeester", PERSON_MAYOR },
		{ "vertegenwoordiger", PERSON_MAYOR_REP },
		{ "vertegenwoordiger van de burgemeester", PERSON_MAYOR_REP },
		{ "co\303\266rdinator", PERSON_COORDINATOR },
		{ "coordinator", PERSON_COORDINATOR },
		{ "preventieambtenaar", PERSON_COORDINATOR },
		{ "gemeenteambtenaar preventie", PERSON_COORDINATOR },
		{ "information officer", PERSON_IO },
		{ "io", PERSON_IO },
		{ "korpschef", PERSON_IO }
	};
	size_t i;

	for (i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		if (strcasecmp(word, functions[i].word) == 0) {
			*r = functions[i].role;
			return true;
		}
	}
	return false;
}

const char *
org_class_name(enum org_class c)
{
	return (unsigned)c < ORG_MAX ? classes[c].name : "?";
}

bool
org_class_from_name(const char *name, enum org_class *c)
{
	int i;

	for (i = 0; i < ORG_MAX; i++) {
		if (strcmp(name, classes[i].name) == 0) {
			*c = (enum org_class)i;
			return true;
		}
	}
	return false;
}

const char *
referral_type_name(enum referral_type t)
{
	return (unsigned)t < REFERRAL_TYPE_MAX ? types[t].name : "?";
}

const char *
referral_type_dutch(enum referral_type t)
{
	return (unsigned)t < REFERRAL_TYPE_MAX ? types[t].dutch : "?";
}

bool
policy_may_send(enum person_role r, enum document d)
{
	return (unsigned)r < PERSON_MAX && (unsigned)d < DOCUMENT_MAX &&
	    (may_send[d] >> r & 1) != 0;
}

bool
policy_decides(enum person_role r)
{
	return r == PERSON_MAYOR || r == PERSON_MAYOR_REP;
}

bool
policy_seconds(enum person_role r)
{
	return r == PERSON_COORDINATOR || r == PERSON_DPO;
}

bool
policy_decree_covers(enum org_class c)
{
	return (unsigned)c < ORG_MAX && covered[c];
}

enum referral_type
policy_referral_type(enum person_role r)
{
	if (!policy_may_send(r, DOCUMENT_REFERRAL))
		return REFERRAL_TYPE_MAX;
	switch (r) {
	case PERSON_IO:
		return REFERRAL_LTF_INFLOW;
	case PERSON_OTHER_MAYOR:
		return REFERRAL_OTHER_MAYOR;
	case PERSON_NON_MEMBER:
		return REFERRAL_NON_MEMBER;
	default:
		return REFERRAL_MEMBER;
	}
}

/* Whether `host` is `domain` or lies under it. */
static bool
is_under(const char *host, size_t len, const char *domain)
{
	size_t n = strlen(domain);

	if (len < n || strncasecmp(host + len - n, domain, n) != 0)
		return false;
	return len == n || host[len - n - 1] == '.';
}

/* The sentence why this address is barred, or NULL. */
static const char *
barred_domain(const char *address, bool io)
{
	const char *host = strrchr(address, '@');
	size_t i, len;

	if (host == NULL)
		return "the address has no domain";
	host++;
	len = strlen(host);
	/* A final dot names the same host. */
	if (len > 0 && host[len - 1] == '.')
		len--;
	for (i = 0; i < sizeof(barred) / sizeof(barred[0]); i++) {
		if (is_under(host, len, barred[i].domain) &&
		    !(io && barred[i].io))
			return barred[i].why;
	}
	return NULL;
}

bool
policy_may_enrol(enum person_role r, enum org_class c, const char *address,
    const char **why)
{
	bool io = r == PERSON_IO, police = c == ORG_LOCAL_POLICE;

	if ((unsigned)r >= PERSON_MAX || (unsigned)c >= ORG_MAX)
		*why = "there is no such role or class";
	else if (!classes[c].allowed)
		*why = "R36, R87: this class of organisation is barred from"
		    " the cell";
	else if (police && !io)
		*why = "R36: of the police only the information officer takes"
		    " part";
	else if (io && !police)
		*why = "R35: the information officer belongs to the local"
		    " police";
	else
		*why = barred_domain(address, io);
	return *why == NULL;
}
