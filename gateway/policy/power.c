#include "policy/power.h"

/* What somebody can do who may send a document. */
static const struct {
	enum power power;
	enum document document;
	const char *what;
} rows[] = {
	{ POWER_CREATE, DOCUMENT_REFERRAL, "referrals" },
	{ POWER_CREATE, DOCUMENT_MEETING, "meetings" },
	{ POWER_CREATE, DOCUMENT_PAPERS, "agenda and minutes" },
	{ POWER_CREATE, DOCUMENT_ENROLMENT, "persons" },
	{ POWER_CONSULT, DOCUMENT_DECISION, "referrals" },
	{ POWER_CONSULT, DOCUMENT_GUESTS, "invitees" },
	{ POWER_CONSULT, DOCUMENT_REVIEW, "persons" },
	{ POWER_CONSULT, DOCUMENT_FIGURES, "figures" },
	{ POWER_CHANGE, DOCUMENT_FOLLOW_UP, "own referrals" },
	{ POWER_CHANGE, DOCUMENT_ANSWER, "own invitations" },
	{ POWER_CHANGE, DOCUMENT_DECISION, "referrals" },
	{ POWER_CHANGE, DOCUMENT_MEETING, "meetings" },
	{ POWER_CHANGE, DOCUMENT_ATTENDANCE, "attendance" },
	{ POWER_CHANGE, DOCUMENT_CONFIRMATION, "persons" },
	{ POWER_DESTROY, DOCUMENT_DECISION, "referrals" },
	{ POWER_DESTROY, DOCUMENT_ENROLMENT, "persons" }
};

void
power_say(enum person_role r, enum power p, struct buf *out)
{
	const char *between = "";
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].power != p || !policy_may_send(r,
		    rows[i].document))
			continue;
		buf_printf(out, "%s%s", between, rows[i].what);
		between = ", ";
	}
}
