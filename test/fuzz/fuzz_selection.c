/* fuzz_selection.c -- what people type parses and resolves, or says why not. */
#include "fuzz.h"

#include "model/selection.h"

static void fuzz_selection(struct arena *a, sv input)
{
	struct asset_graph *nothing = asset_graph_new(a, NULL, 0);
	struct node_set found = node_set_new(a, nothing);
	struct selection *s;
	struct err e;

	if (!selection_parse(a, input, &s, &e) || !selection_resolve(a, s, nothing, &found, &e))
		assert(e.text[0]);
}

FUZZ(fuzz_selection)
