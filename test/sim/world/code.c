/* code.c -- assets k0, k1, …; each depends on some before it.  Steps make one or several, want pools, retries, limits. */
#include "code.h"

#include "base/digest.h"
#include "codec/json.h"
#include "world.h"

enum { MOST_ASSETS = 16, MOST_DEPS = 4, MOST_STEPS = MOST_ASSETS };

struct spec_asset {
	uint32_t location, step; /* NO_ID: external */
	uint32_t deps[MOST_DEPS];
	uint32_t deps_count;
	bool loaded, optional;
};
struct spec_step {
	uint32_t location;
	sv name;
	bool can_subset, worker;
	int retries, delay, backoff, jitter; /* retries -1: no policy */
	int timeout, priority, pool;         /* 0, 0, -1: none */
};
static struct spec {
	struct spec_asset assets[MOST_ASSETS];
	struct spec_step steps[MOST_STEPS];
	uint32_t steps_count;
} spec;

struct code code;

/* ---- what there is ---- */

static uint32_t add_step(uint32_t location, sv name, bool can_subset)
{
	spec.steps[spec.steps_count] = (struct spec_step){
		.location = location,
		.name = name,
		.can_subset = can_subset,
		.worker = percent(35),
		.retries = percent(40) ? (int)below(4) : -1,
		.delay = percent(50) ? 0 : 1 + (int)below(8),
		.backoff = (int)below(3),
		.jitter = (int)below(3),
		.timeout = percent(15) ? 1 + (int)below(40) : 0,
		.priority = percent(20) ? (int)below(5) - 2 : 0,
		.pool = percent(30) ? (int)below(2) : -1,
	};
	return spec.steps_count++;
}

static void add_assets(void)
{
	uint32_t shared[3], shared_count = below(4), density = below(70), sharing = below(60);

	code.assets = 1 + (percent(80) ? below(8) : below(MOST_ASSETS));
	for (uint32_t i = 0; i < shared_count; i++)
		shared[i] = NO_ID;
	for (uint32_t i = 0; i < code.assets; i++) {
		struct spec_asset *a = &spec.assets[i];
		uint32_t pick = shared_count ? below(shared_count) : 0;

		*a = (struct spec_asset){.location = below(code.locations_count),
					 .loaded = percent(50),
					 .optional = percent(15)};
		if (percent(6)) {
			a->step = NO_ID;
		} else if (shared_count && percent(sharing)) {
			if (shared[pick] == NO_ID)
				shared[pick] = add_step(pick % code.locations_count,
							arena_fmt(world.arena, "shared%u", pick),
							percent(60));
			a->step = shared[pick];
			a->location = spec.steps[a->step].location;
		} else {
			a->step = add_step(a->location, arena_fmt(world.arena, "k%u", i), false);
		}
		for (uint32_t d = 0; d < i && d < MOST_DEPS; d++)
			if (percent(density))
				a->deps[a->deps_count++] = below(i);
	}
}

static bool depends(const struct spec_asset *a, uint32_t other, uint32_t before)
{
	for (uint32_t d = 0; d < before; d++)
		if (a->deps[d] == other)
			return true;
	return false;
}

/* ---- manifests ---- */

static void write_key(struct json *j, uint32_t asset)
{
	json_open(j, '[');
	json_text(j, arena_fmt(world.arena, "k%u", asset));
	json_close(j);
}

static void write_asset(struct json *j, uint32_t i, bool other)
{
	const struct spec_asset *a = &spec.assets[i];

	json_open(j, '{');
	json_key(j, "key");
	write_key(j, i);
	json_member_text(j, "kind", a->step == NO_ID ? SV("external") : SV("materialization"));
	json_member_text(j, "step", a->step == NO_ID ? (sv){0} : spec.steps[a->step].name);
	json_member_text(j, "output", SV("result"));
	json_member_text(j, "io_manager", SV("io_manager"));
	json_member_bool(j, "required", !a->optional);
	json_key(j, "deps");
	json_open(j, '[');
	for (uint32_t d = 0; d < a->deps_count; d++) {
		if (depends(a, a->deps[d], d))
			continue;
		json_open(j, '{');
		json_key(j, "key");
		write_key(j, a->deps[d]);
		json_member_bool(j, "loaded", a->loaded != other);
		json_member_text(j, "input", a->loaded != other ? SV("x") : (sv){0});
		json_close(j);
	}
	json_close(j);
	json_close(j);
}

static void write_tags(struct json *j, const struct spec_step *s)
{
	json_key(j, "tags");
	json_open(j, '{');
	if (s->priority)
		json_member_text(j, "dagster/priority", arena_fmt(world.arena, "%d", s->priority));
	if (s->worker)
		json_member_text(j, "plait/isolation", SV("worker"));
	if (s->timeout)
		json_member_text(j, "plait/timeout", arena_fmt(world.arena, "%d", s->timeout));
	json_close(j);
}

