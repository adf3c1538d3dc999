/* cmd_env_list.c -- `plait env list`: which interpreter runs each location, and why that one.  Starts no Python. */
#include "cli/cli_json.h"
#include "cli/commands.h"
#include "cli/table.h"
#include "env/python_find.h"
#include "sys/file.h"
#include "sys/path.h"

struct row {
	const struct code_location *location;
	sv interpreter; /* p NULL: none */
	sv python;      /* version; p NULL: not known without starting it */
	bool exists;
};

/* From pyvenv.cfg, else from the name: "python3.11". */
static sv version_of(struct cli *c, sv interpreter)
{
	struct python_version v;
	sv environment, leaf = path_leaf(interpreter);

	if (python_environment_of(c->arena, interpreter, &environment) &&
	    python_environment(c->arena, environment, &v))
		return arena_fmt(c->arena, "%u.%u.%u", v.part[0], v.part[1], v.part[2]);
	if (sv_starts(leaf, SV("python")) &&
	    python_version_read(sv_from(leaf, strlen("python")), &v) && v.n > 1)
		return arena_fmt(c->arena, "%u.%u", v.part[0], v.part[1]);
	return (sv){0};
}

static struct row row_of(struct cli *c, const struct code_location *location)
{
	struct row row = {.location = location, .interpreter = location->interpreter};

	if (!row.interpreter.p)
		row.interpreter = location->named_interpreter;
	row.exists = row.interpreter.p && file_exists(row.interpreter);
	if (row.exists)
		row.python = version_of(c, row.interpreter);
	return row;
}

static void print_json(struct cli *c, const struct workspace *w)
{
	struct json j = cli_json(c);

	json_open(&j, '[');
	for (size_t i = 0; i < w->n; i++) {
		struct row row = row_of(c, &w->at[i]);

		json_open(&j, '{');
		json_member_text(&j, "location", row.location->name);
		json_member_text(&j, "project", row.location->project_root);
		document_text(&j, "interpreter", row.interpreter);
		document_text(&j, "why", row.location->interpreter_why);
		document_text(&j, "python", row.python);
		json_member_bool(&j, "exists", row.exists);
		document_text(&j, "problem", row.location->problem);
		document_text(&j, "hint", row.location->problem_hint);
		json_close(&j);
	}
	json_close(&j);
	cli_json_end(&j, c);
}

static void print_table(struct cli *c, const struct workspace *w)
{
	static const struct table_column columns[] = {{"LOCATION", TABLE_WHOLE},
						      {"PYTHON", TABLE_WHOLE},
						      {"INTERPRETER", TABLE_CUT},
						      {"WHY", TABLE_CUT}};
	struct table t = {
		.arena = c->arena, .columns = columns, .columns_count = COUNT_OF(columns)};

	for (size_t i = 0; i < w->n; i++) {
		struct row row = row_of(c, &w->at[i]);
		sv problem = row.location->problem;

		table_cell(&t, STYLE_PLAIN, row.location->name);
		table_cell(&t, STYLE_PLAIN, row.python.p ? row.python : SV("?"));
		table_cell(&t, row.exists ? STYLE_PLAIN : STYLE_BAD,
			   row.interpreter.p ? row.interpreter : SV("none"));
		table_cell(&t, row.exists ? STYLE_DIM : STYLE_BAD,
			   problem.p && !row.exists ? problem : row.location->interpreter_why);
	}
	table_print(&t, &c->out);
}

bool cmd_env_list(struct cli *c, struct err *e)
{
	struct workspace *w;

	if (!cli_workspace(c, &w, e))
		return false;
	if (c->json)
		print_json(c, w);
	else if (w->n == 0)
		cli_note(c, "no code locations: %s names none", w->file.p);
	else
		print_table(c, w);
	return true;
}
