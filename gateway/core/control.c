#define _GNU_SOURCE
#include "core/control.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"

#define SEPARATOR "\x1f"
#define CLIENT_MS 2000	/* a client that does not read is dropped */

static const struct command {
	const char *first, *second;	/* second NULL: one word */
	void (*run)(struct question *q);
	bool dry;	/* makes sense without a store to write to */
} commands[] = {
	{ "correspondent", "add", control_correspondent_add, false },
	{ "correspondent", "list", control_correspondent_list, false },
	{ "correspondent", "show", control_correspondent_show, false },
	{ "correspondent", "suspend", control_correspondent_suspend, false },
	{ "correspondent", "resume", control_correspondent_resume, false },
	{ "correspondent", "remove", control_correspondent_remove, false },
	{ "queue", NULL, control_queue, false },
	{ "mail", "list", control_mail_list, false },
	{ "mail", "show", control_mail_show, false },
	{ "outbox", "retry", control_outbox_retry, false },
	{ "outbox", NULL, control_outbox, false },
	{ "audit", "verify", control_audit_verify, false },
	{ "audit", "export", control_audit_export, false },
	{ "audit", "send", control_audit_send, false },
	{ "audit", "who", control_audit_who, false },
	{ "key", "create", control_key_create, false },
	{ "key", "show", control_key_show, false },
	{ "key", "export", control_key_export, false },
	{ "key", "rotate", control_key_rotate, false },
	{ "key", "prolong", control_key_prolong, false },
	{ "wkd", "export", control_wkd_export, false },
	{ "bootstrap", "close", control_bootstrap_close, false },
	{ "enrolment", "list", control_enrolment_list, false },
	{ "case", "list", control_case_list, false },
	{ "retention", "list", control_retention_list, false },
	{ "retention", "run", control_retention_run, false },
	{ "meeting", "list", control_meeting_list, false },
	{ "meeting", "show", control_meeting_show, false },
	{ "form", NULL, control_form, false },
	{ "ltf", "import", control_ltf_import, false },
	{ "ltf", "show", control_ltf_show, false },
	{ "clock", "confirm", control_clock_confirm, false },
	{ "status", NULL, control_status, false },
	{ "verdict", NULL, control_verdict, true },
	/* the security norms */
	{ "figures", NULL, control_figures, false },
	{ "incident", NULL, control_incident, false },
	{ "persons", NULL, control_persons, false },
	{ "selfcheck", NULL, control_selfcheck, false },
	{ "statement", NULL, control_statement, false },
};

/* ---- words ---- */

/* The options a command may bring; all else is a word, with "=" or not. */
static bool
is_pair(const char *word)
{
	static const char *const keys[] = { "address", "role", "organisation",
		"class", "ground", "language", "fpr", "compared", "limit",
		"all", "until", "days", "as", "since", "dry-run", "head",
		"rows", "format" };
	size_t n = strcspn(word, "="), i;

	for (i = 0; word[n] != '\0' && i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (strlen(keys[i]) == n && strncmp(keys[i], word, n) == 0)
			return true;
	}
	return false;
}

const char *
question_value(const struct question *q, const char *key)
{
	size_t n = strlen(key), i;

	for (i = 1; i < q->words; i++) {
		if (strncmp(q->word[i], key, n) == 0 && q->word[i][n] == '=')
			return q->word[i] + n + 1;
	}
	return NULL;
}

const char *
question_word(const struct question *q, size_t n)
{
	size_t i;

	for (i = 0; i < q->words; i++) {
		if (is_pair(q->word[i]))
			continue;
		if (n-- == 0)
			return q->word[i];
	}
	return NULL;
}

const char *
question_operator(const struct question *q, char out[OPERATOR_LEN])
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	if (getsockopt(q->client->fd, SOL_SOCKET, SO_PEERCRED, &peer,
	    &len) < 0)
		return NULL;
	(void)snprintf(out, OPERATOR_LEN, "uid-%u", (unsigned)peer.uid);
	return out;
}

enum gw_err
question_exported(struct question *q, const char *what)
{
	char operator[OPERATOR_LEN];

	return audit_add(q->core->store, core_now(q->core), AUDIT_EXPORTED,
	    "", what, question_operator(q, operator));
}

/* ---- answers ---- */

static void
send_to(struct question *q, const struct msg *m)
{
	if (chan_send(q->client, m, CLIENT_MS) != GW_OK)
		chan_close(q->client);
}

