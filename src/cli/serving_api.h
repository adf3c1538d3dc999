/* serving_api.h -- where a server answers: at its socket always, else as its options say. */
#pragma once
#include "api/api.h"
#include "cli/cli.h"

enum { DEFAULT_PORT = 3000 };

struct serving_api {
	struct api_request request; /* but for session and owner */
	struct api *api;            /* NULL until it is open */
};

/* --host, --port, --tls-certificate, --tls-key, --allow-host, --no-http.  INVALID for half a certificate. */
bool serving_api_read(struct cli *c, struct serving_api *ret, struct err *e) CHECKED;
bool serving_api_open(struct serving_api *s, struct session *session, struct owner *owner, struct err *e) CHECKED;
bool serving_api_moved(const struct serving_api *s); /* it is not on the port it looked at first */
sv serving_api_url(const struct serving_api *s); /* p NULL: --no-http */
