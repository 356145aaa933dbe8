#include "mail/proof.h"

#include <string.h>

#include "base/fiche.h"
#include "mail/fold.h"

/* Takes the next line that is not empty, without blanks around it. */
static bool
take(struct bytes *rest, struct bytes *line)
{
	while (bytes_line(rest, line)) {
		*line = fold_trim(*line);
		if (line->n > 0)
			return true;
	}
	return false;
}

static bool
is_attestation(struct bytes line)
{
	return line.n == strlen(FICHE_ATTESTATION) &&
	    memcmp(line.p, FICHE_ATTESTATION, line.n) == 0;
}

static bool
is_digest(struct bytes line, char out[HASH_HEX + 1])
{
	size_t i;

	if (line.n != HASH_HEX)
		return false;
	for (i = 0; i < HASH_HEX; i++) {
		out[i] = (char)ascii_lower(line.p[i]);
		if (!ascii_digit((uint8_t)out[i]) &&
		    (out[i] < 'a' || out[i] > 'f')) {
			out[0] = '\0';
			return false;
		}
	}
	out[HASH_HEX] = '\0';
	return true;
}

void
proof_read(struct bytes words, struct proof *out)
{
	struct bytes line, rest = words;

	memset(out, 0, sizeof(*out));
	out->rest = words;
	if (!take(&rest, &line))
		return;
	out->attested = is_attestation(line);
	if (out->attested)
		out->rest = rest;
	if (out->attested && !take(&rest, &line))
		return;
	if (is_digest(line, out->digest))
		out->rest = rest;
	if (fold_trim(out->rest).n == 0)
		out->rest.n = 0;
}
