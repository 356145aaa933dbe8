#include "store/code.h"

#include <string.h>

#include "store/store.h"

#define CODES(list) { list, sizeof(list) / sizeof((list)[0]) }

static const char *const role[] = {
#define X(id, name, dutch) name,
	PERSON_ROLES(X)
#undef X
};
const struct codes code_role = CODES(role);

static const char *const org_class[] = {
#define X(id, name, allowed) name,
	ORG_CLASSES(X)
#undef X
};
const struct codes code_org_class = CODES(org_class);

static const char *const correspondent_state[] = {
	[CORRESPONDENT_ACTIVE] = "active",
	[CORRESPONDENT_SUSPENDED] = "suspended",
};
const struct codes code_correspondent_state = CODES(correspondent_state);

static const char *const structure[] = {
#define X(id, name, text) name,
	STRUCTURES(X)
#undef X
};
const struct codes code_structure = CODES(structure);

static const char *const verdict[] = {
#define X(id, name, text) name,
	VERDICTS(X)
#undef X
};
const struct codes code_verdict = CODES(verdict);

static const char *const reason[] = {
#define X(id, name, text) name,
	REASONS(X)
#undef X
};
const struct codes code_reason = CODES(reason);

static const char *const referral_type[] = {
#define X(id, name, dutch) name,
	REFERRAL_TYPES(X)
#undef X
};
const struct codes code_referral_type = CODES(referral_type);

static const char *const referral_state[] = {
#define X(id) #id,
	REFERRAL_STATES(X)
#undef X
};
const struct codes code_referral_state = CODES(referral_state);

static const char *const referral_event[] = {
#define X(id) #id,
	REFERRAL_EVENTS(X)
#undef X
};
const struct codes code_referral_event = CODES(referral_event);

static const char *const referral_outcome[] = {
#define X(id, name) name,
	REFERRAL_OUTCOMES(X)
#undef X
};
const struct codes code_referral_outcome = CODES(referral_outcome);

static const char *const enrolment_state[] = {
#define X(id) #id,
	ENROLMENT_STATES(X)
#undef X
};
const struct codes code_enrolment_state = CODES(enrolment_state);

static const char *const meeting_kind[] = {
#define X(id, name, dutch) name,
	MEETING_KINDS(X)
#undef X
};
const struct codes code_meeting_kind = CODES(meeting_kind);

static const char *const meeting_state[] = {
#define X(id) #id,
	MEETING_STATES(X)
#undef X
};
const struct codes code_meeting_state = CODES(meeting_state);

static const char *const meeting_event[] = {
#define X(id) #id,
	MEETING_EVENTS(X)
#undef X
};
const struct codes code_meeting_event = CODES(meeting_event);

static const char *const invitation_kind[] = {
#define X(id, name) name,
	INVITATION_KINDS(X)
#undef X
};
const struct codes code_invitation_kind = CODES(invitation_kind);

static const char *const invitation_state[] = {
#define X(id, dutch) #id,
	INVITATION_STATES(X)
#undef X
};
const struct codes code_invitation_state = CODES(invitation_state);

static const char *const invitation_event[] = {
#define X(id) #id,
	INVITATION_EVENTS(X)
#undef X
};
const struct codes code_invitation_event = CODES(invitation_event);

static const char *const retention_state[] = {
#define X(id) #id,
	RETENTION_STATES(X)
#undef X
};
const struct codes code_retention_state = CODES(retention_state);

static const char *const retention_event[] = {
#define X(id) #id,
	RETENTION_EVENTS(X)
#undef X
};
const struct codes code_retention_event = CODES(retention_event);

static const char *const closing[] = {
#define X(id, name, success) name,
	CLOSINGS(X)
#undef X
};
const struct codes code_closing = CODES(closing);

static const char *const measures[] = {
#define X(id, name) name,
	OUTCOMES_OF_MEASURES(X)
#undef X
};
const struct codes code_measures = CODES(measures);

static const char *const fiche_state[] = {
#define X(id) #id,
	FICHE_STATES(X)
#undef X
};
const struct codes code_fiche_state = CODES(fiche_state);

static const char *const fiche_event[] = {
#define X(id) #id,
	FICHE_EVENTS(X)
#undef X
};
const struct codes code_fiche_event = CODES(fiche_event);

static const char *const informing_event[] = {
#define X(id) #id,
	INFORMING_EVENTS(X)
#undef X
};
const struct codes code_informing_event = CODES(informing_event);

static const char *const mail_kind[] = {
#define X(id, name, file) name,
	MAIL_KINDS(X)
#undef X
};
const struct codes code_mail_kind = CODES(mail_kind);

static const char *const outbox_state[] = {
	[OUTBOX_WAITING] = "waiting",
	[OUTBOX_HELD] = "held",
	[OUTBOX_SENDING] = "sending",
	[OUTBOX_SENT] = "sent",
	[OUTBOX_DELIVERED] = "delivered",
	[OUTBOX_FAILED] = "failed",
	[OUTBOX_UNCERTAIN] = "uncertain",
};
const struct codes code_outbox_state = CODES(outbox_state);

static const char *const timer_kind[] = {
	[TIMER_REFERRAL] = "referral",
	[TIMER_QUARANTINE] = "quarantine",
	[TIMER_ENROLMENT] = "enrolment",
	[TIMER_MEETING] = "meeting",
	[TIMER_INVITATION] = "invitation",
	[TIMER_CASE] = "case",
	[TIMER_FICHE] = "fiche",
	[TIMER_INFORMING] = "informing",
};
const struct codes code_timer_kind = CODES(timer_kind);

static const char *const audit_event[] = {
#define X(id, name) name,
	AUDIT_EVENTS(X)
#undef X
};
const struct codes code_audit_event = CODES(audit_event);

const char *
code_name(const struct codes *c, int v)
{
	return v >= 0 && (size_t)v < c->n ? c->name[v] : NULL;
}

int
code_value(const struct codes *c, const char *name)
{
	size_t i;

	for (i = 0; i < c->n; i++)
		if (strcmp(c->name[i], name) == 0)
			return (int)i;
	return -1;
}

/* A name to show for any value. */
static const char *
shown(const struct codes *c, int v)
{
	const char *name = code_name(c, v);

	return name != NULL ? name : "?";
}

const char *
correspondent_state_name(enum correspondent_state s)
{
	return shown(&code_correspondent_state, (int)s);
}

const char *
outbox_state_name(enum outbox_state s)
{
	return shown(&code_outbox_state, (int)s);
}

const char *
audit_event_name(enum audit_event e)
{
	return shown(&code_audit_event, (int)e);
}
