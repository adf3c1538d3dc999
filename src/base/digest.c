/* digest.c -- the only file that sees the hashing libraries. */
#include "base/digest.h"

#include <sodium.h>
#include <xxhash.h>

uint64_t digest_fast(sv bytes)
{
	return XXH3_64bits(bytes.p, bytes.n);
}

uint64_t digest_fast_more(uint64_t so_far, sv bytes)
{
	return XXH3_64bits_withSeed(bytes.p, bytes.n, so_far);
}

sv digest_sha256(struct arena *a, sv bytes)
{
	unsigned char raw[crypto_hash_sha256_BYTES];
	char *hex = arena_alloc(a, 2 * sizeof(raw) + 1);

	crypto_hash_sha256(raw, (const unsigned char *)bytes.p, bytes.n);
	sodium_bin2hex(hex, 2 * sizeof(raw) + 1, raw, sizeof(raw));
	return (sv){hex, 2 * sizeof(raw)};
}
