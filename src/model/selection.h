/* selection.h -- the selection language: text to a tree, a tree over a graph to a set of nodes.
 *
 *	key:"a*" and (group:x or tag:team=core) and not owner:me@x.com
 *	+key:a   2+key:a   key:a+1   roots(…)   sinks(…)   *   kind:<null>
 *
 * `+` follows edges up or down: all of them, or as many levels as the number beside it.  `*` and `not` mean every
 * asset that some location defines, externals included.  roots/sinks: members of the expression with no
 * parent/child inside it.  `tag:k` is a tag with an empty value.
 *
 * People also type bare keys, as in Dagster's older syntax, which counts levels in pluses: `a/b`, `++a` (two levels up),
 * `+a/b+`, `*a` (all upstream), `a*`; a star elsewhere, or beside a slash, is a
 * wildcard.  Commas join selections. */
#pragma once
#include "model/asset_graph.h"

struct selection;

/* INVALID: column and what was expected; unknown attribute: "did you mean". */
bool selection_parse(struct arena *a, sv text, struct selection **ret, struct err *e) CHECKED;

/* NOT_FOUND with "did you mean" when a plain `key:` (no wildcard) or bare key names nothing in the graph;
 * an empty result of a filter is no error. */
bool selection_resolve(struct arena *a, const struct selection *s, const struct asset_graph *g,
		       struct node_set *ret, struct err *e) CHECKED;

/* Where a selection came out empty: the first of its values (a group, a kind, …) that no asset has, and the one that may
 * have been meant, as the hint; without such a value the hint stays.  Returns false. */
bool selection_hint(const struct selection *s, const struct asset_graph *g, struct err *e);
