#include "flow/fiche_code.h"

#include <string.h>

#include "base/code.h"

static struct piece
text(const char *s)
{
	return (struct piece){ s, strlen(s) };
}

void
fiche_code(const struct fiche_code *c, char out[LIM_CODE + 1])
{
	uint8_t hash[HASH_BYTES];
	const struct piece pieces[] = {
		text("fiche"), { c->instance, HASH_BYTES }, text(c->fpr),
		text(c->ref), { &c->version, sizeof(c->version) },
		{ &c->member, sizeof(c->member) }, { c->digest, HASH_BYTES },
		text(c->attestation),
	};

	crypto_keyed_hash(c->nonce, pieces,
	    sizeof(pieces) / sizeof(pieces[0]), hash);
	code_spell(hash, out);
}

bool
fiche_code_fits(const struct fiche_code *c, const char *code)
{
	char right[LIM_CODE + 1];

	fiche_code(c, right);
	return code_same(code, right);
}
