/*
 * The words that stand for a verb, a ground and a blank, in three languages:
 * one table each. A new verb is a row of base/verb.h and some rows here.
 */
#ifndef GW_MAIL_ANSWER_WORDS_H
#define GW_MAIL_ANSWER_WORDS_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/term.h"
#include "base/verb.h"

/* Each takes the longest of its words that `b` begins with, or nothing. */
bool words_verb(struct bytes *b, enum verb *v);
bool words_ground(struct bytes *b, enum ground *g);
bool words_form_name(struct bytes *b, enum form_name *f);
bool words_yes(struct bytes *b, bool *yes);
bool words_consent(struct bytes *b);
bool words_closing(struct bytes *b, enum closing *c);
bool words_measures(struct bytes *b, enum measures *m);
bool words_criterion(struct bytes *b, enum criterion *c);

/* Whether this verb is a noun that people head a paragraph with as well:
 * "Actie: het CAW belt". */
bool words_heads(enum verb v);

/* "and" between two arguments. */
bool words_and(struct bytes *b);

/* "up to" between two numbers. */
bool words_up_to(struct bytes *b);

/* What people put in front of an argument of this kind behind this verb:
 * "velden 4", "naar an@caw.be", "wegens te-weinig". It is nothing without the
 * argument. */
bool words_lead(struct bytes *b, enum verb v, enum verb_takes kind);

/* What makes an order into something else: "niet", "misschien", "ik". */
bool words_hedge(struct bytes *b);

/* What takes back, behind a comma, what stood in front of it: "niet nodig",
 * "maar eerst bellen"; and, when not behind one, "toch niet". */
bool words_doubt(struct bytes b, bool comma);

#endif
