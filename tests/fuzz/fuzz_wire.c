/*
 * libFuzzer target: any bytes and up to five descriptors through msg_decode(),
 * as a captured role could send them. What is accepted must be safe to use and
 * must come back the same when it is sent on.
 *
 *	clang -fsanitize=fuzzer,address,undefined ...
 *
 * With -DREPLAY it is a program that reads the files it is given. The first
 * byte of an input says how many descriptors come with the rest.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/messages.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
demand(int holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz_wire: %s\n", what);
	abort();
}

/* No descriptor of this process: neither function may touch them. */
static const int fds[LIM_FDS + 1] = { 900001, 900002, 900003, 900004, 900005 };

static void
send_on(const struct msg *m, size_t len, size_t nfds)
{
	static uint8_t once[LIM_MESSAGE], twice[LIM_MESSAGE];
	int out[LIM_FDS];
	size_t n, again, k;
	struct msg back;

	if (len > LIM_MESSAGE)
		return;
	demand(msg_encode(m, once, sizeof(once), &n, out, &k) == GW_OK,
	    "what was accepted cannot be sent");
	demand(n == len, "another length");
	demand(k == nfds && memcmp(out, fds, k * sizeof(*out)) == 0,
	    "other descriptors");
	demand(msg_decode(&back, once, n, out, k) == GW_OK,
	    "what was sent on is not accepted");
	demand(back.type == m->type, "another type");
	demand(msg_encode(&back, twice, sizeof(twice), &again, out, &k) ==
	    GW_OK && again == n && memcmp(once, twice, n) == 0,
	    "another content");
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	size_t nfds;
	uint8_t *copy;
	struct msg m;

	if (n == 0)
		return 0;
	nfds = p[0] % (LIM_FDS + 2);
	n--;
	/* To the byte, so that one too many is seen. */
	copy = malloc(n + (n == 0));
	demand(copy != NULL, "no memory");
	memcpy(copy, p + 1, n);
	if (msg_decode(&m, copy, n, fds, nfds) == GW_OK)
		send_on(&m, n, nfds);
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
		fprintf(stderr, "fuzz_wire: cannot read %s\n", name);
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
