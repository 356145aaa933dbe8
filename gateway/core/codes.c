#include "core/codes.h"

#include <string.h>

#include "base/code.h"

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
	code_spell(hash, out);
}

void
code_of_extension(const char *ref, const struct case_extension *e,
    int64_t who, char out[LIM_CODE + 1])
{
	uint8_t hash[HASH_BYTES];
	const struct piece pieces[] = {
		text("extension"), text(ref), { &who, sizeof(who) },
		{ &e->controller, sizeof(e->controller) },
		{ &e->criteria, sizeof(e->criteria) },
		{ &e->proposed, sizeof(e->proposed) }, text(e->meeting),
	};

	crypto_keyed_hash(e->nonce, pieces,
	    sizeof(pieces) / sizeof(pieces[0]), hash);
	code_spell(hash, out);
}

void
code_of_informing(const char *ref, const struct informing *in, int64_t who,
    char out[LIM_CODE + 1])
{
	uint8_t hash[HASH_BYTES];
	const struct piece pieces[] = {
		text("informing"), text(ref), { &who, sizeof(who) },
		{ in->text, sizeof(in->text) },
	};

	crypto_keyed_hash(in->nonce, pieces,
	    sizeof(pieces) / sizeof(pieces[0]), hash);
	code_spell(hash, out);
}

bool
code_fits_enrolment(const struct enrolment *e, int64_t who, const char *code)
{
	char right[LIM_CODE + 1];

	code_of_enrolment(e, who, right);
	return code_same(code, right);
}

bool
code_fits_extension(const char *ref, const struct case_extension *e,
    int64_t who, const char *code)
{
	char right[LIM_CODE + 1];

	code_of_extension(ref, e, who, right);
	return code_same(code, right);
}

bool
code_fits_informing(const char *ref, const struct informing *in, int64_t who,
    const char *code)
{
	char right[LIM_CODE + 1];

	code_of_informing(ref, in, who, right);
	return code_same(code, right);
}
