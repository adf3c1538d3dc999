/* plan_document.h -- what would run, as JSON. */
#pragma once
#include "codec/json.h"
#include "plan/run_plan.h"

void plan_document(struct json *j, const struct run_plan *plan);
