/* meldpost verdict: what would be done with a mail, and why; no effect. */
#include <sysexits.h>

#include "core/control.h"
#include "core/way.h"

void
control_verdict(struct question *q)
{
	static const char *const columns[] = { "verdict", "reason",
		"structure", "signer", "correspondent" };
	struct travel t;
	enum gw_err r;

	if (q->input < 0) {
		question_fail(q, EX_USAGE, "no mail on standard input");
		return;
	}
	r = way_dry(q->core, q->input, &t);
	if (r == GW_OK) {
		question_columns(q, columns,
		    sizeof(columns) / sizeof(columns[0]));
		question_cell(q, verdict_name(t.verdict.code));
		question_cell(q, reason_name(t.verdict.reason));
		question_cell(q, structure_name(t.outer.structure));
		question_cell(q, t.fpr);
		question_cell(q, t.known ? t.signer.address : "");
		question_row_end(q);
	} else {
		question_fail(q, EX_TEMPFAIL, "no verdict could be made: %s",
		    gw_strerror(r));
	}
	travel_end(&t);
}
