/* callers.c -- callers, their requests under way (talks), and one function for each thing that can be asked. */
#include "daemon/callers.h"

#include <unistd.h>

#include "daemon/locations.h"
#include "daemon/report.h"
#include "daemon/wire.h"
#include "engine/writer.h"
#include "sys/clock.h"
#include "sys/ids.h"

enum {
	MOST_CALLERS = 512,
	MOST_TALKS = 1000, /* of one caller */
	MOST_UNSENT =
		8 << 20, /* bytes; then what follows a run is cut, and who asks more is let go */
};

struct talk { /* one request, until the last thing about it was said */
	struct talk *next;
	struct callers *all;
	struct caller *caller; /* NULL: it has gone */
	struct arena *arena;
	const struct value *line; /* lives in `arena` */
	int64_t id;
	sv run;       /* p NULL: none yet */
	int64_t last; /* event that was told last */
	struct engine_listening *listening;
	struct report_ids ids;
	bool follow, cut;
	bool held;           /* the engine or the code's renewal will call yet */
	bool canceled, hard; /* before its run was there */
	sv reason;           /* why it was canceled */
};

struct caller {
	struct caller *next;
	struct callers *all;
	struct channel *channel;   /* NULL: it has gone, or has a voice */
	struct caller_voice voice; /* the owner's own */
	bool greeted;
	size_t talks;
};

struct callers {
	struct callers_request request;
	struct caller *first;
	struct talk *talks;
	size_t count;
	const char *refusal;          /* NULL: requests are taken */
	const struct code_view *seen; /* of the code, by the engine */
	time_us since;
};

/* ---- saying something ---- */

static void say(struct caller *c, sv line)
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

/* The last thing about it was said, and nobody will call. */
static void end_talk(struct talk *t)
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

static void answer(struct talk *t, struct json *j)
{
	AUTO_ARENA a = arena_new();

	say(t->caller, json_finish(a, j));
}

static void answer_ok(struct talk *t)
{
	AUTO_BUF out = {0};
	struct json j = wire_begin_reply(&out, t->id);

	answer(t, &j);
}

static void answer_error(struct talk *t, const struct err *e)
{
	AUTO_ARENA a = arena_new();

	say(t->caller, wire_write_error(a, t->id, e));
}

static void refuse(struct talk *t, const struct err *e)
{
	answer_error(t, e);
	end_talk(t);
}

/* ---- what follows a run ---- */

/* Who does not read is not waited for: the ledger has it all. */
static bool is_deaf(const struct talk *t)
{
	return t->caller && t->caller->channel && channel_unsent(t->caller->channel) > MOST_UNSENT;
}

static void cut(struct talk *t)
{
	AUTO_BUF out = {0};
	AUTO_ARENA a = arena_new();
	struct json j = json_begin(&out, '{');

	json_member_int(&j, "id", t->id);
	json_member_int(&j, "cut", t->last);
	say(t->caller, json_finish(a, &j));
	t->cut = true;
}

static void on_event(void *ctx, const struct event_row *event)
{
	struct talk *t = ctx;
	AUTO_ARENA a = arena_new();

	if (!t->caller || !t->follow || t->cut)
		return;
	if (is_deaf(t)) {
		cut(t);
		return;
	}
	if (t->caller->voice.on_event)
		t->caller->voice.on_event(t->caller->voice.ctx, event);
	else
		say(t->caller, wire_write_event(a, t->id, event));
	t->last = event->id;
}

static void on_end(void *ctx, enum run_state state)
{
	struct talk *t = ctx;
	AUTO_BUF out = {0};
	AUTO_ARENA a = arena_new();
	struct json j = json_begin(&out, '{');

	json_member_int(&j, "id", t->id);
	json_member_text(&j, "end", sv_of(run_state_word(state)));
	if (t->follow && !t->cut)
		say(t->caller, json_finish(a, &j));
	end_talk(t);
}

/* ---- runs ---- */

