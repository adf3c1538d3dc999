/* step_end.h -- how an attempt of a step ended, in words: the sentence, the remedy, the exception object, the event's body.
 * Decides nothing. */
#pragma once
#include "engine/step_report.h"
#include "exec/executor.h"

struct step_end {
	time_us duration;
	int64_t user_us, system_us, max_rss_kib;
	sv message; /* p NULL: nothing to say */
	sv error;   /* JSON exception object; p NULL */
	sv reason;  /* p NULL */
};

/* Why it failed, of an attempt that did not close its messages.  `followed`: it was begun by an earlier plait. */
sv step_end_sentence(struct arena *a, const struct attempt_end *how, bool followed);
/* p NULL: none.  `logs`: the command that shows its last words. */
sv step_end_hint(struct arena *a, const struct attempt_end *how, sv logs);
/* An exception object for an end that the step itself could not explain. */
sv step_end_error(struct arena *a, sv message, sv hint);
/* The same for a step that was told to stop: the limit is why it failed, `exception` (its own) shows where it was. */
sv step_end_overdue(struct arena *a, sv message, sv exception);
sv step_end_body(struct arena *a, const struct step_end *end);
