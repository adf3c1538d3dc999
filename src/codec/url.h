/* url.h -- the percent signs of URLs, strictly: %XX of two hex digits; a NUL is refused, in text it means nothing good. */
#pragma once
#include "base/arena.h"

/* `plus`: a plus is a space, as in queries.  What holds no percent sign is returned as it is.  false: malformed. */
bool url_decode(struct arena *a, sv text, bool plus, sv *ret) CHECKED;
/* Takes the next "name=value" off a query, decoded; a name alone has an empty value.  false: nothing is left, or malformed
 * (then *query stays). */
bool url_next(struct arena *a, sv *query, sv *ret_name, sv *ret_value) CHECKED;
bool url_is_valid(sv text); /* every percent sign stands for a byte */
sv url_encode(struct arena *a, sv text); /* for one segment of a path or one value of a query */
