/* fuzz_json.c -- JSON that reads must write, and read again to the same text. */
#include "fuzz.h"

#include "codec/json.h"

static sv write_value(struct buf *out, const struct value *v)
{
	struct json j = {.out = out};

	json_value(&j, v);
	return buf_sv(out);
}

static void fuzz_json(struct arena *a, sv input)
{
	AUTO_BUF first = {0};
	AUTO_BUF second = {0};
	const struct value *v, *again;
	struct err e;
	sv text;

	if (!json_read(a, input, &v, &e))
		return;
	text = write_value(&first, v);
	if (!json_read(a, text, &again, &e) || !sv_eq(text, write_value(&second, again)))
		abort();
}

FUZZ(fuzz_json)
