/* asking.h -- an exchange that waits until the owner has done what was asked for (daemon/requests.h).  Who has gone meanwhile
 * hears nothing; what it asked for happens all the same. */
#pragma once
#include "api/api_parts.h"

/* For one request.  A refusal answers the exchange by itself; else `fn` answers it, once. */
struct asker asking_for(struct api *api, struct exchange *x,
			void (*fn)(struct api *api, struct exchange *x, const struct answer *answer));
