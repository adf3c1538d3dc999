/* cmd_location_show.c -- `plait location show`: all that is known of one code location. */
#include "cli/commands.h"
#include "cli/location_text.h"
#include "cli/text.h"
#include "sys/clock.h"
#include "view/location_document.h"

static sv definitions_text(struct arena *a, const struct manifest *m)
{
	return arena_fmt(a, "answered by the %s SDK " SV_FMT,
			 sv_eq(m->definitions, SV("plait")) ? "plait" : m->definitions.p,
			 SV_ARG(m->sdk_version));
}

static void print_code(struct cli *c, const struct code_location *code)
{
	struct arena *a = c->arena;
	sv declared = code->declared.file;

	if (declared.n)
		page_field(&c->out, "declared",
			   arena_fmt(a, SV_FMT ":%u", SV_ARG(declared), code->declared.line));
	page_field(&c->out, "loaded from",
		   arena_fmt(a, SV_FMT "%s" SV_FMT "  (%s)", SV_ARG(code->target),
			     code->attribute.n ? ":" : "", SV_ARG(code->attribute),
			     code_loader_word(code->loader)));
	page_field(&c->out, "project", code->project_root);
	page_field(&c->out, "works in", code->working_directory);
	page_field(&c->out, "interpreter", code->interpreter.p ? code->interpreter : SV("none"));
	page_field(&c->out, "chosen by", code->interpreter_why);
	for (size_t i = 0; i < code->import_paths.n; i++)
		page_field(&c->out, i ? "" : "import paths", code->import_paths.at[i]);
}

static void print_environment(struct cli *c, const struct location_state *state)
{
	const struct dotenv *env = &state->code->env;
	struct sv_list names = {0};

	for (size_t i = 0; i < env->n; i++)
		*LIST_ADD(c->arena, &names) = env->at[i].name;
	page_field(&c->out, ".env sets", text_join(c->arena, names.at, names.n, ", "));
	if (state->manifest)
		page_field(&c->out, "code reads",
			   text_join(c->arena, state->manifest->environment_variables.at,
				     state->manifest->environment_variables.n, ", "));
}

static void print_manifest(struct cli *c, const struct location_state *state)
{
	const struct manifest *m = state->manifest;
	struct arena *a = c->arena;

	page_field(&c->out, "definitions", definitions_text(a, m));
	page_field(&c->out, "python", location_python(a, m));
	page_field(&c->out, "loaded",
		   arena_fmt(a, SV_FMT " (" SV_FMT ")", SV_ARG(text_date(a, state->loaded_at)),
			     SV_ARG(text_age(a, state->loaded_at, clock_now()))));
	if (m->git_commit.n)
		page_field(&c->out, "git commit",
			   arena_fmt(a, SV_FMT "%s", SV_ARG(m->git_commit),
				     m->git_dirty ? " (with local changes)" : ""));
	page_field(&c->out, "assets", text_number(a, (int64_t)m->assets_count));
	page_field(&c->out, "steps start",
		   m->spawn ? arena_fmt(a, "by spawn: " SV_FMT, SV_ARG(m->start_reason))
			    : SV("by fork of the loaded host"));
	page_field(&c->out, "modules", text_join(a, m->modules.at, m->modules.n, ", "));
	page_field(&c->out, "manifest", m->id);
}

static void print_storage(struct cli *c, const struct manifest *m)
{
	for (size_t i = 0; i < m->resources_count; i++) {
		const struct manifest_resource *r = &m->resources[i];
		const struct manifest_storage *s = &r->storage;
		sv base = s->base.n ? s->base : s->kind;

		if (!r->io_manager)
			continue;
		page_field(&c->out, "stores",
			   arena_fmt(c->arena, SV_FMT ": " SV_FMT "%s" SV_FMT "%s", SV_ARG(r->key),
				     SV_ARG(r->type), base.n ? " in " : "", SV_ARG(base),
				     r->versioned ? "" : "  (not versioned)"));
	}
}

static void print_problems(struct cli *c, const struct manifest *m)
{
	const struct value *problems = m->problems;

	for (size_t i = 0; problems && i < problems->n; i++) {
		sv file = value_text(&problems->items[i], "file");

		page_addf(&c->out, STYLE_WARN, "  warning: " SV_FMT "\n",
			  SV_ARG(value_text(&problems->items[i], "message")));
		if (file.n)
			page_addf(&c->out, STYLE_DIM, "    " SV_FMT ":%lld\n", SV_ARG(file),
				  (long long)value_int(&problems->items[i], "line", 0));
	}
}

static void print_location(struct cli *c, const struct location_state *state)
{
	struct failure why = failure_read(c->arena, state->error);

	page_add(&c->out, STYLE_BOLD, state->code->name);
	page_addf(&c->out, location_health_style(state->health), "  %s\n\n",
		  location_health_word(state->health));
	if (why.message.p) {
		failure_print(&c->out, &why, 2, LOCATION_TRACEBACK_LINES);
		page_line(&c->out);
	}
	print_code(c, state->code);
	if (state->manifest)
		print_manifest(c, state);
	print_environment(c, state);
	if (state->manifest) {
		print_storage(c, state->manifest);
		print_problems(c, state->manifest);
	}
}

static void print_json(struct cli *c, const struct location_state *state)
{
	struct json j = cli_json(c);

	location_detail_document(&j, state);
	cli_json_end(&j, c);
}

bool cmd_location_show(struct cli *c, struct err *e)
{
	const struct location_state *state;

	if (!cli_open(c, &(struct cli_opening){0}, e) ||
	    !cli_location(c, c->args.rest.at[0], &state, e))
		return false;
	if (c->json)
		print_json(c, state);
	else
		print_location(c, state);
	return true;
}
