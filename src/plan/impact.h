/* impact.h -- what a change means: who reads the changed assets, how far away, in which location.
 * Knows the graph only; what the consumers look like to people is for others. */
#pragma once
#include "model/asset_graph.h"

struct impact_consumer {
	uint32_t node;     /* its location is the node's */
	uint32_t distance; /* 1: reads a changed asset itself */
	uint32_t through;  /* the asset it reads, one step nearer to the change */
	bool loaded;       /* an I/O manager loads that asset; else it is declared by deps only */
};

struct impact_location {
	uint32_t location;
	size_t direct, consumers; /* how many of it are concerned: at distance 1, and in all */
};

struct impact {
	struct impact_consumer *consumers; /* by distance, then location, then key */
	size_t consumers_count;
	struct impact_location *locations; /* those with consumers, by name */
	size_t locations_count;
};

/* All who read `changed`, directly or through others.  The changed ones themselves are not listed. */
struct impact impact_of(struct arena *a, const struct asset_graph *g, const struct node_set *changed);

/* Every asset that this location defines, for asking what a change of the whole location means. */
struct node_set impact_assets_of(struct arena *a, const struct asset_graph *g, uint32_t location);
