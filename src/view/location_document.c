/* location_document.c -- the members that list and show have in common, and the others. */
#include "view/location_document.h"

#include "view/document.h"

const char *location_health_word(enum location_health health)
{
	static const char *const words[] = {
		[LOCATION_OK] = "ok", [LOCATION_STALE] = "stale", [LOCATION_BROKEN] = "broken"};

	return words[health];
}

static void python_member(struct json *j, const struct manifest *m)
{
	json_key(j, "python");
	if (!m) {
		json_none(j);
		return;
	}
	json_open(j, '{');
	json_member_text(j, "implementation", m->python_implementation);
	json_member_text(j, "version", m->python_version);
	json_close(j);
}

int64_t location_warnings(const struct manifest *m)
{
	return m && m->problems ? (int64_t)m->problems->n : 0;
}

static void write_location(struct json *j, const struct location_state *state)
{
	const struct manifest *m = state->manifest;

	json_member_text(j, "name", state->code->name);
	json_member_text(j, "health", sv_of(location_health_word(state->health)));
	document_number(j, "assets", m ? (int64_t)m->assets_count : -1);
	python_member(j, m);
	document_text(j, "interpreter", state->code->interpreter);
	document_time(j, "loaded_at", state->loaded_at);
	document_text(j, "manifest", m ? m->id : (sv){0});
	document_json(j, "error", state->error);
	document_number(j, "warnings", m ? location_warnings(m) : -1);
}

void location_document(struct json *j, const struct location_state *state)
{
	json_open(j, '{');
	write_location(j, state);
	json_close(j);
}

void locations_document(struct json *j, const struct code_view *code)
{
	json_open(j, '[');
	for (size_t i = 0; i < code->locations_count; i++)
		location_document(j, &code->locations[i]);
	json_close(j);
}

static void write_code(struct json *j, const struct code_location *code)
{
	struct sv_list names = {0};
	AUTO_ARENA a = arena_new();

	for (size_t i = 0; i < code->env.n; i++)
		*LIST_ADD(a, &names) = code->env.at[i].name;
	document_source(j, "declared", &code->declared);
	json_member_text(j, "loader", sv_of(code_loader_word(code->loader)));
	json_member_text(j, "target", code->target);
	document_text(j, "attribute", code->attribute);
	json_member_text(j, "working_directory", code->working_directory);
	json_member_text(j, "project_root", code->project_root);
	document_texts(j, "import_paths", &code->import_paths);
	document_text(j, "interpreter_why", code->interpreter_why);
	document_texts(j, "env_file_sets", &names);
}

void location_detail_document(struct json *j, const struct location_state *state)
{
	const struct manifest *m = state->manifest;

	json_open(j, '{');
	write_location(j, state);
	write_code(j, state->code);
	document_text(j, "definitions", m ? m->definitions : (sv){0});
	document_text(j, "sdk_version", m ? m->sdk_version : (sv){0});
	document_text(j, "git_commit", m ? m->git_commit : (sv){0});
	document_texts(j, "code_reads", m ? &m->environment_variables : &(struct sv_list){0});
	document_texts(j, "modules", m ? &m->modules : &(struct sv_list){0});
	json_key(j, "problems");
	json_value(j, m ? m->problems : &(struct value){.type = VALUE_LIST});
	json_close(j);
}
