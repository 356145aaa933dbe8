#include "base/code.h"

#include <string.h>

#define CODE_CHARS 12

void
code_spell(const uint8_t hash[HASH_BYTES], char out[LIM_CODE + 1])
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

bool
code_same(const char *code, const char right[LIM_CODE + 1])
{
	uint8_t differs = 0;
	size_t i;

	if (strlen(code) != LIM_CODE)
		return false;
	for (i = 0; i < LIM_CODE; i++)
		differs |= (uint8_t)(code[i] ^ right[i]);
	return differs == 0;
}
