/* fuzz_dotenv.c -- .env files read, or say why not. */
#include "fuzz.h"

#include "codec/dotenv.h"

static void fuzz_dotenv(struct arena *a, sv input)
{
	struct dotenv env;
	struct err e;

	if (!dotenv_read(a, "fuzz", input, &env, &e))
		assert(e.text[0]);
}

FUZZ(fuzz_dotenv)
