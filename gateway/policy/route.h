/*
 * From who signed and what the first line orders to what the mail is
 * (design.md 3.5). Pure, and closed by default: whatever is in doubt is no act.
 */
#ifndef GW_POLICY_ROUTE_H
#define GW_POLICY_ROUTE_H

#include <stdbool.h>

#include "base/reason.h"
#include "base/verb.h"
#include "policy/policy.h"

/* What is known of the mail besides its signer. */
struct order {
	enum answer answer;
	enum verb verb;		/* of ANSWER_CLEAR */
	char letter;		/* of the reference it is about; '\0' = none */
};

/*
 * REASON_OK: *d is what the mail is. REASON_ROLE_NOT_ALLOWED: the verb is
 * clear, and not for this role; or it is a text about nothing of ours by
 * somebody who only gives orders. REASON_UNREADABLE_ANSWER: an answer of such
 * a person that is no clear order.
 *
 * A text that could be a concern is never lost over a word: who may refer
 * (R8, R9) and begins a text without a reference with what looks like an order
 * that is not theirs has written a referral.
 */
enum reason route_document(enum person_role role, const struct order *o,
    enum document *d);

#endif
