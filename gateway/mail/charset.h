/*
 * The few charsets in which people here write, and the way out of them to
 * clean UTF-8. Small tables of our own: parse may open no file, which iconv(3)
 * does.
 */
#ifndef GW_MAIL_CHARSET_H
#define GW_MAIL_CHARSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/bytes.h"

enum charset {
	CHARSET_ASCII,		/* or nothing said: UTF-8 if it is, else 1252 */
	CHARSET_UTF8,
	CHARSET_1252,		/* ISO-8859-1 too: its C1 is never meant */
	CHARSET_LATIN9,		/* ISO-8859-15 */
	CHARSET_UNKNOWN
};

/* The charset of this name; "" is ASCII. */
enum charset charset_of(const char *name);

enum clean {
	CLEAN_AS_IS,		/* every character came through */
	CLEAN_CHANGED,		/* some were dropped or could not be read */
	CLEAN_UNKNOWN		/* not ASCII, and nobody knows what else */
};

/*
 * Appends `in` as UTF-8 with LF line ends. Tabs become blanks; control
 * characters, characters without width and those that turn the direction of
 * writing (Trojan Source) are dropped; a byte that is none of the charset
 * becomes U+FFFD. CLEAN_UNKNOWN appends nothing.
 */
enum clean charset_clean(struct bytes in, enum charset charset,
    struct buf *out);

/* The length of the UTF-8 sequence that `b` begins with, and its character; 0
 * when it is none (RFC 3629). */
size_t charset_utf8(struct bytes b, uint32_t *c);

/* The character of one byte of Windows-1252. */
uint32_t charset_1252(uint8_t byte);

void charset_put(struct buf *out, uint32_t c);

#endif
