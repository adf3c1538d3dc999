/* faulty_store.c -- every entry of the table counts, asks who watches, then passes on. */
#include "faulty_store.h"

#include <time.h>

#include "store/backend.h"

struct faulty_store {
	struct store base;
	struct store *inner;
	bool lent; /* `inner` is somebody else's */
	struct fault_plan plan;
	long calls;
	struct faulty_watch watch;
};

static void stall(const struct fault_plan *plan)
{
	struct timespec length = {plan->stall / 1000000, plan->stall % 1000000 * 1000};

	if (plan->pause)
		plan->pause(plan->ctx, plan->stall);
	else
		nanosleep(&length, NULL);
}

static bool pass(struct faulty_store *f, const char *name, const void *row, struct err *e)
{
	const struct fault_plan *plan = &f->plan;
	long last = plan->fail_at + (plan->fail_for ? plan->fail_for - 1 : 0);

	f->calls++;
	if (f->calls == plan->stall_at)
		stall(plan);
	if (plan->fail_at && f->calls >= plan->fail_at && f->calls <= last)
		return err_set(e, plan->kind ? plan->kind : ERR_UNAVAILABLE, "injected fault at %s",
			       name);
	return !f->watch.before || f->watch.before(f->watch.ctx, name, row, e);
}

static bool done(struct faulty_store *f, const char *name, const void *row, bool good)
{
	if (good && f->watch.after)
		f->watch.after(f->watch.ctx, name, row);
	return good;
}