static bool cancel(struct talk *t, struct err *e)
{
	return engine_cancel(t->all->request.engine, t->run,
			     t->reason.n ? t->reason : SV("canceled by who started it"), t->hard,
			     e);
}

static void on_stored(void *ctx, sv run)
{
	struct talk *t = ctx;
	struct callers *all = t->all;
	AUTO_BUF out = {0};
	struct json j = wire_begin_reply(&out, t->id);

	json_member_text(&j, "run", run);
	wire_write_locations(&j, all->request.session->code, true);
	answer(t, &j);
	if (all->request.on_run)
		all->request.on_run(all->request.ctx, run);
}

static bool make_submission(struct talk *t, struct engine_submission *what, struct err *e)
{
	struct session *s = t->all->request.session;
	struct run_request request;
	sv run = value_text(t->line, "run");

	if (!wire_read_request(t->arena, t->line, &request, e))
		return false;
	if (!run.p)
		return run_request_submission(s, &request, what, e);
	return run_request_retry(s, run, value_bool(t->line, "all", false), &request.tags, what, e);
}

/* Steps that wait because their location did not load are looked at again. */
static void note_code(struct callers *all)
{
	if (all->seen != all->request.session->code && all->request.on_reload)
		all->request.on_reload(all->request.ctx);
	all->seen = all->request.session->code;
}

/* The code is up to date now, whatever the caller knows of it. */
static void on_code_for_run(void *ctx, const struct err *failed)
{
	struct talk *t = ctx;
	struct engine_submission what = {0};
	sv run;
	struct err e;

	note_code(t->all);
	if (failed) {
		refuse(t, failed);
		return;
	}
	if (!t->caller && t->follow) {
		end_talk(t); /* nobody waits for it any more */
		return;
	}
	writer_flush(engine_writer(t->all->request.engine)); /* a plan reads what is there */
	if (!make_submission(t, &what, &e)) {
		refuse(t, &e);
		return;
	}
	what.listener = (struct engine_listener){
		.on_stored = on_stored, .on_event = on_event, .on_end = on_end, .ctx = t};
	if (!engine_submit(t->all->request.engine, &what, &run, &e)) {
		refuse(t, &e);
		return;
	}
	t->run = arena_sv(t->arena, run);
	if (t->canceled && !cancel(t, &e))
		answer_error(t, &e);
}

static void start_run(struct talk *t, bool follow)
{
	struct err e;

	if (!follow && !t->all->request.serves) {
		err_set(&e, ERR_UNAVAILABLE,
			"no server runs here, only a command that ends when "
			"its runs have");
		err_hint(&e, "start one (plait serve), or run it without --detach");
		refuse(t, &e);
		return;
	}
	t->follow = follow;
	locations_renew(t->all->request.session, &(struct locations_request){0}, on_code_for_run,
			t);
}

static void op_materialize(struct talk *t)
{
	start_run(t, value_bool(t->line, "follow", true));
}

static void op_launch(struct talk *t)
{
	start_run(t, false);
}

static void op_retry(struct talk *t)
{
	struct err e;

	if (value_text(t->line, "run").p) {
		start_run(t, value_bool(t->line, "follow", true));
		return;
	}
	err_set(&e, ERR_INVALID, "\"run\" is missing: the id of the run to retry");
	refuse(t, &e);
}

static void op_attach(struct talk *t)
{
	struct engine_listener listener = {.on_event = on_event, .on_end = on_end, .ctx = t};
	AUTO_BUF out = {0};
	struct json j = wire_begin_reply(&out, t->id);
	struct err e;

	t->run = value_text(t->line, "run");
	t->last = value_int(t->line, "after", 0);
	t->follow = true;
	if (!engine_listen(t->all->request.engine, t->run, t->last, &listener, &t->listening, &e)) {
		refuse(t, &e);
		return;
	}
	json_member_text(&j, "run", t->run);
	answer(t, &j);
}

/* What the caller asked for with request `of`, whose run may not be there yet. */
static struct talk *find_talk(const struct talk *t, int64_t of)
{
	for (struct talk *other = t->all->talks; other; other = other->next)
		if (other->caller == t->caller && other->id == of && other != t)
			return other;
	return NULL;
}

