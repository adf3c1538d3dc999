/* fuzz_json.c -- JSON that reads must write, and read again to the same text; what is read quickly the strict parser reads too,
 * and the same. */
#include "fuzz.h"

#include "codec/json.h"
#include "codec/json_quick.h"

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

	v = json_quick(a, input);
	if (v) {
		AUTO_BUF quick = {0};
		AUTO_BUF pieces = {0};
		AUTO_BUF strict = {0};

		if (!json_read_strictly(a, input, &again, &e) ||
		    !sv_eq(write_value(&quick, v), write_value(&strict, again)) ||
		    !sv_eq(buf_sv(&quick), write_value(&pieces, json_quick_pieces(a, input))))
			abort();
	}
	if (!json_read(a, input, &v, &e))
		return;
	text = write_value(&first, v);
	if (!json_read(a, text, &again, &e) || !sv_eq(text, write_value(&second, again)))
		abort();
}

FUZZ(fuzz_json)
