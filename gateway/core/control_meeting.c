/* meldpost meeting: how far meetings are. Sums only: of who comes and who does
 * not the operator sees nothing (R50). */
#include <sysexits.h>

#include "core/control.h"

/* ---- list ---- */

static enum gw_err
list_one(const struct meeting *m, void *arg)
{
	struct question *q = arg;

	question_cell(q, m->ref);
	question_cell(q, meeting_kind_name(m->kind));
	question_cell(q, meeting_state_name(m->state));
	question_cell_time(q, m->starts);
	question_row_end(q);
	return GW_OK;
}

void
control_meeting_list(struct question *q)
{
	static const char *const columns[] = { "reference", "kind", "state",
		"starts" };

	question_columns(q, columns, sizeof(columns) / sizeof(columns[0]));
	(void)meeting_each(q->core->store, list_one, q);
}

/* ---- show ---- */

/* The states of invitations in a few words. */
static const struct {
	const char *name;
	uint32_t states;
} sums[] = {
#define IS(state) (UINT32_C(1) << INVITATION_##state)
	{ "waiting", IS(DRAFT) | IS(APPROVED) },
	{ "asked", IS(SENT) | IS(DELIVERED) | IS(REMINDED) | IS(RESCHEDULED) |
	    IS(NO_REPLY) },
	{ "failed", IS(FAILED) },
	{ "coming", IS(ACCEPTED) | IS(ACCEPTED_PERMREP) },
	{ "not-coming", IS(DECLINED_MOTIVATED) | IS(DECLINED_BARE) |
	    IS(TALK_OFFERED) },
	{ "withdrawn", IS(WITHDRAWN) },
	{ "attended", IS(ATTENDED) },
	{ "absent", IS(ABSENT) },
#undef IS
};

#define SUMS (sizeof(sums) / sizeof(sums[0]))

static void
cell_sum(struct question *q, const int64_t n[INVITATION_STATE_MAX],
    uint32_t states)
{
	long long sum = 0;
	int i;

	for (i = 0; i < INVITATION_STATE_MAX; i++) {
		if ((states & UINT32_C(1) << i) != 0)
			sum += n[i];
	}
	question_cell_number(q, sum);
}

void
control_meeting_show(struct question *q)
{
	const char *columns[5 + SUMS] = { "reference", "kind", "state",
		"starts", "ends" };
	const char *ref = question_word(q, 2);
	int64_t n[INVITATION_STATE_MAX];
	struct meeting m;
	size_t i;

	if (ref == NULL) {
		question_fail(q, EX_USAGE, "a reference is missing: V-...");
		return;
	}
	if (meeting_by_ref(q->core->store, ref, &m) != GW_OK ||
	    invitation_count(q->core->store, ref, n) != GW_OK) {
		question_fail(q, EX_DATAERR, "there is no meeting with this "
		    "reference; see meldpost meeting list");
		return;
	}
	for (i = 0; i < SUMS; i++)
		columns[5 + i] = sums[i].name;
	question_columns(q, columns, 5 + SUMS);
	question_cell(q, m.ref);
	question_cell(q, meeting_kind_name(m.kind));
	question_cell(q, meeting_state_name(m.state));
	question_cell_time(q, m.starts);
	question_cell_time(q, m.ends);
	for (i = 0; i < SUMS; i++)
		cell_sum(q, n, sums[i].states);
	question_row_end(q);
}
