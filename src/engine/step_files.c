/* step_files.c -- writing the Pipes context, plait's own part within its extras. */
#include "engine/step_files.h"

#include "code/host.h"
#include "codec/json.h"
#include "sys/path.h"

static const struct plan_step *step_of(const struct step_context *c)
{
	return &c->plan->steps[c->step];
}

struct step_files step_files_of(struct arena *a, const struct step_context *c)
{
	sv runs = path_join(a, c->state, SV("runs"));
	sv leaf = arena_fmt(a, "%04u-" SV_FMT ".%lld", c->step, SV_ARG(step_of(c)->name),
			    (long long)c->attempt);
	sv directory = path_join(a, path_join(a, runs, c->run), leaf);

	return (struct step_files){
		.directory = directory,
		.standard_output = path_join(a, directory, SV("stdout")),
		.standard_error = path_join(a, directory, SV("stderr")),
	};
}

static sv node_key(const struct step_context *c, size_t i)
{
	return c->plan->graph->nodes[step_of(c)->nodes[i]].key;
}

/* A member that is JSON text already, or null. */
static void member_raw(struct json *j, const char *key, sv json)
{
	json_key(j, key);
	if (json.p)
		json_raw(j, json);
	else
		json_none(j);
}

/* {name: path} out of the ledger's {name: {path, bytes, sha256}}. */
static void write_file_paths(struct json *j, sv files)
{
	AUTO_ARENA a = arena_new();
	const struct value *map = NULL;
	struct err e;

	json_key(j, "files");
	json_open(j, '{');
	if (files.p && json_read(a, files, &map, &e) && map->type == VALUE_MAP)
		for (size_t i = 0; i < map->n; i++) {
			json_key_sv(j, map->keys[i]);
			json_text(j, value_text(&map->items[i], "path"));
		}
	json_close(j);
}

static void write_input(struct json *j, const struct step_input *in)
{
	const struct version_row *v = in->version;

	if (!v)
		return;
	json_key_sv(j, in->asset);
	json_open(j, '{');
	json_member_text(j, "version", v->id);
	json_member_text(j, "location", v->location);
	member_raw(j, "storage", v->storage);
	write_file_paths(j, v->files);
	member_raw(j, "views", v->views);
	json_member_text(j, "data_version", v->data_version);
	json_member_text(j, "manager_type", v->manager_type);
	json_close(j);
}

static void write_ours(struct json *j, const struct step_context *c, const struct step_files *files)
{
	const struct plan_step *step = step_of(c);

	json_open(j, '{');
	json_member_int(j, "protocol", 1);
	json_key(j, "location");
	host_write_location(j, c->location);
	json_member_text(j, "state", c->state);
	json_key(j, "run_tags");
	json_open(j, '{');
	for (size_t i = 0; i < c->run_tags_count; i++) {
		json_key_sv(j, c->run_tags[i].name);
		json_text(j, c->run_tags[i].value);
	}
	json_close(j);
	json_member_text(j, "step", step->step->name);
	json_member_int(j, "attempt", c->attempt);
	json_member_text(j, "isolation",
			 c->isolation == ISOLATION_WORKER ? SV("worker") : SV("process"));
	json_member_text(j, "messages", c->messages);
	json_member_text(j, "stdout", files->standard_output);
	json_member_text(j, "stderr", files->standard_error);
	json_key(j, "inputs");
	json_open(j, '{');
	for (size_t i = 0; i < c->inputs_count; i++)
		write_input(j, &c->inputs[i]);
	json_close(j);
	json_key(j, "outputs");
	json_open(j, '{');
	for (size_t i = 0; i < step->nodes_count; i++) {
		json_key_sv(j, node_key(c, i));
		json_open(j, '{');
		json_member_text(j, "version", c->versions[i]);
		json_close(j);
	}
	json_close(j);
	json_close(j);
}

static void write_context(struct json *j, const struct step_context *c,
			  const struct step_files *files)
{
	const struct plan_step *step = step_of(c);

	json_open(j, '{');
	json_key(j, "asset_keys");
	json_open(j, '[');
	for (size_t i = 0; i < step->nodes_count; i++)
		json_text(j, node_key(c, i));
	json_close(j);
	json_key(j, "code_version_by_asset_key");
	json_open(j, '{');
	for (size_t i = 0; i < step->nodes_count; i++) {
		json_key_sv(j, node_key(c, i));
		json_text(j, manifest_asset_find(c->manifest, node_key(c, i))->code_version);
	}
	json_close(j);
	static const char *const absent[] = {
		"provenance_by_asset_key", "partition_key", "partition_key_range",
		"partition_time_window",   "job_name",
	};
	for (size_t i = 0; i < COUNT_OF(absent); i++)
		json_member_text(j, absent[i], (sv){NULL, 0});
	json_member_text(j, "run_id", c->run);
	json_member_int(j, "retry_number", c->retries);
	json_key(j, "extras");
	json_open(j, '{');
	json_key(j, "plait");
	write_ours(j, c, files);
	json_close(j);
	json_close(j);
}

sv step_context_write(struct arena *a, const struct step_context *c, const struct step_files *files)
{
	AUTO_BUF out = {0};
	struct json j = {.out = &out};

	write_context(&j, c, files);
	return arena_sv(a, buf_sv(&out));
}
