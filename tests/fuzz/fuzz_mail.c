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
	struct msg_parsed f;
	uint8_t *decoded;
	size_t decoded_len;
	enum gw_err r;

	r = mail_read(stage, p, n, "intake@stad.example", &f, &decoded,
	    &decoded_len);
	demand(r == GW_OK || r == GW_NOMEM, "an error that is none of ours");
	demand(f.structure < STRUCTURE_MAX && f.reason < REASON_MAX &&
	    f.dsn_action <= DSN_EXPANDED, "a code out of range");
	demand(span_fits(f.payload, f.flags & MAIL_DECODED ? decoded_len : n),
	    "a payload outside the mail");
	demand(span_fits(f.signature, n), "a signature outside the mail");
	demand((decoded != NULL) == ((f.flags & MAIL_DECODED) != 0),
	    "decoded bytes and flag disagree");
	demand(f.structure != STRUCTURE_PGP_MIME || f.payload.len > 0 ||
	    (f.flags & MAIL_DECODED) != 0, "an envelope without ciphertext");
	demand(f.structure != STRUCTURE_MALFORMED || f.reason != REASON_OK,
	    "malformed without a reason");
	demand_string(f.from, sizeof(f.from));
	demand_string(f.envid, sizeof(f.envid));
	demand_string(f.dsn_status, sizeof(f.dsn_status));
	demand_string(f.ref, sizeof(f.ref));
	free(decoded);
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
