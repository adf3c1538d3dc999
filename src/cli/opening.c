/* opening.c -- the workspace as commands need it: opened once, its compiling told to people, typed names found. */
#include <unistd.h>

#include "base/time.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/text.h"
#include "model/failure.h"
#include "sys/clock.h"
#include "sys/path.h"
#include "sys/terminal.h"
#include "view/find.h"

enum { SILENT_US = 300000 }; /* compiling that takes no longer leaves no line behind */

struct compiling {
	struct cli *c;
	struct sv_list open; /* names of the locations being compiled */
	bool shown;          /* a line that is drawn over */
};

static void wipe(struct compiling *w)
{
	if (w->shown)
		buf_add(&w->c->notes.buf, SV("\r\033[K"));
	w->shown = false;
}

/* One line on a terminal says what is waited for; it leaves nothing behind. */
static void draw(struct compiling *w, sv module)
{
	AUTO_ARENA a = arena_new();
	unsigned columns, rows;

	wipe(w);
	if (w->open.n && w->c->notes_seen && !w->c->quiet) {
		sv names = text_join(a, w->open.at, w->open.n, ", ");
		sv line = arena_fmt(a, "compiling " SV_FMT "%s" SV_FMT, SV_ARG(names),
				    module.n ? ": importing " : "", SV_ARG(module));

		terminal_size(STDERR_FILENO, &columns, &rows);
		page_add(&w->c->notes, STYLE_DIM, text_cut(a, line, columns - 1));
		w->shown = true;
	}
	page_flush(&w->c->notes, STDERR_FILENO);
}

static void on_start(void *ctx, const struct code_location *location)
{
	struct compiling *w = ctx;

	*LIST_ADD(w->c->arena, &w->open) = location->name;
	if (w->c->verbose) {
		wipe(w);
		cli_note(w->c, "compiling " SV_FMT " with " SV_FMT, SV_ARG(location->name),
			 SV_ARG(location->interpreter));
	}
	draw(w, (sv){0});
}

static void on_step(void *ctx, const struct code_location *location, sv module)
{
	draw(ctx, module);
}

static void close_one(struct sv_list *open, sv name)
{
	for (size_t i = 0; i < open->n; i++)
		if (sv_eq(open->at[i], name)) {
			open->at[i] = open->at[--open->n];
			return;
		}
}

static void on_end(void *ctx, const struct location_state *state)
{
	struct compiling *w = ctx;
	AUTO_ARENA a = arena_new();
	bool told = w->c->verbose || (w->c->notes_seen && state->compile_time >= SILENT_US);
	sv name = state->code->name, took = time_duration(a, state->compile_time);

	close_one(&w->open, name);
	wipe(w);
	if (told && state->health == LOCATION_OK)
		cli_note(w->c, "compiled " SV_FMT ": " SV_FMT ", " SV_FMT, SV_ARG(name),
			 SV_ARG(text_count(a, (int64_t)state->manifest->assets_count, "asset")),
			 SV_ARG(took));
	draw(w, (sv){0});
}

static void on_waiting(void *ctx, sv holder)
{
	struct compiling *w = ctx;

	wipe(w);
	page_addf(&w->c->notes, STYLE_DIM, "waiting: " SV_FMT "\n", SV_ARG(holder));
	page_flush(&w->c->notes, STDERR_FILENO);
}

static void on_told(void *ctx, sv sentence)
{
	struct compiling *w = ctx;

	wipe(w);
	page_addf(&w->c->notes, STYLE_WARN, SV_FMT "\n", SV_ARG(sentence));
	page_flush(&w->c->notes, STDERR_FILENO);
}

/* Everybody hears of a location that does not load, once, whatever they asked for. */
static void warn_broken(struct cli *c)
{
	const struct code_view *code = c->session->code;

	for (size_t i = 0; code && i < code->locations_count && !c->quiet && !c->json; i++) {
		const struct location_state *state = &code->locations[i];
		struct failure why = failure_read(c->arena, state->error);
		const char *name = state->code->name.p;

		if (state->health == LOCATION_OK)
			continue;
		page_addf(&c->notes, STYLE_WARN, "location '%s' does not load%s: ", name,
			  state->health == LOCATION_STALE ? "; its last good definitions serve"
							  : "");
		page_addf(&c->notes, STYLE_WARN, SV_FMT "\n",
			  SV_ARG(failure_sentence(c->arena, &why)));
		if (why.hint.n)
			page_addf(&c->notes, STYLE_DIM, "  hint: " SV_FMT "\n", SV_ARG(why.hint));
		else
			page_addf(&c->notes, STYLE_DIM, "  hint: plait location show '%s'\n", name);
	}
	page_flush(&c->notes, STDERR_FILENO);
}

static void name_code(struct cli *c, struct workspace_code *code)
{
	static const struct {
		enum option_id option;
		enum code_loader loader;
	} kinds[] = {
		{OPT_PYTHON_FILE, LOADER_FILE},
		{OPT_MODULE, LOADER_MODULE},
		{OPT_PACKAGE, LOADER_PACKAGE},
		{OPT_AUTOLOAD, LOADER_AUTOLOAD},
	};

	for (size_t k = 0; k < COUNT_OF(kinds); k++) {
		const struct sv_list *given = &c->args.given[kinds[k].option];

		for (size_t i = 0; i < given->n; i++)
			*LIST_ADD(c->arena, code) = (struct workspace_named){kinds[k].loader,
									     given->at[i]};
	}
	code->attribute = option_text(&c->args, OPT_ATTRIBUTE);
	code->working_directory = option_text(&c->args, OPT_WORKING_DIRECTORY);
}