static bool cancel_request(struct talk *t, bool hard, struct err *e)
{
	struct talk *meant = find_talk(t, value_int(t->line, "of", -1));

	if (!meant)
		return err_set(e, ERR_NOT_FOUND, "nothing is under way that could be canceled");
	meant->canceled = true;
	meant->hard = hard;
	meant->reason = arena_sv(meant->arena, value_text(t->line, "reason"));
	return !meant->run.p || cancel(meant, e);
}

static bool cancel_run(struct talk *t, sv run, bool hard, struct err *e)
{
	sv reason = value_text(t->line, "reason");

	return engine_cancel(t->all->request.engine, run, reason.n ? reason : SV("canceled"), hard,
			     e);
}

static void op_cancel(struct talk *t)
{
	sv run = value_text(t->line, "run");
	bool hard = value_bool(t->line, "hard", false);
	struct err e;

	if (run.p ? !cancel_run(t, run, hard, &e) : !cancel_request(t, hard, &e)) {
		refuse(t, &e);
	} else if (run.p && value_bool(t->line, "follow", false)) {
		op_attach(t);
	} else {
		answer_ok(t);
		end_talk(t);
	}
}

/* ---- the owner itself ---- */

static void write_runs(struct json *j, struct talk *t, const struct run_rows *runs)
{
	json_key(j, "runs");
	json_open(j, '[');
	for (size_t i = 0; i < runs->n; i++) {
		sv reason = engine_waiting_reason(t->arena, t->all->request.engine, runs->at[i].id);

		json_open(j, '{');
		json_member_text(j, "id", runs->at[i].id);
		json_member_text(j, "state", sv_of(run_state_word(runs->at[i].state)));
		json_member_text(j, "reason", reason);
		json_close(j);
	}
	json_close(j);
}

static void write_steps(struct json *j, struct talk *t, sv run, size_t count)
{
	json_key(j, "steps");
	json_open(j, '[');
	for (size_t i = 0; i < count; i++) {
		enum step_state state;
		sv reason = engine_step_reason(t->arena, t->all->request.engine, run, (uint32_t)i,
					       &state);

		if (state != STEP_STARTING && !reason.p)
			continue;
		json_open(j, '{');
		json_member_int(j, "index", (int64_t)i);
		json_member_text(j, "state", sv_of(step_state_word(state)));
		json_member_text(j, "reason", reason);
		json_close(j);
	}
	json_close(j);
}

static void tell_run_status(struct talk *t, sv run)
{
	AUTO_BUF out = {0};
	struct json j = wire_begin_reply(&out, t->id);
	struct run_row row;
	struct err e;

	if (!store_get_run(t->all->request.session->store, t->arena, run, &row, &e)) {
		refuse(t, &e);
		return;
	}
	json_member_text(&j, "reason",
			 engine_waiting_reason(t->arena, t->all->request.engine, run));
	write_steps(&j, t, run, (size_t)row.steps);
	answer(t, &j);
	end_talk(t);
}

static void tell_status(struct talk *t)
{
	struct run_rows runs = {0};
	AUTO_BUF out = {0};
	struct json j = wire_begin_reply(&out, t->id);
	struct err e;

	if (!store_list_open_runs(t->all->request.session->store, t->arena, &runs, &e)) {
		refuse(t, &e);
		return;
	}
	json_member_int(&j, "pid", getpid());
	json_member_bool(&j, "serves", t->all->request.serves);
	json_member_int(&j, "since", t->all->since);
	write_runs(&j, t, &runs);
	answer(t, &j);
	end_talk(t);
}

static void op_status(struct talk *t)
{
	sv run = value_text(t->line, "run");

	if (run.p)
		tell_run_status(t, run);
	else
		tell_status(t);
}

