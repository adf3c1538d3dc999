/* run_queue.c -- groups of runs with the same limits.  A group is a candidate, or parked at one full limit, or empty.
 *
 * When a place comes free at a limit, its best parked group becomes a candidate again: its scout.  Only when that one
 * has started a run or was parked elsewhere is the next one sent, so that an end costs the groups that can profit from
 * it, not all that wait.  Invariant: a limit that is not full and has parked groups has a scout among the candidates. */
#include "plan/run_queue.h"

#include "base/buf.h"
#include "base/intern.h"
#include "base/list.h"
#include "plan/rank_heap.h"

#define UNLIMITED UINT32_MAX

enum limit_kind { LIMIT_TAG, LIMIT_POOL, LIMIT_ASSET };

struct queue_limit {
	enum limit_kind kind;
	sv name, value; /* value.p NULL: of a tag, any; else none */
	uint32_t most, taken;
	struct queued_run
		*holder;         /* the last that took a place and has not ended; NULL: not known */
	struct rank_heap parked; /* groups */
	struct group *scout;     /* NULL: none */
};

struct group {
	struct rank rank; /* of its first run */
	struct rank_heap runs;
	const uint32_t *limits; /* ids, ascending */
	size_t limits_count;
	struct queue_limit *parked_at, *scout_of; /* NULL: not */
	bool candidate;
};

struct queued_run {
	struct rank rank;
	struct group *group;
	char *id;
	void *owner;
	bool started;
	struct queued_run *before, *after; /* of all that are in the queue */
};

struct id_set {
	uint32_t *at;
	size_t n, cap;
};

struct pool_limit {
	sv name;
	uint32_t most;
};

struct run_queue {
	struct arena *arena; /* as long as the queue */
	uint32_t most;
	struct tag_limit *tag_limits;
	size_t tag_limits_count;
	uint32_t pool_default;
	bool pools_per_run;
	LIST(struct pool_limit) pools;

	struct arena
		*runs_arena; /* limits and groups; begun anew whenever nobody is in the queue */
	struct intern *limit_keys, *group_keys;
	LIST(struct queue_limit *) limits;
	LIST(struct group *) groups;
	struct rank_heap candidates;
	struct queued_run *runs; /* all, waiting or started */
	size_t waiting, started;
	uint64_t work;
};

static uint32_t limit_of(int64_t most)
{
	return most < 0 || most >= UNLIMITED ? UNLIMITED : (uint32_t)most;
}

/* ---- making and ending ---- */

static void begin(struct run_queue *q)
{
	q->runs_arena = arena_new();
	q->limit_keys = intern_new(q->runs_arena);
	q->group_keys = intern_new(q->runs_arena);
}

static void forget(struct run_queue *q)
{
	for (size_t i = 0; i < q->limits.n; i++)
		rank_heap_release(&q->limits.at[i]->parked);
	for (size_t i = 0; i < q->groups.n; i++)
		rank_heap_release(&q->groups.at[i]->runs);
	rank_heap_release(&q->candidates);
	memset(&q->limits, 0, sizeof(q->limits));
	memset(&q->groups, 0, sizeof(q->groups));
	arena_free(q->runs_arena);
}

struct run_queue *run_queue_new(const struct settings *settings)
{
	struct arena *a = arena_new();
	struct run_queue *q = NEW(a, struct run_queue, 1);

	q->arena = a;
	q->most = limit_of(settings->max_concurrent_runs);
	q->pool_default = limit_of(settings->pool_default_limit);
	q->pools_per_run = settings->pools_per_run;
	q->tag_limits_count = settings->tag_limits_count;
	q->tag_limits = NEW(a, struct tag_limit, settings->tag_limits_count);
	for (size_t i = 0; i < settings->tag_limits_count; i++) {
		q->tag_limits[i] = settings->tag_limits[i];
		q->tag_limits[i].name = arena_sv(a, q->tag_limits[i].name);
		if (q->tag_limits[i].value.p)
			q->tag_limits[i].value = arena_sv(a, q->tag_limits[i].value);
	}
	begin(q);
	return q;
}

static void free_run(struct queued_run *r)
{
	free(r->id);
	free(r);
}

