/* asset_key.h -- the name of an asset: a list of parts.  Inside plait a key is one text in escaped form,
 * parts joined by `/`, a `/` or `\` within a part written `\/` and `\\`; equal keys are equal texts. */
#pragma once
#include "base/err.h"
#include "base/list.h"
#include "codec/value.h"

/* Escaped text from parts.  INVALID on no parts, an empty part, control characters, too long. */
bool asset_key_join(struct arena *a, const sv *parts, size_t n, sv *ret, struct err *e) CHECKED;
/* The same from a JSON array of strings. */
bool asset_key_from_value(struct arena *a, const struct value *list, sv *ret, struct err *e) CHECKED;
/* Reads what a person typed ("a/b", "a\/b"): checks it and returns the canonical text. */
bool asset_key_parse(struct arena *a, sv typed, sv *ret, struct err *e) CHECKED;
/* The parts, unescaped. */
struct sv_list asset_key_parts(struct arena *a, sv key);
