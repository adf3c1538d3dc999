/* cmd_run_logs.c -- `plait run logs`: a run's events in order, and the files its steps wrote. */
#include <unistd.h>

#include "cli/ask.h"
#include "cli/cli_json.h"
#include "cli/commands.h"
#include "cli/failure_text.h"
#include "cli/text.h"
#include "sys/file.h"
#include "view/event_document.h"
#include "view/run_record.h"
#include "view/step_log.h"

enum { EVENTS_AT_ONCE = 1000, TRACEBACK_LINES = 40, MOST_FILE_BYTES = 64 << 20 };

struct logs {
	struct cli *c;
	struct store *store;
	struct run_row run;
	struct step_rows steps;
	int64_t step;   /* -1: all */
	struct json *j; /* NULL: for people, or `lines` */
	bool lines;     /* JSON, an event a line */
	struct json document;
};

/* A step by its name, one of its assets, or its index. */
static bool find_step(struct logs *l, sv typed, struct err *e)
{
	uint64_t index;

	for (size_t i = 0; i < l->steps.n; i++) {
		const struct step_row *s = &l->steps.at[i];
		bool is = sv_eq(s->name, typed) ||
			  (sv_u64(typed, &index) && (int64_t)index == s->index);

		for (size_t k = 0; k < s->assets.n; k++)
			is |= sv_eq(s->assets.at[k], typed);
		if (is) {
			l->step = s->index;
			return true;
		}
	}
	err_set(e, ERR_NOT_FOUND, "run " SV_FMT " has no step '" SV_FMT "'",
		SV_ARG(text_short_id(l->run.id)), SV_ARG(typed));
	return err_hint(e, "plait run show " SV_FMT " names its steps",
			SV_ARG(text_short_id(l->run.id)));
}

static const struct step_row *step_at(const struct logs *l, int64_t index)
{
	for (size_t i = 0; i < l->steps.n; i++)
		if (l->steps.at[i].index == index)
			return &l->steps.at[i];
	return NULL;
}

/* ---- events ---- */

/* What is worth saying of an event besides its kind. */
static sv event_words(struct arena *a, const struct event_row *event, const struct value *body)
{
	static const char *const members[] = {"message", "reason", "path", "selection"};
	int64_t rows = value_int(body, "rows", -1);
	sv words = {0};

	if (sv_eq(event->kind, SV("run_created")))
		return text_count(a, (int64_t)value_list(body, "steps")->n, "step");
	if (sv_eq(event->kind, SV("hook")))
		return arena_fmt(a, SV_FMT " " SV_FMT, SV_ARG(value_text(body, "name")),
				 SV_ARG(value_text(body, "status")));
	for (size_t i = 0; i < COUNT_OF(members) && !words.n; i++)
		words = value_text(body, members[i]);
	if (rows >= 0)
		words = arena_fmt(a, SV_FMT "  " SV_FMT, SV_ARG(text_count(a, rows, "row")),
				  SV_ARG(words));
	return event->asset.n
		       ? arena_fmt(a, SV_FMT "  " SV_FMT, SV_ARG(event->asset), SV_ARG(words))
		       : words;
}

static void print_words(struct page *out, struct arena *a, sv words)
{
	sv line;

	if (!text_next_line(&words, &line))
		line = SV("");
	page_add(out, STYLE_PLAIN, text_line(a, line));
	while (out->buf.n && out->buf.p[out->buf.n - 1] == ' ')
		out->buf.n--;
	page_line(out);
	while (text_next_line(&words, &line))
		page_addf(out, STYLE_PLAIN, "         " SV_FMT "\n", SV_ARG(line));
}

static void print_event(struct logs *l, const struct event_row *event)
{
	const struct step_row *s = step_at(l, event->step);
	struct page *out = &l->c->out;
	AUTO_ARENA a = arena_new();
	const struct value *body = NULL;
	struct err e = {0};
	bool failed = sv_eq(event->kind, SV("step_failed")) || sv_eq(event->kind, SV("run_failed"));

	if (!event->body.n || !json_read(a, event->body, &body, &e))
		body = NULL;
	bool log = sv_eq(event->kind, SV("log"));
	sv level = value_text(body, "level");
	if (log && sv_eq(level, SV("DEBUG")) && !l->c->verbose)
		return;
	page_addf(out, STYLE_DIM, SV_FMT " ", SV_ARG(text_clock(a, event->at)));
	page_addf(out, failed ? STYLE_BAD : STYLE_BUSY, "%-17.*s ",
		  SV_ARG(log && level.n ? level : event->kind));
	if (s)
		page_addf(out, STYLE_DIM, SV_FMT "  ", SV_ARG(s->name));
	print_words(out, a, event_words(a, event, body));
	struct failure why = failure_of(a, value_get(body, "error"));
	failure_print(out, &why, 9, TRACEBACK_LINES);
}

static void write_line(struct logs *l, const struct event_row *event)
{
	struct json j = {.out = &l->c->out.buf};

	event_document(&j, event);
	page_line(&l->c->out);
}

