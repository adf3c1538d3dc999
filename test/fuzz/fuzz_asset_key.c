/* fuzz_asset_key.c -- a key that parses is canonical: parsing it again changes nothing. */
#include "fuzz.h"

#include "model/asset_key.h"

static void fuzz_asset_key(struct arena *a, sv input)
{
	struct err e;
	sv key, again;

	if (!asset_key_parse(a, input, &key, &e))
		return;
	if (!asset_key_parse(a, key, &again, &e) || !sv_eq(key, again))
		abort();
	assert(asset_key_parts(a, key).n > 0);
}

FUZZ(fuzz_asset_key)
