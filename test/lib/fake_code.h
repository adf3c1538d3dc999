/* fake_code.h -- manifests and graphs from a few lines of text, for tests of the pure rooms.  A line each:
 *
 *	LOCATION KEY[@STEP][#MANAGER] [< DEP[!][MANAGER] ...]
 *	LOCATION =KEY [...]                  external        LOCATION ~KEY  observation
 *	LOCATION $RESOURCE KIND BASE         an I/O manager
 *	LOCATION %STEP                       that step may run in part
 *	LOCATION !STEP                       that step is refused
 *
 * `!` marks a loaded input, a manager behind it is explicit.  The n-th line stands on line n of /src/LOCATION.py. */
#pragma once
#include "base/err.h"
#include "base/intern.h"
#include "base/list.h"
#include "model/asset_graph.h"

struct fake_location {
	struct manifest m;
	LIST(struct manifest_asset) assets;
	LIST(struct manifest_step) steps;
	LIST(struct manifest_resource) resources;
};

static inline const struct value *fake_empty_map(void)
{
	static const struct value empty = {.type = VALUE_MAP};

	return &empty;
}

static inline sv fake_word(sv *rest)
{
	sv word = {0};

	*rest = sv_trim(*rest);
	if (!sv_split(rest, ' ', &word))
		return (sv){0};
	return word;
}

/* What stands behind `mark` in `*word`, which is cut there. */
static inline sv fake_cut(sv *word, char mark)
{
	sv tail = {0};
	size_t at;

	if (sv_find(*word, mark, &at)) {
		tail = sv_from(*word, at + 1);
		word->n = at;
	}
	return tail;
}

static inline uint32_t fake_step(struct arena *a, struct fake_location *l, sv name,
				 struct source_position source)
{
	for (uint32_t i = 0; i < l->steps.n; i++)
		if (sv_eq(l->steps.at[i].name, name))
			return i;
	*LIST_ADD(a, &l->steps) = (struct manifest_step){
		.name = name, .tags = fake_empty_map(), .source = source};
	return (uint32_t)l->steps.n - 1;
}

static inline void fake_deps(struct arena *a, struct manifest_asset *asset, sv rest)
{
	LIST(struct manifest_dep) deps = {0};
	sv word;

	while ((word = fake_word(&rest)).n) {
		struct manifest_dep dep = {.key = word};
		size_t at;

		dep.loaded = sv_find(word, '!', &at);
		dep.io_manager = fake_cut(&dep.key, '!');
		if (dep.io_manager.n == 0)
			dep.io_manager = (sv){0};
		if (dep.loaded)
			dep.input = dep.key;
		*LIST_ADD(a, &deps) = dep;
	}
	asset->deps = deps.at;
	asset->deps_count = deps.n;
}

static inline void fake_asset(struct arena *a, struct fake_location *l, sv word, sv rest,
			      struct source_position source)
{
	struct manifest_asset asset = {
		.step = NO_ID, .output = SV("result"), .group = SV("default"),
		.tags = fake_empty_map(), .metadata = fake_empty_map(), .required = true,
		.source = source};
	sv step, manager;

	if (word.p[0] == '=' || word.p[0] == '~') {
		asset.kind = word.p[0] == '=' ? ASSET_EXTERNAL : ASSET_OBSERVATION;
		word = sv_from(word, 1);
	}
	manager = fake_cut(&word, '#');
	step = fake_cut(&word, '@');
	asset.key = word;
	if (asset.kind == ASSET_MATERIALIZATION) {
		asset.step = fake_step(a, l, step.n ? step : word, source);
		asset.io_manager = manager.n ? manager : SV("io_manager");
	}
	if (fake_word(&rest).n)
		fake_deps(a, &asset, rest);
	*LIST_ADD(a, &l->assets) = asset;
}

static inline int fake_compare(const void *x, const void *y)
{
	return sv_cmp(((const struct manifest_asset *)x)->key, ((const struct manifest_asset *)y)->key);
}

static inline int fake_compare_resources(const void *x, const void *y)
{
	return sv_cmp(((const struct manifest_resource *)x)->key,
		      ((const struct manifest_resource *)y)->key);
}

