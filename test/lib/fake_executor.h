/* fake_executor.h -- an executor whose attempts do what a test says.  A claim is ready at once unless `late`. */
#pragma once
#include "check.h"
#include "exec/executor.h"

struct fake_attempt {
	struct attempt base;
	struct fake_attempt *next; /* older ones */
	struct attempt_listener hears;
	struct attempt_process process;
	sv name;    /* of its folder: 0001-step.1 */
	sv context; /* p NULL: not handed over */
	bool ready, canceled, killed, released;
};

struct fake_executor {
	struct executor base;
	struct arena *arena;
	struct fake_attempt *newest;
	bool late;
	int64_t pids;
};

static inline void fake_ready(struct fake_attempt *t)
{
	t->ready = true;
	t->hears.on_ready(t->hears.ctx, &t->process);
}

static inline struct fake_attempt *fake_attempt_new(struct fake_executor *x, const struct attempt_listener *hears)
{
	struct fake_attempt *t = NEW(x->arena, struct fake_attempt, 1);

	*t = (struct fake_attempt){.base.ops = x->base.ops, .next = x->newest, .hears = *hears};
	return x->newest = t;
}

static struct attempt *fake_claim(struct executor *base, const struct attempt_request *request)
{
	struct fake_executor *x = (struct fake_executor *)base;
	struct fake_attempt *t = fake_attempt_new(x, &request->listener);
	sv rest = arena_sv(x->arena, request->directory);

	while (sv_split(&rest, '/', &t->name))
		;
	t->process = (struct attempt_process){.pid = ++x->pids, .method = "fork"};
	t->process.pid_started = SV("1");
	t->process.messages = SV("/nowhere");
	if (!x->late)
		fake_ready(t);
	return &t->base;
}

static struct attempt *fake_reattach(struct executor *base, const struct attempt_process *process,
				     const struct attempt_listener *hears)
{
	struct fake_executor *x = (struct fake_executor *)base;
	struct fake_attempt *t = fake_attempt_new(x, hears);

	t->process = *process;
	t->ready = true;
	return &t->base;
}

static void fake_go(struct attempt *base, sv context)
{
	((struct fake_attempt *)base)->context = context;
}

static void fake_cancel(struct attempt *base, bool hard)
{
	struct fake_attempt *t = (struct fake_attempt *)base;

	t->canceled = true;
	t->killed |= hard;
}

static void fake_release(struct attempt *base)
{
	((struct fake_attempt *)base)->released = true;
}

static void fake_want(struct executor *base, sv location, uint32_t soon, uint32_t later)
{
}

static void fake_close(struct executor *base)
{
}

static inline struct fake_executor *fake_executor_new(struct arena *a)
{
	static const struct executor_ops ops = {fake_claim,  fake_go,      fake_reattach, fake_cancel,
						fake_release, fake_want, fake_close};
	struct fake_executor *x = NEW(a, struct fake_executor, 1);

	*x = (struct fake_executor){.base.ops = &ops, .arena = a};
	return x;
}

/* The newest of a step that is not released; NULL: none. */
static inline struct fake_attempt *fake_attempt_of(const struct fake_executor *x, const char *step)
{
	AUTO_ARENA a = arena_new();
	sv part = arena_fmt(a, "-%s.", step);

	for (struct fake_attempt *t = x->newest; t; t = t->next)
		for (size_t i = 0; !t->released && i + part.n <= t->name.n; i++)
			if (sv_eq((sv){t->name.p + i, part.n}, part))
				return t;
	return NULL;
}

static inline void fake_say(struct fake_attempt *t, const char *method, const char *params)
{
	AUTO_ARENA a = arena_new();
	sv line = arena_fmt(a, "{\"__dagster_pipes_version\":\"0.1\",\"method\":\"%s\",\"params\":%s}", method,
			    params);

	CHECK(!t->released);
	t->hears.on_message(t->hears.ctx, line, 0);
}

/* It makes `asset` and closes. */
static inline void fake_make(struct fake_attempt *t, const char *asset)
{
	AUTO_ARENA a = arena_new();

	CHECK(t != NULL);
	CHECK(t->context.p != NULL);
	fake_say(t, "opened", "{}");
	fake_say(t, "report_asset_materialization",
		 arena_fmt(a, "{\"asset_key\":\"%s\",\"data_version\":null,\"metadata\":{}}", asset).p);
	fake_say(t, "closed", "{}");
}

static inline void fake_fail(struct fake_attempt *t, const char *message)
{
	AUTO_ARENA a = arena_new();

	CHECK(t != NULL);
	fake_say(t, "opened", "{}");
	fake_say(t, "closed", arena_fmt(a, "{\"exception\":{\"message\":\"%s\",\"stack\":[]}}", message).p);
}

static inline void fake_die(struct fake_attempt *t, int number)
{
	CHECK(t != NULL);
	t->hears.on_ended(t->hears.ctx, &(struct attempt_end){.began = t->context.p != NULL, .signal = number});
}
