/*
 * libFuzzer target: any bytes as a packed configuration and as the text whose
 * numbers and comments conf_read.c looks at a second time.
 *
 *	clang -fsanitize=fuzzer,address,undefined ...
 *
 * With -DREPLAY it is a program that reads the files it is given.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/conf.h"
#include "conf/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
demand(int holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz_conf: %s\n", what);
	abort();
}

static void
unpack(uint8_t *copy, size_t n)
{
	struct conf c, again;
	struct buf b;

	if (conf_unpack(&c, copy, n) != GW_OK)
		return;
	buf_init(&b, LIM_MESSAGE);
	demand(conf_pack(&c, (enum role)copy[3], &b) == GW_OK && b.len == n &&
	    memcmp(b.p, copy, n) == 0, "packed again it is not the same");
	demand(conf_unpack(&again, b.p, b.len) == GW_OK,
	    "packed again it cannot be read");
	conf_dump(&c, &b);
	buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	uint8_t *copy = malloc(n + 1);

	demand(copy != NULL, "no memory");
	memcpy(copy, p, n);
	unpack(copy, n);
	copy[n] = '\0';
	(void)value_is_text((char *)copy);
	(void)value_is_closed((char *)copy);
	(void)value_is_wide((char *)copy, 1, "a");
	(void)value_distance((char *)copy, "password_file");
	(void)value_is_word("maildir|imap", (char *)copy);
	free(copy);
	return 0;
}

#ifdef REPLAY
static int
replay(const char *name)
{
	static uint8_t bytes[2 * LIM_MESSAGE];
	FILE *f = fopen(name, "rb");
	size_t n;

	if (f == NULL) {
		fprintf(stderr, "fuzz_conf: cannot read %s\n", name);
		return 1;
	}
	n = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	(void)LLVMFuzzerTestOneInput(bytes, n);
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
