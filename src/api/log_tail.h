/* log_tail.h -- what steps print, to those who look at it: a line as soon as it is in its file, until the attempt has ended.
 * Who reads slowly is given no more than it takes; the rest stays in the file. */
#pragma once
#include "api/api_parts.h"
#include "view/step_log.h"

struct log_tails;

struct log_tails *log_tails_new(struct api *api);
void log_tails_free(struct log_tails *all); /* NULL is fine */

void log_tail_follow(struct log_tails *all, struct exchange *x, const struct step_log *log, int64_t from); /* answers `x` */
void log_tails_tell(struct log_tails *all, const struct event_row *event); /* a step may have ended */
