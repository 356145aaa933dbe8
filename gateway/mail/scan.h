/*
 * The tree of a mail as byte spans: the one reading that verification, facts
 * and display share (design.md 3.2).
 *
 * One pass over the lines, a stack of at most LIM_DEPTH open multiparts, no
 * recursion, no allocation. A missing or extra delimiter, a line that is a
 * delimiter for some readers only, a boundary that RFC 2046 does not allow:
 * malformed (security.md F9, F10, T27, T28). A message/rfc822 is a leaf: what
 * is inside another mail is never ours to read.
 */
#ifndef GW_MAIL_SCAN_H
#define GW_MAIL_SCAN_H

#include <stddef.h>

#include "base/limits.h"
#include "base/reason.h"
#include "base/span.h"
#include "base/bytes.h"
#include "mail/header.h"

struct part {
	int parent;			/* index; -1 for the root */
	unsigned depth;			/* 0 for the root */
	unsigned children;
	enum encoding encoding;
	char type[LIM_TYPE + 1];	/* "text/plain"; "?" if unreadable */
	struct span whole;		/* fields, empty line and body: what a
					 * signature covers, RFC 1847 2.1 */
	struct span header;
	struct span body;
	struct span preamble;		/* of a multipart */
	struct span epilogue;
};

struct scan {
	struct bytes in;
	enum reason reason;		/* ok, malformed or too-deep */
	size_t parts;
	struct part part[LIM_PARTS];	/* in the order of the mail; those
					 * from `parts` on hold nothing */
};

/*
 * Scans the whole of `in`, which must outlive *s. When reason is not ok, the
 * parts found so far are there, part 0 with at least its header, but their
 * bodies may be empty.
 */
void scan_mail(struct scan *s, struct bytes in);

struct bytes scan_header(const struct scan *s, size_t part);
struct bytes scan_body(const struct scan *s, size_t part);

bool scan_is(const struct scan *s, size_t part, const char *type);
bool scan_is_multipart(const struct scan *s, size_t part);

/* The value of the part's Content-Type, empty when there is none. */
struct bytes scan_type_value(const struct scan *s, size_t part);

/* Child `n` (from 0) of `part`, or -1. */
int scan_child(const struct scan *s, size_t part, unsigned n);

/* The part after the last one below `part`. */
size_t scan_after(const struct scan *s, size_t part);

#endif
