/* health.h -- the document Health, of its own route and first on every stream. */
#pragma once
#include "codec/json.h"

struct api;

bool health_write(struct api *api, struct json *j, struct err *e) CHECKED;
