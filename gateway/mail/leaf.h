/* The decoded bytes of a part that is no multipart. */
#ifndef GW_MAIL_LEAF_H
#define GW_MAIL_LEAF_H

#include "base/err.h"
#include "mail/scan.h"

struct leaf {
	struct bytes body;	/* in the mail itself, or `owned` */
	uint8_t *owned;
};

/* GW_FORMAT when its encoding cannot be undone; GW_NOMEM. In every case
 * leaf_close() is due. */
enum gw_err leaf_open(const struct scan *s, size_t part, struct leaf *l);

/* Wipes what was decoded. */
void leaf_close(struct leaf *l);

/* Whether Content-Disposition calls it an attachment. */
bool leaf_is_attached(const struct scan *s, size_t part);

#endif
