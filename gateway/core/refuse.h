/*
 * What people are told when something was not done: T02 to whom a mail was
 * refused, B02 to whom an order was not carried out.
 */
#ifndef GW_CORE_REFUSE_H
#define GW_CORE_REFUSE_H

#include "core/way.h"

/* Which lines to copy an answer to an order offers; outbox.arg of B02. */
enum choices { CHOICES_FORM, CHOICES_REFERRAL, CHOICES_ENROLMENT,
	CHOICES_CONFIRM, CHOICES_INVITED, CHOICES_MEETING, CHOICES_GUEST,
	CHOICES_OFFICER, CHOICES_VOICE, CHOICES_CASE, CHOICES_MANAGER,
	CHOICES_ASKED, CHOICES_MAX };

/* The section of B02 that lists them. */
const char *choices_section(enum choices c);

/* An order that cannot be carried out: nothing that was decided stays, and the
 * mail is refused for `reason`. Then refuse_step() tells. */
enum gw_err refuse(struct travel *t, enum reason reason);

/* What people are told when a step fails; a list of them ends with GW_OK. */
struct refusal {
	enum gw_err err;
	enum reason reason;
};

/* The reason that `list` has for `r`; REASON_OK: it has none, so that it is no
 * failure, or one of our own. */
enum reason refusal_for(const struct refusal *list, enum gw_err r);

/* Decides who hears of a refused mail, and in which words. */
enum gw_err refuse_step(struct travel *t);

#endif
