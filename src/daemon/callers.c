/* callers.c -- a list of the commands that call, one run each. */
#include "daemon/callers.h"

#include "codec/json.h"
#include "daemon/wire.h"

struct caller { /* another command, at the other end of a channel */
	struct caller *next;
	struct callers *callers;
	struct channel *channel; /* NULL once it has gone */
	struct live_run *run;    /* NULL before it asked and after the run ended */
};

struct callers {
	struct session *session;
	struct engine *engine;
	struct caller *first;
};

static void on_caller_event(void *ctx, const struct event_row *event)
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

static void on_caller_run_end(void *ctx, enum run_state state)
{
	struct caller *c = ctx;
	AUTO_ARENA a = arena_new();

	c->run = NULL;
	if (!c->channel)
		return;
	channel_send(c->channel, arena_fmt(a, "{\"end\":\"%s\"}", run_state_word(state)));
	hang_up(c);
}

static void answer_materialize(struct caller *c, struct arena *a, const struct value *line)
{
	struct run_listener listener = {.on_event = on_caller_event, .ctx = c};
	struct run_request request;
	struct err e;

	wire_read_request(a, line, &request);
	if (c->run || !wire_same_code(c->callers->session, line, &e) ||
	    !engine_submit(c->callers->engine, &request, &listener, on_caller_run_end, c, &c->run, &e)) {
		if (c->run)
			err_set(&e, ERR_INVALID, "one run a call");
		channel_send(c->channel, wire_write_error(a, &e));
		return;
	}
	channel_send(c->channel, arena_fmt(a, "{\"ok\":true,\"run\":\"" SV_FMT "\"}",
					   SV_ARG(live_run_id(c->run))));
}

static void on_caller_line(void *ctx, sv text)
{
	struct caller *c = ctx;
	AUTO_ARENA a = arena_new();
	const struct value *line;
	struct err e;

	if (!json_read(a, text, &line, &e))
		channel_send(c->channel, wire_write_error(a, &e));
	else if (sv_eq(value_text(line, "op"), SV("materialize")))
		answer_materialize(c, a, line);
	else if (sv_eq(value_text(line, "op"), SV("cancel")) && c->run)
		live_run_cancel(c->run, SV("canceled by who started it"),
				value_bool(line, "hard", false));
}

/* Who called has gone: its run goes on, as it would if its terminal were closed. */
static void on_caller_end(void *ctx)
{
	hang_up(ctx);
}

static void take_caller(void *ctx, struct channel *channel)
{
	struct callers *all = ctx;
	struct caller *c = heap_alloc(sizeof(*c));

	*c = (struct caller){.next = all->first, .callers = all, .channel = channel};
	all->first = c;
	channel_listen_to(channel, &(struct channel_events){.on_line = on_caller_line,
							    .on_end = on_caller_end,
							    .ctx = c});
}

struct callers *callers_new(struct session *s, struct engine *en)
{
	struct callers *all = heap_alloc(sizeof(*all));

	*all = (struct callers){.session = s, .engine = en};
	session_take_callers(s, take_caller, all);
	return all;
}

void callers_free(struct callers *all)
{
	if (!all)
		return;
	session_take_callers(all->session, NULL, NULL);
	while (all->first) {
		struct caller *next = all->first->next;

		channel_close(all->first->channel);
		free(all->first);
		all->first = next;
	}
	free(all);
}
