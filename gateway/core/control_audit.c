/* meldpost audit: the chain checked, asked, taken along, its head sent. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memfd.h"
#include "core/control.h"
#include "core/logbook.h"

#define EXPORT_CHUNK	(64u * 1024)

static void
explain(struct question *q, enum gw_err r)
{
	question_fail(q, EX_IOERR, "the chain cannot be read: %s",
	    gw_strerror(r));
}

/* ---- verify ---- */

/* What a mail said of the chain: --head and --rows. */
struct claim {
	const char *head;
	int64_t rows;
};

/* False, with an answer, where they are not as a mail has them. */
static bool
read_claim(struct question *q, struct claim *claim)
{
	const char *rows = question_value(q, "rows");
	char none[] = "", *end = none;

	claim->head = question_value(q, "head");
	if ((rows == NULL) != (claim->head == NULL)) {
		question_fail(q, EX_USAGE, "--head and --rows belong together;"
		    " the mail names both");
		return false;
	}
	if (rows == NULL)
		return true;
	claim->rows = strtoll(rows, &end, 10);
	if (claim->rows < 0 || end == rows || *end != '\0') {
		question_fail(q, EX_USAGE, "--rows takes a number");
		return false;
	}
	if (strlen(claim->head) != HASH_HEX ||
	    strspn(claim->head, "0123456789abcdefABCDEF") != HASH_HEX) {
		question_fail(q, EX_USAGE, "--head takes the %d hexadecimal "
		    "digits of the mail", HASH_HEX);
		return false;
	}
	return true;
}

/* Whether the chain, which is whole, went through the head of that mail. */
static bool
holds_claim(struct question *q, const struct claim *claim, int64_t rows)
{
	uint8_t head[HASH_BYTES];
	char hex[HASH_HEX + 1];
	enum gw_err r;

	r = audit_head_at(q->core->store, claim->rows, head);
	if (r == GW_MISSING) {
		question_fail(q, EX_DATAERR, "the chain has %lld rows, the "
		    "mail says %lld: its end was cut off, or this is an older "
		    "copy; tell the DPO", (long long)rows,
		    (long long)claim->rows);
		return false;
	}
	if (r != GW_OK) {
		explain(q, r);
		return false;
	}
	crypto_hex(head, hex);
	if (strcasecmp(hex, claim->head) != 0) {
		question_fail(q, EX_DATAERR, "row %lld of the chain has "
		    "another hash than the mail says: what came before it was "
		    "rewritten; tell the DPO", (long long)claim->rows);
		return false;
	}
	return true;
}

static void
show_chain(struct question *q, int64_t rows, const uint8_t head[HASH_BYTES],
    bool claimed)
{
	static const char *const columns[] = { "rows", "head" };
	char hex[HASH_HEX + 1];

	crypto_hex(head, hex);
	question_columns(q, columns, sizeof(columns) / sizeof(columns[0]));
	question_cell_number(q, (long long)rows);
	question_cell(q, hex);
	question_row_end(q);
	question_say(q, "the chain is whole%s", claimed ?
	    ", and goes on from the head of the mail" : "");
}

void
control_audit_verify(struct question *q)
{
	struct claim claim = { .head = NULL };
	uint8_t head[HASH_BYTES];
	int64_t rows = 0, bad = 0;
	enum gw_err r;

	if (!read_claim(q, &claim))
		return;
	r = audit_verify(q->core->store, &rows, &bad, head);
	if (r == GW_FORMAT)
		question_fail(q, EX_DATAERR, "the chain is broken at row %lld:"
		    " it was changed after it was written; tell the DPO",
		    (long long)bad);
	else if (r != GW_OK)
		explain(q, r);
	else if (claim.head == NULL || holds_claim(q, &claim, rows))
		show_chain(q, rows, head, claim.head != NULL);
}

/* ---- who ---- */

struct search {
	struct question *q;
	const struct audit_row *row;
	const char *who;		/* "" until somebody fits */
	unsigned rows;
};

static enum gw_err
try_person(const struct correspondent *p, void *arg)
{
	struct search *s = arg;

	if (audit_is_by(s->row, p->fpr))
		s->who = person_role_name(p->role);
	return GW_OK;
}

static bool
is_operator(const struct audit_row *row)
{
	const unsigned uids[] = { 0, (unsigned)getuid() };
	char who[OPERATOR_LEN];
	size_t i;

	for (i = 0; i < sizeof(uids) / sizeof(uids[0]); i++) {
		(void)snprintf(who, sizeof(who), "uid-%u", uids[i]);
		if (audit_is_by(row, who))
			return true;
	}
	return false;
}

/* The role of who did it, never more; while it can still be told. */
static const char *
find_actor(struct search *s)
{
	struct core *c = s->q->core;

	s->who = "";
	if (!audit_has_actor(s->row) || audit_is_by(s->row, c->own.fpr))
		return "gateway";
	if (!s->row->salted)
		return "forgotten";
	if (is_operator(s->row))
		return "operator";
	(void)correspondent_each(c->store, try_person, s);
	return s->who[0] != '\0' ? s->who : "unknown";
}