#define FORWARD(name, row_of, parameters, ...)                                               \
	static bool faulty_##name parameters                                                 \
	{                                                                                    \
		struct faulty_store *f = (struct faulty_store *)s;                           \
                                                                                             \
		return pass(f, #name, (row_of), e) &&                                        \
		       done(f, #name, (row_of), f->inner->ops->name(f->inner, __VA_ARGS__)); \
	}

/*  entry, the row that who watches is shown, parameters, passed on */
#define ENTRIES(X)                                                                                                     \
	X(put_location, row, (struct store *s, const struct location_row *row, struct err *e), row, e)                     \
	X(get_location, NULL, (struct store *s, struct arena *a, sv name, struct location_row *ret, struct err *e), a, name, \
	  ret, e)                                                                                                      \
	X(put_manifest, NULL, (struct store *s, sv id, sv location, sv text, time_us at, struct err *e), id, location, text, \
	  at, e)                                                                                                       \
	X(get_manifest, NULL, (struct store *s, struct arena *a, sv id, sv *ret, struct err *e), a, id, ret, e)              \
	X(find_asset, NULL, (struct store *s, sv key, int64_t *ret, struct err *e), key, ret, e)                             \
	X(make_asset, NULL, (struct store *s, sv key, int64_t *ret, struct err *e), key, ret, e)                             \
	X(put_pool, row, (struct store *s, const struct pool_row *row, struct err *e), row, e)                              \
	X(list_pools, NULL, (struct store *s, struct arena *a, struct pool_rows *ret, struct err *e), a, ret, e)             \
	X(put_run, row, (struct store *s, const struct run_row *row, struct err *e), row, e)                                \
	X(put_step, row, (struct store *s, const struct step_row *row, struct err *e), row, e)                              \
	X(move_step, row, (struct store *s, const struct step_row *row, struct err *e), row, e)                             \
	X(get_run, NULL, (struct store *s, struct arena *a, sv id, struct run_row *ret, struct err *e), a, id, ret, e)       \
	X(find_run, NULL, (struct store *s, struct arena *a, sv typed, struct run_row *ret, struct err *e), a, typed, ret,   \
	  e)                                                                                                           \
	X(list_runs, NULL, (struct store *s, struct arena *a, sv before, size_t most, struct run_rows *ret, struct err *e),  \
	  a, before, most, ret, e)                                                                                     \
	X(list_open_runs, NULL, (struct store *s, struct arena *a, struct run_rows *ret, struct err *e), a, ret, e)          \
	X(get_step, NULL,                                                                                                    \
	  (struct store *s, struct arena *a, sv run, int64_t index, struct step_row *ret, struct err *e), a, run,      \
	  index, ret, e)                                                                                               \
	X(list_steps, NULL, (struct store *s, struct arena *a, sv run, struct step_rows *ret, struct err *e), a, run, ret,   \
	  e)                                                                                                           \
	X(append_event, row, (struct store *s, struct event_row *row, struct err *e), row, e)                               \
	X(list_events, NULL,                                                                                                 \
	  (struct store *s, struct arena *a, const struct event_query *query, struct event_rows *ret, struct err *e),  \
	  a, query, ret, e)                                                                                            \
	X(list_starts, NULL,                                                                                                 \
	  (struct store *s, struct arena *a, int64_t after, size_t most, struct event_rows *ret, struct err *e), a,    \
	  after, most, ret, e)                                                                                         \
	X(list_made, NULL, (struct store *s, struct arena *a, sv run, struct event_rows *ret, struct err *e), a, run, ret, e) \
	X(list_checks, NULL,                                                                                                 \
	  (struct store *s, struct arena *a, sv asset, size_t most, struct event_rows *ret, struct err *e), a, asset,  \
	  most, ret, e)                                                                                                \
	X(put_version, row, (struct store *s, const struct version_row *row, struct err *e), row, e)                        \
	X(move_pointer, (&(struct version_row){.asset = asset, .id = version}), (struct store *s, sv asset, int64_t partition, sv version, time_us at, struct err *e), asset,  \
	  partition, version, at, e)                                                                                   \
	X(get_version, NULL, (struct store *s, struct arena *a, sv id, struct version_row *ret, struct err *e), a, id, ret,  \
	  e)                                                                                                           \
	X(list_current, NULL, (struct store *s, struct arena *a, struct version_rows *ret, struct err *e), a, ret, e)        \
	X(current, NULL,                                                                                                     \
	  (struct store *s, struct arena *a, sv asset, int64_t partition, struct version_row *ret, struct err *e), a,  \
	  asset, partition, ret, e)                                                                                    \
	X(list_versions, NULL,                                                                                               \
	  (struct store *s, struct arena *a, const struct version_query *query, struct version_rows *ret,              \
	   struct err *e), a, query, ret, e)                                                                           \
	X(get_data_version, NULL, (struct store *s, struct arena *a, sv id, sv *ret, struct err *e), a, id, ret, e)          \
	X(list_standings, NULL,                                                                                              \
	  (struct store *s, struct arena *a, sv asset, struct standing_rows *ret, struct err *e), a, asset, ret, e)    \
	X(list_children, NULL, (struct store *s, struct arena *a, sv run, struct run_rows *ret, struct err *e), a, run, ret, e) \
	X(list_runs_of, NULL,                                                                                                \
	  (struct store *s, struct arena *a, const struct run_query *query, struct run_rows *ret, struct err *e), a, query,    \
	  ret, e)

ENTRIES(FORWARD)

static bool faulty_begin(struct store *s, struct err *e)
{
	struct faulty_store *f = (struct faulty_store *)s;

	return pass(f, "begin", NULL, e) && done(f, "begin", NULL, store_begin(f->inner, e));
}

static bool faulty_commit(struct store *s, struct err *e)
{
	struct faulty_store *f = (struct faulty_store *)s;

	return pass(f, "commit", NULL, e) && done(f, "commit", NULL, store_commit(f->inner, e));
}

static void faulty_rollback(struct store *s)
{
	struct faulty_store *f = (struct faulty_store *)s;

	store_rollback(f->inner);
	done(f, "rollback", NULL, true);
}

static bool faulty_is_untidy(const struct store *s)
{
	const struct faulty_store *f = (const struct faulty_store *)s;

	return !f->lent && store_is_untidy(f->inner);
}

static void faulty_tidy(struct store *s)
{
	store_tidy(((struct faulty_store *)s)->inner);
}

static void faulty_close(struct store *s)
{
	struct faulty_store *f = (struct faulty_store *)s;

	if (!f->lent)
		store_close(f->inner);
	free(f);
}

static const struct store_ops faulty_ops = {
	.close = faulty_close,
	.begin = faulty_begin,
	.commit = faulty_commit,
	.rollback = faulty_rollback,
	.is_untidy = faulty_is_untidy,
	.tidy = faulty_tidy,
#define X(name, ...) .name = faulty_##name,
	ENTRIES(X)
#undef X
};

struct store *faulty_store_new(struct store *inner, enum store_mode mode, long fail_at)
{
	struct faulty_store *f = heap_alloc(sizeof(*f));

	*f = (struct faulty_store){
		.base = {.ops = &faulty_ops, .mode = mode}, .inner = inner, .plan = {.fail_at = fail_at}};
	return &f->base;
}

void faulty_store_plan(struct store *faulty, const struct fault_plan *plan)
{
	struct faulty_store *f = (struct faulty_store *)faulty;

	f->plan = *plan;
	f->calls = 0;
}

void faulty_store_arm(struct store *faulty, long fail_at)
{
	faulty_store_plan(faulty, &(struct fault_plan){.fail_at = fail_at});
}

long faulty_store_calls(const struct store *faulty)
{
	return ((const struct faulty_store *)faulty)->calls;
}

struct store *faulty_store_watched(struct store *inner, const struct faulty_watch *watch)
{
	struct store *s = faulty_store_new(inner, inner->mode, 0);

	((struct faulty_store *)s)->lent = true;
	((struct faulty_store *)s)->watch = *watch;
	return s;
}
