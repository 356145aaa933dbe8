/*
 * The figures of a year (R126): from days and codes alone, never per person or
 * organisation (R50, R129). Pure: no clock, no store.
 *
 * Two steps, so that nobody can forget the second: a tally counts, and only
 * figures_publish() makes of it what may be shown.
 *
 * A table is a total and the cells that it is the sum of. Where a cell is
 * under FIGURES_LEAST, all those under it are hidden and the smallest other one
 * with them, and what equals that; the total when it is under it itself. So
 * whoever knows every number that is shown, and this rule, finds at least two
 * values for each one that is hidden; tests/unit/test_figures.c tries all
 * tables.
 * What is told twice can be subtracted as well: figures are as they stood at
 * the beginning of a quarter, so that no day can be compared with the next.
 */
#ifndef GW_FLOW_FIGURES_H
#define GW_FLOW_FIGURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "flow/referral.h"
#include "flow/retention.h"

#define FIGURES_LEAST	5	/* smaller cells are hidden (R129) */
#define FIGURES_CELLS	8	/* most of a table */
#define FIGURES_LONGEST	2048	/* days; longer ones count as this */

/* X(identifier, stable name, Dutch for people) */
#define FIGURES(X)							\
	X(REFERRED, "referred", "Aangemeld")				\
	X(LISTED, "listed", "Op de lijst geplaatst")			\
	X(NOT_RETAINED, "not-retained", "Niet weerhouden")		\
	X(REDIRECTED, "redirected", "Doorverwezen")			\
	X(UNDECIDED, "undecided", "Gewist zonder beslissing")		\
	X(OPEN, "open", "Nog te beslissen")				\
	X(NO_INDICATION, "no-indication", "Geen aanwijzingen")		\
	X(OTHER_HELP, "other-help", "Andere hulp")			\
	X(OWN_STEPS, "own-steps", "Eigen aanpak")			\
	X(TOO_LITTLE, "too-little", "Te weinig gegevens")		\
	X(CLOSED, "closed", "Afgesloten casussen")			\
	X(SUCCESS, "success", "Met succes afgerond")			\
	X(NO_SUCCESS, "no-success", "Zonder succes afgerond")		\
	X(EFFECTIVE, "effective", "Maatregelen doeltreffend")		\
	X(PARTLY, "partly", "Maatregelen deels doeltreffend")		\
	X(INEFFECTIVE, "ineffective", "Maatregelen niet doeltreffend")	\
	X(UNKNOWN, "unknown", "Effect van de maatregelen onbekend")

enum figure {
#define X(id, name, dutch) FIGURE_##id,
	FIGURES(X)
#undef X
	FIGURE_MAX
};

/* X(identifier, stable name, Dutch, the figure that it is about) */
#define LEADS(X)							\
	X(INTAKE, "received-to-listed", "Van aanmelding tot lijst",	\
	    LISTED)							\
	X(CASE, "listed-to-closed", "Van lijst tot afsluiting", CLOSED)

enum lead {
#define X(id, name, dutch, figure) LEAD_##id,
	LEADS(X)
#undef X
	LEAD_MAX
};

/* The tables: which total, which cells. */
struct figure_table {
	const char *name, *dutch;	/* "outcome", "Wat er met ..." */
	enum figure total;
	size_t cells;
	enum figure cell[FIGURES_CELLS];
};

const char *figure_name(enum figure f);
const char *figure_dutch(enum figure f);
const char *lead_name(enum lead l);
const char *lead_dutch(enum lead l);
/* NULL behind the last. */
const struct figure_table *figure_table_at(size_t i);

/* The year that a day lies in, and the first day of its quarter: what happened
 * from that day on is not counted yet. */
int figures_year(int64_t day);
int64_t figures_until(int64_t today);

/* Whether it is January: time to look back on the year before (R128). */
bool figures_look_back(int64_t today);

/* What was counted: for figures_publish() alone. Large: not for the stack. */
struct tally {
	int year;
	int64_t until;
	int64_t n[FIGURE_MAX];
	uint32_t days[LEAD_MAX][FIGURES_LONGEST + 1];
};

/* Of `year`, as it stood when day `until` began. */
void tally_begin(struct tally *t, int year, int64_t until);

/* A referral counts in the year it was received; days, 0 = not yet. */
void tally_referral(struct tally *t, int64_t received,
    enum referral_outcome outcome, int64_t decided);

/* A case counts in the year it was closed. */
void tally_case(struct tally *t, int64_t listed, int64_t closed,
    enum closing closing, enum measures measures);

struct figures {
	int year;
	int64_t until;
	bool shown[FIGURE_MAX];
	int64_t n[FIGURE_MAX];		/* 0 where it is not shown */
	bool lead_shown[LEAD_MAX];	/* with the figure that it is about */
	int64_t mean[LEAD_MAX];		/* whole days */
	int64_t median[LEAD_MAX];
};

void figures_publish(const struct tally *t, struct figures *out);

/* The rule for one table: which of `k` cells are shown. Whether the total is.
 */
bool figures_hide(const int64_t *n, size_t k, bool *shown);

#endif