/* Lays the lists into the manifest; a step's assets follow from the assets' steps. */
static inline void fake_finish(struct arena *a, struct fake_location *l)
{
	struct manifest *m = &l->m;

	if (l->assets.n)
		qsort(l->assets.at, l->assets.n, sizeof(*l->assets.at), fake_compare);
	if (l->resources.n)
		qsort(l->resources.at, l->resources.n, sizeof(*l->resources.at),
		      fake_compare_resources);
	m->assets = l->assets.at;
	m->assets_count = l->assets.n;
	m->steps = l->steps.at;
	m->steps_count = l->steps.n;
	m->resources = l->resources.at;
	m->resources_count = l->resources.n;
	m->problems = fake_empty_map();
	for (size_t s = 0; s < m->steps_count; s++) {
		size_t n = 0;
		uint32_t *own;

		for (size_t i = 0; i < m->assets_count; i++)
			n += m->assets[i].step == s;
		own = NEW(a, uint32_t, n);
		n = 0;
		for (uint32_t i = 0; i < m->assets_count; i++)
			if (m->assets[i].step == s)
				own[n++] = i;
		m->steps[s].assets = own;
		m->steps[s].assets_count = n;
	}
}

static inline void fake_line(struct arena *a, struct fake_location *l, sv rest, uint32_t number)
{
	struct source_position source = {
		arena_fmt(a, "/src/" SV_FMT ".py", SV_ARG(l->m.location)), number};
	sv word = fake_word(&rest);

	if (word.n == 0)
		return;
	if (word.p[0] == '$') {
		struct manifest_resource r = {
			.key = sv_from(word, 1), .io_manager = true, .source = source};

		r.storage.kind = fake_word(&rest);
		r.storage.base = r.storage.declared = fake_word(&rest);
		if (r.storage.kind.n == 0)
			r.storage = (struct manifest_storage){0};
		*LIST_ADD(a, &l->resources) = r;
	} else if (word.p[0] == '%') {
		uint32_t step = fake_step(a, l, sv_from(word, 1), source);

		l->steps.at[step].can_subset = true;
	} else if (word.p[0] == '!') {
		uint32_t step = fake_step(a, l, sv_from(word, 1), source);

		l->steps.at[step].refusal =
			arena_fmt(a, SV_FMT " cannot be made", SV_ARG(sv_from(word, 1)));
	} else {
		fake_asset(a, l, word, rest, source);
	}
}

static inline struct asset_graph *fake_graph(struct arena *a, const char *lines)
{
	struct intern *names = intern_new(a);
	struct fake_location *all = NEW(a, struct fake_location, 64);
	struct location_code *codes = NEW(a, struct location_code, 64);
	sv text = sv_of(lines), line;
	uint32_t number = 0;

	while (sv_split(&text, '\n', &line)) {
		sv name = fake_word(&line);
		uint32_t id;

		number++;
		if (name.n == 0)
			continue;
		id = intern_add(names, name);
		assert(id < 64);
		all[id].m.location = intern_text(names, id);
		fake_line(a, &all[id], line, number);
	}
	for (uint32_t i = 0; i < intern_count(names); i++) {
		fake_finish(a, &all[i]);
		codes[i] = (struct location_code){.name = all[i].m.location, .manifest = &all[i].m};
	}
	return asset_graph_new(a, codes, intern_count(names));
}

/* The keys of a set, in key order, joined by spaces. */
static inline sv fake_keys(struct arena *a, const struct asset_graph *g, const struct node_set *set)
{
	sv text = {"", 0};

	for (uint32_t i = 0; i < g->nodes_count; i++)
		if (node_set_has(set, i))
			text = arena_fmt(a, SV_FMT "%s" SV_FMT, SV_ARG(text), text.n ? " " : "",
					 SV_ARG(g->nodes[i].key));
	return text;
}

/* The set of keys named in a line. */
static inline struct node_set fake_set(struct arena *a, const struct asset_graph *g, const char *keys)
{
	struct node_set set = node_set_new(a, g);
	sv rest = sv_of(keys), word;

	while ((word = fake_word(&rest)).n)
		node_set_add(&set, asset_graph_find(g, word));
	return set;
}
