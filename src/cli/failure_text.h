/* failure_text.h -- what user code died of, as people read it. */
#pragma once
#include "cli/page.h"
#include "model/failure.h"

/* Indented lines: sentence, place, the last lines of the traceback, hint.  Nothing when there was no failure. */
void failure_print(struct page *p, const struct failure *f, unsigned indent, unsigned traceback_lines);
/* The same without the sentence. */
void failure_print_more(struct page *p, const struct failure *f, unsigned indent, unsigned traceback_lines);
