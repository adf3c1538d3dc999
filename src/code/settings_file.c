/* settings_file.c -- one reader a section.  What is read is checked strictly; what only Dagster acts on is not looked into. */
#include "code/settings_file.h"

#include "base/time.h"
#include "code/declaration.h"
#include "codec/yaml.h"
#include "model/limits.h"
#include "model/tag_value.h"
#include "sys/file.h"
#include "sys/path.h"

/* A map of the file, with its path from the top for messages; map NULL when absent. */
struct section {
	struct declaration *d;
	const struct value *map;
	sv path;
};

static bool is_absent(const struct value *v)
{
	return !v || v->type == VALUE_NULL;
}

static sv path_of(const struct section *s, const char *key)
{
	return arena_fmt(s->d->a, SV_FMT "%s%s", SV_ARG(s->path), s->path.n ? "." : "", key);
}

static struct section section_of(const struct section *parent, const char *key, const sv *known,
				 size_t count)
{
	const struct value *v = value_get(parent->map, key);
	struct section s = {.d = parent->d, .path = path_of(parent, key)};

	if (is_absent(v))
		return s;
	if (v->type != VALUE_MAP) {
		declaration_fault(s.d, v, s.path, "a map is wanted, not %s",
				  value_type_word(v->type));
		return s;
	}
	s.map = v;
	if (known)
		declaration_check_keys(s.d, v, s.path, known, count, false);
	return s;
}

/* ---- scalars: each may be {env: NAME}; false when absent or at fault ---- */

static bool read_text_of(const struct section *s, const char *key, sv *ret)
{
	*ret = declaration_text(s->d, s->map, s->path, key);
	return ret->p != NULL;
}

static bool read_int(const struct section *s, const char *key, int64_t least, int64_t *ret)
{
	const struct value *v = value_get(s->map, key);
	int64_t value = 0;
	sv text;

	if (is_absent(v))
		return false;
	if (v->type == VALUE_INT) {
		value = v->integer;
	} else if (v->type == VALUE_MAP) {
		if (!read_text_of(s, key, &text))
			return false;
		if (!tag_int(text, &value)) {
			declaration_fault(s->d, v, path_of(s, key),
					  "a number is wanted, the variable holds \"" SV_FMT "\"",
					  SV_ARG(text));
			return false;
		}
	} else {
		declaration_fault(s->d, v, path_of(s, key), "a number is wanted, not %s",
				  value_type_word(v->type));
		return false;
	}
	if (value < least) {
		declaration_fault(s->d, v, path_of(s, key),
				  "a number from %lld on is wanted, not %lld", (long long)least,
				  (long long)value);
		return false;
	}
	*ret = value;
	return true;
}

static bool read_bool(const struct section *s, const char *key, bool *ret)
{
	const struct value *v = value_get(s->map, key);
	sv text;

	if (is_absent(v))
		return false;
	if (v->type == VALUE_BOOL) {
		*ret = v->truth;
		return true;
	}
	if (v->type == VALUE_MAP && read_text_of(s, key, &text) && tag_switch(text, ret))
		return true;
	if (v->type != VALUE_MAP || text.p)
		declaration_fault(s->d, v, path_of(s, key), "true or false is wanted");
	return false;
}

static void read_seconds(const struct section *s, const char *key, time_us *ret)
{
	int64_t seconds;

	if (read_int(s, key, 0, &seconds) && !seconds_to_us((double)seconds, ret))
		declaration_fault(s->d, value_get(s->map, key), path_of(s, key),
				  "that is too long");
}

/* ---- runs at once ---- */

static void read_tag_value(const struct section *s, struct tag_limit *limit)
{
	static const sv known[] = {SV("applyLimitPerUniqueValue")};
	const struct value *v = value_get(s->map, "value");
	struct section value;

	if (is_absent(v))
		return;
	if (v->type == VALUE_TEXT) {
		limit->value = v->text;
		return;
	}
	if (v->type != VALUE_MAP) {
		declaration_fault(s->d, v, path_of(s, "value"),
				  "a text or {applyLimitPerUniqueValue: true} is wanted, not %s "
				  "(put it in quotes)",
				  value_type_word(v->type));
		return;
	}
	value = section_of(s, "value", known, COUNT_OF(known));
	read_bool(&value, "applyLimitPerUniqueValue", &limit->per_value);
}

static void read_tag_limit(struct declaration *d, const struct value *item, sv path,
			   struct tag_limit *ret)
{
	static const sv known[] = {SV("key"), SV("value"), SV("limit")};
	struct section s = {d, item, path};

