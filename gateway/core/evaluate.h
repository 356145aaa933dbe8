/*
 * What the law wants looked at once a year (R126, R128, R148): the figures,
 * and the list of who may do what. By mail in January, and when asked for.
 */
#ifndef GW_CORE_EVALUATE_H
#define GW_CORE_EVALUATE_H

#include "core/way.h"
#include "flow/figures.h"

/* The last year of which there is anything to tell: this one, from its second
 * quarter on. */
int evaluate_last_year(struct core *c);

/* The figures of `year` as they may be shown. */
enum gw_err evaluate_year(struct core *c, int year, struct figures *out);

/* The same as the table of T38, and the day up to which it counts. */
enum gw_err evaluate_table(struct core *c, int year, struct buf *out,
    int64_t *until);

/* Who is enrolled, for B09. */
enum gw_err evaluate_people(struct core *c, struct buf *out);

/* CIJFERS and NAGEKEKEN. */
enum gw_err evaluate_step(struct travel *t);
enum gw_err evaluate_review(struct travel *t);
enum gw_err evaluate_review_commit(struct travel *t);

/* In January, once: T38 about the year before, and B09. Of the house's own
 * first year there is nothing to look back on yet. */
enum gw_err evaluate_run(struct core *c);

#endif
