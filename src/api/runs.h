/* runs.h -- what other routes need of runs. */
#pragma once
#include "api/api_parts.h"
#include "view/run_filter.h"

/* The run of the path: its id, a piece of it, `latest`. */
bool runs_find(struct api *api, struct exchange *x, struct run_row *ret, struct err *e) CHECKED;
/* The page of those that fit which the request asks for (`cursor`, `limit`): a RunPage. */
bool runs_answer_page(struct api *api, struct exchange *x, const struct run_filter *filter, struct err *e) CHECKED;
/* A RunSummary; with what only the engine knows of an open one. */
void runs_summarize(struct api *api, struct json *j, struct run_row *run);
