/* asking.h -- has `callers` do what changes something, as commands do over their socket (daemon/wire.h), and answers the
 * exchange that wanted it.  Who has gone meanwhile hears nothing; what it asked for happens all the same. */
#pragma once
#include "api/api_parts.h"

struct asking *asking_new(struct api *api);
void asking_free(struct asking *all); /* what is under way goes on unheard; NULL is fine */

/* `line`: a request without `id`.  A refusal answers the exchange by itself; else `fn` answers it, once. */
void asking_do(struct api *api, struct exchange *x, sv line,
	       void (*fn)(struct api *api, struct exchange *x, const struct value *answer));
