/*
 * libFuzzer target: any bytes through mail_read(), as a mail and as a
 * decrypted entity. Beside memory errors it looks for answers that core could
 * not use: spans outside, codes that are none, an ok without a payload.
 *
 *	clang -fsanitize=fuzzer,address,undefined ...
 *
 * With -DREPLAY it is a program that reads the files it is given.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/reason.h"
#include "base/verb.h"
#include "mail/read.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
demand(int holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz_mail: %s\n", what);
	abort();
}

static void
demand_string(const char *s, size_t size)
{
	demand(memchr(s, '\0', size) != NULL, "a string without an end");
}

static void
read_as(enum stage stage, const uint8_t *p, size_t n)
{
	const struct mail_us us = { "intake@stad.example",
		"oefen@stad.example" };
	struct msg_parsed f;
	uint8_t *out;
	size_t out_len;
	enum gw_err r;

	r = mail_read(stage, p, n, &us, &f, &out, &out_len);
	demand(r == GW_OK || r == GW_NOMEM, "an error that is none of ours");
	demand(f.structure < STRUCTURE_MAX && f.reason < REASON_MAX &&
	    f.dsn_action <= DSN_EXPANDED, "a code out of range");
	demand(span_fits(f.payload, f.flags & MAIL_DECODED ? out_len : n),
	    "a payload outside the mail");
	demand(span_fits(f.signature, n), "a signature outside the mail");
	demand(stage == STAGE_INNER ||
	    (out != NULL) == ((f.flags & MAIL_DECODED) != 0),
	    "decoded bytes and flag disagree");
	demand(stage == STAGE_OUTER || (span_fits(f.words, out_len) &&
	    span_fits(f.key, out_len)), "words or a key outside");
	demand(stage == STAGE_OUTER || (span_fits(f.place, out_len) &&
	    span_fits(f.urgency, out_len) && span_fits(f.agenda, out_len) &&
	    span_fits(f.invitees, out_len) && span_fits(f.adhoc, out_len) &&
	    span_fits(f.present, out_len) &&
	    span_fits(f.present_at, out_len)), "a form outside");
	demand(stage == STAGE_OUTER || out_len <= LIM_ASIDE,
	    "more than core takes");
	demand((f.uid[0] != '\0') == (f.attendee[0] != '\0') &&
	    (f.uid[0] == '\0' || f.verb == VERB_ACCEPT ||
	    f.verb == VERB_DECLINE), "a calendar that answers nothing");
	demand(f.words.len <= LIM_WORDS && f.key.len <= LIM_KEYFILE,
	    "words or a key too long");
	demand(f.answer < ANSWER_MAX && f.verb < VERB_MAX &&
	    f.ground < GROUND_MAX && f.form_name < FORM_NAME_MAX &&
	    f.closing < CLOSING_MAX && f.measures < MEASURES_MAX &&
	    (f.criteria & ~CRITERIA_ALL) == 0 &&
	    (f.fields & 1) == 0, "an act out of range");
	demand((f.answer == ANSWER_CLEAR) == (f.verb != VERB_NONE),
	    "a verb that is not clear");
	demand(f.structure != STRUCTURE_PGP_MIME || f.payload.len > 0 ||
	    (f.flags & MAIL_DECODED) != 0, "an envelope without ciphertext");
	demand(f.structure != STRUCTURE_MALFORMED || f.reason != REASON_OK,
	    "malformed without a reason");
	demand_string(f.from, sizeof(f.from));
	demand_string(f.envid, sizeof(f.envid));
	demand_string(f.dsn_status, sizeof(f.dsn_status));
	demand_string(f.ref, sizeof(f.ref));
	demand_string(f.subject_ref, sizeof(f.subject_ref));
	demand_string(f.quoted_ref, sizeof(f.quoted_ref));
	demand_string(f.answers, sizeof(f.answers));
	demand_string(f.person, sizeof(f.person));
	demand_string(f.code, sizeof(f.code));
	demand_string(f.typed_fpr, sizeof(f.typed_fpr));
	demand_string(f.role, sizeof(f.role));
	demand_string(f.org_class, sizeof(f.org_class));
	demand_string(f.organisation, sizeof(f.organisation));
	demand_string(f.legal_ground, sizeof(f.legal_ground));
	demand_string(f.compared, sizeof(f.compared));
	demand_string(f.until, sizeof(f.until));
	demand_string(f.case_ref, sizeof(f.case_ref));
	demand_string(f.kind, sizeof(f.kind));
	demand_string(f.date, sizeof(f.date));
	demand_string(f.start, sizeof(f.start));
	demand_string(f.end, sizeof(f.end));
	demand_string(f.uid, sizeof(f.uid));
	demand_string(f.attendee, sizeof(f.attendee));
	free(out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	read_as(STAGE_OUTER, p, n);
	read_as(STAGE_INNER, p, n);
	return 0;
}

#ifdef REPLAY
static int
replay(const char *name)
{
	FILE *f = fopen(name, "rb");
	uint8_t *p;
	long size;

	if (f == NULL || fseek(f, 0, SEEK_END) != 0 || (size = ftell(f)) < 0) {
		fprintf(stderr, "fuzz_mail: cannot read %s\n", name);
		if (f != NULL)
			fclose(f);
		return 1;
	}
	rewind(f);
	p = malloc((size_t)size + 1);
	demand(p != NULL, "no memory");
	(void)LLVMFuzzerTestOneInput(p, fread(p, 1, (size_t)size, f));
	free(p);
	fclose(f);
	return 0;
}

int
main(int argc, char **argv)
{
	int i, failed = 0;

	for (i = 1; i < argc; i++)
		failed |= replay(argv[i]);
	return failed;
}
#endif
