/* account.c -- what a limit is, how much of it is taken, and so who may start. */
#include "account.h"

int64_t account_pool_limit(const struct sim *s, sv pool)
{
	for (size_t i = 0; i < POOLS; i++)
		if (sv_eq(pool, sv_of(pool_names[i])) && s->pool_limits[i] != -2)
			return s->pool_limits[i];
	return s->settings.pool_default_limit;
}

int64_t account_location_limit(const struct sim *s, uint32_t location)
{
	return s->location_limits[s->graph->locations[location].name.p[1] - '0'];
}

int64_t account_active(const struct sim *s, uint32_t location, sv pool)
{
	int64_t n = 0;

	for (uint32_t i = 0; i < s->runs_count; i++)
		for (uint32_t k = 0; live_is_running(&s->runs[i]) && k < s->runs[i].plan->steps_count; k++) {
			const struct plan_step *p = &s->runs[i].plan->steps[k];

			n += live_is_active(&s->runs[i], k) && (location == NO_ID || p->location == location) &&
			     (!pool.p || (p->options.pool.p && sv_eq(pool, p->options.pool)));
		}
	return n;
}

static int64_t count_kept(const struct sim *s)
{
	int64_t n = 0;

	for (uint32_t i = 0; i < s->runs_count; i++)
		for (uint32_t k = 0; live_is_running(&s->runs[i]) && k < s->runs[i].plan->steps_count; k++)
			n += live_is_active(&s->runs[i], k) &&
			     s->runs[i].plan->steps[k].options.isolation == ISOLATION_WORKER;
	return n;
}

/* With one more of this isolation no more run than may: kept ones beyond count for nothing. */
static bool room_over_all(const struct sim *s, enum isolation isolation)
{
	int64_t kept = count_kept(s) + (isolation == ISOLATION_WORKER),
		all = account_active(s, NO_ID, (sv){0}) + 1;

	return all - (kept < s->kept_beyond ? kept : s->kept_beyond) <= s->most_steps;
}

static bool within(int64_t count, int64_t limit)
{
	return limit < 0 || count < limit;
}

bool account_may_start(const struct sim *s, const struct live *r, uint32_t step)
{
	const struct plan_step *p = &r->plan->steps[step];
	size_t own = 0;

	for (uint32_t i = 0; i < r->plan->steps_count; i++)
		own += live_is_active(r, i);
	return live_state(r, step) == STEP_READY && (!r->run.most_running || own < r->run.most_running) &&
	       room_over_all(s, p->options.isolation) &&
	       within(account_active(s, p->location, (sv){0}), account_location_limit(s, p->location)) &&
	       (s->settings.pools_per_run || !p->options.pool.p ||
		within(account_active(s, NO_ID, p->options.pool), account_pool_limit(s, p->options.pool)));
}

/* -1: x comes first. */
static int compare_runs(const struct live *x, const struct live *y)
{
	if (x->run.priority != y->run.priority)
		return x->run.priority > y->run.priority ? -1 : 1;
	return x->run.created < y->run.created ? -1 : x->run.created > y->run.created;
}

static bool comes_first(const struct sim *s, const struct live *r, uint32_t step, const struct live *other, uint32_t its)
{
	const struct plan_step *x = &r->plan->steps[step], *y = &other->plan->steps[its];
	int order = compare_runs(r, other);
	int64_t with_x, with_y;

	if (order)
		return order < 0;
	if (x->options.priority != y->options.priority)
		return x->options.priority > y->options.priority;
	with_x = account_active(s, x->location, (sv){0});
	with_y = account_active(s, y->location, (sv){0});
	return with_x != with_y ? with_x < with_y : step < its;
}

struct live *account_best_step(struct sim *s, uint32_t *ret_step)
{
	struct live *best = NULL;

	for (uint32_t i = 0; i < s->runs_count; i++) {
		struct live *r = &s->runs[i];

		for (uint32_t k = 0; live_is_running(r) && k < r->plan->steps_count; k++)
			if (account_may_start(s, r, k) && (!best || comes_first(s, r, k, best, *ret_step))) {
				best = r;
				*ret_step = k;
			}
	}
	return best;
}

static bool writes_same(const struct live *x, const struct live *y)
{
	for (uint32_t i = 0; i < x->plan->steps_count; i++)
		for (size_t n = 0; n < x->plan->steps[i].nodes_count; n++)
			for (uint32_t k = 0; k < y->plan->steps_count; k++)
				for (size_t m = 0; m < y->plan->steps[k].nodes_count; m++)
					if (x->plan->steps[i].nodes[n] == y->plan->steps[k].nodes[m])
						return true;
	return false;
}

static bool uses_pool(const struct live *r, sv pool)
{
	for (uint32_t i = 0; i < r->plan->steps_count; i++)
		if (r->plan->steps[i].options.pool.p && sv_eq(pool, r->plan->steps[i].options.pool))
			return true;
	return false;
}

static bool tag_fits(const struct tag_limit *l, const struct live *r, const struct live *other)
{
	if (!sv_eq(l->name, r->tag.name) || !sv_eq(l->name, other->tag.name))
		return false;
	if (l->value.p)
		return sv_eq(l->value, r->tag.value) && sv_eq(l->value, other->tag.value);
	return !l->per_value || sv_eq(r->tag.value, other->tag.value);
}

static bool tag_limit_allows(const struct sim *s, const struct tag_limit *l, const struct live *r)
{
	int64_t n = 0;

	for (uint32_t i = 0; i < s->runs_count; i++)
		n += live_is_running(&s->runs[i]) && tag_fits(l, r, &s->runs[i]);
	return !tag_fits(l, r, r) || n < l->most;
}

static bool pools_allow(const struct sim *s, const struct live *r)
{
	for (size_t p = 0; s->settings.pools_per_run && p < POOLS; p++) {
		sv pool = sv_of(pool_names[p]);
		int64_t n = 0;

		for (uint32_t i = 0; i < s->runs_count; i++)
			n += live_is_running(&s->runs[i]) && uses_pool(&s->runs[i], pool);
		if (uses_pool(r, pool) && !within(n, account_pool_limit(s, pool)))
			return false;
	}
	return true;
}

bool account_run_may_start(const struct sim *s, const struct live *r)
{
	int64_t n = 0;

	for (uint32_t i = 0; i < s->runs_count; i++) {
		n += live_is_running(&s->runs[i]);
		if (live_is_running(&s->runs[i]) && writes_same(r, &s->runs[i]))
			return false;
	}
	for (size_t i = 0; i < s->settings.tag_limits_count; i++)
		if (!tag_limit_allows(s, &s->settings.tag_limits[i], r))
			return false;
	return within(n, s->settings.max_concurrent_runs) && pools_allow(s, r);
}

struct live *account_best_run(struct sim *s)
{
	struct live *best = NULL;

	for (uint32_t i = 0; i < s->runs_count; i++) {
		struct live *r = &s->runs[i];

		if (live_is_queued(r) && account_run_may_start(s, r) && (!best || compare_runs(r, best) < 0))
			best = r;
	}
	return best;
}
