/* lineage_document.h -- the documents of who depends on whom (doc/formats/json-output.md); each writes one value. */
#pragma once
#include "codec/json.h"
#include "plan/impact.h"

/* Up to so many levels each way; UINT32_MAX: all. */
void lineage_document(struct json *j, const struct asset_graph *g, uint32_t node, uint32_t up, uint32_t down);
void impact_document(struct json *j, const struct asset_graph *g, const struct node_set *changed,
		     const struct impact *impact);
