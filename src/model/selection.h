/* selection.h -- the selection language: text to a tree, a tree over a graph to a set of nodes.
 *	key:"a/*" and (group:x or tag:team=core) and not owner:me@x.com      +a  2+a  a+1  roots(…)  sinks(…)  *
 * Also takes a bare key (`a/b`, `+a/b++`, `*a`) and several selections separated by commas (union), as people type them.
 * Grammar and meanings: reference §2.4; `code_location:` works here.  roots/sinks: leaf members of the expression with no
 * parent/child inside it. */
#pragma once
#include "model/asset_graph.h"

struct selection;

/* INVALID: position and what was expected; unknown attribute: "did you mean". */
bool selection_parse(struct arena *a, sv text, struct selection **ret, struct err *e) CHECKED;

/* NOT_FOUND with "did you mean" when a plain `key:` (no wildcard) or bare key names nothing in the graph;
 * an empty result of a filter is no error. */
bool selection_resolve(struct arena *a, const struct selection *s, const struct asset_graph *g,
		       struct node_set *ret, struct err *e) CHECKED;
