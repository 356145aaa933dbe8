#include "core/codes.h"

#include <string.h>

#define CODE_CHARS 12

/* The first 60 bits in Crockford's base32, in groups of four. */
static void
spell(const uint8_t hash[HASH_BYTES], char out[LIM_CODE + 1])
{
	static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	uint64_t bits = 0;
	size_t i, at = 0;

	for (i = 0; i < 8; i++)
		bits = bits << 8 | hash[i];
	for (i = 0; i < CODE_CHARS; i++) {
		if (i > 0 && i % 4 == 0)
			out[at++] = '-';
		out[at++] = alphabet[bits >> 59];
		bits <<= 5;
	}
	out[at] = '\0';
}

static struct piece
text(const char *s)
{
	return (struct piece){ s, strlen(s) };
}

void
code_of_enrolment(const struct enrolment *e, int64_t who,
    char out[LIM_CODE + 1])
{
	const struct correspondent *p = &e->person;
	uint8_t hash[HASH_BYTES];
	const struct piece pieces[] = {
		text("enrolment"), text(e->ref),
		text(enrolment_state_name(e->state)),
		{ &who, sizeof(who) }, { &e->proposer, sizeof(e->proposer) },
		{ &p->id, sizeof(p->id) }, text(person_role_name(p->role)),
		text(org_class_name(p->org_class)), text(p->organisation),
		text(p->ground), text(p->address), text(p->fpr),
		{ &p->until, sizeof(p->until) },
	};

	crypto_keyed_hash(e->nonce, pieces,
	    sizeof(pieces) / sizeof(pieces[0]), hash);
	spell(hash, out);
}

bool
code_fits_enrolment(const struct enrolment *e, int64_t who, const char *code)
{
	char right[LIM_CODE + 1];
	uint8_t differs = 0;
	size_t i;

	if (strlen(code) != LIM_CODE)
		return false;
	code_of_enrolment(e, who, right);
	for (i = 0; i < LIM_CODE; i++)
		differs |= (uint8_t)(code[i] ^ right[i]);
	return differs == 0;
}
