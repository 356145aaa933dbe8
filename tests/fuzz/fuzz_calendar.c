/*
 * libFuzzer target: any bytes through calendar_read(). Beside memory errors it
 * looks for answers that core could not use: a reply without a UID or an
 * address, words of something unclear, words that are no clean text.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/address.h"
#include "mail/calendar_read.h"
#include "mail/charset.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
demand(int holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz_calendar: %s\n", what);
	abort();
}

static void
demand_reply(const struct calendar_reply *r, const struct buf *words)
{
	struct bytes v = { words->p, words->len };
	char uid[LIM_UID + 1], address[LIM_ADDR + 1];
	struct buf again;

	demand(calendar_uid((struct bytes){ (const uint8_t *)r->uid,
	    strlen(r->uid) }, uid), "a UID of another shape");
	demand(address_canonical(r->attendee, address) &&
	    strcmp(address, r->attendee) == 0, "an address as it came");
	demand(r->partstat < PARTSTAT_MAX && r->sequence <= LIM_SEQUENCE,
	    "a number out of range");
	demand(v.n <= LIM_WORDS, "too many words");
	buf_init(&again, 4 * LIM_WORDS);
	demand(charset_clean(v, CHARSET_UTF8, &again) == CLEAN_AS_IS ||
	    bytes_find(v, "\357\277\275") != NULL, "words that are not clean");
	buf_free(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct calendar_reply r;
	struct buf words;

	buf_init(&words, LIM_WORDS);
	demand(calendar_read((struct bytes){ p, n }, &r, &words) == GW_OK,
	    "an error that is none of ours");
	if (r.calendar == CALENDAR_REPLY)
		demand_reply(&r, &words);
	else
		demand(r.calendar == CALENDAR_UNCLEAR && words.len == 0 &&
		    r.uid[0] == '\0' && r.attendee[0] == '\0',
		    "something of an unclear reply");
	buf_free(&words);
	return 0;
}
