/*
 * A letter that brings an event, before the list of letters has one: the text
 * of T01 with LETTER_CALENDAR. It stands in for letters.c, so that whoever
 * includes this links compose without it.
 */
#ifndef TESTS_UNIT_CALENDAR_LETTER_H
#define TESTS_UNIT_CALENDAR_LETTER_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compose/compose.h"
#include "compose/letters.h"

#define UID	"3f9c2b7e41d8a6059b7c1e2d4f60a8b3"
#define US	"postvak@mechelen.example"
#define TO	"els@clb.example"
#define STAMP	1795597200	/* 2026-11-25 09:00:00 UTC */
#define STARTS	1797339600	/* 2026-12-15 13:00:00 UTC */
#define ENDS	1797346800	/* 2026-12-15 15:00:00 UTC */

static const struct letter_row invitation_row = { MAIL_T01, "body", NULL,
	NULL, "received", LETTER_CALENDAR };
static const struct letter_row other_row = { MAIL_T01, "body", NULL, NULL,
	"received", 0 };

/* Which of the two letter_find() gives. */
static bool brings_event = true;

const struct letter_row *
letter_find(enum mail_kind kind, const char *section)
{
	(void)kind;
	(void)section;
	return brings_event ? &invitation_row : &other_row;
}

const struct letter_part *
letter_part_find(enum mail_kind kind, const char *section)
{
	(void)kind;
	(void)section;
	return NULL;
}

enum letter_takes
letter_takes(const struct letter_row *row, const char *name)
{
	(void)row;
	(void)name;
	return LETTER_ONE_LINE;
}

static const struct calendar_event request = { .method = CALENDAR_REQUEST,
	.uid = UID, .sequence = 0, .start = STARTS, .end = ENDS,
	.stamp = STAMP, .organiser = US, .attendee = TO,
	.summary = "Overleg",
	.location = "Stadhuis, zaal 2; Grote Markt 21" };

static const struct office office = { .name = "Mechelen", .address = US,
	.contact = "An Peeters", .phone = "015 29 76 11",
	.citation = "artikel 353, \302\247 2, Sw." };

static const struct var received = { "received", "25/11/2026 om 10:00" };

static const struct letter invitation = { .kind = MAIL_T01, .section = "body",
	.to = TO, .ref = "U-4F7K29QDXM3AB8NP",
	.message_id = "<0123@mechelen.example>", .date = STAMP,
	.vars = &received, .nvars = 1, .calendar = &request };

/* The texts in the source tree; ends the program when they cannot be read. */
static struct templates *
load_texts(void)
{
	const char *top = getenv("srcdir");
	struct templates *t = NULL;
	struct buf why;
	char dir[512];

	(void)snprintf(dir, sizeof(dir), "%s/templates/nl",
	    top == NULL ? "." : top);
	buf_init(&why, 4096);
	if (templates_load(dir, NULL, &t, &why) != GW_OK) {
		fprintf(stderr, "%s: %s\n", dir, buf_str(&why));
		exit(1);
	}
	buf_free(&why);
	return t;
}

#endif
