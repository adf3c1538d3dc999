/* findings_document.h -- all that is wrong in a workspace, and its document (doc/formats/json-output.md). */
#pragma once
#include "codec/json.h"
#include "daemon/session.h"

/* Locations that do not load, then what was found between those that do. */
struct findings findings_all(struct arena *a, const struct code_view *code);
size_t findings_count(const struct findings *all, enum finding_severity severity);
void findings_document(struct json *j, const struct asset_graph *g, const struct findings *all);