void run_queue_free(struct run_queue *q)
{
	if (!q)
		return;
	for (struct queued_run *r = q->runs, *after; r; r = after) {
		after = r->after;
		free_run(r);
	}
	forget(q);
	arena_free(q->arena);
}

/* ---- the limits of a run ---- */

static uint32_t pool_most(const struct run_queue *q, sv name)
{
	for (size_t i = 0; i < q->pools.n; i++)
		if (sv_eq(q->pools.at[i].name, name))
			return q->pools.at[i].most;
	return q->pool_default;
}

static sv limit_key(struct buf *out, enum limit_kind kind, sv name, sv value)
{
	buf_addf(out, "%d%s", (int)kind, value.p ? "=" : "*");
	buf_add(out, name);
	buf_addc(out, '\0');
	buf_add(out, value);
	return buf_sv(out);
}

static void add_limit(struct run_queue *q, struct id_set *to, const struct queue_limit *like)
{
	struct arena *a = q->runs_arena;
	AUTO_BUF key = {0};
	uint32_t id = intern_add(q->limit_keys,
				 limit_key(&key, like->kind, like->name, like->value));

	if (id == q->limits.n) {
		struct queue_limit *l = NEW(a, struct queue_limit, 1);

		*l = *like;
		l->name = arena_sv(a, like->name);
		if (like->value.p)
			l->value = arena_sv(a, like->value);
		*LIST_ADD(a, &q->limits) = l;
	} else if (like->most < q->limits.at[id]->most) { /* two rules for one tag: the stricter */
		q->limits.at[id]->most = like->most;
	}
	*LIST_ADD(a, to) = id;
}

static void add_tag_limits(struct run_queue *q, struct id_set *to, const struct run_tag *tag)
{
	sv value = tag->value.p ? tag->value : SV("");

	for (size_t i = 0; i < q->tag_limits_count; i++) {
		const struct tag_limit *t = &q->tag_limits[i];
		struct queue_limit limit = {.kind = LIMIT_TAG,
					    .name = tag->name,
					    .value = t->per_value || t->value.p ? value : t->value,
					    .most = limit_of(t->most)};

		if (sv_eq(t->name, tag->name) &&
		    (t->per_value || !t->value.p || sv_eq(t->value, tag->value)))
			add_limit(q, to, &limit);
	}
}

