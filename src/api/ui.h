/* ui.h -- answers what no route does: the files of the web UI, and its page for every address that it knows itself, so that
 * links into it work.  Knows nothing of assets or runs. */
#pragma once
#include "http/exchange.h"

struct ui;

struct ui *ui_new(void);
void ui_free(struct ui *ui); /* NULL is fine */
/* GET or HEAD of a path that is no route. */
void ui_answer(struct ui *ui, struct exchange *x);
