#include "mail/key_part.h"

#include <string.h>

#include "mail/leaf.h"

#define ARMOR "-----BEGIN PGP PUBLIC KEY BLOCK-----"

static bool
ends_asc(struct bytes value, const char *param)
{
	char name[LIM_PARAM + 1];
	size_t n;

	if (header_param(value, param, name) != PARAM_OK)
		return false;
	n = strlen(name);
	return n > 4 && bytes_same((struct bytes){ (uint8_t *)name + n - 4,
	    4 }, ".asc");
}

static bool
is_asc(const struct scan *s, size_t part)
{
	struct field f;

	if (ends_asc(scan_type_value(s, part), "name"))
		return true;
	return header_find(scan_header(s, part), "Content-Disposition", &f) ==
	    1 && ends_asc(f.value, "filename");
}

bool
key_part_is(const struct scan *s, size_t part)
{
	struct leaf l;
	bool is;

	if (scan_is_multipart(s, part))
		return false;
	if (scan_is(s, part, "application/pgp-keys"))
		return true;
	/* Not worth decoding when it can be no key (T29). */
	if (!is_asc(s, part) || s->part[part].body.len > 2 * LIM_KEYFILE)
		return false;
	is = leaf_open(s, part, &l) == GW_OK &&
	    bytes_begins(bytes_trim(l.body), ARMOR);
	leaf_close(&l);
	return is;
}

enum gw_err
key_part_read(const struct scan *s, size_t part, struct buf *out,
    struct span *where)
{
	size_t end = scan_after(s, part), i, found = end;
	struct leaf l;
	enum gw_err r;

	*where = (struct span){ out->len, 0 };
	for (i = part; i < end; i++) {
		if (!key_part_is(s, i))
			continue;
		/* Which of two would be meant nobody can say. */
		if (found != end)
			return GW_OK;
		found = i;
	}
	if (found == end)
		return GW_OK;
	r = leaf_open(s, found, &l);
	if (r == GW_OK && l.body.n <= LIM_KEYFILE) {
		buf_add(out, l.body.p, l.body.n);
		where->len = l.body.n;
		r = buf_error(out);
	}
	leaf_close(&l);
	return r == GW_FORMAT ? GW_OK : r;
}