void
question_fail(struct question *q, uint32_t status, const char *fmt, ...)
{
	va_list ap;

	q->status = status;
	buf_reset(&q->text);
	va_start(ap, fmt);
	buf_vprintf(&q->text, fmt, ap);
	va_end(ap);
}

void
question_say(struct question *q, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&q->text, fmt, ap);
	va_end(ap);
}

void
question_columns(struct question *q, const char *const *names, size_t n)
{
	struct msg m;
	size_t i;

	msg_init(&m, MSG_columns);
	buf_reset(&q->row);
	for (i = 0; i < n; i++)
		buf_printf(&q->row, "%s%s", i > 0 ? SEPARATOR : "", names[i]);
	(void)snprintf(m.u.columns.names, sizeof(m.u.columns.names), "%s",
	    buf_str(&q->row));
	buf_reset(&q->row);
	send_to(q, &m);
}

void
question_cell(struct question *q, const char *text)
{
	/* Each cell is followed by a separator; the last is cut off. */
	buf_puts(&q->row, text);
	buf_puts(&q->row, SEPARATOR);
}

void
question_cell_time(struct question *q, int64_t t)
{
	char text[CLOCK_ISO_LEN];

	clock_iso(t, text);
	question_cell(q, t == 0 ? "" : text);
}

void
question_cell_number(struct question *q, long long n)
{
	buf_printf(&q->row, "%lld" SEPARATOR, n);
}

void
question_row_end(struct question *q)
{
	struct msg m;

	if (q->row.len == 0)
		return;
	q->row.len--;
	msg_init(&m, MSG_row);
	(void)snprintf(m.u.row.cells, sizeof(m.u.row.cells), "%s",
	    buf_str(&q->row));
	buf_reset(&q->row);
	send_to(q, &m);
}

/* ---- one question ---- */

static const struct command *
find_command(const struct question *q)
{
	const char *first = question_word(q, 0), *second = question_word(q, 1);
	size_t i;

	for (i = 0; first != NULL &&
	    i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(commands[i].first, first) != 0)
			continue;
		if (commands[i].second == NULL || (second != NULL &&
		    strcmp(commands[i].second, second) == 0))
			return &commands[i];
	}
	return NULL;
}

static void
split_words(struct question *q, char *words)
{
	char *word, *rest = words;

	while ((word = strsep(&rest, SEPARATOR)) != NULL &&
	    q->words < CONTROL_WORDS)
		q->word[q->words++] = word;
}

static void
run(struct question *q)
{
	const struct command *cmd = find_command(q);

	if (cmd == NULL)
		question_fail(q, EX_USAGE, "no such command; see meldpost help");
	else if (q->core->conf->dry && !cmd->dry)
		question_fail(q, EX_USAGE, "not possible in a dry run");
	else
		cmd->run(q);
}

static void
answer(struct core *c, struct chan *client, struct msg_ask *ask)
{
	struct question q = { .core = c, .client = client, .input = ask->input,
		.output = -1, .status = EX_OK };
	struct msg m;

	buf_init(&q.text, LIM_ROW);
	buf_init(&q.row, LIM_ROW);
	split_words(&q, ask->words);
	run(&q);
	msg_init(&m, MSG_answer);
	m.u.answer.status = q.status;
	(void)snprintf(m.u.answer.text, sizeof(m.u.answer.text), "%s",
	    buf_str(&q.text));
	m.u.answer.output = q.output;
	send_to(&q, &m);
	if (q.output >= 0)
		close(q.output);
	buf_free(&q.text);
	buf_free(&q.row);
}

/* ---- clients ---- */

bool
control_accept(struct core *c, int fd)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);
	size_t i;

	/* The directory's rights already say so; this says it again. */
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0 ||
	    (peer.uid != 0 && peer.uid != getuid()))
		return false;
	for (i = 0; i < LIM_CLIENTS; i++) {
		if (c->client[i].fd >= 0)
			continue;
		chan_open(&c->client[i], fd, ROLE_CORE, ROLE_CTL);
		return true;
	}
	return false;
}

void
control_heard(struct core *c, size_t i)
{
	struct chan *client = &c->client[i];
	struct msg m;
	enum gw_err r;

	r = chan_recv(client, &m, 0);
	if (r == GW_TIMEOUT)
		return;
	if (r == GW_OK) {
		answer(c, client, &m.u.ask);
		msg_close(&m);
	}
	chan_close(client);
	/* A private run is over when its only client has its answer, or left. */
	if (c->conf->private_run)
		c->stop = true;
}
