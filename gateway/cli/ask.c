#include "cli/ask.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "cli/link.h"
#include "cli/text.h"

#define SEPARATOR "\x1f"

/* Appends to the words; GW_LIMIT leaves them as they were. */
static enum gw_err
append(char *words, const char *a, const char *b, const char *c)
{
	size_t len = strlen(words);
	int n;

	n = snprintf(words + len, LIM_ASK + 1 - len, "%s%s%s%s",
	    len == 0 ? "" : SEPARATOR, a, b, c);
	if (n < 0 || (size_t)n > LIM_ASK - len) {
		words[len] = '\0';
		return GW_LIMIT;
	}
	return GW_OK;
}

void
ask_begin(struct ask *a, const struct call *call)
{
	char *at;

	*a = (struct ask){ .call = call };
	msg_init(&a->m, MSG_ask);
	(void)append(a->m.u.ask.words, call->command->name, "", "");
	for (at = a->m.u.ask.words; *at != '\0'; at++) {
		if (*at == ' ')
			*at = SEPARATOR[0];
	}
}

/* A control character would pass for the separator. */
static void
add(struct ask *a, const char *key, const char *equals, const char *value)
{
	enum gw_err e = GW_OK;

	if (a->fault != NULL)
		return;
	if (!text_is_clean(value))
		a->fault = "holds a control character or is no UTF-8";
	else
		e = append(a->m.u.ask.words, key, equals, value);
	if (e != GW_OK)
		a->fault = "makes the command too long";
	if (a->fault != NULL)
		(void)fault(a->call, EX_USAGE, "%s %s",
		    *key == '\0' ? "a word" : key, a->fault);
}

void
ask_word(struct ask *a, const char *word)
{
	add(a, "", "", word);
}

void
ask_pair(struct ask *a, const char *key, const char *value)
{
	if (value != NULL)
		add(a, key, "=", value);
}

void
ask_input(struct ask *a, int fd)
{
	a->m.u.ask.input = fd;
}

/* Takes one message of the answer; *done after the last one. */
static enum gw_err
take(struct answer *answer, struct msg *m, uint32_t *status, bool *done)
{
	struct msg_answer *last = &m->u.answer;

	if (m->type == MSG_columns)
		return rows_name(&answer->rows, m->u.columns.names);
	if (m->type == MSG_row)
		return rows_add(&answer->rows, m->u.row.cells);
	answer->text = text_clean(last->text, strlen(last->text));
	answer->output = last->output;
	last->output = -1;
	*status = last->status;
	*done = true;
	return answer->text == NULL ? GW_NOMEM : GW_OK;
}

static enum gw_err
converse(struct ask *a, struct chan *ch, struct answer *answer,
    uint32_t *status)
{
	bool done = false;
	struct msg m;
	enum gw_err e;

	e = chan_send(ch, &a->m, LIM_ANSWER_MS);
	while (e == GW_OK && !done) {
		e = chan_recv(ch, &m, LIM_ANSWER_MS);
		if (e == GW_OK) {
			e = take(answer, &m, status, &done);
			msg_close(&m);
		}
	}
	return e;
}

/* `ended` is how a private run ended, EX_OK for a daemon. */
static int
say_broken(const struct call *call, enum gw_err e, int ended)
{
	if (e == GW_TIMEOUT)
		return fault(call, EX_TEMPFAIL, "no answer; the gateway may be "
		    "busy with a large mail: try again, or see its log");
	if (e == GW_EOF)
		return fault(call, ended != EX_OK ? ended : EX_UNAVAILABLE,
		    "the gateway hung up without an answer; see %s",
		    ended != EX_OK ? "the lines above" : "its log");
	return fault(call, EX_SOFTWARE, "the answer cannot be read: %s",
	    gw_strerror(e));
}

int
ask(struct ask *a, bool dry, struct answer *answer)
{
	uint32_t status = EX_OK;
	struct link l;
	enum gw_err e;
	int r, ended;

	*answer = (struct answer){ .output = -1 };
	r = EX_USAGE;
	if (a->fault == NULL)
		r = dry ? link_open_dry(&l, a->call) : link_open(&l, a->call);
	if (r != EX_OK)
		goto out;
	e = converse(a, &l.chan, answer, &status);
	ended = link_close(&l);
	r = (int)(status & 0xff);
	if (e != GW_OK)
		r = say_broken(a->call, e, ended);
	else if (r == EX_OK && ended != EX_OK)
		/* What core promised may not hold then. */
		r = fault(a->call, ended, "meldpostd ended with status %d; "
		    "see the lines above", ended);
out:
	msg_close(&a->m);
	return r;
}

void
answer_free(struct answer *answer)
{
	rows_free(&answer->rows);
	free(answer->text);
	if (answer->output >= 0)
		close(answer->output);
	*answer = (struct answer){ .output = -1 };
}
