/*
 * Header fields of one part: lookup, duplicates, MIME values.
 *
 * A header here is the bytes of its fields with their line ends, without the
 * empty line. MIME values are read strictly and without comments: what two
 * readers could take differently is bad (security.md T17, T28).
 */
#ifndef GW_MAIL_HEADER_H
#define GW_MAIL_HEADER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/limits.h"
#include "base/bytes.h"

struct field {
	struct bytes name;	/* without the colon */
	struct bytes value;	/* folds and all, without the last line end */
};

enum encoding {
	ENCODING_NONE,		/* 7bit, 8bit, binary: as it stands */
	ENCODING_BASE64,
	ENCODING_QP,
	ENCODING_UNKNOWN
};

enum param { PARAM_NONE, PARAM_OK, PARAM_BAD };

/*
 * Whether every line is a field or its continuation, ends in `eol` bytes (1:
 * LF, 2: CRLF), holds no NUL or lone CR, is within the limits, and no field
 * that must stand alone stands twice (T17).
 */
bool header_well_formed(struct bytes header, size_t eol);

/* Takes the next field off `rest`; false when there is none. */
bool header_next(struct bytes *rest, struct field *f);

/* How many fields have this name; the first of them in *first. */
unsigned header_find(struct bytes header, const char *name,
    struct field *first);

/* The first token of a value, "failed" of "failed (no such user)". */
struct bytes header_token(struct bytes value);

/* Whether there is a field `name` whose first token is `word`. */
bool header_says(struct bytes header, const char *name, const char *word);

/* The media type, "text/plain" in lower case, of a Content-Type value; false
 * and "" when it has none. */
bool header_type(struct bytes value, char out[LIM_TYPE + 1]);

/*
 * One parameter of a Content-Type or Content-Disposition value. PARAM_BAD when
 * it is there twice, in pieces or with a charset (RFC 2231), escaped, too long,
 * or when the list of parameters cannot be read.
 */
enum param header_param(struct bytes value, const char *name,
    char out[LIM_PARAM + 1]);

enum encoding header_encoding(struct bytes header);

#endif
