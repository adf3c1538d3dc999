/* calls.c SCENARIO RESULTS -- makes the calls that a JSON file lists, through plait_pipes, and writes what each gave,
 * a line of JSON each.  calls.py does the same through the dagster-pipes package; test_c_client.py compares. */
#include "plait_pipes.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_VALUES = 32 };

static const char *text(const json_t *call, const char *name)
{
	return json_string_value(json_object_get(call, name));
}

static char *kept[256];
static size_t kept_count;

/* A text for the values that take JSON; it lives until the end, which is near. */
static const char *dumped(const json_t *value)
{
	kept[kept_count] = json_dumps(value, JSON_ENCODE_ANY);
	return kept[kept_count++];
}

static struct plait_pipes_value value_of(const char *name, const json_t *given)
{
	static const struct {
		const char *type;
		struct plait_pipes_value (*make)(const char *, const char *);
	} texts[] = {{"text", plait_pipes_text},      {"url", plait_pipes_url},
		     {"path", plait_pipes_path},      {"notebook", plait_pipes_notebook},
		     {"md", plait_pipes_md},          {"asset", plait_pipes_asset},
		     {"dagster_run", plait_pipes_run}},
	  documents[] = {{"json", plait_pipes_json},
			 {"__infer__", plait_pipes_infer},
			 {"table", plait_pipes_table},
			 {"table_schema", plait_pipes_table_schema},
			 {"table_column_lineage", plait_pipes_column_lineage}};
	const char *type = text(given, "type");
	const json_t *raw = json_object_get(given, "raw_value");

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (strcmp(texts[i].type, type) == 0)
			return texts[i].make(name, json_string_value(raw));
	}
	for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
		if (strcmp(documents[i].type, type) == 0)
			return documents[i].make(name, dumped(raw));
	}
	if (strcmp(type, "int") == 0)
		return plait_pipes_int(name, json_integer_value(raw));
	if (strcmp(type, "float") == 0)
		return plait_pipes_float(name, json_number_value(raw));
	if (strcmp(type, "timestamp") == 0)
		return plait_pipes_timestamp(name, json_number_value(raw));
	if (strcmp(type, "bool") == 0)
		return plait_pipes_bool(name, json_is_true(raw));
	return plait_pipes_null(name);
}

static size_t metadata_of(const json_t *call, struct plait_pipes_value *ret)
{
	json_t *given = json_object_get(call, "metadata"), *value;
	const char *name;
	size_t n = 0;

	json_object_foreach(given, name, value) ret[n++] = value_of(name, value);
	return n;
}

static struct plait_pipes_exception *exception_of(const json_t *given)
{
	static struct plait_pipes_exception exceptions[8];
	static const char *frames[8][8];
	static size_t n;
	struct plait_pipes_exception *e = &exceptions[n];
	json_t *stack = json_object_get(given, "stack"), *frame;
	size_t i;

	if (!json_is_object(given))
		return NULL;
	json_array_foreach(stack, i, frame) frames[n][i] = json_string_value(frame);
	*e = (struct plait_pipes_exception){text(given, "message"),
					    text(given, "name"),
					    frames[n],
					    json_array_size(stack),
					    NULL,
					    NULL};
	n++;
	e->cause = exception_of(json_object_get(given, "cause"));
	e->context = exception_of(json_object_get(given, "context"));
	return e;
}

static json_t *get(struct plait_pipes *p, const char *what, const char *key)
{
	struct plait_pipes_span span;
	const char *dump;

	if (strcmp(what, "retry_number") == 0)
		return json_integer(plait_pipes_retry_number(p));
	if (strcmp(what, "partition_key_range") == 0 ||
	    strcmp(what, "partition_time_window") == 0) {
		bool known = what[10] == 'k' ? plait_pipes_partition_key_range(p, &span)
					     : plait_pipes_partition_time_window(p, &span);

		return known ? json_pack("{s:s, s:s}", "start", span.start, "end", span.end)
			     : json_null();
	}
	if (strcmp(what, "extra") == 0) {
		dump = plait_pipes_extra_json(p, key);
		return dump ? json_loads(dump, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL)
			    : json_null();
	}
	dump = strcmp(what, "run_id") == 0         ? plait_pipes_run_id(p)
	       : strcmp(what, "job_name") == 0     ? plait_pipes_job_name(p)
	       : strcmp(what, "asset_key") == 0    ? plait_pipes_asset_key(p)
	       : strcmp(what, "code_version") == 0 ? plait_pipes_code_version(p, NULL)
						   : plait_pipes_partition_key(p);
	return dump ? json_string(dump) : json_null();
}

static int level_of(const char *name)
{
	static const char *const names[] = {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"};
	int i = 0;

	while (strcmp(names[i], name) != 0)
		i++;
	return i;
}

static bool report(struct plait_pipes *p, const char *what, const json_t *call)
{
	struct plait_pipes_value values[MOST_VALUES];
	const char *severity = text(call, "severity");
	const struct plait_pipes_check check = {
		text(call, "name"), json_is_true(json_object_get(call, "passed")),
		severity && strcmp(severity, "WARN") == 0 ? PLAIT_PIPES_SEVERITY_WARN
							  : PLAIT_PIPES_SEVERITY_ERROR,
		text(call, "asset_key")};

	if (strcmp(what, "materialization") == 0)
		return plait_pipes_report_materialization(p, text(call, "asset_key"),
							  text(call, "data_version"), values,
							  metadata_of(call, values));
	if (strcmp(what, "check") == 0)
		return plait_pipes_report_check(p, &check, values, metadata_of(call, values));
	if (strcmp(what, "custom") == 0)
		return plait_pipes_report_custom(p, dumped(json_object_get(call, "payload")));
	if (strcmp(what, "stream") == 0)
		return plait_pipes_report_stream(p, text(call, "stream"), text(call, "text"));
	if (strcmp(what, "log") == 0)
		return plait_pipes_log(p, (enum plait_pipes_level)level_of(text(call, "level")),
				       "%s", text(call, "message"));
	if (strcmp(what, "fail") == 0)
		return plait_pipes_close_failed(p,
						exception_of(json_object_get(call, "exception")));
	return plait_pipes_close(p);
}

int main(int argc, char **argv)
{
	struct plait_pipes_options options = {.argc = argc, .argv = argv};
	json_t *calls = json_load_file(argv[1], 0, NULL), *call;
	struct plait_pipes *p = plait_pipes_open(&options);
	FILE *results = fopen(argv[2], "w");
	size_t i;

	if (!p)
		fprintf(stderr, "%s\n", plait_pipes_error());
	fprintf(results, "%s\n", p ? "true" : "false");
	json_array_foreach(calls, i, call)
	{
		const char *what = text(call, "call");
		json_t *result = strcmp(what, "get") == 0
					 ? get(p, text(call, "name"), text(call, "key"))
					 : json_boolean(report(p, what, call));

		json_dumpf(result, results, JSON_ENCODE_ANY);
		fputc('\n', results);
		json_decref(result);
	}
	plait_pipes_free(p);
	json_decref(calls);
	while (kept_count)
		free(kept[--kept_count]);
	fclose(results);
	return 0;
}
