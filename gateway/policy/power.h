/*
 * The matrix read the other way (R148): what people in a role may create,
 * consult, change and destroy, in words. It follows from policy_may_send(), so
 * it cannot say anything else than what the gateway does.
 */
#ifndef GW_POLICY_POWER_H
#define GW_POLICY_POWER_H

#include "base/buf.h"
#include "policy/policy.h"

#define POWERS(X)							\
	X(CREATE, "create") X(CONSULT, "consult") X(CHANGE, "change")	\
	X(DESTROY, "destroy")

enum power {
#define X(id, name) POWER_##id,
	POWERS(X)
#undef X
	POWER_MAX
};

const char *power_name(enum power p);

/* Appends what it extends to: "referrals, persons"; nothing where to nothing. */
void power_say(enum person_role r, enum power p, struct buf *out);

#endif