	*ret = (struct tag_limit){0};
	if (item->type != VALUE_MAP) {
		declaration_fault(d, item, path, "a map with key and limit is wanted, not %s",
				  value_type_word(item->type));
		return;
	}
	declaration_check_keys(d, item, path, known, COUNT_OF(known), false);
	ret->name = declaration_plain_text(d, item, path, "key", true);
	if (is_absent(value_get(item, "limit")))
		declaration_fault(d, item, path, "limit is missing");
	read_int(&s, "limit", 0, &ret->most);
	read_tag_value(&s, ret);
}

static void read_tag_limits(const struct section *s, struct settings *to)
{
	const struct value *list = value_get(s->map, "tag_concurrency_limits");
	sv path = path_of(s, "tag_concurrency_limits");
	struct tag_limit *limits;

	if (is_absent(list))
		return;
	if (list->type != VALUE_LIST) {
		declaration_fault(s->d, list, path, "a list is wanted, not %s",
				  value_type_word(list->type));
		return;
	}
	limits = NEW(s->d->a, struct tag_limit, list->n);
	for (size_t i = 0; i < list->n; i++)
		read_tag_limit(s->d, &list->items[i],
			       arena_fmt(s->d->a, SV_FMT "[%zu]", SV_ARG(path), i), &limits[i]);
	to->tag_limits = limits;
	to->tag_limits_count = list->n;
}

static void read_runs(const struct section *s, struct settings *to)
{
	read_int(s, "max_concurrent_runs", -1, &to->max_concurrent_runs);
	read_tag_limits(s, to);
}

static void read_pools(const struct section *s, struct settings *to)
{
	const struct value *v = value_get(s->map, "granularity");
	sv granularity;

	read_int(s, "default_limit", 0, &to->pool_default_limit);
	if (is_absent(v) || !read_text_of(s, "granularity", &granularity))
		return;
	to->pools_per_run = sv_eq(granularity, SV("run"));
	if (!to->pools_per_run && !sv_eq(granularity, SV("op")))
		declaration_fault(s->d, v, path_of(s, "granularity"),
				  "op or run is wanted, not \"" SV_FMT "\"", SV_ARG(granularity));
}

static void read_concurrency(const struct section *root, struct settings *to)
{
	static const sv known[] = {SV("runs"), SV("pools"), SV("default_op_concurrency_limit")};
	static const sv known_runs[] = {SV("max_concurrent_runs"), SV("tag_concurrency_limits")};
	static const sv known_pools[] = {SV("default_limit"), SV("granularity"),
					 SV("op_granularity_run_buffer")};
	struct section s = section_of(root, "concurrency", known, COUNT_OF(known));
	struct section runs = section_of(&s, "runs", known_runs, COUNT_OF(known_runs));
	struct section pools = section_of(&s, "pools", known_pools, COUNT_OF(known_pools));

	read_int(&s, "default_op_concurrency_limit", 0, &to->pool_default_limit);
	read_runs(&runs, to);
	read_pools(&pools, to);
}

/* The words of old for concurrency.runs: run_queue, and run_coordinator with the class of that name. */
static void read_run_queue(const struct section *root, struct settings *to)
{
	static const sv known[] = {
		SV("max_concurrent_runs"),           SV("tag_concurrency_limits"),
		SV("dequeue_interval_seconds"),      SV("dequeue_use_threads"),
		SV("dequeue_num_workers"),           SV("max_user_code_failure_retries"),
		SV("user_code_failure_retry_delay"), SV("block_op_concurrency_limited_runs")};
	static const sv known_class[] = {SV("module"), SV("class"), SV("config")};
	struct section queue = section_of(root, "run_queue", known, COUNT_OF(known));
	struct section coordinator = section_of(root, "run_coordinator", known_class,
						COUNT_OF(known_class));
	struct section config = {.d = root->d};

	if (sv_eq(value_text(coordinator.map, "class"), SV("QueuedRunCoordinator")))
		config = section_of(&coordinator, "config", known, COUNT_OF(known));
	if (queue.map && coordinator.map)
		declaration_fault(root->d, value_get(root->map, "run_queue"), queue.path,
				  "run_queue and run_coordinator exclude each other");
	if ((queue.map || config.map) && value_get(value_get(root->map, "concurrency"), "runs"))
		declaration_fault(root->d, queue.map ? queue.map : config.map,
				  queue.map ? queue.path : config.path,
				  "concurrency.runs says the same: keep one of them");
	read_runs(&config, to);
	read_runs(&queue, to);
}

/* ---- single runs ---- */

