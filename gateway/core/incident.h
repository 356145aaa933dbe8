/*
 * When something went wrong with personal data (R154, GDPR 33): the time and a
 * code into the audit chain, T40 to the DPO and the representative. Never any
 * content.
 */
#ifndef GW_CORE_INCIDENT_H
#define GW_CORE_INCIDENT_H

#include "core/core.h"

struct incident {
	const char *words;		/* the operator's; kept nowhere */
	int64_t since;			/* references touched from then on count */
	const char *actor;		/* "uid-0", or NULL */
	int64_t deadline;		/* set: the 72 hours are over */
	int64_t touched;		/* set: how many references */
	unsigned told, untold;		/* set: people; those to be called */
};

/* Seals T40 to each whose key can be used, and records it in any case. */
enum gw_err incident_report(struct core *c, struct incident *in);

/* A classified mail came in (design.md 7): T40 without words. Inside a
 * transaction. */
enum gw_err incident_classified(struct core *c, const char *mail,
    int64_t now);

#endif
