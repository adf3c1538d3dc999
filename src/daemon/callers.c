/* callers.c -- one request a line, one run a caller. */
#include "daemon/callers.h"

#include "codec/json.h"
#include "daemon/locations.h"
#include "daemon/run_request.h"
#include "daemon/wire.h"

struct caller { /* another command, at the other end of a channel */
	struct caller *next;
	struct callers *callers;
	struct channel *channel; /* NULL once it has gone */
	sv run;                  /* p NULL before it asked and after the run ended */
	struct arena *asked;     /* holds `request`; NULL before it asked */
	struct run_request request;
	bool canceled, hard;     /* before its run was there */
};

struct callers {
	struct session *session;
	struct engine *engine;
	struct caller *all;
};

static void on_event(void *ctx, const struct event_row *event)
{
	struct caller *c = ctx;
	AUTO_ARENA a = arena_new();

	if (c->channel)
		channel_send(c->channel, wire_write_event(a, event));
}

static void hang_up(struct caller *c)
{
	channel_close(c->channel);
	c->channel = NULL;
}

static void on_run_end(void *ctx, enum run_state state)
{
	struct caller *c = ctx;
	AUTO_ARENA a = arena_new();

	c->run = (sv){NULL, 0};
	if (!c->channel)
		return;
	channel_send(c->channel, arena_fmt(a, "{\"end\":\"%s\"}", run_state_word(state)));
	hang_up(c);
}

static void on_stored(void *ctx, sv run)
{
	struct caller *c = ctx;
	AUTO_ARENA a = arena_new();

	if (c->channel)
		channel_send(c->channel,
			     arena_fmt(a, "{\"ok\":true,\"run\":\"" SV_FMT "\"}", SV_ARG(run)));
}

static bool submit(struct caller *c, struct err *e)
{
	struct engine_submission what = {
		.listener = {.on_stored = on_stored,
			     .on_event = on_event,
			     .on_end = on_run_end,
			     .ctx = c},
	};

	return run_request_submission(c->callers->session, &c->request, &what, e) &&
	       engine_submit(c->callers->engine, &what, &c->run, e);
}

static bool cancel(struct caller *c, struct err *e)
{
	return engine_cancel(c->callers->engine, c->run, SV("canceled by who started it"), c->hard,
			     e);
}

/* The code is up to date now, whatever the caller knows of it. */
static void on_code(void *ctx, const struct err *failed)
{
	struct caller *c = ctx;
	AUTO_ARENA a = arena_new();
	struct err e;

	if (!c->channel)
		return;
	if (failed)
		channel_send(c->channel, wire_write_error(a, failed));
	else if (!submit(c, &e) || (c->canceled && !cancel(c, &e)))
		channel_send(c->channel, wire_write_error(a, &e));
}

static void answer_materialize(struct caller *c, struct arena *a, const struct value *line)
{
	struct err e;

	if (c->asked) {
		err_set(&e, ERR_INVALID, "one run a call");
		channel_send(c->channel, wire_write_error(a, &e));
		return;
	}
	c->asked = arena_new();
	wire_read_request(c->asked, line, &c->request);
	locations_renew(c->callers->session, &(struct locations_request){0}, on_code, c);
}

static void answer_cancel(struct caller *c, struct arena *a, const struct value *line)
{
	struct err e;

	c->canceled = true;
	c->hard = value_bool(line, "hard", false);
	if (c->run.p && !cancel(c, &e))
		channel_send(c->channel, wire_write_error(a, &e));
}

static void on_line(void *ctx, sv text)
{
	struct caller *c = ctx;
	AUTO_ARENA a = arena_new();
	const struct value *line;
	struct err e;

	if (!json_read(a, text, &line, &e))
		channel_send(c->channel, wire_write_error(a, &e));
	else if (sv_eq(value_text(line, "op"), SV("materialize")))
		answer_materialize(c, a, line);
	else if (sv_eq(value_text(line, "op"), SV("cancel")))
		answer_cancel(c, a, line);
}

/* Who called has gone: its run goes on, as it would if its terminal were closed. */
static void on_end(void *ctx)
{
	hang_up(ctx);
}

static void take(void *ctx, struct channel *channel)
{
	struct callers *all = ctx;
	struct caller *c = heap_alloc(sizeof(*c));

	*c = (struct caller){.next = all->all, .callers = all, .channel = channel};
	all->all = c;
	channel_listen_to(channel, &(struct channel_events){
					   .on_line = on_line, .on_end = on_end, .ctx = c});
}

struct callers *callers_new(struct session *s, struct engine *en)
{
	struct callers *all = heap_alloc(sizeof(*all));

	*all = (struct callers){.session = s, .engine = en};
	session_take_callers(s, take, all);
	return all;
}

void callers_free(struct callers *all)
{
	if (!all)
		return;
	session_take_callers(all->session, NULL, NULL);
	while (all->all) {
		struct caller *next = all->all->next;

		channel_close(all->all->channel);
		arena_free(all->all->asked);
		free(all->all);
		all->all = next;
	}
	free(all);
}
