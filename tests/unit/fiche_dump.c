/*
 * Prints canonical texts for tests/check-fiche. Reads one fiche a line from
 * standard input: reference, version, day, town, case, a mask of elements to
 * strike, then "number text" for each element. All are apart by a blank and
 * written like a part of a URL. Prints the length and then the bytes, or
 * "error" and its number.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow/fiche_text.h"

static int
hex(char c)
{
	return c >= 'a' ? c - 'a' + 10 : c >= 'A' ? c - 'A' + 10 : c - '0';
}

/* Decodes "%C3%A9" in place. */
static const char *
plain(char *s)
{
	char *from = s, *to = s;

	if (s == NULL)
		return "";
	for (; *from != '\0'; from++) {
		if (*from == '%' && from[1] != '\0' && from[2] != '\0') {
			*to++ = (char)(hex(from[1]) << 4 | hex(from[2]));
			from += 2;
		} else
			*to++ = *from;
	}
	*to = '\0';
	return s;
}

static const char *
next(char **rest)
{
	return plain(strtok_r(NULL, " \n", rest));
}

static void
one(char *line, struct fiche_content *c)
{
	struct fiche_head h = { .version = 0 };
	char *rest = NULL, *word;
	struct buf out;
	uint32_t strike;
	enum gw_err r;
	unsigned n;

	memset(c, 0, sizeof(*c));
	(void)snprintf(h.ref, sizeof(h.ref), "%s",
	    plain(strtok_r(line, " \n", &rest)));
	h.version = (uint32_t)strtoul(next(&rest), NULL, 10);
	h.day = strtoll(next(&rest), NULL, 10);
	(void)snprintf(h.town, sizeof(h.town), "%s", next(&rest));
	(void)snprintf(h.case_ref, sizeof(h.case_ref), "%s", next(&rest));
	strike = (uint32_t)strtoul(next(&rest), NULL, 10);
	while ((word = strtok_r(NULL, " \n", &rest)) != NULL) {
		n = (unsigned)strtoul(word, NULL, 10);
		if (n < FICHE_FIRST || n > FICHE_LAST)
			exit(2);
		(void)snprintf(c->element[n - FICHE_FIRST].text,
		    sizeof(c->element[0].text), "%s", next(&rest));
	}
	(void)fiche_strike(c, strike);
	buf_init(&out, LIM_FICHE_TEXT);
	r = fiche_text(&h, c, &out);
	if (r == GW_OK) {
		printf("%zu\n", out.len);
		(void)fwrite(out.p, 1, out.len, stdout);
	} else
		printf("error %d\n", (int)r);
	buf_free(&out);
}

int
main(void)
{
	struct fiche_content *c = malloc(sizeof(*c));
	size_t size = 1u << 20;
	char *line = malloc(size);

	while (c != NULL && line != NULL &&
	    fgets(line, (int)size, stdin) != NULL)
		one(line, c);
	free(line);
	free(c);
	return 0;
}
