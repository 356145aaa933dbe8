#include "flow/figures.h"

#include <string.h>
#include <time.h>

#include "base/clock.h"

#define DAY_S	86400

static const struct {
	const char *name, *dutch;
} names[FIGURE_MAX] = {
#define X(id, name, dutch) { name, dutch },
	FIGURES(X)
#undef X
};

static const struct {
	const char *name, *dutch;
	enum figure about;
} leads[LEAD_MAX] = {
#define X(id, name, dutch, figure) { name, dutch, FIGURE_##figure },
	LEADS(X)
#undef X
};

/* A total that is a cell of a table above comes after that one. */
static const struct figure_table tables[] = {
	{ "outcome", "Wat er met de aanmeldingen gebeurde", FIGURE_REFERRED, 5,
	    { FIGURE_LISTED, FIGURE_NOT_RETAINED, FIGURE_REDIRECTED,
	    FIGURE_UNDECIDED, FIGURE_OPEN } },
	{ "ground", "Waarom niet weerhouden", FIGURE_NOT_RETAINED, 4,
	    { FIGURE_NO_INDICATION, FIGURE_OTHER_HELP, FIGURE_OWN_STEPS,
	    FIGURE_TOO_LITTLE } },
	{ "closing", "Hoe casussen eindigden", FIGURE_CLOSED, 2,
	    { FIGURE_SUCCESS, FIGURE_NO_SUCCESS } },
	{ "measures", "Hoe de maatregelen werkten", FIGURE_CLOSED, 4,
	    { FIGURE_EFFECTIVE, FIGURE_PARTLY, FIGURE_INEFFECTIVE,
	    FIGURE_UNKNOWN } }
};

const char *
figure_name(enum figure f)
{
	return (unsigned)f < FIGURE_MAX ? names[f].name : "?";
}

const char *
figure_dutch(enum figure f)
{
	return (unsigned)f < FIGURE_MAX ? names[f].dutch : "?";
}

const char *
lead_name(enum lead l)
{
	return (unsigned)l < LEAD_MAX ? leads[l].name : "?";
}

const char *
lead_dutch(enum lead l)
{
	return (unsigned)l < LEAD_MAX ? leads[l].dutch : "?";
}

const struct figure_table *
figure_table_at(size_t i)
{
	return i < sizeof(tables) / sizeof(tables[0]) ? &tables[i] : NULL;
}

/* ---- days ---- */

/* A number of clock_day() as a date. */
static struct tm
date_of(int64_t day)
{
	time_t t = (time_t)(day * DAY_S);
	struct tm tm;

	memset(&tm, 0, sizeof(tm));
	(void)gmtime_r(&t, &tm);
	return tm;
}

int
figures_year(int64_t day)
{
	return date_of(day).tm_year + 1900;
}

int64_t
figures_until(int64_t today)
{
	struct tm tm = date_of(today);

	return clock_add_months(today - (tm.tm_mday - 1), -(tm.tm_mon % 3));
}

bool
figures_look_back(int64_t today)
{
	return date_of(today).tm_mon == 0;
}

/* ---- counting ---- */

void
tally_begin(struct tally *t, int year, int64_t until)
{
	memset(t, 0, sizeof(*t));
	t->year = year;
	t->until = until;
}

static void
add_lead(struct tally *t, enum lead l, int64_t from, int64_t to)
{
	int64_t days = to > from ? to - from : 0;

	t->days[l][days < FIGURES_LONGEST ? days : FIGURES_LONGEST]++;
}

void
tally_referral(struct tally *t, int64_t received,
    enum referral_outcome outcome, int64_t decided)
{
	static const enum figure of[REFERRAL_OUTCOME_MAX] = {
		[OUTCOME_OPEN] = FIGURE_OPEN,
		[OUTCOME_LISTED] = FIGURE_LISTED,
		[OUTCOME_NO_INDICATION] = FIGURE_NO_INDICATION,
		[OUTCOME_OTHER_HELP] = FIGURE_OTHER_HELP,
		[OUTCOME_OWN_STEPS] = FIGURE_OWN_STEPS,
		[OUTCOME_TOO_LITTLE] = FIGURE_TOO_LITTLE,
		[OUTCOME_REDIRECTED] = FIGURE_REDIRECTED,
		[OUTCOME_UNDECIDED] = FIGURE_UNDECIDED,
	};
	enum figure f;

