#include "flow/flow.h"

#include <stdbool.h>
#include <string.h>

/* Also for what is no state at all: whatever the store may hold. */
static bool
is_in(int state, uint32_t states)
{
	return state >= 0 && state < 32 && (states & IN(state)) != 0;
}

static void
take(const struct flow_row *row, int state, int next, struct effects *out)
{
	if (next != state) {
		out->e[0].type = EFFECT_STATE;
		out->e[0].state = next;
		out->n = 1;
	}
	memcpy(&out->e[out->n], row->effect, row->n * sizeof(row->effect[0]));
	out->n += row->n;
}

enum gw_err
flow_step(const struct flow_row *rows, size_t n, int state, int event,
    int *next, struct effects *out)
{
	size_t i;

	memset(out, 0, sizeof(*out));
	*next = state;
	for (i = 0; i < n; i++) {
		if (!is_in(state, rows[i].in) || rows[i].event != event)
			continue;
		*next = rows[i].next == FLOW_STAY ? state : rows[i].next;
		take(&rows[i], state, *next, out);
		return GW_OK;
	}
	return GW_STATE;
}
