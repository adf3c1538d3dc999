/* local.c -- who waits for a worker of which location, and handing workers out as they come. */
#include "exec/local.h"

#include "base/time.h"
#include "exec/local_parts.h"
#include "model/failure.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/path.h"
#include "sys/process.h"

#define CLEANING_WAIT (2 * TIME_SECOND)

static void serve_place(struct place *p);

/* ---- the queue of a place ---- */

static void place_join(struct local_attempt *t)
{
	struct local_attempt **at = &t->place->waiting;

	while (*at)
		at = &(*at)->after;
	*at = t;
}

void place_leave(struct local_attempt *t)
{
	struct local_attempt **at = &t->place->waiting;

	while (*at != t)
		at = &(*at)->after;
	*at = t->after;
	t->after = NULL;
}

static void refuse(struct local_attempt *t, const struct attempt_end *end)
{
	place_leave(t);
	local_attempt_end_later(t, end);
}

static void refuse_all(struct place *p, const struct attempt_end *end)
{
	while (p->waiting)
		refuse(p->waiting, end);
}

static void refuse_other_code(struct local_attempt *t)
{
	refuse(t, &(struct attempt_end){
			  .code_changed = true,
			  .message = arena_fmt(t->arena,
					       "the code of location '" SV_FMT
					       "' changed after this run was planned",
					       SV_ARG(t->place->name)),
			  .hint = SV("run the command again: it will plan with the new code"),
		  });
}

/* ---- handing out ---- */

static uint32_t waiting_count(const struct place *p)
{
	uint32_t n = 0;

	for (const struct local_attempt *t = p->waiting; t; t = t->after)
		n++;
	return n;
}

/* Workers that are to wait, once the location's code is loaded: making one takes longer than many a step, so that there
 * is one ahead of the step after next. */
static uint32_t spares(const struct place *p)
{
	uint32_t ahead = p->later < p->local->processors ? p->later : p->local->processors;

	return p->soon > ahead ? p->soon : ahead;
}

/* Whether an idle worker that has had a step is of no use to some who wait, or to who claimed last. */
static bool wants_fresh(const struct place *p)
{
	for (const struct local_attempt *t = p->waiting; t; t = t->after)
		if (t->request.isolation == ISOLATION_PROCESS)
			return true;
	return p->fresh_only;
}

/* The first that an idle worker is there for gets it; false when there is none. */
static bool hand_out_one(struct place *p)
{
	for (struct local_attempt *t = p->waiting; t; t = t->after) {
		struct worker_listener hears = local_attempt_hears(t);
		bool fresh = t->request.isolation == ISOLATION_PROCESS;
		struct worker *w = worker_pool_take(p->workers, fresh, &hears);

		if (!w)
			continue;
		place_leave(t);
		local_attempt_lend(t, w);
		return true;
	}
	return false;
}

static void refuse_changed(struct place *p, sv manifest_id)
{
	for (struct local_attempt *t = p->waiting, *after; t; t = after) {
		after = t->after;
		if (!sv_eq(t->request.manifest_id, manifest_id))
			refuse_other_code(t);
	}
}

/* `error`: the protocol's error object; p NULL when there is none. */
static void refuse_not_loading(struct place *p, sv error)
{
	AUTO_ARENA a = arena_new();
	struct failure why = failure_to_load(a, p->name, error);
	struct attempt_end end = {.message = why.message, .hint = why.hint};

	refuse_all(p, &end);
}

static void on_idle(void *ctx)
{
	serve_place(ctx);
}

/* What waits goes to another host, once: a second that goes away as well has something against these steps. */
static void try_again(struct place *p, const struct attempt_end *end)
{
	for (struct local_attempt *t = p->waiting, *after; t; t = after) {
		after = t->after;
		if (t->retried)
			refuse(t, end);
		t->retried = true;
	}
	if (p->waiting)
		serve_place(p);
}

/* Its code changed: the newest serves, once whoever noticed that has asked for it. */
static void on_poke(void *ctx)
{
	struct place *p = ctx;

	timer_close(p->poke);
	p->poke = NULL;
	serve_place(p);
}

static void on_none(void *ctx, const struct err *why, bool host_gone)
{
	struct place *p = ctx;
	struct attempt_end end = {
		.host_gone = host_gone,
		.message = sv_of(why->text),
		.hint = why->hint[0] ? sv_of(why->hint) : (sv){NULL, 0},
	};

	if (why->kind == ERR_CONFLICT && !p->poke)
		p->poke = timer_start(p->local->request.loop, 0, on_poke, p);
	else if (why->kind == ERR_CONFLICT)
		return;
	else if (host_gone)
		try_again(p, &end);
	else
		refuse_all(p, &end);
}

static void on_retired(void *ctx, const struct worker *w);

/* The host pool still calls places that wait for their code. */
static void free_when_unasked(struct local *x)
{
	if (!x->asked)
		arena_free(x->arena);
}

static void on_compiled(void *ctx, const struct compiled *result)
{
	struct place *p = ctx;

	p->asked = false;
	p->local->asked--;
	if (p->local->closed) {
		free_when_unasked(p->local);
		return;
	}
	if (p->workers && p->workers != result->workers)
		worker_pool_retire(p->workers);
	p->workers = result->workers;
	worker_pool_listen(p->workers,
			   &(struct worker_pool_listener){on_idle, on_none, on_retired, p});
	if (!result->host) {
		refuse_not_loading(p, result->error);
		return;
	}
	refuse_changed(p, result->manifest_id);
	while (hand_out_one(p))
		;
	worker_pool_want(p->workers, waiting_count(p) + spares(p), wants_fresh(p));
}

