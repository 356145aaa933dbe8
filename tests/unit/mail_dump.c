/*
 * Prints what mail_read() and our scanner make of a mail, one JSON object for
 * each file named on the command line: for tests/check-differential and for
 * looking at a mail by hand. With -i the files are decrypted entities.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/verb.h"
#include "mail/read.h"
#include "mail/scan.h"

static uint8_t *
slurp(const char *name, size_t *n)
{
	FILE *f = fopen(name, "rb");
	uint8_t *p = NULL;
	long size;

	if (f == NULL)
		return NULL;
	if (fseek(f, 0, SEEK_END) == 0 && (size = ftell(f)) >= 0) {
		rewind(f);
		p = malloc((size_t)size + 1);
		*n = p == NULL ? 0 : fread(p, 1, (size_t)size, f);
	}
	fclose(f);
	return p;
}

/* Types are lower-case tokens: nothing to escape but a quote's neighbours. */
static void
print_tree(const struct scan *s)
{
	size_t i;

	printf("\"tree\": [");
	for (i = 0; i < s->parts; i++)
		printf("%s[%u, \"%s\"]", i > 0 ? ", " : "", s->part[i].depth,
		    s->part[i].type);
	printf("]");
}

static void
print_facts(const struct msg_parsed *f)
{
	printf("{\"structure\": \"%s\", \"reason\": \"%s\", \"flags\": %u, ",
	    structure_name((enum structure)f->structure),
	    reason_name((enum reason)f->reason), f->flags);
	printf("\"from\": %d, \"payload\": [%llu, %llu], ",
	    f->from[0] != '\0', (unsigned long long)f->payload.off,
	    (unsigned long long)f->payload.len);
	printf("\"action\": %u, \"form\": %u, \"missing\": %u, "
	    "\"attachments\": %u, ", f->dsn_action, f->form, f->missing,
	    f->attachments);
	printf("\"answer\": %u, \"verb\": \"%s\", ", f->answer,
	    verb_name((enum verb)f->verb));
}

static int
dump(enum stage stage, const char *name)
{
	const struct mail_us us = { "intake@stad.example", "" };
	struct msg_parsed facts;
	struct scan s;
	uint8_t *p, *decoded;
	size_t n = 0, decoded_len;

	p = slurp(name, &n);
	if (p == NULL || mail_read(stage, p, n, &us, &facts,
	    &decoded, &decoded_len) != GW_OK) {
		fprintf(stderr, "mail_dump: cannot read %s\n", name);
		free(p);
		return 1;
	}
	scan_mail(&s, (struct bytes){ p, n });
	print_facts(&facts);
	print_tree(&s);
	printf(", \"scan\": \"%s\"}\n", reason_name(s.reason));
	free(decoded);
	free(p);
	return 0;
}

int
main(int argc, char **argv)
{
	enum stage stage = STAGE_OUTER;
	int i = 1, failed = 0;

	if (argc > 1 && strcmp(argv[1], "-i") == 0) {
		stage = STAGE_INNER;
		i++;
	}
	for (; i < argc; i++)
		failed |= dump(stage, argv[i]);
	return failed;
}
