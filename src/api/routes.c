/* routes.c -- the table itself. */
#include "api/routes.h"

#define X(method, path, name) {HTTP_##method, path, api_##name},
const struct http_route api_routes[] = {API_ROUTES(X)};
#undef X

const size_t api_routes_count = COUNT_OF(api_routes);