static enum gw_err
who_one(const struct audit_row *row, void *arg)
{
	struct search *s = arg;
	struct question *q = s->q;

	s->row = row;
	s->rows++;
	question_cell_number(q, (long long)row->seq);
	question_cell_time(q, row->at);
	question_cell(q, audit_event_name(row->event));
	question_cell(q, row->ref);
	question_cell(q, row->detail);
	question_cell(q, find_actor(s));
	question_row_end(q);
	return GW_OK;
}

void
control_audit_who(struct question *q)
{
	static const char *const columns[] = { "row", "time", "event",
		"reference", "detail", "by" };
	const char *ref = question_word(q, 2);
	struct search s = { .q = q };
	char operator[OPERATOR_LEN];
	enum gw_err r;

	if (ref == NULL || strlen(ref) != LIM_REF || ref[1] != '-') {
		question_fail(q, EX_USAGE, "a reference is wanted, such as "
		    "A-... or M-...");
		return;
	}
	question_columns(q, columns, sizeof(columns) / sizeof(columns[0]));
	r = audit_about(q->core->store, ref, who_one, &s);
	/* Who asks is on record too (R150). */
	if (r == GW_OK && s.rows > 0)
		r = audit_add(q->core->store, core_now(q->core),
		    AUDIT_EXPORTED, ref, "who", question_operator(q,
		    operator));
	if (r != GW_OK)
		explain(q, r);
	else if (s.rows == 0)
		question_fail(q, EX_DATAERR, "the log knows nothing of this "
		    "reference");
}

/* ---- export ---- */

struct export {
	struct buf text;
	int fd;
	bool json;
	unsigned rows;
};

/* Codes, numbers and references: nothing in them needs quoting, and the schema
 * lets nothing else in. */
static void
add_row(struct export *x, const struct audit_row *row)
{
	char time[CLOCK_ISO_LEN], actor[HASH_HEX + 1] = "";

	clock_iso(row->at, time);
	if (audit_has_actor(row))
		crypto_hex(row->actor, actor);
	if (!x->json) {
		buf_printf(&x->text, "%lld,%s,%s,%s,%s,%s\r\n",
		    (long long)row->seq, time, audit_event_name(row->event),
		    row->ref, row->detail, actor);
		return;
	}
	buf_printf(&x->text, "%s\n{\"seq\": \"%lld\", \"time\": \"%s\", "
	    "\"event\": \"%s\"", x->rows > 0 ? "," : "", (long long)row->seq,
	    time, audit_event_name(row->event));
	buf_printf(&x->text, row->ref[0] != '\0' ? ", \"reference\": \"%s\"" :
	    ", \"reference\": null%s", row->ref);
	buf_printf(&x->text, row->detail[0] != '\0' ? ", \"detail\": \"%s\"" :
	    ", \"detail\": null%s", row->detail);
	buf_printf(&x->text, actor[0] != '\0' ? ", \"actor\": \"%s\"}" :
	    ", \"actor\": null%s}", actor);
}

static enum gw_err
flush(struct export *x)
{
	enum gw_err r = buf_error(&x->text);

	if (r == GW_OK)
		r = memfd_write(x->fd, x->text.p, x->text.len);
	buf_reset(&x->text);
	return r;
}

static enum gw_err
export_one(const struct audit_row *row, void *arg)
{
	struct export *x = arg;

	add_row(x, row);
	x->rows++;
	return x->text.len > EXPORT_CHUNK / 2 ? flush(x) : GW_OK;
}

static enum gw_err
export_all(struct store *s, struct export *x)
{
	enum gw_err r;

	r = memfd_new(&x->fd);
	if (r != GW_OK)
		return r;
	buf_init(&x->text, EXPORT_CHUNK);
	buf_puts(&x->text, x->json ? "[" :
	    "seq,time,event,reference,detail,actor\r\n");
	r = audit_each(s, export_one, x);
	buf_puts(&x->text, x->json ? "\n]\n" : "");
	if (r == GW_OK)
		r = flush(x);
	if (r == GW_OK)
		r = memfd_freeze(x->fd);
	buf_free(&x->text);
	return r;
}

void
control_audit_export(struct question *q)
{
	const char *format = question_value(q, "format");
	struct export x = { .fd = -1, .json = format != NULL &&
		strcmp(format, "json") == 0 };
	enum gw_err r;

	/* First: the copy tells of itself. */
	r = question_exported(q, "audit");
	if (r == GW_OK)
		r = export_all(q->core->store, &x);
	q->output = x.fd;
	if (r != GW_OK)
		explain(q, r);
}

/* ---- send ---- */

void
control_audit_send(struct question *q)
{
	char operator[OPERATOR_LEN];
	unsigned n = 0;
	enum gw_err r;

	r = logbook_send(q->core, question_operator(q, operator), &n);
	if (r != GW_OK)
		question_fail(q, EX_CANTCREAT, "not sent: %s", gw_strerror(r));
	else if (n == 0)
		question_fail(q, EX_DATAERR, "no DPO is enrolled; run meldpost"
		    " correspondent add");
	else
		question_say(q, "the head of the chain goes to the DPO");
}
