/* callers.c -- callers, and their requests under way. */
#include <unistd.h>

#include "daemon/callers_parts.h"
#include "sys/clock.h"

enum {
	MOST_CALLERS = 512,
	MOST_TALKS = 1000, /* of one caller */
	MOST_UNSENT =
		8 << 20, /* bytes; then what follows a run is cut, and who asks more is let go */
};

/* ---- saying something ---- */

bool caller_is_deaf(const struct caller *c)
{
	return c->channel && channel_unsent(c->channel) > MOST_UNSENT;
}

void caller_hear(struct caller *c, sv line)
{
	AUTO_ARENA a = arena_new();
	const struct value *value;
	struct err e;

	if (c && c->channel)
		channel_send(c->channel, line);
	else if (c && c->voice.on_line && json_read(a, line, &value, &e))
		c->voice.on_line(c->voice.ctx, value);
}

static struct talk *talk_new(struct caller *c, struct arena *a, const struct value *line)
{
	struct talk *t = heap_alloc(sizeof(*t));

	*t = (struct talk){.next = c->all->talks,
			   .all = c->all,
			   .caller = c,
			   .arena = a,
			   .line = line,
			   .id = value_int(line, "id", 0)};
	c->all->talks = t;
	c->talks++;
	return t;
}

void talk_end(struct talk *t)
{
	for (struct talk **at = &t->all->talks; *at; at = &(*at)->next)
		if (*at == t) {
			*at = t->next;
			break;
		}
	if (t->caller)
		t->caller->talks--;
	arena_free(t->arena);
	free(t);
}

void talk_answer(struct talk *t, struct json *j)
{
	AUTO_ARENA a = arena_new();

	caller_hear(t->caller, json_finish(a, j));
}

void talk_answer_ok(struct talk *t)
{
	AUTO_BUF out = {0};
	struct json j = wire_begin_reply(&out, t->id);

	talk_answer(t, &j);
}

void talk_answer_error(struct talk *t, const struct err *e)
{
	AUTO_ARENA a = arena_new();

	caller_hear(t->caller, wire_write_error(a, t->id, e));
}

void talk_refuse(struct talk *t, const struct err *e)
{
	talk_answer_error(t, e);
	talk_end(t);
}

void callers_note_code(struct callers *all)
{
	if (all->seen != all->request.session->code && all->request.on_reload)
		all->request.on_reload(all->request.ctx);
	all->seen = all->request.session->code;
}

/* ---- reading requests ---- */

static const struct {
	const char *name;
	void (*begin)(struct talk *t);
	bool makes_runs;
} ops[] = {
#define X(name, makes_runs) {#name, talk_##name, makes_runs},
	TALKS(X)
#undef X
};

static void begin(struct talk *t)
{
	sv op = value_text(t->line, "op");
	struct err e;

	for (size_t i = 0; i < COUNT_OF(ops); i++) {
		if (!sv_eq(op, sv_of(ops[i].name)))
			continue;
		if (!ops[i].makes_runs || !t->all->refusal) {
			ops[i].begin(t);
			return;
		}
		err_set(&e, ERR_UNAVAILABLE, "%s", t->all->refusal);
		talk_refuse(t, &e);
		return;
	}
	err_set(&e, ERR_INVALID, "\"" SV_FMT "\" is nothing that can be asked for", SV_ARG(op));
	talk_refuse(t, &e);
}

static void greet(struct caller *c)
{
	AUTO_BUF out = {0};
	AUTO_ARENA a = arena_new();
	struct json j = wire_begin_reply(&out, 0);

	c->greeted = true;
	json_member_int(&j, "wire", WIRE_VERSION);
	json_member_text(&j, "plait", SV(PLAIT_VERSION));
	json_member_int(&j, "pid", getpid());
	json_member_bool(&j, "serves", c->all->request.serves);
	caller_hear(c, json_finish(a, &j));
}

static void say_error(struct caller *c, int64_t id, const struct err *e)
{
	AUTO_ARENA a = arena_new();

	caller_hear(c, wire_write_error(a, id, e));
}

static void hang_up(struct caller *c);