static int compare_ids(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static void sort_once(struct id_set *ids)
{
	size_t kept = 0;

	if (ids->n)
		qsort(ids->at, ids->n, sizeof(*ids->at), compare_ids);
	for (size_t i = 0; i < ids->n; i++)
		if (i == 0 || ids->at[i] != ids->at[i - 1])
			ids->at[kept++] = ids->at[i];
	ids->n = kept;
}

static struct id_set limits_of(struct run_queue *q, const struct run_entry *e)
{
	struct id_set ids = {0};

	for (size_t i = 0; i < e->tags_count; i++)
		add_tag_limits(q, &ids, &e->tags[i]);
	for (size_t i = 0; q->pools_per_run && i < e->pools_count; i++)
		add_limit(q, &ids,
			  &(struct queue_limit){.kind = LIMIT_POOL,
						.name = e->pools[i],
						.most = pool_most(q, e->pools[i])});
	for (size_t i = 0; i < e->assets_count; i++)
		add_limit(q, &ids,
			  &(struct queue_limit){
				  .kind = LIMIT_ASSET, .name = e->assets[i], .most = 1});
	sort_once(&ids);
	return ids;
}

static struct group *group_of(struct run_queue *q, const struct run_entry *e)
{
	struct id_set ids = limits_of(q, e);
	uint32_t id = intern_add(q->group_keys,
				 (sv){(const char *)ids.at, ids.n * sizeof(*ids.at)});
	struct group *g;

	if (id < q->groups.n)
		return q->groups.at[id];
	g = NEW(q->runs_arena, struct group, 1);
	g->limits = ids.at;
	g->limits_count = ids.n;
	*LIST_ADD(q->runs_arena, &q->groups) = g;
	return g;
}

/* ---- groups: candidate, parked or empty ---- */

static bool is_full(const struct queue_limit *l)
{
	return l->taken >= l->most;
}

static struct queue_limit *first_full(const struct run_queue *q, const struct group *g)
{
	for (size_t i = 0; i < g->limits_count; i++)
		if (is_full(q->limits.at[g->limits[i]]))
			return q->limits.at[g->limits[i]];
	return NULL;
}

static void set_rank(struct group *g)
{
	const struct rank *first = g->runs.at[0];

	g->rank.priority = first->priority;
	g->rank.created = first->created;
}

static void make_candidate(struct run_queue *q, struct group *g)
{
	if (g->parked_at)
		rank_heap_remove(&g->parked_at->parked, &g->rank);
	g->parked_at = NULL;
	g->candidate = true;
	set_rank(g);
	rank_heap_add(&q->candidates, &g->rank);
}

static void send_scout(struct run_queue *q, struct queue_limit *l)
{
	struct group *g;

	if (is_full(l) || !l->parked.n)
		return;
	g = (struct group *)l->parked.at[0];
	if (l->scout && !rank_before(&g->rank, &l->scout->rank))
		return;
	if (l->scout) /* a better one was parked since it was sent */
		l->scout->scout_of = NULL;
	make_candidate(q, g);
	l->scout = g;
	g->scout_of = l;
}

/* What it was sent for is found out. */
static void end_scouting(struct run_queue *q, struct group *g)
{
	struct queue_limit *l = g->scout_of;

	if (!l)
		return;
	g->scout_of = NULL;
	l->scout = NULL;
	send_scout(q, l);
}

static void stop_being_candidate(struct run_queue *q, struct group *g)
{
	rank_heap_remove(&q->candidates, &g->rank);
	g->candidate = false;
}

static void park(struct run_queue *q, struct group *g, struct queue_limit *at)
{
	stop_being_candidate(q, g);
	g->parked_at = at;
	rank_heap_add(&at->parked, &g->rank);
	end_scouting(q, g);
}

/* Its runs have changed: others may come first now, or none may be left. */
static void refresh(struct run_queue *q, struct group *g)
{
	struct rank_heap *in = g->parked_at   ? &g->parked_at->parked
			       : g->candidate ? &q->candidates
					      : NULL;

	if (!g->runs.n) {
		if (in)
			rank_heap_remove(in, &g->rank);
		g->parked_at = NULL;
		g->candidate = false;
		end_scouting(q, g);
	} else if (!in || (g->parked_at && !is_full(g->parked_at))) {
		make_candidate(q, g);
	} else {
		set_rank(g);
		rank_heap_moved(in, &g->rank);
	}
}

static void take(struct run_queue *q, struct queued_run *r)
{
	r->started = true;
	q->started++;
	for (size_t i = 0; i < r->group->limits_count; i++) {
		struct queue_limit *l = q->limits.at[r->group->limits[i]];

		l->taken++;
		l->holder = r;
	}
}

static void give(struct run_queue *q, struct queued_run *r)
{
	q->started--;
	for (size_t i = 0; i < r->group->limits_count; i++) {
		struct queue_limit *l = q->limits.at[r->group->limits[i]];

		assert(l->taken > 0);
		l->taken--;
		if (l->holder == r)
			l->holder = NULL;
		send_scout(q, l);
	}
}

/* ---- runs ---- */

static char *copy(sv text)
{
	char *p = heap_alloc(text.n + 1);

	memcpy(p, text.n ? text.p : "", text.n);
	return p;
}

struct queued_run *run_queue_add(struct run_queue *q, const struct run_entry *entry, bool started)
{
	struct queued_run *r = heap_alloc(sizeof(*r));

	*r = (struct queued_run){
		.rank = {.priority = entry->priority, .created = entry->created},
		.group = group_of(q, entry),
		.id = copy(entry->id),
		.owner = entry->owner,
		.after = q->runs,
	};
	if (q->runs)
		q->runs->before = r;
	q->runs = r;
	if (started) {
		take(q, r);
		return r;
	}
	q->waiting++;
	rank_heap_add(&r->group->runs, &r->rank);
	refresh(q, r->group);
	return r;
}

bool run_queue_next(struct run_queue *q, struct queued_run **ret_run)
{
	while (q->started < q->most && q->candidates.n) {
		struct group *g = (struct group *)q->candidates.at[0];
		struct queue_limit *full = first_full(q, g);
		struct queued_run *r;

		q->work++;
		if (full) {
			park(q, g, full);
			continue;
		}
		r = (struct queued_run *)g->runs.at[0];
		rank_heap_remove(&g->runs, &r->rank);
		q->waiting--;
		take(q, r);
		refresh(q, g);
		end_scouting(q, g);
		*ret_run = r;
		return true;
	}
	return false;
}

static void unlink_run(struct run_queue *q, struct queued_run *r)
{
	if (r->before)
		r->before->after = r->after;
	else
		q->runs = r->after;
	if (r->after)
		r->after->before = r->before;
}

void run_queue_end(struct run_queue *q, struct queued_run *run)
{
	if (run->started) {
		give(q, run);
	} else {
		rank_heap_remove(&run->group->runs, &run->rank);
		q->waiting--;
		refresh(q, run->group);
	}
	unlink_run(q, run);
	free_run(run);
	if (q->waiting + q->started == 0) {
		forget(q);
		begin(q);
	}
}

void run_queue_limit_pool(struct run_queue *q, sv pool, int64_t most)
{
	AUTO_BUF key = {0};
	uint32_t id = intern_find(q->limit_keys, limit_key(&key, LIMIT_POOL, pool, (sv){NULL, 0}));
	size_t i = 0;

	while (i < q->pools.n && !sv_eq(q->pools.at[i].name, pool))
		i++;
	if (i == q->pools.n)
		*LIST_ADD(q->arena,
			  &q->pools) = (struct pool_limit){.name = arena_sv(q->arena, pool)};
	q->pools.at[i].most = limit_of(most);
	if (id == NO_ID)
		return;
	q->limits.at[id]->most = limit_of(most);
	send_scout(q, q->limits.at[id]);
}

void *run_queue_owner(const struct queued_run *run)
{
	return run->owner;
}

size_t run_queue_waiting(const struct run_queue *q)
{
	return q->waiting;
}

size_t run_queue_started(const struct run_queue *q)
{
	return q->started;
}

uint64_t run_queue_work(const struct run_queue *q)
{
	return q->work;
}

/* ---- reasons ---- */

static sv limit_reason(struct arena *a, const struct queue_limit *l)
{
	sv who = l->holder ? arena_fmt(a, "run %s", l->holder->id) : SV("another run");
	sv also = {"", 0};

	if (l->kind == LIMIT_ASSET)
		return arena_fmt(a, SV_FMT " writes \"" SV_FMT "\", as this run will", SV_ARG(who),
				 SV_ARG(l->name));
	if (l->holder && l->taken)
		also = arena_fmt(a, ", the last of them " SV_FMT, SV_ARG(who));
	if (l->kind == LIMIT_POOL)
		return arena_fmt(a,
				 "pool '" SV_FMT "' has %u of %u runs in progress" SV_FMT
				 "; plait pool set " SV_FMT " N allows more",
				 SV_ARG(l->name), l->taken, l->most, SV_ARG(also), SV_ARG(l->name));
	return arena_fmt(a,
			 "%u of %u runs with the tag " SV_FMT "%s" SV_FMT " are in progress" SV_FMT
			 " (tag_concurrency_limits)",
			 l->taken, l->most, SV_ARG(l->name), l->value.p ? "=" : "",
			 SV_ARG(l->value), SV_ARG(also));
}

sv run_queue_reason(struct arena *a, const struct run_queue *q, const struct queued_run *run)
{
	const struct queue_limit *full = first_full(q, run->group);

	if (run->started)
		return (sv){NULL, 0};
	if (full)
		return limit_reason(a, full);
	if (q->most == 0)
		return SV("no run starts: max_concurrent_runs is 0");
	if (q->started >= q->most)
		return arena_fmt(a, "%zu of %u runs are in progress (max_concurrent_runs)",
				 q->started, q->most);
	return SV("it is about to start");
}
