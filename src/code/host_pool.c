/* host_pool.c -- one slot a location: starting, compiling, then ready or failed.  A failed or vanished host is forgotten,
 * so that the next request starts a new one. */
#include "code/host_pool.h"

#include <unistd.h>

#include "base/digest.h"
#include "base/time.h"
#include "codec/json.h"
#include "model/limits.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/path.h"

#define COMPILE_LIMIT   (60 * TIME_SECOND)
#define STACK_DUMP_WAIT (TIME_SECOND / 3)

struct waiter {
	void (*on_done)(void *ctx, const struct compiled *result);
	void *ctx;
};

struct slot {
	struct slot *next;
	struct host_pool *pool;
	struct compiled result;
	struct host *host;
	struct timer *limit;
	struct arena *manifest; /* its text, until who waited has heard of it */
	struct arena *texts;    /* of the newest compile: the rest of the result, and */
	sv manifest_path, importing;
	LIST(struct waiter) waiters;
	time_us began;
	bool compiling, done;
	bool telling;  /* who waited hears of the result */
	bool killed;   /* somebody killed its host while that compiled */
	bool again;    /* and another one is tried, once */
	bool replaced; /* its code is not the newest: only who has asked already is answered */
};

struct host_pool {
	struct arena *arena;
	struct loop *loop;
	struct host_pool_request request;
	struct slot *slots;
};

struct host_pool *host_pool_new(struct loop *l, const struct host_pool_request *request)
{
	struct arena *a = arena_new();
	struct host_pool *p = NEW(a, struct host_pool, 1);

	*p = (struct host_pool){.arena = a, .loop = l, .request = *request};
	if (!p->request.compile_limit)
		p->request.compile_limit = COMPILE_LIMIT;
	return p;
}

static struct slot *slot_for(struct host_pool *p, const struct code_location *location)
{
	for (struct slot *s = p->slots; s; s = s->next)
		if (!s->replaced && sv_eq(s->result.location->name, location->name))
			return s;
	struct slot *s = NEW(p->arena, struct slot, 1);

	*s = (struct slot){.next = p->slots, .pool = p, .result.location = location};
	s->result.workers = worker_pool_new(&(struct worker_pool_request){
		.loop = p->loop,
		.location = location->name,
		.cgroups = p->request.cgroups,
		.making_limit = p->request.worker_limit,
		.fault_pause = p->request.worker_pause,
	});
	return p->slots = s;
}

/* Its host goes; steps that it started go on. */
static void retire(struct slot *s)
{
	struct err why;

	s->result = (struct compiled){.location = s->result.location,
				      .workers = s->result.workers,
				      .host = s->result.host};
	arena_free(s->texts);
	s->texts = NULL;

	host_close(s->host);
	s->host = NULL;
	s->result.host = NULL;
	err_set(&why, ERR_CONFLICT, "the code of location '" SV_FMT "' changed",
		SV_ARG(s->result.location->name));
	worker_pool_host_gone(s->result.workers, &why);
}

/* ---- the end of a compile, whichever way ---- */

static void finish(struct slot *s)
{
	timer_close(s->limit);
	s->limit = NULL;
	s->compiling = false;
	s->done = true;
	s->result.duration = clock_monotonic() - s->began;
	s->telling = true;
	for (size_t i = 0; i < s->waiters.n; i++)
		s->waiters.at[i].on_done(s->waiters.at[i].ctx, &s->result);
	s->telling = false;
	s->waiters.n = 0;
	s->result.manifest = (sv){NULL, 0};
	arena_free(s->manifest);
	s->manifest = NULL;
	if (s->replaced)
		retire(s);
}

void host_pool_free(struct host_pool *p)
{
	if (!p)
		return;
	for (struct slot *s = p->slots; s; s = s->next) {
		if (s->compiling)
			finish(s);
		host_close(s->host);
		worker_pool_free(s->result.workers);
		arena_free(s->texts);
	}
	arena_free(p->arena);
}

struct failure {
	const char *kind;
	sv message, hint, traceback;
};

static void fail(struct slot *s, const struct failure *why)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	json_member_text(&j, "kind", sv_of(why->kind));
	json_member_text(&j, "message", why->message);
	json_member_text(&j, "file", (sv){NULL, 0});
	json_member_text(&j, "line", (sv){NULL, 0});
	json_member_text(&j, "hint", why->hint);
	json_member_text(&j, "traceback", why->traceback);
	s->result.error = json_finish(s->texts, &j);
	finish(s);
}

static void fail_with(struct slot *s, const struct err *e)
{
	fail(s, &(struct failure){
			.kind = "internal",
			.message = sv_of(e->text),
			.hint = e->hint[0] ? sv_of(e->hint) : (sv){NULL, 0},
		});
}

static void take_outside(struct slot *s, const struct value *list)
{
	for (size_t i = 0; list && list->type == VALUE_LIST && i < list->n; i++)
		if (list->items[i].type == VALUE_TEXT)
			*LIST_ADD(s->texts, &s->result.outside) = arena_sv(s->texts,
									   list->items[i].text);
}

