/*
 * A workflow is a table of rows; this is the one function that walks it.
 * Rows are numbered with the enums of the flow they belong to.
 */
#ifndef GW_FLOW_FLOW_H
#define GW_FLOW_FLOW_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "flow/effect.h"

/* A set of states: one bit each. */
#define IN(state)	(UINT32_C(1) << (state))

/* As `next`: the state stays what it is. */
#define FLOW_STAY	(-1)

struct flow_row {
	uint32_t in;		/* the states that it holds for */
	int event;
	int next;
	size_t n;
	struct effect effect[EFFECT_LIST - 1];
};

/*
 * Looks for the row of `state` and `event`. GW_OK: *next is its state and
 * `out` its effects, with EFFECT_STATE in front when the state changes.
 * GW_STATE: there is none, so nothing may happen; *next is `state` and `out`
 * is empty.
 */
enum gw_err flow_step(const struct flow_row *rows, size_t n, int state,
    int event, int *next, struct effects *out);

#endif