/* On disk too: who is told may look there. */
static void on_code_kept(void *ctx)
{
	struct talk *t = ctx;
	struct callers *all = t->all;
	AUTO_BUF out = {0};
	struct json j = wire_begin_reply(&out, t->id);

	wire_write_locations(&j, all->request.session->code, false);
	answer(t, &j);
	end_talk(t);
	note_code(all);
}

static void on_reloaded(void *ctx, const struct err *failed)
{
	struct talk *t = ctx;

	if (failed)
		refuse(t, failed);
	else
		writer_after(engine_writer(t->all->request.engine), on_code_kept, t);
}

static void op_reload(struct talk *t)
{
	struct locations_request what = {.recompile = true,
					 .only = value_text(t->line, "location")};

	locations_renew(t->all->request.session, &what, on_reloaded, t);
}

/* ---- what is only recorded ---- */

static void on_recorded(void *ctx)
{
	struct talk *t = ctx;
	AUTO_BUF out = {0};
	struct json j = wire_begin_reply(&out, t->id);

	json_key(&j, "ids");
	json_open(&j, '[');
	for (size_t i = 0; i < t->ids.n; i++)
		json_int(&j, t->ids.at[i]);
	json_close(&j);
	answer(t, &j);
	end_talk(t);
}

static void op_report(struct talk *t)
{
	struct writer *w = engine_writer(t->all->request.engine);
	struct report_request what = {
		.events = value_list(t->line, "events"), .now = clock_now(), .new_id = ids_new};
	struct err e;

	if (!report_check(what.events, &e)) {
		refuse(t, &e);
		return;
	}
	WRITE(w, report_append(writer_store(w), t->arena, &what, &t->ids, &e), &e);
	writer_after(w, on_recorded, t);
}

static void on_pool_set(void *ctx)
{
	struct talk *t = ctx;
	struct callers *all = t->all;

	answer_ok(t);
	end_talk(t);
	if (all->request.on_limits)
		all->request.on_limits(all->request.ctx);
}

static void op_pool(struct talk *t)
{
	struct writer *w = engine_writer(t->all->request.engine);
	struct pool_row row = {.name = value_text(t->line, "name"),
			       .slots = value_int(t->line, "slots", -1)};
	struct err e;

	if (!row.name.n) {
		err_set(&e, ERR_INVALID, "\"name\" is missing: the pool's");
		refuse(t, &e);
		return;
	}
	WRITE(w, store_put_pool(writer_store(w), &row, &e), &e);
	writer_after(w, on_pool_set, t);
}

/* ---- reading requests ---- */

static const struct {
	const char *name;
	void (*begin)(struct talk *t);
	bool makes_runs; /* refused by an owner that is about to end */
} ops[] = {
	{"materialize", op_materialize, true},
	{"launch", op_launch, true},
	{"retry", op_retry, true},
	{"attach", op_attach, false},
	{"cancel", op_cancel, false},
	{"status", op_status, false},
	{"reload", op_reload, false},
	{"report", op_report, false},
	{"pool", op_pool, false},
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
		refuse(t, &e);
		return;
	}
	err_set(&e, ERR_INVALID, "\"" SV_FMT "\" is nothing that can be asked for", SV_ARG(op));
	refuse(t, &e);
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
	say(c, json_finish(a, &j));
}

static void say_error(struct caller *c, int64_t id, const struct err *e)
{
	AUTO_ARENA a = arena_new();

	say(c, wire_write_error(a, id, e));
}

static void hang_up(struct caller *c);

static void take_request(struct caller *c, struct arena *a, const struct value *line)
{
	int64_t id = value_int(line, "id", 0);
	bool deaf = c->channel && channel_unsent(c->channel) > MOST_UNSENT;
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
		end_talk(t);
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

void callers_free(struct callers *all)
{
	if (!all)
		return;
	session_take_callers(all->request.session, NULL, NULL);
	for (struct talk *t = all->talks, *next; t; t = next) {
		next = t->next;
		end_talk(t);
	}
	while (all->first) {
		struct caller *next = all->first->next;

		channel_close(all->first->channel);
		free(all->first);
		all->first = next;
	}
	free(all);
}