/* Does what can be done for those who wait, and has more workers made. */
static void serve_place(struct place *p)
{
	struct local *x = p->local;
	const struct code_location *code;

	if (x->closed)
		return;
	if (!p->waiting && !p->soon) {
		if (p->workers)
			worker_pool_want(p->workers, spares(p), p->fresh_only);
		return;
	}
	if (p->asked)
		return;
	code = x->request.location_named(x->request.ctx, p->name);
	if (!code) {
		refuse_not_loading(p, (sv){NULL, 0});
		return;
	}
	p->asked = true;
	x->asked++;
	host_pool_compile(x->request.hosts, code, on_compiled, p);
}

/* ---- folders of ended workers ---- */

sv local_worker_folder(struct arena *a, const struct local *x, int64_t pid, sv started)
{
	return arena_fmt(a, SV_FMT "/workers/%lld-" SV_FMT, SV_ARG(x->request.state),
			 (long long)pid, SV_ARG(started));
}

static void clean(void *ctx)
{
	struct local *x = ctx;
	time_us now = clock_monotonic();

	timer_close(x->cleaning);
	x->cleaning = NULL;
	for (struct rubbish **at = &x->rubbish, *r; (r = *at);) {
		if (!x->closed && r->due > now) {
			at = &r->next;
			continue;
		}
		*at = r->next;
		folder_remove(sv_of(r->path));
		free(r);
	}
	if (x->rubbish)
		x->cleaning = timer_start(x->request.loop, CLEANING_WAIT, clean, x);
}

static void on_retired(void *ctx, const struct worker *w)
{
	struct local *x = ((struct place *)ctx)->local;
	AUTO_ARENA a = arena_new();
	struct rubbish *r;
	sv folder;

	if (w->folder_taken)
		return;
	folder = local_worker_folder(a, x, w->pid, sv_of(w->started));
	r = heap_alloc(sizeof(*r) + folder.n + 1);
	memcpy(r->path, folder.p, folder.n);
	r->due = clock_monotonic() + CLEANING_WAIT;
	r->next = x->rubbish;
	x->rubbish = r;
	if (!x->cleaning)
		x->cleaning = timer_start(x->request.loop, CLEANING_WAIT, clean, x);
}

static bool is_followed(const struct local *x, sv folder)
{
	for (const struct local_attempt *t = x->attempts; t; t = t->next)
		if (path_within(folder, t->messages.path))
			return true;
	return false;
}

void local_executor_tidy(struct executor *base)
{
	struct local *x = (struct local *)base;
	AUTO_ARENA a = arena_new();
	struct folder_entries entries = {0};
	sv top = path_join(a, x->request.state, SV("workers"));
	struct err e;

	if (!folder_list(a, top, &entries, &e))
		return; /* no worker ever had one */
	for (size_t i = 0; i < entries.n; i++) {
		sv started = entries.at[i].name, pid, folder = path_join(a, top, started);
		uint64_t number;

		if (sv_split(&started, '-', &pid) && sv_u64(pid, &number) &&
		    !process_lives((int64_t)number, started) && !is_followed(x, folder))
			folder_remove(folder);
	}
}

/* ---- the executor ---- */

static struct place *place_for(struct local *x, sv location)
{
	for (struct place *p = x->places; p; p = p->next)
		if (sv_eq(p->name, location))
			return p;
	struct place *p = NEW(x->arena, struct place, 1);

	*p = (struct place){
		.next = x->places,
		.local = x,
		.name = arena_sv(x->arena, location),
		.fresh_only = true,
	};
	return x->places = p;
}

static struct attempt *local_claim(struct executor *base, const struct attempt_request *request)
{
	struct local *x = (struct local *)base;
	struct local_attempt *t = local_attempt_new(x, &request->listener);

	t->place = place_for(x, request->location);
	t->request.manifest_id = arena_sv(t->arena, request->manifest_id);
	t->request.directory = arena_sv(t->arena, request->directory);
	t->request.isolation = request->isolation;
	t->place->fresh_only = request->isolation == ISOLATION_PROCESS;
	place_join(t);
	serve_place(t->place);
	return &t->base;
}

static struct attempt *local_reattach(struct executor *base, const struct attempt_process *process,
				      const struct attempt_listener *listener)
{
	struct local_attempt *t = local_attempt_new((struct local *)base, listener);

	local_attempt_follow(t, process);
	return &t->base;
}

static void local_want(struct executor *base, sv location, uint32_t soon, uint32_t later)
{
	struct place *p = place_for((struct local *)base, location);

	if (p->soon == soon && p->later == later)
		return;
	p->soon = soon;
	p->later = later;
	serve_place(p);
}

static void local_close(struct executor *base)
{
	struct local *x = (struct local *)base;

	x->closed = true;
	while (x->attempts)
		local_attempt_free(x->attempts);
	for (struct place *p = x->places; p; p = p->next) {
		timer_close(p->poke);
		if (!p->workers)
			continue;
		worker_pool_retire(p->workers);
		worker_pool_listen(p->workers, NULL);
	}
	clean(x);
	free_when_unasked(x);
}

static const struct executor_ops ops = {
	.claim = local_claim,
	.go = local_attempt_go,
	.reattach = local_reattach,
	.cancel = local_attempt_cancel,
	.release = local_attempt_release,
	.want = local_want,
	.close = local_close,
};

struct executor *local_executor_new(const struct local_request *request)
{
	struct arena *a = arena_new();
	struct local *x = NEW(a, struct local, 1);

	*x = (struct local){.base.ops = &ops, .arena = a, .request = *request};
	x->processors = process_processors();
	x->request.state = arena_sv(a, request->state);
	return &x->base;
}
