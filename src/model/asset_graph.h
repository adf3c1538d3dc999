/* asset_graph.h -- one graph over all code locations: who makes which asset, who reads it.
 * Built once from manifests, then read-only; ids are dense integers, edges are arrays both ways.
 * Knows nothing of values, runs or files. */
#pragma once
#include "model/manifest.h"

struct location_code { /* what the graph takes of one location */
	sv name;
	const struct manifest *manifest;
	bool stale; /* the newest code does not load; this is the last good manifest */
};

struct graph_node {
	sv key;
	uint32_t location;                    /* whose definition counts; NO_ID: only depended on, defined nowhere */
	const struct manifest_asset *asset;   /* NULL when defined nowhere */
	const uint32_t *deps;                 /* the node of each of asset->deps, in their order */
	const uint32_t *parents, *children;   /* node ids, ascending, each once */
	size_t parents_count, children_count;
	const uint32_t *also; /* other locations that define the key too (external or duplicate), ascending */
	size_t also_count;
};

struct asset_graph {
	const struct location_code *locations; /* sorted by name */
	size_t locations_count;
	struct graph_node *nodes; /* sorted by key: id order is key order */
	size_t nodes_count;
	const uint32_t *order; /* node ids, parents before children; those on a cycle or below one come last */
	size_t acyclic_count;  /* how many of `order` come before those */
};

/* Never fails: what is wrong is for plan/workspace_check.h to find.  Which definition counts: first that
 * materializes, then observes, then any, by location name.  Borrows the manifests. */
struct asset_graph *asset_graph_new(struct arena *a, const struct location_code *locations, size_t count);

uint32_t asset_graph_find(const struct asset_graph *g, sv key);             /* NO_ID when unknown */
uint32_t asset_graph_nearest(const struct asset_graph *g, sv typed);        /* a defined key; NO_ID when none */
bool asset_graph_hint(const struct asset_graph *g, sv typed, struct err *e); /* "did you mean", or what tells all; false */
uint32_t asset_graph_location(const struct asset_graph *g, sv name);        /* NO_ID when unknown */
bool asset_graph_executable(const struct asset_graph *g, uint32_t node);    /* some location's step makes it */
const struct manifest_step *asset_graph_step(const struct asset_graph *g, uint32_t node); /* NULL when external */

/* A set of nodes, a bit each. */
struct node_set {
	uint64_t *words;
	size_t nodes;
};
struct node_set node_set_new(struct arena *a, const struct asset_graph *g);
static inline bool node_set_has(const struct node_set *s, uint32_t id) { return s->words[id / 64] >> (id % 64) & 1; }
static inline void node_set_add(struct node_set *s, uint32_t id) { s->words[id / 64] |= UINT64_C(1) << (id % 64); }
static inline void node_set_drop(struct node_set *s, uint32_t id) { s->words[id / 64] &= ~(UINT64_C(1) << (id % 64)); }
size_t node_set_count(const struct node_set *s);

/* `set` and all within `levels` steps up (parents) or down; UINT32_MAX levels: all. */
struct node_set asset_graph_reach(struct arena *a, const struct asset_graph *g, const struct node_set *set,
				  bool up, uint32_t levels);
