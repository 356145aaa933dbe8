#include "compose/figures_text.h"

#include <inttypes.h>

#include "base/clock.h"

#define LABEL	38	/* width of the first column of a letter */

/* The charts, in their own units: they are scaled to the page. */
#define CHART_WIDTH	700
#define BAR_X		300	/* the widest label in the widest font */
#define BAR_MOST	300	/* and a number with its unit behind it */
#define BAR_STEP	26

/* Where the count of a day begins, "01/10/2026". */
static void
day_text(int64_t day, char out[CLOCK_DUTCH_LEN])
{
	clock_dutch_day(clock_day_start(day), out);
}

/* ---- a letter ---- */

static void
table_line(struct buf *out, const char *mark, const char *label, bool shown,
    int64_t n, const char *unit)
{
	buf_printf(out, "  %s%-*s", mark, LABEL, label);
	if (shown)
		buf_printf(out, "%6" PRId64 "%s\n", n, unit);
	else
		buf_printf(out, "%6s\n", "*");
}

static void
table_leads(const struct figures *f, struct buf *out)
{
	int l;

	buf_puts(out, "Doorlooptijd in dagen\n");
	for (l = 0; l < LEAD_MAX; l++) {
		buf_printf(out, "  %s\n", lead_dutch((enum lead)l));
		table_line(out, "- ", "gemiddeld", f->lead_shown[l],
		    f->mean[l], "");
		table_line(out, "- ", "mediaan", f->lead_shown[l],
		    f->median[l], "");
	}
}

void
figures_table(const struct figures *f, struct buf *out)
{
	const struct figure_table *t;
	size_t i, j;

	for (i = 0; (t = figure_table_at(i)) != NULL; i++) {
		buf_printf(out, "%s\n", t->dutch);
		for (j = 0; j < t->cells; j++)
			table_line(out, "- ", figure_dutch(t->cell[j]),
			    f->shown[t->cell[j]], f->n[t->cell[j]], "");
		table_line(out, "= ", figure_dutch(t->total),
		    f->shown[t->total], f->n[t->total], "");
		buf_putc(out, '\n');
	}
	table_leads(f, out);
	/* A value has no LF at its end. */
	out->len -= out->len > 0;
}

/* ---- CSV (RFC 4180) ---- */

static void
csv_line(struct buf *out, const char *table, const char *name,
    const char *label, bool shown, int64_t n)
{
	buf_printf(out, "%s,%s,%s,", table, name, label);
	if (shown)
		buf_printf(out, "%" PRId64, n);
	buf_puts(out, "\r\n");
}

void
figures_csv(const struct figures *f, struct buf *out)
{
	const struct figure_table *t;
	char until[CLOCK_DUTCH_LEN];
	size_t i, j;
	int l;

	day_text(f->until, until);
	buf_puts(out, "table,figure,label,value\r\n");
	csv_line(out, "about", "year", "Jaar", true, f->year);
	buf_printf(out, "about,counted-until,Geteld tot,%s\r\n", until);
	for (i = 0; (t = figure_table_at(i)) != NULL; i++) {
		csv_line(out, t->name, figure_name(t->total),
		    figure_dutch(t->total), f->shown[t->total],
		    f->n[t->total]);
		for (j = 0; j < t->cells; j++)
			csv_line(out, t->name, figure_name(t->cell[j]),
			    figure_dutch(t->cell[j]), f->shown[t->cell[j]],
			    f->n[t->cell[j]]);
	}
	for (l = 0; l < LEAD_MAX; l++) {
		csv_line(out, lead_name((enum lead)l), "mean-days",
		    "Gemiddeld", f->lead_shown[l], f->mean[l]);
		csv_line(out, lead_name((enum lead)l), "median-days",
		    "Mediaan", f->lead_shown[l], f->median[l]);
	}
}

/* ---- HTML ---- */

static void
html_text(struct buf *out, const char *s)
{
	for (; *s != '\0'; s++) {
		switch (*s) {
		case '&':
			buf_puts(out, "&amp;");
			break;
		case '<':
			buf_puts(out, "&lt;");
			break;
		case '>':
			buf_puts(out, "&gt;");
			break;
		case '"':
			buf_puts(out, "&quot;");
			break;
		default:
			buf_putc(out, *s);
		}
	}
}

/* One line of a chart. */
struct bar {
	const char *label;
	bool shown;
	int64_t n;
	const char *one, *many;		/* the unit */
};

/* Bars are told apart by their labels and numbers, never by colour: they are
 * to be read in print and by whoever sees no colours. */
static void
html_bar(struct buf *out, int y, const struct bar *b, int64_t most)
{
	int width = most > 0 ? (int)(b->n * BAR_MOST / most) : 0;

	buf_printf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s"
	    "</text>\n", BAR_X - 10, y + 15, b->label);
	if (b->shown)
		buf_printf(out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" "
		    "height=\"18\"/>\n<text x=\"%d\" y=\"%d\">%" PRId64 "%s"
		    "</text>\n", BAR_X, y + 1, width, BAR_X + width + 8,
		    y + 15, b->n, b->n == 1 ? b->one : b->many);
	else
		buf_printf(out, "<text class=\"no\" x=\"%d\" y=\"%d\">"
		    "verborgen</text>\n", BAR_X, y + 15);
}

/* A group and no picture: whoever has it read aloud hears the numbers. */
static void
html_chart(struct buf *out, const char *what, const struct bar *bars, size_t n,
    int64_t most)
{
	size_t i;

	buf_printf(out, "<svg viewBox=\"0 0 %d %d\" role=\"group\" "
	    "aria-label=\"%s\">\n", CHART_WIDTH, (int)n * BAR_STEP, what);
	for (i = 0; i < n; i++)
		html_bar(out, (int)i * BAR_STEP, &bars[i], most);
	buf_puts(out, "</svg>\n");
}

