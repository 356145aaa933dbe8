#include "mail/leaf.h"

#include <stdlib.h>
#include <string.h>

#include "mail/decode.h"

enum gw_err
leaf_open(const struct scan *s, size_t part, struct leaf *l)
{
	enum encoding encoding = s->part[part].encoding;
	enum gw_err r;
	size_t n;

	l->body = scan_body(s, part);
	l->owned = NULL;
	if (encoding == ENCODING_NONE)
		return GW_OK;
	r = decode_body(l->body, encoding, &l->owned, &n);
	l->body = (struct bytes){ l->owned, n };
	return r;
}

void
leaf_close(struct leaf *l)
{
	/* It may be what a person wrote in confidence (T38). */
	if (l->owned != NULL)
		explicit_bzero(l->owned, l->body.n);
	free(l->owned);
	l->owned = NULL;
}

bool
leaf_is_attached(const struct scan *s, size_t part)
{
	return header_says(scan_header(s, part), "Content-Disposition",
	    "attachment");
}
