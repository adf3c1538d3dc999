/* cmd_location_list.c -- `plait location list` and `plait location reload`. */
#include "base/time.h"
#include "cli/commands.h"
#include "cli/location_text.h"
#include "cli/owner_call.h"
#include "cli/table.h"
#include "cli/text.h"
#include "codec/url.h"
#include "sys/clock.h"

static void print_json(struct cli *c)
{
	struct json j = cli_json(c);

	locations_document(&j, c->session->code);
	cli_json_end(&j, c);
}

/* How many warnings its code gave, and where they stand; empty when there are none. */
static sv warnings_words(struct cli *c, const struct location_state *state)
{
	int64_t count = location_warnings(state->manifest);

	if (count == 0)
		return SV("");
	return arena_fmt(c->arena, SV_FMT ": plait location show " SV_FMT,
			 SV_ARG(text_count(c->arena, count, "warning")), SV_ARG(state->code->name));
}

static void add_row(struct cli *c, struct table *t, const struct location_state *state)
{
	const struct manifest *m = state->manifest;
	struct failure why = failure_read(c->arena, state->error);

	table_cell(t, STYLE_PLAIN, state->code->name);
	table_cell(t, location_health_style(state->health),
		   sv_of(location_health_word(state->health)));
	table_cell(t, STYLE_PLAIN, m ? text_number(c->arena, (int64_t)m->assets_count) : SV(""));
	table_cell(t, STYLE_PLAIN, m ? location_python(c->arena, m) : SV(""));
	table_cell(t, STYLE_DIM,
		   state->loaded_at ? text_age(c->arena, state->loaded_at, clock_now())
				    : SV("never"));
	table_cell(t, STYLE_DIM,
		   state->code->interpreter.p ? state->code->interpreter : SV("none"));
	if (why.message.p)
		table_cell(t, STYLE_BAD, failure_sentence(c->arena, &why));
	else
		table_cell(t, STYLE_WARN, warnings_words(c, state));
}

static void print_table(struct cli *c)
{
	static const struct table_column columns[] = {
		{"LOCATION", TABLE_WHOLE}, {"STATE", TABLE_WHOLE},  {"ASSETS", TABLE_NUMBER},
		{"PYTHON", TABLE_WHOLE},   {"LOADED", TABLE_WHOLE}, {"INTERPRETER", TABLE_CUT},
		{"", TABLE_BELOW},
	};
	struct table t = {
		.arena = c->arena, .columns = columns, .columns_count = COUNT_OF(columns)};

	for (size_t i = 0; i < c->session->code->locations_count; i++)
		add_row(c, &t, &c->session->code->locations[i]);
	table_print(&t, &c->out);
}

bool cmd_location_list(struct cli *c, struct err *e)
{
	if (!cli_open(c, &(struct cli_opening){0}, e))
		return false;
	if (c->json)
		print_json(c);
	else if (c->session->code->locations_count == 0)
		cli_note(c, "no code locations: %s names none", c->session->workspace->file.p);
	else
		print_table(c);
	return true;
}

static void print_reloaded(struct cli *c)
{
	for (size_t i = 0; i < c->session->code->locations_count; i++) {
		const struct location_state *state = &c->session->code->locations[i];
		struct failure why = failure_read(c->arena, state->error);

		if (!state->compiled_now)
			continue;
		page_addf(&c->out, location_health_style(state->health), SV_FMT ": %s",
			  SV_ARG(state->code->name), location_health_word(state->health));
		if (state->manifest)
			page_addf(
				&c->out, STYLE_PLAIN, ", " SV_FMT ", " SV_FMT,
				SV_ARG(text_count(c->arena, (int64_t)state->manifest->assets_count,
						  "asset")),
				SV_ARG(state->compile_time
					       ? time_duration(c->arena, state->compile_time)
					       : SV("by the server")));
		page_line(&c->out);
		failure_print(&c->out, &why, 2, LOCATION_TRACEBACK_LINES);
	}
}

static int reload_status(const struct cli *c)
{
	const struct code_view *code = c->session->code;

	for (size_t i = 0; i < code->locations_count; i++)
		if (code->locations[i].compiled_now && code->locations[i].error.p)
			return 1;
	return 0;
}

static void mark_compiled(struct code_view *code, sv only)
{
	for (size_t i = 0; i < code->locations_count; i++) {
		const struct code_location *location = code->locations[i].code;

		code->locations[i].compiled_now = !location->problem.p &&
						  (!only.p || sv_eq(location->name, only));
	}
}

/* The owner compiles; the ledger then has what came of it. */
static bool reload_there(struct cli *c, sv only, struct err *e)
{
	struct owner_call call = {.method = HTTP_POST, .path = SV("/api/v1/reload")};
	const struct value *answer;

	if (only.p)
		call.path = arena_fmt(c->arena, "/api/v1/locations/" SV_FMT "/reload",
				      SV_ARG(url_encode(c->arena, only)));
	if (!owner_call(c->session, c->arena, &call, 0, &answer, e))
		return false;
	session_close(c->session);
	c->session = NULL;
	if (!cli_open(c, &(struct cli_opening){.aim = SESSION_LOOK}, e))
		return false;
	mark_compiled(c->session->code, only);
	return true;
}

bool cmd_location_reload(struct cli *c, struct err *e)
{
	struct cli_opening how = {.aim = SESSION_RECORD, .recompile = true};
	const struct location_state *state;

	if (c->args.rest.n)
		how.only = c->args.rest.at[0];
	if (!cli_open(c, &how, e))
		return false;
	if (c->session->owner_answers && !reload_there(c, how.only, e))
		return false;
	if (how.only.p && !cli_location(c, how.only, &state, e))
		return false;
	if (c->json)
		print_json(c);
	else
		print_reloaded(c);
	c->status = reload_status(c);
	return true;
}
