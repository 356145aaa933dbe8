/*
 * Codes about the term of a case (R124, R126, R134): parse reads them behind a
 * verb, flow/retention.h reckons with them, the store keeps them. The words
 * that stand for each are in mail/answer_words.c.
 */
#ifndef GW_BASE_TERM_H
#define GW_BASE_TERM_H

/* Why a term may be extended (R134). X(identifier, stable name) */
#define CRITERIA(X)							\
	X(GRAVITY, "gravity")		/* of the facts */		\
	X(ARREST, "earlier-arrest")					\
	X(SUSPICIONS, "suspicions")	/* their gravity */

enum criterion {
#define X(id, name) CRITERION_##id,
	CRITERIA(X)
#undef X
	CRITERION_MAX
};

/* A set of criteria: one bit each. */
#define CRITERION(id)	(1u << CRITERION_##id)
#define CRITERIA_ALL	((1u << CRITERION_MAX) - 1)

/* Which criterion, fixed in advance, closed it (R124), and whether that counts
 * as completed with success (R126). X(identifier, stable name, success) */
#define CLOSINGS(X)							\
	X(OPEN, "open", false)		/* not closed */		\
	X(NO_CONCERN, "no-concern", true)	/* R125 */		\
	X(GOALS_MET, "goals-met", true)					\
	X(ELSEWHERE, "elsewhere", false)	/* others carry on */	\
	X(STOPPED, "stopped", false)	/* no path was possible */

enum closing {
#define X(id, name, success) CLOSING_##id,
	CLOSINGS(X)
#undef X
	CLOSING_MAX
};

/* What the chair says of the measures at the closing (R126). */
#define OUTCOMES_OF_MEASURES(X)						\
	X(NONE, "none")			/* not closed */		\
	X(EFFECTIVE, "effective")					\
	X(PARTLY, "partly")						\
	X(INEFFECTIVE, "ineffective")					\
	X(UNKNOWN, "unknown")

enum measures {
#define X(id, name) MEASURES_##id,
	OUTCOMES_OF_MEASURES(X)
#undef X
	MEASURES_MAX
};

#endif
