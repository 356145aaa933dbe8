/*
 * Codes stand in the database under their stable names, not their numbers: a
 * list can grow in the middle, and a reader with sqlite3(1) needs no table.
 */
#ifndef GW_STORE_CODE_H
#define GW_STORE_CODE_H

#include <stddef.h>

struct codes {
	const char *const *name;
	size_t n;
};

extern const struct codes code_role;
extern const struct codes code_org_class;
extern const struct codes code_correspondent_state;
extern const struct codes code_structure;
extern const struct codes code_verdict;
extern const struct codes code_reason;
extern const struct codes code_referral_type;
extern const struct codes code_referral_state;
extern const struct codes code_referral_event;
extern const struct codes code_referral_outcome;
extern const struct codes code_enrolment_state;
extern const struct codes code_meeting_kind;
extern const struct codes code_meeting_state;
extern const struct codes code_meeting_event;
extern const struct codes code_invitation_kind;
extern const struct codes code_invitation_state;
extern const struct codes code_invitation_event;
extern const struct codes code_retention_state;
extern const struct codes code_retention_event;
extern const struct codes code_closing;
extern const struct codes code_measures;
extern const struct codes code_fiche_state;
extern const struct codes code_fiche_event;
extern const struct codes code_informing_event;
extern const struct codes code_mail_kind;
extern const struct codes code_outbox_state;
extern const struct codes code_timer_kind;
extern const struct codes code_audit_event;

/* NULL for what is not in the list. */
const char *code_name(const struct codes *c, int v);

/* -1 for a name that is not in the list. */
int code_value(const struct codes *c, const char *name);

#endif