static void write_retry(struct json *j, const struct spec_step *s)
{
	static const char *const backoffs[] = {NULL, "LINEAR", "EXPONENTIAL"};
	static const char *const jitters[] = {NULL, "FULL", "PLUS_MINUS"};

	if (s->retries < 0)
		return;
	json_key(j, "retry");
	json_open(j, '{');
	json_member_int(j, "max_retries", s->retries);
	json_member_int(j, "delay", s->delay);
	json_member_text(j, "backoff", sv_of(backoffs[s->backoff]));
	json_member_text(j, "jitter", sv_of(jitters[s->jitter]));
	json_close(j);
}

static void write_step(struct json *j, uint32_t i)
{
	const struct spec_step *s = &spec.steps[i];

	json_open(j, '{');
	json_member_text(j, "name", s->name);
	json_key(j, "assets");
	json_open(j, '[');
	for (uint32_t n = 0; n < code.assets; n++)
		if (spec.assets[n].step == i)
			write_key(j, n);
	json_close(j);
	json_member_bool(j, "can_subset", s->can_subset);
	if (s->pool >= 0)
		json_member_text(j, "pool", arena_fmt(world.arena, "p%d", s->pool));
	write_tags(j, s);
	write_retry(j, s);
	json_close(j);
}

static sv write_manifest(uint32_t location, uint32_t version)
{
	uint32_t other = below(code.assets);
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	json_member_int(&j, "format", 1);
	json_member_text(&j, "definitions", SV("plait"));
	json_member_text(&j, "location", code.locations[location].name);
	json_member_int(&j, "simulated", version);
	json_key(&j, "assets");
	json_open(&j, '[');
	for (uint32_t i = 0; i < code.assets; i++)
		if (spec.assets[i].location == location)
			write_asset(&j, i, version == 2 && i == other);
	json_close(&j);
	json_key(&j, "steps");
	json_open(&j, '[');
	for (uint32_t i = 0; i < spec.steps_count; i++)
		if (spec.steps[i].location == location)
			write_step(&j, i);
	json_close(&j);
	json_key(&j, "resources");
	json_open(&j, '[');
	json_close(&j);
	return json_finish(world.arena, &j);
}

static const struct manifest *manifest_of(struct sim_location *l, uint32_t version)
{
	struct err e;

	if (l->manifests[version])
		return l->manifests[version];
	l->texts[version] = write_manifest((uint32_t)(l - code.locations), version);
	HOLDS_OF(manifest_read(world.arena, digest_sha256(world.arena, l->texts[version]),
			       l->texts[version], &l->manifests[version], &e),
		 "manifest: %s\n" SV_FMT, e.text, SV_ARG(l->texts[version]));
	return l->manifests[version];
}

/* ---- the graph ---- */

static void make_graph(void)
{
	struct location_code *codes = NEW(world.arena, struct location_code, code.locations_count);

	for (uint32_t i = 0; i < code.locations_count; i++) {
		struct sim_location *l = &code.locations[i];

		codes[i] = (struct location_code){l->name, manifest_of(l, l->current), l->broken};
	}
	code.graph = asset_graph_new(world.arena, codes, code.locations_count);
	code.findings = workspace_check(world.arena, code.graph);
}

static void describe(void)
{
	AUTO_BUF out = {0};

	for (uint32_t i = 0; i < code.locations_count; i++)
		buf_addf(&out, "location " SV_FMT ", at most %lld steps at once\n" SV_FMT "\n",
			 SV_ARG(code.locations[i].name), (long long)code.locations[i].most_steps,
			 SV_ARG(code.locations[i].texts[0]));
	code.text = arena_sv(world.arena, buf_sv(&out));
}

void code_make(void)
{
	code = (struct code){.locations_count = 1 + below(MOST_LOCATIONS)};
	spec.steps_count = 0;
	for (uint32_t i = 0; i < code.locations_count; i++) {
		struct sim_location *l = &code.locations[i];

		l->name = arena_fmt(world.arena, "l%u", i);
		l->code = (struct code_location){
			.name = l->name, .target = SV("/l.py"), .definitions = SV("plait")};
		l->most_steps = percent(30) ? 1 + (int64_t)below(3) : 0;
	}
	add_assets();
	make_graph();
	code.first = code.graph;
	if (world.loud)
		describe();
}

void code_change(uint32_t location, uint32_t version)
{
	code.locations[location].current = version;
	make_graph();
}

struct sim_location *code_location_find(sv name)
{
	for (uint32_t i = 0; i < code.locations_count; i++)
		if (sv_eq(code.locations[i].name, name))
			return &code.locations[i];
	return NULL;
}

const struct manifest *code_manifest_find(sv id)
{
	for (uint32_t i = 0; i < code.locations_count; i++)
		for (uint32_t v = 0; v < CODE_VERSIONS; v++) {
			const struct manifest *m = code.locations[i].manifests[v];

			if (m && sv_eq(m->id, id))
				return m;
		}
	return NULL;
}

struct run_plan *code_plan(const struct node_set *selected, const struct known_version *known)
{
	struct plan_request request = {selected, SV("random"), known};
	struct run_plan *plan;
	struct err e;

	return run_plan_make(world.arena, code.graph, &code.findings, &request, &plan, &e) ? plan
											   : NULL;
}
