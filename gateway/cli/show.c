#include "cli/show.h"

#include <sysexits.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/memfd.h"
#include "cli/json.h"
#include "cli/table.h"

static bool
on_terminal(const struct call *call)
{
	int fd = fileno(call->out);

	return fd >= 0 && isatty(fd);
}

static enum gw_err
show_list(const struct call *call, const struct rows *r)
{
	if (r->n == 0)
		return GW_OK;
	if (on_terminal(call))
		return table_aligned(call->out, r, true);
	table_plain(call->out, r);
	return GW_OK;
}

enum gw_err
show_record(const struct call *call, const struct rows *r)
{
	struct rows lines = { 0 };
	struct buf b;
	enum gw_err e;
	size_t i;

	buf_init(&b, 2 * (LIM_ROW + 1));
	e = rows_name(&lines, "name\x1fvalue");
	for (i = 0; e == GW_OK && i < r->columns; i++) {
		buf_reset(&b);
		buf_printf(&b, "%s\x1f%s", r->name[i], rows_cell(r, 0, i));
		e = buf_error(&b);
		if (e == GW_OK)
			e = rows_add(&lines, buf_str(&b));
	}
	if (e == GW_OK && on_terminal(call))
		e = table_aligned(call->out, &lines, false);
	else if (e == GW_OK)
		table_plain(call->out, &lines);
	buf_free(&b);
	rows_free(&lines);
	return e;
}

static enum gw_err
show_rows(const struct call *call, const struct rows *r, int status)
{
	enum shape shape = call->command->shape;
	bool one = shape == SHAPE_ONE && r->n == 1;

	if (call->option[OPTION_JSON] == NULL)
		return one ? show_record(call, r) : show_list(call, r);
	if (one)
		return rows_json_object(call->out, r);
	/* An empty list is an answer too, a failure is none. */
	if (r->n > 0 || (status == EX_OK && shape == SHAPE_LIST))
		return rows_json_array(call->out, r);
	return GW_OK;
}

int
show(const struct call *call, const struct answer *answer, int status)
{
	enum gw_err e = show_rows(call, &answer->rows, status);
	bool alone = answer->rows.n == 0 &&
	    call->option[OPTION_JSON] == NULL;

	if (e != GW_OK)
		return fault(call, EX_OSERR, "the answer cannot be printed: %s",
		    gw_strerror(e));
	if (answer->text == NULL || answer->text[0] == '\0')
		return status;
	if (status != EX_OK)
		return fault(call, status, "%s", answer->text);
	(void)fprintf(alone ? call->out : call->err, "%s\n", answer->text);
	return status;
}

int
show_asked(const struct call *call)
{
	struct answer answer;
	struct ask a;
	int i, status;

	ask_begin(&a, call);
	for (i = 0; i < call->words; i++)
		ask_word(&a, call->word[i]);
	for (i = 0; i < OPTION_MAX; i++) {
		if (OPT_FOR_CORE & UINT32_C(1) << i)
			ask_pair(&a, cli_options[i].name, call->option[i]);
	}
	status = ask(&a, false, &answer);
	status = show(call, &answer, status);
	answer_free(&answer);
	return status;
}

int
show_output(const struct call *call, struct ask *a)
{
	struct answer answer;
	struct map m;
	int status;

	status = ask(a, false, &answer);
	if (status == EX_OK && answer.output >= 0 &&
	    memfd_map(answer.output, LIM_MAIL_BYTES, &m) == GW_OK) {
		(void)fwrite(m.p, 1, m.len, call->out);
		if (m.len > 0 && m.p[m.len - 1] != '\n')
			(void)fputc('\n', call->out);
		memfd_unmap(&m);
	} else {
		status = show(call, &answer, status);
	}
	answer_free(&answer);
	return status;
}
