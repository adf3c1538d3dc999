/* lineage_text.h -- one asset's lineage drawn as text: what it comes from grows upward, what is made of it downward.
 *
 *	   ┌─ raw_orders             analytics
 *	┌─ orders                    analytics
 *	customer_order_summary       analytics
 *	├─ report                    analytics
 *	╘═ customer_features         ml
 *	   └─ churn_model            ml
 *
 * A double line crosses from one location into another.  What is drawn already is not drawn out again: its line ends in `…`,
 * as does one where the width or the levels end.  Knows no terminal and no colours. */
#pragma once
#include "model/asset_graph.h"

struct lineage_style {
	uint32_t up, down; /* levels; UINT32_MAX: all */
	unsigned width;    /* of a line, in characters; 0: as wide as it gets */
	bool ascii;        /* no box characters */
};

/* Lines that end in newlines; lives in `a`. */
sv lineage_text(struct arena *a, const struct asset_graph *g, uint32_t node, const struct lineage_style *style);