static void take_request(struct caller *c, struct arena *a, const struct value *line)
{
	int64_t id = value_int(line, "id", 0);
	bool deaf = caller_is_deaf(c);
	struct err e;

	if (c->talks < MOST_TALKS && !deaf) {
		begin(talk_new(c, a, line));
		return;
	}
	if (deaf) {
		hang_up(c);
		arena_free(a);
		return;
	}
	err_set(&e, ERR_LIMIT, "%zu requests under way; wait for answers", c->talks);
	say_error(c, id, &e);
	arena_free(a);
}

static void take_line(struct caller *c, sv text)
{
	struct arena *a = arena_new();
	const struct value *line;
	struct err e;

	if (!json_read(a, text, &line, &e)) {
		err_wrap(&e, "a request is no JSON");
		say_error(c, 0, &e);
	} else if (c->greeted) {
		take_request(c, a, line);
		return;
	} else if (wire_check_hello(line, "the plait that calls", &e)) {
		greet(c);
	} else {
		say_error(c, value_int(line, "id", 0), &e);
		hang_up(c);
	}
	arena_free(a);
}

/* ---- callers ---- */

/* Who called has gone: its runs go on, as they would if its terminal were closed. */
static void hang_up(struct caller *c)
{
	struct talk *next;

	for (struct talk *t = c->all->talks; t; t = next) {
		next = t->next;
		if (t->caller != c)
			continue;
		t->caller = NULL;
		if (!t->listening)
			continue;
		engine_listening_close(t->listening);
		talk_end(t);
	}
	c->talks = 0;
	if (c->channel)
		c->all->count--;
	channel_close(c->channel);
	c->channel = NULL;
}

static void forget_gone(struct callers *all)
{
	for (struct caller **at = &all->first; *at;) {
		struct caller *c = *at;

		if (c->channel || c->voice.on_line) {
			at = &c->next;
			continue;
		}
		*at = c->next;
		free(c);
	}
}

static void on_line(void *ctx, sv text)
{
	struct caller *c = ctx;

	if (c->channel)
		take_line(c, text);
}

static void on_caller_end(void *ctx)
{
	hang_up(ctx);
}

static struct caller *caller_new(struct callers *all, struct channel *channel)
{
	struct caller *c = heap_alloc(sizeof(*c));

	*c = (struct caller){.next = all->first, .all = all, .channel = channel};
	all->first = c;
	return c;
}

static void take(void *ctx, struct channel *channel)
{
	struct callers *all = ctx;
	struct caller *c;
	struct err e;

	forget_gone(all);
	c = caller_new(all, channel);
	all->count++;
	channel_limit(channel, WIRE_LONGEST_LINE);
	channel_listen_to(channel, &(struct channel_events){
					   .on_line = on_line, .on_end = on_caller_end, .ctx = c});
	if (all->count <= MOST_CALLERS)
		return;
	err_set(&e, ERR_LIMIT, "%d commands are connected already; try again in a moment",
		MOST_CALLERS);
	say_error(c, 0, &e);
	hang_up(c);
}

struct callers *callers_new(const struct callers_request *request)
{
	struct callers *all = heap_alloc(sizeof(*all));

	*all = (struct callers){
		.request = *request, .seen = request->session->code, .since = clock_now()};
	session_take_callers(request->session, take, all);
	return all;
}

void callers_refuse(struct callers *all, const char *why)
{
	all->refusal = why;
}

struct caller *callers_own(struct callers *all, const struct caller_voice *voice)
{
	struct caller *c = caller_new(all, NULL);

	c->voice = *voice;
	c->greeted = true;
	return c;
}

void caller_say(struct caller *c, sv line)
{
	take_line(c, line);
}

void caller_leave(struct caller *c)
{
	if (!c)
		return;
	c->voice = (struct caller_voice){0};
	hang_up(c);
}

void callers_free(struct callers *all)
{
	if (!all)
		return;
	session_take_callers(all->request.session, NULL, NULL);
	for (struct talk *t = all->talks, *next; t; t = next) {
		next = t->next;
		talk_end(t);
	}
	while (all->first) {
		struct caller *next = all->first->next;

		channel_close(all->first->channel);
		free(all->first);
		all->first = next;
	}
	free(all);
}
