/* json_quick.h -- the common case of reading JSON, many times faster than the parser that knows every refusal by name. */
#pragma once
#include "codec/value.h"

/* NULL: the text is not certainly right, ask json_read's parser.  What it returns is what that parser would have read. */
const struct value *json_quick(struct arena *a, sv text);
/* As json_read_pieces would have. */
const struct value *json_quick_pieces(struct arena *a, sv text);
/* That parser: same contract as json_read. */
bool json_read_strictly(struct arena *a, sv text, const struct value **ret, struct err *e) CHECKED;
