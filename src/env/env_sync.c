/* env_sync.c -- which projects, in which order, and what Ctrl-C does. */
#include "env/env_sync.h"

#include <signal.h>

#include "env/env_work.h"
#include "sys/path.h"

enum { MOST_AT_ONCE = 2 };
#define TICK     ((time_us)250000)
#define PATIENCE ((time_us)5000000) /* after Ctrl-C, before tools are ended the hard way */

struct syncing {
	struct arena *a;
	struct loop *loop;
	const struct env_request *request;
	struct env_jobs *jobs;
	struct timer *tick, *patience;
	struct signal_watch *watches[3];
	unsigned cancels;
	bool running; /* inside the loop: stopping it before would only confuse it */
};

const char *env_state_word(enum env_state state)
{
#define X(id, word, ended) word,
	static const char *const words[] = {ENV_STATES(X)};
#undef X
	return words[state];
}

bool env_state_ended(enum env_state state)
{
#define X(id, word, ended) ended,
	static const bool ends[] = {ENV_STATES(X)};
#undef X
	return ends[state];
}

bool env_request_wants(const struct env_request *request, sv location)
{
	for (size_t i = 0; i < request->only.n; i++)
		if (sv_eq(request->only.at[i], location))
			return true;
	return request->only.n == 0;
}

/* ---- planning ---- */

static struct env_work *find_project(struct syncing *s, const struct code_location *location)
{
	for (size_t i = 0; i < s->jobs->n; i++) {
		struct env_job *job = s->jobs->at[i];
		const struct code_location *other = workspace_find(s->request->workspace,
								   job->locations.at[0]);

		if (sv_eq(job->project, location->project_root) &&
		    sv_eq(other->named_interpreter, location->named_interpreter))
			return (struct env_work *)job;
	}
	return NULL;
}

static void schedule(struct syncing *s);

static void on_work_end(void *ctx)
{
	schedule(ctx);
}

static void plan(struct syncing *s)
{
	const struct workspace *workspace = s->request->workspace;

	for (size_t i = 0; i < workspace->n; i++) {
		const struct code_location *location = &workspace->at[i];
		struct env_work *w;

		if (!env_request_wants(s->request, location->name) ||
		    location->loader == LOADER_GRPC)
			continue;
		w = find_project(s, location);
		if (!w) {
			w = NEW(s->a, struct env_work, 1);
			*w = (struct env_work){
				.a = s->a, .loop = s->loop, .request = s->request, .ctx = s};
			w->job.project = location->project_root;
			*LIST_ADD(s->a, s->jobs) = &w->job;
		}
		*LIST_ADD(s->a, &w->job.locations) = location->name;
	}
	for (size_t i = 0; i < s->jobs->n; i++)
		env_work_look((struct env_work *)s->jobs->at[i]);
}

/* ---- running ---- */

static bool may_start(struct syncing *s, const struct env_work *w)
{
	size_t running = 0;

	for (size_t i = 0; i < s->jobs->n; i++) {
		if (s->jobs->at[i]->state != ENV_RUNNING)
			continue;
		running++;
		if (env_work_clashes(w, (const struct env_work *)s->jobs->at[i]))
			return false;
	}
	return running < MOST_AT_ONCE;
}

static bool all_ended(const struct syncing *s)
{
	for (size_t i = 0; i < s->jobs->n; i++)
		if (!env_state_ended(s->jobs->at[i]->state) ||
		    ((const struct env_work *)s->jobs->at[i])->child)
			return false;
	return true;
}

static void schedule(struct syncing *s)
{
	for (size_t i = 0; i < s->jobs->n; i++) {
		struct env_work *w = (struct env_work *)s->jobs->at[i];

		if (w->job.state != ENV_WAITING || s->cancels || !may_start(s, w))
			continue;
		env_work_start(w);
		if (!env_state_ended(w->job.state))
			w->on_end = on_work_end;
	}
	if (s->running && all_ended(s))
		loop_stop(s->loop);
}

static void on_tick(void *ctx)
{
	struct syncing *s = ctx;

	timer_close(s->tick);
	s->tick = timer_start(s->loop, TICK, on_tick, s);
	if (s->request->listener.on_tick)
		s->request->listener.on_tick(s->request->listener.ctx, s->jobs);
}

static void cancel_all(struct syncing *s, int number)
{
	for (size_t i = 0; i < s->jobs->n; i++)
		env_work_cancel((struct env_work *)s->jobs->at[i], number);
	if (all_ended(s))
		loop_stop(s->loop);
}

static void on_patience_end(void *ctx)
{
	cancel_all(ctx, SIGKILL);
}

static void on_signal(void *ctx, int number)
{
	struct syncing *s = ctx;

	if (s->cancels++ == 0) {
		if (s->request->listener.on_cancel)
			s->request->listener.on_cancel(s->request->listener.ctx);
		s->patience = timer_start(s->loop, PATIENCE, on_patience_end, s);
		cancel_all(s, SIGINT);
	} else {
		cancel_all(s, SIGKILL);
	}
}

static void run(struct syncing *s)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

	for (size_t i = 0; i < COUNT_OF(signals); i++)
		s->watches[i] = signal_watch_start(s->loop, signals[i], on_signal, s);
	s->tick = timer_start(s->loop, TICK, on_tick, s);
	schedule(s);
	s->running = true;
	while (!all_ended(s))
		loop_run(s->loop);
	for (size_t i = 0; i < COUNT_OF(signals); i++)
		signal_watch_close(s->watches[i]);
	timer_close(s->tick);
	timer_close(s->patience);
}

bool env_sync(struct arena *a, const struct env_request *request, struct env_jobs *ret,
	      struct err *e)
{
	struct syncing s = {.a = a, .loop = loop_new(), .request = request, .jobs = ret};

	*ret = (struct env_jobs){0};
	plan(&s);
	run(&s);
	loop_free(s.loop);
	return true;
}
