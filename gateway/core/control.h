/*
 * The operator's side of core: what the meldpost command may ask. One table
 * in control.c says which words lead to which function; the functions stand
 * in control_*.c by subject. A malformed or greedy client is dropped, never
 * fatal: unlike the inner channels, this socket can be reached by people.
 */
#ifndef GW_CORE_CONTROL_H
#define GW_CORE_CONTROL_H

#include <stdio.h>

#include "core/core.h"

#define CONTROL_WORDS 24

/* One question and its answer under way. */
struct question {
	struct core *core;
	struct chan *client;
	const char *word[CONTROL_WORDS];/* the command's own words first */
	size_t words;
	int input;			/* descriptor that came with it, or -1 */
	uint32_t status;		/* exit status, sysexits.h */
	struct buf text;		/* a sentence, English, for operators */
	int output;			/* goes to standard output; or -1 */
	struct buf row;			/* the row being filled */
};

/* A client connects; false when there are too many already. */
bool control_accept(struct core *c, int fd);

/* Something came from client `i`, or it hung up. */
void control_heard(struct core *c, size_t i);

/* The value of word "key=value", or NULL. */
const char *question_value(const struct question *q, const char *key);

/* The n-th word that is no key=value (0 = the command), or NULL. */
const char *question_word(const struct question *q, size_t n);

/* Who stands at the other end, as the audit chain takes it: "uid-0". NULL where
 * nobody can tell. */
#define OPERATOR_LEN 32
const char *question_operator(const struct question *q,
    char out[OPERATOR_LEN]);

/* Puts into the chain that the operator takes something along. */
enum gw_err question_exported(struct question *q, const char *what);

/* Ends with an exit status and a sentence. */
void question_fail(struct question *q, uint32_t status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The sentence of a success. */
void question_say(struct question *q, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Rows: names once ("reference", "type", ...), then cell by cell. */
void question_columns(struct question *q, const char *const *names, size_t n);
void question_cell(struct question *q, const char *text);
void question_cell_time(struct question *q, int64_t t);
void question_cell_number(struct question *q, long long n);
void question_row_end(struct question *q);

/* ---- the commands ---- */
void control_correspondent_add(struct question *q);
void control_correspondent_list(struct question *q);
void control_correspondent_show(struct question *q);
void control_correspondent_suspend(struct question *q);
void control_correspondent_resume(struct question *q);
void control_correspondent_remove(struct question *q);
void control_queue(struct question *q);
void control_mail_list(struct question *q);
void control_mail_show(struct question *q);
void control_outbox(struct question *q);
void control_outbox_retry(struct question *q);
void control_audit_verify(struct question *q);
void control_audit_export(struct question *q);
void control_audit_send(struct question *q);
void control_audit_who(struct question *q);
void control_key_create(struct question *q);
void control_key_show(struct question *q);
void control_key_export(struct question *q);
void control_key_rotate(struct question *q);
void control_key_prolong(struct question *q);
void control_wkd_export(struct question *q);
void control_bootstrap_close(struct question *q);
void control_clock_confirm(struct question *q);
void control_enrolment_list(struct question *q);
void control_case_list(struct question *q);
void control_retention_list(struct question *q);
void control_retention_run(struct question *q);
void control_meeting_list(struct question *q);
void control_meeting_show(struct question *q);
void control_form(struct question *q);
void control_ltf_import(struct question *q);
void control_ltf_show(struct question *q);
void control_status(struct question *q);
void control_verdict(struct question *q);
/* the security norms */
void control_figures(struct question *q);
void control_incident(struct question *q);
void control_persons(struct question *q);
void control_selfcheck(struct question *q);
void control_statement(struct question *q);

#endif
