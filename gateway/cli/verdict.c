#include "cli/commands.h"

#include <sysexits.h>

#include "base/buf.h"
#include "base/reason.h"
#include "cli/input.h"
#include "cli/json.h"
#include "cli/show.h"

/* The columns that other programs rely on, in this order. */
static const char *const column[] = { "verdict", "reason", "structure",
	"signer", "correspondent" };

#define COLUMNS (sizeof(column) / sizeof(column[0]))

/* The reason in words, for people. */
static const char *
meaning(const struct rows *r)
{
	enum reason reason;

	if (reason_from_name(rows_get(r, 0, "reason"), &reason))
		return reason_text(reason);
	return "";
}

/* Our columns of core's one row, and with `explain` one more that says what
 * the reason means. GW_FORMAT when one of ours is not there. */
static enum gw_err
pick(const struct rows *from, bool explain, struct rows *to)
{
	struct buf names, cells;
	const char *cell;
	enum gw_err e;
	size_t i;

	buf_init(&names, LIM_ROW);
	buf_init(&cells, LIM_ROW);
	for (i = 0; i < COLUMNS; i++) {
		cell = from->n == 1 ? rows_get(from, 0, column[i]) : NULL;
		if (cell == NULL) {
			e = GW_FORMAT;
			goto out;
		}
		buf_printf(&names, "%s%s", i > 0 ? "\x1f" : "", column[i]);
		buf_printf(&cells, "%s%s", i > 0 ? "\x1f" : "", cell);
	}
	if (explain) {
		buf_puts(&names, "\x1fmeaning");
		buf_printf(&cells, "\x1f%s", meaning(from));
	}
	e = buf_error(&names) != GW_OK ? buf_error(&names) :
	    buf_error(&cells);
	if (e == GW_OK)
		e = rows_name(to, buf_str(&names));
	if (e == GW_OK)
		e = rows_add(to, buf_str(&cells));
out:
	buf_free(&names);
	buf_free(&cells);
	return e;
}

static int
print(const struct call *call, const struct rows *rows)
{
	bool json = call->option[OPTION_JSON] != NULL;
	struct rows r = { 0 };
	enum gw_err e;

	e = pick(rows, !json, &r);
	if (e == GW_OK)
		e = json ? rows_json_object(call->out, &r) :
		    show_record(call, &r);
	rows_free(&r);
	if (e != GW_OK)
		return fault(call, EX_SOFTWARE, "the verdict cannot be printed:"
		    " %s", gw_strerror(e));
	return EX_OK;
}

int
verdict_of_mail(const struct call *call)
{
	struct answer answer;
	struct ask a;
	int fd, status;

	if (call->person)
		(void)fprintf(call->err, "Reading one mail from the terminal;"
		    " end it with ctrl-D on a line of its own.\n");
	status = input_stream(call, LIM_MAIL_BYTES, &fd);
	if (status != EX_OK)
		return status;
	ask_begin(&a, call);
	ask_input(&a, fd);
	status = ask(&a, true, &answer);
	if (status == EX_OK)
		status = print(call, &answer.rows);
	else
		status = show(call, &answer, status);
	answer_free(&answer);
	return status;
}
