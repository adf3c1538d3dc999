/* slots.c -- limits by name, lanes of at most three of them: in all, the location's, the pool's. */
#include "plan/slots.h"

#include "base/intern.h"
#include "base/list.h"

#define UNLIMITED UINT32_MAX

struct limit {
	uint32_t most; /* UNLIMITED: none */
	uint32_t taken;
	bool own; /* a pool with a limit of its own: the default does not touch it */
};

struct limits {
	struct limit *at;
	size_t n, cap;
	struct intern *names; /* the n-th name is the n-th limit's */
};

/* What a location is expected to need. */
struct expectation {
	uint32_t soon, later, told_soon, told_later;
	bool listed; /* among those that may have changed */
};

struct lane {
	uint32_t location, pool; /* NO_ID: none */
	uint32_t kept;           /* 1: its steps run in kept workers */
};

struct slots {
	struct arena *arena;
	struct limit all;
	struct limit kept; /* most: of them are not counted in all */
	struct limits locations, pools;
	uint32_t pool_default;
	bool pools_per_run;
	LIST(struct expectation) expected; /* by location */
	LIST(uint32_t) changed;            /* locations to look at */
	struct intern *lane_keys;
	LIST(struct lane) lanes;
};

static uint32_t limit_of(int64_t most)
{
	return most < 0 || most >= UNLIMITED ? UNLIMITED : (uint32_t)most;
}

struct slots *slots_new(uint32_t most)
{
	struct arena *a = arena_new();
	struct slots *s = NEW(a, struct slots, 1);

	s->arena = a;
	s->all.most = most;
	s->locations.names = intern_new(a);
	s->pools.names = intern_new(a);
	s->lane_keys = intern_new(a);
	s->pool_default = UNLIMITED;
	return s;
}

void slots_free(struct slots *s)
{
	if (s)
		arena_free(s->arena);
}

static uint32_t limit_named(struct slots *s, struct limits *limits, sv name, uint32_t most)
{
	uint32_t id = intern_add(limits->names, name);

	if (id == limits->n)
		*LIST_ADD(s->arena, limits) = (struct limit){.most = most};
	return id;
}

static uint32_t location_limit(struct slots *s, sv name)
{
	uint32_t id = limit_named(s, &s->locations, name, UNLIMITED);

	if (id == s->expected.n)
		LIST_ADD(s->arena, &s->expected);
	return id;
}

static uint32_t pool_limit(struct slots *s, sv name)
{
	return limit_named(s, &s->pools, name, s->pool_default);
}

void slots_kept_beyond(struct slots *s, uint32_t most)
{
	s->kept.most = most;
}

void slots_limit_location(struct slots *s, sv location, int64_t most)
{
	uint32_t id = location_limit(s, location);

	s->locations.at[id].most = limit_of(most);
}

void slots_limit_pool(struct slots *s, sv pool, int64_t most)
{
	uint32_t id = pool_limit(s, pool);
	struct limit *l = &s->pools.at[id];

	l->own = true;
	l->most = limit_of(most);
}

void slots_forget_pools(struct slots *s)
{
	for (size_t i = 0; i < s->pools.n; i++) {
		s->pools.at[i].own = false;
		s->pools.at[i].most = s->pool_default;
	}
}

void slots_default_pool(struct slots *s, int64_t most)
{
	s->pool_default = limit_of(most);
	for (size_t i = 0; i < s->pools.n; i++)
		if (!s->pools.at[i].own)
			s->pools.at[i].most = s->pool_default;
}

void slots_pools_per_run(struct slots *s, bool per_run)
{
	s->pools_per_run = per_run;
}

static uint32_t lane_of(struct slots *s, sv location, sv pool, bool kept)
{
	struct lane lane = {location_limit(s, location), pool.p ? pool_limit(s, pool) : NO_ID,
			    kept};
	uint32_t id = intern_add(s->lane_keys, (sv){(const char *)&lane, sizeof(lane)});

	if (id == s->lanes.n)
		*LIST_ADD(s->arena, &s->lanes) = lane;
	return id;
}

uint32_t slots_lane(struct slots *s, sv location, sv pool)
{
	return lane_of(s, location, pool, false);
}

uint32_t slots_kept_lane(struct slots *s, sv location, sv pool)
{
	return lane_of(s, location, pool, true);
}

static uint32_t smaller(uint32_t x, uint32_t y)
{
	return x < y ? x : y;
}

/* Kept steps come first to the uncounted places, whoever of them began first: when one ends, the place that it frees is
 * anybody's. */
static bool all_full(const struct slots *s)
{
	return s->all.taken - smaller(s->kept.taken, s->kept.most) >= s->all.most;
}

static bool kept_full(const struct slots *s)
{
	return s->kept.taken >= s->kept.most;
}

/* A pool that counts runs is counted here all the same, so that the granularity may change, but limits nothing. */
static bool full(const struct slots *s, const struct lane *lane, const struct limit **ret)
{
	const struct limit *location = &s->locations.at[lane->location],
			   *pool = lane->pool == NO_ID ? NULL : &s->pools.at[lane->pool];

	*ret = NULL;
	if (pool && !s->pools_per_run && pool->taken >= pool->most)
		*ret = pool;
	else if (location->taken >= location->most)
		*ret = location;
	else if (all_full(s) && (!lane->kept || kept_full(s)))
		*ret = &s->all;
	return *ret;
}

