/*
 * Delivery status notifications, RFC 3464: three facts of one. They change
 * the state of a transport and nothing else (security.md T24).
 */
#ifndef GW_MAIL_DSN_H
#define GW_MAIL_DSN_H

#include "base/limits.h"
#include "base/reason.h"
#include "base/bytes.h"

struct dsn {
	char envid[LIM_ENVID + 1];	/* "" when absent or not one of ours */
	enum dsn_action action;		/* of the recipient who fared worst */
	char status[LIM_STATUS + 1];	/* of the same one; "" if unreadable */
};

/* Reads the body of a message/delivery-status part. */
void dsn_read(struct bytes body, struct dsn *out);

#endif
