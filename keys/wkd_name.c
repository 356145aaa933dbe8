#include "keys/wkd_name.h"

#include <gcrypt.h>
#include <stdint.h>
#include <string.h>

#define SHA1_BYTES	20
_Static_assert(LIM_WKD * 5 == SHA1_BYTES * 8, "five bits a character");

/* A name, not a proof: that SHA-1 is broken does no harm here. */
static bool
sha1(const char *p, size_t n, uint8_t out[SHA1_BYTES])
{
	static bool started;

	if (!started) {
		if (gcry_check_version(NULL) == NULL)
			return false;
		(void)gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
		(void)gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
		started = true;
	}
	gcry_md_hash_buffer(GCRY_MD_SHA1, out, p, n);
	return true;
}

/* Five bytes are eight characters. */
static void
zbase32(const uint8_t in[SHA1_BYTES], char out[LIM_WKD + 1])
{
	static const char digits[] = "ybndrfg8ejkmcpqxot1uwisza345h769";
	uint64_t group;
	size_t i, j;

	for (i = 0; i < SHA1_BYTES / 5; i++) {
		group = 0;
		for (j = 0; j < 5; j++)
			group = group << 8 | in[i * 5 + j];
		for (j = 0; j < 8; j++)
			out[i * 8 + j] = digits[(group >> (35 - 5 * j)) & 31];
	}
	out[LIM_WKD] = '\0';
}

bool
wkd_name(const char *address, char out[LIM_WKD + 1])
{
	const char *at = strchr(address, '@');
	char local[LIM_LOCALPART + 1];
	uint8_t hash[SHA1_BYTES];
	size_t i, n;

	out[0] = '\0';
	n = at == NULL ? 0 : (size_t)(at - address);
	if (n == 0 || n > LIM_LOCALPART)
		return false;
	for (i = 0; i < n; i++)
		local[i] = address[i] >= 'A' && address[i] <= 'Z' ?
		    (char)(address[i] - 'A' + 'a') : address[i];
	if (!sha1(local, n, hash))
		return false;
	zbase32(hash, out);
	return true;
}