bool slots_may_take(const struct slots *s, uint32_t lane)
{
	const struct limit *limit;

	assert(lane < s->lanes.n);
	return !full(s, &s->lanes.at[lane], &limit);
}

void slots_take(struct slots *s, uint32_t lane)
{
	assert(slots_may_take(s, lane));
	slots_take_above(s, lane);
}

void slots_take_above(struct slots *s, uint32_t lane)
{
	const struct lane *l = &s->lanes.at[lane];

	assert(lane < s->lanes.n);
	s->all.taken++;
	s->kept.taken += l->kept;
	s->locations.at[l->location].taken++;
	if (l->pool != NO_ID)
		s->pools.at[l->pool].taken++;
}

static void give(struct limit *l)
{
	assert(l->taken > 0);
	l->taken--;
}

void slots_give(struct slots *s, uint32_t lane)
{
	const struct lane *l = &s->lanes.at[lane];

	assert(lane < s->lanes.n);
	give(&s->all);
	if (l->kept)
		give(&s->kept);
	give(&s->locations.at[l->location]);
	if (l->pool != NO_ID)
		give(&s->pools.at[l->pool]);
}

uint32_t slots_taken(const struct slots *s)
{
	return s->all.taken;
}

uint32_t slots_of_location(const struct slots *s, uint32_t lane)
{
	assert(lane < s->lanes.n);
	return s->locations.at[s->lanes.at[lane].location].taken;
}

bool slots_all_taken(const struct slots *s)
{
	return all_full(s) && kept_full(s);
}

/* One more step, or one less, of those that its location expects. */
static void move_expected(struct slots *s, uint32_t lane, uint32_t *soon_or_later, int by)
{
	uint32_t location = s->lanes.at[lane].location;

	assert(by > 0 || *soon_or_later > 0);
	*soon_or_later += (uint32_t)by;
	if (s->expected.at[location].listed)
		return;
	s->expected.at[location].listed = true;
	*LIST_ADD(s->arena, &s->changed) = location;
}

static struct expectation *expected_of(struct slots *s, uint32_t lane)
{
	return &s->expected.at[s->lanes.at[lane].location];
}

void slots_expect(struct slots *s, uint32_t lane)
{
	move_expected(s, lane, &expected_of(s, lane)->soon, 1);
}

void slots_unexpect(struct slots *s, uint32_t lane)
{
	move_expected(s, lane, &expected_of(s, lane)->soon, -1);
}

void slots_begin_later(struct slots *s, uint32_t lane)
{
	move_expected(s, lane, &expected_of(s, lane)->later, 1);
}

void slots_begin_no_later(struct slots *s, uint32_t lane)
{
	move_expected(s, lane, &expected_of(s, lane)->later, -1);
}

bool slots_next_expected(struct slots *s, struct slots_expected *ret)
{
	while (s->changed.n) {
		uint32_t id = s->changed.at[--s->changed.n];
		uint32_t most = smaller(s->locations.at[id].most, s->all.most);
		struct expectation *x = &s->expected.at[id];
		uint32_t soon = smaller(x->soon, most), later = smaller(x->later, most);

		x->listed = false;
		if (soon == x->told_soon && later == x->told_later)
			continue;
		x->told_soon = soon;
		x->told_later = later;
		*ret = (struct slots_expected){intern_text(s->locations.names, id), soon, later};
		return true;
	}
	return false;
}

sv slots_reason(struct arena *a, const struct slots *s, uint32_t lane)
{
	const struct lane *l = &s->lanes.at[lane];
	const struct limit *limit;
	sv name;

	if (!full(s, l, &limit))
		return (sv){NULL, 0};
	if (limit == &s->all)
		return arena_fmt(a, "%u of %u steps run already, as many as may at once",
				 limit->taken - smaller(s->kept.taken, s->kept.most), limit->most);
	if (limit == &s->locations.at[l->location]) {
		name = intern_text(s->locations.names, l->location);
		return arena_fmt(a,
				 "location '" SV_FMT "' has %u of %u steps running; [tool.plait] "
				 "max_concurrent_steps in its pyproject.toml allows more",
				 SV_ARG(name), limit->taken, limit->most);
	}
	name = intern_text(s->pools.names, l->pool);
	return arena_fmt(a,
			 "pool '" SV_FMT "' has %u of %u steps running; plait pool set " SV_FMT
			 " N allows more",
			 SV_ARG(name), limit->taken, limit->most, SV_ARG(name));
}

bool slots_shares_reason(const struct slots *s, uint32_t lane, uint32_t other)
{
	const struct lane *l = &s->lanes.at[lane], *o = &s->lanes.at[other];
	const struct limit *limit;

	if (!full(s, l, &limit) || limit == &s->all)
		return false;
	if (limit == &s->locations.at[l->location])
		return o->location == l->location;
	return o->pool == l->pool;
}
