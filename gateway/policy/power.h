/*
 * The matrix read the other way (R148): what people in a role may create,
 * consult, change and destroy, in words. It follows from policy_may_send(), so
 * it cannot say anything else than what the gateway does.
 */
#ifndef GW_POLICY_POWER_H
#define GW_POLICY_POWER_H

#include "base/buf.h"
#include "policy/policy.h"

enum power { POWER_CREATE, POWER_CONSULT, POWER_CHANGE, POWER_DESTROY,
	POWER_MAX };

/* Appends what it extends to: "referrals, persons"; nothing where to nothing. */
void power_say(enum person_role r, enum power p, struct buf *out);

#endif