/* The file, or the code instead of one. */
static bool choose_workspace(struct cli *c, sv *ret_file, const struct workspace_code **ret_code,
			     struct err *e)
{
	const struct sv_list *files = &c->args.given[OPT_WORKSPACE];
	struct workspace_code *code = NEW(c->arena, struct workspace_code, 1);

	name_code(c, code);
	if (files->n > 1) {
		err_set(e, ERR_INVALID, "--workspace is given %zu times", files->n);
		return err_hint(e, "list the locations of all of them in one workspace.yaml");
	}
	if (files->n && code->n) {
		err_set(e, ERR_INVALID,
			"both a workspace file and code are named: --workspace " SV_FMT
			" and " SV_FMT,
			SV_ARG(files->at[0]), SV_ARG(code->at[0].target));
		return err_hint(e, "leave one of them out");
	}
	if (code->attribute.p && code->n != 1)
		return err_set(e, ERR_INVALID,
			       "--attribute needs exactly one --python-file or --module-name");
	*ret_file = files->n ? files->at[0] : c->world->workspace_file;
	*ret_code = code->n ? code : NULL;
	return true;
}

bool cli_open(struct cli *c, const struct cli_opening *how, struct err *e)
{
	/* In the arena: hosts live as long as the session, and one that loads later in a run tells of it too. */
	struct compiling *compiling = NEW(c->arena, struct compiling, 1);
	struct session_request request = {
		.home = c->world->home,
		.cwd = c->world->cwd,
		.sdk = c->world->sdk,
		.sdk_library = c->world->sdk_library,
		.getenv = c->world->getenv,
		.who = arena_fmt(c->arena, "plait %s (pid %d)", c->command->name, (int)getpid()),
		.aim = how->aim,
		.recompile = how->recompile,
		.stored = how->stored,
		.only = how->only,
		.compile_limit = c->world->compile_limit,
		.listener = {.on_compile_start = on_start,
			     .on_compile_step = on_step,
			     .on_compile_end = on_end,
			     .on_waiting = on_waiting,
			     .on_told = on_told,
			     .ctx = compiling},
	};

	compiling->c = c;
	if (!choose_workspace(c, &request.workspace_file, &request.code, e) ||
	    !session_open(&request, &c->session, e))
		return false;
	if (c->session->denied)
		cli_note(c, SV_FMT " cannot be written: this is what was compiled last",
			 SV_ARG(c->session->state));
	if (how->aim != SESSION_LOOK && !how->stored)
		warn_broken(c);
	return true;
}

bool cli_workspace(struct cli *c, struct workspace **ret, struct err *e)
{
	struct workspace_request request = {.cwd = c->world->cwd, .getenv = c->world->getenv};

	return choose_workspace(c, &request.file, &request.code, e) &&
	       workspace_load(c->arena, &request, ret, e);
}

sv cli_state(struct cli *c, const struct workspace *w)
{
	return c->world->home.p ? path_resolve(c->arena, c->world->cwd, c->world->home)
				: path_join(c->arena, w->root, SV(".plait"));
}

sv cli_selection(struct cli *c)
{
	const struct sv_list *given = &c->args.given[OPT_SELECT], *rest = &c->args.rest;
	struct sv_list all = {0};

	for (size_t i = 0; i < given->n; i++)
		*LIST_ADD(c->arena, &all) = given->at[i];
	for (size_t i = 0; i < rest->n; i++)
		*LIST_ADD(c->arena, &all) = rest->at[i];
	return all.n ? text_join(c->arena, all.at, all.n, ", ") : (sv){0};
}

static void keep_location(const struct asset_graph *g, uint32_t location, struct node_set *set)
{
	for (uint32_t node = 0; node < g->nodes_count; node++)
		if (g->nodes[node].location != location)
			node_set_drop(set, node);
}

bool cli_selected(struct cli *c, struct node_set *ret, struct err *e)
{
	const struct asset_graph *g = c->session->code->graph;
	const struct location_state *location;
	sv text = cli_selection(c), name = option_text(&c->args, OPT_LOCATION);
	struct selection *selection;

	*ret = node_set_new(c->arena, g);
	for (uint32_t node = 0; node < g->nodes_count && !text.p; node++)
		if (g->nodes[node].asset)
			node_set_add(ret, node);
	if (text.p && (!selection_parse(c->arena, text, &selection, e) ||
		       !selection_resolve(c->arena, selection, g, ret, e)))
		return false;
	if (!name.p)
		return true;
	if (!cli_location(c, name, &location, e))
		return false;
	keep_location(g, asset_graph_location(g, name), ret);
	return true;
}

bool cli_asset(struct cli *c, sv typed, uint32_t *ret, struct err *e)
{
	return find_asset(c->arena, c->session->code, c->session->workspace, typed, ret, e);
}

bool cli_location(struct cli *c, sv typed, const struct location_state **ret, struct err *e)
{
	return find_location(c->session->code, c->session->workspace, typed, ret, e);
}

bool cli_store(struct cli *c, struct store **ret, struct err *e)
{
	*ret = c->session->store;
	if (*ret)
		return true;
	err_set(e, ERR_NOT_FOUND, "nothing was ever run here: there is no ledger in " SV_FMT,
		SV_ARG(c->session->state));
	return err_hint(e, "plait materialize");
}