static void on_compiled(void *ctx, const struct host_reply *reply)
{
	struct slot *s = ctx;
	struct err e;

	s->again = reply->killed && !s->killed;
	s->killed = reply->killed;
	if (s->again)
		return; /* on_gone follows */
	if (reply->gone) {
		fail_with(s, reply->gone);
		return;
	}
	if (reply->error) {
		s->result.error = json_print(s->texts, reply->error);
		host_close(s->host);
		s->host = NULL;
		finish(s);
		return;
	}
	take_outside(s, value_list(reply->body, "outside"));
	s->manifest = arena_new();
	if (!file_read(s->manifest, s->manifest_path, LIMIT_MANIFEST_BYTES, &s->result.manifest,
		       &e)) {
		fail_with(s, &e);
		return;
	}
	s->result.manifest_id = digest_sha256(s->texts, s->result.manifest);
	file_remove(s->manifest_path);
	s->result.host = s->host;
	worker_pool_open(s->result.workers, s->host);
	finish(s);
}

/* ---- a host that hangs ---- */

static void on_dumped(void *ctx)
{
	struct slot *s = ctx;
	struct arena *a = s->texts;
	struct failure why = {.kind = "timeout"};
	struct err e;
	sv log;

	if (!file_read(a, host_log_path(s->host), 1 << 20, &log, &e))
		log = (sv){NULL, 0}; /* without its stack the error still stands */
	why.traceback = sv_trim(log);
	why.message = arena_fmt(
		a, "loading the code took longer than %lld s; it was ended%s" SV_FMT "%s",
		(long long)(s->pool->request.compile_limit / TIME_SECOND),
		s->importing.n ? " while importing '" : "", SV_ARG(s->importing),
		s->importing.n ? "'" : "");
	why.hint = SV("look at the stack below for the line that waits; a module should define "
		      "assets, not do work, when "
		      "it is imported. PLAIT_COMPILE_TIMEOUT=SECONDS allows more time");
	host_kill(s->host);
	host_close(s->host);
	s->host = NULL;
	fail(s, &why);
}

static void on_limit(void *ctx)
{
	struct slot *s = ctx;

	host_dump_stacks(s->host);
	timer_close(s->limit);
	s->limit = timer_start(s->pool->loop, STACK_DUMP_WAIT, on_dumped, s);
}

/* ---- starting ---- */

static void on_importing(void *ctx, sv module)
{
	struct slot *s = ctx;
	struct host_pool *p = s->pool;

	s->importing = arena_sv(s->texts, module);
	if (p->request.on_importing)
		p->request.on_importing(p->request.ctx, s->result.location, module);
}

static void start(struct slot *s);

static void on_gone(void *ctx, const struct err *why)
{
	struct slot *s = ctx;

	host_close(s->host);
	s->host = NULL;
	s->result.host = NULL;
	s->done = false; /* the next request starts anew */
	worker_pool_host_gone(s->result.workers, why);
	if (!s->again)
		return;
	s->again = false;
	start(s);
}

static void on_worker(void *ctx, const struct host_worker *made)
{
	worker_pool_made(((struct slot *)ctx)->result.workers, made);
}

static void on_worker_exit(void *ctx, int64_t pid, const struct worker_exit *how)
{
	worker_pool_exited(((struct slot *)ctx)->result.workers, pid, how);
}

static void start(struct slot *s)
{
	struct host_pool *p = s->pool;
	struct host_request request = {
		.location = s->result.location,
		.sdk = p->request.sdk,
		.sdk_library = p->request.sdk_library,
		.state = p->request.state,
		.on_gone = on_gone,
		.on_importing = on_importing,
		.on_worker = on_worker,
		.on_worker_exit = on_worker_exit,
		.ctx = s,
	};
	sv folder;
	struct err e;

	timer_close(s->limit);
	s->limit = NULL;
	s->compiling = true;
	s->began = clock_monotonic();
	s->result = (struct compiled){.location = s->result.location, .workers = s->result.workers};
	s->importing = (sv){NULL, 0};
	arena_free(s->texts);
	s->texts = arena_new();
	folder = path_join(s->texts, p->request.state, SV("manifests"));
	s->manifest_path = path_join(s->texts, folder,
				     arena_fmt(s->texts, SV_FMT ".%ld.new",
					       SV_ARG(request.location->name), (long)getpid()));
	if (!folder_make(folder, &e) || !host_start(p->loop, &request, &s->host, &e)) {
		fail_with(s, &e);
		return;
	}
	s->limit = timer_start(p->loop, p->request.compile_limit, on_limit, s);
	host_compile(s->host, s->manifest_path, on_compiled, s);
}

void host_pool_compile(struct host_pool *p, const struct code_location *location,
		       void (*on_done)(void *ctx, const struct compiled *result), void *ctx)
{
	struct slot *s = slot_for(p, location);

	if (s->done) {
		on_done(ctx, &s->result);
		return;
	}
	*LIST_ADD(p->arena, &s->waiters) = (struct waiter){on_done, ctx};
	if (!s->compiling)
		start(s);
}

void host_pool_renew(struct host_pool *p, const struct code_location *location)
{
	struct slot *s = slot_for(p, location);

	s->replaced = true;
	if (!s->compiling && !s->telling)
		retire(s);
}
