/* location_document.h -- the documents of code locations (doc/formats/json-output.md); each writes one value. */
#pragma once
#include "codec/json.h"
#include "daemon/session.h"

const char *location_health_word(enum location_health health); /* "ok", "stale", "broken" */
int64_t location_warnings(const struct manifest *m);           /* how many its code gave; 0 for NULL */

void location_document(struct json *j, const struct location_state *state); /* as in a list of locations */
void locations_document(struct json *j, const struct code_view *code);      /* that list, in the workspace's order */
void location_detail_document(struct json *j, const struct location_state *state); /* with its code and environment */
