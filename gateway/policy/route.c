#include "policy/route.h"

#include <stddef.h>

/* What a verb makes of a mail. */
static const enum document documents[VERB_MAX] = {
	[VERB_NONE] = DOCUMENT_MAX,
	[VERB_LIST] = DOCUMENT_DECISION,
	[VERB_NOT_RETAINED] = DOCUMENT_DECISION,
	[VERB_ASK] = DOCUMENT_DECISION,
	[VERB_ORAL] = DOCUMENT_DECISION,
	[VERB_SPOKEN] = DOCUMENT_DECISION,
	[VERB_REDIRECT] = DOCUMENT_DECISION,
	[VERB_AGAIN] = DOCUMENT_DECISION,
	[VERB_TAKEN_OVER] = DOCUMENT_DECISION,
	[VERB_INFO] = DOCUMENT_DECISION,
	[VERB_ENROL] = DOCUMENT_ENROLMENT,
	[VERB_REJECT] = DOCUMENT_ENROLMENT,
	[VERB_SUSPEND] = DOCUMENT_ENROLMENT,
	[VERB_CONFIRM] = DOCUMENT_CONFIRMATION,
	[VERB_KEY] = DOCUMENT_KEY,
	[VERB_CONVENE] = DOCUMENT_MEETING,
	[VERB_INVITE] = DOCUMENT_MEETING,
	[VERB_MOVE] = DOCUMENT_MEETING,
	[VERB_CANCEL] = DOCUMENT_MEETING,
	[VERB_AGENDA] = DOCUMENT_PAPERS,
	[VERB_MINUTES] = DOCUMENT_PAPERS,
	[VERB_ACTION] = DOCUMENT_PAPERS,
	[VERB_PRESENT] = DOCUMENT_ATTENDANCE,
	[VERB_OVERVIEW] = DOCUMENT_GUESTS,
	[VERB_TALK] = DOCUMENT_GUESTS,
	[VERB_ACCEPT] = DOCUMENT_ANSWER,
	[VERB_DECLINE] = DOCUMENT_ANSWER,
	[VERB_FICHE] = DOCUMENT_FICHE,
	[VERB_FLAG] = DOCUMENT_FICHE,
	[VERB_STANDING] = DOCUMENT_FICHE,
	[VERB_GIVE_UP] = DOCUMENT_FICHE,
	[VERB_PASSED_ON] = DOCUMENT_FICHE,
	[VERB_APPROVE] = DOCUMENT_FICHE_ANSWER,
	[VERB_OBJECT] = DOCUMENT_FICHE_ANSWER,
	[VERB_WITHDRAW] = DOCUMENT_FICHE_ANSWER,
	[VERB_HAND_OVER] = DOCUMENT_FICHE_RELEASE,
	[VERB_DISPATCH] = DOCUMENT_FICHE_DISPATCH,
	[VERB_FIGURES] = DOCUMENT_FIGURES,
	[VERB_REVIEWED] = DOCUMENT_REVIEW,
	[VERB_CLOSE] = DOCUMENT_TERM,
	[VERB_EXTEND] = DOCUMENT_TERM,
	[VERB_NOT_EXTEND] = DOCUMENT_TERM,
	[VERB_MANAGER] = DOCUMENT_MANAGER,
	[VERB_STUCK] = DOCUMENT_STUCK,
	[VERB_INFORM] = DOCUMENT_INFORM,
	[VERB_FORM] = DOCUMENT_BLANK,
	[VERB_LOGBOOK] = DOCUMENT_LOGBOOK,
};

/* The same word about something else is another document. */
static const struct {
	enum verb verb;
	char letter;
	enum document document;
} others[] = {
	{ VERB_AGAIN, 'U', DOCUMENT_GUESTS },
	{ VERB_CONFIRM, 'V', DOCUMENT_MEETING },
	{ VERB_CONFIRM, 'C', DOCUMENT_TERM_SECOND },
	{ VERB_ACTION, 'C', DOCUMENT_CASE_ACTION },
	{ VERB_GIVE_UP, 'C', DOCUMENT_INFORM },
	{ VERB_STANDING, 'C', DOCUMENT_INFORM },
	{ VERB_APPROVE, 'C', DOCUMENT_INFORM_ANSWER },
	{ VERB_OBJECT, 'C', DOCUMENT_INFORM_ANSWER },
	{ VERB_WITHDRAW, 'C', DOCUMENT_INFORM_ANSWER },
	{ VERB_FLAG, 'C', DOCUMENT_INFORM_ANSWER },
};

static enum document
document_of(enum verb verb, char letter)
{
	size_t i;

	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (others[i].verb == verb && others[i].letter == letter)
			return others[i].document;
	}
	return documents[verb];
}

/* A text without an order, from somebody who may write texts. */
static enum reason
route_text(enum person_role role, char letter, enum document *d)
{
	if (letter == '\0' && policy_may_send(role, DOCUMENT_REFERRAL))
		*d = DOCUMENT_REFERRAL;
	else if (letter == 'A' && policy_may_send(role, DOCUMENT_FOLLOW_UP))
		*d = DOCUMENT_FOLLOW_UP;
	else
		return REASON_UNREADABLE_ANSWER;
	return REASON_OK;
}

enum reason
route_document(enum person_role role, const struct order *o,
    enum document *d)
{
	*d = DOCUMENT_MAX;
	/* A text of its own, by somebody who writes none. */
	if (o->answer == ANSWER_NONE && o->letter == '\0' &&
	    !policy_may_send(role, DOCUMENT_REFERRAL))
		return REASON_ROLE_NOT_ALLOWED;
	if (o->answer != ANSWER_CLEAR || (unsigned)o->verb >= VERB_MAX)
		return route_text(role, o->letter, d);
	*d = document_of(o->verb, o->letter);
	if (policy_may_send(role, *d))
		return REASON_OK;
	/* Their own first line happened to be a word of ours. */
	if (o->letter == '\0' && route_text(role, '\0', d) == REASON_OK)
		return REASON_OK;
	*d = DOCUMENT_MAX;
	return REASON_ROLE_NOT_ALLOWED;
}
