/* queries.h -- what handlers read off a request beyond text: numbers, pages, what is to run.  INVALID names the parameter. */
#pragma once
#include "daemon/run_request.h"
#include "http/exchange.h"

enum { PAGE_DEFAULT = 50, PAGE_MOST = 1000 };

/* A query parameter as a whole number from 0 on; `otherwise` when absent. */
bool query_number(const struct exchange *x, const char *name, int64_t otherwise, int64_t *ret, struct err *e) CHECKED;
bool query_time(const struct exchange *x, const char *name, time_us *ret, struct err *e) CHECKED; /* 0 when absent */
/* Members of a body; absent or null: p NULL, false. */
bool query_text(const struct value *body, const char *name, sv *ret, struct err *e) CHECKED;
bool query_flag(const struct value *body, const char *name, bool *ret, struct err *e) CHECKED;
/* The schema RunRequest, of plans and launches; views into `body`. */
bool query_run_request(struct arena *a, const struct value *body, struct run_request *ret, struct err *e) CHECKED;
/* A member `tags`: an object of texts. */
bool query_tags(struct arena *a, const struct value *body, struct run_tags *ret, struct err *e) CHECKED;