static bool each_event(struct logs *l, struct err *e)
{
	struct event_query query = {.run = l->run.id, .step = l->step, .most = EVENTS_AT_ONCE};

	for (;;) {
		AUTO_ARENA a = arena_new();
		struct event_rows events = {0};

		if (!store_list_events(l->store, a, &query, &events, e))
			return false;
		for (size_t i = 0; i < events.n; i++) {
			if (l->j)
				event_document(l->j, &events.at[i]);
			else if (l->lines)
				write_line(l, &events.at[i]);
			else
				print_event(l, &events.at[i]);
		}
		if (!l->j)
			page_flush(&l->c->out, 1);
		if (events.n < query.most)
			return true;
		query.after = events.at[events.n - 1].id;
	}
}

/* ---- captured files ---- */

static bool wants_file(const struct logs *l, enum option_id option)
{
	return option_given(&l->c->args, option) || option_given(&l->c->args, OPT_ALL);
}

static bool read_captured(struct logs *l, const struct step_row *s, const char *name, sv *ret,
			  struct err *e)
{
	struct step_log log = {.step = *s, .stream = sv_of(name), .attempt = s->attempt};
	sv path = step_log_file(l->c->arena, &log);

	*ret = (sv){0};
	return !path.n || file_read_from(l->c->arena, path, 0, MOST_FILE_BYTES, ret, e);
}

static bool print_captured(struct logs *l, const struct step_row *s, const char *name,
			   struct err *e)
{
	struct page *out = &l->c->out;
	sv text;

	if (!read_captured(l, s, name, &text, e))
		return false;
	if (!text.n)
		return true;
	if (l->step < 0 || option_given(&l->c->args, OPT_ALL))
		page_addf(out, STYLE_BOLD, "---- %s of " SV_FMT "\n", name, SV_ARG(s->name));
	page_add(out, STYLE_PLAIN, text);
	if (text.p[text.n - 1] != '\n')
		page_line(out);
	return true;
}

static bool write_captured(struct logs *l, const struct step_row *s, const char *name,
			   struct err *e)
{
	sv text;

	if (!read_captured(l, s, name, &text, e))
		return false;
	json_open(l->j, '{');
	json_member_text(l->j, "step", s->name);
	json_member_text(l->j, "stream", sv_of(name));
	json_member_text(l->j, "text", text.p ? text : SV(""));
	json_close(l->j);
	return true;
}

static bool each_file(struct logs *l, struct err *e)
{
	static const struct {
		enum option_id option;
		const char *name;
	} files[] = {{OPT_STDOUT, "stdout"}, {OPT_STDERR, "stderr"}};

	for (size_t i = 0; i < l->steps.n; i++)
		for (size_t k = 0; k < COUNT_OF(files); k++) {
			const struct step_row *s = &l->steps.at[i];

			if ((l->step >= 0 && s->index != l->step) ||
			    !wants_file(l, files[k].option))
				continue;
			if (l->j ? !write_captured(l, s, files[k].name, e)
				 : !print_captured(l, s, files[k].name, e))
				return false;
		}
	return true;
}

static bool print_logs(struct logs *l, struct err *e)
{
	bool files_only = (option_given(&l->c->args, OPT_STDOUT) ||
			   option_given(&l->c->args, OPT_STDERR)) &&
			  !option_given(&l->c->args, OPT_ALL);

	if (l->c->json && !l->lines) {
		l->document = cli_json(l->c);
		l->j = &l->document;
		json_open(l->j, '[');
	}
	if ((!files_only && !each_event(l, e)) || !each_file(l, e))
		return false;
	if (l->j) {
		json_close(l->j);
		cli_json_end(l->j, l->c);
	}
	return true;
}

/* ---- as they come ---- */

static void on_event(void *ctx, const struct event_row *event)
{
	struct logs *l = ctx;

	if (l->step >= 0 && event->step != l->step)
		return;
	if (l->lines)
		write_line(l, event);
	else
		print_event(l, event);
	page_flush(&l->c->out, STDOUT_FILENO);
}

/* To the run's end, or until Ctrl-C, which leaves the run alone. */
static bool follow_logs(struct logs *l, struct err *e)
{
	struct cli *c = l->c;
	struct ask_request request = {
		.what = ASK_FOLLOW,
		.run = l->run.id,
		.signals = ASK_LEAVES,
		.listener = {.on_event = on_event, .ctx = l},
	};
	struct ask_outcome asked;

	session_close(c->session);
	c->session = NULL;
	if (!cli_open(c, &(struct cli_opening){.aim = SESSION_RUN}, e) ||
	    !ask_and_follow(c->session, c->arena, &request, &asked, e))
		return false;
	c->status = asked.left ? err_exit_status(ERR_CANCELED) : 0;
	return true;
}

bool cmd_run_logs(struct cli *c, struct err *e)
{
	struct logs l = {.c = c, .step = -1};
	sv typed = option_text(&c->args, OPT_STEP);

	if (!cli_open(c, &(struct cli_opening){.aim = SESSION_LOOK}, e) ||
	    !cli_store(c, &l.store, e) ||
	    !run_find(c->arena, l.store, c->args.rest.n ? c->args.rest.at[0] : SV("latest"), &l.run,
		      e) ||
	    !store_list_steps(l.store, c->arena, l.run.id, &l.steps, e) ||
	    (typed.p && !find_step(&l, typed, e)))
		return false;
	l.lines = c->json && option_given(&c->args, OPT_FOLLOW);
	if (option_given(&c->args, OPT_FOLLOW) && !run_state_ended(l.run.state))
		return follow_logs(&l, e);
	return print_logs(&l, e);
}
