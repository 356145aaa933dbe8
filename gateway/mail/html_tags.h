/* The vocabulary of html.c: what tags, attributes and entities mean to a text
 * that is read for its words. */
#ifndef GW_MAIL_HTML_TAGS_H
#define GW_MAIL_HTML_TAGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

enum effect { EFFECT_NONE, EFFECT_BLANK, EFFECT_LINE, EFFECT_HIDE };

/* What an element is by what stands in its tag. */
enum region {
	REGION_NONE,
	REGION_QUOTE,	/* until the element ends */
	REGION_REST,	/* from here to the end of the text */
	REGION_HIDDEN
};

struct html_tag {
	struct bytes whole;
	struct bytes name;
	bool closing;
};

/* The tag or comment that `b` begins with, up to and with its end; n is 0 when
 * it begins with neither. */
struct bytes html_tag_at(struct bytes b);

struct html_tag html_tag_read(struct bytes whole);
enum effect html_tag_effect(const struct html_tag *t);
enum region html_tag_region(const struct html_tag *t);

/* The length of the entity that `b` begins with and its character, or 0. */
size_t html_entity(struct bytes b, uint32_t *c);

#endif
