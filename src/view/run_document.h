/* run_document.h -- the documents of runs (doc/formats/json-output.md); each writes one value. */
#pragma once
#include "codec/json.h"
#include "view/run_record.h"

void run_summary_document(struct json *j, const struct run_row *run); /* as in a list of runs */
void run_document(struct json *j, const struct run_record *r);        /* with its steps */