static void read_retries(const struct section *root, struct settings *to)
{
	static const sv known[] = {SV("enabled"), SV("max_retries"),
				   SV("retry_on_asset_or_op_failure")};
	struct section s = section_of(root, "run_retries", known, COUNT_OF(known));
	bool enabled = false;
	int64_t most = 0;

	read_bool(&s, "enabled", &enabled);
	read_int(&s, "max_retries", 0, &most);
	read_bool(&s, "retry_on_asset_or_op_failure", &to->retry_on_step_failure);
	if (enabled)
		to->max_run_retries = most < INT32_MAX ? (uint32_t)most : INT32_MAX;
}

static void read_monitoring(const struct section *root, struct settings *to)
{
	static const sv known[] = {SV("enabled"),
				   SV("start_timeout_seconds"),
				   SV("cancel_timeout_seconds"),
				   SV("max_runtime_seconds"),
				   SV("max_resume_run_attempts"),
				   SV("poll_interval_seconds"),
				   SV("cancellation_thread_poll_interval_seconds"),
				   SV("free_slots_after_run_end_seconds")};
	struct section s = section_of(root, "run_monitoring", known, COUNT_OF(known));
	bool enabled = true;

	read_bool(&s, "enabled", &enabled);
	read_seconds(&s, "max_runtime_seconds", &to->max_runtime);
	read_seconds(&s, "start_timeout_seconds", &to->start_timeout);
	if (!enabled)
		to->max_runtime = 0;
	if (to->start_timeout == 0)
		to->start_timeout = settings_default().start_timeout;
}

struct settings settings_declare(struct declaration *d, const struct value *root)
{
	static const sv known[] = {
		SV("concurrency"),
		SV("run_queue"),
		SV("run_coordinator"),
		SV("run_retries"),
		SV("run_monitoring"),
		/* Dagster's alone */
		SV("auto_materialize"),
		SV("backfills"),
		SV("code_servers"),
		SV("compute_logs"),
		SV("custom_instance_class"),
		SV("defs_state_storage"),
		SV("event_log_storage"),
		SV("feature_flags"),
		SV("freshness"),
		SV("instance_class"),
		SV("local_artifact_storage"),
		SV("nux"),
		SV("python_logs"),
		SV("retention"),
		SV("run_launcher"),
		SV("run_storage"),
		SV("schedule_storage"),
		SV("scheduler"),
		SV("schedules"),
		SV("secrets"),
		SV("sensors"),
		SV("storage"),
		SV("telemetry"),
		SV("ui"),
	};
	struct settings settings = settings_default();
	struct section s = {d, root, SV("")};

	if (root->type == VALUE_NULL)
		return settings;
	if (root->type != VALUE_MAP) {
		declaration_fault(d, root, (sv){NULL, 0}, "a map is wanted, not %s",
				  value_type_word(root->type));
		return settings;
	}
	declaration_check_keys(d, root, (sv){NULL, 0}, known, COUNT_OF(known), false);
	read_concurrency(&s, &settings);
	read_run_queue(&s, &settings);
	read_retries(&s, &settings);
	read_monitoring(&s, &settings);
	return settings;
}

/* ---- finding it ---- */

void settings_folders(struct arena *a, const struct settings_request *request, struct sv_list *ret)
{
	static const char *const homes[] = {"PLAIT_HOME", "DAGSTER_HOME"};

	if (request->workspace_root.p)
		*LIST_ADD(a, ret) = arena_sv(a, request->workspace_root);
	for (size_t i = 0; i < COUNT_OF(homes); i++) {
		const char *home = request->getenv(homes[i]);

		if (home && *home)
			*LIST_ADD(a, ret) = path_resolve(a, request->cwd, sv_of(home));
	}
}

/* p NULL when there is none. */
static sv find_file(struct arena *a, const struct settings_request *request)
{
	struct sv_list folders = {0};

	settings_folders(a, request, &folders);
	for (size_t i = 0; i < folders.n; i++) {
		sv path = path_join(a, folders.at[i], SV(SETTINGS_FILE));

		if (file_exists(path))
			return path;
	}
	return (sv){NULL, 0};
}

bool settings_load(struct arena *a, const struct settings_request *request, struct settings *ret,
		   struct err *e)
{
	sv path = find_file(a, request), text;
	struct declaration d = {.a = a, .getenv = request->getenv};
	const struct value *root;
	struct settings settings;

	if (!path.p) {
		*ret = settings_default();
		return true;
	}
	d.label = path_within(request->cwd, path) ? path_relative(a, request->cwd, path) : path;
	if (!file_read(a, path, LIMIT_CONFIG_BYTES, &text, e) ||
	    !yaml_read(a, d.label.p, text, &root, e))
		return false;
	settings = settings_declare(&d, root);
	settings.file = path;
	if (!declaration_end(&d, e))
		return false;
	*ret = settings;
	return true;
}
