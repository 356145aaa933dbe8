#include "flow/flow.h"

#include <string.h>

static void
take(const struct flow_row *row, struct effects *out)
{
	if (row->next != row->state) {
		out->e[0].type = EFFECT_STATE;
		out->e[0].state = row->next;
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
		if (rows[i].state != state || rows[i].event != event)
			continue;
		take(&rows[i], out);
		*next = rows[i].next;
		return GW_OK;
	}
	return GW_STATE;
}