	if (figures_year(received) != t->year || received >= t->until ||
	    (unsigned)outcome >= REFERRAL_OUTCOME_MAX)
		return;
	f = of[decided >= t->until ? OUTCOME_OPEN : outcome];
	t->n[FIGURE_REFERRED]++;
	t->n[f]++;
	if (f >= FIGURE_NO_INDICATION && f <= FIGURE_TOO_LITTLE)
		t->n[FIGURE_NOT_RETAINED]++;
	if (f == FIGURE_LISTED)
		add_lead(t, LEAD_INTAKE, received, decided);
}

void
tally_case(struct tally *t, int64_t listed, int64_t closed,
    enum closing closing, enum measures measures)
{
	static const enum figure of[MEASURES_MAX] = {
		[MEASURES_NONE] = FIGURE_UNKNOWN,
		[MEASURES_EFFECTIVE] = FIGURE_EFFECTIVE,
		[MEASURES_PARTLY] = FIGURE_PARTLY,
		[MEASURES_INEFFECTIVE] = FIGURE_INEFFECTIVE,
		[MEASURES_UNKNOWN] = FIGURE_UNKNOWN,
	};

	if (closing == CLOSING_OPEN || closed == 0 || closed >= t->until ||
	    figures_year(closed) != t->year ||
	    (unsigned)measures >= MEASURES_MAX)
		return;
	t->n[FIGURE_CLOSED]++;
	t->n[closing_succeeded(closing) ? FIGURE_SUCCESS :
	    FIGURE_NO_SUCCESS]++;
	t->n[of[measures]]++;
	add_lead(t, LEAD_CASE, listed, closed);
}

/* ---- what may be shown ---- */

/* All that are as small as the smallest other cell: a choice between equals
 * would say which of them was it. */
bool
figures_hide(const int64_t *n, size_t k, bool *shown)
{
	int64_t total = 0, least = INT64_MAX;
	bool any = false;
	size_t i;

	for (i = 0; i < k; i++) {
		total += n[i];
		shown[i] = n[i] >= FIGURES_LEAST;
		any = any || !shown[i];
		if (shown[i] && n[i] < least)
			least = n[i];
	}
	for (i = 0; any && i < k; i++)
		shown[i] = shown[i] && n[i] > least;
	return total >= FIGURES_LEAST;
}

/* One table; nothing of it when its total is hidden already. */
static void
publish_table(const struct tally *t, const struct figure_table *table,
    bool whole, struct figures *out)
{
	int64_t n[FIGURES_CELLS];
	bool shown[FIGURES_CELLS];
	size_t i;

	for (i = 0; i < table->cells; i++)
		n[i] = t->n[table->cell[i]];
	whole = figures_hide(n, table->cells, shown) && whole;
	out->shown[table->total] = whole;
	for (i = 0; i < table->cells; i++)
		out->shown[table->cell[i]] = whole && shown[i];
}

static void
publish_lead(const struct tally *t, enum lead l, struct figures *out)
{
	int64_t n = 0, sum = 0, seen = 0, low = -1, high = -1, d;

	for (d = 0; d <= FIGURES_LONGEST; d++) {
		n += t->days[l][d];
		sum += d * t->days[l][d];
	}
	out->lead_shown[l] = out->shown[leads[l].about];
	if (!out->lead_shown[l] || n == 0)
		return;
	for (d = 0; d <= FIGURES_LONGEST; d++) {
		seen += t->days[l][d];
		if (low < 0 && seen > (n - 1) / 2)
			low = d;
		if (high < 0 && seen > n / 2)
			high = d;
	}
	out->mean[l] = (sum + n / 2) / n;
	out->median[l] = (low + high + 1) / 2;
}

void
figures_publish(const struct tally *t, struct figures *out)
{
	const struct figure_table *table;
	size_t i;
	int f;

	memset(out, 0, sizeof(*out));
	out->year = t->year;
	out->until = t->until;
	for (i = 0; (table = figure_table_at(i)) != NULL; i++)
		/* One that is a cell above is shown as that was decided. */
		publish_table(t, table, table->total != FIGURE_NOT_RETAINED ||
		    out->shown[FIGURE_NOT_RETAINED], out);
	for (f = 0; f < FIGURE_MAX; f++)
		out->n[f] = out->shown[f] ? t->n[f] : 0;
	for (f = 0; f < LEAD_MAX; f++)
		publish_lead(t, (enum lead)f, out);
}