static int64_t
most_of(const struct figures *f, const struct figure_table *t)
{
	int64_t most = 0;
	size_t i;

	for (i = 0; i < t->cells; i++) {
		if (f->n[t->cell[i]] > most)
			most = f->n[t->cell[i]];
	}
	return most;
}

static void
html_table(const struct figures *f, const struct figure_table *t,
    struct buf *out)
{
	struct bar bars[FIGURES_CELLS];
	size_t i;

	buf_printf(out, "<section>\n<h2>%s</h2>\n<p class=\"total\">%s: ",
	    t->dutch, figure_dutch(t->total));
	/* With a total that is hidden each of its cells is. */
	if (!f->shown[t->total]) {
		buf_puts(out, "<em>verborgen</em>, en daarmee alles van dit "
		    "onderdeel</p>\n</section>\n");
		return;
	}
	buf_printf(out, "<b>%" PRId64 "</b></p>\n", f->n[t->total]);
	for (i = 0; i < t->cells; i++)
		bars[i] = (struct bar){ figure_dutch(t->cell[i]),
			f->shown[t->cell[i]], f->n[t->cell[i]], "", "" };
	html_chart(out, t->dutch, bars, t->cells, most_of(f, t));
	buf_puts(out, "</section>\n");
}

static void
html_lead(const struct figures *f, enum lead l, int64_t most, struct buf *out)
{
	const struct bar bars[] = {
		{ "Gemiddeld", true, f->mean[l], " dag", " dagen" },
		{ "Mediaan", true, f->median[l], " dag", " dagen" },
	};

	buf_printf(out, "<h3>%s</h3>\n", lead_dutch(l));
	if (f->lead_shown[l])
		html_chart(out, lead_dutch(l), bars, 2, most);
	else
		buf_puts(out, "<p class=\"total\"><em>verborgen</em></p>\n");
}

static void
html_leads(const struct figures *f, struct buf *out)
{
	int64_t most = 0;
	int l;

	for (l = 0; l < LEAD_MAX; l++) {
		most = f->mean[l] > most ? f->mean[l] : most;
		most = f->median[l] > most ? f->median[l] : most;
	}
	buf_puts(out, "<section>\n<h2>Doorlooptijd in dagen</h2>\n"
	    "<p class=\"total\">De mediaan is de middelste waarde: de ene helft "
	    "duurde korter, de andere langer.</p>\n");
	for (l = 0; l < LEAD_MAX; l++)
		html_lead(f, (enum lead)l, most, out);
	buf_puts(out, "</section>\n");
}

/* What was counted and what is not told: no reader knows our rules. */
static void
html_explain(const struct figures *f, struct buf *out)
{
	char until[CLOCK_DUTCH_LEN];

	day_text(f->until, until);
	buf_printf(out, "<p>Een aanmelding telt in het jaar waarin ze "
	    "binnenkwam, een casus in het jaar waarin die werd afgesloten. "
	    "Geteld tot %s, die dag niet meegerekend.", until);
	if (figures_year(f->until) <= f->year)
		buf_printf(out, " <b>Het jaar %d was toen nog niet voorbij: "
		    "dit is een tussenstand.</b>", f->year);
	buf_printf(out, "</p>\n<p>Getallen kleiner dan %d, ook nul, zijn "
	    "<em>verborgen</em>, net als andere getallen waaruit ze te berekenen "
	    "zouden zijn. Er zijn geen cijfers per persoon of per organisatie."
	    "</p>\n", FIGURES_LEAST);
}

static void
html_head(const struct figures *f, const char *municipality, struct buf *out)
{
	buf_puts(out, "<!DOCTYPE html>\n<html lang=\"nl\">\n<head>\n"
	    "<meta charset=\"utf-8\">\n<title>LIVC R ");
	html_text(out, municipality);
	buf_printf(out, " in cijfers, %d</title>\n<style>\n"
	    "body { font: 16px/1.5 sans-serif; color: #111; background: #fff;"
	    " max-width: 46em; margin: 2em auto; padding: 0 1em; }\n"
	    "h1 { font-size: 1.6em; line-height: 1.2; }\n"
	    "h2 { font-size: 1.15em; margin: 1.6em 0 0;"
	    " border-top: 1px solid #777; padding-top: .6em; }\n"
	    "h3 { font-size: 1em; margin: .8em 0 .2em; }\n"
	    ".total { margin: .2em 0 .6em; } svg { width: 100%%; }\n"
	    "svg text { font: 14px sans-serif; fill: #111; }\n"
	    "svg .no { font-style: italic; }\n"
	    "rect { fill: #2a5d84; stroke: #111; stroke-width: .5; }\n"
	    "@page { size: A4; margin: 14mm 18mm; }\n"
	    "@media print { body { margin: 0; padding: 0; max-width: none;"
	    " font-size: 10pt; line-height: 1.35; }\n"
	    "h1 { margin-top: 0; } h2 { margin-top: 1.2em; }\n"
	    "svg { width: 85%%; } section { break-inside: avoid; }\n"
	    "rect { print-color-adjust: exact; } }\n"
	    "</style>\n</head>\n<body>\n<h1>LIVC R ", f->year);
	html_text(out, municipality);
	buf_printf(out, " in cijfers, %d</h1>\n", f->year);
}

void
figures_html(const struct figures *f, const char *municipality,
    struct buf *out)
{
	const struct figure_table *t;
	size_t i;

	html_head(f, municipality, out);
	html_explain(f, out);
	for (i = 0; (t = figure_table_at(i)) != NULL; i++)
		html_table(f, t, out);
	html_leads(f, out);
	buf_puts(out, "</body>\n</html>\n");
}
