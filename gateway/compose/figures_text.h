/*
 * The figures of a year as people and programs read them: a table for a letter
 * (T38), CSV, and one HTML page with charts that prints on paper and asks for
 * nothing from anywhere. Pure; all that may not be shown is gone already.
 */
#ifndef GW_COMPOSE_FIGURES_TEXT_H
#define GW_COMPOSE_FIGURES_TEXT_H

#include "base/buf.h"
#include "flow/figures.h"

void figures_table(const struct figures *f, struct buf *out);
void figures_csv(const struct figures *f, struct buf *out);
void figures_html(const struct figures *f, const char *municipality,
    struct buf *out);

#endif
